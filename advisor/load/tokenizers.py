"""The file of tokenizer ratios in, checked."""

from __future__ import annotations

from pathlib import Path

from advisor.errors import InputError
from advisor.load.price_book import default_folder
from advisor.load.yaml_source import read_yaml, validate
from advisor.model.tokenizer import TokenizerFile


def read_tokenizers(path: Path | None = None) -> TokenizerFile:
    """Read a file of ratios, or the one that comes along. Raises InputError with every fault."""
    document = read_yaml(path or default_folder("workloads") / "tokenizers.yaml")
    parsed, faults = validate(document, TokenizerFile)
    if parsed is None or faults:
        raise InputError(faults)
    return parsed
