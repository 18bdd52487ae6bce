"""The front of a search: allocations that none other beats, judged anew on draws that chose none of them.

What looks best in a search looks better than it is, because chance helped to choose it. So the best are judged again,
on other draws, which choose the front; and the front once more, on fresh ones. Only these numbers are reported.
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
from plnsim.simulation.runs import Cost, ProgressCallback, cost_of
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.studies.optimisation.levers import Allocation, select_levers, with_levers, with_prices
from plnsim.studies.optimisation.problem import Evaluation, Problem
from plnsim.studies.optimisation.search import Codes, Objectives, non_dominated, search

EVALUATIONS, DRAWS = 150, 20
FRESH = 2
"""Draws that choose the front, and fresh ones that judge it, for each draw of the search."""
CANDIDATES = 24
"""The most allocations from which the front is chosen."""
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
    """An allocation on the front.

    Attributes
    ----------
    letter : str
    chosen : Evaluation
        What the draws say by which the front was chosen.
    fresh : Evaluation
        What the fresh draws say of it.
    non_dominated_draws : int
        In how many fresh draws no other member beats it.
    """

    letter: str
    chosen: Evaluation
    fresh: Evaluation
    non_dominated_draws: int

    __repr__ = short_repr


@dataclass(frozen=True, eq=False)
class OptimisationResult:
    """What a search found.

    Attributes
    ----------
    problem : Problem
        What was searched, with the draws of the search.
    fresh : Problem
        The same with fresh draws, twice as many.
    evaluated : tuple of Evaluation
        All allocations that were tried, on the draws of the search.
    candidates : tuple of Evaluation
        The best 24 of them, on twice as many other draws, by which the front is chosen.
    fresh_evaluations : tuple of Evaluation
        The front, on fresh draws.
    status_quo : Evaluation
        The scenario as it is, on fresh draws.
    without : Evaluation
        The same schools without any programme, on fresh draws.
    """

    problem: Problem
    fresh: Problem
    evaluated: tuple[Evaluation, ...]
    candidates: tuple[Evaluation, ...]
    fresh_evaluations: tuple[Evaluation, ...]
    status_quo: Evaluation
    without: Evaluation

    __repr__ = short_repr

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """The front as a tuple of ``Member``, with most sustained deep use first by the draws that chose the front, for
        what comes first on fresh draws would be chosen by them.
        """
        fresh = {tuple(evaluation.allocation.items()): evaluation for evaluation in self.fresh_evaluations}
        chosen = [one for one in self.candidates if tuple(one.allocation.items()) in fresh]
        chosen.sort(key=lambda evaluation: (-evaluation.means[0], evaluation.cost))
        judged = [fresh[tuple(evaluation.allocation.items())] for evaluation in chosen]
        counts = unbeaten_draws(judged)
        return tuple(
            Member(_letter(place), before, evaluation, int(counts[place]))
            for place, (before, evaluation) in enumerate(zip(chosen, judged, strict=True))
        )

    def plan(self, member: Member) -> Scenario:
        """Gives the scenario with a member's allocation in force, titled by its letter.

        Parameters
        ----------
        member : Member
            One of ``members``.

        Returns
        -------
        Scenario
        """
        planned = with_levers(self.problem.scenario, member.fresh.allocation)
        return replace(planned, title=f"Plan {member.letter}: {planned.title}")

    def cost(self, evaluation: Evaluation) -> Cost:
        """Tells what an allocation costs against no programme, over the fresh draws, as ``compare`` tells it.

        Parameters
        ----------
        evaluation : Evaluation
            An allocation with what came of it in the fresh draws.

        Returns
        -------
        dict
            As ``plnsim.simulation.runs.cost.Cost``.
        """
        scenario = with_levers(self.problem.scenario, evaluation.allocation)
        return cost_of(scenario, evaluation.outcomes, self.without.outcomes)

    @property
    def least_shortfall(self) -> Member:
        """The member with least shortfall by the draws that chose the front."""
        return min(self.members, key=lambda member: member.chosen.means[1])

    @property
    def most_robust(self) -> Member:
        """The member that is unbeaten in most of the draws that chose the front."""
        counts = unbeaten_draws([member.chosen for member in self.members])
        return self.members[int(np.argmax(counts))]


def unbeaten_draws(evaluations: Sequence[Evaluation]) -> np.ndarray:
    """In how many draws no other of some allocations beats each."""
    each = np.stack([np.column_stack([-evaluation.deep_use, evaluation.shortfall]) for evaluation in evaluations])
    unbeaten = [non_dominated(each[:, draw, :]) for draw in range(each.shape[1])]
    return np.asarray(np.sum(unbeaten, axis=0, dtype=np.int64))


def choose_front(candidates: Sequence[Evaluation]) -> list[Evaluation]:
    """The candidates that no other beats in both aims.

    What has less than a quarter of the most sustained deep use is left out: to do nothing for anybody is equal, but no
    answer.
    """
    best = max(evaluation.means[0] for evaluation in candidates)
    worthwhile = [evaluation for evaluation in candidates if evaluation.means[0] >= WORTHWHILE * best]
    unbeaten = non_dominated(np.array([_objectives(evaluation) for evaluation in worthwhile]))
    return [evaluation for evaluation, keep in zip(worthwhile, unbeaten, strict=True) if keep]


def _objectives(evaluation: Evaluation) -> Objectives:
    """Both aims, to be made small."""
    return -evaluation.means[0], evaluation.means[1]


def _letter(index: int) -> str:
    return chr(ord("A") + index)


def check_budget(budget: object, problem: Problem) -> float:
    """The budget as a sum that can be spent; raises ``InputError``."""
    if isinstance(budget, bool) or not isinstance(budget, int | float) or not math.isfinite(budget) or budget < 0:
        raise InputError(
            f"a budget cannot be {quote_value(budget)}", place="--budget", right="a sum, as in --budget 100000"
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
    prices: Mapping[str, float] | None = None,
    evaluations: int = EVALUATIONS,
    draws: int = DRAWS,
    seed: int = 1,
    workers: int | None = None,
    progress: ProgressCallback | None = None,
) -> OptimisationResult:
    """Searches the allocations of a budget for most sustained deep use and least shortfall.

    Parameters
    ----------
    scenario : Scenario, str or path-like
        A scenario, the name of a shipped one, or the path of a file.
    budget : float
        What may be spent on the whole programme, in the currency of the scenario's price list.
    levers : sequence of str, optional
        Names of the levers in play, by default all that the scenario leaves open; the others stay as the scenario has
        them.
    prices : mapping of str to float, optional
        Prices by the names of ``[prices]``, instead of those of the scenario.
    evaluations : int, default 150
        Allocations that are tried.
    draws : int, default 20
        Runs of each, over all that is not known.
    seed : int, default 1
    workers : int, optional
        Threads, by default one a core; results do not depend on them.
    progress : callable, optional
        Called with the allocations judged and about how many there will be.

    Returns
    -------
    OptimisationResult

    Raises
    ------
    InputError
        Before anything is simulated; also where Optuna is missing.

    Notes
    -----
    Optuna's tree-structured Parzen estimator and changes of the best so far take turns to propose allocations. What
    looks best in a search looks better than it is, because chance helped to choose it; so the best 24 are judged again
    on twice as many draws, which choose the front, and the front once more on as many fresh ones.

    Examples
    --------
    >>> from plnsim import Scenario, optimise
    >>> scenario = Scenario.of("baseline").with_values({"population.schools": 6}).with_years(2)
    >>> result = optimise(scenario, 60_000, levers=["cover", "meetings"], evaluations=4, draws=2)
    >>> for member in result.members:
    ...     print(member.letter, dict(member.fresh.allocation), round(member.fresh.cost))
    A {'cover': 0.6, 'meetings': 10.0} 40461
    B {'cover': 0.4, 'meetings': 13.0} 45465
    C {'cover': 0.4, 'meetings': 6.0} 26326
    D {'cover': 0.8, 'meetings': 13.0} 51376
    >>> result.members[0].fresh.deep_use.shape
    (4,)
    """
    problem = make_problem(scenario, budget, levers, prices, draws, seed, workers)
    judged: dict[Codes, Evaluation] = {}
    every = evaluations + 2 * min(CANDIDATES, evaluations) + 1

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
    done = len(judged)

    def again(field: Problem, allocations: Sequence[Allocation]) -> list[Evaluation]:
        nonlocal done
        found: list[Evaluation] = []
        for allocation in allocations:
            found += field.evaluate([allocation])
            done = done + 1 if allocation else every
            if progress:
                progress(done, every)
        return found

    candidates = again(replace(problem, draws=FRESH * draws, first_draw=draws), best)
    fresh = replace(problem, draws=FRESH * draws, first_draw=(1 + FRESH) * draws)
    *front, status_quo = again(fresh, [*(one.allocation for one in choose_front(candidates)), {}])
    without = fresh.evaluate_without_programme()
    return OptimisationResult(problem, fresh, tuple(evaluated), tuple(candidates), tuple(front), status_quo, without)


def make_problem(
    scenario: Scenario | str | PathLike[str],
    budget: float,
    levers: Sequence[str] | None,
    prices: Mapping[str, float] | None,
    draws: int,
    seed: int,
    workers: int | None,
) -> Problem:
    """The field of a search, checked; raises ``InputError`` before anything is simulated."""
    scenario = with_prices(Scenario.of(scenario), prices)
    problem = Problem(
        scenario,
        select_levers(levers, scenario),
        math.inf,
        validate_seed(seed),
        validate_replicates(draws),
        workers=validate_workers(workers),
    )
    return replace(problem, budget=check_budget(budget, problem))
