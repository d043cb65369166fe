"""A document against a model: where a fault is, what it says, and what it suggests."""

from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError
from typing_extensions import TypeAliasType

from advisor.errors import Fault
from advisor.load.yaml_source import parse_yaml, validate

Share = Annotated[float, Field(ge=0, le=1)]


def a_number(value: object) -> object:
    """Refuse text in our own words."""
    if value == "much":
        raise ValueError("much: is no figure")
    if isinstance(value, str) and value != "none":
        raise ValueError(f"must be a number, not {value!r}")
    return value


def one_or_many(value: object) -> object:
    """Let one thing stand for a list of one."""
    return [value] if isinstance(value, dict | str) else value


def entries_as_list(value: object) -> object:
    """Read a mapping of names to bounds as the list it stands for."""
    if not isinstance(value, dict):
        return value
    return [
        {"limit": name, **(terms if isinstance(terms, dict) else {"at_most": terms})}
        for name, terms in value.items()
    ]


def shares_by_month(value: object) -> object:
    """Refuse a whole mapping at once, as validators of ours do."""
    if isinstance(value, dict) and any(share > 1 for share in value.values() if share != "x"):
        raise PydanticCustomError("less_than_equal", "must be at most 1", {"le": 1.0})
    return value


def named_shares(value: dict[str, Any]) -> object:
    """Refuse one entry, naming it in the message."""
    for name, share in value.items():
        if share == 0:
            raise ValueError(f"{name}: must not be 0")
        if share > 1:
            raise ValueError(f"{name}: must be at most 1")
    return value


