"""The command line: exit code, stdout and stderr, together."""

from __future__ import annotations

import gc
import json
import re
from pathlib import Path

import pytest
import typer
from command_line import Run, run
from conftest import ROOT, TODAY

from advisor import __version__
from advisor.cli import exits
from advisor.cli.compare import app
from advisor.cli.compare_run import READ_BY_THE_PARSER
from advisor.cli.main import BEFORE_ALL, COMMANDS
from advisor.cli.streams import Streams, UndeliveredError
from advisor.errors import InfeasibleError, InputError, MissingError, NothingToCheckError
from advisor.load.yaml_source import read_yaml

pytestmark = pytest.mark.usefixtures("plain_screen")

TEAM = """\
developers: 40
budget: 90_000
billed: [{vendor: anthropic, month: 2026-10, cost: 8_400, active_developers: 38}]
options:
  opus: {model: claude-opus-5-5, harness: claude-code}
  codex: {model: gpt-6.1-sol, harness: codex, token_multiplier: 0.8, quality: 0.9}
"""
QUICK = ("--draws", "0")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def team(here: Path) -> Path:
    """Stand beside a team's file."""
    path = here / "team.yaml"
    path.write_text(TEAM)
    return path


def first_line(ended: Run) -> str:
    """Return the line that names file, months, currency and the prices' day, unwrapped."""
    assert ended.code == 0, ended.err
    return ended.out.split("\n\n")[0].replace("\n", " ")


# --- The program ---------------------------------------------------------------------------------


def test_without_a_command_the_help_is_shown() -> None:
    """`advisor` alone shows what there is, and ends as wrong input does."""
    ended = run()

    assert ended.code == 2
    assert "Usage: advisor" in ended.out + ended.err


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_is_an_answer(flag: str) -> None:
    """Help goes to stdout and ends with 0."""
    ended = run(flag)

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("Usage: advisor [OPTIONS] COMMAND")


def test_the_version_is_printed() -> None:
    """`--version` is one line."""
    assert run("--version") == Run(0, f"advisor {__version__}\n", "")


@pytest.mark.parametrize(
    ("name", "near"), [("comapre", "compare"), ("price", "prices"), ("scheme", "schema")]
)
def test_a_misspelt_command_has_a_near_one(name: str, near: str) -> None:
    """A command that is nearly right is named."""
    ended = run(name)

    assert (ended.code, ended.out) == (2, "")
    assert f"there is no command '{name}': did you mean `{near}`?" in ended.err


def test_an_unknown_command_is_wrong_input() -> None:
    """What is near to nothing gets no guess."""
    ended = run("xyzzy")

    assert (ended.code, ended.out) == (2, "")
    assert "there is no command 'xyzzy'" in ended.err
    assert "did you mean" not in ended.err


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["compare", "--nonsense"], "No such option: --nonsense"),
        (["compare", "--draws", "many"], "Invalid value for '--draws'"),
        (["compare", "--draws", "many"], "not a whole number"),
        (["compare", "--format", "odd"], ": 'odd' is not one of 'table'"),
        (["compare", "--format", "xml"], "'xml' is not one of"),
        (["compare", "--developers"], "requires an argument"),
        (["compare", "a.yaml", "b.yaml"], "unexpected extra argument"),
        (["schema", "nonsense"], "'nonsense' is not one of"),
        (["prices", "nonsense"], "No such command 'nonsense'"),
    ],
)
def test_a_wrong_call_ends_with_2(words: list[str], reason: str) -> None:
    """What the parser refuses is wrong input, with the reason on stderr."""
    ended = run(*words)

    assert (ended.code, ended.out) == (2, "")
    assert reason in ended.err


