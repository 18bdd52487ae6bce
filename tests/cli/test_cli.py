"""The command line: help, exit codes, what goes to standard output and what to standard error, and what is never
imported.
"""

import json
import re
import signal
import subprocess
import sys
import time
from contextlib import redirect_stderr
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import CliRunner

import plnsim
from plnsim import cli
from plnsim.output import terminal
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.shipped import shipped_scenarios
from tests.support.commands import Terminal, invoke, invoke_on_terminal

COMMANDS = ("init", "parameters", "replay", "run", "scenarios", "validate")
FEW = (
    "--set",
    "population.schools=4",
    "--set",
    "population.secondary_share=0",
    "--set",
    "programme.support_years=1",
    "--years",
    "1.5",
    "--replicates",
    "2",
)
"""A run of two replicates with four schools: a fraction of a second."""

HEAVY = ("mesa", "matplotlib", "pandas", "SALib", "numba")
ESCAPE = "\x1b"


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """An empty folder in which the test happens."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


# -- help --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_lists_every_command_with_a_whole_sentence(flag, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = invoke(flag)
    listed = dict(re.findall(r"^  ([a-z-]+)  +(.*)$", out[out.index("Commands:") :], re.MULTILINE))
    assert (code, err) == (0, "")
    assert list(listed) == cli.commands.list_commands(None) and set(COMMANDS) <= set(listed)
    assert all(listed[name].endswith(".") and not listed[name].endswith("...") for name in listed)


@pytest.mark.parametrize("command", cli.commands.list_commands(None))
def test_every_command_has_help(command):
    code, out, err = invoke(command, "--help")
    assert (code, err) == (0, "") and out.startswith(f"Usage: plnsim {command} ")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_tells_every_option(command):
    below = invoke(command, "--help").out.partition("\n")[2]
    for parameter in cli.commands.get_command(None, command).params:
        if getattr(parameter, "hidden", False):
            continue
        if parameter.opts[0].startswith("--"):
            assert parameter.opts[0] in below and parameter.help, f"{parameter.name} is not explained"
        else:
            assert parameter.name.upper() in below, f"{parameter.name} is not explained"


def test_without_a_command_the_help_is_shown_and_the_exit_code_says_that_nothing_was_done():
    code, out, err = invoke()
    assert (code, out) == (2, "")
    assert err == invoke("--help").out


def test_the_version_is_told():
    assert invoke("--version") == (0, f"plnsim, version {plnsim.__version__}\n", "")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("rn", "run"), ("RUN", "run"), ("paramters", "parameters"), ("scenario", "scenarios"), ("replya", "replay")],
)
def test_for_an_unknown_command_the_nearest_is_suggested(typed, meant):
    assert invoke(typed) == (2, "", f"error: there is no command '{typed}'\n   = help: did you mean {meant}?\n")


def test_for_an_unknown_option_the_nearest_is_suggested():
    code, out, err = invoke("run", "baseline", "--replicate", "3")
    assert (code, out) == (2, "")
    assert "--replicate" in err and "--replicates" in err


@pytest.mark.parametrize(
    "words",
    [
        ("run",),
        ("run", "baseline", "district"),
        ("validate",),
        ("init",),
        ("replay",),
        ("run", "baseline", "--seed"),
        ("run", "baseline", "--seed", "one"),
        ("run", "baseline", "--engine", "fast"),
    ],
)
def test_wrong_use_is_one_short_message_that_points_to_the_help(words):
    code, out, err = invoke(*words)
    assert (code, out) == (2, "")
    assert err.startswith("error: ") and err.count("\n") == 2
    assert f"plnsim {words[0]} --help" in err


# -- results -----------------------------------------------------------------------------------------------------------


def test_results_go_to_standard_output_and_the_rest_to_standard_error(elsewhere):
    code, out, err = invoke("run", "baseline", *FEW)
    assert code == 0
    assert "Plain network programme" in out and "outcome" in out and "thought experiment" in out
    assert "--out FOLDER" in err and "outcome" not in err
    assert list(elsewhere.iterdir()) == []


def test_the_same_seed_gives_the_same_words_and_another_seed_gives_others():
    assert (
        invoke("run", "baseline", *FEW).out
        == invoke("run", "baseline", *FEW).out
        != invoke("run", "baseline", *FEW, "--seed", 2).out
    )


def test_a_set_value_changes_the_result():
    assert invoke("run", "baseline", *FEW).out != invoke("run", "baseline", *FEW, "--set", "time.hours=1.5").out


def test_no_line_of_the_result_is_longer_than_a_usual_terminal():
    out = invoke("run", "baseline", *FEW).out + invoke("scenarios", "research-learning-communities").out
    lines = [line for line in out.splitlines() if not line.startswith("plnsim ")]  # what is to be typed stays whole
    assert max(map(len, lines)) <= 100


def test_a_number_stays_on_one_line_with_its_percent_sign(capsys):
    for length in range(80, 100):
        terminal.echo_paragraph(f"{'x' * length} 16 % of it")
    out = capsys.readouterr().out
    assert out.count("16 %") == 20 and out.count("\n") > 20 and "\u00a0" not in out


def test_json_is_one_object_with_every_outcome_and_nothing_that_is_not_json():
    from plnsim.model.outcome import OUTCOMES

    code, out, _ = invoke("run", "baseline", *FEW, "--set", "programme.participation=0", "--json")

    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    result = json.loads(out, parse_constant=refuse)
    assert code == 0 and result["schema_version"] == 2
    assert list(result["outcomes"]) == [outcome.name for outcome in OUTCOMES]
    assert result["outcomes"]["networks_alone"] == {
        "mean": None,
        "confidence_low": None,
        "confidence_high": None,
        "prediction_low": None,
        "prediction_high": None,
        "defined_in": 0,
        "unit": "share",
        "meaning": next(outcome.meaning for outcome in OUTCOMES if outcome.name == "networks_alone"),
    }
    assert (
        result["outcomes"]["use"]["prediction_low"]
        <= result["outcomes"]["use"]["mean"]
        <= result["outcomes"]["use"]["prediction_high"]
    )
    assert (result["replicates"], result["seed"], result["years"], result["engine"]) == (
        2,
        1,
        pytest.approx(1.5, abs=0.02),
        "numba",
    )


def test_a_single_run_is_told_without_words_for_many():
    out = " ".join(invoke("run", "baseline", *FEW[:-1], "1").out.split())
    assert "in this run" in out and "likely" not in out and "% of runs" not in out and "1 runs" not in out


def test_a_run_that_ends_before_support_says_that_nothing_can_be_said_about_what_lasts():
    out = invoke("run", "baseline", "--set", "population.schools=4", "--years", "1", "--replicates", "2").out
    assert "support has not ended by then" in out and "Sustained scale-up" not in out
    assert re.search(r"retention +not defined", out)


def test_a_run_without_support_says_so():
    out = invoke("run", "baseline", *FEW, "--set", "programme.support_years=0").out
    assert "There is no outside support." in out and "after year 0" not in out


def test_where_every_teacher_has_a_seat_nothing_is_said_of_home_colleagues():
    out = invoke("run", "baseline", *FEW, "--set", "programme.participation=1", "--set", "programme.delegates=100").out
    assert "home colleagues" not in out
    assert re.search(r"home_use +not defined", out)


# -- lists -------------------------------------------------------------------------------------------------------------


def test_scenarios_lists_every_shipped_scenario_with_its_title():
    code, out, err = invoke("scenarios")
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == list(shipped_scenarios())
    assert all(len(line.split()) > 2 for line in out.splitlines())


@pytest.mark.parametrize("name", shipped_scenarios())
def test_scenarios_tells_what_each_one_is(name):
    from plnsim.simulation.scenario import Scenario

    code, out, err = invoke("scenarios", name)
    scenario = Scenario.of(name)
    assert (code, err) == (0, "")
    assert out.startswith(scenario.title)
    for qualified_name in scenario.changed:
        assert f"{qualified_name} = " in out
    assert ("Calendar" in out) == bool(scenario.calendar) and ("Population from files" in out) == bool(scenario.files)


def test_scenarios_tells_the_calendar_of_a_file(elsewhere):
    (elsewhere / "own.toml").write_text(
        'years = 8\n[[calendar]]\nweek = 40\nuntil_week = 80\nlift = { time = 0.5 }\nnote = "cover"\n'
        '[[calendar]]\nyear = 5\nevent = "tune-up"\n[[calendar]]\nweek = 90\nset = { time.hours = 1 }\n'
    )
    out = invoke("scenarios", "own.toml").out
    assert "  weeks 40 to 79: conditions.time_shift = 0.5; cover\n" in out
    assert "  week 195: tune-up\n" in out
    assert "  from week 90: time.hours = 1\n" in out


def test_parameters_lists_every_parameter_once():
    code, out, err = invoke("parameters")
    assert (code, err) == (0, "")
    assert re.findall(r"^  ([a-z_]+\.[a-z_]+) = ", out, re.MULTILINE) == [
        parameter.qualified_name for parameter in MODEL_PARAMETERS
    ]


def test_parameters_lists_only_what_is_asked_for():
    out = invoke("parameters", "forgetting", "time.hours").out
    assert re.findall(r"^  ([a-z_]+\.[a-z_]+) = ", out, re.MULTILINE) == [
        parameter.qualified_name
        for parameter in MODEL_PARAMETERS
        if parameter.section == "forgetting" or parameter.qualified_name == "time.hours"
    ]


def test_parameters_as_json_hold_all_that_is_declared():
    listed = json.loads(invoke("parameters", "--json").out)["parameters"]
    assert [entry["name"] for entry in listed] == [parameter.qualified_name for parameter in MODEL_PARAMETERS]
    assert all({"default", "unit", "meaning", "source", "range"} <= entry.keys() for entry in listed)


def test_validate_says_what_each_file_would_run_and_fails_when_one_is_bad(elsewhere):
    (elsewhere / "good.toml").write_text('title = "Good"\n[population]\nschools = 7\n')
    (elsewhere / "bad.toml").write_text("[population]\nschools = -7\n")
    assert invoke("validate", "good.toml") == (
        0,
        "good.toml: good. Good: 7 schools, 7 years of 39 weeks, support for 3.\n",
        "",
    )
    code, out, err = invoke("validate", "bad.toml", "good.toml")
    assert code == 2 and out.startswith("good.toml: good.") and "bad.toml:2:1" in err


def test_init_writes_a_file_that_validates_and_never_replaces_one_unasked(elsewhere):
    code, out, err = invoke("init", "mine.toml")
    assert (code, out) == (0, "") and "plnsim run mine.toml" in err
    assert invoke("validate", "mine.toml").code == 0 and len((elsewhere / "mine.toml").read_text().splitlines()) < 40
    (elsewhere / "mine.toml").write_text("mine")
    assert invoke("init", "mine.toml").code == 2 and (elsewhere / "mine.toml").read_text() == "mine"
    assert invoke("init", "mine.toml", "--force").code == 0 and (elsewhere / "mine.toml").read_text() != "mine"


def test_init_takes_answers_and_writes_all_parameters_only_when_told(elsewhere):
    assert (
        invoke("init", "mine.toml", "--title", "Ours", "--set", "population.schools=7", "--set", "habit.days=40").code
        == 0
    )
    said = invoke("validate", "mine.toml").out
    assert "Ours: 7 schools" in said and "days = 40" in (elsewhere / "mine.toml").read_text()
    assert invoke("init", "bad.toml", "--set", "time.hours=-2").code == 2
    assert not (elsewhere / "bad.toml").exists()
    assert invoke("init", "all.toml", "--all").code == 0 and "# rate = " in (elsewhere / "all.toml").read_text()
    assert invoke("init", "both.toml", "--all", "--title", "Ours").code == 2


def test_init_asks_at_a_terminal_and_asks_again_for_what_cannot_be(elsewhere, monkeypatch):
    monkeypatch.setattr(sys.modules["plnsim.cli.scenarios"], "at_a_terminal", lambda: True)
    answers = ["Hubs", "12", "", "", "", "7", "0.5", *[""] * 11]
    said = CliRunner().invoke(cli.commands, ["init", "mine.toml"], input="\n".join(answers) + "\n")
    assert said.exit_code == 0 and "at most 1" in said.stderr
    scenario = Scenario.of(elsewhere / "mine.toml")
    assert scenario.title == "Hubs" and scenario.changed == {"population.schools": 12, "programme.participation": 0.5}


# -- when it does not go well ------------------------------------------------------------------------------------------


def test_an_interrupted_run_ends_with_130_and_leaves_nothing(elsewhere):
    with patch("plnsim.simulation.runs.replicates.simulate_run", side_effect=KeyboardInterrupt):
        code, out, err = invoke("run", "baseline", *FEW, "--out", "a/b/record")
    assert (code, out) == (130, "") and "interrupted" in err and "Traceback" not in err
    assert list(elsewhere.iterdir()) == []


def test_a_fault_of_plnsim_ends_with_1_and_saves_the_trace(elsewhere, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    with patch("plnsim.simulation.runs.replicates.simulate_run", side_effect=ZeroDivisionError("no such thing")):
        code, out, err = invoke("run", "baseline", *FEW)
    trace = re.search(r"report it with (\S+)", err)[1]
    assert (code, out) == (1, "") and "a fault of plnsim" in err and "Traceback" not in err
    assert "ZeroDivisionError: no such thing" in Path(trace).read_text() and "run baseline" in Path(trace).read_text()


def test_used_up_memory_is_told_as_such():
    with patch("plnsim.simulation.runs.replicates.simulate_run", side_effect=MemoryError):
        code, out, err = invoke("run", "baseline", *FEW)
    assert (code, out) == (1, "") and "memory" in err and "fewer schools" in err


def test_a_reader_who_stops_reading_is_no_fault_of_plnsim():
    listing = subprocess.Popen(
        [Path(sys.executable).with_name("plnsim"), "parameters"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    listing.stdout.close()
    assert listing.stderr.read() == b""
    listing.wait(timeout=60)


# -- terminals and imports ---------------------------------------------------------------------------------------------


def test_headings_are_bold_on_a_terminal_and_plain_with_no_color_or_a_dumb_one():
    assert ESCAPE in invoke_on_terminal("scenarios", "baseline", NO_COLOR="")
    assert ESCAPE not in invoke_on_terminal("scenarios", "baseline", NO_COLOR="1")
    assert ESCAPE not in invoke_on_terminal("scenarios", "baseline", TERM="dumb")


def test_off_a_terminal_nothing_is_styled_and_no_progress_is_shown(elsewhere, monkeypatch):
    monkeypatch.setattr(terminal, "PROGRESS_DELAY", 0.0)
    said = (
        invoke("run", "baseline", *FEW, "--out", "record"),
        invoke("replay", "record"),
        invoke("scenarios", "baseline"),
        invoke("--help"),
    )
    assert [done.code for done in said] == [0, 0, 0, 0]
    assert not any(ESCAPE in done.out + done.err or "simulating" in done.err for done in said)


@pytest.mark.parametrize(("delay", "shown"), [(0.0, True), (3600.0, False)])
def test_progress_is_shown_on_a_terminal_once_a_run_takes_long(delay, shown, monkeypatch):
    monkeypatch.setattr(terminal, "PROGRESS_DELAY", delay)
    monkeypatch.setenv("TERM", "xterm")
    screen = Terminal()
    with redirect_stderr(screen), terminal.ProgressBar("simulating") as progress:
        for finished in range(1, 6):
            progress(finished, 5)
    assert ("simulating" in screen.getvalue() and "5/5" in screen.getvalue()) == shown
    assert shown or screen.getvalue() == ""


def test_ctrl_c_ends_a_long_run_at_once(elsewhere):
    long_run = subprocess.Popen(
        [Path(sys.executable).with_name("plnsim"), "run", "baseline", "--replicates", "1000000", "--out", "record"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(2.5)
    long_run.send_signal(signal.SIGINT)
    try:
        out, err = long_run.communicate(timeout=20)
    finally:
        long_run.kill()
    assert (long_run.returncode, out) == (130, "") and "interrupted" in err and "Traceback" not in err
    assert list(elsewhere.iterdir()) == []


LIGHT = [
    ("--help",),
    ("scenarios",),
    ("scenarios", "baseline"),
    ("parameters",),
    ("validate", "baseline"),
    ("init", "mine.toml"),
    ("run", "baselin"),
]


@pytest.mark.parametrize("words", LIGHT, ids=" ".join)
def test_a_command_that_simulates_nothing_imports_nothing_heavy(words, elsewhere):
    asked = f"""
