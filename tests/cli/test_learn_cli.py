"""`advisor learn`: what it writes is what the team was made of, and costs what it cost."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import yaml
from command_line import run
from usage_logs import answer, claude_home
from usage_team import CALLS, DAYS, FIRST, MODELS, Team, drawn_team

pytestmark = pytest.mark.usefixtures("plain_screen")


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Team:
    """Draw a team of six."""
    return drawn_team(tmp_path_factory.mktemp("team"))


def window() -> list[str]:
    """Return the days that the team was drawn for."""
    last = FIRST.date().toordinal() + DAYS - 1
    return ["--since", f"{FIRST:%Y-%m-%d}", "--until", str(type(FIRST.date()).fromordinal(last))]


def learned(team: Team, file: Path, *words: str) -> str:
    """Learn from all homes and return the text."""
    homes = [word for home in team.homes for word in ("--home", str(home))]
    ended = run("learn", file, "--no-store", *homes, *window(), *words)
    assert (ended.code, ended.out) == (0, "")
    return file.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def text(team: Team, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Learn once."""
    return learned(team, tmp_path_factory.mktemp("learnt") / "team.yaml", "--start", "2026-10")


@pytest.fixture(scope="module")
def data(text: str) -> dict[str, Any]:
    """Read what was written, numbers as numbers."""
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def priced_year(file: Path, option: str = "today") -> float:
    """Return what today's way costs in the plan's twelve months; one option alone has its name."""
    ended = run("compare", file, "--draws", "0", "--json")
    assert ended.code == 0, ended.err
    (today,) = [one for one in json.loads(ended.out)["options"] if one["option"] == option]
    return float(today["spend"]["expected"])


def test_its_cost_is_the_team_s(team: Team, text: str, tmp_path: Path) -> None:
    """`compare` of the file gives the monthly cost that an oracle finds, within 1 %."""
    file = tmp_path / "team.yaml"
    file.write_text(text, encoding="utf-8")

    assert priced_year(file) / 12 == pytest.approx(float(team.cost) / team.months, rel=0.01)


def test_people_and_sessions_are_counted(team: Team, data: dict[str, Any]) -> None:
    """Developers are the people, and tasks add up to the sessions of the months."""
    tasks = [one for name, one in data["tasks"].items() if " over " not in name]
    sessions = sum(one["per_developer_month"] for one in tasks) * team.people * team.months
    written = sum(len(list(home.rglob("*.jsonl"))) for home in team.homes)

    assert data["developers"] == team.people
    assert sessions == pytest.approx(written, rel=0.03)


def test_tokens_are_those_that_were_used(team: Team, data: dict[str, Any]) -> None:
    """Over all work, each class of token comes out to a thousandth."""
    months = team.people * team.months
    found = {
        name: sum(
            one["per_developer_month"] * months * one["tokens"].get(name, 0)
            for one in data["tasks"].values()
        )
        for name in ("input", "cache_write", "cache_read", "output")
    }

    assert found == {name: pytest.approx(team.tokens[name], rel=2e-3) for name in found}


@pytest.mark.parametrize("model", ["claude-opus-4-8", "claude-haiku-4-5"])
def test_prompts_are_recovered(model: str, data: dict[str, Any]) -> None:
    """Where no tier hangs on them, percentiles of prompts are those drawn, within a tenth."""
    prompts = data["tasks"][f"work on {model}"]["prompt_tokens"]

    assert prompts["p50"] == pytest.approx(MODELS[model].p50, rel=0.1)
    assert prompts["p90"] == pytest.approx(MODELS[model].p90, rel=0.1)


def test_tiers_are_classes_of_their_own(data: dict[str, Any]) -> None:
    """Calls on either side of Gemini's 200,000 tokens are told apart, one size stands for each."""
    below, above = (
        data["tasks"][f"work on gemini-3.1-pro-preview{rest}"]["prompt_tokens"]
        for rest in ("", " over 200000")
    )

    assert below <= 200_000 < above


def test_busy_hours_are_measured(data: dict[str, Any]) -> None:
    """Sessions at any hour meet DeepSeek's seven busy hours of a workday in a fifth of cases."""
    share = data["options"]["deepseek-flash"]["off_peak_share"]

    assert share == pytest.approx(1 - 7 / 24 * 5 / 7, abs=0.1)


def test_the_spread_between_people_is_theirs(team: Team, data: dict[str, Any]) -> None:
    """The middle person, and one of ten, in dollars a month."""
    monthly = [float(cost) / team.months for cost in team.by_person]

    assert data["usage_spread"]["p50"] == pytest.approx(median(monthly), rel=1e-3)
    assert median(monthly) < data["usage_spread"]["p90"] <= max(monthly)


