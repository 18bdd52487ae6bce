"""What follows from the declarations of state variables: who writes them, how everybody starts, who takes over."""

import inspect
import json
import os
import re
import subprocess
import sys
from copy import deepcopy
from functools import cache
from pathlib import Path

import pytest

import plnsim
from plnsim.common.errors import DeclarationError
from plnsim.model.mechanisms import SCHEDULE, STEP_KINDS, habit, name_of, replacement, steps
from plnsim.model.mechanisms.declarations import declared_by_mechanisms
from plnsim.model.state import BUILT, KEPT, OBSERVED, Origin, StateVariable, assigning
from plnsim.model.world import entities
from plnsim.simulation.mesa_backend import PLNModel
from plnsim.simulation.scenario import Scenario
from tests.model.mechanisms.test_week import random_case
from tests.publish.test_odd import CIRCUMSTANCES, SMALL
from tests.support.factories import make_teacher, make_week, make_world, parameters

VARIABLES = {variable.dotted_name: variable for variable in (*entities.TEACHER, *entities.SCHOOL, *entities.NETWORK)}
CASES = range(240)
BY_MECHANISMS = {name: variable for name, variable in VARIABLES.items() if variable.mechanism}


def is_replaced(variable):
    """Whether a variable is set anew for whoever takes over."""
    return variable.entity != "network" and not isinstance(variable.successor, Origin)


def may_write(variable):
    """The mechanisms that may write a variable in the course of a week."""
    return {*variable.written_by, *(["replacement"] if is_replaced(variable) else [])}


@cache
def writes():
    """Every (mechanism, variable) of which a step of the one changed the other in some random world."""
    seen = set()
    for number in CASES:
        world, week, p = random_case(number)
        for kind in STEP_KINDS:
            entity_name = kind.partition("_")[0]
            for entity in getattr(world, f"{entity_name}s"):
                for step in steps(kind):
                    before = dict(vars(entity))
                    step(entity, world, week, p)
                    mechanism = step.__module__.rpartition(".")[2]
                    seen |= {
                        (mechanism, f"{entity_name}.{name}")
                        for name, value in vars(entity).items()
                        if value != before[name]
                    }
    return seen


def is_assigned_by_steps(variable):
    """Whether a step of its own mechanism assigns a variable."""
    own = [step for kind in STEP_KINDS for step in steps(kind) if step.__module__.endswith(f".{variable.mechanism}")]
    return any(re.search(rf"\.{variable.name}\b[^=\n]*=[^=]", inspect.getsource(step)) for step in own)


# --- who writes what


def test_the_records_hold_what_is_declared_and_nothing_else():
    assert {variable.dotted_name for variable in declared_by_mechanisms()} == BY_MECHANISMS.keys()
    assert {variable.mechanism for variable in BY_MECHANISMS.values()} <= {name_of(each) for each in SCHEDULE}
    assert all(
        variable.start is BUILT and variable.successor is KEPT
        for variable in VARIABLES.values()
        if not variable.mechanism
    )


@pytest.mark.parametrize("mechanism", SCHEDULE, ids=name_of)
def test_a_mechanism_writes_only_state_variables_that_name_it(mechanism):
    name = name_of(mechanism)
    for variable in (VARIABLES[dotted_name] for writer, dotted_name in writes() if writer == name):
        assert name in may_write(variable), (
            f'{name}.py writes {variable.dotted_name} of {variable.mechanism}.py: add "{variable.dotted_name}" to '
            f"WRITES in plnsim/model/mechanisms/{name}.py, so that the description tells of it"
        )


@pytest.mark.parametrize("name", BY_MECHANISMS)
def test_every_mechanism_that_is_named_as_writer_does_write_it(name):
    """Its own mechanism need not where it is fixed, or changes only when somebody takes over."""
    variable = BY_MECHANISMS[name]
    does_write = {mechanism for mechanism, written in writes() if written == name}
    is_only_replaced = is_replaced(variable) and not is_assigned_by_steps(variable)
    expected = may_write(variable) - ({variable.mechanism} if variable.kind == "fixed" or is_only_replaced else set())
    assert expected <= does_write, (
        f"{expected - does_write} never wrote {name} in {len(CASES)} random worlds: take it out of WRITES, or give "
        "random_case in tests/model/mechanisms/test_week.py what makes it happen"
    )


def test_what_nobody_writes_is_fixed_or_set_with_the_world():
    written = {name for _, name in writes()}
    assert {name for name, variable in VARIABLES.items() if name not in written} == {
        name for name, variable in VARIABLES.items() if variable.kind == "fixed" and not is_replaced(variable)
    }


# --- who takes over


