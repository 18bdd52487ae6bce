"""Replacement: whoever takes over a post or a school begins as each state variable declares for a successor.

Nothing of a predecessor is inherited that is not declared as kept: the assignments are made from the declarations, so that
a new state variable cannot be forgotten here.
"""

from plnsim.model.state import assigning, declared_by_mechanisms

PARAMETERS = ()

replace_teacher = assigning("replace_teacher", "teacher", declared_by_mechanisms(), "successor")
replace_head = assigning("replace_head", "school", declared_by_mechanisms(), "successor")


def teacher_updates(teacher, world, week, p):
    if week.ends_year and teacher.new:
        replace_teacher(teacher, world, week, p)


def school_updates(school, world, week, p):
    if school.new_head:
        replace_head(school, world, week, p)
