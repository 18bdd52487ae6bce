"""Whatever plnsim proposes to type next works as it is printed: a shell takes it apart, and the command is run."""

import os
import re
import subprocess
from pathlib import Path

import pytest

import plnsim
from plnsim.cli.run import scenario_from_options
from plnsim.common.command_line import command_line
from plnsim.common.errors import InputError
from plnsim.output.sentences import barriers_command
from plnsim.publish import record
from plnsim.simulation.scenario import Scenario
from plnsim.studies.comparison import compare
from tests.support.commands import invoke

TINY = """title = "Four schools"
[population]
schools = 4
secondary_share = 0
primary_staff = 6
first_users = 0.3
[programme]
participation = 0.5
schools_a_network = 2
support_years = 0.5
follow_up_years = 0.5
"""
NAMES = [
    "borough",
    "my borough",
    'it\'s $HOME & `more` "quoted"; 100 %',
    "-dash",
    "--set",
    "Grundschulen für alle",
    "a-name-with-hyphens-" * 6,
    "words and words and " * 6,
]
QUICK = ("--replicates", 1)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture(params=NAMES)
def name(request):
    """The name of a scenario file that lies here, without its ending."""
    Path(f"{request.param}.toml").write_text(TINY, encoding="utf-8")
    return request.param


def words_of(line: str) -> list[str]:
    """The words after ``plnsim`` of a line that is pasted into a shell."""
    script = f"plnsim() {{ printf '%s\\0' \"$@\"; }}\n{line}\n"
    shell = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=60, check=True)
    return shell.stdout.split("\0")[:-1]


def proposed(text: str, pattern: str) -> list[str]:
    """The words of the command that a text proposes; the pattern has it as its only group."""
    (line,) = re.findall(pattern, text, re.MULTILINE)
    assert line.startswith("plnsim ")
    return words_of(line)


AGAIN, HELP = r"Again: (plnsim .*)$", r"help: (plnsim .*)$"
BARRIERS = r"actual\s+barrier,\s+(plnsim barriers .*?)\s+finds\s+out"


def run_asked_for(words: list[str], monkeypatch) -> Scenario:
    """The scenario that ``plnsim barriers`` would lift conditions in, with these words."""
    asked = []

    def remember(scenario, **more):
        asked.append(scenario)
        raise InputError("far enough")

    monkeypatch.setattr("plnsim.simulation.runs.barriers", remember)
    assert "far enough" in invoke(*words).err
    return asked[0]


def test_what_run_proposes_finds_the_barriers_of_the_very_scenario(name, monkeypatch):
    options = ("--set", "time.hours=1.25", "--set", "population.first_users=0.5", "--years", 0.7)
    said = invoke("run", *options, *QUICK, "--", f"{name}.toml")
    assert said.code == 0
    words = proposed(said.out, BARRIERS)
    expected = scenario_from_options(f"{name}.toml", (options[1], options[3]), 0.7)
    assert run_asked_for(words, monkeypatch) == expected


def test_what_run_proposes_runs(name):
    said = invoke("run", *QUICK, "--", f"{name}.toml")
    done = invoke(*proposed(said.out, BARRIERS), *QUICK)
    assert done.code == 0 and "when lifted" in done.out, done.err


def test_json_proposes_the_same():
    Path("my borough.toml").write_text(TINY)
    said = invoke("run", "my borough.toml", "--json", *QUICK)
    assert "plnsim barriers 'my borough.toml' finds out" in said.out


def test_of_a_shipped_scenario_the_name_is_enough_and_of_another_a_program_says_no_more_than_it_knows():
    shipped = Scenario.of("district")
    assert barriers_command(shipped) == "plnsim barriers district"
    assert barriers_command(shipped.with_years(3)) == barriers_command(Scenario("borough")) == "plnsim barriers"


