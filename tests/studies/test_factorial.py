"""Factorial experiments, and runs repeated with a condition lifted: file, design, store, effects."""

import numpy as np
import pytest

from plnsim.common.errors import InputError
from plnsim.model.measure import BARRIERS
from plnsim.simulation.runs import barriers
from plnsim.simulation.scenario import Scenario
from plnsim.studies.experiment.experiment import Experiment
from plnsim.studies.experiment.factorial import Factor, effects, full_factorial
from plnsim.studies.experiment.run import run_experiment

FILE = """
method = "factorial"
outcomes = ["use"]
replicates = 3

[factors.time]
scarce.time.hours = 0.3
some.time.hours = 0.5
ample.time.hours = 1.2

[factors.leadership]
weak.leadership = { vision = 0.25, support = 0.25 }
strong.leadership = { vision = 0.75, support = 0.75 }
"""


def asked(tmp_path, text=FILE):
    path = tmp_path / "conditions.toml"
    path.write_text(text, encoding="utf-8")
    return Experiment.read(path)


def test_every_combination_of_levels_is_a_point(tmp_path):
    experiment = asked(tmp_path)
    assert experiment.design().names == ("time", "leadership")
    assert experiment.design().unit_sample.tolist() == [[0, 0], [0, 1], [0.5, 0], [0.5, 1], [1, 0], [1, 1]]
    assert experiment.factors["time"].ppf(0.5) == {"time.hours": 0.5}
    assert experiment.factors["leadership"].ppf(1.0) == {"leadership.vision": 0.75, "leadership.support": 0.75}


def planted(task, values, replicate):
    """0.1 for time, 0.2 for leadership, 0.4 more for both; a replicate moves everything, and the effect of time a
    little.
    """
    ample, strong = values["time.hours"] == 1.2, values["leadership.vision"] == 0.75
    return {"use": 0.1 * ample + 0.2 * strong + 0.4 * (ample and strong) + 5.0 * replicate + 0.01 * replicate * ample}


def test_effects_and_interactions_are_found_through_the_whole_chain(tmp_path):
    found = run_experiment(asked(tmp_path), tmp_path / "out", evaluate=planted)["baseline"].indices
    found = found[found["outcome"] == "use"].set_index(["factor", "with"])
    assert found.loc[("time", ""), "value"] == pytest.approx(0.1 + 0.4 / 2 + 0.01)
    assert found.loc[("leadership", ""), "value"] == pytest.approx(0.2 + 0.4 / 2)
    assert found.loc[("time", "leadership"), "value"] == pytest.approx(0.4 / 2)
    assert found.loc[("leadership", ""), "half_width_95"] == pytest.approx(
        0.0, abs=1e-12
    )  # common luck leaves no noise in it
    assert found.loc[("time", ""), "half_width_95"] == pytest.approx(
        4.3026527 * 0.01 / np.sqrt(3)
    )  # t with 2 degrees of freedom


def test_an_interaction_of_three_is_a_difference_of_interactions():
    unit_sample = full_factorial((2, 2, 2))
    values = (unit_sample.prod(axis=1) * 8.0)[:, None]
    found = {(factor, others): effect for factor, others, effect, _ in effects(unit_sample, ("a", "b", "c"), values)}
    assert found[("a", "b x c")] == pytest.approx(2.0)  # 8 / 4
    assert len(found) == 7 and np.isnan([half for *_, half in effects(unit_sample, ("a", "b", "c"), values)]).all()


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        ('method = "factorial"\n', "needs factors", "[factors.time]"),
        (
            'method = "sobol"\n[vary]\nparameters = ["time.hours"]\n[factors.time]\nlow.time.hours = '
            "0.3\nhigh.time.hours = 1\n",
            "factorial designs only",
            "factorial",
        ),
        (FILE + '[vary]\nparameters = ["time.hours"]\n', "not vary", "[factors.time]"),
        ('method = "factorial"\n[factors.time]\nlow.time.hours = 0.3\n', "two or more levels", "scarce.time.hours"),
        ('method = "factorial"\n[factors.time]\nlow.time.hours = 0.3\nhigh.time.hour = 1\n', "time.hour", "time.hours"),
        ("lift = 2\n" + FILE, "lift", "0.3"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path, text, wrong, right):
    with pytest.raises(InputError) as told:
        asked(tmp_path, text)
    assert wrong in str(told.value) and right in str(told.value) and "conditions.toml" in str(told.value)


def test_lifts_give_what_barriers_give(tmp_path):
    small = "\n[set.population]\nschools = 5\n"
    experiment = asked(
        tmp_path, 'years = 4\nlift = 0.3\noutcomes = ["deep_use"]\n' + FILE.replace('outcomes = ["use"]\n', "") + small
    )
    run_experiment(experiment, tmp_path / "out", workers=1)
    import pandas

    rows = pandas.concat(pandas.read_parquet(part) for part in (tmp_path / "out" / "baseline").glob("part-*.parquet"))
    plain = Scenario.of("baseline").with_values({"population.schools": 5}).with_years(4)
    last = plain.with_values(Factor(experiment.factors["time"].levels).ppf(1.0)).with_values(
        experiment.factors["leadership"].ppf(1.0)
    )
    expected = barriers(last, seed=1, replicates=3, lift=0.3)
    for one in BARRIERS:
        assert rows[rows["point"] == 5][f"gain_{one}"].tolist() == expected.gain[one].tolist()
    assert rows["felt_time"].between(0, 1).all() and rows["felt_time"].nunique() > 6
