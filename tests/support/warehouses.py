"""Engines that tests start for themselves, on loopback alone, and end again."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

OWNER = "postgres"
"""Who PostgreSQL runs as where tests run as root, which it refuses."""


class Postgres(NamedTuple):
    """A running server: its port, and the folder of its socket."""

    port: int
    folder: Path

    @property
    def url(self) -> str:
        """The address of its database."""
        return f"postgres://{OWNER}@127.0.0.1:{self.port}/postgres"


def postgres_programs() -> Path | None:
    """Return the folder of the newest PostgreSQL server that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def free_port() -> int:
    """Return a port on loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def postgres_running(programs: Path) -> Iterator[Postgres]:
    """Run a server of one's own with an empty database; stop it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="advisor-postgres-"))
    as_owner: dict[str, Any] = {}
    if os.name == "posix" and os.getuid() == 0:
        shutil.chown(folder, OWNER, OWNER)
        as_owner = {"user": OWNER, "group": OWNER}
    data, port = folder / "data", free_port()

    def run(program: str, *words: str | Path) -> None:
        subprocess.run(
            [programs / program, "-D", data, *words],
            cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            **as_owner,
        )  # fmt: skip

    options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off -c timezone=Asia/Shanghai"
    try:
        run("initdb", "-U", OWNER, "-A", "trust", "--no-sync", "-E", "UTF8")
        run("pg_ctl", "-w", "-o", options, "-l", folder / "log", "start")
        try:
            yield Postgres(port, folder)
        finally:
            run("pg_ctl", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class ClickHouse(NamedTuple):
    """A running engine behind HTTP; `tell` runs a statement in it."""

    url: str
    tell: Callable[[str], bytes]


@contextmanager
def clickhouse_running() -> Iterator[ClickHouse]:
    """Answer ClickHouse's HTTP protocol on loopback with the engine that chdb is.

    No server: what only a server does (users, rights, limits of time) is not seen here.
    """
    session = import_module("chdb.session").Session()
    lock = threading.Lock()

    def tell(query: str, form: str = "Native") -> bytes:
        with lock:
            return bytes(session.query(query, form).bytes())

    server = ThreadingHTTPServer(("127.0.0.1", 0), _front(tell))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield ClickHouse(f"clickhouse://default@127.0.0.1:{server.server_port}/default", tell)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        session.close()


def _front(tell: Callable[..., bytes]) -> type[BaseHTTPRequestHandler]:
    class Front(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            words = dict(parse_qsl(urlsplit(self.path).query))
            query, tables = _parts(self.headers.get("content-type", ""), body, words)
            try:
                for name, (structure, form, data) in tables.items():
                    _load(tell, name, structure, form, data)
                found, status = tell(*_with_settings(query, words)), 200
            except Exception as error:
                found, status = str(error).encode(), 500
            for name in tables:
                tell(f"DROP TABLE IF EXISTS `{name}`")
            self.send_response(status)
            self.send_header("content-length", str(len(found)))
            self.end_headers()
            self.wfile.write(found)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Front


Tables = dict[str, tuple[str, str, bytes]]


def _parts(kind: str, body: bytes, words: dict[str, str]) -> tuple[str, Tables]:
    """Take a request apart: its query, and small tables that came with it."""
    if not kind.startswith("multipart/"):
        return words.get("query") or body.decode(), {}
    message: Any = message_from_bytes(f"content-type: {kind}\n\n".encode() + body)
    query, tables = words.get("query", ""), {}
    for part in message.get_payload():
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        if name == "query":
            query = data.decode()
        else:
            tables[name] = (words[f"{name}_structure"], words[f"{name}_format"], data)
    return query, tables


def _load(tell: Callable[..., bytes], name: str, structure: str, form: str, data: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".data") as file:
        file.write(data)
        file.flush()
        tell(f"CREATE TABLE `{name}` ({structure}) ENGINE Memory")
        tell(f"INSERT INTO `{name}` SELECT * FROM file('{file.name}', '{form}')")  # noqa: S608


_SETTINGS = ("join_use_nulls", "session_timezone", "max_execution_time")
_FORMAT = re.compile(r"\s+FORMAT\s+(\w+)\s*$", re.IGNORECASE)


def _with_settings(query: str, words: dict[str, str]) -> tuple[str, str]:
    """Return a query with the settings of its request, and the format that it asks for."""
    asked = _FORMAT.search(query)
    form = asked[1] if asked else words.get("default_format", "TabSeparated")
    query = _FORMAT.sub("", query)
    said = [f"{name} = '{words[name]}'" for name in _SETTINGS if name in words]
    if not said or not query.lstrip().upper().startswith(("SELECT", "WITH")):
        return query, form
    return f"{query} SETTINGS {', '.join(said)}", form
