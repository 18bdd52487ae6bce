"""Compares scenarios run by run with common random numbers, so that little but the programmes differs."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike

from plnsim.common.checks import validate_replicates, validate_seed, validate_workers
from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.model.measure import BARRIERS
from plnsim.simulation.runs import ProgressCallback, run
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.studies.comparison.comparison import Comparison
from plnsim.studies.comparison.scenario_result import ScenarioResult
from plnsim.studies.comparison.sensitivity import MOST_INFLUENTIAL, barrier_table, candidates, sensitivity_table


def check_scenarios(
    scenarios: Sequence[Scenario | str | PathLike[str]], baseline: str | None = None
) -> tuple[list[Scenario], str]:
    """The scenarios to compare and the name of the baseline; raises ``InputError``."""
    if isinstance(scenarios, (str, PathLike, Scenario)):
        raise InputError(
            f"scenarios cannot be {quote_value(str(getattr(scenarios, 'name', scenarios)))} alone",
            right='a list: ["baseline", "district"], for instance',
        )
    resolved = [Scenario.of(scenario) for scenario in scenarios]
    names = [scenario.name for scenario in resolved]
    if len(resolved) < 2:
        raise InputError(
            "a comparison takes two scenarios or more",
            right="plnsim run simulates a single one, and plnsim report writes its page",
        )
    for index, name in enumerate(names):
        if name in names[:index]:
            raise InputError(
                f"two of the scenarios are called {quote_value(name)}",
                right="different scenarios, in files of different names",
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
    progress: ProgressCallback | None = None,
) -> Comparison:
    """Simulates scenarios with common random numbers, replicate by replicate, and looks closer at the leading one.

    ``baseline``: the scenario that the others are compared with, by default the first. ``quick`` leaves out the
    sensitivity of the leading scenario. ``progress`` is called with the steps done and the steps in all. Raises
    ``InputError``.
    """
    resolved, base = check_scenarios(scenarios, baseline)
    seed, replicates, workers = validate_seed(seed), validate_replicates(replicates), validate_workers(workers)
    steps = (
        len(resolved) * replicates
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
    return Comparison(results, base, lifted, None if quick else sensitivity_table(leading, workers, step))


__all__ = ["Comparison", "ScenarioResult", "compare"]
