"""`advisor tokens`: ratios, costs and limits by hand, and whole answers as recorded."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from command_line import run
from conftest import ROOT, Golden

from advisor.answers.tokens.answer import CountedFile, TokensQuestion, answer_of
from advisor.answers.tokens.model_tokens import tokens_for
from advisor.errors import InputError
from advisor.load.price_book import read_price_book
from advisor.load.tokenizers import read_tokenizers
from advisor.model.tokenizer import KINDS, Kind, TokenizerFile
from advisor.tables.tokens import ModelTokens, TokenCounts, TokenSpan

pytestmark = pytest.mark.usefixtures("plain_screen")

GOLDEN = ROOT / "tests" / "golden" / "tokens"
BOOK, TOKENIZERS = read_price_book(), read_tokenizers()

PRICES = """
vendor: acme
name: Acme
country: US
models:
  plain:
    name: Plain
    context_window: 100_000
    prices:
      - {effective_from: 2026-01-01, input: 2, cache_read: 0.2, cache_write: 2.5, output: 9,
         long_context: [{over: 50_000, input: 4, output: 18}, {over: 80_000, input: 8, output: 30}],
         source: {url: acme.example, checked_on: 2026-10-01}}
  busy:
    name: Busy
    prices:
      - {effective_from: 2026-01-01, input: 1, output: 3,
         peak: {hours_utc: ["01:00-05:00"], input: 2, cache_read: 0.5, output: 6},
         source: {url: acme.example, checked_on: 2026-10-01}}
  later:
    name: Later
    prices:
      - {effective_from: 2027-01-01, input: 1, output: 3, status: announced,
         source: {url: acme.example, checked_on: 2026-10-01}}
"""
RATIOS = {
    "sources": {"own": {"title": "Own", "url": "here", "checked_on": "2026-10-01"}},
    "tokenizers": [
        {
            "name": "Acme", "models": ["acme/*"], "basis": "measured", "sources": ["own"],
            "english": {"low": 1, "mode": 1.5, "high": 2}, "code": 1, "json": [2, 4],
        },
        {"name": "rest", "models": ["*"], "basis": "assumed", "english": 1, "code": 1, "json": 1},
    ],
}  # fmt: skip
ACME = TokenizerFile.model_validate(RATIOS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the prices of a small maker."""
    path = tmp_path_factory.mktemp("pricing")
    (path / "acme.yaml").write_text(PRICES, encoding="utf-8")
    return path


def asked(folder: Path, tokens: int, kind: Kind = "code", **more: Any) -> TokenCounts:
    """Ask for one file of so many tokens on all three models, ten times, half of them cached."""
    book = read_price_book(folder)
    usual = {"passes_a_month": 10, "cached_share": 0.5, "named": ["f"], "offers": book.offers}
    question = TokensQuestion(**{**usual, **more})
    return answer_of([CountedFile("f", kind, 7, tokens)], [], question, book, ACME)


def line(answer: TokenCounts, model: str) -> ModelTokens:
    """Return a model's line."""
    return next(one for one in answer.models if one.model == model)


def flat(value: float) -> Any:
    """Return a figure without a range."""
    return pytest.approx((value, value, value))


# --- ratios


def test_tokens_of_a_model_are_counts_times_ratios() -> None:
    """Low ends add up, so do means and high ends, each kind with its own ratio."""
    counts: dict[Kind, int] = {"english": 60, "code": 10, "json": 5}

    found = tokens_for(counts, ACME.of("acme/plain"))

    assert found == pytest.approx((60 + 10 + 10, 60 * 1.5 + 10 + 15, 120 + 10 + 20))


def test_a_makers_own_vocabulary_has_no_range() -> None:
    """GPT-5 reads by the vocabulary that is counted by."""
    assert tokens_for({"english": 7, "json": 5}, TOKENIZERS.of("openai/gpt-5.4")) == (12, 12, 12)


@pytest.mark.parametrize("offer", BOOK.offers, ids=lambda offer: offer.full_name)
def test_every_model_has_a_plausible_ratio(offer: Any) -> None:
    """No tokenizer on sale makes half as many tokens, or twice as many."""
    ratios = [TOKENIZERS.of(offer.full_name).ratio(kind) for kind in KINDS]

    assert min(ratio.low for ratio in ratios) >= 1
    assert max(ratio.high for ratio in ratios) <= 1.8