def test_the_environment_sets_defaults(team: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`ADVISOR_FORMAT` and `ADVISOR_DRAWS` stand for their flags; a flag wins."""
    monkeypatch.setenv("ADVISOR_FORMAT", "json")
    monkeypatch.setenv("ADVISOR_DRAWS", "10")
    monkeypatch.setenv("ADVISOR_SEED", "5")

    by_environment = json.loads(run("compare", team).out)
    by_flag = json.loads(run("compare", team, "--draws", "20").out)

    assert (by_environment["draws"], by_environment["seed"]) == (10, 5)
    assert by_flag["draws"] == 20


@pytest.mark.parametrize(
    "extra",
    [{}, {"ADVISOR_DRAWS": "7"}, {"ADVISOR_FORMAT": "csv"}, {"ADVISOR_SEED": "3"}],
    ids=str,
)
@pytest.mark.parametrize("words", [("team.yaml",), ("--json",), ("team.yaml", "--json")])
@pytest.mark.usefixtures("team")
def test_a_file_alone_and_parsed_words_answer_alike(
    words: tuple[str, ...], extra: dict[str, str]
) -> None:
    """What is answered without the parser is what the parser's call answers, to the byte."""
    plain, parsed = (
        run(*debug, "compare", *words, environment=extra) for debug in ((), ("--debug",))
    )

    assert plain == parsed


def test_every_variable_that_stands_for_an_option_asks_for_the_parser() -> None:
    """No option of `compare` can be set in the environment past the plain reading."""
    options = typer.main.get_command(app).params
    named = {option.envvar for option in options if getattr(option, "envvar", None)}

    assert named == set(READ_BY_THE_PARSER)


@pytest.mark.parametrize("words", [("compare", "team.yaml"), ("usage", "--home", ".")], ids=str)
@pytest.mark.usefixtures("team")
def test_what_is_read_before_any_command_is_the_parsers(words: tuple[str, ...]) -> None:
    """A wrong `ADVISOR_DEBUG` is told by commands that start without the parser, too."""
    ended = run(*words, environment={"ADVISOR_DEBUG": "odd"})

    assert (ended.code, ended.out) == (2, "")
    assert "ADVISOR_DEBUG" in ended.err
    assert set(BEFORE_ALL) == {"ADVISOR_DEBUG", "_ADVISOR_COMPLETE"}


def test_a_wrong_default_is_named(team: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip in the environment is told with the variable's name."""
    monkeypatch.setenv("ADVISOR_DRAWS", "many")

    ended = run("compare", team)

    assert (ended.code, ended.out) == (2, "")
    assert "ADVISOR_DRAWS" in ended.err


# --- How a command ends --------------------------------------------------------------------------


def raising(error: BaseException) -> Run:
    """Return how the program ends where a command raises."""

    def command() -> int:
        raise error

    return Run(exits.run(command, Streams()), "", "")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InputError("x"), 2),
        (NothingToCheckError("x"), 2),
        (MissingError("x"), 3),
        (InfeasibleError("x"), 4),
        (typer.Exit(1), 1),
        (typer.Abort(), 130),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError("x"), 70),
        (RuntimeWarning("x"), 70),
        (MemoryError(), 70),
        (UndeliveredError("x"), 74),
    ],
    ids=repr,
)
def test_every_end_has_its_code(error: BaseException, code: int) -> None:
    """An uncaught error never looks like "over budget", nor like wrong input."""
    assert raising(error).code == code


def test_a_bug_is_said_in_two_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """What broke and where to report it; the traceback only for who asks."""
    raising(ZeroDivisionError("division by zero"))

    assert capsys.readouterr().err == (
        "a bug in advisor, not in your input: ZeroDivisionError: division by zero\n"
        "please open an issue with what `--debug` before the command prints\n"
    )


