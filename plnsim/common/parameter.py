"""What a parameter is: declared once, checked everywhere, placed in its plausible range."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from numbers import Real

from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.common.sources import ASSUMED, SOURCES

GROUPS = (
    "time",
    "leadership",
    "focus",
    "collaboration",
    "inquiry",
    "mobilisation",
    "policy",
    "people",
    "practice",
    "analysis",
)
SHAPES = ("uniform", "log-uniform", "triangular")

Value = float | int | str


@dataclass(frozen=True)
class Parameter:
    """Declares a number: default, unit, hard bounds, plausible range, meaning and source.

    ``bounds`` raise errors when crossed; ``range`` serves sliders and sensitivity analysis. ``source`` is a key of
    ``plnsim.common.sources.SOURCES`` or ``"assumed"``; ``direction`` names the source that gives the sign of an effect
    whose size is assumed. ``integer`` numbers are counted, not measured. A ``structural`` parameter shapes the
    starting world, the length of the run or how it is measured, so it cannot change in mid-run.
    """

    name: str
    default: float
    unit: str
    range: tuple[float, float]
    meaning: str
    group: str
    source: str = ASSUMED
    bounds: tuple[float, float] = (0.0, 1.0)
    shape: str = "uniform"
    integer: bool = False
    direction: str | None = None
    structural: bool = False
    section: str = field(default="", compare=False)

    def __post_init__(self):
        low, high = self.range
        assert self.group in GROUPS and self.shape in SHAPES, self.name
        assert self.source == ASSUMED or self.source in SOURCES, f"{self.name}: unknown source {self.source}"
        assert self.direction is None or self.direction in SOURCES, f"{self.name}: unknown source {self.direction}"
        assert self.bounds[0] <= low <= high <= self.bounds[1], f"{self.name}: plausible range outside the bounds"
        assert self.bounds[0] <= self.default <= self.bounds[1], f"{self.name}: default outside the bounds"

    @property
    def qualified_name(self) -> str:
        return f"{self.section}.{self.name}"

    def validate(self, value: object) -> float | int:
        """The value as a number of the right kind; raises ``InputError`` when it is none or lies outside the bounds."""
        if isinstance(value, bool) or not isinstance(value, Real):
            raise InputError(
                f"{self.qualified_name} must be a number, got {quote_value(value)}", right=self._range_help()
            )
        if value != value or abs(value) == math.inf:
            raise InputError(
                f"{self.qualified_name} must be a finite number, got {quote_value(value)}", right=self._range_help()
            )
        low, high = self.bounds
        if not low <= value <= high:
            side = f"at least {self.format(low)}" if value < low else f"at most {self.format(high)}"
            raise InputError(
                f"{self.qualified_name} must be {side}, got {quote_value(value)}", right=self._range_help()
            )
        if self.integer and value != int(value):
            raise InputError(
                f"{self.qualified_name} must be a whole number, got {quote_value(value)}", right=self._range_help()
            )
        return int(value) if self.integer else float(value)

    def _range_help(self) -> str:
        kind = "whole number" if self.integer else "number"
        share = "; shares run from 0 to 1: for 30 % write 0.3" if self.bounds == (0.0, 1.0) and not self.integer else ""
        low, high, least, most, default = map(self.format, (*self.bounds, *self.range, self.default))
        return f"a {kind} from {low} to {high} ({self.unit}); the default is {default}, plausible are {least} to {most}{share}"

    def parse(self, text: str) -> float | int:
        """The value written in a text, as on the command line."""
        for kind in (int, float):
            try:
                number = kind(text)
            except ValueError:
                continue
            return self.validate(number)
        point = text.replace(",", ".", 1)
        hint = f"{point} with a decimal point? " if re.fullmatch(r"[+-]?\d+,\d+", text) else ""
        raise InputError(
            f"{self.qualified_name} must be a number, got {quote_value(text)}", right=hint + self._range_help()
        )

    def ppf(self, share: float) -> float | int:
        """The value at which ``share`` (0..1) of the plausible range's distribution lies below (the inverse
        distribution).
        """
        low, high = self.range
        if self.integer:
            return min(int(high), int(low + share * (high - low + 1)))
        if self.shape == "log-uniform":
            return low * (high / low) ** share
        if self.shape == "triangular" and high > low:
            turn = (self.default - low) / (high - low)
            if share < turn:
                return low + math.sqrt(share * (high - low) * (self.default - low))
            return high - math.sqrt((1 - share) * (high - low) * (high - self.default))
        return low + share * (high - low)

    def format(self, value: float) -> str:
        return f"{value:.10g}"


@dataclass(frozen=True)
class Choice:
    """Declares a structural switch: the names of its options, each with its meaning; the first is the default."""

    name: str
    options: Mapping[str, str]
    meaning: str
    group: str
    source: str = ASSUMED
    direction: str | None = None
    structural: bool = False
    section: str = field(default="", compare=False)
    unit: str = "one of the options"
    integer: bool = True

    def __post_init__(self):
        assert self.group in GROUPS, self.name
        assert self.source == ASSUMED or self.source in SOURCES, f"{self.name}: unknown source {self.source}"

    @property
    def qualified_name(self) -> str:
        return f"{self.section}.{self.name}"

    @property
    def default(self) -> str:
        return next(iter(self.options))

    def code(self, option: str) -> int:
        """The number that stands for an option inside a run: its place in the declaration."""
        return list(self.options).index(option)

    def validate(self, value: object) -> str:
        if not isinstance(value, str):
            raise InputError(
                f"{self.qualified_name} must be a name in quotes, got {quote_value(value)}",
                right=f"one of: {', '.join(self.options)}",
            )
        if value not in self.options:
            raise InputError(
                f"{self.qualified_name} has no option {quote_value(value)}", right=suggestion(value, self.options)
            )
        return value

    parse = validate

    def ppf(self, share: float) -> str:
        return list(self.options)[min(int(share * len(self.options)), len(self.options) - 1)]

    def format(self, value: str) -> str:
        return value


AnyParameter = Parameter | Choice


class ParameterRegistry:
    """All parameters of the model by their dotted name ``section.parameter``, in the order of their declaration."""

    def __init__(self, sections: Mapping[str, Iterable[AnyParameter]]):
        from dataclasses import replace

        self.by_name: dict[str, AnyParameter] = {}
        for section, declared in sections.items():
            for one in declared:
                one = replace(one, section=section)
                assert one.qualified_name not in self.by_name, f"{one.qualified_name} is declared twice"
                self.by_name[one.qualified_name] = one

    def __iter__(self):
        return iter(self.by_name.values())

    def __contains__(self, name: str) -> bool:
        return name in self.by_name

    def __getitem__(self, name: str) -> AnyParameter:
        """The declaration of a dotted name; an unknown one raises ``InputError`` with the nearest known name."""
        if name not in self.by_name:
            raise InputError(f"unknown parameter {name}", right=suggestion(name, self.by_name))
        return self.by_name[name]

    @cached_property
    def sections(self) -> dict[str, list[AnyParameter]]:
        grouped: dict[str, list[AnyParameter]] = {}
        for one in self:
            grouped.setdefault(one.section, []).append(one)
        return grouped

    def defaults(self) -> dict[str, Value]:
        return {one.qualified_name: one.default for one in self}
