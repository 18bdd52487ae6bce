"""A stored experiment as tables: what each point was, and what came out at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeGuard

import numpy as np
import pandas

from plnsim.common.errors import InputError, quote_value
from plnsim.common.parameter import Parameter, Value
from plnsim.common.short_repr import short_repr
from plnsim.model.outcome import OUTCOMES_BY_NAME, use
from plnsim.simulation.model_version import model_version
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.experiment.design import DUMMY
from plnsim.studies.experiment.distribution import Correlations, Distribution, check_conditions, parse_correlations
from plnsim.studies.experiment.factorial import Factor
from plnsim.studies.experiment.formula import check_formula
from plnsim.studies.experiment.manifest import ExperimentManifest, Settings
from plnsim.studies.experiment.own_outcomes import OwnOutcomes
from plnsim.studies.experiment.quantile import pseudo_values
from plnsim.studies.experiment.sequential import whole_replicates
from plnsim.studies.experiment.store import MANIFEST, Store, find_stores

KEYS = ("run", "point", "replicate", "status", "error")
"""Columns of a run that are no outcomes."""
REQUIRED_SETTINGS = {
    "scenario": str,
    "method": str,
    "names": list,
    "groups": list,
    "outcomes": list,
    "replicates": int,
    "seed": int,
    "second_order": bool,
}
"""What every manifest says that was asked for, and as what."""
CAVEAT = (
    "This store was made by another version of the model ({then}; this one is {now}). Its outcomes stand; the values "
    "of its parameters are told by the ranges that this version declares."
)


@dataclass(frozen=True, eq=False)
class ExperimentResults:
    """The store of an experiment on one variant, read and not continued.

    Usually made by ``ExperimentResults.of``.

    Attributes
    ----------
    folder : Path
        Where the store lies.
    manifest : dict
        What the experiment asked for, and the version of the model that ran it.

    Examples
    --------
    >>> from plnsim import Experiment, run_experiment
    >>> from plnsim.studies.experiment.results import ExperimentResults
    >>> experiment = Experiment(
    ...     "stored", ("baseline",), "latin", ("time.hours",), size=3, years=0.5, values={"population.schools": 6}
    ... )
    >>> _ = run_experiment(experiment, "stored")
    >>> results = ExperimentResults.of("stored")
    >>> results.values.round(2)
       time.hours
    0        0.45
    1        1.89
    2        1.04
    >>> results.runs.shape, results.cube("deep_use").shape
    ((6, 6), (3, 2))
    """

    folder: Path
    manifest: ExperimentManifest

    __repr__ = short_repr

    @classmethod
    def of(cls, folder: ExperimentResults | Path | str) -> ExperimentResults:
        """Reads the store in a folder, or the only one below it.

        Parameters
        ----------
        folder : ExperimentResults, Path or str
            What is read already stays as it is.

        Returns
        -------
        ExperimentResults

        Raises
        ------
        InputError
            Where there is no store, more than one, or a damaged one.
        """
        if isinstance(folder, ExperimentResults):
            return folder
        stores = find_stores(Path(folder))
        if len(stores) > 1:
            raise InputError(
                f"{folder} holds {len(stores)} variants",
                place=str(folder),
                right=f"one of: {', '.join(str(store.folder) for store in stores)}",
            )
        manifest = stores[0].manifest
        if not _is_complete(manifest):
            raise InputError(
                f"the manifest is damaged: {_manifest_problem(manifest)}",
                place=str(stores[0].folder / MANIFEST),
                right="the file as plnsim experiment wrote it",
            )
        return cls(stores[0].folder, manifest)

    @property
    def settings(self) -> Settings:
        """What the experiment asked for, as its manifest says it; the scenario is the text of its file."""
        return self.manifest["asked"]

    @property
    def method(self) -> str:
        """Method of the design."""
        return self.settings["method"]

    @property
    def names(self) -> tuple[str, ...]:
        """What varied, the dummy among it."""
        return tuple(self.settings["names"])

    @property
    def replicates(self) -> int:
        """Runs at each point; of a design that grows step by step, those that every point has."""
        return whole_replicates(self._runs) if self.settings.get("grows") else self.settings["replicates"]

    @cached_property
    def _runs(self) -> pandas.DataFrame:
        return Store(self.folder, self.manifest).read()

    @property
    def factors(self) -> Mapping[str, Mapping[str, Mapping[str, Value]]]:
        """The factors of a factorial design, each with its levels and their values by dotted name."""
        return self.settings.get("factors", {})

    @cached_property
    def distributions(self) -> dict[str, Distribution]:
        """The distributions of the file by dotted name; what is not among them varied over its plausible range."""
        return {name: Distribution.of(name, table) for name, table in self.settings.get("distributions", {}).items()}

    @cached_property
    def correlations(self) -> Correlations:
        """The rank correlations of pairs of names."""
        return parse_correlations(self.settings.get("correlations", []), self.names)

    @property
    def formulas(self) -> Mapping[str, str]:
        """The outcomes by formula, and their formulas."""
        return self.settings.get("formulas", {})

    @property
    def functions(self) -> dict[str, tuple[str, str]]:
        """The outcomes that came from a file of functions, each with its unit and meaning; they are not run again."""
        names = self.settings.get("functions", {}).get("names", [])
        told = self.manifest.get("functions", {})
        about = {name: each for name, each in told.items() if isinstance(each, dict)} if isinstance(told, dict) else {}
        return {
            str(name): (
                str(about.get(name, {}).get("unit", "")),
                str(about.get(name, {}).get("meaning", "By a function of the experiment's own.")),
            )
            for name in (names if isinstance(names, list) else ())
        }

    @property
    def caveat(self) -> str:
        """What a reader must know when another version of the model made the store; empty when this one did."""
        then, now = self.manifest["model"], model_version()
        return "" if then == now else CAVEAT.format(then=then, now=now)

    @cached_property
    def unit_sample(self) -> pandas.DataFrame:
        """The points in the unit cube, a ``pandas.DataFrame`` with a row a point and a column a parameter."""
        unit_sample = Store(self.folder, self.manifest).design()
        if missing := set(self.names) - set(unit_sample.columns):
            raise InputError(
                f"the design has no column {min(missing)}",
                place=str(self.folder),
                right="a folder as plnsim experiment wrote it",
            )
        return unit_sample

    @cached_property
    def values(self) -> pandas.DataFrame:
        """The points in the parameters' units, a ``pandas.DataFrame`` with a row a point and a column a parameter.

        Of a choice it is the name of the option, of a factor that of the level, of the dummy its share. Where a
        parameter does not vary, it is missing: the scenario's own value holds there.
        """
        return values_at(self.names, self.placed, self.unit_sample)

    @property
    def placed(self) -> dict[str, Factor | Distribution]:
        """What a share of a name stands for, where it is not the plausible range of a parameter."""
        return {**{name: Factor(levels) for name, levels in self.factors.items()}, **self.distributions}

    @property
    def ranges(self) -> dict[str, tuple[float, float]]:
        """The lowest and the highest value of every number that varied, the dummy (0 to 1) among them."""
        ranges, varied = {DUMMY: (0.0, 1.0)}, {**MODEL_PARAMETERS.by_name, **self.distributions}
        for name in self.names:
            own = varied.get(name)
            if isinstance(own, Distribution | Parameter) and own.range:
                ranges[name] = own.range
        return ranges

    @cached_property
    def runs(self) -> pandas.DataFrame:
        """All finished runs, a ``pandas.DataFrame`` with a row a run, in the order of their numbers.

        Raises ``InputError`` where they are of another design.
        """
        runs = self._runs
        if self.settings.get("grows"):
            runs = runs[runs["replicate"] < self.replicates].sort_values(["point", "replicate"], ignore_index=True)
        if not (
            runs["point"].between(0, len(self.unit_sample) - 1) & runs["replicate"].between(0, self.replicates - 1)
        ).all():
            raise InputError(
                "the runs and the design do not belong together",
                place=str(self.folder),
                right="a folder as plnsim experiment wrote it",
            )
        return runs

    @cached_property
    def schools(self) -> pandas.DataFrame:
        """A ``pandas.DataFrame`` with a row a run, year and school.

        Raises ``InputError`` where the experiment did not ask for them (``by_school``).
        """
        return Store(self.folder, self.manifest).read_schools()

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Every column of the runs that is an outcome, those of single weeks as well."""
        return tuple(name for name in self.runs.columns if name not in KEYS)

    def means(self, outcomes: tuple[str, ...]) -> pandas.DataFrame:
        """Gives means over the replicates of each point whose runs are all finished.

        Parameters
        ----------
        outcomes : tuple of str

        Returns
        -------
        pandas.DataFrame
            A row a point and a column an outcome, in its unit; NaN where it is not defined in one of the runs.
        """
        finished = np.bincount(self.runs["point"], minlength=len(self.unit_sample)) == self.replicates
        return pandas.DataFrame({outcome: self.cube(outcome).mean(axis=1) for outcome in outcomes})[finished]

    def cube(self, outcome: str) -> np.ndarray:
        """Gives an outcome of every run.

        Parameters
        ----------
        outcome : str

        Returns
        -------
        numpy.ndarray
            Of shape (points, replicates), in the outcome's unit; NaN where a run is missing or failed. Of a quantile
            over the runs of a point, pseudo-values: their mean is the quantile, by their spread luck is judged.
        """
        cube = np.full((len(self.unit_sample), self.replicates), np.nan)
        cube[self.runs["point"], self.runs["replicate"]] = self.runs[outcome]
        share = OwnOutcomes(self.formulas).quantiles.get(outcome)
        return cube if share is None else pseudo_values(cube, share)


