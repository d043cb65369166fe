"""What was paid: plain tables and FOCUS files in, rows of money out.

A plain table is CSV with a month or a day, who billed, what it cost, and perhaps the model and the
currency; columns are known by their usual names or by a map. A FOCUS file (finops.org, 1.0 to 1.4)
is known by its columns. What a reader would get wrong: rows of `x_RecordKind` or `record` that are
not actual are a plan and are left out.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from advisor.errors import Fault, InputError, did_you_mean
from advisor.load.amounts import LARGEST, currency_beside
from advisor.load.table_file import unprintable
from advisor.load.text_file import near_names
from advisor.units import YEARS, Month

MAX_BYTES = 256 * 1024 * 1024


class PaidRow(NamedTuple):
    """One row of money: the days that it is for (the last one included), to whom, for what."""

    first: date
    last: date
    billed_by: str
    model: str | None
    cost: float
    currency: str | None
    file: str
    line: int


PLAIN: Mapping[str, tuple[str, ...]] = {
    "month": ("month", "billing_month", "invoice_month", "period"),
    "day": ("day", "date", "usage_date", "start_date"),
    "biller": ("biller", "billed_by", "vendor", "provider", "invoice_issuer", "supplier"),
    "model": ("model", "model_id", "model_name"),
    "cost": ("cost", "cost_usd", "amount", "amount_usd", "total", "spend"),
    "currency": ("currency", "billing_currency"),
    "record": ("record",),
}  # fmt: skip
"""What columns are usually called, by what they hold; case, blanks and dashes don't matter."""
FOCUS = {
    "day": "ChargePeriodStart",
    "end": "ChargePeriodEnd",
    "biller": "InvoiceIssuerName",
    "cost": "BilledCost",
    "currency": "BillingCurrency",
    "record": "x_RecordKind",
}
_MODEL = re.compile(r'"x_ModelId"\s*:\s*"([^"]*)"')
_MODEL_COLUMNS = ("x_ModelId", "x_Model")
_NOT_ACTUAL = {"forecast", "budget"}


class Ledger(NamedTuple):
    """What was paid, and how many rows were left out since they say what is planned."""

    rows: Sequence[PaidRow]
    planned: int


def read_actuals(paths: Sequence[Path], columns: Mapping[str, str]) -> Ledger:
    """Read files, and every `*.csv` of folders. `columns` names columns by what they hold.

    Raises InputError with every row that can't be read, at its line.
    """
    unknown = [name for name in columns if name not in PLAIN]
    if unknown:
        hint = did_you_mean(unknown[0], PLAIN)
        message = f"{unknown[0]!r} is not one of {', '.join(PLAIN)}"
        raise InputError.of(message, key="--columns", hint=hint)
    rows: list[PaidRow | None] = []
    faults: list[Fault] = []
    for path in _files(paths):
        try:
            rows += _rows(path, columns, faults)
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    paid = [row for row in rows if row is not None]
    return Ledger(paid, len(rows) - len(paid))


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the tables of files and folders, each once however often it is named."""
    seen: set[Path] = set()
    for path in paths:
        found = [path]
        if path.is_dir():
            inside = sorted(one for one in path.rglob("*") if one.suffix.lower() == ".csv")
            found = [one for one in inside if one.is_file()]
            if not found:
                raise InputError.of("has no *.csv file", file=str(path), key="--actuals")
        for one in found:
            if (place := one.resolve()) not in seen:
                seen.add(place)
                yield one


def _rows(path: Path, columns: Mapping[str, str], faults: list[Fault]) -> Iterator[PaidRow | None]:
    """Yield the rows of a table; None for one that is a plan's."""
    file = str(path)
    text = _text(path, file)
    first = text.partition("\n")[0]
    mark = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=mark, strict=True)
    try:
        heads = [head.strip() for head in next(reader, [])]
        places = _places(heads, columns, file)
        for row in reader:
            if any(row):
                try:
                    _refuse_long(row, heads, mark)
                    yield _paid(row, places, file, reader.line_num, decimal_comma=mark == ";")
                except ValueError as error:
                    faults.append(Fault(file, reader.line_num, 1, "", str(error)))
    except csv.Error as error:
        faults.append(Fault(file, reader.line_num, 1, "", f"is not CSV: {error}"))


