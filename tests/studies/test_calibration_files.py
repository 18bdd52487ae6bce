"""Calibration files and the command: what is read, what is refused with its place, what is written, and that a draw
can be replayed.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import shutil
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pandas
import pytest

from plnsim.common.errors import InputError
from plnsim.common.sources import SOURCES
from plnsim.output.json_schemas import SCHEMAS
from plnsim.publish.calibration import save
from plnsim.simulation.runs import simulate_run
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.calibration.calibration import BLOCK, Calibration
from plnsim.studies.calibration.fit import calibrate
from plnsim.studies.calibration.observations import covariance
from plnsim.studies.calibration.parse import read_calibration
from plnsim.studies.calibration.posterior import draws
from plnsim.studies.calibration.shipped import calibration_of, shipped_calibrations
from tests.support.commands import invoke

FILE = """
title = "A small series"
scenario = "baseline"
data = "series.csv"
discrepancy = 0.02
budget = 1000
waves = 1
replicates = 2
[vary]
parameters = ["time.hours", "adoption.alone"]
[set.population]
schools = 6
secondary_share = 0.0
"""
SERIES = "time,value,standard_error\n0.5,0.02,0.01\n1,0.05,0.01\n1.5,0.06,0.01\n"


def written(folder: Path, text: str = FILE, series: str = SERIES) -> Path:
    (folder / "series.csv").write_text(series, encoding="utf-8")
    path = folder / "fit.toml"
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, text: str = FILE, series: str = SERIES) -> Calibration:
    return read_calibration(written(folder, text, series))


def without(line: str) -> str:
    return "\n".join(one for one in FILE.split("\n") if not one.startswith(line))


def test_a_series_is_read_with_times_errors_and_what_is_held_out(tmp_path):
    one = read(
        tmp_path,
        FILE,
        "time,value,standard_error,sample_size,outcome\n1,0.02,0.01,,\n2,0.05,,400,deep_use\n3,0.06,0.02,,use\n",
    )
    assert [(each.column, each.value, each.held_out) for each in one.observations] == [
        ("use_week_38", 0.02, False),
        ("deep_use_week_77", 0.05, False),
        ("use_week_116", 0.06, True),
    ]
    assert [each.error for each in one.observations] == pytest.approx([0.01, 0.0114, 0.02], rel=0.01)
    assert {each.discrepancy for each in one.observations} == {0.02}
    assert one.scenario.weeks == 117 and one.scenario.values["population.schools"] == 6 and one.fitted == [0, 1]


@pytest.mark.parametrize(("asked", "out"), [('"none"', []), ('"last third"', [2]), ("[0.5, 1]", [0, 1])])
def test_what_is_held_out_is_as_asked(tmp_path, asked, out):
    one = read(tmp_path, f"hold_out = {asked}\n{FILE}")
    assert [place for place, each in enumerate(one.observations) if each.held_out] == out


def test_weeks_patterns_and_outcomes_of_the_whole_run_stand_beside_a_series(tmp_path):
    one = read(
        tmp_path,
        f"""time_in = "weeks"
{FILE.replace("discrepancy = 0.02", "discrepancy = { use = 0.02, retention = 0.1 }")}
[[pattern]]
outcome = "retention"
value = 0.5
tolerance = 0.2
[[pattern]]
outcome = "knowledge"
time = 20
value = 0.1
tolerance = 0.05
""",
        SERIES.replace("0.5,", "10,").replace("\n1,", "\n20,").replace("1.5,", "30,"),
    )
    assert [each.column for each in one.observations] == [
        "use_week_9",
        "use_week_19",
        "use_week_29",
        "retention",
        "knowledge_week_19",
    ]
    assert [each.discrepancy for each in one.observations] == [0.02, 0.02, 0.02, 0.1, 0.0]
    assert one.scenario.weeks == read_calibration(tmp_path / "fit.toml").scenario.weeks > 100, (
        "a whole run is as long as its scenario"
    )
    run = simulate_run(one.scenario)
    assert one.observations[1].value_in(run) == run.weeks["users"][19].sum() / run.weeks["staff"][19].sum()
    assert one.observations[4].value_in(run) == run.weeks["knowledge"][19].sum() / run.weeks["staff"][19].sum()


@pytest.mark.parametrize(
    ("text", "place", "phrase"),
    [
        (f'methd = "x"{FILE}', "1:1", "method"),
        (f'method = "abc"{FILE}', "1:1", "history-matching, prior-sampling"),
        (without("discrepancy"), "fit.toml", "discrepancy = 0.03"),
        (FILE.replace("0.02", "-1"), "5:1", "number from 0"),
        (without("data"), "fit.toml", "[[pattern]]"),
        (FILE.replace("time.hours", "time.hour"), "10:15", "time.hours"),
        (FILE.replace('"adoption.alone"', '"adoption.contagion"'), "9:1", "no range"),
        (FILE.replace('["time.hours", "adoption.alone"]', "[]"), "9:1", "from 1 to 20"),
        (FILE.replace("budget = 1000", "budget = 600"), "6:1", "at least 632"),
        (FILE.replace("replicates = 2", "replicates = 1"), "8:1", "whole number from 2"),
        (f"hold_out = [7]{FILE}", "1:13", "a time that stands in the data"),
        (f"hold_out = [0.5, 1, 1.5]{FILE}", "1:1", "nothing is left to fit"),
        (f'hold_out = "half"{FILE}', "1:1", "last third"),
        (f"years = 1{FILE}", "1:1", "years = 1.48718 or more"),
        (FILE.replace('"baseline"', '"baselin"'), "", "baseline"),
        (f'outcome = "retention"{FILE}', "1:1", "use"),
        (FILE.replace("schools = 6", "schools = -6"), "12:1", "population.schools"),
        (f"first_year = 2012{FILE}", "series.csv:2:time", "times from 2012 on"),
        (f"first_year = 12{FILE}", "1:1", "the calendar year that is year 1"),
        (f'first_year = 2012\ntime_in = "weeks"{FILE}', "1:1", "times in weeks since the start"),
        (f"correlation = 1{FILE}", "1:1", "from 0 to 0.99"),
        (f'{FILE}[[series]]\noutcome = "use"\n', "14:1", "the series names no data"),
        (f'{FILE}[[series]]\ndata = "series.csv"\n', "14:1", "observed twice"),
        (f'{FILE}[[series]]\ndata = "series.csv"\nunit = "years"\n', "16:1", "unknown key"),
        (f"series = 3{FILE}", "1:1", "series are tables in a list"),
        (f"{FILE}[priors]\ntime.hours = 1.0\n", "15:1", "a distribution is a table"),
        (f'{FILE}[priors]\ntime.hours = {{ shape = "beta" }}\n', "15:16", "triangular"),
        (f'{FILE}[priors]\ntime.huors = {{ shape = "uniform", low = 0, high = 1 }}\n', "15:1", "time.hours"),
        (f"priors = 3{FILE}", "1:1", "priors must be a table"),
        (
            f'{FILE}[priors]\nadoption.contagion = {{ shape = "discrete", values = ["step", "linear"] }}\n',
            "15:1",
            "no range",
        ),
        (FILE.replace("[set", "distributions = {}\n[set"), "11:1", "[priors] beside [vary]"),
        (FILE + '[[pattern]]\noutcome = "us"\nvalue = 1\ntolerance = 1\n', "15:1", "use"),
        (FILE + '[[pattern]]\noutcome = "use"\ntime = 1\nvalue = 4\ntolerance = 0.1\n', "17:1", "for 4 % write 0.04"),
        (
            FILE + '[[pattern]]\noutcome = "use"\ntime = 2012\nvalue = 0.4\ntolerance = 0.1\n',
            "16:1",
            "first_year = 2012",
        ),
        (FILE + '[[pattern]]\noutcome = "retention"\nvalue = 0.5\n', "14:1", "there is no tolerance"),
        (FILE + '[[pattern]]\noutcome = "use"\ntime = 1\nvalue = 0.1\ntolerance = 0.1\n', "14:1", "observed twice"),
    ],
)
def test_a_wrong_file_gets_one_message_with_its_place(tmp_path, text, place, phrase):
    with pytest.raises(InputError) as problem:
        read(tmp_path, text)
    assert phrase in str(problem.value)
    assert place in str(problem.value)


@pytest.mark.parametrize(
    ("series", "place", "phrase"),
    [
        ("time,value\n1,0.1\n", ":2", "neither a standard_error nor a sample_size"),
        ("time,value,standard_error\n1,4,0.1\n", ":2:value", "for 4 % write 0.04"),
        ("time,value,standard_error\n1,1.05,0.01\n", ":2:value", "with a standard error of 0.01 from -0.03 to 1.03"),
        ("time,value,sample_size\n1,-0.01,100\n", ":2:value", "from 0.0 to 1.0"),
        ("time,value,standard_error\n2001,0.1,0.1\n", ":2:time", "years since the start: 1, 2, 3"),
        ("time,value,standard_error\n2001,0.1,0.1\n", ":2:time", "first_year = 2001, if that is year 1"),
        ("time,value,standard_error\n150,0.1,0.1\n", ":2:time", "at most 100 years"),
        ("time,value,standard_error\nx,0.1,0.1\n", ":2:time", "not a number"),
        ("time,value,standard_error\n1,0.1,0.1\n1,0.2,0.1\n", ":3:time", "twice"),
        ("time,value,standard_error\n1,0.1,-1\n", ":2:standard_error", "out of bounds"),
        ("time,value,standard_error,outcome\n1,0.1,0.1,us\n", ":2:outcome", "use"),
        ("year,value\n1,0.1\n", ":1", "time"),
        ("time,value,standard_error\n", ":2", "no rows"),
        ("time,value,sample_size,outcome\n,2.5,100,retention\n", ":2:sample_size", "share alone"),
    ],
)
def test_a_wrong_series_gets_one_message_with_its_row(tmp_path, series, place, phrase):
    with pytest.raises(InputError) as problem:
        read(tmp_path, FILE, series)
    assert phrase in str(problem.value)
    assert f"series.csv{place}" in str(problem.value)


def test_a_share_with_an_error_may_be_observed_a_little_below_none_or_above_all(tmp_path):
    text = f'{FILE}[[pattern]]\noutcome = "use"\ntime = 2\nvalue = 1.01\ntolerance = 0.02\n'
    one = read(tmp_path, text, "time,value,standard_error\n1,-0.01,0.02\n1.5,1.02,0.01\n")
    assert [each.value for each in one.observations] == [-0.01, 1.02, 1.01]


def test_calendar_years_are_counted_from_the_first_year(tmp_path):
    plain = read(tmp_path, f"hold_out = [3]\n{FILE}", "time,value,sample_size\n1,0.12,400\n2,0.18,400\n3,0.26,400\n")
    series = "time,value,sample_size\n2001,0.12,400\n2002,0.18,400\n2003,0.26,400\n"
    dated = read(tmp_path, f"first_year = 2001\nhold_out = [2003]\n{FILE}", series)
    assert dated.observations == plain.observations and dated.observations[2].held_out
    assert dated.scenario.weeks == 3 * 39


def test_the_file_of_the_scenario_is_kept(tmp_path):
    (tmp_path / "mine.toml").write_text('title = "Mine"', encoding="utf-8")
    one = read(tmp_path, FILE.replace("baseline", "mine.toml"))
    assert one.texts["mine.toml"] == 'title = "Mine"'


def test_several_series_each_with_its_own_outcome_years_and_errors(tmp_path):
    (tmp_path / "cohort.csv").write_text("time,value\n2014,0.2\n2015,0.3\n2016,0.35\n", encoding="utf-8")
    text = f"""{FILE}
