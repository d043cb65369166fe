"""What trials say as a profile file, which a team's file names under `profiles`.

What a reader would get wrong: success and cost are not the raw means but what is believed after
pooling, as if every agent had tried all tasks, and `trials` is how many trials would be as certain.
An agent is read as `harness/model`, or as a model alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import PurePath

from advisor.tables.pilot import AgentLine, Pilot

_DIGITS = 6


def render_profile(answer: Pilot) -> str:
    """Write the profile file as YAML."""
    name = PurePath(answer.file).stem
    lines = [
        "# What `advisor pilot` believes after trials: pooled means, not raw ones; `trials` is how",
        "# many trials would be as certain. Name this file under `profiles:` in a team's file.",
        *_correlation(answer),
        "sources:",
        f"  {_text(name)}:",
        f"    title: {_text(f'Own trials, {name}')}",
        f"    url: {_text(PurePath(answer.file).name)}",
        f"    date: {answer.date.isoformat()}",
        "    confidence: high",
        "    reported_by: own",
        "records:",
    ]
    for task_class in answer.tasks:
        rows = [one for one in answer.agents if one.task_class == task_class and one.trials]
        lines += [
            f"  - source: {_text(name)}",
            f"    benchmark: {_text(name)}",
            f"    class: {_text(task_class)}",
            "    rows:",
            *(f"      - {_map(_record(one))}" for one in rows),
        ]
    return "\n".join(lines) + "\n"


def _correlation(answer: Pilot) -> list[str]:
    if answer.failure_correlation is None:
        return []
    mean = round(answer.failure_correlation.mean, 2)
    ratios = [one.cost_ratio_on_failure for one in answer.agents if one.cost_ratio_on_failure]
    usual = f", cost_ratio_on_failure: {sum(ratios) / len(ratios):.2f}" if ratios else ""
    return [f"# In the team's file: policy: {{failure_correlation: {mean}{usual}}}"]


def _record(line: AgentLine) -> dict[str, object]:
    """Return the keys of one record."""
    *before, model = line.agent.split("/")
    record: dict[str, object] = {"model": model.lower()}
    if before:
        record["harness"] = before[-1]
    record["success"] = _rounded(line.success_on_all_tasks)
    record["trials"] = line.certain_as
    if line.cost_on_all_tasks:
        record["cost"] = _rounded(line.cost_on_all_tasks)
    if line.tokens:
        record["tokens"] = {name: round(count) for name, count in line.tokens.items()}
    return record


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _map(record: Mapping[str, object]) -> str:
    return "{" + ", ".join(f"{key}: {_value(value)}" for key, value in record.items()) + "}"


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return _map(value)
    return _text(value) if isinstance(value, str) else f"{value:f}".rstrip("0").rstrip(".") if (
        isinstance(value, float)
    ) else str(value)  # fmt: skip


def _text(text: str) -> str:
    """Quote a text; YAML reads what JSON writes."""
    return json.dumps(text, ensure_ascii=False)
