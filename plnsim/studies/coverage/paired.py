"""What is told of plans over paired runs and draws: differences, the cost of each adopter, robustness and regret, and
what it is worth to find out a parameter and where the preferred plan changes; with laws whose true values are known.
"""

from __future__ import annotations

import numpy as np
import pandas

from plnsim.simulation.runs.cost import ratio_interval
from plnsim.studies.comparison.scenario_result import describe_differences
from plnsim.studies.coverage.designs import Coverage
from plnsim.studies.decision.information import value_of_information
from plnsim.studies.decision.robustness import quantile_interval, share_interval
from plnsim.studies.decision.thresholds import thresholds
from plnsim.studies.optimisation.interval import mean_interval
from plnsim.studies.uncertainty.draws import Draws

RUNS, DRAWS, SHAPE = 8, 40, 0.19
"""Paired runs and draws, and the shape of the draws' gamma distribution: as skewed as sustained deep use."""
VARIATION = (0.7, 0.35)
"""Coefficients of variation of adopters: those of the baseline and of the research learning network."""
FIXED, EACH = 0.7, 0.3
"""Cost of a run whatever comes of it, and in proportion to its adopters: so cost varies as in those programmes."""
SLOPES = (0.0, 0.5, 1.0)
"""How far the difference of two plans depends on a parameter, in standard deviations of what else moves it."""
LEAD = 0.3
"""By how much the second plan is ahead on average, in the same unit."""
REPETITIONS = 10
"""Samples a seed: each costs next to nothing."""


def differences(seeds: int) -> dict[str, Coverage]:
    """Paired differences of runs that share half of their luck, normal or as skewed as a gamma distribution of four,
    and of draws.
    """
    held = {"normal": 0, "skewed": 0, "over draws": 0}
    for rng in _generators(seeds):
        common = rng.normal(size=RUNS)
        for name, luck in (("normal", rng.normal(size=RUNS)), ("skewed", (rng.gamma(4.0, size=RUNS) - 4.0) / 2.0)):
            told = describe_differences((common + 1.0 + luck) - common)
            held[name] += told["confidence_low"] <= 1.0 <= told["confidence_high"]
        low, high = mean_interval(rng.gamma(SHAPE, 1.0 / SHAPE, DRAWS) * rng.lognormal(-0.045, 0.3, DRAWS))
        held["over draws"] += low <= 1.0 <= high
    return _coverages(held, seeds)


def costs(seeds: int) -> dict[str, Coverage]:
    """The cost of each adopter, a ratio of sums over paired runs, at both coefficients of variation."""
    held = {f"variation {variation}": 0 for variation in VARIATION}
    for rng in _generators(seeds):
        for variation in VARIATION:
            shape = variation**-2
            adopters = 50.0 * rng.gamma(shape, 1.0 / shape, RUNS)
            cost = 50.0 * FIXED * rng.lognormal(-0.005, 0.1, RUNS) + EACH * adopters
            low, high = ratio_interval(cost, adopters)
            held[f"variation {variation}"] += low <= FIXED + EACH <= high
    return _coverages(held, seeds)


def shares(seeds: int) -> dict[str, Coverage]:
    """The share of draws in which a condition holds, and the 90th percentile of regret; of draws by themselves, and of
    half as many with three replicates, which have half of their variance in common.
    """
    from scipy.stats import norm

    held = {"satisficing": 0, "satisficing, replicates": 0, "90th percentile": 0, "90th percentile, replicates": 0}
    share, level = 0.3, float(norm.ppf(0.9))
    for rng in _generators(seeds):
        for kind, states in (
            ("", rng.normal(size=(DRAWS, 1))),
            (", replicates", (rng.normal(size=(DRAWS // 2, 1)) + rng.normal(size=(DRAWS // 2, 3))) / np.sqrt(2.0)),
        ):
            low, high = share_interval(states < norm.ppf(share))
            held[f"satisficing{kind}"] += low <= share <= high
            low, high = quantile_interval(states, 0.9)
            held[f"90th percentile{kind}"] += low <= level <= high
    return _coverages(held, seeds)


def information(seeds: int) -> dict[str, Coverage]:
    """What it is worth to find out a parameter on which the difference of two plans depends linearly, with normal luck
    and nothing else.
    """
    held = {f"slope {slope}": 0 for slope in SLOPES}
    for seed in range(seeds):
        for slope in SLOPES:
            draws = linear_draws(seed, slope, LEAD)
            row = value_of_information(draws).iloc[0]
            held[f"slope {slope}"] += row["low"] <= linear_worth(slope, LEAD) <= row["high"]
    return {name: Coverage(count, seeds) for name, count in held.items()}


def switches(seeds: int) -> dict[str, Coverage]:
    """The place along a parameter at which the preferred plan changes, by deep use and by the cost of each adopter (the
    second plan costs a fifth more), of the samples that show a change.
    """
    held: dict[str, int] = {}
    shown: dict[str, int] = {}
    for seed in range(REPETITIONS * seeds):
        for slope in SLOPES[1:]:
            draws = linear_draws(seed, slope, LEAD)
            true = 0.5 - LEAD / (np.sqrt(12.0) * slope)
            other = draws.outcomes["scenario"] == "other"
            cost = np.random.default_rng([seed, 1]).lognormal(-0.005, 0.1, len(other)) * np.where(other, 1.2, 1.0)
            adopters = draws.outcomes["deep_use"] + np.where(other, 12.0, 10.0)
            draws.outcomes["cost"], draws.outcomes["sustained_adopters"] = cost, adopters
            for row in thresholds(draws).itertuples():
                name = f"{row.measure}, slope {slope}"
                held[name] = held.get(name, 0) + int(row.threshold_low <= true <= row.threshold_high)
                shown[name] = shown.get(name, 0) + 1
    return {name: Coverage(held[name], shown[name]) for name in shown}


def linear_draws(seed: int, slope: float, lead: float, draws: int = DRAWS) -> Draws:
    """Draws of two plans whose difference has a mean of ``lead`` and rises by ``slope`` for each standard deviation of
    a parameter of uniform shape.
    """
    rng = np.random.default_rng(seed)
    place = (rng.permutation(draws) + rng.random(draws)) / draws
    plain = rng.normal(size=draws)
    other = plain + lead + slope * np.sqrt(12.0) * (place - 0.5) + rng.normal(size=draws)
    rows = [
        pandas.DataFrame({"scenario": name, "draw": np.arange(draws), "time.hours": place, "deep_use": values})
        for name, values in (("plain", plain), ("other", other))
    ]
    return Draws(("time.hours",), (), draws, pandas.concat(rows, ignore_index=True))


def linear_worth(slope: float, lead: float) -> float:
    """The true worth of finding out that parameter: the mean of what is above 0 of the difference, less its mean."""
    reach = abs(slope) * np.sqrt(3.0)
    return (reach - lead) ** 2 / (4.0 * reach) if reach > lead else 0.0


def _generators(seeds: int) -> list[np.random.Generator]:
    return [np.random.default_rng(seed) for seed in range(REPETITIONS * seeds)]


def _coverages(held: dict[str, int], seeds: int) -> dict[str, Coverage]:
    return {name: Coverage(count, REPETITIONS * seeds) for name, count in held.items()}
