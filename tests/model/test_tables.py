"""Real populations from CSV files: what they say is in the world, and every mistake in them is named with its place."""

import csv
import os
import warnings

import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from plnsim.common.errors import InputError, InputWarning
from plnsim.common.package import shipped
from plnsim.model.world.population import PopulationData
from plnsim.model.world.row_sources import LARGEST_FILE
from plnsim.model.world.tables import read_population
from plnsim.simulation.scenario.scenario import Scenario
from tests.simulation.test_engines import assert_engines_agree
from tests.support.runs import finish_run

SCENARIOS = shipped("scenarios")

SCHOOLS = "school,teachers\nS1,3\nS2,2\nS3,4\n"
STAFF = (
    "teacher,school,department,years,formal\n"
    "t1,S2,arts,0,no\nt2,S1,maths,7,yes\nt3,S1,arts,12,no\nt4,S2,5,3,no\nt5,S1,maths,1,no\n"
)
TWO_SCHOOLS = "school\nS1\nS2\n"
TIES = "from,to,type,weight\nt2,t3,advice,2\nt3,t5,information,\nt2,t5,co-teaching,1\n"
NETWORKS = "network,school,delegates\nN1,S3,3\nN1,S1,\n"
MEMBERS = "network,teacher\nN1,t1\nN1,t5\nN1,t4\n"


def write_files(folder, **files):
    """Paths of files with the given texts, or bytes."""
    paths = {}
    for kind, content in files.items():
        paths[kind] = folder / f"{kind}.csv"
        paths[kind].write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return paths


def world_of(folder, **files):
    return starting_world(read_population(write_files(folder, **files)))


def starting_world(population):
    return Scenario("from files", population_data=population).world()


def message_of(folder, **files):
    with pytest.raises(InputError) as caught:
        read_population(write_files(folder, **files))
    return str(caught.value)


def ties_of(first, to):
    """Ties as pairs (from, to), each as often as it stands there."""
    return sorted(zip(np.repeat(np.arange(len(first) - 1), np.diff(first)).tolist(), to.tolist(), strict=True))


# -- what the files say is in the world --------------------------------------------------------------------------------


def test_without_files_nothing_is_known():
    assert read_population({}) == PopulationData()


def test_schools_come_in_file_order_with_what_the_file_knows(tmp_path):
    text = (
        "school,teachers,name,phase,disadvantage,vision,support,distributed,focus,east,north\n"
        "B,3,Bee,primary,0.1,0.2,0.3,0.4,0.5,6,-7.5\nA,20,,Secondary,1,0,1e-1,.25,0.75,0,10\n"
    )
    schools = world_of(tmp_path, schools=text).schools
    assert (schools["after_last_teacher"] - schools["first_teacher"]).tolist() == [3, 20]
    assert schools["secondary"].tolist() == [0, 1]
    expected = {
        "disadvantage": [0.1, 1],
        "own_vision": [0.2, 0],
        "vision": [0.2, 0],
        "support": [0.3, 0.1],
        "distributed": [0.4, 0.25],
        "own_focus": [0.5, 0.75],
        "east": [6, 0],
        "north": [-7.5, 10],
    }
    for column, values in expected.items():
        assert schools[column].tolist() == values, column


def test_what_the_file_leaves_out_is_drawn(tmp_path):
    world = world_of(tmp_path, schools="school,teachers\nA,5\nB,40\nC,6\nD,7\n")
    assert len(world.teachers) == 58
    assert len(set(world.schools["support"])) == 4
    assert world.schools["secondary"].tolist() == [0, 1, 0, 0], "a quarter of the schools is secondary: the largest"
    assert len(world.advice_to) > 58


@pytest.mark.parametrize(
    "text",
    [
        SCHOOLS,
        SCHOOLS.replace(",", ";"),
        "\ufeff" + SCHOOLS,
        ("\ufeff" + SCHOOLS.replace(",", ";")).replace("\n", "\r\n"),
        SCHOOLS.replace("\n", "\r"),
        'school , teachers\n\n S1 ,3\n,\n"S2", 2 \nS3,+4',
        'teachers,school\n3,"S1"\n2,"a ""quoted"", name"\n4,S3\n',
    ],
    ids=["comma", "semicolon", "bom", "as Excel writes it", "old line ends", "blank rows and spaces", "quoted"],
)
def test_forms_of_a_file(tmp_path, text):
    schools = world_of(tmp_path, schools=text).schools
    assert (schools["after_last_teacher"] - schools["first_teacher"]).tolist() == [3, 2, 4]


def test_staff_stand_school_by_school(tmp_path):
    world = world_of(tmp_path, schools=TWO_SCHOOLS, staff=STAFF)
    teachers = world.teachers  # t2, t3, t5 of S1; t1, t4 of S2
    assert teachers["school"].tolist() == [0, 0, 0, 1, 1]
    assert teachers["post"].tolist() == [0, 1, 2, 3, 4]
    assert teachers["years"].tolist() == [7, 12, 1, 0, 3]
    assert teachers["formal"].tolist() == [1, 0, 0, 0, 0]
    assert teachers["department"].tolist() == [0, 1, 0, 0, 1]
    assert world.schools["first_teacher"].tolist() == [0, 3]