class Strict(BaseModel):
    """A base as the advisor's own: an unknown key is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Range(Strict):
    """A number between two others."""

    low: float
    high: float


class Option(Strict):
    """Something to choose."""

    model: str
    effort: Literal["low", "medium", "high"] = "medium"
    quality: Share | Range | list[Share] | None = None
    includes: Range | Literal["none", "unpublished"] = "none"
    pair: tuple[float, Share] | None = None
    holidays: str | None = Field(default=None, alias="except")


class Bill(Strict):
    """What was paid."""

    vendor: str
    cost: Annotated[float, Field(gt=0)]
    developers: int | None = None


class Limit(Strict):
    """A bound."""

    limit: Literal["spend", "quality"] = Field(validation_alias=AliasChoices("limit", "that"))
    at_most: float | None = None

    @model_validator(mode="after")
    def _bounds(self) -> "Limit":
        if self.at_most is None:
            raise ValueError("say `at_most`")
        return self


ListOfOptions = TypeAliasType("ListOfOptions", list[Option])


class ByName(Strict):
    """A field that answers to its name and to its alias."""

    model_config = ConfigDict(populate_by_name=True)

    country: str = Field(default="", validation_alias=AliasPath("land", 0))


class Team(Strict):
    """The whole file."""

    developers: Annotated[int, Field(ge=1)] = 1
    name: Annotated[str, Field(min_length=2, max_length=5, pattern="^[a-z]+$")] = "abc"
    whole: bool = True
    budget: Annotated[Decimal, Field(ge=0, lt=1000, multiple_of=5)] = Decimal(0)
    options: dict[str, Option] = {}
    named: dict[str, Option] | None = None
    listed: ListOfOptions | None = None
    places: ByName | None = None
    billed: Annotated[tuple[Bill, ...], BeforeValidator(one_or_many)] = ()
    limits: Annotated[tuple[Limit, ...], BeforeValidator(entries_as_list)] = ()
    adoption: Annotated[dict[str, float], BeforeValidator(shares_by_month)] = {}
    floors: Annotated[dict[str, float], BeforeValidator(named_shares)] = {}
    by_limit: dict[Literal["spend", "quality"], float] = {}
    span: Range | Bill | None = None
    two: tuple[Range, Option] | None = None
    by_month: dict[Annotated[str, Field(pattern=r"^\d{4}-\d\d$")], float] = {}
    deny: Annotated[tuple[Literal["US"], ...], BeforeValidator(one_or_many)] = ()
    figure: Annotated[float | Literal["none"], BeforeValidator(a_number)] = 0
    bills: Annotated[tuple[Bill, ...], Field(min_length=1), BeforeValidator(one_or_many)] = ()
    sure: Literal[True] = True
    tags: Annotated[list[str], Field(min_length=1, max_length=2)] = ["a"]
    known: str | None = None

    @field_validator("known")
    @classmethod
    def _is_known(cls, value: str, info: ValidationInfo) -> str:
        assert value in (info.context or {}).get("names", []), "is not known"
        return value

    @model_validator(mode="after")
    def _not_thirteen(self) -> "Team":
        if self.developers == 13:
            raise ValueError("13 is not allowed")
        return self


def faults_in(text: str) -> list[Fault]:
    """Validate text as a team and return its faults."""
    return validate(parse_yaml(text, "f"), Team)[1]


def test_a_right_document_gives_the_model_and_no_fault() -> None:
    """What is right comes back as the model."""
    team, faults = validate(parse_yaml("developers: 40", "f"), Team)

    assert (team, faults) == (Team(developers=40), [])


def test_the_context_reaches_the_validators() -> None:
    """A validator sees what the caller passes as context."""
    document = parse_yaml("known: opus", "f")

    team, faults = validate(document, Team, context={"names": ["opus"]})

    assert (team is not None, faults) == (True, [])


EFFORTS = "must be 'low', 'medium' or 'high'"
UNKNOWN = "is not a known key"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("developers: 0", "1:13 developers: must be at least 1"),
        ("developers: 2.5", "1:13 developers: must be a whole number"),
        ("developers:", "1:12 developers: has no value: must be a whole number"),
        ("developers: 13", "1:1: 13 is not allowed"),
        ("developers: 1\nname: a", "2:7 name: has fewer than 2 characters"),
        ("name: abcdef", "1:7 name: has more than 5 characters"),
        ("name: ABC", "1:7 name: does not match the pattern ^[a-z]+$"),
        ("name: 123", "1:7 name: must be text"),
        ("whole: maybe", "1:8 whole: must be true or false"),
        ("budget: x", "1:9 budget: must be a number"),
        ("budget: -5", "1:9 budget: must be at least 0"),
        ("budget: 1_000", "1:9 budget: must be below 1000"),
        ("budget: 7", "1:9 budget: must be a multiple of 5"),
        ("budgte: 5", "1:1 budgte: is not a known key"),
        ("options: []", "1:10 options: must be a mapping"),
        ("options: {a: x}", "1:14 options.a: must be a mapping"),
        ("options:\n  a: {effort: low}", "2:6 options.a.model: is required"),
        ("named: {a: {model: m, effort: x}}", f"1:31 named.a.effort: {EFFORTS}"),
        ("options: {a: {model: m, modle: n}}", "1:25 options.a.modle: is not a known key"),
        ("billed: 5", "1:9 billed: must be a list"),
        ("billed:\n- {vendor: a, cost: 0}", "2:21 billed[0].cost: must be above 0"),
        ("figure: none at all", "1:9 figure: must be a number"),
        ("figure: much", "1:9 figure: much: is no figure"),
        ("by_month: {a: 1}", r"1:12 by_month.a: does not match the pattern ^\d{4}-\d\d$"),
        ("two: [{low: 1, high: 2}]", "1:6 two[1]: is required"),
        ("sure: false", "1:7 sure: must be true"),
        ("bills: [{vendor: a, cost: x}]", "1:27 bills[0].cost: must be a number"),
        ("bills: {vendor: a, cost: x}", "1:26 bills.cost: must be a number"),
        ("bills: []", "1:8 bills: has 0 of at least 1 items"),
        ("tags: []", "1:7 tags: has 0 of at least 1 items"),
        ("tags: [a, b, c]", "1:7 tags: has 3 items, of at most 2"),
        ("known: opus", "1:8 known: is not known"),
        ("by_limit: {spent: 1}", "1:12 by_limit.spent: is not a known key"),
        ("- 1", "1:1: must be a mapping"),
        ('"a.b\\e[1m": 1', r"1:1 a.b\x1b[1m: is not a known key"),
        (f"{'x' * 90}: 1", f"1:1 {'x' * 80}…: is not a known key"),
    ],
)  # fmt: skip
def test_a_fault_has_its_place_its_path_and_plain_words(text: str, fault: str) -> None:
    """A wrong value is placed at the value, an unknown key at the key, in a user's words."""
    told = [str(one).replace("\\n", "\n") for one in faults_in(text)]  # pytest explains asserts

    assert [one.partition("\n")[0] for one in told] == [f"f:{fault}"]