@pytest.mark.parametrize("tokenizer", TOKENIZERS.tokenizers, ids=lambda one: one.name)
def test_every_tokenizer_is_some_models(tokenizer: Any) -> None:
    """None is hidden by one above it."""
    served = [one for one in BOOK.offers if TOKENIZERS.of(one.full_name) is tokenizer]

    assert served


@pytest.mark.parametrize(
    ("model", "basis"),
    [
        ("openai/gpt-5.4", "published"), ("openai/gpt-6.1-sol", "carried"),
        ("anthropic/claude-opus-4-6", "measured"), ("anthropic/claude-opus-5-5", "measured"),
        ("anthropic/claude-opus-5", "carried"), ("google/gemini-3.1-pro-preview", "measured"),
        ("google/gemini-3.8-flash", "carried"), ("deepseek/deepseek-v4-pro", "carried"),
        ("moonshot/kimi-k3.1-pro", "assumed"), ("zai/glm-5.3", "assumed"),
        ("xai/grok-4.7", "assumed"), ("alibaba/qwen3.8-max", "assumed"),
    ],
)  # fmt: skip
def test_how_a_ratio_is_known_is_said(model: str, basis: str) -> None:
    """What nobody measured is marked as an assumption."""
    assert TOKENIZERS.of(model).basis == basis


def test_claude_is_within_what_was_measured() -> None:
    """The ratios of libraries of counts: 1.16 to 1.30 up to Claude 4.6, 1.40 to 1.80 from 4.7."""
    old, new = (TOKENIZERS.of(f"anthropic/claude-opus-4-{n}") for n in (6, 7))

    assert (old.english.low, old.code.high) == (1.16, 1.3)
    assert (new.english.low, new.english.high, new.code.high) == (1.4, 1.7, 1.8)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sources": {}}, "'own' is not among `sources`"),
        ({"tokenizers": RATIOS["tokenizers"][:1]}, "that of all other models"),  # type: ignore[index]
    ],
    ids=["no source", "no rest"],
)
def test_a_file_of_ratios_is_held_together(
    change: dict[str, Any], message: str, tmp_path: Path
) -> None:
    """A source that is not there and a model without a ratio are faults of the file."""
    path = tmp_path / "tokenizers.yaml"
    path.write_text(json.dumps({**RATIOS, **change}), encoding="utf-8")

    with pytest.raises(InputError, match=re.escape(message)):
        read_tokenizers(path)


# --- costs


def test_a_pass_costs_tokens_times_price(folder: Path) -> None:
    """20,000 tokens at $2, $2.50 and $0.20 per million."""
    found = line(asked(folder, 20_000), "plain")

    assert found.pass_uncached == flat(0.04)
    assert found.pass_cache_write == flat(0.05)
    assert found.pass_cache_read == flat(0.004)


def test_a_month_is_passes(folder: Path) -> None:
    """Of ten passes with half of them cached, five fill the cache and five read it."""
    answer = asked(folder, 20_000)
    found = line(answer, "plain")

    assert answer.month_writes == 5
    assert found.month_uncached == flat(0.4)
    assert found.month_cached == flat(5 * 0.05 + 5 * 0.004)


@pytest.mark.parametrize(
    ("passes", "share", "writes"),
    [(1, 1.0, 1), (1, 0.0, 1), (1000, 1.0, 1), (1000, 0.95, 50), (1000, 0.0, 1000), (3, 0.5, 2)],
)
def test_the_first_pass_always_writes_the_cache(passes: int, share: float, writes: int) -> None:
    """Nothing can be read from a cache that nobody filled, and no pass is half cached."""
    question = TokensQuestion(["f"], [], passes_a_month=passes, cached_share=share)

    assert question.month_writes == writes


def test_a_range_of_tokens_is_a_range_of_costs(folder: Path) -> None:
    """Ends of the ratio are ends of the cost."""
    found = line(asked(folder, 20_000, "english"), "plain")

    assert found.tokens == TokenSpan(20_000, 30_000, 40_000)
    assert found.pass_uncached == pytest.approx((0.04, 0.06, 0.08))


