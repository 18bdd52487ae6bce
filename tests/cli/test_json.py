"""What ``--json`` prints: every command that lists or answers has it, and keeps to the schema that the guide shows.

What calibrate and validate-model print is held against theirs where they are tested.
"""

import json
import math

import click
import jsonschema
import numpy as np
import pytest

from plnsim import cli
from plnsim.output.json_schemas import COMMANDS, SCHEMAS
from plnsim.output.terminal import echo_json
from plnsim.publish.guide.reference import json_page
from plnsim.simulation.scenario.shipped import shipped_scenarios
from plnsim.studies.experiment.run import shipped_experiments
from tests.support.commands import invoke
from tests.support.studies import MODEL_FILE

TINY = """
[population]
schools = 4
secondary_share = 0.0
primary_staff = 6.0
[programme]
support_years = 0.2
follow_up_years = 0.0
"""
NO_ANSWER = {
    "commands that write or open something": {
        "init", "replay", "report", "compact", "export", "odd", "discover", "headline", "serve", "explorable", "story",
        "guide",
    }
}  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.toml").write_text(TINY, encoding="utf-8")
    (tmp_path / "other.toml").write_text(f"{TINY}\n[time]\nhours = 1.2\n", encoding="utf-8")
    (tmp_path / "answers.toml").write_text('vision = 3\ntime = "do not know"\n', encoding="utf-8")
    (tmp_path / "trial.toml").write_text('scenario = "tiny.toml"\nyears = 1\nschools = 4\nfollow_up = 1\n[test]\n')
    (tmp_path / "broken.toml").write_text("[time]\nhuors = 1.2\n", encoding="utf-8")
    (tmp_path / "own.toml").write_text(MODEL_FILE.replace("300", "8"), encoding="utf-8")
    return tmp_path


def refuse_constant(name):
    raise AssertionError(f"{name} is no JSON")


def printed(shape, *words, code=0):
    """What a command prints with ``--json``, held against its schema."""
    said = invoke(*words, "--json")
    assert said.code == code, said.err
    content = json.loads(said.out, parse_constant=refuse_constant)
    jsonschema.Draft202012Validator(SCHEMAS[shape]).validate(content)
    return content


@pytest.mark.parametrize("shape", SCHEMAS)
def test_schemas_are_schemas_and_stand_in_the_guide(shape):
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[shape])
    assert f"## {COMMANDS[shape]} --json\n\n```json\n{json.dumps(SCHEMAS[shape], indent=1)}\n```" in json_page()


def test_every_command_that_lists_or_answers_prints_json():
    with_json = {
        name
        for name, command in cli.commands.commands.items()
        if all(
            any("--json" in option.opts for option in each.params if isinstance(option, click.Option))
            for each in getattr(command, "commands", {name: command}).values()
        )
    }
    assert with_json == set(cli.commands.commands) - set().union(*NO_ANSWER.values())
    assert {command.split()[1] for command in COMMANDS.values()} == with_json


def test_what_is_not_finite_is_null_and_numbers_of_numpy_are_numbers(capsys):
    echo_json(
        {"a": [math.nan, np.float64(math.inf), np.float32(0.5)], "b": {"c": np.int64(3), "d": np.True_, "e": None}}
    )
    assert json.loads(capsys.readouterr().out, parse_constant=refuse_constant) == {
        "schema_version": 2,
        "a": [None, None, 0.5],
        "b": {"c": 3, "d": True, "e": None},
    }


# -- lists -------------------------------------------------------------------------------------------------------------


def test_scenarios():
    listed = printed("scenarios", "scenarios")["scenarios"]
    assert [row["name"] for row in listed] == list(shipped_scenarios()) and all(row["title"] for row in listed)


@pytest.mark.parametrize("name", [*shipped_scenarios(), "tiny.toml"])
def test_one_scenario(name):
    told = printed("scenario", "scenarios", name)
    assert told["name"] == name.removesuffix(".toml") and told["schools"] > 0 and told["years"] >= told["support_years"]


def test_parameters():
    assert len(printed("parameters", "parameters")["parameters"]) > 100
    assert [row["name"] for row in printed("parameters", "parameters", "time.hours")["parameters"]] == ["time.hours"]


def test_experiments():
    listed = printed("experiments", "experiments")["experiments"]
    assert [row["name"] for row in listed] == list(shipped_experiments())


