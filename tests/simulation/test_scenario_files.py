"""Scenario files: the shipped ones, reading and writing, the template to begin with, and where each key stands in a
text.
"""

import dataclasses
import re
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plnsim.common.errors import InputError, InputWarning
from plnsim.common.sources import SOURCES
from plnsim.simulation.scenario import Scenario, shipped_scenarios
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.listing import titles
from plnsim.simulation.scenario.old_parameters import OLD_PARAMETERS, OldParameterWarning, current_name
from plnsim.simulation.scenario.places import key_positions
from plnsim.simulation.scenario.save import commented_template, to_toml
from plnsim.simulation.scenario.weeks import EVENTS, CalendarEvent
from tests.support.commands import invoke

SHIPPED = shipped_scenarios()


# -- shipped scenarios -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_scenario_says_what_it_is_and_what_it_rests_on(name):
    scenario = Scenario.of(name)
    assert scenario.name == name
    assert scenario.title and scenario.purpose.endswith((".", "?"))
    assert scenario.sources or scenario.known
    assert all(source in SOURCES or " " in source for source in scenario.sources)
    assert scenario.weeks >= 39


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_scenario_keeps_all_that_its_file_says(name):
    content = tomllib.loads(SHIPPED[name].read_text(encoding="utf-8"))
    scenario = Scenario.of(name)
    assert titles()[name] == content["title"] == scenario.title
    assert len(scenario.calendar) == len(content.get("calendar", []))
    assert set(scenario.files) == set(content.get("files", {}))
    for section, table in content.items():
        if section in MODEL_PARAMETERS.sections:
            assert {name: scenario.values[f"{section}.{name}"] for name in table} == table


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scenario_begins_with_schools_teachers_and_the_networks_that_it_speaks_of(name):
    scenario = Scenario.of(name)
    world = scenario.world()
    assert len(world.schools) == scenario.number_of_schools
    assert len(world.teachers) >= 2 * len(world.schools)
    assert (len(world.networks) > 0) == (scenario.values["programme.participation"] > 0 or "networks" in scenario.files)


def test_changed_holds_only_what_differs_from_the_defaults():
    scenario = Scenario.from_text("[population]\nschools = 40\n[time]\nhours = 0.7\n")
    assert scenario.changed == {"time.hours": 0.7}
    usual = scenario.with_values({"time.hours": MODEL_PARAMETERS["time.hours"].default})
    assert usual.changed == {} and usual.values == MODEL_PARAMETERS.defaults()


def test_a_shipped_name_is_that_scenario_whatever_files_lie_around(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "baseline").write_text('title = "Not this one"\n')
    assert Scenario.of("baseline").title.startswith("Plain network programme")


# -- reading and writing -----------------------------------------------------------------------------------------------

FIELDS = [
    field.name for field in dataclasses.fields(Scenario) if field.name not in ("name", "population_data", "files")
]


def assert_the_same(scenario: Scenario, other: Scenario) -> None:
    for field in (*FIELDS, "values", "weeks", "support_ends"):
        assert getattr(scenario, field) == getattr(other, field), field


@pytest.mark.parametrize("name", SHIPPED)
def test_a_scenario_written_and_read_again_is_the_same(name):
    scenario = Scenario.of(name)
    again = Scenario.from_text(to_toml(scenario))
    assert_the_same(scenario, again)
    assert again.files.keys() == scenario.files.keys() and again.number_of_schools == scenario.number_of_schools
    assert Scenario.from_text(to_toml(again)).values == scenario.values


