"""Lasting."""

import numpy as np
import pytest

from plnsim.model.mechanisms import lasting
from plnsim.simulation.runs import simulate_run
from tests.simulation.test_engines import assert_engines_agree
from tests.support.factories import changed_variables, make_teacher, make_week, make_world, parameters
from tests.support.runs import small_scenario

MARKS = {"took_up": lasting.takes_up, "gave_up": lasting.gives_up, "left_using": lasting.has_left_using}
"""How a teacher is counted in a week, and by which rule."""
WEEK = {"support_over": 1, "number": 50}


def marks(before, uses, new=0, followed=0, **week):
    """How a teacher is marked and counted by what she did last week and does now; ``new``: someone else holds the
    post.
    """
    teacher = make_teacher(used_before=before, uses=uses, new=new, followed=followed)
    world = make_world([teacher])
    changed = changed_variables(
        lasting.teacher_updates, teacher, world, make_week(**WEEK | {"supported": 1} | week), parameters()
    )
    assert changed <= {"followed"}
    followed = {0: set(), lasting.FOLLOWED: {"followed"}, lasting.GAVE_UP: {"followed gave up"}}[teacher.followed]
    return {name for name, counts in MARKS.items() if counts(teacher)} | followed


@pytest.mark.parametrize(
    ("before", "uses", "new", "marked"),
    [
        (0, 0, 0, set()),
        (1, 1, 0, set()),
        (0, 1, 0, {"took_up"}),
        (1, 0, 0, {"gave_up"}),
        (1, 0, 1, {"left_using"}),
        (0, 0, 1, set()),
        (0, 1, 1, {"took_up"}),  # a newcomer who is brought in
        (1, 1, 1, {"left_using", "took_up"}),
    ],
)
def test_who_takes_it_up_gives_it_up_and_leaves_while_using_it(before, uses, new, marked):
    assert marks(before, uses, new, support_over=0) == marked
    assert marks(before, uses, new, supported=0) == marked


def test_users_in_the_last_week_of_support_are_followed_whoever_used_it_before():
    assert marks(1, 1) == {"followed"}
    assert marks(0, 1) == {"followed", "took_up"}
    assert marks(1, 0) == {"gave_up"}
    assert marks(1, 1, new=1) == {"left_using", "took_up", "followed"}


def test_without_support_those_of_the_first_week_are_followed():
    assert marks(1, 1, supported=0, number=0) == {"followed"}
    assert marks(1, 1, supported=0, number=1) == set()
    assert marks(1, 1, supported=1, number=0, support_over=0) == set()


def test_who_is_followed_is_so_until_she_gives_it_up_or_leaves_and_never_again():
    assert marks(1, 1, followed=1, supported=0) == {"followed"}
    assert marks(1, 0, followed=1, supported=0) == {"gave_up", "followed gave up"}
    assert marks(0, 0, followed=lasting.GAVE_UP, supported=0) == set()
    assert marks(1, 0, new=1, followed=1, supported=0) == {"left_using"}
    assert marks(1, 1, new=1, followed=1, supported=0) == {"left_using", "took_up"}
    assert marks(0, 1, supported=0) == {"took_up"}


def test_whether_she_uses_it_is_observed_before_the_week_changes_it():
    for uses in (0, 1):
        teacher = make_teacher(uses=uses, used_before=1 - uses)
        lasting.teacher_observes(teacher, make_world([teacher]), make_week(), parameters())
        assert teacher.used_before == uses


def test_users_are_those_of_last_week_and_who_took_it_up_less_who_gave_it_up_and_left():
    run = simulate_run(
        small_scenario(
            {
                "population.first_users": 0.5,
                "programme.follow_up_years": 3.0,
                "turnover.rate": 0.3,
                "routine.growth": 0.3,
            }
        )
    )
    week = {name: run.weeks[name].sum(axis=1) for name in ("users", "took_up", "gave_up", "left_using", "followed")}
    change = (week["took_up"] - week["gave_up"] - week["left_using"])[1:]
    assert (np.diff(week["users"]) == change).all() and week["left_using"].sum() > 10 and week["gave_up"].sum() > 10
    assert week["followed"][run.support_ends - 1] == week["users"][run.support_ends - 1] > 0
    assert (week["followed"][: run.support_ends - 1] == 0).all()
    assert (np.diff(week["followed"][run.support_ends - 1 :]) <= 0).all()


def test_the_engines_agree():
    assert_engines_agree(small_scenario({"population.first_users": 0.5, "abandonment.rate": 0.5}))
