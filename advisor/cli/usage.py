"""`advisor usage` as typer knows it: its help, its completion, and words that are not plain."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from advisor.answers.usage.days import UTC
from advisor.api.usage_asked import AskedUsage
from advisor.cli.options import AsJson, FormatOption
from advisor.cli.screen import Format
from advisor.cli.usage_flags import UsageFlags
from advisor.cli.usage_options import Homes, NoStore, Since, Store, Timezone, Until
from advisor.cli.usage_run import run

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)

Folders = list[str] | None


def _agent(name: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(
        f"--{name}", help=f"A folder or file of {name}; repeatable.", metavar="DIR"
    )
    return option


@app.command()
def usage(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Exports: of vendors, gateways, FOCUS, tables.", show_default=False),
    ] = None,
    home: Homes = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            help="Group by day, week, month, model, vendor, agent, speed, project, person, home."
        ),
    ] = None,
    since: Since = None,
    until: Until = None,
    timezone: Timezone = UTC,
    plan: Annotated[
        list[str] | None, typer.Option(help="The seat that an agent ran on, AGENT=PLAN.")
    ] = None,
    columns: Annotated[
        str | None, typer.Option(help="Columns of a table: day=…,model=…,input=…,output=…")
    ] = None,
    store: Store = None,
    no_store: NoStore = False,
    forget: Annotated[
        bool, typer.Option("--forget", help="Delete what was kept, and do nothing else.")
    ] = False,
    claude_code: Annotated[Folders, _agent("claude-code")] = None,
    codex: Annotated[Folders, _agent("codex")] = None,
    gemini_cli: Annotated[Folders, _agent("gemini-cli")] = None,
    opencode: Annotated[Folders, _agent("opencode")] = None,
    copilot_cli: Annotated[Folders, _agent("copilot-cli")] = None,
    qwen_code: Annotated[Folders, _agent("qwen-code")] = None,
    kimi_code: Annotated[Folders, _agent("kimi-code")] = None,
    pi: Annotated[Folders, _agent("pi")] = None,
    aider: Annotated[Folders, _agent("aider")] = None,
    cline: Annotated[Folders, _agent("cline")] = None,
    vibe: Annotated[Folders, _agent("vibe")] = None,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="A usage table where it lives: postgres://…, spark://…, a .parquet file.",
            metavar="URL",
        ),
    ] = None,
    table: Annotated[
        str | None, typer.Option(help="Its name there, perhaps schema.name.", show_default=False)
    ] = None,
    timeout: Annotated[
        str | None, typer.Option(help="Seconds that it may take to answer.", metavar="SECONDS")
    ] = None,
    merge: Annotated[
        list[str] | None,
        typer.Option(
            help="A store of another machine, perhaps NAME=FILE, or a folder of them; repeatable.",
            metavar="STORE",
        ),
    ] = None,
    brief: Annotated[bool, typer.Option("--brief", help="The last sentence alone.")] = False,
    format_: FormatOption = Format.TABLE,
    as_json: AsJson = False,
    output: Annotated[
        list[str] | None,
        typer.Option(
            "-o",
            "--output",
            help="Write to a file, its kind by its ending (also .parquet, .focus.csv); repeatable.",
        ),
    ] = None,
) -> None:
    """What was really used, and what it was worth, from what agents leave on disk.

    Without a word it finds every agent's logs in one's own home.
    """
    named = {
        "claude-code": claude_code, "codex": codex, "gemini-cli": gemini_cli, "opencode": opencode,
        "copilot-cli": copilot_cli, "qwen-code": qwen_code, "kimi-code": kimi_code, "pi": pi,
        "aider": aider, "cline": cline, "vibe": vibe,
    }  # fmt: skip
    asked = AskedUsage(
        paths=paths or (),
        homes=home or (),
        agents=[(source, path) for source, folders in named.items() for path in folders or ()],
        since=since,
        until=until,
        timezone=timezone,
        columns=columns,
        plans=plan or (),
        store=store,
        no_store=no_store,
        warehouse=from_,
        table=table,
        timeout=timeout,
        merge=merge or (),
    )
    flags = UsageFlags(
        asked=asked,
        by=by or (),
        forget=forget,
        brief=brief,
        format=Format.JSON if as_json else format_,
        files=output or (),
    )
    run(flags, os.environ)
