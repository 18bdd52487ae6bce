"""What is asked of a school register, and what comes of it: schools, those that are dropped, and a population."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from plnsim.common.errors import InputError
from plnsim.common.short_repr import short_repr
from plnsim.simulation.imports.registers import Register

SPEED = 40.0
"""Kilometres an hour in a straight line; assumed."""


@dataclass
class School:
    """What a register says of a school; numbers that it does not say are missing."""

    id: str
    name: str
    phase: str
    numbers: dict[str, float] = field(default_factory=dict)

    __repr__ = short_repr


@dataclass(frozen=True)
class Dropped:
    """A school that is left out, where it stands and why."""

    id: str
    name: str
    file: str
    line: int
    why: str


@dataclass(frozen=True)
class ImportedSchools:
    """A population made of a register: ``columns`` of a schools file, and what is to be told of it.

    ``pupils_a_teacher`` is that of the schools of which both are known. ``dropped`` schools are left out because of
    what they are, ``unchosen`` ones because others were asked for.
    """

    register: Register
    columns: dict[str, list[str]]
    dropped: list[Dropped]
    unchosen: int
    notes: list[str]
    pupils_a_teacher: float | None = None

    __repr__ = short_repr

    @property
    def reasons(self) -> dict[str, int]:
        """How many schools were dropped for what reason, the commonest first."""
        return dict(Counter(school.why for school in self.dropped).most_common())


@dataclass(frozen=True)
class ImportOptions:
    """What a register does not say: ``where`` chooses schools by column and value, ``phases`` adds to the words that
    are a phase, ``phase`` is that of all schools where no column says it, ``columns`` names columns of the files, and
    the two numbers make staff of pupils and minutes of metres.
    """

    where: Sequence[tuple[str, str]] = ()
    phases: Mapping[str, str] = field(default_factory=dict)
    phase: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    pupils_a_teacher: float | None = None
    km_an_hour: float = SPEED

    __repr__ = short_repr

    def __post_init__(self) -> None:
        for option, number in (("--pupils-per-teacher", self.pupils_a_teacher), ("--speed", self.km_an_hour)):
            if number is not None and not 0 < number < math.inf:
                raise InputError(f"{option} cannot be {number:g}", place=option, right="a number above 0")
