"""Compares scenarios run by run with common random numbers, so that little but the programmes differs."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike

from plnsim.common.checks import validate_replicates, validate_seed, validate_workers
from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.model.measure import BARRIERS
from plnsim.model.outcome import OUTCOMES_BY_NAME
from plnsim.simulation.runs import ProgressCallback, run
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.studies.comparison.comparison import Comparison
from plnsim.studies.comparison.scenario_result import ScenarioResult
from plnsim.studies.comparison.sensitivity import MOST_INFLUENTIAL, barrier_table, candidates, sensitivity_table
from plnsim.studies.decision.robustness import LASTING
from plnsim.studies.experiment.criterion import parse_criterion
from plnsim.studies.uncertainty.draws import default_points, runs_of, simulate_draws, validate_points


def different_scenarios(scenarios: Sequence[Scenario | str | PathLike[str]]) -> list[Scenario]:
    """The scenarios, which must have names of their own; raises ``InputError``."""
    resolved = [Scenario.of(scenario) for scenario in scenarios]
    names = [scenario.name for scenario in resolved]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise InputError(
                f"two of the scenarios are called {quote_value(name)}",
                right="different scenarios, in files of different names",
            )
    return resolved


def check_scenarios(
    scenarios: Sequence[Scenario | str | PathLike[str]], baseline: str | None = None
) -> tuple[list[Scenario], str]:
    """The scenarios to compare and the name of the baseline; raises ``InputError``."""
    if isinstance(scenarios, (str, PathLike, Scenario)):
        raise InputError(
            f"scenarios cannot be {quote_value(str(getattr(scenarios, 'name', scenarios)))} alone",
            right='a list: ["baseline", "district"], for instance',
        )
    resolved = different_scenarios(scenarios)
    names = [scenario.name for scenario in resolved]
    if len(resolved) < 2:
        raise InputError(
            "a comparison takes two scenarios or more",
            right="plnsim run simulates a single one, and plnsim report writes its page",
        )
    if baseline is None:
        return resolved, names[0]
    known = dict(zip(map(str, scenarios), names, strict=True)) | {name: name for name in names}
    if baseline not in known:
        raise InputError(
            f"the baseline {quote_value(baseline)} is not among the scenarios",
            place="--baseline",
            right=suggestion(baseline, known),
        )
    return resolved, known[baseline]


def compare(
    scenarios: Sequence[Scenario | str | PathLike[str]],
    *,
    baseline: str | None = None,
    seed: int = 1,
    replicates: int = 20,
    workers: int | None = None,
    quick: bool = False,
    uncertainty: int | None = None,
    time_limit: float | None = None,
    most_draws: int | None = None,
    keep: bool = True,
    when: str = LASTING,
    progress: ProgressCallback | None = None,
) -> Comparison:
    """Simulates scenarios side by side and looks closer at the leading one.

    Parameters
    ----------
    scenarios : sequence of Scenario, str or path-like
        Two or more, of different names.
    baseline : str, optional
        Name of the scenario that the others are compared with, by default the first.
    seed : int, default 1
    replicates : int, default 20
        Runs of each scenario.
    workers : int, optional
        Threads, by default one a core; results do not depend on them.
    quick : bool, default False
        Leaves out the sensitivity of the leading scenario and, where not asked for, what is not known.
    uncertainty : int, optional
        Draws of all that is not known, each run once a scenario and once without any programme; by default 40, none
        with `quick` or of scenarios of 50,000 teachers or more.
    time_limit : float, optional
        Seconds after which no further draw begins; the first is always made.
    most_draws : int, optional
        Draws to make of these, by default all.
    keep : bool, default True
        Whether finished draws are kept in the cache of this machine, and taken from there.
    when : str, default "sustained_scale_up >= 1"
        The condition on outcomes, as ``"use >= 0.2"``, whose share of the draws is told of each scenario.
    progress : callable, optional
        Called with the steps done and the steps in all.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        Before anything is simulated.

    Notes
    -----
    Replicate *i* has the same random numbers in every scenario, so differences are taken replicate by replicate. The
    scenario with the most sustained deep use leads. With its conditions lifted by 30 % in turn it shows what is in the
    way; with parameters at both ends of their plausible ranges, one at a time, what its result answers to.

    Examples
    --------
    >>> from plnsim import Scenario, compare
    >>> scenarios = [
    ...     Scenario.of(name).with_values({"population.schools": 6}).with_years(2)
    ...     for name in ("baseline", "all-the-time-in-the-world")
    ... ]
    >>> comparison = compare(scenarios, seed=1, replicates=2, quick=True)
    >>> comparison.leading.name
    'baseline'
    >>> differences = comparison.tables["differences"].set_index("outcome")
    >>> differences.loc[["use", "deep_use"], ["scenario", "mean", "higher", "pairs"]].round(4)
                               scenario    mean  higher  pairs
    outcome
    use       all-the-time-in-the-world  0.0550       2      2
    deep_use  all-the-time-in-the-world  0.0098       2      2
    """
    resolved, base = check_scenarios(scenarios, baseline)
    seed, replicates, workers = validate_seed(seed), validate_replicates(replicates), validate_workers(workers)
    points = 0 if uncertainty is None and quick else uncertainty
    parse_criterion(when, OUTCOMES_BY_NAME)
    points = default_points(resolved) if points is None else validate_points(points)
    steps = (
        len(resolved) * replicates
        + runs_of(resolved, points)
        + len(BARRIERS) * replicates
        + (0 if quick else 2 * (len(candidates()) + MOST_INFLUENTIAL))
    )
    done = 0

    def step(number: int = 1) -> None:
        nonlocal done
        done += number
        if progress:
            progress(done, steps)

    results = tuple(
        ScenarioResult.of(run(scenario, seed=seed, replicates=replicates, workers=workers, progress=lambda *_: step()))
        for scenario in resolved
    )
    leading = Comparison(results, base).leading
    lifted = barrier_table(leading, workers)
    step(len(BARRIERS) * replicates)
    draws = (
        simulate_draws(
            resolved,
            points=points,
            seed=seed,
            workers=workers,
            time_limit=time_limit,
            most=most_draws,
            keep=keep,
            step=step,
        )
        if points
        else None
    )
    return Comparison(results, base, lifted, None if quick else sensitivity_table(leading, workers, step), draws, when)


__all__ = ["Comparison", "ScenarioResult", "compare"]
