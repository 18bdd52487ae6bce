"""Statistics of patterns: small functions of what was played, each giving one number for one replicate of all arms.

``NaN`` means that the statistic is not defined in this replicate; it is left out and counted.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from plnsim.model import outcome
from plnsim.model.measure import BARRIERS
from plnsim.model.mechanisms.participation import LEFT, TAKES_PART
from plnsim.model.mechanisms.parts import share_of_parts
from plnsim.model.mechanisms.practice import benefit
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.values import number_of
from plnsim.simulation.scenario.declared import to_namespace
from plnsim.studies.validation.pattern import ArmRun, Arms, Figure, Ratio


def of(name: str, arm: str = "it") -> Figure:
    """An outcome of the model in one arm."""
    return lambda arms: outcome.OUTCOMES_BY_NAME[name].function(arms[arm].run_counts)


def difference(name: str, more: str, less: str) -> Figure:
    """How much higher an outcome is in one arm than in another with the same random numbers."""
    return lambda arms: of(name, more)(arms) - of(name, less)(arms)


def relation(name: str, over: str, under: str) -> Ratio:
    """An outcome in one arm in relation to another; the sums over all replicates are divided."""
    return lambda arms: (of(name, over)(arms), of(name, under)(arms))


def year_of_use(arm_run: ArmRun, year: int) -> np.ndarray:
    """Share of each school's staff who use the practice, mean of a year (from 0; -1 is the last)."""
    return arm_run.run_counts.by_school("users", "staff", year)


def participated(arm_run: ArmRun) -> np.ndarray:
    """Whether each school ever had members."""
    return np.asarray(arm_run.run_counts.years["members"].sum(axis=0) > 0)


def benefit_by_school(arm_run: ArmRun, year: int = -1) -> np.ndarray:
    """Gain in quality of practice in each school, in SD of practice, mean of its staff over a year."""
    gain: np.ndarray = arm_run.run_counts.by_school("benefit", "staff", year)
    return number_of(arm_run.run_counts.values, "practice.practice_gain") * gain


def benefit_of(arm_run: ArmRun, posts: np.ndarray) -> float:
    """Pupils' gain (SD) with the holders of some posts in the last week, those who do not use the practice counted as
    nought.
    """
    p = to_namespace(dict(arm_run.run_counts.values))
    some = arm_run.end.teachers[posts]
    gains = [
        benefit(share_of_parts(in_use, p), fidelity, adaptation, fit, p)
        for in_use, fidelity, adaptation, fit in zip(
            some["in_use"].tolist(),
            some["fidelity"].tolist(),
            some["adaptation"].tolist(),
            arm_run.end.schools["fit"][some["school"]].tolist(),
            strict=True,
        )
    ]
    pupils_gain: float = p.practice.practice_gain * p.practice.pupil_ratio
    return pupils_gain * float(np.mean(np.where(some["uses"] > 0, gains, 0.0)))


def at_week(arm_run: ArmRun, name: str, under: str, week: int) -> float:
    """A count in relation to another in one week."""
    return arm_run.run_counts.ratio(name, under, slice(week, week + 1))


def hardly_touched(arm_run: ArmRun, least: float = 0.05) -> float:
    """Share of schools in which fewer than ``least`` of staff use the practice after the last week."""
    schools = arm_run.end.schools
    users = np.add.reduceat(arm_run.end.teachers["uses"].astype(float), schools["first_teacher"])
    return float(np.mean(users < least * (schools["after_last_teacher"] - schools["first_teacher"])))


def share_rejoining(arms: Arms, arm: str = "it") -> float:
    """Share of the schools in networks just before the first decision without subsidy that are in networks just after
    it; they are counted at the beginning of a week.
    """
    run_counts = arms[arm].run_counts
    schools, decided = run_counts.networks["schools"], run_counts.support_ends - 1
    return float(schools[decided + 1] / schools[decided]) if schools[decided] > 0 else math.nan


def dropped(arms: Arms, arm: str = "it") -> float:
    """Share of the schools that took part at the start which have left their networks after the last week."""
    began = arms[arm].start.schools["standing"] == TAKES_PART
    return float(np.mean(arms[arm].end.schools["standing"][began] == LEFT)) if began.any() else math.nan


