"""Arrival: who comes from another school and what she brings, and how a school with a routine brings newcomers in.

Movers move, and are nowhere else any more: all posts lie on one cycle that differs from year to year, and a post that
falls vacant goes to the first leaver whom one meets on it from there on, so that each leaver may take over exactly
one. Who leaves and how many is settled by turnover, whose parameters hold here as well; what a newcomer is to begin
with stands with each state variable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.streams import stream, uniform
from plnsim.model.mechanisms.learning import learn
from plnsim.model.mechanisms.parts import draw_parts, share_of_parts, without
from plnsim.model.mechanisms.turnover import leaves
from plnsim.model.state import StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, Teacher, Week, World

PARAMETERS = ()
WRITES = (
    "teacher.belief",
    "teacher.fidelity",
    "teacher.first_belief",
    "teacher.knowledge",
    "teacher.parts",
    "teacher.tried",
    "teacher.uses",
)
"""State variables of other mechanisms that this one writes."""

TEACHER = (
    StateVariable(
        "moves_in",
        type="i1",
        unit="yes/no",
        meaning="whoever takes over the post at the year end comes from another school",
        kind="seen",
    ),
    StateVariable(
        "moved_parts",
        type="u8",
        unit="set",
        meaning="the parts that whoever moves in at the year end knows",
        kind="seen",
    ),
    StateVariable(
        "moved_belief",
        type="f8",
        unit="share",
        meaning="belief that whoever moves in at the year end brings",
        kind="seen",
    ),
)

MOVER = stream("mover")
MOVED_FROM = stream("moved from")
INDUCTION = stream("induction")
INDUCTED = stream("induction parts")
MOST_DIVISIONS = 48
"""More than it takes to find the greatest common divisor of two numbers of 32 bits."""


def stride_of_year(week: Week, posts: int) -> int:
    """How many posts further the next one of the year's cycle is: by chance, and so that the cycle meets every post."""
    stride = 1 + int(uniform(week.key, MOVED_FROM, 0) * (posts - 1))
    for _ in range(posts):
        if gcd(stride, posts) == 1:
            return stride
        stride += 1
    return 1


def gcd(some: int, other: int) -> int:
    """The greatest common divisor of two whole numbers above 0."""
    for _ in range(MOST_DIVISIONS):
        if other > 0:
            rest = some % other
            some = other
            other = rest
    return some


def leaver_for(teacher: Teacher, world: World, week: Week, p: Parameters) -> int:
    """The post of the leaver who may take over that of a leaver: the first one on the year's cycle from there on."""
    posts = len(world.teachers)
    if posts < 2:
        return teacher.post
    stride = stride_of_year(week, posts)
    post = teacher.post
    for _ in range(posts - 1):
        post = (post + stride) % posts
        if leaves(world.teachers[post], world, week, p):
            return post
    return teacher.post


def teacher_observes(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    if not week.ends_year:
        return
    teacher.moves_in = 0
    if uniform(week.key, MOVER, teacher.name) >= p.turnover.movers or not leaves(teacher, world, week, p):
        return
    mover = world.teachers[leaver_for(teacher, world, week, p)]
    if mover.school != teacher.school:
        teacher.moves_in = 1
        teacher.moved_parts = mover.parts
        teacher.moved_belief = mover.belief


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    if not week.ends_year or not teacher.new:
        return
    if teacher.moves_in:
        teacher.parts = teacher.moved_parts
        teacher.knowledge = share_of_parts(teacher.parts, p)
        teacher.belief = teacher.moved_belief
        teacher.first_belief = teacher.moved_belief
    school = world.schools[teacher.school]
    if school.users > 0:
        inducted = p.turnover.induction * school.routine
        shown = without(school.user_parts, teacher.parts)
        learn(teacher, draw_parts(shown, inducted, week, INDUCTED, teacher.name, p), p)
        if not teacher.refuses and uniform(week.key, INDUCTION, teacher.name) < inducted:
            teacher.uses = 1
            teacher.tried = 1
            teacher.fidelity = school.user_fidelity
