"""The explorable: a grid that reads like the runs behind it, an honest word on how exact it is, and one file that
holds all it needs.
"""

import json
import re
from threading import Event

import numpy as np
import pytest

from plnsim.app import grid as grids
from plnsim.app.curves import simulate_curves
from plnsim.app.explorable import (
    FOCUS,
    LABELS,
    LEADERSHIP,
    PRESETS,
    SUPPORT,
    TIME,
    bundle_scripts,
    class_scenario,
    page_data,
    render_page,
)
from plnsim.app.grid import Grid, InterpolationAccuracy, grid_axes, interpolation_weight, saved_weeks, simulate_grid
from plnsim.app.states import simulate_picture
from plnsim.common.errors import InputError
from plnsim.common.files import write_user_file
from plnsim.simulation.runs import run
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import RUNS, with_same_length
from tests.support import explored
from tests.support.commands import invoke
from tests.support.explored import AXES, BYTE, EVERYTHING

scenario, coarse, accuracy, text = explored.scenario, explored.coarse, explored.accuracy, explored.text  # fixtures


# -- the grid ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("setting", [{}, {TIME: 1.0}, {SUPPORT: 1.0}, EVERYTHING | {SUPPORT: 1.0}], ids=str)
def test_at_its_settings_the_grid_holds_what_the_runs_give(coarse, scenario, setting):
    exact = simulate_curves(with_same_length(scenario, setting), 1, Event())
    where = {TIME: 0.0, LEADERSHIP: 0.0, FOCUS: 0.0, SUPPORT: 3.0} | setting
    for place, name in enumerate(coarse.outcomes):
        weekly = exact.weekly[name][:, coarse.at]
        wanted = [*np.quantile(weekly, [0.5, 0.25, 0.75, 0.05, 0.95], axis=0), weekly[0]]
        assert np.abs(coarse.interpolate("curves", where)[place] / 255 - wanted).max() <= BYTE
        assert coarse.interpolate("last", where)[place] == pytest.approx(exact.last[name], abs=1e-6)
    assert np.array_equal(coarse.interpolate("scaled_up", where), exact.scaled_up)


def test_its_teachers_are_those_of_the_picture_of_the_live_page(coarse, scenario):
    picture = simulate_picture(with_same_length(scenario, EVERYTHING), 1, Event())
    shares = [
        [picture["states"][week].count(state) / len(picture["states"][week]) for week in coarse.at] for state in "12"
    ]
    assert np.abs(coarse.interpolate("teachers", EVERYTHING | {SUPPORT: 3.0}) / 255 - shares).max() <= BYTE


def test_all_settings_share_their_luck_and_none_depends_on_the_workers(coarse, scenario):
    one = simulate_grid(scenario, {name: nodes[-1:] for name, nodes in AXES.items()}, seed=1, workers=1)
    last = EVERYTHING | {SUPPORT: 3.0}
    for table in ("curves", "teachers", "last", "scaled_up"):
        assert np.array_equal(one.interpolate(table, last), coarse.interpolate(table, last))
    gain = (
        coarse.interpolate("last", last)[0]
        - coarse.interpolate("last", {TIME: 0.0, LEADERSHIP: 0.0, FOCUS: 0.0, SUPPORT: 3.0})[0]
    )
    assert (
        gain.std() < coarse.interpolate("last", last)[0].std() + coarse.interpolate("last", last | {TIME: 0.0})[0].std()
    )


def made_up(function, axes) -> Grid:
    """A grid whose runs reach what a function gives."""
    values = [
        function(*point) for point in np.array(np.meshgrid(*axes.values(), indexing="ij")).reshape(len(axes), -1).T
    ]
    shape = tuple(len(nodes) for nodes in axes.values())
    return Grid(None, 1, axes, None, ("use",), None, None, np.array(values).reshape(*shape, 1, 1), None)