def test_what_a_survey_before_the_start_found(tmp_path):
    staff = "teacher,school,uses,knowledge,belief\na,S2,Yes,0.25,0.75\nb,S1,no,0,1\nc,S2,no,0.5,0.125\n"
    world = world_of(tmp_path, schools="school,routine\nS1,0.5\nS2,0\n", staff=staff)
    teachers = world.teachers  # b, a, c: school by school
    assert teachers["uses"].tolist() == teachers["tried"].tolist() == [0, 1, 0]
    assert teachers["knowledge"].tolist() == [0.0, 0.25, 0.5]
    assert [parts.bit_count() for parts in teachers["parts"].tolist()] == [0, 6, 12]  # of 24
    assert teachers["belief"].tolist() == teachers["first_belief"].tolist() == [1.0, 0.75, 0.125]
    assert world.schools["routine"].tolist() == [0.5, 0.0]


def test_what_teachers_know_is_so_many_parts_of_those_first_that_their_school_finds(tmp_path):
    """A fifth of 24 parts is 4.8: five of them for four teachers of five, and four for the others."""
    rows = "".join(f"t{number},S{number % 2},0.2\n" for number in range(600))
    world = world_of(tmp_path, schools="school\nS0\nS1\n", staff=f"teacher,school,knowledge\n{rows}")
    teachers, own = world.teachers, world.schools["own_parts"].tolist()
    numbers = np.array([parts.bit_count() for parts in teachers["parts"].tolist()])
    assert (teachers["knowledge"] == numbers / 24).all() and set(numbers.tolist()) == {4, 5}
    assert abs(teachers["knowledge"].mean() - 0.2) < 4 * 0.4 / 24 / np.sqrt(600)
    for school in (0, 1):
        sets = set(teachers["parts"][teachers["school"] == school].tolist())
        assert len(sets) == 2 and min(sets, key=int.bit_count) & ~max(sets, key=int.bit_count) == 0
        fewest = min(sets, key=int.bit_count)
        assert own[school] & ~fewest == 0 or fewest & ~own[school] == 0


def test_a_given_share_gives_the_same_parts_in_both_engines_and_as_a_teacher_of_that_share_has(tmp_path):
    staff = "teacher,school,knowledge\n" + "".join(f"t{number},S1,0.37\n" for number in range(20))
    population = read_population(write_files(tmp_path, schools="school\nS1\n", staff=staff))
    scenario = Scenario("from files", population_data=population)
    given = scenario.world(5).teachers["parts"].tolist()
    drawn = Scenario("drawn", population_data=PopulationData(schools={"staff": np.array([20])})).with_values(
        {"learning.first_knowledge_low": 0.37, "learning.first_knowledge_high": 0.37}
    )
    assert given == scenario.world(5, engine="mesa").teachers["parts"].tolist()
    assert given == drawn.world(5).teachers["parts"].tolist()


def test_ties_that_are_given_need_not_be_drawn(tmp_path):
    staff = "teacher,school\n" + "".join(
        f"t{number},S1\n" for number in range(5000)
    )  # too many for ties by department to be drawn
    world = world_of(
        tmp_path, schools="school\nS1\n", staff=staff, ties="from,to,type\nt0,t4999,advice\nt3,t1,advice\n"
    )
    assert world.advice_to.tolist() == [4999, 1] and world.advice_first[[0, 1, 3, 4, 5000]].tolist() == [0, 1, 1, 2, 2]


def test_staff_that_agree_with_the_schools(tmp_path):
    schools = "school,teachers\nS1,3\nS2,\n"
    assert world_of(tmp_path, schools=schools, staff=STAFF).schools["after_last_teacher"].tolist() == [3, 5]


def test_staff_without_what_is_optional(tmp_path):
    drawn = world_of(tmp_path, schools="school,teachers\nS1,2\n").teachers
    listed = world_of(tmp_path, schools="school\nS1\n", staff="teacher,school\na,S1\nb,S1\n").teachers
    assert (drawn == listed).all()


def test_ties_are_those_of_the_file(tmp_path):
    world = world_of(tmp_path, schools=TWO_SCHOOLS, staff=STAFF, ties=TIES)
    assert ties_of(world.advice_first, world.advice_to) == [(0, 1), (0, 1), (0, 2), (2, 0)]
    assert ties_of(world.information_first, world.information_to) == [(1, 2)]


def test_ties_of_a_kind_that_the_file_does_not_have_are_drawn(tmp_path):
    population = read_population(
        write_files(tmp_path, schools=TWO_SCHOOLS, staff=STAFF, ties="from,to,type\nt2,t3,Information\n")
    )
    assert population.advice is None
    assert [each.tolist() for each in population.information] == [[0], [1]]
    assert population.information[0].dtype == np.int64


def test_networks_by_school(tmp_path):
    world = world_of(tmp_path, schools=SCHOOLS + "S4,1\n", networks=NETWORKS + "N0,S4,\nN0,S2,1\n")
    assert world.seats.tolist() == [5, 6, 7, 0, 1, 9, 3]
    assert world.networks["schools"].tolist() == [2, 2]
    assert world.networks["first_seat"].tolist() == [0, 5]
    assert world.teachers["network"].tolist() == [0, 0, -1, 1, -1, 0, 0, 0, -1, 1]
    assert world.teachers["seat"].tolist() == [1, 1, -1, 1, -1, 0, 0, 0, -1, 0]
    assert world.teachers["member"].sum() == 7


