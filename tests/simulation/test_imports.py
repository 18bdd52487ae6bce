"""Registers and networks become populations: what is kept, what is dropped and why, and every decision told.

All schools, teachers and numbers are invented; the forms are those that the registers publish.
"""

import csv

import networkx
import numpy as np
import pytest

from plnsim.common.errors import InputError
from plnsim.simulation.imports.networks import NetworkOptions, import_network
from plnsim.simulation.imports.records import ImportOptions
from plnsim.simulation.imports.registers import CCD, DUO, GIAS, SCHOOLS
from plnsim.simulation.imports.save import save_network, save_schools
from plnsim.simulation.imports.schools import import_schools
from plnsim.simulation.scenario import Scenario

EDUBASE_COLUMNS = (
    "URN",
    "LA (name)",
    "EstablishmentName",
    "EstablishmentStatus (name)",
    "PhaseOfEducation (name)",
    "NumberOfPupils",
    "PercentageFSM",
    "Easting",
    "Northing",
)
EDUBASE = f"""{",".join(EDUBASE_COLUMNS)}
"900001","Invented","Ashgrove Caf\u00e9 School","Open","Primary","210","12.5","400000","300000"
"900002","Invented","Beckside High","Open","Secondary","900","30.1","412000","305000"
"900003","Elsewhere","Cedarwood","Open, but proposed to close","Middle deemed primary","180","45.0","430000","290000"
"900004","Invented","Dovecote Nursery","Open","Nursery","60","","401000","301000"
"900005","Invented","Eastfold","Closed","Primary","","","402000","302000"
"900006","Invented","Fairwater","Open","All-through","1100","22","403000","303000"
"900007","Invented","Gorse Hill","Open","Primary","","8","",""
"""
WORKFORCE = """URN,School,Total Number of Teachers (Full-Time Equivalent),Total Number of Teachers (Headcount)
900001,x,11.4,14
900002,y,SUPP,x
999999,z,3,3
"""


