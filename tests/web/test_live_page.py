"""Claims about the live page as it is asked: parts that agree, and requests that are refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from test_live_states import plan_of, shipped

testclient = pytest.importorskip("starlette.testclient", reason="the [web] extra is not installed")
pytest.importorskip("httpx2", reason="httpx2 is not installed")

from advisor.web.app import live_app  # noqa: E402 - it needs what was asked for above
from advisor.web.guards import LONGEST_QUERY, MOST_PARAMETERS  # noqa: E402

HERE = "http://127.0.0.1:8722"


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Ask the page of the shipped team, as its own address is asked."""
    with testclient.TestClient(
        live_app(shipped()), base_url=HERE, raise_server_exceptions=False
    ) as asked:
        yield asked


PARTS = ["/", "/figures", "/mix", "/plan.yaml", "/compare.json", "/compare.csv", "/report.html"]


@pytest.mark.parametrize("part", PARTS)
def test_every_part_answers(client: Any, part: str) -> None:
    """With a state in the link, and closed to every other page."""
    answer = client.get(f"{part}?developers=44&budget=80000")

    policy = answer.headers["content-security-policy"]
    assert (answer.status_code, "unsafe" in policy, "default-src 'none'" in policy) == (
        200,
        False,
        True,
    )


def test_page_and_part_say_the_same(client: Any) -> None:
    """What the page holds at first is what its part says later, and its link is the state's."""
    query = "developers=44&tokens.codex=140"
    page, part = (client.get(f"{path}?{query}") for path in ("/", "/figures"))

    assert part.text.strip() in page.text
    assert part.headers["hx-replace-url"] == f"/?{query}"


def test_two_states_stand_beside_each_other(client: Any) -> None:
    """Each option with what it costs in the one that was kept, and now."""
    page = client.get("/?developers=80&beside=developers%3D40").text

    assert "Beside what you kept" in page
    assert '<data value="100800' in page
    assert '<data value="201600' in page


def test_limits_that_contradict_each_other_are_named(client: Any) -> None:
    """The part of the mix says which, and what would be enough."""
    found = client.get("/mix?budget=20000").text

    assert "No mix keeps all limits" in found
    assert re.search(r"budget\s+20,000\s+would have to be", found)


REFUSED = {
    "traversal": ("GET", "/../../etc/passwd", {}, 404),
    "encoded traversal": ("GET", "/%2e%2e/%2e%2e/etc/passwd", {}, 404),
    "no such file": ("GET", "/static/app.py", {}, 404),
    "another host": ("GET", "/", {"host": "evil.example"}, 421),
    "another host on our port": ("GET", "/", {"host": "evil.example:8722"}, 421),
    "no host": ("GET", "/", {"host": ""}, 421),
    "a post": ("POST", "/figures", {}, 405),
    "a put": ("PUT", "/plan.yaml", {}, 405),
    "another page's request": ("GET", "/figures", {"origin": "http://evil.example"}, 403),
    "another page's part": ("GET", "/page.js", {"sec-fetch-site": "cross-site"}, 403),
    "a giant number": ("GET", f"/figures?developers={'9' * 400}", {}, 422),
    "no number": ("GET", "/figures?developers=NaN", {}, 422),
    "endless": ("GET", "/figures?budget=inf", {}, 422),
    "an unknown control": ("GET", "/figures?evil=1", {}, 422),
    "a damaged link": ("GET", "/figures?developers=%ff", {}, 422),
    "a damaged kept state": ("GET", "/?beside=developers%3D-4", {}, 422),
    "a long link": ("GET", f"/figures?developers={'0' * LONGEST_QUERY}", {}, 414),
    "many parts": ("GET", "/figures?" + "a=1&" * MOST_PARAMETERS, {}, 400),
    "a file on the machine": ("GET", "/figures?base=/etc/passwd", {}, 422),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_request_is_refused(client: Any, name: str) -> None:
    """A status of its own, a word of why, nothing of the machine, and the page goes on."""
    method, path, headers, status = REFUSED[name]
    answer = client.request(method, path, headers=headers)

    assert answer.status_code == status
    assert 0 < len(answer.text) < 2_000
    assert not re.search(r"Traceback|/work|site-packages|root:", answer.text)
    assert client.get("/figures").status_code == 200


def test_a_body_is_refused_unread(client: Any) -> None:
    """Ten megabytes are no question."""
    answer = client.request("GET", "/figures", content=b"x" * 10_000_000)

    assert answer.status_code == 413


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_nothing_is_changed_by_any_method(client: Any, method: str) -> None:
    """Everything is read by GET: no foreign form can do anything."""
    assert client.request(method, "/").status_code == 405


def test_a_link_that_somebody_follows_is_no_foreign_page(client: Any) -> None:
    """From a chat or a mail the page opens."""
    visit = {
        "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document",
    }  # fmt: skip

    assert client.get("/?developers=44", headers=visit).status_code == 200


HOSTILE = """\
name: "<script>alert(1)</script>"
developers: 4
usage: {input: 1M, output: 100k}
current: "<b>x</b>"
options:
  "<b>x</b>": {model: claude-opus-5-5, harness: claude-code}
  "'\\"><img src=x onerror=alert(1)>": {model: gpt-6.1-sol, harness: codex}
"""


@pytest.mark.parametrize("part", ["/", "/figures", "/mix", "/report.html"])
def test_names_in_a_file_are_never_html(tmp_path: Any, part: str) -> None:
    """Teams, options and tools are shown as they are written."""
    place = tmp_path / "team.yaml"
    place.write_text(HOSTILE, encoding="utf-8")
    with testclient.TestClient(live_app(plan_of(place)), base_url=HERE) as asked:
        text = asked.get(part).text

    assert not re.search(r"<script>alert|<b>x|<img", text)
    assert "&lt;b&gt;x" in text


def test_many_at_once_get_each_their_own(client: Any) -> None:
    """Twelve people who ask for other head counts at the same time are not mixed up."""
    counts = list(range(30, 54))

    def asked(count: int) -> float:
        options = client.get(f"/compare.json?developers={count}").json()["options"]
        return next(float(one["spend"]["expected"]) for one in options if one["today"])

    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(asked, counts))

    assert told == pytest.approx([100_800 / 40 * count for count in counts])


def test_heads_are_told_as_of_the_page(client: Any) -> None:
    """HEAD, as monitors ask, is answered like GET."""
    assert client.head("/page.css").status_code == 200