def _refuse_long(row: Sequence[str], heads: Sequence[str], mark: str) -> None:
    """Raise ValueError for cells that no column names: a number may have been cut in two."""
    if any(cell.strip() for cell in row[len(heads) :]):
        hint = ": a number with a comma needs quotes" if mark == "," else ""
        raise ValueError(f"has {len(row)} cells, and the first line names {len(heads)}{hint}")


def _text(path: Path, file: str) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError.of(f"is larger than {MAX_BYTES // 1024**2} MiB", file=file)
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        hint = near_names(path)
        raise InputError.of("there is no such file", file=file, hint=hint) from None
    except UnicodeDecodeError:
        raise InputError.of("is not UTF-8 text", file=file) from None
    except OSError as error:
        raise InputError.of(f"cannot be read: {error.strerror}", file=file) from None


def _places(heads: Sequence[str], columns: Mapping[str, str], file: str) -> dict[str, int]:
    """Find the columns. Raises InputError with the ones that are missing."""
    if {FOCUS["cost"], FOCUS["day"]} <= set(heads):
        found = {what: heads.index(name) for what, name in FOCUS.items() if name in heads}
        model = next((name for name in _MODEL_COLUMNS if name in heads), None)
        if model is not None:
            found["model"] = heads.index(model)
        if "SkuPriceDetails" in heads:
            found["details"] = heads.index("SkuPriceDetails")
        return found
    plain = [_plain(head) for head in heads]
    found = {}
    for what, usual in PLAIN.items():
        wanted = (_plain(columns[what]),) if what in columns else usual
        places = [place for place, name in enumerate(plain) if name in wanted]
        if len(places) > 1:
            named = " and ".join(repr(heads[place]) for place in places)
            message = f"{named} may both be the {what}"
            hint = f"say which with --columns {what}=COLUMN"
            raise InputError([Fault(file, 1, 1, "", message, hint)])
        if places:
            found[what] = places[0]
        elif what in columns:
            hint = did_you_mean(columns[what], heads)
            message = f"has no column {columns[what]!r}"
            raise InputError.of(message, file=file, key="--columns", hint=hint)
    missing = [what for what in ("biller", "cost") if what not in found]
    if "month" not in found and "day" not in found:
        missing.insert(0, "month or day")
    if missing:
        message = f"no column for {' and '.join(missing)} among {', '.join(heads) or 'nothing'}"
        hint = "say which with --columns month=…,biller=…,cost=…"
        raise InputError.of(message, file=file, hint=hint)
    return found


def _plain(name: str) -> str:
    return re.sub(r"[\s\-]+", "_", name.strip().lower())


def _paid(
    row: Sequence[str], places: Mapping[str, int], file: str, line: int, *, decimal_comma: bool
) -> PaidRow | None:
    """Read a row; None where it is a plan's. Raises ValueError with what is wrong."""

    def cell(what: str) -> str:
        place = places.get(what)
        return row[place].strip() if place is not None and place < len(row) else ""

    if cell("record").lower() in _NOT_ACTUAL:
        return None
    first, last = _period(cell("month"), cell("day"), cell("end"))
    if not cell("biller"):
        raise ValueError("says nothing of who billed")
    odd = unprintable(cell("biller")) or unprintable(cell("model"))
    if odd:
        raise ValueError(odd)
    currency = cell("currency").upper()
    sign = currency_beside(cell("cost"))
    if sign and currency and sign != currency and not (sign == "USD" and "$" in cell("cost")):
        raise ValueError(f"{cell('cost')!r} is in {sign}, and its currency {currency}")
    return PaidRow(
        first=first,
        last=last,
        billed_by=cell("biller"),
        model=cell("model") or _model_of(cell("details")),
        cost=_money(cell("cost"), decimal_comma=decimal_comma),
        currency=currency or sign or None,
        file=file,
        line=line,
    )


