"""`advisor usage`: finds logs by itself, answers in every format, and says what is wrong."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet as pq
import pytest
from command_line import Run, own_environment, run, run_apart
from conftest import ROOT
from usage_logs import LOGS, answer, claude_home, write_lines

from advisor.cli import usage_run
from advisor.output.grid import width_of
from advisor.tables.usage import DETAIL, DIMENSIONS


@pytest.fixture(autouse=True)
def own_home(plain_screen: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test a home without logs, and no moved folders."""
    assert plain_screen is None
    home = tmp_path / "me"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "TERM"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Write a home with three calls of two days, one of a model that nobody sells."""
    lines = [
        answer("m1", request="r1", fresh=1_000_000, read=0, write=0, output=100_000,
               ts="2026-11-18T23:30:00.000Z"),
        answer("m2", request="r2", fresh=0, read=2_000_000, write=0, output=0,
               ts="2026-11-19T10:00:00.000Z"),
        answer("m3", request="r3", fresh=700, read=0, write=0, output=50, model="house-model-1",
               ts="2026-11-19T11:00:00.000Z"),
    ]  # fmt: skip
    return claude_home(tmp_path / "anna", {"s1": lines})


def asked(*words: str | Path) -> dict[str, Any]:
    """Return the answer as JSON."""
    ended = run("usage", *words, "--json")
    assert (ended.code, ended.err) == (0, "")
    found: dict[str, Any] = json.loads(ended.out)
    return found


def by_names(found: dict[str, Any], *names: str) -> dict[tuple[str, ...], dict[str, Any]]:
    """Key rows by some of their dimensions."""
    return {tuple(row[name] for name in names): row for row in found["rows"]}


# --- what is found


def test_one_s_own_home_is_read_without_a_word(own_home: Path) -> None:
    """Without any word every agent's logs in the home are found."""
    claude_home(own_home, {"s1": [answer()]})

    found = asked()
    assert found["sources"] == ["claude-code"]
    assert found["total"]["calls"] == 1


def test_what_was_moved_is_found(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that CLAUDE_CONFIG_DIR names is read beside the home."""
    home = claude_home(tmp_path / "away", {"s1": [answer()]})
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(home / ".claude"))

    assert own_home.is_dir()
    assert asked()["total"]["calls"] == 1


def test_homes_are_added_up_and_told_apart(tmp_path: Path) -> None:
    """Each home's name is that of a person; the same call in two homes counts once."""
    one = claude_home(tmp_path / "ben", {"s1": [answer("m1"), answer("m2", request="r2")]})
    two = claude_home(tmp_path / "cleo", {"s2": [answer("m1"), answer("m3", request="r3")]})

    found = asked("--home", one, "--home", f"cl={two}", "--by", "person")
    assert found["total"]["calls"] == 3
    assert {row["person"] for row in found["rows"]} == {"ben", "cl"}


def test_a_single_agent_is_read_where_it_is_named(logs: Path) -> None:
    """`--claude-code DIR` reads that folder alone."""
    found = asked("--claude-code", logs / ".claude" / "projects")

    assert found["total"]["calls"] == 3


def test_an_export_is_recognised(tmp_path: Path) -> None:
    """A table of one's own is read by its columns, and a known export by itself."""
    table = tmp_path / "mine.csv"
    table.write_text("when,what,in,out\n2026-11-18,claude-opus-4-8,1000000,0\n", encoding="utf-8")
    words = ("--columns", "day=when,model=what,input=in,output=out")

    found = asked(table, *words)
    assert found["total"]["cost"] == pytest.approx(5.0)


REAL = [path for path in sorted(LOGS.iterdir()) if list(path.glob("home*"))]


@pytest.mark.parametrize("folder", REAL, ids=lambda path: path.name)
def test_logs_of_real_agents_are_answered(folder: Path) -> None:
    """Logs that each agent really wrote give rows, and the parts of the sum are its whole."""
    homes = [word for home in sorted(folder.glob("home*")) for word in ("--home", str(home))]

    found = asked(*homes)
    assert found["rows"]
    assert sum(row["calls"] for row in found["rows"]) == found["total"]["calls"]
    assert sum(sum(row["tokens"].values()) for row in found["rows"]) == sum(
        found["total"]["tokens"].values()
    )


# --- what is said


def test_money_is_exact(logs: Path) -> None:
    """A million tokens in and a tenth of one out of Opus 4.8 are $5 and $2.50; cached $1."""
    rows = by_names(asked("--home", logs), "day", "model")

    assert rows["2026-11-18", "claude-opus-4-8"]["cost"] == 7.5
    assert rows["2026-11-19", "claude-opus-4-8"]["cost"] == 1.0


def test_what_has_no_price_is_never_nothing(logs: Path) -> None:
    """It is null in its row, counted in the sum, and listed with the reason."""
    found = asked("--home", logs)

    assert by_names(found, "model")["house-model-1",]["cost"] is None
    assert (found["total"]["cost"], found["total"]["unpriced_calls"]) == (8.5, 1)
    (one,) = found["unpriced"]
    assert (one["model"], one["why"], one["calls"]) == (
        "house-model-1", "not in the price tables", 1,
    )  # fmt: skip
    said = run("usage", "--home", logs).out
    assert "no price" in said
    assert "1 call without a price is not in it." in " ".join(said.split())


def test_rows_have_every_dimension(logs: Path) -> None:
    """Without --by rows are by source, day, model and speed; what isn't grouped by is null."""
    row = asked("--home", logs)["rows"][0]

    assert {name for name in DIMENSIONS if row[name] is not None} == set(DETAIL)
    assert list(row["tokens"]) == ["input", "cache_write", "cache_write_1h", "cache_read", "output"]


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("day", ["2026-11-18", "2026-11-19"]),
        ("week", ["2026-W47"]),
        ("month", ["2026-11"]),
        ("vendor", ["anthropic", "unknown"]),
        ("agent", ["claude-code"]),
        ("speed", ["standard"]),
        ("project", ["/data/dev/app"]),
        ("person", ["anna"]),
        ("priced-as", ["anthropic/claude-opus-4-8", ""]),
    ],
)
def test_anything_can_be_grouped_by(by: str, names: list[str], logs: Path) -> None:
    """Times come in their order, everything else with the dearest first."""
    found = asked("--home", logs, "--by", by)

    key = {"agent": "source", "priced-as": "priced_as"}.get(by, by)
    assert [row[key] for row in found["rows"]] == names


