"""What is let in: this machine's own pages, short questions, nothing to be stored.

Everything here is read by GET and changes nothing, so that no foreign page can make anything
happen; a page that is not ours can't read an answer either.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOSTS = ("127.0.0.1", "localhost", "[::1]")
LONGEST_QUERY = 8_192
MOST_PARAMETERS = 400

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "content-security-policy": _CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


class Guard:
    """Refuses what this page never sends, before anything of it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that is refused; hand any other on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refused = _refused(scope)
        if refused is None:
            await self.app(_as_get(scope), receive, _with_headers(send))
            return
        status, why = refused
        await _answer(_with_headers(send), status, why)


def _as_get(scope: Scope) -> Scope:
    """Ask for the heads of an answer as for the answer: the server keeps its body back."""
    return {**scope, "method": "GET"}


def _refused(scope: Scope) -> tuple[int, str] | None:
    """Return status and reason for a request that is refused."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    if _host(headers.get("host", "")) not in HOSTS:
        return 421, "this page answers under 127.0.0.1 and localhost alone"
    if scope["method"] not in {"GET", "HEAD"}:
        return 405, "everything here is read: GET"
    if headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
        return 413, "nothing is sent here: a question is its address"
    if len(scope["query_string"]) > LONGEST_QUERY:
        return 414, f"a link has at most {LONGEST_QUERY:,} characters"
    if scope["query_string"].count(b"&") >= MOST_PARAMETERS:
        return 400, f"a link has at most {MOST_PARAMETERS} parts"
    origin = headers.get("origin")
    if origin is not None and origin != f"http://{headers['host']}":
        return 403, "asked by another page"
    if headers.get("sec-fetch-site") == "cross-site" and not _is_visit(headers):
        return 403, "asked by another page"
    return None


def _is_visit(headers: Mapping[str, str]) -> bool:
    """Whether somebody followed a link: a page of its own, not a part of a foreign one."""
    return (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == (
        "navigate",
        "document",
    )


def _host(header: str) -> str:
    """Return a Host header without its port."""
    host, colon, port = header.rpartition(":")
    return (host if colon and port.isdigit() else header).lower()


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = {name for name, _ in message["headers"]}
            message["headers"] = [
                *message["headers"],
                *(
                    (name.encode(), value.encode())
                    for name, value in HEADERS.items()
                    if name.encode() not in own
                ),
            ]
        await send(message)

    return sent


async def _answer(send: Send, status: int, why: str) -> None:
    body = f"{why}\n".encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close"),
               (b"content-length", str(len(body)).encode())]  # fmt: skip
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
