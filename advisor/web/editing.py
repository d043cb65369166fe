"""A state put into the file's data: what `advisor compare` would read if it had been written so."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from advisor.engine.axes import RandomInput
from advisor.model.schedule import parse_schedule
from advisor.units import Month
from advisor.web.controls import Control, adoption
from advisor.web.plan import LivePlan
from advisor.web.state import State

_PLACES = 6


def edited(plan: LivePlan, state: State) -> dict[str, Any]:
    """Return the file's data with everything in it that was moved. The file's own stay as they are.

    A key that stands for a rule of the file goes where the rule does not hold.
    """
    data: dict[str, Any] = copy.deepcopy(dict(plan.data))
    for key, text in state.values.items():
        _EDITS[key.partition(".")[0]](data, plan, plan.controls[key], text)
    return data


def _people(data: dict[str, Any], plan: LivePlan, control: Control, text: str) -> None:
    """Say how many there will be, beside how many there were when the bill was sent."""
    team, month = _team(data, control), _last_bill(plan)
    if month is not None and month < plan.start:
        team["developers"] = {str(month): _count(team), str(plan.start): Decimal(text)}
        return
    _keep_adoption(data, plan)
    team["developers"] = Decimal(text)


def _count(team: Mapping[str, Any]) -> Any:
    """Return the one head count of a team, which may stand at a month."""
    stated = team["developers"]
    return next(iter(stated.values())) if isinstance(stated, Mapping) else stated


def _last_bill(plan: LivePlan) -> Month | None:
    return max((bill.month for bill in plan.inputs.workload.billed or ()), default=None)


def _keep_adoption(data: dict[str, Any], plan: LivePlan) -> None:
    """Say which share is active, where a bill's people said it: of more people more are."""
    if "adoption" in plan.controls:
        share = round(Decimal(adoption(plan.inputs.case)), _PLACES)
        data.setdefault("adoption", share)


def _head_count(data: dict[str, Any], plan: LivePlan, control: Control, text: str) -> None:
    """Move every head count of the plan alike; the one of the last bill stays."""
    team, factor = _team(data, control), Decimal(text) / 100
    counts = {Month.parse(key): Decimal(str(one)) for key, one in team["developers"].items()}
    month, kept = _last_bill(plan), {}
    if month is not None and month < plan.start:
        stated = parse_schedule(counts)
        kept = {str(month): round(Decimal(stated.at(month)), _PLACES)}
        first = {plan.start: round(Decimal(stated.at(plan.start)), _PLACES)}
        counts = first | {when: one for when, one in counts.items() if when > plan.start}
    else:
        _keep_adoption(data, plan)
    team["developers"] = kept | {str(when): one * factor for when, one in counts.items()}


def _team(data: dict[str, Any], control: Control) -> dict[str, Any]:
    """Return where a head count stands: in its team's block, or at the top."""
    team: dict[str, Any] = data["teams"][control.about] if "." in control.key else data
    return team


def _share(key: str) -> Callable[[dict[str, Any], LivePlan, Control, str], None]:
    def put(data: dict[str, Any], plan: LivePlan, control: Control, text: str) -> None:
        data[key] = Decimal(text) / 100

    return put


def _months(data: dict[str, Any], plan: LivePlan, control: Control, text: str) -> None:
    data["months"] = int(Decimal(text))


def _budget(data: dict[str, Any], plan: LivePlan, control: Control, text: str) -> None:
    """Move the total; how it is released over the quarters, and with what confidence, stays."""
    stated = data.get("budget")
    if not text:
        data.pop("budget", None)
    elif isinstance(stated, dict):
        stated["total"] = Decimal(text)
    else:
        data["budget"] = Decimal(text)


def _price(data: dict[str, Any], plan: LivePlan, control: Control, text: str) -> None:
    terms = data.setdefault("contracts", {}).setdefault(control.about, {})
    terms["price_change"] = {str(plan.start): Decimal(text) / 100}


def _most_with_one(data: dict[str, Any], plan: LivePlan, control: Control, text: str) -> None:
    policy = data.setdefault("policy", {})
    policy.pop("max_vendor_share", None)
    if text:
        policy["max_vendor_share"] = Decimal(text) / 100


def _floor(data: dict[str, Any], plan: LivePlan, control: Control, text: str) -> None:
    """Move the floor of all classes that have none of their own."""
    policy = data.setdefault("policy", {})
    of_a_class = plan.inputs.workload.policy.min_quality.by_class
    own = {name: policy["min_quality"][name] for name in of_a_class}
    if text:
        own["default"] = Decimal(text) / 100
    policy["min_quality"] = own
    if not own:
        del policy["min_quality"]


def _rule(data: dict[str, Any], plan: LivePlan, control: Control, text: str) -> None:
    deny = data.setdefault("policy", {}).setdefault("deny", {})
    key = control.key.split(".")[1]
    stated = deny.get(key, [])
    names = [stated] if isinstance(stated, str) else list(stated)
    names = [name for name in names if name != control.about]
    deny[key] = [*names, control.about] if text == "1" else names


def _measure(key: str) -> Callable[[dict[str, Any], LivePlan, Control, str], None]:
    """Say that an option's figure is so much of what is expected, in every class of work."""

    def put(data: dict[str, Any], plan: LivePlan, control: Control, text: str) -> None:
        candidate = next(one for one in plan.candidates if one.name == control.about)
        numbers: tuple[RandomInput, ...] = getattr(
            candidate, "multiplier" if key == "token_multiplier" else key
        )
        factor = Decimal(text) / 100
        found = [round(Decimal(one.central) * factor, _PLACES) for one in numbers]
        option = _option(data, plan, control)
        option.pop("relative_cost" if key == "token_multiplier" else "", None)
        option[key] = (
            found[0] if len(set(found)) == 1 else dict(zip(plan.classes, found, strict=True))
        )

    return put


def _term(key: str, kind: Callable[[str], Any]) -> Callable[..., None]:
    def put(data: dict[str, Any], plan: LivePlan, control: Control, text: str) -> None:
        option = _option(data, plan, control)
        option.pop(key, None)
        if text:
            option[key] = kind(text)

    return put


def _option(data: dict[str, Any], plan: LivePlan, control: Control) -> dict[str, Any]:
    """Return an option's block; options of the shortlist are written out first."""
    if "options" not in data:
        data["options"] = copy.deepcopy(dict(plan.shortlist))
    option: dict[str, Any] = data["options"][control.about]
    return option


def _whole(text: str) -> int:
    return int(Decimal(text))


_EDITS: Mapping[str, Callable[[dict[str, Any], LivePlan, Control, str], None]] = {
    "developers": _people,
    "people": _head_count,
    "adoption": _share("adoption"),
    "months": _months,
    "budget": _budget,
    "price": _price,
    "max_vendor_share": _most_with_one,
    "min_quality": _floor,
    "deny": _rule,
    "tokens": _measure("token_multiplier"),
    "quality": _measure("quality"),
    "seats": _term("seats", _whole),
    "cap": _term("cap", Decimal),
}
"""How each kind of control is put into a file."""
