"""SALib: parameters as a ``problem`` to sample oneself, and a stored experiment as what SALib's analyses take."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from plnsim.common.checks import validate_names
from plnsim.common.errors import InputError, quote_value
from plnsim.common.parameter import Choice
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.experiment.design import DUMMY, EFAST_CURVES, Design, SalibProblem
from plnsim.studies.experiment.distribution import Distribution
from plnsim.studies.experiment.experiment import Experiment
from plnsim.studies.experiment.results import ExperimentResults


class SampledProblem(SalibProblem):
    """A problem with the distribution of each parameter, for sampling."""

    dists: list[str]


def salib_problem(what: Experiment | Iterable[str]) -> SampledProblem:
    """The SALib problem of some parameters (dotted names) or of what an experiment varies, in their own units and
    distributions.

    SALib knows no whole numbers and no options: a whole number runs to just below one above its highest, an option is
    its place. ``salib_values`` turns a row of a sample into values. Of an experiment's own distributions SALib has the
    uniform, log-uniform, triangular and cut normal ones (``unif``, ``logunif``, ``triang``, ``truncnorm``). Raises
    ``InputError``, also for those that it does not have and for correlations, which its samplers do not draw.
    """
    distributions: Mapping[str, Distribution] = {}
    if isinstance(what, Experiment):
        names, groups, distributions = what.names, what.groups, what.distributions
        if what.correlations:
            raise InputError(
                "the experiment's inputs are correlated, and SALib's samplers draw each by itself",
                place=what.name,
                right="plnsim experiment, and salib_data of its store; or no correlations",
            )
    else:
        names, groups = validate_names("parameters", what, "time.hours"), ()
    bounds, shapes = zip(
        *(_own_bounds(distributions[name]) if name in distributions else _bounds(name) for name in names), strict=True
    )
    problem: SampledProblem = {
        "num_vars": len(names),
        "names": list(names),
        "bounds": list(bounds),
        "dists": list(shapes),
    }
    if groups:
        problem["groups"] = list(groups)
    return problem


def _bounds(name: str) -> tuple[list[float], str]:
    if name == DUMMY:
        return [0.0, 1.0], "unif"
    parameter = MODEL_PARAMETERS[name]
    if isinstance(parameter, Choice):
        return [0.0, float(len(parameter.options))], "unif"
    low, high = parameter.range
    if low == high:
        raise InputError(
            f"{name} has no plausible range to vary in", right="parameters with a range: plnsim parameters"
        )
    if parameter.integer:
        return _whole(low, high), "unif"
    if parameter.shape == "triangular":
        return [low, high, (parameter.default - low) / (high - low)], "triang"
    return [low, high], "logunif" if parameter.shape == "log-uniform" else "unif"


def _own_bounds(distribution: Distribution) -> tuple[list[float], str]:
    """What SALib calls bounds and name of an experiment's own distribution; raises ``InputError`` where it has none."""
    name, shape, numbers = distribution.name, distribution.shape, distribution.numbers
    whole = MODEL_PARAMETERS[name].integer
    if distribution.when:
        raise InputError(
            f"{name} varies only where {' and '.join(distribution.when)} has some value, and SALib knows no such thing",
            place=name,
            right="plnsim experiment, and salib_data of its store; or no when",
        )
    if shape == "discrete" or (whole and shape != "uniform"):
        what = f"{shape} distribution{' of whole numbers' if whole and shape != 'discrete' else ''}"
        raise InputError(
            f"{name} has a {what}, and SALib has none",
            place=name,
            right="plnsim experiment, and salib_data of its store; or another shape",
        )
    low, high = numbers["low"], numbers["high"]
    if shape == "triangular":
        if numbers["mode"] == high or high < 0.0:
            raise InputError(
                f"{name} has a triangular distribution with its mode at its high end or below 0, which SALib refuses",
                place=name,
                right="plnsim experiment, and salib_data of its store; or a mode below high",
            )
        return [low, high, (numbers["mode"] - low) / (high - low)], "triang"
    if shape == "normal":
        return [low, high, numbers["mean"], numbers["sd"]], "truncnorm"
    return _whole(low, high) if whole else [low, high], "logunif" if shape == "log-uniform" else "unif"


def _whole(low: float, high: float) -> list[float]:
    """Bounds whose numbers, rounded down, are the whole numbers from low to high, each alike."""
    return [low, math.nextafter(high + 1.0, low)]


def salib_values(names: Iterable[str], row: Iterable[float]) -> dict[str, object]:
    """The values of one row of a sample, for ``Scenario.with_values``: whole numbers whole, options by name, the dummy
    left out.
    """
    return {name: _value(name, float(number)) for name, number in zip(names, row, strict=True) if name != DUMMY}


def _value(name: str, number: float) -> object:
    parameter = MODEL_PARAMETERS[name]
    if isinstance(parameter, Choice):
        return list(parameter.options)[min(int(number), len(parameter.options) - 1)]
    return int(number) if parameter.integer else number


def salib_data(experiment: ExperimentResults | Path | str, outcome: str) -> tuple[SalibProblem, np.ndarray, np.ndarray]:
    """Problem, ``X`` and ``Y`` of a stored experiment, for SALib's ``analyze``; ``Y`` is the mean over the replicates
    of each point.

    ``X`` is in the unit cube and the problem's bounds are its: so levels and distances are as each method drew them.
    Raises ``InputError`` where a run is missing, failed or not defined: one NaN makes all of SALib's indices wrong,
    and it says nothing; and for eFAST, whose curves SALib takes one set at a time. SALib's intervals leave out what
    ``indices.csv`` holds: its total indices count the luck that is left in the means.
    """
    results = ExperimentResults.of(experiment)
    if outcome not in results.outcomes:
        raise InputError(
            f"the experiment has no outcome {quote_value(outcome)}",
            place=str(results.folder),
            right=f"one of: {', '.join(results.outcomes)}",
        )
    if results.method == "efast":
        raise InputError(
            f"SALib's fast takes one curve a parameter, and this design has {EFAST_CURVES} with different phases; from "
            "all at once it would give wrong indices in silence",
            place=str(results.folder),
            right="the indices that plnsim experiment wrote beside the store, or another method",
        )
    means = results.cube(outcome).mean(axis=1)
    if not np.isfinite(means).all():
        raise InputError(
            f"{outcome} is not a finite number at {int((~np.isfinite(means)).sum())} of {len(means)} points",
            place=str(results.folder),
            right="another outcome, or the experiment finished: a sensitivity analysis needs every point",
        )
    unit_sample = results.unit_sample.to_numpy()
    design = Design(
        results.method,
        results.names,
        tuple(results.settings["groups"]),
        unit_sample,
        len(unit_sample),
        results.settings["second_order"],
    )
    return design.problem, unit_sample, means
