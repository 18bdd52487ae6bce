"""A closer look at one scenario: what actually stands in its way, and which parameters its result answers to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas

from plnsim.common.checks import validate_workers
from plnsim.common.parameter import Parameter
from plnsim.model.measure import BARRIERS
from plnsim.simulation.runs import map_ordered, run
from plnsim.simulation.runs.barriers import barriers_of
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.comparison.scenario_result import ScenarioResult, describe_differences
from plnsim.studies.uncertainty.verdict import MAIN_OUTCOME

LIFT = 0.3
"""The share of the gap in a condition that is closed to find the actual barrier."""
MOVED_SECTIONS = ("programme", "leadership", "time", "focus", "mobilisation", "renewal")
"""The sections whose parameters are moved one at a time."""
FIXED_PARAMETERS = {"programme.follow_up_years"}
"""Parameters of the analysis among them, which stay as they are."""
MOST_INFLUENTIAL, SCREENING_RUNS, REFINED_RUNS = 10, 2, 6
"""Parameters that are looked at more closely; runs of the first look at all of them, and of the closer one."""


def barrier_table(result: ScenarioResult, workers: int | None = None) -> pandas.DataFrame:
    """What is named as in the way and what is: one row a condition, with the gain from closing a share of its gap."""
    lifted = barriers_of(result, LIFT, MAIN_OUTCOME, workers)
    largest = np.max([np.nan_to_num(gain, nan=-np.inf) for gain in lifted.gain.values()], axis=0)
    return pandas.DataFrame(
        [
            {
                "scenario": result.name,
                "condition": condition,
                "lift": LIFT,
                "outcome": MAIN_OUTCOME,
                "named": lifted.named[condition],
            }
            | describe_differences(lifted.gain[condition])
            | {"largest": int((lifted.gain[condition] == largest).sum())}
            for condition in BARRIERS
        ]
    )


def candidates() -> list[Parameter]:
    """The parameters that are moved to both ends of their plausible range."""
    numbers = (
        parameter
        for section in MOVED_SECTIONS
        for parameter in MODEL_PARAMETERS.sections[section]
        if isinstance(parameter, Parameter)
    )
    return [
        parameter
        for parameter in numbers
        if parameter.qualified_name not in FIXED_PARAMETERS and parameter.range[0] < parameter.range[1]
    ]


def sensitivity_table(
    result: ScenarioResult, workers: int | None = None, step: Callable[[], None] = lambda: None
) -> pandas.DataFrame:
    """How deep use answers to each candidate at both ends of its plausible range, the most influential first.

    One at a time, paired with the scenario's own runs: few runs for all, more for the most influential.
    """
    by_name = {parameter.qualified_name: parameter for parameter in candidates()}
    rough = _one_at_a_time(result, list(by_name.values()), SCREENING_RUNS, workers, step)
    order = (
        rough.groupby("parameter", sort=False)["change"]
        .apply(lambda change: change.abs().max())
        .sort_values(ascending=False, kind="stable")
    )
    first = list(order.index[:MOST_INFLUENTIAL])
    close = _one_at_a_time(result, [by_name[name] for name in first], REFINED_RUNS, workers, step)
    span = (
        close.groupby("parameter", sort=False)["change"]
        .apply(lambda change: change.abs().max())
        .sort_values(ascending=False, kind="stable")
    )
    rest = [rough[rough["parameter"] == name] for name in order.index[MOST_INFLUENTIAL:]]
    return pandas.concat([*(close[close["parameter"] == name] for name in span.index), *rest], ignore_index=True)


def _one_at_a_time(
    result: ScenarioResult, parameters: list[Parameter], runs: int, workers: int | None, step: Callable[[], None]
) -> pandas.DataFrame:
    """One row for each parameter and end of its plausible range."""
    runs = min(runs, result.replicates)
    own = result.values(MAIN_OUTCOME)[:runs]

    def row(parameter: Parameter, end: int) -> dict[str, object]:
        value, moved_to = result.scenario.values[parameter.qualified_name], parameter.range[end]
        there = (
            own
            if value == moved_to
            else run(
                result.scenario.with_values({parameter.qualified_name: moved_to}),
                seed=result.seed,
                replicates=runs,
                workers=1,
            ).values(MAIN_OUTCOME)
        )
        step()
        return {
            "scenario": result.name,
            "parameter": parameter.qualified_name,
            "unit": parameter.unit,
            "source": parameter.source,
            "value": value,
            "end": ("low", "high")[end],
            "moved_to": moved_to,
            "outcome": MAIN_OUTCOME,
            "runs": runs,
            "own": float(own.mean()),
            "mean": float(there.mean()),
            "change": float((there - own).mean()),
            "least": float((there - own).min()),
            "most": float((there - own).max()),
        }

    ends = [(parameter, end) for parameter in parameters for end in (0, 1)]
    return pandas.DataFrame(list(map_ordered(lambda end: row(*end), ends, validate_workers(workers))))
