"""Logs a run: what happens to whom, step by step; it changes nothing.

Numba simulates, and whose week has something to tell makes it again in Python (see ``Replay``). What a teacher learns
and forgets within one week is not told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from plnsim.app.contacts import adviser, contact, informant
from plnsim.app.replay import Replay
from plnsim.app.states import HABIT_FROM, school_name
from plnsim.common.streams import uniform
from plnsim.model.mechanisms import (
    abandonment,
    adoption,
    advice,
    application,
    arrival,
    habit,
    learning,
    membership,
    mobilisation,
    observation,
    participation,
    recruitment,
    renewal,
    replacement,
    routine,
    turnover,
)
from plnsim.model.mechanisms.parts import draw_parts, without
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.values import number_of
from plnsim.output.words import percent
from plnsim.simulation.scenario import Scenario

if TYPE_CHECKING:
    from plnsim.model.protocols import Network, Parameters, School, Teacher, Week, World
    from plnsim.simulation.engine.columns import Columns

Step: TypeAlias = Callable[..., None]
"""A step of a mechanism: ``step(teacher, world, week, p)``, or of a school or network."""
Log: TypeAlias = Callable[..., None]
"""A method of the logger: makes a step and writes down what it changed."""
HABIT_LOST = HABIT_FROM / 2
"""A habit counts as lost only well below the level at which it begins, or it would come and go with every missed
week.
"""


@dataclass(frozen=True)
class Event:
    """One line of a story: the week, its kind, the sentence, and the place of the other teacher in it, if there is
    one.
    """

    week: int
    kind: str
    text: str
    who: int | None = None


class EventLogger:
    """A run with the state compared before and after each logged step; ``teacher``, ``school`` and ``network`` hold
    what happened.
    """

    def __init__(self, scenario: Scenario, seed: int, replicate: int = 0) -> None:
        self.run = Replay(scenario, seed, self._logged, replicate)
        self.routine_level = number_of(scenario.values, "measure.routine_level")
        teachers, schools, networks = (len(people) for people in self.run.world[:3])
        self.teacher: list[list[Event]] = [[] for _ in range(teachers)]
        self.school: list[list[Event]] = [[] for _ in range(schools)]
        self.network: list[list[Event]] = [[] for _ in range(networks)]
        self._logged_once: list[set[object]] = [set() for _ in range(teachers)]
        self._has_habit = np.zeros(teachers, bool)
        self._used_before = [0] * teachers
        self._weeks_used, self._weeks_missed = np.zeros(teachers, int), np.zeros(teachers, int)
        self._learns = np.zeros(teachers, bool)

    @property
    def running(self) -> bool:
        """Whether there are weeks left."""
        return self.run.week < len(self.run.weeks)

    def step(self) -> None:
        """Simulates a week and logs it."""
        after = self.run.advance_week()
        ends_year = bool(self.run.attributes[self.run.week - 1].ends_year)
        told = self.have_events(after.teachers, ends_year)
        self._weeks_used += ~told & (after.teachers["applied"] > 0)
        self._weeks_missed += ~told & (after.teachers["applied"] < 0)
        for post in np.flatnonzero(told).tolist():
            self.run.replay("teacher", post)
        before = self.run.people
        for kind, people, columns, names in (
            ("school", before.schools.records, after.schools, ("own_vision", "routine", "standing")),
            ("network", before.networks.records, after.networks, ("begun", "active")),
        ):
            changed = np.any([people[name] != columns[name] for name in names], axis=0)
            for place in np.flatnonzero(changed | (ends_year and kind == "network")).tolist():
                self.run.replay(kind, place)

    def have_events(self, after: Columns, ends_year: bool) -> np.ndarray:
        """Whose week has something to tell, by what it changed, as a mask of all teachers."""
        before, habit = self.run.people.teachers.records, after["habit"]
        self._learns = (after["parts"] & ~before["parts"]) != 0
        told: np.ndarray = self._learns | (after["uses"] != before["uses"]) | (after["member"] != before["member"])
        told |= after["watches"] != 0
        told |= np.where(self._has_habit, habit < HABIT_LOST, habit >= HABIT_FROM)
        if ends_year:
            told |= after["new"] != 0
        for post in np.flatnonzero(after["mobilises"] > before["mobilises"]).tolist():
            told[post] |= "shares" not in self._logged_once[post]
        return told

    def _logged(self, step: Step) -> Step:
        log = LOGGED_STEPS.get(step)
        return step if log is None else partial(log, self, step)

    def name_of(self, post: int) -> str:
        """A teacher is called after her school: C.7 is the seventh of school C."""
        place = self.run.people.teachers[post].school
        return f"{school_name(place)}.{post - self.run.people.schools[place].first_teacher + 1}"

    def log_event(
        self, teacher: Teacher, week: Week, kind: str, text: str, who: int | None = None, once: object = None
    ) -> None:
        """Adds a line to a teacher's story; what happens ``once`` to the holder of a post is told only the first
        time.
        """
        if once is not None:
            if once in self._logged_once[teacher.post]:
                return
            self._logged_once[teacher.post].add(once)
        self.teacher[teacher.post].append(Event(week.number, kind, text, who))

    # -- taking part and learning --------------------------------------------------------------------------------------

    def membership(self, step: Step, teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
        before = teacher.member
        step(teacher, world, week, p)
        if teacher.member > before:
            self.log_event(
                teacher, week, "joins", f"Takes her seat in Network {teacher.network + 1}, on behalf of her colleagues."
            )
        elif teacher.member < before and not teacher.vacant:  # of a vacant seat ``arrival`` has told that she left
            active = world.networks[teacher.network].active
            text = "has ended, and her part in it" if active == 0 else "goes on without her school, which has left it"
            self.log_event(teacher, week, "ends", f"Network {teacher.network + 1} {text}.")

    def learning(self, step: Step, teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
        before = teacher.parts
        step(teacher, world, week, p)
        if teacher.parts != before and self._learns[teacher.post]:
            self.log_event(
                teacher,
                week,
                "hears",
                f"Learns about the practice at a meeting of Network {teacher.network + 1}.",
                once="meeting",
            )

    def mobilisation(self, step: Step, teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
        before, shared = teacher.parts, teacher.mobilises
        step(teacher, world, week, p)
        if teacher.parts != before and self._learns[teacher.post]:
            self._log_sources(teacher, world, week, p, before)
        if teacher.mobilises > shared:
            self.log_event(
                teacher, week, "shares", "Shares what she knows with colleagues at home, as a broker.", once="shares"
            )

    def _log_sources(self, teacher: Teacher, world: World, week: Week, p: Parameters, before: int) -> None:
        """Tells from whom she has learnt the parts that she did not know before; information comes before advice."""
        rate = p.mobilisation.information_rate
        told = draw_parts(without(teacher.heard, before), rate, week, mobilisation.HEARS, teacher.name, p)
        heard = informant(teacher, world, week, p, told)
        if heard >= 0:
            self.log_event(
                teacher,
                week,
                "hears",
                f"Hears of it from {self.name_of(heard)}, who was in the network.",
                heard,
                once=("heard", heard),
            )
        if without(teacher.parts, before | told) & teacher.advised:
            advised = adviser(teacher, world, p)
            self.log_event(
                teacher,
                week,
                "hears",
                f"Is advised by {self.name_of(advised)}, who brings it home.",
                advised,
                once=("advised", advised),
            )
        if mobilisation.is_visited(world.schools[teacher.school], week, p):
            self.log_event(
                teacher, week, "hears", "A knowledge mobiliser visits the school and advises her.", once="visit"
            )
        if week.supported and uniform(week.key, mobilisation.MAILED, teacher.name) < p.mobilisation.mailing:
            self.log_event(teacher, week, "hears", "Reads of it in a mailing.", once="mailing")

    def advice(self, step: Step, teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
        before = teacher.parts
        step(teacher, world, week, p)
        if teacher.parts != before and self._learns[teacher.post]:
            who = contact(teacher, world, week, p)
            self.log_event(
                teacher,
                week,
                "hears",
                f"Asks {self.name_of(who)}, who uses it, and learns from her.",
                who,
                once=("asked", who),
            )

    def observation(self, step: Step, teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
        step(teacher, world, week, p)
        if teacher.watches:
            who = contact(teacher, world, week, p)
            self.log_event(
                teacher,
                week,
                "hears",
                f"Watches a lesson of {self.name_of(who)}, who uses it.",
                who,
                once=("watched", who),
            )

    # -- using it ------------------------------------------------------------------------------------------------------

    def adoption(self, step: Step, teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
        before = teacher.uses
        step(teacher, world, week, p)
        if teacher.uses > before:
            why = (
                f"as a step of the inquiry in Network {teacher.network + 1}"
                if teacher.member
                else f"{percent(teacher.exposure)} of those she turns to use it"
            )
            self._log_adoption(
                teacher,
                week,
                f"Tries it: {why}; she knows {percent(teacher.knowledge)} of it and believes in it to "
                f"{percent(teacher.belief)}.",
            )

    def _log_adoption(self, teacher: Teacher, week: Week, text: str) -> None:
        self.log_event(teacher, week, "tries", text)
        self._weeks_used[teacher.post] = self._weeks_missed[teacher.post] = 0
        if self._is_only_user(teacher) and not any(event.kind == "tries" for event in self.school[teacher.school]):
            self.school[teacher.school].append(
                Event(week.number, "tries", f"{self.name_of(teacher.post)} is the first to try it.", teacher.post)
            )

    def _is_only_user(self, teacher: Teacher) -> bool:
        """Whether no colleague uses it when her turn comes: those before her have had theirs."""
        school = self.run.people.schools[teacher.school]
        before, after = self.run.people.teachers.records["uses"], self.run.world.teachers["uses"]
        return not (
            after[school.first_teacher : teacher.post].any()
            or before[teacher.post + 1 : school.after_last_teacher].any()
        )

    def application(self, step: Step, teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
        step(teacher, world, week, p)
        self._weeks_used[teacher.post] += teacher.applied > 0
        self._weeks_missed[teacher.post] += teacher.applied < 0

    def habit(self, step: Step, teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
        step(teacher, world, week, p)
        had = self._has_habit[teacher.post]
        if not had and teacher.habit >= HABIT_FROM:
            self.log_event(
                teacher,
                week,
                "habit",
                f"Using it has become a habit, after {_weeks(self._weeks_used[teacher.post])} of use.",
            )
        elif had and teacher.uses and teacher.habit < HABIT_LOST:
            self.log_event(teacher, week, "weakens", "The habit is lost: she has missed it too often.")
        self._has_habit[teacher.post] = teacher.habit >= (HABIT_LOST if had else HABIT_FROM)

    def abandonment(self, step: Step, teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
        before, held = teacher.uses, teacher.habit
        step(teacher, world, week, p)
        if teacher.uses < before:
            leadership = world.schools[teacher.school].lasting_leadership
            self.log_event(
                teacher,
                week,
                "stops",
                f"Stops. She used it in {_weeks(self._weeks_used[teacher.post])} and found no way in "
                f"{self._weeks_missed[teacher.post]}. This week her time covers {percent(teacher.time)} of what it "
                f"takes, leadership stands at {percent(leadership)}; her habit was {percent(held)}, and "
                f"{percent(teacher.exposure)} of those she turns to use it.",
            )

    def turnover(self, step: Step, teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
        """Remembers whether whoever leaves used it: the newcomer's state replaces hers before ``arrival``."""
        self._used_before[teacher.post] = teacher.uses
        step(teacher, world, week, p)

    def arrival(self, step: Step, teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
        step(teacher, world, week, p)
        if not (week.ends_year and teacher.new):
            return
        used = self._used_before[teacher.post]
        year = week.number // SCHOOL_WEEKS + 1
        self._logged_once[teacher.post].clear()
        self.log_event(
            teacher,
            week,
            "leaves",
            f"Leaves at the end of year {year}{', and her use of it with her' if used else ''}. A newcomer takes the "
            f"post, who knows {percent(teacher.knowledge)} of it.",
        )
        if teacher.uses:
            self._log_adoption(
                teacher, week, "The school's routine brings the newcomer in: she uses it from the start."
            )

    # -- schools and networks ------------------------------------------------------------------------------------------

    def replacement(self, step: Step, school: School, world: World, week: Week, p: Parameters) -> None:
        own, before = school.own_vision, school.vision
        step(school, world, week, p)
        if school.own_vision != own:
            self.school[school.place].append(
                Event(
                    week.number,
                    "head",
                    f"A new head comes; the priority of the practice goes from "
                    f"{percent(before)} to {percent(school.vision)}.",
                )
            )

    def routine(self, step: Step, school: School, world: World, week: Week, p: Parameters) -> None:
        before, level, lines = school.routine, self.routine_level, self.school[school.place]
        step(school, world, week, p)
        if before < level <= school.routine:
            lines.append(Event(week.number, "routine", "The practice has become part of the school's routines."))
        elif school.routine < level <= before:
            lines.append(Event(week.number, "weakens", "The practice is no longer part of the school's routines."))

    def recruitment(self, step: Step, network: Network, world: World, week: Week, p: Parameters) -> None:
        begun = network.begun
        step(network, world, week, p)
        if network.begun > begun:
            self.network[network.place].append(Event(week.number, "joins", "Is founded."))

    def participation(self, step: Step, school: School, world: World, week: Week, p: Parameters) -> None:
        before, lines = school.standing, self.school[school.place]
        step(school, world, week, p)
        if school.standing > before:
            text = "Comes back to its network." if before < 0 else "Joins its network."
            lines.append(Event(week.number, "joins", text))
        elif school.standing < before and school.invited > 0:
            lines.append(Event(week.number, "ends", "Leaves its network."))

    def renewal(self, step: Step, network: Network, world: World, week: Week, p: Parameters) -> None:
        before, lines = network.active, self.network[network.place]
        step(network, world, week, p)
        if network.active < before:
            lines.append(Event(week.number, "ends", f"Ends; {network.schools} schools were left."))
        elif network.active and week.ends_year and week.support_over:
            lines.append(Event(week.number, "shares", "Goes on by itself for another year."))


LOGGED_STEPS: dict[Step, Log] = {
    membership.teacher_updates: EventLogger.membership,
    learning.teacher_updates: EventLogger.learning,
    mobilisation.teacher_updates: EventLogger.mobilisation,
    advice.teacher_updates: EventLogger.advice,
    observation.teacher_updates: EventLogger.observation,
    adoption.teacher_updates: EventLogger.adoption,
    application.teacher_updates: EventLogger.application,
    habit.teacher_updates: EventLogger.habit,
    abandonment.teacher_updates: EventLogger.abandonment,
    turnover.teacher_updates: EventLogger.turnover,
    arrival.teacher_updates: EventLogger.arrival,
    replacement.school_updates: EventLogger.replacement,
    routine.school_updates: EventLogger.routine,
    participation.school_updates: EventLogger.participation,
    recruitment.network_updates: EventLogger.recruitment,
    renewal.network_updates: EventLogger.renewal,
}
"""Which steps are logged, and by what."""


def _weeks(count: int) -> str:
    return f"{count} week{'' if count == 1 else 's'}"
