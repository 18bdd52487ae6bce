"""Evidence of pupil benefit: a user sees what her pupils gain, through noise, and believes accordingly.

What she sees also reaches her head and her network, who sum it up at the end of the year. Where a school collects
evidence of progress and feeds it back, those hear of it as well who do not use the practice (Mason & Galloway 2021).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.common.streams import normal_quantile, stream, uniform
from plnsim.model.mechanisms.norms import NORMS_ONLY
from plnsim.model.mechanisms.parts import share_of_parts
from plnsim.model.mechanisms.practice import benefit
from plnsim.model.mechanisms.rules import fixed_point_mean, logistic, relax, to_fixed_point
from plnsim.model.state import KEPT, StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Network, Parameters, School, Teacher, Week, World

PARAMETERS = (
    Parameter(
        "expected",
        default=0.42,
        unit="share",
        range=(0.2, 0.5),
        meaning="Benefit that teachers expect.",
        group="practice",
    ),
    Parameter(
        "noise",
        default=0.3,
        unit="share",
        range=(0.05, 0.6),
        meaning="Spread of what is seen in a week around the true benefit.",
        group="practice",
        bounds=(0.0, 5.0),
    ),
    Parameter(
        "sharpness",
        default=6.0,
        unit="per share",
        range=(3.0, 12.0),
        meaning="How sharply seeing more or less than expected turns into evidence for or against.",
        group="practice",
        bounds=(0.0, 50.0),
    ),
    Parameter(
        "fed_back",
        default=0.0,
        unit="share a week",
        range=(0.0, 0.1),
        meaning="How far evidence of pupils' progress that the school collects and feeds back moves the "
        "belief of all its staff.",
        group="practice",
        direction="mason-galloway-2021",
    ),
    Parameter(
        "learning",
        default=0.06,
        unit="share a week",
        range=(0.01, 0.15),
        meaning="How fast belief follows evidence.",
        group="practice",
    ),
)
WRITES = ("teacher.belief",)
"""State variables of other mechanisms that this one writes."""

TEACHER = (
    StateVariable(
        "evidence",
        type="f8",
        unit="share",
        meaning="benefit for pupils that she saw this week against what she expects",
        start=0.0,
        successor=KEPT,
    ),
)

SCHOOL = (
    StateVariable(
        "evidence_total",
        type="i8",
        unit="fixed point",
        meaning="evidence seen by staff since the year began",
        start=0,
        successor=KEPT,
    ),
    StateVariable("evidence_count", type="i8", unit="number", meaning="how many times", start=0, successor=KEPT),
    StateVariable(
        "new_evidence", type="i8", unit="fixed point", meaning="evidence seen by staff last week", kind="seen"
    ),
    StateVariable("new_evidence_count", type="i8", unit="number", meaning="how many times", kind="seen"),
)

NETWORK = (
    StateVariable(
        "evidence_total",
        type="i8",
        unit="fixed point",
        meaning="evidence seen by members since the year began",
        start=0,
        successor=KEPT,
    ),
    StateVariable("evidence_count", type="i8", unit="number", meaning="how many times", start=0, successor=KEPT),
    StateVariable(
        "new_evidence", type="i8", unit="fixed point", meaning="evidence seen by members last week", kind="seen"
    ),
    StateVariable("new_evidence_count", type="i8", unit="number", meaning="how many times", kind="seen"),
)

SEEN = stream("evidence")


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    school = world.schools[teacher.school]
    if teacher.applied > 0:
        true = benefit(share_of_parts(teacher.in_use, p), teacher.fidelity, teacher.adaptation, school.fit, p)
        seen = true + p.evidence.noise * normal_quantile(uniform(week.key, SEEN, teacher.name))
        teacher.evidence = logistic(p.evidence.sharpness * (seen - p.evidence.expected))
        if p.norms.belief != NORMS_ONLY:
            teacher.belief = relax(teacher.belief, teacher.evidence, p.evidence.learning)
    if p.norms.belief != NORMS_ONLY and p.evidence.fed_back > 0.0 and school.new_evidence_count > 0:
        fed_back = fixed_point_mean(school.new_evidence, school.new_evidence_count)
        teacher.belief = relax(teacher.belief, fed_back, p.evidence.fed_back)


def school_observes(school: School, world: World, week: Week, p: Parameters) -> None:
    total, count = 0, 0
    for post in range(school.first_teacher, school.after_last_teacher):
        teacher = world.teachers[post]
        if teacher.applied > 0:
            total += to_fixed_point(teacher.evidence)
            count += 1
    school.new_evidence = total
    school.new_evidence_count = count


def network_observes(network: Network, world: World, week: Week, p: Parameters) -> None:
    total, count = 0, 0
    for seat in range(network.first_seat, network.after_last_seat):
        teacher = world.teachers[world.seats[seat]]
        if teacher.member and teacher.applied > 0:
            total += to_fixed_point(teacher.evidence)
            count += 1
    network.new_evidence = total
    network.new_evidence_count = count


def accumulate_evidence(group: School | Network, week: Week) -> None:
    """A school's or network's evidence of the year, with last week's added; it starts anew after the year end."""
    if week.of_year == 0:
        group.evidence_total = 0
        group.evidence_count = 0
    group.evidence_total = group.evidence_total + group.new_evidence
    group.evidence_count = group.evidence_count + group.new_evidence_count


def school_updates(school: School, world: World, week: Week, p: Parameters) -> None:
    accumulate_evidence(school, week)


def network_updates(network: Network, world: World, week: Week, p: Parameters) -> None:
    accumulate_evidence(network, week)
