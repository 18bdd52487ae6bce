"""Knowledge mobilisation: members bring home what they learn, as brokers for their school.

Whether a broker acts depends on her awareness of the role (often missing: Jesacher-Rössler 2021), her time and her
leader's backing, and the licence that distributed leadership gives. Over information ties she reaches many, shallowly;
over advice ties few, deeply. A formal role reaches further and advises less (Rodway et al. 2021). A mailing reaches
everyone without any network, as shallowly as information does; a knowledge mobiliser, who is a partner or facilitator
of the school's networks, advises staff when she visits and stirs brokers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.common.streams import logit_normal, stream, uniform
from plnsim.model.mechanisms.advice import COMPLETE, advice_chance
from plnsim.model.mechanisms.conditions import MOBILISE, ces_mean
from plnsim.model.mechanisms.focus import focus_of
from plnsim.model.mechanisms.leadership import mandate
from plnsim.model.mechanisms.learning import learn
from plnsim.model.mechanisms.parts import draw_parts, no_parts, number_of_parts, parts_by_chance, without
from plnsim.model.mechanisms.rules import relax, trait_stream
from plnsim.model.state import KEPT, StateVariable

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
        default=0.1,
        unit="share a time",
        range=(0.03, 0.3),
        meaning="Chance that a part is taken in from information.",
        group="mobilisation",
    ),
    Parameter(
        "information_depth",
        default=0.4,
        unit="share",
        range=(0.15, 0.6),
        meaning="Share of the parts that information can carry.",
        group="mobilisation",
        direction="rodway-2021",
        structural=True,
    ),
    Parameter(
        "translation",
        default=0.8,
        unit="share",
        range=(0.0, 1.0),
        meaning="How far a broker who shares overcomes the stickiness of what her school would not find by itself.",
        group="mobilisation",
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
        meaning="Chance that a partner or facilitator, as knowledge mobiliser, visits a school that takes part, while "
        "there is support: she advises staff and stirs brokers.",
        group="mobilisation",
    ),
)
WRITES = ("teacher.parts", "teacher.knowledge")
"""State variables of other mechanisms that this one writes."""

INITIAL_AWARENESS = stream("awareness")
NEW_AWARENESS = stream("new awareness")
INITIAL_ROLE = stream("formal role")
NEW_ROLE = stream("new formal role")
EXPLICIT = stream("explicit parts")
SOURCE = stream("parts of the source")
HEARS = stream("information parts")
ADVISED = stream("parts from a broker")
FOREIGN_ADVISED = stream("foreign from a broker")
MAILS = stream("mailing parts")
VISITS = stream("parts from a visit")
FOREIGN_VISITS = stream("foreign from a visit")


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
    StateVariable("heard", type="u8", unit="set", meaning="parts heard over information ties this week", kind="seen"),
    StateVariable(
        "advised", type="u8", unit="set", meaning="parts known to the broker who advises her this week", kind="seen"
    ),
    StateVariable("advised_formally", type="i1", unit="yes/no", meaning="that broker holds a formal role", kind="seen"),
)


def initial_explicit_parts(school: School, world: World, week: Week, p: Parameters) -> int:
    """The parts that information can carry: the same for all schools."""
    return parts_by_chance(p.mobilisation.information_depth, week, EXPLICIT, 0, p)


def initial_source_parts(school: School, world: World, week: Week, p: Parameters) -> int:
    """The parts that mailings are about: the same for all schools."""
    return parts_by_chance(p.partners.knowledge, week, SOURCE, 0, p)


SCHOOL = (
    StateVariable(
        "explicit_parts",
        type="u8",
        unit="set",
        meaning="the parts that information can carry",
        kind="fixed",
        start=initial_explicit_parts,
        successor=KEPT,
    ),
    StateVariable(
        "source_parts",
        type="u8",
        unit="set",
        meaning="the parts that mailings are about",
        kind="fixed",
        start=initial_source_parts,
        successor=KEPT,
    ),
    StateVariable("brokers", type="i4", unit="number", meaning="staff who share it this week", kind="seen"),
    StateVariable(
        "visitor_parts",
        type="u8",
        unit="set",
        meaning="the parts known to the people outside schools who serve its networks, if one visits; else none",
        kind="seen",
    ),
)

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
    brokers, visited = 0, is_visited(school, week, p)
    school.visitor_parts = no_parts()
    for post in range(school.first_teacher, school.after_last_teacher):
        teacher = world.teachers[post]
        brokers += teacher.mobilises
        if visited and teacher.first_delegate:
            school.visitor_parts = school.visitor_parts | world.networks[teacher.network].outside_parts
    school.brokers = brokers


def teacher_observes(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    teacher.heard = no_parts()
    teacher.advised = no_parts()
    teacher.advised_formally = 0
    if world.schools[teacher.school].brokers == 0:
        return
    explicit = world.schools[teacher.school].explicit_parts
    for tie in range(world.information_first[teacher.post], world.information_first[teacher.post + 1]):
        broker = world.teachers[world.information_to[tie]]
        if reaches(broker, teacher, week, p):
            teacher.heard = teacher.heard | (broker.parts & explicit)
    best = 0.0
    if p.ties.pattern == COMPLETE:
        school = world.schools[teacher.school]
        for post in range(school.first_teacher, school.after_last_teacher):
            best = best_advice(teacher, world.teachers[post], best, p)
    else:
        for tie in range(world.advice_first[teacher.post], world.advice_first[teacher.post + 1]):
            best = best_advice(teacher, world.teachers[world.advice_to[tie]], best, p)


def reaches(broker: Teacher, teacher: Teacher, week: Week, p: Parameters) -> bool:
    """Whether what a colleague shares reaches a teacher who has an information tie to her."""
    if not broker.mobilises:
        return False
    if broker.formal:
        return True
    return uniform(week.key, REACHED, teacher.name, broker.name & 4095) < p.mobilisation.informal_reach


def best_advice(teacher: Teacher, broker: Teacher, best: float, p: Parameters) -> float:
    """Remembers a broker's advice if it gains more than the best so far; gives the best gain."""
    if not broker.mobilises:
        return best
    gain = advice_worth(broker.formal, p) * number_of_parts(without(broker.parts, teacher.parts))
    if gain <= best:
        return best
    teacher.advised = broker.parts
    teacher.advised_formally = broker.formal
    return gain


