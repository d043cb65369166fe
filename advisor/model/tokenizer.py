"""How many tokens other models make of a text, relative to the vocabulary that is counted by.

A ratio is tokens of the model ÷ tokens of `o200k_base`, by kind of text, and a range wherever it
was measured. What a reader would get wrong: the first tokenizer of the file that names a model is
its own; the last one names all that are left.
"""

import fnmatch
from typing import Literal, Self

from pydantic import Field, model_validator

from advisor.model.scalars import Day, Frozen, Text
from advisor.model.uncertain import Factor, Uncertain

Kind = Literal["english", "code", "json"]
KINDS: tuple[Kind, ...] = ("english", "code", "json")

Basis = Literal["published", "measured", "carried", "assumed"]
"""The maker's own vocabulary · this model · another of the maker's models · no model of its."""


class RatioSource(Frozen):
    """Where ratios come from, and the day a person last compared them with that place."""

    title: Text
    url: Text
    checked_on: Day
    note: Text | None = None


class Tokenizer(Frozen):
    """The ratios of the models that `models` names, as globs of `vendor/id`."""

    name: Text
    models: tuple[Text, ...] = Field(min_length=1)
    basis: Basis
    english: Factor
    code: Factor
    json_: Factor = Field(alias="json")
    sources: tuple[Text, ...] = ()
    note: Text | None = None

    def ratio(self, kind: Kind) -> Uncertain:
        """Return the tokens that this one makes of what are 1 in `o200k_base`."""
        return {"english": self.english, "code": self.code, "json": self.json_}[kind]

    def serves(self, full_name: str) -> bool:
        """Whether a model, `vendor/id`, is among those named."""
        return any(fnmatch.fnmatchcase(full_name, glob) for glob in self.models)


class TokenizerFile(Frozen):
    """The file of ratios: sources by id, and tokenizers in the order in which they are asked."""

    sources: dict[Text, RatioSource]
    tokenizers: tuple[Tokenizer, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _sources_exist(self) -> Self:
        for one in self.tokenizers:
            for source in one.sources:
                if source not in self.sources:
                    raise ValueError(f"{one.name}: {source!r} is not among `sources`")
            if one.basis != "assumed" and not one.sources:
                raise ValueError(f"{one.name}: a ratio that is not assumed has a source")
        if "*" not in self.tokenizers[-1].models:
            raise ValueError("the last tokenizer is that of all other models: `models: ['*']`")
        return self

    def of(self, full_name: str) -> Tokenizer:
        """Return the tokenizer of a model, `vendor/id`."""
        return next(one for one in self.tokenizers if one.serves(full_name))
