"""The record of a run: complete, all of it or nothing, and the same numbers again whenever it is replayed."""

import csv
import hashlib
import json
import re
import shutil
import subprocess
import warnings
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas
import pytest

import plnsim
from plnsim.common.errors import InputError
from plnsim.output.words import percent
from plnsim.publish import record
from plnsim.publish.report.page import make_document
from plnsim.simulation.model_version import MODEL_NUMBER
from plnsim.simulation.runs import run
from plnsim.simulation.scenario import Scenario, shipped_scenarios
from plnsim.studies.comparison import Comparison, ScenarioResult
from tests.support.commands import invoke
from tests.support.pages import TOP

TABLES = ("outcomes", "weeks", "years", "schools", "survival", "without_programme")
FILES = {
    "scenario.toml",
    "provenance.json",
    "dictionary.csv",
    "report.html",
    *(f"{picture}.{kind}" for picture in ("spread", "halves") for kind in ("svg", "png")),
    *(f"{table}.csv" for table in TABLES),
}
TINY = """title = "Four schools & <one> network of $ and $_"
years = 1.5
[population]
schools = 4
secondary_share = 0
primary_staff = 6
first_users = 0.3
[programme]
participation = 0.5
schools_a_network = 2
support_years = 1
[[calendar]]
week = 10
until_week = 20
lift = { time = 0.5 }
[[calendar]]
week = 45
event = "tune-up"
"""


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A folder with a scenario file and the record of two replicates of it, which no test changes."""
    folder = tmp_path_factory.mktemp("original")
    (folder / "tiny.toml").write_text(TINY)
    said = invoke("run", folder / "tiny.toml", "--seed", 3, "--replicates", 2, "--out", folder / "record")
    assert said.code == 0, said.err
    return folder


@pytest.fixture
def kept(original, tmp_path, monkeypatch):
    """A copy of that record; the test happens in the folder in which it lies."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(original, tmp_path, dirs_exist_ok=True)
    return tmp_path / "record"


def contents(folder: Path) -> dict:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def provenance_of(folder: Path) -> dict:
    return json.loads((folder / "provenance.json").read_text())


def sealed(folder: Path) -> None:
    """Makes the provenance agree with the files as they are now."""
    provenance = provenance_of(folder)
    provenance["sha256"] = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in provenance["sha256"]
    }
    (folder / "provenance.json").write_text(json.dumps(provenance))


# -- what is written ---------------------------------------------------------------------------------------------------


def test_a_record_holds_tables_figure_scenario_and_provenance_and_nothing_else(original):
    assert set(contents(original / "record")) == FILES
    assert {path.name for path in original.iterdir()} == {"tiny.toml", "record"}


