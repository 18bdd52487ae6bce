"""The names of mechanisms, and their moves in the order of the week."""

import pytest

from plnsim.model.mechanisms import SCHEDULE, adoption, name_of, steps


def test_a_mechanism_is_called_like_its_file():
    assert name_of(adoption) == "adoption"


@pytest.mark.parametrize("kind", ["teacher_observes", "network_updates"])
def test_the_moves_of_one_kind_are_those_of_the_mechanisms_in_their_order(kind):
    made = steps(kind)
    assert {step.__name__ for step in made} == {kind}
    places = [
        SCHEDULE.index(next(mechanism for mechanism in SCHEDULE if mechanism.__name__ == step.__module__))
        for step in made
    ]
    assert places == sorted(places) and len(places) > 1