def test_a_record_is_replayed_as_run_proposes(name):
    out = f"results/{name}"
    said = invoke("run", *QUICK, "--years", 0.3, f"--out={out}", "--", f"{name}.toml")
    assert said.code == 0, said.err
    done = invoke(*proposed(said.err, AGAIN))
    assert done.code == 0 and "every number is the same" in done.out


@pytest.mark.parametrize("name", ["my borough", "-dash"])
def test_a_comparison_is_replayed_as_compare_proposes_and_its_page_can_be_made_again(name):
    for each in (name, "other"):
        Path(f"{each}.toml").write_text(TINY)
    said = invoke("compare", *QUICK, "--quick", "--years", 0.3, "--", "other.toml", f"{name}.toml")
    assert said.code == 0, said.err
    assert invoke(*proposed(said.err, AGAIN)).code == 0


def test_the_page_of_a_record_that_a_program_wrote_names_files_that_are_there():
    Path("my borough.toml").write_text(TINY)
    Path("other.toml").write_text(TINY)
    record.write_comparison(compare(["other.toml", "my borough.toml"], replicates=2, quick=True), Path("record"))
    page = Path("record", "report.html").read_text(encoding="utf-8")
    (line,) = re.findall(r"<code>(plnsim compare .*?)</code>", page)
    os.chdir("record")
    words = words_of(line.replace("&#39;", "'"))
    assert words[1:3] == ["scenarios/other.toml", "scenarios/my borough.toml"]
    assert invoke(*words, "--out", "again").code == 0


def test_a_new_scenario_file_is_checked_and_run_as_init_proposes(name):
    Path(f"{name}.toml").unlink()
    said = invoke("init", "--", f"{name}.toml")
    assert said.code == 0
    validate, run = re.fullmatch(
        r"Written: .*\. Next: (plnsim validate .*), then: (plnsim run .*)\n", said.err
    ).groups()
    assert invoke(*words_of(validate)).code == 0
    assert invoke(*words_of(run), *QUICK, "--years", 0.1).code == 0


@pytest.mark.parametrize("place", ["my scenario", "my scenario.txt", "-dash", "a folder"])
def test_the_name_that_init_proposes_for_a_scenario_file_is_taken(place):
    Path("a folder").mkdir()
    said = invoke("init", "--", place)
    assert said.code == 2
    assert invoke(*proposed(said.err, HELP)).code == 0


@pytest.mark.parametrize(
    "place", ["answers.toml", "my answers.toml", "my answers", "-answers", "no folder/answers.toml"]
)
def test_the_questionnaire_is_written_and_answered_as_readiness_proposes(place):
    said = invoke("readiness", "--", place)
    assert said.code == 2
    written = invoke(*proposed(said.err, r"help: (plnsim .*) writes one to fill in$"))
    assert written.code == 0
    done = invoke(*proposed(written.err, r"then: (plnsim .*)$"), "--replicates", 2)
    assert done.code == 0, done.err


def test_what_readiness_proposes_without_a_terminal_works():
    said = invoke("readiness")
    first, second = re.findall(r"(plnsim readiness .*?)(?: writes the questionnaire|$)", said.err, re.MULTILINE)
    assert invoke(*words_of(first)).code == 0
    assert invoke(*words_of(second.partition("then ")[2] or second), "--replicates", 2).code == 0


def test_a_wrong_option_proposes_the_help_of_its_command():
    said = invoke("barriers", "baseline", "--sed", 3, "--nonsense")
    assert said.code == 2
    assert invoke("barriers", "--help").code == 0


def test_no_command_with_a_name_in_it_is_proposed_but_through_one_function():
    """Anything else would forget the quotation marks."""
    source = Path(plnsim.__file__).parent
    pattern = re.compile(r"plnsim [a-z-]+ (--[a-z]+ )?\{")
    where = [path.name for path in source.rglob("*.py") if pattern.search(path.read_text(encoding="utf-8"))]
    assert where == []
    assert command_line("run", Path("-a b.toml"), "--seed", 3) == "plnsim run './-a b.toml' --seed 3"
