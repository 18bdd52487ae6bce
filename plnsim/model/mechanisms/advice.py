"""Advice: each week a teacher meets one of those she turns to, and sometimes asks about the practice.

She takes in parts that a colleague who uses it knows and she does not, as far as both have time. What her school would
not have found by itself is sticky: the more complex the practice, the worse it travels (Szulanski 1996). Asking and
helping take hours of next week. Members meet colleagues of other schools as well, while their network is active.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Choice, Parameter
from plnsim.common.streams import stream, uniform
from plnsim.model.mechanisms.learning import colleague_effectiveness, learn
from plnsim.model.mechanisms.meeting import exchange_yield
from plnsim.model.mechanisms.parts import draw_parts, no_parts, without
from plnsim.model.mechanisms.time import ASKED
from plnsim.model.state import StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, Teacher, Week, World

PATTERN = Choice(
    "pattern",
    options={
        "departments": "by degree, reciprocity and department",
        "complete": "everybody turns to everybody",
        "ring": "the nearest colleagues on a ring",
        "small world": "a ring with some ties rewired",
        "random": "anybody, both ways",
    },
    meaning="How advice ties lie within a school.",
    group="analysis",
    structural=True,
)

PARAMETERS = (
    Parameter(
        "ask",
        default=0.25,
        unit="chance a week",
        range=(0.05, 1.0),
        meaning="Chance of asking the colleague one meets about this practice.",
        group="mobilisation",
    ),
    Parameter(
        "transfer",
        default=0.59,
        unit="share a time",
        range=(0.1, 0.6),
        meaning="Chance that a part is taken in from advice by one who has time.",
        group="mobilisation",
        direction="jackson-bruegmann-2009",
    ),
    Parameter(
        "hours",
        default=0.1,
        unit="hours",
        range=(0.05, 0.5),
        meaning="Hours that asking a colleague takes of who asks, and as many of who helps.",
        group="mobilisation",
        bounds=(0.0, 40.0),
    ),
)
WRITES = ("teacher.asked", "teacher.parts", "teacher.knowledge")
"""State variables of other mechanisms that this one writes."""

TEACHER = (
    StateVariable(
        "contact_parts",
        type="u8",
        unit="set",
        meaning="the parts known to the colleague she met this week, or in use if she watches him; none if he does "
        "not use it",
        kind="seen",
    ),
    StateVariable(
        "contact_belief",
        type="f8",
        unit="share",
        meaning="belief of that colleague, or the mean of all",
        kind="seen",
    ),
    StateVariable(
        "contact_time",
        type="f8",
        unit="share",
        meaning="time sufficiency of that colleague last week, if he uses it",
        kind="seen",
    ),
)

CONTACT = stream("contact")
ASK = stream("ask")
ADVICE = stream("advice parts")
FOREIGN_ADVICE = stream("foreign advice")
COMPLETE = PATTERN.code("complete")


def teacher_observes(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    teacher.contact_parts = no_parts()
    teacher.contact_time = 0.0
    teacher.contact_belief = teacher.belief
    met = contact(teacher, world, uniform(week.key, CONTACT, teacher.name), p)
    if met >= 0:
        colleague = world.teachers[met]
        teacher.contact_belief = colleague.belief
        if colleague.uses:
            teacher.contact_parts = colleague.parts
            teacher.contact_time = colleague.time


def contact(teacher: Teacher, world: World, u: float, p: Parameters) -> int:
    """The post of the colleague whom she meets this week: one of her ties, each as likely; -1 when there is nobody, or
    the tie is one between members and he is none any more.
    """
    school = world.schools[teacher.school]
    own = world.advice_first[teacher.post + 1] - world.advice_first[teacher.post]
    if p.ties.pattern == COMPLETE:
        own = school.after_last_teacher - school.first_teacher - 1
    cross = 0
    if teacher.member:
        cross = world.cross_first[teacher.post + 1] - world.cross_first[teacher.post]
    if own + cross == 0:
        return -1
    met = int(u * (own + cross))
    if met >= own:
        abroad = world.cross_to[world.cross_first[teacher.post] + met - own]
        return abroad if world.teachers[abroad].member else -1
    if p.ties.pattern == COMPLETE:
        post = school.first_teacher + met
        return post + 1 if post >= teacher.post else post
    return world.advice_to[world.advice_first[teacher.post] + met]


def advice_chance(teacher: Teacher, world: World, p: Parameters) -> float:
    """Chance that she takes in a part from advice, were it one that her school can find by itself."""
    rate = p.advice.transfer * teacher.time * exchange_yield(world.schools[teacher.school], p)
    return rate * colleague_effectiveness(teacher.knowledge, p)


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    teacher.asked = 0
    news = without(teacher.contact_parts, teacher.parts)
    if news != no_parts() and not teacher.watches and uniform(week.key, ASK, teacher.name) < p.advice.ask:
        teacher.asked = ASKED
        own = news & world.schools[teacher.school].own_parts
        rate = advice_chance(teacher, world, p) * teacher.contact_time
        sticky = rate * (1.0 - p.practice.complexity)
        learn(teacher, draw_parts(own, rate, week, ADVICE, teacher.name, p), p)
        learn(teacher, draw_parts(without(news, own), sticky, week, FOREIGN_ADVICE, teacher.name, p), p)
