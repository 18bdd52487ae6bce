"""Leadership: vision, support and distributed leadership, felt by all staff of a school.

Facilitation in hours is only a part of it (Brown & Poortman 2020): a head gives the practice priority (vision), knows
and backs it (support), and lets others lead (distributed leadership). What pupils gain convinces heads once a year. A
routine carries part of what the head's attention would. Leaders learn: those of a school that takes part come to back
the practice as its network inquires, they negotiate its priority with what staff believe where leadership is
distributed, and they let others lead where brokers act. Where heads support each other's schools, those of a network
come to the priority and support of the system leader among them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.common.streams import clip_share, logit_normal, stream, uniform
from plnsim.model.mechanisms.participation import TAKES_PART
from plnsim.model.mechanisms.policy import pushed_vision
from plnsim.model.mechanisms.rules import fixed_point_mean, relax, trait_stream
from plnsim.model.mechanisms.succession import carried_vision
from plnsim.model.mechanisms.time import hours_expected
from plnsim.model.state import KEPT, StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, School, Week, World

PARAMETERS = (
    Parameter(
        "vision",
        default=0.5,
        unit="share",
        range=(0.1, 0.9),
        meaning="Middle of the priority that heads give the practice.",
        group="leadership",
        direction="brown-poortman-2020",
        structural=True,
    ),
    Parameter(
        "support",
        default=0.5,
        unit="share",
        range=(0.1, 0.9),
        meaning="Middle of heads' support and knowledge of the practice.",
        group="leadership",
        direction="brown-poortman-2020",
        structural=True,
    ),
    Parameter(
        "distributed",
        default=0.5,
        unit="share",
        range=(0.1, 0.9),
        meaning="Middle of distributed leadership in schools.",
        group="leadership",
        direction="brown-poortman-2020",
        structural=True,
    ),
    Parameter(
        "spread",
        default=0.8,
        unit="logits",
        range=(0.3, 1.2),
        meaning="How much schools differ in leadership and focus.",
        group="leadership",
        bounds=(0.0, 3.0),
        structural=True,
    ),
    Parameter(
        "evidence_effect",
        default=0.3,
        unit="share a year",
        range=(0.0, 0.6),
        meaning="How far a year's evidence of benefit moves a head's priority and support.",
        group="leadership",
        bounds=(0.0, 2.0),
        direction="mason-galloway-2021",
    ),
    Parameter(
        "learning",
        default=0.003,
        unit="share a week",
        range=(0.0, 0.015),
        meaning="How fast support follows the network's inquiry, priority what staff believe, and distributed "
        "leadership the brokers who act and the style of the head.",
        group="leadership",
        direction="brown-poortman-2020",
    ),
    Parameter(
        "from_system_leader",
        default=0.0,
        unit="share a week",
        range=(0.0, 0.03),
        meaning="How fast heads come to the priority and support of the system leader of their network: the head in it "
        "who has most of both together.",
        group="leadership",
        bounds=(0.0, 1.0),
    ),
    Parameter(
        "mandate_weight",
        default=0.6,
        unit="share",
        range=(0.0, 1.0),
        meaning="How far teachers need distributed leadership to speak up and to set routines.",
        group="leadership",
        direction="schildkamp-2020",
    ),
    Parameter(
        "routine_substitutes",
        default=0.5,
        unit="share",
        range=(0.0, 1.0),
        meaning="How far a full routine stands in for the head's attention.",
        group="leadership",
        direction="levine-prietula-2012",
    ),
)

INITIAL_VISION = stream("vision")
NEW_VISION = stream("new vision")
INITIAL_SUPPORT = stream("support")
NEW_SUPPORT = stream("new support")
INITIAL_DISTRIBUTION = stream("distributed leadership")
NEW_DISTRIBUTION = stream("style of a new head")


def initial_vision(school: School, world: World, week: Week, p: Parameters) -> float:
    """The priority that a head is inclined to, around the middle of heads."""
    u = uniform(week.key, trait_stream(week, INITIAL_VISION, NEW_VISION), school.name)
    return logit_normal(p.leadership.vision, p.leadership.spread, u)


def inclination(school: School, world: World, week: Week, p: Parameters) -> float:
    """The priority that the head is inclined to."""
    return school.own_vision


def initial_support(school: School, world: World, week: Week, p: Parameters) -> float:
    """A head's support and knowledge of the practice, around the middle of heads."""
    u = uniform(week.key, trait_stream(week, INITIAL_SUPPORT, NEW_SUPPORT), school.name)
    return logit_normal(p.leadership.support, p.leadership.spread, u)


