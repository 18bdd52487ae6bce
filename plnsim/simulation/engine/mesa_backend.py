"""The Mesa reading: teachers, schools and networks are Mesa agents, and Python interprets the moves one agent at a time.

For single stories, for the classroom, for debugging and extending, and for Mesa's own tools. Its state equals that of the
compiled reading to the bit after every week. Sweeps never come here: they use the compiled reading.
"""

from __future__ import annotations

from types import SimpleNamespace

import mesa
import numpy as np

from plnsim.common.checks import checked_replicate, checked_seed
from plnsim.model.mechanisms import MOVES, moves
from plnsim.model.mechanisms.rules import untallied
from plnsim.model.world.entities import NETWORK, SCHOOL, TEACHER, World, record_type
from plnsim.model.world.school_year import SCHOOL_WEEKS
from plnsim.simulation.engine import counts as engine_counts
from plnsim.simulation.scenario.declared import attributes_of
from plnsim.simulation.scenario.scenario import Scenario


class _Person(mesa.Agent):
    """An agent whose attributes are the state variables of its kind."""

    variables = ()

    def __init__(self, model, record):
        super().__init__(model)
        for variable in self.variables:
            setattr(self, variable.name, record[variable.name].item())


class Teacher(_Person):
    """A teacher; see ``plnsim.model.world.entities.TEACHER`` for her state variables."""

    variables = TEACHER


class School(_Person):
    """A school with its leadership; see ``plnsim.model.world.entities.SCHOOL``."""

    variables = SCHOOL


class Network(_Person):
    """A professional learning network; see ``plnsim.model.world.entities.NETWORK``."""

    variables = NETWORK


class PLNModel(mesa.Model):
    """A scenario as a Mesa model: one step is one school week.

    ``scenario`` is a ``Scenario``, or the name or file of one; further keyword arguments set parameters by dotted name
    (``PLNModel("baseline", **{"time.hours": 1.2})``), so that ``mesa.batch_run`` varies them. ``replicate`` tells runs with one
    seed apart: batch over replicates rather than iterations, which share their luck. Raises ``BadInput``.
    """

    def __init__(self, scenario="baseline", seed: int = 1, replicate: int = 0, **values):
        seed, replicate = checked_seed(seed), checked_replicate(replicate)
        super().__init__(rng=seed)
        self.pln_scenario = Scenario.of(scenario).with_values(values)
        self._begin(seed, replicate)
        self.datacollector = mesa.DataCollector(model_reporters={
            "use": lambda model: model.share("users"),
            "home_use": lambda model: model.share("home_users", "home"),
            "depth": lambda model: model.mean("depth"),
            "networks_active": lambda model: sum(network.active for network in model.networks),
            "schools_in_routine": lambda model: sum(school.routine >= model.routine_level for school in model.schools) / len(model.schools),
        })

    def _begin(self, seed: int, replicate: int) -> None:
        arrays, weeks, sets = self.pln_scenario.begun(seed, replicate)
        self.weeks = [SimpleNamespace(**{name: week[name].item() for name in weeks.dtype.names}) for week in weeks]
        self.regimes = [attributes_of(values) for values in sets]
        self.routine_level = self.pln_scenario.values["measure.routine_level"]
        self.teachers = [Teacher(self, record) for record in arrays.teachers]
        self.schools = [School(self, record) for record in arrays.schools]
        self.networks = [Network(self, record) for record in arrays.networks]
        getattr(mesa.Agent, "_ids", {}).pop(self, None)  # in Mesa 3.3 this counter would keep every model in memory; no agent comes later
        self.world = World(self.teachers, self.schools, self.networks, *(ties.tolist() for ties in arrays[3:]))
        self.book = engine_counts.new_book(len(weeks), len(self.schools))
        self.week = 0
        everyone = {"network": self.networks, "school": self.schools, "teacher": self.teachers}
        self._order = [(everyone[kind.partition("_")[0]], moves(kind)) for kind in MOVES]

    def step(self) -> None:
        """Simulates one week: everybody looks, everybody acts, and what can be counted is counted."""
        week = self.weeks[self.week]
        p = self.regimes[week.regime]
        for those, made in self._order:
            for one in those:
                for move in made:
                    move(one, self.world, week, p)
        self._count(week, p)
        self.week += 1
        self.running = self.week < len(self.weeks)
        self.datacollector.collect(self)

    def _count(self, week, p) -> None:
        year = week.number // SCHOOL_WEEKS
        for place, school in enumerate(self.schools):
            row = SimpleNamespace(**dict.fromkeys(engine_counts.OBSERVED_NAMES, 0))
            engine_counts.school_observed(school, self.world, week, p, row)
            counts = [getattr(row, name) for name in engine_counts.OBSERVED_NAMES]
            self.book.series[week.number, engine_counts.noted_half(school.disadvantage)] += counts
            self.book.years[year, place] += counts
            self.book.routine[year, place], self.book.vision[year, place] = school.routine, school.vision
        row = SimpleNamespace(**dict.fromkeys(engine_counts.NETWORK_OBSERVED.names, 0))
        engine_counts.networks_observed(self.world, row)
        self.book.networks[week.number] = tuple(getattr(row, name) for name in engine_counts.NETWORK_OBSERVED.names)

    def counted(self, name: str) -> int:
        """Last week's count of one of ``plnsim.simulation.engine.counts.OBSERVED``, over all schools."""
        return int(self.book.series[max(0, self.week - 1), :, engine_counts.OBSERVED_NAMES.index(name)].sum())

    def share(self, name: str, of: str = "staff") -> float:
        return self.counted(name) / max(1, self.counted(of))

    def mean(self, name: str, of: str = "users") -> float:
        """Last week's mean of a tallied state variable."""
        return untallied(self.counted(name), self.counted(of))

    def state(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The state of teachers, schools and networks as records, as ``state`` of the compiled reading gives it."""
        return tuple(_records(those, kind.variables) for those, kind in
                     ((self.teachers, Teacher), (self.schools, School), (self.networks, Network)))


def _records(those, variables) -> np.ndarray:
    records = np.zeros(len(those), record_type(variables))
    for variable in variables:
        records[variable.name] = [getattr(one, variable.name) for one in those]
    return records
