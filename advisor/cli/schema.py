"""`advisor schema`: JSON Schema of the files for editors, and of the answers for scripts."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from advisor.cli.screen import emit
from advisor.load.workload_file import OptionsFile
from advisor.model.book import PricingFile
from advisor.model.profile import ProfileFile
from advisor.model.scalars import Frozen
from advisor.model.tokenizer import TokenizerFile
from advisor.model.workload import Workload
from advisor.output.answer_schema import answers_schema
from advisor.output.json import dump

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class SchemaKind(StrEnum):
    """The files that have a schema, and the answers in JSON."""

    WORKLOAD = "workload"
    PRICING = "pricing"
    PROFILES = "profiles"
    TOKENIZERS = "tokenizers"
    SHORTLIST = "shortlist"
    ANSWERS = "answers"


MODELS: dict[SchemaKind, type[Frozen]] = {
    SchemaKind.WORKLOAD: Workload,
    SchemaKind.PRICING: PricingFile,
    SchemaKind.PROFILES: ProfileFile,
    SchemaKind.TOKENIZERS: TokenizerFile,
    SchemaKind.SHORTLIST: OptionsFile,
}


@app.command()
def schema(
    kind: Annotated[
        SchemaKind, typer.Argument(help="Which file, or `answers`.")
    ] = SchemaKind.WORKLOAD,
) -> None:
    """Print the JSON Schema of a file for editors, or of the answers for scripts.

    Put `# yaml-language-server: $schema=FILE` in the first line of a file to use a saved one.
    """
    emit(dump(json_schema(kind)))


def json_schema(kind: SchemaKind) -> dict[str, object]:
    """Return the JSON Schema of a kind of file, or of all answers."""
    if kind is SchemaKind.ANSWERS:
        body: dict[str, object] = answers_schema()
    else:
        body = MODELS[kind].model_json_schema(by_alias=True)
    return {"$schema": DIALECT, "$id": f"advisor:{kind.value}/1", **body}
