"""The runs of several scenarios side by side as tables, and the tables that are computed from them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas

from plnsim.common.streams import run_key, uniforms, week_key
from plnsim.model.outcome import OUTCOMES_BY_NAME, Outcome
from plnsim.model.world.school_year import SCHOOL_WEEKS
from plnsim.simulation.runs import HALF_QUANTILES, RANGE_QUANTILES, RunResult
from plnsim.simulation.scenario import Scenario

MAIN_OUTCOME = "deep_use"
"""The outcome by which scenarios are put in order, barriers lifted and parameters weighed: sustained deep use."""
QUANTILES = {
    f"quantile_{round(100 * one):02d}": one for one in (RANGE_QUANTILES[0], *HALF_QUANTILES, RANGE_QUANTILES[1])
}
RESAMPLES = 1000
COLUMNS = {
    "scenario": ("name", "The scenario."),
    "baseline": ("name", "The scenario that it is compared with."),
    "outcome": ("name", "What is measured."),
    "unit": ("name", "Unit of what is measured."),
    "runs": ("runs", "Runs in which it is defined."),
    "mean": ("as the outcome", "Mean of these runs."),
    **{
        name: ("as the outcome", f"Value below which {100 * at:g} % of these runs lie.")
        for name, at in QUANTILES.items()
    },
    "higher": ("pairs", "Paired runs in which the difference is above zero."),
    "lower": ("pairs", "Those in which it is below zero."),
    "pairs": ("pairs", "Paired runs in which both are defined."),
    "cost": ("money", "Cost of a run, mean."),
    "sustained_adopters": ("teachers", "Sustained deep use in teachers, mean."),
    "cost_per_adopter": ("money", "Cost of all runs over adopters of all runs; inf below one adopter a run."),
    "resampled_05": ("money", "Lower end of its bootstrap interval."),
    "resampled_95": ("money", "Upper end of its bootstrap interval."),
    "reached": ("runs", "Runs with one adopter or more."),
    "resamples": ("number", "Resamples of the runs for the interval."),
    "condition": ("name", "What may be in the way."),
    "lift": ("share", "Share of the gap in it that is closed, as if from outside."),
    "named": ("share", "How often it is named, of all answers; mean."),
    "largest": ("pairs", "Paired runs in which lifting it gains most."),
    "parameter": ("name", "The parameter that is moved."),
    "source": ("name", "Its source, or assumed."),
    "value": ("as the parameter", "Its value in the scenario."),
    "end": ("low or high", "End of the plausible range."),
    "moved_to": ("as the parameter", "The value at that end."),
    "own": ("as the outcome", "Mean of the scenario as it is, in these runs."),
    "change": ("as the outcome", "Mean paired difference."),
    "least": ("as the outcome", "Smallest paired difference."),
    "most": ("as the outcome", "Largest paired difference."),
}
"""Unit and meaning of the columns that only a comparison has."""


@dataclass(frozen=True)
class ScenarioResult:
    """One scenario of a comparison with its runs as tables; to be read as a ``plnsim.simulation.runs.Run`` is."""

    scenario: Scenario
    seed: int
    outcomes: pandas.DataFrame
    weeks: pandas.DataFrame

    @classmethod
    def of(cls, done: RunResult) -> ScenarioResult:
        return cls(done.scenario, done.seed, done.outcomes, done.weeks)

    @property
    def name(self) -> str:
        return self.scenario.name

    @property
    def replicates(self) -> int:
        return len(self.outcomes)

    @property
    def outlasts_support(self) -> bool:
        return self.scenario.support_ends < self.scenario.weeks

    def values(self, quantity: str) -> np.ndarray:
        """The values of an outcome or of one of ``DERIVED``, one a replicate."""
        if quantity in DERIVED:
            return DERIVED[quantity].function(self)
        return self.outcomes[quantity].to_numpy(dtype=np.float64)

    def by_week(self, column: str) -> np.ndarray:
        """A column of the weeks as an array, replicates by weeks."""
        return self.weeks[column].to_numpy(dtype=np.float64).reshape(self.replicates, -1)


def _last_year(column: str) -> Callable[[ScenarioResult], np.ndarray]:
    return lambda result: result.by_week(column)[:, -SCHOOL_WEEKS:].mean(axis=1)


def _gap(result: ScenarioResult) -> np.ndarray:
    return result.values("use_less_disadvantaged") - result.values("use_more_disadvantaged")


def _change(result: ScenarioResult) -> np.ndarray:
    return (
        result.values("use") - result.values("use_when_support_ends")
        if result.outlasts_support
        else np.full(result.replicates, math.nan)
    )


DERIVED = {
    one.name: one
    for one in (
        Outcome(
            "use_less_disadvantaged",
            "share",
            "Use in the less disadvantaged half of schools, last year.",
            _last_year("use_less_disadvantaged"),
        ),
        Outcome(
            "use_more_disadvantaged",
            "share",
            "Use in the more disadvantaged half of schools, last year.",
            _last_year("use_more_disadvantaged"),
        ),
        Outcome("use_gap", "share", "Use in the less minus use in the more disadvantaged half, last year.", _gap),
        Outcome("change_after_support", "share", "Use in the last year minus use when support ended.", _change),
    )
}
"""What a comparison looks at besides the outcomes of a run; each function takes a ``Side``."""
QUANTITIES: dict[str, Outcome] = OUTCOMES_BY_NAME | DERIVED


def describe(values: np.ndarray) -> dict[str, float]:
    """Mean and quantiles of the defined values."""
    defined = values[np.isfinite(values)]
    if len(defined) == 0:
        return {"mean": math.nan} | dict.fromkeys(QUANTILES, math.nan)
    return {"mean": float(defined.mean())} | {name: float(np.quantile(defined, at)) for name, at in QUANTILES.items()}


def describe_differences(values: np.ndarray) -> dict[str, float]:
    """Mean and quantiles of differences, and in how many runs they are above, below and defined at all."""
    return describe(values) | {
        "higher": int((values > 0).sum()),
        "lower": int((values < 0).sum()),
        "pairs": int(np.isfinite(values).sum()),
    }


@dataclass(frozen=True)
class Comparison:
    """Scenarios side by side, replicate by replicate with the same luck; of one scenario alone where nothing is
    compared.
    """

    results: tuple[ScenarioResult, ...]
    baseline: str
    barriers: pandas.DataFrame | None = None
    sensitivity: pandas.DataFrame | None = None

    @property
    def base(self) -> ScenarioResult:
        return next(result for result in self.results if result.name == self.baseline)

    @property
    def others(self) -> list[ScenarioResult]:
        return [result for result in self.results if result.name != self.baseline]

    @cached_property
    def leading(self) -> ScenarioResult:
        """The scenario with the most sustained deep use on average; the first of equals."""
        return max(self.results, key=lambda result: np.nan_to_num(describe(result.values(MAIN_OUTCOME))["mean"]))

    def difference(self, result: ScenarioResult, quantity: str) -> np.ndarray:
        """A scenario minus the baseline, pair by pair."""
        return result.values(quantity) - self.base.values(quantity)

    def _joined(self, table: str) -> pandas.DataFrame:
        return pandas.concat(
            [getattr(result, table).assign(scenario=result.name) for result in self.results], ignore_index=True
        ).pipe(lambda joined: joined[["scenario", *joined.columns[:-1]]])

    @cached_property
    def summaries(self) -> dict[tuple[str, str], dict]:
        """Mean and quantiles of each scenario and outcome, by their names."""
        return {
            (result.name, name): {
                "scenario": result.name,
                "outcome": name,
                "unit": one.unit,
                "runs": int(np.isfinite(result.values(name)).sum()),
            }
            | describe(result.values(name))
            for result in self.results
            for name, one in QUANTITIES.items()
        }

    @cached_property
    def paired(self) -> dict[tuple[str, str], dict]:
        """Mean and quantiles of the paired differences from the baseline, and their signs, by scenario and outcome."""
        return {
            (result.name, name): {"scenario": result.name, "baseline": self.baseline, "outcome": name, "unit": one.unit}
            | describe_differences(self.difference(result, name))
            for result in self.others
            for name, one in QUANTITIES.items()
        }

    @cached_property
    def costs(self) -> dict[str, dict]:
        return {result.name: cost_of(result) for result in self.results}

    @cached_property
    def tables(self) -> dict[str, pandas.DataFrame]:
        """All tables by name: the runs, what is computed from them, and the further runs of the leading scenario."""
        found = {"outcomes": self._joined("outcomes"), "weeks": self._joined("weeks")}
        for name, rows in (("summary", self.summaries), ("differences", self.paired), ("costs", self.costs)):
            found[name] = pandas.DataFrame(list(rows.values()))
        return found | {
            name: table for name in ("barriers", "sensitivity") if (table := getattr(self, name)) is not None
        }

    def _repr_html_(self) -> str:
        """The comparison as a notebook shows it."""
        from plnsim.studies.comparison.html import to_html

        return to_html(self)


def cost_of(result: ScenarioResult) -> dict[str, object]:
    """The cost of each sustained adopter: total cost of all runs over their total adopters, with a bootstrap interval.

    Where there is less than one adopter a run on average it is infinite; so is an end of the interval where that holds
    of the resampled runs.
    """
    cost, adopters = result.values("cost"), result.values("sustained_adopters")
    runs = len(cost)
    key = week_key(run_key(result.seed, 0), 0)
    ratios = np.empty(RESAMPLES)
    for resample in range(RESAMPLES):
        who = np.arange(resample * runs, (resample + 1) * runs, dtype=np.uint64)
        chosen = (uniforms(key, "dummy", who) * runs).astype(int)
        ratios[resample] = _ratio(cost[chosen], adopters[chosen])
    low, high = np.quantile(ratios, RANGE_QUANTILES, method="inverted_cdf") if runs > 1 else (math.nan, math.nan)
    return {
        "scenario": result.name,
        "cost": float(cost.mean()),
        "sustained_adopters": float(adopters.mean()),
        "cost_per_adopter": _ratio(cost, adopters),
        "resampled_05": float(low),
        "resampled_95": float(high),
        "reached": int((adopters >= 1.0).sum()),
        "runs": runs,
        "resamples": RESAMPLES,
    }


def _ratio(cost: np.ndarray, adopters: np.ndarray) -> float:
    return float(cost.sum() / adopters.sum()) if adopters.sum() >= len(adopters) else math.inf
