"""Simulation-based calibration: right posteriors pass it, wrong ones do not, and it is resumed to the bit."""

from __future__ import annotations

import json
import math

import jsonschema
import numpy as np
import pandas
import pytest

from plnsim.output.json_schemas import SCHEMAS
from plnsim.studies.calibration import sbc, sbc_text
from plnsim.studies.calibration.calibration import SAMPLING
from plnsim.studies.calibration.fit import BLOCK
from plnsim.studies.calibration.proposal import normalise
from tests.studies.test_calibration_files import FILE, written
from tests.support.commands import invoke
from tests.support.fitted import TWO_PARAMETERS, line, make_calibration, observations_on_line

TRUTHS = 200
"""Of so many, right posteriors hold 87 to 93 % over two parameters."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("sbc")


def checked(folder, **more) -> sbc.SimulationBased:
    one = make_calibration(observations_on_line(error=0.12), **{"method": SAMPLING, "budget": 8 * BLOCK} | more)
    return sbc.simulation_based_calibration(one, TRUTHS, folder, workers=2, evaluate=line)


def test_right_posteriors_hold_nine_of_ten_truths_and_their_ranks_are_even(folder):
    found = checked(folder)
    assert found.undefined == 0 and found.full.mean() > 0.9 and len(found.values) == TRUTHS
    assert 0.87 <= found.coverage <= 0.93 and not found.rough
    assert sbc.summary(found)["even"].all()
    assert "hold what they say" in sbc_text.sentences(found)[0] and "even" in sbc_text.sentences(found)[1]
    inside = found.inside.to_numpy()
    ranks = found.ranks[list(TWO_PARAMETERS)].to_numpy()
    assert (inside == ((ranks > 0.05) & (ranks < 0.95))).mean() > 0.98, "an interval holds what ranks say"


@pytest.mark.parametrize(("power", "told"), [(3.0, "too narrow"), (0.2, "too wide"), (0.0, sbc.LIKELIHOOD)])
def test_wrong_posteriors_are_found_out(folder, monkeypatch, power, told):
    """The likelihood to a power: too much is made of the data, too little, or nothing."""
    monkeypatch.setattr(sbc, "normalise", lambda log_weights: normalise(power * log_weights))
    found = checked(folder, budget=4 * BLOCK)
    even = sbc.summary(found).set_index("quantity")["even"]
    assert found.rough and told in sbc_text.sentences(found)[1] and "are rough" in sbc_text.sentences(found)[0]
    if power == 0.0:  # the prior for a posterior: its ranks are even, and only the likelihood gives it away
        assert even[list(TWO_PARAMETERS)].all() and 0.87 <= found.coverage <= 0.93


def test_truths_that_get_too_few_draws_get_blocks_where_they_lie_and_are_told(tmp_path):
    sharp = make_calibration(observations_on_line(error=0.015), method=SAMPLING, budget=2 * BLOCK)
    found = sbc.simulation_based_calibration(sharp, 30, tmp_path, workers=2, evaluate=line)
    assert found.runs == 2 * BLOCK + 30 and [place.name for place in tmp_path.glob("runs/targeted*")] == [
        "targeted-30-1-1"
    ]
    assert not found.full.any() and "0 of 30 posteriors have the 400" in sbc_text.sentences(found)[2]
    assert np.isfinite(found.ranks.to_numpy()).all() and found.ranks.to_numpy().max() <= 1.0


def test_the_band_holds_all_even_ranks_as_often_as_it_says():
    at, rng = sbc.places(100), np.random.default_rng(3)
    low, high = sbc.band(100, at, 0.9)
    samples = (rng.random((1000, 100))[:, :, None] <= at).mean(axis=1)
    inside = ((low <= samples) & (samples <= high)).all(axis=1).mean()
    assert 0.87 <= inside <= 0.96  # shares of a hundred are steps


def test_a_truth_in_whose_run_nothing_is_defined_is_left_out_and_counted(tmp_path):
    def fragile(task, values, replicate):
        return line(task, values, replicate) | ({"use_week_38": math.nan} if values[TWO_PARAMETERS[0]] > 1.2 else {})

    one = make_calibration(method=SAMPLING, budget=2 * BLOCK)
    found = sbc.simulation_based_calibration(one, 40, tmp_path, workers=2, evaluate=fragile)
    assert 0 < found.undefined < 40 and len(found.ranks) == 40 - found.undefined
    assert f"{found.undefined} truths are left out" in sbc_text.caveats(found)[-1]


def test_the_command_writes_its_page_and_goes_on_without_a_run(tmp_path):
    path, out = written(tmp_path, f'method = "prior-sampling"{FILE}'), tmp_path / "out"
    words = ("calibrate", path, "--simulation-based", 20, "--out", out)
    said = invoke(*words, "--page", tmp_path / "guide", "--workers", 2)
    assert said.code == 0, said.err
    assert "Simulation-based calibration: A small series" in said.out and "log likelihood" in said.out
    parts = {part: part.stat().st_mtime_ns for part in out.rglob("part-*.parquet")}
    again = invoke(*words, "--json")
    assert again.code == 0 and {part: part.stat().st_mtime_ns for part in out.rglob("part-*.parquet")} == parts
    told = json.loads(again.out)
    jsonschema.validate(told, SCHEMAS["calibrate simulation-based"])
    rows = pandas.read_csv(out / "simulation-based.csv")
    assert len(rows) == 2 * told["truths"] and rows["rank"].between(0, 1).all()
    assert rows["inside_90"].mean() == pytest.approx(told["coverage"])
    page = (tmp_path / "guide" / "fit-simulation-based.md").read_text()
    assert "](fit-simulation-based.svg)" in page and told["sentences"][0] in page
    assert "<svg" in (tmp_path / "guide" / "fit-simulation-based.svg").read_text()
    assert not (out / "result.md").exists(), "a check is no fit"
