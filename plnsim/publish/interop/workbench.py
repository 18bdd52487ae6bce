"""EMA workbench: a scenario as its model, and a stored experiment as its pair of experiments and outcomes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas

from plnsim.common.checks import validate_names, validate_replicates, validate_seed
from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.common.parameter import Choice
from plnsim.common.short_repr import short_repr
from plnsim.model.outcome import OUTCOMES_BY_NAME, compute_outcomes
from plnsim.publish.interop.columns import OVER_TIME, to_identifier
from plnsim.simulation.runs import simulate_run
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.experiment.checks import may_vary
from plnsim.studies.experiment.ema import ema
from plnsim.studies.experiment.results import ExperimentResults
from plnsim.studies.experiment.task import WEEK_PREFIX

if TYPE_CHECKING:
    import ema_workbench


@dataclass(frozen=True)
class ModelFunction:
    """What EMA workbench calls: values by dotted name in, outcomes out, means over the replicates. It can be sent to
    another process.
    """

    scenario: Scenario
    outcomes: tuple[str, ...]
    seed: int
    replicates: int

    __repr__ = short_repr

    def __call__(self, **values: object) -> dict[str, float]:
        scenario = self.scenario.with_values(values)
        runs = [
            compute_outcomes(simulate_run(scenario, self.seed, replicate), self.outcomes)
            for replicate in range(self.replicates)
        ]
        return {name: float(np.mean([run[name] for run in runs])) for name in self.outcomes}


def ema_model(
    scenario: Scenario | str,
    parameters: Iterable[str] | None = None,
    *,
    levers: Iterable[str] = (),
    outcomes: Iterable[str] = ("deep_use", "sustained_scale_up"),
    seed: int = 1,
    replicates: int = 1,
) -> ema_workbench.Model:
    """A scenario as an ``ema_workbench.Model``.

    ``parameters``: dotted names of the uncertainties (default: all that may vary), over their plausible ranges and
    distributions; ``levers``: those that a policy sets. Experiments share their random numbers, replicate by replicate.
    Names are plain, so ``time.hours`` is ``time_hours``. Raises ``InputError``.
    """
    scenario = Scenario.of(scenario)
    levers = validate_names("levers", levers, "programme.delegates", least=0)
    outcomes = validate_names("outcomes", outcomes, "deep_use")
    for outcome in outcomes:
        if outcome not in OUTCOMES_BY_NAME:
            raise InputError(
                f"there is no outcome {quote_value(outcome)}", right=suggestion(str(outcome), OUTCOMES_BY_NAME)
            )
    uncertain = (
        [parameter.qualified_name for parameter in MODEL_PARAMETERS if may_vary(parameter, choices=True)]
        if parameters is None
        else list(validate_names("parameters", parameters, "time.hours", least=0))
    )
    workbench = ema()
    name = "".join(letter for letter in scenario.name if letter.isalnum()) or "plnsim"
    model = workbench.Model(
        name, function=ModelFunction(scenario, outcomes, validate_seed(seed), validate_replicates(replicates))
    )
    model.uncertainties = [_parameter(uncertainty, scenario) for uncertainty in uncertain if uncertainty not in levers]
    model.levers = [_parameter(lever, scenario) for lever in levers]
    model.outcomes = [workbench.ScalarOutcome(outcome) for outcome in outcomes]
    return model


def _parameter(name: str, scenario: Scenario) -> ema_workbench.Parameter:
    """A declared parameter as one of EMA workbench, called by its dotted name when the model is called."""
    from scipy.stats import loguniform, triang

    workbench, parameter = ema(), MODEL_PARAMETERS[name]
    about = {"variable_name": [name], "default": scenario.values[name]}
    if isinstance(parameter, Choice):
        return workbench.CategoricalParameter(to_identifier(name), list(parameter.options), **about)
    low, high = parameter.range
    if low == high:
        raise InputError(
            f"{name} has no plausible range to vary in", right="parameters with a range: plnsim parameters"
        )
    if parameter.integer:
        return workbench.IntegerParameter(to_identifier(name), int(low), int(high), **about)
    if parameter.shape == "uniform":
        return workbench.RealParameter(to_identifier(name), low, high, **about)
    shape = (
        loguniform(low, high)
        if parameter.shape == "log-uniform"
        else triang((parameter.default - low) / (high - low), loc=low, scale=high - low)
    )
    return workbench.RealParameter.from_dist(to_identifier(name), shape, **about)


def ema_results(experiment: ExperimentResults | Path | str) -> tuple[pandas.DataFrame, dict[str, np.ndarray]]:
    """A stored experiment as EMA workbench's ``(experiments, outcomes)``: a row a point, outcomes as means over its
    replicates.

    Sustained deep use in single weeks, where the experiment has it, is ``deep_use_over_time`` (points x weeks).
    EMA workbench is told of what kind each outcome is, as its ``save_results`` must know. Raises ``InputError``.
    """
    workbench = ema()
    results = ExperimentResults.of(experiment)
    experiments = results.values.rename(columns=to_identifier)
    experiments["scenario"] = np.arange(len(experiments))
    experiments["policy"] = "None"
    experiments["model"] = results.manifest["variant"]
    outcomes = {
        to_identifier(name): results.cube(name).mean(axis=1)
        for name in results.outcomes
        if not name.startswith(WEEK_PREFIX)
    }
    weeks = [name for name in results.outcomes if name.startswith(WEEK_PREFIX)]
    for name in outcomes:
        workbench.ScalarOutcome(name)
    if weeks:
        workbench.TimeSeriesOutcome(OVER_TIME)
        outcomes[OVER_TIME] = np.column_stack([results.cube(name).mean(axis=1) for name in weeks])
    return experiments, outcomes
