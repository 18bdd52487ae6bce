"""What is searched: the allocations that a budget buys, each judged over the same draws of all that is not known."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from plnsim.common.checks import validate_workers
from plnsim.common.short_repr import short_repr
from plnsim.model.measure import RunCounts
from plnsim.model.outcome import compute_outcomes, equity_gap
from plnsim.model.values import number_of
from plnsim.simulation.runs import ProgressCallback, map_ordered, simulate_run
from plnsim.simulation.runs.cost import NEEDED
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.simulation.scenario.without_programme import without_programme
from plnsim.studies.optimisation.levers import Allocation, Lever, bill, with_levers
from plnsim.studies.optimisation.search import Codes
from plnsim.studies.uncertainty.parameters import latin_hypercube, uncertain_parameters, values_at

REPAIR_STEPS = 64
TOLD = ("deep_use", "use", "schools_half", "pupils_reached", "pupil_effect", *NEEDED)
"""The outcomes of a run that allocations are told by."""


def shortfall(run_counts: RunCounts) -> float:
    """Inequity: how far the pupils of the more disadvantaged half of schools fall behind those of the other half.

    In standard deviations of pupils; 0 where they are level or ahead, so that to favour the disadvantaged is no
    inequity.
    """
    return max(0.0, equity_gap(run_counts))


@dataclass(frozen=True)
class Evaluation:
    """An allocation with its cost and, draw by draw, both aims.

    Attributes
    ----------
    allocation : mapping of str to float, int or str
        The level of each lever, in the unit of its parameter.
    cost : float
        What the plan costs, as the budget counts it: in the currency of the scenario's price list.
    deep_use : numpy.ndarray of shape (draws,)
        Sustained deep use, a share.
    shortfall : numpy.ndarray of shape (draws,)
        How far pupils of the more disadvantaged half of schools fall behind, in standard deviations of pupils.
    outcomes : mapping of str to numpy.ndarray of shape (draws,)
        What costs and benefits are told from.
    """

    allocation: Allocation
    cost: float
    deep_use: np.ndarray
    shortfall: np.ndarray
    outcomes: Mapping[str, np.ndarray]

    __repr__ = short_repr

    @property
    def means(self) -> tuple[float, float]:
        """Mean deep use (a share) and mean shortfall (standard deviations of pupils)."""
        return float(self.deep_use.mean()), float(self.shortfall.mean())


@dataclass(frozen=True)
class Problem:
    """What is searched: a scenario with its prices, its levers and budget, and the draws over which every allocation is
    judged.
    """

    scenario: Scenario
    levers: tuple[Lever, ...]
    budget: float
    seed: int = 1
    draws: int = 16
    first_draw: int = 0
    workers: int | None = None

    __repr__ = short_repr

    def allocation(self, codes: Codes) -> Allocation:
        return {lever.name: lever.levels[code] for lever, code in zip(self.levers, codes, strict=True)}

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(len(lever.levels) for lever in self.levers)

    def cost(self, allocation: Allocation) -> float:
        return math.fsum(self.bill(allocation).values())

    def bill(self, allocation: Allocation) -> dict[str, float]:
        """What the plan costs, item by item."""
        return bill(self._as_long, allocation)

    @cached_property
    def _as_long(self) -> Scenario:
        return replace(self.scenario, years=self.horizon)

    @property
    def min_cost(self) -> float:
        return self.cost({lever.name: lever.levels[0] for lever in self.levers})

    @property
    def max_cost(self) -> float:
        return self.cost({lever.name: lever.levels[-1] for lever in self.levers})

    @property
    def nearest(self) -> Codes:
        """The levels nearest to the scenario as it is."""

        def code(lever: Lever) -> int:
            now = self.scenario.values[lever.parameter]
            if isinstance(now, str):
                return lever.levels.index(now) if now in lever.levels else 0
            distances = [abs(level - now) for level in lever.levels if not isinstance(level, str)]
            return distances.index(min(distances))

        return tuple(code(lever) for lever in self.levers)

    def repair(self, codes: Codes) -> Codes:
        """The allocation itself, or what is left of it when all paid levers are drawn back together until the budget
        suffices.
        """
        for left in range(REPAIR_STEPS, -1, -1):
            lowered = tuple(
                code if not lever.items else code * left // REPAIR_STEPS
                for lever, code in zip(self.levers, codes, strict=True)
            )
            if self.cost(self.allocation(lowered)) <= self.budget:
                return lowered
        raise ValueError("the budget does not buy the cheapest allocation")

    @cached_property
    def uncertain(self) -> tuple[str, ...]:
        """Parameters that are drawn: rates of the model and conditions of the schools that neither the scenario nor a
        lever sets.
        """
        return uncertain_parameters([self.scenario], {lever.parameter for lever in self.levers})

    @cached_property
    def unit_sample(self) -> np.ndarray:
        """Draws x uncertain parameters, in the unit cube; fresh ones beyond ``first_draw`` are another Latin
        hypercube.
        """
        return latin_hypercube(self.uncertain, self.draws, self.seed + self.first_draw)

    @cached_property
    def horizon(self) -> float | None:
        """Years of every run: where support is a lever, the longest on offer and the follow-up, so that all are judged
        at the same date.
        """
        support = next((lever for lever in self.levers if lever.parameter == "programme.support_years"), None)
        if support is None:
            return self.scenario.years
        years = [level for level in support.levels if not isinstance(level, str)]
        longest = math.ceil(max(*years, number_of(self.scenario.values, support.parameter)))
        follow_up = number_of(self.scenario.values, "programme.follow_up_years")
        return max(longest + follow_up, self.scenario.years or 0.0)

    @property
    def outlasts_support(self) -> bool:
        """Whether every run goes on after support has ended; otherwise nothing is said about what lasts without it."""
        moved = replace(self.scenario, years=self.horizon)
        return moved.support_ends < moved.weeks

    def scenario_for(self, allocation: Allocation, draw: int) -> Scenario:
        """The scenario that one draw simulates."""
        sampled = self._as_long.with_values(values_at(self.uncertain, self.unit_sample[draw]))
        return with_levers(sampled, allocation)

    def evaluate(self, allocations: Sequence[Allocation], progress: ProgressCallback | None = None) -> list[Evaluation]:
        """Judges allocations, all over the same draws."""
        tasks = [(allocation, draw) for allocation in allocations for draw in range(self.draws)]
        done = list(map_ordered(self._simulate, tasks, validate_workers(self.workers), progress))
        return [
            _evaluation(allocation, self.cost(allocation), done[place * self.draws : (place + 1) * self.draws])
            for place, allocation in enumerate(allocations)
        ]

    def evaluate_without_programme(self) -> Evaluation:
        """The same schools without the programme, over the same draws."""
        draws = range(self.draws)
        done = map_ordered(self._simulate_without, draws, validate_workers(self.workers))
        return _evaluation({}, 0.0, list(done))

    def _simulate(self, task: tuple[Allocation, int]) -> dict[str, float]:
        allocation, draw = task
        return self._outcomes(self.scenario_for(allocation, draw), draw)

    def _simulate_without(self, draw: int) -> dict[str, float]:
        return self._outcomes(without_programme(self.scenario_for({}, draw)), draw)

    def _outcomes(self, scenario: Scenario, draw: int) -> dict[str, float]:
        run_counts = simulate_run(scenario, self.seed, self.first_draw + draw)
        return compute_outcomes(run_counts, TOLD) | {"shortfall": shortfall(run_counts)}


def _evaluation(allocation: Allocation, cost: float, done: Sequence[Mapping[str, float]]) -> Evaluation:
    outcomes = {name: np.array([draw[name] for draw in done]) for name in done[0]}
    return Evaluation(allocation, cost, outcomes["deep_use"], outcomes["shortfall"], outcomes)
