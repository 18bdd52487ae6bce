"""Searches a field of allocations for those that no other beats in both aims.

Optuna's sampler (a tree-structured Parzen estimator that models all levers jointly) proposes; what exceeds the budget is drawn back before
it is judged, what was judged before makes room for a point at random, and the sampler learns what was judged. See the decision record 0003.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Sequence

from plnsim.draws import drawn, luck_of_run
from plnsim.errors import BadInput

Codes = tuple[int, ...]
Worth = tuple[float, float]
"""Two aims, both to be made small."""

AT_RANDOM = 20
"""Proposals at random before the sampler begins to learn."""
TRIES = 200
"""Points at random, all seen before, after which a search ends because the grid holds hardly any more."""

POINTS_AT_RANDOM = 2**61
"""The first replicate whose luck gives points at random; no run has so high a number."""

INSTALL = "python -m pip install 'plnsim[optimise]'"


def check_installed() -> None:
    """Raises ``BadInput`` when the optional sampler is not there."""
    try:
        import optuna  # noqa: F401
    except ImportError:
        raise BadInput("plnsim optimise needs Optuna, which is not installed", right=INSTALL) from None


def searched(sizes: Sequence[int], worth: Callable[[Codes], Worth], evaluations: int, seed: int, *,
             drawn_back: Callable[[Codes], Codes] = lambda codes: codes, first: Sequence[Codes] = ()) -> dict[Codes, Worth]:
    """Judges so many different points of a grid (fewer where it holds no more), and gives all of them in the order of the search.

    ``sizes``: levels of each lever. ``worth`` is called once a point. ``drawn_back`` turns a proposal into one that is allowed.
    ``first`` is judged before anything is proposed.
    """
    import optuna

    found: dict[Codes, Worth] = {}
    with _quiet(optuna):
        levers = {f"lever {place}": optuna.distributions.IntDistribution(0, size - 1) for place, size in enumerate(sizes)}
        study = optuna.create_study(directions=["minimize", "minimize"], sampler=optuna.samplers.TPESampler(
            seed=seed % 2**32, multivariate=True, n_startup_trials=min(AT_RANDOM, max(1, evaluations // 3))))
        waiting = [*first]
        while len(found) < evaluations:
            trial = None if waiting else study.ask(levers)
            proposed = waiting.pop(0) if waiting else tuple(trial.params[name] for name in levers)
            codes = _not_seen(drawn_back(proposed), found, sizes, seed, drawn_back)
            if codes is None:
                break
            found[codes] = worth(codes)
            if trial is not None and codes == proposed:
                study.tell(trial, list(found[codes]))
                continue
            if trial is not None:
                study.tell(trial, state=optuna.trial.TrialState.FAIL)
            study.add_trial(optuna.trial.create_trial(params=dict(zip(levers, codes, strict=True)), distributions=levers, values=list(found[codes])))
    return found


def _not_seen(codes: Codes, found: dict[Codes, Worth], sizes: Sequence[int], seed: int, drawn_back: Callable[[Codes], Codes]) -> Codes | None:
    """A point if it was not judged before, else one at random that was not; nothing where there is hardly any left."""
    luck = luck_of_run(seed, POINTS_AT_RANDOM + len(found))
    for attempt in range(TRIES):
        if codes not in found:
            return codes
        codes = drawn_back(tuple(int(drawn(luck, 0, attempt, place) * size) for place, size in enumerate(sizes)))
    return None


@contextlib.contextmanager
def _quiet(optuna):
    """Keeps Optuna from writing a line for each trial, and from warning that joint modelling is young."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(before)
