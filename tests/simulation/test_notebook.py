"""What a notebook shows: runs, comparisons and scenarios as self-contained HTML whose code makes them again; the
notebooks of the guide run.
"""

from html import unescape
from xml.etree import ElementTree

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from plnsim import Scenario, run
from plnsim.common import notebook
from plnsim.common.package import shipped
from plnsim.common.quantities import percent, points
from plnsim.simulation.runs import intervals, ranges
from plnsim.simulation.runs.result import DISPLAYED_OUTCOMES
from plnsim.simulation.scenario import shipped_scenarios
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.comparison import compare

GUIDE = shipped("docs/notebooks")
FEW = {
    "population.schools": 4,
    "programme.participation": 1.0,
    "programme.support_years": 0.5,
    "programme.follow_up_years": 1.0,
    "population.first_users": 0.3,
}
SECONDS = 120
"""For one cell, the first compilation of the model included."""


@pytest.fixture(scope="module")
def done():
    return run(Scenario.of("baseline").with_values(FEW), seed=2, replicates=3)


@pytest.fixture(scope="module")
def comparison():
    few = Scenario.of("baseline").with_values(FEW)
    timely = Scenario.of("all-the-time-in-the-world").with_values(FEW).with_years(1)
    return compare([few, timely], baseline="baseline", seed=2, replicates=3, quick=True)


def parse(thing) -> ElementTree.Element:
    """What a thing shows, which must be well formed, load nothing and run nothing."""
    text = thing._repr_html_()
    assert not any(word in text for word in ("http", "<script", "src=", "@import", "javascript:"))
    return ElementTree.fromstring(text.replace("<br>", "<br/>"))


def rows(shown: ElementTree.Element, place: int = 0) -> list[list[str]]:
    return [
        ["".join(cell.itertext()).replace("\u00a0", " ") for cell in row]
        for row in shown.findall(".//table")[place].findall("tr")
    ]


def remake(thing):
    """What the code makes that a thing shows."""
    names: dict = {}
    exec(parse(thing).find(".//pre").text, names)
    return next(value for name, value in names.items() if name in ("done", "found", "scenario"))


def points_of(path: str) -> list[tuple[float, float]]:
    return [tuple(map(float, point.split())) for point in path.strip("MZ").split("L")]


# -- runs --------------------------------------------------------------------------------------------------------------


def test_a_run_shows_a_small_table_of_its_outcomes(done):
    shown = rows(parse(done))
    assert [row[0] for row in shown[1:]] == list(DISPLAYED_OUTCOMES)
    use = done.values("use")
    assert shown[1][1:5] == [
        percent(use.mean()),
        *ranges(intervals(use, "share"), percent),
        "3",
    ]


def test_its_figure_is_the_median_week_by_week_within_its_bands(done):
    drawn = parse(done).find(".//svg")
    line = points_of(next(path.get("d") for path in drawn.findall("path") if path.get("stroke-width") == "2"))
    median = np.median(done.weeks["use"].to_numpy().reshape(3, -1), axis=0)
    floor, ceiling = notebook.HEIGHT - notebook.BOTTOM, notebook.TOP
    assert len(line) == done.scenario.weeks and line[-1][0] == notebook.WIDTH - notebook.RIGHT
    assert [floor - (floor - ceiling) * share for share in median] == pytest.approx([y for _, y in line], abs=0.06)
    assert sum(path.get("fill-opacity") == ".22" for path in drawn.findall("path")) == 2
    assert percent(median[-1]) in drawn.get("aria-label")


def test_a_single_run_has_no_bands_and_no_range(done):
    shown = parse(run(done.scenario, seed=2))
    assert not [path for path in shown.findall(".//path") if path.get("fill-opacity") == ".22"]
    assert {row[2] for row in rows(shown)[1:]} == {""} and "1 run, seed 2" in "".join(shown.itertext())


def test_an_undefined_outcome_says_so(done):
    shown = rows(parse(run(done.scenario.with_years(0.3), replicates=2)))
    assert next(row for row in shown if row[0] == "retention")[1:5] == ["not defined", "", "", "0"]


@pytest.mark.parametrize("engine", ["numba", "mesa"])
def test_the_code_that_a_run_shows_makes_it_again(engine):
    few = run(Scenario.of("baseline").with_values(FEW).with_years(0.2), seed=3, replicates=2, engine=engine)
    again = remake(few)
    assert again.engine == engine and again.outcomes.equals(few.outcomes)


# -- scenarios ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_shipped_scenario_shows_itself_and_is_made_again_by_its_name(name):
    scenario = Scenario.of(name)
    shown = parse(scenario)
    assert scenario.to_python() == f'Scenario.of("{name}")'
    text = "".join(shown.itertext())
    assert scenario.title in text and all(
        statement in text for statement in (*scenario.known, *scenario.assumed, *scenario.special, *scenario.omitted)
    )
    assert len(shown.findall(".//svg")) == 1


