"""The numbers of the lesson on time, as the model gives them now.

The lesson rests on claims. Each is a sentence with the numbers that it is made from, and whether these bear it out; a
test asks all of them. When one no longer holds, change the lesson.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from plnsim.model.measure import BARRIERS
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.output.words import likelihood_in_pairs, percent, points
from plnsim.publish.lessons.marked import PAGES, replace_marked
from plnsim.simulation.runs import RunResult, barriers, run
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import with_class_size

ANSWERS = PAGES / "time-answers.md"
SEED, RUNS = 1, 20
YEARS = (1.0, 2.0, 3.0, 4.0, 5.0)
TARGET = 3 / 5
"""The share of teachers that the challenge of the lesson asks for."""
QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
PLANS = 3
"""Plans for the challenge that the answers list."""
AS_IS, TIME, LEADERSHIP, EVERYTHING = (), ("time",), ("leadership",), BARRIERS
COMBINATIONS = [one for size in range(4) for one in itertools.combinations(BARRIERS, size)]


def class_scenario_with(shares: Mapping[str, float], support_years: float | None = None) -> Scenario:
    """The class's world with a share of what is missing of each condition given to everyone, for good, and support of
    some length.
    """
    plain = with_class_size(Scenario.of("baseline"))
    values: dict[str, object] = {f"conditions.{one}_shift": share for one, share in shares.items()}
    if support_years is not None:
        values["programme.support_years"] = support_years
    return plain.with_values(values).with_years(plain.weeks / SCHOOL_WEEKS)


def condition_label(conditions: tuple[str, ...]) -> str:
    return " + ".join(conditions) if conditions else "as it is"


class LessonResults:
    """What the lesson needs to know, simulated when it is asked for; all runs share their luck."""

    @cached_property
    def runs(self) -> dict[tuple[str, ...], RunResult]:
        """The runs with all of what is missing of some conditions given."""
        return {
            one: run(class_scenario_with(dict.fromkeys(one, 1.0)), seed=SEED, replicates=RUNS) for one in COMBINATIONS
        }

    def use(self, *conditions: str) -> float:
        return float(self.runs[conditions].values("use").mean())

    def gain(self, *conditions: str) -> np.ndarray:
        """The gain in use against the scenario as it is, run by run."""
        return self.runs[conditions].values("use") - self.runs[AS_IS].values("use")

    def most_named_barrier(self, *conditions: str) -> str:
        """What teachers name most as in the way."""
        return max(BARRIERS, key=lambda one: np.nanmean(self.runs[conditions].values(f"names_{one}")))

    @cached_property
    def by_support(self) -> dict[tuple[tuple[str, ...], float], float]:
        """Use in the last year by what is given and by the years of support."""
        return {
            (one, years): float(
                run(class_scenario_with(dict.fromkeys(one, 1.0), years), seed=SEED, replicates=RUNS)
                .values("use")
                .mean()
            )
            for one in (AS_IS, TIME, (*TIME, *LEADERSHIP))
            for years in YEARS
        }

    @cached_property
    def gain_when_lifted(self) -> dict[str, np.ndarray]:
        """The gain in use from closing 30 % of the gap in each condition, run by run."""
        return barriers(class_scenario_with({}), seed=SEED, replicates=RUNS, lift=0.3, outcome="use").gain

    @cached_property
    def plans(self) -> list[tuple[dict[str, float], float]]:
        """The plans that reach the target with the fewest quarters of what is missing, and what they reach."""
        found = []
        for quarters in sorted(itertools.product(QUARTERS, repeat=3), key=lambda one: (sum(one), one)):
            if len(found) >= PLANS and sum(quarters) > sum(found[0][0].values()):
                break
            shares = dict(zip(BARRIERS, quarters, strict=True))
            reached = float(run(class_scenario_with(shares), seed=SEED, replicates=RUNS).values("use").mean())
            if reached >= TARGET:
                found.append((shares, reached))
        return sorted(found, key=lambda one: (sum(one[0].values()), -one[1]))[:PLANS]


class Claim(NamedTuple):
    """Something that the lesson says: a sentence and whether it is so, both made from the numbers."""

    name: str
    sentence: Callable[[LessonResults], str]
    holds: Callable[[LessonResults], bool]


CLAIMS = (
    Claim(
        "time helps",
        lambda found: (
            f"Time helps: use goes from {percent(found.use())} to {percent(found.use(*TIME))}. That it goes up is "
            f"{likelihood_in_pairs(int((found.gain(*TIME) > 0).sum()), RUNS)}."
        ),
        lambda found: (found.gain(*TIME) > 0).mean() >= 0.9,
    ),
    Claim(
        "time alone does not scale",
        lambda found: (
            f"Time alone stays far below what time, leadership and shared focus reach together: "
            f"{percent(found.use(*TIME))} against {percent(found.use(*EVERYTHING))}."
        ),
        lambda found: found.use(*TIME) < 0.7 * found.use(*EVERYTHING),
    ),
    Claim(
        "leadership gains more",
        lambda found: (
            f"Leadership alone gains more than time alone: {points(found.gain(*LEADERSHIP).mean())} "
            f"against {points(found.gain(*TIME).mean())} points."
        ),
        lambda found: found.gain(*LEADERSHIP).mean() > found.gain(*TIME).mean(),
    ),
    Claim(
        "time is named",
        lambda found: (
            f"And yet teachers name {found.most_named_barrier()} most when asked what is in the way as it is. Given "
            f"all the time in the world, they name {found.most_named_barrier(*TIME)}."
        ),
        lambda found: found.most_named_barrier() == "time" and found.most_named_barrier(*TIME) == "leadership",
    ),
    Claim(
        "equal lifts",
        lambda found: (
            "Close 30 % of the gap in each, one at a time, and use gains "
            + ", ".join(f"{points(found.gain_when_lifted[one].mean())} points by {one}" for one in BARRIERS)
            + "."
        ),
        lambda found: (
            found.gain_when_lifted["leadership"].mean()
            > found.gain_when_lifted["time"].mean()
            > found.gain_when_lifted["focus"].mean()
        ),
    ),
    Claim(
        "the challenge takes two",
        lambda found: (
            f"No single slider reaches {percent(TARGET)}, and time with leadership does "
            f"({percent(found.use(*TIME, *LEADERSHIP))})."
        ),
        lambda found: max(found.use(one) for one in BARRIERS) < TARGET < found.use(*TIME, *LEADERSHIP),
    ),
    Claim(
        "short support",
        lambda found: (
            "With a single year of support, time alone ends at "
            f"{percent(found.by_support[TIME, 1.0])}; with leadership as well it ends at {percent(found.by_support[(*TIME, *LEADERSHIP), 1.0])}."
        ),
        lambda found: found.by_support[TIME, 1.0] < 0.6 * found.by_support[(*TIME, *LEADERSHIP), 1.0],
    ),
)


def text(found: LessonResults) -> list[str]:
    """The part of the answers that is made of numbers, as lines of Markdown."""
    plain = class_scenario_with({})
    lines = [
        f"Class world ({plain.number_of_schools} schools), {RUNS} runs with seed {SEED}, {plain.weeks / SCHOOL_WEEKS:g} school "
        "years; means of all runs.",
        "",
        "| given to everyone, for good | use when support ends | use in the last year | gain (points) | named most |",
        "|---|---|---|---|---|",
    ]
    for one, done in found.runs.items():
        ends = percent(done.values("use_when_support_ends").mean())
        gain = points(found.gain(*one).mean()) if one else ""
        first = "nothing is short" if one == EVERYTHING else found.most_named_barrier(*one)
        lines.append(f"| {condition_label(one)} | {ends} | {percent(found.use(*one))} | {gain} | {first} |")
    lines += [
        "",
        f"| use in the last year, support for | {' | '.join(f'{years:g} y' for years in YEARS)} |",
        f"|---|{'---|' * len(YEARS)}",
    ]
    for one in dict.fromkeys(conditions for conditions, _ in found.by_support):
        lines.append(
            f"| {condition_label(one)} | {' | '.join(percent(found.by_support[one, years]) for years in YEARS)} |"
        )
    lines += [
        "",
        *(f"- {claim.sentence(found)}" for claim in CLAIMS),
        "",
        f"Plans that reach {percent(TARGET)} with the fewest quarters of what is missing:",
        "",
    ]
    lines += [
        f"- {', '.join(f'{name} {percent(share)}' for name, share in shares.items())}: {percent(reached)}"
        for shares, reached in found.plans
    ]
    return lines


def write(page: Path = ANSWERS) -> Path:
    """Puts the numbers into the page of answers; returns its path."""
    return replace_marked(page, text(LessonResults()))
