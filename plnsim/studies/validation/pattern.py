"""What a pattern is: a published statement, the range in which the model would agree with it, and the runs that
tell.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from plnsim.common.parameter import Value
from plnsim.common.short_repr import short_repr
from plnsim.common.sources import SOURCES
from plnsim.model.measure import RunCounts
from plnsim.model.world.entities import World
from plnsim.model.world.population import PopulationData
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.simulation.scenario.weeks import CalendarEvent

VERIFIED, DERIVED, RECALLED = "V", "D", "R"
STATUSES = {
    VERIFIED: "seen in a published page",
    DERIVED: "computed from what was seen",
    RECALLED: "remembered, not to be quoted as fact",
}
PUBLISHED, SPREAD, JUDGED, SIGN = (
    "published interval",
    "spread of published figures",
    "our judgement",
    "sign or order only",
)


@dataclass(frozen=True)
class Arm:
    """One arm of a trial in the model: a shipped scenario with some values of its own, perhaps with a given
    population.
    """

    base: str = "baseline"
    values: Mapping[str, Value] = field(default_factory=dict)
    years: float | None = None
    calendar: tuple[CalendarEvent, ...] = ()
    people: Callable[[], PopulationData] | None = None

    def scenario(self, defaults: Mapping[str, Value] | None = None) -> Scenario:
        """The scenario of this arm; ``defaults`` stand in for those of the model wherever neither the scenario nor the
        arm says otherwise.
        """
        shipped = Scenario.of(self.base)
        known = {name: value for name, value in (defaults or {}).items() if name not in shipped.changed}
        scenario = shipped.with_values(known | dict(self.values))
        scenario = Scenario(
            **{name: getattr(scenario, name) for name in scenario.__dataclass_fields__}
            | {
                "calendar": (*scenario.calendar, *self.calendar),
                "population_data": self.people() if self.people else scenario.population_data,
            }
        )
        return scenario.with_years(self.years) if self.years else scenario


@dataclass(frozen=True)
class ArmRun:
    """One run of an arm: what was counted, and who was in the world before its first and after its last week."""

    run_counts: RunCounts
    start: World
    end: World

    __repr__ = short_repr


Arms = Mapping[str, ArmRun]
Figure = Callable[[Arms], float]
"""A number for one replicate of all arms."""
Ratio = Callable[[Arms], tuple[float, float]]
"""Two numbers whose sums over the replicates are divided."""
Statistic = Figure | Ratio


@dataclass(frozen=True)
class Clause:
    """One figure of a pattern: a statistic of one replicate of all arms, and the range in which its mean agrees.

    A statistic gives a number, or two whose sums over the replicates are divided. ``broken`` names values with which
    the statistic must change, so that it cannot be blind to what it is about.
    """

    name: str
    statistic: Statistic
    low: float = -math.inf
    high: float = math.inf
    unit: str = "share"
    range_from: str = JUDGED
    broken: Mapping[str, Value] = field(default_factory=lambda: NOBODY_TAKES_IT_UP)

    def __post_init__(self) -> None:
        assert self.low < self.high, self.name


NOBODY_TAKES_IT_UP: Mapping[str, Value] = {"adoption.alone": 0.0, "adoption.in_network": 0.0, "adoption.social": 0.0}


@dataclass(frozen=True)
class Pattern:
    """A published pattern: what it says, on what evidence, and how the model is asked; met when all clauses are.

    ``untestable`` says which rule the model lacks. ``missed`` says why the model at its defaults misses it, where it
    does.
    """

    key: str
    statement: str
    sources: tuple[str, ...]
    status: str = VERIFIED
    arms: Mapping[str, Arm] = field(default_factory=dict)
    clauses: tuple[Clause, ...] = ()
    untestable: str = ""
    missed: str = ""
    note: str = ""

    __repr__ = short_repr

    def __post_init__(self) -> None:
        assert self.status in STATUSES and all(source in SOURCES for source in self.sources) and self.sources, self.key
        assert bool(self.clauses) or bool(self.untestable), (
            f"{self.key} has neither a clause nor a reason for having none"
        )
        assert len({clause.name for clause in self.clauses}) == len(self.clauses), self.key

    @cached_property
    def testable(self) -> bool:
        return bool(self.clauses)
