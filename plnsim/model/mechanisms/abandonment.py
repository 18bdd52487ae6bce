"""Abandonment: a user who found no way to use the practice this week may give it up.

Habit and belief hold her, colleagues who use it hold her too, isolation loosens. Giving up leaves disappointment.
"""

from plnsim.common.parameter import Parameter
from plnsim.common.streams import decision, drawn
from plnsim.model.mechanisms.adoption import pressure
from plnsim.model.mechanisms.rules import chance_of

PARAMETERS = (
    Parameter("rate", 0.18, "per failed week", (0.1, 0.8), "Rate of giving up after a failed week, without habit or belief.", "practice",
              bounds=(0.0, 10.0)),
    Parameter("isolation", 0.2, "share", (0.0, 1.0), "How far isolation raises that rate, and company lowers it.", "collaboration",
              direction="kittelman-2020"),
    Parameter("disappointment", 0.1, "share", (0.0, 0.6), "Share of belief lost in giving up.", "practice"),
)

ABANDONS = decision("abandon")


def abandonment_rate(habit, belief, company, p):
    """Rate a failed week at which a user gives up."""
    return p.abandonment.rate * (1.0 - habit) * (1.0 - belief) * (1.0 + p.abandonment.isolation * (1.0 - 2.0 * company))


def teacher_acts(teacher, world, week, p):
    if teacher.applied < 0:
        company = pressure(teacher.exposure, teacher.threshold, p)
        rate = abandonment_rate(teacher.habit, teacher.belief, company, p)
        if drawn(week.luck, ABANDONS, teacher.name) < chance_of(rate):
            teacher.uses = 0
            teacher.habit = 0.0
            teacher.belief = teacher.belief * (1.0 - p.abandonment.disappointment)