def expected_of_a_successor(entity, variables, world, week, p):
    """An entity as the declarations want it: constants, then rules in their order, and all else as it was."""
    expected = deepcopy(entity)
    for variable in variables:
        if callable(variable.successor):
            setattr(expected, variable.name, variable.successor(expected, world, week, p))
        elif not isinstance(variable.successor, Origin):
            setattr(expected, variable.name, variable.successor)
    return expected


@pytest.mark.parametrize(
    ("kind", "variables", "mark"),
    [("teacher_updates", entities.TEACHER, "new"), ("school_updates", entities.SCHOOL, "new_head")],
)
def test_whoever_takes_over_begins_in_every_variable_as_it_declares(kind, variables, mark):
    changed = set()
    for number in range(0, 90, 3):
        world, week, p = random_case(number)
        for entity in getattr(world, f"{kind.partition('_')[0]}s"):
            setattr(entity, mark, 1)
            before, expected = dict(vars(entity)), expected_of_a_successor(entity, variables, world, week, p)
            getattr(replacement, kind)(entity, world, week, p)
            for variable in variables:
                value = getattr(entity, variable.name)
                assert value == getattr(expected, variable.name), variable.dotted_name
                assert type(value) is type(getattr(expected, variable.name)), variable.dotted_name
                if isinstance(variable.successor, Origin):
                    assert value == before[variable.name], f"{variable.dotted_name} is {variable.successor.value}"
                elif value != before[variable.name]:
                    changed.add(variable.name)
    never = {variable.dotted_name for variable in variables if is_replaced(variable) and variable.name not in changed}
    assert not never, (
        f"{never} had the value of a newcomer in every random world already: give make_random_world in "
        "tests/support/factories.py others"
    )


def test_a_variable_that_is_declared_and_not_set_anew_would_be_noticed(monkeypatch):
    """As if the assignment of one variable were missing in what replaces a teacher."""
    forgetful = [variable for variable in declared_by_mechanisms() if variable.name != "habit"]
    monkeypatch.setattr(
        replacement,
        "replace_teacher",
        assigning("replace_all_but_one", "teacher", forgetful, "successor", "All but one."),
    )
    with pytest.raises(AssertionError, match=r"teacher\.habit"):
        test_whoever_takes_over_begins_in_every_variable_as_it_declares("teacher_updates", entities.TEACHER, "new")


# --- the starting world


@pytest.mark.parametrize(("values", "calendar"), CIRCUMSTANCES.values(), ids=CIRCUMSTANCES)
def test_everybody_starts_alike_in_both_engines(values, calendar):
    scenario = Scenario.of("baseline").with_values(SMALL | values)
    compiled, interpreted = (scenario.world(3, 1, engine=engine) for engine in ("numba", "mesa"))
    for kind, variables in zip(compiled._fields, (entities.TEACHER, entities.SCHOOL, entities.NETWORK), strict=False):
        for variable in variables:
            numba, mesa = (getattr(world, kind)[variable.name].tobytes() for world in (compiled, interpreted))
            assert numba == mesa, variable.dotted_name
    agents = PLNModel(scenario, seed=3, replicate=1)
    for records, of_mesa in zip(compiled[:3], agents.state(), strict=True):
        assert all(records[name].tobytes() == of_mesa[name].tobytes() for name in records.dtype.names)


def test_a_start_that_is_a_constant_is_that_constant_for_everybody():
    world = Scenario.of("baseline").with_values(SMALL | {"population.first_users": 0.5}).world(3)
    for variable in VARIABLES.values():
        if not callable(variable.start) and variable.start is not BUILT:
            values = getattr(world, f"{variable.entity}s")[variable.name]
            assert (values == variable.start).all(), variable.dotted_name


# --- declarations that are wrong


RIGHT = {
    "name": "confidence",
    "type": "f8",
    "unit": "share",
    "meaning": "how sure she is",
    "start": 0.5,
    "successor": 0.0,
}
WRONG = {
    "no start": ({"start": None}, "no start; right is start=0.0, a function of its file, or BUILT"),
    "a start that is kept": ({"start": KEPT}, "no start; right is start=0.0"),
    "no successor": ({"successor": None}, "no successor; right is successor=0.0, a function of its file, or KEPT"),
    "a successor that is built": ({"successor": BUILT}, "no successor; right is successor=0.0"),
    "a unit with a slip": ({"unit": "shares"}, "the unit 'shares'; right is one that RANGES in plnsim/model/state.py"),
    "a type of Python": ({"type": "float"}, "the type 'float'; right is f8 for a number, i1 for yes/no"),
    "an unknown kind": ({"kind": "constant"}, "the kind 'constant'; right is one of state, fixed, seen, marked"),
    "capitals": ({"name": "Confidence"}, "the name 'Confidence'; right is a name in small letters"),
    "two words": ({"name": "self confidence"}, "the name 'self confidence'; right is a name in small letters"),
}


def declare(**changes):
    return StateVariable(**RIGHT | changes)


