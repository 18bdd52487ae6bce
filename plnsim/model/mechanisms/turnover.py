"""Turnover of teachers: at the end of the year some leave, and newcomers take their posts.

More leave in their first years and from disadvantaged schools. A newcomer may bring knowledge and belief from another school; a
school with a routine inducts her. A seat in a network stays with the post.
"""

from plnsim.common.parameter import Parameter
from plnsim.common.streams import decision, drawn, spread_factor, spread_share
from plnsim.model.mechanisms.learning import first_knowledge
from plnsim.model.mechanisms.rules import transferred
from plnsim.model.world.tenure import leaving_rate

PARAMETERS = (
    Parameter("rate", 0.15, "share a year", (0.10, 0.25), "Share of teachers who leave their school in a year.", "people", source="nces-2022"),
    Parameter("early_ratio", 1.5, "ratio", (1.0, 2.5), "How much likelier to leave is a teacher in her first three years.", "people",
              bounds=(1.0, 5.0), direction="allen-burgess-2012"),
    Parameter("disadvantage_ratio", 1.3, "ratio", (1.0, 1.7), "Leaving in the most against the least disadvantaged school.", "people",
              source="carver-thomas-2017", bounds=(1.0, 5.0)),
    Parameter("movers", 0.4, "share", (0.0, 0.8), "Share of newcomers who come from another school of the system.", "people",
              source="nces-2022"),
    Parameter("induction", 0.5, "share", (0.0, 0.9), "Chance that a full routine brings a newcomer in.", "leadership"),
)

LEAVES = decision("teacher leaves")
MOVES = decision("mover")
MOVED_FROM = decision("moved from")
NEW_KNOWLEDGE = decision("new knowledge")
NEW_BELIEF = decision("new belief")
NEW_THRESHOLD = decision("new threshold")
NEW_LOAD = decision("new load")
NEW_AWARENESS = decision("new awareness")
NEW_ROLE = decision("new formal role")
INDUCTION = decision("induction")


def leaving_share(years, disadvantage, p):
    """Chance of leaving at a year end, by years in post and the school's disadvantage."""
    rate = leaving_rate(years, p.turnover.rate, p.turnover.early_ratio)
    slope = (p.turnover.disadvantage_ratio - 1.0) / (p.turnover.disadvantage_ratio + 1.0)
    return min(1.0, rate * (1.0 + 2.0 * slope * (disadvantage - 0.5)))


def own_knowledge(teacher, week, p):
    """What a newcomer who brings nothing from another school knows of the practice."""
    return first_knowledge(drawn(week.luck, NEW_KNOWLEDGE, teacher.name), p)


def own_belief(teacher, week, p):
    """What such a newcomer believes."""
    return spread_share(p.norms.first_belief, p.norms.first_belief_spread, drawn(week.luck, NEW_BELIEF, teacher.name))


def teacher_looks(teacher, world, week, p):
    if not week.ends_year or drawn(week.luck, MOVES, teacher.name) >= p.turnover.movers:
        return
    school = world.schools[teacher.school]
    staff = school.after_last_teacher - school.first_teacher
    others = len(world.teachers) - staff
    if others == 0:
        teacher.moved_knowledge = own_knowledge(teacher, week, p)
        teacher.moved_belief = own_belief(teacher, week, p)
        return
    place = int(drawn(week.luck, MOVED_FROM, teacher.name) * others)
    elsewhere = world.teachers[place if place < school.first_teacher else place + staff]
    teacher.moved_knowledge = elsewhere.knowledge
    teacher.moved_belief = elsewhere.belief


def teacher_acts(teacher, world, week, p):
    if not week.ends_year:
        return
    school = world.schools[teacher.school]
    teacher.years = teacher.years + 1
    if drawn(week.luck, LEAVES, teacher.name) >= leaving_share(teacher.years - 1, school.disadvantage, p):
        return
    moved_in = drawn(week.luck, MOVES, teacher.name) < p.turnover.movers
    become_newcomer(teacher, week, moved_in, p)
    if school.users > 0:
        inducted = p.turnover.induction * school.routine
        teacher.knowledge = transferred(teacher.knowledge, school.user_knowledge, inducted)
        if drawn(week.luck, INDUCTION, teacher.name) < inducted:
            teacher.uses = 1
            teacher.tried = 1
            teacher.fidelity = school.user_fidelity


def become_newcomer(teacher, week, moved_in, p):
    """The post changes hands: everything personal is new; what a mover brings was seen in another school."""
    teacher.years = 0
    teacher.new = 1
    if moved_in:
        teacher.knowledge = teacher.moved_knowledge
        teacher.belief = teacher.moved_belief
    else:
        teacher.knowledge = own_knowledge(teacher, week, p)
        teacher.belief = own_belief(teacher, week, p)
    teacher.first_belief = teacher.belief
    teacher.threshold = spread_share(p.adoption.threshold, p.adoption.threshold_spread, drawn(week.luck, NEW_THRESHOLD, teacher.name))
    teacher.load = spread_factor(p.time.load_spread, drawn(week.luck, NEW_LOAD, teacher.name))
    teacher.awareness = spread_share(p.mobilisation.awareness, p.mobilisation.awareness_spread, drawn(week.luck, NEW_AWARENESS, teacher.name))
    teacher.formal = 1 if drawn(week.luck, NEW_ROLE, teacher.name) < p.mobilisation.formal_share else 0
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