[[series]]
data = "cohort.csv"
outcome = "ever_tried"
first_year = 2013
standard_error = 0.04
discrepancy = 0.01
correlation = 0.5
"""
    one = read(tmp_path, text)
    assert [each.column for each in one.observations] == [
        *("use_week_19", "use_week_38", "use_week_57"),
        *("ever_tried_week_77", "ever_tried_week_116", "ever_tried_week_155"),
    ]
    assert [each.held_out for each in one.observations] == [False, False, True] * 2, "the last third of each series"
    assert [(each.error, each.discrepancy) for each in one.observations] == [(0.01, 0.02)] * 3 + [(0.04, 0.01)] * 3
    assert set(one.texts) == {"fit.toml", "series.csv", "cohort.csv"}
    sizes = [each.standard_deviation for each in one.observations]
    expected = np.diag(np.square(sizes))
    for first, second in ((3, 4), (3, 5), (4, 5)):
        expected[first, second] = expected[second, first] = 0.5 * sizes[first] * sizes[second]
    assert covariance(one.observations) == pytest.approx(expected)


def test_a_prior_of_ones_own_takes_the_place_of_the_plausible_range(tmp_path):
    text = f"""{FILE}
[priors]
adoption.alone = {{ shape = "triangular", low = 0.0, mode = 0.1, high = 0.4 }}
abandonment.rate = {{ shape = "discrete", values = [0.1, 0.3], weights = [1, 3] }}
"""
    one = read(tmp_path, text.replace("budget = 1000", f'budget = {BLOCK}\nmethod = "prior-sampling"'))
    assert one.names == ("time.hours", "adoption.alone", "abandonment.rate"), "what has a prior is fitted"
    assert one.ppf("adoption.alone", 0.25) == pytest.approx(0.1) and one.ppf("abandonment.rate", 0.2) == 0.1
    assert one.ppf("time.hours", 0.25) == MODEL_PARAMETERS["time.hours"].ppf(0.25)
    found = calibrate(one, tmp_path / "out", workers=2)
    sample = draws(found)
    assert sample["adoption.alone"].between(0.0, 0.4).all() and set(sample["abandonment.rate"]) == {0.1, 0.3}
    assert (sample["adoption.alone"] < 0.1).mean() == pytest.approx(0.25, abs=0.01)
    row = sample.iloc[7]
    run = simulate_run(
        one.scenario.with_values({name: row[name] for name in one.names}), one.seed, int(row["replicate"])
    )
    assert one.observations[0].value_in(run) == row["use_week_19"]
    other = replace(one, priors={})
    with pytest.raises(InputError, match="another experiment"):
        calibrate(other, tmp_path / "out")


def test_a_share_without_error_and_discrepancy_cannot_be_matched(tmp_path):
    with pytest.raises(InputError, match="neither a standard error nor a discrepancy"):
        read(tmp_path, FILE.replace("0.02", "0"), "time,value,standard_error\n1,0.1,0\n")


def test_every_shipped_calibration_is_good():
    assert "teachers-toolkit" in shipped_calibrations()
    for name in shipped_calibrations():
        one = calibration_of(name)
        assert one.title and one.purpose and one.fitted and set(one.sources) <= set(SOURCES)
    with pytest.raises(InputError, match="did you mean teachers-toolkit"):
        calibration_of("teacher-toolkit")


def test_the_shipped_series_is_that_of_its_source():
    gives = SOURCES["sutton-trust-2018"].gives
    percents = [int(one) for one in re.findall(r"\d+", gives.partition("teachers")[2].partition("%")[0])]
    one = calibration_of("teachers-toolkit")
    assert [round(100 * each.value) for each in one.observations] == percents == [4, 8, 10, 8, 15, 17, 23]
    assert [each.years for each in one.observations] == [1, 2, 3, 4, 5, 6, 7]


def test_the_command_writes_what_it_says_goes_on_without_a_run_and_gives_draws_that_can_be_replayed(tmp_path):
    path, out = written(tmp_path), tmp_path / "out"
    said = invoke("calibrate", path, "--out", out, "--page", tmp_path / "guide", "--workers", 2)
    assert said.code == 0, said.err
    manifest = json.loads((out / "calibration.json").read_text())
    for name, expected in manifest["sha256"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == expected
    assert manifest["command"][0] == "calibrate" and (out / "asked" / "series.csv").read_text() == SERIES
    parts = {part: part.stat().st_mtime_ns for part in out.rglob("part-*.parquet")}
    again = invoke("calibrate", path, "--out", out, "--json")
    assert again.code == 0 and {part: part.stat().st_mtime_ns for part in out.rglob("part-*.parquet")} == parts
    jsonschema.validate(json.loads(again.out), SCHEMAS["calibrate"])
    assert json.loads(again.out)["sentences"] == manifest["sentences"]
    assert manifest["sentences"][0].split(":")[0] in said.out.replace("\n", " ")
    draws = pandas.read_parquet(out / "posterior.parquet")
    assert draws["weight"].sum() == pytest.approx(1.0) and len(draws) == BLOCK
    one = read_calibration(path)
    for _, row in draws.nlargest(2, "weight").iterrows():
        values = {name: MODEL_PARAMETERS[name].validate(row[name]) for name in one.names}
        run = simulate_run(one.scenario.with_values(values), one.seed, int(row["replicate"]))
        assert [each.value_in(run) for each in one.observations] == [row[each.column] for each in one.observations]
    page = (tmp_path / "guide" / "fit.md").read_text()
    for figure in re.findall(r"\]\((.*?\.svg)\)", page):
        assert "<svg" in (tmp_path / "guide" / figure).read_text()
    assert (
        f"plnsim calibrate {path} --out {out} --workers 2\n" in page
        and "Seed 1" in page
        and "## What it rests on" in page
    )


def test_the_command_on_a_page_makes_the_calibration_again_from_the_files_that_are_kept(tmp_path, monkeypatch):
    path, out = written(tmp_path, f'method = "prior-sampling"{FILE}'), tmp_path / "my results"
    result = calibrate(path, out, workers=2)
    save.write(result, out)
    page = (out / "result.md").read_text()
    assert "\nplnsim calibrate asked/fit.toml\n" in page
    monkeypatch.chdir(out)
    assert calibration_of("asked/fit.toml").texts == result.calibration.texts
    assert "plnsim calibrate asked/fit.toml --budget 1000 --out again" in invoke("replay", ".").err
    for texts in ({}, {"fit.toml": result.calibration.texts["fit.toml"].replace("series.csv", "elsewhere/series.csv")}):
        asked = replace(result, calibration=replace(result.calibration, texts=texts))
        shutil.rmtree(out / "asked")
        save.write(asked, out)
        page = (out / "result.md").read_text()
        assert "plnsim calibrate" not in page and "A program asked for it" in page


def test_the_command_without_its_page_keeps_all_its_other_words():
    from plnsim.cli.calibrate import _without_page

    words = ["calibrate", "my fit.toml", "--out", "results"]
    for page in (["--page", "results"], ["--page=results"], []):
        assert _without_page([*words[:2], *page, *words[2:]]) == _without_page([*words, *page]) == words


def test_what_is_no_finite_number_is_null_in_the_files(tmp_path):
    path, out = written(tmp_path, f'method = "prior-sampling"{FILE}'), tmp_path / "out"
    save.write(replace(calibrate(path, out, workers=2), closest=math.inf), out)

    def refuse(word):
        raise AssertionError(f"{word} is no JSON")

    assert json.loads((out / "calibration.json").read_text(), parse_constant=refuse)["closest"] is None


def test_history_matching_without_its_library_says_what_to_install(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "sklearn", None)
    said = invoke("calibrate", written(tmp_path), "--out", tmp_path / "out")
    assert said.code == 2 and "plnsim[all]" in said.err and "prior-sampling" in said.err
    assert not (tmp_path / "out").exists()
    said = invoke(
        "calibrate", written(tmp_path, f'method = "prior-sampling"{FILE}'), "--out", tmp_path / "out", "--workers", 2
    )
    assert said.code == 0, said.err


def test_a_budget_that_is_too_small_and_a_full_folder_are_refused(tmp_path):
    path = written(tmp_path)
    said = invoke("calibrate", path, "--out", tmp_path / "out", "--budget", 10)
    assert said.code == 2 and "at least 632" in said.err and not (tmp_path / "out").exists()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "result.md").write_text("mine")
    said = invoke("calibrate", path, "--out", tmp_path / "other")
    assert (
        said.code == 2 and "holds other files" in said.err and (tmp_path / "other" / "result.md").read_text() == "mine"
    )
    (tmp_path / "file").write_text("x")
    said = invoke("calibrate", path, "--out", tmp_path / "file")
    assert said.code == 2 and "nothing can be written" in said.err


def test_the_list_names_the_shipped_calibrations():
    said = invoke("calibrate", "--list")
    assert said.code == 0 and "teachers-toolkit" in said.out


def test_a_sample_that_shrinks_to_no_match_leaves_no_posterior_behind(tmp_path):
    from plnsim.publish.calibration import save
    from plnsim.studies.calibration.fit import calibrate
    from tests.support.fitted import line, make_calibration, make_observations

    good = calibrate(make_calibration(), tmp_path / "fit", evaluate=line)
    save.write(good, tmp_path / "fit")
    assert (tmp_path / "fit" / "posterior.csv").exists() and (tmp_path / "fit" / "marginals.svg").exists()
    bad = calibrate(make_calibration(make_observations([0.5, 0.1, 0.5, 0.1])), tmp_path / "other", evaluate=line)
    save.write(bad, tmp_path / "fit")
    assert not (tmp_path / "fit" / "posterior.csv").exists() and not (tmp_path / "fit" / "marginals.svg").exists()
    assert np.isfinite(bad.closest)
