"""One small common model, as a mechanism of plnsim: what ``tests.benchmarks.peers`` runs on its engine, and what the
others are held against.

Teachers in schools of 30 turn to five colleagues each. Each week, everybody looking at last week's state: a teacher
who does not use the practice takes it up, the likelier the more of her colleagues use it and the more she knows; one
who uses it may give it up; she learns from the colleague whom she meets if that one uses it and knows more, and from
using it herself. At the end of a year some leave, and newcomers know little.
"""

from plnsim.common.streams import stream, uniform

ALONE, SOCIAL, GIVES_UP = 0.01, 0.12, 0.08
LEARNS, PRACTISES, FORGETS = 0.10, 0.02, 0.01
LEAVES, KNOWN_AT_MOST = 0.15, 0.3

MEETS = stream("contact")
CHANGES = stream("adopt")
GOES = stream("teacher leaves")
KNOWS = stream("new knowledge")


def changing(uses, knowledge, exposure):
    """Chance a week that a teacher takes it up, or gives it up."""
    return GIVES_UP * (1.0 - 0.5 * knowledge) if uses else ALONE + SOCIAL * exposure * knowledge


def learnt(uses, knowledge, contact_knowledge):
    """Her knowledge a week later."""
    if contact_knowledge > knowledge:
        knowledge = knowledge + LEARNS * (contact_knowledge - knowledge)
    return knowledge + PRACTISES * (1.0 - knowledge) if uses else knowledge * (1.0 - FORGETS)


def teacher_observes(teacher, world, week, p):
    first = world.advice_first[teacher.post]
    ties = world.advice_first[teacher.post + 1] - first
    users = 0
    for tie in range(first, first + ties):
        users += world.teachers[world.advice_to[tie]].uses
    teacher.exposure = users / ties
    met = world.teachers[world.advice_to[first + int(uniform(week.key, MEETS, teacher.name) * ties)]]
    teacher.contact_time = met.knowledge if met.uses else 0.0  # plnsim's state has a number of this name and use


def teacher_updates(teacher, world, week, p):
    uses = teacher.uses
    changes = uniform(week.key, CHANGES, teacher.name) < changing(uses, teacher.knowledge, teacher.exposure)
    teacher.knowledge = learnt(uses, teacher.knowledge, teacher.contact_time)
    if changes:
        teacher.uses = 1 - uses
    if week.ends_year and uniform(week.key, GOES, teacher.name) < LEAVES:
        teacher.uses = 0
        teacher.knowledge = KNOWN_AT_MOST * uniform(week.key, KNOWS, teacher.name)


def count_school(school, world, week, p, row):
    """Counts staff and users: all that is noted of this model."""
    users = 0
    for post in range(school.first_teacher, school.after_last_teacher):
        users += world.teachers[post].uses
    row.staff += school.after_last_teacher - school.first_teacher
    row.users += users
