"""A state as a file: what `advisor compare` reads to come to the same figures."""

from __future__ import annotations

from advisor.safe_text import on_one_line
from advisor.web.as_yaml import as_yaml
from advisor.web.editing import edited
from advisor.web.plan import LivePlan
from advisor.web.state import State


def saved_plan(plan: LivePlan, state: State) -> str:
    """Write the plan with what was moved; the file's own comments are not in it."""
    data = {"name": plan.inputs.case.name, **edited(plan, state)}
    shown = on_one_line(plan.inputs.shown)
    moved = ", ".join(f"{key} = {value or 'none'}" for key, value in state.values.items())
    head = f"# From {shown}. Moved: {moved or 'nothing'}.\n"
    if "profiles" in data:
        head += "# Its profiles lie beside the file that it comes from: save it there.\n"
    if plan.inputs.is_locked:
        head += "# Its prices are those of the lock beside that file: save it there.\n"
    return head + as_yaml(data)
