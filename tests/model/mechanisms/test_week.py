"""What holds for all mechanisms: their order, what a step may read and change, and that every parameter and variable
is used.
"""

import importlib
import pkgutil
import re
from copy import deepcopy
from pathlib import Path
from types import FunctionType

import pytest

import plnsim
from plnsim.common.errors import DeclarationError
from plnsim.model import mechanisms
from plnsim.model.mechanisms import SCHEDULE, STEP_KINDS, name_of, steps
from plnsim.model.state import StateVariable
from plnsim.model.world.entities import World
from plnsim.simulation.scenario.declared import SIMULATED
from tests.support import factories
from tests.support.factories import (
    KINDS,
    changed_variables,
    difference,
    generator_of,
    make_random_world,
    make_school,
    make_teacher,
    make_week,
    make_world,
    parameters,
    random_parameters,
    run_week,
    snapshot,
)

FILES = [module.name for module in pkgutil.iter_modules(mechanisms.__path__)]
SOURCES = {path: path.read_text(encoding="utf-8") for path in Path(plnsim.__file__).parent.rglob("*.py")}
KIND = {(kind, variable.name): variable.kind for kind, variables in KINDS for variable in variables}
SETS = [(kind, variable.name) for kind, variables in KINDS for variable in variables if variable.unit == "set"]
SHARES = [(kind, variable.name) for kind, variables in KINDS for variable in variables if variable.unit == "share"]
WORLDS = range(30)
ALL_STEPS = [(kind, step) for kind in STEP_KINDS for step in steps(kind)]
NAMES = [f"{name_of(importlib.import_module(step.__module__))}.{kind}" for kind, step in ALL_STEPS]
every_step = pytest.mark.parametrize(("kind", "step"), ALL_STEPS, ids=NAMES)


def random_case(number):
    """A random world, week and set of parameters; the same for the same number. Every third week ends a year."""
    rng = generator_of(number, "week")
    flags = {name: rng.randrange(2) for name in ("supported", "support_over", "meets", "meets_alone", "tune_up")}
    week = make_week(key=rng.getrandbits(64), of_year=rng.choice((0, 17)), new_head=rng.choice((0.0, 0.5)), **flags)
    if number % 3 == 0:
        week.of_year, week.ends_year = 38, 1
    p = random_parameters(number)
    world = make_random_world(number, p)
    for network in world.networks:
        seats = world.seats[network.first_seat : network.after_last_seat]
        if all(world.teachers[post].quality == 0.0 for post in seats):
            network.attended = 0  # as ``meeting`` would have seen it
    return world, week, p


def with_one_more_variable(unit):
    """The state variables of a case, as if a mechanism declared one more, before all others of a teacher."""
    invented = StateVariable("invented", type="i2", unit=unit, meaning="new", start=0, successor=0, entity="teacher")
    return tuple((kind, (invented, *variables) if kind == "teachers" else variables) for kind, variables in KINDS)


def test_one_more_state_variable_leaves_all_others_of_a_random_case_as_they_are(monkeypatch):
    before = snapshot(random_case(7)[0])
    monkeypatch.setattr(factories, "KINDS", with_one_more_variable("weeks"))
    after = snapshot(random_case(7)[0])
    assert {place: after[place] for place in before} == before
    assert len({value for (_, _, name), value in after.items() if name == "invented"}) > 1


def test_a_unit_in_which_nothing_is_drawn_is_told_with_what_to_write(monkeypatch):
    monkeypatch.setattr(factories, "KINDS", with_one_more_variable("minutes"))
    with pytest.raises(AssertionError, match=r"teacher\.invented is in 'minutes', .*: add the unit to DRAWN_AS_STATE"):
        random_case(7)


def those_of(world, kind):
    return getattr(world, f"{kind.partition('_')[0]}s")


# --- the order of the week


def missing_tests(names, tested):
    """What to do about each mechanism that no test file tests."""
    return [
        f"tests/model/mechanisms/test_{name}.py is missing: test the rules of plnsim/model/mechanisms/{name}.py there "
        "by numbers worked out by hand"
        for name in names
        if f"test_{name}" not in tested
    ]


