"""What was observed: points of a series, or summary patterns, each with its value and how far it may be off."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from plnsim.common.errors import InputError
from plnsim.common.short_repr import short_repr
from plnsim.model.measure import RunCounts
from plnsim.model.outcome import OUTCOMES_BY_NAME, WEEKLY_OUTCOMES
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.world.csv_rows import CsvReader

SERIES = {outcome.name: outcome for outcome in WEEKLY_OUTCOMES}
"""The outcomes that have a value in every week."""
TIMES = {"years": SCHOOL_WEEKS, "weeks": 1}
"""The units in which a time may be given, in school weeks."""
MAX_YEARS = 100
CALENDAR_YEARS = (1800, 2200)
"""Numbers that are taken for calendar years where a time from the start of the run is due."""
LARGEST = 1e12
MAX_SAMPLE_SIZE = 10_000_000
WITHIN_ERRORS, FARTHEST_OUTSIDE = 3.0, 0.25
"""How far an observed share may lie outside 0 to 1: so many of its standard errors, and never farther than this."""


@dataclass(frozen=True)
class TimeScale:
    """How times are counted: in years or weeks since the start of the run, or in calendar years, of which
    ``first_year`` is year 1.
    """

    unit: str = "years"
    first_year: int | None = None

    __repr__ = short_repr

    def week(self, time: float) -> int:
        """The week, from 0, in which a time falls; a time of 1 year is the last week of the first year.

        Raises ``InputError`` for a time before the start or more than 100 years after it.
        """
        since = time if self.first_year is None else time - self.first_year + 1
        most = MAX_YEARS * SCHOOL_WEEKS // TIMES[self.unit]
        if 0 < since <= most:
            return max(0, round(since * TIMES[self.unit]) - 1)
        if self.first_year is not None:
            raise InputError(
                f"{time:g} is not among the {MAX_YEARS} years that begin with first_year = {self.first_year}",
                right=f"times from {self.first_year} on, or another first_year",
            )
        if self.unit == "years" and CALENDAR_YEARS[0] <= time <= CALENDAR_YEARS[1]:
            raise InputError(
                f"{time:g} is a calendar year, and times count from the start of the run",
                right="years since the start: 1, 2, 3; or, in the calibration file, "
                f"first_year = {int(time)}, if that is year 1",
            )
        raise InputError(f"{time:g} {self.unit} is no time of a run", right=f"above 0 and at most {most:,} {self.unit}")


@dataclass(frozen=True)
class Observation:
    """A value that was observed: ``week`` counts from 0, and is missing for an outcome of the whole run.

    ``error`` is the standard error of the observation; ``discrepancy`` is how far the best setting of the model may be
    off, as a standard deviation. Both are in the outcome's unit. What is ``held_out`` is predicted and never fitted.
    What both make of any two observations of one ``series`` has this ``correlation``.
    """

    outcome: str
    week: int | None
    value: float
    error: float
    discrepancy: float = 0.0
    held_out: bool = False
    series: int = 0
    correlation: float = 0.0

    __repr__ = short_repr

    @property
    def column(self) -> str:
        """The name under which a run's value stands in the store."""
        return self.outcome if self.week is None else f"{self.outcome}_week_{self.week}"

    @property
    def years(self) -> float:
        return math.nan if self.week is None else (self.week + 1) / SCHOOL_WEEKS

    @property
    def standard_deviation(self) -> float:
        """Standard deviation of the observation around a run of the best setting."""
        return math.hypot(self.error, self.discrepancy)

    @property
    def when(self) -> str:
        return "whole run" if self.week is None else f"year {self.years:.3g}"

    def value_in(self, run_counts: RunCounts) -> float:
        """The value of the same outcome in a run; NaN where it is not defined."""
        if self.week is None:
            return float(OUTCOMES_BY_NAME[self.outcome].function(run_counts))
        series = SERIES[self.outcome]
        return run_counts.ratio(series.count, series.of, slice(self.week, self.week + 1))


def is_share(outcome: str, timed: bool) -> bool:
    return timed or OUTCOMES_BY_NAME[outcome].unit == "share"


def covariance(observations: Sequence[Observation]) -> np.ndarray:
    """Covariance of the observations around a run of the best setting: of their errors and discrepancies together."""
    sizes = np.array([observation.standard_deviation for observation in observations])
    series = np.array([observation.series for observation in observations])
    shared = np.array([observation.correlation for observation in observations])
    correlation = np.where(series[:, None] == series, np.minimum(shared[:, None], shared), 0.0)
    np.fill_diagonal(correlation, 1.0)
    return np.asarray(sizes[:, None] * correlation * sizes)