def values_at(
    names: tuple[str, ...], placed: Mapping[str, Factor | Distribution], unit_sample: pandas.DataFrame
) -> pandas.DataFrame:
    """Points of the unit cube (a row each, a column a name) in the parameters' units, as ``ExperimentResults.values``
    has them.
    """

    def value_at(name: str, share: float) -> Value:
        if name == DUMMY:
            return float(share)
        own = placed.get(name, MODEL_PARAMETERS.by_name.get(name))
        assert own is not None, name
        return own.level(share) if isinstance(own, Factor) else own.ppf(float(share))

    values = pandas.DataFrame({name: [value_at(name, share) for share in unit_sample[name]] for name in names})
    for name, own in placed.items():
        if isinstance(own, Distribution) and own.when:
            varies = np.logical_and.reduce([values[switch].isin(options) for switch, options in own.when.items()])
            values[name] = values[name].where(varies)
    return values


def _is_complete(manifest: Mapping[str, object]) -> TypeGuard[ExperimentManifest]:
    return not _manifest_problem(manifest)


def _manifest_problem(manifest: Mapping[str, object]) -> str:
    """What a manifest does not hold as it should; nothing where all is there."""
    settings = manifest.get("asked")
    factors = settings.get("factors", {}) if isinstance(settings, dict) else {}
    described = all(isinstance(manifest.get(key), str) for key in ("name", "variant", "model"))
    if not described or not isinstance(settings, dict) or not isinstance(factors, dict):
        return "it does not say what was asked for"
    for key, kind in REQUIRED_SETTINGS.items():
        if not isinstance(settings.get(key), kind):
            return f"it does not say the {key} that was asked for"
    for key in ("groups", "outcomes"):
        if not all(isinstance(name, str) for name in settings[key]):
            return f"its {key} are no names"
    unknown = [
        quote_value(name)
        for name in settings["names"]
        if not isinstance(name, str) or not (name == DUMMY or name in factors or name in MODEL_PARAMETERS)
    ]
    if unknown:
        return f"it names {unknown[0]}, which is no parameter"
    try:
        parse_correlations(settings.get("correlations", []), tuple(settings["names"]))
        tables = dict(settings.get("distributions", {})).items()
        check_conditions(
            settings["method"], settings["names"], {name: Distribution.of(name, each) for name, each in tables}
        )
        functions = dict(settings.get("functions", {})).get("names", [])
        for text in dict(settings.get("formulas", {})).values():
            check_formula(text, dict.fromkeys([*OUTCOMES_BY_NAME, *functions], use))
    except (InputError, TypeError, ValueError) as problem:
        wrong = problem.wrong if isinstance(problem, InputError) else problem
        return f"its distributions, correlations or formulas cannot be: {wrong}"
    return (
        ""
        if settings["replicates"] > 0 and all(isinstance(levels, dict) and levels for levels in factors.values())
        else "its numbers cannot be"
    )
