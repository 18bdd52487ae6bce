"""Survival of use and reproduction, against SciPy and against numbers worked out by hand."""

import math

import numpy as np
import pytest
from pytest import approx
from scipy.stats import CensoredData, ecdf

from plnsim.model.survival import kaplan_meier, reproduction, survival_of_schools, survival_of_teachers
from tests.model.test_outcomes import YEAR, a_run, of


@pytest.mark.parametrize("seed", range(3))
def test_the_curve_and_its_interval_are_those_of_scipy(seed):
    rng = np.random.default_rng(seed)
    until, left = rng.integers(1, 30, 60), rng.random(60) < 0.4
    followed = np.array([(until > step).sum() for step in range(31)])
    events = np.array([((until == step) & ~left).sum() for step in range(1, 31)])
    curve = kaplan_meier(followed, events)
    known = ecdf(CensoredData(uncensored=until[~left], right=until[left])).sf
    interval = known.confidence_interval(0.95, method="log-log")
    inner = [step for step in range(29) if 0.0 < known.evaluate(step) < 1.0]
    assert curve.share[:29] == approx(known.evaluate(np.arange(29)))
    assert curve.low[inner] == approx(interval.low.evaluate(np.array(inner)))
    assert curve.high[inner] == approx(interval.high.evaluate(np.array(inner)))


def test_who_leaves_in_a_step_was_at_risk_in_it():
    curve = kaplan_meier(np.array([10, 4, 4, 2]), np.array([2, 0, 1]))
    assert curve.share.tolist() == approx([1.0, 0.8, 0.8, 0.8 * 0.75])
    variance = 0.6**2 * (2 / (10 * 8) + 1 / (4 * 3))
    away = 1.959964 * math.sqrt(variance) / (0.6 * abs(math.log(0.6)))
    assert (curve.low[3], curve.high[3]) == approx((0.6 ** math.exp(away), 0.6 ** math.exp(-away)))


def test_where_all_had_the_event_nobody_survives_and_where_all_left_nothing_is_known():
    assert kaplan_meier(np.array([2, 0, 0]), np.array([2, 0])).share.tolist() == [1.0, 0.0, 0.0]
    left = kaplan_meier(np.array([2, 0, 0]), np.array([1, 0])).share
    assert left[:2].tolist() == [1.0, 0.5] and math.isnan(left[2])
    assert np.isnan(kaplan_meier(np.array([0, 0]), np.array([0])).share).all()


def test_before_and_after_all_events_the_interval_is_the_estimate():
    curve = kaplan_meier(np.array([3, 3, 0]), np.array([0, 3]))
    assert curve.low.tolist() == curve.high.tolist() == curve.share.tolist() == [1.0, 1.0, 0.0]


# -- teachers ----------------------------------------------------------------------------------------------------------


def a_cohort(years=2, support_ends=YEAR):
    """Four schools: ten users each when support ends, of whom one a week gives it up in the first two weeks after, and
    two leave at the end of the first year after.
    """
    last = support_ends - 1

    def followed(week):
        after = week - last
        return 0 if after < 0 else 10 - min(after, 2) - 2 * (after >= YEAR)

    return a_run(
        weeks=support_ends + years * YEAR,
        support_ends=support_ends,
        followed=followed,
        followed_gave_up=lambda week: 1 if 0 < week - last <= 2 else 0,
    )


def test_teachers_are_followed_from_the_last_week_of_support():
    curve = survival_of_teachers(a_cohort())
    assert curve.share[:4].tolist() == approx([1.0, 0.9, 0.8, 0.8])
    assert curve.share[-1] == approx(0.8) and curve.followed[-1] == 4 * 6 and len(curve.share) == 2 * YEAR + 1


def test_survival_is_read_off_at_whole_years_that_the_run_reaches():
    run = a_cohort(years=2)
    assert [of(f"teacher_survival_{years}", run) for years in (1, 2)] == approx([0.8, 0.8])
    assert math.isnan(of("teacher_survival_3", run))
    assert of("teacher_survival_20", a_cohort(years=20)) == approx(0.8)


def test_without_support_those_of_the_first_week_are_followed():
    run = a_run(weeks=YEAR + 1, support_ends=0, followed=lambda week: 10 if week < 5 else 8, followed_gave_up=0)
    assert survival_of_teachers(run).followed.tolist() == [40] * 5 + [32] * (YEAR - 4)