def test_every_mechanism_of_the_week_has_a_test_file():
    tested = {path.stem for path in Path(__file__).parent.glob("test_*.py")}
    missing = missing_tests(map(name_of, SCHEDULE), tested)
    assert not missing, "\n".join(missing)


def test_whoever_adds_a_mechanism_is_told_that_its_test_is_missing():
    assert missing_tests(["habit", "celebration"], {"test_habit"}) == [
        "tests/model/mechanisms/test_celebration.py is missing: test the rules of "
        "plnsim/model/mechanisms/celebration.py there by numbers worked out by hand"
    ]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda names: ["habbit", *names],
            "SCHEDULE names 'habbit', and there is no plnsim/model/mechanisms/habbit.py",
        ),
        (lambda names: [*names, "habit"], "SCHEDULE names 'habit' twice"),
        (
            lambda names: [name for name in names if name != "habit"],
            "plnsim/model/mechanisms/habit.py stands in no line of SCHEDULE; "
            'write "habit" in plnsim/model/mechanisms/__init__.py, at its place in the week',
        ),
    ],
    ids=["no file", "twice", "no line"],
)
def test_a_wrong_schedule_is_told_before_anything_runs(change, told):
    with pytest.raises(DeclarationError, match=re.escape(told)):
        mechanisms._in_order(*change([name_of(mechanism) for mechanism in SCHEDULE]))


def test_a_function_that_is_called_like_a_step_is_a_step():
    for mechanism in SCHEDULE:
        called = [
            name
            for name, function in vars(mechanism).items()
            if isinstance(function, FunctionType) and name.endswith(("_observes", "_updates"))
        ]
        assert set(called) <= set(STEP_KINDS), f"{name_of(mechanism)} has steps that nobody takes"


def test_everybody_observes_before_anybody_updates():
    assert [kind.rpartition("_")[2] for kind in STEP_KINDS] == ["observes"] * 3 + ["updates"] * 3


def before(first, second, kind):
    order = [step.__module__.rpartition(".")[2] for step in steps(kind)]
    return order.index(first) < order.index(second)


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        # what is observed first is needed by what is observed in the same turn
        ("aggregates", "meeting", "network_observes"),  # members, before the share of them who use it
        ("meeting", "inquiry", "network_observes"),  # whether it is facilitated this week
        ("aggregates", "inquiry", "network_observes"),  # members and distributed leadership
        ("meeting", "spanning", "network_observes"),  # whether it met, before anything is brought
        ("membership", "mobilisation", "school_observes"),  # whether the school takes part, before anybody visits
        ("inquiry", "partners", "network_observes"),  # the facilitation that partners keep up
        ("membership", "leadership", "school_observes"),  # whether the school takes part, before the push
        ("advice", "norms", "teacher_observes"),  # the contact, before the mean of all replaces her belief
        # what is updated first is needed by the next update of the same entity
        ("membership", "time", "teacher_updates"),
        ("time", "meeting", "teacher_updates"),  # hours are made up for before a meeting takes more
        ("time", "mobilisation", "teacher_updates"),  # what was shared last week is paid first
        ("time", "advice", "teacher_updates"),  # and what was asked
        ("meeting", "learning", "teacher_updates"),
        ("meeting", "mobilisation", "teacher_updates"),
        ("application", "habit", "teacher_updates"),
        ("application", "evidence", "teacher_updates"),
        ("application", "abandonment", "teacher_updates"),
        ("abandonment", "adoption", "teacher_updates"),
        ("adoption", "barrier", "teacher_updates"),
        ("adoption", "forgetting", "teacher_updates"),
        ("forgetting", "turnover", "teacher_updates"),  # the holidays are the leaver's, not the newcomer's
        ("norms", "turnover", "teacher_updates"),  # nor what colleagues believe
        ("turnover", "replacement", "teacher_updates"),
        ("replacement", "arrival", "teacher_updates"),
        ("leadership", "succession", "school_updates"),
        ("policy", "succession", "school_updates"),
        ("routine", "replacement", "school_updates"),  # what it carries over to the next head
        ("succession", "replacement", "school_updates"),
        ("succession", "participation", "school_updates"),
        ("evidence", "participation", "school_updates"),
        ("spanning", "inquiry", "network_updates"),  # who met last week takes away, before who meets this week is kept
        ("renewal", "recruitment", "network_updates"),
    ],
)
def test_what_must_come_before_what(first, second, kind):
    assert before(first, second, kind)


