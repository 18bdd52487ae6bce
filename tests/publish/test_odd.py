"""The description of the model: up to date, complete, and enough to begin a run with."""

import importlib
import inspect
import json
import re
import subprocess
import sys
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest
from click.testing import CliRunner

from plnsim.cli import commands
from plnsim.common.errors import InputError
from plnsim.common.sources import SOURCES
from plnsim.common.streams import stream_numbers
from plnsim.model.mechanisms import SCHEDULE, STEP_KINDS, name_of
from plnsim.model.outcome import OUTCOMES
from plnsim.model.state import RANGES, Origin
from plnsim.model.world.entities import NETWORK, SCHOOL, TEACHER
from plnsim.publish.odd import document, equations, page, protocols
from plnsim.publish.odd.document import PIECES, markdown
from plnsim.publish.odd.world import plain_world
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS, SIMULATED
from plnsim.simulation.scenario.weeks import WEEK_DTYPE, CalendarEvent
from tests.support.described import DescribedModel
from tests.support.runs import start_run

ENTITIES = {"teacher": TEACHER, "school": SCHOOL, "network": NETWORK}


@pytest.fixture(scope="module")
def text() -> str:
    return markdown()


def submodel(text: str, mechanism) -> str:
    name = name_of(mechanism).capitalize()
    return re.search(rf"^### 7\.\d+ {name}\n(.*?)(?=^##)", text, re.DOTALL | re.MULTILINE)[1]


@pytest.mark.parametrize("stored", [document.STORED, protocols.STORED], ids=lambda path: path.name)
def test_what_is_stored_is_up_to_date(stored, text):
    made = text if stored == document.STORED else protocols.text()
    assert stored.read_text(encoding="utf-8") == made, (
        f"{stored.name} is not what the declarations say; this writes it anew: {document.REFRESH}"
    )


def test_the_command_writes_what_is_stored_anew_and_says_so(text, tmp_path, monkeypatch, capsys):
    for module in (document, protocols):
        monkeypatch.setattr(module, "STORED", tmp_path / module.STORED.name)
        module.STORED.write_text("old")
    python, flag, name = document.REFRESH.split()
    assert (python, flag) == ("python", "-m")
    importlib.import_module(f"{name}.__main__").main()
    assert document.STORED.read_text(encoding="utf-8") == text
    assert protocols.STORED.read_text(encoding="utf-8") == protocols.text()
    assert capsys.readouterr().out.splitlines() == ["odd.md is written anew", "protocols.py is written anew"]


@pytest.mark.parametrize(("name", "variables"), [("Teacher", TEACHER), ("School", SCHOOL), ("Network", NETWORK)])
def test_the_types_name_every_state_variable_and_how_an_editor_reads_it(name, variables):
    body = re.search(rf"^class {name}\(Protocol\):\n(.*?)(?=^class )", protocols.text(), re.DOTALL | re.MULTILINE)[1]
    assert re.findall(r"^    (\w+): (\w+)$", body, re.MULTILINE) == [
        (variable.name, "float" if variable.type == "f8" else "int") for variable in variables
    ]


def test_the_types_name_every_parameter_and_every_field_of_a_week():
    made = protocols.text()
    for parameter in (parameter for declared in SIMULATED.values() for parameter in declared):
        heading = f"class {parameter.section.title().replace('_', '')}Parameters(Protocol):"
        body = re.search(rf"^{re.escape(heading)}\n(.*?)(?=^class )", made, re.DOTALL | re.MULTILINE)[1]
        assert re.search(rf"^    {parameter.name}: {'int' if parameter.integer else 'float'}$", body, re.MULTILINE)
    week = re.search(r"^class Week\(Protocol\):\n(.*?)(?=^class )", made, re.DOTALL | re.MULTILINE)[1]
    assert re.findall(r"^    (\w+): ", week, re.MULTILINE) == list(WEEK_DTYPE.names)


