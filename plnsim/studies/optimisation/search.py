"""Searches a field of allocations for those that no other beats in both aims.

Two ways to propose take turns. Optuna's sampler (a tree-structured Parzen estimator that models all levers jointly)
looks wherever the best so far makes it likely; a change of some levers of an allocation on the front so far looks near
at hand. Both learn from all that was judged. See the decision record 0003.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType

import numpy as np

from plnsim.common.package import missing_library
from plnsim.common.streams import run_key, uniform

Codes = tuple[int, ...]
"""An allocation as the number of each lever's level, in the order of the levers."""
Objectives = tuple[float, float]
"""Two aims, both to be made small."""

STARTUP_TRIALS = 20
"""Proposals at random before the sampler begins to learn."""
MAX_TRIES = 200
"""Proposals, all seen before or over the budget, after which another way is tried; at last the grid holds hardly any
more.
"""
STEPS = (-2, -1, 1, 2)
MOST_CHANGES = 3

SEARCH_REPLICATE = 2**61
"""The first replicate whose random numbers serve a search; no run has so high a number."""


def check_installed() -> None:
    """Raises ``InputError`` when the optional sampler is not there."""
    try:
        import optuna  # noqa: F401
    except ImportError:
        raise missing_library("plnsim optimise", "Optuna") from None


def non_dominated(points: np.ndarray) -> np.ndarray:
    """Which rows no other row beats: none is as small in every column and smaller in one."""
    as_small = (points[:, None, :] <= points[None, :, :]).all(axis=2)
    smaller = (points[:, None, :] < points[None, :, :]).any(axis=2)
    return np.asarray(~(as_small & smaller).any(axis=0))


def search(
    sizes: Sequence[int],
    evaluate: Callable[[Codes], Objectives],
    evaluations: int,
    seed: int,
    *,
    repair: Callable[[Codes], Codes] = lambda codes: codes,
    paid: Sequence[int] | None = None,
    first: Sequence[Codes] = (),
    worthwhile: float = 0.0,
) -> dict[Codes, Objectives]:
    """Judges so many different points of a grid (fewer where it holds no more), and gives all of them in the order of
    the search.

    ``sizes``: levels of each lever. ``evaluate`` is called once a point. ``repair`` turns a proposal into one that is
    allowed. ``paid``: the levers that are lowered, one level at a time, where a changed allocation is not allowed
    (default: all). ``first`` is judged before anything is proposed. Members of the front that reach less than a share
    ``worthwhile`` of the best first aim are not changed further.
    """
    import optuna

    evaluated: dict[Codes, Objectives] = {}
    with _quiet(optuna):
        levers: dict[str, optuna.distributions.BaseDistribution] = {
            f"lever {number}": optuna.distributions.IntDistribution(0, size - 1) for number, size in enumerate(sizes)
        }
        n_startup_trials = min(STARTUP_TRIALS, max(1, evaluations // 3))
        sampler = optuna.create_study(
            directions=["minimize", "minimize"],
            sampler=optuna.samplers.TPESampler(seed=seed % 2**32, multivariate=True, n_startup_trials=n_startup_trials),
        )
        waiting = [repair(codes) for codes in first]
        while len(evaluated) < evaluations:
            key = run_key(seed, SEARCH_REPLICATE + len(evaluated))
            codes = waiting.pop(0) if waiting else None
            if codes is None and len(evaluated) >= n_startup_trials and len(evaluated) % 2:
                codes = _mutate(evaluated, sizes, key, repair, range(len(sizes)) if paid is None else paid, worthwhile)
            if codes is None:
                trial = sampler.ask(levers)
                codes = repair(tuple(trial.params[name] for name in levers))
                sampler.tell(trial, state=optuna.trial.TrialState.FAIL)
            if codes in evaluated:
                codes = _random_point(evaluated, sizes, key, repair)
            if codes is None:
                break
            evaluated[codes] = evaluate(codes)
            sampler.add_trial(
                optuna.trial.create_trial(
                    params=dict(zip(levers, codes, strict=True)), distributions=levers, values=list(evaluated[codes])
                )
            )
    return evaluated


def _mutate(
    evaluated: dict[Codes, Objectives],
    sizes: Sequence[int],
    key: int,
    repair: Callable[[Codes], Codes],
    paid: Sequence[int],
    worthwhile: float,
) -> Codes | None:
    """A member of the front so far with some levers moved, not seen before; nothing where none is found."""
    points, aims = list(evaluated), np.array(list(evaluated.values()))
    best = aims[:, 0].min()
    front = [
        index for index in np.flatnonzero(non_dominated(aims)) if best >= 0.0 or aims[index, 0] <= worthwhile * best
    ]
    for attempt in range(MAX_TRIES):
        codes = list(points[front[int(uniform(key, 1, attempt) * len(front))]])
        for change in range(2 + int(uniform(key, 2, attempt) * MOST_CHANGES)):
            lever = int(uniform(key, 3, attempt, change) * len(sizes))
            step = STEPS[int(uniform(key, 4, attempt, change) * len(STEPS))]
            codes[lever] = min(max(codes[lever] + step, 0), sizes[lever] - 1)
        changed = _lower_until_affordable(codes, key, attempt, repair, paid)
        if changed not in evaluated:
            return changed
    return None


def _lower_until_affordable(
    codes: list[int], key: int, attempt: int, repair: Callable[[Codes], Codes], paid: Sequence[int]
) -> Codes:
    """The allocation with levers lowered at random, a level at a time, until it is allowed."""
    lowered = 0
    while repair(tuple(codes)) != tuple(codes) and (left := [lever for lever in paid if codes[lever] > 0]):
        codes[left[int(uniform(key, 5, attempt, lowered) * len(left))]] -= 1
        lowered += 1
    return tuple(codes)


def _random_point(
    evaluated: dict[Codes, Objectives], sizes: Sequence[int], key: int, repair: Callable[[Codes], Codes]
) -> Codes | None:
    """A point at random that was not judged before; nothing where there is hardly any left."""
    for attempt in range(MAX_TRIES):
        codes = repair(tuple(int(uniform(key, 0, attempt, index) * size) for index, size in enumerate(sizes)))
        if codes not in evaluated:
            return codes
    return None


@contextlib.contextmanager
def _quiet(optuna: ModuleType) -> Iterator[None]:
    """Keeps Optuna from writing a line for each trial, and from warning that joint modelling is young."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(before)
