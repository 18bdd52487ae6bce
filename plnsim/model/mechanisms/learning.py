"""Individual learning: what a member takes from her network's meeting.

She takes in parts that the network knows and she does not, the more the better the meeting is for her and the more she
trusts; contact with the source also keeps her practice close to its core. With *frank2011*, beginners gain most from
meetings, the intermediate from experimenting and the advanced from colleagues (Frank et al. 2011).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Choice, Parameter
from plnsim.common.streams import stream, uniform
from plnsim.model.mechanisms.focus import relevance
from plnsim.model.mechanisms.parts import draw_parts, known_parts, no_parts, share_of_parts, without
from plnsim.model.mechanisms.rules import relax, trait_stream
from plnsim.model.state import StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, Teacher, Week, World

STAGE = Choice(
    "stage",
    options={
        "flat": "everyone learns from every source alike",
        "frank2011": "meetings serve beginners, experience the intermediate, colleagues the advanced",
    },
    meaning="Whether what serves best depends on what one knows.",
    group="analysis",
    direction="frank-2011",
)

PARAMETERS = (
    Parameter(
        "from_network",
        default=0.91,
        unit="share a meeting",
        range=(0.2, 1.0),
        meaning="Chance that a member takes in a part that her network knows, in a meeting of full quality and trust.",
        group="inquiry",
        direction="march-1991",
    ),
    Parameter(
        "core_repair",
        default=0.15,
        unit="share a meeting",
        range=(0.05, 0.4),
        meaning="How fast a meeting brings a member back to the core.",
        group="practice",
    ),
    Parameter(
        "first_knowledge_low",
        default=0.0,
        unit="share",
        range=(0.0, 0.0),
        meaning="Least that a teacher knows at the start.",
        group="people",
    ),
    Parameter(
        "first_knowledge_high",
        default=0.05,
        unit="share",
        range=(0.0, 0.15),
        meaning="Most that a teacher knows at the start.",
        group="people",
    ),
    STAGE,
)
WRITES = ("teacher.fidelity",)
"""State variables of other mechanisms that this one writes."""

INITIAL_KNOWLEDGE = stream("initial knowledge")
NEW_KNOWLEDGE = stream("new knowledge")
TAKES_IN = stream("member parts")


def initial_knowledge(teacher: Teacher, world: World, week: Week, p: Parameters) -> float:
    """What she knows of the practice who has met it nowhere, spread evenly."""
    u = uniform(week.key, trait_stream(week, INITIAL_KNOWLEDGE, NEW_KNOWLEDGE), teacher.name)
    low, high = p.learning.first_knowledge_low, p.learning.first_knowledge_high
    return low + u * (high - low)


def initial_parts(teacher: Teacher, world: World, week: Week, p: Parameters) -> int:
    """The parts that she knows who has met the practice nowhere: those first that her school finds by itself."""
    return known_parts(teacher, initial_knowledge(teacher, world, week, p), world, week, p)


def present_knowledge(teacher: Teacher, world: World, week: Week, p: Parameters) -> float:
    """The share of all parts that she knows now."""
    return share_of_parts(teacher.parts, p)


TEACHER = (
    StateVariable(
        "parts",
        type="u8",
        unit="set",
        meaning="the parts of the practice that she knows",
        start=initial_parts,
        successor=initial_parts,
    ),
    StateVariable(
        "knowledge",
        type="f8",
        unit="share",
        meaning="the share of the parts that she knows",
        start=present_knowledge,
        successor=present_knowledge,
    ),
)


def learn(teacher: Teacher, parts: int, p: Parameters) -> None:
    """Adds parts to what a teacher knows."""
    if without(parts, teacher.parts) != no_parts():
        teacher.parts = teacher.parts | parts
        teacher.knowledge = share_of_parts(teacher.parts, p)


def forget(teacher: Teacher, parts: int, p: Parameters) -> None:
    """Takes parts from what a teacher knows."""
    if parts != no_parts():
        teacher.parts = without(teacher.parts, parts)
        teacher.knowledge = share_of_parts(teacher.parts, p)


BY_STAGE = STAGE.code("frank2011")


def meeting_effectiveness(knowledge: float, p: Parameters) -> float:
    return 1.0 - knowledge if p.learning.stage == BY_STAGE else 1.0


def experience_effectiveness(knowledge: float, p: Parameters) -> float:
    return 4.0 * knowledge * (1.0 - knowledge) if p.learning.stage == BY_STAGE else 1.0


def colleague_effectiveness(knowledge: float, p: Parameters) -> float:
    return knowledge if p.learning.stage == BY_STAGE else 1.0


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    if teacher.quality > 0.0:
        network = world.networks[teacher.network]
        gained = teacher.quality * relevance(network, p)
        rate = p.learning.from_network * gained * network.trust * meeting_effectiveness(teacher.knowledge, p)
        news = without(network.parts, teacher.parts)
        learn(teacher, draw_parts(news, rate, week, TAKES_IN, teacher.name, p), p)
        teacher.fidelity = relax(teacher.fidelity, 1.0, p.learning.core_repair * gained)