@pytest.mark.parametrize("support_ends", [3 * YEAR, 4 * YEAR])
def test_while_support_lasts_there_is_no_survival(support_ends):
    run = a_run(weeks=3 * YEAR, support_ends=support_ends, users=5, followed=5, left_using=1, took_up=1)
    names = ("teacher_survival_1", "school_survival_1", "reproduction", "retained_scale_up")
    assert all(math.isnan(of(name, run)) for name in names)


# -- schools -----------------------------------------------------------------------------------------------------------


def schools_of(weeks=4 * YEAR, support_ends=YEAR, values=None):
    """Four schools that use it at .2, .3, .5, .5 in the year in which support ends; the second falls below the level in
    the first year after, the third in the second, from which it comes back.
    """

    def users(week):
        after = (week - support_ends) // YEAR + 1
        return [2, 3 if after < 1 else 2, 2 if after == 2 else 5, 5]

    return a_run(weeks=weeks, support_ends=support_ends, users=users, values=values)


def test_a_school_that_had_spread_it_survives_until_its_use_first_falls_below_the_level():
    curve = survival_of_schools(schools_of())
    assert curve.followed.tolist() == [3, 2, 1, 1] and curve.share.tolist() == approx([1, 2 / 3, 1 / 3, 1 / 3])
    assert of("school_survival_1", schools_of()) == approx(2 / 3)
    assert of("school_survival_3", schools_of()) == approx(1 / 3)
    assert math.isnan(of("school_survival_5", schools_of()))


def test_both_levels_are_declared():
    assert survival_of_schools(schools_of(values={"measure.fate_from": 0.2})).followed.tolist() == [4, 2, 1, 1]
    assert survival_of_schools(schools_of(values={"measure.method_use": 0.2})).followed.tolist() == [3, 3, 3, 3]
    nobody = survival_of_schools(a_run(users=0, values={"measure.fate_from": 0.0}))
    assert nobody.followed.tolist() == [0, 0] and np.isnan(nobody.share).all()


def test_a_stretch_shorter_than_a_year_is_no_year():
    assert len(survival_of_schools(schools_of(weeks=3 * YEAR - 1)).share) == 2
    assert len(survival_of_schools(schools_of(weeks=3 * YEAR)).share) == 3
    assert len(survival_of_schools(schools_of(weeks=YEAR + 5, support_ends=YEAR + 2)).share) == 0


# -- reproduction ------------------------------------------------------------------------------------------------------


def test_reproduction_is_the_net_uptake_for_each_user_who_leaves():
    run = a_run(took_up=3, gave_up=1, left_using=[4, 2, 1, 1])
    assert reproduction(run) == of("reproduction", run) == approx((4 * 3 - 4) / 8)


@pytest.mark.parametrize(("follow_up", "pooled"), [(1, 1), (2, 2), (3, 3), (4, 3)])
def test_it_is_pooled_over_the_last_three_years_after_support(follow_up, pooled):
    def took_up(week):
        return week // YEAR + 1  # 1 in the first year, 2 in the second, ...

    years = 2 + follow_up
    run = a_run(weeks=years * YEAR, support_ends=2 * YEAR, took_up=took_up, left_using=1)
    assert reproduction(run) == approx(np.mean(range(years - pooled + 1, years + 1)))


def test_a_stretch_after_support_of_less_than_a_year_counts_as_it_is_and_of_more_by_whole_years():
    def left(week):
        return 2 if week == 49 else 0

    assert reproduction(a_run(weeks=60, support_ends=45, took_up=1, left_using=left)) == approx(15 / 2)
    assert reproduction(a_run(weeks=88, support_ends=45, took_up=1, left_using=left)) == approx(39 / 2)
    assert math.isnan(reproduction(a_run(weeks=89, support_ends=45, took_up=1, left_using=left)))


def test_without_losses_there_is_none_and_scale_up_asks_whether_as_many_take_it_up_as_give_it_up():
    good = {"users": 5, "depth": 4, "routine": 1.0}
    for took_up, sustained in ((2, 1.0), (1, 1.0), (0, 0.0)):
        run = a_run(**good, took_up=took_up, gave_up=1)
        assert math.isnan(of("reproduction", run)) and of("sustained_scale_up", run) == sustained


def test_a_net_loss_is_no_index_below_nought():
    run = a_run(users=5, depth=4, routine=1.0, gave_up=3, left_using=1)
    assert of("reproduction", run) == approx(-3) and of("scale_up_index", run) == 0.0
