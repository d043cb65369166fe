"""From counts by `o200k_base` to tokens of a model; from a file's name to its kind of text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from advisor.model.tokenizer import Kind, Tokenizer
from advisor.tables.tokens import TokenSpan

_TEMPLATES = {".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".mustache", ".hbs", ".liquid"}
_ENGLISH = {"", ".md", ".markdown", ".mdx", ".txt", ".rst", ".adoc", ".org", ".tex", ".prompt",
            ".text"}  # fmt: skip
_JSON = {".json", ".jsonl", ".ndjson", ".json5", ".jsonc", ".geojson", ".ipynb", ".csv", ".tsv"}
_CODE_WITHOUT_ENDING = {"makefile", "dockerfile", "containerfile", "jenkinsfile", "justfile",
                        "rakefile", "gemfile", "procfile", "vagrantfile"}  # fmt: skip


def kind_of(name: str) -> Kind:
    """Guess the kind of a text from its file's name; a template is what it is a template of."""
    path = PurePath(name.lower())
    while path.suffix in _TEMPLATES:
        path = path.with_suffix("")
    if path.name in _CODE_WITHOUT_ENDING or (path.name.startswith(".") and not path.suffix):
        return "code"
    if path.suffix in _ENGLISH:
        return "english"
    return "json" if path.suffix in _JSON else "code"


def tokens_for(counts: Mapping[Kind, int], tokenizer: Tokenizer) -> TokenSpan:
    """Return a model's tokens of a text, from its `o200k_base` tokens by kind of text.

    All low ends are added, and all high ends: how far a tokenizer is off is one fact for all texts.
    """
    ratios = [(count, tokenizer.ratio(kind)) for kind, count in counts.items()]
    return TokenSpan(
        sum(count * ratio.low for count, ratio in ratios),
        sum(count * ratio.expected for count, ratio in ratios),
        sum(count * ratio.high for count, ratio in ratios),
    )