@pytest.mark.parametrize(("changes", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_declaration_says_what_would_be_right(changes, message):
    with pytest.raises(DeclarationError) as refused:
        declare(**changes)
    assert str(refused.value).startswith(f"state variable {(RIGHT | changes)['name']}: {message}")


def test_a_unit_with_a_slip_is_answered_by_the_nearest():
    with pytest.raises(DeclarationError, match=r"did you mean .?share"):
        declare(unit="shares")


def test_a_right_declaration_is_taken_as_it_is():
    variable = declare()
    assert (variable.start, variable.successor, variable.kind) == (0.5, 0.0, "state")
    assert (declare(type="i1", unit="yes/no", start=1.0).start, type(declare(type="i1", start=1.0).start)) == (1, int)
    seen = declare(kind="seen", start=None, successor=None)
    assert (seen.start, seen.successor) == (0.0, OBSERVED)


def rule_of(value):
    def first_confidence(teacher, world, week, p):
        return value

    return first_confidence


def test_rules_give_starting_values_in_their_order_and_may_read_what_is_declared_before():
    first = declare(start=rule_of(0.25), entity="teacher")
    second = declare(name="doubt", start=lambda teacher, world, week, p: 1.0 - teacher.confidence, entity="teacher")
    with pytest.raises(SyntaxError):  # a rule needs a name, as the step shows it
        assigning("begin_as_told", "teacher", (first, second), "start", "What she begins with.")

    def doubt(teacher, world, week, p):
        return 1.0 - teacher.confidence

    second = declare(name="doubt", start=doubt, entity="teacher")
    start = assigning("begin_as_told", "teacher", (first, second), "start", "What she begins with.")
    teacher = make_teacher()
    start(teacher, make_world([teacher]), make_week(), parameters())
    assert (teacher.confidence, teacher.doubt) == (0.25, 0.75)


def test_two_rules_of_one_name_are_refused():
    variables = [
        declare(name=name, start=rule_of(value), entity="teacher")
        for name, value in (("confidence", 0.1), ("doubt", 0.2))
    ]
    with pytest.raises(DeclarationError, match="has a rule first_confidence as well; give this one another name"):
        assigning("begin_as_told", "teacher", variables, "start", "What she begins with.")


def test_a_variable_that_two_mechanisms_declare_is_refused(monkeypatch):
    monkeypatch.setattr(habit, "TEACHER", (*habit.TEACHER, declare(name="belief")), raising=True)
    with pytest.raises(
        DeclarationError, match=r"teacher.belief is declared in habit.py and in norms.py; declare it in"
    ):
        declared_by_mechanisms.__wrapped__()


def test_a_variable_that_one_mechanism_declares_twice_is_refused(monkeypatch):
    monkeypatch.setattr(habit, "TEACHER", habit.TEACHER * 2)
    with pytest.raises(DeclarationError, match=r"teacher.habit is declared in habit.py and in habit.py"):
        declared_by_mechanisms.__wrapped__()


def test_a_variable_that_says_who_somebody_is_cannot_be_declared_by_a_mechanism(monkeypatch):
    seat = declare(name="seat", entity="teacher", mechanism="habit")
    monkeypatch.setattr(entities, "declared_by_mechanisms", lambda: (seat,))
    with pytest.raises(DeclarationError, match=r"teacher.seat is declared in habit.py and in .*entities.py"):
        entities._all_of("teacher", entities._TEACHER)


def test_a_variable_that_nobody_declares_cannot_be_written(monkeypatch):
    monkeypatch.setattr(habit, "WRITES", ("teacher.beleif",), raising=False)
    with pytest.raises(DeclarationError, match=r"WRITES of habit.py: nobody declares teacher.beleif; did you mean"):
        declared_by_mechanisms.__wrapped__()


SAY_WHAT_IS_WRONG = """
import json, sys
from plnsim.model.state import DeclarationError, Origin, StateVariable

for declaration in json.loads(sys.argv[1]):
    for origin in ("start", "successor"):
        if isinstance(declaration[origin], str):
            declaration[origin] = Origin[declaration[origin]]
    try:
        StateVariable(**declaration)
    except DeclarationError as refused:
        print(refused)
"""


def test_wrong_declarations_are_refused_where_assertions_are_switched_off_as_well():
    declarations = [RIGHT | changes for changes, _ in WRONG.values()]
    plain = [
        {name: value.name if isinstance(value, Origin) else value for name, value in each.items()}
        for each in declarations
    ]
    root = Path(plnsim.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-O", "-c", SAY_WHAT_IS_WRONG, json.dumps(plain)],
        capture_output=True,
        text=True,
        check=True,
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
    )
    refusals = done.stdout.splitlines()
    assert len(refusals) == len(WRONG)
    assert all(message in refusal for refusal, (_, message) in zip(refusals, WRONG.values(), strict=True))
