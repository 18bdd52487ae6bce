"""Shared focus: how well the practice fits what the schools want to work on.

Each school has its own fit; members of a network feel the mean fit of the schools that meet in it (Brown & Poortman
2019). A network with another theme spends only part of its work on this practice, so its members feel less focus on
it, and what they inquire into, learn and try out serves it less.
"""

from plnsim.common.parameter import Parameter
from plnsim.model.mechanisms.membership import attends
from plnsim.model.mechanisms.rules import fixed_point_mean, relax, to_fixed_point

PARAMETERS = (
    Parameter(
        "alignment",
        default=0.55,
        unit="share",
        range=(0.1, 0.9),
        meaning="Middle of the fit between the practice and the goals of schools.",
        group="focus",
        direction="brown-poortman-2019",
        structural=True,
    ),
    Parameter(
        "other_theme_loss",
        default=0.8,
        unit="share",
        range=(0.5, 1.0),
        meaning="Share of its work that a network with another theme does not spend on this practice.",
        group="focus",
    ),
)


def relevance(network, p):
    """Share of a network's work that concerns this practice."""
    return 1.0 - p.focus.other_theme_loss if network.theme > 0 else 1.0


def school_observes(school, world, week, p):
    school.focus = relax(school.own_focus, p.conditions.focus_target, p.conditions.focus_shift)


def network_observes(network, world, week, p):
    focus, time, leadership, distributed, members = 0, 0, 0, 0, 0
    for seat in range(network.first_seat, network.after_last_seat):
        teacher = world.teachers[world.seats[seat]]
        if attends(teacher, network, week):
            school = world.schools[teacher.school]
            fit = school.own_focus * relevance(network, p)
            focus += to_fixed_point(relax(fit, p.conditions.focus_target, p.conditions.focus_shift))
            time += to_fixed_point(teacher.time)
            leadership += to_fixed_point(school.leadership)
            distributed += to_fixed_point(school.distributed)
            members += 1
    network.focus = fixed_point_mean(focus, members)
    network.time = fixed_point_mean(time, members)
    network.leadership = fixed_point_mean(leadership, members)
    network.distributed = fixed_point_mean(distributed, members)
    network.members = members


def focus_of(teacher, world):
    """The focus that a teacher feels: her network's while she takes part in one, else her school's."""
    if teacher.member:
        return world.networks[teacher.network].focus
    return world.schools[teacher.school].focus
