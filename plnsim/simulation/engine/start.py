"""The starting values of a world, by compiled code, from the rules that Python interprets in the Mesa engine."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from plnsim.model import protocols
from plnsim.model.mechanisms.parts import know_share
from plnsim.model.world.entities import World, start_network, start_school, start_teacher
from plnsim.simulation.engine.numba_backend import cached, in_columns, inlined
from plnsim.simulation.engine.numba_types import LAYOUTS, addresses, readonly, view_world

for _made_of_declarations in (start_network, start_school, start_teacher):
    inlined(_made_of_declarations)


@cached
def start_world(world_addresses: np.ndarray, weeks: np.ndarray, parameter_sets: np.ndarray) -> None:
    """Gives everybody the starting values that state variables declare: networks first, then schools, then teachers."""
    world: protocols.World = view_world(world_addresses)
    week: protocols.Week = readonly(weeks[0])
    p: protocols.Parameters = readonly(parameter_sets[0])
    for place in range(len(world.networks)):
        start_network(world.networks[place], world, week, p)
    for place in range(len(world.schools)):
        start_school(world.schools[place], world, week, p)
    for place in range(len(world.teachers)):
        start_teacher(world.teachers[place], world, week, p)


def start_people(world: World, week: np.ndarray, parameters: np.ndarray) -> None:
    """Gives everybody the starting values that state variables declare, in place; ``week`` is the one before the first.

    The compiled twin of ``plnsim.model.world.population.start_people``; ``week`` and ``parameters`` are single records.
    """
    _change_people(start_world, world, week, parameters)


@cached
def know_world(world_addresses: np.ndarray, weeks: np.ndarray, parameter_sets: np.ndarray) -> None:
    """Gives each teacher the parts of the share of the practice that she is said to know."""
    world: protocols.World = view_world(world_addresses)
    week: protocols.Week = readonly(weeks[0])
    p: protocols.Parameters = readonly(parameter_sets[0])
    for place in range(len(world.teachers)):
        know_share(world.teachers[place], world, week, p)


def know_shares(world: World, week: np.ndarray, parameters: np.ndarray) -> None:
    """The compiled twin of ``plnsim.model.world.population.know_shares``, as ``start_people`` is one."""
    _change_people(know_world, world, week, parameters)


def _change_people(compiled: Callable[..., None], world: World, week: np.ndarray, parameters: np.ndarray) -> None:
    """Runs compiled code on a world and takes its people back as records, in place."""
    columns = in_columns(world)
    compiled(addresses(columns), week.reshape(1), parameters.reshape(1))
    for name in LAYOUTS:
        getattr(world, name)[:] = getattr(columns, name).records()
