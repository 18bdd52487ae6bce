"""Adoption: a teacher who does not use the practice takes it up.

Members try it as a step of their network's inquiry; colleagues take it up by themselves now and then, and the more of
those they turn to use it, the more (Frank et al. 2004). Each has her own threshold (Granovetter 1978). Without knowing
what it is or believing in it nothing happens, and next to nothing without the conditions. Who has given it up before is
harder to win again, and a fixed minority never takes it up. Who has no user among her ties takes it from the source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.elementary import power
from plnsim.common.parameter import Choice, Parameter
from plnsim.common.streams import logit_normal, stream, uniform
from plnsim.model.mechanisms.advice import COMPLETE
from plnsim.model.mechanisms.conditions import ADOPT, ces_mean
from plnsim.model.mechanisms.fidelity import copied_fidelity
from plnsim.model.mechanisms.focus import focus_of, relevance
from plnsim.model.mechanisms.rules import rate_to_probability, relax, trait_stream
from plnsim.model.state import StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, Teacher, Week, World

CONTAGION = Choice(
    "contagion",
    options={
        "threshold": "rises around each teacher's threshold",
        "linear": "grows with the share of colleagues",
        "step": "none below the threshold, all above",
        "count": "none below a number of colleagues (users_needed), all from there on",
    },
    meaning="Form of social pressure.",
    group="analysis",
)

PARAMETERS = (
    Parameter(
        "alone",
        default=0.18,
        unit="per week",
        range=(0.02, 0.25),
        meaning="Rate at which a teacher takes it up by herself.",
        group="practice",
        bounds=(0.0, 1e6),
    ),
    Parameter(
        "in_network",
        default=0.68,
        unit="per week",
        range=(0.1, 1.0),
        meaning="Rate at which a member takes it up.",
        group="inquiry",
        bounds=(0.0, 1e6),
    ),
    Parameter(
        "social",
        default=0.63,
        unit="per week",
        range=(0.3, 1.6),
        meaning="Rate added by colleagues' use at full social pressure.",
        group="collaboration",
        bounds=(0.0, 1e6),
        direction="frank-2004",
    ),
    Parameter(
        "threshold",
        default=0.3,
        unit="share of colleagues",
        range=(0.15, 0.55),
        meaning="Middle of the thresholds.",
        group="people",
        direction="centola-2018",
    ),
    Parameter(
        "threshold_spread",
        default=0.7,
        unit="logits",
        range=(0.0, 1.2),
        meaning="How much teachers differ in threshold.",
        group="people",
        bounds=(0.0, 3.0),
    ),
    Parameter(
        "steepness",
        default=7.2,
        unit="exponent",
        range=(1.0, 8.0),
        meaning="How steeply social pressure rises around the threshold.",
        group="people",
        bounds=(0.1, 50.0),
        direction="granovetter-1978",
    ),
    Parameter(
        "users_needed",
        default=2,
        unit="colleagues",
        range=(1, 4),
        meaning="Colleagues who must use it before there is any social pressure, where contagion counts them.",
        group="people",
        bounds=(0, 1000),
        integer=True,
        direction="centola-2018",
    ),
    Parameter(
        "abroad",
        default=1.0,
        unit="ratio",
        range=(0.0, 3.0),
        meaning="Weight of what is seen of a colleague at another school, against one at home.",
        group="collaboration",
        bounds=(0.0, 100.0),
    ),
    Parameter(
        "again",
        default=0.5,
        unit="share",
        range=(0.1, 1.0),
        meaning="Share of these rates that is left with a teacher who has given it up before.",
        group="practice",
    ),
    Parameter(
        "never",
        default=0.061,
        unit="share",
        range=(0.0, 0.3),
        meaning="Share of teachers who never take it up, whatever happens.",
        group="people",
        structural=True,
    ),
    CONTAGION,
)
WRITES = ("teacher.fidelity",)
"""State variables of other mechanisms that this one writes."""

INITIAL_THRESHOLD = stream("threshold")
NEW_THRESHOLD = stream("new threshold")
INITIAL_USE = stream("initial use")
INITIAL_REFUSAL = stream("refusal")
NEW_REFUSAL = stream("new refusal")


def initial_threshold(teacher: Teacher, world: World, week: Week, p: Parameters) -> float:
    """Her threshold for life, around the middle of teachers."""
    u = uniform(week.key, trait_stream(week, INITIAL_THRESHOLD, NEW_THRESHOLD), teacher.name)
    return logit_normal(p.adoption.threshold, p.adoption.threshold_spread, u)


def initial_use(teacher: Teacher, world: World, week: Week, p: Parameters) -> int:
    """Whether she uses it from the start, by the share of teachers who do."""
    return 1 if uniform(week.key, INITIAL_USE, teacher.name) < p.population.first_users else 0


def initial_refusal(teacher: Teacher, world: World, week: Week, p: Parameters) -> int:
    """Whether she will never take it up: a trait for life of some who do not use it yet."""
    if teacher.uses:
        return 0
    return (
        1 if uniform(week.key, trait_stream(week, INITIAL_REFUSAL, NEW_REFUSAL), teacher.name) < p.adoption.never else 0
    )


def present_use(teacher: Teacher, world: World, week: Week, p: Parameters) -> int:
    """Whether she uses it now."""
    return teacher.uses


TEACHER = (
    StateVariable(
        "threshold",
        type="f8",
        unit="share",
        meaning="share of colleagues using it at which social pressure is half its full strength",
        kind="fixed",
        start=initial_threshold,
        successor=initial_threshold,
    ),
    StateVariable(
        "uses",
        type="i1",
        unit="yes/no",
        meaning="uses the practice",
        start=initial_use,
        successor=0,
    ),
    StateVariable(
        "refuses",
        type="i1",
        unit="yes/no",
        meaning="never takes it up",
        kind="fixed",
        start=initial_refusal,
        successor=initial_refusal,
    ),
    StateVariable(
        "tried",
        type="i1",
        unit="yes/no",
        meaning="has ever used it",
        start=present_use,
        successor=0,
    ),
    StateVariable(
        "exposure", type="f8", unit="share", meaning="share of those she turns to who use the practice", kind="seen"
    ),
    StateVariable(
        "users_seen",
        type="i2",
        unit="number",
        meaning="how many of them use it, those at other schools by their weight",
        kind="seen",
    ),
    StateVariable(
        "source_fidelity", type="f8", unit="share", meaning="mean fidelity of those of them who use it", kind="seen"
    ),
)

ADOPTS = stream("adopt")
LINEAR = CONTAGION.code("linear")
STEP = CONTAGION.code("step")
COUNT = CONTAGION.code("count")


def pressure(exposure: float, threshold: float, p: Parameters) -> float:
    """Social pressure in 0..1, from the share of colleagues who use it and a teacher's own threshold."""
    if p.adoption.contagion == LINEAR:
        return exposure
    if p.adoption.contagion == STEP:
        return 1.0 if exposure >= threshold else 0.0
    if exposure <= 0.0:
        return 0.0
    return 1.0 / (1.0 + power(threshold / exposure, p.adoption.steepness))