import sys
sys.argv = ["plnsim", *{words!r}]
from plnsim.cli import main
try:
    main()
except SystemExit:
    pass
print(*sorted(set({HEAVY!r}) & sys.modules.keys()), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr.splitlines()[-1] == ""


def test_help_imports_nothing_that_only_commands_need():
    needless = ("numpy", "plnsim.simulation", "plnsim.studies", "importlib.metadata", "tempfile", "socket", "difflib")
    code = f"""
import sys
sys.argv = ["plnsim", "--help"]
from plnsim.cli import main
main()
print(*sorted(set({needless!r}) & sys.modules.keys()), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == "\n" and "Usage: plnsim" in done.stdout


@pytest.mark.parametrize(
    ("words", "needless"),
    [
        (
            "run baseline --set population.schools=4",
            ("pandas", "pyarrow", "matplotlib", "mesa", "networkx", "sklearn", "scipy.stats", "scipy.optimize"),
        ),
        (
            "compare baseline research-learning-network --quick",
            ("mesa", "networkx", "sklearn", "scipy.stats", "scipy.optimize"),
        ),
    ],
    ids=["run", "compare"],
)
def test_a_small_run_loads_no_library_in_vain_and_looks_for_no_garbage_meanwhile(words, needless, elsewhere):
    code = f"""
import gc, sys
sys.argv = "plnsim {words} --years 1 --replicates 2".split()
from plnsim.cli import main
before = gc.get_stats()[2]["collections"]
main()
print(gc.get_stats()[2]["collections"] - before, *sorted(set({needless!r}) & sys.modules.keys()))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=600, check=True)
    assert done.stdout.splitlines()[-1] == "0"
    assert "cost" in done.stdout.lower()


# -- names of version 0.1 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reading", "engine"), [("compiled", "numba"), ("mesa", "mesa")])
def test_the_old_option_for_the_engine_is_taken_with_a_note(elsewhere, reading, engine):
    words = ("run", "baseline", "--set", "population.schools=3", "--years", 0.1, "--replicates", 1, "--json")
    old, new = invoke(*words, "--reading", reading), invoke(*words, "--engine", engine)
    assert old.code == 0 and old.out == new.out and json.loads(old.out)["engine"] == engine
    assert f"--reading is now --engine {engine}; --reading goes with version 0.3" in old.err
    assert "reading" not in new.err and "reading" not in invoke("run", "--help").out
