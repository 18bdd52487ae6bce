"""Turnover of teachers: at the end of the year some leave, and newcomers take their posts.

More leave in their first years and from disadvantaged schools. Some of those who leave move to another school of the
system, and bring what they know and believe; a school with a routine inducts newcomers. A seat in a network stays
with the post, vacant until the school fills it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.common.streams import stream, uniform
from plnsim.model.state import KEPT, StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, Teacher, Week, World

PARAMETERS = (
    Parameter(
        "rate",
        default=0.15,
        unit="share a year",
        range=(0.10, 0.25),
        meaning="Share of teachers who leave their school in a year.",
        group="people",
        source="nces-2022",
    ),
    Parameter(
        "early_ratio",
        default=1.5,
        unit="ratio",
        range=(1.0, 2.5),
        meaning="How much likelier to leave is a teacher in her first three years.",
        group="people",
        bounds=(1.0, 5.0),
        direction="allen-burgess-2012",
    ),
    Parameter(
        "disadvantage_ratio",
        default=1.3,
        unit="ratio",
        range=(1.0, 1.7),
        meaning="Leaving in the most against the least disadvantaged school.",
        group="people",
        source="carver-thomas-2017",
        bounds=(1.0, 5.0),
    ),
    Parameter(
        "movers",
        default=0.4,
        unit="share",
        range=(0.0, 0.8),
        meaning="Chance that the next leaver takes over the post of a leaver; she does if she is of another school.",
        group="people",
        source="nces-2022",
    ),
    Parameter(
        "induction",
        default=0.5,
        unit="share",
        range=(0.0, 0.9),
        meaning="Chance that a full routine brings a newcomer in.",
        group="leadership",
    ),
)

TENURE = stream("tenure")
EARLY_YEARS = 3
LONGEST_CAREER = 45


def leaving_rate(years: int, rate: float, early_ratio: float) -> float:
    """Chance of leaving at a year end after ``years`` in post; a staff in balance loses about ``rate`` a year.

    In the first three years it is ``early_ratio`` times what it is later; in balance a share of about 1 - (1 - rate)^3
    of the staff is in those years.
    """
    early = 1.0 - (1.0 - rate) * (1.0 - rate) * (1.0 - rate)
    late = rate / (1.0 + (early_ratio - 1.0) * early)
    return late * early_ratio if years < EARLY_YEARS else late


def years_in_balance(u: float, rate: float, early_ratio: float) -> int:
    """Years in post below which a share ``u`` of a staff in balance lies."""
    staying, staff = 1.0, 0.0
    for years in range(LONGEST_CAREER):
        staff += staying
        staying *= 1.0 - leaving_rate(years, rate, early_ratio)
    staying, below = 1.0, 0.0
    for years in range(LONGEST_CAREER):
        below += staying
        if below / staff >= u:
            return years
        staying *= 1.0 - leaving_rate(years, rate, early_ratio)
    return LONGEST_CAREER


def initial_years(teacher: Teacher, world: World, week: Week, p: Parameters) -> int:
    """Years in post as in a staff in balance."""
    return years_in_balance(uniform(week.key, TENURE, teacher.name), p.turnover.rate, p.turnover.early_ratio)


TEACHER = (
    StateVariable(
        "years",
        type="i1",
        unit="years",
        meaning="how long the teacher has held the post, a whole career at most",
        start=initial_years,
        successor=0,
    ),
    StateVariable(
        "new",
        type="i1",
        unit="0, 1, 2",
        meaning="came at the last year end (1), after somebody who was a member to the end (2)",
        start=0,
        successor=KEPT,
    ),
)

LEAVES = stream("teacher leaves")
AFTER_MEMBER = 2
"""What ``new`` is of who comes after a member, whose hours were covered in her last week."""


def leaving_probability(years: int, disadvantage: float, p: Parameters) -> float:
    """Chance of leaving at a year end, by years in post and the school's disadvantage."""
    rate = leaving_rate(years, p.turnover.rate, p.turnover.early_ratio)
    slope = (p.turnover.disadvantage_ratio - 1.0) / (p.turnover.disadvantage_ratio + 1.0)
    return min(1.0, rate * (1.0 + 2.0 * slope * (disadvantage - 0.5)))


def leaves(teacher: Teacher, world: World, week: Week, p: Parameters) -> bool:
    """Whether she leaves at this year end; the same for whoever asks, before her years are counted on."""
    disadvantage = world.schools[teacher.school].disadvantage
    return uniform(week.key, LEAVES, teacher.name) < leaving_probability(teacher.years, disadvantage, p)


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    if not week.ends_year:
        return
    if leaves(teacher, world, week, p):
        teacher.new = AFTER_MEMBER if teacher.member else 1
    teacher.years = min(LONGEST_CAREER, teacher.years + 1)
