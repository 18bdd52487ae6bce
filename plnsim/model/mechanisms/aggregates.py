"""Aggregates: what several mechanisms need to know of a school's staff and of a network's members, counted once.

Means over people are taken in fixed point, so that they do not depend on the order of the people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.streams import stream, uniform
from plnsim.model.mechanisms.focus import relevance
from plnsim.model.mechanisms.membership import attends
from plnsim.model.mechanisms.parts import no_parts
from plnsim.model.mechanisms.rules import fixed_point_mean, relax, to_fixed_point
from plnsim.model.state import StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Network, Parameters, School, Week, World

PARAMETERS = ()

SHOWN = stream("user shown")

SCHOOL = (
    StateVariable("users", type="i4", unit="number", meaning="staff who use it", kind="seen"),
    StateVariable("prevalence", type="f8", unit="share", meaning="share of staff using the practice", kind="seen"),
    StateVariable("mean_time", type="f8", unit="share", meaning="mean time sufficiency of staff", kind="seen"),
    StateVariable("mean_belief", type="f8", unit="share", meaning="mean belief of staff in the practice", kind="seen"),
    StateVariable(
        "user_parts", type="u8", unit="set", meaning="the parts that a user knows, another one each week", kind="seen"
    ),
    StateVariable("user_fidelity", type="f8", unit="share", meaning="mean fidelity of users", kind="seen"),
)

NETWORK = (
    StateVariable("members", type="i4", unit="number", meaning="who takes part", kind="seen"),
    StateVariable(
        "focus",
        type="f8",
        unit="share",
        meaning="shared focus: mean fit of the practice with the goals of its schools",
        kind="seen",
    ),
    StateVariable(
        "distributed", type="f8", unit="share", meaning="mean distributed leadership in its schools", kind="seen"
    ),
)


def school_observes(school: School, world: World, week: Week, p: Parameters) -> None:
    users, time, belief, fidelity = 0, 0, 0, 0
    staff = school.after_last_teacher - school.first_teacher
    least = 1.0
    school.user_parts = no_parts()
    for post in range(school.first_teacher, school.after_last_teacher):
        teacher = world.teachers[post]
        time += to_fixed_point(teacher.time)
        belief += to_fixed_point(teacher.belief)
        if teacher.uses:
            drawn = uniform(week.key, SHOWN, teacher.name)
            if drawn < least:
                least = drawn
                school.user_parts = teacher.parts
            users += 1
            fidelity += to_fixed_point(teacher.fidelity)
    school.users = users
    school.prevalence = users / staff
    school.mean_time = fixed_point_mean(time, staff)
    school.mean_belief = fixed_point_mean(belief, staff)
    school.user_fidelity = fixed_point_mean(fidelity, users)


def network_observes(network: Network, world: World, week: Week, p: Parameters) -> None:
    focus, distributed, members = 0, 0, 0
    for seat in range(network.first_seat, network.after_last_seat):
        teacher = world.teachers[world.seats[seat]]
        if attends(teacher, world, week):
            school = world.schools[teacher.school]
            fit = school.own_focus * relevance(network, p)
            focus += to_fixed_point(relax(fit, p.conditions.focus_target, p.conditions.focus_shift))
            distributed += to_fixed_point(school.distributed)
            members += 1
    network.focus = fixed_point_mean(focus, members)
    network.distributed = fixed_point_mean(distributed, members)
    network.members = members