def test_the_elements_of_the_protocol_stand_in_their_order(text):
    headings = re.findall(r"^## \d+ (.*)$", text, re.MULTILINE)
    assert headings[:7] == [
        "Purpose and patterns",
        "Entities, state variables and scales",
        "Process overview and scheduling",
        "Design concepts",
        "Initialisation",
        "Input data",
        "Submodels",
    ]
    concepts = text[text.index("## 4 ") : text.index("## 5 ")].lower()
    for concept in (
        "theoretical and empirical background",
        "individual decision-making",
        "learning",
        "individual sensing",
        "individual prediction",
        "interaction",
        "collectives",
        "heterogeneity",
        "stochasticity",
        "observation",
        "emergence",
        "adaptation",
        "objectives",
    ):
        assert re.search(rf"^### 4\.\d+ .*{concept}", concepts, re.MULTILINE), concept


@pytest.mark.parametrize("kind", ENTITIES)
def test_every_state_variable_is_described_with_unit_and_range(kind, text):
    section = re.search(rf"^### 2\.\d {kind.capitalize()}\n(.*?)(?=^###)", text, re.DOTALL | re.MULTILINE)[1]
    for variable in ENTITIES[kind]:
        row = re.search(rf"^\| `{variable.name}` \|.*\|$", section, re.MULTILINE)[0]
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert cells[2:6] == [variable.unit, RANGES[variable.unit], variable.kind, variable.meaning]
        assert cells[6:] == [
            ", ".join(variable.written_by) or "the world as built",
            in_words(variable.start),
            in_words(variable.successor),
        ]


def in_words(value):
    """A starting value or a successor's, as a table tells it: what it is called, or a constant."""
    if isinstance(value, Origin):
        return value.value
    return f"`{value.__name__}`" if callable(value) else f"{value:g}"


def test_every_parameter_decision_field_and_outcome_has_its_row(text):
    for parameter in MODEL_PARAMETERS:
        assert f"\n| `{parameter.qualified_name}` |" in text, parameter.qualified_name
    for name, number in stream_numbers().items():
        assert f"| {number} | {name} |" in text
    for name in WEEK_DTYPE.names:
        assert f"\n| `week.{name}` |" in text
    for outcome in OUTCOMES:
        assert f"\n| `{outcome.name}` | {outcome.unit} |" in text


def test_every_assumed_parameter_is_listed_as_assumed_and_no_other(text):
    section = text[text.index("## 10 ") : text.index("Assumptions of structure")]
    assert set(re.findall(r"`([a-z_]+\.[a-z_]+)`", section)) == {
        parameter.qualified_name for parameter in MODEL_PARAMETERS if parameter.source == "assumed"
    }


@pytest.mark.parametrize("mechanism", SCHEDULE, ids=name_of)
def test_every_mechanism_has_its_steps_and_every_assignment_of_state_in_them(mechanism, text):
    section = submodel(text, mechanism)
    source = "".join(inspect.getsource(function) for function in equations.functions_of(mechanism).values())
    assert re.findall(r"^step (\w+)\(", section, re.MULTILINE) == re.findall(
        rf"^def ({'|'.join(STEP_KINDS)})\(", source, re.MULTILINE
    )
    assert re.findall(r"^ *\d+ +((?:teacher|school|network|group)\.\w+) <-", section, re.MULTILINE) == re.findall(
        r"^ +((?:teacher|school|network|group)\.\w+) [*+-]?= ", source, re.MULTILINE
    )


def test_the_schedule_is_that_of_the_week(text):
    section = text[text.index("## 3 ") : text.index("### 3.1")]
    for place, kind in enumerate(STEP_KINDS, start=1):
        assert (
            f"| {place} | `{kind}` | {', '.join(name_of(each) for each in SCHEDULE if hasattr(each, kind))} |"
            in section
        )


def test_no_name_of_python_is_left_in_rules_and_steps(text):
    submodels = text[text.index("### 7.1 ") : text.index("## 8 ")]
    assert "{ ^ " not in text
    lines = re.findall(r"^ {1,2}\d+ (.*)$", submodels, re.MULTILINE)
    assert len(lines) > 400
    for line in lines:
        assert not re.search(r"\bp\.|\bworld\b|math\.|np\.|uniform\(|\bself\b|\*\*|lambda|, p\)", line), line


