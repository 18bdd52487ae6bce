"""Numbers among the values of a scenario or a run, where names of options stand as well."""

from __future__ import annotations

from collections.abc import Mapping


def number_of(values: Mapping[str, object], name: str) -> float:
    """The value of a parameter that is a number."""
    value = values[name]
    assert isinstance(value, int | float), name
    return value