def test_days_are_those_of_the_zone(logs: Path) -> None:
    """Half past eleven at night in UTC is the next day in Berlin."""
    found = asked("--home", logs, "--by", "day", "--timezone", "Europe/Berlin")

    assert [row["day"] for row in found["rows"]] == ["2026-11-19"]


@pytest.mark.parametrize(
    ("words", "calls"),
    [
        (["--since", "2026-11-19"], 2),
        (["--until", "2026-11-18"], 1),
        (["--since", "2026-11-18", "--until", "2026-11-18"], 1),
        (["--since", "2026-11-20"], 0),
        (["--until", "2026-11-18", "--timezone", "Europe/Berlin"], 0),
    ],
)
def test_days_that_are_asked_for_are_included(words: list[str], calls: int, logs: Path) -> None:
    """Both ends are inclusive days of the zone."""
    assert asked("--home", logs, *words)["total"]["calls"] == calls


def test_no_calls_in_the_days_asked_for_is_an_answer(logs: Path) -> None:
    """The screen says so in a sentence, and ends with 0."""
    ended = run("usage", "--home", logs, "--since", "2026-12-01")

    assert (ended.code, ended.out.splitlines()[-1]) == (0, "No call was found in these days.")


def test_the_sentence_alone(logs: Path) -> None:
    """`--brief` prints the last sentence and nothing else."""
    whole, brief = run("usage", "--home", logs).out, run("usage", "--home", logs, "--brief").out

    assert whole.endswith(brief)
    assert brief.startswith("3 calls with 3.10M tokens are worth $8.50 at list prices")


def test_a_name_moves_no_cursor(tmp_path: Path) -> None:
    """What can't be printed is a blank, and wide letters take two columns."""
    home = claude_home(
        tmp_path / "ben", {"s1": [answer(model="evil\x1b[2J\r\nname", cwd="/工作/" + "项目" * 40)]}
    )
    said = run("usage", "--home", home, "--by", "model,project").out

    assert "evil [2J" in said
    assert "\x1b" not in said
    assert max(map(width_of, said.splitlines())) <= 100


def test_a_table_without_calls_is_said_in_tokens(tmp_path: Path) -> None:
    """A source that counts no calls is not said to have made none."""
    table = tmp_path / "mine.csv"
    text = "day,model,input_tokens,output_tokens\n2026-11-18,claude-opus-4-8,1000000,0\n"
    table.write_text(text, encoding="utf-8")

    assert run("usage", table, "--brief").out == ("1.00M tokens are worth $5.00 at list prices.\n")


# --- formats


def test_every_format_has_the_same_total(logs: Path, tmp_path: Path) -> None:
    """JSON, CSV and Parquet add up to the same money, to the last digit."""
    parquet, flat = tmp_path / "u.parquet", tmp_path / "u.csv"
    ended = run("usage", "--home", logs, "--json", "-o", parquet, "-o", flat)

    rows = list(csv.DictReader(io.StringIO(flat.read_text(encoding="utf-8"))))
    in_csv = sum(Decimal(row["cost"]) for row in rows if row["cost"])
    in_parquet = sum(one for one in pq.read_table(parquet)["cost"].to_pylist() if one is not None)
    assert in_csv == in_parquet == Decimal(str(json.loads(ended.out)["total"]["cost"]))
    assert ended.err == f"wrote {parquet}\nwrote {flat}\n"