def write(folder, name, text, encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def reasons(imported):
    return {school.id: school.why for school in imported.dropped}


# -- registers ---------------------------------------------------------------------------------------------------------


def test_schools_of_england(tmp_path):
    files = [write(tmp_path, "swf.csv", WORKFORCE), write(tmp_path, "edubase.csv", EDUBASE, "cp1252")]
    imported = import_schools(GIAS, files, ImportOptions(pupils_a_teacher=18.0, km_an_hour=60.0))
    assert imported.columns == {
        "school": ["900001", "900002", "900003"],
        "name": ["Ashgrove Café School", "Beckside High", "Cedarwood"],
        "phase": ["primary", "secondary", "primary"],
        "teachers": ["14", "50", "10"],  # by heads; the others by 18 pupils a teacher
        "disadvantage": ["0.3750", "0.6250", "0.8750"],  # among the four that are open and of a phase
        "east": ["0.0", "12.0", "30.0"],  # kilometres, at one a minute
        "north": ["10.0", "15.0", "0.0"],
    }
    assert reasons(imported) == {
        "900004": "neither primary nor secondary: Nursery",
        "900005": "not open: Closed",
        "900006": "neither primary nor secondary: All-through",
        "900007": "no number of teachers",
    }
    assert "swf.csv says more of 2 of 4 schools; 1 others stand in it" in imported.notes


def test_what_a_register_does_not_say_is_asked_for(tmp_path):
    file = write(tmp_path, "edubase.csv", EDUBASE)
    with pytest.raises(InputError, match="of no school is the number of teachers known"):
        import_schools(GIAS, [file], ImportOptions())
    with pytest.raises(InputError, match="cannot be nan"):
        ImportOptions(km_an_hour=float("nan"))


def test_schools_are_chosen_and_phases_added(tmp_path):
    file = write(tmp_path, "edubase.csv", EDUBASE)
    options = ImportOptions(
        where=[("LA (name)", "elsewhere")], phases={"all-through": "secondary"}, pupils_a_teacher=20.0
    )
    imported = import_schools(GIAS, [file], options)
    assert imported.columns["school"] == ["900003"] and imported.unchosen == 4
    assert imported.columns["disadvantage"] == ["0.9000"], "ranks are of all five schools"
    assert "900006" not in reasons(imported)


def test_public_schools_of_the_united_states(tmp_path):
    text = (
        "X,Y,NCESSCH,SCH_NAME,SCHOOL_LEVEL,SY_STATUS_TEXT,TOTFRL,TOTAL,FTE,LATCOD,LONCOD\n"
        "0,0,10000500001,Ames,Elementary,Currently operational,50,100,6.5,40.0,-100.0\n"
        "0,0,10000500002,Bell,High,Currently operational,300,400,-1,40.0,-99.0\n"
        "0,0,10000500003,Cole,Middle,New school,10,200,12,41.0,-100.0\n"
        "0,0,10000500004,Dale,Prekindergarten,Currently operational,1,20,2,41.0,-100.0\n"
        "0,0,10000500005,Elm,Elementary,Closed,-1,-1,-1,41.0,-100.0\n"
    )
    imported = import_schools(CCD, [write(tmp_path, "psc.csv", text)], ImportOptions(km_an_hour=111.2))
    assert imported.columns["school"] == ["10000500001", "10000500003"]
    assert imported.columns["teachers"] == ["7", "12"] and imported.columns["phase"] == ["primary", "secondary"]
    assert imported.columns["disadvantage"] == ["0.5000", "0.1667"]  # shares of .5, .75 and .05
    assert imported.columns["north"] == ["0.0", "60.0"], "a degree of latitude is an hour at 111.2 km an hour"
    assert list(imported.reasons.values()) == [1, 1, 1]


def test_schools_of_the_netherlands(tmp_path):
    head = "PROVINCIE;INSTELLINGSCODE;VESTIGINGSCODE;VESTIGINGSNAAM;INTERNETADRES"
    files = [
        write(tmp_path, "bo.csv", f"{head}\nX;99AA;99AA00;De Vlinder\u00eb;a\nX;99BB;99BB00;De Mus;b\n", "cp1252"),
        write(tmp_path, "vo.csv", f"{head};ONDERWIJSSTRUCTUUR\nX;99CC;99CC01;Het Lyceum;c;HAVO/VWO\n"),
        write(
            tmp_path,
            "brin6.csv",
            "INSTELLINGSCODE,VESTIGINGSCODE,TYPE_PO,PEILJAAR,ADVIES,AANTAL_LEERLINGEN\n"
            "99AA,00,BO,2022,x,500\n99AA,00,BO,2023,x,100\n99AA,00,BO,2023,y,60\n99BB,00,BO,2023,x,-1\n",
        ),
        write(
            tmp_path,
            "vo-leerlingen.csv",
            "INSTELLINGSCODE;VESTIGINGSCODE;LEER- OF VERBLIJFSJAAR 1 - MAN;LEER- OF VERBLIJFSJAAR 1 - VROUW\n"
            "99CC;01;300;298\n99CC;01;<5;0\n",
        ),
    ]
    imported = import_schools(DUO, files, ImportOptions(pupils_a_teacher=16.0))
    assert imported.columns["name"] == ["De Vlinderë", "Het Lyceum"]
    assert imported.columns["phase"] == ["primary", "secondary"]
    assert imported.columns["teachers"] == ["10", "38"]  # of the last year; 600 pupils, <5 for 2
    assert "east" not in imported.columns and "place: no coordinates; schools are placed by chance" in imported.notes
    assert reasons(imported) == {"99BB00": "no number of teachers"}


def test_schools_of_any_other_list(tmp_path):
    text = "Schulnummer;Schulform;Lehrkräfte;Kennung\n1;Grundschule;10,5;x\n2;Gesamtschule;60;y\n3;Förderschule;9;z\n"
    imported = import_schools(SCHOOLS, [write(tmp_path, "list.csv", text)], ImportOptions(columns={"name": "Kennung"}))
    assert imported.columns["name"] == ["x", "y"] and imported.columns["teachers"] == ["11", "60"]
    assert imported.columns["phase"] == ["primary", "secondary"]
    assert reasons(imported) == {"3": "neither primary nor secondary: Förderschule"}


def test_headings_of_a_ministry_are_known_below_its_title(tmp_path):
    text = (
        "Census, autumn\n\nSchool No.,Level,Pupils On Roll,Teachers (FTE),% Free Meals\n"
        "A,primary,100,5,10\nB,primary,300,15.0,\nC,primary,,4,30\n"
    )
    imported = import_schools(SCHOOLS, [write(tmp_path, "s.csv", text)], ImportOptions())
    assert imported.columns["teachers"] == ["5", "15", "4"]
    assert imported.columns["disadvantage"] == ["0.2500", "0.5000", "0.7500"]
    assert imported.notes[0] == "s.csv: the headings are in row 3"
    assert "pupils: 20.00 a teacher, in the 2 schools that say both" in imported.notes
    out = save_schools(imported, tmp_path / "region")
    assert Scenario.of(out / "population.toml").values["measure.pupils_a_teacher"] == 20.0


@pytest.mark.parametrize(
    ("columns", "wrong", "right"),
    [
        ({"school": "Nmbr"}, "no column 'teachers', .*; there is no column 'pupils'", "--column teachers=NAME"),
        ({"school": "Nmbrr"}, "there is no column 'Nmbrr'", "--column school=NAME: did you mean Nmbr?"),
        ({"pupils": "roll"}, "there is no column 'roll'", "--column pupils=NAME: did you mean Rolls?"),
        ({"phase": "Kind"}, "there is no column 'school'", "--column school=NAME"),
    ],
)
def test_what_lacks_is_said_with_the_headings(tmp_path, columns, wrong, right):
    file = write(tmp_path, "s.csv", "Nmbr,Kind,Rolls\n1,primary,5\n")
    with pytest.raises(InputError, match=wrong) as told:
        import_schools(SCHOOLS, [file], ImportOptions(columns=columns))
    assert told.value.excerpt == "Nmbr,Kind,Rolls" and right in told.value.right
    assert told.value.place == f"{file}:1"


@pytest.mark.parametrize("column", ["pupils", "teachers"])
def test_a_column_without_numbers_is_refused_by_name(tmp_path, column):
    file = write(tmp_path, "s.csv", "School No.,Teachers,District\nA,9,North\nB,12,South\n")
    with pytest.raises(InputError, match="the column 'District' has no number in any row") as told:
        import_schools(SCHOOLS, [file], ImportOptions(columns={column: "District"}))
    assert told.value.place == f"--column {column}=District"


@pytest.mark.parametrize(("phase", "secondary"), [("", 1), ("primary", 0), ("secondary", 4)])
def test_a_list_without_phases_is_read_as_a_scenario_reads_it(tmp_path, phase, secondary):
    file = write(tmp_path, "s.csv", "School No.,Teachers\nA,9\nB,12\nC,40\nD,15\n")
    imported = import_schools(SCHOOLS, [file], ImportOptions(phase=phase))
    assert ("phase" in imported.columns) == bool(phase)
    out = save_schools(imported, tmp_path / "region", "Our region")
    scenario = Scenario.of(out / "population.toml")
    assert (scenario.title, scenario.values["programme.delegates"]) == ("Our region", 2)
    assert "delegates = 2 " in (out / "population.toml").read_text()
    schools = scenario.world().schools
    assert schools["secondary"].sum() == secondary and (phase or schools["secondary"][2])


def test_what_was_imported_is_read(tmp_path):
    file = write(tmp_path, "edubase.csv", EDUBASE)
    out = save_schools(import_schools(GIAS, [file], ImportOptions(pupils_a_teacher=20.0)), tmp_path / "england")
    world = Scenario.of(out / "population.toml").world()
    assert (world.schools["after_last_teacher"] - world.schools["first_teacher"]).tolist() == [11, 45, 9]
    assert world.schools["secondary"].tolist() == [0, 1, 0]
    with open(out / "dropped.csv", encoding="utf-8", newline="") as told:
        assert [row["line"] for row in csv.DictReader(told)] == ["5", "6", "7", ""]


# -- networks ----------------------------------------------------------------------------------------------------------

TIES = {("ann", "ben"): 1, ("ben", "cy"): 3, ("cy", "dee"): 2}
SCHOOL = {"ann": "S1", "ben": "S1", "cy": "S2", "dee": "S2", "eve": "S2"}


def graph_of(kind=networkx.DiGraph):
    graph = kind()
    for name, school in SCHOOL.items():
        graph.add_node(name, school=school, years=3.0)
    for (source, to), weight in TIES.items():
        graph.add_edge(source, to, weight=weight)
    return graph


def written(folder, form):
    """The network in a file, and what says of which school each teacher is."""
    staff = write(folder, "staff.csv", "teacher,school\n" + "".join(f"{name},{at}\n" for name, at in SCHOOL.items()))
    path = folder / f"ties.{form}"
    if form in ("graphml", "gexf"):
        getattr(networkx, f"write_{form}")(graph_of(), path)
        return path, None
    if form == "net":
        networkx.write_pajek(networkx.DiGraph((a, b, {"weight": w}) for (a, b), w in TIES.items()), path)
    elif form == "dl":
        numbers = {name: place for place, name in enumerate(SCHOOL, start=1)}
        lines = "".join(f"{numbers[a]} {numbers[b]} {w}\n" for (a, b), w in TIES.items())
        path.write_text(f"DL N=5 FORMAT=EDGELIST1\nLABELS:\n{','.join(SCHOOL)}\nDATA:\n{lines}", encoding="utf-8")
    elif form == "tsv":
        path.write_text("".join(f"{a}\t{b}\t{w}\n" for (a, b), w in TIES.items()), encoding="utf-8")
    else:
        rows = [[a, *(str(TIES.get((a, b), 0)) for b in SCHOOL)] for a in SCHOOL]
        path.write_text("\n".join(",".join(row) for row in [["", *SCHOOL], *rows]) + "\n", encoding="utf-8")
    return path, staff


@pytest.mark.parametrize("form", ["graphml", "gexf", "net", "dl", "tsv", "csv"])
def test_a_network_is_the_same_in_every_form(tmp_path, form):
    path, staff = written(tmp_path, form)
    tables = import_network(path, NetworkOptions(staff=staff)).tables
    ties = zip(*(tables["ties"][column] for column in ("from", "to", "weight")), strict=True)
    assert {(source, to): int(weight) for source, to, weight in ties} == TIES
    assert dict(zip(tables["staff"]["teacher"], tables["staff"]["school"], strict=True)) == SCHOOL
    assert tables["schools"]["school"] == ["S1", "S2"] and set(tables["ties"]["type"]) == {"advice"}


def test_a_header_of_unknown_names_is_refused_and_a_first_tie_is_not(tmp_path):
    path, one = tmp_path / "ties.csv", NetworkOptions(one_school="X")
    path.write_text("who,whom\na,b\nb,c\n", encoding="utf-8")
    with pytest.raises(InputError, match="'who' and 'whom' are unknown") as told:
        import_network(path, one)
    assert told.value.place == f"{path}:1" and "from and to" in told.value.right and "--no-header" in told.value.right
    assert "who" in import_network(path, NetworkOptions(one_school="X", header=False)).tables["staff"]["teacher"]
    path.write_text("a,b\nb,c\n", encoding="utf-8")
    imported = import_network(path, one)
    assert imported.tables["staff"]["teacher"] == ["a", "b", "c"]
    assert "of 1 school," in " ".join(imported.notes)


def test_graphs_of_networkx_and_igraph():
    igraph = pytest.importorskip("igraph")
    taken = import_network(graph_of())
    graph = igraph.Graph.from_networkx(graph_of())
    graph.vs["name"] = list(SCHOOL)
    assert import_network(graph).tables == taken.tables
    assert taken.tables["staff"]["years"] == ["3"] * 5
    assert taken.notes[-1] == "3 ties between 5 teachers of 2 schools, 1 of them across schools"
    with pytest.raises(InputError, match="a network cannot be int"):
        import_network(5)


def test_every_decision_is_told_and_can_be_made_otherwise(tmp_path):
    path = write(tmp_path, "t.csv", "from,to,weight\na,b,1\na,b,2\nb,a,1\nc,c,1\nc,a,0\nd,,\n")
    chosen = import_network(path, NetworkOptions(one_school="X"))
    assert chosen.tables["ties"]["weight"] == ["2", "1"]
    assert chosen.notes == [
        "ties from a teacher to herself, left out: 1",
        "ties that weigh nothing, left out: 1",
        "ties that repeat a pair, of which the strongest counts: 1",
        "teachers without a tie, who stay: 2 of 4",
        "2 ties between 4 teachers of 1 school, 0 of them across schools",
    ]
    summed = import_network(path, NetworkOptions(one_school="X", repeated="sum"))
    assert summed.tables["ties"]["weight"] == ["3", "1"]
    plain = import_network(path, NetworkOptions(one_school="X", weights="ignore", directed=False))
    assert list(zip(plain.tables["ties"]["from"], plain.tables["ties"]["to"], strict=True)) == [
        ("a", "b"),
        ("b", "a"),
        ("c", "a"),
        ("a", "c"),
    ]
    assert import_network(path, NetworkOptions(one_school="X", least=2.0)).tables["ties"]["from"] == ["a"]


def test_a_network_without_direction_goes_both_ways():
    tables = import_network(graph_of(networkx.Graph)).tables
    assert len(tables["ties"]["from"]) == 6
    assert len(import_network(graph_of(networkx.Graph), NetworkOptions(directed=True)).tables["ties"]["from"]) == 3


def test_weights_of_any_size_become_one_to_five(tmp_path):
    path = write(tmp_path, "t.csv", "from,to,weight\na,b,0.5\nb,c,20\nc,a,40\n")
    imported = import_network(path, NetworkOptions(one_school="X"))
    assert imported.tables["ties"]["weight"] == ["1", "3", "5"]
    assert "weights from 0.5 to 40 become 1 to 5, by fifths of the largest" in imported.notes


def test_a_symmetric_matrix_has_no_direction(tmp_path):
    path = write(tmp_path, "m.csv", ",a,b,c\na,0,1,0\nb,1,0,2\nc,0,2,0\n")
    tables = import_network(path, NetworkOptions(one_school="X")).tables
    assert tables["ties"]["from"] == ["a", "b", "b", "c"] and tables["ties"]["weight"] == ["1", "1", "2", "2"]


def test_other_forms_of_ucinet(tmp_path):
    matrix = write(tmp_path, "m.dl", 'dl n=3\nlabels:\n"Ann A",Ben\nCy\ndata:\n0 1 0\n0 0 2\n0 0 0\n')
    tables = import_network(matrix, NetworkOptions(one_school="X")).tables
    assert tables["staff"]["teacher"] == ["Ann A", "Ben", "Cy"] and tables["ties"]["weight"] == ["1", "2"]
    embedded = write(tmp_path, "e.dl", "dl n=3 format=nodelist1\nlabels embedded\ndata:\nann ben cy\ncy ann\n")
    ties = import_network(embedded, NetworkOptions(one_school="X")).tables["ties"]
    assert list(zip(ties["from"], ties["to"], strict=True)) == [("ann", "ben"), ("ann", "cy"), ("cy", "ann")]
    square = write(tmp_path, "s.dl", "dl n=2 labels embedded\ndata:\n  a b\na 0 1\nb 0 0\n")
    assert import_network(square, NetworkOptions(one_school="X")).tables["ties"]["to"] == ["b"]


def test_seats_and_an_imported_network_that_runs(tmp_path):
    graph = graph_of()
    for name in ("ben", "cy"):
        graph.nodes[name]["network"] = "N1"
    out = save_network(import_network(graph), tmp_path / "own", "observed")
    world = Scenario.of(out / "population.toml").world()
    assert world.seats.tolist() == [1, 2]
    advice = np.repeat(np.arange(5), np.diff(world.advice_first)).tolist()
    assert list(zip(advice, world.advice_to.tolist(), strict=True)) == [(0, 1), (1, 2), (1, 2), (1, 2), (2, 3), (2, 3)]
