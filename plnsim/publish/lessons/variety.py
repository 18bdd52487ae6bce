"""The numbers of the lesson on why a school alone runs dry: networks of one, two, four and eight schools, and without
growing trust.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np

from plnsim.common.parameter import Value
from plnsim.model.values import number_of
from plnsim.output.words import percent
from plnsim.publish.lessons.marked import PAGES, Claim, replace_marked
from plnsim.publish.lessons.time import RUNS, SEED
from plnsim.simulation.runs import RunResult, run
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import with_class_size

PAGE = PAGES / "variety.md"
SIZES = (1, 2, 4, 8)
WITHOUT_TRUST = "4, trust stays as it was"
NO_TRUST_GROWTH: dict[str, Value] = {"meeting.trust_growth": 0.0}


def scenario_with_networks_of(schools: int, more: dict[str, Value] | None = None) -> Scenario:
    """The class's world in networks of so many schools, with as many facilitators in all; nobody else carries what is
    known from network to network.
    """
    plain = with_class_size(Scenario.of("baseline"))
    size, served = (
        number_of(plain.values, f"programme.{name}") for name in ("schools_a_network", "networks_a_facilitator")
    )
    return plain.with_values(
        {
            "programme.schools_a_network": float(schools),
            "programme.schools_at_most": schools,
            "programme.networks_a_facilitator": served * size / schools,
            "inquiry.exchange_between_networks": 0.0,
            "spanning.carrying": 0.0,
            "recruitment.rate": 0.0,
            **(more or {}),
        }
    )


class VarietyResults:
    """What the lesson needs to know; all runs share their random numbers."""

    @cached_property
    def runs(self) -> dict[str, RunResult]:
        """The runs by what is on their row: the schools of a network, and one without growing trust."""
        scenarios = {str(size): scenario_with_networks_of(size) for size in SIZES}
        scenarios[WITHOUT_TRUST] = scenario_with_networks_of(4, NO_TRUST_GROWTH)
        return {label: run(scenario, seed=SEED, replicates=RUNS) for label, scenario in scenarios.items()}

    def use(self, label: str) -> float:
        return float(self.runs[label].values("use").mean())

    def deep_use(self, label: str) -> float:
        return float(self.runs[label].values("deep_use").mean())

    def networks_know(self, label: str) -> float:
        """The share of the practice's parts that a network knows when support ends."""
        return float(
            np.mean([counts.networks["knowledge"][counts.support_ends - 1] for counts in self.runs[label].run_counts])
        )

    def learnt(self, label: str, than: str) -> float:
        """By how much of the practice networks know more than others."""
        return self.networks_know(label) - self.networks_know(than)


CLAIMS: tuple[Claim[VarietyResults], ...] = (
    Claim(
        "a school alone knows what it knew",
        lambda results: (
            f"When support ends, a network of one school knows {percent(results.networks_know('1'))} of the practice, "
            f"one of four schools {percent(results.networks_know('4'))}."
        ),
        lambda results: results.networks_know("1") < 0.6 * results.networks_know("4"),
    ),
    Claim(
        "use follows",
        lambda results: (
            "In the last year it is used by "
            + ", ".join(f"{percent(results.use(str(size)))} ({size})" for size in SIZES)
            + " of all teachers (schools in a network)."
        ),
        lambda results: results.use("1") < results.use("2") < results.use("4"),
    ),
    Claim(
        "less and less is added",
        lambda results: (
            f"From one school to two a network learns {percent(results.learnt('2', '1'))} of the practice more; from "
            f"four to eight {percent(results.learnt('8', '4'))}."
        ),
        lambda results: results.learnt("2", "1") > results.learnt("8", "4"),
    ),
    Claim(
        "variety without trust stays unsaid",
        lambda results: (
            "Where trust stays what it was at the first meeting, four schools together know "
            f"{percent(results.networks_know(WITHOUT_TRUST))}; one school that talks to itself "
            f"{percent(results.networks_know('1'))}."
        ),
        lambda results: results.networks_know(WITHOUT_TRUST) < results.networks_know("2"),
    ),
)


def text(results: VarietyResults) -> list[str]:
    """The part of the page that is made of numbers, as lines of Markdown."""
    return [
        f"Class world ({scenario_with_networks_of(1).number_of_schools} schools), {RUNS} runs with seed {SEED}; "
        "means of all runs.",
        "",
        "| schools in a network | networks know, when support ends | use in the last year | use times depth |",
        "|---|---|---|---|",
        *(
            f"| {label} | {percent(results.networks_know(label))} | {percent(results.use(label))} | "
            f"{percent(results.deep_use(label))} |"
            for label in results.runs
        ),
        "",
        *(f"- {claim.sentence(results)}" for claim in CLAIMS),
    ]


def write(page: Path = PAGE) -> Path:
    """Puts the numbers into the page; returns its path."""
    return replace_marked(page, text(VarietyResults()))