def test_the_dictionary_tells_every_column_of_every_table_and_no_other(original):
    with open(original / "record/dictionary.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    told = [(row["table"], row["column"]) for row in rows]
    there = [
        (table, column) for table in TABLES for column in pandas.read_csv(original / f"record/{table}.csv").columns
    ]
    assert len(told) == len(set(told)) and set(told) == set(there)
    assert all(row["unit"] and row["meaning"].endswith(".") for row in rows)


def test_the_tables_hold_the_numbers_of_the_run_to_the_last_bit(original):
    done = run(original / "tiny.toml", seed=3, replicates=2)
    for table in TABLES:
        with open(original / f"record/{table}.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        for name, column in getattr(done, table).items():
            written = [row[name] == "True" if column.dtype == bool else float(row[name] or "nan") for row in rows]
            assert np.array_equal(written, column.to_numpy(), equal_nan=column.dtype != bool), f"{table}.{name}"


def test_the_tables_have_a_row_for_each_replicate_week_school_and_year(original):
    outcomes, weeks, years, schools, survival, _ = (
        pandas.read_csv(original / f"record/{table}.csv") for table in TABLES
    )
    assert outcomes["replicate"].tolist() == survival["replicate"].tolist() == [0, 1]
    assert years.groupby("replicate")["year"].agg(list).tolist() == [[1, 2]] * 2
    assert weeks.groupby("replicate")["week"].agg(list).tolist() == [list(range(58))] * 2
    assert schools.groupby(["replicate", "year"])["school"].agg(list).tolist() == [list(range(4))] * 4
    assert weeks["supported"].tolist() == [week < 39 for week in range(58)] * 2


def test_the_shares_of_a_year_at_a_school_are_those_of_the_weeks(original):
    weeks, schools = (pandas.read_csv(original / f"record/{table}.csv") for table in ("weeks", "schools"))
    first = schools[(schools["replicate"] == 0) & (schools["year"] == 1)]
    of_weeks = weeks[(weeks["replicate"] == 0) & (weeks["week"] < 39)]["use"].mean()
    assert np.average(first["use"], weights=first["staff"]) == pytest.approx(of_weeks)


def test_a_record_that_goes_on_after_support_draws_how_long_use_survives(tmp_path):
    (tmp_path / "long.toml").write_text(TINY.replace("years = 1.5", "years = 4"))
    said = invoke("run", tmp_path / "long.toml", "--seed", 3, "--replicates", 2, "--out", tmp_path / "record")
    assert said.code == 0, said.err
    assert set(contents(tmp_path / "record")) == FILES | {"survival.svg", "survival.png"}
    survival, outcomes = (pandas.read_csv(tmp_path / f"record/{table}.csv") for table in ("survival", "outcomes"))
    assert survival["years_after_support"].tolist() == [0, 1, 2, 3] * 2
    for who in ("teacher", "school"):
        at_three = survival[survival["years_after_support"] == 3][f"{who}_survival"]
        assert np.array_equal(at_three, outcomes[f"{who}_survival_3"], equal_nan=True)
        assert outcomes[f"{who}_survival_5"].isna().all()
    known = survival.dropna()
    assert (known["teacher_survival_low"] <= known["teacher_survival"]).all()
    assert (known["teacher_survival"] <= known["teacher_survival_high"]).all()
    svg = (tmp_path / "record/survival.svg").read_text()
    assert f"{percent(outcomes['teacher_survival_3'].mean())} after 3" in svg and "one&gt; network" in svg


def test_a_record_of_0_1_without_survival_is_told_and_not_replayed_as_the_same(kept):
    provenance = provenance_of(kept)
    del provenance["sha256"]["survival.csv"]
    (kept / "survival.csv").unlink()
    (kept / "provenance.json").write_text(json.dumps(provenance))
    assert "these tables differ: survival" in invoke("replay", "record").out


def test_the_scenario_of_a_record_is_the_one_that_was_run(original):
    ran, kept = Scenario.of(original / "tiny.toml"), Scenario.of(original / "record/scenario.toml")
    assert (kept.values, kept.calendar, kept.years, kept.weeks, kept.title) == (
        ran.values,
        ran.calendar,
        ran.years,
        ran.weeks,
        ran.title,
    )


def test_the_provenance_tells_what_was_run_with_what_and_when(original):
    provenance = provenance_of(original / "record")
    assert (provenance["seed"], provenance["replicates"], provenance["engine"], provenance["name"]) == (
        3,
        2,
        "numba",
        "tiny",
    )
    assert provenance["command"] == [
        "run",
        str(original / "tiny.toml"),
        "--seed",
        "3",
        "--replicates",
        "2",
        "--out",
        str(original / "record"),
    ]
    assert (
        provenance["versions"]["plnsim"] == plnsim.__version__
        and {"python", "numpy", "numba", "mesa"} <= provenance["versions"].keys()
    )
    assert 0 <= (datetime.now(UTC) - datetime.fromisoformat(provenance["written"])).total_seconds() < 3600
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=TOP, capture_output=True, text=True, check=False
    ).stdout.strip()
    assert provenance["commit"] in ((head, f"{head}+") if head and (TOP / ".git").exists() else (None,))
    hashed = {
        name: hashlib.sha256(content).hexdigest()
        for name, content in contents(original / "record").items()
        if name.endswith((".csv", ".toml"))
    }
    assert provenance["sha256"] == hashed


def test_numbers_that_are_not_defined_are_empty_cells(original):
    assert "nan" not in (original / "record/outcomes.csv").read_text().lower()
    assert "NaN" not in (original / "record/provenance.json").read_text()


# -- figure ------------------------------------------------------------------------------------------------------------


def test_the_svg_loads_nothing_and_runs_nothing(original):
    text = (original / "record/spread.svg").read_text()
    inside = list(ElementTree.fromstring(text).iter())
    links = [value for one in inside for name, value in one.attrib.items() if name.endswith(("href", "src"))]
    assert links and all(link.startswith("#") for link in links)
    assert not {one.tag.rpartition("}")[2] for one in inside} & {"script", "image", "foreignObject", "a", "iframe"}
    assert all(place.startswith("#") for place in re.findall(r"url\(['\"]?([^)]*)", text)) and "@import" not in text
    assert not [name for one in inside for name in one.attrib if name.startswith("on")]


def test_the_svg_says_in_words_what_it_shows(original):
    years = pandas.read_csv(original / "record/years.csv")
    last = years[years["year"] == 2]["use_where_taking_part"].mean()
    said = " ".join(ElementTree.fromstring((original / "record/spread.svg").read_text()).itertext())
    assert "Of 100 teachers, how many use the practice" in said and f"to {100 * last:.0f} of 100" in said


def test_the_same_run_draws_the_same_figure(kept):
    assert invoke("run", "tiny.toml", "--seed", 3, "--replicates", 2, "--out", "again").code == 0
    for name in ("spread.svg", "spread.png"):
        assert (kept.parent / "again" / name).read_bytes() == (kept / name).read_bytes()


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"programme.participation": 1.0, "programme.delegates": 100},
        {"programme.participation": 0.0},
        {"programme.support_years": 0.0},
        {"population.schools": 1},
    ],
    ids=str,
)
@pytest.mark.parametrize(("years", "replicates"), [(1 / 39, 1), (1.5, 3)])
def test_a_figure_is_drawn_of_any_run_without_a_warning(values, years, replicates):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        done = run(Scenario.from_text(TINY).with_values(values).with_years(years), replicates=replicates)
        side = ScenarioResult.of(done)
        make_document(Comparison((side,), side.name), {"versions": {}}).image.picture.figure.canvas.draw()


