"""plnsim with SALib, xarray, EMA workbench and files: what is handed over is what was stored, and the tools themselves
say so.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas
import pyarrow.parquet
import pytest

from plnsim import Scenario, run
from plnsim.common.errors import InputError
from plnsim.common.parameter import Choice, Parameter
from plnsim.publish.interop import (
    FORMATS,
    dataset,
    ema_model,
    ema_results,
    export,
    salib_data,
    salib_problem,
    salib_values,
)
from plnsim.publish.interop.columns import describe_columns, runs_table, to_identifier
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.experiment.distribution import Distribution
from plnsim.studies.experiment.ema import ema
from plnsim.studies.experiment.experiment import Experiment
from plnsim.studies.experiment.parquet import write_table
from plnsim.studies.experiment.results import ExperimentResults
from plnsim.studies.experiment.run import run_experiment
from tests.support.commands import invoke, invoke_in_shell

pytestmark = pytest.mark.xdist_group("interop")

FILE = """
method = "{method}"
size = {size}
outcomes = ["deep_use", "cost", "sustained_scale_up"]
replicates = 2
seed = 3
every_weeks = 39
[vary]
parameters = ["time.hours", "programme.delegates", "programme.networks_a_facilitator", "programme.grouping"]
"""
NAMES = ("time.hours", "programme.delegates", "programme.networks_a_facilitator", "programme.grouping")
FEW = {
    "population.schools": 4,
    "programme.participation": 1.0,
    "programme.support_years": 0.5,
    "programme.follow_up_years": 1.0,
}


def planted(task, values, replicate):
    """Outcomes that tell where they came from: the values of their point, and the replicate: two of each luck."""
    place = list(MODEL_PARAMETERS["programme.grouping"].options).index(values["programme.grouping"])
    found = {
        "deep_use": values["time.hours"] / 2 + 0.01 * (replicate % task.replicates),
        "cost": 1000.0 * values["programme.delegates"] + place,
        "sustained_scale_up": float(values["time.hours"] > 0.8),
    }
    return found | {column: week / 1000 for column, week in ((f"deep_use_week_{week}", week) for week in task.weeks)}


def stored(folder: Path, method="latin", size=60, evaluate=planted) -> Path:
    path = folder / "study.toml"
    path.write_text(FILE.format(method=method, size=size), encoding="utf-8")
    run_experiment(Experiment.read(path), folder / "store", evaluate=evaluate)
    return folder / "store" / "baseline"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return ExperimentResults.of(stored(tmp_path_factory.mktemp("interop")))


# -- the store as tables -----------------------------------------------------------------------------------------------


def test_the_values_of_a_store_are_those_that_its_runs_had(store):
    assert list(store.values) == [*NAMES, "dummy"]
    assert store.values["programme.delegates"].dtype == np.int64
    np.testing.assert_allclose(store.cube("deep_use")[:, 1], store.values["time.hours"] / 2 + 0.01, rtol=0, atol=1e-15)


def test_a_missing_or_failed_run_is_no_number(tmp_path):
    def failing(task, values, replicate):
        if values["programme.delegates"] == 1:
            raise ValueError("planted")
        return planted(task, values, replicate)

    found = ExperimentResults.of(stored(tmp_path, evaluate=failing))
    alone = (found.values["programme.delegates"] == 1).to_numpy()
    assert alone.any() and np.isnan(found.cube("cost")[alone]).all() and np.isfinite(found.cube("cost")[~alone]).all()
    assert found.means(("cost",))["cost"].isna().to_numpy().tolist() == alone.tolist()
    part = next(found.folder.glob("part-*.parquet"))
    table = pyarrow.parquet.read_table(part).slice(0, 51)
    with part.open("wb") as file:
        write_table(table, file)
    shorter = ExperimentResults.of(found.folder)
    assert len(shorter.means(("cost",))) == 25, "51 runs are 25 whole points and a half"
    assert np.isnan(shorter.cube("cost")[26:]).all()


def test_several_variants_in_one_folder_ask_which(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text(
        FILE.format(method="latin", size=4)
        + '[alternatives.open]\n"programme" = {reach = "outside towns"}\n'.replace(
            "outside towns", list(MODEL_PARAMETERS["programme.reach"].options)[1]
        ),
        encoding="utf-8",
    )
    run_experiment(Experiment.read(path), tmp_path / "store", evaluate=planted)
    with pytest.raises(InputError, match="2 variants") as problem:
        ExperimentResults.of(tmp_path / "store")
    assert "baseline--open" in problem.value.right


def test_another_version_of_the_model_is_told(tmp_path):
    folder = stored(tmp_path, size=4)
    assert ExperimentResults.of(folder).caveat == ""
    manifest = folder / "manifest.json"
    manifest.write_text(
        json.dumps(json.loads(manifest.read_text(encoding="utf-8")) | {"model": "0.0+other"}), encoding="utf-8"
    )
    assert "0.0+other" in ExperimentResults.of(folder).caveat


# -- SALib -------------------------------------------------------------------------------------------------------------


def test_salib_places_every_parameter_where_plnsim_places_it():
    from SALib.sample import latin

    names = [one.qualified_name for one in MODEL_PARAMETERS if isinstance(one, Choice) or one.range[0] < one.range[1]]
    unit = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    shares = latin.sample(unit, 50, seed=7)
    sampled = latin.sample(salib_problem(names), 50, seed=7)
    for share, row in zip(shares, sampled, strict=True):
        values = salib_values(names, row)
        for name, at in zip(names, share, strict=True):
            mine = MODEL_PARAMETERS[name].ppf(float(at))
            assert values[name] == (mine if isinstance(mine, str | int) else pytest.approx(mine, rel=1e-9)), name


def test_salib_places_triangular_parameters_as_plnsim_does(monkeypatch):
    from SALib.sample import latin

    shaped = Parameter(
        "shaped",
        default=0.3,
        unit="share",
        range=(0.1, 0.9),
        meaning="Planted.",
        group="time",
        shape="triangular",
        section="test",
    )
    monkeypatch.setitem(MODEL_PARAMETERS.by_name, "test.shaped", shaped)
    shares = latin.sample({"num_vars": 1, "names": ["a"], "bounds": [[0.0, 1.0]]}, 50, seed=7)[:, 0]
    sampled = latin.sample(salib_problem(["test.shaped"]), 50, seed=7)[:, 0]
    np.testing.assert_allclose(sampled, [shaped.ppf(share) for share in shares], rtol=1e-9)


OWN = {
    "time.hours": {"shape": "normal", "mean": 1.0, "sd": 0.4, "low": 0.5, "high": 2.0},
    "time.cover": {"shape": "triangular", "low": 0.0, "mode": 0.2, "high": 1.0},
    "leadership.vision": {"shape": "uniform", "low": 0.05, "high": 0.15},
    "mobilisation.awareness": {"shape": "log-uniform", "low": 0.01, "high": 0.5},
    "programme.delegates": {"shape": "uniform", "low": 1, "high": 12},
}


def own_experiment(**tables):
    distributions = {name: Distribution.of(name, table) for name, table in tables.items()}
    return Experiment("own", ("baseline",), "latin", tuple(tables), size=4, distributions=distributions)


def test_salib_draws_an_experiments_own_distributions_as_plnsim_does():
    from SALib.sample import latin

    experiment = own_experiment(**OWN)
    problem = salib_problem(experiment)
    assert problem["dists"] == ["truncnorm", "triang", "unif", "logunif", "unif"]
    unit = {"num_vars": len(OWN), "names": list(OWN), "bounds": [[0.0, 1.0]] * len(OWN)}
    for share, row in zip(latin.sample(unit, 60, seed=7), latin.sample(problem, 60, seed=7), strict=True):
        values = salib_values(problem["names"], row)
        for name, at in zip(OWN, share, strict=True):
            assert values[name] == pytest.approx(experiment.distributions[name].ppf(float(at)), rel=1e-9), name
            assert isinstance(values[name], int) == MODEL_PARAMETERS[name].integer


@pytest.mark.parametrize(
    "name, table, said",
    [
        ("time.hours", {"shape": "discrete", "values": [0.5, 1.0]}, "time.hours has a discrete distribution"),
        (
            "programme.delegates",
            {"shape": "triangular", "low": 1, "mode": 2, "high": 4},
            "delegates has a triangular distribution of whole numbers",
        ),
        ("time.hours", {"shape": "triangular", "low": 0.5, "mode": 1.0, "high": 1.0}, "mode at its high end"),
    ],
)
def test_what_salib_cannot_draw_is_refused_by_name(name, table, said):
    with pytest.raises(InputError, match=said):
        salib_problem(own_experiment(**{name: table}))


def test_salib_draws_no_correlated_inputs():
    names = ("time.hours", "time.cover")
    experiment = Experiment("c", ("baseline",), "latin", names, size=4, correlations={names: 0.5})
    with pytest.raises(InputError, match="inputs are correlated"):
        salib_problem(experiment)


def test_what_salib_samples_runs(tmp_path):
    from SALib.sample import sobol

    problem = salib_problem(NAMES)
    scenario = Scenario.of("baseline").with_values(FEW)
    rows = sobol.sample(problem, 2, calc_second_order=False, seed=1)
    assert {
        run(scenario.with_values(salib_values(problem["names"], row)), replicates=1).values("use").size
        for row in rows[:3]
    } == {1}


def test_the_problem_of_an_experiment_has_its_groups_and_dummy(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text(
        'method = "sobol"\nsize = 4\n[vary]\nparameters = ["time.hours", "focus.alignment"]\nby_group = true\n',
        encoding="utf-8",
    )
    problem = salib_problem(Experiment.read(path))
    assert problem["names"] == ["time.hours", "focus.alignment", "dummy"] and problem["groups"] == [
        "time",
        "focus",
        "dummy",
    ]
    assert problem["bounds"][2] == [0.0, 1.0]
    assert salib_values(problem["names"], [0.5, 0.4, 0.9]) == {"time.hours": 0.5, "focus.alignment": 0.4}


@pytest.mark.parametrize(
    "method, size, analysis, index",
    [("sobol", 64, "sobol", "total"), ("morris", 10, "morris", "mu_star"), ("pawn", 200, "pawn", "pawn_median")],
)
def test_salib_finds_in_a_store_what_plnsim_found(tmp_path, method, size, analysis, index):
    import importlib

    folder = stored(tmp_path, method, size)
    problem, points, outcome = salib_data(folder, "cost")
    analyze = importlib.import_module(f"SALib.analyze.{analysis}").analyze
    theirs = (
        analyze(problem, outcome, calc_second_order=False)
        if method == "sobol"
        else analyze(problem, points, outcome, seed=3)
    )
    theirs = theirs[{"total": "ST", "mu_star": "mu_star", "pawn_median": "median"}[index]]
    mine = pandas.read_csv(folder / "indices.csv").query("outcome == 'cost' and index == @index")["value"]
    np.testing.assert_allclose(theirs, mine, rtol=1e-9, atol=1e-9)


def test_salib_is_handed_no_value_that_is_no_number(tmp_path):
    def broken(task, values, replicate):
        return planted(task, values, replicate) | ({"cost": float("nan")} if values["programme.delegates"] == 2 else {})

    folder = stored(tmp_path, evaluate=broken)
    with pytest.raises(InputError, match="not a finite number"):
        salib_data(folder, "cost")
    with pytest.raises(InputError, match="no outcome"):
        salib_data(folder, "costs")


# -- xarray ------------------------------------------------------------------------------------------------------------


def test_an_experiment_as_a_dataset_has_named_dimensions_units_and_the_same_numbers(store):
    found = dataset(store)
    assert dict(found.sizes) == {"point": 60, "replicate": 2, "week": len(found["week"])} and len(found["week"]) > 1
    np.testing.assert_array_equal(found["cost"].transpose("point", "replicate"), store.cube("cost"))
    assert (
        found["time_hours"].attrs["units"] == "hours a week"
        and found["time_hours"].attrs["plnsim_name"] == "time.hours"
    )
    assert found["cost"].attrs["units"] == "currency"
    many = found.where(found["programme_delegates"] >= 4, drop=True)
    assert (many["cost"] >= 4000).all() and 0 < many.sizes["point"] < 60
    np.testing.assert_allclose(found["deep_use_over_time"].isel(point=0, replicate=0), found["week"] / 1000)


def test_a_run_as_a_dataset_has_the_numbers_of_its_tables():
    done = run(Scenario.of("baseline").with_values(FEW), seed=2, replicates=3)
    found = dataset(done)
    np.testing.assert_array_equal(found["use"], done.values("use"))
    weekly = done.weeks.set_index(["replicate", "week"])["use"]
    assert float(found["use_by_week"].sel(replicate=1, week=20)) == weekly[1, 20]
    schools = done.schools.set_index(["replicate", "year", "school"])["routine"]
    assert float(found["routine_by_school"].sel(replicate=2, year=2, school=3)) == schools[2, 2, 3]
    assert all(one.attrs["units"] and one.attrs["long_name"] for one in found.variables.values())


def test_a_dataset_goes_through_a_netcdf_file(store, tmp_path):
    import xarray

    export(store, tmp_path / "out", "netcdf")
    with xarray.open_dataset(tmp_path / "out" / "runs.nc", engine="scipy") as read:
        xarray.testing.assert_allclose(read.load(), dataset(store))
        assert read["programme_grouping"].values.tolist() == store.values["programme.grouping"].tolist()
        assert read["time_hours"].attrs["units"] == "hours a week"


# -- EMA workbench -----------------------------------------------------------------------------------------------------


def test_the_workbench_itself_performs_experiments_on_a_scenario():
    workbench = ema()
    scenario = Scenario.of("baseline").with_values(FEW)
    model = ema_model(scenario, NAMES, levers=["programme.delegates"], outcomes=["use", "cost"], seed=5, replicates=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        experiments, outcomes = workbench.perform_experiments(model, scenarios=3, policies=2)
    assert len(experiments) == 6 and {to_identifier(name) for name in NAMES} <= set(experiments.columns)
    for number in (0, 5):
        row = experiments.iloc[number]
        values = {name: row[to_identifier(name)] for name in NAMES}
        mine = run(
            scenario.with_values(values | {"programme.delegates": int(values["programme.delegates"])}),
            seed=5,
            replicates=2,
        )
        assert (
            outcomes["use"][number] == mine.values("use").mean()
            and outcomes["cost"][number] == mine.values("cost").mean()
        )


def test_a_model_of_the_workbench_has_plausible_ranges_distributions_and_options():
    workbench = ema()
    model = ema_model("baseline")
    assert {
        to_identifier(one.qualified_name)
        for one in MODEL_PARAMETERS
        if isinstance(one, Choice) and one.section == "programme"
    } <= set(model.uncertainties.keys())
    kinds = {
        workbench.CategoricalParameter: Choice,
        workbench.IntegerParameter: Parameter,
        workbench.RealParameter: Parameter,
    }
    assert len(model.uncertainties) > 80
    for one in model.uncertainties:
        declared = MODEL_PARAMETERS[one.variable_name[0]]
        assert (
            isinstance(declared, kinds[type(one)])
            and one.name == to_identifier(declared.qualified_name)
            and one.name.isidentifier()
        )
        if isinstance(declared, Choice):
            assert [category.value for category in one.categories] == list(declared.options)
        for share in (0.11, 0.52, 0.87):
            drawn = one.dist.ppf(share)
            drawn = list(declared.options)[int(drawn)] if isinstance(declared, Choice) else drawn
            assert drawn == (declared.ppf(share) if isinstance(drawn, str) else pytest.approx(declared.ppf(share)))


def test_names_remain_different_when_they_are_plain():
    names = [to_identifier(one.qualified_name) for one in MODEL_PARAMETERS]
    assert len(set(names)) == len(names) and all(name.isidentifier() for name in names)


def test_a_model_of_the_workbench_can_be_sent_to_another_process():
    import pickle

    function = ema_model(Scenario.of("baseline").with_values(FEW), ["time.hours"], outcomes=["use"]).function
    assert pickle.loads(pickle.dumps(function))(**{"time.hours": 0.5}) == function(**{"time.hours": 0.5})


@pytest.mark.parametrize(
    "asked, phrase",
    [
        ({"outcomes": ["uses"]}, "did you mean use"),
        ({"parameters": ["time.hour"]}, "did you mean time.hours"),
        ({"parameters": ["learning.first_knowledge_low"]}, "no plausible range"),
        ({"replicates": 0}, "replicates"),
    ],
)
def test_a_model_that_cannot_be_is_refused(asked, phrase):
    with pytest.raises(InputError, match=phrase):
        ema_model("baseline", **asked)


def test_a_store_goes_through_the_workbench_and_its_files(store, tmp_path):
    workbench = ema()
    experiments, outcomes = ema_results(store)
    np.testing.assert_array_equal(outcomes["cost"], store.cube("cost").mean(axis=1))
    assert outcomes["deep_use_over_time"].shape == (60, len([name for name in store.outcomes if "week" in name]))
    export(store, tmp_path / "out", "ema")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read, again = workbench.load_results(str(tmp_path / "out" / "results.tar.gz"))
    np.testing.assert_allclose(again["cost"], outcomes["cost"])
    np.testing.assert_allclose(again["deep_use_over_time"], outcomes["deep_use_over_time"])
    assert read["programme_grouping"].tolist() == experiments["programme_grouping"].tolist()


# -- files -------------------------------------------------------------------------------------------------------------

READ = {"integer": "integer", "number": "floating", "string": "string"}


def test_a_csv_holds_every_run_and_its_dictionary_describes_every_column(store, tmp_path):
    export(store, tmp_path / "out")
    table = pandas.read_csv(tmp_path / "out" / "runs.csv", keep_default_na=False, na_values=[""], dtype={"error": str})
    assert len(table) == 120 and all(name.isidentifier() for name in table.columns)
    np.testing.assert_array_equal(table["cost"].to_numpy().reshape(60, 2), store.cube("cost"))
    np.testing.assert_allclose(
        table["deep_use"], table["time_hours"] / 2 + 0.01 * table["replicate"], rtol=0, atol=1e-15
    )
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    fields = package["resources"][0]["schema"]["fields"]
    assert [field["name"] for field in fields] == table.columns.tolist()
    for field in fields:
        column, limits = table[field["name"]], field.get("constraints", {})
        assert field["unit"] and field["description"] and field["title"]
        if field["name"] != "error":
            assert pandas.api.types.infer_dtype(column) == READ[field["type"]], field["name"]
        assert column.isin(limits.get("enum", column)).all()
        assert not limits.get("minimum") or ((column >= limits["minimum"]) & (column <= limits["maximum"])).all()
    dictionary = pandas.read_csv(tmp_path / "out" / "dictionary.csv")
    assert dictionary["column"].tolist() == table.columns.tolist() and dictionary["meaning"].notna().all()
    assert package["plnsim"]["seed"] == 3 and package["plnsim"]["model"] == store.manifest["model"]


def test_parquet_holds_the_same_with_units_in_its_columns(store, tmp_path):
    export(store, tmp_path / "out", "parquet")
    pandas.testing.assert_frame_equal(
        pandas.read_parquet(tmp_path / "out" / "runs.parquet"), runs_table(store), check_exact=True
    )
    field = pyarrow.parquet.read_schema(tmp_path / "out" / "runs.parquet").field("time_hours")
    assert field.metadata[b"unit"] == b"hours a week" and field.metadata[b"name_in_plnsim"] == b"time.hours"


def test_the_factors_of_a_factorial_design_are_told_by_their_levels(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text(
        'method = "factorial"\nreplicates = 2\nlift = 0.3\noutcomes = ["deep_use"]\n'
        "[factors.time]\nscarce.time.hours = 0.3\nample.time.hours = 1.2\n"
        "[factors.vision]\nlow.leadership.vision = 0.2\n"
        "high.leadership.vision = 0.8\n",
        encoding="utf-8",
    )
    run_experiment(
        Experiment.read(path),
        tmp_path / "store",
        evaluate=lambda task, values, replicate: (
            {"deep_use": values["time.hours"] * values["leadership.vision"]} | dict.fromkeys(task.columns[1:], 0.1)
        ),
    )
    found = ExperimentResults.of(tmp_path / "store")
    hours, vision = (
        found.values["time"].map({"scarce": 0.3, "ample": 1.2}),
        found.values["vision"].map({"low": 0.2, "high": 0.8}),
    )
    np.testing.assert_allclose(found.cube("deep_use")[:, 0], hours * vision)
    about = {column.name: column for column in describe_columns(found)}
    assert about["time"].options == ("scarce", "ample") and "gap" in about["gain_focus"].meaning


@pytest.mark.parametrize("format", FORMATS)
def test_the_command_writes_each_format_and_refuses_a_folder_that_is_taken(store, tmp_path, format):
    words = ["export", store.folder, "--format", format, "--out", tmp_path / "out"]
    assert invoke(*words)[:2] == (0, f"{tmp_path / 'out'}\n")
    assert (tmp_path / "out" / FORMATS[format][0]).stat().st_size > 0
    again = invoke(*words)
    assert again.code == 2 and "not empty" in again.err


def test_what_other_packages_warn_of_is_not_passed_on(store, tmp_path):
    assert invoke_in_shell("export", store.folder, "--format", "ema", "--out", tmp_path / "out") == (
        0,
        f"{tmp_path / 'out'}\n",
        "",
    )


@pytest.mark.parametrize("package, words", [("xarray", ["--format", "netcdf"]), ("ema_workbench", ["--format", "ema"])])
def test_an_extra_that_is_missing_is_named(store, tmp_path, monkeypatch, package, words):
    monkeypatch.setitem(sys.modules, package, None)
    said = invoke("export", store.folder, *words, "--out", tmp_path / "out")
    assert said.code == 2 and "python -m pip install 'plnsim[" in said.err and not (tmp_path / "out").exists()
