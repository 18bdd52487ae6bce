"""Virtual trials simulated: each in worlds of its own luck, measured, analysed, and held against what is true there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np
import pandas

from plnsim.common.short_repr import short_repr
from plnsim.model.measure import RunCounts
from plnsim.model.outcome import sustained_scale_up
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.values import number_of
from plnsim.simulation.runs import ProgressCallback, map_ordered, to_run_counts
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.weeks import to_records
from plnsim.simulation.scenario.without_programme import without_programme
from plnsim.studies.trial.allocation import (
    Allocation,
    allocate,
    in_order,
    leadership_at_start,
    with_programme_in,
)
from plnsim.studies.trial.analysis import Estimate, adjusted_difference
from plnsim.studies.trial.instruments import Luck, Wave, answers, draw_luck, observed_gain, scores, true_means, wave_of
from plnsim.studies.trial.trial import RANDOMISED, Chance, Trial, chance_of


class Played(NamedTuple):
    """A run of one world: its schools before the start, the teachers then and at each time that is measured, and what
    was counted.
    """

    schools: np.ndarray
    waves: list[Wave]
    run_counts: RunCounts


class Measured(NamedTuple):
    """Means of schools at each time (0: before the start), as they are and as they were measured."""

    true: np.ndarray
    told: np.ndarray


@dataclass(frozen=True)
class TrialResult:
    """All simulated trials.

    Attributes
    ----------
    trial : Trial
    table : pandas.DataFrame
        One row an alternative, trial, measure and follow-up; ``summarise`` in ``summary`` says what follows.
    """

    trial: Trial
    table: pandas.DataFrame

    __repr__ = short_repr

    @cached_property
    def summary(self) -> pandas.DataFrame:
        """One row an alternative, measure and follow-up: power, errors, bias and what is declared null."""
        from plnsim.studies.trial.summary import summarise

        return summarise(self.trial, self.table)


def run_trial(trial: Trial, *, workers: int = 1, progress: ProgressCallback | None = None) -> TrialResult:
    """Simulates the trials of each alternative.

    Parameters
    ----------
    trial : Trial
    workers : int, default 1
        Threads; results do not depend on them.
    progress : callable, optional
        Called with the trials done and those in all.

    Returns
    -------
    TrialResult

    Notes
    -----
    Trial *i* has the same luck under every alternative.
    """
    tasks = [(name, scenario, number) for name, scenario in trial.variants.items() for number in range(trial.trials)]
    rows: list[dict[str, object]] = []
    for some in map_ordered(partial(_simulate_one, trial), tasks, workers, progress):
        rows += some
    return TrialResult(trial, pandas.DataFrame(rows))


def _simulate_one(trial: Trial, task: tuple[str, Scenario, int]) -> list[dict[str, object]]:
    """One trial: a row for each measure and follow-up."""
    name, scenario, number = task
    chance = chance_of(trial, number)
    usual = without_programme(scenario, keep_conditions=True)
    if trial.control is not None:
        everybody = np.arange(scenario.number_of_schools)
        usual = with_programme_in(_as_control(scenario, trial.control), everybody, trial.seed, number)
    without = play(usual, trial, number)
    start = without.schools
    allocation = allocate(trial, start, chance)
    with_it = play(with_programme_in(scenario, allocation.treated, trial.seed, number), trial, number)
    luck = draw_luck(trial, without.waves[0], len(start), chance)
    staying = school_losses(trial, start, chance)
    lasted = sustained_scale_up(counts_of_schools(with_it.run_counts, allocation.treated))
    rows: list[dict[str, object]] = []
    for measure in trial.measures:
        there, paired = (measured(trial, measure.name, played, luck) for played in (with_it, without))
        for place, years in enumerate(trial.follow_up, start=1):
            told = analyse(trial, start, allocation, there, paired, place, staying > years)
            rows.append(
                {
                    "alternative": name,
                    "trial": number,
                    "measure": measure.name,
                    "year": years,
                    **told,
                    "sustained": lasted,
                }
            )
    return rows


def _as_control(scenario: Scenario, control: Scenario) -> Scenario:
    """The programme of the control arm in the schools of the trial, for as long."""
    own = {name: value for name, value in scenario.values.items() if name.startswith(("population.", "ties."))}
    return replace(
        control.with_values(own).with_years(scenario.weeks / SCHOOL_WEEKS),
        population_data=scenario.population_data,
        files=scenario.files,
    )


def play(scenario: Scenario, trial: Trial, replicate: int) -> Played:
    """Simulates a world in the Numba engine, and keeps what instruments ask of it.

    Teachers are asked in the last week before the end of the year, so that who leaves then still answers.
    """
    from plnsim.simulation.engine.numba_backend import NumbaBackend

    world, weeks, parameter_sets = scenario.initialise(trial.seed, replicate)
    backend = NumbaBackend(world, weeks, to_records(parameter_sets))
    waves = [wave_of(world)]
    for years in trial.follow_up:
        backend.advance(years * SCHOOL_WEEKS - 1 - backend.week)
        waves.append(wave_of(backend.state()))
    backend.advance()
    return Played(world.schools, waves, to_run_counts(scenario, backend.counts))


def measured(trial: Trial, measure: str, played: Played, luck: Luck) -> Measured:
    """The means of all schools of a world at each time; pupils' are those of the year that ends then."""
    schools = len(played.waves[0].first_teacher)
    true, told = [], []
    for place, (wave, years) in enumerate(zip(played.waves, (0, *trial.follow_up), strict=True)):
        if measure == "pupils":
            assert trial.test is not None
            counted, values = played.run_counts.years, played.run_counts.values
            effect = number_of(values, "practice.practice_gain") * number_of(values, "practice.pupil_ratio")
            gain = (
                observed_gain((counted["benefit"], counted["staff"]), years - 1, effect) if years else np.zeros(schools)
            )
            true.append(gain)
            told.append(scores(trial.test, gain, place, luck))
        else:
            true.append(true_means(measure, wave, schools))
            told.append(answers(trial, measure, wave, years, place, played.waves[0], luck, schools))
    return Measured(np.array(true), np.array(told))