@pytest.mark.parametrize("name", ["baseline", "challenge-partners", "district"])
def test_a_varied_scenario_is_made_again_by_its_code(name):
    varied = Scenario.of(name).with_values({"time.hours": 0.9, "conditions.placement": "symmetric"}).with_years(2.5)
    again = remake(varied)
    assert (again.values, again.years, again.calendar, again.title) == (
        varied.values,
        2.5,
        varied.calendar,
        varied.title,
    )


def test_a_value_put_back_to_its_default_is_made_again():
    back = Scenario.of("challenge-partners").with_values({"programme.topology": "clique"})
    assert remake(back).values == back.values


def test_a_scenario_without_a_file_is_made_again():
    own = Scenario("own", title="Own").with_values({"programme.delegates": 4})
    again = remake(own)
    assert (again.name, again.title, again.values) == ("own", "Own", own.values)


def test_a_calendar_of_its_own_is_shown_and_the_code_names_a_file():
    own = Scenario.from_text('[[calendar]]\nyear = 2\nlift = { time = 0.3 }\nnote = "a <b>third</b> hour"', name="own")
    shown = parse(own)
    assert (
        "year 2: a <b>third</b> hour" in "".join(shown.itertext())
        and 'Scenario.of("own.toml")' in shown.find(".//pre").text
    )
    assert [label.text for label in shown.findall(".//svg/text")].count(
        "1"
    ) == 2  # the mark, and the year 1 of the axis


def test_what_differs_from_the_defaults_is_shown_with_its_default_and_unit():
    shown = rows(parse(Scenario.of("baseline").with_values({"time.hours": 0.9})))
    assert (
        shown[1][:4] == ["time.hours", "0.9", f"{MODEL_PARAMETERS['time.hours'].default:g}", "hours a week"]
        and len(shown) == 2
    )


def test_a_title_cannot_smuggle_anything_into_a_notebook(done):
    scenario = Scenario.from_text('title = "<script>alert(1)</script> & more"').with_values(FEW).with_years(0.1)
    for thing in (scenario, run(scenario)):
        assert "<script>" not in thing._repr_html_() and "<script>alert(1)</script> & more" in unescape(
            thing._repr_html_()
        )


# -- comparisons -------------------------------------------------------------------------------------------------------


def test_a_comparison_shows_pairs_and_what_is_in_the_way(comparison):
    shown = parse(comparison)
    table, ways = rows(shown), rows(shown, 1)
    gain = comparison.difference(comparison.others[0], "deep_use")
    assert [row[0].lstrip("\u25a0 ") for row in table[1:]] == ["baseline", "all-the-time-in-the-world"]
    assert (
        table[1][3:] == ["", "", "", ""]
        and table[2][3] == points(gain.mean())
        and table[2][6] == f"{(gain > 0).sum()} of 3"
    )
    assert [row[0] for row in ways[1:]] == ["time", "leadership", "focus"]


def test_a_comparison_draws_a_curve_for_each_scenario_as_long_as_its_runs(comparison):
    lines = [
        points_of(path.get("d")) for path in parse(comparison).findall(".//path") if path.get("stroke-width") == "2"
    ]
    assert [len(line) for line in lines] == [side.scenario.weeks for side in comparison.results]
    assert lines[1][-1][0] < lines[0][-1][0] == notebook.WIDTH - notebook.RIGHT


def test_the_code_that_a_comparison_shows_makes_it_again(comparison):
    again = remake(comparison)
    assert again.baseline == comparison.baseline and again.tables["differences"].equals(
        comparison.tables["differences"]
    )


# -- tables ------------------------------------------------------------------------------------------------------------


def test_a_number_stays_on_one_line_with_its_percent_sign():
    assert "<td>12\u00a0%</td>" in notebook.table(("name", "use"), [("a", "12 %")])


def test_a_long_table_is_cut_and_says_so():
    shown = notebook.table(("name",), [(str(number),) for number in range(notebook.MAX_ROWS + 3)])
    assert shown.count("<tr>") == notebook.MAX_ROWS + 1 and "and 3 more" in shown


# -- the notebooks of the guide ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(GUIDE.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_of_the_guide_runs_and_keeps_no_outputs(path, tmp_path):
    kept = nbformat.read(path, as_version=4)
    nbformat.validate(kept)
    assert all(not cell.outputs and cell.execution_count is None for cell in kept.cells if cell.cell_type == "code")
    NotebookClient(
        kept, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    assert any(
        "text/html" in output.get("data", {})
        for cell in kept.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )
