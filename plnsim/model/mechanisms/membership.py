"""Who takes part in a network: holders of a seat, as long as the network meets and their school has joined.

Few learn on behalf of many (Brown & Poortman 2019). A school takes part while one of its staff is a member.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.model.state import KEPT, StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Network, Parameters, School, Teacher, Week, World

PARAMETERS = ()
WRITES = ("teacher.new",)
"""State variables of other mechanisms that this one writes."""


def joined(teacher: Teacher, world: World, week: Week, p: Parameters) -> int:
    """Whether she takes part: a holder of a seat, once her school has joined, while the network is active."""
    if teacher.network < 0:
        return 0
    network = world.networks[teacher.network]
    return 1 if network.active and teacher.seat < network.schools else 0


TEACHER = (
    StateVariable(
        "member",
        type="i1",
        unit="yes/no",
        meaning="takes part in an active network",
        start=joined,
        successor=KEPT,
    ),
)

SCHOOL = (
    StateVariable("participates", type="i1", unit="yes/no", meaning="has members in an active network", kind="seen"),
    StateVariable(
        "inquiry",
        type="f8",
        unit="share",
        meaning="reflective inquiry open to its users through an active network",
        kind="seen",
    ),
)


def attends(teacher: Teacher, network: Network, week: Week) -> int:
    """Whether the holder of a seat comes when the network meets: members do, and in a tune-up all whose school ever
    took part.
    """
    return teacher.member or (week.tune_up and network.begun and teacher.seat < network.schools)


def school_observes(school: School, world: World, week: Week, p: Parameters) -> None:
    school.participates = 0
    school.inquiry = 0.0
    for post in range(school.first_teacher, school.after_last_teacher):
        teacher = world.teachers[post]
        if teacher.member:
            school.participates = 1
            school.inquiry = max(school.inquiry, world.networks[teacher.network].facilitation)


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    teacher.new = 0
    teacher.member = joined(teacher, world, week, p)
