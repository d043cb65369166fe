"""What CI services read: SARIF 2.1.0, JUnit XML, GitLab Code Quality.

A fingerprint is made of what a limit is and where, not of amounts, so that a finding is the same
one after its figure has moved.
"""

from __future__ import annotations

import hashlib
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from advisor import __version__
from advisor.output.check.formats import findings
from advisor.output.check.sentences import message, name
from advisor.safe_text import harmless_json
from advisor.tables.check import FAIL, SKIPPED, UNKNOWN, WARN, Check, FileCheck, LimitLine

_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {FAIL: "error", UNKNOWN: "error", WARN: "warning"}
_SEVERITIES = {FAIL: "major", UNKNOWN: "major", WARN: "minor"}
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def fingerprint(file: FileCheck, line: LimitLine) -> str:
    """Tell a finding from others: by file, place in the file and what it is held against."""
    told = "\0".join([_path(file), line.key, line.team or "", line.on])
    return hashlib.sha256(told.encode()).hexdigest()


def _path(file: FileCheck) -> str:
    return PurePath(file.file).as_posix()


def render_sarif(answer: Check) -> str:
    """Write a SARIF 2.1.0 log with a rule for each limit of the files."""
    rules = sorted({line.limit for file in answer.files for line in file.lines})
    driver = {
        "name": "advisor",
        "version": __version__,
        "rules": [
            {"id": rule, "shortDescription": {"text": f"The plan keeps the limit {rule}."}}
            for rule in rules
        ],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(file, line) for file, line in findings(answer)],
    }
    return _json({"$schema": _SARIF, "version": "2.1.0", "runs": [run]})


def _result(file: FileCheck, line: LimitLine) -> dict[str, Any]:
    region = {"startLine": line.line, "startColumn": line.column}
    place = {"artifactLocation": {"uri": _uri(file)}, "region": region}
    return {
        "ruleId": line.limit,
        "level": _LEVELS[line.status],
        "message": {"text": message(line, file)},
        "partialFingerprints": {"advisorLimit/v1": fingerprint(file, line)},
        "locations": [{"physicalLocation": place}],
    }


def _uri(file: FileCheck) -> str:
    """Write a path as a relative reference: what a URI may not hold is escaped."""
    safe = re.compile(r"[^A-Za-z0-9/._~!$&'()*+,;=@-]")
    return safe.sub(lambda m: "".join(f"%{b:02X}" for b in m[0].encode()), _path(file))


def render_gitlab(answer: Check) -> str:
    """Write a Code Quality report."""
    return _json(
        [
            {
                "description": f"{name(line)}: {message(line, file)}",
                "check_name": line.limit,
                "fingerprint": fingerprint(file, line),
                "severity": _SEVERITIES[line.status],
                "location": {"path": _path(file), "lines": {"begin": line.line}},
            }
            for file, line in findings(answer)
        ]
    )


def _json(value: Any) -> str:
    return harmless_json(json.dumps(value, ensure_ascii=False, indent=2)) + "\n"


def render_junit(answer: Check) -> str:
    """Write a test case for each limit; one that is broken fails, one not looked at is skipped."""
    lines = [line for file in answer.files for line in file.lines]
    root = ET.Element("testsuites", name="advisor check", **_counts(lines))
    for file in answer.files:
        suite = ET.SubElement(root, "testsuite", name=_clean(file.file), **_counts(file.lines))
        for line in file.lines:
            case = ET.SubElement(
                suite, "testcase", classname=_clean(file.file), name=_clean(_case(line))
            )
            said = _clean(message(line, file))
            if line.status in {FAIL, UNKNOWN}:
                failed = ET.SubElement(case, "failure", message=said, type=line.limit)
                failed.text = _clean(f"{file.file}:{line.line}:{line.column}")
            elif line.status == SKIPPED:
                ET.SubElement(case, "skipped", message=said)
            elif line.status == WARN:
                ET.SubElement(case, "system-out").text = f"warning: {said}"
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _case(line: LimitLine) -> str:
    return f"{name(line)} on {line.on}"


def _counts(lines: Sequence[LimitLine]) -> dict[str, Any]:
    statuses = [line.status for line in lines]
    failed = sum(status in {FAIL, UNKNOWN} for status in statuses)
    skipped = sum(status == SKIPPED for status in statuses)
    return {"tests": str(len(statuses)), "failures": str(failed), "errors": "0",
            "skipped": str(skipped)}  # fmt: skip


def _clean(text: str) -> str:
    return _NOT_XML.sub("?", text)
