"""What a moved control costs on the live page, beside the bare framework, in one run.

    python bench/live.py [--changes 200] [--clients 20] [--seconds 60]

A process serves the shipped team, another one bare FastAPI that answers a word; both are asked in
turn over one connection each, with nothing kept from before: every change is another state. Printed
are the median and the 95th percentile of the time from question to the last byte of figures and
charts, of the routes that follow, and of the bare answer. Then many clients change things at once
for a minute: how many answers, how many of them wrong (the total of a state is known: it is in
proportion to the head count), and the memory of the server before and after.
"""

from __future__ import annotations

import argparse
import http.client
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SPEND, PEOPLE = 100_800.0, 40
LEAST, MOST = 20, 2_000
BARE = """
import socket, sys, uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
@app.get("/", response_class=HTMLResponse)
def word():
    return "word"
with socket.socket() as one:
    one.bind(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{one.getsockname()[1]}/", file=sys.stderr, flush=True)
    config = uvicorn.Config(app, log_level="error", access_log=False)
    uvicorn.Server(config).run(sockets=[one])
"""


@contextmanager
def served(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Start a server; yield its port and process."""
    with subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        found = re.search(r"127\.0\.0\.1:(\d+)", process.stderr.readline())
        assert found
        try:
            yield int(found[1]), process.pid
        finally:
            process.kill()


def asked(connection: http.client.HTTPConnection, path: str) -> tuple[float, int, str]:
    """Ask once; return seconds, status and text."""
    start = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    text = answer.read().decode()
    return time.perf_counter() - start, answer.status, text


def right(text: str, people: int) -> bool:
    """Whether the first figure of a part is that of so many people."""
    found = re.search(r'<data value="([0-9.]+)">', text)
    return found is not None and abs(float(found[1]) / (SPEND * people / PEOPLE) - 1) < 1e-9


def changes(page: int, bare: int, count: int) -> None:
    """Measure single changes, each after the bare answer."""
    live, word = (http.client.HTTPConnection("127.0.0.1", port) for port in (page, bare))
    found: dict[str, list[float]] = {"bare": [], "figures": [], "mix": []}
    asked(live, "/figures?developers=39")
    asked(word, "/")
    for n in range(count):
        people = LEAST + 41 + n
        found["bare"].append(asked(word, "/")[0])
        seconds, status, text = asked(live, f"/figures?developers={people}")
        assert (status, right(text, people)) == (200, True), people
        found["figures"].append(seconds)
        found["mix"].append(asked(live, f"/mix?developers={people}")[0])
    for name, times in found.items():
        middle, late = statistics.median(times), sorted(times)[int(0.95 * len(times))]
        print(f"{name:8} median {1000 * middle:7.1f} ms   95th percentile {1000 * late:7.1f} ms")


def many(page: int, process: int, clients: int, seconds: float) -> None:
    """Let many clients change things at once."""
    told = {"answers": 0, "wrong": 0, "busy": 0, "errors": 0}
    lock, end = threading.Lock(), time.monotonic() + seconds

    def client(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", page)
        people = LEAST + number
        while time.monotonic() < end:
            people = LEAST + (people * 7 + number) % (MOST - LEAST)
            _, status, text = asked(connection, f"/figures?developers={people}")
            kind = "busy" if status == 503 else "answers" if status == 200 else "errors"
            with lock:
                told[kind] += 1
                told["wrong"] += status == 200 and not right(text, people)

    before = memory(process)
    threads = [threading.Thread(target=client, args=(n,)) for n in range(clients)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    print(f"{clients} clients, {seconds:g} s: {told}; {before} MB before, {memory(process)} after")


def memory(process: int) -> int:
    """Return the resident memory of a process in MB."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


def main() -> None:
    """Serve both, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    page = [sys.executable, "-m", "advisor", "serve", "workloads/team.yaml", "--port", "0"]
    with (
        served(page) as (port, process),
        served([sys.executable, "-c", BARE]) as (bare, _),
    ):
        changes(port, bare, given.changes)
        many(port, process, given.clients, given.seconds)


if __name__ == "__main__":
    main()
