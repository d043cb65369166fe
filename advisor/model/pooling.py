"""The constants by which measurements of many boards are pooled into one answer.

A figure is what its board, effort, price, maker, model and tool make of it, each by so much. How
much is fitted outside the product (`bench/borrowed.py`) and stands in the shipped profiles.
"""

from typing import Self

from pydantic import model_validator

from advisor.model.scalars import Frozen, NonNegative, Positive, Share, Text


class Spreads(Frozen):
    """Standard deviations of what sets two figures apart: of ln tokens, or of log-odds of success.

    Correlations among them: `line` is that of a model with its predecessor, `alike` that of what
    is peculiar to two benchmarks of one kind of work, `house` to two kinds of work of one's own.
    """

    board: Positive
    effort: Positive
    price: NonNegative
    open_weights: NonNegative
    year: NonNegative
    maker: NonNegative
    price_by_maker: NonNegative
    model: NonNegative
    line: Share
    tool: NonNegative
    tool_by_maker: NonNegative
    tool_by_model: NonNegative
    board_by_model: NonNegative
    board_by_maker: NonNegative
    board_by_tool: NonNegative
    board_by_open: NonNegative
    alike: Share
    house: Share
    effort_by_model: NonNegative
    effort_by_maker: NonNegative
    effort_by_board: NonNegative
    rerun: Positive
    of_low_confidence: NonNegative
    by_the_vendor: NonNegative

    @model_validator(mode="after")
    def _a_board_is_one_to_itself(self) -> Self:
        if self.alike + self.house > 1:
            raise ValueError("`alike` and `house` are shares of one whole: together at most 1")
        return self


class Pooling(Frozen):
    """All constants. Efforts stand at places on one line; `places` names those that are known.

    `unknown` is the place of an effort that nobody names; `open_weights` are globs of models that
    anybody may serve. `own_work` widens what is said of work that no benchmark has measured.
    """

    places: dict[Text, float]
    unknown: float
    open_weights: tuple[Text, ...] = ()
    own_work: Positive = 1.0
    tokens: Spreads
    success: Spreads