def test_a_title_that_looks_like_a_formula_is_written_as_it_is(tmp_path):
    done = run(replace(Scenario.from_text(TINY), title=r"From $\frac to x_$ ").with_years(0.1))
    record.write(done, tmp_path / "record")
    assert r"From $\frac to x_$" in (tmp_path / "record/report.html").read_text()


# -- replay ------------------------------------------------------------------------------------------------------------


def test_replay_says_that_every_number_is_the_same(kept):
    before = contents(kept)
    assert invoke("replay", "record") == (0, "record: every number is the same (2 runs, seed 3).\n", "")
    assert contents(kept) == before


@pytest.mark.parametrize("table", [*TABLES, "dictionary"])
def test_replay_refuses_a_record_in_which_a_table_was_changed(kept, table):
    path = kept / f"{table}.csv"
    text = path.read_text()
    last = max(text.rfind(digit) for digit in "0123456789")
    path.write_text(text[:last] + str((int(text[last]) + 1) % 10) + text[last + 1 :])
    code, out, err = invoke("replay", "record")
    assert (
        (code, out) == (2, "") and f"{table}.csv is not as it was written" in err and f"--> record/{table}.csv" in err
    )


def test_replay_refuses_a_record_in_which_a_file_is_missing(kept):
    (kept / "weeks.csv").unlink()
    code, out, err = invoke("replay", "record")
    assert (code, out) == (2, "") and "--> record/weeks.csv" in err


