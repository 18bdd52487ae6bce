"""The names of mechanisms, and their steps in the order of the week."""

import pytest

from plnsim.model.mechanisms import SCHEDULE, adoption, name_of, steps


def test_a_mechanism_is_called_like_its_file():
    assert name_of(adoption) == "adoption"


@pytest.mark.parametrize("kind", ["teacher_observes", "network_updates"])
def test_the_steps_of_one_kind_are_those_of_the_mechanisms_in_their_order(kind):
    in_order = steps(kind)
    assert {step.__name__ for step in in_order} == {kind}
    places = [
        SCHEDULE.index(next(mechanism for mechanism in SCHEDULE if mechanism.__name__ == step.__module__))
        for step in in_order
    ]
    assert places == sorted(places) and len(places) > 1
