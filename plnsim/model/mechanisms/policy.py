"""The policy context pushes, steadies or distracts.

While a programme is supported from outside, heads of its schools give it more priority than they would by themselves. A
coherent policy draws heads back to their own course once a year; an incoherent one sends competing initiatives that take
priority away, less so where leadership is distributed and the practice is routine.
"""

from plnsim.common.parameter import Parameter
from plnsim.common.streams import decision, drawn, share_within
from plnsim.model.mechanisms.rules import relaxed

PARAMETERS = (
    Parameter("push", 0.5, "share", (0.0, 0.8), "How far outside support raises the priority of the practice in its schools.", "policy"),
    Parameter("coherence", 0.5, "share", (0.0, 1.0), "Coherence of the policy context.", "policy", direction="brown-poortman-2020"),
    Parameter("return_to_course", 0.3, "share a year", (0.0, 0.6), "How far heads return to their own priority in a year of full coherence.",
              "policy"),
    Parameter("initiatives", 0.25, "chance a year", (0.0, 0.6), "Chance of a competing initiative in a year without any coherence.", "policy"),
    Parameter("priority_left", 0.5, "share", (0.3, 0.9), "Share of the priority that is left after a competing initiative.", "policy"),
    Parameter("priority_buffered", 0.4, "share", (0.0, 0.5), "What distributed leadership and routine save of it at best.", "policy",
              direction="schildkamp-2020"),
)

INITIATIVE = decision("initiative")


def pushed(vision, supported, p):
    """The priority that staff feel: raised while the school takes part in a supported programme."""
    if supported:
        return relaxed(vision, 1.0, p.policy.push)
    return vision


def school_acts(school, world, week, p):
    if not week.ends_year:
        return
    school.vision = share_within(relaxed(school.vision, school.own_vision, p.policy.return_to_course * p.policy.coherence))
    if drawn(week.luck, INITIATIVE, school.name) < p.policy.initiatives * (1.0 - p.policy.coherence):
        left = share_within(p.policy.priority_left + p.policy.priority_buffered * school.distributed * school.routine)
        school.vision = school.vision * left
