"""Partners that are no school: universities, health or youth agencies, the district.

They have no classroom. They keep up part of the facilitation when outside support has ended, and give a network
continuity when it decides whether to go on; what they know and carry is a matter of boundary spanning (*spanning*).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.model.mechanisms.rules import relax

if TYPE_CHECKING:
    from plnsim.model.protocols import Network, Parameters, Week, World

PARAMETERS = (
    Parameter(
        "a_network",
        default=0,
        unit="partners",
        range=(0, 4),
        meaning="Partners in each network that are no school.",
        group="collaboration",
        bounds=(0, 100),
        integer=True,
        direction="brown-poortman-2020",
    ),
    Parameter(
        "knowledge",
        default=0.6,
        unit="share",
        range=(0.3, 1.0),
        meaning="What each partner knows of the practice at first, and a mailing carries of it.",
        group="inquiry",
        structural=True,
    ),
    Parameter(
        "continuity",
        default=0.3,
        unit="share",
        range=(0.0, 0.8),
        meaning="Share of a network's facilitation and of its doubts about going on that one partner makes up "
        "for once outside support has ended.",
        group="policy",
        direction="brown-poortman-2020",
    ),
)
WRITES = ("network.facilitation",)
"""State variables of other mechanisms that this one writes."""


def joint(one: float, partners: int) -> float:
    """What several partners achieve together when each closes a share ``one`` of the gap that the others leave."""
    left = 1.0
    for _ in range(partners):
        left = left * (1.0 - one)
    return 1.0 - left


def network_observes(network: Network, world: World, week: Week, p: Parameters) -> None:
    if p.partners.a_network > 0 and network.active and not week.supported and not network.facilitated:
        kept_up = joint(p.partners.continuity, p.partners.a_network)
        network.facilitation = relax(network.facilitation, max(network.facilitation, network.skill), kept_up)