def test_replay_refuses_a_record_whose_scenario_was_changed(kept):
    path = kept / "scenario.toml"
    path.write_text(path.read_text().replace("first_users = 0.3", "first_users = 0.4"))
    code, _, err = invoke("replay", "record")
    assert code == 2 and "scenario.toml is not as it was written" in err


def test_when_the_model_gives_other_numbers_replay_says_which_tables_differ_and_which_versions(kept):
    path = kept / "scenario.toml"
    path.write_text(path.read_text().replace("first_users = 0.3", "first_users = 0.4"))
    sealed(kept)
    provenance = provenance_of(kept)
    provenance["versions"] |= {"numpy": "0.0.1", "abacus": "1"}
    (kept / "provenance.json").write_text(json.dumps(provenance))
    code, out, err = invoke("replay", "record")
    assert (code, err) == (1, "")
    assert out.startswith(
        "record: not every number is the same; these tables differ: outcomes, weeks, years, schools, survival, "
        "without_programme.\n"
    )
    assert (
        f"  numpy was 0.0.1, is {np.__version__}\n" in out
        and "  abacus was 1, is not used\n" in out
        and "numba was" not in out
    )


def test_replay_notices_a_difference_in_a_single_table(kept):
    provenance = provenance_of(kept)
    text = (kept / "schools.csv").read_text()
    (kept / "schools.csv").write_text(text[:-2] + str((int(text[-2]) + 1) % 10) + "\n")
    (kept / "provenance.json").write_text(json.dumps(provenance))
    sealed(kept)
    code, out, _ = invoke("replay", "record")
    assert code == 1 and "these tables differ: schools." in out


def test_a_scenario_that_this_plnsim_cannot_read_is_told_as_that_of_another_plnsim(kept):
    path = kept / "scenario.toml"
    path.write_text(path.read_text().replace("first_users =", "first_fans ="))
    sealed(kept)
    code, out, err = invoke("replay", "record")
    assert (
        (code, out) == (2, "")
        and "this plnsim cannot read the record's scenario" in err
        and "the plnsim that wrote it" in err
    )


def test_a_run_cut_short_by_years_can_be_replayed_whatever_its_calendar_held(kept):
    assert invoke("run", "tiny.toml", "--years", 0.5, "--replicates", 1, "--out", "short").code == 0
    assert invoke("replay", "short").code == 0


def test_a_record_of_a_population_from_files_needs_those_files_no_more(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    district = shipped_scenarios()["district"]
    shutil.copy(district, "own.toml")
    shutil.copytree(district.parent / "district", "district")
    assert invoke("run", "own.toml", "--years", 0.2, "--replicates", 1, "--out", "record").code == 0
    assert {"population/schools.csv", "population/networks.csv"} <= provenance_of(tmp_path / "record")["sha256"].keys()
    shutil.rmtree("district")
    shutil.move("record", "moved")
    assert invoke("replay", "moved").code == 0
    (tmp_path / "moved/population/schools.csv").write_text("")
    assert "population/schools.csv is not as it was written" in invoke("replay", "moved").err


# -- all of it or nothing ----------------------------------------------------------------------------------------------

INTERRUPTIONS = [(KeyboardInterrupt, 130), (OSError(28, "No space left on device"), 2), (ZeroDivisionError, 1)]


@pytest.mark.parametrize(
    "where",
    [
        "plnsim.publish.record.save.to_toml",
        "plnsim.publish.report.curves.spread",
        "plnsim.common.files._move_into_place",
    ],
)
@pytest.mark.parametrize(("error", "code"), INTERRUPTIONS, ids=["interrupted", "disk full", "a fault"])
def test_writing_that_is_broken_off_leaves_nothing(kept, where, error, code, monkeypatch, tmp_path_factory):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("traces")))
    before = contents(kept.parent)
    with patch(where, side_effect=error):
        said = invoke("run", "tiny.toml", "--replicates", 1, "--out", "new/folder/record")
    assert (said.code, said.out) == (code, "") and "Traceback" not in said.err
    assert code != 2 or "nothing can be written to new/folder/record: No space left on device" in said.err
    assert contents(kept.parent) == before and {path.name for path in kept.parent.iterdir()} == {"tiny.toml", "record"}


