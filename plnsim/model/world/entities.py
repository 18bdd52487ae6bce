"""Who is in the world: teachers, schools and networks, and every state variable that they carry.

The declarations below are the only place where a state variable is named. From them come the NumPy records of the
starting world, the columns of the Numba engine, the attributes of Mesa's agents and the tables of the ODD document.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

NOBODY = -1


@dataclass(frozen=True)
class StateVariable:
    """One state variable: its name, NumPy type, unit and meaning; ``kind`` is state, fixed, seen or marked.

    *fixed* does not change in a run (for a teacher: until the post changes hands); *seen* is remembered from this
    week's observing of others; *marked* only serves to count and never feeds back.
    """

    name: str
    type: str
    unit: str
    meaning: str
    kind: str = "state"


S = StateVariable

TEACHER = (
    S("name", "u4", "identity", "lasting identity of the post; what chance is keyed by", "fixed"),
    S("post", "i4", "place", "place of the post in the list of teachers", "fixed"),
    S("school", "i4", "place", "the school", "fixed"),
    S("department", "i2", "number", "department, or year group in a primary school", "fixed"),
    S("network", "i4", "place", "the network in which the post holds a seat, or -1", "fixed"),
    S("seat", "i2", "number", "the order in which the school of the seat joins the network, from 0", "fixed"),
    S("years", "i2", "years", "how long the teacher has held the post"),
    S("knowledge", "f8", "share", "what she knows of the core of the practice"),
    S("belief", "f8", "share", "how much she values the practice"),
    S("first_belief", "f8", "share", "what she believed when she came", "fixed"),
    S("habit", "f8", "share", "how far using it has become a habit"),
    S("fidelity", "f8", "share", "how much of the core her practice keeps"),
    S("adaptation", "f8", "share", "how far she has fitted it to her classroom"),
    S("awareness", "f8", "share", "how aware she is of being a broker for her school"),
    S(
        "threshold",
        "f8",
        "share",
        "share of colleagues using it at which social pressure is half its full strength",
        "fixed",
    ),
    S("load", "f8", "factor", "her hours for development against the average (mean 1)", "fixed"),
    S("time", "f8", "share", "time sufficiency this week: hours she has against hours it takes"),
    S("quality", "f8", "share", "quality of the network meeting that she attended this week, 0 without one"),
    S("evidence", "f8", "share", "benefit for pupils that she saw this week against what she expects"),
    S("exposure", "f8", "share", "share of those she turns to who use the practice", "seen"),
    S("source_fidelity", "f8", "share", "mean fidelity of those of them who use it", "seen"),
    S(
        "contact_knowledge",
        "f8",
        "share",
        "knowledge of the colleague she met this week, 0 if he does not use it",
        "seen",
    ),
    S("contact_belief", "f8", "share", "belief of that colleague, or the mean of all", "seen"),
    S("heard", "f8", "share", "best knowledge heard over an information tie this week", "seen"),
    S("advised", "f8", "share", "knowledge of the broker who advised her this week", "seen"),
    S("moved_knowledge", "f8", "share", "knowledge that whoever moves in at the year end brings", "seen"),
    S("moved_belief", "f8", "share", "belief that whoever moves in at the year end brings", "seen"),
    S("advised_formally", "i1", "yes/no", "that broker holds a formal role", "seen"),
    S("uses", "i1", "yes/no", "uses the practice"),
    S("applied", "i1", "-1, 0, 1", "this week: used it (1), meant to and did not (-1), was no user (0)"),
    S("member", "i1", "yes/no", "takes part in an active network"),
    S("formal", "i1", "yes/no", "holds a formal role", "fixed"),
    S("mobilises", "i1", "yes/no", "shares what she knows with colleagues this week"),
    S("new", "i1", "yes/no", "came at the last year end"),
    S("tried", "i1", "yes/no", "has ever used it", "marked"),
    S("reached", "i1", "yes/no", "has ever learnt from a broker", "marked"),
    S("mobilised", "i1", "yes/no", "has ever shared it with colleagues", "marked"),
    S("barrier", "i1", "0 to 3", "what she names as in the way: nothing, time, leadership, focus", "marked"),
)

SCHOOL = (
    S("name", "u8", "identity", "lasting identity; what chance is keyed by", "fixed"),
    S("first_teacher", "i4", "place", "place of its first teacher", "fixed"),
    S("after_last_teacher", "i4", "place", "place after its last teacher", "fixed"),
    S("secondary", "i1", "yes/no", "a secondary school", "fixed"),
    S("east", "f8", "minutes", "place on the map, in minutes of travel", "fixed"),
    S("north", "f8", "minutes", "place on the map, in minutes of travel", "fixed"),
    S("disadvantage", "f8", "share", "rank of disadvantage among all schools (0 least, 1 most)", "fixed"),
    S("own_focus", "f8", "share", "how well the practice fits the goals of the school", "fixed"),
    S("distributed", "f8", "share", "distributed leadership", "fixed"),
    S("vision", "f8", "share", "priority that the head gives the practice"),
    S("own_vision", "f8", "share", "the priority that this head is inclined to"),
    S("support", "f8", "share", "support and knowledge of the head"),
    S("routine", "f8", "share", "how far the practice is part of the school's routines"),
    S("evidence_total", "i8", "tally", "evidence seen by staff since the year began"),
    S("evidence_count", "i8", "number", "how many times"),
    S("leadership", "f8", "share", "leadership as staff feel it this week", "seen"),
    S("lasting_leadership", "f8", "share", "leadership with what the routine carries", "seen"),
    S("focus", "f8", "share", "shared focus as staff feel it this week", "seen"),
    S("inquiry", "f8", "share", "reflective inquiry open to its users through an active network", "seen"),
    S("mean_time", "f8", "share", "mean time sufficiency of staff", "seen"),
    S("prevalence", "f8", "share", "share of staff using the practice", "seen"),
    S("user_knowledge", "f8", "share", "mean knowledge of users", "seen"),
    S("user_fidelity", "f8", "share", "mean fidelity of users", "seen"),
    S("users", "i4", "number", "staff who use it", "seen"),
    S("brokers", "i4", "number", "staff who share it this week", "seen"),
    S("participates", "i1", "yes/no", "has members in an active network", "seen"),
    S("new_evidence", "i8", "tally", "evidence seen by staff last week", "seen"),
    S("new_evidence_count", "i8", "number", "how many times", "seen"),
)

NETWORK = (
    S("name", "u8", "identity", "lasting identity; what chance is keyed by", "fixed"),
    S("place", "i4", "place", "place in the list of networks", "fixed"),
    S("first_seat", "i4", "place", "place of its first seat", "fixed"),
    S("after_last_seat", "i4", "place", "place after its last seat", "fixed"),
    S("schools_at_most", "i4", "number", "schools that have a seat or may be recruited", "fixed"),
    S("schools", "i4", "number", "schools that take part"),
    S("theme", "i4", "number", "its theme: 0 for the practice that is simulated, others for other themes", "fixed"),
    S("begins", "i4", "week", "the week in which it is founded", "fixed"),
    S("begun", "i1", "yes/no", "has been founded"),
    S("active", "i1", "yes/no", "is alive: founded, and not ended"),
    S("knowledge", "f8", "share", "collective knowledge of the practice"),
    S("trust", "f8", "share", "trust between members"),
    S("evidence_total", "i8", "tally", "evidence seen by members since the year began"),
    S("evidence_count", "i8", "number", "how many times"),
    S("meets", "i1", "yes/no", "meets this week", "seen"),
    S("facilitated", "i1", "yes/no", "meets this week with outside facilitation", "seen"),
    S("facilitation", "f8", "share", "quality of reflective inquiry when it meets", "seen"),
    S("focus", "f8", "share", "shared focus: mean fit of the practice with the goals of its schools", "seen"),
    S("time", "f8", "share", "mean time sufficiency of its members last week", "seen"),
    S("leadership", "f8", "share", "mean leadership in its schools", "seen"),
    S("distributed", "f8", "share", "mean distributed leadership in its schools", "seen"),
    S("members", "i4", "number", "who takes part", "seen"),
    S("newcomers", "i4", "number", "seats that changed hands at the last year end", "seen"),
    S("attended", "i4", "number", "members who met last week", "seen"),
    S("mean_quality", "f8", "share", "mean quality of last week's meeting", "seen"),
    S("member_use", "f8", "share", "share of those who met last week who use the practice", "seen"),
    S("new_evidence", "i8", "tally", "evidence seen by members last week", "seen"),
    S("new_evidence_count", "i8", "number", "how many times", "seen"),
    S("linked_knowledge", "f8", "share", "mean collective knowledge of the networks that it is linked with", "seen"),
)


def record_dtype(variables: tuple[StateVariable, ...]) -> np.dtype:
    """The NumPy record of an entity: a plain structured type, aligned."""
    return np.dtype(
        [(one.name, one.type) for one in sorted(variables, key=lambda one: -np.dtype(one.type).itemsize)], align=True
    )


TEACHER_DTYPE = record_dtype(TEACHER)
SCHOOL_DTYPE = record_dtype(SCHOOL)
NETWORK_DTYPE = record_dtype(NETWORK)


class World(NamedTuple):
    """Everyone and every tie, as arrays; the engines hold the first three in ways of their own (lists of agents,
    columns).

    Ties of person *i* are ``..._to[..._first[i]:..._first[i + 1]]``: the colleagues she turns to (advice), those she
    hears from (information), members of other schools she exchanges with while her network is active (cross), and the
    networks that a network is linked with (links). ``seats`` lists each network's posts in the order in which schools
    join.
    """

    teachers: np.ndarray
    schools: np.ndarray
    networks: np.ndarray
    advice_first: np.ndarray
    advice_to: np.ndarray
    information_first: np.ndarray
    information_to: np.ndarray
    cross_first: np.ndarray
    cross_to: np.ndarray
    link_first: np.ndarray
    link_to: np.ndarray
    seats: np.ndarray