@pytest.mark.parametrize(
    ("tokens", "cost", "over"),
    [(50_000, 0.1, None), (50_001, 0.200004, 50_000), (90_000, 0.72, 80_000)],
)
def test_a_long_prompt_pays_its_tier(
    tokens: int, cost: float, over: int | None, folder: Path
) -> None:
    """More than a threshold is dearer as a whole, by the highest passed; the threshold is not."""
    found = line(asked(folder, tokens), "plain")

    assert (found.pass_uncached, found.long_context_over) == (flat(cost), over)


def test_what_no_window_takes_is_read_in_parts(folder: Path) -> None:
    """A text larger than the context window pays the price of parts, and says so."""
    found = line(asked(folder, 200_000), "plain")

    assert (found.parts, found.long_context_over) == (True, None)
    assert found.pass_uncached == flat(0.4)


def test_busy_hours_are_the_upper_end(folder: Path) -> None:
    """The quiet price is the lower end; without hours of a team the busy one is expected."""
    found = line(asked(folder, 1_000_000), "busy")

    assert found.has_busy_hours
    assert found.pass_uncached == pytest.approx((1, 2, 2))
    assert found.pass_cache_read == pytest.approx((1, 0.5, 0.5))


def test_a_model_without_a_price_says_so(folder: Path) -> None:
    """A price that is only announced is no cost today, and no zero either."""
    found = line(asked(folder, 1_000), "later")

    assert found.unknown == "no price was known on 2026-10-01"
    assert found.pass_uncached is None


def test_models_stand_cheapest_first(folder: Path) -> None:
    """Those without a price come last."""
    assert [one.model for one in asked(folder, 1_000).models] == ["busy", "plain", "later"]


# --- limits


@pytest.mark.parametrize(("at_most", "over"), [(1_000, []), (999, ["f"])])
def test_a_limit_holds_up_to_its_figure(at_most: int, over: list[str], folder: Path) -> None:
    """Exactly as many tokens as allowed are allowed."""
    limit = asked(folder, 1_000, "english", at_most=at_most).limit

    assert limit == (at_most, ["o200k_base"], over)


def test_a_limit_on_models_holds_what_they_make_of_a_file(folder: Path) -> None:
    """A file of 1,000 tokens is 1,500 on a model whose ratio is 1.5, as expected."""
    answer = asked(folder, 1_000, "english", at_most=1_400, holds_models=True)

    assert answer.files[0].held == TokenSpan(1_000, 1_500, 2_000)
    assert answer.limit == (1_400, ["plain", "busy", "later"], ["f"])


# --- the command


def test_a_broken_limit_ends_with_1_and_names_each_file() -> None:
    """A build fails, and its log says where."""
    ended = run("tokens", GOLDEN / "prompts", "--at-most", "77")
    said = " ".join(ended.out.split())

    assert ended.code == 1
    assert re.search(
        r"2 of 3 files are over 77 tokens: \S+review.md \(\d+\), \S+tool.py \(\d+\)", said
    )


def test_a_limit_that_holds_ends_with_0() -> None:
    """Nothing is over: the largest file is named."""
    ended = run("tokens", GOLDEN / "prompts", "--at-most", "20k", "--files-only")

    assert ended.code == 0
    assert "All 3 files keep to 20,000 tokens; the largest" in " ".join(ended.out.split())


def test_standard_input_is_a_text() -> None:
    """`-` counts what is piped in."""
    ended = run("tokens", "-", "--files-only", "--json", answers="hello world")

    assert json.loads(ended.out)["files"] == [
        {"file": "stdin", "kind": "english", "bytes": 11, "tokens": 2, "held": None,
         "is_over": None}
    ]  # fmt: skip


def test_what_is_skipped_is_told_on_stderr(tmp_path: Path) -> None:
    """The answer is that of the text; how many files were none stands beside it."""
    (tmp_path / "a.md").write_text("hello", encoding="utf-8")
    (tmp_path / "b.bin").write_bytes(b"\0")

    ended = run("tokens", tmp_path, "--files-only")

    assert ended.code == 0
    assert ended.err == f"skipped 1 that is not text: {tmp_path / 'b.bin'} (binary)\n"