@pytest.mark.parametrize(("error", "code"), INTERRUPTIONS, ids=["interrupted", "disk full", "a fault"])
def test_replacing_that_is_broken_off_keeps_the_earlier_record(kept, error, code, monkeypatch, tmp_path_factory):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("traces")))
    before = contents(kept.parent)
    rename = Path.rename

    def broken(path, target):
        if path.name.startswith(".record.") and path.suffix == ".tmp":
            raise error
        return rename(path, target)

    for where, what in (
        ("plnsim.publish.report.curves.spread", {"side_effect": error}),
        ("pathlib.Path.rename", {"new": broken}),
    ):
        with patch(where, **what):
            assert invoke("run", "tiny.toml", "--replicates", 1, "--out", "record", "--overwrite").code == code
        assert contents(kept.parent) == before and {path.name for path in kept.parent.iterdir()} == {
            "tiny.toml",
            "record",
        }


def test_overwrite_replaces_a_record_and_leaves_no_trace_of_it(kept):
    assert invoke("run", "tiny.toml", "--replicates", 1, "--out", "record").code == 2
    assert invoke("run", "tiny.toml", "--replicates", 1, "--out", "record", "--overwrite").code == 0
    assert provenance_of(kept)["replicates"] == 1 and set(contents(kept)) == FILES
    assert {path.name for path in kept.parent.iterdir()} == {"tiny.toml", "record"}
    assert invoke("replay", "record").code == 0


def test_overwrite_never_deletes_what_is_not_of_the_record(kept):
    (kept / "notes.txt").write_text("my notes")
    before = contents(kept)
    code, _, err = invoke("run", "tiny.toml", "--out", "record", "--overwrite")
    assert code == 2 and "notes.txt" in err and contents(kept) == before


def test_a_record_may_go_into_an_empty_folder_or_through_a_link(kept):
    (kept.parent / "empty").mkdir()
    (kept.parent / "link").symlink_to("empty", target_is_directory=True)
    assert invoke("run", "tiny.toml", "--replicates", 1, "--out", "link").code == 0
    assert set(contents(kept.parent / "empty")) == FILES and (kept.parent / "link").is_symlink()
    assert invoke("run", "tiny.toml", "--replicates", 1, "--out", "link", "--overwrite").code == 0