def test_how_files_are_read_is_written_too(tmp_path):
    (tmp_path / "schools.csv").write_text("URN,FTE,disadvantage\na,3,0.4\nb,4,0.2\n", encoding="utf-8")
    (tmp_path / "own.toml").write_text(
        '[files]\nschools = "schools.csv"\ndisadvantage = "share"\n'
        '[files.columns]\nschool = "URN"\nteachers = ["Staff count", "FTE"]\n',
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="no file has a column 'Staff count'") as caught:
        Scenario.of(tmp_path / "own.toml")
    assert caught.value.place == f"{tmp_path / 'own.toml'}:6:1"
    text = (tmp_path / "own.toml").read_text(encoding="utf-8").replace('["Staff count", "FTE"]', '"FTE"')
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    with pytest.warns(InputWarning, match="taken as shares"):
        scenario = Scenario.of(tmp_path / "own.toml")
        again = Scenario.from_text(to_toml(scenario))
    assert again.file_options == scenario.file_options
    assert again.file_options == {"disadvantage": "share", "columns.school": ("URN",), "columns.teachers": ("FTE",)}
    assert again.population_data == scenario.population_data
    assert again.population_data.schools["disadvantage"].tolist() == [0.75, 0.25]


def test_what_is_written_holds_every_parameter():
    content = tomllib.loads(to_toml(Scenario.of("baseline")))
    assert {f"{section}.{name}" for section in MODEL_PARAMETERS.sections for name in content[section]} == set(
        MODEL_PARAMETERS.by_name
    )


def test_a_calendar_written_for_a_shorter_run_leaves_out_what_comes_after_it():
    text = "years = 8\n[[calendar]]\nyear = 1\nlift.time = 0.5\n[[calendar]]\nyear = 6\nevent = 'tune-up'\n"
    shorter = Scenario.from_text(text).with_years(3)
    again = Scenario.from_text(to_toml(shorter))
    assert [entry.week for entry in again.calendar] == [39] and again.weeks == shorter.weeks == 117


texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]) | st.just("\n"), max_size=20).map(str.strip)
points = st.sampled_from(list(MODEL_PARAMETERS)).flatmap(
    lambda parameter: st.tuples(st.just(parameter.qualified_name), st.floats(0, 1).map(parameter.ppf))
)
values = st.lists(points, max_size=8, unique_by=lambda point: point[0]).map(dict)
in_mid_run = [
    parameter
    for parameter in MODEL_PARAMETERS
    if not parameter.structural and parameter.section not in ("measure", "prices")
]
points_in_mid_run = st.sampled_from(in_mid_run).flatmap(
    lambda parameter: st.tuples(st.just(parameter.qualified_name), st.floats(0, 1).map(parameter.ppf))
)
changes = st.lists(points_in_mid_run, min_size=1, max_size=3, unique_by=lambda point: point[0]).map(
    lambda points: tuple(sorted(points))
)
beginnings, lengths = st.integers(0, 38), st.none() | st.integers(1, 100)
changing = st.builds(
    lambda week, lasts, values, note: CalendarEvent(week, None if lasts is None else week + lasts, values, note=note),
    beginnings,
    lengths,
    changes,
    texts,
)
happening = st.builds(
    lambda week, event, share, note: CalendarEvent(week, None, (), event, share, note),
    beginnings,
    st.sampled_from(EVENTS),
    st.floats(0, 1),
    texts,
)
scenarios = st.builds(
    lambda title, purpose, known, changed, calendar, years: Scenario(
        "any", title=title, purpose=purpose, known=tuple(known), changed=changed, calendar=tuple(calendar), years=years
    ),
    title=texts.filter(bool),
    purpose=texts,
    known=st.lists(texts, max_size=2),
    changed=values,
    calendar=st.lists(changing | happening, max_size=3),
    years=st.none() | st.floats(1.0, 100.0),
)


@settings(max_examples=150, deadline=None)
@given(scenario=scenarios.filter(lambda candidate: all(entry.week < candidate.weeks for entry in candidate.calendar)))
def test_any_scenario_written_and_read_again_is_the_same(scenario):
    assert_the_same(scenario, Scenario.from_text(to_toml(scenario)))


# -- parameters of version 0.1 -----------------------------------------------------------------------------------------

OF_0_1 = """
[time]
hours = 0.7
[habit]
growth = 0.04
loss = 0.1
[measure]
meeting_hours = 3.5
sharing_hours = 1.5
travel_hours = 1.0
[[calendar]]
week = 10
until_week = 20
set = { inquiry = { growth = 0.2, discovery = 0.3 } }
"""


