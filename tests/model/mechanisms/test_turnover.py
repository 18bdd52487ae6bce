"""Who leaves, and how long teachers stay (and who leaves early)."""

import numpy as np
import pytest

from plnsim.model.mechanisms import turnover
from plnsim.model.mechanisms.turnover import LONGEST_CAREER, leaving_rate, years_in_balance
from tests.support.factories import (
    changed_variables,
    close_to,
    make_network,
    make_school,
    make_teacher,
    make_week,
    make_world,
    parameters,
)

P = parameters(
    turnover_rate=0.2,
    turnover_early_ratio=1.0,
    turnover_disadvantage_ratio=1.5,
    turnover_movers=0.4,
    turnover_induction=0.5,
)
YEAR_END = make_week(of_year=38, ends_year=1)
EVEN_DRAWS = (np.arange(10_000) + 0.5) / 10_000


# --- the chance of leaving


def test_the_first_three_years_are_early():
    # early share 1 - 0.5^3 = 0.875; late 0.5 / (1 + 1 x 0.875) = 4/15; early twice that
    assert [leaving_rate(years, 0.5, 2.0) for years in range(5)] == [close_to(8 / 15)] * 3 + [close_to(4 / 15)] * 2


def test_without_early_leavers_the_rate_is_the_same_for_all():
    assert [leaving_rate(years, 0.15, 1.0) for years in (0, 2, 3, 40)] == [0.15] * 4


@pytest.mark.parametrize("years", [0, 2, 3, 44])
def test_nobody_leaves_at_a_rate_of_nothing(years):
    assert leaving_rate(years, 0.0, 5.0) == 0.0


@pytest.mark.parametrize("ratio", [1.0, 2.5, 5.0])
def test_at_a_rate_of_one_all_leave_in_their_first_year(ratio):
    # early share 1: late 1 / ratio, early (1 / ratio) x ratio
    assert leaving_rate(0, 1.0, ratio) == close_to(1.0)
    assert leaving_rate(3, 1.0, ratio) == close_to(1.0 / ratio)


def test_it_is_a_chance_for_all_allowed_rates():
    for rate in np.linspace(0, 1, 21):
        for ratio in np.linspace(1, 5, 9):
            assert all(0.0 <= leaving_rate(years, rate, ratio) <= 1.0 for years in (0, 3))


@pytest.mark.parametrize(("disadvantage", "share"), [(0.0, 0.16), (0.5, 0.2), (1.0, 0.24)])
def test_teachers_leave_disadvantaged_schools_more_often(disadvantage, share):
    # slope (1.5 - 1) / (1.5 + 1) = 0.2: 0.2 x (1 -+ 0.2); 0.24 / 0.16 = 1.5
    assert turnover.leaving_probability(7, disadvantage, P) == close_to(share)


def test_no_more_than_everybody_leaves():
    p = parameters(turnover_rate=1.0, turnover_early_ratio=1.0, turnover_disadvantage_ratio=5.0)
    assert turnover.leaving_probability(0, 1.0, p) == 1.0


# --- years in post at the start


def years_of(rate, ratio, draws=EVEN_DRAWS):
    return np.array([years_in_balance(float(u), rate, ratio) for u in draws])


@pytest.mark.parametrize(
    ("rate", "ratio"), [(0.0, 1.5), (0.10, 1.0), (0.15, 1.5), (0.25, 2.5), (0.15, 2.5), (1.0, 1.0)]
)
def test_years_are_where_the_cumulative_distribution_of_a_staff_in_balance_reaches_the_draw(rate, ratio):
    rates = np.array([leaving_rate(years, rate, ratio) for years in range(LONGEST_CAREER)])
    staying = np.cumprod(np.concatenate([[1.0], 1.0 - rates[:-1]]))
    assert years_of(rate, ratio).tolist() == np.searchsorted(np.cumsum(staying) / staying.sum(), EVEN_DRAWS).tolist()


@pytest.mark.parametrize(("rate", "ratio"), [(0.10, 1.0), (0.15, 1.5), (0.25, 2.5), (0.15, 2.5)])
def test_a_staff_in_balance_loses_about_the_rate(rate, ratio):
    loss = np.mean([leaving_rate(years, rate, ratio) for years in years_of(rate, ratio)])
    assert loss == pytest.approx(rate, rel=0.08)


