"""Populations that trials are played with: schools of given teachers, some of whom know much and some little."""

from __future__ import annotations

import numpy as np

from plnsim.model.world.population import PopulationData

SCHOOLS, STAFF = 40, 14
PAIRS = 5
TIES_EACH_WAY = 2
PAIR_WEIGHT = 8
SKILLED, UNSKILLED = 0.9, 0.05
MIDDLE, ONE_SD = 0.5, 0.15
WEAK = np.arange(SCHOOLS * STAFF // 2, SCHOOLS * STAFF)
"""The teachers of the half of schools that do not use it, in the trial of strong schools with weak ones."""
FOCAL = np.arange(SCHOOLS) * STAFF
"""The one teacher of each school whose peers are made better in the trial of peers' quality."""
TARGETS = (np.arange(SCHOOLS)[:, None] * STAFF + PAIRS + np.arange(PAIRS)).ravel()
"""Teachers of little skill who have a skilled partner in the trial of pairs."""


def _teachers(knowledge: np.ndarray, uses: np.ndarray) -> dict[str, np.ndarray]:
    """Teachers who know as much of the practice as is given; those who use it have half a habit of it and have begun
    to adapt it.
    """
    return {
        "school": np.repeat(np.arange(SCHOOLS), STAFF),
        "knowledge": knowledge,
        "uses": uses,
        "tried": uses,
        "habit": 0.5 * uses,
        "fidelity": np.ones(len(knowledge)),
        "adaptation": 0.3 * uses,
    }


def _ring() -> tuple[np.ndarray, np.ndarray]:
    """Each teacher turns to her nearest colleagues, two on either side."""
    posts = np.arange(SCHOOLS * STAFF)
    place, first = posts % STAFF, posts - posts % STAFF
    steps = [step for step in range(-TIES_EACH_WAY, TIES_EACH_WAY + 1) if step]
    return np.concatenate([posts] * len(steps)), np.concatenate([first + (place + step) % STAFF for step in steps])


def _given(knowledge: np.ndarray, uses: np.ndarray, advice: tuple[np.ndarray, np.ndarray]) -> PopulationData:
    schools = {"staff": np.full(SCHOOLS, STAFF), "secondary": np.zeros(SCHOOLS, np.int8)}
    return PopulationData(schools=schools, teachers=_teachers(knowledge, uses.astype(np.int8)), advice=advice)


def skilled_and_not(paired: bool) -> PopulationData:
    """In each school five teachers are skilled, the others neither skilled nor users; with ``paired`` five of them
    work with a skilled one.
    """
    knowledge = np.tile([*[SKILLED] * PAIRS, *[UNSKILLED] * (STAFF - PAIRS)], SCHOOLS)
    source, to = _ring()
    if paired:
        source = np.concatenate([source, np.repeat(TARGETS, PAIR_WEIGHT), np.repeat(TARGETS - PAIRS, PAIR_WEIGHT)])
        to = np.concatenate([to, np.repeat(TARGETS - PAIRS, PAIR_WEIGHT), np.repeat(TARGETS, PAIR_WEIGHT)])
    return _given(knowledge, knowledge == SKILLED, (source, to))


def pairs() -> PopulationData:
    return skilled_and_not(True)


def no_pairs() -> PopulationData:
    return skilled_and_not(False)


def peers(own: float = 0.0, others: float = 0.0, middle: float = MIDDLE) -> PopulationData:
    """Schools whose teachers all know as much, but for one focal teacher and her peers, who know so many SD more."""
    knowledge = np.full(SCHOOLS * STAFF, MIDDLE + others * ONE_SD)
    knowledge[FOCAL] = middle + own * ONE_SD
    return _given(knowledge, np.ones(len(knowledge)), _ring())


def strong_and_weak() -> PopulationData:
    """Half of the schools, the less disadvantaged, know the practice well and use it; the others do not."""
    knowledge = np.full(SCHOOLS * STAFF, SKILLED)
    knowledge[WEAK] = UNSKILLED
    found = _given(knowledge, knowledge == SKILLED, _ring())
    return PopulationData(
        schools=found.schools | {"disadvantage": (np.arange(SCHOOLS) + 0.5) / SCHOOLS},
        teachers=found.teachers,
        advice=found.advice,
    )
