"""What a declaration of a parameter may say, and what whoever declares one wrongly is told."""

import subprocess
import sys

import pytest

from plnsim.common.parameter import GROUPS, SHAPES, UNITS, Choice, DeclarationError, Parameter, ParameterRegistry
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS

NUMBER = {
    "default": 0.1,
    "unit": "share a week",
    "range": (0.05, 0.2),
    "meaning": "How fast a habit grows.",
    "group": "practice",
}
SWITCH = {"options": {"plain": "As it is.", "other": "As it might be."}, "meaning": "What is done.", "group": "people"}


def told(kind, declared, **wrong):
    """What is said of a declaration with something wrong in it."""
    with pytest.raises(DeclarationError) as problem:
        kind("growth", **declared | wrong)
    assert isinstance(problem.value, ValueError)
    return str(problem.value)


def test_a_right_declaration_is_taken():
    assert Parameter("growth", **NUMBER).default == 0.1
    assert Choice("growth", **SWITCH).default == "plain"


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"unit": "share a wek"}, 'growth: unknown unit "share a wek"; did you mean "share a week"?'),
        ({"group": "practise"}, 'growth: unknown group "practise"; did you mean "practice"?'),
        ({"shape": "log-unifrom"}, 'growth: unknown shape "log-unifrom"; did you mean "log-uniform"?'),
        ({"source": "watts-2020"}, 'growth: unknown source "watts-2020"; did you mean "watts-2002"?'),
        ({"direction": "watts-2020"}, 'growth: unknown source "watts-2020"; did you mean "watts-2002"?'),
        ({"range": (0.5, 2.0)}, "growth: the range (0.5, 2.0) leaves the bounds (0.0, 1.0); narrow the range, or say"),
        ({"range": (0.2, 0.1)}, "growth: range cannot be (0.2, 0.1); right is two numbers, the lower one first"),
        ({"range": 0.2}, "growth: range cannot be 0.2; right is two numbers"),
        ({"bounds": (0.0, "1")}, "growth: bounds cannot be (0.0, '1'); right is two numbers"),
        ({"default": 2.0}, "growth: the default 2.0 lies outside the bounds (0.0, 1.0); right is a number from 0 to 1"),
        ({"default": "0.1"}, "growth: the default cannot be '0.1'; right is a number"),
        ({"range": (0.0, 0.2), "shape": "log-uniform"}, 'growth: shape "log-uniform" needs a range above 0'),
        ({"default": 0.3, "shape": "triangular"}, 'growth: shape "triangular" has its peak at the default'),
        ({"integer": True}, "growth: an integer has a whole default and range"),
        ({"meaning": ""}, "growth: it has no meaning"),
        ({"section": "habit", "unit": "weks"}, 'habit.growth: unknown unit "weks"; did you mean "weeks"?'),
    ],
    ids=lambda each: "-".join(each) if isinstance(each, dict) else "",
)  # fmt: skip
def test_a_wrong_number_is_told_with_its_name_and_what_would_be_right(wrong, expected):
    assert told(Parameter, NUMBER, **wrong).startswith(expected)


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"group": "peple"}, 'growth: unknown group "peple"; did you mean "people"?'),
        ({"source": "watts-2020"}, 'growth: unknown source "watts-2020"; did you mean "watts-2002"?'),
        ({"options": {"plain": "As it is."}}, "growth: options cannot be {'plain': 'As it is.'}; right are two"),
        ({"options": ("plain", "other")}, "growth: options cannot be ('plain', 'other'); right are two or more names"),
        ({"meaning": ""}, "growth: it has no meaning"),
    ],
    ids=lambda each: "-".join(each) if isinstance(each, dict) else "",
)  # fmt: skip
def test_a_wrong_switch_is_told_with_its_name_and_what_would_be_right(wrong, expected):
    assert told(Choice, SWITCH, **wrong).startswith(expected)


def test_where_a_new_unit_group_or_source_belongs_is_said():
    assert told(Parameter, NUMBER, unit="furlongs").endswith(
        "A new unit is added to UNITS in plnsim/common/parameter.py"
    )
    assert told(Parameter, NUMBER, group="x").endswith("A new group is added to GROUPS in plnsim/common/parameter.py")
    assert told(Choice, SWITCH, source="x").endswith("A new source is added to SOURCES in plnsim/common/sources.py")


def test_a_name_that_rules_could_not_write_is_refused():
    with pytest.raises(DeclarationError, match="first use: a parameter's name is letters, digits and _"):
        Parameter("first use", **NUMBER)


@pytest.mark.parametrize(("kind", "declared"), [(Parameter, NUMBER), (Choice, SWITCH)])
def test_all_but_the_name_are_keywords(kind, declared):
    with pytest.raises(TypeError, match="positional argument"):
        kind("growth", *declared.values())


def test_a_name_is_declared_once():
    with pytest.raises(DeclarationError, match=r"habit\.growth: it is declared twice"):
        ParameterRegistry({"habit": [Parameter("growth", **NUMBER), Choice("growth", **SWITCH)]})


def test_mistakes_are_told_without_asserts_as_well():
    asked = "from plnsim.common.parameter import Choice; Choice('growth', options={}, meaning='', group='people')"
    done = subprocess.run([sys.executable, "-O", "-c", asked], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "DeclarationError: growth: it has no meaning" in done.stderr


def test_every_word_of_the_vocabularies_is_used():
    numbers = [each for each in MODEL_PARAMETERS if isinstance(each, Parameter)]
    assert {each.unit for each in numbers} == set(UNITS) and len(set(UNITS)) == len(UNITS)
    assert {each.group for each in MODEL_PARAMETERS} <= set(GROUPS)
    assert {each.shape for each in numbers} <= set(SHAPES)
