"""Both intervals of an outcome hold what they say, measured: over runs of two small scenarios whose outcomes are skewed
and heaped, and over distributions whose mean is known. ``python -m tests.simulation.test_intervals`` prints the table
of decision 0020.

``outcomes_of_runs.csv``: 400 runs each of the baseline with 8 schools and of the research learning network with 12.
"""

import math
from pathlib import Path

import numpy as np
import pandas
import pytest
from scipy import stats

from plnsim.common.quantities import MONEY
from plnsim.model.outcome import OUTCOMES_BY_NAME
from plnsim.simulation.runs import RANGE_QUANTILES, intervals, ranges

STORED = pandas.read_csv(Path(__file__).with_name("outcomes_of_runs.csv"))
SAMPLES = {
    (scenario, outcome): rows[outcome].dropna().to_numpy()
    for scenario, rows in STORED.groupby("scenario")
    for outcome in STORED.columns[1:]
}
HEAPED = {"schools_in_routine", "school_survival_3"}
"""Outcomes of which many runs have one value, so that a few runs may all be alike."""
SIZES, TRIALS = (3, 10, 20), 1000


def coverage(values: np.ndarray, runs: int, unit: str, trials: int) -> tuple[float, float, float]:
    """How often the confidence interval of some runs holds the mean of all (where they tell one), the prediction
    interval one more run, and the quantiles of these runs, which plnsim took for it before, that run.
    """
    rng, mean = np.random.default_rng(17), values.mean()
    holds: list[tuple[float, bool, bool]] = []
    for _ in range(trials):
        *sample, new = rng.choice(values, runs + 1, replace=False)
        told, quantiles = intervals(np.array(sample), unit), np.quantile(sample, RANGE_QUANTILES)
        of_mean = math.nan
        if math.isfinite(told["confidence_low"]):
            of_mean = told["confidence_low"] <= mean <= told["confidence_high"]
        new_run = told["prediction_low"] <= new <= told["prediction_high"]
        holds.append((of_mean, new_run, quantiles[0] <= new <= quantiles[1]))
    return tuple(np.nanmean(np.array(holds, dtype=float), axis=0))


@pytest.mark.parametrize("runs", SIZES)
@pytest.mark.parametrize(("scenario", "outcome"), SAMPLES)
def test_a_prediction_interval_holds_a_new_run_as_often_as_it_says(scenario, outcome, runs):
    of_mean, new_run, quantiles = coverage(SAMPLES[scenario, outcome], runs, OUTCOMES_BY_NAME[outcome].unit, TRIALS)
    assert 0.835 <= new_run <= (0.985 if outcome in HEAPED else 0.95)
    if outcome not in HEAPED:
        assert quantiles < 0.86, "the quantiles of a few runs hold less of new ones"
        assert of_mean > (0.81 if runs == 3 else 0.91)


@pytest.mark.parametrize("runs", SIZES)
@pytest.mark.parametrize(
    "law", [stats.norm(), stats.expon(), stats.gamma(0.5), stats.lognorm(0.8)], ids=lambda law: law.dist.name
)
def test_they_hold_what_they_say_of_laws_that_are_known(law, runs):
    rng = np.random.default_rng(3)
    samples, new = law.rvs((TRIALS, runs), random_state=rng), law.rvs(TRIALS, random_state=rng)
    told = pandas.DataFrame([intervals(sample) for sample in samples])
    of_mean = told["confidence_low"].le(law.mean()) & told["confidence_high"].ge(law.mean())
    new_run = told["prediction_low"].le(new) & told["prediction_high"].ge(new)
    assert new_run.mean() == pytest.approx(0.9, abs=0.03 if law.dist.name == "norm" else 0.06)
    assert of_mean.mean() > (0.93 if law.dist.name == "norm" else 0.72)
    assert law.dist.name != "norm" or of_mean.mean() < 0.97


def test_from_nineteen_runs_on_the_range_holds_a_new_one_whatever_the_distribution():
    values = np.arange(19.0) ** 3
    told = intervals(values)
    assert (told["prediction_low"], told["prediction_high"]) == (values[0], values[-1])
    more = intervals(np.arange(39.0))
    assert (more["prediction_low"], more["prediction_high"]) == pytest.approx((1, 37))


def test_the_intervals_are_those_of_the_books():
    values = np.array([1.0, 2.0, 4.0, 9.0])
    told = intervals(np.array([*values, math.nan, math.inf]))
    mean, error = values.mean(), values.std(ddof=1) / 2
    assert told["mean"] == mean and told["defined_in"] == 4
    assert (told["confidence_low"], told["confidence_high"]) == pytest.approx(
        stats.t.interval(0.95, 3, loc=mean, scale=error)
    )
    assert (told["prediction_low"], told["prediction_high"]) == pytest.approx(
        stats.t.interval(0.9, 3, loc=mean, scale=error * math.sqrt(5))
    )
    of_a_share = stats.binomtest(3, 20).proportion_ci(0.95, method="exact")
    told = intervals(np.array([1.0] * 3 + [0.0] * 17), "0 or 1")
    assert (told["confidence_low"], told["confidence_high"]) == pytest.approx((of_a_share.low, of_a_share.high))
    for count in (0, 20):
        told = intervals(np.arange(20.0) < count, "0 or 1")
        ends = stats.binomtest(count, 20).proportion_ci(0.95, method="exact")
        assert (told["confidence_low"], told["confidence_high"]) == pytest.approx((ends.low, ends.high))


def test_no_end_leaves_what_the_unit_allows_and_a_difference_has_no_limits():
    values = np.array([0.01, 0.02, 0.3])
    assert intervals(values)["prediction_low"] < 0 and intervals(values, "share")["prediction_low"] == 0
    assert intervals(1 - values)["prediction_high"] > 1 and intervals(1 - values, "share")["prediction_high"] == 1
    assert (
        intervals(100 * values, MONEY)["prediction_low"] == 0
        and intervals(values, "SD of pupils")["prediction_low"] < 0
    )


def test_a_ratio_is_never_below_nought():
    told = intervals(np.array([0.1, 2.0]), "ratio")
    assert told["confidence_low"] == told["prediction_low"] == 0.0


def test_what_runs_do_not_tell_is_not_told():
    assert intervals(np.array([math.nan]))["defined_in"] == 0 and math.isnan(intervals(np.array([math.nan]))["mean"])
    alone = intervals(np.array([0.5]), "share")
    assert alone["mean"] == 0.5 and ranges(alone, str) == ("", "")
    alike = intervals(np.full(5, 0.5), "share")
    assert ranges(alike, str) == ("all runs alike", "0.5 to 0.5") and math.isnan(alike["confidence_high"])


if __name__ == "__main__":
    print("| scenario | outcome | runs | 95 % confidence | 90 % prediction | 5 to 95 % quantiles |")
    print("| --- | --- | --- | --- | --- | --- |")
    for (scenario, outcome), values in SAMPLES.items():
        each = [coverage(values, runs, OUTCOMES_BY_NAME[outcome].unit, 4000) for runs in SIZES]
        columns = [" / ".join(f"{100 * held:.0f}" for held in kind) for kind in zip(*each, strict=True)]
        print(f"| {scenario} | {outcome} | {' / '.join(map(str, SIZES))} | {' | '.join(columns)} |")
