"""Statistics of who is there and who turns to whom: ties in schools and across them, tenure, champions who stay."""

from __future__ import annotations

import math

import numpy as np

from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.studies.validation.pattern import Arms, Figure


def degrees(first: np.ndarray) -> np.ndarray:
    return np.diff(first)


def mean_degree(arms: Arms, arm: str = "it") -> float:
    """Mean number of colleagues to whom teachers turn."""
    return float(degrees(arms[arm].start.advice_first).mean())


def density(arm: str = "it") -> Figure:
    """Mean over schools of the share of possible advice ties that there are."""

    def share(arms: Arms) -> float:
        world = arms[arm].start
        staff = (world.schools["after_last_teacher"] - world.schools["first_teacher"]).astype(float)
        ties = (
            world.advice_first[world.schools["after_last_teacher"]] - world.advice_first[world.schools["first_teacher"]]
        )
        return float(np.mean(ties / (staff * (staff - 1.0))))

    return share


def reciprocity(layer: str, arm: str = "it") -> Figure:
    """Share of ties that go both ways; ``layer`` is advice or cross."""

    def share(arms: Arms) -> float:
        world = arms[arm].start
        first, to = getattr(world, f"{layer}_first"), getattr(world, f"{layer}_to").astype(np.int64)
        source = np.repeat(np.arange(len(first) - 1), degrees(first))
        pairs = set(zip(source.tolist(), to.tolist(), strict=True))
        return sum((asked, asker) in pairs for asker, asked in pairs) / len(pairs) if pairs else math.nan

    return share


def cross_density(arms: Arms, arm: str = "it") -> float:
    """Share of the possible ties between members of a cross-school network that there are."""
    world = arms[arm].start
    members = int((world.teachers["network"] >= 0).sum())
    return float(degrees(world.cross_first).sum() / (members * (members - 1))) if members > 1 else math.nan


def new_at_school(arms: Arms, arm: str = "it") -> float:
    """Share of posts whose holder came at the last year end."""
    return float(arms[arm].end.teachers["new"].mean())


def tenure(least: float, most: float, arm: str = "it") -> Figure:
    """Share of teachers who have held their post for at least so many whole years and less than so many, after the
    last week.
    """
    return lambda arms: float(
        np.mean((arms[arm].end.teachers["years"] >= least) & (arms[arm].end.teachers["years"] < most))
    )


def champions_left(arms: Arms, arm: str, both: bool) -> float:
    """Share of schools in which both, or at least one, of two champions of the start are still there after the last
    week.
    """
    world = arms[arm].end
    seated = world.teachers[world.teachers["network"] >= 0]
    stayed = seated["years"] >= arms[arm].run_counts.length // SCHOOL_WEEKS
    count = np.bincount(seated["school"], weights=stayed, minlength=len(world.schools))
    held = np.bincount(seated["school"], minlength=len(world.schools)) >= 2
    return float(np.mean((count >= 2 if both else count >= 1)[held]))
