"""Evidence of pupil benefit: a user sees what her pupils gain, through noise, and believes accordingly.

What she sees also reaches her head and her network, who sum it up at the end of the year. Where a school collects evidence of
progress and feeds it back, those hear of it as well who do not use the practice (Mason & Galloway 2021).
"""

from plnsim.common.parameter import Parameter
from plnsim.common.streams import decision, drawn, normal_quantile
from plnsim.model.mechanisms.norms import NORMS_ONLY
from plnsim.model.mechanisms.practice import benefit
from plnsim.model.mechanisms.rules import logistic, relaxed, tallied, untallied

PARAMETERS = (
    Parameter("expected", 0.42, "share", (0.2, 0.5), "Benefit that teachers expect.", "practice"),
    Parameter("noise", 0.3, "share", (0.05, 0.6), "Spread of what is seen in a week around the true benefit.", "practice", bounds=(0.0, 5.0)),
    Parameter("sharpness", 6.0, "per share", (3.0, 12.0), "How sharply seeing more or less than expected turns into evidence for or against.",
              "practice", bounds=(0.0, 50.0)),
    Parameter("fed_back", 0.0, "share a week", (0.0, 0.1), "How far evidence of pupils' progress that the school collects and feeds back moves the "
              "belief of all its staff.", "practice", direction="mason-galloway-2021"),
    Parameter("learning", 0.06, "share a week", (0.01, 0.15), "How fast belief follows evidence.", "practice"),
)

SEEN = decision("evidence")


def teacher_acts(teacher, world, week, p):
    if teacher.applied > 0:
        true = benefit(teacher.knowledge, teacher.fidelity, teacher.adaptation, p)
        seen = true + p.evidence.noise * normal_quantile(drawn(week.luck, SEEN, teacher.name))
        teacher.evidence = logistic(p.evidence.sharpness * (seen - p.evidence.expected))
        if p.norms.belief != NORMS_ONLY:
            teacher.belief = relaxed(teacher.belief, teacher.evidence, p.evidence.learning)
    school = world.schools[teacher.school]
    if p.norms.belief != NORMS_ONLY and p.evidence.fed_back > 0.0 and school.new_evidence_count > 0:
        fed_back = untallied(school.new_evidence, school.new_evidence_count)
        teacher.belief = relaxed(teacher.belief, fed_back, p.evidence.fed_back)


def school_looks(school, world, week, p):
    total, count = 0, 0
    for post in range(school.first_teacher, school.after_last_teacher):
        teacher = world.teachers[post]
        if teacher.applied > 0:
            total += tallied(teacher.evidence)
            count += 1
    school.new_evidence = total
    school.new_evidence_count = count


def network_looks(network, world, week, p):
    total, count = 0, 0
    for seat in range(network.first_seat, network.after_last_seat):
        teacher = world.teachers[world.seats[seat]]
        if teacher.member and teacher.applied > 0:
            total += tallied(teacher.evidence)
            count += 1
    network.new_evidence = total
    network.new_evidence_count = count


def summed(group, week):
    """A school's or network's evidence of the year, with last week's added; it starts anew after the year end."""
    if week.of_year == 0:
        group.evidence_total = 0
        group.evidence_count = 0
    group.evidence_total = group.evidence_total + group.new_evidence
    group.evidence_count = group.evidence_count + group.new_evidence_count


def school_acts(school, world, week, p):
    summed(school, week)


def network_acts(network, world, week, p):
    summed(network, week)