def share_bounds(error: float) -> tuple[float, float]:
    """The values that a share observed with a standard error may have: an estimate may lie a little outside 0 to 1."""
    outside = min(WITHIN_ERRORS * error, FARTHEST_OUTSIDE)
    return -outside, 1.0 + outside


def error_of_share(share: float, sample_size: float) -> float:
    """Standard error of a share found in a sample of ``sample_size``; a share of 0 or 1 does not make it vanish."""
    within = (share * sample_size + 2.0) / (sample_size + 4.0)
    return math.sqrt(within * (1.0 - within) / sample_size)


def read_series(
    path: Path,
    *,
    outcome: str = "use",
    scale: TimeScale = TimeScale(),
    error: float | None = None,
    discrepancy: Mapping[str, float] = MappingProxyType({}),
) -> list[Observation]:
    """The observations of a CSV file; raises ``InputError`` naming every bad row.

    Columns: ``time`` (empty for an outcome of the whole run) and ``value``; optional ``outcome``, ``standard_error``,
    ``sample_size`` and ``note``. ``outcome`` and ``error`` hold where a row names none; ``discrepancy`` goes by
    outcome, with "" for all others.
    """
    rows = CsvReader(path, ("time", "value"), ("outcome", "standard_error", "sample_size", "note"))
    observations: dict[str, Observation] = {}
    for row in rows:
        timed = bool(row["time"])
        of = row.get("outcome") or outcome
        known = tuple(SERIES) if timed else tuple(OUTCOMES_BY_NAME)
        if of not in known:
            if "outcome" in row:
                rows.one_of("outcome", known)
            else:
                rows.problem(
                    "time",
                    f"{of} has no value for {'a single time' if timed else 'a whole run'}",
                    f"one of {', '.join(known)}",
                )
            continue
        week = _week(rows, scale) if timed else None
        value, standard_error = _value_and_error(rows, row, is_share(of, timed), error)
        observation = Observation(of, week, value, standard_error, discrepancy.get(of, discrepancy.get("", 0.0)))
        if observation.column in observations:
            rows.problem("time", f"{of} is observed twice at this time", "one row for each outcome and week")
        elif observation.standard_deviation <= 0.0:
            rows.problem(
                "value",
                f"the observation of {of} has neither a standard error nor a discrepancy, so no run can match it",
                "a standard_error above 0, or a discrepancy in the calibration file",
            )
        observations[observation.column] = observation
    rows.finish()
    return list(observations.values())


def _week(rows: CsvReader, scale: TimeScale) -> int:
    """The week of the time in a row."""
    before = rows.count
    time = rows.number("time", 1e-9, MAX_YEARS * SCHOOL_WEEKS)
    if rows.count == before:
        try:
            return scale.week(time)
        except InputError as problem:
            rows.problem("time", problem.wrong, problem.right)
    return -rows.rows  # stands in for a week, each row another


def _value_and_error(rows: CsvReader, row: dict[str, str], share: bool, default: float | None) -> tuple[float, float]:
    """The value of a row and its standard error: as the row says, from its sample size, or the default."""
    if not row.get("standard_error") and row.get("sample_size"):
        if share:
            value = rows.number("value", 0.0, 1.0)
            return value, error_of_share(value, rows.number("sample_size", 1, MAX_SAMPLE_SIZE))
        rows.problem(
            "sample_size", "a sample size gives the standard error of a share alone", "a standard_error in this row"
        )
    if row.get("standard_error"):
        error = rows.number("standard_error", 0.0, LARGEST)
    elif default is None and not row.get("sample_size"):
        rows.problem(
            "",
            "the row has neither a standard_error nor a sample_size",
            "one of them in every row, or standard_error = ... in the calibration file",
        )
        error = 0.0
    else:
        error = default or 0.0
    value, (low, high) = rows.number("value", -LARGEST, LARGEST), share_bounds(error)
    if share and not low <= value <= high:
        rows.problem(
            "value",
            f"value is {value:g}, which is out of bounds",
            f"a share from 0 to 1 (for 4 % write 0.04); with a standard error of {error:g} from {low:g} to {high:g}",
        )
    return value, error
