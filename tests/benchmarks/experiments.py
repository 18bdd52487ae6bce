"""Prints what an experiment costs beside its simulations: ``python -m tests.benchmarks.experiments``.

Everything is a ratio of things that take turns in one process, given for CPU time (fair on a busy machine) and for
wall time (the one that counts, fair on an idle machine only):

- ``overhead``: a whole experiment (design, workers, store, analysis) over the bare simulations of its runs, two
workers both;
- ``workers``: one worker over two, the same experiment;
- ``sobol``: 16 parameters over 5 years, the experiment over the bare simulations, and what 1,024 base points take at
that rate;
- ``analysis``: 34,816 runs with all outcomes and indices over time, second order and 1,000 resamples, over the
simulations of the runs on one core.

``--full`` takes the sizes of the targets: about 10,000 runs for the overhead and for the workers, 18,432 for Sobol.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas

from plnsim import Scenario
from plnsim.model.outcome import OUTCOMES
from plnsim.simulation.runs import simulate_run
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.experiment.design import decode, sample_design
from plnsim.studies.experiment.experiment import Experiment
from plnsim.studies.experiment.run import run_experiment
from plnsim.studies.experiment.sensitivity import analyze
from plnsim.studies.experiment.task import week_column

SIXTEEN = (
    "time.hours",
    "time.load_spread",
    "leadership.vision",
    "leadership.support",
    "leadership.distributed",
    "focus.alignment",
    "programme.support_years",
    "programme.participation",
    "mobilisation.awareness",
    "inquiry.facilitation",
    "practice.complexity",
    "adoption.threshold",
    "abandonment.rate",
    "turnover.rate",
    "turnover.movers",
    "meeting.in_person",
)
EIGHT = tuple(SIXTEEN[place] for place in (0, 2, 3, 5, 8, 9, 11, 13))
SCHOOLS = 20


def seconds_of(work: Callable[[], object]) -> tuple[float, float]:
    """CPU and wall seconds of some work."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


def experiment_on(names: tuple[str, ...], size: int, years: float | None) -> Experiment:
    return Experiment(
        "benchmark",
        ("baseline",),
        "sobol",
        names,
        size=size,
        replicates=1,
        years=years,
        resamples=1000,
        outcomes=("deep_use", "use", "retention", "scale_up_index"),
        values={"population.schools": SCHOOLS},
    )


def run_stored(experiment: Experiment, workers: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run_experiment(experiment, Path(folder), workers=workers)


def simulate_bare(experiment: Experiment, workers: int) -> None:
    """The runs of an experiment and nothing else: no outcome, no store."""
    (scenario,) = experiment.variants().values()
    points = [
        decode(MODEL_PARAMETERS.by_name, experiment.names, unit_sample)
        for unit_sample in experiment.design().unit_sample
    ]

    def every(first: int) -> None:
        for values in points[first::workers]:
            simulate_run(scenario.with_values(values), experiment.seed, 0)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(every, range(workers)))


def compare_seconds(
    task: Callable[[], object], yardstick: Callable[[], object], rounds: int
) -> tuple[list[float], list[float], float]:
    """Ratios of one to the other, CPU and wall, a pair a round that take turns in who begins; and the CPU seconds of
    the other.
    """
    cpu, wall, of_other = [], [], []
    for number in range(rounds):
        if number % 2:
            second, first = seconds_of(yardstick), seconds_of(task)
        else:
            first, second = seconds_of(task), seconds_of(yardstick)
        cpu.append(first[0] / second[0])
        wall.append(first[1] / second[1])
        of_other.append(second[0])
    return cpu, wall, statistics.median(of_other)


def print_ratios(what: str, cpu: list[float], wall: list[float]) -> None:
    for kind, ratios in (("CPU", cpu), ("wall", wall)):
        print(
            f"{what}, {kind:<4}: median {statistics.median(ratios):.3f} "
            f"({min(ratios):.3f} to {max(ratios):.3f}), {len(ratios)} rounds"
        )


def overhead(rounds: int, full: bool) -> None:
    experiment = experiment_on(EIGHT, 1024 if full else 64, None)
    runs = len(experiment.design().unit_sample)
    print_ratios(
        f"experiment / bare simulations ({runs:,} runs, 2 workers)",
        *compare_seconds(lambda: run_stored(experiment, 2), lambda: simulate_bare(experiment, 2), rounds)[:2],
    )


def workers(rounds: int, full: bool) -> None:
    experiment = experiment_on(EIGHT, 1024 if full else 64, None)
    runs = len(experiment.design().unit_sample)
    print_ratios(
        f"one worker / two workers ({runs:,} runs)",
        *compare_seconds(lambda: run_stored(experiment, 1), lambda: run_stored(experiment, 2), rounds)[:2],
    )


def sobol(rounds: int, full: bool) -> None:
    experiment = experiment_on(SIXTEEN, 1024 if full else 32, 5.0)
    runs = len(experiment.design().unit_sample)
    cpu, wall, bare = compare_seconds(lambda: run_stored(experiment, 2), lambda: simulate_bare(experiment, 2), rounds)
    print_ratios(f"Sobol, 16 parameters, {runs:,} runs of 5 years / bare simulations", cpu, wall)
    print(
        f"  {1000 * bare / runs:.1f} ms of CPU a run: "
        f"18,432 runs are {18432 * bare / runs * statistics.median(cpu) / 60:.1f} min of CPU"
    )


def analysis(rounds: int, full: bool) -> None:
    design = sample_design("sobol", SIXTEEN, 1024, 1, second_order=True)
    weeks = [week_column(week) for week in range(38, 195, 4)]
    names = [outcome.name for outcome in OUTCOMES] + weeks
    weights = np.random.default_rng(1).normal(size=(len(SIXTEEN), len(names)))
    runs = pandas.DataFrame(
        design.unit_sample @ weights + np.prod(design.unit_sample[:, :2], axis=1)[:, None], columns=names
    )
    number = np.arange(len(runs))
    runs = runs.assign(run=number, point=number, replicate=0)
    scenario = Scenario.of("baseline").with_values({"population.schools": SCHOOLS}).with_years(5.0)
    sample = 100

    def simulate() -> None:
        for values in (
            decode(MODEL_PARAMETERS.by_name, SIXTEEN, unit_sample) for unit_sample in design.unit_sample[:sample]
        ):
            simulate_run(scenario.with_values(values), 1, 0)

    cpu, wall, seconds = compare_seconds(lambda: analyze(design, runs, names, resamples=1000), simulate, rounds)
    share = sample / len(runs)
    print_ratios(
        f"analysis of {len(OUTCOMES)} outcomes and {len(weeks)} weeks / {len(runs):,} simulations on one core",
        [ratio * share for ratio in cpu],
        [ratio * share for ratio in wall],
    )
    print(f"  {statistics.median(cpu) * seconds:.1f} s of CPU")


PARTS = {"overhead": overhead, "workers": workers, "sobol": sobol, "analysis": analysis}


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument(
        "parts", nargs="*", default=list(PARTS), metavar="PART", help=f"{', '.join(PARTS)} (default: all)"
    )
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--full", action="store_true")
    asked = words.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        words.error(f"no such part: {', '.join(sorted(unknown))}")
    simulate_run(Scenario.of("baseline").with_values({"population.schools": 2}))
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before")
    for part in asked.parts:
        PARTS[part](asked.rounds, asked.full)


if __name__ == "__main__":
    main()