@pytest.mark.parametrize(
    ("quality", "fault"),
    [
        ("x", "1:34 options.a.quality: must be a number, a mapping or a list"),
        ("2", "1:34 options.a.quality: must be at most 1"),
        ("{low: 1}", "1:34 options.a.quality.high: is required"),
        ("{low: x, high: 2}", "1:40 options.a.quality.low: must be a number"),
        ("{low: 1, high: 2, hihg: 3}", "1:52 options.a.quality.hihg: is not a known key"),
        ("[0.5, 11]", "1:40 options.a.quality[1]: must be at most 1"),
        ("[0.5, x]", "1:40 options.a.quality[1]: must be a number"),
    ],
)
def test_in_a_union_the_branch_that_was_meant_is_reported(quality: str, fault: str) -> None:
    """One fault, of the branch whose shape was written; of all, if none was."""
    text = f"options: {{a: {{model: m, quality: {quality}}}}}"

    assert [str(one).partition("\n")[0] for one in faults_in(text)] == [f"f:{fault}"]


def test_of_two_mappings_the_one_with_fewer_faults_was_meant() -> None:
    """Where the shape does not tell, the branch that is nearly right does."""
    keys = [fault.key for fault in faults_in("span: {low: 1, hihg: 2}")]

    assert keys == ["span.hihg"]


def test_a_union_of_words_and_a_mapping_names_both() -> None:
    """A word that is not one of the words may have been meant as either."""
    (fault,) = faults_in("options: {a: {model: m, includes: nnoe}}")

    assert (fault.message, fault.hint) == (
        "must be a mapping, 'none' or 'unpublished'",
        "did you mean `none`?",
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        # One mapping stands for a list of one:
        ("billed: {vendor: a, cost: x}", "1:27 billed.cost: must be a number"),
        ("billed: {cost: 1}", "1:9 billed.vendor: is required"),
        ("billed: {vendor: a, cost: 1, csot: 2}", "1:30 billed.csot: is not a known key"),
        # A mapping is read as a list of its entries:
        ("limits:\n  spend: 5\n  quality: x", "3:12 limits.quality: must be a number"),
        ("limits:\n  spend: x\n  quality: 5", "2:10 limits.spend: must be a number"),
        ("limits: {spend: {at_mst: 1, at_most: 2}}", f"1:18 limits.spend.at_mst: {UNKNOWN}"),
        ("deny: CN", "1:7 deny: must be 'US'"),
        ("limits: {spend: 1, quality: {}}", "1:29 limits.quality: say `at_most`"),
        ("limits: [{that: spend, at_most: x}]", "1:33 limits[0].at_most: must be a number"),
        # The validator's input was the whole mapping:
        ("adoption:\n  a: 0.5\n  b: 47", "3:6 adoption.b: must be at most 1"),
        ("adoption: {a: x, b: 47}", "1:21 adoption.b: must be at most 1"),
        ("floors:\n  a: 0.5\n  b: 0", "3:6 floors.b: must not be 0"),
    ],
)  # fmt: skip
def test_a_value_that_a_validator_reshaped_is_found_in_the_file(text: str, fault: str) -> None:
    """Pydantic's path is of what the validator made; the fault is where it was written."""
    assert [str(one).partition("\n")[0] for one in faults_in(text)] == [f"f:{fault}"]


