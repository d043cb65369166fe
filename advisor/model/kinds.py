"""Rules that sort real calls into kinds of work."""

from typing import Self

from pydantic import model_validator

from advisor.model.scalars import Frozen, Text


class KindRule(Frozen):
    """Patterns with `*` and `?`; a call has to fit all that are there."""

    agent: Text | None = None
    model: Text | None = None
    project: Text | None = None
    person: Text | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not any([self.agent, self.model, self.project, self.person]):
            raise ValueError("say at least one of agent, model, project, person")
        return self


class KindsFile(Frozen):
    """A file of rules: kinds of work by name, in the order in which they are tried."""

    kinds: dict[Text, KindRule]