def abandoned(
    arms: Arms, arm: str = "it", by: int = 1, after: int = 4, spread: float = 0.2, left: float = 0.2
) -> float:
    """Of schools that had spread the practice by a year: the share in which little of it is left in a later year."""
    then, now = year_of_use(arms[arm], by), year_of_use(arms[arm], after)
    adopted = then >= spread
    return float(np.mean(now[adopted] < left * then[adopted])) if adopted.any() else math.nan


def largest_share(fate: str, arm: str = "it") -> Figure:
    """How much commoner one fate of schools is than the commoner of the two others."""
    fates = ("schools_sustained", "schools_partial", "schools_collapsed")

    def lead(arms: Arms) -> float:
        shares = {name: of(name, arm)(arms) for name in fates}
        return shares.pop(fate) - max(shares.values())

    return lead


def whole_programme(arms: Arms, arm: str = "it", staff: float = 0.8, core: float = 0.8) -> float:
    """Share of schools that took part in which four fifths of staff use nearly all of its core, as a routine, in the
    last year.
    """
    arm_run = arms[arm]
    run_counts, mine = arm_run.run_counts, participated(arm_run)
    fidelity = np.nan_to_num(run_counts.by_school("fidelity", "users"))
    whole = (
        (year_of_use(arm_run, -1) >= staff)
        & (fidelity >= core)
        & (run_counts.routine[-1] >= number_of(run_counts.values, "measure.routine_level"))
    )
    return float(np.mean(whole[mine])) if mine.any() else math.nan


def some_component(arms: Arms, arm: str = "it", least: float = 0.05) -> float:
    """Share of schools that took part in which at least some of staff use the practice in the last year."""
    mine = participated(arms[arm])
    return float(np.mean(year_of_use(arms[arm], -1)[mine] >= least)) if mine.any() else math.nan


def median_over(names: tuple[str, ...], name: str = "use_where_taking_part") -> Figure:
    """The median of an outcome over the programmes that several arms stand for."""
    return lambda arms: float(np.median([of(name, arm)(arms) for arm in names]))


def mean_over(names: tuple[str, ...], name: str) -> Figure:
    """The mean of an outcome over several arms."""
    return lambda arms: float(np.mean([of(name, arm)(arms) for arm in names]))


def yearly(name: str, under: str, arm: str = "it") -> Callable[[Arms], np.ndarray]:
    """A count in relation to another in the last week of each year."""

    def series(arms: Arms) -> np.ndarray:
        run_counts = arms[arm].run_counts
        return np.array(
            [
                run_counts.ratio(name, under, slice(week - 1, week))
                for week in range(SCHOOL_WEEKS, run_counts.length + 1, SCHOOL_WEEKS)
            ]
        )

    return series


def straightness(series: Callable[[Arms], np.ndarray]) -> Figure:
    """Share of the variance of a yearly series that a straight line over the years explains."""

    def squared(arms: Arms) -> float:
        values = series(arms)
        return float(np.corrcoef(np.arange(len(values)), values)[0, 1] ** 2) if np.ptp(values) > 0 else math.nan

    return squared


def bass(series: Callable[[Arms], np.ndarray]) -> Callable[[Arms], tuple[float, float]]:
    """Coefficients of innovation and imitation of a Bass curve fitted to a yearly series of shares by least squares."""

    def fitted(arms: Arms) -> tuple[float, float]:
        from scipy.optimize import least_squares

        values = series(arms)
        years = np.arange(1, len(values) + 1)

        def misfit(at: np.ndarray) -> np.ndarray:
            p, q = at
            decay = np.exp(-(p + q) * years)
            return np.asarray((1 - decay) / (1 + q / p * decay) - values)

        if not values[-1] > 0:
            return math.nan, math.nan
        innovation, imitation = least_squares(misfit, (0.03, 0.1), bounds=((1e-4, 0.0), (1.0, 1.5))).x
        return innovation, imitation

    return fitted


def correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Pearson's correlation; NaN where one of them does not vary or there are fewer than four."""
    known = np.isfinite(first) & np.isfinite(second)
    if known.sum() < 4 or np.ptp(first[known]) == 0 or np.ptp(second[known]) == 0:
        return math.nan
    return float(np.corrcoef(first[known], second[known])[0, 1])


def leadership_and_practice(arms: Arms, arm: str = "it") -> float:
    """Correlation over schools that took part between their leadership at the start and the gain in practice of their
    staff when support ends.
    """
    arm_run = arms[arm]
    schools, mine = arm_run.start.schools, participated(arm_run)
    felt = (schools["own_vision"] + schools["support"] + schools["distributed"]) / 3.0
    return correlation(felt[mine], benefit_by_school(arm_run, arm_run.run_counts.last_supported_year)[mine])


def depth_and_retention(arms: Arms, arm: str = "it") -> float:
    """Correlation over schools that had spread it between depth of use in the last supported year and what is left of
    use in the last year.
    """
    arm_run = arms[arm]
    run_counts, year = arm_run.run_counts, arm_run.run_counts.last_supported_year
    then, now = year_of_use(arm_run, year), year_of_use(arm_run, -1)
    spread = then >= 0.1
    return correlation(
        run_counts.by_school("depth", "users", year)[spread], (now / np.where(then > 0, then, 1.0))[spread]
    )


def changed_by(more: str, less: str, least: float, way: int) -> Figure:
    """Share of schools that took part whose use in the last year moves up (``way`` 1) or down (-1) by at least
    ``least`` between two arms.
    """

    def share(arms: Arms) -> float:
        mine = participated(arms[less])
        moved = way * (year_of_use(arms[more], -1) - year_of_use(arms[less], -1))
        return float(np.mean(moved[mine] >= least))

    return share


def spread_of_effect(arms: Arms, arm: str = "it") -> tuple[float, float]:
    """Standard deviation between the schools that took part of their gain in practice, and its mean."""
    gains = benefit_by_school(arms[arm], arms[arm].run_counts.last_supported_year)[participated(arms[arm])]
    return float(np.std(gains)), float(np.mean(gains))


def enough_time(arms: Arms, arm: str = "it") -> float:
    """Share of teachers who have enough time in the last week."""
    return float(np.mean(arms[arm].end.teachers["time"] >= 1.0))


def lead_of(condition: str, outcome_name: str = "deep_use") -> Figure:
    """How much more lifting one condition gains than the least gain of the two others: above 0 it is among the first
    two.
    """

    def lead(arms: Arms) -> float:
        gain = {name: difference(outcome_name, name, "plain")(arms) for name in BARRIERS}
        return gain.pop(condition) - min(gain.values())

    return lead


def weeks_until(name: str, under: str, level: float, of: str, arm: str = "it") -> Figure:
    """Weeks until a count in relation to another reaches a share of what a parameter holds; as long as the run where
    it never does.
    """

    def weeks(arms: Arms) -> float:
        run_counts = arms[arm].run_counts
        with np.errstate(invalid="ignore", divide="ignore"):
            series = run_counts.weeks[name].sum(axis=1) / run_counts.weeks[under].sum(axis=1)
        reached = np.flatnonzero(series >= level * number_of(run_counts.values, of))
        return float(reached[0] + 1) if len(reached) else float(run_counts.length)

    return weeks


def staff_gain(arms: Arms, arm: str, of_pupils: bool = False) -> float:
    """Gain in practice of all teachers (SD of practice), or of their pupils (SD of pupils), in the last week."""
    gain = benefit_of(arms[arm], np.arange(len(arms[arm].end.teachers)))
    return gain if of_pupils else gain / number_of(arms[arm].run_counts.values, "practice.pupil_ratio")


def member_gain(arms: Arms, arm: str) -> float:
    """Gain in practice (SD) with the holders of seats, in the last week."""
    seated = np.flatnonzero(arms[arm].end.teachers["network"] >= 0)
    ratio = number_of(arms[arm].run_counts.values, "practice.pupil_ratio")
    return benefit_of(arms[arm], seated) / ratio if len(seated) else math.nan