def test_growth_is_found_with_its_doubt(team: Team, text: str) -> None:
    """The growth drawn lies within what is said of it, and is left for the reader to take."""
    (line,) = [one for one in text.splitlines() if one.startswith("# growth")]
    rate, doubt = line.split("a month, ±")[0].split()[-1], line.split("±")[1].split(",")[0]

    low, high = (float(rate.rstrip("%")) + sign * float(doubt) for sign in (-1, 1))
    assert low <= 100 * team.growth <= high
    assert "growth" not in yaml.safe_load(text)


def test_what_runs_today_is_what_ran(data: dict[str, Any]) -> None:
    """Each kind of work goes to the option that did it, and the dearest is the reference."""
    assert set(data["options"]) == set(MODELS)
    assert all(name.startswith(f"work on {one}") for name, one in data["current"].items())
    assert data["reference"] == "claude-opus-4-8"


def test_every_figure_has_its_evidence(text: str, data: dict[str, Any]) -> None:
    """Below each kind of work stands how many calls it is from, and they add up to all."""
    evidence = [line for line in text.splitlines() if " calls in " in line]
    calls = sum(int(line.split()[1].replace(",", "")) for line in evidence)

    assert len(evidence) == len(data["tasks"])
    assert f"# {calls:,} calls cost $" in text
    assert calls % CALLS == 0


def test_kinds_of_work_are_by_rules(team: Team, tmp_path: Path) -> None:
    """The first rule that fits names the work; the cost stays what it was."""
    rules = tmp_path / "kinds.yaml"
    rules.write_text(
        "kinds:\n  small: {model: '*haiku*'}\n  app: {project: '/data/*', agent: claude-code}\n",
        encoding="utf-8",
    )
    file = tmp_path / "team.yaml"
    text = learned(team, file, "--start", "2026-10", "--kinds", str(rules))

    kinds = {name.partition(" on ")[0] for name in yaml.safe_load(text)["tasks"]}
    assert kinds == {"small", "app"}
    assert priced_year(file) / 12 == pytest.approx(float(team.cost) / team.months, rel=0.01)


def test_a_way_to_be_served_that_ends_is_not_planned(tmp_path: Path) -> None:
    """Fast calls of a model whose fast way ends are learnt at its plain price, and it is said."""
    home = claude_home(tmp_path / "anna", {"s1": [answer(usage={"speed": "fast"})]})
    file = tmp_path / "team.yaml"
    ended = run("learn", file, "--home", home, "--no-store")
    text = file.read_text(encoding="utf-8")

    assert (ended.code, run("compare", file, "--draws", "0").code) == (0, 0)
    assert "mode" not in yaml.safe_load(text)["options"]["claude-opus-4-8-fast"]
    assert "# fast until 2026-11-30, when that ends: priced without it from then on" in text


def test_what_it_leaves_out_is_said(tmp_path: Path) -> None:
    """Calls without a price, and cut ones, are named at the end of the file."""
    cut = answer("m2", request="r2", ref="q2", stop=None, has_details=False)
    lines = [answer(), answer("m3", request="r3", model="house-model-1"), cut]
    home = claude_home(tmp_path / "anna", {"s1": lines})
    file = tmp_path / "team.yaml"

    assert run("learn", file, "--home", home, "--no-store").code == 0
    said = file.read_text(encoding="utf-8")
    assert "# No price, so not in here: house-model-1: 1 calls" in said
    assert "cut" in said


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--kinds", "none.yaml"], 2, "there is no such file"),
        (["--kinds", "odd.yaml"], 2, "odd.yaml:2:"),
        (["--kinds", "empty.yaml"], 2, "say at least one of agent, model, project, person"),
        (["--start", "next"], 2, "--start: 'next' is not a month"),
        (["--since", "2027-01-01"], 3, "nothing to learn from"),
        (["--home", "/nowhere"], 2, "there is no such folder"),
    ],
)
def test_wrong_words_write_nothing(
    words: list[str], code: int, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One clear message, the right code, and no file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "odd.yaml").write_text("kinds:\n  a: {colour: red}\n", encoding="utf-8")
    (tmp_path / "empty.yaml").write_text("kinds:\n  a: {}\n", encoding="utf-8")
    home = claude_home(tmp_path / "anna", {"s1": [answer()]})
    ended = run("learn", "new.yaml", "--no-store", "--home", home, *words)

    assert ended.code == code
    assert message in " ".join(ended.err.split())
    assert not (tmp_path / "new.yaml").exists()


