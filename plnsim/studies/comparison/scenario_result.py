"""One scenario of a comparison: its runs as tables, the quantities that are compared, and how their values are
described.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas

from plnsim.common.short_repr import short_repr
from plnsim.model.outcome import OUTCOMES_BY_NAME, Outcome
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.simulation.runs import Cost, Description, RunResult, bill_of, cost_of, intervals
from plnsim.simulation.runs.cost import lifted_of, paired
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.studies.optimisation.interval import mean_interval


class DifferenceDescription(Description):
    """The same of differences, with their signs."""

    higher: int
    lower: int
    pairs: int


@dataclass(frozen=True, eq=False)
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
    years : pandas.DataFrame
        A row a replicate and year, as in ``RunResult.years``.
    without_programme : pandas.DataFrame
        The outcomes of the same schools without the programme, as in ``RunResult.without_programme``.
    """

    scenario: Scenario
    seed: int
    outcomes: pandas.DataFrame
    weeks: pandas.DataFrame
    years: pandas.DataFrame
    without_programme: pandas.DataFrame

    __repr__ = short_repr

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
        tables = (getattr(result, name) for name in ("outcomes", "weeks", "years", "without_programme"))
        return cls(result.scenario, result.seed, *tables)

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

    @property
    def lifted(self) -> tuple[str, ...]:
        """Conditions that an invisible hand lifts at some time of the run, which no budget buys; so it has no rank."""
        return lifted_of(self.scenario)

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

    @cached_property
    def cost(self) -> Cost:
        """What the programme costs against none, as a dict (``plnsim.simulation.runs.cost.Cost``)."""
        return cost_of(self.scenario, *paired(self.outcomes, self.without_programme))

    @cached_property
    def bill(self) -> dict[str, float]:
        """The mean cost of each item against no programme, by its name."""
        return bill_of(*paired(self.outcomes, self.without_programme))

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

    def by_year(self, column: str) -> np.ndarray:
        """Gives a column of the years.

        Parameters
        ----------
        column : str

        Returns
        -------
        numpy.ndarray
            Of shape (replicates, years).
        """
        values: np.ndarray = self.years[column].to_numpy(dtype=np.float64)
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
DIFFERENCES = ("use_gap", "change_after_support")
"""Those of them that can be below zero."""
QUANTITIES: dict[str, Outcome | DerivedQuantity] = {**OUTCOMES_BY_NAME, **DERIVED}


def describe(values: np.ndarray, unit: str = "") -> Description:
    """Mean and intervals of the defined values, which keep to the limits of their unit; a difference has none."""
    told = intervals(values, unit)
    return {
        "mean": told["mean"],
        "confidence_low": told["confidence_low"],
        "confidence_high": told["confidence_high"],
        "prediction_low": told["prediction_low"],
        "prediction_high": told["prediction_high"],
    }


def describe_differences(values: np.ndarray) -> DifferenceDescription:
    """Mean and intervals of differences, and in how many runs they are above, below and defined at all."""
    return {
        **describe(values),
        "higher": int((values > 0).sum()),
        "lower": int((values < 0).sum()),
        "pairs": int(np.isfinite(values).sum()),
    }


def describe_differences_over_draws(values: np.ndarray) -> DifferenceDescription:
    """The same of draws of all that is not known, most of which differ by little and a few by much: so the interval of
    the mean is a studentised bootstrap (decision 0019).
    """
    told = describe_differences(values)
    if told["pairs"] > 1:
        told["confidence_low"], told["confidence_high"] = mean_interval(values[np.isfinite(values)])
        if told["confidence_low"] == told["confidence_high"]:
            told["confidence_low"] = told["confidence_high"] = math.nan
    return told
