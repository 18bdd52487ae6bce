"""Small scenarios for tests, and ways to run and to compare them."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np

from plnsim.common.parameter import Choice
from plnsim.common.streams import run_key, uniform
from plnsim.simulation.engine.numba_backend import NumbaBackend
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.weeks import to_records

FULL_SUITE = os.environ.get("PLNSIM_FULL") == "1"
"""Whether long tests run whole; the normal run takes a sample."""

SMALL = {
    "population.schools": 6,
    "population.primary_staff": 8.0,
    "population.secondary_staff": 14.0,
    "programme.participation": 0.7,
    "programme.schools_a_network": 2,
    "programme.schools_at_most": 4,
    "programme.support_years": 1.0,
    "programme.follow_up_years": 0.5,
}
"""A population of some fifty teachers whose two networks lose their support before the run is over."""

SIZE_PARAMETERS = {name for name in SMALL if not name.startswith("programme.p")} | {"population.staff_spread"}
"""What stays as it is when all other parameters are placed at random points of their plausible ranges."""

MEASURE_PARAMETERS = {parameter.qualified_name for parameter in MODEL_PARAMETERS.sections["measure"]}
"""Parameters of the analysis alone."""


def small_scenario(values: dict | None = None, calendar=()) -> Scenario:
    """A small scenario with some values of its own."""
    return replace(Scenario(name="small", calendar=tuple(calendar)), changed=SMALL).with_values(values or {})


def random_point(point: int) -> dict:
    """A random point of the plausible ranges: every parameter but the sizes, every switch; the same for the same
    number.

    At odd points four in ten teachers use the practice from the start, so that whatever users do happens in a short
    run.
    """
    key = run_key(20_240_611, point)
    placed = {
        parameter.qualified_name: parameter.ppf(uniform(key, place % 256, place))
        for place, parameter in enumerate(MODEL_PARAMETERS)
        if parameter.qualified_name not in SIZE_PARAMETERS | MEASURE_PARAMETERS
    }
    return placed | ({"population.first_users": 0.4} if point % 2 else {})


def start_run(scenario: Scenario, seed: int = 1, replicate: int = 0, world=None, threads: int = 1) -> NumbaBackend:
    """The Numba engine of a scenario before its first week, on its own starting world or on a given one."""
    drawn_world, weeks, parameter_sets = scenario.initialise(seed, replicate)
    return NumbaBackend(drawn_world if world is None else world, weeks, to_records(parameter_sets), threads)


def finish_run(scenario: Scenario, seed: int = 1, replicate: int = 0, world=None) -> NumbaBackend:
    """The Numba engine of a scenario after its last week."""
    run = start_run(scenario, seed, replicate, world)
    run.advance()
    return run


def copy_state(run: NumbaBackend) -> dict[str, np.ndarray]:
    """Teachers, schools and networks as they are now, copied."""
    now = run.state()
    return {"teachers": now.teachers, "schools": now.schools, "networks": now.networks}


def changed_columns(records: np.ndarray, other: np.ndarray) -> list[str]:
    """The columns in which two arrays of records are not equal to the bit."""
    assert records.dtype == other.dtype and records.shape == other.shape
    return [name for name in records.dtype.names if records[name].tobytes() != other[name].tobytes()]


def changed_rows(records: np.ndarray, other: np.ndarray) -> np.ndarray:
    """For each row of two arrays of records, whether any of its columns differs by a bit."""
    assert records.dtype == other.dtype and records.shape == other.shape
    differs = np.zeros(len(records), bool)
    for name in records.dtype.names:
        width = records.dtype[name].itemsize
        bits = [np.ascontiguousarray(side[name]).view(np.uint8).reshape(-1, width) for side in (records, other)]
        differs |= (bits[0] != bits[1]).any(axis=1)
    return differs


def changed_state(run: NumbaBackend | dict, other: NumbaBackend | dict) -> list[str]:
    """What differs by a bit between the states of two runs, as ``teachers.knowledge`` and so on."""
    first, second = (side if isinstance(side, dict) else copy_state(side) for side in (run, other))
    return [f"{kind}.{name}" for kind in first for name in changed_columns(first[kind], second[kind])]


def changed_counts(counts, other) -> list[str]:
    """The parts of the counts of two runs that differ by a bit."""
    differences = [
        part
        for part in ("series", "years", "routine", "vision")
        if getattr(counts, part).tobytes() != getattr(other, part).tobytes()
    ]
    return differences + [f"networks.{name}" for name in changed_columns(counts.networks, other.networks)]


def changed_run(run: NumbaBackend, other: NumbaBackend) -> list[str]:
    """What differs by a bit between two runs: their states and what was counted."""
    return changed_state(run, other) + changed_counts(run.counts, other.counts)


def changed_world(world, other) -> list[str]:
    """The parts of two worlds that differ by a bit."""
    differences = [
        f"{kind}.{name}"
        for kind in ("teachers", "schools", "networks")
        for name in changed_columns(getattr(world, kind), getattr(other, kind))
    ]
    return differences + [
        part for part in world._fields[3:] if getattr(world, part).tobytes() != getattr(other, part).tobytes()
    ]


def switches() -> list[tuple[str, str]]:
    """Every option of every structural switch but the usual one, with the switch's dotted name."""
    return [
        (parameter.qualified_name, option)
        for parameter in MODEL_PARAMETERS
        if isinstance(parameter, Choice)
        for option in parameter.options
        if option != parameter.default
    ]
