"""Colours and strokes of all pictures, light and dark, and the page's own colours with them.

Colours are near those of Okabe and Ito, darker or lighter until marks keep 3:1 and text 4.5:1 to
the paper; what a colour tells, a place, a dash, a hatch or a word tells too.
Source: Okabe and Ito 2008, jfly.uni-koeln.de/color.
"""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "paper": "#ffffff", "ink": "#1c2126", "muted": "#59636e", "rule": "#dde1e6",
    "accent": "#0b66a8", "soft": "#dbe9f4", "alarm": "#c2410c",
    "s1": "#0072b2", "s2": "#c2410c", "s3": "#00805f", "s4": "#9a4f83", "s5": "#8a7000",
    "s6": "#6b7682",
}  # fmt: skip
DARK: Mapping[str, str] = {
    "paper": "#14181d", "ink": "#e8ebee", "muted": "#a3adb8", "rule": "#343c45",
    "accent": "#6cb8ee", "soft": "#1f3a50", "alarm": "#ff9a5c",
    "s1": "#56b4e9", "s2": "#ff9a5c", "s3": "#3cc79b", "s4": "#e39bc9", "s5": "#f0e442",
    "s6": "#9aa5b1",
}  # fmt: skip
TEXTS = ("ink", "muted", "accent", "alarm")
MARKS = ("accent", "alarm", "s1", "s2", "s3", "s4", "s5", "s6")
SERIES = 6
"""How many things are told apart by colour; more are told apart by their names alone."""


def series(number: int) -> str:
    """Return the class of the n-th thing, from 0."""
    return f"s{number % SERIES + 1}"


def _properties(colours: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in colours.items())


_SHAPES = """
.chart{display:block;max-width:100%;height:auto;font-family:inherit;overflow:visible}
.chart text{fill:var(--ink);font-size:12px;font-variant-numeric:tabular-nums;
paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}
.chart .tick{fill:var(--muted);font-size:11px}
.chart .note{fill:var(--muted)}
.chart .strong{font-weight:600}
.chart .loud{fill:var(--alarm)}
.chart .told{fill:var(--accent);font-weight:600}
.chart .grid{stroke:var(--rule);stroke-width:1}
.chart .zero{stroke:var(--muted);stroke-width:1}
.chart .limit{stroke:var(--alarm);stroke-width:1.5;stroke-dasharray:5 3}
.chart .link{stroke:var(--muted);stroke-width:1;stroke-dasharray:2 2}
.chart .range{fill:var(--s6);fill-opacity:.45}
.chart .range.on{fill:var(--accent);fill-opacity:.45}
.chart .fan{fill:var(--accent);fill-opacity:.18}
.chart .dot{fill:var(--ink);stroke:var(--paper);stroke-width:1.5}
.chart .dot.on{fill:var(--accent)}
.chart .curve{fill:none;stroke:var(--accent);stroke-width:2;stroke-linejoin:round}
.chart .curve.rest{stroke-dasharray:6 4}
.chart .curve.beside{stroke:var(--s2);stroke-dasharray:2 3}
.chart .loudly{stroke:var(--alarm);stroke-width:2.5}
.chart .level{stroke:var(--ink);stroke-width:2.5}
.chart .hatch{stroke:var(--paper);stroke-width:1.2;stroke-opacity:.6;fill:none}
.chart .stop{fill:var(--accent)}
.chart .bar{fill:var(--accent)}
.chart .bar.more{fill:var(--s2)}
.chart .bar.less{fill:var(--s3)}
.chart .bar.whole{fill:var(--s6)}
.chart .mark{stroke:var(--paper);stroke-width:1.5}
"""

_PRINTED = "@media print{.chart text{stroke:none}}\n"
"""A halo around letters would be printed as their outlines, a hundred kilobytes a page."""


def chart_css() -> str:
    """Return the style sheet that pictures need: colours of both schemes, and their classes.

    An element with `data-scheme="light"` or `"dark"` keeps to that scheme; else the reader's own
    setting counts, and paper is light.
    """
    kinds = "".join(f".chart .s{n}{{fill:var(--s{n})}}\n" for n in range(1, SERIES + 1))
    light, dark = _properties(LIGHT), _properties(DARK)
    return (
        f":root{{color-scheme:light dark;{light}}}\n"
        "@media screen and (prefers-color-scheme:dark)"
        f'{{:root:not([data-scheme="light"]){{{dark}}}}}\n'
        f'[data-scheme="light"]{{color-scheme:light;{light}}}\n'
        f'@media screen{{[data-scheme="dark"]{{color-scheme:dark;{dark}}}}}'
        f"{_SHAPES}{kinds}{_PRINTED}"
    )
