"""A calibration file, parsed and checked key by key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from plnsim.common.checks import validate_seed
from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.common.parameter import Choice, Value
from plnsim.common.user_files import read_user_text
from plnsim.model.outcome import OUTCOMES_BY_NAME
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.world.csv_rows import KIND as CSV_FILE
from plnsim.model.world.csv_rows import LARGEST_FILE
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.places import KeyPath
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.simulation.scenario.toml_file import load_text
from plnsim.studies.calibration.calibration import BLOCK, MATCHING, METHODS, Calibration
from plnsim.studies.calibration.observations import LARGEST, SERIES, TIMES, Observation, is_share, read_series, week_of
from plnsim.studies.experiment.checks import Content, SpecFile

MAX_VARIED = 20
THIRD = "last third"
KEYS = (
    "title",
    "purpose",
    "sources",
    "scenario",
    "years",
    "data",
    "time_in",
    "outcome",
    "standard_error",
    "discrepancy",
    "hold_out",
    "method",
    "budget",
    "waves",
    "replicates",
    "seed",
    "vary",
    "set",
    "pattern",
)
VARY_KEYS = ("parameters", "groups")
PATTERN_KEYS = ("outcome", "time", "value", "tolerance", "discrepancy", "note")


def read_calibration(path: Path) -> Calibration:
    """A calibration from its file; raises ``InputError`` naming file, line and column."""
    return _Parser(load_text(path, "calibration"), str(path)).parse(path)


class _Parser(SpecFile):
    """Parses one calibration file."""

    def parse(self, path: Path) -> Calibration:
        content = self.content()
        self._known(content, (), KEYS)
        vary = content.get("vary", {})
        self._known(vary if isinstance(vary, dict) else {}, ("vary",), VARY_KEYS)
        names = self._fitted_parameters(vary)
        unit = self._option(content, "time_in", tuple(TIMES), "years")
        discrepancy = self._discrepancy(content)
        method = self._option(content, "method", METHODS, MATCHING)
        waves = self._integer(content, "waves", 3, 1, 20)
        replicates = self._integer(content, "replicates", 4, 2, 1000)
        seed = self._validate(validate_seed, content, "seed", 1)
        sources = self._texts(content, "sources")
        title, purpose = self._title(content, "title", path.stem), self._title(content, "purpose")
        budget = self._integer(content, "budget", 6000, BLOCK, 100_000_000)
        values, years = self._values(("set",), content.get("set", {})), self._years(content)
        patterns = self._patterns(content, unit, discrepancy)
        outcome = self._option(content, "outcome", tuple(SERIES), "use")
        error = self._number(content, ("standard_error",), 0.0, LARGEST) if "standard_error" in content else None
        if "data" not in content and not patterns:
            self.problem(
                (),
                "nothing observed is named",
                'data = "series.csv", or [[pattern]] with outcome, time, value and tolerance',
            )
        self.raise_problems()
        series = self._series(content, path, outcome=outcome, unit=unit, error=error, discrepancy=discrepancy)
        observations = self._unique([*series, *patterns])
        observations = self._held_out(content, observations, unit)
        scenario = self._scenario(content, path, values, years, observations)
        self.raise_problems()
        texts, data = {path.name: self.text}, content.get("data")
        if series and isinstance(data, str):
            file = path.parent / data
            texts[file.name] = read_user_text(file, CSV_FILE, LARGEST_FILE)
        calibration = Calibration(
            path.stem,
            scenario,
            tuple(observations),
            names,
            title=title,
            purpose=purpose,
            sources=sources,
            method=method,
            budget=budget,
            waves=waves,
            replicates=replicates,
            seed=seed,
            texts=texts,
        )
        try:
            return calibration.with_budget(budget)
        except InputError as problem:
            self.problem(("budget",), problem.wrong, problem.right)
            raise self.problems[0] from None

    def _known(self, table: Content, path: KeyPath, keys: tuple[str, ...]) -> None:
        for key in table:
            if key not in keys:
                self.problem((*path, key), f"unknown key {quote_value(key)}", suggestion(key, keys))

    def _fitted_parameters(self, vary: object) -> tuple[str, ...]:
        if not isinstance(vary, dict) or not vary:
            self.problem(
                ("vary",),
                f"vary says what is fitted, got {quote_value(vary)}",
                '[vary] with parameters = ["adoption.alone", ...]',
            )
            return ()
        names = tuple(dict.fromkeys(self._parameter_names(vary) + self._group_members(vary)))
        for name in names:
            declared = MODEL_PARAMETERS[name]
            if isinstance(declared, Choice) or declared.range[0] == declared.range[1]:
                self.problem(
                    ("vary",),
                    f"{name} has no range from which to fit it",
                    "a parameter with a plausible range of numbers",
                )
        if not 0 < len(names) <= MAX_VARIED and not self.problems:
            self.problem(
                ("vary",),
                f"{len(names)} parameters vary",
                f"from 1 to {MAX_VARIED}: a series of some points cannot tell more apart",
            )
        return names

    def _texts(self, content: Content, key: str) -> tuple[str, ...]:
        value = content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            self.problem((key,), f"{key} must be a list of texts", f'{key} = ["..."]')
            return ()
        return tuple(value)

    def _number(self, table: Content, path: KeyPath, least: float, most: float) -> float:
        key = str(path[-1])
        value = table.get(key)
        if value is None:
            self.problem(path, f"there is no {key}", f"{key} = 0.05, say")
            return least
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            percent = (
                f"; for {value} % write {value / 100:g}"
                if (least, most) == (0.0, 1.0) and isinstance(value, int | float) and 1 < value <= 100
                else ""
            )
            self.problem(
                path,
                f"{key} must be a number from {least:g} to {most:g}, got {quote_value(value)}",
                f"{key} = 0.05, say{percent}",
            )
            return least
        return float(value)

    def _discrepancy(self, content: Content) -> dict[str, float]:
        """How far the best setting may be off, by outcome; "" stands for all others."""
        given = content.get("discrepancy")
        if isinstance(given, dict):
            for name in given:
                if name not in OUTCOMES_BY_NAME and name not in SERIES:
                    self.problem(
                        ("discrepancy", name),
                        f"there is no outcome {quote_value(name)}",
                        suggestion(name, {*OUTCOMES_BY_NAME, *SERIES}),
                    )
            return {name: self._number(given, ("discrepancy", name), 0.0, LARGEST) for name in given}
        if given is None:
            self.problem(
                ("discrepancy",),
                "the file does not say how far the model may be off even at its best",
                "discrepancy = 0.03 (a standard deviation in the unit of the outcome; 0 if the model is taken for the "
                "truth)",
            )
            return {}
        return {"": self._number(content, ("discrepancy",), 0.0, LARGEST)}

    def _patterns(self, content: Content, unit: str, discrepancy: dict[str, float]) -> list[Observation]:
        listed = content.get("pattern", [])
        if not isinstance(listed, list) or not all(isinstance(table, dict) for table in listed):
            self.problem(
                ("pattern",), "patterns are tables in a list", "[[pattern]] with outcome, time, value and tolerance"
            )
            return []
        return [
            pattern
            for index, table in enumerate(listed)
            if (pattern := self._pattern(table, ("pattern", index), unit, discrepancy)) is not None
        ]

    def _pattern(self, table: Content, path: KeyPath, unit: str, discrepancy: dict[str, float]) -> Observation | None:
        """One pattern; without a time it is an outcome of the whole run. Its tolerance is a standard error."""
        before = len(self.problems)
        self._known(table, path, PATTERN_KEYS)
        timed, outcome = "time" in table, table.get("outcome")
        known = SERIES if timed else OUTCOMES_BY_NAME
        if not isinstance(outcome, str) or outcome not in known:
            self.problem(
                (*path, "outcome"),
                f"there is no outcome {quote_value(outcome)} {'with a value in every week' if timed else ''}".rstrip(),
                suggestion(str(outcome), known),
            )
            return None
        week = week_of(self._number(table, (*path, "time"), 1e-9, 100.0 * SCHOOL_WEEKS), unit) if timed else None
        value = self._number(
            table, (*path, "value"), *((0.0, 1.0) if is_share(outcome, timed) else (-LARGEST, LARGEST))
        )
        tolerance = self._number(table, (*path, "tolerance"), 0.0, LARGEST)
        off = (
            self._number(table, (*path, "discrepancy"), 0.0, LARGEST)
            if "discrepancy" in table
            else discrepancy.get(outcome, discrepancy.get("", 0.0))
        )
        pattern = Observation(outcome, week, value, tolerance, off)
        if pattern.standard_deviation <= 0.0 and len(self.problems) == before:
            self.problem(
                (*path, "tolerance"), "without tolerance and discrepancy no run can match", "a tolerance above 0"
            )
        return pattern if len(self.problems) == before else None

    def _series(
        self,
        content: Content,
        path: Path,
        *,
        outcome: str,
        unit: str,
        error: float | None,
        discrepancy: dict[str, float],
    ) -> list[Observation]:
        data = content.get("data")
        if data is None:
            return []
        if not isinstance(data, str):
            self.problem(("data",), f"data must be the name of a file, got {quote_value(data)}", 'data = "series.csv"')
            self.raise_problems()
            return []
        return read_series(path.parent / data, outcome=outcome, unit=unit, error=error, discrepancy=discrepancy)

    def _unique(self, observations: list[Observation]) -> list[Observation]:
        seen: set[str] = set()
        for observation in observations:
            if observation.column in seen:
                self.problem(
                    ("pattern",),
                    f"{observation.outcome} is observed twice ({observation.when})",
                    "each outcome once at a time",
                )
            seen.add(observation.column)
        return observations

    def _held_out(self, content: Content, observations: list[Observation], unit: str) -> list[Observation]:
        """Marks what is held out: the last third of the points of the series, none, or those at the times named."""
        wanted = content.get("hold_out", THIRD)
        weeks = sorted({observation.week for observation in observations if observation.week is not None})
        if wanted == THIRD:
            out = set(weeks[len(weeks) - len(weeks) // 3 :])
        elif wanted == "none":
            out = set()
        elif isinstance(wanted, list) and all(
            isinstance(time, int | float) and not isinstance(time, bool) and 0 <= time <= 100 * SCHOOL_WEEKS
            for time in wanted
        ):
            out = {week_of(time, unit) for time in wanted}
            for index, time in enumerate(wanted):
                if week_of(time, unit) not in weeks:
                    self.problem(
                        ("hold_out", index), f"nothing is observed at {time:g} {unit}", "a time that stands in the data"
                    )
        else:
            self.problem(
                ("hold_out",),
                f"hold_out cannot be {quote_value(wanted)}",
                f'"{THIRD}", "none", or a list of times, as in [6, 7]',
            )
            return observations
        if out and not set(weeks) - out and all(observation.week is not None for observation in observations):
            self.problem(
                ("hold_out",),
                "everything is held out, and nothing is left to fit",
                f'"{THIRD}", "none", or fewer times',
            )
        return [replace(observation, held_out=observation.week in out) for observation in observations]

    def _scenario(
        self,
        content: Content,
        path: Path,
        values: dict[str, Value],
        years: float | None,
        observations: list[Observation],
    ) -> Scenario:
        """The scenario as it is simulated: as long as asked for, else to the last observation, or whole where a whole
        run is observed.
        """
        named = content.get("scenario", "baseline")
        if not isinstance(named, str):
            self.problem(("scenario",), f"scenario must be a name, got {quote_value(named)}", 'scenario = "baseline"')
            self.raise_problems()
            return Scenario.of("baseline")
        self._check_scenario(("scenario",), named, path.parent)
        self.raise_problems()
        scenario = Scenario.of(path.parent / named if named.endswith(".toml") else named).with_values(values)
        last = max((observation.week + 1 for observation in observations if observation.week is not None), default=0)
        whole = any(observation.week is None for observation in observations)
        if years is not None:
            scenario = scenario.with_years(years)
        elif not whole or last > scenario.weeks:
            scenario = scenario.with_years(last / SCHOOL_WEEKS)
        if last > scenario.weeks:
            self.problem(
                ("years",),
                f"the run lasts {scenario.weeks / SCHOOL_WEEKS:g} years, and something is observed after "
                f"{last / SCHOOL_WEEKS:g}",
                f"years = {last / SCHOOL_WEEKS:g} or more",
            )
        return scenario
