"""What was observed: points of a series, or summary patterns, each with its value and how far it may be off."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from plnsim.common.short_repr import short_repr
from plnsim.model.measure import RunCounts
from plnsim.model.outcome import OUTCOMES_BY_NAME, WEEKLY_OUTCOMES
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.world.csv_rows import CsvReader

SERIES = {outcome.name: outcome for outcome in WEEKLY_OUTCOMES}
"""The outcomes that have a value in every week."""
TIMES = {"years": SCHOOL_WEEKS, "weeks": 1}
"""The units in which a time may be given, in school weeks."""
LARGEST = 1e12
MAX_SAMPLE_SIZE = 10_000_000


@dataclass(frozen=True)
class Observation:
    """A value that was observed: ``week`` counts from 0, and is missing for an outcome of the whole run.

    ``error`` is the standard error of the observation; ``discrepancy`` is how far the best setting of the model may be
    off, as a standard deviation. Both are in the outcome's unit. What is ``held_out`` is predicted and never fitted.
    """

    outcome: str
    week: int | None
    value: float
    error: float
    discrepancy: float = 0.0
    held_out: bool = False

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


def week_of(time: float, unit: str) -> int:
    """The week in which a time falls; a time of 1 year is the last week of the first year."""
    return max(0, round(time * TIMES[unit]) - 1)


def error_of_share(share: float, sample_size: float) -> float:
    """Standard error of a share found in a sample of ``sample_size``; a share of 0 or 1 does not make it vanish."""
    within = (share * sample_size + 2.0) / (sample_size + 4.0)
    return math.sqrt(within * (1.0 - within) / sample_size)


def read_series(
    path: Path, *, outcome: str, unit: str, error: float | None, discrepancy: dict[str, float]
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
        week = week_of(rows.number("time", 1e-9, 100.0 * SCHOOL_WEEKS), unit) if timed else None
        least, most = (0.0, 1.0) if is_share(of, timed) else (-LARGEST, LARGEST)
        value = rows.number("value", least, most)
        observation = Observation(
            of,
            week,
            value,
            _error(rows, row, value, least == 0.0, error),
            discrepancy.get(of, discrepancy.get("", 0.0)),
        )
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


def _error(rows: CsvReader, row: dict[str, str], value: float, share: bool, default: float | None) -> float:
    """The standard error of a row: as it says, from its sample size, or the default."""
    if row.get("standard_error"):
        return rows.number("standard_error", 0.0, LARGEST)
    if row.get("sample_size"):
        if share:
            return error_of_share(value, rows.number("sample_size", 1, MAX_SAMPLE_SIZE))
        rows.problem(
            "sample_size", "a sample size gives the standard error of a share alone", "a standard_error in this row"
        )
    elif default is None:
        rows.problem(
            "",
            "the row has neither a standard_error nor a sample_size",
            "one of them in every row, or standard_error = ... in the calibration file",
        )
    return default or 0.0
