"""Price tables in packages: read as they are shipped, never run, and of a day that they say.

What a reader would get wrong: dates of members are no dates where a build can be repeated, and the
day on which a package was installed says nothing of its prices.
"""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from recorded_tables import NEWEST_LITELLM, NEWEST_PI_AI

from advisor.answers.prices.update.age import make_sure
from advisor.answers.prices.update.data_file import quotes_of, read_table
from advisor.answers.prices.update.genai_module import providers_of
from advisor.answers.prices.update.package import PackageFiles, opened, read_given
from advisor.errors import InputError

DAY = date(2026, 11, 20)
TABLE = "litellm/model_prices_and_context_window_backup.json"
ENTRIES = {
    "claude-opus-5-5": {
        "litellm_provider": "anthropic", "mode": "chat",
        "input_cost_per_token": 4e-06, "output_cost_per_token": 2e-05,
    }
}  # fmt: skip
SBOM = {"metadata": {"timestamp": "2026-11-20T10:48:49Z"}}
MODULE = b"""
from decimal import Decimal
from .types import ModelInfo, ModelPrice, Provider
providers: list[Provider] = [
    Provider(id='anthropic', name='Anthropic', models=[
        ModelInfo(id='claude-opus-5-5', prices=ModelPrice(
            input_mtok=Decimal('4'), output_mtok=Decimal('20'))),
    ]),
]
"""


def wheel(files: Mapping[str, bytes], when: tuple[int, int, int] = (1980, 1, 1)) -> bytes:
    """Return a wheel whose members all have one date."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (*when, 0, 0, 0)), content)
    return stream.getvalue()


def npm(files: Mapping[str, bytes]) -> bytes:
    """Return an npm archive, whose members npm dates to 1985."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size, member.mtime = len(content), 499162500
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def text(data: object) -> bytes:
    """Write JSON."""
    return json.dumps(data).encode()


LITELLM = {TABLE: text(ENTRIES), "litellm-1.110.2.dist-info/METADATA": b"Version: 1.110.2\n"}


def below(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder by their names below it."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


# --- what is read


def test_a_wheel_is_read_without_installing_it() -> None:
    """Its version and its prices, whatever else is in it."""
    table = read_table(opened(wheel({**LITELLM, "litellm/__init__.py": b"1 / 0"}), "x.whl"))

    assert (table.title, list(table.data)) == ("litellm 1.110.2", ["claude-opus-5-5"])


def test_the_module_of_genai_prices_is_read_and_never_run() -> None:
    """Version 0.2.3 holds no JSON: its literal is turned into what the data file would say."""
    files = {"genai_prices/data.py": b"1 / 0\n" + MODULE}
    table = read_table(opened(wheel(files), "x.whl"))
    (quote,) = quotes_of(table, ["anthropic"], DAY).quotes

    assert quote.name == "claude-opus-5-5"
    assert quote.prices == {"input": Decimal(4), "output": Decimal(20)}


def test_an_npm_archive_is_read() -> None:
    """pi-ai ships a file for each provider, and a manifest with the day."""
    table = read_table(opened(npm(below(NEWEST_PI_AI)), "pi-ai.tgz"))

    assert (table.title, table.as_of) == ("pi-ai 1.6.0", DAY)
    assert len(quotes_of(table, ["anthropic", "openai"], DAY).quotes) > 60


@pytest.mark.parametrize("folder", [NEWEST_LITELLM, NEWEST_PI_AI], ids=lambda one: one.name)
def test_an_unpacked_package_is_read(folder: Path) -> None:
    """The folder says its version and its day just as the archive does."""
    table = read_table(read_given(str(folder)))

    assert (table.title.replace(" ", "-"), table.as_of) == (folder.name, DAY)


def test_an_installed_package_is_found_by_its_name() -> None:
    """Where there is no such file, beside this program."""
    assert read_table(read_given("genai-prices")).title == "genai-prices 0.2.3"


@pytest.mark.parametrize("value", ["__import__('os').system('true')", "[f() for f in ()]", "x"])
def test_a_module_with_anything_but_values_is_refused(value: str) -> None:
    """A call of an unknown function is at most a mapping; a name or a loop is no value at all."""
    module = f"providers = [{value}]".encode()
    try:
        found = providers_of(module, "data.py")
    except InputError as error:
        assert str(error).startswith("data.py")  # noqa: PT017
    else:
        assert found == [{}]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (wheel(LITELLM)[:-30], "is not a whole archive"),
        (npm(LITELLM)[:40], "is not a whole archive"),
        (wheel({"genai_prices/data.py": b"providers = ["}), "is no Python"),
        (wheel({"genai_prices/data.py": b"other = []"}), "has no list `providers`"),
        (wheel({TABLE: b" " * (33 << 20)}), "unpacks to more than 32 MiB"),
        (wheel({"litellm/other.json": text(ENTRIES)}), "is none of the price tables"),
    ],
    ids=["cut off", "cut off tar", "no Python", "no list", "too large", "without a table"],
)
def test_what_is_no_package_with_prices_is_refused(content: bytes, says: str) -> None:
    """One sentence with the name of what was given, and nothing else happens."""
    with pytest.raises(InputError) as error:
        read_table(opened(content, "given.whl"))

    assert str(error.value).startswith("given.whl")
    assert says in str(error.value)