# --- what a step may change


@every_step
def test_a_step_changes_only_the_one_who_takes_it_and_only_what_it_may(kind, step):
    """Who observes changes what is *seen*; who updates changes her state; what is fixed changes with the teacher at
    a year's end.
    """
    for number in WORLDS:
        world, week, p = random_case(number)
        for entity in those_of(world, kind):
            changed = {
                KIND[f"{kind.partition('_')[0]}s", name] for name in changed_variables(step, entity, world, week, p)
            }
            if kind.endswith("_observes"):
                assert changed <= {"seen"}
            elif kind == "teacher_updates":
                assert changed <= ({"state", "marked", "fixed"} if week.ends_year else {"state", "marked"})
            else:
                assert changed <= {"state"}


@every_step
def test_some_world_gives_every_step_something_to_do(kind, step):
    """So that the other tests of all steps are not empty."""
    for number in range(200):
        world, week, p = random_case(number)
        if any(changed_variables(step, entity, world, week, p) for entity in those_of(world, kind)):
            return
    pytest.fail("this step never changed anything")


def test_posts_seats_and_places_never_change():
    lasting = {("teachers", name) for name in ("name", "post", "school", "department", "network", "seat")}
    lasting |= {key for key, kind in KIND.items() if kind == "fixed" and key[0] != "teachers"}
    for number in WORLDS:
        world, week, p = random_case(number)
        start = snapshot(world)
        run_week(world, week, p)
        assert not {(kind, name) for kind, _, name in difference(start, snapshot(world))} & lasting


# --- what a step may read


@pytest.mark.parametrize("kind", ["school_updates", "network_updates"])
def test_schools_and_networks_update_from_what_they_have_seen_alone(kind):
    for number in WORLDS:
        world, week, p = random_case(number)
        for entity in those_of(world, kind):
            alone = deepcopy(entity)
            for step in steps(kind):
                step(entity, world, week, p)
                step(alone, None, week, p)
            assert alone == entity


def test_a_teacher_updates_from_herself_her_school_and_her_network_alone():
    for number in WORLDS:
        world, week, p = random_case(number)
        for teacher in world.teachers:
            alone = deepcopy(teacher)
            nothing = World(*[None] * len(World._fields))
            hers = nothing._replace(
                schools={teacher.school: world.schools[teacher.school]},
                networks={teacher.network: world.networks[teacher.network]} if teacher.network >= 0 else {},
            )
            for step in steps("teacher_updates"):
                step(teacher, world, week, p)
                step(alone, hers, week, p)
            assert alone == teacher


def test_the_order_of_people_cannot_matter():
    for number in WORLDS:
        world, week, p = random_case(number)
        other = deepcopy(world)
        for _ in range(3):
            run_week(world, week, p)
            run_week(other, week, p, backwards=True)
            assert difference(snapshot(world), snapshot(other)) == set()


def test_marks_never_feed_back():
    marks = [variable.name for _, variables in KINDS for variable in variables if variable.kind == "marked"]
    of_time = {"network_hours", "colleague_hours", "hours_left"}
    assert set(marks) == {"reached", "mobilised", "barrier", "followed"} | of_time
    for number in WORLDS:
        world, week, p = random_case(number)
        other = deepcopy(world)
        for teacher in other.teachers:
            for mark in marks:
                setattr(teacher, mark, 1 - getattr(teacher, mark))
        for _ in range(3):
            run_week(world, week, p)
            run_week(other, week, p)
        assert {name for _, _, name in difference(snapshot(world), snapshot(other))} <= set(marks)


