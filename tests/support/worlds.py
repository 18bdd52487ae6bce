"""Starting worlds that the tests draw, and what they read off them: staff and ties."""

import numpy as np

from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS

PATTERNS = tuple(MODEL_PARAMETERS["ties.pattern"].options)


def draw_world(values: dict, seed: int = 1):
    return Scenario.of("baseline").with_values(values).world(seed)


def draw_schools(staff: int, values: dict | None = None, teachers: int = 6000):
    """A world of schools with exactly so many teachers each, some thousand teachers in all."""
    return draw_world(
        {
            "population.schools": max(20, teachers // staff),
            "population.primary_staff": float(staff),
            "population.secondary_share": 0.0,
            "population.staff_spread": 0.0,
        }
        | (values or {})
    )


def staff_of(schools):
    return schools["after_last_teacher"] - schools["first_teacher"]


def tie_ends(world, layer):
    """Both ends of all ties of a layer."""
    first, to = getattr(world, f"{layer}_first"), getattr(world, f"{layer}_to")
    return np.repeat(np.arange(len(first) - 1), np.diff(first)), to.astype(np.int64)


def tie_pairs(world, layer):
    """The ties of a layer, as a set of pairs."""
    starts, ends = tie_ends(world, layer)
    return set(zip(starts.tolist(), ends.tolist(), strict=True))


def neighbours_of(first, to, source):
    """Those whom one is tied to."""
    return to[first[source] : first[source + 1]]
