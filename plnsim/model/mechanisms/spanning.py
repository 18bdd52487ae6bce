"""Boundary spanning: what people outside schools know, and carry between networks and into schools.

They are facilitators, and partners that are no school. Each serves networks that follow each other in the list of
networks, and knows parts of her own; partners who serve the same networks know theirs together. To a meeting she brings
what she knows, and from it she takes away some of what members share, the same as the others who serve it; she keeps
that, and brings it to the next meeting of every network that she serves. A knowledge mobiliser visits schools for all
of them, and brings what they know who serve a school's networks, also where one has ended or not begun. Facilitators
come to meetings that are facilitated, partners to all, and partners cost nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.common.streams import stream
from plnsim.model.mechanisms.focus import relevance
from plnsim.model.mechanisms.partners import joint
from plnsim.model.mechanisms.parts import draw_parts, no_parts, parts_by_chance
from plnsim.model.state import KEPT, StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Network, Parameters, Week, World

PARAMETERS = (
    Parameter(
        "carrying",
        default=0.5,
        unit="share",
        range=(0.0, 1.0),
        meaning="Share of the parts that members share in a meeting which facilitators and partners take away.",
        group="collaboration",
    ),
)

FACILITATOR = stream("parts of the facilitator")
PARTNER = stream("parts of partners")
BRINGS = stream("parts from the facilitator")
TAKES_AWAY = stream("parts taken away")


def facilitator_of(network: Network, p: Parameters) -> int:
    """The number of the facilitator who serves a network; several that follow each other may share one."""
    return int(network.place / p.programme.networks_a_facilitator)


def first_served(facilitator: int, p: Parameters) -> int:
    """The place of the first network that a facilitator serves; the networks up to that of the next one are hers."""
    first = int(facilitator * p.programme.networks_a_facilitator)
    return first if int(first / p.programme.networks_a_facilitator) >= facilitator else first + 1


def handed_on(network: Network, p: Parameters) -> float:
    """The share of the source's skill and knowledge that has reached a facilitator along the chain of training."""
    share = 1.0
    if p.inquiry.trainers > 0:
        for _ in range(facilitator_of(network, p) // p.inquiry.trainers):
            share = share * (1.0 - p.inquiry.training_loss)
    return share


def initial_facilitator_parts(network: Network, world: World, week: Week, p: Parameters) -> int:
    """The parts that a network's facilitator knows at first."""
    share = handed_on(network, p) * p.inquiry.first_knowledge
    return parts_by_chance(share, week, FACILITATOR, facilitator_of(network, p), p)


def initial_partner_parts(network: Network, world: World, week: Week, p: Parameters) -> int:
    """The parts that any of a network's partners knows at first; those that one would know where it has none.

    Partners who come later by the calendar know no more than that and what has been taken away since.
    """
    known = joint(p.partners.knowledge, max(1, p.partners.a_network))
    return parts_by_chance(known, week, PARTNER, facilitator_of(network, p), p)


NETWORK = (
    StateVariable(
        "facilitator_parts",
        type="u8",
        unit="set",
        meaning="the parts that its facilitator knew at first, or has taken away from it",
        start=initial_facilitator_parts,
        successor=KEPT,
    ),
    StateVariable(
        "partner_parts",
        type="u8",
        unit="set",
        meaning="the parts that its partners knew at first, or have taken away from it",
        start=initial_partner_parts,
        successor=KEPT,
    ),
    StateVariable(
        "outside_parts",
        type="u8",
        unit="set",
        meaning="the parts that its facilitator and its partners know, from all networks that they serve",
        kind="seen",
    ),
    StateVariable(
        "brought",
        type="u8",
        unit="set",
        meaning="the parts that they brought into last week's meeting, as far as it took them in",
        kind="seen",
    ),
)


def network_observes(network: Network, world: World, week: Week, p: Parameters) -> None:
    facilitator, partners = no_parts(), no_parts()
    who = facilitator_of(network, p)
    for place in range(first_served(who, p), min(len(world.networks), first_served(who + 1, p))):
        facilitator = facilitator | world.networks[place].facilitator_parts
        if p.partners.a_network > 0:
            partners = partners | world.networks[place].partner_parts
    network.outside_parts = facilitator | partners
    network.brought = no_parts()
    if network.attended > 0:
        there = network.outside_parts if network.facilitator_met else partners
        rate = network.facilitation_met * network.mean_quality * relevance(network, p)
        network.brought = draw_parts(there, rate, week, BRINGS, network.name, p)


def network_updates(network: Network, world: World, week: Week, p: Parameters) -> None:
    if network.attended > 0:
        taken = draw_parts(network.shared, p.spanning.carrying, week, TAKES_AWAY, network.name, p)
        if network.facilitator_met:
            network.facilitator_parts = network.facilitator_parts | taken
        if p.partners.a_network > 0:
            network.partner_parts = network.partner_parts | taken
