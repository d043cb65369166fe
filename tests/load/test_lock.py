"""A lock: tables as they were approved, and answers that come out the same after they have moved.

That tables move is simulated the other way round: a lock is written whose tables differ from those
of the program, with a digest of its own, as a lock of an older program would.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from command_line import run

from advisor import __version__
from advisor.errors import InputError
from advisor.load import shipped
from advisor.load.lock import Lock, laid_out, read_lock, taken, written
from advisor.load.price_book import default_folder

pytestmark = pytest.mark.usefixtures("plain_screen")

TEAM = """\
name: Platform
start: 2027-01
developers: 40
budget: 12_000
current: opus
profiles: own.yaml
tasks:
  bug-fix: {per_developer_month: 14, tokens: {input: 60k, cache_read: 2M, output: 20k}}
options:
  opus: {model: claude-opus-5-5, harness: claude-code}
  codex: {model: gpt-6.1-sol, harness: codex, token_multiplier: [0.5, 1.1], quality: [0.92, 1.03]}
"""
QUICK = ("--draws", "50")


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand beside a team's file with profiles of its own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.yaml").write_text("{}\n", encoding="utf-8")
    path = tmp_path / "team.yaml"
    path.write_text(TEAM, encoding="utf-8")
    return path


def lock(*flags: str) -> Lock:
    """Lock the team's tables."""
    ended = run("prices", "lock", "team.yaml", *flags)
    assert (ended.code, ended.err) == (0, "")
    return read_lock(Path("advisor.lock"))


def older(made: Lock, factor: int = 2) -> Lock:
    """Return a lock whose price of today's model was higher, by a digit before each price."""
    text = made.files["pricing/anthropic.yaml"]
    begin = text.index("  claude-opus-5-5:")
    end = text.index("\n  claude-", begin)
    block = "\n".join(_dearer(line, factor) for line in text[begin:end].split("\n"))
    files = {**made.files, "pricing/anthropic.yaml": text[:begin] + block + text[end:]}
    return made._replace(files=files)


def _dearer(line: str, factor: int) -> str:
    key, colon, value = line.partition(": ")
    if key.strip() not in {"input", "output", "cache_read", "cache_write", "cache_write_1h"}:
        return line
    return f"{key}{colon}{float(value.partition('#')[0]) * factor:g}"


def spend(*flags: str) -> float:
    """Return today's expected spend as `compare` says it."""
    answer = json.loads(run("compare", "team.yaml", *QUICK, "--json", *flags).out)
    return next(float(o["spend"]["expected"]) for o in answer["options"] if o["option"] == "opus")


# --- what is in it


def test_a_lock_holds_the_tables_and_the_teams_own_profiles(team: Path) -> None:
    """All pricing files, the shipped records, and what the file names; version and day."""
    made = lock()
    pricing = {f"pricing/{path.name}" for path in default_folder("pricing").glob("*.yaml")}

    assert set(made.files) == pricing | {
        "workloads/profiles.yaml", "workloads/shortlist.yaml", "own/own.yaml",
    }  # fmt: skip
    assert (made.version, made.workload) == (__version__, "team.yaml")


def test_a_lock_reads_back_as_it_was_written(team: Path) -> None:
    """Text for text, whatever ends its lines."""
    made = Lock("1", date(2026, 1, 2), "team.yaml", {"own/é.yaml": "a\r\nb\n\n", "pricing/x": ""})
    place = team.with_name("x.lock")
    place.write_text(written(made), encoding="utf-8", newline="")

    assert read_lock(place) == made


def test_two_locks_of_the_same_tables_are_the_same_bytes(team: Path) -> None:
    """Nothing of the clock, the machine or the place."""
    lock()
    first = Path("advisor.lock").read_bytes()
    lock()

    assert Path("advisor.lock").read_bytes() == first


