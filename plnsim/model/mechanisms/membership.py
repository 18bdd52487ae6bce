"""Who takes part in a network: holders of a seat, as long as the network meets and their school has joined.

Few learn on behalf of many (Brown & Poortman 2019). A school takes part while one of its staff is a member.
"""

PARAMETERS = ()


def attends(teacher, network, week):
    """Whether the holder of a seat comes when the network meets: members do, and in a tune-up all whose school ever
    took part.
    """
    return teacher.member or (week.tune_up and network.begun and teacher.seat < network.schools)


def school_observes(school, world, week, p):
    school.participates = 0
    school.inquiry = 0.0
    for post in range(school.first_teacher, school.after_last_teacher):
        teacher = world.teachers[post]
        if teacher.member:
            school.participates = 1
            school.inquiry = max(school.inquiry, world.networks[teacher.network].facilitation)


def teacher_updates(teacher, world, week, p):
    teacher.new = 0
    teacher.member = 0
    if teacher.network >= 0:
        network = world.networks[teacher.network]
        if network.active and teacher.seat < network.schools:
            teacher.member = 1
