"""What an experiment cannot tell is not told as nothing: intervals that collapse, a wide dummy, advised sizes."""

from __future__ import annotations

import re

import numpy as np
import pandas
import pytest

from plnsim.cli.experiment import _interval
from plnsim.studies.experiment.chaos import indices_of_fit
from plnsim.studies.experiment.design import CHAOS, check_growth, sample_design
from plnsim.studies.experiment.methods import indices_of
from plnsim.studies.experiment.verdict import JUDGED, MOST_SENSIBLE, verdict

NAMES = ("time.hours", "leadership.vision", "dummy")


def the_verdict(method, size, widths):
    """The verdict on half-widths by name, of an outcome that moves by the first input."""
    design = sample_design(method, NAMES, size, 1)
    cube = np.repeat(design.unit_sample[:, :1, None], 2, axis=1)
    cube = cube + np.random.default_rng(1).normal(0, 0.01, cube.shape)
    table = pandas.DataFrame(
        {"outcome": "use", "index": JUDGED[method], "factor": name, "with": "", "value": 0.5, "half_width_95": width}
        for name, width in zip(NAMES, widths, strict=True)
    )
    return verdict(design, cube, ["use"], table)


def test_an_input_in_no_term_of_an_emulator_may_hold_what_is_not_foretold():
    design = sample_design(CHAOS, NAMES, 80, 1)
    x = design.unit_sample
    runs = (x[:, 0] + 0.35 * np.sin(60 * x[:, 1]))[:, None] + np.random.default_rng(2).normal(0, 0.3, (80, 2))
    emulator, found = indices_of_fit(design, runs, 50, 1)
    values, widths = found["total"]
    assert values[1] == 0.0 and emulator.r2 < 0.9
    assert widths[1] >= 1.0 - emulator.r2


def test_what_moved_at_no_base_point_may_move_at_three_in_so_many():
    design = sample_design("sobol", NAMES, 16, 1)
    cube = np.repeat(design.unit_sample[:, :1, None], 2, axis=1)
    table = indices_of(design, cube, ["use"], 50, 1).set_index(["index", "factor"])
    assert table.loc[("total", "leadership.vision")][["value", "half_width_95"]].tolist() == [0.0, 3 / 16]


def test_the_verdict_says_that_a_wider_dummy_does_not_count():
    said = the_verdict("sobol", 64, (0.3, 0.2, 3.2))
    assert "0.300 to either side (time.hours for use), not counting the dummy's 3.200" in said
    assert "dummy" not in the_verdict("sobol", 64, (0.3, 0.2, 0.1))


@pytest.mark.parametrize("method", ["latin", "pawn", "delta", CHAOS])
def test_an_advised_size_of_a_hypercube_is_one_that_it_grows_to(method):
    size = int(re.search(r"size = ([\d,]+)", the_verdict(method, 64, (0.1, 0.1, 0.1)))[1].replace(",", ""))
    assert size == 256
    check_growth(64, size)


def test_a_size_far_beyond_what_is_known_is_not_advised():
    said = the_verdict(CHAOS, 64, (0.06 * MOST_SENSIBLE**0.5, 0.1, 0.1))
    assert "cannot be said from 64" in said and "(size = 128)" in said


def test_an_interval_ends_where_an_index_does():
    row = pandas.Series({"index": "total", "value": 0.1, "half_width_95": 0.3})
    assert _interval(row) == "(0.000 to 0.400)"
    assert "not told" in _interval(row.replace({0.3: 1.3}))
    assert _interval(row.replace({"total": "mu_star"})) == "+-0.300"
