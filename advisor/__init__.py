"""What AI coding work should run on, what it costs in a year, and whether it stays in a budget.

    import advisor

    answer = advisor.compare("team.yaml")
    answer.to_pandas()

Every function takes what a command takes and returns its finished answer. What is named here is
what stays as it is: see docs/python.md. It is loaded when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from advisor.api.check import CheckAnswer, check
    from advisor.api.compare import ComparisonAnswer, compare
    from advisor.api.diff import DifferenceAnswer, diff
    from advisor.api.forecast import ForecastAnswer, forecast
    from advisor.api.prices import prices
    from advisor.api.recommend import RecommendationAnswer, recommend
    from advisor.api.seats import SeatChoiceAnswer, seats
    from advisor.api.stress import StressAnswer, stress
    from advisor.api.tokens import TokensAnswer, tokens
    from advisor.api.trials import BacktestAnswer, PilotAnswer, backtest, pilot
    from advisor.api.usage import RealUsageAnswer, usage
    from advisor.errors import (
        AdvisorError,
        AdvisorWarning,
        InfeasibleError,
        InputError,
        MissingError,
        NothingToCheckError,
        PriceGapError,
        PricesMovedError,
    )

__version__ = "0.1.0"

__all__ = [
    "AdvisorError",
    "AdvisorWarning",
    "BacktestAnswer",
    "CheckAnswer",
    "ComparisonAnswer",
    "DifferenceAnswer",
    "ForecastAnswer",
    "InfeasibleError",
    "InputError",
    "MissingError",
    "NothingToCheckError",
    "PilotAnswer",
    "PriceGapError",
    "PricesMovedError",
    "RealUsageAnswer",
    "RecommendationAnswer",
    "SeatChoiceAnswer",
    "StressAnswer",
    "TokensAnswer",
    "__version__",
    "backtest",
    "check",
    "compare",
    "diff",
    "forecast",
    "pilot",
    "prices",
    "recommend",
    "seats",
    "stress",
    "tokens",
    "usage",
]

_STANDS_IN = {
    "BacktestAnswer": "api.trials",
    "CheckAnswer": "api.check",
    "ComparisonAnswer": "api.compare",
    "DifferenceAnswer": "api.diff",
    "ForecastAnswer": "api.forecast",
    "PilotAnswer": "api.trials",
    "RecommendationAnswer": "api.recommend",
    "SeatChoiceAnswer": "api.seats",
    "StressAnswer": "api.stress",
    "TokensAnswer": "api.tokens",
    "RealUsageAnswer": "api.usage",
    "backtest": "api.trials",
    "pilot": "api.trials",
    **{
        name: f"api.{name}"
        for name in (
            "check", "compare", "diff", "forecast", "prices", "recommend", "seats", "stress",
            "tokens", "usage",
        )
    },
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load what is asked for: `import advisor` alone waits for nothing."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_STANDS_IN.get(name, 'errors')}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    """Name what there is."""
    return sorted({*globals(), *__all__})
