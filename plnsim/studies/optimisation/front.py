"""The front of a search: allocations that none other beats, judged anew on draws that the search has never seen.

What looks best in a search looks better than it is, because it was chosen for its luck. So the best are judged again on fresh
draws, and only these numbers are reported.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from plnsim.common.checks import checked_replicates, checked_seed, checked_workers
from plnsim.common.errors import BadInput, told
from plnsim.simulation.runs import Progress
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.studies.optimisation.levers import chosen_levers, unit_costs
from plnsim.studies.optimisation.problem import Evaluated, Field
from plnsim.studies.optimisation.search import searched, unbeaten

EVALUATIONS, DRAWS = 150, 20
FRESH = 2
"""Fresh draws for each draw of the search."""
CANDIDATES = 24
"""The most allocations that are judged again."""
WORTHWHILE = 0.25
"""The share of the best sustained deep use that a member of the front needs: to do nothing for anybody is equal, but no answer."""


def by_rank(points: np.ndarray, most: int) -> list[int]:
    """The rows of the front, then those of the front behind it and so on, until there are enough."""
    left, chosen = np.arange(len(points)), []
    while len(left) and len(chosen) < most:
        best = unbeaten(points[left])
        chosen += sorted(left[best].tolist(), key=lambda row: tuple(points[row]))
        left = left[~best]
    return chosen[:most]


@dataclass(frozen=True)
class Member:
    """An allocation on the front: its letter, what fresh draws say of it, and in how many of them no other member beats it."""

    letter: str
    fresh: Evaluated
    stays: int


@dataclass(frozen=True)
class Optimised:
    """What a search found. ``evaluated``: all that was tried, on the draws of the search; ``again``: the best of it on fresh draws."""

    field: Field
    fresh: Field
    evaluated: tuple[Evaluated, ...]
    again: tuple[Evaluated, ...]
    as_it_is: Evaluated

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """The front by fresh draws, most sustained deep use first."""
        best = max(one.means[0] for one in self.again)
        worth = [one for one in self.again if one.means[0] >= WORTHWHILE * best]
        front = [one for one, stays in zip(worth, unbeaten(np.array([_aims(one) for one in worth])), strict=True) if stays]
        front.sort(key=lambda one: (-one.means[0], one.cost))
        each = np.stack([np.column_stack([-one.deep_use, one.shortfall]) for one in front])
        stays = np.array([unbeaten(each[:, draw, :]) for draw in range(each.shape[1])]).sum(axis=0)
        return tuple(Member(_letter(place), one, int(stays[place])) for place, one in enumerate(front))


def _aims(one: Evaluated) -> tuple[float, float]:
    """Both aims, to be made small."""
    return -one.means[0], one.means[1]


def _letter(place: int) -> str:
    return chr(ord("A") + place)


def checked_budget(budget: object, field: Field) -> float:
    """The budget as a sum that can be spent; raises ``BadInput``."""
    if isinstance(budget, bool) or not isinstance(budget, int | float) or not math.isfinite(budget) or budget < 0:
        raise BadInput(f"a budget cannot be {told(budget)}", place="--budget", right="a sum of money, as in --budget 100000")
    if budget < field.cheapest:
        raise BadInput(f"{budget:,.0f} does not pay for the programme at all: its cheapest allocation costs {field.cheapest:,.0f}", place="--budget",
                       right=f"at least {math.ceil(field.cheapest)}; more levers may make it cheaper")
    if budget > field.dearest:
        raise BadInput(f"nobody can spend {budget:,.0f} on these levers: the dearest allocation costs {field.dearest:,.0f}", place="--budget",
                       right=f"at most {math.ceil(field.dearest)}")
    return float(budget)


def optimise(scenario, budget: float, *, levers: Sequence[str] | None = None, costs: Mapping[str, float] | None = None,
             evaluations: int = EVALUATIONS, draws: int = DRAWS, seed: int = 1, workers: int | None = None,
             progress: Progress | None = None) -> Optimised:
    """Searches the allocations of a budget for most sustained deep use and least shortfall; raises ``BadInput``.

    ``levers``: names of those in play (default: all that the scenario leaves open); the others stay as the scenario has them.
    ``progress`` is called with the allocations judged and about how many there will be.
    """
    field = prepared(scenario, budget, levers, costs, draws, seed, workers)
    judged: dict[tuple, Evaluated] = {}
    every = evaluations + min(CANDIDATES, evaluations) + 1

    def worth(codes):
        judged[codes] = field.evaluated([field.allocation(codes)])[0]
        if progress:
            progress(len(judged), every)
        return _aims(judged[codes])

    searched(field.sizes, worth, evaluations, field.seed, drawn_back=field.affordable, first=[field.nearest], worthwhile=WORTHWHILE,
             paid=[place for place, lever in enumerate(field.levers) if lever.items])
    tried = list(judged.values())
    best = [tried[row].allocation for row in by_rank(np.array([_aims(one) for one in tried]), CANDIDATES)]
    fresh = replace(field, draws=FRESH * draws, first_draw=draws)
    again = []
    for allocation in [*best, {}]:
        again += fresh.evaluated([allocation])
        if progress:
            progress(every if not allocation else len(judged) + len(again), every)
    return Optimised(field, fresh, tuple(tried), tuple(again[:-1]), again[-1])


def prepared(scenario, budget: float, levers: Sequence[str] | None, costs: Mapping[str, float] | None, draws: int, seed: int,
             workers: int | None) -> Field:
    """The field of a search, checked; raises ``BadInput`` before anything is simulated."""
    scenario = Scenario.of(scenario)
    field = Field(scenario, chosen_levers(levers, scenario), unit_costs(scenario, costs), math.inf, checked_seed(seed), checked_replicates(draws),
                  workers=checked_workers(workers))
    return replace(field, budget=checked_budget(budget, field))
