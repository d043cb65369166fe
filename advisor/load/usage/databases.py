"""Opens agents' SQLite databases without writing a byte, in use or not.

A database without a journal is opened as immutable: SQLite then makes no file beside it. One in use
is read as any second reader would. A journal without its index, as in a copy of somebody's home, is
replayed on a copy.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from typing import Any

PATIENCE = 5.0


@contextmanager
def opened(path: str) -> Iterator[sqlite3.Connection]:
    """Open a database for reading. Raises sqlite3.DatabaseError and OSError."""
    journal, index = f"{path}-wal", f"{path}-shm"
    has_journal = os.path.exists(journal) and os.path.getsize(journal) > 0
    if has_journal and not os.path.exists(index):
        shutil: Any = import_module("shutil")  # they load a dozen more, and such a copy is rare
        tempfile: Any = import_module("tempfile")
        with tempfile.TemporaryDirectory() as folder:
            copy = os.path.join(folder, "copy.db")
            shutil.copyfile(path, copy)
            shutil.copyfile(journal, f"{copy}-wal")
            with closing(_connect(copy, "mode=rw")) as connection:
                yield connection
        return
    with closing(_connect(path, "mode=ro" if has_journal else "immutable=1")) as connection:
        yield connection


def _connect(path: str, how: str) -> sqlite3.Connection:
    place = os.path.abspath(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    connection = sqlite3.connect(f"file:{place}?{how}", uri=True, timeout=PATIENCE)
    connection.text_factory = lambda said: said.decode("utf-8", "replace")
    return connection