def test_years_in_post_by_hand():
    # rate 0.5, no early leavers: 1, 1/2, 1/4 ... of those who came still there; shares 1/2, 1/4, 1/8
    assert years_of(0.5, 1.0, (0.01, 0.49, 0.51, 0.74, 0.76, 0.87, 0.88)).tolist() == [0, 0, 1, 1, 2, 2, 3]


def test_a_higher_draw_never_means_fewer_years():
    assert (np.diff(years_of(0.15, 1.5)) >= 0).all()


def test_everybody_is_new_where_all_leave_each_year():
    assert years_of(1.0, 1.0).max() == 0


def test_where_nobody_leaves_all_lengths_of_career_are_as_many():
    counts = np.bincount(years_of(0.0, 1.5), minlength=LONGEST_CAREER)
    assert len(counts) == LONGEST_CAREER == 45
    assert counts.max() - counts.min() <= 1


@pytest.mark.parametrize(("u", "years"), [(0.49, 0), (0.51, 1), (0.76, 2)])
def test_years_at_the_start_are_drawn_from_a_stream_of_their_own(stub_uniform, u, years):
    draws = stub_uniform(turnover, tenure=u)
    teacher, p = make_teacher(), parameters(turnover_rate=0.5, turnover_early_ratio=1.0)
    world = make_world([make_teacher(), teacher])
    assert turnover.initial_years(teacher, world, make_week(key=7, number=-1), p) == years
    assert draws == [(7, "tenure", 1, 0)]


# --- who leaves


def year_end(stub_uniform, leaves, p=P, week=YEAR_END, **state):
    stub_uniform(turnover, teacher_leaves=leaves)
    teacher = make_teacher(**{"years": 5, "knowledge": 0.9} | state)
    world = make_world([teacher], schools=[make_school(disadvantage=0.5)], networks=[make_network(active=1, schools=1)])
    return teacher, changed_variables(turnover.teacher_updates, teacher, world, week, p)


def test_during_the_year_nobody_goes(stub_uniform):
    stub_uniform(turnover)  # no number may be drawn
    teacher = make_teacher(years=5)
    assert changed_variables(turnover.teacher_updates, teacher, make_world([teacher]), make_week(), P) == set()


def test_who_stays_is_a_year_older_in_post(stub_uniform):
    teacher, changed = year_end(stub_uniform, leaves=0.201)
    assert (changed, teacher.years) == ({"years"}, 6)


def test_a_draw_that_equals_the_share_of_leavers_stays(stub_uniform):
    assert year_end(stub_uniform, leaves=turnover.leaving_probability(5, 0.5, P))[1] == {"years"}


def test_who_leaves_leaves_the_post_to_somebody_new_and_nothing_else_changes_yet(stub_uniform):
    teacher, changed = year_end(stub_uniform, leaves=0.199, network=0, seat=0, member=1)
    assert (teacher.new, changed) == (turnover.AFTER_MEMBER, {"new", "years"})
    assert year_end(stub_uniform, leaves=0.199)[0].new == 1


def test_leaving_is_asked_of_each_teacher_by_her_own_name(stub_uniform):
    draws = stub_uniform(turnover, teacher_leaves=0.9)
    teacher = make_teacher()
    turnover.teacher_updates(teacher, make_world([make_teacher(), teacher]), make_week(key=7, ends_year=1), P)
    assert draws == [(7, "teacher leaves", 1, 0)]


def test_the_first_three_years_are_the_early_ones(stub_uniform):
    # rate 0.5, ratio 2: early 1 - 0.5^3 = 0.875, late 0.5 / 1.875 = 0.267, in the first three years 0.533
    p = parameters(turnover_rate=0.5, turnover_early_ratio=2.0, turnover_disadvantage_ratio=1.0)
    assert [year_end(stub_uniform, leaves=0.5, p=p, years=years)[0].new for years in (0, 1, 2, 3, 4)] == [1, 1, 1, 0, 0]
