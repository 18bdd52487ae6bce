"""One run: simulated in either reading, and what was counted in it."""

from __future__ import annotations

from collections.abc import Callable

from plnsim.model.measure import Measured
from plnsim.model.mechanisms.rules import TALLY_UNIT
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.weeks import records_of, regimes

READINGS = ("compiled", "mesa")
WEEKS_AT_ONCE = 13
"""Weeks of a large population after which a run says how far it is, and can be interrupted."""


def simulated(scenario: Scenario, seed: int = 1, replicate: int = 0, reading: str = "compiled", threads: int = 1,
              by_week: Callable[[int], None] | None = None) -> Measured:
    """Simulates one run and gives what was counted in it.

    ``by_week`` is called with the weeks done, from 0 when the starting world stands (compiled reading only).
    """
    if reading == "mesa":
        from plnsim.simulation.engine.mesa_backend import PLNModel

        model = PLNModel(scenario, seed=seed, replicate=replicate)
        while model.running and model.week < len(model.weeks):
            model.step()
        return as_measured(scenario, model.book)
    from plnsim.simulation.engine.numba_backend import CompiledReading

    world, weeks, sets = scenario.begun(seed, replicate)
    run = CompiledReading(world, weeks, records_of(sets), threads)
    del world  # its people live on in columns, which need as much memory
    while by_week and run.week < len(weeks):
        by_week(run.week)
        run.advance(WEEKS_AT_ONCE)
    run.advance()
    return as_measured(scenario, run.book)


def as_measured(scenario: Scenario, book) -> Measured:
    """The counts of a run by name, with tallies turned back into sums."""
    from plnsim.simulation.engine.counts import OBSERVED

    weeks, years = {}, {}
    for column, one in enumerate(OBSERVED):
        unit = TALLY_UNIT if one.unit == "tally" else 1.0
        weeks[one.name] = book.series[:, :, column] / unit
        years[one.name] = book.years[:, :, column] / unit
    networks = {name: book.networks[name] for name in book.networks.dtype.names}
    sets, regime = regimes(scenario.values, scenario.calendar, len(book.series))
    return Measured(weeks, years, book.routine, networks, scenario.values, scenario.support_ends, sets, regime)
