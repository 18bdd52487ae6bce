"""The stories of a run: of each teacher, school and network, from what an event logger recorded."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypedDict

from plnsim.app.event_logger import Event, EventLogger
from plnsim.app.states import HABIT_FROM, SimulationCancelled, school_name
from plnsim.common.short_repr import short_repr
from plnsim.output.words import percent
from plnsim.simulation.scenario import Scenario

if TYPE_CHECKING:
    from plnsim.model.protocols import Network, School, Teacher


class Story(TypedDict):
    """What the page's source promises of a story."""

    title: str
    facts: list[str]
    events: list[dict[str, object]]
    ties: list[int]


@dataclass(frozen=True)
class RunStories:
    """All stories of a run by subject and place; the model that they come from is not kept."""

    stories: dict[str, list[Story]]

    __repr__ = short_repr

    def count(self, subject: str) -> int:
        return len(self.stories[subject])

    def get(self, subject: str, place: int) -> Story:
        """One story, as the page's source promises it."""
        return self.stories[subject][place]

    @cached_property
    def nbytes(self) -> int:
        """About how much memory they take: their letters, doubled for what Python adds."""
        return 2 * len(json.dumps(self.stories))


def simulate_stories(scenario: Scenario, seed: int, stop: threading.Event, replicate: int = 0) -> RunStories:
    """Simulates a replicate and tells everybody's story; raises ``SimulationCancelled`` soon after ``stop`` is set."""
    logger = EventLogger(scenario, seed, replicate)
    while logger.running:
        if stop.is_set():
            raise SimulationCancelled
        logger.step()
    logger.run.end()
    world = logger.run.people
    return RunStories(
        {
            "teacher": [_teacher(logger, teacher) for teacher in world.teachers],
            "school": [_school(logger, school) for school in world.schools],
            "network": [_network(logger, network) for network in world.networks],
        }
    )


def _teacher(logger: EventLogger, teacher: Teacher) -> Story:
    name = logger.name_of
    world = logger.run.people
    turns_to = list(
        dict.fromkeys(world.advice_to[world.advice_first[teacher.post] : world.advice_first[teacher.post + 1]])
    )
    facts = [
        f"Holds a seat in Network {teacher.network + 1}."
        if _has_seat(logger, teacher)
        else "A home colleague: no seat in a network.",
        f"Turns to {', '.join(map(name, turns_to))}." if turns_to else "Turns to nobody.",
        f"At the end: {_use(teacher)}, knows {percent(teacher.knowledge)} of the core, "
        f"believes in it to {percent(teacher.belief)}.",
    ]
    return _story(f"Teacher {name(teacher.post)}", facts, logger.teacher[teacher.post], turns_to)


def _story(title: str, facts: list[str], events: list[Event], ties: list[int]) -> Story:
    return {"title": title, "facts": facts, "events": [{**vars(event)} for event in events], "ties": ties}


def _has_seat(logger: EventLogger, teacher: Teacher) -> bool:
    """Whether her school ever takes part in the network in which she would hold the seat."""
    return bool(teacher.network >= 0 and logger.run.people.schools[teacher.school].standing != 0)


def _use(teacher: Teacher) -> str:
    if not teacher.uses:
        return "does not use it" if not teacher.tried else "does not use it any more"
    return "uses it out of habit" if teacher.habit >= HABIT_FROM else "is trying it"


def _school(logger: EventLogger, school: School) -> Story:
    teachers = logger.run.people.teachers
    staff = [teachers[post] for post in range(school.first_teacher, school.after_last_teacher)]
    seats = sorted({teacher.network for teacher in staff if _has_seat(logger, teacher)})
    where = ", ".join(f"Network {network + 1}" for network in seats)
    facts = [
        f"{len(staff)} teachers, {_of(school.disadvantage)} disadvantaged; "
        f"{f'seats in {where}' if seats else 'no seat in a network'}.",
        f"At the end: {sum(teacher.uses for teacher in staff)} of {len(staff)} use it; "
        f"priority of the practice {percent(school.vision)}, shared focus {percent(school.focus)}, "
        f"routine {percent(school.routine)}.",
    ]
    return _story(f"School {school_name(school.place)}", facts, logger.school[school.place], [])


def _of(disadvantage: float) -> str:
    """Where a school's disadvantage stands among all schools."""
    return "among the less" if disadvantage < 0.5 else "among the more"


def _network(logger: EventLogger, network: Network) -> Story:
    world = logger.run.people
    seats = world.seats[network.first_seat : network.after_last_seat]
    joined = dict.fromkeys(
        school_name(world.teachers[post].school)
        for post in sorted(seats, key=lambda post: world.teachers[post].seat)
        if world.schools[world.teachers[post].school].standing > 0
    )
    facts = [
        f"Schools {', '.join(joined)} take part.",
        f"At the end: {'goes on' if network.active else 'has ended'}; "
        f"knowledge of the practice {percent(network.knowledge)}, trust {percent(network.trust)}.",
    ]
    return _story(f"Network {network.place + 1}", facts, logger.network[network.place], list(seats))
