"""What a run costs: a list of items, each so many units at a price. Every hour is paid for once.

An item is a count of each week times what the scenario has in force, so that a plan, a run and a page of sliders can
work out the same bill. What a plan can move is priced (an item counts it), not priced (``NOT_PRICED``), or context: who
the schools and teachers are and what the practice is, which no plan buys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from plnsim.model.measure import RunCounts
from plnsim.model.prices import SECTION
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.values import number_of

SHARED = "programme.networks_a_facilitator"
"""How many networks share a facilitator and partners, and their fees."""


@dataclass(frozen=True)
class CostItem:
    """An item of a bill.

    Attributes
    ----------
    name : str
        The outcome ``cost_NAME`` tells what it comes to.
    price : str
        Name of the price of a unit, in the price list.
    unit : str
        What is counted.
    label : str
        What it is called in a table.
    count : str
        The weekly count of all schools, or of all networks (``networks.NAME``), that it goes by.
    times : str, default ""
        The parameter by which the count of a week is multiplied, as it is in force then.
    above : str, default ""
        The parameter over which alone that counts.
    shared : bool, default False
        Whether networks that share a facilitator share the fee.
    supported : bool, default False
        Whether it is paid while outside support lasts and no longer.
    a_year : bool, default False
        Whether the price is that of a school year, of which each week has its part.
    once : bool, default False
        Whether it is paid once, for the most of any week.
    """

    name: str
    price: str
    unit: str
    label: str
    count: str
    times: str = ""
    above: str = ""
    shared: bool = False
    supported: bool = False
    a_year: bool = False
    once: bool = False

    def units(self, run: RunCounts) -> float:
        """How many units a run has of it."""
        of_networks, _, name = self.count.rpartition(".")
        weekly = run.networks[name].astype(np.float64) if of_networks else run.weeks[name].sum(axis=1)
        if self.times:
            factor = run.in_force(self.times).astype(np.float64)
            weekly = weekly * (np.maximum(0.0, factor - number_of(run.values, self.above)) if self.above else factor)
        if self.shared:
            weekly = weekly / np.maximum(1.0, run.in_force(SHARED))
        if self.supported:
            weekly = weekly * (np.arange(run.length) < run.support_ends)
        total = float(weekly.max() if self.once else weekly.sum())
        return total / SCHOOL_WEEKS if self.a_year else total

    def cost(self, run: RunCounts) -> float:
        """What a run pays for it, in the currency of its price list."""
        return self.units(run) * number_of(run.values, f"{SECTION}.{self.price}")


ITEMS: tuple[CostItem, ...] = (
    CostItem(
        "protected_time",
        "teacher_hour",
        "hours",
        "protected time",
        "staff",
        times="time.hours",
        above="prices.own_hours",
    ),
    CostItem("cover", "teacher_hour", "hours", "cover", "covered", times="time.cover"),
    CostItem("meetings", "teacher_hour", "hours", "meeting, travelling and preparing beyond cover", "uncovered_hours"),
    CostItem("helping", "teacher_hour", "hours", "standing in, sharing, helping and asking", "colleague_hours"),
    CostItem("facilitation", "facilitation", "meetings", "facilitation", "networks.facilitated", shared=True),
    CostItem(
        "partners",
        "partner",
        "years of a partner",
        "partners",
        "networks.active",
        times="partners.a_network",
        shared=True,
        a_year=True,
    ),
    CostItem(
        "leadership",
        "leadership",
        "gaps of a school closed for a year",
        "development of leaders",
        "schools",
        times="conditions.leadership_shift",
        a_year=True,
    ),
    CostItem(
        "focus",
        "focus",
        "gaps of a school closed",
        "work on a shared focus",
        "schools",
        times="conditions.focus_shift",
        once=True,
    ),
    CostItem(
        "mailings",
        "mailing",
        "teachers reached by mailings",
        "mailings",
        "staff",
        times="mobilisation.mailing",
        supported=True,
    ),
    CostItem(
        "visits",
        "visit",
        "visits to schools",
        "visits of knowledge mobilisers",
        "networks.schools",
        times="mobilisation.visits",
        supported=True,
    ),
)
"""Everything that has a price, in the order of a bill."""
ITEMS_BY_NAME: Mapping[str, CostItem] = {item.name: item for item in ITEMS}
STAFF_ITEMS = ("meetings", "helping")
"""What teachers give of their own hours: a cost to schools that no budget pays."""

NOT_PRICED = {
    "conditions.time_shift": "enough time by an invisible hand",
    "time.facilitation": "leaders who make time",
    "leadership.vision": "heads' priority for the practice",
    "leadership.support": "heads' support",
    "leadership.distributed": "distributed leadership",
    "leadership.learning": "what leaders learn from the network",
    "leadership.from_system_leader": "system leaders who win other heads",
    "focus.alignment": "fit with the schools' goals",
    "inquiry.facilitation": "facilitators' skill",
    "inquiry.alone": "inquiry without a facilitator",
    "inquiry.exchange_between_networks": "exchange between networks",
    "partners.knowledge": "partners' knowledge",
    "mobilisation.awareness": "members who know that it is theirs to share",
    "mobilisation.awareness_growth": "that awareness growing with each meeting",
    "evidence.fed_back": "evidence of pupils' progress fed back to staff",
    "policy.push": "pressure from outside",
    "policy.coherence": "coherence of policy",
}
"""What no item pays for, in plain words, by the parameter that raises it above its default: the invisible hand, which
no budget buys, and what somebody would have to bring about, at a price that no source gives.
"""


def cost(run: RunCounts) -> float:
    """What a run costs in all."""
    return sum(item.cost(run) for item in ITEMS)


def cover_hours(run: RunCounts) -> float:
    """Hours of paid cover."""
    return ITEMS_BY_NAME["cover"].units(run)


def item_cost(name: str) -> Callable[[RunCounts], float]:
    """What a run pays for an item, by its name."""
    return ITEMS_BY_NAME[name].cost
