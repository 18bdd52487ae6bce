"""Individual learning: what a member takes from her network's meeting.

She learns from what the network knows, the faster the better the meeting is for her; contact with the source also keeps
her practice close to its core. With *frank2011*, beginners gain most from meetings, the intermediate from experimenting
and the advanced from colleagues (Frank et al. 2011).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Choice, Parameter
from plnsim.common.streams import stream, uniform
from plnsim.model.mechanisms.focus import relevance
from plnsim.model.mechanisms.rules import relax, trait_stream, transfer
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
        default=0.25,
        unit="share a meeting",
        range=(0.1, 0.5),
        meaning="How fast a member learns what her network knows.",
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


def initial_knowledge(teacher: Teacher, world: World, week: Week, p: Parameters) -> float:
    """What she knows of the practice who has met it nowhere, spread evenly."""
    u = uniform(week.key, trait_stream(week, INITIAL_KNOWLEDGE, NEW_KNOWLEDGE), teacher.name)
    low, high = p.learning.first_knowledge_low, p.learning.first_knowledge_high
    return low + u * (high - low)


TEACHER = (
    StateVariable(
        "knowledge",
        type="f8",
        unit="share",
        meaning="what she knows of the core of the practice",
        start=initial_knowledge,
        successor=initial_knowledge,
    ),
)

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
        rate = p.learning.from_network * gained * meeting_effectiveness(teacher.knowledge, p)
        teacher.knowledge = transfer(teacher.knowledge, network.knowledge, rate)
        teacher.fidelity = relax(teacher.fidelity, 1.0, p.learning.core_repair * gained)
