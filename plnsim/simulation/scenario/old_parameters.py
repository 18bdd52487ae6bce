"""Parameters of version 0.1 that have another name or meaning since: their files still load, and a note says how."""

from __future__ import annotations

import warnings
from typing import NamedTuple

from plnsim.common.deprecated import REMOVAL, OldParameterWarning


class OldParameter(NamedTuple):
    """What became of a parameter: the name under which its value counts as it stands, if any, and what is said."""

    now: str | None
    note: str


OLD_PARAMETERS = {
    "experience.ceiling": OldParameter(None, "use teaches what a school can find by itself, which is parts.own"),
    "habit.growth": OldParameter(
        None, "95 % of the plateau of habit is reached after habit.days of use, of which a week has habit.occasions"
    ),
    "habit.holiday_loss": OldParameter(None, "holidays give no occasion to use it that could be missed"),
    "inquiry.growth": OldParameter(
        None, "a network finds parts by comparing what different schools tried, at the chance inquiry.discovery"
    ),
    "leadership.evidence_needed": OldParameter(None, "whatever evidence of a year there is moves a head"),
    "measure.facilitation_cost": OldParameter("prices.facilitation", "prices stand in one list, with their currency"),
    "measure.hour_cost": OldParameter("prices.teacher_hour", "prices stand in one list, with their currency"),
    "measure.mailing_cost": OldParameter("prices.mailing", "prices stand in one list, with their currency"),
    "measure.meeting_hours": OldParameter("meeting.hours", "with preparing, and taken from teachers' weeks"),
    "measure.travel_hours": OldParameter(
        None, "travel is by the map: population.minutes_across, or east and north of schools"
    ),
    "measure.sharing_hours": OldParameter("mobilisation.sharing_hours", "taken from the broker's week"),
    "measure.visit_cost": OldParameter("prices.visit", "prices stand in one list, with their currency"),
    "mobilisation.source_knowledge": OldParameter(
        "partners.knowledge",
        "what a mailing carries; a mobiliser knows what her networks' partners and facilitator know",
    ),
    "partners.sharing": OldParameter(None, "partners bring what they know as a facilitator does"),
    "policy.priority_buffered": OldParameter(None, "routine keeps users (policy.displaced), not the head's priority"),
    "recruitment.schools_at_once": OldParameter(None, "each school outside decides for itself: recruitment.rate"),
    "routine.inertia": OldParameter(None, "a routine fades as fast as it grows: routine.growth"),
}
"""The parameters of version 0.1 that are no more, by dotted name."""


def current_name(name: str) -> str | None:
    """The name under which the value of an old parameter counts now, or nothing where it no longer does; warns.

    Raises ``KeyError`` for what never was a parameter.
    """
    old = OLD_PARAMETERS[name]
    effect = f"is now {old.now}" if old.now else "is no more, and its value is left out"
    warnings.warn(
        f"{name} {effect}: {old.note}; the name goes with version {REMOVAL}", OldParameterWarning, stacklevel=2
    )
    return old.now
