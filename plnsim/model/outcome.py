"""What is measured: each outcome with its unit and meaning, and the one definition of sustained scale-up.

Scale has four dimensions: spread, depth, sustainability and a shift in ownership. Adoption alone is none of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from plnsim.common.quantities import MONEY
from plnsim.model.cost import ITEMS_BY_NAME, cost, cover_hours, item_cost
from plnsim.model.measure import BARRIERS, RunCounts
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.survival import (
    YEARS_AFTER,
    Survival,
    reproduction,
    survival_of_schools,
    survival_of_teachers,
    turnover_of_users,
)
from plnsim.model.values import number_of


@dataclass(frozen=True)
class Outcome:
    """Something that a run is measured by; ``function`` gives a number, NaN where the outcome is not defined."""

    name: str
    unit: str
    meaning: str
    function: Callable[[RunCounts], float]
    dimension: str = ""


def use(run: RunCounts) -> float:
    return run.ratio("users", "staff", run.last_year)


def use_when_support_ends(run: RunCounts) -> float:
    return run.ratio("users", "staff", run.end_of_support)


def use_where_taking_part(run: RunCounts) -> float:
    """Use in the schools that ever had members, in the last year; NaN where none had."""
    took_part = run.years["members"].sum(axis=0) > 0
    staff = run.years["staff"][-1][took_part].sum()
    return float(run.years["users"][-1][took_part].sum() / staff) if staff > 0 else math.nan


def depth(run: RunCounts) -> float:
    return run.ratio("depth", "users", run.last_year)


def deep_use(run: RunCounts) -> float:
    return run.ratio("depth", "staff", run.last_year)


def schools_fully_implementing(run: RunCounts) -> float:
    """Share of the schools that ever had members whose staff use enough of the parts; NaN where none had."""
    took_part = run.years["members"].sum(axis=0) > 0
    if not took_part.any():
        return math.nan
    in_use = run.by_school("in_use", "staff")[took_part]
    return float(np.mean(in_use >= number_of(run.values, "measure.full_implementation")))


def retention(run: RunCounts) -> float:
    """Use in the last year against use when support ended; NaN while support lasts and where hardly anybody used it."""
    if not run.outlasts_support:
        return math.nan
    before = use_when_support_ends(run)
    return min(3.0, use(run) / before) if before >= 0.02 else math.nan


def schools_half(run: RunCounts) -> float:
    return float(np.mean(run.by_school("users", "staff") >= 0.5))


def schools_in_routine(run: RunCounts) -> float:
    return float(np.mean(run.routine[-1] >= number_of(run.values, "measure.routine_level")))


def networks_alone(run: RunCounts) -> float:
    """Share of the networks alive before support ended, or of the most that were alive at once since, that go on at
    the end.

    Networks decide on going on in the last week of support, so those alive in the week before count; there may be more
    later, where networks are founded over many years. NaN while support lasts or without networks.
    """
    if not run.outlasts_support:
        return math.nan
    active = run.networks["active"][max(0, run.support_ends - 2) :]
    return float(active[-1] / active.max()) if active.max() > 0 else math.nan


def ownership(run: RunCounts) -> float:
    """Mean of networks that go on by themselves and of well-using schools in routine, whichever of them is defined."""
    using = run.by_school("users", "staff") >= number_of(run.values, "measure.fate_from")
    routine = (
        float(np.mean(run.routine[-1][using] >= number_of(run.values, "measure.routine_level"))) if using.any() else 0.0
    )
    alone = networks_alone(run)
    return routine if math.isnan(alone) else (routine + alone) / 2.0


def _sustainability(run: RunCounts) -> float:
    """Reproduction as a share of its threshold; where no user left, whether as many took it up as gave it up."""
    gained, left = turnover_of_users(run)
    if left == 0:
        return 1.0 if gained >= 0 else 0.0
    return max(0.0, _relative_to(gained / left, number_of(run.values, "measure.reproduction")))


def _retained(run: RunCounts) -> float:
    """Retention as a share of its threshold; 0 where it is not defined."""
    kept = retention(run)
    return 0.0 if math.isnan(kept) else _relative_to(kept, number_of(run.values, "measure.retention"))


def _dimension_ratios(run: RunCounts, sustainability: Callable[[RunCounts], float] = _sustainability) -> list[float]:
    """The four dimensions, each as a share of its threshold."""
    alone = networks_alone(run)
    owned = max(
        _relative_to(schools_in_routine(run), number_of(run.values, "measure.schools_in_routine")),
        0.0 if math.isnan(alone) else _relative_to(alone, number_of(run.values, "measure.networks_alone")),
    )
    spread = min(
        _relative_to(use(run), number_of(run.values, "measure.spread")),
        _relative_to(schools_half(run), number_of(run.values, "measure.schools_half")),
    )
    deep = depth(run)
    return [
        spread,
        0.0 if math.isnan(deep) else _relative_to(deep, number_of(run.values, "measure.depth")),
        sustainability(run),
        owned,
    ]


def _relative_to(value: float, threshold: float) -> float:
    return value / threshold if threshold > 0 else 1.0


def sustained_scale_up(run: RunCounts) -> float:
    """The one definition: spread, depth and ownership reach their thresholds in the last year, and reproduction does
    over the last years after support.

    It looks at no horizon: where those who take the practice up replace the users who leave, use goes on for as long as
    that holds. 1 if they do, else 0; NaN when outside support lasts to the end of the run, for then nothing was
    sustained without it.
    """
    if not run.outlasts_support:
        return math.nan
    return float(min(_dimension_ratios(run)) >= 1.0)


def retained_scale_up(run: RunCounts) -> float:
    """Sustained scale-up as it was defined first: with retention, which hangs on how long is followed, in place of
    reproduction.
    """
    if not run.outlasts_support:
        return math.nan
    return float(min(_dimension_ratios(run, _retained)) >= 1.0)


def scale_up_index(run: RunCounts) -> float:
    """Geometric mean of the four dimensions, each cut at its threshold; NaN where the definition is."""
    if not run.outlasts_support:
        return math.nan
    parts = [min(1.0, part) for part in _dimension_ratios(run)]
    return math.sqrt(math.sqrt(math.prod(parts)))


def _retention_by_school(run: RunCounts) -> np.ndarray:
    """Use now against the last year of support, for schools that had spread it then; none while support lasts."""
    if not run.outlasts_support:
        return np.zeros(0)
    then, now = run.by_school("users", "staff", run.last_supported_year), run.by_school("users", "staff")
    spread = (then >= number_of(run.values, "measure.fate_from")) & (then > 0.0)
    kept: np.ndarray = now[spread] / then[spread]
    return kept


def _retention_share(low: float, high: float) -> Callable[[RunCounts], float]:
    def share(run: RunCounts) -> float:
        kept = _retention_by_school(run)
        return float(np.mean((kept >= low) & (kept < high))) if len(kept) else math.nan

    return share


def _survives(curve: Callable[[RunCounts], Survival], steps: int) -> Callable[[RunCounts], float]:
    """What is left of a survival curve after so many steps; NaN where the run does not reach them."""

    def share(run: RunCounts) -> float:
        survivors = curve(run).share
        return float(survivors[steps]) if steps < len(survivors) else math.nan

    return share


def _end_state(method: bool, goal: bool) -> Callable[[RunCounts], float]:
    """Share of schools that took part (had members at any time) in one of Tappel's four end states."""

    def share(run: RunCounts) -> float:
        took_part = run.years["members"].sum(axis=0) > 0
        if not took_part.any():
            return math.nan
        fidelity = np.nan_to_num(run.by_school("fidelity", "users"))
        kept_method = (run.by_school("users", "staff") >= number_of(run.values, "measure.method_use")) & (
            fidelity >= number_of(run.values, "measure.method_fidelity")
        )
        kept_goal = (run.by_school("belief", "staff") >= number_of(run.values, "measure.goal_belief")) | (
            run.routine[-1] >= number_of(run.values, "measure.routine_level")
        )
        return float(np.mean(((kept_method == method) & (kept_goal == goal))[took_part]))

    return share


