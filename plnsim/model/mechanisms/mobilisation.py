"""Knowledge mobilisation: members bring home what they learn, as brokers for their school.

Whether a broker acts depends on her awareness of the role (often missing: Jesacher-Rössler 2021), her time and her
leader's backing, and the licence that distributed leadership gives. Over information ties she reaches many, shallowly;
over advice ties few, deeply. A formal role reaches further and advises less (Rodway et al. 2021). A mailing reaches
everyone without any network, as shallowly as information does; a knowledge mobiliser who visits advises staff and
stirs brokers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.common.streams import logit_normal, stream, uniform
from plnsim.model.mechanisms.advice import COMPLETE
from plnsim.model.mechanisms.conditions import MOBILISE, ces_mean
from plnsim.model.mechanisms.focus import focus_of
from plnsim.model.mechanisms.leadership import mandate
from plnsim.model.mechanisms.learning import colleague_effectiveness
from plnsim.model.mechanisms.meeting import exchange_yield
from plnsim.model.mechanisms.rules import relax, trait_stream, transfer
from plnsim.model.state import StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, School, Teacher, Week, World

PARAMETERS = (
    Parameter(
        "awareness",
        default=0.5,
        unit="share",
        range=(0.05, 0.95),
        meaning="Middle of members' awareness of being a broker, at the start.",
        group="mobilisation",
        direction="jesacher-rossler-2021",
    ),
    Parameter(
        "awareness_spread",
        default=0.6,
        unit="logits",
        range=(0.0, 1.2),
        meaning="How much members differ in it.",
        group="mobilisation",
        bounds=(0.0, 3.0),
    ),
    Parameter(
        "awareness_growth",
        default=0.05,
        unit="share a meeting",
        range=(0.0, 0.15),
        meaning="How far a well-facilitated meeting raises awareness.",
        group="mobilisation",
    ),
    Parameter(
        "formal_share",
        default=0.3,
        unit="share",
        range=(0.0, 1.0),
        meaning="Share of teachers with a formal role at home (it counts for members).",
        group="mobilisation",
    ),
    Parameter(
        "informal_reach",
        default=0.4,
        unit="share",
        range=(0.2, 0.8),
        meaning="Share of listeners whom a broker without a formal role reaches in a week.",
        group="mobilisation",
        direction="rodway-2021",
    ),
    Parameter(
        "formal_advice_loss",
        default=0.6,
        unit="share",
        range=(0.0, 0.9),
        meaning="How much less a broker with a formal role gives as advice.",
        group="mobilisation",
        direction="rodway-2021",
    ),
    Parameter(
        "information_rate",
        default=0.15,
        unit="share a time",
        range=(0.03, 0.3),
        meaning="How fast one learns from information.",
        group="mobilisation",
    ),
    Parameter(
        "information_depth",
        default=0.4,
        unit="share",
        range=(0.15, 0.6),
        meaning="Share of what the source knows that information can carry.",
        group="mobilisation",
        direction="rodway-2021",
    ),
    Parameter(
        "sharing_hours",
        default=0.5,
        unit="hours",
        range=(0.25, 2.0),
        meaning="Hours that sharing with colleagues takes a broker, after a week in which she does.",
        group="mobilisation",
        bounds=(0.0, 40.0),
    ),
    Parameter(
        "mailing",
        default=0.0,
        unit="chance a week",
        range=(0.0, 0.2),
        meaning="Chance that a mailing reaches a teacher, while the programme is supported.",
        group="mobilisation",
        direction="eef-octopus",
    ),
    Parameter(
        "visits",
        default=0.0,
        unit="chance a week",
        range=(0.0, 0.2),
        meaning="Chance that a knowledge mobiliser visits a school that takes part, while the programme "
        "is supported: she advises staff and stirs its brokers.",
        group="mobilisation",
    ),
    Parameter(
        "source_knowledge",
        default=0.6,
        unit="share",
        range=(0.3, 1.0),
        meaning="What a mailing or a knowledge mobiliser knows of the practice.",
        group="mobilisation",
    ),
)
WRITES = ("teacher.knowledge",)
"""State variables of other mechanisms that this one writes."""

INITIAL_AWARENESS = stream("awareness")
NEW_AWARENESS = stream("new awareness")
INITIAL_ROLE = stream("formal role")
NEW_ROLE = stream("new formal role")


def initial_awareness(teacher: Teacher, world: World, week: Week, p: Parameters) -> float:
    """How aware she is of being a broker when she comes, around the middle of teachers."""
    u = uniform(week.key, trait_stream(week, INITIAL_AWARENESS, NEW_AWARENESS), teacher.name)
    return logit_normal(p.mobilisation.awareness, p.mobilisation.awareness_spread, u)


def initial_role(teacher: Teacher, world: World, week: Week, p: Parameters) -> int:
    """Whether she holds a formal role, by the share of teachers who do."""
    u = uniform(week.key, trait_stream(week, INITIAL_ROLE, NEW_ROLE), teacher.name)
    return 1 if u < p.mobilisation.formal_share else 0


TEACHER = (
    StateVariable(
        "awareness",
        type="f8",
        unit="share",
        meaning="how aware she is of being a broker for her school",
        start=initial_awareness,
        successor=initial_awareness,
    ),
    StateVariable(
        "formal",
        type="i1",
        unit="yes/no",
        meaning="holds a formal role",
        kind="fixed",
        start=initial_role,
        successor=initial_role,
    ),
    StateVariable(
        "mobilises",
        type="i1",
        unit="yes/no",
        meaning="shares what she knows with colleagues this week",
        start=0,
        successor=0,
    ),
    StateVariable(
        "reached",
        type="i1",
        unit="yes/no",
        meaning="has ever learnt from a broker",
        kind="marked",
        start=0,
        successor=0,
    ),
    StateVariable(
        "mobilised",
        type="i1",
        unit="yes/no",
        meaning="has ever shared it with colleagues",
        kind="marked",
        start=0,
        successor=0,
    ),
    StateVariable(
        "heard", type="f8", unit="share", meaning="best knowledge heard over an information tie this week", kind="seen"
    ),
    StateVariable(
        "advised", type="f8", unit="share", meaning="knowledge of the broker who advised her this week", kind="seen"
    ),
    StateVariable("advised_formally", type="i1", unit="yes/no", meaning="that broker holds a formal role", kind="seen"),
)

SCHOOL = (StateVariable("brokers", type="i4", unit="number", meaning="staff who share it this week", kind="seen"),)

MOBILISES = stream("mobilise")
REACHED = stream("reached")
MAILED = stream("mailed")
VISITED = stream("visited")


def advice_worth(formal: int, p: Parameters) -> float:
    """What a broker's advice is worth against that of one without a formal role."""
    return 1.0 - p.mobilisation.formal_advice_loss if formal else 1.0


