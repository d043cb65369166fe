"""Token counts beside bare tiktoken, in one run on one machine: ratios, never seconds alone.

    python bench/tokens.py         prints two tables; put them into bench/README.md with the machine

Bare tiktoken is given what the network would give it: its own file of the vocabulary, from its own
cache. It is written out of the packed one, and tiktoken checks its hash.
"""

from __future__ import annotations

import hashlib
import os
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path

from run import HERE, measured

from advisor.answers.tokens import packing, vocabulary
from advisor.answers.tokens.counting import count_tokens

ROOT = HERE.parent
URL = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"
RUNS = 9
BARE = "import tiktoken; e = tiktoken.get_encoding('o200k_base'); "
OURS = "from advisor.answers.tokens.vocabulary import encoding; e = encoding(); "
COUNT = "n = len(e.encode_ordinary(open({path!r}, encoding='utf-8').read()))"
MEGABYTES = 8


def filled_cache(folder: Path) -> None:
    """Put tiktoken's own file where tiktoken keeps what it has fetched."""
    name = hashlib.sha1(URL.encode(), usedforsecurity=False).hexdigest()
    (folder / name).write_bytes(packing.as_tiktoken_has_it(vocabulary.ranks()))
    os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)


def texts() -> dict[str, str]:
    """Return texts of the project, repeated to some megabytes each."""
    kinds = {"English": "docs/**/*.md", "code": "advisor/**/*.py", "YAML": "pricing/*.yaml"}
    found = {
        kind: "".join(path.read_text(encoding="utf-8") for path in sorted(ROOT.glob(pattern)))
        for kind, pattern in kinds.items()
    }
    return {kind: text * (MEGABYTES * 10**6 // len(text)) for kind, text in found.items()}


def speed(text: str) -> tuple[float, float]:
    """Return tokens a second of ours and of bare tiktoken, medians of pairs run in turn."""
    import tiktoken

    bare = tiktoken.get_encoding("o200k_base")
    pairs = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        ours = count_tokens([text])
        middle = time.perf_counter()
        theirs = len(bare.encode_ordinary(text))
        end = time.perf_counter()
        if ours != theirs:
            raise SystemExit(f"counts differ: {ours} and {theirs}")
        pairs.append((ours / (middle - begin), theirs / (end - middle)))
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def start_up(ours: list[str], theirs: list[str]) -> dict[str, float]:
    """Run two processes in turn; return medians of seconds and megabytes, and the ratio."""
    measured(ours), measured(theirs)
    pairs = [(measured(ours), measured(theirs)) for _ in range(RUNS)]
    return {
        "ours": statistics.median(one[0] for one, _ in pairs),
        "theirs": statistics.median(two[0] for _, two in pairs),
        "ratio": statistics.median(one[0] / two[0] for one, two in pairs),
        "ours MB": max(one[1] for one, _ in pairs),
        "theirs MB": max(two[1] for _, two in pairs),
    }


def main() -> None:
    """Run everything and print two tables."""
    readme = str(ROOT / "README.md")
    count = COUNT.format(path=readme)
    python = [sys.executable, "-c"]
    advisor = [sys.executable, "-m", "advisor", "tokens", readme]
    bare = [*python, BARE + count]
    with tempfile.TemporaryDirectory() as folder:
        filled_cache(Path(folder))
        print(f"{platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
        print("| what / against what | ours, s | theirs, s | ratio | ours, MB | theirs, MB |")
        print("|---|--:|--:|--:|--:|--:|")
        rows = {
            "vocabulary and one count / bare tiktoken": [*python, OURS + count],
            "`tokens README.md --files-only` / bare tiktoken": [*advisor, "--files-only"],
            "`tokens README.md` / bare tiktoken": advisor,
        }
        for name, command in rows.items():
            row = start_up(command, bare)
            print(
                f"| {name} | {row['ours']:.3f} | {row['theirs']:.3f} | {row['ratio']:.2f} | "
                f"{row['ours MB']:.0f} | {row['theirs MB']:.0f} |"
            )
        print("\n| text | ours, Mtok/s | bare tiktoken, Mtok/s | ratio |\n|---|--:|--:|--:|")
        for kind, text in texts().items():
            ours, theirs = speed(text)
            print(f"| {kind} | {ours / 1e6:.2f} | {theirs / 1e6:.2f} | {ours / theirs:.2f} |")


if __name__ == "__main__":
    main()
