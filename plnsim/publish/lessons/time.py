"""The numbers of the lesson on time, as the model gives them now."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import numpy as np

from plnsim.common.parameter import Value
from plnsim.model.measure import BARRIERS
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.output.words import IN_THIS_MODEL, likelihood_in_pairs, percent, points
from plnsim.publish.lessons.marked import PAGES, Claim, replace_marked
from plnsim.simulation.runs import RunResult, barriers, run
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import with_class_size
from plnsim.simulation.scenario.weeks import CalendarEvent

ANSWERS = PAGES / "time-answers.md"
SEED, RUNS = 1, 20
YEARS = (1.0, 2.0, 3.0, 4.0, 5.0)
TARGET = 3 / 5
"""The share of teachers that the challenge of the lesson asks for."""
QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
SCARCE: dict[str, Value] = {
    "time.hours": 0.6,
    "leadership.vision": 0.3,
    "leadership.support": 0.3,
    "leadership.distributed": 0.3,
    "focus.alignment": 0.35,
}
"""Where all three conditions are scarce: the lower quarter or so of their plausible ranges."""
PLANS = 3
"""Plans for the challenge that the answers list."""
Conditions: TypeAlias = tuple[str, ...]
"""Some of the barriers, by name."""
AS_IS: Conditions = ()
TIME, LEADERSHIP = ("time",), ("leadership",)
EVERYTHING: Conditions = BARRIERS
PAIRS: list[Conditions] = list(itertools.combinations(BARRIERS, 2))
COMBINATIONS: list[Conditions] = [
    conditions for size in range(4) for conditions in itertools.combinations(BARRIERS, size)
]


def class_scenario_with(
    shares: Mapping[str, float], support_years: float | None = None, *, for_good: bool = True
) -> Scenario:
    """The class's world with a share of what is missing of each condition given to everyone, for good or until support
    ends, and support of some length.
    """
    plain = with_class_size(Scenario.of("baseline"))
    support = {} if support_years is None else {"programme.support_years": support_years}
    scenario = plain.with_values(support).with_years(plain.weeks / SCHOOL_WEEKS)
    values = {f"conditions.{name}_shift": share for name, share in shares.items() if share}
    if for_good or not values:
        return scenario.with_values(values)
    lift = CalendarEvent(week=0, until=scenario.support_ends, values=tuple(values.items()))
    return replace(scenario, calendar=(*scenario.calendar, lift))


def condition_label(conditions: Conditions) -> str:
    return " + ".join(conditions) if conditions else "as it is"


def surplus(runs: Mapping[Conditions, RunResult], pair: Conditions) -> float:
    """What two conditions gain together above the sum of what each gains alone."""
    use = {conditions: float(result.values("use").mean()) for conditions, result in runs.items()}
    return use[pair] - use[AS_IS] - sum(use[one,] - use[AS_IS] for one in pair)


def share_naming(result: RunResult, barrier: str) -> float:
    """Of what is named as in the way, the share that is a barrier."""
    return float(np.nanmean(result.values(f"names_{barrier}")))


def shares_named(result: RunResult) -> str:
    """What is named as in the way, the most first."""
    named = sorted(((share_naming(result, barrier), barrier) for barrier in BARRIERS), reverse=True)
    return ", ".join(f"{percent(share)} {barrier}" for share, barrier in named)


def surpluses(runs: Mapping[Conditions, RunResult]) -> str:
    return ", ".join(f"{' with '.join(pair)} {points(surplus(runs, pair))}" for pair in PAIRS)


class LessonResults:
    """What the lesson needs to know, simulated when it is asked for; all runs share their random numbers."""

    @cached_property
    def runs(self) -> dict[Conditions, RunResult]:
        """The runs with all of what is missing of some conditions given."""
        return {
            conditions: run(class_scenario_with(dict.fromkeys(conditions, 1.0)), seed=SEED, replicates=RUNS)
            for conditions in COMBINATIONS
        }

    @cached_property
    def until_support_ends(self) -> dict[Conditions, RunResult]:
        """The same, where what was given ends with the support."""
        return {
            conditions: run(
                class_scenario_with(dict.fromkeys(conditions, 1.0), for_good=False), seed=SEED, replicates=RUNS
            )
            for conditions in COMBINATIONS
        }

    def use(self, *conditions: str) -> float:
        return float(self.runs[conditions].values("use").mean())

    def use_after(self, *conditions: str) -> float:
        """Use in the last year where what was given ended with the support."""
        return float(self.until_support_ends[conditions].values("use").mean())

    @cached_property
    def scarce(self) -> dict[Conditions, RunResult]:
        """The runs with all of what is missing given for good where all three are scarce to begin with."""
        return {
            conditions: run(
                class_scenario_with(dict.fromkeys(conditions, 1.0)).with_values(SCARCE), seed=SEED, replicates=RUNS
            )
            for conditions in COMBINATIONS
        }

    def gain(self, *conditions: str) -> np.ndarray:
        """The gain in use against the scenario as it is, run by run."""
        return np.asarray(self.runs[conditions].values("use") - self.runs[AS_IS].values("use"))

    def most_named_barrier(self, *conditions: str) -> str:
        """What teachers name most as in the way."""
        return max(BARRIERS, key=lambda barrier: share_naming(self.runs[conditions], barrier))

    @cached_property
    def gain_where_scarce(self) -> dict[str, np.ndarray]:
        """The gain in use from closing 30 % of the gap in each condition there, run by run."""
        scenario = class_scenario_with({}).with_values(SCARCE)
        return barriers(scenario, seed=SEED, replicates=RUNS, lift=0.3, outcome="use").gain

    @cached_property
    def by_support(self) -> dict[tuple[Conditions, float], float]:
        """Use in the last year by what is given and by the years of support."""
        return {
            (conditions, years): float(
                run(class_scenario_with(dict.fromkeys(conditions, 1.0), years), seed=SEED, replicates=RUNS)
                .values("use")
                .mean()
            )
            for conditions in (AS_IS, TIME, LEADERSHIP, (*TIME, *LEADERSHIP))
            for years in YEARS
        }

    @cached_property
    def gain_when_lifted(self) -> dict[str, np.ndarray]:
        """The gain in use from closing 30 % of the gap in each condition, run by run."""
        return barriers(class_scenario_with({}), seed=SEED, replicates=RUNS, lift=0.3, outcome="use").gain

    @cached_property
    def plans(self) -> list[tuple[dict[str, float], float]]:
        """The plans that reach the target with the fewest quarters of what is missing, and what they reach."""
        plans: list[tuple[dict[str, float], float]] = []
        for quarters in sorted(itertools.product(QUARTERS, repeat=3), key=lambda quarters: (sum(quarters), quarters)):
            if len(plans) >= PLANS and sum(quarters) > sum(plans[0][0].values()):
                break
            shares = dict(zip(BARRIERS, quarters, strict=True))
            reached = float(run(class_scenario_with(shares), seed=SEED, replicates=RUNS).values("use").mean())
            if reached >= TARGET:
                plans.append((shares, reached))
        return sorted(plans, key=lambda plan: (sum(plan[0].values()), -plan[1]))[:PLANS]


CLAIMS: tuple[Claim[LessonResults], ...] = (
    Claim(
        "time that ends",
        lambda results: (
            f"All the time in the world until support ends leaves {percent(results.use_after(*TIME))} in the last "
            f"year, against {percent(results.use())} as it is; for good, {percent(results.use(*TIME))}."
        ),
        lambda results: results.use() < results.use_after(*TIME) < results.use(*TIME),
    ),
    Claim(
        "what ends leaves little",
        lambda results: (
            f"Even all three together, given until support ends, leave {percent(results.use_after(*EVERYTHING))} in "
            f"the last year; for good, {percent(results.use(*EVERYTHING))}."
        ),
        lambda results: results.use_after(*EVERYTHING) < 0.75 * results.use(*EVERYTHING),
    ),
    Claim(
        "time helps",
        lambda results: (
            f"Time for good helps: use goes from {percent(results.use())} to {percent(results.use(*TIME))}. That it "
            f"goes up is, {IN_THIS_MODEL}, {likelihood_in_pairs(int((results.gain(*TIME) > 0).sum()), RUNS)}."
        ),
        lambda results: (results.gain(*TIME) > 0).mean() >= 0.9,
    ),
    Claim(
        "time alone does not scale",
        lambda results: (
            f"Time alone stays far below what time, leadership and shared focus reach together: "
            f"{percent(results.use(*TIME))} against {percent(results.use(*EVERYTHING))}."
        ),
        lambda results: results.use(*TIME) < 0.7 * results.use(*EVERYTHING),
    ),
    Claim(
        "leadership gains more",
        lambda results: (
            f"Leadership alone gains more than time alone: {points(results.gain(*LEADERSHIP).mean())} "
            f"against {points(results.gain(*TIME).mean())} points."
        ),
        lambda results: results.gain(*LEADERSHIP).mean() > results.gain(*TIME).mean(),
    ),
    Claim(
        "named and actual",
        lambda results: (
            f"Named as in the way as it is: {shares_named(results.runs[AS_IS])}; leadership is also what gains most."
        ),
        lambda results: results.most_named_barrier() == "leadership",
    ),
    Claim(
        "named and actual where all is scarce",
        lambda results: (
            f"Named where all three are scarce: {shares_named(results.scarce[AS_IS])}; yet 30 % of "
            f"the gap gains {points(results.gain_where_scarce['time'].mean())} points by time and "
            f"{points(results.gain_where_scarce['leadership'].mean())} by leadership."
        ),
        lambda results: (
            share_naming(results.scarce[AS_IS], "time") > 0.5
            and results.gain_where_scarce["time"].mean() < 1.5 * results.gain_where_scarce["leadership"].mean()
        ),
    ),
    Claim(
        "equal lifts",
        lambda results: (
            "Close 30 % of the gap in each, one at a time, and use gains "
            + ", ".join(
                f"{points(results.gain_when_lifted[barrier].mean())} points by {barrier}" for barrier in BARRIERS
            )
            + "."
        ),
        lambda results: (
            results.gain_when_lifted["leadership"].mean()
            > results.gain_when_lifted["time"].mean()
            > results.gain_when_lifted["focus"].mean()
            > 0.0
        ),
    ),
    Claim(
        "the challenge takes two",
        lambda results: (
            f"No single slider reaches {percent(TARGET)}, and time with leadership does "
            f"({percent(results.use(*TIME, *LEADERSHIP))})."
        ),
        lambda results: max(results.use(barrier) for barrier in BARRIERS) < TARGET < results.use(*TIME, *LEADERSHIP),
    ),
    Claim(
        "more than the sum",
        lambda results: (
            f"Where all three are scarce, two together gain more than the sum of each alone (points: "
            f"{surpluses(results.scarce)}). As it is they hardly do ({surpluses(results.runs)})."
        ),
        lambda results: all(
            surplus(results.scarce, pair) > 0.05 and surplus(results.scarce, pair) > surplus(results.runs, pair)
            for pair in PAIRS
        ),
    ),
    Claim(
        "short support",
        lambda results: (
            f"How long the network is supported matters less than what stays: time and leadership for good end at "
            f"{percent(results.by_support[(*TIME, *LEADERSHIP), 1.0])} with a year of support, and at "
            f"{percent(results.by_support[(*TIME, *LEADERSHIP), 5.0])} with five; as it is, at "
            f"{percent(results.by_support[AS_IS, 5.0])} with five."
        ),
        lambda results: results.by_support[(*TIME, *LEADERSHIP), 1.0] > 1.5 * results.by_support[AS_IS, 5.0],
    ),
)


def text(results: LessonResults) -> list[str]:
    """The part of the answers that is made of numbers, as lines of Markdown."""
    plain = class_scenario_with({})
    lines = [
        f"Class world ({plain.number_of_schools} schools), {RUNS} runs with seed {SEED}, "
        f"{plain.weeks / SCHOOL_WEEKS:g} school years; means of all runs.",
        "",
        "| given to everyone | use when support ends | last year, given until support ends | last year, given for good "
        "| gain (points) | named most |",
        "|---|---|---|---|---|---|",
    ]
    for conditions, result in results.runs.items():
        label, ends = condition_label(conditions), percent(result.values("use_when_support_ends").mean())
        gain = points(results.gain(*conditions).mean()) if conditions else ""
        first = "nothing is short" if conditions == EVERYTHING else results.most_named_barrier(*conditions)
        last_year = f"{percent(results.use_after(*conditions))} | {percent(results.use(*conditions))}"
        lines.append(f"| {label} | {ends} | {last_year} | {gain} | {first} |")
    lines += [
        "",
        f"| use in the last year, support for | {' | '.join(f'{years:g} y' for years in YEARS)} |",
        f"|---|{'---|' * len(YEARS)}",
    ]
    for conditions in dict.fromkeys(conditions for conditions, _ in results.by_support):
        shares_of_use = " | ".join(percent(results.by_support[conditions, years]) for years in YEARS)
        lines.append(f"| {condition_label(conditions)} | {shares_of_use} |")
    lines += ["", "| where all three are scarce, given for good | last year | gain (points) |", "|---|---|---|"]
    scarce = {conditions: float(result.values("use").mean()) for conditions, result in results.scarce.items()}
    for conditions, use in scarce.items():
        gain = points(use - scarce[AS_IS]) if conditions else ""
        lines.append(f"| {condition_label(conditions)} | {percent(use)} | {gain} |")
    lines += [
        "",
        *(f"- {claim.sentence(results)}" for claim in CLAIMS),
        "",
        f"Plans that reach {percent(TARGET)} with the fewest quarters of what is missing:",
        "",
    ]
    lines += [
        f"- {', '.join(f'{name} {percent(share)}' for name, share in shares.items())}: {percent(reached)}"
        for shares, reached in results.plans
    ]
    return lines


def write(page: Path = ANSWERS) -> Path:
    """Puts the numbers into the page of answers; returns its path."""
    return replace_marked(page, text(LessonResults()))