def test_no_old_parameter_is_one_of_today_and_what_took_its_place_is():
    assert not OLD_PARAMETERS.keys() & set(MODEL_PARAMETERS.by_name)
    assert {old.now for old in OLD_PARAMETERS.values() if old.now} <= set(MODEL_PARAMETERS.by_name)
    assert {name.partition(".")[0] for name in OLD_PARAMETERS} <= set(MODEL_PARAMETERS.sections)


@pytest.mark.parametrize("name", OLD_PARAMETERS)
def test_an_old_parameter_is_told_with_what_there_is_instead(name):
    old = OLD_PARAMETERS[name]
    with pytest.warns(OldParameterWarning) as told:
        assert current_name(name) == old.now
    message = str(told[0].message)
    said = f"{name} is now {old.now}: " if old.now else f"{name} is no more, and its value is left out: "
    assert len(told) == 1 and message.startswith(said + old.note) and message.endswith("goes with version 0.3")
    named = re.findall(r"\b[a-z]+\.[a-z_]+\b", message.removeprefix(name))
    assert all(other in MODEL_PARAMETERS.by_name for other in named), f"{message} names what there is not"


def test_a_file_of_0_1_loads_and_its_values_count_where_they_still_mean_something():
    with pytest.warns(OldParameterWarning) as told:
        scenario = Scenario.from_text(OF_0_1)
    assert scenario.changed == {
        "time.hours": 0.7,
        "habit.loss": 0.1,
        "meeting.hours": 3.5,
        "mobilisation.sharing_hours": 1.5,
    }
    assert scenario.calendar == (CalendarEvent(10, 20, (("inquiry.discovery", 0.3),)),)
    assert {str(one.message).partition(" ")[0] for one in told} == {
        "habit.growth",
        "measure.meeting_hours",
        "measure.sharing_hours",
        "measure.travel_hours",
        "inquiry.growth",
    }
    assert_the_same(scenario, Scenario.from_text(to_toml(scenario)))  # and is written in the names of today


def test_a_value_by_its_old_and_its_new_name_is_told():
    text = "[measure]\nmeeting_hours = 3\n\n[meeting]\nhours = 2\n"
    with pytest.warns(OldParameterWarning), pytest.raises(InputError, match=r"meeting\.hours is set twice") as told:
        Scenario.from_text(text)
    assert told.value.place.endswith(":4:1") and told.value.right == "one of the two"


def test_values_by_old_names_count_where_they_still_mean_something():
    with pytest.warns(OldParameterWarning, match=r"measure\.meeting_hours is now meeting\.hours"):
        scenario = Scenario.of("baseline").with_values({"measure.meeting_hours": 3.5, "time.hours": 0.7})
    assert (scenario.values["meeting.hours"], scenario.values["time.hours"]) == (3.5, 0.7)
    with pytest.warns(OldParameterWarning, match=r"habit\.growth is no more"):
        assert Scenario.of("baseline").with_values({"habit.growth": 0.04}) == Scenario.of("baseline")


def test_on_the_command_line_old_names_are_noted_and_the_run_goes_on(tmp_path):
    (tmp_path / "old.toml").write_text("years = 0.1\n" + OF_0_1.partition("[[calendar]]")[0])
    command = ("run", tmp_path / "old.toml", "--replicates", 1, "--set")
    code, out, err = invoke(*command, "recruitment.schools_at_once=2")
    assert code == 0 and out and "Warning" not in err
    for name in ("habit.growth", "measure.meeting_hours", "measure.travel_hours", "recruitment.schools_at_once"):
        assert f"note: {name} is " in err
    code, out, err = invoke(*command, "prices.teacher_huor=2")
    assert (code, out) == (2, "") and "unknown parameter prices.teacher_huor" in err and "prices.teacher_hour" in err


