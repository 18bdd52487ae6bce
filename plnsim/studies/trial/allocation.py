"""Who is in a trial and in which arm, and the worlds in which the arms live.

The treated schools and all others stand in one world, as they do in life; the same schools without the programme are
the paired world that says what would have been. Networks are formed of the treated schools alone by the rule by which
any programme forms them.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from plnsim.common.streams import START_WEEK, run_key, week_key
from plnsim.model.world.entities import World
from plnsim.model.world.population import PopulationData, build_world
from plnsim.model.world.programme import form_networks
from plnsim.simulation.scenario import Scenario
from plnsim.studies.trial.trial import MATCHED, RANDOMISED, Chance, Trial


class Allocation(NamedTuple):
    """The places of the schools of each arm."""

    treated: np.ndarray
    control: np.ndarray

    @property
    def schools(self) -> np.ndarray:
        """All schools of the trial, those of the programme first."""
        return np.concatenate([self.treated, self.control])


def leadership_at_start(schools: np.ndarray) -> np.ndarray:
    """The leadership of each school before the first week, 0 to 1: what a study does not see."""
    mean: np.ndarray = (schools["own_vision"] + schools["support"] + schools["own_distributed"]) / 3.0
    return mean


def _standardised(values: np.ndarray) -> np.ndarray:
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 0.0 else np.zeros(len(values))


def in_order(values: np.ndarray, correlation: float, chance: Chance) -> np.ndarray:
    """Places from the highest to the lowest of something that goes with ``values`` by so much of a correlation."""
    luck = chance.standard_normal(len(values))
    latent = correlation * _standardised(values) + np.sqrt(1.0 - correlation**2) * luck
    return np.argsort(-latent, kind="stable")


def allocate(trial: Trial, schools: np.ndarray, chance: Chance) -> Allocation:
    """Draws the schools of a trial from those of a world, and their arms; ``schools`` are records of the start."""
    number, treated = trial.schools, trial.treated_schools
    if trial.allocation == MATCHED:
        comers = in_order(leadership_at_start(schools), trial.self_selection, chance)
        return Allocation(comers[:treated], _matched(schools, comers[:treated], comers[treated:], number - treated))
    drawn = chance.permutation(len(schools))[:number]
    if trial.allocation == RANDOMISED:
        return Allocation(drawn[:treated], drawn[treated:])
    by_disadvantage = drawn[np.argsort(schools["disadvantage"][drawn], kind="stable")]
    ends = np.linspace(0, number, trial.strata + 1).round().astype(int)
    quota = np.diff((ends * treated / number).round().astype(int))
    taken, left = [], []
    for first, after, some in zip(ends[:-1], ends[1:], quota, strict=True):
        stratum = chance.permutation(by_disadvantage[first:after])
        taken.append(stratum[:some])
        left.append(stratum[some:])
    return Allocation(np.concatenate(taken), np.concatenate(left))


def _matched(schools: np.ndarray, treated: np.ndarray, others: np.ndarray, number: int) -> np.ndarray:
    """The controls of treated schools: each the nearest that is left in disadvantage and log of staff, the pairs chosen
    so that the squared distances of all are least; more or fewer than one to one take turns.
    """
    from scipy.optimize import linear_sum_assignment

    staff = np.log(schools["after_last_teacher"] - schools["first_teacher"])
    traits = np.column_stack([_standardised(schools["disadvantage"]), _standardised(staff)])
    controls: list[int] = []
    while len(controls) < number:
        left = np.setdiff1d(others, controls)
        some = treated[: number - len(controls)]
        distance = ((traits[some][:, None] - traits[left][None]) ** 2).sum(axis=2)
        _, chosen = linear_sum_assignment(distance)
        controls += left[chosen].tolist()
    return np.array(controls, dtype=np.int64)


def with_programme_in(scenario: Scenario, schools: np.ndarray, seed: int, replicate: int) -> Scenario:
    """The scenario with networks of some schools (their places) and no others, for one seed and replicate.

    What is drawn of the schools stays as it is: only who holds a seat where is given.
    """
    known = scenario.population_data or PopulationData()
    values = {**scenario.values, "programme.participation": 1.0, "programme.themes": 1}
    world = build_world(values, seed, replicate, replace(known, networks=None))
    staff = (world.schools["after_last_teacher"] - world.schools["first_teacher"]).astype(np.int64)
    sent = _delegates(world)
    key = week_key(run_key(seed, replicate), START_WEEK)
    formed, _ = form_networks(world.schools[np.sort(schools)], values, key)
    groups = [
        [(int(place), sent[int(place)]) for place in np.sort(schools)[network] if len(sent[int(place)])]
        for network in formed
    ]
    tables = {"staff": staff, "secondary": world.schools["secondary"], **known.schools}
    data = replace(known, schools=tables, networks=[group for group in groups if group])
    return replace(scenario, population_data=data)


def _delegates(world: World) -> list[np.ndarray]:
    """The posts that each school of a world in which all take part sends."""
    seated = np.flatnonzero(world.teachers["network"] >= 0)
    ends = np.searchsorted(world.teachers["school"][seated], np.arange(len(world.schools) + 1))
    return [seated[first:after] for first, after in pairwise(ends)]