def test_models_are_named_by_globs() -> None:
    """A glob stands for all models that it matches, each once, an alias for its model."""
    words = ("--model", "claude-opus-5*", "--model", "claude-opus-5-5", "--model", "gpt-5")
    found = json.loads(run("tokens", ROOT / "LICENSE", *words, "--json").out)

    assert sorted(one["model"] for one in found["models"]) == [
        "claude-opus-5", "claude-opus-5-5", "gpt-5"
    ]  # fmt: skip


def test_without_models_no_price_is_in_the_answer() -> None:
    """`--files-only` lists every file, and knows of no date of prices."""
    found = json.loads(run("tokens", GOLDEN / "prompts", "--files-only", "--json").out)

    assert (found["as_of"], found["models"], len(found["files"])) == (None, [], 3)


def test_a_model_without_a_price_keeps_its_row_and_ends_with_3() -> None:
    """Where nobody had looked at a price by a day, a model has tokens and no costs."""
    ended = run("tokens", ROOT / "LICENSE", "--model", "gpt-5", "--as-of", "2026-08-01")

    assert (ended.code, ended.err.split(" (")[0]) == (3, "not known: gpt-5")
    assert "not known: no price was known on 2026-08-01" in ended.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "say what to count"),
        (["nowhere.md", "no/where"], "nowhere.md: there is no such file"),
        (["LICENSE", "--at-most", "many"], "--at-most: 'many' is not a number"),
        (["LICENSE", "--at-most", "0"], "write a number of tokens, such as 20k"),
        (["LICENSE", "--at-most", "1.5"], "write a number of tokens, such as 20k"),
        (["LICENSE", "--cached", "120%"], "write a share from 0% to 100%"),
        (["LICENSE", "--per-month", "0"], "--per-month: 0: from 1 to"),
        (["LICENSE", "--model", "gpt-5.44"], "did you mean `gpt-5.4`?"),
        (["LICENSE", "--model", "gpt-5", "--files-only"], "take one of the two"),
        (["LICENSE", "--as-of", "today"], "write YYYY-MM-DD"),
        (["LICENSE", "-o", "x.pdf"], "can't tell the format"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else None,
)
def test_a_wrong_call_ends_with_2(
    words: list[str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One clear error, nothing on stdout, and never the code of a broken limit."""
    monkeypatch.chdir(ROOT)

    ended = run("tokens", *words)

    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err


# --- as recorded

FORMS: dict[str, tuple[str, ...]] = {
    "table.txt": (),
    "limit.txt": ("--at-most", "130", "--model", "gpt-5", "--model", "claude-opus-5-5"),
    "narrow.txt": (),
    "files.txt": ("--files-only",),
    "answer.md": ("--format", "markdown", "--at-most", "100"),
    "answer.json": ("--json", "--model", "gpt-5.4", "--model", "deepseek-v4-pro"),
    "answer.csv": ("--format", "csv"),
    "files.csv": ("--files-only", "--format", "csv"),
}


@pytest.mark.parametrize("form", FORMS)
def test_tokens_are_answered_as_recorded(
    form: str, golden: Golden, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The answer for three small prompts has not changed."""
    shutil.copytree(GOLDEN / "prompts", tmp_path / "prompts")
    monkeypatch.chdir(tmp_path)
    if form == "narrow.txt":
        monkeypatch.setenv("COLUMNS", "60")

    ended = run("tokens", "prompts", "--as-of", "2026-11-12", *FORMS[form])

    assert (ended.code, ended.err) == (int("--at-most" in FORMS[form]), "")
    golden(GOLDEN / form, ended.out)


def test_what_is_doubtful_in_a_price_is_said() -> None:
    """Qwen3 Coder Next has one unsure source, and its cost hangs on that."""
    ended = run("tokens", "LICENSE", "--model", "qwen3-coder-next", "--model", "claude-opus-5-5")

    assert "note: the price of Qwen3 Coder Next is of low confidence\n" in ended.out
    assert "the price of Opus 5.5" not in ended.out
