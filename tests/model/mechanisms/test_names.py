"""The names of mechanisms, and their moves in the order of the week."""

import pytest

from plnsim.model.mechanisms import WEEK, adoption, moves, name_of


def test_a_mechanism_is_called_like_its_file():
    assert name_of(adoption) == "adoption"


@pytest.mark.parametrize("kind", ["teacher_looks", "network_acts"])
def test_the_moves_of_one_kind_are_those_of_the_mechanisms_in_their_order(kind):
    made = moves(kind)
    assert {move.__name__ for move in made} == {kind}
    places = [WEEK.index(next(one for one in WEEK if one.__name__ == move.__module__)) for move in made]
    assert places == sorted(places) and len(places) > 1
