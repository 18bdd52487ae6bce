"""What chance helped to choose, judged anew: rules that were discovered, and plans that were optimised."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from scipy.stats import norm

from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.coverage.designs import SLOPES, SLOPES_SD, Coverage
from plnsim.studies.experiment.box import Box
from plnsim.studies.experiment.discovery import Discovery, discover
from plnsim.studies.experiment.experiment import Experiment
from plnsim.studies.experiment.fresh import Share
from plnsim.studies.experiment.results import values_at
from plnsim.studies.experiment.run import run_experiment
from plnsim.studies.experiment.task import Task, Values
from plnsim.studies.optimisation.front import choose_front, rank_non_dominated
from plnsim.studies.optimisation.interval import mean_interval
from plnsim.studies.optimisation.problem import Evaluation

VARIED = ("time.hours", "focus.alignment", "turnover.movers")
"""Parameters of uniform shape, in the place of a, b and c."""
POINTS, REPLICATES, THRESHOLD, LUCK = 200, 2, 0.7, 0.7
EXACT_POINTS = 40_000
CANDIDATES, DRAWS, SHAPE = 24, 40, 0.19
"""Plans among which a front is chosen, draws of each, and the shape of their gamma distribution: as skewed as sustained
deep use over what is not known about the baseline (skewness 4.6).
"""


def lucky_slopes(task: Task, values: Values, replicate: int) -> dict[str, float]:
    """3 a + 1.8 b + 0.6 c in its standard deviations from the middle, and normal luck of the run."""
    place = np.array([_share(name, values[name]) for name in VARIED])
    luck = np.random.default_rng([task.seed, replicate]).normal()
    return {"deep_use": float((place - 0.5) @ SLOPES / SLOPES_SD + LUCK * luck)}


def _share(name: str, value: object) -> float:
    low, high = MODEL_PARAMETERS[name].ppf(0.0), MODEL_PARAMETERS[name].ppf(1.0)
    assert isinstance(value, float) and isinstance(low, float) and isinstance(high, float)
    return (value - low) / (high - low)


def rules(seeds: int) -> dict[str, Coverage]:
    """How often the intervals of a discovered rule's density, coverage and base rate hold what they are in truth."""
    held = {"density": 0, "coverage": 0, "base rate": 0}
    when_found = 0
    for seed in range(seeds):
        with tempfile.TemporaryDirectory() as folder:
            experiment = Experiment(
                "rules", ("baseline",), "latin", VARIED, size=POINTS, replicates=REPLICATES, seed=seed, resamples=2
            )
            run_experiment(experiment, folder, workers=1, evaluate=lucky_slopes)
            found = discover(
                Path(folder), f"deep_use >= {THRESHOLD}", resamples=2, seed=seed, workers=1, evaluate=lucky_slopes
            )
        if found.box is None or found.fresh is None:
            continue
        when_found += 1
        for name, share, true in zip(held, _shares(found), _true_shares(found.box), strict=True):
            low, high = share.interval
            held[name] += low <= true <= high
    return {name: Coverage(count, when_found) for name, count in held.items()}


def _shares(found: Discovery) -> tuple[Share, Share, Share]:
    assert found.fresh is not None
    return found.fresh.density, found.fresh.coverage, found.fresh.base_rate


def _true_shares(box: Box) -> tuple[float, float, float]:
    """Density, coverage and base rate of a box, by the chance of each point that the mean of its runs reaches it."""
    import pandas

    points = pandas.DataFrame(np.random.default_rng(0).random((EXACT_POINTS, len(VARIED))), columns=list(VARIED))
    middle = (points.to_numpy() - 0.5) @ SLOPES / SLOPES_SD
    chance = norm.sf((THRESHOLD - middle) / (LUCK / np.sqrt(REPLICATES)))
    values = values_at(VARIED, {}, points)
    inside = np.logical_and.reduce([limit.holds(values) for limit in box.limits])
    return chance[inside].mean(), chance[inside].sum() / chance.sum(), chance.mean()


def plans(seeds: int) -> dict[str, Coverage]:
    """How often the intervals of the plans on a front hold their true means, and their true gains on a plan that was
    there.

    As a search does it: draws rank all plans, other draws choose the front from the best, fresh ones judge it.
    """
    held, tried = {"mean": 0, "gain": 0}, 0
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        means = rng.lognormal(0.0, 0.3, (2 * CANDIDATES, 2))

        def evaluate(number: int, common: np.ndarray, rng: np.random.Generator, means: np.ndarray) -> Evaluation:
            own = np.exp(rng.normal(-0.045, 0.3, (2, DRAWS)))
            use, behind = means[number][:, None] * common * own
            return Evaluation({"plan": number}, 1.0, use, behind, {})

        def draw(numbers: list[int], rng: np.random.Generator, means: np.ndarray) -> list[Evaluation]:
            common = rng.gamma(SHAPE, 1.0 / SHAPE, DRAWS)
            return [evaluate(number, common, rng, means) for number in numbers]

        searched = draw(list(range(len(means))), rng, means)
        ranked = rank_non_dominated(np.array([(-one.means[0], one.means[1]) for one in searched]), CANDIDATES)
        front = [int(str(one.allocation["plan"])) for one in choose_front(draw(ranked, rng, means))]
        as_it_is, *fresh = draw([0, *front], rng, means)
        for number, plan in zip(front, fresh, strict=True):
            tried += 1
            for name, values, true in (
                ("mean", plan.deep_use, means[number][0]),
                ("gain", plan.deep_use - as_it_is.deep_use, means[number][0] - means[0][0]),
            ):
                low, high = mean_interval(values)
                held[name] += low <= true <= high
    return {name: Coverage(count, tried) for name, count in held.items()}