def test_what_never_was_a_parameter_is_refused_and_so_is_a_bad_value_under_an_old_name():
    with pytest.raises(InputError, match=r"unknown parameter habit\.grwth"):
        Scenario.from_text("[habit]\ngrwth = 0.04\n")
    with pytest.raises(InputError, match=r"unknown parameter habit\.grwth"):
        Scenario.of("baseline").with_values({"habit.grwth": 0.04})
    with pytest.warns(OldParameterWarning), pytest.raises(InputError, match=r"meeting\.hours") as refused:
        Scenario.from_text("[measure]\nmeeting_hours = -1.0\n")
    assert refused.value.place.endswith(":2:1")


# -- the template ------------------------------------------------------------------------------------------------------


def test_the_template_is_a_good_scenario_that_equals_the_defaults():
    scenario = Scenario.from_text(commented_template())
    assert scenario.values == MODEL_PARAMETERS.defaults() and scenario.calendar == () and scenario.changed == {}
    assert scenario.weeks == Scenario.of("baseline").weeks


def test_every_parameter_of_the_template_may_be_uncommented():
    text = re.sub(r"^# ([a-z_]+ = )", r"\1", commented_template(), flags=re.MULTILINE)
    content = tomllib.loads(text.partition("# A calendar")[0])
    assert {f"{section}.{name}" for section in MODEL_PARAMETERS.sections for name in content[section]} == set(
        MODEL_PARAMETERS.by_name
    )
    assert Scenario.from_text(text.partition("# A calendar")[0]).values == MODEL_PARAMETERS.defaults()


def test_the_calendar_of_the_template_may_be_uncommented():
    head, _, tail = commented_template().partition(
        "# A calendar of what happens on the way, as many entries as needed:\n"
    )
    lift, tune_up = Scenario.from_text(head + re.sub(r"^# ?", "", tail, flags=re.MULTILINE)).calendar
    assert lift == CalendarEvent(117, None, (("conditions.time_shift", 0.3),), note="...")
    assert tune_up == CalendarEvent(195, event="tune-up")


def test_the_template_explains_every_parameter():
    text = commented_template()
    for parameter in MODEL_PARAMETERS:
        assert f"# {parameter.meaning} " in text
    assert max(map(len, text.splitlines())) <= 220


# -- what the calendar says --------------------------------------------------------------------------------------------


def test_moments_of_the_calendar_are_weeks_or_years():
    text = "years = 9\n[[calendar]]\n{}\nlift.time = 0.5\n"
    assert Scenario.from_text(text.format("week = 40\nuntil_week = 50")).calendar[0] == CalendarEvent(
        40, 50, (("conditions.time_shift", 0.5),)
    )
    assert Scenario.from_text(text.format("year = 1.5\nuntil_year = 2")).calendar[0] == CalendarEvent(
        58, 78, (("conditions.time_shift", 0.5),)
    )
    assert Scenario.from_text(text.format("week = 40.0")).calendar[0].week == 40


def test_support_ends_as_the_calendar_says_when_that_is_earlier():
    text = "[[calendar]]\nweek = {}\nevent = 'end support'\n"
    assert Scenario.from_text(text.format(50)).support_ends == 50
    assert Scenario.from_text(text.format(130)).support_ends == 117
    assert Scenario.from_text(text.format(50)).weeks == (2 + 4) * 39


def test_a_scenario_without_a_title_is_called_by_its_name():
    assert Scenario.from_text("", name="lesson-study-here").title == "Lesson study here"


# -- where keys stand --------------------------------------------------------------------------------------------------


VALUES_OF_TOML = (
    "1",
    "-1.5e3",
    "true",
    "nan",
    "2024-09-01",
    "2024-09-01 07:30:00",
    "0x1F",
    '"a = 1, b = [2] # {"',
    '"\\"\\\\"',
    "'a\\'",
    "''",
    '"""\n[x]\nz = 1\n"" \\""" # """',
    "'''\nk = 'v'\n[[z]]\n'''",
    '""""q""""',
    '"""a\\\n   b"""',
    '"\\u00e9"',
)