def test_every_name_in_the_hand_written_pieces_is_one_of_the_model(text):
    known = (
        {parameter.qualified_name for parameter in MODEL_PARAMETERS}
        | {f"week.{name}" for name in WEEK_DTYPE.names}
        | {f"{kind}.{variable.name}" for kind, variables in ENTITIES.items() for variable in variables}
        | {
            "run.weeks",
            "run.years",
            "run.routine",
            "run.networks",
            "run.values",
            "run.support_ends",
            "run.parameter_sets",
            "run.regime",
        }
    )
    heads = {name.partition(".")[0] for name in known}
    for piece in PIECES.glob("*.md"):
        for quoted in re.findall(r"`([^`\n]+)`", piece.read_text(encoding="utf-8")):
            for head, rest in re.findall(r"\b([a-z]+)\.([a-z_]+)\b", quoted):
                assert head not in heads or f"{head}.{rest}" in known, f"{piece.name}: {head}.{rest}"


def test_every_column_of_the_files_is_explained(text):
    table, meanings = text[text.index("## 6 ") : text.index("### 6.1")].split("| column | holds |")
    assert set(re.findall(r"`(\w+)`", table[table.index("| file |") :])) - {
        "schools",
        "staff",
        "ties",
        "networks",
    } == set(
        re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in meanings.splitlines() if line.startswith("| `")))
    )


def test_the_literature_holds_exactly_the_sources_that_are_used(text):
    body, literature = text.split("## 12 Literature")
    listed = set(re.findall(r"^\| `([\w-]+)` \|", literature, re.MULTILINE))
    cited = {key for key in re.findall(r"[\[`(]([a-z-]+(?:-\d{4})?)[\]`)]", body) if key in SOURCES}
    declared = {
        key for parameter in MODEL_PARAMETERS for key in (parameter.source, parameter.direction) if key in SOURCES
    }
    assert listed == cited | declared


EXAMPLE = '''
"""An example."""
from plnsim.common.streams import stream, uniform
USES = stream("use")
COMPLETE = 1
LIMIT = -2.5e-3
"""As far as it goes."""

def rule(share, p, more=0x1F):
    """A rule of ``share``."""
    return share ** 2 * (more - p.time.hours)

def teacher_updates(teacher, world, week, p):
    for tie in range(world.advice_first[teacher.post], 7):
        teacher.habit *= 1.0 - rule(teacher.belief, p)  # so it is
    if p.ties.pattern == COMPLETE and uniform(week.key, USES, teacher.name) < LIMIT:
        return
    elif p.ties.pattern != COMPLETE:
        a, b = teacher.a ^ 1, len(world.teachers) >> 2
    else:
        teacher.uses = 1 if not week.meets else 0
'''


def test_a_rule_and_a_step_are_written_as_the_description_promises(tmp_path, monkeypatch):
    (tmp_path / "example_of_rules.py").write_text(EXAMPLE)
    monkeypatch.syspath_prepend(str(tmp_path))
    import example_of_rules

    assert isinstance(example_of_rules, ModuleType)
    shown = equations.PseudoCode(example_of_rules)
    assert shown.head(shown.functions["rule"]) == "rule(share, more = 0x1F)"
    assert shown.function("rule") == ['"A rule of share."', "give share ^ 2 * (more - time.hours)"]
    assert shown.function("teacher_updates") == [
        "for tie from advice_first[teacher.post] to before 7:",
        "    teacher.habit <- teacher.habit * (1.0 - rule(teacher.belief))  -- so it is",
        'if ties.pattern is "complete" and chance("use", teacher.name) < LIMIT:',
        "    end of this step",
        'else if ties.pattern is not "complete":',
        "    a, b <- teacher.a xor 1, (len(teachers) >> 2)",
        "else:",
        "    teacher.uses <- 1 if not week.meets else 0",
    ]
    assert shown.constants({"LIMIT", "USES"}.__contains__) == ["LIMIT = -2.5e-3  -- As far as it goes."]
    assert equations.number_lines([("rule r(x)", ['"Told."', "give x"]), ("rule s()", ["give 1"])]) == (
        'rule r(x)\n    "Told."\n  1 give x\n\nrule s()\n  2 give 1'
    )