def felt_pressure(teacher: Teacher, p: Parameters) -> float:
    """The social pressure that a teacher feels, by number or by share of those who use it."""
    if p.adoption.contagion == COUNT:
        return 1.0 if teacher.users_seen >= p.adoption.users_needed else 0.0
    return pressure(teacher.exposure, teacher.threshold, p)


def teacher_observes(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    school = world.schools[teacher.school]
    if school.users == 0 and not teacher.member:
        teacher.exposure = 0.0
        teacher.users_seen = 0
        teacher.source_fidelity = 1.0
        return
    users, fidelity, count = 0.0, 0.0, 0.0
    if p.ties.pattern == COMPLETE:
        count = 1.0 * (school.after_last_teacher - school.first_teacher - 1)
        users = 1.0 * (school.users - teacher.uses)
        fidelity = users * school.user_fidelity
    else:
        for tie in range(world.advice_first[teacher.post], world.advice_first[teacher.post + 1]):
            colleague = world.teachers[world.advice_to[tie]]
            count += 1.0
            users += colleague.uses
            fidelity += colleague.uses * colleague.fidelity
    if teacher.member:
        for tie in range(world.cross_first[teacher.post], world.cross_first[teacher.post + 1]):
            colleague = world.teachers[world.cross_to[tie]]
            if colleague.member:
                count += p.adoption.abroad
                users += p.adoption.abroad * colleague.uses
                fidelity += p.adoption.abroad * colleague.uses * colleague.fidelity
    teacher.exposure = users / count if count > 0.0 else 0.0
    teacher.users_seen = int(users)
    teacher.source_fidelity = fidelity / users if users > 0.0 else 1.0


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    if teacher.uses or teacher.refuses or teacher.applied != 0:
        return
    u = uniform(week.key, ADOPTS, teacher.name)
    own = p.adoption.alone
    if teacher.member:
        own = relax(own, p.adoption.in_network, relevance(world.networks[teacher.network], p))
    conviction = teacher.knowledge * teacher.belief
    if u >= (own + p.adoption.social) * conviction:
        return  # not even with all colleagues and the best conditions: the chance never exceeds the rate
    wish = own + p.adoption.social * felt_pressure(teacher, p)
    if teacher.tried:
        wish = wish * p.adoption.again
    leadership = world.schools[teacher.school].lasting_leadership
    conditions = ces_mean(ADOPT, teacher.time, leadership, focus_of(teacher, world), p)
    if u < rate_to_probability(wish * conviction * conditions):
        teacher.uses = 1
        teacher.tried = 1
        source = teacher.fidelity if teacher.member else teacher.source_fidelity
        teacher.fidelity = copied_fidelity(source, teacher.knowledge, p)
