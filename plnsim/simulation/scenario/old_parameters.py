"""Parameters of version 0.1 that have another name or meaning since: their files still load, and a note says how."""

from __future__ import annotations

import warnings
from typing import NamedTuple

from plnsim.common.deprecated import REMOVAL


class OldParameter(NamedTuple):
    """What became of a parameter: the name under which its value counts as it stands, if any, and what is said."""

    now: str | None
    note: str


OLD_PARAMETERS = {
    "experience.ceiling": OldParameter(None, "use teaches what a school can find by itself, which is parts.own"),
    "inquiry.growth": OldParameter(
        None, "a network finds parts by comparing what different schools tried, at the chance inquiry.discovery"
    ),
}
"""The parameters of version 0.1 that are no more, by dotted name."""


class OldParameterWarning(FutureWarning):
    """Says that a scenario sets a parameter of version 0.1."""


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