def test_the_digest_tells_names_and_texts_apart() -> None:
    """What moves from one text to the next is another lock."""
    one = Lock("1", date(2026, 1, 2), "t", {"own/a": "x", "own/b": ""})
    other = one._replace(files={"own/a": "", "own/b": "x"})

    assert one.digest != other.digest
    assert one.moved_from(other) == ["own/a", "own/b"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda plain: plain["files"]["own/own.yaml"].append("x"), "was changed by hand"),
        (lambda plain: plain.update(digest="0"), "was changed by hand"),
        (lambda plain: plain.update(schema="advisor.lock/9"), "is not a lock"),
        (lambda plain: plain.pop("as_of"), "lacks a part of a lock"),
        (lambda plain: plain.update(files={"other/x": []}), "lacks a part of a lock"),
        (lambda plain: plain.update(files={"own/x": "text"}), "lacks a part of a lock"),
        (lambda plain: plain.update(files=3), "lacks a part of a lock"),
    ],
)
def test_a_tampered_lock_is_refused(team: Path, change: Any, said: str) -> None:
    """Wrong input, with what writes a new one; nothing is computed."""
    lock()
    plain = json.loads(Path("advisor.lock").read_text(encoding="utf-8"))
    change(plain)
    Path("advisor.lock").write_text(json.dumps(plain), encoding="utf-8")
    ended = run("check", "team.yaml", *QUICK)

    assert (ended.code, ended.out) == (2, "")
    assert f"advisor.lock: {said}" in ended.err
    assert "`advisor prices lock` writes a new one" in ended.err


def test_a_lock_that_is_no_json_is_refused(team: Path) -> None:
    """Cut off in the middle, say."""
    lock()
    text = Path("advisor.lock").read_text(encoding="utf-8")
    Path("advisor.lock").write_text(text[: len(text) // 2], encoding="utf-8")

    assert "is not JSON" in run("check", "team.yaml").err


def test_names_in_a_lock_do_not_leave_its_folder(tmp_path: Path) -> None:
    """`../` in a name is a part of a name."""
    bad = Lock("1", date(2026, 1, 2), "t", {"own/../../x": "1", "pricing/../../y.yaml": "2"})
    root = tmp_path / "deep" / "root"
    root.mkdir(parents=True)
    laid_out(bad, root)

    outside = [path for path in tmp_path.rglob("*") if path.is_file() and root not in path.parents]
    assert outside == []


ODD = [
    "pricing/", "pricing/..", "pricing/.", "pricing/.hidden", "pricing/a/b.yaml",
    "pricing/a\nb.yaml", "pricing/a b.yaml", "pricing/a\\b",
    "workloads/", "workloads/../x.yaml", "own/", "own/a\x1b[2J",
]  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_a_file_of_an_odd_name_is_refused(name: str, team: Path) -> None:
    """A sound digest does not make a name one: it is told, on one line, and nothing is laid out."""
    bad = Lock("1", date(2026, 1, 2), "team.yaml", {"pricing/b.yaml": "", name: "x: 1"})
    Path("advisor.lock").write_text(written(bad), encoding="utf-8")

    ended = run("compare", "team.yaml", *QUICK)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("advisor.lock: holds a file of an odd name: ")
    assert len(ended.err.splitlines()) == 2


@pytest.mark.parametrize(
    "workload", ["x\n::notice::y", "x\x1b[2J", "../x.yaml", "/etc/x", "a\\b", ""]
)
def test_a_workload_of_an_odd_name_is_refused(workload: str, team: Path) -> None:
    """A lock names the file beside it, and nothing elsewhere."""
    bad = Lock("1", date(2026, 1, 2), workload, {"pricing/b.yaml": ""})
    Path("advisor.lock").write_text(written(bad), encoding="utf-8")

    ended = run("compare", "team.yaml", *QUICK)

    assert (ended.code, ended.err.startswith("advisor.lock: its ")) == (2, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 100_000, "advisor.lock: is not a lock: nested too deep\n"),
        ('{"a":' * 100_000, "advisor.lock: is not a lock: nested too deep\n"),
        ('{"schema": 1,\n oops', "advisor.lock:2:2: is not JSON\n"),
        ('{"as_of": ' + "9" * 5_000 + "}", "advisor.lock: is not JSON\n"),
        ('{"schema": "advisor.lock/1", "files": {}, "version": 1}', "advisor.lock: lacks a part"),
        ("\udcff", "advisor.lock: is not JSON\n"),
    ],
)
def test_what_is_no_lock_is_told_in_a_line(text: str, said: str, team: Path) -> None:
    """Deep, endless, broken: whatever stands there, the file is named and the exit is 2."""
    Path("advisor.lock").write_text(text, encoding="utf-8", errors="surrogateescape")

    ended = run("compare", "team.yaml", *QUICK)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(said)


