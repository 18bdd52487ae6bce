"""One run: simulated by either engine, and what was counted in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from plnsim.model.measure import RunCounts
from plnsim.model.mechanisms.rules import FIXED_POINT_SCALE
from plnsim.model.mechanisms.time import MICROHOURS
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.weeks import regimes, to_records

if TYPE_CHECKING:
    from plnsim.simulation.engine.counts import Count, Counts

ENGINES = ("numba", "mesa")
LASTING = ("disadvantage", "secondary")
"""What is kept of schools beside what they do."""
WEEKS_AT_ONCE = 13
"""Weeks of a large population after which a run says how far it is, and can be interrupted."""


def simulate_run(
    scenario: Scenario,
    seed: int = 1,
    replicate: int = 0,
    engine: str = "numba",
    threads: int = 1,
    by_week: Callable[[int], None] | None = None,
) -> RunCounts:
    """Simulates one run and gives what was counted in it.

    ``by_week`` is called with the weeks done, from 0 when the starting world stands (Numba engine only).
    """
    if engine == "mesa":
        from plnsim.simulation.mesa_backend import PLNModel

        model = PLNModel(scenario, seed=seed, replicate=replicate)
        begun = {name: np.array([getattr(school, name) for school in model.schools]) for name in LASTING}
        while model.running and model.week < len(model.weeks):
            model.step()
        return to_run_counts(scenario, model.counts, begun)
    from plnsim.simulation.engine.numba_backend import NumbaBackend

    world, weeks, parameter_sets = scenario.initialise(seed, replicate)
    run = NumbaBackend(world, weeks, to_records(parameter_sets), threads)
    begun = {name: world.schools[name].copy() for name in LASTING}
    del world  # its people live on in columns, which need as much memory
    while by_week and run.week < len(weeks):
        by_week(run.week)
        run.advance(WEEKS_AT_ONCE)
    run.advance()
    return to_run_counts(scenario, run.counts, begun)


def divisor(count: Count) -> float:
    """How many units of a count make one of what it measures."""
    return {"fixed point": FIXED_POINT_SCALE, "microhours": MICROHOURS}.get(count.unit, 1.0)


def to_run_counts(scenario: Scenario, counts: Counts, schools: Mapping[str, np.ndarray] | None = None) -> RunCounts:
    """The counts of a run by name, with fixed point turned back into sums, and into hours; ``schools``: what they began
    with.
    """
    from plnsim.simulation.engine.counts import COUNT_VARIABLES

    weeks, years = {}, {}
    for column, count in enumerate(COUNT_VARIABLES):
        weeks[count.name] = counts.series[:, :, column] / divisor(count)
        years[count.name] = counts.years[:, :, column] / divisor(count)
    networks = {name: counts.networks[name] for name in counts.networks.dtype.names or ()}
    parameter_sets, regime = regimes(scenario.values, scenario.calendar, len(counts.series))
    return RunCounts(
        weeks,
        years,
        counts.routine,
        networks,
        scenario.values,
        scenario.support_ends,
        parameter_sets,
        regime,
        schools or {},
    )
