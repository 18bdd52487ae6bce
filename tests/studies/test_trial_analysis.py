"""The analysis of cluster trials, on outcomes simulated without the model: level, power and errors by closed forms."""

import math

import numpy as np
import pytest
from scipy.stats import binom, ttest_ind

from plnsim.studies.trial.analysis import (
    POWER,
    adjusted_difference,
    minimum_detectable_effect,
    power_of,
)

NO_COVARIATES = np.zeros((0, 24))
ARM = np.repeat([True, False], 12)


def standard_error_of_design(schools, treated, icc, number, explained=0.0):
    """The standard error of the effect in standard deviations, for ``number`` answers a school and a share
    ``explained`` of the variance of school means that the covariates explain (Bloom, Richburg-Hayes & Black 2007).
    """
    variance = (icc + (1.0 - icc) / number) * (1.0 - explained)
    return math.sqrt(variance / (schools * treated * (1.0 - treated)))


def simulated(effect, trials, icc=0.2, pupils=10, schools=24, seed=1):
    """Means of schools in trials without the model: schools and pupils are normal, all scores have a variance of 1."""
    chance = np.random.default_rng(seed)
    school = np.sqrt(icc) * chance.standard_normal((trials, schools))
    pupil = np.sqrt(1 - icc) * chance.standard_normal((trials, schools, pupils)).mean(axis=2)
    return school + pupil + effect * ARM


def test_without_covariates_it_is_students_t_on_schools():
    (means,) = simulated(0.3, 1)
    told, known = adjusted_difference(means, ARM, NO_COVARIATES), ttest_ind(means[ARM], means[~ARM])
    assert told.effect == pytest.approx(means[ARM].mean() - means[~ARM].mean())
    assert (told.p_value, told.degrees) == (pytest.approx(known.pvalue), 22)
    assert told.effect / told.standard_error == pytest.approx(known.statistic)


def test_a_covariate_is_adjusted_for_as_in_a_regression_of_residuals():
    (means,) = simulated(0.3, 1)
    before = means + np.random.default_rng(2).normal(0.0, 0.3, 24)
    design = np.column_stack([np.ones(24), before])
    outcome, arm = (part - design @ np.linalg.lstsq(design, part, rcond=None)[0] for part in (means, ARM.astype(float)))
    told = adjusted_difference(means, ARM, before[None])
    assert told.effect == pytest.approx(arm @ outcome / (arm @ arm)) and told.degrees == 21
    assert told.standard_error < adjusted_difference(means, ARM, NO_COVARIATES).standard_error


def test_a_covariate_that_does_not_vary_and_schools_that_gave_nothing_are_left_out():
    (means,) = simulated(0.3, 1)
    lost = np.where(np.arange(24) % 6 == 0, np.nan, means)
    told = adjusted_difference(lost, ARM, np.ones((1, 24)))
    assert told == adjusted_difference(lost[np.isfinite(lost)], ARM[np.isfinite(lost)], np.zeros((0, 20)))
    assert told.degrees == 18


@pytest.mark.parametrize("known", [[], [0], [0, 1, 2], [0, 12]], ids=str)
def test_too_few_schools_give_no_estimate(known):
    means = np.full(24, np.nan)
    means[known] = 1.0
    told = adjusted_difference(means, ARM, NO_COVARIATES)
    assert np.isnan([told.effect, told.standard_error, told.p_value]).all()


def test_false_alarms_come_at_the_nominal_rate():
    found = sum(adjusted_difference(means, ARM, NO_COVARIATES).p_value < 0.05 for means in simulated(0.0, 4000))
    low, high = binom.ppf((0.0005, 0.9995), 4000, 0.05)
    assert low <= found <= high


@pytest.mark.parametrize("effect", [0.3, 0.6])
def test_power_is_that_of_the_closed_form(effect):
    error = standard_error_of_design(24, 0.5, 0.2, 10)
    expected = float(power_of(effect, np.array([error]), np.array([22.0]), 0.05)[0])
    found = sum(adjusted_difference(means, ARM, NO_COVARIATES).p_value < 0.05 for means in simulated(effect, 4000))
    low, high = binom.ppf((0.0005, 0.9995), 4000, expected)
    assert 0.1 < expected < 0.99 and low <= found <= high


def test_the_standard_error_of_a_design_is_the_spread_of_its_estimates():
    effects = [adjusted_difference(means, ARM, NO_COVARIATES).effect for means in simulated(0.0, 4000)]
    assert np.std(effects) == pytest.approx(standard_error_of_design(24, 0.5, 0.2, 10), rel=0.05)
    assert standard_error_of_design(24, 0.5, 0.2, 10, 0.75) == standard_error_of_design(24, 0.5, 0.2, 10) / 2


def test_the_minimum_detectable_effect_is_found_at_its_power():
    error, degrees = np.array([0.1]), np.array([100.0])
    effect = minimum_detectable_effect(error, degrees, 0.05)[0]
    assert effect == pytest.approx(0.2829, abs=0.0005)  # Bloom's multiplier 2.8 for many schools
    assert power_of(effect, error, degrees, 0.05)[0] == pytest.approx(POWER, abs=0.003)


def test_arms_without_any_spread_are_told_apart_for_sure_or_not_at_all():
    apart = adjusted_difference(ARM.astype(float), ARM, NO_COVARIATES)
    assert (apart.effect, apart.standard_error, apart.p_value) == (pytest.approx(1.0), 0.0, 0.0)
    assert adjusted_difference(np.ones(24), ARM, NO_COVARIATES).p_value == 1.0
