"""A closer look at one scenario: what actually stands in its way, and which parameters its result answers to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas

from plnsim.common.checks import checked_workers
from plnsim.common.parameter import Parameter
from plnsim.model.measure import BARRIERS
from plnsim.simulation.runs import barriers, in_order, run
from plnsim.simulation.scenario.declared import DECLARED
from plnsim.studies.comparison.scenario_result import LEADING, Side, counted

LIFT = 0.3
"""The share of the gap in a condition that is closed to find the actual barrier."""
MOVED_SECTIONS = ("programme", "leadership", "time", "focus", "mobilisation", "renewal")
"""The sections whose parameters are moved one at a time."""
KEPT = {"programme.follow_up_years"}
"""Parameters of the analysis among them, which stay as they are."""
MOST_INFLUENTIAL, FIRST_LOOK, CLOSER_LOOK = 10, 2, 6
"""Parameters that are looked at more closely; runs of the first look at all of them, and of the closer one."""


def barriers_of(side: Side, workers: int | None = None) -> pandas.DataFrame:
    """What is named as in the way and what is: one row a condition, with the gain from closing a share of its gap."""
    found = barriers(side.scenario, seed=side.seed, replicates=side.replicates, lift=LIFT, outcome=LEADING, workers=workers)
    best = np.max([np.nan_to_num(gain, nan=-np.inf) for gain in found.gain.values()], axis=0)
    return pandas.DataFrame([{"scenario": side.name, "condition": one, "lift": LIFT, "outcome": LEADING, "named": found.named[one]}
                             | counted(found.gain[one]) | {"largest": int((found.gain[one] == best).sum())} for one in BARRIERS])


def candidates() -> list[Parameter]:
    """The parameters that are moved to both ends of their plausible range."""
    return [one for section in MOVED_SECTIONS for one in DECLARED.sections[section]
            if isinstance(one, Parameter) and one.dotted not in KEPT and one.plausible[0] < one.plausible[1]]


def sensitivity_of(side: Side, workers: int | None = None, step: Callable[[], None] = lambda: None) -> pandas.DataFrame:
    """How deep use answers to each candidate at both ends of its plausible range, the most influential first.

    One at a time, paired with the scenario's own runs: few runs for all, more for the most influential.
    """
    rough = _moved(side, candidates(), FIRST_LOOK, workers, step)
    order = rough.groupby("parameter", sort=False)["change"].apply(lambda change: change.abs().max()).sort_values(ascending=False, kind="stable")
    first = list(order.index[:MOST_INFLUENTIAL])
    close = _moved(side, [DECLARED[name] for name in first], CLOSER_LOOK, workers, step)
    span = close.groupby("parameter", sort=False)["change"].apply(lambda change: change.abs().max()).sort_values(ascending=False, kind="stable")
    rest = [rough[rough["parameter"] == name] for name in order.index[MOST_INFLUENTIAL:]]
    return pandas.concat([*(close[close["parameter"] == name] for name in span.index), *rest], ignore_index=True)


def _moved(side: Side, parameters: list[Parameter], runs: int, workers: int | None, step: Callable[[], None]) -> pandas.DataFrame:
    """One row for each parameter and end of its plausible range."""
    runs = min(runs, side.replicates)
    own = side.values(LEADING)[:runs]

    def row(parameter: Parameter, end: int) -> dict[str, object]:
        value, moved_to = side.scenario.values[parameter.dotted], parameter.plausible[end]
        there = own if value == moved_to else run(side.scenario.with_values({parameter.dotted: moved_to}), seed=side.seed, replicates=runs,
                                                  workers=1).values(LEADING)
        step()
        return {"scenario": side.name, "parameter": parameter.dotted, "unit": parameter.unit, "source": parameter.source, "value": value,
                "end": ("low", "high")[end], "moved_to": moved_to, "outcome": LEADING, "runs": runs, "own": float(own.mean()),
                "mean": float(there.mean()), "change": float((there - own).mean()), "least": float((there - own).min()),
                "most": float((there - own).max())}

    ends = [(parameter, end) for parameter in parameters for end in (0, 1)]
    return pandas.DataFrame(list(in_order(lambda one: row(*one), ends, checked_workers(workers))))
