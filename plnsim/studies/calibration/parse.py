"""A calibration file, parsed and checked key by key."""

from __future__ import annotations

from pathlib import Path

from plnsim.common.checks import validate_seed
from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.common.parameter import Choice, Value
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.simulation.scenario.toml_file import load_text
from plnsim.studies.calibration.calibration import BLOCK, MATCHING, METHODS, Calibration
from plnsim.studies.calibration.observations import Observation
from plnsim.studies.calibration.parse_observed import SERIES_KEYS, ObservedFile
from plnsim.studies.experiment.checks import Content
from plnsim.studies.experiment.distribution import Distribution

MAX_VARIED = 20
KEYS = (
    "title",
    "purpose",
    "sources",
    "scenario",
    "years",
    *SERIES_KEYS,
    "hold_out",
    "method",
    "budget",
    "waves",
    "replicates",
    "seed",
    "vary",
    "priors",
    "set",
    "series",
    "pattern",
)
VARY_KEYS = ("parameters", "groups")


def read_calibration(path: Path) -> Calibration:
    """A calibration from its file; raises ``InputError`` naming file, line and column."""
    return _Parser(load_text(path, "calibration"), str(path)).parse(path)


class _Parser(ObservedFile):
    """Parses one calibration file."""

    def parse(self, path: Path) -> Calibration:
        content = self.content()
        for key in content:
            if key not in KEYS:
                self.problem((key,), f"unknown key {quote_value(key)}", suggestion(key, KEYS))
        if "discrepancy" not in content:
            self.problem(
                ("discrepancy",),
                "the file does not say how far the model may be off even at its best",
                "discrepancy = 0.03 (a standard deviation in the unit of the outcome; 0 if the model is taken for the "
                "truth)",
            )
        priors = self._distributions(content["priors"], ("priors",)) if "priors" in content else {}
        names = self._fitted_parameters(content.get("vary", {}), priors)
        method = self._option(content, "method", METHODS, MATCHING)
        waves = self._integer(content, "waves", 3, 1, 20)
        replicates = self._integer(content, "replicates", 4, 2, 1000)
        seed = self._validate(validate_seed, content, "seed", 1)
        sources = self._texts(content, "sources")
        title, purpose = self._title(content, "title", path.stem), self._title(content, "purpose")
        budget = self._integer(content, "budget", 6000, BLOCK, 100_000_000)
        values, years = self._values(("set",), content.get("set", {})), self._years(content)
        observations, texts = self.observed(content, path.parent)
        scenario = self._scenario(content, path, values, years, observations)
        self.raise_problems()
        if (named := str(content.get("scenario", ""))).endswith(".toml"):
            texts[Path(named).name] = load_text(path.parent / named)
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
            priors=priors,
            texts={path.name: self.text, **texts},
        )
        try:
            return calibration.with_budget(budget)
        except InputError as problem:
            self.problem(("budget",), problem.wrong, problem.right)
            raise self.problems[0] from None

    def _fitted_parameters(self, vary: object, priors: dict[str, Distribution]) -> tuple[str, ...]:
        """What is fitted: what varies, and what has a prior of its own."""
        if not isinstance(vary, dict) or not (vary or priors):
            self.problem(
                ("vary",),
                f"vary says what is fitted, got {quote_value(vary)}",
                '[vary] with parameters = ["adoption.alone", ...]',
            )
            return ()
        for key in vary:
            if key not in VARY_KEYS:
                right = "[priors] beside [vary]" if key == "distributions" else suggestion(key, VARY_KEYS)
                self.problem(("vary", key), f"unknown key {quote_value(key)}", right)
        named = self._parameter_names(vary) + self._group_members(vary)
        for name in dict.fromkeys((*named, *priors)):
            declared = MODEL_PARAMETERS[name]
            if isinstance(declared, Choice) or (name not in priors and declared.range[0] == declared.range[1]):
                self.problem(
                    ("priors", *name.split(".")) if name in priors else ("vary",),
                    f"{name} has no range from which to fit it",
                    "a parameter with a plausible range of numbers",
                )
        names = tuple(dict.fromkeys((*named, *priors)))
        if not 0 < len(names) <= MAX_VARIED and not self.problems:
            self.problem(
                ("vary",),
                f"{len(names)} parameters vary",
                f"from 1 to {MAX_VARIED}: a series of some points cannot tell more apart",
            )
        return names

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
