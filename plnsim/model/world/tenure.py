"""How long teachers stay: leaving is likelier in the first years of a post."""

from __future__ import annotations

import numpy as np

EARLY_YEARS = 3
LONGEST_CAREER = 45


def leaving_rate(years, rate, early_ratio):
    """Chance of leaving at a year end after ``years`` in post, such that a staff in balance loses about ``rate`` a
    year.

    In the first three years it is ``early_ratio`` times what it is later; in balance a share of about
    1 - (1 - rate)^3 of the staff is in those years.
    """
    early = 1.0 - (1.0 - rate) * (1.0 - rate) * (1.0 - rate)
    late = rate / (1.0 + (early_ratio - 1.0) * early)
    return late * early_ratio if years < EARLY_YEARS else late


def sample_years_in_post(rate: float, early_ratio: float, u: np.ndarray) -> np.ndarray:
    """Years in post of a staff in balance, one for each number between 0 and 1."""
    leaving = np.array([leaving_rate(years, rate, early_ratio) for years in range(LONGEST_CAREER - 1)])
    stays = np.concatenate([[1.0], np.cumprod(1.0 - leaving)])
    return np.searchsorted(np.cumsum(stays) / stays.sum(), u)
