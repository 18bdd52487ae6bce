"""The states of a teacher, as the page, stories and exports of networks have them, and the names of schools."""

from __future__ import annotations

import numpy as np

TRYING, HABIT = 1, 2
"""States of a teacher; 0 is not using it."""
HABIT_FROM = 1 / 3
"""A user's practice counts as a habit from this level of habit on, which some seven weeks of use without a miss lead
to.
"""


class SimulationCancelled(Exception):
    """Nobody waits for the result any more."""


def teacher_states(uses: np.ndarray, habit: np.ndarray) -> np.ndarray:
    """The state of each teacher: 0 not using, 1 trying, 2 habit."""
    return np.asarray(uses + ((uses == 1) & (habit >= HABIT_FROM)))


def school_name(place: int) -> str:
    """Schools are called A to Z, then A2 to Z2 and so on."""
    return chr(ord("A") + place % 26) + (str(place // 26 + 1) if place >= 26 else "")