def test_another_day_than_that_of_the_tables_is_refused(team: Path) -> None:
    """The digest is of texts; the day is the one on which these were last checked."""
    made = lock()
    moved = made._replace(as_of=date(2026, 1, 2))
    Path("advisor.lock").write_text(written(moved), encoding="utf-8", newline="")

    ended = run("compare", "team.yaml", *QUICK)

    assert ended.code == 2
    assert f"was changed by hand: its tables were last checked on {made.as_of}" in ended.err


# --- profiles of one's own


@pytest.mark.parametrize(
    "name", ["../own.yaml", "{folder}/own.yaml", "sub/../../own.yaml", "link.yaml"]
)
@pytest.mark.parametrize(
    "call", [("compare", "team.yaml", *QUICK), ("prices", "lock", "team.yaml")]
)
def test_profiles_outside_the_folder_are_not_read(
    name: str, call: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever way a name leads out, links too: a plan from elsewhere reads nothing there."""
    inside = tmp_path / "inside"
    (inside / "sub").mkdir(parents=True)
    (tmp_path / "own.yaml").write_text("{}\n", encoding="utf-8")
    (inside / "link.yaml").symlink_to(tmp_path / "own.yaml")
    shown = name.format(folder=tmp_path)
    text = TEAM.replace("own.yaml", shown)
    (inside / "team.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(inside)

    ended = run(*call)

    assert (ended.code, ended.out) == (2, "")
    assert f"team.yaml:6:11 profiles: '{shown}' lies outside inside" in ended.err


def test_profiles_elsewhere_in_the_repository_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan in a folder of a repository shares profiles with its neighbours."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "teams").mkdir()
    (tmp_path / "own.yaml").write_text("{}\n", encoding="utf-8")
    text = TEAM.replace("own.yaml", "../own.yaml")
    (tmp_path / "teams" / "team.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "teams")

    assert run("compare", "team.yaml", *QUICK).code in {0, 3}


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A lock is whole or not there."""
    with pytest.raises(InputError, match="cannot be read"):
        taken(
            default_folder("pricing"), default_folder("workloads"), {"x.yaml": tmp_path / "x.yaml"},
            version="1", as_of=date(2026, 1, 2), name="t",
        )  # fmt: skip


# --- what it does


def test_the_lock_beside_a_file_is_used_and_says_what_newer_tables_change(team: Path) -> None:
    """Twice the price, as it was approved; the note names the files and both figures."""
    now = spend()
    Path("advisor.lock").write_text(written(older(lock())), encoding="utf-8", newline="")
    ended = run("check", "team.yaml", *QUICK)
    text = " ".join(ended.out.split())

    assert spend() == pytest.approx(2 * now, rel=1e-9)
    assert "are locked; with the tables of" in text
    assert "(pricing/anthropic.yaml) the plan costs" in text
    assert "(locked)" in text.partition("FAIL")[0]


def test_a_lock_of_the_same_tables_changes_nothing_and_says_nothing(team: Path) -> None:
    """Only that prices are locked."""
    free = run("compare", "team.yaml", *QUICK, "--json").out
    lock()

    assert run("compare", "team.yaml", *QUICK, "--json").out == free


@pytest.mark.parametrize("words", [("compare",), ("check", "--today", "2027-01-01")])
@pytest.mark.parametrize("form", ["table", "json"])
def test_frozen_prints_the_same_bytes_after_the_tables_have_moved(
    team: Path, words: tuple[str, ...], form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """January's approved answer in December, to the byte.

    The program with the lock's tables for its own answers as it did in January, when they had not
    moved; with its newer tables it says the same.
    """
    flags = (*words, "team.yaml", *QUICK, "--format", form)
    made = older(lock())
    Path("advisor.lock").write_text(written(made), encoding="utf-8", newline="")

    now, moved = run(*flags, "--frozen"), run(*flags)
    package = tables_of(made, team.parent / "then") / "advisor"
    monkeypatch.setattr(shipped, "_PACKAGE", str(package))
    then = run(*flags)

    assert (now.err, now) == ("", then)
    assert now.out != moved.out  # which says what newer ones change


def tables_of(made: Lock, place: Path) -> Path:
    """Lay out the shipped tables with those of a lock in their place."""
    for name in ("pricing", "workloads"):
        copytree(default_folder(name), place / name)
    for name, text in made.files.items():
        if not name.startswith("own/"):
            (place / name).write_text(text, encoding="utf-8", newline="")
    return place


def test_frozen_is_the_lock_and_nothing_of_the_program(team: Path) -> None:
    """A file of one's own that was changed afterwards changes nothing either."""
    lock()
    before = run("compare", "team.yaml", *QUICK, "--frozen", "--json").out
    Path("own.yaml").write_text("broken: [", encoding="utf-8")

    assert run("compare", "team.yaml", *QUICK, "--frozen", "--json").out == before
    assert run("compare", "team.yaml", *QUICK, "--json").code == 2


def test_locked_fails_where_tables_moved_and_names_them(team: Path) -> None:
    """Exit 1, no answer, the files."""
    made = lock()
    assert run("check", "team.yaml", *QUICK, "--locked").code == 0

    Path("advisor.lock").write_text(written(older(made)), encoding="utf-8", newline="")
    ended = run("check", "team.yaml", *QUICK, "--locked")
    assert (ended.code, ended.out) == (1, "")
    assert "the tables are not those of the lock: pricing/anthropic.yaml" in ended.err


def test_wrong_input_goes_before_tables_that_moved(team: Path) -> None:
    """Of two files one has moved tables and the other is not there: exit 2, both are told."""
    Path("advisor.lock").write_text(written(older(lock())), encoding="utf-8", newline="")
    ended = run("check", "team.yaml", "nowhere.yaml", *QUICK, "--locked")

    assert (ended.code, ended.out) == (2, "")
    assert "the tables are not those of the lock" in ended.err
    assert "there is no such file" in ended.err


@pytest.mark.parametrize("flag", ["--locked", "--frozen"])
def test_a_base_without_a_lock_may_be_compared_with(team: Path, flag: str) -> None:
    """The flags are about the file that is checked; the base is read as it was."""
    Path("before").mkdir()
    before = Path("before", "team.yaml")
    before.write_text(TEAM.replace("profiles: own.yaml\n", ""), encoding="utf-8")
    lock()
    ended = run("check", "team.yaml", *QUICK, flag, "--base", str(before))

    assert (ended.code, ended.err) == (0, "")


def test_locked_sees_ones_own_profiles_move_too(team: Path) -> None:
    """They are part of what was approved."""
    lock()
    Path("own.yaml").write_text("# another\n{}\n", encoding="utf-8")
    ended = run("check", "team.yaml", *QUICK, "--locked")

    assert (ended.code, "own/own.yaml" in ended.err) == (1, True)


@pytest.mark.parametrize("flag", ["--locked", "--frozen"])
def test_a_lock_that_is_asked_for_has_to_be_there(team: Path, flag: str) -> None:
    """Wrong input, and what writes one."""
    ended = run("check", "team.yaml", flag)

    assert ended.code == 2
    assert "there is no such lock" in ended.err


def test_locking_again_accepts_what_moved(team: Path) -> None:
    """A lock that is there does not stand in the way of a new one."""
    Path("advisor.lock").write_text(written(older(lock())), encoding="utf-8", newline="")
    lock()

    assert run("check", "team.yaml", *QUICK, "--locked").code == 0


def test_two_locks_say_why_a_plan_moved(team: Path) -> None:
    """The price, by name, with both; nothing else."""
    made = lock()
    Path("new.lock").write_text(written(made), encoding="utf-8", newline="")
    Path("old.lock").write_text(written(older(made)), encoding="utf-8", newline="")
    answer = json.loads(run("diff", "old.lock", "new.lock", "--json").out)
    (part,) = answer["parts"]

    assert part["cause"] == "price"
    assert answer["change"] == pytest.approx(-answer["new"]["spend"])
    assert part["spend"] == pytest.approx(answer["change"])
    assert [one["key"] for one in part["changes"]] == ["prices of anthropic/claude-opus-5-5"]


# --- diff as it is called


def test_two_files_are_compared(team: Path) -> None:
    """Old, then new."""
    Path("new.yaml").write_text(TEAM.replace("40", "46"), encoding="utf-8")
    ended = run("diff", "team.yaml", "new.yaml")

    assert ended.code == 0
    assert ended.out.splitlines()[-1] == "Headcount 40 → 46 adds 1,050; nothing else moved."


def test_two_days_are_compared(team: Path) -> None:
    """What was known on the one and on the other, prices alone."""
    days = ("--as-of", "2026-11-12", "--as-of", "2026-11-20")
    answer = json.loads(run("diff", "team.yaml", *days, "--json").out)

    (part,) = answer["parts"]
    assert (part["cause"], part["changes"][-1]["key"]) == ("price", "as of")
    assert part["spend"] == pytest.approx(answer["change"])


def test_every_form_of_a_difference_can_be_a_file(team: Path) -> None:
    """`-o` writes what stdout would have, by the ending."""
    Path("new.yaml").write_text(TEAM.replace("40", "46"), encoding="utf-8")
    files = {"a.txt": "table", "a.json": "json", "a.csv": "csv", "a.md": "markdown"}
    two = ("diff", "team.yaml", "new.yaml")
    ended = run(*two, *(word for name in files for word in ("-o", name)))

    assert (ended.code, ended.err.splitlines()) == (0, [f"wrote {name}" for name in files])
    written_ = {name: Path(name).read_text(encoding="utf-8") for name in files}
    assert written_ == {name: run(*two, "--format", form).out for name, form in files.items()}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("team.yaml",), "nothing to compare with"),
        (("team.yaml", "team.yaml", "team.yaml"), "no more than two files"),
        (("team.yaml", "team.yaml", "--base", "HEAD"), "say the old file once"),
        (("team.yaml", "--as-of", "2026-11-12"), "nothing to compare with"),
        (("team.yaml", "--base", "nowhere"), "neither a file nor a revision"),
        (("team.yaml", "none.yaml"), "there is no such file"),
        (("none.lock", "team.lock"), "cannot be read"),
        (("team.yaml", "team.yaml", "--option", "codx"), "'codx' is not one of"),
    ],
)
def test_two_plans_are_needed(team: Path, words: tuple[str, ...], said: str) -> None:
    """Wrong input, and it says what is missing."""
    ended = run("diff", *words)

    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


@pytest.mark.parametrize(
    ("put", "said"),
    [
        (lambda place: place.symlink_to("nowhere"), "is a link to nothing, and no lock"),
        (lambda place: place.mkdir(), "is a folder, and no lock"),
    ],
)
def test_what_is_no_lock_under_its_name_is_refused(
    put: Any, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it the answer would be made with other prices, and nobody told."""
    monkeypatch.chdir(tmp_path)
    Path("team.yaml").write_text(TEAM.replace("profiles: own.yaml\n", ""), encoding="utf-8")
    put(tmp_path / "advisor.lock")
    ended = run("check", "team.yaml", "--draws", "0")

    assert (ended.code, said in ended.err) == (2, True)
