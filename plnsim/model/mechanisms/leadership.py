"""Leadership: vision, support and distributed leadership, felt by all staff of a school.

Facilitation in hours is only a part of it (Brown & Poortman 2020): a head gives the practice priority (vision), knows
and backs it (support), and lets others lead (distributed leadership). What pupils gain convinces heads once a year. A
routine carries part of what the head's attention would.
"""

from plnsim.common.parameter import Parameter
from plnsim.common.streams import clip_share
from plnsim.model.mechanisms.policy import pushed_vision
from plnsim.model.mechanisms.rules import fixed_point_mean, relax

PARAMETERS = (
    Parameter(
        "vision",
        default=0.5,
        unit="share",
        range=(0.1, 0.9),
        meaning="Middle of the priority that heads give the practice.",
        group="leadership",
        direction="brown-poortman-2020",
        structural=True,
    ),
    Parameter(
        "support",
        default=0.5,
        unit="share",
        range=(0.1, 0.9),
        meaning="Middle of heads' support and knowledge of the practice.",
        group="leadership",
        direction="brown-poortman-2020",
        structural=True,
    ),
    Parameter(
        "distributed",
        default=0.5,
        unit="share",
        range=(0.1, 0.9),
        meaning="Middle of distributed leadership in schools.",
        group="leadership",
        direction="brown-poortman-2020",
        structural=True,
    ),
    Parameter(
        "spread",
        default=0.8,
        unit="logits",
        range=(0.3, 1.2),
        meaning="How much schools differ in leadership and focus.",
        group="leadership",
        bounds=(0.0, 3.0),
        structural=True,
    ),
    Parameter(
        "evidence_effect",
        default=0.3,
        unit="share a year",
        range=(0.0, 0.6),
        meaning="How far a year's evidence of benefit moves a head's priority.",
        group="leadership",
        bounds=(0.0, 2.0),
        direction="mason-galloway-2021",
    ),
    Parameter(
        "evidence_needed",
        default=5,
        unit="observations",
        range=(1, 20),
        meaning="A head is moved by more observations in a year than this.",
        group="leadership",
        bounds=(0, 10_000),
        integer=True,
    ),
    Parameter(
        "mandate_weight",
        default=0.6,
        unit="share",
        range=(0.0, 1.0),
        meaning="How far teachers need distributed leadership to speak up and to set routines.",
        group="leadership",
        direction="schildkamp-2020",
    ),
    Parameter(
        "routine_substitutes",
        default=0.5,
        unit="share",
        range=(0.0, 1.0),
        meaning="How far a full routine stands in for the head's attention.",
        group="leadership",
        direction="levine-prietula-2012",
    ),
)


def mandate(distributed, p):
    """The licence that teachers have to share and to set routines, in 0..1."""
    return 1.0 - p.leadership.mandate_weight + p.leadership.mandate_weight * distributed


def school_observes(school, world, week, p):
    vision = pushed_vision(school.vision, week.supported and school.participates, p)
    felt = (vision + school.support + school.distributed) / 3.0
    school.leadership = relax(felt, p.conditions.leadership_target, p.conditions.leadership_shift)
    school.lasting_leadership = relax(school.leadership, 1.0, p.leadership.routine_substitutes * school.routine)


def school_updates(school, world, week, p):
    if week.ends_year and school.evidence_count > p.leadership.evidence_needed:
        evidence = fixed_point_mean(school.evidence_total, school.evidence_count)
        school.vision = clip_share(school.vision + p.leadership.evidence_effect * (evidence - 0.5) * school.prevalence)
