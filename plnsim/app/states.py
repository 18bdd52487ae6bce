"""The picture of one run: every teacher's state in every week, the schools they belong to, the networks between
them.
"""

from __future__ import annotations

from threading import Event

import numpy as np

from plnsim.model.world.entities import World
from plnsim.simulation.engine.numba_backend import NumbaBackend
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.weeks import to_records

TRYING, HABIT = 1, 2
"""States of a teacher; 0 is not using it."""
HABIT_FROM = 1 / 3
"""A user's practice counts as a habit from this level of habit on, which some seven weeks of use without a miss lead
to.
"""


class SimulationCancelled(Exception):
    """Nobody waits for the result any more."""


def teacher_states(uses: np.ndarray, habit: np.ndarray) -> np.ndarray:
    """The state of each teacher: 0 not using, 1 trying, 2 habit."""
    return np.asarray(uses + ((uses == 1) & (habit >= HABIT_FROM)))


def school_name(place: int) -> str:
    """Schools are called A to Z, then A2 to Z2 and so on."""
    return chr(ord("A") + place % 26) + (str(place // 26 + 1) if place >= 26 else "")


def simulate_picture(scenario: Scenario, seed: int, stop: Event) -> dict[str, object]:
    """Simulates replicate 0 with Numba and gives its picture, as the page's source promises it; raises
    ``SimulationCancelled``.
    """
    world, weeks, parameter_sets = scenario.initialise(seed, 0)
    backend = NumbaBackend(world, weeks, to_records(parameter_sets))
    teachers, networks = backend.world.teachers, backend.world.networks
    weekly_states, active, taking_part = [], [], []
    for _ in range(len(weeks)):
        if stop.is_set():
            raise SimulationCancelled
        backend.advance(1)
        weekly_states.append(
            (teacher_states(teachers["uses"], teachers["habit"]) + ord("0")).astype(np.uint8).tobytes().decode()
        )
        active.append(networks["active"].tolist())
        taking_part.append(backend.world.schools["standing"] > 0)
    of_networks = [
        _network(world, place, [week[place] for week in active], np.array(taking_part))
        for place in range(len(networks))
    ]
    return {
        "weeks": len(weeks),
        "support_ends": support_end_week(scenario),
        "states": weekly_states,
        "networks": of_networks,
        "schools": [_school(place, school) for place, school in enumerate(world.schools)],
    }


def support_end_week(scenario: Scenario) -> int | None:
    """The week in which outside support ends; nothing when it lasts as long as the run."""
    return scenario.support_ends if scenario.support_ends < scenario.weeks else None


def _school(place: int, school: np.void) -> dict[str, object]:
    return {
        "name": school_name(place),
        "first": int(school["first_teacher"]),
        "after": int(school["after_last_teacher"]),
        "disadvantage": round(float(school["disadvantage"]), 3),
    }


def _network(world: World, place: int, active: list[int], taking_part: np.ndarray) -> dict[str, object]:
    """A network with its schools in the order of their seats; ``taking_part`` is weeks x all schools."""
    network = world.networks[place]
    seats = world.seats[network["first_seat"] : network["after_last_seat"]].tolist()
    schools = list(
        dict.fromkeys(
            int(world.teachers[post]["school"]) for post in sorted(seats, key=lambda post: world.teachers[post]["seat"])
        )
    )
    return {
        "name": f"Network {place + 1}",
        "schools": schools,
        "seats": seats,
        "active": "".join(map(str, active)),
        "joined": ["".join("1" if there else "0" for there in week) for week in taking_part[:, schools]],
    }
