"""The Mesa engine: teachers, schools and networks are Mesa agents, and Python interprets the steps agent by agent.

For debugging and extending, and for Mesa's own tools. Its state equals that of
the Numba engine to the bit after every week. Sweeps never come here: they use the Numba engine.
"""

from __future__ import annotations

import copy
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

import mesa
import numpy as np

from plnsim.common.checks import validate_replicate, validate_seed
from plnsim.common.errors import InputError
from plnsim.model import protocols
from plnsim.model.mechanisms import STEP_KINDS, steps
from plnsim.model.mechanisms.rules import fixed_point_mean
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.state import StateVariable, Step, record_dtype
from plnsim.model.values import number_of
from plnsim.model.world.entities import NETWORK, SCHOOL, TEACHER, WorldOf
from plnsim.simulation.engine import counts as engine_counts
from plnsim.simulation.scenario.declared import to_namespace
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.simulation.scenario.weeks import week_attributes


class _StateAgent(mesa.Agent):
    """An agent whose attributes are the state variables of its kind."""

    variables: ClassVar[tuple[StateVariable, ...]] = ()

    def __init__(self, model: mesa.Model, record: np.void) -> None:
        super().__init__(model)
        for variable in self.variables:
            setattr(self, variable.name, record[variable.name].item())

    @classmethod
    def from_records(cls, model: mesa.Model, records: np.ndarray) -> list[Self]:
        """An agent for each record."""
        return [cls(model, record) for record in records]


class Teacher(_StateAgent, protocols.Teacher):
    """A teacher; see ``plnsim.model.world.entities.TEACHER`` for her state variables."""

    variables = TEACHER


class School(_StateAgent, protocols.School):
    """A school with its leadership; see ``plnsim.model.world.entities.SCHOOL``."""

    variables = SCHOOL


class Network(_StateAgent, protocols.Network):
    """A professional learning network; see ``plnsim.model.world.entities.NETWORK``."""

    variables = NETWORK


@runtime_checkable
class MesaScenario(Protocol):
    """A ``Scenario`` as Mesa from 3.5 on has it: a model's arguments by name, whatever they are, and a seed."""

    rng: Any

    def __iter__(self) -> Iterator[tuple[str, Any]]: ...


class PLNModel(mesa.Model):
    """A scenario as a Mesa model: one step is one school week.

    Parameters
    ----------
    scenario : Scenario, str or path-like, default "baseline"
        A scenario, the name of a shipped one, or the path of a file. A ``Scenario`` of Mesa (3.5 and later) is taken
        too; it may hold ``scenario``, ``rng`` and parameters.
    seed : int, optional
        0 or more, the same model for the same seed. For ``None`` the model draws one, as Mesa's models do, and
        collects it.
    replicate : int, default 0
        Tells runs with one seed apart; equal ones of different scenarios have common random numbers.
    rng : int or numpy.random.Generator, optional
        What newer Mesa calls the seed; one of the two.
    **kwargs : float, int or str
        Parameters by dotted name, in their units.

    Attributes
    ----------
    pln_scenario : Scenario
        What is simulated, with `kwargs` in force.
    seed, replicate : int
        Those of this run.
    teachers, schools, networks : list
        The agents; their attributes are the state variables.
    world : WorldOf
        The agents with all ties between them.
    weeks : list of Week
        All weeks of the run, with what happens in each.
    parameter_sets : list of Parameters
        The parameter sets in force at some time.
    counts : Counts
        What was counted so far, as the Numba engine counts it.
    week : int
        Weeks simulated so far.
    datacollector : mesa.DataCollector
        A row a week: ``use``, ``home_use``, ``depth``, ``schools_in_routine`` as shares, ``networks_active`` as a
        number.

    Raises
    ------
    InputError
        Where the scenario, a parameter or a number is wrong.

    Notes
    -----
    The state equals that of the Numba engine to the bit after every week. After the last week a further step does
    nothing. With ``mesa.batch_run`` and SolaraViz, ``seed`` and parameters are arguments like any other.

    Examples
    --------
    >>> from plnsim import PLNModel
    >>> model = PLNModel("baseline", seed=1, **{"population.schools": 6, "population.first_users": 0.1})
    >>> for _ in range(10):
    ...     model.step()
    >>> model.count("users"), round(model.share("users"), 3), round(model.mean("depth"), 3)
    (21, 0.108, 0.076)
    >>> model.datacollector.get_model_vars_dataframe()[["use", "depth"]].tail(2).round(3)
         use  depth
    8  0.108  0.087
    9  0.108  0.076
    """

    pln_scenario: Scenario
    seed: int
    replicate: int
    teachers: list[Teacher]
    schools: list[School]
    networks: list[Network]
    world: WorldOf[list[Teacher], list[School], list[Network], list[int]]
    weeks: list[protocols.Week]
    parameter_sets: list[protocols.Parameters]
    counts: engine_counts.Counts
    week: int

    def __init__(
        self,
        scenario: Scenario | str | os.PathLike[str] | MesaScenario = "baseline",
        seed: int | str | None = None,
        replicate: int = 0,
        rng: int | np.random.Generator | None = None,
        **kwargs: object,
    ) -> None:
        mesa_scenario: MesaScenario | None = None
        if not isinstance(scenario, Scenario) and isinstance(scenario, MesaScenario):
            mesa_scenario, held = scenario, dict(scenario)
            held.pop("rng", None)
            rng = mesa_scenario.rng if seed is None and rng is None else rng
            own, kwargs = held.pop("scenario", "baseline"), held | kwargs
        else:
            own = scenario
        self.seed, self.replicate = _seed_of(seed, rng), validate_replicate(replicate)
        self.pln_scenario = Scenario.of(own).with_values(kwargs)
        super().__init__(rng=self.seed)
        # Mesa's SolaraViz re-makes a model that has a scenario of Mesa's with a new one in the place of our "scenario"
        self._scenario = None
        if mesa_scenario is not None:
            self.scenario = mesa_scenario
        self._begin(self.seed, self.replicate)
        drawn = {"seed": "seed"} if seed is None and rng is None else {}
        self.datacollector = mesa.DataCollector(model_reporters=REPORTERS | drawn)

    def __repr__(self) -> str:
        name, size = type(self).__name__, f"{len(self.schools)} schools, {len(self.teachers)} teachers"
        chance = f"seed {self.seed}, replicate {self.replicate}"
        return f"<{name} {self.pln_scenario.name}, {chance}: week {self.week} of {len(self.weeks)}, {size}>"

    def _begin(self, seed: int, replicate: int) -> None:
        arrays, weeks, parameter_sets = self.pln_scenario.initialise(seed, replicate, engine="mesa")
        self.weeks = [week_attributes(week) for week in weeks]
        self.parameter_sets = [to_namespace(values) for values in parameter_sets]
        self.routine_level = number_of(self.pln_scenario.values, "measure.routine_level")
        self.teachers = Teacher.from_records(self, arrays.teachers)
        self.schools = School.from_records(self, arrays.schools)
        self.networks = Network.from_records(self, arrays.networks)
        # in Mesa 3.3 this counter would keep every model in memory; no agent comes later
        getattr(mesa.Agent, "_ids", {}).pop(self, None)
        self.world = WorldOf(self.teachers, self.schools, self.networks, *(ties.tolist() for ties in arrays[3:]))
        self.counts = engine_counts.empty_counts(len(weeks), len(self.schools))
        self.week = 0
        everyone: dict[str, Sequence[_StateAgent]] = {
            "network": self.networks,
            "school": self.schools,
            "teacher": self.teachers,
        }
        self._schedule: list[tuple[Sequence[_StateAgent], list[Step]]] = [
            (everyone[kind.partition("_")[0]], steps(kind)) for kind in STEP_KINDS
        ]

    def _wrapped_step(self) -> None:
        """Mesa's step, which counts it and then takes ours; nothing once the last week is over."""
        if self.week < len(self.weeks):
            super()._wrapped_step()

    def step(self) -> None:
        """Simulates one week: everybody observes, everybody updates, and what can be counted is counted.

        Does nothing once the last week is over.
        """
        if self.week == len(self.weeks):
            self.steps = self.week  # one that Mesa counted in ``run_for``
            return
        week = self.weeks[self.week]
        p = self.parameter_sets[week.regime]
        for agents, steps_of_kind in self._schedule:
            for agent in agents:
                for step in steps_of_kind:
                    step(agent, self.world, week, p)
        self._count(week, p)
        self.week += 1
        self.running = self.week < len(self.weeks)
        self.datacollector.collect(self)

    def _count(self, week: protocols.Week, p: protocols.Parameters) -> None:
        year = week.number // SCHOOL_WEEKS
        for place, school in enumerate(self.schools):
            row = SimpleNamespace(**dict.fromkeys(engine_counts.COUNT_NAMES, 0))
            engine_counts.count_school(school, self.world, week, p, row)
            row_counts = [getattr(row, name) for name in engine_counts.COUNT_NAMES]
            self.counts.series[week.number, engine_counts.disadvantage_half(school.disadvantage)] += row_counts
            self.counts.years[year, place] += row_counts
            self.counts.routine[year, place], self.counts.vision[year, place] = school.routine, school.vision
        names = engine_counts.NETWORK_COUNT_DTYPE.names or ()
        row = SimpleNamespace(**dict.fromkeys(names, 0))
        engine_counts.count_networks(self.world, row)
        self.counts.networks[week.number] = tuple(getattr(row, name) for name in names)

    def count(self, name: str) -> int:
        """Gives last week's count over all schools.

        Parameters
        ----------
        name : str
            One of ``plnsim.simulation.engine.counts.COUNT_VARIABLES``.

        Returns
        -------
        int
            Teachers, or a sum in fixed point.
        """
        return int(self.counts.series[max(0, self.week - 1), :, engine_counts.COUNT_NAMES.index(name)].sum())

    def share(self, name: str, of: str = "staff") -> float:
        """Divides last week's count of teachers by another.

        Parameters
        ----------
        name : str
        of : str, default "staff"

        Returns
        -------
        float
            A share; 0 where nobody is counted.
        """
        return self.count(name) / max(1, self.count(of))

    def mean(self, name: str, of: str = "users") -> float:
        """Gives last week's mean of a state variable that is counted in fixed point.

        Parameters
        ----------
        name : str
        of : str, default "users"
            The count of those over whom the mean is taken.

        Returns
        -------
        float
            In the unit of the state variable.
        """
        return fixed_point_mean(self.count(name), self.count(of))

    def state(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Gives the state as records, as ``NumbaBackend.state`` gives it.

        Returns
        -------
        teachers, schools, networks : numpy.ndarray
            Structured arrays of one dimension, with a field for each state variable.
        """
        return _records(self.teachers, TEACHER), _records(self.schools, SCHOOL), _records(self.networks, NETWORK)


def _seed_of(seed: int | str | None, rng: int | np.random.Generator | None) -> int:
    """The seed that was asked for by either name, as a text of SolaraViz's too; drawn where none was."""
    if seed is not None and rng is not None:
        raise InputError("seed and rng are two names of the same", right="one of the two")
    given = rng if seed is None else seed
    if given is None:
        return secrets.randbits(32)
    if isinstance(given, np.random.Generator):
        return int(copy.deepcopy(given).integers(2**32))
    return validate_seed(int(given) if isinstance(given, str) and given.isdecimal() and len(given) < 20 else given)


def _use(model: PLNModel) -> float:
    return model.share("users")


def _home_use(model: PLNModel) -> float:
    return model.share("home_users", "home")


def _depth(model: PLNModel) -> float:
    return model.mean("depth")


def _networks_active(model: PLNModel) -> int:
    return sum(network.active for network in model.networks)


def _schools_in_routine(model: PLNModel) -> float:
    return sum(school.routine >= model.routine_level for school in model.schools) / len(model.schools)


REPORTERS = {
    "use": _use,
    "home_use": _home_use,
    "depth": _depth,
    "networks_active": _networks_active,
    "schools_in_routine": _schools_in_routine,
}
"""What a model collects each week; functions with names, so that a model can be pickled."""


def _records(agents: Sequence[_StateAgent], variables: Iterable[StateVariable]) -> np.ndarray:
    records = np.zeros(len(agents), record_dtype(variables))
    for variable in variables:
        records[variable.name] = [getattr(agent, variable.name) for agent in agents]
    return records
