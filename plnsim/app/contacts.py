"""Who told a teacher of the practice this week: found again from what everybody was when she observed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from plnsim.common.streams import uniform
from plnsim.model.mechanisms import advice, mobilisation

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, Teacher, Week, World


def informant(teacher: Teacher, world: World, week: Week, p: Parameters, parts: int) -> int:
    """The first broker who told her one of these parts over an information tie; -1 when it was nobody."""
    explicit = world.schools[teacher.school].explicit_parts
    for post in _neighbours(world.information_first, world.information_to, teacher):
        broker = world.teachers[post]
        if broker.parts & explicit & parts and mobilisation.reaches(broker, teacher, week, p):
            return post
    return -1


def adviser(teacher: Teacher, world: World, p: Parameters) -> int:
    """The broker whose advice she took."""
    school = world.schools[teacher.school]
    possible = (
        range(school.first_teacher, school.after_last_teacher)
        if p.ties.pattern == advice.COMPLETE
        else _neighbours(world.advice_first, world.advice_to, teacher)
    )
    return next(
        post
        for post in possible
        if world.teachers[post].mobilises
        and (world.teachers[post].parts, world.teachers[post].formal) == (teacher.advised, teacher.advised_formally)
    )


def contact(teacher: Teacher, world: World, week: Week, p: Parameters) -> int:
    """The colleague whom she met."""
    observer = world.teachers[teacher.post]  # this week's updates may have changed her since
    return advice.contact(observer, world, uniform(week.key, advice.CONTACT, teacher.name), p)


def _neighbours(first: Sequence[int], to: Sequence[int], teacher: Teacher) -> Sequence[int]:
    return to[first[teacher.post] : first[teacher.post + 1]]