def test_between_its_settings_it_reads_in_proportion():
    axes = {TIME: (0.0, 0.25, 1.0), LEADERSHIP: (0.0, 1.0), FOCUS: (0.0, 0.5, 1.0), SUPPORT: (1.0, 3.0, 5.0)}
    grid = made_up(lambda time, leaders, focus, years: 0.1 + 0.2 * time + 0.3 * leaders * focus + 0.05 * years, axes)
    for time, leaders, focus, years in [
        (0.1, 0.3, 0.5, 2.0),
        (1.0, 1.0, 1.0, 5.0),
        (0.7, 0.2, 1.0, 4.2),
        (0.0, 0.0, 0.0, 1.0),
    ]:
        read = grid.interpolate("last", {TIME: time, LEADERSHIP: leaders, FOCUS: focus, SUPPORT: years})
        assert read == pytest.approx(np.array([[0.1 + 0.2 * time + 0.3 * leaders * focus + 0.05 * years]]))


@pytest.mark.parametrize(
    ("value", "found"), [(0.0, (0, 0.0)), (0.1, (0, 0.4)), (0.25, (1, 0.0)), (0.4, (1, 0.2)), (1.0, (2, 0.0))]
)
def test_a_value_lies_between_two_nodes(value, found):
    assert interpolation_weight((0.0, 0.25, 1.0), value) == (found[0], pytest.approx(found[1]))


@pytest.mark.parametrize("weeks", [1, 20, 39, 78, 273, 300])
def test_curves_are_kept_at_the_first_week_the_last_and_the_last_of_each_year(weeks):
    kept = saved_weeks(weeks)
    assert (
        {0, weeks - 1, *range(38, weeks, 39)} <= set(kept.tolist())
        and (np.diff(kept) > 0).all()
        and kept[-1] == weeks - 1
    )
    assert len(kept) <= 2 + weeks / 6


def test_the_axes_are_those_that_the_sliders_have(scenario):
    axes = grid_axes(scenario)
    assert list(axes) == [TIME, LEADERSHIP, FOCUS, SUPPORT] == list(LABELS)
    assert all(one[0] == 0.0 and one[-1] == 1.0 for one in list(axes.values())[:3]) and axes[SUPPORT] == (
        1.0,
        1.5,
        2.0,
        2.5,
        3.0,
        3.5,
        4.0,
        4.5,
        5.0,
    )
    assert 0.8 in grid_axes(scenario.with_values({SUPPORT: 0.8}))[SUPPORT]
    assert max(grid_axes(scenario.with_years(4))[SUPPORT]) < 4
    assert {name for _, values in PRESETS for name in values} <= axes.keys()


def test_a_scenario_that_moves_a_condition_itself_is_refused():
    with pytest.raises(InputError, match=r"moves conditions\.time_shift itself"):
        grid_axes(class_scenario(Scenario.of("all-the-time-in-the-world")))
    lifted = Scenario.from_text("[[calendar]]\nyear = 2\nlift = { focus = 0.3 }")
    with pytest.raises(InputError, match=r"moves conditions\.focus_shift itself"):
        grid_axes(class_scenario(lifted))


# -- how exact it is
# -----------------------------------------------------------------------------------------------------


def test_the_error_is_that_of_the_median_at_the_end_against_runs(coarse, scenario, accuracy):
    for number, error in enumerate(accuracy.error):
        setting = grids._random_setting(coarse, number)
        weeks = run(with_same_length(scenario, setting), seed=1, replicates=RUNS).weeks
        exact = weeks[weeks["week"] == scenario.weeks - 1]["use"].median()
        assert error == pytest.approx(
            100 * abs(coarse.interpolate("curves", setting)[0, 0, -1] / 255 - exact), abs=1e-6
        )


def test_random_settings_lie_anywhere_between_the_ends(coarse):
    settings = [grids._random_setting(coarse, number) for number in range(200)]
    for name in (TIME, LEADERSHIP, FOCUS):
        values = np.array([one[name] for one in settings])
        assert 0 <= values.min() < 0.05 and 0.95 < values.max() <= 1 and abs(values.mean() - 0.5) < 0.07
    assert {one[SUPPORT] for one in settings} == set(AXES[SUPPORT])
    assert abs(np.corrcoef([[one[name] for one in settings] for name in (TIME, FOCUS)])[0, 1]) < 0.2


