"""What the instruments of a trial make of the schools of a world: means of schools, measured with error, and the true
ones.

The luck of measuring is drawn once for a trial and holds in all worlds of it: a teacher who answers in one answers in
the other, with the same slip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from plnsim.common.short_repr import short_repr
from plnsim.common.streams import mix64
from plnsim.model.mechanisms.turnover import LONGEST_CAREER
from plnsim.model.world.entities import World
from plnsim.studies.trial.trial import COHORT, Chance, PupilTest, Trial

KEPT_COLUMNS = ("uses", "belief", "knowledge", "years", "member", "school")


class Wave(NamedTuple):
    """The teachers of a world at one time: columns of their records, and how many of the colleagues whom each could
    name use the practice.
    """

    teachers: dict[str, np.ndarray]
    first_teacher: np.ndarray
    tied: tuple[np.ndarray, np.ndarray]
    """Who could name whom among users: all ties of the moment, as two arrays of posts."""


def wave_of(world: World) -> Wave:
    """What the instruments can ask of a world: ties within schools, and those of members to other schools."""
    teachers = {name: world.teachers[name].copy() for name in KEPT_COLUMNS}
    sources, to = [], []
    for layer, open_to in (("advice", np.ones(len(world.teachers), bool)), ("cross", teachers["member"] > 0)):
        first, ends = getattr(world, f"{layer}_first"), getattr(world, f"{layer}_to")
        source = np.repeat(np.arange(len(world.teachers)), np.diff(first))
        counts = (teachers["uses"][ends] > 0) & open_to[source]
        sources.append(source[counts])
        to.append(np.asarray(ends)[counts])
    return Wave(
        teachers, world.schools["first_teacher"].astype(np.int64), (np.concatenate(sources), np.concatenate(to))
    )


def school_means(values: np.ndarray, school: np.ndarray, schools: int) -> np.ndarray:
    """The mean of each school over those whose values are known; NaN where there is none."""
    known = np.isfinite(values)
    number = np.bincount(school[known], minlength=schools)
    total = np.bincount(school[known], values[known], minlength=schools)
    with np.errstate(invalid="ignore"):
        means: np.ndarray = total / number
    return means


def true_means(measure: str, wave: Wave, schools: int) -> np.ndarray:
    """What is measured as it is: the mean of all teachers of each school."""
    teachers = wave.teachers
    if measure == "ties":
        values = np.bincount(wave.tied[0], minlength=len(teachers["school"])).astype(np.float64)
    else:
        values = teachers[{"use": "uses"}.get(measure, measure)].astype(np.float64)
    return school_means(values, teachers["school"], schools)


@dataclass(frozen=True)
class Luck:
    """The luck of measuring of one trial, by teacher and time (0: before the start).

    ``asked`` says who is asked by questionnaire and network survey, ``lost_after`` after how many years she drops out;
    ``recalls`` is the key of the ties that are recalled. The others are uniform or normal numbers of shape (times,
    teachers), scales (2, times, teachers), and of schools, of pupils and of the test (3, schools) and (3, times,
    schools).
    """

    asked: dict[str, np.ndarray]
    lost_after: np.ndarray
    responds: dict[str, np.ndarray]
    slips: np.ndarray
    scales: np.ndarray
    recalls: int
    pupils_before: np.ndarray
    pupils: np.ndarray

    __repr__ = short_repr


def draw_luck(trial: Trial, wave: Wave, schools: int, chance: Chance) -> Luck:
    """Draws who is asked, answers, slips and is lost, and how pupils do without any programme."""
    school, times = wave.teachers["school"], 1 + len(trial.follow_up)
    teachers = len(school)
    order = np.lexsort((chance.random(teachers), school))
    place = np.empty(teachers, np.int64)
    place[order] = np.arange(teachers) - wave.first_teacher[school[order]]
    asked = {
        name: place < instrument.teachers
        for name, instrument in (("questionnaire", trial.questionnaire), ("network_survey", trial.network_survey))
        if instrument
    }
    with np.errstate(divide="ignore"):
        lost_after = np.log(chance.random(teachers)) / np.log1p(-trial.attrition.teachers)  # years; geometric
    return Luck(
        asked,
        lost_after if trial.attrition.teachers > 0.0 else np.full(teachers, np.inf),
        {name: chance.random((times, teachers)) for name in ("questionnaire", "network_survey")},
        chance.random((times, teachers)),
        chance.standard_normal((2, times, teachers)),
        int(chance.integers(2**62)),
        chance.standard_normal((3, schools)),
        chance.standard_normal((3, times, schools)),
    )


def answers(
    trial: Trial, measure: str, wave: Wave, years: int, place: int, start: Wave, luck: Luck, schools: int
) -> np.ndarray:
    """The measured mean of each school; ``place`` is that of the time, ``years`` how long after the start it is."""
    name = "network_survey" if measure == "ties" else "questionnaire"
    instrument = trial.network_survey if measure == "ties" else trial.questionnaire
    assert instrument is not None, measure
    teachers = wave.teachers
    at_hand = luck.asked[name] & (luck.responds[name][place] < instrument.response) & (luck.lost_after > years)
    if trial.sample == COHORT and years > 0:
        stayed = np.minimum(LONGEST_CAREER, start.teachers["years"].astype(np.int64) + years - 1)
        at_hand &= teachers["years"] == stayed
    if measure == "use":
        says = np.where(teachers["uses"] > 0, trial_sensitivity(trial), 1.0 - trial_specificity(trial))
        values = (luck.slips[place] < says).astype(np.float64)
    elif measure == "ties":
        values = _named(trial, wave, place, luck)
    else:
        values = _scale(trial, teachers[measure], at_hand, luck.scales[("belief", "knowledge").index(measure), place])
    return school_means(np.where(at_hand, values, np.nan), teachers["school"], schools)


def trial_sensitivity(trial: Trial) -> float:
    """How likely a user says so."""
    return trial.questionnaire.sensitivity if trial.questionnaire else 1.0


def trial_specificity(trial: Trial) -> float:
    """How likely another says that she does not use it."""
    return trial.questionnaire.specificity if trial.questionnaire else 1.0


def _scale(trial: Trial, true: np.ndarray, at_hand: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Answers on a scale: the true value and an error as large as the reliability among those who answer says."""
    reliability = trial.questionnaire.reliability if trial.questionnaire else 1.0
    spread = float(true[at_hand].std()) if at_hand.any() else 0.0
    values: np.ndarray = true + spread * np.sqrt((1.0 - reliability) / reliability) * noise
    return values


