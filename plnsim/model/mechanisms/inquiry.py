"""Reflective professional inquiry: how well a network turns experience into knowledge that its members share.

In a meeting members share what they know, as far as they trust each other and are heard; what nobody writes down is
lost again. New parts come of comparing what different schools have tried: talk without application yields little, and
so does the company of one's own colleagues. People from outside schools bring parts of their own (*spanning*). A
facilitator serves only so many participants well. A network on its own inquires as well as it has learnt to, and as its
schools let others lead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.common.streams import logit_normal, stream, uniform
from plnsim.model.mechanisms.focus import relevance
from plnsim.model.mechanisms.parts import all_parts, draw_parts, no_parts, share_of_parts, without
from plnsim.model.mechanisms.spanning import facilitator_of, handed_on, initial_facilitator_parts
from plnsim.model.state import KEPT, StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Network, Parameters, Week, World

PARAMETERS = (
    Parameter(
        "facilitation",
        default=0.6,
        unit="share",
        range=(0.2, 0.95),
        meaning="Middle of facilitators' skill: quality of facilitated reflective inquiry.",
        group="inquiry",
        direction="brown-poortman-2019",
        structural=True,
    ),
    Parameter(
        "facilitation_spread",
        default=0.5,
        unit="logits",
        range=(0.0, 1.2),
        meaning="How much facilitators differ in skill.",
        group="inquiry",
        bounds=(0.0, 3.0),
        structural=True,
    ),
    Parameter(
        "trainers",
        default=0,
        unit="facilitators",
        range=(0, 10),
        meaning="Facilitators whom the source trains, who train as many others, and so on; 0: it trains all.",
        group="inquiry",
        bounds=(0, 10_000),
        integer=True,
        structural=True,
    ),
    Parameter(
        "training_loss",
        default=0.2,
        unit="share",
        range=(0.0, 0.5),
        meaning="Share of her skill and knowledge that a facilitator does not hand on to those whom she trains.",
        group="inquiry",
        structural=True,
    ),
    Parameter(
        "capacity",
        default=100.0,
        unit="participants",
        range=(40.0, 300.0),
        meaning="Participants for one facilitator at which the quality is halved.",
        group="inquiry",
        bounds=(1.0, 1e6),
        source="kraft-2018",
        shape="log-uniform",
    ),
    Parameter(
        "alone",
        default=0.4,
        unit="share",
        range=(0.1, 0.7),
        meaning="Share of that quality that a network reaches on its own at first.",
        group="inquiry",
    ),
    Parameter(
        "discovery",
        default=0.3,
        unit="share a meeting",
        range=(0.1, 0.6),
        meaning="Chance that a part is found by comparing what members of different schools have tried, at best.",
        group="inquiry",
        direction="march-1991",
    ),
    Parameter(
        "without_application",
        default=0.3,
        unit="share",
        range=(0.0, 1.0),
        meaning="What inquiry yields while no member applies anything.",
        group="inquiry",
    ),
    Parameter(
        "first_knowledge",
        default=0.25,
        unit="share",
        range=(0.1, 0.6),
        meaning="Knowledge that a facilitator brings, and a new network starts from.",
        group="inquiry",
        structural=True,
    ),
    Parameter(
        "sharing",
        default=0.8,
        unit="share a meeting",
        range=(0.2, 1.0),
        meaning="Chance that a member shares a part that she knows, in a meeting of full trust and facilitation.",
        group="collaboration",
    ),
    Parameter(
        "airtime",
        default=8.0,
        unit="participants",
        range=(4.0, 16.0),
        meaning="Members whom a meeting has time to hear out.",
        group="collaboration",
        bounds=(1.0, 1e6),
    ),
    Parameter(
        "loss",
        default=0.3,
        unit="share a meeting",
        range=(0.0, 0.5),
        meaning="Chance that a network loses sight of a part between meetings.",
        group="inquiry",
    ),
    Parameter(
        "exchange_between_networks",
        default=0.0,
        unit="share a meeting",
        range=(0.0, 0.2),
        meaning="Chance that a network takes in a part known to a network that it is linked with.",
        group="collaboration",
    ),
)


SKILL = stream("skill of facilitators")
SHARES = stream("shared parts")
COMPARES = stream("found by comparing")
LOSES_SIGHT = stream("lost parts")
LINKED = stream("parts of linked networks")


def initial_skill(network: Network, world: World, week: Week, p: Parameters) -> float:
    """The skill of a network's facilitator, around the middle of facilitators."""
    u = uniform(week.key, SKILL, facilitator_of(network, p))
    return handed_on(network, p) * logit_normal(p.inquiry.facilitation, p.inquiry.facilitation_spread, u)


def present_network_knowledge(network: Network, world: World, week: Week, p: Parameters) -> float:
    """The share of all parts that the network knows now."""
    return share_of_parts(network.parts, p)


