"""The stories of a run: of each teacher, school and network, from what an event logger recorded in the Mesa engine."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from threading import Event
from typing import TYPE_CHECKING, TypedDict

from plnsim.app.states import HABIT_FROM, SimulationCancelled, school_name
from plnsim.common.short_repr import short_repr
from plnsim.output.words import percent
from plnsim.simulation.scenario import Scenario

if TYPE_CHECKING:
    from plnsim.app import event_logger
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


def simulate_stories(scenario: Scenario, seed: int, stop: Event) -> RunStories:
    """Simulates replicate 0 with Mesa and tells everybody's story; raises ``SimulationCancelled`` soon after ``stop``
    is set.
    """
    from plnsim.app.event_logger import EventLogger  # Mesa takes seconds to import, and only stories need it

    logger = EventLogger(scenario, seed=seed)
    while logger.running and logger.week < len(logger.weeks):
        if stop.is_set():
            raise SimulationCancelled
        logger.step()
    return RunStories(
        {
            "teacher": [_teacher(logger, teacher) for teacher in logger.teachers],
            "school": [_school(logger, place, school) for place, school in enumerate(logger.schools)],
            "network": [_network(logger, network) for network in logger.networks],
        }
    )


def _teacher(logger: event_logger.EventLogger, teacher: Teacher) -> Story:
    name = logger.name_of
    turns_to = list(
        dict.fromkeys(
            logger.world.advice_to[
                logger.world.advice_first[teacher.post] : logger.world.advice_first[teacher.post + 1]
            ]
        )
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


def _story(title: str, facts: list[str], events: list[event_logger.Event], ties: list[int]) -> Story:
    return {"title": title, "facts": facts, "events": [asdict(event) for event in events], "ties": ties}


def _has_seat(logger: event_logger.EventLogger, teacher: Teacher) -> bool:
    """Whether her school ever takes part in the network in which she would hold the seat."""
    return bool(teacher.network >= 0 and logger.schools[teacher.school].standing != 0)


def _use(teacher: Teacher) -> str:
    if not teacher.uses:
        return "does not use it" if not teacher.tried else "does not use it any more"
    return "uses it out of habit" if teacher.habit >= HABIT_FROM else "is trying it"


def _school(logger: event_logger.EventLogger, place: int, school: School) -> Story:
    staff = logger.teachers[school.first_teacher : school.after_last_teacher]
    seats = sorted({teacher.network for teacher in staff if _has_seat(logger, teacher)})
    where = ", ".join(f"Network {network + 1}" for network in seats)
    facts = [
        f"{len(staff)} teachers, {_of(school.disadvantage)} disadvantaged; "
        f"{f'seats in {where}' if seats else 'no seat in a network'}.",
        f"At the end: {sum(teacher.uses for teacher in staff)} of {len(staff)} use it; "
        f"priority of the practice {percent(school.vision)}, shared focus {percent(school.focus)}, "
        f"routine {percent(school.routine)}.",
    ]
    return _story(f"School {school_name(place)}", facts, logger.school[place], [])


def _of(disadvantage: float) -> str:
    """Where a school's disadvantage stands among all schools."""
    return "among the less" if disadvantage < 0.5 else "among the more"


def _network(logger: event_logger.EventLogger, network: Network) -> Story:
    seats = logger.world.seats[network.first_seat : network.after_last_seat]
    joined = dict.fromkeys(
        school_name(logger.teachers[post].school)
        for post in sorted(seats, key=lambda post: logger.teachers[post].seat)
        if logger.schools[logger.teachers[post].school].standing > 0
    )
    facts = [
        f"Schools {', '.join(joined)} take part.",
        f"At the end: {'goes on' if network.active else 'has ended'}; "
        f"knowledge of the practice {percent(network.knowledge)}, trust {percent(network.trust)}.",
    ]
    return _story(f"Network {network.place + 1}", facts, logger.network[network.place], list(seats))