class Writer:
    """Writes a TOML text by and by and notes where each key, table and value of a list is written."""

    def __init__(self, draw):
        self.draw, self.text, self.written, self.number = draw, "", {}, 0

    def chosen(self, *options):
        return self.draw(st.sampled_from(options))

    def note(self, path):
        line_begins = self.text.rfind("\n") + 1
        self.written[path] = (self.text.count("\n") + 1, len(self.text) - line_begins + 1)

    def name(self):
        """A name that was not used before, as it is and as it is written."""
        self.number += 1
        n = self.number
        return self.chosen(
            (f"k{n}", f"k{n}"),
            (f"{n}", f"{n}"),
            (f"-_{n}", f"-_{n}"),
            (f"a b{n}", f'"a b{n}"'),
            (f"a.b{n}", f"'a.b{n}'"),
            (f'a"b{n}', f'"a\\"b{n}"'),
            (f"a'b#{n}", f'"a\'b#{n}"'),
            (f"\\{n}", f"'\\{n}'"),
            (f"é=[{n}]", f'"\\u00e9=[{n}]"'),
        )

    def names(self, most=3):
        keys = [self.name() for _ in range(self.draw(st.integers(1, most)))]
        return tuple(name for name, _ in keys), self.chosen(".", " . ", ".\t").join(text for _, text in keys)

    def blank(self):
        self.text += self.chosen("", "", " ", "\t ")

    def space(self):
        """Space where a line may end."""
        self.text += self.chosen("", " ", "\n", "\n\n", " # x = [ { ' \" \n", "\n# 'y' = 1\n\t")

    def value(self, path, depth=0):
        kind = self.draw(st.integers(0, 9 if depth < 3 else 6))
        if kind == 7:
            self.text += "["
            self.space()
            for place in range(self.draw(st.integers(0, 3))):
                if place:
                    self.text += ","
                    self.space()
                self.note((*path, place))
                self.value((*path, place), depth + 1)
                self.space()
            self.text += "]"
        elif kind >= 8:
            self.text += "{"
            self.blank()
            for place in range(self.draw(st.integers(0, 3))):
                if place:
                    self.text += ","
                    self.blank()
                self.entry(path, depth + 1)
                self.blank()
            self.text += "}"
        else:
            self.text += self.chosen(*VALUES_OF_TOML)

    def entry(self, table, depth=0):
        names, text = self.names()
        path = (*table, *names)
        self.note(path)
        self.text += text
        self.blank()
        self.text += "="
        self.blank()
        self.value(path, depth)

    def entries(self, table):
        for _ in range(self.draw(st.integers(0, 3))):
            self.blank()
            self.entry(table)
            self.text += self.chosen("\n", " \n", " # y = 1\n", "\n\n", "\n#[z]\n", "\r\n")

    def table(self, above, header):
        """[table], or [[table]] again and again, below a path that is ``header`` in the text; and tables below it."""
        names, text = self.names(2)
        header = f"{header}.{text}" if header else text
        path = (*above, *names)
        is_array = self.draw(st.booleans())
        for place in range(self.draw(st.integers(1, 3)) if is_array else 1):
            self.blank()
            here = (*path, place) if is_array else path
            self.note(here)
            self.text += f"[[{header}]]" if is_array else f"[ {header} ]"
            self.text += self.chosen("\n", " # [z]\n", "\n\n")
            self.entries(here)
            if header.count(".") < 4:
                for _ in range(self.draw(st.integers(0, 2))):
                    self.table(here, header)


@st.composite
def toml_texts(draw):
    writer = Writer(draw)
    writer.entries(())
    for _ in range(draw(st.integers(0, 3))):
        writer.table((), "")
    return writer.text, writer.written


def leaves(content, path=()):
    """The paths of all values that hold no others."""
    inside = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    below = [leaf for key, value in inside for leaf in leaves(value, (*path, key))]
    return below or [path]


@settings(max_examples=150, deadline=None)
@given(toml_texts())
def test_every_key_is_found_where_it_was_written(text_and_written):
    text, written = text_and_written
    positions = key_positions(text)
    for path in leaves(tomllib.loads(text)):
        assert path == () or positions[path] == written[path], (path, text)
    for path, place in written.items():
        assert positions[path] == place


