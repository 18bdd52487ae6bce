"""Compares scenarios run by run with the same luck, so that little but the programmes differs."""

from __future__ import annotations

from collections.abc import Sequence

from plnsim.common.checks import checked_replicates, checked_seed, checked_workers
from plnsim.common.errors import BadInput, suggestion, told
from plnsim.model.measure import BARRIERS
from plnsim.simulation.runs import Progress, run
from plnsim.simulation.scenario import Scenario
from plnsim.studies.comparison.scenario_result import Comparison, Side
from plnsim.studies.comparison.sensitivity import MOST_INFLUENTIAL, barriers_of, candidates, sensitivity_of


def checked(scenarios: Sequence[object], baseline: str | None = None) -> tuple[list[Scenario], str]:
    """The scenarios to compare and the name of the baseline; raises ``BadInput``."""
    asked = [Scenario.of(one) for one in scenarios]
    names = [one.name for one in asked]
    if len(asked) < 2:
        raise BadInput("a comparison takes two scenarios or more", right="plnsim run simulates a single one, and plnsim report writes its page")
    for place, name in enumerate(names):
        if name in names[:place]:
            raise BadInput(f"two of the scenarios are called {told(name)}", right="different scenarios, in files of different names")
    if baseline is None:
        return asked, names[0]
    known = dict(zip(map(str, scenarios), names, strict=True)) | {name: name for name in names}
    if baseline not in known:
        raise BadInput(f"the baseline {told(baseline)} is not among the scenarios", place="--baseline", right=suggestion(baseline, known))
    return asked, known[baseline]


def compare(scenarios: Sequence[object], *, baseline: str | None = None, seed: int = 1, replicates: int = 20, workers: int | None = None,
            quick: bool = False, progress: Progress | None = None) -> Comparison:
    """Simulates scenarios with the same luck, replicate by replicate, and looks closer at the leading one.

    ``baseline``: the scenario that the others are compared with, by default the first. ``quick`` leaves out the sensitivity of
    the leading scenario. ``progress`` is called with the steps done and the steps in all. Raises ``BadInput``.
    """
    asked, base = checked(scenarios, baseline)
    seed, replicates, workers = checked_seed(seed), checked_replicates(replicates), checked_workers(workers)
    steps = len(asked) * replicates + len(BARRIERS) * replicates + (0 if quick else 2 * (len(candidates()) + MOST_INFLUENTIAL))
    done = 0

    def step(number: int = 1) -> None:
        nonlocal done
        done += number
        if progress:
            progress(done, steps)

    sides = tuple(Side.of(run(one, seed=seed, replicates=replicates, workers=workers, progress=lambda *_: step())) for one in asked)
    found = Comparison(sides, base)
    lifted = barriers_of(found.leading, workers)
    step(len(BARRIERS) * replicates)
    return Comparison(sides, base, lifted, None if quick else sensitivity_of(found.leading, workers, step))


__all__ = ["Comparison", "Side", "compare"]
