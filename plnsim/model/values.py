"""Values of parameters by dotted name, as the numbers that most of them are."""

from __future__ import annotations

from collections.abc import Mapping

from plnsim.common.parameter import Value


def number_of(values: Mapping[str, Value], name: str) -> float:
    """The value of a parameter that is a number."""
    value = values[name]
    if isinstance(value, str):
        raise TypeError(f"{name} is the name of an option, not a number")
    return value


def integer_of(values: Mapping[str, Value], name: str) -> int:
    """The value of a parameter that is a whole number."""
    return int(number_of(values, name))