def _model_of(details: str) -> str | None:
    found = _MODEL.search(details)
    return found[1] if found else None


def _period(month: str, day: str, end: str) -> tuple[date, date]:
    """Read a month (`2027-01`, or any day of it) or a day, perhaps with the instant it ends at."""
    text = month or day
    if month and len(month) <= len("2027-01"):
        text = f"{month}-01"
    try:
        first = date.fromisoformat(text[:10])
    except ValueError:
        raise ValueError(
            f"{month or day!r} is not a month or a day: write 2027-01 or 2027-01-31"
        ) from None
    if first.year not in YEARS:
        raise ValueError(f"{text} is not in the years {YEARS[0]} to {YEARS[-1]}")
    if month:
        own = Month(first.year, first.month)
        return own.first_day, (own + 1).first_day - timedelta(days=1)
    if end:
        try:
            last = date.fromisoformat(end[:10]) - timedelta(days=1)
        except ValueError:
            raise ValueError(f"{end!r} is not an instant such as 2027-02-01T00:00:00Z") from None
        return first, max(first, last)
    return first, first


_GROUPED = re.compile(
    r"(?P<whole>\d{1,3}(?P<mark>[.,'_])\d{3}(?:(?P=mark)\d{3})*)(?:[.,](?P<part>\d+))?"
)
_PLAIN = re.compile(r"(?P<whole>\d+|(?=[.,]))(?:[.,](?P<part>\d+))?(?P<power>[eE][+-]?\d{1,2})?")


def _money(text: str, *, decimal_comma: bool) -> float:
    """Read an amount: `8400`, `8,400.50`, `8.400,50`, `12,5`, `(12.50)` for money back.

    Raises ValueError for what is none, and for one that may be thousands as well as thousandths.
    """
    plain = re.sub(r"[$\u20ac\u00a3\s]", "", text).replace("\u2212", "-")
    is_back = plain.startswith(("-", "(-")) or (plain.startswith("(") and plain.endswith(")"))
    body = plain.removeprefix("(").removesuffix(")").lstrip("+-")
    whole, part, power = _halves(body, text, decimal_comma=decimal_comma)
    amount = Decimal(f"{whole or 0}.{part or 0}{power or ''}")
    if amount > Decimal(LARGEST):
        raise ValueError(f"{text!r} is larger than any amount")
    return float(-amount if is_back else amount)


def _halves(body: str, text: str, *, decimal_comma: bool) -> tuple[str, str | None, str | None]:
    """Split an amount into digits before and after its decimal mark, and a power of ten."""
    grouped = _GROUPED.fullmatch(body)
    if grouped is not None and not _is_decimal(grouped, decimal_comma=decimal_comma):
        is_one_group = grouped["whole"].count(grouped["mark"]) == 1
        if decimal_comma and grouped["mark"] == "." and is_one_group and grouped["part"] is None:
            raise ValueError(
                f"{text!r} may be thousands or thousandths: write it without the point"
            )
        return grouped["whole"].replace(grouped["mark"], ""), grouped["part"], None
    single = _PLAIN.fullmatch(body)
    if single is None:
        raise ValueError(f"{text!r} is not an amount")
    return single["whole"], single["part"], single["power"]


def _is_decimal(grouped: re.Match[str], *, decimal_comma: bool) -> bool:
    """Tell whether what looks like one group of thousands is the part behind a decimal mark."""
    if grouped["part"] is not None or grouped["whole"].count(grouped["mark"]) > 1:
        return False
    usual = "," if decimal_comma else "."
    return grouped["mark"] == usual or (grouped["mark"] in ".," and grouped["whole"][0] == "0")