def test_what_one_has_seen_is_no_memory():
    """What was seen last week does not matter this week: observing overwrites it, but for what a mover would bring
    and what a school decides by, which are looked up when they are needed, and for what a school's leadership was,
    which its network hears of a week later.
    """
    for number in WORLDS:
        world, week, p = random_case(number)
        other = deepcopy(world)
        for kind, variables in KINDS:
            for entity in getattr(other, kind):
                for variable in variables:
                    if variable.kind == "seen" and (kind, variable.name) != ("schools", "leadership"):
                        setattr(entity, variable.name, 0.123 if variable.type.startswith("f") else 0)
        for every in (world, other):
            run_week(every, week, p)
        differing = {name for _, _, name in difference(snapshot(world), snapshot(other))}
        of_movers, of_decisions = {"moves_in", "moved_parts", "moved_belief"}, set()
        if not week.ends_year:
            of_decisions = {"invited", "trust_seen", "evidence_seen", "neighbours_in"}
        assert differing <= of_movers | of_decisions


# --- limits


def test_shares_stay_shares():
    for number in range(60):
        world, week, p = random_case(number)
        for weeks in range(12):
            week.key += weeks
            run_week(world, week, p)
            for kind, name in SHARES:
                assert all(0.0 <= getattr(entity, name) <= 1.0 for entity in getattr(world, kind)), (kind, name)


def test_nobody_knows_a_part_that_there_is_not_and_knowledge_is_the_share_of_the_parts():
    for number in WORLDS:
        world, week, p = random_case(number)
        for weeks in range(12):
            week.key += weeks
            run_week(world, week, p)
            for kind, name in SETS:
                assert all(getattr(entity, name) >> p.parts.count == 0 for entity in getattr(world, kind)), (kind, name)
            for entity in world.teachers + world.networks:
                assert entity.knowledge == entity.parts.bit_count() / p.parts.count


def test_whole_numbers_stay_whole():
    """A fraction in a whole variable would be cut in the Numba engine and kept in the Mesa engine."""
    whole = [
        (kind, variable.name)
        for kind, variables in KINDS
        for variable in variables
        if not variable.type.startswith("f")
    ]
    for number in WORLDS:
        world, week, p = random_case(number)
        run_week(world, week, p)
        for kind, name in whole:
            assert all(isinstance(getattr(entity, name), int) for entity in getattr(world, kind)), (kind, name)


def test_a_world_without_networks_and_ties_lives_through_a_year_end():
    world = make_world(
        [make_teacher()],
        [make_teacher(uses=1, knowledge=0.5, belief=0.5), make_teacher()],
        schools=[make_school(), make_school(vision=0.5)],
    )
    for week in (make_week(key=9, supported=1), make_week(key=8, of_year=38, ends_year=1, support_over=1, tune_up=1)):
        run_week(world, week, parameters())
    assert [teacher.member for teacher in world.teachers] == [0, 0, 0]


# --- nothing is declared in vain


@pytest.mark.parametrize("qualified_name", [one.qualified_name for those in SIMULATED.values() for one in those])
def test_every_parameter_is_read_somewhere(qualified_name):
    assert any(
        re.search(rf"\bp\.{re.escape(qualified_name)}\b", text) or f'"{qualified_name}"' in text
        for text in SOURCES.values()
    )


@pytest.mark.parametrize(("kind", "name"), list(KIND), ids=[f"{kind}.{name}" for kind, name in KIND])
def test_every_state_variable_is_read_somewhere(kind, name):
    read = re.compile(rf"\.{name}\b(?!\s*=[^=])|\[\"{name}\"\](?!\s*=[^=])|[(\"]{name}\"[,)]")
    declarations = re.compile(rf"StateVariable\(\s*\"{name}\",")
    assert any(
        read.search(declarations.sub("", text)) for path, text in SOURCES.items() if path.name != "protocols.py"
    ), f"nothing reads {kind}.{name}: a mechanism whose state nobody reads changes nothing"