def test_a_folder_without_a_table_is_refused(tmp_path: Path) -> None:
    """It says what it looked for."""
    with pytest.raises(InputError, match="holds no price table of genai-prices, litellm or pi-ai"):
        read_given(str(tmp_path))


# --- of which day it is


@pytest.mark.parametrize(
    ("files", "when", "day"),
    [
        (LITELLM | {"litellm-1.110.2.dist-info/sboms/a.json": text(SBOM)}, (1980, 1, 1), DAY),
        (LITELLM, (2026, 8, 22), date(2026, 8, 22)),
        (LITELLM, (1980, 1, 1), None),
        (LITELLM, (2020, 2, 2), None),
    ],
    ids=["bill of materials", "dates of members", "repeatable build", "hatch's date"],
)
def test_a_package_says_of_which_day_it_is(
    files: Mapping[str, bytes], when: tuple[int, int, int], day: date | None
) -> None:
    """Its own metadata win over dates of members, and placeholders are no dates."""
    assert read_table(opened(wheel(files, when), "x.whl")).as_of == day


def test_a_data_file_may_say_its_day_itself() -> None:
    """`generatedAt` and the like at its top."""
    data = {"generated_at": "2026-11-20T00:00:00+00:00", "providers": [{"id": "x", "models": []}]}

    assert read_table(PackageFiles("x.json", {"x.json": text(data)})).as_of == DAY


@pytest.mark.parametrize(
    ("said", "stated", "day"),
    [(DAY, None, DAY), (None, DAY, DAY), (DAY, date(2026, 11, 1), date(2026, 11, 1))],
)
def test_what_is_stated_wins(said: date | None, stated: date | None, day: date) -> None:
    """`--as-of` is the user's word for what the table says of itself."""
    assert make_sure(said, stated, "x", date(2026, 11, 30)) == day


def test_a_table_of_tomorrow_is_refused() -> None:
    """A day that has not come is a slip or an announcement."""
    with pytest.raises(InputError, match="2026-12-01 is still to come: today is 2026-11-30"):
        make_sure(date(2026, 12, 1), None, "x", date(2026, 11, 30))


def test_the_day_of_a_tar_is_read_in_utc() -> None:
    """A member of a second before midnight is of that day wherever the program runs."""
    moment = datetime(2026, 8, 22, 23, 59, 59, tzinfo=UTC)
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        member = tarfile.TarInfo(f"package/{TABLE}")
        member.size, member.mtime = len(text(ENTRIES)), moment.timestamp()
        archive.addfile(member, io.BytesIO(text(ENTRIES)))

    assert opened(stream.getvalue(), "x.tgz").members_of == moment.date()
