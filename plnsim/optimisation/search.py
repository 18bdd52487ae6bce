"""Searches a field of allocations for those that no other beats in both aims.

Optuna's sampler (a tree-structured Parzen estimator that models all levers jointly) proposes; what exceeds the budget is drawn back before
it is judged, and the sampler learns what was judged. See the decision record 0003.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Sequence

from plnsim.errors import BadInput

Codes = tuple[int, ...]
Worth = tuple[float, float]
"""Two aims, both to be made small."""

AT_RANDOM = 20
"""Proposals at random before the sampler begins to learn."""
TRIES = 20
"""Proposals for each evaluation, most of them seen before, after which the search of a small field ends."""

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

    with _quiet(optuna):
        levers = {f"lever {place}": optuna.distributions.IntDistribution(0, size - 1) for place, size in enumerate(sizes)}
        study = optuna.create_study(directions=["minimize", "minimize"], sampler=optuna.samplers.TPESampler(
            seed=seed % 2**32, multivariate=True, n_startup_trials=min(AT_RANDOM, max(1, evaluations // 3))))
        found: dict[Codes, Worth] = {}
        waiting = list(first)
        for _ in range(evaluations * TRIES):
            if len(found) >= evaluations:
                break
            trial = None if waiting else study.ask(levers)
            proposed = waiting.pop(0) if waiting else tuple(trial.params[name] for name in levers)
            codes = drawn_back(proposed)
            if codes not in found:
                found[codes] = worth(codes)
            if trial is not None and codes == proposed:
                study.tell(trial, list(found[codes]))
                continue
            if trial is not None:
                study.tell(trial, state=optuna.trial.TrialState.FAIL)
            study.add_trial(optuna.trial.create_trial(params=dict(zip(levers, codes, strict=True)), distributions=levers, values=list(found[codes])))
    return found


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
