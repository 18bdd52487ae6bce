"""How long teachers stay (R29, and the design's early leavers)."""

import numpy as np
import pytest

from plnsim.model.mechanisms.turnover import LONGEST_CAREER, leaving_rate, years_in_balance
from tests.support.factories import close_to

EVEN_DRAWS = (np.arange(10_000) + 0.5) / 10_000


def years_of_staff(rate, ratio, draws=EVEN_DRAWS):
    return np.array([years_in_balance(u, rate, ratio) for u in draws.tolist()])


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


@pytest.mark.parametrize(("rate", "ratio"), [(0.10, 1.0), (0.15, 1.5), (0.25, 2.5), (0.15, 2.5)])
def test_a_staff_in_balance_loses_about_the_rate(rate, ratio):
    years = years_of_staff(rate, ratio)
    loss = np.mean(
        [leaving_rate(year, rate, ratio) for year in range(LONGEST_CAREER)] @ np.eye(LONGEST_CAREER)[:, years]
    )
    assert loss == pytest.approx(rate, rel=0.08)


def test_years_in_post_by_hand():
    # rate 0.5, no early leavers: 1, 1/2, 1/4 ... of those who came still there; shares 1/2, 1/4, 1/8
    assert years_of_staff(0.5, 1.0, np.array([0.01, 0.49, 0.51, 0.74, 0.76, 0.87, 0.88])).tolist() == [
        0,
        0,
        1,
        1,
        2,
        2,
        3,
    ]


def test_a_higher_draw_never_means_fewer_years():
    assert (np.diff(years_of_staff(0.15, 1.5)) >= 0).all()


def test_everybody_is_new_where_all_leave_each_year():
    assert years_of_staff(1.0, 1.0).max() == 0


def test_where_nobody_leaves_all_lengths_of_career_are_as_many():
    counts = np.bincount(years_of_staff(0.0, 1.5), minlength=LONGEST_CAREER)
    assert len(counts) == LONGEST_CAREER == 45
    assert counts.max() - counts.min() <= 1
