"""The live page as an application: addresses to answers. It reads nothing but its own plan."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from advisor.errors import AdvisorError
from advisor.output.compare.as_json import render_comparison
from advisor.output.compare.flat import comparison_table
from advisor.output.csv import render_table
from advisor.output.report.as_html import render_html
from advisor.web.asking import Asker, BusyError
from advisor.web.guards import Guard
from advisor.web.pages import Look, render_faults, render_figures, render_mix, render_page, style
from advisor.web.plan import LivePlan
from advisor.web.query import put_together, taken_apart
from advisor.web.saved import saved_plan
from advisor.web.state import State, read_state

BESIDE = "beside"
"""The part of a link that holds another state, as a query of its own."""

_WRONG, _TOO_MANY, _BUG = 422, 503, 500


def live_app(plan: LivePlan) -> FastAPI:
    """Make the application of one plan."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    asker = Asker(plan)
    _add_page(app, asker)
    _add_downloads(app, asker)
    _add_files(app)
    app.add_exception_handler(AdvisorError, _told)
    app.add_exception_handler(Exception, _bug)
    app.add_middleware(Guard)
    return app


def _add_page(app: FastAPI, asker: Asker) -> None:
    @app.get("/", response_class=HTMLResponse)
    def page(request: Request) -> str:
        return render_page(_look(asker, request), asker.plan.controls)

    @app.get("/figures", response_class=HTMLResponse)
    def figures(request: Request) -> HTMLResponse:
        look = _look(asker, request)
        headers = {"HX-Replace-Url": _link(look.state, look.kept)}
        return HTMLResponse(render_figures(look), headers=headers)

    @app.get("/mix", response_class=HTMLResponse)
    def mix(request: Request) -> str:
        state, _ = _states(asker.plan, request)
        return render_mix(asker.mix(state))


def _add_downloads(app: FastAPI, asker: Asker) -> None:
    """Add what takes a state away; names of files are ours, never the browser's."""
    plan = asker.plan

    @app.get("/plan.yaml")
    def saved(request: Request) -> Response:
        state, _ = _states(plan, request)
        asker.figures(state)  # what can't be calculated is not saved either
        return _attached(saved_plan(plan, state), "plan.yaml", "application/yaml")

    @app.get("/compare.json")
    def as_json(request: Request) -> Response:
        report = asker.figures(_states(plan, request)[0])
        return _attached(render_comparison(report.compare), "compare.json", "application/json")

    @app.get("/compare.csv")
    def as_csv(request: Request) -> Response:
        report = asker.figures(_states(plan, request)[0])
        table = render_table(comparison_table(report.compare))
        return _attached(table, "compare.csv", "text/csv")

    @app.get("/report.html")
    def as_page(request: Request) -> Response:
        report = asker.mix(_states(plan, request)[0])
        return _attached(render_html(report), "report.html", "text/html")


def _add_files(app: FastAPI) -> None:
    @app.get("/page.css")
    def page_style() -> Response:
        return Response(style(), media_type="text/css")

    @app.get("/htmx.js")
    def htmx() -> Response:
        return Response(_static("htmx.min.js"), media_type="text/javascript")

    @app.get("/page.js")
    def script() -> Response:
        return Response(_static("page.js"), media_type="text/javascript")

    @app.get("/favicon.ico")
    def no_icon() -> Response:
        return Response(status_code=204)


@cache
def _static(name: str) -> bytes:
    return files("advisor.web").joinpath("static", name).read_bytes()


def _attached(text: str, name: str, kind: str) -> Response:
    disposition = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type=kind, headers=disposition)


# --- States --------------------------------------------------------------------------------------


def _look(asker: Asker, request: Request) -> Look:
    state, kept = _states(asker.plan, request)
    before = None if kept is None else asker.figures(kept)
    return Look(state, asker.figures(state), kept, before)


def _states(plan: LivePlan, request: Request) -> tuple[State, State | None]:
    """Read the state of a link, and the one beside it if any. Raises InputError for faults."""
    pairs = taken_apart(request.scope["query_string"].decode("latin-1"))
    beside = [value for key, value in pairs if key == BESIDE]
    state = read_state([pair for pair in pairs if pair[0] != BESIDE], plan.controls)
    return state, read_state(taken_apart(beside[-1]), plan.controls) if beside else None


def _link(state: State, kept: State | None) -> str:
    query = list(state.values.items())
    if kept is not None:
        query.append((BESIDE, kept.query))
    return f"/?{put_together(query)}" if query else "/"


# --- What went wrong -----------------------------------------------------------------------------


def _told(request: Request, error: Exception) -> Response:
    """Say what can't be; parts of a page take it in the place of their figures."""
    assert isinstance(error, AdvisorError)
    status = _TOO_MANY if isinstance(error, BusyError) else _WRONG
    return HTMLResponse(render_faults(error), status_code=status)


def _bug(request: Request, error: Exception) -> Response:
    """Say that this is a bug, and nothing of where: the traceback is in the log."""
    return PlainTextResponse("a bug in advisor, not in what you asked\n", status_code=_BUG)