def _named(trial: Trial, wave: Wave, place: int, luck: Luck) -> np.ndarray:
    """How many users each teacher names; whether a tie is recalled depends on who and whom alone, and on the time."""
    assert trial.network_survey is not None
    source, to = wave.tied
    named = _tie_luck(source, to, luck.recalls + place) < trial.network_survey.recall
    return np.bincount(source[named], minlength=len(wave.teachers["school"])).astype(np.float64)


def _tie_luck(source: np.ndarray, to: np.ndarray, key: int) -> np.ndarray:
    """A number between 0 and 1 for each tie, the same whichever other ties there are."""
    pair = (source.astype(np.uint64) << np.uint64(32)) | to.astype(np.uint64)
    with np.errstate(over="ignore"):
        words = mix64(pair + np.uint64(key))  # type: ignore[arg-type]  # an array of words
    return np.asarray(words, dtype=np.uint64) / 2.0**64


def scores(test: PupilTest, gain: np.ndarray, place: int, luck: Luck) -> np.ndarray:
    """Mean test scores of schools whose pupils gain so much (in SD of pupils), in standard deviations of the scores.

    Scores before and after share a part of schools and of pupils; the test adds an error of its own. ``place`` 0 is
    the test before.
    """
    number = test.teachers * test.pupils
    shared, own = np.sqrt(test.pretest), np.sqrt(1.0 - test.pretest)
    school = np.sqrt(test.icc) * (shared * luck.pupils_before[0] + own * luck.pupils[0, place])
    pupil = np.sqrt((1.0 - test.icc) / number) * (shared * luck.pupils_before[1] + own * luck.pupils[1, place])
    error = np.sqrt((1.0 / test.reliability - 1.0) / number) * luck.pupils[2, place]
    told: np.ndarray = (gain / test.pupil_sd + school + pupil + error) * np.sqrt(test.reliability)
    return told


def observed_gain(years: Sequence[np.ndarray], year: int, effect: float) -> np.ndarray:
    """Pupils' gain in each school in a year, by the counts of benefit and of staff and the gain at full benefit."""
    benefit, staff = years
    with np.errstate(invalid="ignore"):
        gain: np.ndarray = effect * benefit[year] / staff[year]
    return gain