def initial_distribution(school: School, world: World, week: Week, p: Parameters) -> float:
    """How far a head is inclined to let others lead, around the middle of schools."""
    u = uniform(week.key, trait_stream(week, INITIAL_DISTRIBUTION, NEW_DISTRIBUTION), school.name)
    return logit_normal(p.leadership.distributed, p.leadership.spread, u)


def style(school: School, world: World, week: Week, p: Parameters) -> float:
    """How far the head is inclined to let others lead."""
    return school.own_distributed


SCHOOL = (
    StateVariable(
        "own_vision",
        type="f8",
        unit="share",
        meaning="the priority that this head is inclined to",
        start=initial_vision,
        successor=initial_vision,
    ),
    StateVariable(
        "vision",
        type="f8",
        unit="share",
        meaning="priority that the head gives the practice",
        start=inclination,
        successor=carried_vision,
    ),
    StateVariable(
        "support",
        type="f8",
        unit="share",
        meaning="support and knowledge of the head",
        start=initial_support,
        successor=initial_support,
    ),
    StateVariable(
        "own_distributed",
        type="f8",
        unit="share",
        meaning="distributed leadership that this head is inclined to",
        start=initial_distribution,
        successor=initial_distribution,
    ),
    StateVariable(
        "distributed",
        type="f8",
        unit="share",
        meaning="distributed leadership",
        start=style,
        successor=KEPT,
    ),
    StateVariable(
        "leader_vision",
        type="f8",
        unit="share",
        meaning="priority that its system leader gives the practice",
        kind="seen",
    ),
    StateVariable("leader_support", type="f8", unit="share", meaning="support of its system leader", kind="seen"),
    StateVariable("leadership", type="f8", unit="share", meaning="leadership as staff feel it this week", kind="seen"),
    StateVariable(
        "lasting_leadership", type="f8", unit="share", meaning="leadership with what the routine carries", kind="seen"
    ),
    StateVariable(
        "hours",
        type="f8",
        unit="hours",
        meaning="hours that an average teacher of the school has this week, without cover",
        kind="seen",
    ),
)


def mandate(distributed: float, p: Parameters) -> float:
    """The licence that teachers have to share and to set routines, in 0..1."""
    return 1.0 - p.leadership.mandate_weight + p.leadership.mandate_weight * distributed


def system_leader(school: School, world: World) -> int:
    """The place of the school, among those of its active networks that take part, whose head has most priority and
    support together: its own unless another's has more, and of several the first.
    """
    leader, most = school.place, school.vision + school.support
    for post in range(school.first_teacher, school.after_last_teacher):
        teacher = world.teachers[post]
        if teacher.first_delegate and world.networks[teacher.network].active:
            network = world.networks[teacher.network]
            for seat in range(network.first_seat, network.after_last_seat):
                other = world.schools[world.teachers[world.seats[seat]].school]
                if other.standing == TAKES_PART and other.vision + other.support > most:
                    leader, most = other.place, other.vision + other.support
    return leader


def school_observes(school: School, world: World, week: Week, p: Parameters) -> None:
    vision = pushed_vision(school.vision, week.supported and school.participates, p)
    felt = (vision + school.support + school.distributed) / 3.0
    school.leadership = relax(felt, p.conditions.leadership_target, p.conditions.leadership_shift)
    school.lasting_leadership = relax(school.leadership, 1.0, p.leadership.routine_substitutes * school.routine)
    school.hours = hours_expected(school, p)
    leader = school.place
    if p.leadership.from_system_leader > 0.0 and school.participates:
        leader = system_leader(school, world)
    school.leader_vision = world.schools[leader].vision
    school.leader_support = world.schools[leader].support


def school_updates(school: School, world: World, week: Week, p: Parameters) -> None:
    learning = p.leadership.learning
    school.vision = relax(school.vision, school.leader_vision, p.leadership.from_system_leader)
    school.support = relax(school.support, school.leader_support, p.leadership.from_system_leader)
    school.support = relax(school.support, 1.0, learning * school.inquiry)
    school.vision = relax(school.vision, school.mean_belief, learning * school.distributed)
    if school.brokers > 0:
        school.distributed = relax(school.distributed, 1.0, learning)
    school.distributed = relax(school.distributed, school.own_distributed, learning)
    if week.ends_year and school.evidence_count > 0:
        evidence = fixed_point_mean(school.evidence_total, school.evidence_count)
        moved = p.leadership.evidence_effect * (evidence - 0.5) * school.prevalence
        school.vision = clip_share(school.vision + moved)
        school.support = clip_share(school.support + moved)