def is_visited(school: School, week: Week, p: Parameters) -> bool:
    """Whether a knowledge mobiliser comes to the school this week."""
    if p.mobilisation.visits <= 0.0 or not week.supported or not school.participates:
        return False
    return uniform(week.key, VISITED, school.name) < p.mobilisation.visits


def school_observes(school: School, world: World, week: Week, p: Parameters) -> None:
    brokers = 0
    for post in range(school.first_teacher, school.after_last_teacher):
        brokers += world.teachers[post].mobilises
    school.brokers = brokers


def teacher_observes(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    teacher.heard = 0.0
    teacher.advised = 0.0
    teacher.advised_formally = 0
    if world.schools[teacher.school].brokers == 0:
        return
    for tie in range(world.information_first[teacher.post], world.information_first[teacher.post + 1]):
        broker = world.teachers[world.information_to[tie]]
        if broker.mobilises and (
            broker.formal
            or uniform(week.key, REACHED, teacher.name, broker.name & 4095) < p.mobilisation.informal_reach
        ):
            teacher.heard = max(teacher.heard, p.mobilisation.information_depth * broker.knowledge)
    best = 0.0
    if p.ties.pattern == COMPLETE:
        school = world.schools[teacher.school]
        for post in range(school.first_teacher, school.after_last_teacher):
            best = best_advice(teacher, world.teachers[post], best, p)
    else:
        for tie in range(world.advice_first[teacher.post], world.advice_first[teacher.post + 1]):
            best = best_advice(teacher, world.teachers[world.advice_to[tie]], best, p)


def best_advice(teacher: Teacher, broker: Teacher, best: float, p: Parameters) -> float:
    """Remembers a broker's advice if it gains more than the best so far; gives the best gain."""
    if not broker.mobilises:
        return best
    gain = advice_worth(broker.formal, p) * (broker.knowledge - teacher.knowledge)
    if gain <= best:
        return best
    teacher.advised = broker.knowledge
    teacher.advised_formally = broker.formal
    return gain


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    school = world.schools[teacher.school]
    if teacher.heard > teacher.knowledge:
        teacher.knowledge = transfer(teacher.knowledge, teacher.heard, p.mobilisation.information_rate)
        teacher.reached = 1
    if (
        p.mobilisation.mailing > 0.0
        and week.supported
        and uniform(week.key, MAILED, teacher.name) < p.mobilisation.mailing
    ):
        most = p.mobilisation.information_depth * p.mobilisation.source_knowledge
        teacher.knowledge = transfer(teacher.knowledge, most, p.mobilisation.information_rate)
    if teacher.advised > teacher.knowledge:
        rate = (
            p.advice.transfer * (1.0 - p.practice.complexity) * teacher.time * advice_worth(teacher.advised_formally, p)
        )
        rate *= exchange_yield(school, p) * colleague_effectiveness(teacher.knowledge, p)
        teacher.knowledge = transfer(teacher.knowledge, teacher.advised, rate)
        teacher.reached = 1
    if is_visited(school, week, p):
        rate = p.advice.transfer * (1.0 - p.practice.complexity) * teacher.time * exchange_yield(school, p)
        rate *= colleague_effectiveness(teacher.knowledge, p)
        teacher.knowledge = transfer(teacher.knowledge, p.mobilisation.source_knowledge, rate)
    if teacher.quality > 0.0:
        growth = p.mobilisation.awareness_growth * world.networks[teacher.network].facilitation
        teacher.awareness = relax(teacher.awareness, 1.0, growth)
    teacher.mobilises = 0
    if teacher.member:
        awareness = 1.0 if is_visited(school, week, p) else teacher.awareness
        willing = awareness * ces_mean(MOBILISE, teacher.time, school.leadership, focus_of(teacher, world), p)
        if uniform(week.key, MOBILISES, teacher.name) < willing * mandate(school.distributed, p):
            teacher.mobilises = 1
            teacher.mobilised = 1
