"""Growth: networks take in further schools at the end of a year, the likelier the better their evidence; later ones
are founded.

A programme that grows year by year begins with some of its networks and founds the others over the years.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.common.streams import stream, uniform
from plnsim.model.mechanisms.rules import fixed_point_mean
from plnsim.model.state import BUILT, KEPT, StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Network, Parameters, Week, World

PARAMETERS = (
    Parameter(
        "rate",
        default=0.3,
        unit="chance a year",
        range=(0.0, 0.8),
        meaning="Chance of taking in a school in a year of the best evidence.",
        group="policy",
    ),
    Parameter(
        "schools_at_once",
        default=1,
        unit="schools",
        range=(1, 4),
        meaning="Schools that a network takes in at a time.",
        group="policy",
        bounds=(1, 1000),
        integer=True,
    ),
)


def founded_at_once(network: Network, world: World, week: Week, p: Parameters) -> int:
    """Whether it is founded before the first week."""
    return 1 if network.begins == 0 else 0


NETWORK = (
    StateVariable("schools", type="i4", unit="number", meaning="schools that take part", start=BUILT, successor=KEPT),
    StateVariable(
        "begins",
        type="i4",
        unit="week",
        meaning="the week in which it is founded",
        kind="fixed",
        start=BUILT,
        successor=KEPT,
    ),
    StateVariable("begun", type="i1", unit="yes/no", meaning="has been founded", start=founded_at_once, successor=KEPT),
    StateVariable(
        "active",
        type="i1",
        unit="yes/no",
        meaning="is alive: founded, and not ended",
        start=founded_at_once,
        successor=KEPT,
    ),
)

RECRUITS = stream("recruit")


def network_updates(network: Network, world: World, week: Week, p: Parameters) -> None:
    if not network.begun and week.number + 1 >= network.begins:
        network.begun = 1
        network.active = 1
    if week.ends_year and network.active and network.schools < network.schools_at_most:
        evidence = fixed_point_mean(network.evidence_total, network.evidence_count)
        if uniform(week.key, RECRUITS, network.name) < p.recruitment.rate * evidence:
            network.schools = min(network.schools_at_most, network.schools + p.recruitment.schools_at_once)