NETWORK = (
    StateVariable(
        "skill",
        type="f8",
        unit="share",
        meaning="skill of its facilitator in reflective inquiry",
        kind="fixed",
        start=initial_skill,
        successor=KEPT,
    ),
    StateVariable(
        "parts",
        type="u8",
        unit="set",
        meaning="the parts that it knows together",
        start=initial_facilitator_parts,
        successor=KEPT,
    ),
    StateVariable(
        "knowledge",
        type="f8",
        unit="share",
        meaning="collective knowledge: the share of the parts that it knows",
        start=present_network_knowledge,
        successor=KEPT,
    ),
    StateVariable(
        "shared", type="u8", unit="set", meaning="parts that members shared in last week's meeting", kind="seen"
    ),
    StateVariable(
        "variety",
        type="f8",
        unit="share",
        meaning="chance that two of those who met last week are users of different schools",
        kind="seen",
    ),
    StateVariable(
        "facilitation",
        type="f8",
        unit="share",
        meaning="quality of reflective inquiry when it meets",
        kind="seen",
    ),
    StateVariable(
        "facilitation_met",
        type="f8",
        unit="share",
        meaning="quality of reflective inquiry in the meeting of this week, which is worked up in the next",
        start=0.0,
        successor=KEPT,
    ),
    StateVariable(
        "facilitator_met",
        type="i1",
        unit="yes/no",
        meaning="an outside facilitator took part in it",
        start=0,
        successor=KEPT,
    ),
    StateVariable(
        "linked_parts",
        type="u8",
        unit="set",
        meaning="the parts known to the networks that it is linked with",
        kind="seen",
    ),
)


def facilitation_quality(facilitation: float, participants: float, p: Parameters) -> float:
    """Quality left when one facilitator serves so many participants: half of it at the capacity."""
    crowding = participants / p.inquiry.capacity
    return facilitation / (1.0 + crowding * crowding)


def network_observes(network: Network, world: World, week: Week, p: Parameters) -> None:
    if network.facilitated or (week.supported and network.active):
        participants = network.members * p.programme.networks_a_facilitator
        network.facilitation = facilitation_quality(network.skill, participants, p)
    elif network.active:
        learnt = p.inquiry.alone + (1.0 - p.inquiry.alone) * network.knowledge * network.distributed
        network.facilitation = p.inquiry.facilitation * learnt
    else:
        network.facilitation = 0.0
    network.linked_parts = no_parts()
    for link in range(world.link_first[network.place], world.link_first[network.place + 1]):
        network.linked_parts = network.linked_parts | world.networks[world.link_to[link]].parts
    network.shared = no_parts()
    network.variety = 0.0
    if network.attended > 0:
        network.variety = variety_of_use(network, world, p)
        heard = min(1.0, p.inquiry.airtime / network.attended)
        rate = p.inquiry.sharing * network.trust * network.facilitation_met * heard
        for seat in range(network.first_seat, network.after_last_seat):
            teacher = world.teachers[world.seats[seat]]
            if teacher.quality > 0.0:
                network.shared = network.shared | draw_parts(teacher.parts, rate, week, SHARES, teacher.name, p)


def variety_of_use(network: Network, world: World, p: Parameters) -> float:
    """Chance that two of those who met last week are users of different schools; non-users count for less.

    The seats of a school stand in a row.
    """
    attended, users, alike, users_alike = 0, 0, 0, 0
    of_school, users_of_school, school = 0, 0, -1
    for seat in range(network.first_seat, network.after_last_seat):
        teacher = world.teachers[world.seats[seat]]
        if teacher.quality > 0.0:
            if teacher.school != school:
                alike += of_school * of_school
                users_alike += users_of_school * users_of_school
                of_school, users_of_school, school = 0, 0, teacher.school
            of_school += 1
            users_of_school += teacher.uses
            attended += 1
            users += teacher.uses
    alike += of_school * of_school
    users_alike += users_of_school * users_of_school
    pairs = attended * attended
    idle = p.inquiry.without_application
    return idle * (1.0 - alike / pairs) + (1.0 - idle) * (users * users - users_alike) / pairs


def network_updates(network: Network, world: World, week: Week, p: Parameters) -> None:
    if network.attended > 0:
        gained = network.mean_quality * relevance(network, p)
        lost = draw_parts(network.parts, p.inquiry.loss, week, LOSES_SIGHT, network.name, p)
        held = without(network.parts, lost) | network.shared
        found = p.inquiry.discovery * gained * network.facilitation_met * network.variety
        held = held | draw_parts(without(all_parts(p), held), found, week, COMPARES, network.name, p)
        taken = p.inquiry.exchange_between_networks * gained
        held = held | draw_parts(without(network.linked_parts, held), taken, week, LINKED, network.name, p)
        held = held | network.brought
        network.parts = held
        network.knowledge = share_of_parts(held, p)
    if network.meets:
        network.facilitation_met = network.facilitation
        network.facilitator_met = network.facilitated