def test_a_table_without_sessions_is_learnt_from(tmp_path: Path) -> None:
    """A task is a month's use where no session is named, and the cost is that of the table."""
    table = tmp_path / "use.csv"
    rows = [f"2026-11-{day:02d},{who},gpt-5.4,1000000,0" for day in (1, 30) for who in "ab"]
    table.write_text("\n".join(["day,user,model,input,output", *rows]) + "\n", encoding="utf-8")
    file = tmp_path / "team.yaml"
    assert run("learn", file, "--from", table, "--no-store").code == 0
    text = file.read_text(encoding="utf-8")

    assert yaml.safe_load(text)["tasks"]["work on gpt-5.4"]["per_developer_month"] == 1
    assert "which nothing says" in text
    assert priced_year(file, "gpt-5.4") / 12 == pytest.approx(4 * 2.5 * 365.25 / 12 / 30, rel=0.01)


@pytest.fixture
def with_logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plain_screen: None) -> Path:
    """Be at home, where Claude Code has worked."""
    del plain_screen  # it goes elsewhere, so it has to go first
    for name in ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return claude_home(tmp_path, {"s1": [answer()]})


@pytest.mark.parametrize("said", ["\n", "y\n"])
@pytest.mark.usefixtures("with_logs")
def test_init_offers_to_start_from_logs(said: str) -> None:
    """Who agrees, or just goes on, gets the very file that `learn` writes, and no question more."""
    ended = run("init", answers=said)
    assert run("learn", "other.yaml").code == 0

    assert (ended.code, ended.out.count("?")) == (0, 1)
    assert ended.out.startswith("Logs of claude-code are here. Start from what they show? [Y/n]")
    assert "Next: advisor compare team.yaml" in ended.err
    assert Path("team.yaml").read_text() == Path("other.yaml").read_text()


@pytest.mark.usefixtures("with_logs")
def test_init_asks_its_questions_of_who_declines() -> None:
    """A no leads to the usual questions, and nothing is offered again at the end."""
    ended = run("init", answers="n\n40\n20\n\n\nnone\ny\n")

    assert (ended.code, ended.err) == (0, "")
    assert "adoption: 50%" in Path("team.yaml").read_text()


@pytest.mark.usefixtures("with_logs")
def test_init_without_questions_starts_from_logs_if_told() -> None:
    """`--yes` alone keeps to guesses and says that logs are here; --from-usage uses them."""
    guessed = run("init", "a.yaml", "--developers", "4", "--yes")
    learnt = run("init", "b.yaml", "--yes", "--from-usage")
    silent = run("init", "c.yaml", "--no-usage", answers="40\n20\n\n\nnone\ny\n")

    assert guessed.err.startswith("note: logs of claude-code are here: `advisor learn a.yaml")
    assert (learnt.code, learnt.out) == (0, "")
    assert "claude-opus" in Path("b.yaml").read_text()
    assert "Start from what they show" not in silent.out
    assert silent.code == 0


@pytest.mark.usefixtures("with_logs")
def test_init_from_logs_takes_no_answers() -> None:
    """An answer that would be passed over is an error, and nothing is written."""
    ended = run("init", "--from-usage", "--developers", "4")

    assert (ended.code, Path("team.yaml").exists()) == (2, False)
    assert "--from-usage: says what the other flags say: leave those out" in ended.err


def test_init_asks_where_logs_hold_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of an agent without a call is no reason to end: the questions follow."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".claude" / "projects").mkdir(parents=True)
    ended = run("init", answers="y\n40\n20\n\n\nnone\ny\n")

    assert (ended.code, Path("team.yaml").exists()) == (0, True)
    assert "so here are the questions" in ended.err


def test_init_from_usage_needs_logs(tmp_path: Path) -> None:
    """Where no agent has worked, being told to start from its logs is an error."""
    ended = run("init", "--from-usage", "--yes", folder=tmp_path)

    assert (ended.code, list(tmp_path.iterdir())) == (3, [])
    assert "no log of any agent was found" in ended.err


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    """Without --force nothing is overwritten, nor even read."""
    file = tmp_path / "team.yaml"
    file.write_text("developers: 3\n", encoding="utf-8")
    ended = run("learn", file, "--no-store")

    assert ended.code == 2
    assert file.read_text(encoding="utf-8") == "developers: 3\n"
