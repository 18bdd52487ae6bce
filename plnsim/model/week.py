"""The record of a week, as steps and rules read it."""

import numpy as np

WEEK_DTYPE = np.dtype(
    [
        ("key", "u8"),  # key of this week's random numbers
        ("new_head", "f8"),  # share of schools whose head changes this week, by the calendar
        ("number", "i4"),  # from 0; -1 is the one before the first
        ("regime", "i4"),  # which parameter set is in force
        ("of_year", "i2"),  # 0 to 38
        ("ends_year", "i1"),  # the last week of a school year
        ("supported", "i1"),  # outside support runs
        ("support_over", "i1"),  # it has ended by the end of this week
        ("meets", "i1"),  # supported networks meet
        ("meets_alone", "i1"),  # networks on their own meet
        ("tune_up", "i1"),  # all who ever held a seat meet once more, with facilitation
    ],
    align=True,
)
"""What a week carries."""
