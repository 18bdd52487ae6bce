"""Leadership: vision, support and distributed leadership, felt by all staff of a school.

Facilitation in hours is only a part of it (Brown & Poortman 2020): a head gives the practice priority (vision), knows and
backs it (support), and lets others lead (distributed leadership). What pupils gain convinces heads once a year. A routine
carries part of what the head's attention would.
"""

from plnsim.common.parameter import Parameter
from plnsim.common.streams import share_within
from plnsim.model.mechanisms.policy import pushed
from plnsim.model.mechanisms.rules import relaxed, untallied

PARAMETERS = (
    Parameter("vision", 0.5, "share", (0.1, 0.9), "Middle of the priority that heads give the practice.", "leadership",
              direction="brown-poortman-2020", structural=True),
    Parameter("support", 0.5, "share", (0.1, 0.9), "Middle of heads' support and knowledge of the practice.", "leadership",
              direction="brown-poortman-2020", structural=True),
    Parameter("distributed", 0.5, "share", (0.1, 0.9), "Middle of distributed leadership in schools.", "leadership",
              direction="brown-poortman-2020", structural=True),
    Parameter("spread", 0.8, "logits", (0.3, 1.2), "How much schools differ in leadership and focus.", "leadership", bounds=(0.0, 3.0),
              structural=True),
    Parameter("evidence_effect", 0.3, "share a year", (0.0, 0.6), "How far a year's evidence of benefit moves a head's priority.", "leadership",
              bounds=(0.0, 2.0), direction="mason-galloway-2021"),
    Parameter("evidence_needed", 5, "observations", (1, 20), "A head is moved by more observations in a year than this.", "leadership",
              bounds=(0, 10_000), whole=True),
    Parameter("mandate_weight", 0.6, "share", (0.0, 1.0), "How far teachers need distributed leadership to speak up and to set routines.",
              "leadership", direction="schildkamp-2020"),
    Parameter("routine_substitutes", 0.5, "share", (0.0, 1.0), "How far a full routine stands in for the head's attention.", "leadership",
              direction="levine-prietula-2012"),
)


def mandate(distributed, p):
    """The licence that teachers have to share and to set routines, in 0..1."""
    return 1.0 - p.leadership.mandate_weight + p.leadership.mandate_weight * distributed


def school_looks(school, world, week, p):
    vision = pushed(school.vision, week.supported and school.participates, p)
    felt = (vision + school.support + school.distributed) / 3.0
    school.leadership = relaxed(felt, p.conditions.leadership_target, p.conditions.leadership_shift)
    school.lasting_leadership = relaxed(school.leadership, 1.0, p.leadership.routine_substitutes * school.routine)


def school_acts(school, world, week, p):
    if week.ends_year and school.evidence_count > p.leadership.evidence_needed:
        evidence = untallied(school.evidence_total, school.evidence_count)
        school.vision = share_within(school.vision + p.leadership.evidence_effect * (evidence - 0.5) * school.prevalence)