def school_losses(trial: Trial, schools: np.ndarray, chance: Chance) -> np.ndarray:
    """The years after which each school is lost to the study; infinite where none is."""
    order = in_order(-leadership_at_start(schools), trial.attrition.selective, chance)
    rank = np.empty(len(schools))
    rank[order] = (np.arange(len(schools)) + 0.5) / len(schools)
    if trial.attrition.schools <= 0.0:
        return np.full(len(schools), np.inf)
    years: np.ndarray = np.log1p(-rank) / np.log1p(-trial.attrition.schools)
    return years


def analyse(
    trial: Trial,
    schools: np.ndarray,
    allocation: Allocation,
    there: Measured,
    paired: Measured,
    place: int,
    staying: np.ndarray,
) -> dict[str, float]:
    """What one trial finds at one time, what it would have found without its losses and without neighbours, and with
    both arms without a programme; beside it what is true.
    """
    treated, control = allocation
    arm = np.repeat([True, False], [len(treated), len(control)])
    kept = staying[allocation.schools]
    extra = [] if trial.allocation == RANDOMISED else [schools["disadvantage"][allocation.schools]]

    def estimate(with_it: Measured, others: Measured, lost: bool = True) -> Estimate:
        told = np.concatenate([with_it.told[:, treated], others.told[:, control]], axis=1)
        outcome = np.where(kept, told[place], np.nan) if lost else told[place]
        return adjusted_difference(outcome, arm, np.array([told[0], *extra]))

    of_control = there if trial.contamination else paired
    found, apart = estimate(there, of_control), estimate(there, paired)
    whole, null = estimate(there, of_control, lost=False), estimate(paired, paired)
    gained = there.true[place] - paired.true[place]
    return {
        "true_effect": float(gained[treated].mean()),
        "spill_over": float(gained[control].mean()) if trial.contamination else 0.0,
        "estimate": found.effect,
        "standard_error": found.standard_error,
        "p_value": found.p_value,
        "degrees": found.degrees,
        "schools": int(np.isfinite(np.where(kept, 0.0, np.nan)).sum()),
        "estimate_without_contamination": apart.effect,
        "estimate_without_attrition": whole.effect,
        "null_estimate": null.effect,
        "null_p_value": null.p_value,
    }


def counts_of_schools(run: RunCounts, places: np.ndarray) -> RunCounts:
    """What was counted in some schools of a run, as if they were all.

    A week's count is a school year's shared out evenly over its weeks, so sums over whole years are exact, and nothing
    is told of when in a year. Networks are left as they are: in a trial they are those of its treated schools.
    """
    year = np.arange(run.length) // SCHOOL_WEEKS
    length = np.bincount(year)[year]
    years = {name: counts[:, places] for name, counts in run.years.items()}
    weeks = {
        name: np.column_stack([counts.sum(axis=1)[year] / length, np.zeros(run.length)])
        for name, counts in years.items()
    }
    return replace(run, years=years, weeks=weeks, routine=run.routine[:, places])
