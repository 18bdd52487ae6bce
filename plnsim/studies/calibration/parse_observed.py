"""What a calibration file says was observed: series with their times and errors, patterns, and what is held out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.common.short_repr import short_repr
from plnsim.common.user_files import read_user_text
from plnsim.model.outcome import OUTCOMES_BY_NAME
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.world.row_sources import KIND as CSV_FILE
from plnsim.model.world.row_sources import LARGEST_FILE
from plnsim.simulation.scenario.places import KeyPath
from plnsim.studies.calibration.observations import (
    CALENDAR_YEARS,
    LARGEST,
    MAX_YEARS,
    SERIES,
    TIMES,
    Observation,
    TimeScale,
    is_share,
    read_series,
    share_bounds,
)
from plnsim.studies.experiment.checks import Content
from plnsim.studies.experiment.vary import VaryFile

THIRD = "last third"
SERIES_KEYS = ("data", "outcome", "time_in", "first_year", "standard_error", "discrepancy", "correlation")
"""What a table of ``series`` may say; where it does not, what the file as a whole says holds."""
PATTERN_KEYS = ("outcome", "time", "value", "tolerance", "discrepancy", "note")
MAX_CORRELATION = 0.99
LATEST = max(MAX_YEARS * SCHOOL_WEEKS, CALENDAR_YEARS[1] + MAX_YEARS)
"""No time is a larger number, in whatever it is counted."""


@dataclass(frozen=True)
class _Series:
    """How the file of a series is read, and where that stands."""

    path: KeyPath = ()
    data: str = ""
    outcome: str = "use"
    scale: TimeScale = field(default_factory=TimeScale)
    error: float | None = None
    discrepancy: Mapping[str, float] = field(default_factory=dict)
    correlation: float = 0.0

    __repr__ = short_repr


@dataclass(frozen=True)
class _Group:
    """Observations of one series, or all patterns; each with its place in the file."""

    scale: TimeScale
    observations: list[tuple[KeyPath, Observation]]

    __repr__ = short_repr

    @property
    def weeks(self) -> list[int]:
        return sorted({one.week for _, one in self.observations if one.week is not None})


class ObservedFile(VaryFile):
    """Parses what was observed; a file of a calibration goes on from it."""

    def observed(self, content: Content, folder: Path) -> tuple[list[Observation], dict[str, str]]:
        """The observations, and the texts of the files that hold them by name."""
        common = self._series(content, (), _Series())
        asked = [common] if "data" in content else []
        asked += self._series_tables(content, common)
        patterns = self._patterns(content, common)
        if not asked and not patterns.observations and not self.problems:
            self.problem(
                (),
                "nothing observed is named",
                'data = "series.csv", or [[pattern]] with outcome, time, value and tolerance',
            )
        self.raise_problems()
        groups, texts = [], {}
        for number, one in enumerate(asked, start=1):
            file = folder / one.data
            found = read_series(
                file, outcome=one.outcome, scale=one.scale, error=one.error, discrepancy=one.discrepancy
            )
            texts[file.name] = read_user_text(file, CSV_FILE, LARGEST_FILE)
            numbered = [(one.path, replace(each, series=number, correlation=one.correlation)) for each in found]
            groups.append(_Group(one.scale, numbered))
        groups.append(patterns)
        self._check_unique(groups)
        return self._held_out(content, groups), texts

    def _series_tables(self, content: Content, common: _Series) -> list[_Series]:
        """The tables of ``series``, each in place of what the file as a whole says."""
        listed = content.get("series", [])
        if not isinstance(listed, list) or not all(isinstance(table, dict) for table in listed):
            self.problem(("series",), "series are tables in a list", '[[series]] with data = "series.csv"')
            return []
        for index, table in enumerate(listed):
            for key in table:
                if key not in SERIES_KEYS:
                    self.problem(
                        ("series", index, key), f"unknown key {quote_value(key)}", suggestion(key, SERIES_KEYS)
                    )
            if "data" not in table:
                self.problem(("series", index), "the series names no data", 'data = "series.csv"')
        return [self._series(table, ("series", index), common) for index, table in enumerate(listed)]

    def _series(self, table: Content, path: KeyPath, common: _Series) -> _Series:
        """How a series is read: as a table says, and where it says nothing as all do."""
        data = table.get("data", "")
        if not isinstance(data, str) or "\0" in data:
            self.problem(
                (*path, "data"), f"data must be the name of a file, got {quote_value(data)}", 'data = "series.csv"'
            )
            data = ""

        def number(key: str, most: float) -> float:
            return self._number(table, (*path, key), 0.0, most)

        return _Series(
            path or ("data",),
            data,
            self._word(table, (*path, "outcome"), SERIES, common.outcome),
            self._scale(table, path, common.scale),
            number("standard_error", LARGEST) if "standard_error" in table else common.error,
            self._discrepancy(table, path) if "discrepancy" in table else common.discrepancy,
            number("correlation", MAX_CORRELATION) if "correlation" in table else common.correlation,
        )

    def _scale(self, table: Content, path: KeyPath, common: TimeScale) -> TimeScale:
        unit = self._word(table, (*path, "time_in"), TIMES, common.unit)
        low, high = CALENDAR_YEARS
        if "first_year" not in table:
            return TimeScale(unit, common.first_year if unit == common.unit else None)
        first = table["first_year"]
        if isinstance(first, bool) or not isinstance(first, int) or not low <= first <= high:
            self.problem(
                (*path, "first_year"),
                f"first_year cannot be {quote_value(first)}",
                f"the calendar year that is year 1 of the run, a whole number from {low} to {high}",
            )
            return TimeScale(unit)
        if unit != "years":
            self.problem(
                (*path, "first_year"),
                f"calendar years cannot be counted in {unit}",
                f'times in {unit} since the start, or time_in = "years"',
            )
            return TimeScale(unit)
        return TimeScale(unit, first)

    def _word(self, table: Content, path: KeyPath, options: Collection[str], default: str) -> str:
        """One of some words at the last key of a path."""
        key = str(path[-1])
        value = table.get(key, default)
        if not isinstance(value, str) or value not in options:
            self.problem(path, f"there is no {key} {quote_value(value)}", suggestion(str(value), options))
            return default
        return value

    def _discrepancy(self, table: Content, path: KeyPath) -> dict[str, float]:
        """How far the best setting may be off, by outcome; "" stands for all others."""
        given, path = table["discrepancy"], (*path, "discrepancy")
        if not isinstance(given, dict):
            return {"": self._number(table, path, 0.0, LARGEST)}
        for name in given:
            if name not in OUTCOMES_BY_NAME and name not in SERIES:
                self.problem(
                    (*path, name),
                    f"there is no outcome {quote_value(name)}",
                    suggestion(name, {*OUTCOMES_BY_NAME, *SERIES}),
                )
        return {name: self._number(given, (*path, name), 0.0, LARGEST) for name in given}

    def _patterns(self, content: Content, common: _Series) -> _Group:
        listed = content.get("pattern", [])
        if not isinstance(listed, list) or not all(isinstance(table, dict) for table in listed):
            self.problem(
                ("pattern",), "patterns are tables in a list", "[[pattern]] with outcome, time, value and tolerance"
            )
            return _Group(common.scale, [])
        found = [self._pattern(table, ("pattern", index), common) for index, table in enumerate(listed)]
        return _Group(common.scale, [(("pattern", index), one) for index, one in enumerate(found) if one is not None])

    def _pattern(self, table: Content, path: KeyPath, common: _Series) -> Observation | None:
        """One pattern; without a time it is an outcome of the whole run. Its tolerance is a standard error."""
        before = len(self.problems)
        for key in table:
            if key not in PATTERN_KEYS:
                self.problem((*path, key), f"unknown key {quote_value(key)}", suggestion(key, PATTERN_KEYS))
        timed, outcome = "time" in table, table.get("outcome")
        known = SERIES if timed else OUTCOMES_BY_NAME
        if not isinstance(outcome, str) or outcome not in known:
            self.problem(
                (*path, "outcome"),
                f"there is no outcome {quote_value(outcome)} {'with a value in every week' if timed else ''}".rstrip(),
                suggestion(str(outcome), known),
            )
            return None
        tolerance = self._number(table, (*path, "tolerance"), 0.0, LARGEST)
        bounds = share_bounds(tolerance) if is_share(outcome, timed) else (-LARGEST, LARGEST)
        value = self._number(table, (*path, "value"), *bounds)
        off = (
            self._number(table, (*path, "discrepancy"), 0.0, LARGEST)
            if "discrepancy" in table
            else common.discrepancy.get(outcome, common.discrepancy.get("", 0.0))
        )
        week = None
        if timed:
            time = self._number(table, (*path, "time"), 1e-9, MAX_YEARS * SCHOOL_WEEKS)
            week = (
                self._checked((*path, "time"), lambda: common.scale.week(time))
                if len(self.problems) == before
                else None
            )
        pattern = Observation(outcome, week, value, tolerance, off)
        if pattern.standard_deviation <= 0.0 and len(self.problems) == before:
            self.problem(
                (*path, "tolerance"), "without tolerance and discrepancy no run can match", "a tolerance above 0"
            )
        return pattern if len(self.problems) == before else None

    def _check_unique(self, groups: list[_Group]) -> None:
        seen: set[str] = set()
        for path, observation in (one for group in groups for one in group.observations):
            if observation.column in seen:
                self.problem(
                    path,
                    f"{observation.outcome} is observed twice ({observation.when})",
                    "each outcome once at a time",
                )
            seen.add(observation.column)

    def _held_out(self, content: Content, groups: list[_Group]) -> list[Observation]:
        """Marks what is held out: the last third of the times of each series, none, or the times named."""
        wanted = content.get("hold_out", THIRD)
        out: list[set[int]] = [set() for _ in groups]
        if wanted == THIRD:
            out = [set(group.weeks[len(group.weeks) - len(group.weeks) // 3 :]) for group in groups]
        elif isinstance(wanted, list) and all(
            isinstance(time, int | float) and not isinstance(time, bool) and 0 <= time <= LATEST for time in wanted
        ):
            for index, time in enumerate(wanted):
                self._hold_out_time(("hold_out", index), time, groups, out)
        elif wanted != "none":
            self.problem(
                ("hold_out",),
                f"hold_out cannot be {quote_value(wanted)}",
                f'"{THIRD}", "none", or a list of times, as in [6, 7]',
            )
        observations = [
            replace(one, held_out=one.week in weeks)
            for group, weeks in zip(groups, out, strict=True)
            for _, one in group.observations
        ]
        if observations and all(one.held_out for one in observations):
            self.problem(
                ("hold_out",),
                "everything is held out, and nothing is left to fit",
                f'"{THIRD}", "none", or fewer times',
            )
        return observations

    def _hold_out_time(self, path: KeyPath, time: float, groups: list[_Group], out: list[set[int]]) -> None:
        """Adds the week of a time, as each series counts it, to what is held out of those that have it."""
        met = False
        for group, weeks in zip(groups, out, strict=True):
            with suppress(InputError):  # another series may count otherwise
                week = group.scale.week(time)
                if week in group.weeks:
                    weeks.add(week)
                    met = True
        if not met:
            self.problem(path, f"nothing is observed at {time:g}", "a time that stands in the data")
