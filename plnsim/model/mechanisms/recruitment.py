"""Growth: networks are founded, all at once or over the years, and count the schools that take part.

A programme that grows year by year begins with some of its networks and founds the others over the years. Whether a
school joins is its own decision (see *participation*).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.model.state import BUILT, KEPT, StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Network, Parameters, Week, World

PARAMETERS = (
    Parameter(
        "rate",
        default=0.1,
        unit="chance a year",
        range=(0.0, 0.5),
        meaning="Chance that a school outside its network joins in a year, or comes back, were it sure of the worth.",
        group="policy",
    ),
)


def founded_at_once(network: Network, world: World, week: Week, p: Parameters) -> int:
    """Whether it is founded before the first week."""
    return 1 if network.begins == 0 else 0


def schools_at_first(network: Network, world: World, week: Week, p: Parameters) -> int:
    """How many schools take part when it is founded."""
    return network.first_schools


NETWORK = (
    StateVariable(
        "first_schools",
        type="i4",
        unit="number",
        meaning="schools that take part from its founding",
        kind="fixed",
        start=BUILT,
        successor=KEPT,
    ),
    StateVariable(
        "schools", type="i4", unit="number", meaning="schools that take part", kind="seen", start=schools_at_first
    ),
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


def network_observes(network: Network, world: World, week: Week, p: Parameters) -> None:
    taking_part = 0
    for seat in range(network.first_seat, network.after_last_seat):
        teacher = world.teachers[world.seats[seat]]
        if teacher.first_delegate and world.schools[teacher.school].standing > 0:
            taking_part += 1
    network.schools = taking_part


def network_updates(network: Network, world: World, week: Week, p: Parameters) -> None:
    if not network.begun and week.number + 1 >= network.begins:
        network.begun = 1
        network.active = 1
