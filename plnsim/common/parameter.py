"""What a parameter is: declared once, checked everywhere, placed in its plausible range."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import cached_property
from numbers import Integral, Real
from typing import ClassVar, TypeGuard

from plnsim.common.elementary import power
from plnsim.common.errors import DeclarationError, InputError, printable, quote_value, suggestion
from plnsim.common.quantities import without_commas
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
UNITS = (
    # shares, and how fast they change
    "share",
    "share a time",
    "share a meeting",
    "share a week",
    "share a year",
    "share of colleagues",
    "share of schools",
    "share of teachers",
    "per share",
    # chances and rates
    "chance a week",
    "chance a year",
    "per week",
    "per failed week",
    "odds ratio",
    # time
    "minutes",
    "days",
    "hours",
    "hours a week",
    "weeks",
    "years",
    "meetings a year",
    "lessons a year",
    # counts
    "schools",
    "networks",
    "participants",
    "partners",
    "parts",
    "facilitators",
    "colleagues",
    "teachers",
    "teachers a school",
    "ties",
    "themes",
    # spreads and other numbers without a dimension
    "log hours",
    "log teachers",
    "logits",
    "exponent",
    "ratio",
    # pupils
    "SD of practice",
    "SD of pupils per SD of practice",
    "pupils",
    # prices
    "currency an hour",
    "currency a meeting",
    "currency a partner and year",
    "currency a school",
    "currency a school and year",
    "currency a teacher reached",
    "currency a visit",
)
"""The units of parameters, so that one thing is written one way. A new unit is added here."""

HERE = "plnsim/common/parameter.py"

Value = float | int | str


def _check_known(name: str, what: str, word: object, known: Collection[str], where: str) -> None:
    """Raises ``DeclarationError`` for a word of a declaration that is not among the known ones."""
    if word not in known:
        near = suggestion(f'"{word}"', [f'"{each}"' for each in known])
        raise DeclarationError(f'{name}: unknown {what} "{word}"; {near} A new {what} is added to {where}')


def _check_texts(parameter: AnyParameter) -> None:
    """Checks what numbers and switches have in common: name, group, meaning and sources."""
    name = parameter.qualified_name if parameter.section else parameter.name
    if not (isinstance(parameter.name, str) and parameter.name.isidentifier()):
        raise DeclarationError(f"{name}: a parameter's name is letters, digits and _, as in habit.loss")
    if not parameter.meaning:
        raise DeclarationError(f"{name}: it has no meaning; say in a sentence what it does, as meaning=")
    _check_known(name, "group", parameter.group, GROUPS, f"GROUPS in {HERE}")
    for source in (parameter.source, *([parameter.direction] if parameter.direction is not None else [])):
        _check_known(name, "source", source, (ASSUMED, *SOURCES), "SOURCES in plnsim/common/sources.py")


@dataclass(frozen=True)
class Parameter:
    """Declares a number: default, unit, hard bounds, plausible range, meaning and source.

    ``bounds`` raise errors when crossed; ``range`` serves sliders and sensitivity analysis. ``source`` is a key of
    ``plnsim.common.sources.SOURCES`` or ``"assumed"``; ``direction`` names the source that gives the sign of an effect
    whose size is assumed. ``integer`` numbers are counted, not measured. A ``structural`` parameter shapes the
    starting world, the length of the run or how it is measured, so it cannot change in mid-run. All but the name are
    given by keyword; a mistake raises ``DeclarationError``.
    """

    name: str
    _: KW_ONLY
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

    def __post_init__(self) -> None:
        _check_texts(self)
        name = self.qualified_name if self.section else self.name
        _check_known(name, "unit", self.unit, UNITS, f"UNITS in {HERE}")
        _check_known(name, "shape", self.shape, SHAPES, f"SHAPES and to Parameter.ppf in {HERE}")
        for what, ends in (("range", self.range), ("bounds", self.bounds)):
            if not (isinstance(ends, tuple) and len(ends) == 2 and all(map(is_number, ends)) and not ends[1] < ends[0]):
                right = "two numbers, the lower one first"
                raise DeclarationError(f"{name}: {what} cannot be {ends!r}; right is {right}: {what}=(0.0, 1.0)")
        if not is_number(self.default):
            raise DeclarationError(f"{name}: the default cannot be {self.default!r}; right is a number")
        (least, most), (low, high) = self.bounds, self.range
        if not least <= low <= high <= most:
            wider = (min(least, low), max(most, high))
            raise DeclarationError(
                f"{name}: the range {self.range} leaves the bounds {self.bounds}; "
                f"narrow the range, or say bounds={wider}"
            )
        if not least <= self.default <= most:
            raise DeclarationError(
                f"{name}: the default {self.default} lies outside the bounds {self.bounds}; "
                f"right is a number from {self.format(least)} to {self.format(most)}, or other bounds"
            )
        if self.shape == "log-uniform" and low <= 0:
            raise DeclarationError(f'{name}: shape "log-uniform" needs a range above 0, got {self.range}')
        if self.shape == "triangular" and not low <= self.default <= high:
            raise DeclarationError(
                f'{name}: shape "triangular" has its peak at the default, and {self.default} lies outside the range '
                f"{self.range}"
            )
        if self.integer and any(number != int(number) for number in (self.default, low, high)):
            raise DeclarationError(
                f"{name}: an integer has a whole default and range, got {self.default} and {self.range}"
            )

    @property
    def qualified_name(self) -> str:
        return f"{self.section}.{self.name}"

    def validate(self, value: object) -> float | int:
        """The value as a number of the right kind; raises ``InputError`` when it is none or lies outside the bounds."""
        if isinstance(value, bool) or not isinstance(value, Real):
            raise self._wrong("a number", value)
        number = int(value) if isinstance(value, Integral) else float(value)
        if number != number or abs(number) == math.inf:
            raise self._wrong("a finite number", value)
        low, high = self.bounds
        if not low <= number <= high:
            raise self._wrong(f"at least {self.format(low)}" if number < low else f"at most {self.format(high)}", value)
        if self.integer and number != int(number):
            raise self._wrong("a whole number", value)
        return int(number) if self.integer else float(number)

    def _wrong(self, right: str, value: object, hint: str = "") -> InputError:
        return InputError(
            f"{self.qualified_name} must be {right}, got {quote_value(value)}", right=hint + self._range_help()
        )

    def _range_help(self) -> str:
        kind = "whole number" if self.integer else "number"
        share = "; shares run from 0 to 1: for 30 % write 0.3" if self.bounds == (0.0, 1.0) and not self.integer else ""
        low, high, least, most, default = map(self.format, (*self.bounds, *self.range, self.default))
        plausible = f"the default is {default}, plausible are {least} to {most}"
        return f"a {kind} from {low} to {high} ({self.unit}); {plausible}{share}"

    def parse(self, text: str) -> float | int:
        """The value written in a text, as on the command line."""
        kinds: tuple[type[int], type[float]] = (int, float)
        for kind in kinds:
            try:
                number = kind(text)
            except ValueError:
                continue
            return self.validate(number)
        hint = ""
        if whole := without_commas(text):
            hint = f"{whole} without commas? "
        elif re.fullmatch(r"[+-]?\d+,\d+", text):
            hint = f"{text.replace(',', '.')} with a decimal point? "
        raise self._wrong("a number", text, hint)

    def ppf(self, share: float) -> float | int:
        """The value at which ``share`` (0..1) of the plausible range's distribution lies below (the inverse
        distribution).
        """
        low, high = self.range
        if self.integer:
            return min(int(high), int(low + share * (high - low + 1)))
        if self.shape == "log-uniform":
            return float(low * power(high / low, share))
        if self.shape == "triangular" and high > low:
            turn = (self.default - low) / (high - low)
            if share < turn:
                return low + math.sqrt(share * (high - low) * (self.default - low))
            return high - math.sqrt((1 - share) * (high - low) * (high - self.default))
        return low + share * (high - low)

    def format(self, value: Value) -> str:
        """A value as people write it."""
        return value if isinstance(value, str) else f"{value:.10g}"


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a finite number; yes and no are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


@dataclass(frozen=True)
class Choice:
    """Declares a structural switch: the names of its options, each with its meaning; the first is the default.

    All but the name are given by keyword; a mistake raises ``DeclarationError``.
    """

    unit: ClassVar[str] = "one of the options"
    integer: ClassVar[bool] = True

    name: str
    _: KW_ONLY
    options: Mapping[str, str]
    meaning: str
    group: str
    source: str = ASSUMED
    direction: str | None = None
    structural: bool = False
    section: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        _check_texts(self)
        if not (isinstance(self.options, Mapping) and len(self.options) > 1 and all(self.options.values())):
            raise DeclarationError(
                f"{self.qualified_name if self.section else self.name}: options cannot be {self.options!r}; right are "
                'two or more names, each with its meaning: options={"plain": "As it is.", "other": "As it might be."}'
            )

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

    def format(self, value: Value) -> str:
        """A value as people write it."""
        return str(value)


AnyParameter = Parameter | Choice


class ParameterRegistry:
    """All parameters of the model by their dotted name ``section.parameter``, in the order of their declaration."""

    def __init__(self, sections: Mapping[str, Iterable[AnyParameter]]) -> None:
        self.by_name: dict[str, AnyParameter] = {}
        for section, declared in sections.items():
            for unplaced in declared:
                parameter = replace(unplaced, section=section)
                if parameter.qualified_name in self.by_name:
                    raise DeclarationError(
                        f"{parameter.qualified_name}: it is declared twice; give one of the two another name"
                    )
                self.by_name[parameter.qualified_name] = parameter

    def __iter__(self) -> Iterator[AnyParameter]:
        return iter(self.by_name.values())

    def __contains__(self, name: str) -> bool:
        return name in self.by_name

    def __getitem__(self, name: str) -> AnyParameter:
        """The declaration of a dotted name; an unknown one raises ``InputError`` with the nearest known name."""
        if name not in self.by_name:
            raise InputError(f"unknown parameter {printable(name)}", right=suggestion(name, self.by_name))
        return self.by_name[name]

    @cached_property
    def sections(self) -> dict[str, list[AnyParameter]]:
        grouped: dict[str, list[AnyParameter]] = {}
        for parameter in self:
            grouped.setdefault(parameter.section, []).append(parameter)
        return grouped

    def defaults(self) -> dict[str, Value]:
        return {parameter.qualified_name: parameter.default for parameter in self}