def test_dictionaries_that_take_others_over_are_joined(tmp_path, monkeypatch):
    (tmp_path / "example_of_joining.py").write_text('def rule(a, b):\n    return {**a, "x": 2**3, **b}\n')
    monkeypatch.syspath_prepend(str(tmp_path))
    shown = equations.PseudoCode(importlib.import_module("example_of_joining"))
    assert shown.function("rule") == ['give a | {"x": 2 ^ 3} | b']


def test_a_long_line_is_broken_between_words_and_not_within_an_option():
    line = (
        'if norms.belief is not "norms only" and '
        + " and ".join(f"teacher.something_{number} > 0" for number in range(8))
        + ":"
    )
    shown = equations.number_lines([("step m(x)", [line])]).splitlines()[1:]
    assert len(shown) > 1 and all(len(part) <= equations.WIDTH for part in shown)
    assert " ".join(part.strip() for part in shown) == f"1 {line}"


def test_the_page_loads_nothing_and_every_link_finds_its_heading(text):
    shown = page.html(text)
    assert not re.search(r"<script|<link|<img|@import|url\(|src=|http-equiv=\"refresh", shown)
    links = re.findall(r'href="([^"]*)"', shown)
    assert links and all(link.startswith("#") for link in links)
    names = re.findall(r'\bid="([^"]*)"', shown)
    assert {link[1:] for link in links} == set(names) and len(set(names)) == len(names)
    assert shown.count("<table>") == len(re.findall(r"^\| ---", text, re.MULTILINE))
    assert "&lt;- " in shown and "<- " not in shown


@pytest.mark.parametrize("name", ["baseline", "knowledge-network-applied-education-research"])
def test_a_plain_world_holds_every_bit_of_the_starting_world_and_all_of_the_scenario(name):
    scenario = Scenario.of(name).with_values({"population.schools": 12, "programme.participation": 0.8})
    plain = json.loads(json.dumps(plain_world(scenario, seed=7, replicate=2)))
    world = scenario.world(7, 2)
    for kind, variables in (("teachers", TEACHER), ("schools", SCHOOL), ("networks", NETWORK)):
        records = getattr(world, kind)
        assert len(plain[kind]) == len(records) > 0
        for variable in variables:
            name = variable.name
            assert (
                np.array([each[name] for each in plain[kind]], records[name].dtype).tobytes() == records[name].tobytes()
            )
    for ties in world._fields[3:]:
        assert plain[ties] == getattr(world, ties).tolist()
    assert plain["values"] == scenario.values and (plain["seed"], plain["replicate"], plain["weeks"]) == (
        7,
        2,
        scenario.weeks,
    )
    assert [(entry["week"], entry["until"], entry["event"], entry["values"]) for entry in plain["calendar"]] == [
        (event.week, event.until, event.event, dict(event.values)) for event in scenario.calendar
    ]


SMALL = {
    "population.schools": 8,
    "population.primary_staff": 8,
    "population.secondary_staff": 14,
    "programme.participation": 0.7,
    "programme.schools_a_network": 3,
}
"""Some sixty teachers."""

CALENDAR = (
    CalendarEvent(20, 60, (("time.hours", 1.2),)),
    CalendarEvent(50, event="new head", share=0.5),
    CalendarEvent(55, event="end support"),
    CalendarEvent(70, event="tune-up"),
)
CIRCUMSTANCES = {
    "defaults": ({}, ()),
    "everything at once": (
        {
            "ties.pattern": "complete",
            "conditions.placement": "symmetric",
            "conditions.substitution": -2.0,
            "norms.contact": "all colleagues",
            "learning.stage": "frank2011",
            "adoption.contagion": "step",
            "partners.a_network": 2,
            "programme.themes": 2,
            "mobilisation.mailing": 0.1,
            "mobilisation.visits": 0.1,
            "evidence.fed_back": 0.05,
            "norms.own_view": 0.02,
            "programme.founded_over": 1.0,
        },
        CALENDAR,
    ),
    "other forms": (
        {
            "conditions.substitution": -25.0,
            "norms.contact": "all colleagues",
            "adoption.contagion": "linear",
            "ties.co_teaching": 2,
            "programme.topology": "network of networks",
            "inquiry.exchange_between_networks": 0.1,
            "programme.support_years": 1.0,
            "population.first_users": 0.1,
            "meeting.disadvantage_loss": 0.3,
            "conditions.time_shift": 0.3,
            "renewal.rule": "always",
        },
        (),
    ),
}