def test_a_record_does_not_replace_the_folder_one_is_in(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = invoke("run", "baseline", "--replicates", 1, "--out", ".")
    assert (code, out) == (2, "") and "the folder that you are in" in err
    assert list(tmp_path.iterdir()) == []


def test_the_library_refuses_a_folder_as_the_command_does(kept):
    done = run(Scenario.from_text(TINY).with_years(0.1))
    with pytest.raises(InputError, match="holds a record already"):
        record.write(done, kept)
    assert record.write(done, kept, overwrite=True) == kept
    assert provenance_of(kept)["command"] == []


# -- the same numbers --------------------------------------------------------------------------------------------------


def test_workers_do_not_change_a_number(kept):
    for workers in (1, 2):
        assert invoke("run", "tiny.toml", "--replicates", 5, "--workers", workers, "--out", f"with-{workers}").code == 0
    one, two = (contents(kept.parent / f"with-{workers}") for workers in (1, 2))
    assert {name for name in FILES if one[name] != two[name]} == {"provenance.json", "report.html"}  # its command
    assert provenance_of(kept.parent / "with-1")["sha256"] == provenance_of(kept.parent / "with-2")["sha256"]


def test_fewer_replicates_are_the_first_of_more(kept):
    assert invoke("run", "tiny.toml", "--seed", 3, "--replicates", 1, "--out", "fewer").code == 0
    more, fewer = ((kept.parent / folder / "weeks.csv").read_text() for folder in ("record", "fewer"))
    assert more.startswith(fewer) and more != fewer


def test_the_mesa_engine_writes_the_same_tables_and_can_be_replayed(kept):
    for engine in ("numba", "mesa"):
        assert (
            invoke("run", "tiny.toml", "--years", 0.3, "--replicates", 2, "--engine", engine, "--out", engine).code == 0
        )
    numba, mesa = (contents(kept.parent / engine) for engine in ("numba", "mesa"))
    assert {name for name in FILES if numba[name] != mesa[name]} == {"provenance.json", "report.html"}
    assert provenance_of(kept.parent / "mesa")["engine"] == "mesa"
    assert invoke("replay", "mesa").code == 0


@pytest.mark.parametrize(("reading", "engine"), [("compiled", "numba"), ("mesa", "mesa")])
def test_a_record_of_0_1_is_read_and_replayed(kept, reading, engine):
    assert invoke("run", "tiny.toml", "--years", 0.3, "--engine", engine, "--out", "old").code == 0
    folder = kept.parent / "old"
    provenance = provenance_of(folder)
    del provenance["engine"]
    (folder / "provenance.json").write_text(json.dumps(provenance | {"reading": reading}))
    assert record.read_provenance(folder)["engine"] == engine
    assert "every number is the same" in invoke("replay", "old").out


def test_a_record_names_the_model_that_computed_it(kept):
    assert provenance_of(kept)["model"] == MODEL_NUMBER == record.read_provenance(kept)["model"]


@pytest.mark.parametrize("of_record", [{}, {"model": 1}, {"model": 3}])
def test_a_record_of_another_model_is_read_and_not_replayed(kept, of_record):
    """0.1 named no model; its records are of the first."""
    provenance = provenance_of(kept)
    del provenance["model"]
    provenance |= of_record | {"commit": "0123abc"}
    provenance["versions"]["plnsim"] = "0.1.0"
    (kept / "provenance.json").write_text(json.dumps(provenance))
    number = of_record.get("model", 1)
    assert record.read_provenance(kept)["model"] == number
    before = contents(kept)
    code, out, err = invoke("replay", "record")
    assert (code, out) == (2, "") and contents(kept) == before
    assert err.count("error") == 1 and "Traceback" not in err
    assert f"the record was computed by model {number}, whose rules were others" in err
    assert "--> record/provenance.json" in err
    assert f"a record of model {MODEL_NUMBER}, or the plnsim that wrote it (0.1.0, commit 0123abc)" in err


@pytest.mark.parametrize("model", ["1", 1.0, None, [2]])
def test_a_model_that_is_no_number_is_damage(kept, model):
    (kept / "provenance.json").write_text(json.dumps(provenance_of(kept) | {"model": model}))
    code, out, err = invoke("replay", "record")
    assert (code, out) == (2, "") and "the provenance is damaged: its model cannot be" in err


def test_a_set_value_and_years_are_kept_in_the_record(kept):
    assert (
        invoke("run", "tiny.toml", "--set", "time.hours=1.25", "--years", 0.5, "--replicates", 1, "--out", "set").code
        == 0
    )
    scenario = Scenario.of(kept.parent / "set/scenario.toml")
    assert scenario.values["time.hours"] == 1.25 and scenario.years == 0.5
    assert invoke("replay", "set").code == 0


def test_json_beside_a_record_is_valid_and_says_the_same(kept):
    code, out, err = invoke("run", "tiny.toml", "--seed", 3, "--replicates", 2, "--json", "--out", "again")
    outcomes = json.loads(out, parse_constant=pytest.fail)["outcomes"]
    table = pandas.read_csv(kept / "outcomes.csv")
    assert code == 0 and "plnsim replay again" in err
    for name, one in outcomes.items():
        assert one["defined_in"] == table[name].notna().sum()
        assert one["mean"] == (pytest.approx(table[name].mean()) if one["defined_in"] else None)