def test_debug_shows_where_a_bug_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ADVISOR_DEBUG` and `--debug` print the traceback."""
    monkeypatch.setenv("ADVISOR_DEBUG", "1")

    raising(ZeroDivisionError("division by zero"))

    assert "Traceback (most recent call last)" in capsys.readouterr().err


# --- Which file ----------------------------------------------------------------------------------


def test_the_file_of_this_folder_is_found(team: Path) -> None:
    """`advisor compare` alone reads ./team.yaml."""
    assert first_line(run("compare", *QUICK)).startswith(f"{team.stem} (team.yaml)")


def test_the_only_file_of_workloads_is_found(here: Path) -> None:
    """Profiles and the shortlist beside it are no teams."""
    (here / "workloads").mkdir()
    for name in ("profiles", "shortlist", "payments"):
        (here / "workloads" / f"{name}.yaml").write_text(TEAM)

    assert first_line(run("compare", *QUICK)).startswith("payments (workloads/payments.yaml)")


def test_of_two_files_none_is_guessed(here: Path) -> None:
    """Which of several is meant has to be said."""
    (here / "workloads").mkdir()
    for name in ("payments", "search"):
        (here / "workloads" / f"{name}.yaml").write_text(TEAM)

    ended = run("compare", *QUICK)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("no file: say which")


@pytest.mark.parametrize(
    ("flags", "key", "value"),
    [
        (("--months", "6"), "months", 6),
        (("--start", "2027-04"), "start", "2027-04"),
        (("--seed", "7"), "seed", 7),
        (("--as-of", "2026-11-12"), "as_of", "2026-11-12"),
    ],
)
@pytest.mark.usefixtures("team")
def test_a_flag_wins_over_the_file(flags: tuple[str, ...], key: str, value: object) -> None:
    """What is typed beside a file replaces what the file says."""
    answer = json.loads(run("compare", "team.yaml", "--json", *QUICK, *flags).out)

    assert answer[key] == value


@pytest.mark.usefixtures("team")
def test_a_budget_may_be_typed_as_files_write_it() -> None:
    """`--budget 60k` beside a file that says 90_000."""
    rows = {
        budget: json.loads(run("compare", "team.yaml", "--json", *QUICK, "--budget", budget).out)
        for budget in ("90_000", "45k")
    }
    used = {budget: row["options"][0]["budget_used"] for budget, row in rows.items()}

    assert used["45k"] == pytest.approx(2 * used["90_000"])


@pytest.mark.usefixtures("team")
def test_developers_alone_ask_without_the_file() -> None:
    """`--developers 40` is the whole question, whatever file lies here."""
    assert first_line(run("compare", "--developers", "40", *QUICK)).startswith("your team (flags)")


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("by", ["spend", "quality", "completed", "cost_per_completed"])
def test_what_needs_no_value_ranks_without_one(by: str) -> None:
    """Options without a worth can still stand in order of something else."""
    rows = json.loads(run("compare", "team.yaml", "--json", *QUICK, "--by", by).out)["options"]

    assert [row["rank"] for row in rows] == [1, 2]


@pytest.mark.usefixtures("team")
def test_without_values_nothing_is_ranked() -> None:
    """No rank, but the hours on which the choice hangs."""
    answer = json.loads(run("compare", "team.yaml", "--json", *QUICK).out)

    assert [row["rank"] for row in answer["options"]] == [None, None]
    assert "hours" in {flip["key"] for flip in answer["flips"]}


# --- init ----------------------------------------------------------------------------------------

ALL_SAID = (
    "--developers", "40", "--active", "38", "--billed", "anthropic=8400", "--month", "2026-10",
    "--budget", "90000", "--yes",
)  # fmt: skip


def test_init_writes_a_file_that_compare_answers(here: Path) -> None:
    """One pasted line, then the next: no editing between them."""
    written = run("init", *ALL_SAID)
    answered = run("compare", *QUICK)

    assert (written.code, written.err) == (0, "")
    assert "$8,400 / 38 = $221 per active developer" in written.out
    assert written.out.endswith("Next: advisor compare team.yaml\n")
    assert (answered.code, answered.err) == (0, "")
    assert (here / "team.yaml").read_text().startswith("# What I know\ndevelopers: 40 ")


def test_init_counts_the_lines_that_it_wrote(here: Path) -> None:
    """The last line says how long the file is."""
    written = run("init", "ours.yaml", *ALL_SAID)
    lines = len((here / "ours.yaml").read_text().splitlines())

    assert f"Wrote ours.yaml ({lines} lines, comments)." in written.out


@pytest.mark.usefixtures("here")
def test_init_asks_what_no_flag_says() -> None:
    """About nine questions, each with a default where there is one."""
    answers = "40\n38\nanthropic 8400\n2026-10\n\n\n\n90000\n\n"

    ended = run("init", answers=answers)

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.count("?") == 9
    assert "model: claude-opus-5-5" in Path("team.yaml").read_text()


@pytest.mark.usefixtures("here")
def test_init_asks_no_more_of_who_does_not_know_the_bill() -> None:
    """Without a bill its month, model and fees are not asked for."""
    ended = run("init", answers="40\n20\n\n\nnone\ny\n")

    assert (ended.code, ended.err) == (0, "")
    assert "adoption: 50%" in Path("team.yaml").read_text()
    assert "deny" not in Path("team.yaml").read_text()


@pytest.mark.usefixtures("here")
def test_init_asks_again_until_it_understands() -> None:
    """An answer that cannot be read ends nothing: it is told what is wrong, and asked once more."""
    wrong = ["many", "99", "19.400 anthropic", "19,400 antropic", "october", "20,000", "claud"]
    answers = (
        "many\n63\n99\n58\n19.400 anthropic\n19,400 antropic\n19,400 anthropic\noctober\n"
        "2026-10\n20,000\n0\nclaud\n\n13\n\n200.000\n200,000\n\n"
    )

    ended = run("init", answers=answers)

    assert (ended.code, ended.err) == (0, "")
    hint = "did you mean `anthropic`?"
    assert ended.out.replace(hint, "").count("?") == 9 + len([*wrong, "13", "200.000"])
    assert "cost: 19_400, active_developers: 58" in Path("team.yaml").read_text()
    assert "budget: 200_000 " in Path("team.yaml").read_text()


@pytest.mark.usefixtures("here")
def test_init_takes_several_invoices_seats_hiring_and_a_fiscal_year() -> None:
    """What a company says of itself in one line each stands in the file, and is answered."""
    bills = "$19,400 to anthropic, github 475 for 25 seats and 1200 openai"
    answers = f"63, 80 from 2027-04\n58\n{bills}\n2026-10\n0\n\n12\n0\n\nfeb\n200k\nn\n"

    ended = run("init", answers=answers)
    answered = run("compare", "team.yaml", "--brief", *QUICK)

    written = Path("team.yaml").read_text()
    assert (ended.code, answered.code) == (0, 0)
    assert "developers: {2026-10: 63, 2027-03: 63, 2027-04: 80}" in written
    assert "{vendor: github, month: 2026-10, cost: 475, seats: 25}" in written
    assert "vendor: openai, month: 2026-10, cost: 1_200, active_developers: 12" in written
    assert "start: 2027-02 " in written
    assert "fiscal_year_starts: 2 " in written


def test_two_invoices_on_flags_are_both_kept(here: Path) -> None:
    """A flag that is said twice says two things."""
    written = run(
        "init", "--developers", "40", "--active", "38", "--billed", "anthropic=8,400",
        "--billed", "openai=1200", "--seat-fees", "openai=200", "--yes",
    )  # fmt: skip
    text = (here / "team.yaml").read_text()

    assert written.code == 0
    assert "vendor: anthropic" in text
    assert "cost: 8_400, active_developers: 38}" in text
    assert "cost: 1_200, active_developers: 38, seat_fees: 200}" in text


@pytest.mark.usefixtures("here")
def test_init_that_is_left_unanswered_writes_nothing() -> None:
    """The end of the input in the middle of the questions is an interruption."""
    ended = run("init", answers="40\n")

    assert ended.code == 130
    assert not Path("team.yaml").exists()


@pytest.mark.usefixtures("team")
def test_init_overwrites_nothing_unasked() -> None:
    """A file that is there stays, unless `--force`."""
    refused = run("init", *ALL_SAID)
    forced = run("init", *ALL_SAID, "--force")

    assert refused == Run(2, "", "team.yaml: is there already; --force overwrites it\n")
    assert forced.code == 0


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--yes",), "--developers: say how many: --developers 40\n"),
        (
            ("--yes", "--developers", "40", "--billed", "anthropic"),
            "--billed: 'anthropic': write VENDOR and COST, such as anthropic 8400, or github 475 "
            "for 25 seats\n",
        ),
        (("--yes", "--developers", "many"), "--developers: 'many' is not a number\n"),
        (
            ("--yes", "--developers", "40", "--month", "2026-13"),
            "--month: '2026-13' is not a month: write YYYY-MM, such as 2027-01\n",
        ),
        (
            ("--yes", "--developers", "40", "--billed", "antropic=8400"),
            "--billed: 'antropic' is not a vendor in the price tables: did you mean `anthropic`?\n",
        ),
        (
            ("--yes", "--developers", "40", "--billed", "claude=8400"),
            "--billed: 'claude' is not a vendor in the price tables: did you mean `anthropic`?\n",
        ),
        (
            ("--yes", "--developers", "40", "--billed", "Copilot=475"),
            "--billed: 'copilot' is not a vendor in the price tables: did you mean `github`?\n",
        ),
        (
            ("--yes", "--developers", "40", "--billed", "anthropic=8400", "--active", "50"),
            "--active: 50 active developers of 40\n",
        ),
        (
            ("--yes", "--developers", "40", "--billed", "anthropic=8.400"),
            "--billed: 8.400 may be thousands or thousandths: write 8_400 or 8.4\n",
        ),
        (
            ("nowhere/team.yaml", "--yes", "--developers", "40"),
            "nowhere/team.yaml: can't be written: No such file or directory\n",
        ),
    ],
)
def test_a_wrong_answer_writes_no_file(flags: tuple[str, ...], message: str, here: Path) -> None:
    """What would not be read is not written."""
    assert run("init", *flags) == Run(2, "", message)
    assert list(here.iterdir()) == []


# --- prices --------------------------------------------------------------------------------------

SAID = f"on today, {TODAY}; --on says another day\n"


def test_the_list_names_every_model() -> None:
    """Each model of the tables stands in the list, with its maker."""
    rows = json.loads(run("prices", "list", "--json").out)["rows"]
    written = read_yaml(ROOT / "pricing" / "zai.yaml").data["models"]

    assert {row["model"] for row in rows if row["vendor"] == "zai"} == set(written)


@pytest.mark.parametrize("words", [["list"], ["list", "anthropic"], ["list", "--plans"]])
@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown"])
def test_a_list_prints_in_every_format(words: list[str], form: str) -> None:
    """Models of all, of one maker, and plans."""
    ended = run("prices", *words, "--format", form)

    assert (ended.code, ended.err) == (0, SAID)
    assert ended.out.count("\n") > 3


def test_a_vendors_list_holds_no_other() -> None:
    """`prices list openai` is about OpenAI."""
    rows = json.loads(run("prices", "list", "openai", "--json").out)["rows"]

    assert {row["vendor"] for row in rows} == {"openai"}


@pytest.mark.parametrize("name", ["claude-opus-5-5", "anthropic/claude-opus-5-5"])
@pytest.mark.parametrize("command", ["show", "history"])
def test_a_model_is_shown_by_either_name(command: str, name: str) -> None:
    """An id where it is unique, else `vendor/id`."""
    ended = run("prices", command, name)

    assert (ended.code, ended.err) == (0, SAID if command == "show" else "")
    assert ended.out.startswith("anthropic/claude-opus-5-5")


def test_a_price_is_shown_as_of_its_day() -> None:
    """Gemini 3.8 Flash doubles on 1 January 2027: the day itself has the new price."""
    prices = [
        json.loads(run("prices", "show", "gemini-3.8-flash", "--on", day, "--json").out)["rows"]
        for day in ("2026-12-31", "2027-01-01")
    ]

    assert 2 * prices[0][0]["input"] == prices[1][0]["input"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["show", "claude-opus-55"],
            "'claude-opus-55' is neither a model nor a plan of the tables\n"
            "  hint: did you mean `claude-opus-5-5`?\n",
        ),
        (
            ["list", "antropic"],
            "'antropic' is not a vendor in the price tables\n  hint: did you mean `anthropic`?\n",
        ),
        (["list", "--on", "soon"], "--on: 'soon' is not a date: write YYYY-MM-DD\n"),
        (["list", "--as-of", "soon"], "--as-of: 'soon' is not a date: write YYYY-MM-DD\n"),
        (["check", "nowhere"], "nowhere: holds no pricing files (*.yaml)\n"),
        (
            ["list", "-o", "prices.pdf"],
            f"{SAID}-o: can't tell the format of prices.pdf: use .txt, .json, .csv, .md\n",
        ),
    ],
)
@pytest.mark.usefixtures("here")
def test_a_wrong_question_about_prices_is_named(words: list[str], message: str) -> None:
    """The flag or the name that is wrong, and what was probably meant."""
    assert run("prices", *words) == Run(2, "", message)


def test_the_shipped_tables_are_in_order() -> None:
    """`prices check` ends with 0, and its last sentence says so."""
    ended = run("prices", "check")

    assert (ended.code, ended.err) == (0, SAID)
    assert ended.out.endswith(": in order\n")


def test_tables_that_disagree_end_with_1(here: Path) -> None:
    """An implausible price is printed, and the exit says that something is to be looked at."""
    (here / "acme.yaml").write_text(
        "vendor: acme\nname: Acme\ncountry: US\nmodels:\n  m:\n    name: M\n    prices:\n"
        "      - effective_from: 2026-01-01\n        input: 10\n        output: 1\n"
        "        source: {url: https://example.org, checked_on: 2026-11-12}\n"
    )

    ended = run("prices", "check", ".")

    assert (ended.code, ended.err) == (1, SAID)
    assert "odd:\n  acme/m from 2026-01-01: standard: output (1) is cheaper than input" in ended.out


def test_a_folder_without_prices_is_wrong_input(here: Path) -> None:
    """Holidays alone are nothing to check."""
    (here / "calendars.yaml").write_text(
        "calendars: {x: {2027: [2027-01-01], source: {url: u, checked_on: 2026-11-12}}}\n"
    )

    assert run("prices", "check", ".") == Run(2, "", ".: holds no prices\n")


def test_tables_with_faults_are_wrong_input(here: Path) -> None:
    """A misspelt key in a pricing file is a fault at its line."""
    (here / "acme.yaml").write_text("vendor: acme\nmodel: {}\n")

    ended = run("prices", "check", ".")

    assert ended.code == 2
    assert ended.err == (
        "acme.yaml:2:1 model: is not a known key\n  hint: did you mean `models`?\n"
    )


# --- All of them ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_says_what_it_does(name: str) -> None:
    """The first sentence below the usage is the command's own."""
    text = run(name, "-h").out

    assert re.match(rf"Usage: advisor {name} .*\n\n  [A-Z][^\n]+\w", text)


def test_the_program_leaves_the_collector_as_it_was() -> None:
    """A test run is longer than a command, and is collected again after it."""
    run("--version")

    assert gc.isenabled()