def test_tables_are_found_where_they_are_first_named():
    text = "a.b = 1\n[c.d]\n[c]\ne = 1\n[[f]]\n[[f]]\n  [f.g]\n  h = { i.j = [\n{ k = 1 }] }\n[[f.l]]\n"
    assert key_positions(text) == {
        ("a",): (1, 1),
        ("a", "b"): (1, 1),
        ("c",): (2, 1),
        ("c", "d"): (2, 1),
        ("c", "e"): (4, 1),
        ("f",): (5, 1),
        ("f", 0): (5, 1),
        ("f", 1): (6, 1),
        ("f", 1, "g"): (7, 3),
        ("f", 1, "g", "h"): (8, 3),
        ("f", 1, "g", "h", "i"): (8, 9),
        ("f", 1, "g", "h", "i", "j"): (8, 9),
        ("f", 1, "g", "h", "i", "j", 0): (9, 1),
        ("f", 1, "g", "h", "i", "j", 0, "k"): (9, 3),
        ("f", 1, "l"): (10, 1),
        ("f", 1, "l", 0): (10, 1),
    }


def test_a_file_on_one_line_is_searched_in_proportion_to_its_length():
    import time

    def taken(keys):
        text = f"a = {{ {', '.join(f'k{number} = {number}' for number in range(keys))} }}"
        began = time.process_time()
        assert len(key_positions(text)) == keys + 1
        return time.process_time() - began

    taken(1000)
    assert taken(80_000) < 40 * taken(8_000), (
        "ten times the keys take about ten times as long, a hundred times if each were counted anew"
    )


# -- any text at all ---------------------------------------------------------------------------------------------------

KEYS = [
    "title",
    "sources",
    "years",
    "files",
    "calendar",
    "time",
    "hours",
    "time.hours",
    "calendar.set",
    '"time"',
    "set",
    "lift",
    "year",
    "week",
    "until_year",
    "event",
    "share",
    "note",
    "programme",
    "topology",
    "schools",
    "measure",
    "population.schools",
    "é",
    '"\\u0000"',
]
VALUES = [
    "1",
    "-1",
    "1e400",
    "nan",
    "inf",
    "0x" + "f" * 40,
    "true",
    '"x"',
    "''",
    "[]",
    "{}",
    '["x"]',
    '[["x"]]',
    "[{}]",
    "{ time = 0.3 }",
    "{ time.hours = 1 }",
    "{ hours = 1 }",
    "{ time = { hours = [] } }",
    "2024-09-01",
    "07:30:00",
    '"new head"',
    '"eef-rlc"',
    '["eef-rlc"]',
    '[{ year = 1, event = "tune-up" }]',
    '{ schools = "nowhere.csv" }',
    '"""\n"""',
]
lines = st.one_of(
    st.builds("{} = {}".format, st.sampled_from(KEYS), st.sampled_from(VALUES)),
    st.sampled_from(KEYS).map("[{}]".format),
    st.sampled_from(KEYS).map("[[{}]]".format),
    st.text(max_size=8),
)


@settings(max_examples=600, deadline=None)
@given(text=st.text() | st.lists(lines, max_size=8, unique=True).map("\n".join))
def test_no_text_raises_anything_but_bad_input(text):
    try:
        scenario = Scenario.from_text(text)
    except InputError as problem:
        assert problem.wrong and "\x1b" not in str(problem)
    else:
        assert scenario.weeks > 0 and set(scenario.values) == set(MODEL_PARAMETERS.by_name)


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=60) | st.text(max_size=40).map(lambda text: text.encode("utf-16")))
def test_no_file_raises_anything_but_bad_input(content, tmp_path_factory):
    path = tmp_path_factory.mktemp("any") / "any.toml"
    path.write_bytes(content)
    try:
        assert Scenario.of(path).name == "any"
    except InputError as problem:
        assert str(path) in problem.place or "problems in" in str(problem)
