"""Routine: a school makes the practice part of how it works, where many use it and conditions and mandate allow.

Routines build up slowly and fade half as fast. They timetable hours, stand in for the leader's attention, keep the core,
raise what experience can teach, and bring newcomers in (Prenger et al. 2022).
"""

from plnsim.common.parameter import Parameter
from plnsim.model.mechanisms.conditions import ROUTINISE, combined
from plnsim.model.mechanisms.leadership import mandate
from plnsim.model.mechanisms.rules import relaxed, tallied, untallied

PARAMETERS = (
    Parameter("growth", 0.03, "share a week", (0.01, 0.08), "How fast a routine follows use and conditions.", "leadership",
              direction="prenger-2022"),
    Parameter("inertia", 0.5, "share", (0.2, 1.0), "How fast it fades against how fast it grows.", "leadership"),
)


def school_looks(school, world, week, p):
    users, time, knowledge, fidelity = 0, 0, 0, 0
    staff = school.after_last_teacher - school.first_teacher
    for post in range(school.first_teacher, school.after_last_teacher):
        teacher = world.teachers[post]
        time += tallied(teacher.time)
        if teacher.uses:
            users += 1
            knowledge += tallied(teacher.knowledge)
            fidelity += tallied(teacher.fidelity)
    school.users = users
    school.prevalence = users / staff
    school.mean_time = untallied(time, staff)
    school.user_knowledge = untallied(knowledge, users)
    school.user_fidelity = untallied(fidelity, users)


def school_acts(school, world, week, p):
    conditions = combined(ROUTINISE, school.mean_time, school.lasting_leadership, school.focus, p)
    goal = school.prevalence * conditions * mandate(school.distributed, p)
    rate = p.routine.growth if goal > school.routine else p.routine.growth * p.routine.inertia
    school.routine = relaxed(school.routine, goal, rate)
