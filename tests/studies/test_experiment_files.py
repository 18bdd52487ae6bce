"""Experiment and calibration files: what is wrong is told with file and line, and names stay within the results'
folder.
"""

import json
from dataclasses import replace

import pytest

from plnsim.cli.again import telling_what_is_kept
from plnsim.common.errors import InputError
from plnsim.publish import record
from plnsim.simulation.scenario import Scenario
from plnsim.studies.calibration.shipped import calibration_of
from plnsim.studies.experiment import Experiment
from plnsim.studies.experiment.design import MOST_POINTS, SMALLEST, check_design, sample_design
from plnsim.studies.experiment.run import run_experiment, shipped_experiments
from tests.support.commands import invoke

VARY = '[vary]\nparameters = ["time.hours"]\n'
BAD = {
    "outcome in a list": (f'outcomes = [["use"]]\n{VARY}', "1:13", "an outcome is a name, got a list"),
    "outcome in a table": (f"outcomes = [{{a = 1}}]\n{VARY}", "1:13", "an outcome is a name, got a table"),
    "outcome as a number": (f"outcomes = [1]\n{VARY}", "1:13", "an outcome is a name, got 1"),
    "scenario in a list": (f'scenarios = [["x"]]\n{VARY}', "1:1", "must be a list of names"),
    "title as a list": (f"title = [1]\n{VARY}", "1:1", "title must be a text"),
    "parameter in a list": ('[vary]\nparameters = ["time.hours", ["x"]]\n', "2:29", "a parameter is a name"),
    "parameter in a table": ("[vary]\nparameters = [{a = 1}]\n", "2:15", "a parameter is a name"),
    "group in a list": ('[vary]\ngroups = [["time"]]\n', "2:11", "a group is a name"),
    "left out in a list": ('[vary]\nparameters = "all"\nexcept = [["x"]]\n', "3:11", "a parameter is a name"),
    "Sobol size 7": (f'method = "sobol"\nsize = 7\n{VARY}', "2:1", "a power of two, got 7"),
    "eFAST size 64": (f'method = "efast"\nsize = 64\n{VARY}', "2:1", "more than 64 points"),
    "one trajectory": (f'method = "morris"\nsize = 1\n{VARY}', "2:1", "one trajectory"),
    "Sobol too large": (f'method = "sobol"\nsize = 16777216\n{VARY}', "2:1", "more than 10,000,000 points"),
    "hypercube too large": (f'method = "latin"\nsize = 16777216\n{VARY}', "2:1", "more than 10,000,000 points"),
    "grid too large": ('method = "grid"\n[vary]\nparameters = "all"\n', "1:1", "takes more than"),
    "groups of no indices": (
        'method = "latin"\n[vary]\ngroups = ["time"]\nby_group = true\n',
        "1:1",
        "gives no indices of groups",
    ),
    "unknown scenario": (f'scenario = "nope"\n{VARY}', "1:1", "there is no scenario 'nope'"),
    "unknown scenarios": (f'scenarios = ["baseline", "nope"]\n{VARY}', "1:26", "there is no scenario 'nope'"),
    "missing scenario file": (f'scenario = "nope.toml"\n{VARY}', "1:1", "there is no file 'nope.toml'"),
}
BAD_NAMES = ["x/../../../ESCAPED", "..", "/etc/x", ".x", "", "a\\\\b", "a\\nb", "a\\u202eb", "nul", "x" * 200]


