"""Turnover of teachers: at the end of the year some leave, and newcomers take their posts.

More leave in their first years and from disadvantaged schools. A newcomer may bring knowledge and belief from another
school; a school with a routine inducts her. A seat in a network stays with the post.
"""

from plnsim.common.parameter import Parameter
from plnsim.common.streams import logit_normal, lognormal, stream, uniform
from plnsim.model.mechanisms.learning import first_knowledge
from plnsim.model.mechanisms.rules import transfer
from plnsim.model.world.tenure import leaving_rate

PARAMETERS = (
    Parameter(
        "rate",
        default=0.15,
        unit="share a year",
        range=(0.10, 0.25),
        meaning="Share of teachers who leave their school in a year.",
        group="people",
        source="nces-2022",
    ),
    Parameter(
        "early_ratio",
        default=1.5,
        unit="ratio",
        range=(1.0, 2.5),
        meaning="How much likelier to leave is a teacher in her first three years.",
        group="people",
        bounds=(1.0, 5.0),
        direction="allen-burgess-2012",
    ),
    Parameter(
        "disadvantage_ratio",
        default=1.3,
        unit="ratio",
        range=(1.0, 1.7),
        meaning="Leaving in the most against the least disadvantaged school.",
        group="people",
        source="carver-thomas-2017",
        bounds=(1.0, 5.0),
    ),
    Parameter(
        "movers",
        default=0.4,
        unit="share",
        range=(0.0, 0.8),
        meaning="Share of newcomers who come from another school of the system.",
        group="people",
        source="nces-2022",
    ),
    Parameter(
        "induction",
        default=0.5,
        unit="share",
        range=(0.0, 0.9),
        meaning="Chance that a full routine brings a newcomer in.",
        group="leadership",
    ),
)

LEAVES = stream("teacher leaves")
MOVER = stream("mover")
MOVED_FROM = stream("moved from")
NEW_KNOWLEDGE = stream("new knowledge")
NEW_BELIEF = stream("new belief")
NEW_THRESHOLD = stream("new threshold")
NEW_LOAD = stream("new load")
NEW_AWARENESS = stream("new awareness")
NEW_ROLE = stream("new formal role")
INDUCTION = stream("induction")


def leaving_probability(years, disadvantage, p):
    """Chance of leaving at a year end, by years in post and the school's disadvantage."""
    rate = leaving_rate(years, p.turnover.rate, p.turnover.early_ratio)
    slope = (p.turnover.disadvantage_ratio - 1.0) / (p.turnover.disadvantage_ratio + 1.0)
    return min(1.0, rate * (1.0 + 2.0 * slope * (disadvantage - 0.5)))


def newcomer_knowledge(teacher, week, p):
    """What a newcomer who brings nothing from another school knows of the practice."""
    return first_knowledge(uniform(week.key, NEW_KNOWLEDGE, teacher.name), p)


def newcomer_belief(teacher, week, p):
    """What such a newcomer believes."""
    return logit_normal(p.norms.first_belief, p.norms.first_belief_spread, uniform(week.key, NEW_BELIEF, teacher.name))


def teacher_observes(teacher, world, week, p):
    if not week.ends_year or uniform(week.key, MOVER, teacher.name) >= p.turnover.movers:
        return
    school = world.schools[teacher.school]
    staff = school.after_last_teacher - school.first_teacher
    others = len(world.teachers) - staff
    if others == 0:
        teacher.moved_knowledge = newcomer_knowledge(teacher, week, p)
        teacher.moved_belief = newcomer_belief(teacher, week, p)
        return
    place = int(uniform(week.key, MOVED_FROM, teacher.name) * others)
    elsewhere = world.teachers[place if place < school.first_teacher else place + staff]
    teacher.moved_knowledge = elsewhere.knowledge
    teacher.moved_belief = elsewhere.belief


def teacher_updates(teacher, world, week, p):
    if not week.ends_year:
        return
    school = world.schools[teacher.school]
    teacher.years = teacher.years + 1
    if uniform(week.key, LEAVES, teacher.name) >= leaving_probability(teacher.years - 1, school.disadvantage, p):
        return
    moved_in = uniform(week.key, MOVER, teacher.name) < p.turnover.movers
    replace_teacher(teacher, week, moved_in, p)
    if school.users > 0:
        inducted = p.turnover.induction * school.routine
        teacher.knowledge = transfer(teacher.knowledge, school.user_knowledge, inducted)
        if uniform(week.key, INDUCTION, teacher.name) < inducted:
            teacher.uses = 1
            teacher.tried = 1
            teacher.fidelity = school.user_fidelity


def replace_teacher(teacher, week, moved_in, p):
    """The post changes hands: everything personal is new; what a mover brings was seen in another school."""
    teacher.years = 0
    teacher.new = 1
    if moved_in:
        teacher.knowledge = teacher.moved_knowledge
        teacher.belief = teacher.moved_belief
    else:
        teacher.knowledge = newcomer_knowledge(teacher, week, p)
        teacher.belief = newcomer_belief(teacher, week, p)
    teacher.first_belief = teacher.belief
    teacher.threshold = logit_normal(
        p.adoption.threshold, p.adoption.threshold_spread, uniform(week.key, NEW_THRESHOLD, teacher.name)
    )
    teacher.load = lognormal(p.time.load_spread, uniform(week.key, NEW_LOAD, teacher.name))
    teacher.awareness = logit_normal(
        p.mobilisation.awareness, p.mobilisation.awareness_spread, uniform(week.key, NEW_AWARENESS, teacher.name)
    )
    teacher.formal = 1 if uniform(week.key, NEW_ROLE, teacher.name) < p.mobilisation.formal_share else 0
    teacher.habit = 0.0
    teacher.adaptation = 0.0
    teacher.fidelity = 1.0
    teacher.uses = 0
    teacher.applied = 0
    teacher.mobilises = 0
    teacher.tried = 0
    teacher.reached = 0
    teacher.mobilised = 0
    teacher.barrier = 0