def test_every_entry_beyond_a_bound_is_reported() -> None:
    """A validator stops at the first number out of bounds; the faults do not."""
    places = [(fault.line, fault.key) for fault in faults_in("adoption:\n  a: 47\n  b: 1\n  c: 95")]

    assert places == [(2, "adoption.a"), (4, "adoption.c")]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("develpers: 1", "did you mean `developers`?"),
        ("zzz: 1", ""),
        ("budget: 5\nbudgte: 5", ""),  # taken
        ("options: {a: {model: m, exept: x}}", "did you mean `except`?"),  # the alias
        ("options: {a: {model: m, holiday: x}}", ""),  # the alias hides the name
        ("options: {a: {model: m, quality: {low: 0, high: 1, lwo: 2, hi: 3}}}", ""),
        ("options: {a: {model: m, quality: {low: 0, hgh: 1}}}", "did you mean `high`?"),
        ("named: {a: {modle: m}}", "did you mean `model`?"),
        ("listed: [{modle: m}]", "did you mean `model`?"),
        ("places: {contry: x}", "did you mean `country`?"),
        ("places: {lnd: x}", "did you mean `land`?"),
        ("billed: {vendr: a, cost: 1}", "did you mean `vendor`?"),
        ("billed: [{vendr: a, cost: 1}]", "did you mean `vendor`?"),
        ("limits: {spend: {at_mots: 1}}", "did you mean `at_most`?"),
        ("limits: [{taht: spend, at_most: 1}]", "did you mean `that`?"),
        ("by_limit: {spent: 1}", "did you mean `spend`?"),
        ("options: {a: {model: m, effort: hihg}}", "did you mean `high`?"),
        ("options: {a: {model: m, pair: [1, 47]}}", "47 looks like 47%"),
        ("options: {a: {model: m, quality: 2.5}}", "2.5 looks like 2.5%"),
        ("options: {a: {model: m, quality: 101}}", ""),
        ("adoption: {a: 47}", "47 looks like 47%"),
        ("floors: {a: 47}", "47 looks like 47%"),
        ("billed: {vendor: a, cost: 8,400}", "a comma inside {} separates keys: write 8_400"),
        (
            "billed: {vendor: a, cost: 1,234,567}",
            "a comma inside {} separates keys: write 1_234_567",
        ),
        ("billed: {cost: 8,400, vendor: a}", "a comma inside {} separates keys: write 8_400"),
        ("billed: {vendor: a, cost: 1, 400: 2}", ""),
        ("two: [{low: 1, high: 2}, {modle: m}]", "did you mean `model`?"),
        ("two: [{low: 1, hgh: 2}, {model: m}]", "did you mean `high`?"),
        ("billed: {vendor: a, 400, cost: 1}", ""),
        ("budget: 8,400", "write 8_400"),
        ("budget: 1,5", ""),
        ("budget: 60K", "write 60k"),
        ("budget: 2.4 m", "write 2.4M"),
        ('budget: "5x"', ""),
        ('developers: "60k"', "a number has no quotes"),
        ("budget: 'a12345678901234567890'", ""),
        ('developers: "1e99"', ""),
        ("budget: []", ""),
        ("name: 123", "put it in quotes"),
        ("name: true", "put it in quotes"),
        ("whole: 5", ""),
        ("developers: true", ""),
    ],
)  # fmt: skip
def test_a_hint_says_what_was_probably_meant(text: str, hint: str) -> None:
    """A slip that people make has a hint; a value that is merely wrong has none."""
    hints = {fault.hint for fault in faults_in(text)} - {""}

    assert hints == ({hint} if hint else set())


def test_all_faults_come_in_file_order() -> None:
    """Faults of one run are sorted by line, whatever order pydantic found them in."""
    lines = [fault.line for fault in faults_in("zzz: 1\nwhole: x\nname: 1\ndevelopers: 0")]

    assert lines == [1, 2, 3, 4]


def test_the_model_without_the_faults_is_returned_beside_them() -> None:
    """A caller's further checks can go on, on what was right."""
    text = "develpers: 1\nname: abc\ndevelopers: 0\noptions: {a: {model: m, quality: [1, 2]}}"

    team, faults = validate(parse_yaml(text, "f"), Team)

    pruned = Team(name="abc", options={"a": Option(model="m", quality=[1.0])})
    assert (team, len(faults)) == (pruned, 3)


@pytest.mark.parametrize(
    "text",
    ["options: {a: {}}", "- 1", "developers: 13", "billed: {vendor: a, cost: x}"],
    ids=["missing", "all wrong", "the whole", "required"],
)
def test_there_may_be_no_model_without_the_faults(text: str) -> None:
    """Where what is wrong cannot be left out, there are only the faults."""
    team, faults = validate(parse_yaml(text, "f"), Team)

    assert (team, len(faults)) == (None, 1)


def test_the_document_is_not_changed_by_its_validation() -> None:
    """What is left out for the second look is left out of a copy."""
    document = parse_yaml("develpers: 1\ntags: [a, 5]", "f")

    validate(document, Team)

    assert document.data == {"develpers": 1, "tags": ["a", 5]}
