"""What the page's worker makes of a run is what the library makes of it: outcomes, cost and hours, survival and
scale-up to the bit, everybody's state in every week, and stories that tell of each beginning and end of use.
"""

import json
import re

import numpy as np
import pytest

from plnsim import PLNModel, run
from plnsim.app.about import prices
from plnsim.app.explorable import bundle_scripts
from plnsim.app.states import school_name, teacher_states
from plnsim.model.outcome import WEEKLY_OUTCOMES
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.survival import survival_of_schools, survival_of_teachers
from plnsim.simulation.runs import simulate_run
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import with_class_size
from plnsim.simulation.wasm.module import MODULE
from plnsim.simulation.wasm.pack import pack
from tests.app.test_engine import CALENDAR, movable
from tests.support.runs import random_point, small_scenario
from tests.support.served import LIVELY
from tests.support.wasm import in_node

SCALARS = ("cost", "hours", "sustained_scale_up")
SCRIPT = """
const { prices, asked } = JSON.parse(await readFile(files[2], "utf8"));
const model = await loadModel(await readFile(files[0]), await readFile(files[1]));
const run = await model.newRun(), result = [];
for (const { replicate, values, years, film } of asked) {
  run.begin(replicate, values, years ?? undefined);
  const number = (name) => values[name] ?? model.parameters[name].value;
  const shown = film ? filmOf(run, number) : null;
  run.advance();
  const measures = measuresOf(run, number, prices);
  const seen = shown && { ...shown, states: shown.states.map((week) => Array.from(week)), ends: null, network: null };
  result.push({ ...measures, film: seen && { ...seen, adviceTo: Array.from(shown.adviceTo) } });
}
"""


def measured(folder, scenario, seed, asked, replicates=1):
    """What the page's scripts make of runs: dictionaries with NaN for what is not defined."""
    (folder / "pack").write_bytes(pack(scenario, seed, replicates))
    (folder / "asked").write_text(json.dumps({"prices": prices(scenario), "asked": asked}))
    script = str(bundle_scripts("outcomes.js", "film.js")) + SCRIPT
    return in_node(folder, script, MODULE, folder / "pack", folder / "asked")


def number(value):
    return np.nan if value is None else value


def assert_measured(told, scenario, seed, replicate):
    counts = simulate_run(scenario, seed, replicate)
    whole = run(scenario, seed=seed, replicates=replicate + 1)
    for name, mine in zip(SCALARS, ("cost", "hours", "scaledUp"), strict=True):
        np.testing.assert_array_equal(number(told[mine]), whole.values(name)[replicate], err_msg=name)
    for outcome in WEEKLY_OUTCOMES:
        expected = counts.ratio(outcome.count, outcome.of, counts.last_year)
        np.testing.assert_array_equal(number(told["last"][outcome.name]), expected, err_msg=outcome.name)
    for mine, theirs in (
        ("teachers", survival_of_teachers(counts).share[::SCHOOL_WEEKS]),
        ("schools", survival_of_schools(counts).share),
    ):
        np.testing.assert_array_equal(list(map(number, told[mine])), theirs, err_msg=mine)


def test_measures_are_those_of_the_library_to_the_bit_wherever_sliders_stand(tmp_path):
    scenario = with_class_size(Scenario.of("baseline"))
    points = [movable(pack(scenario, 1, 1), random_point(point)) for point in range(8)]
    asked = [{"replicate": point % 2, "values": values} for point, values in enumerate([{}, *points])]
    for told, each in zip(measured(tmp_path, scenario, 1, asked, 2), asked, strict=True):
        assert_measured(told, scenario.with_values(each["values"]), 1, each["replicate"])


def test_measures_follow_a_calendar_another_length_and_support_to_the_end(tmp_path):
    scenario = small_scenario(LIVELY, calendar=CALENDAR)
    lengths = (None, 1.5, 1.0, 0.5, 4.0)
    asked = [{"replicate": 0, "values": {"mobilisation.visits": 0.2}, "years": years} for years in lengths]
    for told, years in zip(measured(tmp_path, scenario, 4, asked), lengths, strict=True):
        moved = scenario.with_values(asked[0]["values"])
        assert_measured(told, moved if years is None else moved.with_years(years), 4, 0)


def test_the_film_shows_everybody_in_every_week_and_leaves_the_run_as_it_is(tmp_path):
    scenario = small_scenario(LIVELY)
    filmed, plain = measured(
        tmp_path, scenario, 1, [{"replicate": 0, "values": {}, "film": film} for film in (True, False)]
    )
    assert {**filmed, "film": None} == plain
    film, model = filmed["film"], PLNModel(scenario, seed=1)
    assert [(one["first"], one["after"]) for one in film["schools"]] == [
        (one.first_teacher, one.after_last_teacher) for one in model.schools
    ]
    assert [one["name"] for one in film["schools"]] == list(map(school_name, range(len(model.schools))))
    for week in range(film["weeks"]):
        model.step()
        uses, habit = (np.array([getattr(one, name) for one in model.teachers]) for name in ("uses", "habit"))
        assert film["states"][week] == teacher_states(uses, habit).tolist(), week
        for told, network in zip(film["networks"], model.networks, strict=True):
            assert told["active"][week] == network.active
            assert {model.teachers[post].school for post in told["seats"]} == set(told["schools"])
            assert told["joined"][week] == [int(model.schools[school].standing > 0) for school in told["schools"]]
    assert {state for week in film["states"] for state in week} == {0, 1, 2}


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    asked = [{"replicate": 0, "values": {}, "film": True}]
    return measured(tmp_path_factory.mktemp("film"), small_scenario(LIVELY), 2, asked)[0]["film"]


def test_stories_tell_every_beginning_and_end_of_use_and_nothing_else(film):
    for post, story in enumerate(film["events"]["teacher"]):
        uses, using = [], False
        for week in range(film["weeks"]):
            for one in story:
                if one["week"] == week and one["kind"] in ("tries", "stops", "leaves"):
                    using = one["kind"] == "tries"
            uses.append(using)
        assert uses == [states[post] != 0 for states in film["states"]], story


def test_stories_tell_all_kinds_of_things_in_their_order(film):
    kinds = {kind: {one["kind"] for story in stories for one in story} for kind, stories in film["events"].items()}
    assert kinds["teacher"] >= {"hears", "shares", "tries", "habit", "stops", "leaves"}
    assert kinds["school"] >= {"tries", "routine", "head"} and kinds["network"] & {"ends", "shares", "joins"}
    for stories in film["events"].values():
        for story in stories:
            assert [one["week"] for one in story] == sorted(one["week"] for one in story)
            assert not any("NaN" in one["text"] or "undefined" in one["text"] for one in story)


def test_the_worker_is_one_script_of_its_own():
    script = bundle_scripts("worker.js")
    names = re.findall(r"^(?:async function|function|const|let|class) (\w+)", script, re.MULTILINE)
    assert len(names) == len(set(names)) and {"loadModel", "measuresOf", "filmOf"} <= set(names)
    assert not re.search(r"^(?:import|export) ", script, re.MULTILINE) and "document" not in script
