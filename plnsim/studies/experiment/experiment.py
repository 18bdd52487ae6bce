"""What an experiment asks: scenarios, method, what varies, outcomes, replicates and seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from plnsim.common.checks import validate_replicates, validate_seed
from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.common.names import check_distinct, check_name
from plnsim.common.parameter import Value
from plnsim.common.short_repr import short_repr
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.places import KeyPath
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.simulation.scenario.toml_file import load_text
from plnsim.studies.experiment.design import (
    CHAOS,
    HYPERCUBES,
    METHODS,
    Design,
    check_design,
    check_narrowing,
    grow_hypercube,
    sample_design,
)
from plnsim.studies.experiment.distribution import Correlations, Distribution, check_conditions, correlate
from plnsim.studies.experiment.factorial import Factor, full_factorial
from plnsim.studies.experiment.luck import LUCK
from plnsim.studies.experiment.own_outcomes import OwnOutcomes
from plnsim.studies.experiment.parse import AskedFile
from plnsim.studies.experiment.quantile import check_replicates
from plnsim.studies.experiment.vary import Varied

SIZES = {
    "one-at-a-time": 11,
    "grid": 5,
    "latin": 512,
    "morris": 20,
    "sobol": 256,
    "efast": 129,
    "pawn": 1024,
    "delta": 1024,
    CHAOS: 512,
}
"""The size of a design where the file names none."""
KEYS = (
    "title",
    "purpose",
    "scenario",
    "scenarios",
    "method",
    "size",
    "second_order",
    "outcomes",
    "replicates",
    "seed",
    "luck",
    "resamples",
    "formulas",
    "functions",
    "years",
    "every_weeks",
    "lift",
    "by_school",
    "half_width",
    "runs",
    "vary",
    "factors",
    "set",
    "alternatives",
)
SCENARIO_KEYS = {"known", "assumed", "special", "omitted", "calendar", *MODEL_PARAMETERS.sections}
"""Keys that stand in scenario files and never in experiment files."""


@dataclass(frozen=True)
class Experiment:
    """What an experiment asks: which scenarios, under which alternatives, with which design, measured by what.

    Parameters
    ----------
    name : str
        Name of the experiment; its results go to ``experiment-results/NAME`` unless a folder is named.
    scenarios : tuple of str
        Names of shipped scenarios, or files that end in ``.toml``, as seen from `folder`.
    method : str
        "sobol", "morris", "efast", "pawn", "delta", "polynomial-chaos", "latin", "grid", "one-at-a-time" or
        "factorial".
    names : tuple of str
        What varies: dotted parameter names, over their plausible ranges unless `distributions` says otherwise, factors,
        or ``"dummy"``, which enters nowhere.
    groups : tuple of str, default ()
        The group of each of `names`, where indices are asked for groups (sobol and morris only).
    title, purpose : str, default ""
        One line, for pages and tables.
    size : int, default 256
        Base points (sobol; a power of two), trajectories (morris), points of a curve (efast; each parameter has four),
        levels (grid, one-at-a-time), or points.
    initial_size : int, optional
        The size that a Latin hypercube (latin, pawn, delta) begins with, where it is grown to `size` by doubling.
    second_order : bool, default False
        Whether Sobol indices of pairs are asked for.
    outcomes : tuple of str, default ("deep_use",)
        Names of outcomes.
    replicates : int, default 2
        Runs at each point.
    seed : int, default 1
    luck : str, default "blocks"
        What has luck of its own: "blocks" of points that are compared with each other (a base point with what is made
        of it, a trajectory; all points of a factorial or one-at-a-time design), or all "points".
    resamples : int, default 1000
        Bootstrap resamples for the intervals of indices.
    years : float, optional
        Length of the runs in school years, by default that of each scenario.
    every_weeks : int, default 0
        Where above 0, deep use is kept and analysed every so many weeks, from the end of the first year.
    lift : float, default 0.0
        Where above 0, each run is repeated with this share of the gap of each condition closed in turn.
    by_school : tuple of int, default ()
        The school years, from 1, of which a row a school is kept in the folder ``schools`` of each store.
    half_width : float, optional
        The half-width of the widest 95 % interval until which the design grows, from `size` and `replicates` on (sobol,
        latin, pawn, delta, polynomial-chaos).
    runs : int, optional
        The most runs to which it does.
    factors : dict of str to Factor, default {}
        The levels of each factor of a factorial design.
    own : OwnOutcomes
        Outcomes by formula, and those of a file of functions.
    distributions : dict of str to Distribution, default {}
        Distributions by dotted name, in place of the plausible ranges.
    correlations : dict of (str, str) to float, default {}
        Rank correlations (Spearman's) of pairs of `names`; latin, pawn, delta and polynomial-chaos
        only.
    values : dict of str to float, int or str, default {}
        Values by dotted name that hold in every run.
    alternatives : dict of str to dict, default {}
        Structural variants by name, each a set of values by dotted name.
    folder : str, default "."
        Where scenario files lie.
    texts : dict of str to str, default {}
        The files that asked for it, by name: its own, that of functions, and those of scenarios.

    See Also
    --------
    run_experiment : Runs it.

    Examples
    --------
    >>> from plnsim import Experiment
    >>> experiment = Experiment("example", ("baseline",), "sobol", ("time.hours", "leadership.vision"), size=4)
    >>> experiment.design().unit_sample.shape
    (16, 2)
    >>> list(experiment.variants())
    ['baseline']
    """

    name: str
    scenarios: tuple[str, ...]
    method: str
    names: tuple[str, ...]
    groups: tuple[str, ...] = ()
    title: str = ""
    purpose: str = ""
    size: int = 256
    initial_size: int | None = None
    second_order: bool = False
    outcomes: tuple[str, ...] = ("deep_use",)
    replicates: int = 2
    seed: int = 1
    luck: str = LUCK[0]
    resamples: int = 1000
    years: float | None = None
    every_weeks: int = 0
    lift: float = 0.0
    by_school: tuple[int, ...] = ()
    half_width: float | None = None
    runs: int | None = None
    factors: dict[str, Factor] = field(default_factory=dict)
    own: OwnOutcomes = field(default_factory=OwnOutcomes)
    distributions: Mapping[str, Distribution] = field(default_factory=dict)
    correlations: Correlations = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)
    alternatives: dict[str, dict[str, Value]] = field(default_factory=dict)
    folder: str = "."
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)

    __repr__ = short_repr

    @classmethod
    def read(cls, path: Path) -> Experiment:
        """Reads an experiment file.

        Parameters
        ----------
        path : Path

        Returns
        -------
        Experiment

        Raises
        ------
        InputError
            Names file, line and column of every problem.
        """
        return _Parser(load_text(path, "experiment"), str(path)).parse(path)

    def check_design(self) -> None:
        """Raises ``InputError`` for a design that cannot be drawn; its place is the key that is wrong."""
        if self.method != "factorial":
            check_design(self.method, self.names, self.size, groups=self.groups, second_order=self.second_order)
        if self.correlations and self.method not in HYPERCUBES:
            raise InputError(
                f"{self.method} takes no correlated inputs: what it says rests on inputs that vary independently",
                place="correlations",
                right=f"method = {', '.join(HYPERCUBES[:-1])} or {HYPERCUBES[-1]}; or no correlations",
            )
        correlate(np.zeros((0, len(self.names))), self.names, self.correlations)
        check_narrowing(self.method, self.half_width, self.runs, self.replicates)
        check_conditions(self.method, self.names, self.distributions)
        check_replicates(self.own.quantiles, self.outcomes, self.replicates)

    def design(self) -> Design:
        """Draws the points of the design.

        Returns
        -------
        Design
            Its ``unit_sample`` is a ``numpy.ndarray`` of shape (points, names), in the unit cube.

        Raises
        ------
        InputError
            Where the method does not take the size or the groups.
        """
        self.check_design()
        if self.method == "factorial":
            return Design(
                self.method,
                self.names,
                (),
                full_factorial(tuple(len(factor.levels) for factor in self.factors.values())),
                1,
                luck=self.luck,
            )
        design = sample_design(
            self.method,
            self.names,
            self.initial_size or self.size,
            self.seed,
            groups=self.groups,
            second_order=self.second_order,
            luck=self.luck,
        )
        unit_sample = design.unit_sample
        if self.initial_size:
            unit_sample = grow_hypercube(unit_sample, self.size, self.seed)
        unit_sample = correlate(unit_sample, self.names, self.correlations)
        return replace(design, unit_sample=unit_sample, size=self.size, correlations=self.correlations)

    def variants(self) -> dict[str, Scenario]:
        """Gives every scenario under every alternative.

        Returns
        -------
        dict of str to Scenario
            By names that can be those of folders: ``baseline``, ``baseline--additive``.

        Raises
        ------
        InputError
            Where there is no such scenario, a value is wrong, or a name cannot be that of a folder.
        """
        variants: list[tuple[str, Scenario]] = []
        for wanted in self.scenarios:
            path = Path(self.folder) / wanted
            scenario = Scenario.of(path if path.suffix == ".toml" else wanted).with_values(self.values)
            scenario = scenario if self.years is None else scenario.with_years(self.years)
            variants.append((check_name(scenario.name, "the scenario"), scenario))
            for name, values in self.alternatives.items():
                variants.append(
                    (f"{scenario.name}--{check_name(name, 'the alternative')}", scenario.with_values(values))
                )
        check_distinct([name for name, _ in variants], "variants")
        return dict(variants)


class _Parser(AskedFile):
    """Parses one experiment file."""

    def parse(self, path: Path) -> Experiment:
        content = self.content()
        if scenario_keys := sorted(content.keys() & SCENARIO_KEYS):
            raise InputError(
                f"this is a scenario, not an experiment: it holds {scenario_keys[0]}",
                place=self.place,
                right="plnsim run with this file; an experiment names it as its scenario and says what varies",
            )
        for key in content:
            if key not in KEYS:
                self.problem((key,), f"unknown key {quote_value(key)}", suggestion(key, KEYS))
        method = self._option(content, "method", METHODS, "sobol")
        factors = self._factors(content, method)
        varied = Varied(tuple(factors)) if method == "factorial" else self.varied(content.get("vary", {}))
        own = self._own(content, path.parent)
        values, alternatives = self._values(("set",), content.get("set", {})), self._alternatives(content)
        self._check_set_once(
            varied.names, {("set",): values} | {("alternatives", at): alternatives[at] for at in alternatives}
        )
        experiment = Experiment(
            path.stem,
            scenarios=self._scenarios(content, path.parent),
            method=method,
            names=varied.names,
            groups=varied.groups,
            distributions=varied.distributions,
            correlations=varied.correlations,
            size=self._integer(content, "size", SIZES.get(method, 256), 1, 1 << 24),
            second_order=self._boolean(content, "second_order"),
            outcomes=self._outcomes(content, own),
            own=own,
            replicates=self._validate(validate_replicates, content, "replicates", 2),
            seed=self._validate(validate_seed, content, "seed", 1),
            luck=self._option(content, "luck", LUCK, LUCK[0]),
            resamples=self._integer(content, "resamples", 1000, 2, 100_000),
            every_weeks=self._integer(content, "every_weeks", 0, 0, 4000),
            lift=self._lift(content),
            by_school=self._by_school(content),
            half_width=self._half_width(content),
            runs=self._integer(content, "runs", 0, 2, 1 << 40) if "runs" in content else None,
            factors=factors,
            years=self._years(content),
            values=values,
            alternatives=alternatives,
            title=self._title(content, "title", path.stem),
            purpose=self._title(content, "purpose"),
            folder=str(path.parent),
            texts=self._asked_texts(content, path, own),
        )
        self._check_design(experiment)
        self.raise_problems()
        return experiment

    def _check_design(self, experiment: Experiment) -> None:
        """Notes a design that cannot be drawn."""
        if self.problems:
            return
        try:
            experiment.check_design()
        except InputError as problem:
            at: KeyPath = (problem.place,) if (problem.place,) in self.positions else ("method",)
            at = ("vary", "correlations") if problem.place == "correlations" else at
            if problem.place.startswith("when "):
                at = ("vary", "distributions", *problem.place.removeprefix("when ").split("."), "when")
            self.problem(at, problem.wrong, problem.right)