def practice_gain(run: RunCounts, half: int | None = None) -> float:
    return number_of(run.values, "practice.practice_gain") * run.ratio("benefit", "staff", run.last_year, half)


def pupil_effect(run: RunCounts, half: int | None = None) -> float:
    return number_of(run.values, "practice.pupil_ratio") * practice_gain(run, half)


def equity_gap(run: RunCounts) -> float:
    return pupil_effect(run, 0) - pupil_effect(run, 1)


def hours(run: RunCounts) -> float:
    """Hours that teachers gave to networks and to colleagues, with those that cover stood for, over the whole run."""
    return float(run.weeks["network_hours"].sum() + run.weeks["colleague_hours"].sum())


def sustained_adopters(run: RunCounts) -> float:
    return deep_use(run) * run.teachers


def pupils_reached(run: RunCounts) -> float:
    return use(run) * pupils(run)


def pupils(run: RunCounts) -> float:
    return run.teachers * number_of(run.values, "measure.pupils_a_teacher")


def _when_support_ends(name: str, of: str) -> Callable[[RunCounts], float]:
    return lambda run: run.ratio(name, of, run.end_of_support)


def _named_share(barrier: str) -> Callable[[RunCounts], float]:
    def share(run: RunCounts) -> float:
        counts = {name: run.weeks[f"named_{name}"].sum() for name in BARRIERS}
        total = sum(counts.values())
        return float(counts[barrier] / total) if total > 0 else math.nan

    return share


