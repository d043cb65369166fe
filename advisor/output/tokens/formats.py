"""Token counts as text, JSON, Markdown and flat tables; the last line is the one to act on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from advisor.output import figures, json
from advisor.output.blocks import joined, wrapped
from advisor.output.figures import UNKNOWN, fine_money, symbol
from advisor.output.grid import Note, TextColumn, render_grid
from advisor.output.markdown import escaped, escaped_prose, rows_as_table
from advisor.output.tokens.sentences import KINDS, last_sentence, named, notes
from advisor.tables.flat import Column, Table
from advisor.tables.tokens import FileTokens, ModelTokens, TokenCounts, TokenSpan

SCHEMA = "advisor.tokens/1"
MOST_FILES = 10
MARKS = {"carried": "*", "assumed": "?"}
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
_COSTS = ("pass_uncached", "pass_cache_write", "pass_cache_read", "month_uncached",
          "month_cached")  # fmt: skip


def render_tokens(answer: TokenCounts, *, width: int = 100, colour: bool = False) -> str:
    """Write the answer as text, ending in one sentence."""
    blocks = [
        wrapped(_first_line(answer), width),
        _files(answer, width, colour=colour),
        _models(answer, width),
        _legend(answer, width),
        [line for note in notes(answer) for line in wrapped(f"note: {note}", width)],
        _origins(answer, width),
        wrapped(last_sentence(answer), width),
    ]
    return joined(blocks)


def _first_line(answer: TokenCounts) -> str:
    parts = [
        named(answer),
        f"{answer.tokens:,} tokens by {answer.vocabulary}",
        _size(answer.bytes),
    ]
    if answer.models:
        parts += [answer.currency, f"prices of {answer.as_of}"]
    return " · ".join(parts)


def _size(count: int) -> str:
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:,.3g} {unit}"
    return f"{count} bytes"


# --- the files


def _files(answer: TokenCounts, width: int, *, colour: bool) -> list[str]:
    if len(answer.files) == 1 and answer.limit is None:
        return []
    shown = shown_files(answer)
    left = len(answer.files) - len(shown)
    rest = answer.tokens - sum(line.tokens for line in shown)
    tail = [("", "", f"and {left:,} more", f"{rest:,}")] if left else []
    tail += [("", "", "all", f"{answer.tokens:,}")] if len(answer.files) > 1 else []
    cells = [*((KINDS[f.kind], _held(answer, f), f.file, f"{f.tokens:,}") for f in shown), *tail]
    columns = [
        TextColumn(("", "  tokens"), [f"  {cell[3]}" for cell in cells]),
        TextColumn(("", "kind"), [cell[0] for cell in cells], left=True, gives_way=1),
    ]
    if answer.limit:
        heading = (f"at most {answer.limit.at_most:,}", _against(answer))
        columns.append(TextColumn(heading, [cell[1] for cell in cells], left=True))
    columns.append(TextColumn(("", "file"), [cell[2] for cell in cells], left=True))
    rows = render_grid(columns, width)
    first = 2 if answer.limit else 1
    bold = {first + n for n, line in enumerate(shown) if line.is_over}
    return [f"{_BOLD}{row}{_PLAIN}" if colour and n in bold else row for n, row in enumerate(rows)]


def shown_files(answer: TokenCounts) -> list[FileTokens]:
    """Return the files that a screen has room for: the largest, and all that are over a limit."""
    if not answer.models:
        return list(answer.files)
    return [line for n, line in enumerate(answer.files) if n < MOST_FILES or line.is_over]


def _against(answer: TokenCounts) -> str:
    models = answer.limit.against if answer.limit else []
    if models == [answer.vocabulary]:
        return ""
    return f"on {models[0]}" if len(models) == 1 else f"on {len(models)} models"


def _held(answer: TokenCounts, line: FileTokens) -> str:
    if answer.limit is None or line.held is None:
        return ""
    expected = figures.tokens(line.held.expected)
    if line.is_over:
        return f"OVER by {figures.tokens(line.held.expected - answer.limit.at_most)}"
    if line.held.high > answer.limit.at_most:
        return f"{expected}, may be {figures.tokens(line.held.high)}"
    return "ok"


# --- the models


def _models(answer: TokenCounts, width: int) -> list[str]:
    lines = answer.models
    if not lines:
        return []

    unit, passes = symbol(answer.currency), f"{answer.passes_a_month:,} passes"
    cached = f"{figures.share(answer.cached_share)} cached"
    columns = [
        TextColumn(("", "  model"), [f"  {_name(line)}" for line in lines], left=True),
        TextColumn(("", "tokens"), [span(line.tokens, figures.tokens) for line in lines]),
        TextColumn((f"one pass, {unit.strip()}", "uncached"), _costs(lines, "pass_uncached"),
                   gives_way=4),
        TextColumn(("filling", "the cache"), _costs(lines, "pass_cache_write"), gives_way=1),
        TextColumn(("from", "the cache"), _costs(lines, "pass_cache_read"), gives_way=2),
        TextColumn((passes, "uncached"), _costs(lines, "month_uncached"), gives_way=3),
        TextColumn(("a month", cached), _costs(lines, "month_cached")),
    ]  # fmt: skip
    reasons = [Note(n, f"not known: {one.unknown}") for n, one in enumerate(lines) if one.unknown]
    return render_grid(columns, width, reasons)


def _costs(lines: Sequence[ModelTokens], name: str) -> list[str]:
    return [span(getattr(line, name), fine_money) for line in lines]


def span(value: TokenSpan | None, write: Callable[[float], str]) -> str:
    """Write a range, or one figure where both ends read the same."""
    if value is None:
        return UNKNOWN
    low, high = write(value.low), write(value.high)
    return low if low == high else f"{low}–{high}"


def _name(line: ModelTokens) -> str:
    return f"{line.title}{MARKS.get(line.basis, '')}"


def _legend(answer: TokenCounts, width: int) -> list[str]:
    if not answer.models:
        return []
    bases = {line.basis for line in answer.models}
    parts = [
        "tokens: those of o200k_base, OpenAI's vocabulary since GPT-4o, times the model's ratio to "
        "it, from the least to the most that was seen"
    ]
    if "carried" in bases:
        parts.append("* measured on another model of the maker")
    if "assumed" in bases:
        parts.append("? assumed: no measurement was found")
    parts.append("costs: reading alone; answers, tools and what wraps a message come on top")
    return wrapped("   ".join(parts), width)


def _origins(answer: TokenCounts, width: int) -> list[str]:
    lines = [f"ratios: {one.title}; checked on {one.checked_on}" for one in answer.sources]
    return [line for one in lines for line in wrapped(one, width)]


# --- other formats


def render_json(answer: TokenCounts) -> str:
    """Write the answer as `advisor.tokens/1`: the fields of its tables as keys."""
    return json.document(SCHEMA, answer)


def flat(answer: TokenCounts) -> Table:
    """Lay the answer out flat: one row a model; without models one row a file."""
    return _flat_models(answer) if answer.models else _flat_files(answer)


def _flat_files(answer: TokenCounts) -> Table:
    columns = [
        Column("vocabulary"), Column("file"), Column("kind"),
        Column("bytes", "bytes", is_number=True),
        Column("tokens", "tokens", is_number=True),
        Column("at_most", "tokens", is_number=True), Column("is_over"),
    ]  # fmt: skip
    at_most = answer.limit.at_most if answer.limit else None
    rows = [
        [answer.vocabulary, one.file, one.kind, one.bytes, one.tokens, at_most, one.is_over]
        for one in answer.files
    ]
    return Table("tokens", columns, rows)


_PARTS = ("low", "expected", "high")
_TEXTS = ("model", "title", "vendor", "basis", "tokenizer")
_PRICES = ("input", "cache_read", "cache_write")
_UNITS = {"ratio": "ratio", "tokens": "tokens"}


def _flat_models(answer: TokenCounts) -> Table:
    spans = ("ratio", "tokens", *_COSTS)
    columns = [
        Column("prices_as_of"), Column("currency"), Column("files", "count", is_number=True),
        Column("o200k_tokens", "tokens", is_number=True), *(Column(name) for name in _TEXTS),
        *(Column(f"{name}_{part}", _UNITS.get(name, answer.currency), is_number=True)
          for name in spans for part in _PARTS),
        *(Column(f"price_{name}", "USD per million tokens", is_number=True) for name in _PRICES),
        Column("passes_a_month", "count", is_number=True),
        Column("month_writes", "count", is_number=True),
        Column("context_window", "tokens", is_number=True), Column("parts"),
        Column("long_context_over", "tokens", is_number=True),
        Column("has_busy_hours"), Column("unknown"),
    ]  # fmt: skip
    rows = [
        [
            answer.as_of, answer.currency, len(answer.files), answer.tokens,
            *(getattr(one, name) for name in _TEXTS),
            *(getattr(getattr(one, name), part, None) for name in spans for part in _PARTS),
            *(getattr(one.prices, name, None) for name in _PRICES),
            answer.passes_a_month, answer.month_writes, one.context_window, one.parts,
            one.long_context_over, one.has_busy_hours, one.unknown,
        ]
        for one in answer.models
    ]  # fmt: skip
    return Table("tokens", columns, rows)


def render_markdown(answer: TokenCounts) -> str:
    """Write a heading, the files, the models, the notes and the sentence."""
    shown = shown_files(answer)
    held = [f"at most {answer.limit.at_most:,}"] if answer.limit else []
    files = rows_as_table(
        ["file", "kind", "tokens", *held],
        [[escaped(one.file), KINDS[one.kind], f"{one.tokens:,}",
          *([_held(answer, one)] if held else [])] for one in shown],
    )  # fmt: skip
    more = len(answer.files) - len(shown)
    models = rows_as_table(
        ["model", "tokens", f"one pass, {answer.currency}", "filling the cache", "from the cache",
         f"{answer.passes_a_month:,} passes a month",
         f"{figures.share(answer.cached_share)} of them cached"],
        [[escaped(_name(one)), span(one.tokens, figures.tokens),
          *(span(getattr(one, name), fine_money) for name in _COSTS)] for one in answer.models],
    ) if answer.models else ""  # fmt: skip
    parts = [
        f"#### {escaped(_first_line(answer))}",
        files,
        f"and {more:,} more files" if more else "",
        models,
        escaped_prose(" ".join(_legend(answer, 10_000))),
        *(escaped_prose(f"note: {note}") for note in notes(answer)),
        "\n".join(f"* {escaped_prose(line)}" for line in _origins(answer, 10_000)),
        escaped_prose(last_sentence(answer)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"
