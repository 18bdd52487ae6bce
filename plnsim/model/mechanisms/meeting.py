"""Network meetings: how good they are, and the trust that grows in them.

Coming takes hours: the meeting with what it takes to prepare it, and, in person, the way to the middle of the network's
schools and back. They are made up for in the weeks that follow; who has not yet made up for the last meeting comes to
the next with that much less chance, so who finds no hours comes no more. Time enters a meeting by who comes, and not
once more by its quality: that joins the shared focus, trust and the facilitation of inquiry. Meeting online reaches its
worth only where trust exists already, so a blended start matters (Tulowitzki 2021). Trust grows with good meetings, as
far as members come, and suffers when seats change hands. A new network meets once its members have been seated. When
outside support ends, a network meets on its own, and less often.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.common.streams import stream, uniform
from plnsim.model.mechanisms.conditions import FLOOR, NO_SUBSTITUTION, SYMMETRIC, ces_inverse, ces_join, ces_start
from plnsim.model.mechanisms.membership import attends
from plnsim.model.mechanisms.rules import fixed_point_mean, relax, to_fixed_point
from plnsim.model.mechanisms.time import given_from_outside, to_microhours
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
        "hours",
        default=2.5,
        unit="hours",
        range=(1.0, 6.0),
        meaning="Hours that a meeting takes, with preparing it and writing it up, without travel.",
        group="collaboration",
        bounds=(0.0, 40.0),
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
        meaning="How fast trust grows in good meetings to which all come.",
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


def centre_east(network: Network, world: World, week: Week, p: Parameters) -> float:
    """How far east the seats of the schools that found it lie on average."""
    east, count = 0.0, 0
    for seat in range(network.first_seat, network.after_last_seat):
        teacher = world.teachers[world.seats[seat]]
        if teacher.seat < network.first_schools:
            east += world.schools[teacher.school].east
            count += 1
    return east / count if count > 0 else 0.0


def centre_north(network: Network, world: World, week: Week, p: Parameters) -> float:
    """How far north they lie."""
    north, count = 0.0, 0
    for seat in range(network.first_seat, network.after_last_seat):
        teacher = world.teachers[world.seats[seat]]
        if teacher.seat < network.first_schools:
            north += world.schools[teacher.school].north
            count += 1
    return north / count if count > 0 else 0.0


TEACHER = (
    StateVariable(
        "quality",
        type="f8",
        unit="share",
        meaning="quality of the network meeting that she attended this week, 0 without one",
        start=0.0,
        successor=0.0,
    ),
)

WRITES = ("teacher.owed",)
"""State variables of other mechanisms that this one writes."""

NETWORK = (
    StateVariable(
        "east",
        type="f8",
        unit="minutes",
        meaning="where it meets: the middle of the schools that found it, in minutes of travel",
        kind="fixed",
        start=centre_east,
        successor=KEPT,
    ),
    StateVariable(
        "north",
        type="f8",
        unit="minutes",
        meaning="where it meets: the middle of the schools that found it, in minutes of travel",
        kind="fixed",
        start=centre_north,
        successor=KEPT,
    ),
    StateVariable(
        "trust", type="f8", unit="share", meaning="trust between members", start=initial_trust, successor=KEPT
    ),
    StateVariable("meets", type="i1", unit="yes/no", meaning="meets this week", kind="seen"),
    StateVariable(
        "facilitated", type="i1", unit="yes/no", meaning="meets this week with outside facilitation", kind="seen"
    ),
    StateVariable(
        "attended", type="i4", unit="number", meaning="who met last week: members, and guests of a tune-up", kind="seen"
    ),
    StateVariable(
        "members_met",
        type="i4",
        unit="number",
        meaning="who could come to its last meeting: members, and guests of a tune-up",
        start=0,
        successor=KEPT,
    ),
    StateVariable("mean_quality", type="f8", unit="share", meaning="mean quality of last week's meeting", kind="seen"),
    StateVariable(
        "newcomers", type="i4", unit="number", meaning="seats that somebody new took over last week", kind="seen"
    ),
)


COMES = stream("comes")


def travel_hours(school: School, network: Network) -> float:
    """Hours of travel from a school to where the network meets, and back."""
    east, north = school.east - network.east, school.north - network.north
    return 2.0 * math.sqrt(east * east + north * north) / 60.0


def hours_taken(school: School, network: Network, p: Parameters) -> int:
    """What a meeting takes of a member, in millionths of an hour; she travels to meetings in person."""
    return to_microhours(p.meeting.hours + p.meeting.in_person * travel_hours(school, network))


def mode(trust: float, p: Parameters) -> float:
    """Worth of the mix of in-person and online exchange, in 0..1."""
    online = p.meeting.online_worth * (1.0 + trust) / 2.0
    return p.meeting.in_person + (1.0 - p.meeting.in_person) * online


def quality(leadership: float, focus: float, trust: float, facilitation: float, p: Parameters) -> float:
    """Quality of a meeting for one member: the mode times what its conditions together give, in 0..1.

    Where all conditions enter everywhere leadership does too; time has entered by her coming.
    """
    substitution = p.conditions.substitution
    symmetric = p.conditions.placement == SYMMETRIC
    if substitution <= NO_SUBSTITUTION:
        least = max(FLOOR, min(focus, min(trust, facilitation)))
        if symmetric:
            least = min(least, max(FLOOR, leadership))
        return mode(trust, p) * least
    joined = ces_join(ces_start(substitution), focus, substitution)
    joined = ces_join(ces_join(joined, trust, substitution), facilitation, substitution)
    if symmetric:
        joined = ces_join(joined, leadership, substitution)
    return mode(trust, p) * ces_inverse(joined, 4.0 if symmetric else 3.0, substitution)


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
            newcomers += teacher.new_member
    network.attended = attended
    network.mean_quality = fixed_point_mean(quality_total, attended)
    network.newcomers = newcomers


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    teacher.quality = 0.0
    if teacher.network >= 0:
        network = world.networks[teacher.network]
        if network.meets and attends(teacher, world, week):
            school = world.schools[teacher.school]
            takes = hours_taken(school, network, p)
            if teacher.owed > 0 and uniform(week.key, COMES, teacher.name) >= 1.0 - teacher.owed / max(1, takes):
                return
            outside = given_from_outside(school, p) * p.conditions.time_target
            teacher.owed = teacher.owed + int(takes * (1.0 - outside))
            met = quality(school.leadership, network.focus, network.trust, network.facilitation, p)
            teacher.quality = met * exchange_yield(school, p)


def network_updates(network: Network, world: World, week: Week, p: Parameters) -> None:
    if network.attended > 0:
        came = min(1.0, network.attended / max(1, network.members_met))
        network.trust = relax(network.trust, 1.0, p.meeting.trust_growth * came * network.mean_quality)
    if network.newcomers > 0:
        network.trust = network.trust * (1.0 - network.newcomers / network.members)
    if network.meets:
        network.members_met = network.members
