"""Shared focus: how well the practice fits what the schools want to work on.

Each school has its own fit; members of a network feel the mean fit of the schools that meet in it (Brown & Poortman 2019). A network with
another theme spends only part of its work on this practice, so its members feel less focus on it, and what they
inquire into, learn and try out serves it less.
"""

from plnsim.common.parameter import Parameter
from plnsim.model.mechanisms.membership import attends
from plnsim.model.mechanisms.rules import relaxed, tallied, untallied

PARAMETERS = (
    Parameter("alignment", 0.55, "share", (0.1, 0.9), "Middle of the fit between the practice and the goals of schools.", "focus",
              direction="brown-poortman-2019", structural=True),
    Parameter("other_theme_loss", 0.8, "share", (0.5, 1.0), "Share of its work that a network with another theme does not spend on this practice.",
              "focus"),
)


def relevance(network, p):
    """Share of a network's work that concerns this practice."""
    return 1.0 - p.focus.other_theme_loss if network.theme > 0 else 1.0


def school_looks(school, world, week, p):
    school.focus = relaxed(school.own_focus, p.conditions.focus_target, p.conditions.focus_shift)


def network_looks(network, world, week, p):
    focus, time, leadership, distributed, members = 0, 0, 0, 0, 0
    for seat in range(network.first_seat, network.after_last_seat):
        teacher = world.teachers[world.seats[seat]]
        if attends(teacher, network, week):
            school = world.schools[teacher.school]
            fit = school.own_focus * relevance(network, p)
            focus += tallied(relaxed(fit, p.conditions.focus_target, p.conditions.focus_shift))
            time += tallied(teacher.time)
            leadership += tallied(school.leadership)
            distributed += tallied(school.distributed)
            members += 1
    network.focus = untallied(focus, members)
    network.time = untallied(time, members)
    network.leadership = untallied(leadership, members)
    network.distributed = untallied(distributed, members)
    network.members = members


def focus_of(teacher, world):
    """The focus that a teacher feels: her network's while she takes part in one, else her school's."""
    if teacher.member:
        return world.networks[teacher.network].focus
    return world.schools[teacher.school].focus
