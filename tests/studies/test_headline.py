"""The headline study: its tables against numbers worked out by hand, and a tiny study through the whole chain."""

from types import SimpleNamespace

import numpy as np
import pandas
import pytest

from plnsim.model.measure import BARRIERS
from plnsim.publish.headline.page import CONTROL, write
from plnsim.studies.experiment.experiment import Experiment
from plnsim.studies.experiment.run import experiment_of
from plnsim.studies.headline import findings, results
from plnsim.studies.headline.posterior import as_experiment, systematic_resample

TINY = {
    "screening": (2, 1),
    "conditions": (8, 2),
    "groups": (8, 1),
    "crossing": (1, 2),
    "crossing-posterior": (1, 2),
    "named-and-actual": (4, 1),
    "regimes": (40, 1),
}


def points_of(named, gains, felt_time=0.5, felt_leadership=0.5):
    table = pandas.DataFrame(named, columns=[f"names_{one}" for one in BARRIERS])
    table[[f"gain_{one}" for one in BARRIERS]] = gains
    return table.assign(felt_time=felt_time, felt_leadership=felt_leadership)


def test_named_and_actual_counts_points_at_which_a_lift_matters():
    named = [[0.6, 0.3, 0.1], [0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [np.nan] * 3, [0.9, 0.1, 0.0]]
    gains = [
        [0.01, 0.03, 0.0],
        [0.05, 0.02, 0.0],
        [0.01, 0.02, 0.0],
        [0.1, 0.2, 0.0],
        [0.001, 0.002, 0.0],
    ]  # unnamed, too small: left out
    points = points_of(named, gains, felt_leadership=[0.45, 0.9, 0.1, 0.5, 0.5])
    row = findings.named_and_actual(SimpleNamespace(points={"baseline": points})).iloc[0]
    assert (row["points"], row["of"], row["structure"]) == (3, 5, "as it is")
    assert row["time_named"] == pytest.approx(2 / 3) and row["time_actual"] == pytest.approx(1 / 3)
    assert row["leadership_gains_more"] == pytest.approx(2 / 3) and row["claim"] == pytest.approx(1 / 3)
    assert row["matched"] == 1 and row["claim_matched"] == 1.0
    assert row["claim_low"] == pytest.approx(0.0615, abs=1e-3) and row["claim_high"] == pytest.approx(
        0.7923, abs=1e-3
    )  # Wilson, 1 of 3


def test_the_crossing_says_what_one_condition_alone_reaches():
    unit_sample = np.array([[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)], float)
    means = pandas.DataFrame({"deep_use": [0.0, 0.0, 0.1, 0.2, 0.05, 0.05, 0.3, 0.5]})
    effect = {
        "outcome": "deep_use",
        "index": "effect",
        "factor": "time",
        "with": "leadership",
        "value": 0.1,
        "half_width_95": 0.02,
    }
    analysis = SimpleNamespace(indices=pandas.DataFrame([effect]))
    one = SimpleNamespace(
        experiment=SimpleNamespace(design=lambda: SimpleNamespace(unit_sample=unit_sample)),
        points={"baseline--additive": means},
        analyses={"baseline--additive": analysis},
    )
    row = findings.factorial_effects(one).iloc[0]
    assert (row["scenario"], row["structure"], row["time x leadership"]) == ("baseline", "additive", 0.1)
    assert (row["time_alone"], row["leadership_alone"], row["focus_alone"]) == pytest.approx((0.1, 0.2, 0.0))
    assert (row["none"], row["all"]) == (0.0, 0.5)


def test_draws_of_a_posterior_follow_its_weights_and_become_an_experiment(tmp_path):
    posterior = pandas.DataFrame(
        {
            "weight": [0.0, 0.25, 0.0, 0.75],
            "adoption.alone": [0.02, 0.05, 0.1, 0.2],
            "adoption.social": 0.5,
            "adoption.threshold": 0.3,
            "abandonment.rate": [0.1, 0.2, 0.3, 0.4],
            "mobilisation.mailing": 0.1,
        }
    )
    assert systematic_resample(posterior, 4)["adoption.alone"].tolist() == [0.05, 0.2, 0.2, 0.2]
    path = tmp_path / "over-posterior.toml"
    path.write_text(as_experiment(posterior, 4), encoding="utf-8")
    found = Experiment.read(path)
    assert found.alternatives["draw-02"] == {
        "adoption.alone": 0.2,
        "adoption.social": 0.5,
        "adoption.threshold": 0.3,
        "abandonment.rate": 0.4,
    }
    assert len(found.variants()) == 5 and found.design().names == ("time", "leadership", "focus")


def test_the_posterior_is_crossed_as_the_defaults_are():
    assert experiment_of("crossing-posterior").factors == experiment_of("crossing").factors


def test_a_tiny_study_becomes_a_page(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "QUICK", TINY)
    found = results.run_headline(tmp_path / "stores", quick=True)
    page = write(found, tmp_path / "page", "plnsim headline --quick").read_text(encoding="utf-8")
    for name in (
        "corners.svg",
        "by-structure.svg",
        "named-and-actual.svg",
        "conditions.svg",
        "groups.svg",
        "through-time.svg",
    ):
        assert f"({name})" in page and (tmp_path / "page" / name).stat().st_size > 2000
    crossed = pandas.read_csv(tmp_path / "page" / "crossing.csv")
    assert len(crossed) == 6 and (crossed["all"] > crossed["none"]).all()
    assert CONTROL in set(pandas.read_csv(tmp_path / "page" / "named-and-actual.csv")["structure"])
    assert f"{sum(one.runs for one in found.values()):,} simulations" in page
    assert "nan" not in page and "not defined" not in page.partition("| structure")[0]
    again = results.run_headline(
        tmp_path / "stores", quick=True
    )  # resumed: nothing is simulated, everything is the same
    for name, one in again.items():
        assert one.analyses[one.scenario].indices.equals(found[name].analyses[one.scenario].indices)
