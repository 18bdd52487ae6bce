"""One scenario of a comparison: its runs as tables, the quantities that are compared, and how their values are
described.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
import pandas

from plnsim.model.outcome import OUTCOMES_BY_NAME, Outcome
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.simulation.runs import HALF_QUANTILES, RANGE_QUANTILES, RunResult
from plnsim.simulation.scenario.scenario import Scenario

MAIN_OUTCOME = "deep_use"
"""The outcome by which scenarios are put in order, barriers lifted and parameters weighed: sustained deep use."""
QUANTILES = {
    f"quantile_{round(100 * level):02d}": level for level in (RANGE_QUANTILES[0], *HALF_QUANTILES, RANGE_QUANTILES[1])
}


class Description(TypedDict):
    """Mean and quantiles of some values."""

    mean: float
    quantile_05: float
    quantile_25: float
    quantile_75: float
    quantile_95: float


class DifferenceDescription(Description):
    """The same of differences, with their signs."""

    higher: int
    lower: int
    pairs: int


@dataclass(frozen=True)
class ScenarioResult:
    """One scenario of a comparison with its runs as tables; to be read as a ``RunResult`` is.

    Attributes
    ----------
    scenario : Scenario
    seed : int
    outcomes : pandas.DataFrame
        A row a replicate, as in ``RunResult.outcomes``.
    weeks : pandas.DataFrame
        A row a replicate and week, as in ``RunResult.weeks``.
    """

    scenario: Scenario
    seed: int
    outcomes: pandas.DataFrame
    weeks: pandas.DataFrame

    @classmethod
    def of(cls, result: RunResult) -> ScenarioResult:
        """Takes the tables of a run.

        Parameters
        ----------
        result : RunResult

        Returns
        -------
        ScenarioResult
        """
        return cls(result.scenario, result.seed, result.outcomes, result.weeks)

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return self.scenario.name

    @property
    def replicates(self) -> int:
        """Number of runs."""
        return len(self.outcomes)

    @property
    def outlasts_support(self) -> bool:
        """Whether the runs go on after outside support has ended."""
        return self.scenario.support_ends < self.scenario.weeks

    def values(self, quantity: str) -> np.ndarray:
        """Gives the values of an outcome or of one of ``DERIVED``.

        Parameters
        ----------
        quantity : str

        Returns
        -------
        numpy.ndarray
            Of shape (replicates,), in the unit of the quantity; NaN where it is not defined.
        """
        if quantity in DERIVED:
            return DERIVED[quantity].function(self)
        values: np.ndarray = self.outcomes[quantity].to_numpy(dtype=np.float64)
        return values

    def by_week(self, column: str) -> np.ndarray:
        """Gives a column of the weeks.

        Parameters
        ----------
        column : str

        Returns
        -------
        numpy.ndarray
            Of shape (replicates, weeks).
        """
        values: np.ndarray = self.weeks[column].to_numpy(dtype=np.float64)
        return values.reshape(self.replicates, -1)


@dataclass(frozen=True)
class DerivedQuantity:
    """What a comparison computes from the tables of a scenario, a value a replicate."""

    name: str
    unit: str
    meaning: str
    function: Callable[[ScenarioResult], np.ndarray]


def _last_year(column: str) -> Callable[[ScenarioResult], np.ndarray]:
    return lambda result: np.asarray(result.by_week(column)[:, -SCHOOL_WEEKS:].mean(axis=1))


def _gap(result: ScenarioResult) -> np.ndarray:
    gap: np.ndarray = result.values("use_less_disadvantaged") - result.values("use_more_disadvantaged")
    return gap


def _change(result: ScenarioResult) -> np.ndarray:
    return (
        result.values("use") - result.values("use_when_support_ends")
        if result.outlasts_support
        else np.full(result.replicates, math.nan)
    )


DERIVED = {
    quantity.name: quantity
    for quantity in (
        DerivedQuantity(
            "use_less_disadvantaged",
            "share",
            "Use in the less disadvantaged half of schools, last year.",
            _last_year("use_less_disadvantaged"),
        ),
        DerivedQuantity(
            "use_more_disadvantaged",
            "share",
            "Use in the more disadvantaged half of schools, last year.",
            _last_year("use_more_disadvantaged"),
        ),
        DerivedQuantity(
            "use_gap", "share", "Use in the less minus use in the more disadvantaged half, last year.", _gap
        ),
        DerivedQuantity("change_after_support", "share", "Use in the last year minus use when support ended.", _change),
    )
}
"""What a comparison looks at besides the outcomes of a run."""
QUANTITIES: dict[str, Outcome | DerivedQuantity] = {**OUTCOMES_BY_NAME, **DERIVED}


def describe(values: np.ndarray) -> Description:
    """Mean and quantiles of the defined values."""
    defined = values[np.isfinite(values)]

    def quantile(name: str) -> float:
        return float(np.quantile(defined, QUANTILES[name])) if len(defined) else math.nan

    return {
        "mean": float(defined.mean()) if len(defined) else math.nan,
        "quantile_05": quantile("quantile_05"),
        "quantile_25": quantile("quantile_25"),
        "quantile_75": quantile("quantile_75"),
        "quantile_95": quantile("quantile_95"),
    }


def describe_differences(values: np.ndarray) -> DifferenceDescription:
    """Mean and quantiles of differences, and in how many runs they are above, below and defined at all."""
    return {
        **describe(values),
        "higher": int((values > 0).sum()),
        "lower": int((values < 0).sum()),
        "pairs": int(np.isfinite(values).sum()),
    }
