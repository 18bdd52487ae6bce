"""Adoption: a teacher who does not use the practice takes it up.

Members try it as a step of their network's inquiry; colleagues take it up by themselves now and then, and the more of those
they turn to use it, the more (Frank et al. 2004). Each has her own threshold (Granovetter 1978). Without knowing what it is or
believing in it nothing happens, and next to nothing without the conditions. Who has no user among her ties takes it from the source.
"""

from plnsim.common.parameter import Choice, Parameter
from plnsim.common.streams import decision, drawn
from plnsim.model.mechanisms.advice import COMPLETE
from plnsim.model.mechanisms.conditions import ADOPT, combined
from plnsim.model.mechanisms.fidelity import copied
from plnsim.model.mechanisms.focus import focus_of, relevance
from plnsim.model.mechanisms.rules import chance_of, relaxed

PARAMETERS = (
    Parameter("alone", 0.1, "per week", (0.02, 0.25), "Rate at which a teacher takes it up by herself.", "practice", bounds=(0.0, 1e6)),
    Parameter("in_network", 0.5, "per week", (0.1, 1.0), "Rate at which a member takes it up.", "inquiry", bounds=(0.0, 1e6)),
    Parameter("social", 0.35, "per week", (0.3, 1.6), "Rate added by colleagues' use at full social pressure.", "collaboration",
              bounds=(0.0, 1e6), direction="frank-2004"),
    Parameter("threshold", 0.3, "share of colleagues", (0.15, 0.55), "Middle of the thresholds.", "people", direction="centola-2018"),
    Parameter("threshold_spread", 0.7, "logits", (0.0, 1.2), "How much teachers differ in threshold.", "people", bounds=(0.0, 3.0)),
    Parameter("steepness", 1.5, "exponent", (1.0, 8.0), "How steeply social pressure rises around the threshold.", "people",
              bounds=(0.1, 50.0), direction="granovetter-1978"),
    Choice("contagion", {"threshold": "rises around each teacher's threshold", "linear": "grows with the share of colleagues",
                         "step": "none below the threshold, all above"}, "Form of social pressure.", "analysis"),
)

ADOPTS = decision("adopt")
LINEAR = 1
STEP = 2


def pressure(exposure, threshold, p):
    """Social pressure in 0..1, from the share of colleagues who use it and a teacher's own threshold."""
    if p.adoption.contagion == LINEAR:
        return exposure
    if p.adoption.contagion == STEP:
        return 1.0 if exposure >= threshold else 0.0
    if exposure <= 0.0:
        return 0.0
    return 1.0 / (1.0 + (threshold / exposure) ** p.adoption.steepness)


def teacher_looks(teacher, world, week, p):
    school = world.schools[teacher.school]
    if school.users == 0 and not teacher.member:
        teacher.exposure = 0.0
        teacher.source_fidelity = 1.0
        return
    users, fidelity, count = 0, 0.0, 0
    if p.ties.pattern == COMPLETE:
        count = school.after_last_teacher - school.first_teacher - 1
        users = school.users - teacher.uses
        fidelity = users * school.user_fidelity
    else:
        for tie in range(world.advice_first[teacher.post], world.advice_first[teacher.post + 1]):
            colleague = world.teachers[world.advice_to[tie]]
            count += 1
            users += colleague.uses
            fidelity += colleague.uses * colleague.fidelity
    if teacher.member:
        for tie in range(world.cross_first[teacher.post], world.cross_first[teacher.post + 1]):
            colleague = world.teachers[world.cross_to[tie]]
            if colleague.member:
                count += 1
                users += colleague.uses
                fidelity += colleague.uses * colleague.fidelity
    teacher.exposure = users / count if count > 0 else 0.0
    teacher.source_fidelity = fidelity / users if users > 0 else 1.0


def teacher_acts(teacher, world, week, p):
    if teacher.uses or teacher.applied != 0:
        return
    luck = drawn(week.luck, ADOPTS, teacher.name)
    own = p.adoption.alone
    if teacher.member:
        own = relaxed(own, p.adoption.in_network, relevance(world.networks[teacher.network], p))
    conviction = teacher.knowledge * teacher.belief
    if luck >= (own + p.adoption.social) * conviction:
        return  # not even with all colleagues and the best conditions: the chance never exceeds the rate
    wish = own + p.adoption.social * pressure(teacher.exposure, teacher.threshold, p)
    leadership = world.schools[teacher.school].lasting_leadership
    conditions = combined(ADOPT, teacher.time, leadership, focus_of(teacher, world), p)
    if luck < chance_of(wish * conviction * conditions):
        teacher.uses = 1
        teacher.tried = 1
        source = teacher.fidelity if teacher.member else teacher.source_fidelity
        teacher.fidelity = copied(source, teacher.knowledge, p)