SHARE = "share"


def _after(years: int) -> str:
    return f"{years} year{'s' if years > 1 else ''}"


OUTCOMES: tuple[Outcome, ...] = (
    Outcome("use", SHARE, "Teachers using the practice, mean of the last year.", use, "spread"),
    Outcome(
        "home_use",
        SHARE,
        "Home colleagues (without a seat in a network) using it, mean of the last year.",
        lambda run: run.ratio("home_users", "home", run.last_year),
        "spread",
    ),
    Outcome(
        "use_when_support_ends",
        SHARE,
        "Teachers using it in the last weeks of support.",
        use_when_support_ends,
        "spread",
    ),
    Outcome(
        "home_use_when_support_ends",
        SHARE,
        "Home colleagues using it in the last weeks of support.",
        _when_support_ends("home_users", "home"),
        "spread",
    ),
    Outcome(
        "use_where_taking_part",
        SHARE,
        "Teachers using it in the schools that ever had members, last year.",
        use_where_taking_part,
        "spread",
    ),
    Outcome(
        "schools_half", SHARE, "Schools in which half of the staff or more use it, last year.", schools_half, "spread"
    ),
    Outcome(
        "depth",
        SHARE,
        "Depth of use: root of parts in use times belief, times the core kept; mean of users, last year.",
        depth,
        "depth",
    ),
    Outcome(
        "deep_use",
        SHARE,
        "Sustained deep use: share of all teachers using it, times depth, last year.",
        deep_use,
        "depth",
    ),
    Outcome(
        "parts_in_use",
        SHARE,
        "Share of the parts of the practice that users use, mean of users, last year.",
        lambda run: run.ratio("in_use", "users", run.last_year),
        "depth",
    ),
    Outcome(
        "schools_fully_implementing",
        SHARE,
        "Of the schools that ever had members, those that fully implement it, last year.",
        schools_fully_implementing,
        "depth",
    ),
    Outcome(
        "fidelity",
        SHARE,
        "Share of the core that users keep, last year.",
        lambda run: run.ratio("fidelity", "users", run.last_year),
        "depth",
    ),
    Outcome(
        "adaptation",
        SHARE,
        "How far users have adapted it, last year.",
        lambda run: run.ratio("adaptation", "users", run.last_year),
        "depth",
    ),
    Outcome(
        "retention",
        "ratio",
        "Use in the last year against use when support ended (at most 3; not defined below 2 % use or while "
        "support lasts).",
        retention,
        "sustainability",
    ),
    Outcome(
        "schools_sustained",
        SHARE,
        "Of schools that had spread it: kept 80 % of it or more.",
        _retention_share(0.8, math.inf),
        "sustainability",
    ),
    Outcome(
        "schools_partial",
        SHARE,
        "Of schools that had spread it: kept 20 to 80 %.",
        _retention_share(0.2, 0.8),
        "sustainability",
    ),
    Outcome(
        "schools_collapsed",
        SHARE,
        "Of schools that had spread it: kept less than 20 %.",
        _retention_share(-math.inf, 0.2),
        "sustainability",
    ),
    *(
        Outcome(
            f"teacher_survival_{years}",
            SHARE,
            "Of teachers using it when support ended: have not given it up "
            f"{_after(years)} after, where they stay at their school (Kaplan-Meier).",
            _survives(survival_of_teachers, years * SCHOOL_WEEKS),
            "sustainability",
        )
        for years in YEARS_AFTER
    ),
    *(
        Outcome(
            f"school_survival_{years}",
            SHARE,
            "Of schools that had spread it when support ended: have kept it in use in every year until "
            f"{_after(years)} after (Kaplan-Meier).",
            _survives(survival_of_schools, years),
            "sustainability",
        )
        for years in YEARS_AFTER
    ),
    Outcome(
        "reproduction",
        "ratio",
        "Teachers taking it up less those giving it up, for each user who leaves her school; at most the last three "
        "years after support (not defined while support lasts or where no user leaves).",
        reproduction,
        "sustainability",
    ),
    Outcome(
        "method_and_goal",
        SHARE,
        "Schools that took part: method kept, goal kept.",
        _end_state(True, True),
        "sustainability",
    ),
    Outcome(
        "method_only",
        SHARE,
        "Schools that took part: method kept, goal lost.",
        _end_state(True, False),
        "sustainability",
    ),
    Outcome(
        "goal_only", SHARE, "Schools that took part: method lost, goal kept.", _end_state(False, True), "sustainability"
    ),
    Outcome(
        "neither", SHARE, "Schools that took part: method lost, goal lost.", _end_state(False, False), "sustainability"
    ),
    Outcome(
        "schools_in_routine", SHARE, "Schools with the practice in routine at the end.", schools_in_routine, "ownership"
    ),
    Outcome("networks_alone", SHARE, "Networks that go on by themselves at the end.", networks_alone, "ownership"),
    Outcome(
        "ownership",
        SHARE,
        "Shift in ownership: mean of networks going on alone and well-using schools in routine.",
        ownership,
        "ownership",
    ),
    Outcome(
        "sustained_scale_up",
        "0 or 1",
        "Spread, depth, reproduction and ownership all reach their thresholds.",
        sustained_scale_up,
        "all",
    ),
    Outcome(
        "retained_scale_up",
        "0 or 1",
        "The same with retention in place of reproduction: the first definition, which hangs on how long is followed.",
        retained_scale_up,
        "all",
    ),
    Outcome(
        "scale_up_index",
        SHARE,
        "Geometric mean of the four dimensions, each cut at its threshold.",
        scale_up_index,
        "all",
    ),
    Outcome(
        "practice_gain",
        "SD of practice",
        "Gain in quality of practice, mean of all teachers, last year.",
        practice_gain,
        "pupils",
    ),
    Outcome("pupil_effect", "SD of pupils", "Gain of pupils, mean of all teachers, last year.", pupil_effect, "pupils"),
    Outcome("pupils", "pupils", "Pupils of all schools, in the last week.", pupils, "pupils"),
    Outcome(
        "pupils_reached", "pupils", "Pupils whose teacher uses it, mean of the last year.", pupils_reached, "pupils"
    ),
    Outcome(
        "equity_gap",
        "SD of pupils",
        "Pupils' gain in the less minus the more disadvantaged half of schools.",
        equity_gap,
        "pupils",
    ),
    Outcome(
        "hours",
        "hours",
        "Hours that teachers gave: meetings, travel and preparing, with or without cover; standing in, sharing, "
        "helping, asking and watching; whole run.",
        hours,
        "cost",
    ),
    Outcome("cover_hours", "hours", "Hours of paid cover, used for meetings or not, whole run.", cover_hours, "cost"),
    *(
        Outcome(f"cost_{item}", MONEY, f"Cost of {ITEMS_BY_NAME[item].label}, whole run.", item_cost(item), "cost")
        for item in ITEMS_BY_NAME
    ),
    Outcome("cost", MONEY, "All of that together.", cost, "cost"),
    Outcome("sustained_adopters", "teachers", "Sustained deep use in teachers.", sustained_adopters, "cost"),
    Outcome(
        "members_learnt",
        SHARE,
        "Members who know enough to be ready, when support ends.",
        _when_support_ends("members_learnt", "members"),
        "stages",
    ),
    Outcome(
        "members_tried",
        SHARE,
        "Members who have used it, when support ends.",
        _when_support_ends("members_tried", "members"),
        "stages",
    ),
    Outcome(
        "members_mobilised",
        SHARE,
        "Members who have shared it at home, when support ends.",
        _when_support_ends("members_mobilised", "members"),
        "stages",
    ),
    Outcome(
        "home_reached",
        SHARE,
        "Home colleagues who learnt from a broker, when support ends.",
        _when_support_ends("home_reached", "home"),
        "stages",
    ),
    Outcome(
        "home_tried",
        SHARE,
        "Home colleagues who have used it, when support ends.",
        _when_support_ends("home_tried", "home"),
        "stages",
    ),
    *(
        Outcome(f"names_{name}", SHARE, f"Of all who name what is in the way: {name}.", _named_share(name), "barriers")
        for name in BARRIERS
    ),
)