@pytest.mark.parametrize("values, calendar", CIRCUMSTANCES.values(), ids=CIRCUMSTANCES)
def test_starting_values_made_from_the_description_alone_equal_those_of_the_world(values, calendar, text):
    scenario = replace(Scenario.of("baseline").with_values(SMALL | values), calendar=calendar)
    world = scenario.world(3, 1)
    started = DescribedModel(text).start(json.loads(json.dumps(plain_world(scenario, 3, 1))))
    for those, records, variables in zip(started, world, ENTITIES.values(), strict=False):
        assert len(those) == len(records) > 0
        for variable in variables:
            values_told = np.array([getattr(each, variable.name) for each in those], records[variable.name].dtype)
            assert values_told.tobytes() == records[variable.name].tobytes(), variable.dotted_name


def test_a_starting_value_that_the_description_tells_wrongly_is_noticed(text):
    world = json.loads(json.dumps(plain_world(Scenario.of("baseline").with_values(SMALL), 3, 1)))
    wrong = text.replace("teacher.fidelity <- 1.0", "teacher.fidelity <- 0.5", 1)
    assert {teacher.fidelity for teacher in DescribedModel(wrong).start(world)[0]} == {0.5}


@pytest.mark.parametrize("values, calendar", CIRCUMSTANCES.values(), ids=CIRCUMSTANCES)
def test_a_run_made_from_the_description_alone_equals_the_model_to_the_bit_after_every_week(values, calendar, text):
    scenario = replace(Scenario.of("baseline").with_values(SMALL | values).with_years(3), calendar=calendar)
    told = DescribedModel(text).weeks(json.loads(json.dumps(plain_world(scenario, 3, 1))))
    run = start_run(scenario, 3, 1)
    for week, kinds in enumerate(told):
        run.advance(1)
        for those, records, variables in zip(kinds, run.world, (TEACHER, SCHOOL, NETWORK), strict=False):
            for variable in variables:
                values = np.array([getattr(each, variable.name) for each in those], records[variable.name].dtype)
                assert values.tobytes() == records[variable.name].tobytes(), f"week {week}: {variable.dotted_name}"
    assert run.week == scenario.weeks == week + 1


def test_the_command_writes_a_world_as_it_was_asked_for(tmp_path):
    asked = [
        "odd",
        "--world",
        "baseline",
        "--seed",
        "5",
        "--replicate",
        "1",
        "--set",
        "population.schools=4",
        "--years",
        "2",
    ]
    done = CliRunner().invoke(commands, asked)
    scenario = Scenario.of("baseline").with_values({"population.schools": 4}).with_years(2)
    assert json.loads(done.stdout) == json.loads(json.dumps(plain_world(scenario, 5, 1)))


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (["--set", "time.hours=1"], "there is no --world"),
        (["--years", "3"], "there is no --world"),
        (["--world", "nowhere"], "there is no scenario"),
        (["--world", "baseline", "--replicate", "-1"], "replicate cannot be -1"),
        (["--world", "baseline", "--seed", "-1"], "the seed cannot be -1"),
        (["--out", "/nowhere/at/all.md"], "cannot be written"),
    ],
)
def test_bad_input_is_told(words, wrong):
    problem = CliRunner().invoke(commands, ["odd", *words]).exception
    assert isinstance(problem, InputError) and wrong in str(problem)


def test_a_file_that_is_there_is_not_touched(tmp_path):
    kept = tmp_path / "odd.md"
    kept.write_text("mine")
    assert isinstance(CliRunner().invoke(commands, ["odd", "--out", str(kept)]).exception, InputError)
    assert kept.read_text() == "mine"


def test_the_description_is_the_same_whatever_the_order_of_hashes():
    made = (
        "import hashlib; from plnsim.publish.odd.document import markdown; "
        "print(hashlib.sha256(markdown().encode()).hexdigest())"
    )
    sums = {
        subprocess.run(
            [sys.executable, "-c", made],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
            cwd=PIECES.parents[2],
        ).stdout
        for seed in ("1", "2")
    }
    assert len(sums) == 1
