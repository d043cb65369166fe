"""SVG as text: elements, escaped, and the picture around them with its title and description.

No picture holds a script, a style of its own, or the address of anything: colours come from classes
(`style.py`), so that one picture fits a light and a dark page.
"""

from html import escape
from typing import NamedTuple

from advisor.safe_text import steerless

WIDE, NARROW = 720, 340
"""Widths of a picture on a desk or paper, and on a phone; a unit is a pixel there."""


class Words(NamedTuple):
    """What a picture is called and says, for those who do not see it. `key` is unique on a page."""

    key: str
    title: str
    description: str


def at(value: float) -> str:
    """Write a coordinate: a tenth of a pixel is enough."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def element(name: str, content: str = "", /, **attributes: str | float | None) -> str:
    """Write an element around content that is SVG already; `class_` is `class`, `_` is `-`."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{said}>{content}</{name}>" if content else f"<{name}{said}/>"


def _attribute(value: str | float) -> str:
    return escape(steerless(value)) if isinstance(value, str) else at(value)


def written(text: str) -> str:
    """Escape a text; what XML can't hold is written out."""
    return escape(steerless(text), quote=False)


def text(
    x: float, y: float, words: str, *, class_: str = "label", anchor: str | None = None,
    full: str = "",
) -> str:  # fmt: skip
    """Write words at a place; `anchor` is `middle` or `end`. `full` is shown where they are cut."""
    told = element("title", written(full)) if full and full != words else ""
    return element("text", told + written(words), x=x, y=y, text_anchor=anchor, class_=class_)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> str:
    """Draw a straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def box(x: float, y: float, width: float, height: float, class_: str, *, round_: float = 0) -> str:
    """Draw a rectangle; a width below nothing is nothing."""
    corner = round_ or None
    return element(
        "rect", x=x, y=y, width=max(width, 0), height=max(height, 0), rx=corner, class_=class_
    )


def path(points: list[tuple[float, float]], class_: str, *, closed: bool = False) -> str:
    """Draw a line through points, or the area inside them."""
    if not points:
        return ""
    places = "L".join(f"{at(x)} {at(y)}" for x, y in points)
    return element("path", d=f"M{places}{'Z' if closed else ''}", class_=class_)


def picture(words: Words, width: float, height: float, parts: list[str]) -> str:
    """Put parts together as one image that says what it shows."""
    name, told = f"{words.key}-title", f"{words.key}-desc"
    head = element("title", written(words.title), id=name)
    if words.description:
        head += element("desc", written(words.description), id=told)
    return element(
        "svg",
        head + "".join(parts),
        xmlns="http://www.w3.org/2000/svg",
        role="img",
        aria_labelledby=f"{name} {told}" if words.description else name,
        viewBox=f"0 0 {at(width)} {at(height)}",
        width=width,
        height=height,
        class_="chart",
    )
