"""Model names as agents, gateways and clouds write them, to the models of the price tables.

Everything that is known of how names are dressed up stands here: paths (`anthropic/claude-…`,
`models/gemini-…`), clouds (`us.anthropic.claude-…-v1:0`, `claude-…@20251101`), days, `-latest`,
`[1m]`, efforts, `-fast`, dots for dashes. A name that is left over is not guessed at: it has no
price, and is listed.
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from advisor.model.rates import ALWAYS, NEVER, RateBook

_WILD = re.compile(r"[*?\[]")
_WINDOW = re.compile(r"\s*\[[^\]]*\]$")
_ROUTING = re.compile(r":(?:nitro|floor|online|thinking|extended|exacto|beta|latest|default)$")
_CLOUD = re.compile(
    r"^(?:(us|eu|apac|au|jp|ca|sa|us-gov|global)\.)?"
    r"(?:anthropic|openai|amazon|meta|deepseek|moonshot|moonshotai|minimax|qwen|zai|xai|google)\."
)
_REVISION = re.compile(r"-v\d+(?::\d+)*$|-\d+:\d+$")
_DAY = re.compile(r"[-@](?:20\d\d-?[01]\d-?[0-3]\d|[01]\d[0-3]\d)$|@(?:default|latest)$")
_ENDING = re.compile(r"-(?:latest|minimal|low|medium|high|xhigh|none)$")
"""Efforts cost the same; `-max` and `-thinking` are models of their own with several makers."""
_CLAUDES_ENDING = re.compile(r"^(claude-.*)-(?:thinking|max)$")
_FAST = re.compile(r"-fast$")
_TURNED = re.compile(r"^claude-(\d+(?:-\d+)?)-([a-z]+)(.*)$")
_CHANNELS = {
    "openrouter": "openrouter",
    "amazon-bedrock": "bedrock", "bedrock": "bedrock", "bedrock_converse": "bedrock",
    "aws-bedrock": "bedrock", "aws_bedrock": "bedrock",
    "google-vertex": "vertex", "google-vertex-anthropic": "vertex", "vertex": "vertex",
    "vertex_ai": "vertex", "vertexai": "vertex",
    "azure": "foundry", "azure_ai": "foundry", "azure-openai": "foundry", "foundry": "foundry",
    "azure-cognitive-services": "foundry",
}  # fmt: skip
"""Who bills in the maker's place, by what agents and gateways call it."""
_MAKERS = {
    "moonshotai": "moonshot", "z-ai": "zai", "zhipu": "zai", "zhipuai": "zai", "x-ai": "xai",
    "qwen": "alibaba", "gemini": "google", "google-gemini": "google",
}  # fmt: skip
"""Makers as paths call them, where that isn't how the tables do."""


class Named(NamedTuple):
    """What a name says: models by the time that it means them, and how they were served.

    `models` are (from, until, full name), one after the other, without a gap.
    """

    models: list[tuple[int, int, str]]
    speed: str = ""
    is_regional: bool = False


class _Dressed(NamedTuple):
    """A name, less some of its clothes."""

    text: str
    makers: frozenset[str] = frozenset()
    speed: str = ""
    is_regional: bool = False


class Names:
    """The names of a book."""

    def __init__(self, book: RateBook) -> None:
        """Sort ids and aliases by the form in which names are compared."""
        self.book = book
        self._ids: dict[str, list[str]] = {}
        self._aliases: dict[str, list[str]] = {}
        self._globs: list[tuple[str, str, str]] = []
        for full_name in book.full_names:
            ident = full_name.partition("/")[2]
            self._ids.setdefault(_plain(ident), []).append(full_name)
        for full_name, aliases in book.aliases.items():
            for alias in aliases:
                if "*" in alias or "?" in alias or "[" in alias:
                    glob = _plain(alias)
                    self._globs.append((_WILD.split(glob)[0], glob, full_name))
                else:
                    self._aliases.setdefault(_plain(alias), []).append(full_name)

    def find(self, name: str) -> Named | None:
        """Return what a name means; None where nothing in the tables is called so."""
        for dressed in _less_and_less(name.strip().lower()):
            models = self._exactly(_plain(dressed.text), dressed.makers)
            if models:
                return Named(models, dressed.speed, dressed.is_regional)
        return None

    def _exactly(self, plain: str, makers: frozenset[str]) -> list[tuple[int, int, str]]:
        """Take an id until it retires, then an alias; nothing where several may be meant."""
        ids = _of(self._ids.get(plain, []), makers)
        aliases = self._aliases.get(plain) or [
            name
            for begin, glob, name in self._globs
            if plain.startswith(begin) and (glob == f"{begin}*" or fnmatchcase(plain, glob))
        ]
        aliases = _of([one for one in aliases if one not in ids], makers)
        if len(ids) > 1 or len(aliases) > 1:
            return []
        if ids and aliases:
            retires = self.book.retires(ids[0])
            return [(ALWAYS, retires, ids[0]), (retires, NEVER, aliases[0])]
        return [(ALWAYS, NEVER, one) for one in (*ids, *aliases)]


def channel_of(provider: str, name: str) -> str:
    """Return the channel that billed for a call, empty where it was the maker or nobody says."""
    said = provider.strip().lower()
    if said in _CHANNELS:
        return _CHANNELS[said]
    parts = name.lower().split("/")
    if len(parts) > 1 and parts[0] in _CHANNELS:
        return _CHANNELS[parts[0]]
    return "bedrock" if _CLOUD.match(parts[-1]) else ""


def _plain(name: str) -> str:
    """Return the form in which names are compared."""
    return name.lower().replace(".", "-").replace("_", "-").replace(" ", "-")


def _of(full_names: list[str], makers: frozenset[str]) -> list[str]:
    """Keep the models of a maker that the name says, where that decides between several."""
    if len(full_names) < 2 or not makers:
        return full_names
    return [one for one in full_names if one.partition("/")[0] in makers]


def _less_and_less(name: str) -> Iterator[_Dressed]:
    """Yield a name as it is, and then with ever more taken away that is not the model's name."""
    dressed = _Dressed(name)
    yield dressed
    dressed = _undressed_path(dressed)
    yield dressed
    yield from _without_endings(dressed)
    turned = _TURNED.match(_plain(dressed.text))
    if turned:
        version, family, rest = turned.groups()
        again = dressed._replace(text=f"claude-{family}-{version}{rest}")
        yield again
        yield from _without_endings(again)


def _undressed_path(dressed: _Dressed) -> _Dressed:
    """Take away what stands around a name: a window, a path, a cloud's region and maker."""
    text = _ROUTING.sub("", _WINDOW.sub("", dressed.text))
    *path, text = text.split("/")
    makers = frozenset(_MAKERS.get(one, one) for one in path)
    cloud = _CLOUD.match(text)
    if cloud is None:
        return dressed._replace(text=text, makers=makers)
    is_regional = cloud[1] not in {None, "global"}
    text = _REVISION.sub("", text[cloud.end() :])
    return dressed._replace(text=text, makers=makers, is_regional=is_regional)


def _without_endings(dressed: _Dressed) -> Iterator[_Dressed]:
    """Yield a name without a day, an effort or `-fast` at its end, one after the other."""
    for _ in range(4):
        before = dressed
        for ending, speed in ((_DAY, ""), (_ENDING, ""), (_CLAUDES_ENDING, ""), (_FAST, "fast")):
            found = ending.search(dressed.text)
            if found:
                text = found[1] if ending is _CLAUDES_ENDING else dressed.text[: found.start()]
                dressed = dressed._replace(text=text, speed=speed or dressed.speed)
                yield dressed
        if dressed is before:
            return
