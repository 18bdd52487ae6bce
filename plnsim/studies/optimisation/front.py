"""The front of a search: allocations that none other beats, judged anew on draws that the search has never seen.

What looks best in a search looks better than it is, because chance helped to choose it. So the best are judged again
on fresh draws, and only these numbers are reported.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from os import PathLike

import numpy as np

from plnsim.common.checks import validate_replicates, validate_seed, validate_workers
from plnsim.common.errors import InputError, quote_value
from plnsim.common.short_repr import short_repr
from plnsim.simulation.runs import ProgressCallback
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.studies.optimisation.levers import select_levers, unit_costs
from plnsim.studies.optimisation.problem import Evaluation, Problem
from plnsim.studies.optimisation.search import Codes, Objectives, non_dominated, search

EVALUATIONS, DRAWS = 150, 20
FRESH = 2
"""Fresh draws for each draw of the search."""
CANDIDATES = 24
"""The most allocations that are judged again."""
WORTHWHILE = 0.25
"""The share of the best sustained deep use that a member of the front needs: to do nothing for anybody is equal, but
no answer.
"""


def rank_non_dominated(points: np.ndarray, most: int) -> list[int]:
    """The rows of the front, then those of the front behind it and so on, until there are enough."""
    left = np.arange(len(points))
    chosen: list[int] = []
    while len(left) and len(chosen) < most:
        best = non_dominated(points[left])
        chosen += sorted(left[best].tolist(), key=lambda row: tuple(points[row]))
        left = left[~best]
    return chosen[:most]


@dataclass(frozen=True)
class Member:
    """An allocation on the front: its letter, what fresh draws say of it, and in how many of them no other member
    beats it.
    """

    letter: str
    fresh: Evaluation
    non_dominated_draws: int

    __repr__ = short_repr


@dataclass(frozen=True, eq=False)
class OptimisationResult:
    """What a search found. ``evaluated``: all that was tried, on the draws of the search; ``fresh_evaluations``: the
    best of it on fresh draws.
    """

    problem: Problem
    fresh: Problem
    evaluated: tuple[Evaluation, ...]
    fresh_evaluations: tuple[Evaluation, ...]
    status_quo: Evaluation

    __repr__ = short_repr

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """The front by fresh draws, most sustained deep use first."""
        best = max(evaluation.means[0] for evaluation in self.fresh_evaluations)
        worthwhile_points = [
            evaluation for evaluation in self.fresh_evaluations if evaluation.means[0] >= WORTHWHILE * best
        ]
        front = [
            evaluation
            for evaluation, keep in zip(
                worthwhile_points,
                non_dominated(np.array([_objectives(evaluation) for evaluation in worthwhile_points])),
                strict=True,
            )
            if keep
        ]
        front.sort(key=lambda evaluation: (-evaluation.means[0], evaluation.cost))
        each = np.stack([np.column_stack([-evaluation.deep_use, evaluation.shortfall]) for evaluation in front])
        unbeaten = np.array([non_dominated(each[:, draw, :]) for draw in range(each.shape[1])]).sum(axis=0)
        return tuple(Member(_letter(index), evaluation, int(unbeaten[index])) for index, evaluation in enumerate(front))


def _objectives(evaluation: Evaluation) -> Objectives:
    """Both aims, to be made small."""
    return -evaluation.means[0], evaluation.means[1]


def _letter(index: int) -> str:
    return chr(ord("A") + index)


def check_budget(budget: object, problem: Problem) -> float:
    """The budget as a sum that can be spent; raises ``InputError``."""
    if isinstance(budget, bool) or not isinstance(budget, int | float) or not math.isfinite(budget) or budget < 0:
        raise InputError(
            f"a budget cannot be {quote_value(budget)}", place="--budget", right="a sum of money, as in --budget 100000"
        )
    if budget < problem.min_cost:
        raise InputError(
            f"{budget:,.0f} does not pay for the programme at all: its cheapest allocation costs "
            f"{problem.min_cost:,.0f}",
            place="--budget",
            right=f"at least {math.ceil(problem.min_cost)}; more levers may make it cheaper",
        )
    if budget > problem.max_cost:
        raise InputError(
            f"nobody can spend {budget:,.0f} on these levers: the dearest allocation costs {problem.max_cost:,.0f}",
            place="--budget",
            right=f"at most {math.ceil(problem.max_cost)}",
        )
    return float(budget)


def optimise(
    scenario: Scenario | str | PathLike[str],
    budget: float,
    *,
    levers: Sequence[str] | None = None,
    costs: Mapping[str, float] | None = None,
    evaluations: int = EVALUATIONS,
    draws: int = DRAWS,
    seed: int = 1,
    workers: int | None = None,
    progress: ProgressCallback | None = None,
) -> OptimisationResult:
    """Searches the allocations of a budget for most sustained deep use and least shortfall; raises ``InputError``.

    ``levers``: names of those in play (default: all that the scenario leaves open); the others stay as the scenario
    has them. ``progress`` is called with the allocations judged and about how many there will be.
    """
    problem = make_problem(scenario, budget, levers, costs, draws, seed, workers)
    judged: dict[Codes, Evaluation] = {}
    every = evaluations + min(CANDIDATES, evaluations) + 1

    def evaluate(codes: Codes) -> Objectives:
        judged[codes] = problem.evaluate([problem.allocation(codes)])[0]
        if progress:
            progress(len(judged), every)
        return _objectives(judged[codes])

    search(
        problem.sizes,
        evaluate,
        evaluations,
        problem.seed,
        repair=problem.repair,
        first=[problem.nearest],
        worthwhile=WORTHWHILE,
        paid=[index for index, lever in enumerate(problem.levers) if lever.items],
    )
    evaluated = list(judged.values())
    best = [
        evaluated[row].allocation
        for row in rank_non_dominated(np.array([_objectives(evaluation) for evaluation in evaluated]), CANDIDATES)
    ]
    fresh = replace(problem, draws=FRESH * draws, first_draw=draws)
    fresh_evaluations: list[Evaluation] = []
    for allocation in [*best, {}]:
        fresh_evaluations += fresh.evaluate([allocation])
        if progress:
            progress(every if not allocation else len(judged) + len(fresh_evaluations), every)
    return OptimisationResult(problem, fresh, tuple(evaluated), tuple(fresh_evaluations[:-1]), fresh_evaluations[-1])


def make_problem(
    scenario: Scenario | str | PathLike[str],
    budget: float,
    levers: Sequence[str] | None,
    costs: Mapping[str, float] | None,
    draws: int,
    seed: int,
    workers: int | None,
) -> Problem:
    """The field of a search, checked; raises ``InputError`` before anything is simulated."""
    scenario = Scenario.of(scenario)
    problem = Problem(
        scenario,
        select_levers(levers, scenario),
        unit_costs(scenario, costs),
        math.inf,
        validate_seed(seed),
        validate_replicates(draws),
        workers=validate_workers(workers),
    )
    return replace(problem, budget=check_budget(budget, problem))