@pytest.mark.parametrize(
    ("error", "reached"), [([0.1] * 59 + [4.9], True), ([0.1] * 59 + [5.1], False), ([0.1] * 50 + [2.1] * 10, False)]
)
def test_the_aim_is_nine_in_ten_within_two_points_and_the_worst_below_five(error, reached):
    found = InterpolationAccuracy(np.array(error))
    assert found.reached is reached
    assert str(found).startswith(f"At {len(error)} random settings") and f"by {max(error):.1f} at worst" in str(found)


# -- the file
# ------------------------------------------------------------------------------------------------------------


def test_the_page_says_what_stands_behind_it_and_how_exact_it_is(coarse, accuracy):
    note = page_data(coarse, accuracy)["about"]["note"]
    assert str(accuracy) in note and "320 runs at 16 settings" in note and "not a forecast" in note


def test_the_file_holds_all_that_it_needs_and_names_nothing_outside(text):
    assert not re.search(r'\b(?:src|href)="(?!data:|#)', text) and "@import" not in text and "url(" not in text
    assert set(re.findall(r"https?://[\w./]+", text)) == {"http://www.w3.org/2000/svg"}
    assert (
        text.count("<script") == 2
        and "fetch(" not in text
        and not re.search(r"^(?:import|export) ", text, re.MULTILINE)
    )


def test_the_modules_become_one_script_in_which_every_name_is_its_own():
    script = bundle_scripts("page.js", "grid.js")
    names = re.findall(r"^(?:async function|function|const|let|class) (\w+)", script, re.MULTILINE)
    assert len(names) == len(set(names)) and {"begin", "grid", "chartOf"} <= set(names)


def test_a_title_cannot_end_the_data(scenario, accuracy, coarse):
    from dataclasses import replace

    smuggled = replace(coarse, scenario=replace(scenario, title="</script><script>alert(1)</script>"))
    text = render_page(smuggled, accuracy)
    assert "<script>alert" not in text
    data = text.partition('id="data">')[2].partition("</script>")[0]
    assert json.loads(data)["about"]["lead"].startswith("</script><script>alert(1)</script>")


@pytest.fixture
def two_settings(monkeypatch):
    """What a quick grid is in these tests."""
    monkeypatch.setattr(grids, "QUICK_SHARES", (0.0, 1.0))
    monkeypatch.setattr(grids, "QUICK_ENDS", ())
    monkeypatch.setattr(grids, "QUICK_TEST_POINTS", 2)


def test_the_command_writes_the_file_and_prints_the_error(tmp_path, two_settings):
    said = invoke("explorable", "--quick", "--seed", 3, "--out", tmp_path / "page.html")
    assert said.code == 0, said.err
    assert "160 runs at 8 settings. At 2 random settings" in said.out and re.search(
        r"\d\.\d at worst\.\nThe aim .* is (not )?reached\.", said.out
    )
    assert str(tmp_path / "page.html") in said.err
    written = json.loads((tmp_path / "page.html").read_text().partition('id="data">')[2].partition("</script>")[0])
    assert written["about"]["seed"] == 3 and said.out.splitlines()[0].partition("At 2")[2] in written["about"]["note"]


def test_a_full_disk_is_told_and_leaves_what_was_there(tmp_path, monkeypatch):
    (tmp_path / "page.html").write_text("mine")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(InputError, match="No space left on device"):
        write_user_file(tmp_path / "page.html", "text", overwrite=True)
    assert (tmp_path / "page.html").read_text() == "mine" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (("--out", "there.html"), "there.html is there already"),
        (("--out", "."), "is a folder"),
        (("--out", "no/such/folder.html"), "cannot be written"),
        (("all-the-time-in-the-world",), "moves conditions.time_shift itself"),
        (("--seed", "-1"), "the seed cannot be -1"),
        (("--workers", "0"), "workers cannot be 0"),
        (("baselin",), "there is no scenario"),
        (("--quik",), "no such option"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_simulated(words, wrong, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.html").write_text("mine")
    monkeypatch.setattr(grids, "simulate_grid", lambda *_, **__: pytest.fail("it simulated"))
    said = invoke("explorable", *words)
    assert said.code == 2 and wrong in said.err and "help:" in said.err and said.out == ""
    assert [one.name for one in tmp_path.iterdir()] == ["there.html"] and (
        tmp_path / "there.html"
    ).read_text() == "mine"