def test_focus_is_accepted_by_a_validator(logs: Path, tmp_path: Path) -> None:
    """The columns, values and unit price × quantity of FOCUS are in order; priced calls alone."""
    path = tmp_path / "u.focus.csv"
    ended = run("usage", "--home", logs, "--brief", "-o", path)

    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert sum(Decimal(row["BilledCost"]) for row in rows) == Decimal("8.5")
    assert {row["x_RecordKind"] for row in rows} == {"Actual"}
    assert "1 call without a price" in ended.err


def test_focus_counts_days_in_utc(logs: Path, tmp_path: Path) -> None:
    """A zone beside a FOCUS file is refused, as its days would be others."""
    path = tmp_path / "u.focus.csv"
    ended = run("usage", "--home", logs, "--timezone", "Europe/Berlin", "-o", path)

    assert (ended.code, path.exists()) == (2, False)
    assert "--timezone" in ended.err


@pytest.mark.parametrize("columns", [40, 60, 80, 100, 160])
@pytest.mark.parametrize("by", ["source,model", "day,project,person,model"])
def test_no_line_is_wider_than_the_screen(
    columns: int, by: str, logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Columns give way and names are cut; from 60 columns on everything fits."""
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = run("usage", "--home", logs, "--by", by).out.splitlines()

    widest = max(map(len, lines))
    assert widest <= max(columns, 60)


def test_colour_changes_no_word(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is coloured is the chart's bars alone."""
    plain = run("usage", "--home", logs).out
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = run("usage", "--home", logs).out

    assert coloured != plain
    assert coloured.replace("\x1b[36m", "").replace("\x1b[0m", "") == plain


def test_a_dumb_terminal_gets_letters(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With TERM=dumb bars are number signs, and nothing is coloured."""
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("FORCE_COLOR", "1")
    said = run("usage", "--home", logs).out

    assert "####" in said
    assert not {"█", "\x1b"} & set(said)


# --- what is kept


def test_what_was_read_is_kept(logs: Path, own_home: Path) -> None:
    """Logs that are gone at the next run still count; --no-store knows nothing of them."""
    asked("--home", logs)
    (logs / ".claude" / "projects" / "-home-dev-app" / "s1.jsonl").unlink()

    assert (own_home / ".local" / "share" / "advisor" / "usage.db").is_file()
    assert asked("--home", logs)["total"]["calls"] == 3
    assert run("usage", "--home", logs, "--no-store").code == 3


def test_no_store_writes_nothing(logs: Path, own_home: Path) -> None:
    """`--no-store` leaves no file behind."""
    asked("--home", logs, "--no-store")

    assert list(own_home.rglob("*")) == []


def test_forgetting_deletes_the_store(logs: Path, own_home: Path) -> None:
    """`--forget` says what it deleted, and a second one that there is nothing."""
    asked("--home", logs)
    first, second = run("usage", "--forget"), run("usage", "--forget")

    assert first.err.startswith("forgot all calls that were kept in ")
    assert second.err.startswith("nothing was kept")
    assert not (own_home / ".local" / "share" / "advisor" / "usage.db").exists()


# --- wrong words


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--by", "colour"], 2, "'colour' is not one of"),
        (["--by", "modle"], 2, "did you mean `model`?"),
        (["--since", "yesterday"], 2, "--since: 'yesterday' is not a day"),
        (["--until", "2026-02-30"], 2, "--until: '2026-02-30' is not a day"),
        (["--since", "2026-11-02", "--until", "2026-11-01"], 2, "is before --since"),
        (["--timezone", "Mars/Olympus"], 2, "'Mars/Olympus' is not a time zone"),
        (["--timezone", "../../etc/passwd"], 2, "is not a time zone"),
        (["--home", "/nowhere/at/all"], 2, "/nowhere/at/all --home: there is no such folder"),
        (["--codex", "/nowhere"], 2, "/nowhere --codex: there is no such folder"),
        (["/nowhere.csv"], 2, "/nowhere.csv: there is no such file or folder"),
        (["LICENSE"], 2, "is no log or export that is known"),
        (["--plan", "codex"], 2, "write SOURCE=PLAN"),
        (["--plan", "codex=gold"], 2, "'gold' is not a plan"),
        (["--plan", "codx=chatgpt-plus"], 2, "'codx' is not an agent"),
        (["--columns", "day=when"], 2, "is for tables"),
        (["table.csv", "--columns", "colour=when"], 2, "'colour' is not one of month, day"),
        (["table.csv", "--columns", "day=wen"], 2, "table.csv --columns: has no column 'wen'"),
        (["table.csv", "--columns", "day=wen"], 2, "did you mean `when`?"),
        (["table.csv", "--columns", "day"], 2, "write what=column"),
        (["--format", "yaml"], 2, "yaml"),
        (["--hom", "x"], 2, "--hom"),
        (["--since"], 2, "--since"),
        (["--forget", "--no-store"], 2, "nothing to forget"),
        (["-o", "u.xlsx"], 2, "can't tell the format of u.xlsx"),
        ([], 3, "no log of any agent was found in"),
    ],
)
def test_wrong_words_are_said(
    words: list[str], code: int, message: str, monkeypatch: pytest.MonkeyPatch, logs: Path
) -> None:
    """One clear message, the right code, and no answer."""
    monkeypatch.chdir(logs)
    (logs / "LICENSE").write_text("None.\n", encoding="utf-8")
    (logs / "table.csv").write_text("when,what\n2026-11-18,x\n", encoding="utf-8")
    where = [] if message.startswith("no log") or "no such" in message else ["--home", str(logs)]
    ended = run("usage", *words, *where)

    assert (ended.code, ended.out) == (code, "")
    assert message in " ".join(ended.err.split())


def test_plain_words_and_parsed_ones_answer_alike(logs: Path) -> None:
    """A call that needs the parser prints the same bytes as one that doesn't."""
    plain = run("usage", "--home", logs, "--by", "day", "--no-store", "--format", "csv")
    parsed = run("--debug", "usage", "--home", logs, "--by", "day", "--no-store", "--format", "csv")

    assert plain == parsed


def test_secrets_of_a_log_come_out_nowhere(tmp_path: Path, own_home: Path) -> None:
    """What was said in a call is neither printed nor kept."""
    secret = "sk-hunter2-hunter2"  # noqa: S105
    line = answer()
    line["message"]["content"] = [{"type": "text", "text": secret}]
    home = claude_home(tmp_path / "dan", {"s1": [line]})
    flat = tmp_path / "u.csv"
    ended: Run = run("usage", "--home", home, "--json", "-o", flat)

    files = [path.read_bytes() for path in (*own_home.rglob("*"), flat) if path.is_file()]
    assert secret not in ended.out + ended.err
    assert not any(secret.encode() in one for one in files)


# --- how it starts


def test_it_starts_without_what_others_need(logs: Path) -> None:
    """A plain call loads neither numpy, pydantic, YAML nor the parser of command lines."""
    code = (
        "import sys; sys.argv = ['advisor', 'usage', '--home', sys.argv[1]]\n"
        "from advisor.cli.main import main\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        "heavy = {'numpy', 'pydantic', 'yaml', 'typer', 'pyarrow', 'zoneinfo'} & set(sys.modules)\n"
        "sys.stderr.write(','.join(sorted(heavy)) or 'light')\n"
    )
    words = [sys.executable, "-c", code, str(logs)]
    environment = own_environment() | {"HOME": str(logs), "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        words, capture_output=True, text=True, check=True, timeout=60, env=environment
    )

    assert ended.stderr == "light"


class Terminal(io.StringIO):
    """A stderr that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("term", "is_told"), [("xterm", True), ("dumb", False)])
def test_a_terminal_is_told_how_far_it_is(
    term: str, is_told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes a while says so at most five times a second, and leaves an empty line."""
    terminal, clock = Terminal(), iter([0.0, 0.1, 5.0, 5.1])
    monkeypatch.setattr(sys, "stderr", terminal)
    still = SimpleNamespace(monotonic=lambda: next(clock))
    monkeypatch.setattr("advisor.cli.usage_run.time", still)
    progress = usage_run._Progress({"TERM": term})
    for files in (1, 2, 3):
        progress.tell(files, files * 10**9)
    progress.end()

    told = "\rreading logs: 2 files, 2,000 MB \r\x1b[K"
    assert terminal.getvalue() == (told if is_told else "")


def test_a_pipe_gets_no_progress(logs: Path) -> None:
    """How far the reading is, is told to terminals alone."""
    ended = run_apart("usage", "--home", logs, environment={"HOME": str(logs)})

    assert (ended.code, ended.err) == (0, "")


def test_a_file_that_holds_nothing_is_no_bug(tmp_path: Path) -> None:
    """An agent's folder without a call is an answer with no rows."""
    write_lines(tmp_path / "eve" / ".claude" / "projects" / "p" / "s.jsonl", ["{}"])

    assert asked("--home", tmp_path / "eve")["rows"] == []