OUTCOMES_BY_NAME: dict[str, Outcome] = {outcome.name: outcome for outcome in OUTCOMES}


@dataclass(frozen=True)
class WeeklyOutcome:
    """An outcome that is followed week by week: one count in relation to another."""

    name: str
    meaning: str
    count: str
    of: str


WEEKLY_OUTCOMES: tuple[WeeklyOutcome, ...] = (
    WeeklyOutcome("use", "Teachers using the practice.", "users", "staff"),
    WeeklyOutcome("ever_tried", "Teachers who have ever used it, now or before.", "tried", "staff"),
    WeeklyOutcome("schools_tried", "Schools where somebody who is there has ever used it.", "schools_tried", "schools"),
    WeeklyOutcome("home_use", "Home colleagues using it.", "home_users", "home"),
    WeeklyOutcome("deep_use", "Share of teachers using it, times depth.", "depth", "staff"),
    WeeklyOutcome("depth", "Depth of users.", "depth", "users"),
    WeeklyOutcome("parts_in_use", "Share of the parts that users use.", "in_use", "users"),
    WeeklyOutcome("fidelity", "Share of the core that users keep.", "fidelity", "users"),
    WeeklyOutcome("knowledge", "Knowledge of all teachers.", "knowledge", "staff"),
    WeeklyOutcome("belief", "Belief of all teachers.", "belief", "staff"),
    WeeklyOutcome("time", "Time sufficiency of all teachers.", "time", "staff"),
    WeeklyOutcome("leadership", "Leadership as felt by all teachers.", "leadership", "staff"),
    WeeklyOutcome("focus", "Shared focus as felt at school by all teachers.", "focus", "staff"),
    WeeklyOutcome("members", "Teachers who take part in an active network.", "members", "staff"),
)


def compute_outcomes(run: RunCounts, names: tuple[str, ...] | None = None) -> dict[str, float]:
    """The outcomes of a run, by name."""
    return {
        outcome.name: float(outcome.function(run)) for outcome in OUTCOMES if names is None or outcome.name in names
    }