@pytest.mark.parametrize("name", BAD)
def test_a_bad_experiment_is_told_with_file_and_line(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text, place, wrong = BAD[name]
    (tmp_path / "mine.toml").write_text(text)
    code, out, err = invoke("experiment", "mine.toml", "--out", "out")
    assert (code, out) == (2, "") and f"--> mine.toml:{place}\n" in err and wrong in err and "= help: " in err
    assert len(err) < 1000 and not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", BAD_NAMES)
def test_no_alternative_leaves_the_folder_of_results(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(f'method = "latin"\n{VARY}[alternatives."{name}"]\ntime.cover = 0.5\n')
    code, out, err = invoke("experiment", "mine.toml", "--out", "out")
    assert (code, out) == (2, "") and "--> mine.toml:4:1\n" in err and "cannot name a file or folder" in err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


@pytest.mark.parametrize("name", ["../x", ".", "a\nb"])
def test_no_scenario_leaves_the_folder_of_results(name, tmp_path):
    odd = replace(Scenario.of("baseline"), name=name)
    with pytest.raises(InputError, match="cannot name a file or folder"):
        record.check_names(["baseline", odd.name])
    with pytest.raises(InputError, match="cannot name a file or folder"):
        replace(Experiment.read(shipped_experiments()["screening"]), alternatives={name: {}}).variants()


def test_two_variants_never_share_a_folder(tmp_path):
    experiment = Experiment.read(shipped_experiments()["screening"])
    with pytest.raises(InputError, match="would share a folder"):
        replace(experiment, scenarios=("baseline", "baseline")).variants()
    with pytest.raises(InputError, match="would share a folder"):
        replace(experiment, alternatives={"low": {}, "Low": {}}).variants()


def test_shipped_experiments_have_good_names_and_designs():
    for path in shipped_experiments().values():
        experiment = Experiment.read(path)
        assert experiment.variants()


@pytest.mark.parametrize("key", ["scenarios", "sha256"])
def test_a_record_names_no_files_elsewhere(key, tmp_path):
    elsewhere = "../../elsewhere"
    provenance = {
        "schema_version": 1,
        "kind": "comparison",
        "seed": 1,
        "replicates": 2,
        "engine": "numba",
        "versions": {},
        "quick": True,
        "baseline": "a",
        "scenarios": ["a", elsewhere if key == "scenarios" else "b"],
        "sha256": {f"{elsewhere}.csv": "0"} if key == "sha256" else {},
    }
    (tmp_path / "provenance.json").write_text(json.dumps(provenance))
    with pytest.raises(InputError, match="cannot name a file or folder"):
        record.read_provenance(tmp_path)


def test_a_size_that_is_too_large_is_answered_by_one_that_is_taken(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(f'method = "sobol"\nsize = 8\n{VARY}')
    code, _, err = invoke("experiment", "mine.toml", "--size", "99999999999")
    assert code == 2 and "--> --size 99999999999\n" in err
    size = int(err.split("= help: --size ")[1].split()[0])
    check_design("sobol", ("time.hours", "dummy"), size)
    with pytest.raises(InputError):
        check_design("sobol", ("time.hours", "dummy"), 2 * size)


@pytest.mark.parametrize("method", ["one-at-a-time", "grid", "latin", "morris", "sobol", "efast", "pawn", "delta"])
@pytest.mark.parametrize("names", [("time.hours",), ("time.hours", "leadership.support", "dummy")])
def test_the_largest_size_is_the_largest(method, names):
    with pytest.raises(InputError) as told:
        check_design(method, names, 1 << 40)
    size = int(told.value.right.split()[2])
    check_design(method, names, size)
    with pytest.raises(InputError):
        check_design(method, names, 2 * size if method == "sobol" else size + 1)
    points = len(sample_design(method, names, 128 if method != "grid" else 8, 1).unit_sample)
    assert size / (128 if method != "grid" else 8) * points < 1.05 * MOST_POINTS or method == "grid"


@pytest.mark.parametrize("method", SMALLEST)
def test_the_smallest_size_is_drawn_and_analysed_without_a_warning(method, tmp_path, recwarn):
    (tmp_path / "mine.toml").write_text(
        f'method = "{method}"\nsize = {SMALLEST[method]}\nreplicates = 1\nyears = 0.1\noutcomes = ["use"]\n{VARY}'
        "[set.population]\nschools = 2\n"
    )
    code, _, err = invoke("experiment", tmp_path / "mine.toml", "--out", tmp_path / "out")
    assert code == 0 and "Warning" not in err and not [each for each in recwarn if each.category is RuntimeWarning]


@pytest.mark.parametrize("asked", [[1], "x", None, 7])
def test_a_manifest_that_asks_for_nothing_that_can_be(asked, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(f'method = "latin"\n{VARY}')
    (tmp_path / "out" / "baseline").mkdir(parents=True)
    manifest = {"experiment": "x", "model": "y", "name": "n", "variant": "baseline", "format": 1, "asked": asked}
    (tmp_path / "out" / "baseline" / "manifest.json").write_text(json.dumps(manifest))
    for words in (
        ("experiment", "mine.toml", "--out", "out"),
        ("export", "out", "--out", "new"),
        ("discover", "out", "--when", "use > 0"),
    ):
        code, out, err = invoke(*words)
        assert (code, out) == (2, "") and "the manifest is damaged" in err and "manifest.json" in err


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("hold_out = [inf]", "hold_out cannot be"),
        ("hold_out = [nan]", "hold_out cannot be"),
        pytest.param(f"hold_out = [1{400 * '0'}]", "hold_out cannot be", id="no number of the machine"),
        ("title = [1]", "title must be a text"),
        ('scenario = "nope"', "there is no scenario 'nope'"),
    ],
)
def test_a_bad_calibration_is_told_with_file_and_line(line, wrong, tmp_path):
    (tmp_path / "mine.toml").write_text(
        f'{line}\ndiscrepancy = 0.03\n[[pattern]]\noutcome = "use"\ntime = 1\nvalue = 0.1\ntolerance = 0.1\n'
        '[vary]\nparameters = ["adoption.alone"]\n'
    )
    with pytest.raises(InputError, match=wrong) as told:
        calibration_of(tmp_path / "mine.toml")
    assert told.value.place.endswith("mine.toml:1:1") or told.value.place.endswith("mine.toml:1:13")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (
            f'functions = "missing.py"\noutcomes = ["use", "islands"]\n{VARY}',
            "there is no file",
        ),
        (
            'method = "latin"\n[vary]\nparameters = ["leadership.vision"]\n'
            'correlations = [["time.hours", "leadership.vision", 0.5]]\n'
            '[vary.distributions]\ntime.hours = {shape = "normal", mean = 1.0, sd = -0.2, low = 0.5, high = 2.0}\n',
            "sd",
        ),
    ],
)
def test_one_fault_is_told_once(text, wrong, tmp_path):
    (tmp_path / "mine.toml").write_text(text)
    code, _, err = invoke("experiment", tmp_path / "mine.toml")
    assert code == 2 and err.count("error:") == 1 and wrong in err


def test_an_interruption_says_what_is_kept_and_how_to_go_on(tmp_path, capsys):
    asked = Experiment("some", ("baseline",), "latin", ("time.hours",), size=3)
    for done, said in ((False, "no batch of runs was finished"), (True, "6 finished runs are kept")):
        if done:
            run_experiment(asked, tmp_path / "out", evaluate=lambda *_: {"deep_use": 0.5})
        with pytest.raises(KeyboardInterrupt), telling_what_is_kept(tmp_path / "out"):
            raise KeyboardInterrupt
        told = capsys.readouterr().err
        assert said in told and "the same command goes on from there" in told
