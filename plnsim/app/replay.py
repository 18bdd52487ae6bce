"""A run in the Numba engine of which Python makes some of the steps again, so that each can be watched.

Everybody observes before anybody updates, and who updates changes nobody else: so a teacher's week can be made again
from what all were after observing, without the weeks of the others. Six to nine teachers in a hundred have something
to tell of a week; to interpret theirs alone takes less than a third of the time of interpreting all, with the same
bits (measured on three programmes of a class, two seeds each, on a busy machine: 5.1 seconds of a processor against
17.4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, TypeAlias

import numpy as np

from plnsim.model import protocols
from plnsim.model.mechanisms import steps
from plnsim.model.state import Step
from plnsim.model.world.entities import WorldOf
from plnsim.simulation.engine.numba_backend import (
    ColumnWorld,
    NumbaBackend,
    observe_networks,
    observe_schools,
    record_week,
    update_networks,
    update_schools,
)
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.declared import to_namespace
from plnsim.simulation.scenario.weeks import to_records, week_attributes

KINDS = ("teacher", "school", "network")


class People:
    """Teachers, schools or networks of a moment, as records; each becomes an object when it is looked up."""

    def __init__(self, records: np.ndarray) -> None:
        self.records = records
        self._made: dict[int, Any] = {}

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Any]:
        return (self[place] for place in range(len(self)))

    def __getitem__(self, place: int) -> Any:
        if place not in self._made:
            self._made[place] = self.copy(place)
        return self._made[place]

    def copy(self, place: int) -> Any:
        """An object of its own, which may be changed."""
        return SimpleNamespace(**dict(zip(self.records.dtype.names or (), self.records[place].item(), strict=True)))


PeopleWorld: TypeAlias = WorldOf[People, People, People, list[int]]


class Replay(NumbaBackend):
    """A replicate of a scenario; ``watch`` may replace each step by one that makes it and looks at what it changed.

    ``people`` holds everybody as they are after observing in the latest week, when the run is over as they are at its
    end.
    """

    def __init__(self, scenario: Scenario, seed: int, watch: Callable[[Step], Step], replicate: int = 0) -> None:
        world, weeks, parameter_sets = scenario.initialise(seed, replicate)
        super().__init__(world, weeks, to_records(parameter_sets))
        self.attributes = [week_attributes(week) for week in weeks]
        self.namespaces = [to_namespace(values) for values in parameter_sets]
        self._ties = [ties.tolist() for ties in world[3:]]
        self._watched = {kind: [watch(step) for step in steps(f"{kind}_updates")] for kind in KINDS}
        self.people = self._people()

    def _people(self) -> PeopleWorld:
        teachers, schools, networks = (People(columns.records()) for columns in self.world[:3])
        return WorldOf(teachers, schools, networks, *self._ties)

    def advance_week(self) -> ColumnWorld:
        """Simulates a week; ``people`` is then from its middle. Gives the world at its end."""
        args, schools = self.week_args(self.week), len(self.world.schools)
        observe_networks(*args)
        observe_schools(*args, 0, schools)
        self.people = self._people()
        update_schools(*args, 0, schools, self._week_counts)
        update_networks(*args, self.counts.networks[self.week])
        record_week(self._addresses, self.week, self._count_matrix, self.counts)
        self.week += 1
        return self.world

    def replay(self, kind: str, place: int) -> Any:
        """Makes the latest week's updates of a teacher, school or network again, step by step; gives whom they made."""
        people: People = getattr(self.people, f"{kind}s")
        week: protocols.Week = self.attributes[self.week - 1]
        one, p = people.copy(place), self.namespaces[week.regime]
        for step in self._watched[kind]:
            step(one, self.people, week, p)
        return one

    def end(self) -> None:
        """Lets ``people`` be as they are now."""
        self.people = self._people()