def test_networks_by_teacher(tmp_path):
    world = world_of(tmp_path, schools=TWO_SCHOOLS, staff=STAFF, networks=MEMBERS)
    assert world.seats.tolist() == [3, 4, 2], (
        "the posts of a school stand together, schools in the order of their first rows"
    )
    assert world.networks["schools"].tolist() == [2]
    assert world.teachers["seat"].tolist() == [-1, -1, 1, 0, 0]
    assert ties_of(world.cross_first, world.cross_to) == [(2, 3), (2, 4), (3, 2), (4, 2)]


def test_networks_by_teacher_and_by_school(tmp_path):
    text = "network,teacher,school,delegates\nN1,,S1,1\nN1,t4,,\nN1,t5,,\n"
    population = read_population(write_files(tmp_path, schools=TWO_SCHOOLS, staff=STAFF, networks=text))
    assert [[(school, posts.tolist()) for school, posts in network] for network in population.networks] == [
        [(0, [0, 2]), (1, [4])]
    ]
    assert population.networks[0][0][1].dtype == np.int64


# -- files as people have them -----------------------------------------------------------------------------------------


def read_with_notes(folder, names=None, disadvantage="rank", **files):
    """What is read from files, and the warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        population = read_population(write_files(folder, **files), names, disadvantage)
    assert all(issubclass(each.category, InputWarning) for each in caught)
    return population, [str(each.message) for each in caught]


def write_workbook(path, **sheets):
    """A workbook of sheets, each a list of rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_capitals_spaces_and_other_columns_make_no_difference(tmp_path):
    staff = "teacher,school,email\na,S1,a@b\nb,S2,\n"
    assert read_with_notes(tmp_path, schools="school\nS1\nS2\n", staff=staff)[1] == [
        "staff.csv: the column 'email' is left out"
    ]
    text = ",School,TEACHERS,Post code,fase,Dis-advantage\n0,S1,3,AB1,primary,0.5\n1,S2,2,,primary,0.25\n"
    population, notes = read_with_notes(tmp_path, schools=text)
    assert population.schools["staff"].tolist() == [3, 2]
    assert population.schools["disadvantage"].tolist() == [0.5, 0.25] and "secondary" not in population.schools
    assert notes == ["schools.csv: the columns 'Post code', 'fase' (did you mean phase?) are left out"]


def test_columns_have_names_of_ones_own(tmp_path):
    names = {"school": ("URN", "Establishment"), "teachers": ("FTE",)}
    files = {"schools": "urn,FTE,school\n7,3,x\n8,4,y\n", "networks": "network,establishment\nN,7\nN,8\n"}
    population, notes = read_with_notes(tmp_path, names, **files)
    assert population.schools["staff"].tolist() == [3, 4]
    assert [[school for school, _ in group] for group in population.networks] == [[0, 1]]
    assert notes == ["schools.csv: the column 'school' is left out"]
    with pytest.raises(InputError, match="no file has a column 'Staff'") as caught:
        read_population(write_files(tmp_path, **files), names | {"teachers": ("FTE", "Staff")})
    assert caught.value.place == "files.columns.teachers"


def test_decimal_commas_are_known_by_the_whole_column(tmp_path):
    text = "school;teachers;vision;east;north\nS1;10,875;0,5;1,250;0\nS2;12;0;1,5;2\nS3;9,5;,125;-3;1\n"
    population, _ = read_with_notes(tmp_path, schools=text)
    assert population.schools["vision"].tolist() == [0.5, 0, 0.125]
    assert population.schools["east"].tolist() == [1.25, 1.5, -3]
    assert population.schools["staff"].tolist() == [11, 12, 10]


def test_full_time_equivalents_are_rounded_and_told(tmp_path):
    population, notes = read_with_notes(tmp_path, schools="school,teachers\na,12.0\nb,10.9\nc,0.4\nd,2.5\n")
    assert population.schools["staff"].tolist() == [12, 11, 1, 3]
    assert notes == [
        "schools.csv: 3 of 4 rows have teachers that are no whole number, as full-time equivalents are; "
        "they are rounded (line 3: 10.9 is 11)"
    ]


def test_a_staff_file_counts_heads_where_schools_have_full_time_equivalents(tmp_path):
    population, _ = read_with_notes(tmp_path, schools="school,teachers\nS1,2.4\nS2,2.0\n", staff=STAFF)
    assert population.schools["staff"].tolist() == [3, 2]


def test_whole_numbers_with_a_point_are_whole_in_ids_too(tmp_path):
    population, _ = read_with_notes(
        tmp_path,
        schools="school\n101\n",
        staff="teacher,school,years,uses\n1,101.0,3.0,True\n2.0,101,0,0\n3,101,5,no\n",
        ties="from,to,type,weight\n1,2,advice,1.0\n2.0,3,advice,2.0\n",
    )
    assert population.teachers["years"].tolist() == [3, 0, 5] and population.teachers["uses"].tolist() == [1, 0, 0]
    assert [each.tolist() for each in population.advice] == [[0, 1, 1], [1, 2, 2]]


