"""A trial file, parsed and checked key by key."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TypeVar

from plnsim.common.checks import validate_seed
from plnsim.common.errors import InputError, quote_value
from plnsim.common.names import check_name
from plnsim.common.parameter import Value
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.toml_file import load_text
from plnsim.studies.experiment.checks import Content, SpecFile
from plnsim.studies.trial.trial import (
    ALLOCATIONS,
    AS_IT_IS,
    COHORT,
    MATCHED,
    MEASURES_BY_NAME,
    RANDOMISED,
    REPORTED,
    SAMPLES,
    Attrition,
    NetworkSurvey,
    PupilTest,
    Questionnaire,
    Trial,
)

KEYS = (
    "title",
    "purpose",
    "sources",
    "known",
    "assumed",
    "scenario",
    "control",
    "years",
    "schools",
    "treated",
    "allocation",
    "strata",
    "self_selection",
    "follow_up",
    "sample",
    "contamination",
    "alpha",
    "primary",
    "trials",
    "seed",
    "questionnaire",
    "network_survey",
    "test",
    "attrition",
    "smallest_effect",
    "set",
    "alternatives",
)
NONE = "none"
MOST_TRIALS = 100_000
LARGEST_GROUP = 10_000
SMALLEST_SHARE, LARGEST_LOSS, LARGEST_ALPHA, LARGEST_SD = 0.01, 0.9, 0.5, 100.0
LIMITS: dict[str, tuple[float, float]] = {
    "reliability": (SMALLEST_SHARE, 1.0),
    "pupil_sd": (SMALLEST_SHARE, LARGEST_SD),
}
"""Where a number of an instrument is no share."""
Instrument = TypeVar("Instrument", Questionnaire, NetworkSurvey, PupilTest, Attrition)


def read_trial(path: Path) -> Trial:
    """A trial from its file; raises ``InputError`` naming file, line and column."""
    return _Parser(load_text(path, "trial"), str(path)).parse(path)


def validate_trials(trials: object) -> int:
    """How many trials are simulated."""
    if isinstance(trials, bool) or not isinstance(trials, int) or not 1 <= trials <= MOST_TRIALS:
        raise InputError(f"trials cannot be {quote_value(trials)}", right=f"a whole number from 1 to {MOST_TRIALS:,}")
    return trials


class _Parser(SpecFile):
    """Parses one trial file."""

    def parse(self, path: Path) -> Trial:
        content = self.content()
        self._known(content, (), KEYS)
        title, purpose = self._title(content, "title", path.stem), self._title(content, "purpose")
        sources, known, assumed = (self._texts(content, key) for key in ("sources", "known", "assumed"))
        schools = self._integer(content, "schools", 100, 4, 200_000)
        treated = self._number({"treated": 0.5, **content}, ("treated",), 0.05, 0.95)
        allocation = self._option(content, "allocation", tuple(ALLOCATIONS), RANDOMISED)
        strata = self._integer(content, "strata", min(4, schools // 2), 1, schools // 2)
        selection = self._number({"self_selection": 0.0, **content}, ("self_selection",), 0.0, 1.0)
        if selection and allocation != MATCHED:
            self.problem(
                ("self_selection",), "schools come by themselves only where they are matched", 'allocation = "matched"'
            )
        follow_up, sample = self._follow_up(content), self._option(content, "sample", tuple(SAMPLES), COHORT)
        contamination = self._boolean(content, "contamination", True)
        questionnaire = self._instrument(content, "questionnaire", Questionnaire)
        network_survey = self._instrument(content, "network_survey", NetworkSurvey)
        test = self._instrument(content, "test", PupilTest)
        attrition = self._instrument(content, "attrition", Attrition) or Attrition()
        measures = (
            *(REPORTED if questionnaire else ()),
            *(("ties",) if network_survey else ()),
            *(("pupils",) if test else ()),
        )
        if not measures:
            self.problem((), "the trial measures nothing", "[questionnaire], [network_survey] or [test]")
        primary = self._option(content, "primary", measures or tuple(MEASURES_BY_NAME), (*measures, "pupils")[-1])
        alpha = self._number({"alpha": 0.05, **content}, ("alpha",), 0.0001, LARGEST_ALPHA)
        least = self._smallest_effects(content)
        trials = self._validate(validate_trials, content, "trials", 200)
        seed = self._validate(validate_seed, content, "seed", 1)
        values: dict[str, Value] = {"population.schools": schools}
        values |= self._values(("set",), content.get("set", {}))
        years = self._years(content)
        alternatives = self._alternatives(content)
        self.raise_problems()
        scenario, control = (self._named(content, key, path) for key in ("scenario", "control"))
        if scenario is None:
            scenario = Scenario.of("baseline")
        scenario = self._in_world(content, scenario.with_values(values), schools)
        scenario = scenario if years is None else scenario.with_years(years)
        self._check(content, scenario, control, follow_up, alternatives, contamination=contamination)
        self.raise_problems()
        return Trial(
            path.stem,
            scenario,
            control,
            title=title,
            purpose=purpose,
            sources=sources,
            known=known,
            assumed=assumed,
            schools=schools,
            treated=treated,
            allocation=allocation,
            strata=strata,
            self_selection=selection,
            follow_up=follow_up,
            sample=sample,
            contamination=contamination,
            questionnaire=questionnaire,
            network_survey=network_survey,
            test=test,
            attrition=attrition,
            alpha=alpha,
            primary=primary,
            smallest_effect=least,
            trials=trials,
            seed=seed,
            alternatives=alternatives,
            texts={path.name: self.text},
        )

    def _follow_up(self, content: Content) -> tuple[int, ...]:
        value = content.get("follow_up", [1, 2])
        years = value if isinstance(value, list) else [value]
        whole = all(isinstance(year, int) and not isinstance(year, bool) and 1 <= year <= 100 for year in years)
        if not years or not whole or sorted(set(years)) != years:
            self.problem(
                ("follow_up",),
                f"follow_up cannot be {quote_value(value)}",
                "whole years after the start, rising: follow_up = [1, 2, 5]",
            )
            return (1,)
        return tuple(years)

    def _instrument(self, content: Content, key: str, kind: type[Instrument]) -> Instrument | None:
        """An instrument with its numbers; nothing where the file does not have it."""
        if key not in content:
            return None
        table, usual = content[key], kind()
        if not isinstance(table, dict):
            self.problem((key,), f"{key} must be a table, got {quote_value(table)}", f"[{key}]")
            return None
        self._known(table, (key,), tuple(field.name for field in fields(kind)))
        told: dict[str, float] = {}
        for name, value in table.items():
            default = getattr(usual, name, None)
            if isinstance(default, int):
                told[name] = self._whole(table, key, name, default)
            elif default is not None:
                most = LARGEST_LOSS if kind is Attrition and name != "selective" else 1.0
                told[name] = self._number({name: value}, (key, name), *LIMITS.get(name, (0.0, most)))
        return kind(**told)  # type: ignore[arg-type]  # whole numbers where the instrument has such

    def _whole(self, table: Content, key: str, name: str, default: int) -> int:
        value = table[name]
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LARGEST_GROUP:
            return value
        self.problem(
            (key, name),
            f"{name} must be a whole number from 1 to {LARGEST_GROUP:,}, got {quote_value(value)}",
            f"{name} = {default}",
        )
        return default

    def _smallest_effects(self, content: Content) -> dict[str, float]:
        table = content.get("smallest_effect", {})
        if not isinstance(table, dict):
            self.problem(
                ("smallest_effect",),
                f"smallest_effect must be a table, got {quote_value(table)}",
                "[smallest_effect] with pupils = 0.1",
            )
            return {}
        self._known(table, ("smallest_effect",), tuple(MEASURES_BY_NAME))
        return {name: self._number(table, ("smallest_effect", name), 1e-6, LARGEST_SD) for name in table}

    def _alternatives(self, content: Content) -> dict[str, dict[str, Value]]:
        table = content.get("alternatives", {})
        right = "[alternatives.more] with time.cover = 0.6"
        if not isinstance(table, dict):
            self.problem(("alternatives",), f"alternatives must be a table, got {quote_value(table)}", right)
            return {}
        for name, values in table.items():
            try:
                check_name(name, "the alternative")
            except InputError as problem:
                self.problem(("alternatives", name), problem.wrong, problem.right)
            if name == AS_IT_IS:
                self.problem(("alternatives", name), f"{AS_IT_IS!r} is the trial without alternatives", right)
            if isinstance(values, dict) and any(key in values for key in ("population", "ties")):
                self.problem(
                    ("alternatives", name),
                    "an alternative has the schools of the trial",
                    "population and ties under [set], for all alternatives",
                )
        return {name: self._values(("alternatives", name), values) for name, values in table.items()}

    def _named(self, content: Content, key: str, path: Path) -> Scenario | None:
        """The scenario that a key names; none for no programme."""
        named = content.get(key, "baseline" if key == "scenario" else NONE)
        if not isinstance(named, str):
            self.problem((key,), f"{key} must be a name, got {quote_value(named)}", f'{key} = "baseline"')
        elif key == "control" and named == NONE:
            return None
        else:
            self._check_scenario((key,), named, path.parent)
        self.raise_problems()
        return Scenario.of(path.parent / str(named) if str(named).endswith(".toml") else str(named))

    def _in_world(self, content: Content, scenario: Scenario, schools: int) -> Scenario:
        """The scenario, whose world must hold the schools of the trial."""
        if scenario.number_of_schools < schools:
            given = scenario.population_data is not None
            self.problem(
                ("schools",),
                f"the trial has {schools} schools, the world {scenario.number_of_schools}",
                f"schools = {scenario.number_of_schools} or fewer" if given else "set.population.schools, or none",
            )
        return scenario

    def _check(
        self,
        content: Content,
        scenario: Scenario,
        control: Scenario | None,
        follow_up: tuple[int, ...],
        alternatives: dict[str, dict[str, Value]],
        *,
        contamination: bool,
    ) -> None:
        """Notes what does not go together."""
        for name, some in {
            "": scenario,
            **{name: scenario.with_values(dict(v)) for name, v in alternatives.items()},
        }.items():
            whole, rest = divmod(some.weeks, SCHOOL_WEEKS)
            where = f" under {name}" if name else ""
            if rest:
                self.problem(("years",), f"the run lasts {some.weeks / SCHOOL_WEEKS:g} years{where}", "whole years")
            elif follow_up[-1] > whole:
                self.problem(
                    ("follow_up",),
                    f"the run is over after year {whole}{where}, and something is measured after year {follow_up[-1]}",
                    f"years = {follow_up[-1]} or more",
                )
        if control is not None and contamination:
            self.problem(
                ("control",),
                "two programmes do not share a world: the schools of a control programme live in one of their own",
                "contamination = false",
            )
        if scenario.values["programme.themes"] != 1:
            self.problem(
                ("scenario",), "a trial is of one theme, and the programme has several", "set.programme.themes = 1"
            )
