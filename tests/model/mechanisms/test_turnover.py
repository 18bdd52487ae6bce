"""Turnover of teachers (R29): who leaves."""

import pytest

from plnsim.model.mechanisms import turnover
from tests.support.factories import changed_variables, close_to, make_teacher, make_week, make_world, parameters
from tests.support.posts import PEOPLE, P, year_end


@pytest.mark.parametrize(("disadvantage", "share"), [(0.0, 0.16), (0.5, 0.2), (1.0, 0.24)])
def test_teachers_leave_disadvantaged_schools_more_often(disadvantage, share):
    # slope (1.5 - 1) / (1.5 + 1) = 0.2: 0.2 x (1 -+ 0.2); 0.24 / 0.16 = 1.5
    assert turnover.leaving_probability(7, disadvantage, P) == close_to(share)


def test_no_more_than_everybody_leaves():
    p = parameters(turnover_rate=1.0, turnover_early_ratio=1.0, turnover_disadvantage_ratio=5.0)
    assert turnover.leaving_probability(0, 1.0, p) == 1.0


def test_during_the_year_nobody_comes_or_goes(stub_uniform):
    stub_uniform(turnover)  # no number may be drawn
    teacher = make_teacher(years=5)
    assert changed_variables(turnover.teacher_updates, teacher, make_world([teacher]), make_week(), P) == set()


def test_who_stays_is_a_year_older_in_post(stub_uniform):
    teacher, changed = year_end(stub_uniform, leaves=0.201)
    assert (changed, teacher.years) == ({"years"}, 6)


def test_a_draw_that_equals_the_share_of_leavers_stays(stub_uniform):
    assert year_end(stub_uniform, leaves=turnover.leaving_probability(5, 0.5, P))[1] == {"years"}


def test_who_leaves_is_replaced(stub_uniform):
    teacher, _ = year_end(stub_uniform, leaves=0.199)
    assert (teacher.years, teacher.new) == (0, 1)


def test_the_first_three_years_are_the_early_ones(stub_uniform):
    # rate 0.5, ratio 2: early 1 - 0.5^3 = 0.875, late 0.5 / 1.875 = 0.267, in the first three years 0.533
    p = parameters(turnover_rate=0.5, turnover_early_ratio=2.0, turnover_disadvantage_ratio=1.0, **PEOPLE)
    assert [year_end(stub_uniform, leaves=0.5, p=p, years=years)[0].new for years in (0, 1, 2, 3, 4)] == [1, 1, 1, 0, 0]


def test_a_seat_stays_with_the_post(stub_uniform):
    teacher, _ = year_end(stub_uniform, network=0, seat=0, member=1)
    assert (teacher.network, teacher.seat, teacher.member, teacher.new) == (0, 0, 1, 1)
