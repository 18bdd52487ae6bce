"""Network meetings: how good they are, and the trust that grows in them.

The quality of a meeting for a member joins her time, the shared focus, trust and the facilitation of inquiry. Meeting online
reaches its worth only where trust exists already, so a blended start matters (Tulowitzki 2021). Trust grows with good
meetings and suffers when seats change hands. A new network meets once its members have been seated. When outside support
ends, a network meets on its own, and less often.
"""

from plnsim.common.parameter import Parameter
from plnsim.model.mechanisms.conditions import FLOOR, NO_SUBSTITUTION, SYMMETRIC, bent, unbent
from plnsim.model.mechanisms.membership import attends
from plnsim.model.mechanisms.rules import relaxed, tallied, untallied

PARAMETERS = (
    Parameter("a_year", 10.0, "meetings a year", (3.25, 19.5), "Network meetings in a school year, while supported.", "collaboration",
              bounds=(0.0, 39.0), source="eef-rlc"),
    Parameter("alone_share", 0.5, "share", (0.2, 1.0), "Share of these meetings that a network holds on its own.", "collaboration"),
    Parameter("in_person", 0.6, "share", (0.0, 1.0), "Share of exchange that takes place in person.", "collaboration",
              direction="tulowitzki-2021"),
    Parameter("online_worth", 0.8, "share", (0.5, 1.0), "What online exchange is worth at full trust, against in person.", "collaboration",
              direction="tulowitzki-2021"),
    Parameter("first_trust", 0.3, "share", (0.05, 0.7), "Trust in a new network.", "collaboration", structural=True),
    Parameter("trust_growth", 0.16, "share a meeting", (0.04, 0.4), "How fast trust grows in good meetings.", "collaboration",
              direction="bryk-schneider-2002"),
    Parameter("disadvantage_loss", 0.0, "share", (0.0, 0.5), "Share of what exchange yields that is lost in the most disadvantaged school.",
              "people", direction="johnston-tsai-2018"),
)


def mode(trust, p):
    """Worth of the mix of in-person and online exchange, in 0..1."""
    online = p.meeting.online_worth * (1.0 + trust) / 2.0
    return p.meeting.in_person + (1.0 - p.meeting.in_person) * online


def quality(time, leadership, focus, trust, facilitation, p):
    """Quality of a meeting for one member: the mode times what its conditions together give, in 0..1."""
    substitution = p.conditions.substitution
    symmetric = p.conditions.placement == SYMMETRIC
    if substitution <= NO_SUBSTITUTION:
        least = max(FLOOR, min(min(time, focus), min(trust, facilitation)))
        if symmetric:
            least = min(least, max(FLOOR, leadership))
        return mode(trust, p) * least
    total = bent(time, substitution) + bent(focus, substitution) + bent(trust, substitution) + bent(facilitation, substitution)
    count = 4.0
    if symmetric:
        total += bent(leadership, substitution)
        count = 5.0
    return mode(trust, p) * unbent(total / count, substitution)


def exchange_yield(school, p):
    """What an exchange yields in this school, against the least disadvantaged one."""
    return 1.0 - p.meeting.disadvantage_loss * school.disadvantage


def network_looks(network, world, week, p):
    network.facilitated = 0
    network.meets = 0
    if network.active and network.members > 0 and (week.meets if week.supported else week.meets_alone):
        network.meets = 1
        network.facilitated = week.supported
    if week.tune_up and network.begun and network.members > 0:
        network.meets = 1
        network.facilitated = 1
    attended, quality_total, users, newcomers = 0, 0, 0, 0
    for seat in range(network.first_seat, network.after_last_seat):
        teacher = world.teachers[world.seats[seat]]
        if teacher.quality > 0.0:
            attended += 1
            quality_total += tallied(teacher.quality)
            users += teacher.uses
        if teacher.member:
            newcomers += teacher.new
    network.attended = attended
    network.mean_quality = untallied(quality_total, attended)
    network.member_use = users / attended if attended > 0 else 0.0
    network.newcomers = newcomers


def teacher_acts(teacher, world, week, p):
    teacher.quality = 0.0
    if teacher.network >= 0:
        network = world.networks[teacher.network]
        if network.meets and attends(teacher, network, week):
            school = world.schools[teacher.school]
            met = quality(teacher.time, school.leadership, network.focus, network.trust, network.facilitation, p)
            teacher.quality = met * exchange_yield(school, p)


def network_acts(network, world, week, p):
    if network.attended > 0:
        network.trust = relaxed(network.trust, 1.0, p.meeting.trust_growth * network.mean_quality)
    if network.newcomers > 0:
        network.trust = network.trust * (1.0 - network.newcomers / network.members)
