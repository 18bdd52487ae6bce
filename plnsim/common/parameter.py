"""What a parameter is: declared once, checked everywhere, placed in its plausible range."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from numbers import Real

from plnsim.common.errors import BadInput, suggestion, told
from plnsim.common.sources import ASSUMED, SOURCES

GROUPS = ("time", "leadership", "focus", "collaboration", "inquiry", "mobilisation", "policy", "people", "practice", "analysis")
SHAPES = ("uniform", "log-uniform", "triangular")

Value = float | int | str


@dataclass(frozen=True)
class Parameter:
    """Declares a number: default, unit, hard bounds, plausible range, meaning and source.

    ``bounds`` raise errors when crossed; ``plausible`` serves sliders and sensitivity analysis. ``source`` is a key of
    ``plnsim.common.sources.SOURCES`` or ``"assumed"``; ``direction`` names the source that gives the sign of an effect whose size
    is assumed. ``whole`` numbers are counted, not measured. A ``structural`` parameter shapes the starting world,
    the length of the run or how it is measured, so it cannot change in mid-run.
    """

    name: str
    default: float
    unit: str
    plausible: tuple[float, float]
    meaning: str
    group: str
    source: str = ASSUMED
    bounds: tuple[float, float] = (0.0, 1.0)
    shape: str = "uniform"
    whole: bool = False
    direction: str | None = None
    structural: bool = False
    section: str = field(default="", compare=False)

    def __post_init__(self):
        low, high = self.plausible
        assert self.group in GROUPS and self.shape in SHAPES, self.name
        assert self.source == ASSUMED or self.source in SOURCES, f"{self.name}: unknown source {self.source}"
        assert self.direction is None or self.direction in SOURCES, f"{self.name}: unknown source {self.direction}"
        assert self.bounds[0] <= low <= high <= self.bounds[1], f"{self.name}: plausible range outside the bounds"
        assert self.bounds[0] <= self.default <= self.bounds[1], f"{self.name}: default outside the bounds"

    @property
    def dotted(self) -> str:
        return f"{self.section}.{self.name}"

    def checked(self, value: object) -> float | int:
        """The value as a number of the right kind; raises ``BadInput`` when it is none or lies outside the bounds."""
        if isinstance(value, bool) or not isinstance(value, Real):
            raise BadInput(f"{self.dotted} must be a number, got {told(value)}", right=self._what_would_be_right())
        if value != value or abs(value) == math.inf:
            raise BadInput(f"{self.dotted} must be a finite number, got {told(value)}", right=self._what_would_be_right())
        low, high = self.bounds
        if not low <= value <= high:
            side = f"at least {self.shown(low)}" if value < low else f"at most {self.shown(high)}"
            raise BadInput(f"{self.dotted} must be {side}, got {told(value)}", right=self._what_would_be_right())
        if self.whole and value != int(value):
            raise BadInput(f"{self.dotted} must be a whole number, got {told(value)}", right=self._what_would_be_right())
        return int(value) if self.whole else float(value)

    def _what_would_be_right(self) -> str:
        kind = "whole number" if self.whole else "number"
        share = "; shares run from 0 to 1: for 30 % write 0.3" if self.bounds == (0.0, 1.0) and not self.whole else ""
        low, high, least, most, default = map(self.shown, (*self.bounds, *self.plausible, self.default))
        return f"a {kind} from {low} to {high} ({self.unit}); the default is {default}, plausible are {least} to {most}{share}"

    def parsed(self, text: str) -> float | int:
        """The value written in a text, as on the command line."""
        for kind in (int, float):
            try:
                number = kind(text)
            except ValueError:
                continue
            return self.checked(number)
        point = text.replace(",", ".", 1)
        hint = f"{point} with a decimal point? " if re.fullmatch(r"[+-]?\d+,\d+", text) else ""
        raise BadInput(f"{self.dotted} must be a number, got {told(text)}", right=hint + self._what_would_be_right())

    def placed(self, share: float) -> float | int:
        """The value at which ``share`` (0..1) of the plausible range's distribution lies below (the inverse distribution)."""
        low, high = self.plausible
        if self.whole:
            return min(int(high), int(low + share * (high - low + 1)))
        if self.shape == "log-uniform":
            return low * (high / low) ** share
        if self.shape == "triangular" and high > low:
            turn = (self.default - low) / (high - low)
            if share < turn:
                return low + math.sqrt(share * (high - low) * (self.default - low))
            return high - math.sqrt((1 - share) * (high - low) * (high - self.default))
        return low + share * (high - low)

    def shown(self, value: float) -> str:
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
    whole: bool = True

    def __post_init__(self):
        assert self.group in GROUPS, self.name
        assert self.source == ASSUMED or self.source in SOURCES, f"{self.name}: unknown source {self.source}"

    @property
    def dotted(self) -> str:
        return f"{self.section}.{self.name}"

    @property
    def default(self) -> str:
        return next(iter(self.options))

    def code(self, option: str) -> int:
        """The number that stands for an option inside a run: its place in the declaration."""
        return list(self.options).index(option)

    def checked(self, value: object) -> str:
        if not isinstance(value, str):
            raise BadInput(f"{self.dotted} must be a name in quotes, got {told(value)}", right=f"one of: {', '.join(self.options)}")
        if value not in self.options:
            raise BadInput(f"{self.dotted} has no option {told(value)}", right=suggestion(value, self.options))
        return value

    parsed = checked

    def placed(self, share: float) -> str:
        return list(self.options)[min(int(share * len(self.options)), len(self.options) - 1)]

    def shown(self, value: str) -> str:
        return value


Declared = Parameter | Choice


class Declarations:
    """All parameters of the model by their dotted name ``section.parameter``, in the order of their declaration."""

    def __init__(self, sections: Mapping[str, Iterable[Declared]]):
        from dataclasses import replace

        self.by_name: dict[str, Declared] = {}
        for section, declared in sections.items():
            for one in declared:
                one = replace(one, section=section)
                assert one.dotted not in self.by_name, f"{one.dotted} is declared twice"
                self.by_name[one.dotted] = one

    def __iter__(self):
        return iter(self.by_name.values())

    def __contains__(self, name: str) -> bool:
        return name in self.by_name

    def __getitem__(self, name: str) -> Declared:
        """The declaration of a dotted name; an unknown one raises ``BadInput`` with the nearest known name."""
        if name not in self.by_name:
            raise BadInput(f"unknown parameter {name}", right=suggestion(name, self.by_name))
        return self.by_name[name]

    @cached_property
    def sections(self) -> dict[str, list[Declared]]:
        grouped: dict[str, list[Declared]] = {}
        for one in self:
            grouped.setdefault(one.section, []).append(one)
        return grouped

    def defaults(self) -> dict[str, Value]:
        return {one.dotted: one.default for one in self}
