"""What a virtual trial is: the design of a study of a programme, its instruments and its losses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import numpy as np

from plnsim.common.parameter import Value
from plnsim.common.short_repr import short_repr
from plnsim.simulation.scenario import Scenario

RANDOMISED, STRATIFIED, MATCHED = "randomised", "stratified", "matched"
ALLOCATIONS = {
    RANDOMISED: "chance decides which schools take part",
    STRATIFIED: "chance decides within strata of equal disadvantage",
    MATCHED: "schools come by themselves, and each gets a control that is like it in disadvantage and size",
}
COHORT, CROSS_SECTION = "cohort", "cross-section"
SAMPLES = {
    COHORT: "the same teachers at each time, as long as they stay",
    CROSS_SECTION: "whoever holds the sampled posts at the time",
}


class Measure(NamedTuple):
    """What an instrument measures of a school."""

    name: str
    unit: str
    meaning: str


MEASURES = (
    Measure("use", "share", "teachers who say that they use the practice"),
    Measure("belief", "share", "belief of teachers in the practice, on a scale of a questionnaire"),
    Measure("knowledge", "share", "knowledge of the practice, on a scale of a questionnaire"),
    Measure("ties", "colleagues", "colleagues whom a teacher names and who use the practice"),
    Measure("pupils", "SD of pupils", "test score of pupils"),
)
MEASURES_BY_NAME = {measure.name: measure for measure in MEASURES}
REPORTED = ("use", "belief", "knowledge")
"""What a questionnaire asks for."""


@dataclass(frozen=True)
class Questionnaire:
    """Teachers answer on use, belief and knowledge.

    ``teachers`` a school are asked (all of a smaller one), and ``response`` of them answer each time. Of those who use
    the practice the share ``sensitivity`` says so, of the others the share 1 - ``specificity``. The variance of a
    scale's true values over that of its answers is ``reliability``.
    """

    teachers: int = 10
    response: float = 0.8
    sensitivity: float = 0.95
    specificity: float = 0.95
    reliability: float = 0.8


@dataclass(frozen=True)
class NetworkSurvey:
    """Teachers name the colleagues with whom they exchange, each tie recalled with the chance ``recall``."""

    teachers: int = 10
    response: float = 0.8
    recall: float = 0.7


@dataclass(frozen=True)
class PupilTest:
    """Pupils are tested, before and after.

    ``teachers`` a school have their pupils tested, ``pupils`` each. ``icc`` is the share of the variance between
    schools, ``pretest`` the correlation of true scores before and after, ``reliability`` that of the test, and
    ``pupil_sd`` the standard deviation of true scores in the unit in which the model tells pupils' gain.
    """

    teachers: int = 2
    pupils: int = 25
    icc: float = 0.15
    pretest: float = 0.7
    reliability: float = 0.9
    pupil_sd: float = 1.0


@dataclass(frozen=True)
class Attrition:
    """Who is lost to the study each year: a share of ``schools`` and of ``teachers``.

    ``selective`` (0 to 1) says how far it is the schools of the weakest leaders that leave; 0: chance alone.
    """

    schools: float = 0.0
    teachers: float = 0.0
    selective: float = 0.0


@dataclass(frozen=True)
class Trial:
    """A study of a programme: who takes part, what is measured when, and what is lost.

    Parameters
    ----------
    name : str
    scenario : Scenario
        Programme, population and length of the runs.
    control : Scenario, optional
        The programme of the control arm, by default none.
    schools : int, default 100
        Schools of both arms together; the world may hold more.
    treated : float, default 0.5
        Share of them in the arm with the programme.
    follow_up : tuple of int, default (1, 2)
        Whole years after the start at which is measured.
    contamination : bool, default True
        Whether the control schools live in the world of the programme; else in one of their own.
    smallest_effect : mapping of str to float
        The smallest effect that matters, by measure, in its unit.
    alternatives : mapping of str to mapping
        Other values under which the same trial is simulated, by name; one without any is ``as it is``.
    texts : mapping of str to str
        The files that asked for it, by name.
    """

    name: str
    scenario: Scenario
    control: Scenario | None = None
    title: str = ""
    purpose: str = field(default="", repr=False)
    sources: tuple[str, ...] = field(default=(), repr=False)
    known: tuple[str, ...] = field(default=(), repr=False)
    assumed: tuple[str, ...] = field(default=(), repr=False)
    schools: int = 100
    treated: float = 0.5
    allocation: str = RANDOMISED
    strata: int = 4
    self_selection: float = 0.0
    follow_up: tuple[int, ...] = (1, 2)
    sample: str = COHORT
    contamination: bool = True
    questionnaire: Questionnaire | None = None
    network_survey: NetworkSurvey | None = None
    test: PupilTest | None = None
    attrition: Attrition = Attrition()
    alpha: float = 0.05
    primary: str = "pupils"
    smallest_effect: Mapping[str, float] = field(default_factory=dict)
    trials: int = 200
    seed: int = 1
    alternatives: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)

    __repr__ = short_repr

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What the instruments of the trial measure, the primary measure first."""
        taken = {
            **dict.fromkeys(REPORTED, self.questionnaire),
            "ties": self.network_survey,
            "pupils": self.test,
        }
        at_hand = (measure for measure in MEASURES if taken[measure.name] is not None)
        return tuple(sorted(at_hand, key=lambda measure: measure.name != self.primary))

    @property
    def treated_schools(self) -> int:
        """Schools in the arm with the programme."""
        return min(self.schools - 1, max(1, round(self.treated * self.schools)))

    @property
    def variants(self) -> dict[str, Scenario]:
        """The scenario under each alternative, the trial as it is first."""
        return {AS_IT_IS: self.scenario} | {
            name: self.scenario.with_values(dict(values)) for name, values in self.alternatives.items()
        }


AS_IT_IS = "as it is"

Chance: TypeAlias = np.random.Generator
"""The luck of a study, apart from that of the model: who is in which arm, is asked, slips, or is lost."""


def chance_of(trial: Trial, number: int) -> Chance:
    """The luck of one simulated trial."""
    return np.random.default_rng([trial.seed, number])
