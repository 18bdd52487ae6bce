"""The replicates of a scenario as tidy tables, and as a notebook shows them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np

from plnsim.common.checks import validate_workers
from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.common.notebook import Curve, card, curves, table
from plnsim.common.quantities import format_value, percent
from plnsim.common.short_repr import short_repr
from plnsim.model.measure import RunCounts
from plnsim.model.outcome import OUTCOMES_BY_NAME, WEEKLY_OUTCOMES, WeeklyOutcome, compute_outcomes
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.survival import survival_of_schools, survival_of_teachers
from plnsim.simulation.runs.cost import NEEDED, Cost, Values, bill_of, cost_of
from plnsim.simulation.runs.intervals import CONFIDENCE_INTERVAL, PREDICTION_INTERVAL, intervals, ranges
from plnsim.simulation.runs.simulate import ENGINES, simulate_run
from plnsim.simulation.runs.threads import map_ordered
from plnsim.simulation.scenario import Scenario

if TYPE_CHECKING:
    import pandas

RANGE_QUANTILES = (0.05, 0.95)
"""The quantiles between which 90 % of the runs at hand lie; a new run falls outside more often (``intervals``)."""
HALF_QUANTILES = (0.25, 0.75)
"""The quantiles between which half of the runs lie."""
DISPLAYED_OUTCOMES = (
    "use",
    "home_use",
    "use_when_support_ends",
    "depth",
    "deep_use",
    "retention",
    "reproduction",
    "ownership",
    "sustained_scale_up",
    "pupil_effect",
    "cost",
)
"""The outcomes that a run shows in a notebook."""


def school_years(run: RunCounts) -> dict[str, np.ndarray]:
    """What each school did in each year of a run, as columns of a table with a row a year and school."""
    years, schools = run.routine.shape
    weeks = np.array([min(SCHOOL_WEEKS, run.length - year * SCHOOL_WEEKS) for year in range(years)])[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "year": np.repeat(np.arange(1, years + 1), schools),
            "school": np.tile(np.arange(schools), years),
            "staff": (run.years["staff"] / weeks).ravel(),
            "members": (run.years["members"] / weeks).ravel(),
            "use": (run.years["users"] / run.years["staff"]).ravel(),
            "belief": (run.years["belief"] / run.years["staff"]).ravel(),
            "fidelity": (run.years["fidelity"] / run.years["users"]).ravel(),
            "routine": run.routine.ravel(),
        }


@dataclass(frozen=True, eq=False)
class RunResult:
    """The replicates of a scenario, as tidy tables.

    Attributes
    ----------
    scenario : Scenario
        What was simulated.
    seed : int
    engine : {"numba", "mesa"}
    run_counts : tuple of RunCounts
        What was counted in each run, replicate by replicate.

    Examples
    --------
    >>> from plnsim import Scenario, run
    >>> result = run(Scenario.of("baseline").with_values({"population.schools": 6}).with_years(2), replicates=2)
    >>> result.schools[["replicate", "year", "school", "staff", "use"]].head(2).round(3)
       replicate  year  school  staff    use
    0          0     1       0    8.0  0.122
    1          0     1       1   26.0  0.033
    """

    scenario: Scenario
    seed: int
    engine: str
    run_counts: tuple[RunCounts, ...]

    __repr__ = short_repr

    @property
    def replicates(self) -> int:
        """Number of runs."""
        return len(self.run_counts)

    @cached_property
    def outcomes(self) -> pandas.DataFrame:
        """One row a replicate.

        Columns: ``replicate``, from 0, and every outcome in its unit, NaN where it is not defined.
        """
        import pandas

        return pandas.DataFrame(
            [{"replicate": number} | compute_outcomes(run) for number, run in enumerate(self.run_counts)]
        )

    @cached_property
    def without_programme(self) -> pandas.DataFrame:
        """The outcomes of the same schools without the programme, as ``outcomes``; simulated when asked for."""
        import pandas

        return pandas.DataFrame({"replicate": np.arange(self.replicates)} | dict(self._without_programme))

    @property
    def _without_programme(self) -> Values:
        """The outcomes of the same schools without the programme, by name: a table of them takes pandas, which telling
        costs does not.
        """
        from plnsim.simulation.scenario.without_programme import schools_alone

        return _outcomes_of(schools_alone(self.scenario), self.seed, self.replicates)

    @property
    def _paired(self) -> tuple[Values, Values]:
        """The outcomes that costs are told from, with the programme and without."""
        return {name: self.values(name) for name in NEEDED}, self._without_programme

    @cached_property
    def cost(self) -> Cost:
        """What the programme costs against none, as a dict (``plnsim.simulation.runs.cost.Cost``)."""
        return cost_of(self.scenario, *self._paired)

    @cached_property
    def bill(self) -> dict[str, float]:
        """The mean cost of each item against no programme, by its name."""
        return bill_of(*self._paired)

    @cached_property
    def weeks(self) -> pandas.DataFrame:
        """One row a replicate and week.

        Columns: ``replicate`` and ``week``, from 0; ``supported``, whether outside support holds; the weekly outcomes
        of all schools; ``use`` and ``deep_use`` of the less and the more disadvantaged half of schools;
        ``networks_active`` and ``schools_in_networks``, as numbers.
        """
        import pandas

        return pandas.concat(
            [pandas.DataFrame(self._weeks_of(number, run)) for number, run in enumerate(self.run_counts)],
            ignore_index=True,
        )

    def _weeks_of(self, number: int, run: RunCounts) -> dict[str, object]:
        week = np.arange(run.length)
        columns: dict[str, object] = {"replicate": number, "week": week, "supported": week < run.support_ends}
        with np.errstate(invalid="ignore", divide="ignore"):
            for outcome in WEEKLY_OUTCOMES:
                count, of = run.weeks[outcome.count], run.weeks[outcome.of]
                columns[outcome.name] = count.sum(axis=1) / of.sum(axis=1)
                if outcome.name in ("use", "deep_use"):
                    columns[f"{outcome.name}_less_disadvantaged"] = count[:, 0] / of[:, 0]
                    columns[f"{outcome.name}_more_disadvantaged"] = count[:, 1] / of[:, 1]
        columns["networks_active"] = run.networks["active"]
        columns["schools_in_networks"] = run.networks["schools"]
        return columns

    @cached_property
    def schools(self) -> pandas.DataFrame:
        """One row a replicate, year and school.

        Columns: ``replicate``, from 0; ``year``, from 1; ``school``, from 0; ``staff`` and ``members`` of networks, as
        teachers, mean of the weeks; ``use``, ``belief`` and ``fidelity`` (that of users), as shares, mean of the weeks;
        ``routine`` at the end of the year, 0 to 1.
        """
        import pandas

        return pandas.concat(
            [self._schools_of(number, run) for number, run in enumerate(self.run_counts)], ignore_index=True
        )

    def _schools_of(self, number: int, run: RunCounts) -> pandas.DataFrame:
        import pandas

        return pandas.DataFrame({"replicate": number, **school_years(run)})

    @cached_property
    def years(self) -> pandas.DataFrame:
        """One row a replicate and year.

        Columns: ``replicate``, from 0; ``year``, from 1; ``schools_taking_part``, those that have members at any time
        of the run, and ``teachers_where_taking_part``, their staff, as numbers, mean of the weeks; ``use`` of all
        teachers and ``use_where_taking_part``, as shares, mean of the weeks, NaN where nobody is counted.
        """
        import pandas

        return pandas.concat(
            [pandas.DataFrame(self._years_of(number, run)) for number, run in enumerate(self.run_counts)],
            ignore_index=True,
        )

    def _years_of(self, number: int, run: RunCounts) -> dict[str, object]:
        took_part = run.years["members"].sum(axis=0) > 0
        users, staff = run.years["users"], run.years["staff"]
        years = len(staff)
        weeks = np.array([min(SCHOOL_WEEKS, run.length - year * SCHOOL_WEEKS) for year in range(years)])
        with np.errstate(invalid="ignore", divide="ignore"):
            return {
                "replicate": number,
                "year": np.arange(1, years + 1),
                "schools_taking_part": int(took_part.sum()),
                "teachers_where_taking_part": staff[:, took_part].sum(axis=1) / weeks,
                "use": users.sum(axis=1) / staff.sum(axis=1),
                "use_where_taking_part": users[:, took_part].sum(axis=1) / staff[:, took_part].sum(axis=1),
            }

    @cached_property
    def survival(self) -> pandas.DataFrame:
        """One row a replicate and whole year after the end of support, from 0; none where runs do not outlast it.

        Columns: ``replicate``, from 0; ``years_after_support``; ``teachers_followed``, those who used it in the last
        week of support and neither gave it up nor left since; ``teacher_survival`` with ``teacher_survival_low`` and
        ``teacher_survival_high``, the Kaplan-Meier estimate of not having given it up with its pointwise 95 % interval;
        the same of schools. NaN where nobody is followed.
        """
        import pandas

        return pandas.concat(
            [self._survival_of(number, run) for number, run in enumerate(self.run_counts)], ignore_index=True
        )

    def _survival_of(self, number: int, run: RunCounts) -> pandas.DataFrame:
        import pandas

        teachers, schools = survival_of_teachers(run), survival_of_schools(run)
        years = np.arange(-(-len(teachers.share) // SCHOOL_WEEKS))
        columns: dict[str, object] = {"replicate": number, "years_after_support": years}
        for name, curve, steps in (("teacher", teachers, years * SCHOOL_WEEKS), ("school", schools, years)):
            known = steps < len(curve.share)
            for column, values in zip(
                (f"{name}s_followed", *(f"{name}_survival{end}" for end in ("", "_low", "_high"))), curve, strict=True
            ):
                told = np.full(len(years), math.nan)
                told[known] = values[steps[known]]
                columns[column] = told
        return pandas.DataFrame(columns)

    def values(self, outcome: str) -> np.ndarray:
        """Gives the values of an outcome.

        Parameters
        ----------
        outcome : str
            Name of an outcome.

        Returns
        -------
        numpy.ndarray
            Of shape (replicates,), in the outcome's unit; NaN where it is not defined.

        Raises
        ------
        InputError
            Where the outcome is unknown.
        """
        if outcome not in OUTCOMES_BY_NAME:
            raise InputError(f"there is no outcome {quote_value(outcome)}", right=suggestion(outcome, OUTCOMES_BY_NAME))
        return np.array([OUTCOMES_BY_NAME[outcome].function(run) for run in self.run_counts], dtype=np.float64)

    def by_week(self, outcome: WeeklyOutcome) -> np.ndarray:
        """Gives a weekly outcome of all schools.

        Parameters
        ----------
        outcome : WeeklyOutcome
            One of ``plnsim.model.outcome.WEEKLY_OUTCOMES``.

        Returns
        -------
        numpy.ndarray
            Of shape (replicates, weeks), a share or mean; NaN where nobody is counted.
        """
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.array(
                [run.weeks[outcome.count].sum(axis=1) / run.weeks[outcome.of].sum(axis=1) for run in self.run_counts]
            )

    def _repr_html_(self) -> str:
        """The run as a notebook shows it."""
        use, years, supported = (
            self.by_week(WEEKLY_OUTCOMES[0]),
            self.scenario.weeks / SCHOOL_WEEKS,
            self.scenario.support_ends / SCHOOL_WEEKS,
        )
        bands = (
            tuple(tuple(np.quantile(use, pair, axis=0)) for pair in (RANGE_QUANTILES, HALF_QUANTILES))
            if self.replicates > 1
            else ()
        )
        rows = []
        for outcome in (OUTCOMES_BY_NAME[name] for name in DISPLAYED_OUTCOMES):
            told = intervals(self.values(outcome.name), outcome.unit)
            rows.append(
                (
                    outcome.name,
                    format_value(told["mean"], outcome.unit),
                    *ranges(told, partial(format_value, unit=outcome.unit)),
                    str(told["defined_in"]),
                    outcome.meaning,
                )
            )
        count = f"{self.replicates} run{'s' if self.replicates > 1 else ''}"
        caption = f"Teachers using the practice: median of {count}" + (
            "; bands hold 50 and 90 % of them" if bands else ""
        )
        seen = f"{caption}; {percent(float(np.median(use[:, -1])))} in the last week."
        parts = (
            curves([Curve(np.median(use, axis=0), bands=bands)], years, supported, seen),
            f"<p>{caption}</p>",
            table(("outcome", "mean", CONFIDENCE_INTERVAL, PREDICTION_INTERVAL, "defined in", "meaning"), rows),
        )
        asked = f"seed={self.seed}, replicates={self.replicates}" + (
            f", engine={self.engine!r}" if self.engine != ENGINES[0] else ""
        )
        code = f"from plnsim import Scenario, run\n\ndone = run({self.scenario.to_python()},\n           {asked})"
        return card(
            self.scenario.title or self.scenario.name, f"{count}, seed {self.seed}, {self.engine} engine", parts, code
        )


@lru_cache(maxsize=8)
def _outcomes_of(scenario: Scenario, seed: int, replicates: int) -> Values:
    """The outcomes of some runs, by name; plans for the same schools share those without any."""

    def simulate(replicate: int) -> dict[str, float]:
        return compute_outcomes(simulate_run(scenario, seed, replicate))

    rows = list(map_ordered(simulate, range(replicates), validate_workers(None)))
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def summary(values: np.ndarray) -> tuple[float, float, float, int]:
    """Mean of the defined values, the ``RANGE_QUANTILES`` between which 90 % of these very values lie, and how many
    there are. For a statement about the mean or a new run: ``intervals``.
    """
    defined = values[np.isfinite(values)]
    if len(defined) == 0:
        return math.nan, math.nan, math.nan, 0
    low, high = np.quantile(defined, RANGE_QUANTILES)
    return float(defined.mean()), float(low), float(high), len(defined)
