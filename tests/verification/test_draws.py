"""Draws are uniform, and independent across weeks, teachers, streams, seeds and replicates, as runs ask for them."""

import numpy as np
import pytest
from scipy.stats import chi2, kstest

from plnsim.common.streams import STREAMS, run_key, uniform, week_key
from tests.support.runs import FULL_SUITE

NAMES, WEEKS = (400, 400) if FULL_SUITE else (100, 100)


def draw(seed=1, replicate=0, stream_id=26, first_week=1, weeks=WEEKS, names=NAMES) -> np.ndarray:
    """What is drawn from one stream: weeks x teachers."""
    run = run_key(seed, replicate)
    return np.array(
        [
            [uniform(week_key(run, week), stream_id, entity_id) for entity_id in range(names)]
            for week in range(first_week, first_week + weeks)
        ]
    )


@pytest.mark.parametrize("stream_id", ["use", "adopt", "contact", "teacher leaves"])
def test_draws_are_uniform(case, stream_id):
    number = STREAMS.index(stream_id)
    draws = draw(stream_id=number).ravel()
    p = kstest(draws, "uniform").pvalue
    case.holds(f"{len(draws):,} draws of {stream_id} (Kolmogorov-Smirnov)", p > 1e-3, f"p = {p:.3f}", "p > 0.001")
    case.agrees("their mean", draws.mean(), 0.5, error=np.sqrt(1 / 12 / len(draws)))
    cells = np.bincount((draws * 100).astype(int), minlength=100)
    excess = ((cells - len(draws) / 100) ** 2 / (len(draws) / 100)).sum()
    p = chi2.sf(excess, 99)
    case.holds("in a hundred cells (chi-square)", p > 1e-3, f"p = {p:.3f}", "p > 0.001")
    axes = case.panel(f"{len(draws):,} draws of the stream {stream_id}", "draw", "number")
    axes.hist(draws, bins=100)


PAIRS = {
    "next week": ({}, {"first_week": 2}),
    "next year": ({}, {"first_week": 40}),
    "next seed": ({}, {"seed": 2}),
    "next replicate": ({}, {"replicate": 1}),
    "another stream": ({}, {"stream_id": 27}),
    "seed and replicate exchanged": ({"seed": 2, "replicate": 1}, {"seed": 1, "replicate": 2}),
}


@pytest.mark.parametrize("name", [*PAIRS, "next teacher"])
def test_draws_are_independent(case, name):
    if name == "next teacher":
        both = draw(names=NAMES + 1)
        draws, others = both[:, :-1].ravel(), both[:, 1:].ravel()
    else:
        draws, others = (draw(**asked).ravel() for asked in PAIRS[name])
    count = len(draws)
    case.agrees(f"correlation with the {name}", np.corrcoef(draws, others)[0, 1], 0.0, error=1 / np.sqrt(count))
    cells = np.histogram2d(draws, others, bins=10, range=((0, 1), (0, 1)))[0]
    p = chi2.sf(((cells - count / 100) ** 2 / (count / 100)).sum(), 99)
    case.holds("pairs in ten by ten cells (chi-square)", p > 1e-3, f"p = {p:.3f}", "p > 0.001")
