"""Individual learning: what a member takes from her network's meeting.

She learns from what the network knows, the faster the better the meeting is for her; contact with the source also keeps
her practice close to its core. With *frank2011*, beginners gain most from meetings, the intermediate from experimenting
and the advanced from colleagues (Frank et al. 2011).
"""

from plnsim.common.parameter import Choice, Parameter
from plnsim.model.mechanisms.focus import relevance
from plnsim.model.mechanisms.rules import relaxed, transferred

PARAMETERS = (
    Parameter("from_network", 0.25, "share a meeting", (0.1, 0.5), "How fast a member learns what her network knows.", "inquiry",
              direction="march-1991"),
    Parameter("core_repair", 0.15, "share a meeting", (0.05, 0.4), "How fast a meeting brings a member back to the core.", "practice"),
    Parameter("first_knowledge_low", 0.0, "share", (0.0, 0.0), "Least that a teacher knows at the start.", "people"),
    Parameter("first_knowledge_high", 0.05, "share", (0.0, 0.15), "Most that a teacher knows at the start.", "people"),
    Choice("stage", {"flat": "everyone learns from every source alike",
                     "frank2011": "meetings serve beginners, experience the intermediate, colleagues the advanced"},
           "Whether what serves best depends on what one knows.", "analysis", direction="frank-2011"),
)

BY_STAGE = 1


def meeting_serves(knowledge, p):
    return 1.0 - knowledge if p.learning.stage == BY_STAGE else 1.0


def experience_serves(knowledge, p):
    return 4.0 * knowledge * (1.0 - knowledge) if p.learning.stage == BY_STAGE else 1.0


def colleagues_serve(knowledge, p):
    return knowledge if p.learning.stage == BY_STAGE else 1.0


def first_knowledge(luck, p):
    """What a teacher who has met the practice nowhere knows of it."""
    return p.learning.first_knowledge_low + luck * (p.learning.first_knowledge_high - p.learning.first_knowledge_low)


def teacher_acts(teacher, world, week, p):
    if teacher.quality > 0.0:
        network = world.networks[teacher.network]
        gained = teacher.quality * relevance(network, p)
        rate = p.learning.from_network * gained * meeting_serves(teacher.knowledge, p)
        teacher.knowledge = transferred(teacher.knowledge, network.knowledge, rate)
        teacher.fidelity = relaxed(teacher.fidelity, 1.0, p.learning.core_repair * gained)
