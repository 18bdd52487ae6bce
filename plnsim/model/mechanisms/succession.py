"""Succession: a head leaves and another comes, who may care more or less.

Distributed leadership and routine carry the work across the change; a new head starts with less of it (not invented
here). Change cuts both ways: a new head is also the first reason to take up again (Kittelman et al. 2020).
"""

from plnsim.common.parameter import Parameter
from plnsim.common.streams import decision, drawn, spread_share
from plnsim.model.mechanisms.rules import relaxed

PARAMETERS = (
    Parameter("rate", 0.12, "share a year", (0.08, 0.25), "Share of heads who leave in a year.", "people", source="nfer-heads-2017"),
    Parameter("disadvantage_ratio", 1.3, "ratio", (1.0, 1.7), "Leaving in the most against the least disadvantaged school.", "people",
              source="nces-2022", bounds=(1.0, 5.0)),
    Parameter("not_invented_here", 0.4, "share", (0.0, 0.7), "How much of a new head's own priority is missing at first.", "leadership"),
    Parameter("carried", 0.5, "share", (0.0, 1.0), "How much of the work full distributed leadership carries across the change.", "leadership",
              direction="schildkamp-2020"),
)

LEAVES = decision("head leaves")
VISION = decision("new vision")
SUPPORT = decision("new support")


def leaving_share(disadvantage, p):
    """Chance that a head leaves at a year end."""
    slope = (p.succession.disadvantage_ratio - 1.0) / (p.succession.disadvantage_ratio + 1.0)
    return min(1.0, p.succession.rate * (1.0 + 2.0 * slope * (disadvantage - 0.5)))


def continuity(distributed, routine, p):
    """How much of the old priority stays when the head changes."""
    return 1.0 - (1.0 - p.succession.carried * distributed) * (1.0 - routine)


def school_acts(school, world, week, p):
    leaves = week.new_head
    if week.ends_year:
        leaves = max(leaves, leaving_share(school.disadvantage, p))
    if leaves <= 0.0 or drawn(week.luck, LEAVES, school.name) >= leaves:
        return
    school.own_vision = spread_share(p.leadership.vision, p.leadership.spread, drawn(week.luck, VISION, school.name))
    school.support = spread_share(p.leadership.support, p.leadership.spread, drawn(week.luck, SUPPORT, school.name))
    arriving = school.own_vision * (1.0 - p.succession.not_invented_here)
    school.vision = relaxed(arriving, school.vision, continuity(school.distributed, school.routine, p))
