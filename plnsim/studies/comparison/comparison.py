"""Scenarios side by side: the tables of a comparison, and what is computed from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import pandas

from plnsim.common.short_repr import short_repr
from plnsim.model.outcome import OUTCOMES_BY_NAME
from plnsim.simulation.runs import Cost, Description
from plnsim.studies.comparison.criteria import CriterionResult, criteria_of
from plnsim.studies.comparison.html import to_html
from plnsim.studies.comparison.scenario_result import (
    DIFFERENCES,
    QUANTITIES,
    DifferenceDescription,
    ScenarioResult,
    describe,
    describe_differences,
    describe_differences_over_draws,
)
from plnsim.studies.decision.information import MIN_DRAWS, value_of_information
from plnsim.studies.decision.robustness import LASTING, firsts, robustness
from plnsim.studies.decision.thresholds import thresholds
from plnsim.studies.uncertainty.draws import Draws
from plnsim.studies.uncertainty.verdict import (
    MAIN_OUTCOME,
    NO_PROGRAMME,
    Verdict,
    against_no_programme,
    least_that_matters,
    verdict_of,
)

Size = Literal["matters", "small", "undecided"]
"""What a difference is against the smallest that matters; ``undecided``: the runs are too few to tell."""


class Summary(Description):
    """A row of the table ``summary``: an outcome of a scenario."""

    scenario: str
    outcome: str
    unit: str
    runs: int


class PairedDifference(DifferenceDescription):
    """A row of the table ``differences``: an outcome of a scenario minus that of the baseline, pair by pair."""

    scenario: str
    baseline: str
    outcome: str
    unit: str


@dataclass(frozen=True, eq=False)
class Comparison:
    """Scenarios side by side, replicate by replicate with common random numbers.

    It may hold a single scenario, where nothing is compared.

    Attributes
    ----------
    results : tuple of ScenarioResult
        The scenarios with their runs.
    baseline : str
        Name of the scenario that the others are compared with.
    barriers : pandas.DataFrame, optional
        A row a condition of the leading scenario: how often it is named, and what lifting it gains.
    sensitivity : pandas.DataFrame, optional
        A row a parameter of the leading scenario and end of its plausible range: the change in deep use.
    draws : Draws, optional
        The scenarios over draws of all that is not known of them.
    when : str, default "sustained_scale_up >= 1"
        The condition on outcomes whose share of the draws ``robustness`` tells.
    """

    results: tuple[ScenarioResult, ...]
    baseline: str
    barriers: pandas.DataFrame | None = None
    sensitivity: pandas.DataFrame | None = None
    draws: Draws | None = None
    when: str = LASTING

    __repr__ = short_repr

    @property
    def base(self) -> ScenarioResult:
        """The ``ScenarioResult`` of the baseline."""
        return next(result for result in self.results if result.name == self.baseline)

    @property
    def others(self) -> list[ScenarioResult]:
        """The ``ScenarioResult`` of every other scenario, in their order."""
        return [result for result in self.results if result.name != self.baseline]

    @property
    def ranked(self) -> tuple[ScenarioResult, ...]:
        """Every ``ScenarioResult`` that has a rank. One in which an invisible hand lifts a condition has none, for no
        budget buys that; where one is lifted in each, all have.
        """
        return tuple(result for result in self.results if not result.lifted) or self.results

    @cached_property
    def leading(self) -> ScenarioResult:
        """The ``ScenarioResult`` with the most sustained deep use on average, of those that have a rank; the first of
        equals.
        """
        return max(self.ranked, key=lambda result: np.nan_to_num(describe(result.values(MAIN_OUTCOME))["mean"]))

    @property
    def minimal_important_difference(self) -> float:
        """The smallest difference in sustained deep use that matters, a share, as the baseline has it."""
        return least_that_matters(self.base)

    def size(self, result: ScenarioResult) -> Size:
        """Holds the mean difference in sustained deep use from the baseline against the smallest that matters.

        Parameters
        ----------
        result : ScenarioResult

        Returns
        -------
        {"matters", "small", "undecided"}
            Whether the 95 % confidence interval of the mean difference lies beyond it, within it on both sides of zero,
            or neither.
        """
        row, least = self.paired[result.name, MAIN_OUTCOME], self.minimal_important_difference
        if row["confidence_low"] >= least or row["confidence_high"] <= -least:
            return "matters"
        return "small" if -least < row["confidence_low"] and row["confidence_high"] < least else "undecided"

    def difference(self, result: ScenarioResult, quantity: str) -> np.ndarray:
        """Subtracts the baseline from a scenario, replicate by replicate.

        Parameters
        ----------
        result : ScenarioResult
        quantity : str
            An outcome, or a name in ``plnsim.studies.comparison.scenario_result.DERIVED``.

        Returns
        -------
        numpy.ndarray
            Of shape (replicates,), in the unit of the quantity; NaN where one of both is not defined.
        """
        difference: np.ndarray = result.values(quantity) - self.base.values(quantity)
        return difference

    def _joined(self, table: str) -> pandas.DataFrame:
        joined = pandas.concat(
            [getattr(result, table).assign(scenario=result.name) for result in self.results], ignore_index=True
        )
        return joined[["scenario", *joined.columns[:-1]]]

    @cached_property
    def summaries(self) -> dict[tuple[str, str], Summary]:
        """Mean and intervals of each outcome, in its unit, as a dict by names of scenario and outcome."""
        return {
            (result.name, name): {
                "scenario": result.name,
                "outcome": name,
                "unit": quantity.unit,
                "runs": int(np.isfinite(result.values(name)).sum()),
                **describe(result.values(name), _limited(name, quantity.unit)),
            }
            for result in self.results
            for name, quantity in QUANTITIES.items()
        }

    @cached_property
    def paired(self) -> dict[tuple[str, str], PairedDifference]:
        """Mean, intervals and signs of differences from the baseline, as a dict by names of scenario and outcome."""
        units = {name: quantity.unit for name, quantity in QUANTITIES.items()}
        return self._paired(units, self.others, self.baseline, self.difference, describe_differences)

    @cached_property
    def over_draws(self) -> dict[tuple[str, str], PairedDifference]:
        """The same as ``paired`` over draws of all that is not known, as a dict by names of scenario and outcome."""
        if (draws := self.draws) is None:
            return {}
        return self._paired(
            OUTCOME_UNITS,
            self.others,
            self.baseline,
            lambda result, name: draws.values(result.name, name) - draws.values(self.baseline, name),
            describe_differences_over_draws,
        )

    @cached_property
    def gains_over_draws(self) -> dict[tuple[str, str], PairedDifference]:
        """The same of every scenario, the baseline too, against its schools without any programme."""
        if (draws := self.draws) is None or draws.without_programme is None:
            return {}
        return self._paired(
            OUTCOME_UNITS,
            self.results,
            NO_PROGRAMME,
            lambda result, name: draws.gains(result.name, name),
            describe_differences_over_draws,
        )

    @staticmethod
    def _paired(
        units: Mapping[str, str],
        results: Sequence[ScenarioResult],
        baseline: str,
        difference: Callable[[ScenarioResult, str], np.ndarray],
        describe: Callable[[np.ndarray], DifferenceDescription],
    ) -> dict[tuple[str, str], PairedDifference]:
        """The rows of a table of differences: of each of these scenarios and outcomes, with its unit."""
        return {
            (result.name, name): {
                "scenario": result.name,
                "baseline": baseline,
                "outcome": name,
                "unit": unit,
                **describe(difference(result, name)),
            }
            for result in results
            for name, unit in units.items()
        }

    @cached_property
    def verdicts(self) -> dict[str, Verdict]:
        """In how many draws a scenario gains or loses what matters, as a dict by its name."""
        if (draws := self.draws) is None:
            return {}
        least, base = self.minimal_important_difference, draws.values(self.baseline, MAIN_OUTCOME)
        return {
            name: verdict_of(name, self.baseline, least, draws.values(name, MAIN_OUTCOME) - base, luck)
            for name, luck in ((side.name, self.difference(side, MAIN_OUTCOME)) for side in self.others)
        }

    @cached_property
    def against_no_programme(self) -> dict[str, Verdict]:
        """The same of every scenario, the baseline too, against its schools without any programme."""
        if (draws := self.draws) is None or draws.without_programme is None:
            return {}
        least = self.minimal_important_difference
        return {side.name: against_no_programme(side, draws, least) for side in self.results}

    @cached_property
    def decision(self) -> dict[str, pandas.DataFrame]:
        """What the draws say of the choice between scenarios, as a dict of ``pandas.DataFrame``.

        ``robustness``, and where there are 20 draws or more ``information`` and ``thresholds``; nothing where there is
        nothing to choose. Only scenarios that have a rank are chosen from.
        """
        choice = self._choice
        if choice is None:
            return {}
        found = {"robustness": robustness(choice, self.when, MAIN_OUTCOME)}
        if choice.done >= MIN_DRAWS:
            found |= {
                "information": value_of_information(choice, MAIN_OUTCOME),
                "thresholds": thresholds(choice),
            }
        return found

    @cached_property
    def firsts(self) -> dict[str, int]:
        """In how many draws each scenario alone has the most sustained deep use, as a dict by scenario."""
        return {} if self._choice is None else firsts(self._choice, MAIN_OUTCOME)

    @cached_property
    def _choice(self) -> Draws | None:
        """The draws of what has a rank; nothing where there is nothing to choose."""
        if self.draws is None or len(self.ranked) < 2:
            return None
        table = self.draws.outcomes
        return replace(self.draws, outcomes=table[table["scenario"].isin([result.name for result in self.ranked])])

    @cached_property
    def costs(self) -> dict[str, Cost]:
        """What each scenario costs against the same schools without its programme, as a dict by scenario."""
        return {result.name: result.cost for result in self.results}

    @cached_property
    def criteria(self) -> list[CriterionResult]:
        """What each criterion of sustained scale-up needs and each scenario has, a dict a scenario and criterion."""
        return [row for result in self.results for row in criteria_of(result)]

    @cached_property
    def tables(self) -> dict[str, pandas.DataFrame]:
        """All tables by name, each a ``pandas.DataFrame``.

        ``outcomes`` (a row a run), ``weeks`` and ``years`` (a row a run and week or year),
        ``without_programme`` (a row a run of the same schools without the programme), ``summary`` (a row a
        scenario and outcome), ``differences`` (the same of differences from the baseline), ``costs`` (a row a
        scenario), ``criteria`` (a row a scenario and criterion of sustained scale-up), and where they were asked for
        ``barriers``, ``sensitivity``, and over draws of all that is not known ``draws`` and
        ``draws_without_programme`` (a row a scenario and draw), ``differences_over_draws``, ``verdicts`` and
        ``robustness`` (a row a scenario, the first two also against no programme), and from 20 draws on ``information``
        (a row a parameter: what it is worth to find it out) and ``thresholds`` (a row a parameter
        along whose range the preferred scenario changes).
        """
        tables = {
            "outcomes": self._joined("outcomes"),
            "weeks": self._joined("weeks"),
            "years": self._joined("years"),
            "without_programme": self._joined("without_programme"),
            "summary": pandas.DataFrame(list(self.summaries.values())),
            "differences": pandas.DataFrame(list(self.paired.values())),
            "costs": pandas.DataFrame(list(self.costs.values())),
            "criteria": pandas.DataFrame(self.criteria, columns=list(CriterionResult.__annotations__)),
        }
        if self.barriers is not None:
            tables["barriers"] = self.barriers
        if self.sensitivity is not None:
            tables["sensitivity"] = self.sensitivity
        if self.draws is not None:
            tables["draws"] = self.draws.outcomes
            if self.draws.without_programme is not None:
                tables["draws_without_programme"] = self.draws.without_programme
            over = [*self.over_draws.values(), *self.gains_over_draws.values()]
            tables["differences_over_draws"] = pandas.DataFrame(over)
            tables["verdicts"] = pandas.DataFrame([*self.verdicts.values(), *self.against_no_programme.values()])
            tables |= self.decision
        return tables

    def _repr_html_(self) -> str:
        """The comparison as a notebook shows it."""
        return to_html(
            self.results,
            self.base,
            means={key: row["mean"] for key, row in self.summaries.items()},
            differences={result.name: self.paired[result.name, MAIN_OUTCOME] for result in self.others},
            leading=self.leading.name,
            barriers=self.barriers,
            quick=self.sensitivity is None,
            draws=self.draws.points if self.draws else 0,
        )


OUTCOME_UNITS = {name: outcome.unit for name, outcome in OUTCOMES_BY_NAME.items()}


def _limited(name: str, unit: str) -> str:
    """The unit whose limits an outcome keeps to; what is a difference itself has none."""
    return "" if name in DIFFERENCES else unit
