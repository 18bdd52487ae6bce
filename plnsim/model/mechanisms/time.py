"""Time: hours a teacher has for developing her practice against the hours that it takes.

Heads create time (facilitation), a routine timetables it, a funded programme pays cover for members; disadvantaged schools
have less of it, teachers differ in load, and weeks differ. A complex practice takes a beginner longer, a habit takes less.
Time saturates: more than enough adds nothing.
"""

from plnsim.common.parameter import Parameter
from plnsim.common.streams import decision, drawn, spread_factor
from plnsim.model.mechanisms.rules import relaxed

PARAMETERS = (
    Parameter("hours", 0.75, "hours a week", (0.15, 1.5), "Hours for developing one's practice, in an average school.", "time", bounds=(0.0, 40.0)),
    Parameter("cover", 0.6, "hours a week", (0.0, 1.2), "Cover paid for network members while the programme is supported.", "time",
              bounds=(0.0, 40.0)),
    Parameter("facilitation", 0.5, "share", (0.0, 1.0), "How far leaders create time: 0 not at all, 1 from none to double.", "leadership",
              direction="brown-poortman-2020"),
    Parameter("routine_hours", 0.4, "hours a week", (0.0, 0.8), "Hours that a full routine timetables.", "time", bounds=(0.0, 40.0)),
    Parameter("needed", 0.8, "hours a week", (0.4, 1.5), "Hours that an expert without habit needs.", "time", bounds=(0.01, 40.0)),
    Parameter("habit_saves", 0.5, "share", (0.2, 0.8), "Share of the hours that a full habit saves.", "time",
              bounds=(0.0, 0.95)),
    Parameter("load_spread", 0.35, "log hours", (0.0, 0.6), "How much teachers differ in hours, for good.", "time", bounds=(0.0, 2.0)),
    Parameter("weekly_spread", 0.9, "log hours", (0.1, 1.0), "How much weeks differ.", "time", bounds=(0.0, 2.0)),
    Parameter("disadvantage_gradient", 0.4, "share", (0.0, 0.8), "Hours lost from the least to the most disadvantaged school.", "time"),
)

HOURS = decision("hours")


def hours_expected(school, funded_member, p):
    """Hours a week of an average teacher of a school."""
    lead = 1.0 - p.time.facilitation + 2.0 * p.time.facilitation * school.leadership
    hours = p.time.hours * (1.0 - p.time.disadvantage_gradient * (school.disadvantage - 0.5)) * lead
    hours += p.time.routine_hours * school.routine
    if funded_member:
        hours += p.time.cover
    return hours


def hours_needed(knowledge, habit, p):
    """Hours a week that the practice takes: more for a beginner in a complex practice, fewer by habit."""
    return p.time.needed * (1.0 + p.practice.complexity * (1.0 - knowledge)) * (1.0 - p.time.habit_saves * habit)


def teacher_acts(teacher, world, week, p):
    school = world.schools[teacher.school]
    hours = hours_expected(school, week.supported and teacher.member, p) * teacher.load
    hours *= spread_factor(p.time.weekly_spread, drawn(week.luck, HOURS, teacher.name))
    enough = min(1.0, hours / hours_needed(teacher.knowledge, teacher.habit, p))
    teacher.time = relaxed(enough, p.conditions.time_target, p.conditions.time_shift)
