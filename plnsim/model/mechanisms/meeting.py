"""Network meetings: how good they are, and the trust that grows in them.

The quality of a meeting for a member joins her time, the shared focus, trust and the facilitation of inquiry. Meeting
online reaches its worth only where trust exists already, so a blended start matters (Tulowitzki 2021). Trust grows
with good meetings and suffers when seats change hands. A new network meets once its members have been seated. When
outside support ends, a network meets on its own, and less often.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.model.mechanisms.conditions import FLOOR, NO_SUBSTITUTION, SYMMETRIC, ces_inverse, ces_term
from plnsim.model.mechanisms.membership import attends
from plnsim.model.mechanisms.rules import fixed_point_mean, relax, to_fixed_point
from plnsim.model.state import KEPT, StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Network, Parameters, School, Teacher, Week, World

PARAMETERS = (
    Parameter(
        "a_year",
        default=10.0,
        unit="meetings a year",
        range=(3.25, 19.5),
        meaning="Network meetings in a school year, while supported.",
        group="collaboration",
        bounds=(0.0, 39.0),
        source="eef-rlc",
    ),
    Parameter(
        "alone_share",
        default=0.5,
        unit="share",
        range=(0.2, 1.0),
        meaning="Share of these meetings that a network holds on its own.",
        group="collaboration",
    ),
    Parameter(
        "in_person",
        default=0.6,
        unit="share",
        range=(0.0, 1.0),
        meaning="Share of exchange that takes place in person.",
        group="collaboration",
        direction="tulowitzki-2021",
    ),
    Parameter(
        "online_worth",
        default=0.8,
        unit="share",
        range=(0.5, 1.0),
        meaning="What online exchange is worth at full trust, against in person.",
        group="collaboration",
        direction="tulowitzki-2021",
    ),
    Parameter(
        "first_trust",
        default=0.3,
        unit="share",
        range=(0.05, 0.7),
        meaning="Trust in a new network.",
        group="collaboration",
        structural=True,
    ),
    Parameter(
        "trust_growth",
        default=0.16,
        unit="share a meeting",
        range=(0.04, 0.4),
        meaning="How fast trust grows in good meetings.",
        group="collaboration",
        direction="bryk-schneider-2002",
    ),
    Parameter(
        "disadvantage_loss",
        default=0.0,
        unit="share",
        range=(0.0, 0.5),
        meaning="Share of what exchange yields that is lost in the most disadvantaged school.",
        group="people",
        direction="johnston-tsai-2018",
    ),
)


def initial_trust(network: Network, world: World, week: Week, p: Parameters) -> float:
    """The trust in a new network."""
    return p.meeting.first_trust


TEACHER = (
    StateVariable(
        "quality",
        type="f8",
        unit="share",
        meaning="quality of the network meeting that she attended this week, 0 without one",
        start=0.0,
        successor=KEPT,
    ),
)

NETWORK = (
    StateVariable(
        "trust", type="f8", unit="share", meaning="trust between members", start=initial_trust, successor=KEPT
    ),
    StateVariable("meets", type="i1", unit="yes/no", meaning="meets this week", kind="seen"),
    StateVariable(
        "facilitated", type="i1", unit="yes/no", meaning="meets this week with outside facilitation", kind="seen"
    ),
    StateVariable("attended", type="i4", unit="number", meaning="members who met last week", kind="seen"),
    StateVariable("mean_quality", type="f8", unit="share", meaning="mean quality of last week's meeting", kind="seen"),
    StateVariable(
        "newcomers", type="i4", unit="number", meaning="seats that changed hands at the last year end", kind="seen"
    ),
)


def mode(trust: float, p: Parameters) -> float:
    """Worth of the mix of in-person and online exchange, in 0..1."""
    online = p.meeting.online_worth * (1.0 + trust) / 2.0
    return p.meeting.in_person + (1.0 - p.meeting.in_person) * online


def quality(time: float, leadership: float, focus: float, trust: float, facilitation: float, p: Parameters) -> float:
    """Quality of a meeting for one member: the mode times what its conditions together give, in 0..1."""
    substitution = p.conditions.substitution
    symmetric = p.conditions.placement == SYMMETRIC
    if substitution <= NO_SUBSTITUTION:
        least = max(FLOOR, min(min(time, focus), min(trust, facilitation)))
        if symmetric:
            least = min(least, max(FLOOR, leadership))
        return mode(trust, p) * least
    total = (
        ces_term(time, substitution)
        + ces_term(focus, substitution)
        + ces_term(trust, substitution)
        + ces_term(facilitation, substitution)
    )
    count = 4.0
    if symmetric:
        total += ces_term(leadership, substitution)
        count = 5.0
    return mode(trust, p) * ces_inverse(total / count, substitution)


def exchange_yield(school: School, p: Parameters) -> float:
    """What an exchange yields in this school, against the least disadvantaged one."""
    return 1.0 - p.meeting.disadvantage_loss * school.disadvantage


def network_observes(network: Network, world: World, week: Week, p: Parameters) -> None:
    network.facilitated = 0
    network.meets = 0
    if network.active and network.members > 0 and (week.meets if week.supported else week.meets_alone):
        network.meets = 1
        network.facilitated = week.supported
    if week.tune_up and network.begun and network.members > 0:
        network.meets = 1
        network.facilitated = 1
    attended, quality_total, newcomers = 0, 0, 0
    for seat in range(network.first_seat, network.after_last_seat):
        teacher = world.teachers[world.seats[seat]]
        if teacher.quality > 0.0:
            attended += 1
            quality_total += to_fixed_point(teacher.quality)
        if teacher.member:
            newcomers += teacher.new
    network.attended = attended
    network.mean_quality = fixed_point_mean(quality_total, attended)
    network.newcomers = newcomers


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    teacher.quality = 0.0
    if teacher.network >= 0:
        network = world.networks[teacher.network]
        if network.meets and attends(teacher, network, week):
            school = world.schools[teacher.school]
            met = quality(teacher.time, school.leadership, network.focus, network.trust, network.facilitation, p)
            teacher.quality = met * exchange_yield(school, p)


def network_updates(network: Network, world: World, week: Week, p: Parameters) -> None:
    if network.attended > 0:
        network.trust = relax(network.trust, 1.0, p.meeting.trust_growth * network.mean_quality)
    if network.newcomers > 0:
        network.trust = network.trust * (1.0 - network.newcomers / network.members)