@pytest.mark.parametrize("words", [("--list", "--json"), ("--json", "--list")], ids=" ".join)
@pytest.mark.parametrize(
    ("shape", "command"),
    [("ablations list", "ablations"), ("calibrations", "calibrate"), ("trials", "trial"), ("levers", "optimise")],
)
def test_what_a_command_offers(shape, command, words):
    said = invoke(command, *words)
    listed = json.loads(said.out, parse_constant=refuse_constant)
    jsonschema.Draft202012Validator(SCHEMAS[shape]).validate(listed)
    assert said.code == 0 and all(listed.values())
    text = invoke(command, "--list").out
    for row in (row for rows in listed.values() if isinstance(rows, list) for row in rows):
        assert next(iter(row.values())) in text


def test_validate_tells_of_every_file_and_ends_with_2_where_one_is_wrong(folder):
    good = printed("validate", "validate", "tiny.toml", "other.toml")["files"]
    assert [(row["file"], row["valid"], row["error"]) for row in good] == [
        ("tiny.toml", True, None),
        ("other.toml", True, None),
    ]
    (folder / "noted.toml").write_text('[files]\nschools = "schools.csv"\n', encoding="utf-8")
    (folder / "schools.csv").write_text("school,teachers,email\na,3.5,x\n", encoding="utf-8")
    (noted,) = printed("validate", "validate", "noted.toml")["files"]
    assert noted["valid"] and len(noted["notes"]) == 2 and "'email' is left out" in noted["notes"][0]
    mixed = printed("validate", "validate", "tiny.toml", "broken.toml", "missing.toml", code=2)["files"]
    assert [row["valid"] for row in mixed] == [True, False, False]
    assert mixed[1]["error"]["place"] == "broken.toml:2:1" and "did you mean hours" in mixed[1]["error"]["right"]


# -- what others keep --------------------------------------------------------------------------------------------------


def test_import_of_schools(folder):
    (folder / "list.csv").write_text("id,level,teachers\na,primary,3.6\nb,nursery,2\n", encoding="utf-8")
    told = printed("import schools", "import", "schools", "list.csv", "--out", "own")
    assert (told["schools"], told["teachers"], told["phases"]) == (1, 4, {"primary": 1, "secondary": 0})
    assert told["dropped"] == [{"why": "neither primary nor secondary: nursery", "schools": 1}]


def test_import_of_a_network(folder):
    (folder / "ties.csv").write_text("a,b\nb,c\n", encoding="utf-8")
    told = printed("import network", "import", "network", "ties.csv", "--one-school", "X", "--out", "own")
    assert (told["schools"], told["teachers"], told["ties"], told["seats"]) == (1, 3, 2, 0)


# -- answers -----------------------------------------------------------------------------------------------------------


def test_run():
    told = printed("run", "run", "tiny.toml", "--replicates", 2)
    assert (told["scenario"], told["replicates"], told["engine"]) == ("tiny", 2, "numba")


def test_run_with_what_is_never_defined():
    outcomes = printed("run", "run", "tiny.toml", "--replicates", 1, "--set", "programme.participation=0")["outcomes"]
    undefined = [outcome for outcome in outcomes.values() if not outcome["defined_in"]]
    assert undefined and all(outcome["mean"] is None for outcome in undefined)


@pytest.mark.parametrize("quick", [(), ("--quick",)], ids=["whole", "quick"])
def test_compare(quick):
    told = printed("compare", "compare", "tiny.toml", "other.toml", "--replicates", 1, *quick)
    assert told["baseline"] == "tiny" and ("sensitivity" in told) == (not quick)


def test_barriers():
    told = printed("barriers", "barriers", "tiny.toml", "--replicates", 2)
    assert told["actual"] in told["gain"] and sum(told["named"].values()) == pytest.approx(1.0)


def test_readiness():
    told = printed("readiness", "readiness", "answers.toml", "--replicates", 1)
    assert told["answers"]["vision"] == 3 and told["answers"]["time"] is None


def test_optimise():
    pytest.importorskip("optuna")
    told = printed("optimise", "optimise", "tiny.toml", "--budget", 4e5, "--evaluations", 3, "--replicates", 2)
    assert told["front"] and told["budget"] == 4e5


def test_trial():
    told = printed("trial", "trial", "trial.toml", "--trials", 2, "--workers", 1)
    assert (told["trial"], told["schools"], told["trials"], told["control"]) == ("trial", 4, 2, None)
    assert told["sustained"][0]["sustained"] == 0 and len(told["summary"]) == 1


def test_experiment():
    told = printed("experiment", "experiment", "own.toml", "--out", "out", "--workers", 1)
    assert [variant["name"] for variant in told["variants"]] == ["baseline"] and told["variants"][0]["indices"]
    share = printed("experiment", "experiment", "own.toml", "--out", "part", "--workers", 1, "--share", "1/2")
    assert share["share"] == "1/2" and not share["variants"]
