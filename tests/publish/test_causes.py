"""Who influences what, as read from the model's text."""

from plnsim.model.world import entities
from plnsim.publish.odd.causes import LEFT_OUT, causes
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS

VARIABLES = {variable.dotted_name: variable for variable in (*entities.TEACHER, *entities.SCHOOL, *entities.NETWORK)}


def test_what_mechanisms_set_is_what_they_declare_to_write():
    found = {}
    for cause in causes():
        found.setdefault(cause.sets, set()).add(cause.mechanism)
    assert LEFT_OUT not in set().union(*found.values())
    for name, mechanisms in found.items():
        assert mechanisms <= set(VARIABLES[name].written_by), name


def test_names_are_declared():
    parameters = {parameter.qualified_name for parameter in MODEL_PARAMETERS}
    for cause in causes():
        assert set(cause.reads) <= set(VARIABLES) and set(cause.parameters) <= parameters, cause


def test_what_a_value_rests_on_is_followed_through_rules_conditions_and_the_week():
    moved = {}
    for cause in causes():
        for name in cause.parameters:
            moved.setdefault(name, set()).add(cause.sets)
    assert moved["time.hours"] == {"school.hours"}
    assert "teacher.uses" in moved["adoption.steepness"]  # by a rule that a rule calls
    assert "network.meets" in moved["programme.support_years"]  # by what a week carries
    (adoption,) = (one for one in causes() if (one.mechanism, one.sets) == ("adoption", "teacher.uses"))
    assert "teacher.refuses" in adoption.reads  # by the condition under which the step ends
