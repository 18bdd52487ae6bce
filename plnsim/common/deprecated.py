"""Names of version 0.1 that are still taken, each with a note that names the new one; they go with version 0.3."""

from __future__ import annotations

import warnings

REMOVAL = "0.3"
ENGINE_OF_READING = {"compiled": "numba", "mesa": "mesa"}
"""The engines by what version 0.1 called them, its readings."""


class OldParameterWarning(FutureWarning):
    """Says that a scenario sets a parameter of version 0.1."""


def renaming_note(old: str, new: str) -> str:
    """What is said to whoever uses an old name."""
    return f"{old} is now {new}; {old} goes with version {REMOVAL}"


def warn_renamed(old: str, new: str) -> None:
    """Warns the caller of the function that calls this one."""
    warnings.warn(renaming_note(old, new), DeprecationWarning, stacklevel=3)
