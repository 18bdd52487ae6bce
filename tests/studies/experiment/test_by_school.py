"""A row a school, year and run beside the parts of a store: what it says, and that nothing of it is lost."""

from __future__ import annotations

import numpy as np
import pandas
import pyarrow.parquet
import pytest

from plnsim import Scenario
from plnsim.common.errors import InputError
from plnsim.simulation.runs import simulate_run
from plnsim.studies.experiment import task as tasks
from plnsim.studies.experiment.by_school import school_table
from plnsim.studies.experiment.experiment import Experiment
from plnsim.studies.experiment.results import ExperimentResults
from plnsim.studies.experiment.run import run_experiment

SMALL = {"population.schools": 6, "programme.participation": 0.5, "programme.support_years": 1.0}
ASKED = Experiment(
    "schools", ("baseline",), "latin", ("time.hours",), size=3, years=2, values=SMALL, by_school=(1, 2), replicates=2
)


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setattr(tasks, "MAX_BATCH_RUNS", 2)
    run_experiment(ASKED, tmp_path / "store", workers=1)
    return tmp_path / "store" / "baseline"


def test_rows_of_schools_sum_up_to_the_outcomes_of_their_run(store):
    results = ExperimentResults.of(store)
    table = results.schools
    assert len(table) == 6 * 2 * 6 and (table.groupby("run")["disadvantage"].nunique() == 6).all()
    last = table[table["year"] == 2]
    weighted = (last["deep_use"] * last["staff"]).groupby(last["run"]).sum() / last["staff"].groupby(last["run"]).sum()
    np.testing.assert_allclose(weighted, results.runs["deep_use"], rtol=1e-9)
    assert set(table["phase"]) == {"primary", "secondary"} and table["participates"].groupby(table["run"]).any().all()
    assert (table.loc[~table["participates"], "members"] == 0).all()
    assert list(table["point"]) == list(table["run"] // 2) and list(table["replicate"]) == list(table["run"] % 2)


def test_any_reader_takes_the_folder_as_one_table(store):
    whole = pandas.read_parquet(store / "schools").sort_values(["run", "year", "school"], ignore_index=True)
    pandas.testing.assert_frame_equal(whole, ExperimentResults.of(store).schools)
    assert pyarrow.parquet.read_table(store / "schools").num_rows == len(whole)


def test_the_engines_agree_on_the_rows_of_schools():
    scenario = Scenario.of("baseline").with_values(SMALL).with_years(1)
    numba, mesa = (school_table(simulate_run(scenario, 5, 1, engine), (1,)) for engine in ("numba", "mesa"))
    pandas.testing.assert_frame_equal(numba.to_pandas(), mesa.to_pandas(), check_exact=True)


def test_a_part_whose_schools_are_damaged_is_computed_again(store):
    before = ExperimentResults.of(store).schools
    (store / "schools" / "part-000000002.parquet").write_bytes(b"no table")
    with pytest.raises(InputError, match=r"part-000000002\.parquet is damaged"):
        ExperimentResults.of(store).schools  # noqa: B018
    notes = []
    run_experiment(ASKED, store.parent, workers=1, note=notes.append)
    assert len(notes) == 1 and "part-000000002.parquet was damaged" in notes[0]
    pandas.testing.assert_frame_equal(ExperimentResults.of(store).schools, before)


def test_joined_parts_keep_their_schools(store):
    before, results = ExperimentResults.of(store).schools, ExperimentResults.of(store)
    from plnsim.studies.experiment.store import find_stores

    assert find_stores(store)[0].compact() == (3, 1)
    assert [path.name for path in (store / "schools").iterdir()] == ["part-000000000.parquet"]
    pandas.testing.assert_frame_equal(ExperimentResults.of(store).schools, before)
    assert results.runs.equals(ExperimentResults.of(store).runs)


def test_a_store_without_says_what_to_ask_for(tmp_path):
    from dataclasses import replace

    run_experiment(replace(ASKED, by_school=(), size=1), tmp_path / "store", workers=1)
    with pytest.raises(InputError, match="kept no rows of schools") as refused:
        ExperimentResults.of(tmp_path / "store").schools  # noqa: B018
    assert "by_school" in refused.value.right


@pytest.mark.parametrize("value", ['"all"', "[0]", "[1.5]", "true", "[101]"])
def test_years_that_are_none_are_refused(tmp_path, value):
    path = tmp_path / "study.toml"
    path.write_text(f'by_school = {value}\n[vary]\nparameters = ["time.hours"]\n', encoding="utf-8")
    with pytest.raises(InputError, match="by_school lists the school years"):
        Experiment.read(path)
