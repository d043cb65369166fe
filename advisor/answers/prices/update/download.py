"""The only place of the program that uses the network: one file, over https, of a bounded size.

What a reader would get wrong: a timeout of a socket is for one read, so a server that sends a byte
a minute keeps within it for ever, in its headers too; the whole transfer has a time of its own.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from datetime import date
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from advisor import __version__
from advisor.answers.prices.update.package import MAX_BYTES
from advisor.errors import InputError

SECONDS = 30.0
"""For each answer of the server, and twice this for all of it."""

_CHUNK = 1 << 16


def is_url(name: str) -> bool:
    """Tell whether a name is an address rather than a file's."""
    return "://" in name


def download(url: str, *, seconds: float = SECONDS) -> tuple[bytes, date | None]:
    """Return what lies at an https address, and the day on which it was last changed, if said.

    Everything together, from asking for the name to the last byte, has twice the seconds of one
    answer: it runs in a thread that is left behind then, for a read of one line may never end.
    Raises InputError where it can't be had, with why.
    """
    make_sure(url)
    found: queue.SimpleQueue[tuple[bytes, date | None] | Exception] = queue.SimpleQueue()

    def fetch() -> None:
        try:
            found.put(_fetched(url, seconds))
        except Exception as error:
            found.put(error)

    threading.Thread(target=fetch, daemon=True).start()
    try:
        answer = found.get(timeout=2 * seconds)
    except queue.Empty:
        message = f"takes too long: not whole after {2 * seconds:g} seconds"
        raise InputError.of(message, file=url) from None
    if not isinstance(answer, Exception):
        return answer
    try:
        raise answer
    finally:
        del answer  # it knows this frame, and with it what is left of the connection


def _fetched(url: str, seconds: float) -> tuple[bytes, date | None]:
    opener = build_opener(_OnlyHttps())
    request = Request(url, headers={"User-Agent": f"advisor/{__version__}"})  # noqa: S310
    try:
        with opener.open(request, timeout=seconds) as answer:
            content = b"".join(_chunks(answer, url))
            changed = _day(answer.headers.get("Last-Modified"))
    except HTTPError as error:
        error.close()
        raise InputError.of(f"the server says {error.code} {error.reason}", file=url) from None
    except URLError as error:
        raise InputError.of(f"can't be reached: {error.reason}", file=url) from None
    except TimeoutError:
        raise InputError.of(f"no answer within {seconds:g} seconds", file=url) from None
    except (OSError, HTTPException, ValueError) as error:
        raise InputError.of(f"can't be read: {error}", file=url) from None
    return content, changed


def _day(stamp: str | None) -> date | None:
    """Read the day of an HTTP date; None where there is none that can be read."""
    try:
        return None if stamp is None else parsedate_to_datetime(stamp).date()
    except ValueError:
        return None


def _chunks(answer: Any, url: str) -> Iterator[bytes]:
    size = 0
    while part := answer.read(_CHUNK):
        size += len(part)
        if size > MAX_BYTES:
            raise InputError.of(f"is larger than {MAX_BYTES // 1024**2} MiB", file=url)
        yield part


def make_sure(url: str) -> None:
    """See that an address is one that may be read. Raises InputError; shows no password."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise InputError.of("is not an address", file=url.rpartition("@")[2]) from None
    if parts.username is not None or parts.password is not None:
        raise InputError.of("an address with a password in it is not read", file=host or "")
    if parts.scheme != "https" or not host:
        raise InputError.of("only https addresses are read", file=url)


class _OnlyHttps(HTTPRedirectHandler):
    """Follows redirects, but not to anything else than https."""

    def redirect_request(
        self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        """Follow a redirect to another https address. Raises InputError for any other."""
        make_sure(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)
