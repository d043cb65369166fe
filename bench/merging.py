"""Merging the stores of many machines: seconds and memory by people, and what follows for more.

    python bench/merging.py [--people 40,160] [--calls 20000]

Every person is one store of drawn calls of Claude Code in sessions of 50, of which a twentieth are
also in another person's store. The slope from the first size to the second says what 1,000 and
20,000 people come to; those are computed, not measured.
"""

from __future__ import annotations

import argparse
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from advisor.load.usage.job import Read
from advisor.load.usage.places import Place, Seen
from advisor.load.usage.rows import CallRow, FilePart, pack
from advisor.load.usage.store import Store

SESSION = 50
SHARED = 20
FIRST = 1_767_225_600_000_000
YEAR = 31_536_000_000_000
COMPUTED = (1_000, 20_000)
ASK = """
import resource, sys, time
from advisor.answers.usage.answer import AskedDays, gather, usage_answer
from advisor.cli.usage_run import rate_book
from advisor.load.usage.merging import merge, stores_in
begin = time.perf_counter()
usage = merge(stores_in(sys.argv[1]))
read = time.perf_counter() - begin
book = rate_book({}, may_write=False)
answer = usage_answer(gather(usage, book, AskedDays()), ("person", "month"))
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(len(usage.calls), read, time.perf_counter() - begin, memory)
"""


def write(path: Path, person: int, calls: int) -> None:
    """Write the store of a person."""
    draw = random.Random(person)  # noqa: S311
    place = Place("claude-code", f"/home/person-{person}/.claude/projects")
    items = []
    for session in range(calls // SESSION):
        of = FilePart("2.1.332", f"/home/person-{person}/app", "", "", "claude-opus-4-8")
        begin = FIRST + draw.randrange(YEAR)
        owner = 0 if session % SHARED == 0 else person  # the same calls as everybody else's
        rows = []
        for number in range(SESSION):
            key = (owner << 40) + session * SESSION + number + 1
            tokens = [draw.randrange(1, 20_000) for _ in range(3)]
            rows.append(
                CallRow(of, f"s{owner}-{session}", begin + number * 30_000_000, key,
                        input=tokens[0] // 100, cache_write=tokens[1], cache_read=tokens[2] * 10,
                        output=tokens[0] // 10, context=sum(tokens))
            )  # fmt: skip
        block = pack(rows)
        seen = Seen(f"{place.root}/app", f"s{session}.jsonl", 1, 1, 1)
        read = Read(session, 1, b"", "{}", "", block, "{}", block, 1)
        items.append((place, seen, "lines", 1, read, None))
    store = Store(str(path))
    store.write(items)
    store.close()


def main() -> None:
    """Measure two sizes and draw the line on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", default="40,160")
    parser.add_argument("--calls", type=int, default=20_000)
    given = parser.parse_args()
    sizes = [int(one) for one in given.people.split(",")]
    folder = Path(tempfile.mkdtemp(prefix="advisor-merging-"))
    measured = []
    try:
        for size in sizes:
            for person in range(size):
                path = folder / f"person-{person}" / "usage.db"
                if not path.exists():
                    write(path, person, given.calls)
            stored = sum(one.stat().st_size for one in folder.rglob("usage.db*")) / 1e6
            ended = subprocess.run(
                [sys.executable, "-c", ASK, folder], capture_output=True, text=True, check=True
            )
            rows, read, whole, memory = map(float, ended.stdout.split())
            measured.append((size, stored, read, whole, memory))
            said = f"{size} people | {rows:,.0f} calls | {stored:,.0f} MB of stores | "
            said += f"{read:.1f} s read | {whole:.1f} s in all | {memory:,.0f} MB"
            print(said, flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    few, many = measured[0], measured[-1]
    print(f"Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}")
    for people in COMPUTED:
        share = (people - few[0]) / (many[0] - few[0])
        line = [a + share * (b - a) for a, b in zip(few[1:], many[1:], strict=True)]
        print(f"{people} people, computed | {line[0]:,.0f} MB of stores | {line[1]:,.0f} s read | "
              f"{line[2]:,.0f} s in all | {line[3]:,.0f} MB")  # fmt: skip


if __name__ == "__main__":
    main()