def test_a_workbook_is_read_as_the_same_text_is(tmp_path):
    book = write_workbook(
        tmp_path / "all.xlsx",
        Notes=[["anything"]],
        Schools=[["School", "Teachers", "Vision"], ["S1", 3.0, 0.5], [], ["S2", 2, 1]],
        staff=[
            ["teacher", "school", "uses"],
            ["a", "S1", True],
            ["b", "S1", 0],
            [],
            ["d", "S2", False],
            ["e", "S2", None],
        ],
    )
    with pytest.raises(InputError, match="uses") as caught:
        read_population({"schools": book, "staff": book})
    assert caught.value.place == f"{book}:6:uses"
    one = write_workbook(tmp_path / "one.xlsx", Tabelle1=[["school", "teachers"], [1, 3], [2, 2]])
    assert read_population({"schools": one}) == read_population(
        write_files(tmp_path, schools="school,teachers\n1,3\n2,2\n")
    )
    assert read_population({"schools": book}).schools["vision"].tolist() == [0.5, 1]


def test_what_is_no_workbook_is_told(tmp_path):
    good = write_workbook(tmp_path / "good.xlsx", schools=[["school", "teachers"], ["a", 2]]).read_bytes()
    for number, content in enumerate((b"school,teachers\na,3\n", good[: len(good) // 2], good[:200] + good[220:])):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(content)
        with pytest.raises(InputError, match="the workbook cannot be read") as caught:
            read_population({"schools": path})
        assert caught.value.place == str(path)
    with pytest.raises(InputError, match=r"a file that ends in \.xls cannot be read"):
        read_population({"schools": tmp_path / "old.XLS"})
    with pytest.raises(InputError, match="the sheet has no header"):
        read_population({"schools": write_workbook(tmp_path / "empty.xlsx", schools=[])})


SHARES_OF_PUPILS = "school,teachers,disadvantage\n" + "".join(
    f"S{n},5,{0.05 + 0.3 * (n / 40) ** 2:.3f}\n" for n in range(40)
)


def test_shares_that_do_not_spread_like_ranks_are_told_and_may_be_given_as_shares(tmp_path):
    population, (note,) = read_with_notes(tmp_path, schools=SHARES_OF_PUPILS)
    assert "does not spread like ranks" in note and 'disadvantage = "share"' in note
    assert population.schools["disadvantage"].max() < 0.35
    population, (note,) = read_with_notes(tmp_path, disadvantage="share", schools=SHARES_OF_PUPILS)
    assert "taken as shares of pupils (0.05 to 0.335)" in note
    assert np.allclose(population.schools["disadvantage"][[5, 20, 39]], [5.5 / 40, 20.5 / 40, 39.5 / 40])


def test_shares_in_per_cent_and_equal_shares(tmp_path):
    population, (note,) = read_with_notes(
        tmp_path, disadvantage="share", schools="school,teachers,disadvantage\na,5,40\nb,5,10\nc,5,40\nd,5,75.5\n"
    )
    assert "in per cent" in note
    assert population.schools["disadvantage"].tolist() == [0.5, 0.125, 0.5, 0.875]


def test_ranks_are_silent(tmp_path):
    ranks = "school,teachers,disadvantage\n" + "".join(f"S{n},5,{(n * 7 % 40 + 0.5) / 40}\n" for n in range(40))
    assert read_with_notes(tmp_path, schools=ranks)[1] == []


# -- ties across schools -----------------------------------------------------------------------------------------------


def test_observed_advice_across_schools_is_in_the_world_beside_what_is_drawn_within(tmp_path):
    """Only ties across were asked for: those within are drawn as they are without any."""
    staff = "teacher,school\n" + "".join(f"t{n},S{n // 8}\n" for n in range(16))
    files = {"schools": "school\nS0\nS1\n", "staff": staff}
    drawn = world_of(tmp_path, **files)
    world = world_of(tmp_path, **files, ties="from,to,type\nt1,t9,advice\nt15,t0,advice\n")
    advice = ties_of(world.advice_first, world.advice_to)
    assert sorted([*ties_of(drawn.advice_first, drawn.advice_to), (1, 9), (15, 0)]) == advice
    assert (world.information_to == drawn.information_to).all() and (world.cross_to == drawn.cross_to).all()


def test_observed_advice_within_and_across_schools_takes_the_place_of_what_is_drawn(tmp_path):
    world = world_of(tmp_path, schools=TWO_SCHOOLS, staff=STAFF, ties=TIES + "t2,t1,advice,\nt4,t3,information,\n")
    assert ties_of(world.advice_first, world.advice_to) == [(0, 1), (0, 1), (0, 2), (0, 3), (2, 0)]
    assert ties_of(world.information_first, world.information_to) == [(1, 2), (4, 1)]


def test_observed_exchange_takes_the_place_of_what_networks_draw(tmp_path):
    ties = "from,to,type\nt5,t4,exchange\nt1,t5,exchange\nt2,t4,exchange\n"
    files = {"schools": TWO_SCHOOLS, "staff": STAFF, "networks": MEMBERS, "ties": ties}
    population, (note,) = read_with_notes(tmp_path, **files)
    assert "1 ties of the type exchange lead from or to a teacher without a seat" in note
    world = starting_world(population)
    assert ties_of(world.cross_first, world.cross_to) == [(2, 4), (3, 2)]
    assert len(world.advice_to) > 0, "advice is drawn"


def test_a_teacher_learns_of_it_from_a_colleague_of_another_school(tmp_path):
    """Nobody at hers uses it, and no network reaches it: without the tie she never meets anybody who does."""
    staff = "teacher,school,uses,knowledge,belief\na,S1,no,0,1\nb,S1,no,0,1\n" + "".join(
        f"c{n},S2,yes,1,1\n" for n in range(4)
    )
    files = {"schools": "school\nS1\nS2\n", "staff": staff}
    alone = {"programme.participation": 0.0, "advice.ask": 1.0}

    def knowledge_of_a(ties):
        population = read_population(write_files(tmp_path, **files, ties=ties))
        scenario = Scenario("two schools", population_data=population, years=0.5).with_values(alone)
        assert_engines_agree(scenario)
        return finish_run(scenario).state().teachers["knowledge"][0]

    assert knowledge_of_a("from,to,type\nb,a,advice\n") == 0.0
    assert knowledge_of_a("from,to,type\nb,a,advice\na,c1,advice\n") > 0.0


# -- mistakes in the files ---------------------------------------------------------------------------------------------

BASE = {"schools": TWO_SCHOOLS, "staff": STAFF}

BAD = [
    # files
    ({"schools": ""}, "schools.csv:1", "the file is empty"),
    ({"schools": "\ufeff"}, "schools.csv:1:school", "there is no column school"),
    ({"schools": "school,teachers\n"}, "schools.csv:2", "a header and no rows"),
    ({"schools": b"school,teachers\nS1,3\nSt. Andr\xe9,2\n"}, "schools.csv:3", "no UTF-8 text"),
    ({"schools": "school,teachers\n".encode("utf-16")}, "schools.csv:1", "no UTF-8 text"),
    ({"schools": "school,teachers\n" + "x" * 1_500_000}, "schools.csv:2", "too long"),
    ({"schools": "school,teachers\nS1," + "9" * 140_000}, "schools.csv:2", "too long"),
    ({"staff": STAFF}, "staff.csv", "a file of staff needs a file of schools"),
    ({"schools": SCHOOLS, "ties": TIES}, "ties.csv", "a file of ties needs a file of staff"),
    # header
    ({"schools": "school,name\nS1,x\n"}, "schools.csv:1:teachers", "no column teachers, and no staff file"),
    ({"schools": "name,teachers\nS1,3\n"}, "schools.csv:1:school", "there is no column school"),
    ({"schools": "schol,teachers\nS1,3\n"}, "schools.csv:1:school", "did you mean the column 'schol'?"),
    ({"schools": "school,teachers,teachers\nS1,3,3\n"}, "schools.csv:1:teachers", "the column teachers stands twice"),
    ({"schools": "school|teachers\nS1|3\n"}, "schools.csv:1:school", "commas or semicolons"),
    ({"schools": '"school,teachers\nS1,3\n'}, "schools.csv:1", "in the header, the quotation marks do not match"),
    ({"schools": "school,teachers,east\nS1,3,5\n"}, "schools.csv:1:east", "a column east and no column north"),
    # rows
    ({"schools": "school,teachers\nS1,3\nS2\n"}, "schools.csv:3", "the row has 1 fields, and the header has 2"),
    ({"schools": "school,teachers\nS1,3,4\n"}, "schools.csv:2", "the row has 3 fields, and the header has 2"),
    ({"schools": 'school,teachers\nS1,3\n"S2,4\nS3,5\n'}, "schools.csv:3", "the quotation marks do not match"),
    ({"schools": 'school,teachers\n"S1"x,3\n'}, "schools.csv:2", "the quotation marks do not match"),
    ({"schools": 'school,teachers\n"S\n1",3\n'}, "schools.csv:2:school", "a line break"),
    ({"schools": "school,teachers\nS1\x00,3\n"}, "schools.csv:2:school", "control character"),
    # cells of the schools
    ({"schools": "school,teachers\n,3\n"}, "schools.csv:2:school", "the cell school is empty"),
    ({"schools": "school,teachers\nS1,\n"}, "schools.csv:2:teachers", "the cell teachers is empty"),
    ({"schools": "school,teachers,vision\nS1,3,\n"}, "schools.csv:2:vision", "or no column vision"),
    ({"schools": "school,teachers\nS1,few\n"}, "schools.csv:2:teachers", "teachers is 'few', which is not a number"),
    ({"schools": "school,teachers\nS1,1_0\n"}, "schools.csv:2:teachers", "not a number"),
    ({"schools": "school,teachers\nS1,1e7.5\n"}, "schools.csv:2:teachers", "not a number"),
    ({"schools": "school,teachers\nS1,-2.5\n"}, "schools.csv:2:teachers", "out of bounds"),
    ({"schools": 'school,teachers\nS1,"1,200"\nS2,"10,875"\n'}, "schools.csv:2:teachers", "read in two ways"),
    ({"schools": "school;teachers\nS1;3,5\nS2;4.5\n"}, "schools.csv:2:teachers", "not a number"),
    ({"schools": "school,teachers\nS1,0\n"}, "schools.csv:2:teachers", "out of bounds"),
    ({"schools": "school,teachers\nS1," + "9" * 5000 + "\n"}, "schools.csv:2:teachers", "from 1 to 1,000,000"),
    ({"schools": "school,teachers,support\nS1,3,NaN\n"}, "schools.csv:2:support", "not a number"),
    ({"schools": "school,teachers,support\nS1,3,inf\n"}, "schools.csv:2:support", "not a number"),
    ({"schools": "school;teachers;support\nS1;3;0,5\nS2;3;0.5\n"}, "schools.csv:2:support", "with a decimal point"),
    ({"schools": "school,teachers,disadvantage\nS1,3,1.01\n"}, "schools.csv:2:disadvantage", "from 0 to 1"),
    ({"schools": "school,teachers,east,north\nS1,3,430000,1\n"}, "schools.csv:2:east", "out of bounds"),
    ({"schools": "school,teachers,phase\nS1,3,nursery\n"}, "schools.csv:2:phase", "one of primary, secondary"),
    (
        {"schools": "school,teachers\nS1,3\nS2,3\n\nS1,4\n"},
        "schools.csv:5:school",
        "'S1' stands twice, first on line 2",
    ),
    # staff
    (BASE | {"staff": STAFF + "t1,S2,arts,1,no\n"}, "staff.csv:7:teacher", "'t1' stands twice, first on line 2"),
    (BASE | {"staff": STAFF + "t6,S22,arts,1,no\n"}, "staff.csv:7:school", "did you mean S2?"),
    (BASE | {"staff": STAFF + "t6,S2,,1,no\n"}, "staff.csv:7:department", "the cell department is empty"),
    (BASE | {"staff": STAFF + "t6,S2,arts,-1,no\n"}, "staff.csv:7:years", "from 0 to 100"),
    (BASE | {"staff": STAFF + "t6,S2,arts,1.5,no\n"}, "staff.csv:7:years", "not a whole number"),
    (BASE | {"staff": STAFF + "t6,S2,arts,1,maybe\n"}, "staff.csv:7:formal", "one of no, yes"),
    (BASE | {"staff": "teacher,school,uses\nt1,S1,sometimes\nt2,S2,no\n"}, "staff.csv:2:uses", "one of no, yes"),
    (BASE | {"staff": "teacher,school,knowledge\nt1,S1,0.2\nt2,S2,40\n"}, "staff.csv:3:knowledge", "from 0 to 1"),
    (BASE | {"staff": "teacher,school,belief\nt1,S1,\nt2,S2,0.5\n"}, "staff.csv:2:belief", "the cell belief is empty"),
    (BASE | {"schools": "school\nS1\nS2\nS3\n"}, "schools.csv:4:school", "no teacher of the school 'S3'"),
    (
        BASE | {"schools": "school,teachers\nS1,3\nS2,4\n"},
        "schools.csv:3:teachers",
        "has 4 teachers, and the staff file lists 2",
    ),
    # ties
    (BASE | {"ties": "from,to\nt2,t3\n"}, "ties.csv:1:type", "there is no column type"),
    (BASE | {"ties": "from,to,type\nt2,,advice\n"}, "ties.csv:2:to", "the cell to is empty"),
    (BASE | {"ties": "from,to,type\nt2,t33,advice\n"}, "ties.csv:2:to", "unknown teacher 't33'"),
    (BASE | {"ties": "from,to,type\nt2,t2,advice\n"}, "ties.csv:2:to", "to the same teacher"),
    (BASE | {"ties": "from,to,type\nt2,t3,friendship\n"}, "ties.csv:2:type", "one of information, advice, co-teaching"),
    (BASE | {"ties": "from,to,type\nt2,t1,exchange\n"}, "ties.csv:2:type", "there is no file of networks"),
    (
        BASE | {"ties": "from,to,type\nt2,t3,exchange\n", "networks": MEMBERS},
        "ties.csv:2:type",
        "exchange within a school",
    ),
    (BASE | {"ties": "from,to,type,weight\nt2,t3,advice,6\n"}, "ties.csv:2:weight", "from 1 to 5"),
    # networks
    (
        {"schools": SCHOOLS, "networks": "network\nN1\n"},
        "networks.csv:1:school",
        "no column school and no column teacher",
    ),
    ({"schools": SCHOOLS, "networks": MEMBERS}, "networks.csv:1:teacher", "needs a staff file"),
    ({"schools": SCHOOLS, "networks": "network,school\nN1,S4\n"}, "networks.csv:2:school", "unknown school 'S4'"),
    ({"schools": SCHOOLS, "networks": "network,school\n,S1\n"}, "networks.csv:2:network", "the cell network is empty"),
    ({"schools": SCHOOLS, "networks": "network,school\nN1,\n"}, "networks.csv:2:school", "the row names nobody"),
    (
        {"schools": SCHOOLS, "networks": "network,school,delegates\nN1,S1,4\n"},
        "networks.csv:2:delegates",
        "4 delegates of a school with 3 teachers",
    ),
    (
        {"schools": SCHOOLS, "networks": "network,school,delegates\nN1,S1,0\n"},
        "networks.csv:2:delegates",
        "out of bounds",
    ),
    (
        {"schools": SCHOOLS, "networks": "network,school,delegates\nN1,S1,1\n"},
        "networks.csv:2:network",
        "'N1' has one member",
    ),
    (
        {
            "schools": "school,teachers\n" + "".join(f"S{number},100\n" for number in range(51)),
            "networks": "network,school,delegates\n" + "".join(f"N1,S{number},100\n" for number in range(51)),
        },
        "networks.csv:2:network",
        "5,100 members",
    ),
    (
        BASE | {"networks": MEMBERS + "N2,t5\n"},
        "networks.csv:5:teacher",
        "holds a seat already, in the network 'N1' on line 3",
    ),
    (
        BASE | {"networks": "network,teacher,school\nN1,t2,S1\n"},
        "networks.csv:2:teacher",
        "names a teacher and a school",
    ),
    (
        BASE | {"networks": "network,teacher,delegates\nN1,t2,2\n"},
        "networks.csv:2:delegates",
        "delegates belong to a school",
    ),
    (BASE | {"networks": "network,teacher\nN1,t9\n"}, "networks.csv:2:teacher", "unknown teacher 't9'"),
]


@pytest.mark.parametrize(("files", "place", "phrase"), BAD, ids=[f"{place} {phrase[:30]}" for _, place, phrase in BAD])
def test_a_mistake_is_named_with_its_place(tmp_path, files, place, phrase):
    message = message_of(tmp_path, **files)
    assert phrase in message
    assert any(line.removeprefix(f"  --> {tmp_path}{os.sep}") == place for line in message.splitlines()), message


def test_message_shows_the_row_and_marks_the_cell(tmp_path):
    message = message_of(tmp_path, schools="school,teachers,support\nS1,3,0.5\nS2,3,high\n")
    assert message == "\n".join(
        [
            "support is 'high', which is not a number",
            f"  --> {tmp_path}{os.sep}schools.csv:3:support",
            "   | S2,3,high",
            "   |      ^",
            "   = help: a number with a decimal point, from 0 to 1",
        ]
    )


def test_no_cell_is_marked_where_the_row_is_wrong(tmp_path):
    message = message_of(tmp_path, schools="school,teachers,email\nS1,3\n")
    assert "   | S1,3\n   = help: as many as the header" in message


def test_problems_of_one_file_come_in_one_message(tmp_path):
    rows = "".join(f"S{number // 2},{number}\n" for number in range(60))
    message = message_of(tmp_path, schools=f"school,teachers\n{rows}")
    assert message.count("  --> ") == 20
    assert message.endswith(f"\n\n31 problems in {tmp_path}{os.sep}schools.csv. Nothing was run.")


def test_what_is_wrong_on_many_lines_in_one_way_is_told_once_with_the_lines(tmp_path):
    rows = ["S1,x", "S2,3", "S3,nan", *(f"T{number},few" for number in range(20)), "U,0"]
    message = message_of(tmp_path, schools="\n".join(["school,teachers", *rows]))
    assert message.count("  --> ") == 2
    assert "teachers is 'x', which is not a number; the same is wrong on 21 more lines: 4 to 24\n" in message
    assert "schools.csv:2:teachers" in message and "schools.csv:25:teachers" in message
    assert message.endswith(f"23 problems in {tmp_path}{os.sep}schools.csv. Nothing was run.")


def test_titles_above_the_headings_and_blank_shares_are_passed_over(tmp_path):
    rows = [
        ("Census, autumn (provisional), of schools",),
        (),
        ("School No.", "Staff (FTE)", "% Poor"),
        ("A", 3, 10),
        ("B", 4, None),
        ("C", 5, 30),
    ]
    names = {"school": ("School No",), "teachers": ("staff fte",), "disadvantage": ("% Poor",)}
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    lines = [
        '"Census, autumn (provisional), of schools";;',
        ";;",
        *(";".join(str(x or "") for x in r) for r in rows[2:]),
    ]
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    for file in ("a.xlsx", "a.csv"):
        with pytest.warns(InputWarning) as told:
            data = read_population({"schools": tmp_path / file}, names, "share")
        assert data.schools["staff"].tolist() == [3, 4, 5]
        assert data.schools["disadvantage"].tolist() == [0.25, 0.5, 0.75]
        said = [str(one.message) for one in told]
        assert f"{file}: the headings are in row 3" in said
        assert f"{file}: 1 schools without disadvantage get rank .5" in said
    (tmp_path / "b.csv").write_text("A title\n\nschool,teachers\nA,3\nB,x\n", encoding="utf-8")
    with pytest.warns(InputWarning), pytest.raises(InputError, match="teachers is 'x'") as wrong:
        read_population({"schools": tmp_path / "b.csv"})
    assert wrong.value.place == f"{tmp_path / 'b.csv'}:5:teachers"


def test_blank_disadvantage_everywhere_is_drawn_and_excel_hears_nothing_of_quotation_marks(tmp_path):
    (tmp_path / "a.csv").write_text("school,teachers,disadvantage\nA,3,\n", encoding="utf-8")
    with pytest.warns(InputWarning, match="1 schools without disadvantage have it drawn"):
        assert "disadvantage" not in read_population({"schools": tmp_path / "a.csv"}).schools
    book = openpyxl.Workbook()
    book.active.append(("school", "teachers"))
    book.active.append(("A", 3, 4))
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(InputError, match="the row has 3 fields") as wrong:
        read_population({"schools": tmp_path / "a.xlsx"})
    assert wrong.value.right == "as many as the header"


def test_a_fault_of_the_header_does_not_hide_those_of_values(tmp_path):
    message = message_of(tmp_path, schools="scol,teachers,vision\nS1,3,2\nS2,3,0.5\n")
    assert "there is no column school" in message and "vision is '2', which is out of bounds" in message
    assert message.endswith(f"2 problems in {tmp_path}{os.sep}schools.csv. Nothing was run.")


def test_many_unknown_names_are_told_quickly(tmp_path):
    schools = "school,teachers\n" + "".join(f"S{number:05d},2\n" for number in range(25_000))
    networks = "network,school\n" + "".join(f"N{number},S{number:05d}x\n" for number in range(25_000))
    message = message_of(tmp_path, schools=schools, networks=networks)
    assert "did you mean S00000?" in message
    assert "25,000 problems" in message


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match=r"there is no file .*none\.csv"):
        read_population({"schools": tmp_path / "none.csv"})


def test_a_folder_in_place_of_a_file(tmp_path):
    with pytest.raises(InputError, match="is a folder"):
        read_population({"schools": tmp_path})


@pytest.mark.parametrize("name", ["a\0b.csv", "x" * 5000])
def test_a_name_that_no_file_can_have(tmp_path, name):
    with pytest.raises(InputError, match="cannot be read"):
        read_population({"schools": tmp_path / name})


def test_a_file_that_is_too_large(tmp_path):
    path = write_files(tmp_path, schools=SCHOOLS)["schools"]
    os.truncate(path, LARGEST_FILE + 1)  # a sparse file: takes no room
    with pytest.raises(InputError, match="bytes long"):
        read_population({"schools": path})


def test_a_scenario_tells_of_a_mistake_in_its_files(tmp_path):
    write_files(tmp_path, schools="school,teachers\nS1,many\n")
    (tmp_path / "own.toml").write_text('[files]\nschools = "schools.csv"\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"schools\.csv:2:teachers"):
        Scenario.of(tmp_path / "own.toml")


# -- any text at all ---------------------------------------------------------------------------------------------------

CELLS = st.sampled_from(
    [
        "S1",
        "S2",
        "t1",
        "t2",
        "1",
        "2",
        "0.5",
        "",
        "-1",
        "nan",
        "1e999",
        "yes",
        "advice",
        '"',
        'a"b',
        '"a',
        "\x00",
        "é",
        "1_0",
        "N1",
    ]
)
CELL = CELLS | st.text(max_size=5)
HEADERS = {
    "schools": [
        "school,teachers",
        "school",
        "school;teachers;support",
        "school,teachers,phase,east,north",
        "teachers,vision",
    ],
    "staff": [
        "teacher,school",
        "teacher,school,department,years,formal",
        "teacher,school,uses,knowledge,belief",
        "teacher;school;years",
    ],
    "ties": ["from,to,type", "from,to,type,weight", "to;type;from"],
    "networks": ["network,school", "network,teacher", "network,school,delegates", "network;teacher;school;delegates"],
}


@st.composite
def a_file(draw, kind):
    """A text of any kind, or a header with rows of likely and unlikely cells."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.text(max_size=60).map(lambda text: text.encode("utf-8")) | st.binary(max_size=60))
    header = draw(st.sampled_from(HEADERS[kind]))
    delimiter = ";" if ";" in header else ","
    width = header.count(delimiter) + 1
    rows = draw(st.lists(st.lists(CELL, min_size=width, max_size=width) | st.lists(CELL, max_size=5), max_size=6))
    return "\n".join([header, *(delimiter.join(row) for row in rows)]).encode("utf-8")


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    files=st.fixed_dictionaries(
        {"schools": st.sampled_from([TWO_SCHOOLS.encode(), SCHOOLS.encode()]) | a_file("schools")},
        optional={
            "staff": st.just(STAFF.encode()) | a_file("staff"),
            "ties": a_file("ties"),
            "networks": a_file("networks"),
        },
    )
)
@example(files={"schools": b"\xef\xbb"})
@example(files={"schools": b"school,teachers\r\rS1,2\r\n\n"})
@example(files={"schools": b"school,teachers\nS1,2\n\xff"})
@pytest.mark.filterwarnings("ignore::plnsim.common.errors.InputWarning")
def test_no_text_raises_anything_but_bad_input(tmp_path, files):
    paths = write_files(tmp_path, **files)
    try:
        population = read_population(paths)
    except InputError as problem:
        assert str(problem)
        return
    world = starting_world(population)
    assert len(world.schools) == len(population.schools["staff"])
    assert len(world.teachers) == population.schools["staff"].sum()


# -- the shipped example -----------------------------------------------------------------------------------------------


def test_district_has_what_its_files_say():
    with open(SCENARIOS / "district" / "schools.csv", encoding="utf-8", newline="") as file:
        schools = list(csv.DictReader(file))
    with open(SCENARIOS / "district" / "networks.csv", encoding="utf-8", newline="") as file:
        delegations = list(csv.DictReader(file))
    world = Scenario.of(SCENARIOS / "district.toml").world()
    assert len(schools) == len(world.schools) == 40
    for school, row in zip(world.schools, schools, strict=True):
        assert school["after_last_teacher"] - school["first_teacher"] == int(row["teachers"])
        assert school["secondary"] == (row["phase"] == "secondary")
        assert (school["disadvantage"], school["east"], school["north"]) == tuple(
            float(row[key]) for key in ("disadvantage", "east", "north")
        )
        assert "invented" in row["name"]
    names = [row["school"] for row in schools]
    assert len(world.networks) == len({row["network"] for row in delegations}) == 8
    assert set(world.networks["schools"]) == {4, 5}
    seats = [
        (f"N{network + 1}", names[world.teachers["school"][post]])
        for network, network_row in enumerate(world.networks)
        for post in world.seats[network_row["first_seat"] : network_row["after_last_seat"]]
    ]
    assert seats == [(row["network"], row["school"]) for row in delegations for _ in range(int(row["delegates"]))]
    assert len(set(names) - {row["school"] for row in delegations}) == 6
