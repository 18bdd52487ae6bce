"""What is counted each week, school by school, for outcomes to be computed from.

Counts and sums in fixed point are whole numbers, so their sums do not depend on the order of schools or on how many
threads share the work. Counting never feeds back.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from plnsim.common.short_repr import short_repr
from plnsim.model.mechanisms.barrier import FOCUS, LEADERSHIP, TIME
from plnsim.model.mechanisms.lasting import FOLLOWED, GAVE_UP, gives_up, has_left_using, takes_up
from plnsim.model.mechanisms.parts import share_of_parts
from plnsim.model.mechanisms.practice import benefit
from plnsim.model.mechanisms.rules import to_fixed_point
from plnsim.model.mechanisms.turnover import AFTER_MEMBER
from plnsim.model.school_year import SCHOOL_WEEKS

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, School, Week, World


class Count(NamedTuple):
    """One count of a school and week: its name, unit and meaning; all are whole numbers of 64 bits."""

    name: str
    unit: str
    meaning: str


COUNT_VARIABLES = (
    Count("staff", "teachers", "teachers"),
    Count("users", "teachers", "teachers who use the practice"),
    Count("tried", "teachers", "teachers who have ever used it"),
    Count("schools", "schools", "schools"),
    Count("schools_tried", "schools", "schools where somebody who is there has ever used it"),
    Count("home", "teachers", "home colleagues: teachers whose post never holds a seat in a network"),
    Count("home_users", "teachers", "home colleagues who use it"),
    Count("applied", "teachers", "users who used it this week"),
    Count("depth", "fixed point", "depth of use: parts in use and belief, times the core kept"),
    Count("in_use", "fixed point", "share of all parts that users use"),
    Count("knowledge", "fixed point", "knowledge of all teachers"),
    Count("belief", "fixed point", "belief of all teachers"),
    Count("fidelity", "fixed point", "fidelity of users"),
    Count("adaptation", "fixed point", "adaptation of users"),
    Count("habit", "fixed point", "habit of users"),
    Count("benefit", "fixed point", "benefit for pupils of users, as a share of the most"),
    Count("time", "fixed point", "time sufficiency of all teachers"),
    Count("leadership", "fixed point", "leadership as felt by all teachers"),
    Count("focus", "fixed point", "shared focus as felt at school by all teachers"),
    Count("named_time", "teachers", "teachers who name time as what is in the way"),
    Count("named_leadership", "teachers", "teachers who name leadership"),
    Count("named_focus", "teachers", "teachers who name focus"),
    Count("members", "teachers", "members of an active network"),
    Count("members_learnt", "teachers", "of them: know enough to be ready"),
    Count("members_tried", "teachers", "of them: have used it"),
    Count("members_mobilised", "teachers", "of them: have shared it with colleagues"),
    Count("home_reached", "teachers", "home colleagues who learnt from a broker"),
    Count("home_tried", "teachers", "home colleagues who have used it"),
    Count("attended", "teachers", "who met this week and is still there: members, and guests of a tune-up"),
    Count("facilitated", "teachers", "of them: with outside facilitation"),
    Count("mobilising", "teachers", "teachers who share it this week"),
    Count("covered", "teachers", "members whose hours are covered this week, and those who leave at its end"),
    Count("network_hours", "microhours", "hours that teachers gave to networks: meetings, travel, preparing"),
    Count("uncovered_hours", "microhours", "of them: beyond cover"),
    Count(
        "colleague_hours", "microhours", "hours given to colleagues: standing in, sharing, helping, asking, watching"
    ),
    Count("hours_left", "microhours", "hours that were left for the practice"),
    Count("took_up", "teachers", "teachers who took it up this week"),
    Count("gave_up", "teachers", "users who gave it up this week"),
    Count("left_using", "teachers", "users who left their school this week"),
    Count("followed", "teachers", "users since support ended who neither gave it up nor left"),
    Count("followed_gave_up", "teachers", "of them: gave it up this week"),
)

COUNT_NAMES = tuple(count.name for count in COUNT_VARIABLES)
COUNT_DTYPE = np.dtype([(name, "i8") for name in COUNT_NAMES], align=True)
NETWORK_COUNT_DTYPE = np.dtype(
    [
        ("active", "i8"),
        ("schools", "i8"),
        ("meetings", "i8"),
        ("facilitated", "i8"),
        ("knowledge", "f8"),
        ("trust", "f8"),
    ],
    align=True,
)


class SchoolRow(Protocol):
    """The counts of a school and week, by the names of ``COUNT_VARIABLES``."""

    def __getattribute__(self, name: str, /) -> int: ...
    def __setattr__(self, name: str, value: int, /) -> None: ...


class NetworkRow(Protocol):
    """The counts of all networks in a week, as in ``NETWORK_COUNT_DTYPE``."""

    active: int
    schools: int
    meetings: int
    facilitated: int
    knowledge: float
    trust: float


class Counts(NamedTuple):
    """What was counted in a run; halves of schools are the less and the more disadvantaged."""

    series: np.ndarray  # weeks, halves, columns of COUNT_VARIABLES
    years: np.ndarray  # years, schools, columns of COUNT_VARIABLES: sums over the weeks of the year
    routine: np.ndarray  # years, schools: at the end of the year
    vision: np.ndarray  # years, schools: at the end of the year
    networks: np.ndarray  # weeks, as NETWORK_COUNT_DTYPE

    def __repr__(self) -> str:
        return short_repr(self)


def empty_counts(weeks: int, schools: int) -> Counts:
    """Counts of nothing yet, for a run."""
    years = -(-weeks // SCHOOL_WEEKS)
    columns = len(COUNT_VARIABLES)
    return Counts(
        np.zeros((weeks, 2, columns), np.int64),
        np.zeros((years, schools, columns), np.int64),
        np.zeros((years, schools)),
        np.zeros((years, schools)),
        np.zeros(weeks, NETWORK_COUNT_DTYPE),
    )


def count_school(school: School, world: World, week: Week, p: Parameters, row: SchoolRow) -> None:
    """Adds this week's counts of a school to a row that starts at zero."""
    staff = school.after_last_teacher - school.first_teacher
    row.staff += staff
    row.leadership += staff * to_fixed_point(school.leadership)
    row.focus += staff * to_fixed_point(school.focus)
    knowledge, belief, time, mobilising, tried = 0, 0, 0, 0, 0
    home, home_users, home_reached, home_tried = 0, 0, 0, 0
    for post in range(school.first_teacher, school.after_last_teacher):
        teacher = world.teachers[post]
        knowledge += to_fixed_point(teacher.knowledge)
        belief += to_fixed_point(teacher.belief)
        time += to_fixed_point(teacher.time)
        mobilising += teacher.mobilises
        tried += teacher.tried
        row.colleague_hours += teacher.colleague_hours
        row.hours_left += teacher.hours_left
        if teacher.network_hours > 0:
            row.network_hours += teacher.network_hours
            row.uncovered_hours += teacher.uncovered_hours
        if teacher.new or teacher.uses != teacher.used_before:
            row.took_up += takes_up(teacher)
            row.gave_up += gives_up(teacher)
            row.left_using += has_left_using(teacher)
        if teacher.followed == FOLLOWED:
            row.followed += 1
        elif teacher.followed == GAVE_UP:
            row.followed_gave_up += 1
        if teacher.network < 0:
            home += 1
            home_users += teacher.uses
            home_reached += teacher.reached
            home_tried += teacher.tried
        if teacher.member or teacher.new == AFTER_MEMBER:
            row.covered += week.supported
        if teacher.member:
            row.members += 1
            row.members_tried += teacher.tried
            row.members_mobilised += teacher.mobilised
            if teacher.knowledge > p.barrier.ready_knowledge:
                row.members_learnt += 1
        if teacher.quality > 0.0:
            row.attended += 1
            row.facilitated += world.networks[teacher.network].facilitated
        if teacher.applied > 0:
            row.applied += 1
        if teacher.barrier == TIME:
            row.named_time += 1
        elif teacher.barrier == LEADERSHIP:
            row.named_leadership += 1
        elif teacher.barrier == FOCUS:
            row.named_focus += 1
        if teacher.uses:
            row.users += 1
            in_use = share_of_parts(teacher.in_use, p)
            row.in_use += to_fixed_point(in_use)
            row.depth += to_fixed_point(math.sqrt(in_use * teacher.belief) * teacher.fidelity)
            row.fidelity += to_fixed_point(teacher.fidelity)
            row.adaptation += to_fixed_point(teacher.adaptation)
            row.habit += to_fixed_point(teacher.habit)
            row.benefit += to_fixed_point(benefit(in_use, teacher.fidelity, teacher.adaptation, school.fit, p))
    row.knowledge += knowledge
    row.belief += belief
    row.time += time
    row.mobilising += mobilising
    row.tried += tried
    row.schools += 1
    if tried > 0:
        row.schools_tried += 1
    row.home += home
    row.home_users += home_users
    row.home_reached += home_reached
    row.home_tried += home_tried


def disadvantage_half(disadvantage: float) -> int:
    """0 for a school among the less disadvantaged half, 1 for one among the more disadvantaged."""
    return 1 if disadvantage >= 0.5 else 0


def count_networks(world: World, row: NetworkRow) -> None:
    """This week's networks: how many meet, with how many schools, and what they know on average."""
    knowledge, trust = 0.0, 0.0
    for place in range(len(world.networks)):
        network = world.networks[place]
        row.meetings += network.meets
        row.facilitated += network.facilitated
        if network.active:
            row.active += 1
            row.schools += network.schools
            knowledge += network.knowledge
            trust += network.trust
    row.knowledge = knowledge / row.active if row.active > 0 else 0.0
    row.trust = trust / row.active if row.active > 0 else 0.0