def take_in_translated(
    teacher: Teacher, parts: int, worth: float, stream: int, foreign: int, world: World, week: Week, p: Parameters
) -> None:
    """Takes in parts from a broker's or mobiliser's advice, who translates what the school would not have found."""
    news = without(parts, teacher.parts)
    own = news & world.schools[teacher.school].own_parts
    rate = worth * advice_chance(teacher, world, p)
    translated = rate * (1.0 - p.practice.complexity * (1.0 - p.mobilisation.translation))
    learn(teacher, draw_parts(own, rate, week, stream, teacher.name, p), p)
    learn(teacher, draw_parts(without(news, own), translated, week, foreign, teacher.name, p), p)


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    school = world.schools[teacher.school]
    heard = without(teacher.heard, teacher.parts)
    if heard != no_parts():
        learn(teacher, draw_parts(heard, p.mobilisation.information_rate, week, HEARS, teacher.name, p), p)
        teacher.reached = 1
    if (
        p.mobilisation.mailing > 0.0
        and week.supported
        and uniform(week.key, MAILED, teacher.name) < p.mobilisation.mailing
    ):
        mailed = without(school.source_parts & school.explicit_parts, teacher.parts)
        learn(teacher, draw_parts(mailed, p.mobilisation.information_rate, week, MAILS, teacher.name, p), p)
    if without(teacher.advised, teacher.parts) != no_parts():
        worth = advice_worth(teacher.advised_formally, p)
        take_in_translated(teacher, teacher.advised, worth, ADVISED, FOREIGN_ADVISED, world, week, p)
        teacher.reached = 1
    if is_visited(school, week, p):
        take_in_translated(teacher, school.visitor_parts, 1.0, VISITS, FOREIGN_VISITS, world, week, p)
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
