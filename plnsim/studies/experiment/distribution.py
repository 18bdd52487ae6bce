"""Distributions of one's own for what varies, in place of the declared plausible range, and rank correlations.

Each distribution is a quantile function of SciPy's, so it serves every design: a share becomes a value.
A distribution may hold only *when* a switch that varies has some value; elsewhere the scenario's own value does.
Correlated inputs are a Gaussian copula: points of the unit cube are moved so that each input keeps its distribution
and two of them have the rank correlation asked for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import scipy

from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.common.parameter import AnyParameter, Choice, Value, is_number
from plnsim.common.short_repr import short_repr
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS

if TYPE_CHECKING:
    from scipy.stats._distn_infrastructure import rv_continuous_frozen

SHAPES: dict[str, tuple[str, ...]] = {
    "uniform": ("low", "high"),
    "log-uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "normal": ("mean", "sd", "low", "high"),
    "discrete": ("values",),
}
"""The shapes, and what each needs; ``weights`` of discrete values may be left out."""
EXAMPLES = {
    "uniform": '{shape = "uniform", low = 0.5, high = 1.5}',
    "log-uniform": '{shape = "log-uniform", low = 0.1, high = 2.0}',
    "triangular": '{shape = "triangular", low = 0.5, mode = 1.0, high = 2.0}',
    "normal": '{shape = "normal", mean = 1.0, sd = 0.3, low = 0.0, high = 2.0}, cut at low and high',
    "discrete": '{shape = "discrete", values = [0.5, 1.0], weights = [3, 1]}',
}
LEAST_LEFT = 1e-6
"""The least share of a normal distribution that its cut may leave."""


@dataclass(frozen=True)
class Distribution:
    """The distribution of one parameter: a shape of ``SHAPES`` and what it needs, in the parameter's unit.

    Whole-numbered parameters take each whole number from low to high alike where the shape is uniform, and the nearest
    whole number in other shapes.
    """

    name: str
    shape: str
    numbers: Mapping[str, float]
    values: tuple[Value, ...] = ()
    weights: tuple[float, ...] = ()
    when: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    """Where it varies: a switch by dotted name, and the values of it with which this parameter does."""

    __repr__ = short_repr

    @classmethod
    def of(cls, name: str, table: object) -> Distribution:
        """Checks the table of a file; raises ``InputError`` whose place is the key that is wrong, or empty.

        Low and high may leave the plausible range, but not what the parameter is bound to.
        """
        if not isinstance(table, Mapping):
            raise InputError(
                f"a distribution is a table, got {quote_value(table)}", right=f"{name} = {EXAMPLES['uniform']}"
            )
        always = cls._always(name, {key: each for key, each in table.items() if key != "when"})
        return replace(always, when=_conditions(name, table["when"])) if "when" in table else always

    @classmethod
    def _always(cls, name: str, table: Mapping[str, object]) -> Distribution:
        """The distribution that a table tells of, whatever else has which value."""
        parameter = MODEL_PARAMETERS[name]
        shape = table.get("shape")
        if not isinstance(shape, str) or shape not in SHAPES:
            raise InputError(
                f"there is no shape {quote_value(shape)}" if "shape" in table else "the distribution has no shape",
                place="shape" if "shape" in table else "",
                right=f"shape = {suggestion(str(shape), SHAPES)}",
            )
        right = f"{name} = {EXAMPLES[shape]}"
        allowed = {"shape", *SHAPES[shape], *(["weights"] if shape == "discrete" else [])}
        for key in table:
            if key not in allowed:
                raise InputError(f"{shape} knows no {quote_value(key)}", place=str(key), right=right)
        for key in SHAPES[shape]:
            if key not in table:
                raise InputError(f"{shape} needs {key}", right=right)
        if shape == "discrete":
            return cls._discrete(name, table, right)
        if isinstance(parameter, Choice):
            raise InputError(f"{name} is a choice, and its options have no order", place="shape", right=_options(name))
        numbers = {key: _number(table, key, right) for key in SHAPES[shape]}
        for key in ("low", "high"):
            try:
                numbers[key] = parameter.validate(table[key])
            except InputError as problem:
                raise InputError(problem.wrong, place=key, right=problem.right) from None
        low, high = numbers["low"], numbers["high"]
        if not low < high:
            raise InputError(f"low must lie below high, got {low:g} and {high:g}", place="low", right=right)
        if shape == "log-uniform" and low <= 0.0:
            raise InputError("log-uniform needs a low above 0", place="low", right=right)
        if shape == "triangular" and not low <= numbers["mode"] <= high:
            raise InputError("the mode lies outside low and high", place="mode", right=right)
        if shape == "normal" and numbers["sd"] <= 0.0:
            raise InputError("sd must be above 0", place="sd", right=right)
        if (
            shape == "normal"
            and np.diff(scipy.stats.norm(numbers["mean"], numbers["sd"]).cdf([low, high]))[0] < LEAST_LEFT
        ):
            raise InputError("next to nothing of this normal lies between low and high", place="mean", right=right)
        return cls(name, shape, numbers)

    @classmethod
    def _discrete(cls, name: str, table: Mapping[str, object], right: str) -> Distribution:
        values, weights = table["values"], table.get("weights", [])
        right = _options(name) if isinstance(MODEL_PARAMETERS[name], Choice) else right
        if not isinstance(values, list) or not values:
            raise InputError(f"values must be a list, got {quote_value(values)}", place="values", right=right)
        try:
            checked = tuple(MODEL_PARAMETERS[name].validate(value) for value in values)
        except InputError as problem:
            raise InputError(problem.wrong, place="values", right=problem.right) from None
        if len(set(checked)) < max(2, len(checked)):
            raise InputError("values must be two or more, each once", place="values", right=right)
        shares = isinstance(weights, list) and all(is_number(weight) and weight > 0.0 for weight in weights)
        if not isinstance(weights, list) or not shares or len(weights) not in (0, len(checked)):
            raise InputError(
                "weights must be as many numbers above 0 as there are values", place="weights", right=right
            )
        return cls(name, "discrete", {}, checked, tuple(map(float, weights)))

    @cached_property
    def _quantiles(self) -> rv_continuous_frozen:
        return _frozen(self.shape, self.numbers)

    @property
    def range(self) -> tuple[float, float] | None:
        """The lowest and the highest value; none of a choice."""
        numbers = [value for value in self.values if not isinstance(value, str)] or list(
            self.numbers[key] for key in ("low", "high") if self.numbers
        )
        return (min(numbers), max(numbers)) if numbers else None

    def ppf(self, share: float) -> Value:
        """The value below which ``share`` (0..1) of the distribution lies."""
        if self.shape == "discrete":
            cumulative = np.cumsum(self.weights or np.ones(len(self.values)))
            place = int(np.searchsorted(cumulative, share * cumulative[-1], side="right"))
            return self.values[min(place, len(self.values) - 1)]
        low, high = self.numbers["low"], self.numbers["high"]
        if MODEL_PARAMETERS[self.name].integer:
            if self.shape == "uniform":
                return min(int(high), int(low + share * (high - low + 1)))
            return round(min(high, max(low, float(self._quantiles.ppf(share)))))
        return min(high, max(low, float(self._quantiles.ppf(share))))

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Whether the parameter varies where the others have these values."""
        return all(values[switch] in options for switch, options in self.when.items())

    def takes(self, value: Value) -> bool:
        """Whether it can have this value."""
        if self.shape == "discrete" or isinstance(value, str):
            return value in self.values
        low, high = self.numbers["low"], self.numbers["high"]
        return MODEL_PARAMETERS[self.name].integer and low <= value <= high

    @property
    def table(self) -> dict[str, object]:
        """The distribution as a file writes it."""
        listed = {"values": list(self.values), "weights": list(self.weights)}
        conditions = {switch: list(options) for switch, options in self.when.items()}
        listed_or_not = {**listed, "when": conditions}
        return {"shape": self.shape, **self.numbers, **{key: each for key, each in listed_or_not.items() if each}}


def _frozen(shape: str, numbers: Mapping[str, float]) -> rv_continuous_frozen:
    """SciPy's distribution of a shape."""
    low, high = numbers["low"], numbers["high"]
    if shape == "log-uniform":
        return scipy.stats.loguniform(low, high)
    if shape == "triangular":
        return scipy.stats.triang((numbers["mode"] - low) / (high - low), low, high - low)
    if shape == "normal":
        mean, sd = numbers["mean"], numbers["sd"]
        return scipy.stats.truncnorm((low - mean) / sd, (high - mean) / sd, mean, sd)
    return scipy.stats.uniform(low, high - low)


def _number(table: Mapping[str, object], key: str, right: str) -> float:
    value = table[key]
    if not is_number(value):
        raise InputError(f"{key} must be a number, got {quote_value(value)}", place=key, right=right)
    return float(value)


def _options(name: str) -> str:
    declared = MODEL_PARAMETERS[name]
    assert isinstance(declared, Choice), name
    return f'{name} = {{shape = "discrete", values = {list(declared.options)}}}'.replace("'", '"')


def _conditions(name: str, table: object) -> dict[str, tuple[Value, ...]]:
    """The switches on which a parameter depends, each with the values with which it varies; raises ``InputError``."""
    right = f'{name} = {{..., when = {{"programme.grouping" = "alike"}}}}'
    if not isinstance(table, Mapping) or not table:
        raise InputError(
            f"when is a table of parameters and values, got {quote_value(table)}", place="when", right=right
        )
    found = {}
    for switch, given in _dotted(table).items():
        if switch not in MODEL_PARAMETERS or switch == name:
            near = suggestion(switch, MODEL_PARAMETERS.by_name)
            raise InputError(f"{name} cannot depend on {quote_value(switch)}", place="when", right=near)
        try:
            found[switch] = tuple(
                MODEL_PARAMETERS[switch].validate(value) for value in (given if isinstance(given, list) else [given])
            )
        except InputError as problem:
            raise InputError(problem.wrong, place="when", right=problem.right) from None
    return found


def _dotted(table: Mapping[str, object]) -> dict[str, object]:
    """A table by dotted name, whether its keys are ``"time.hours"`` or ``time.hours``."""
    flat: dict[str, object] = {}
    for key, each in table.items():
        flat |= {f"{key}.{name}": value for name, value in each.items()} if isinstance(each, Mapping) else {key: each}
    return flat


def check_conditions(method: str, names: tuple[str, ...], distributions: Mapping[str, Distribution]) -> None:
    """Raises ``InputError`` where a parameter depends on what does not vary, or never has the value, or the method
    cannot take that a parameter varies only sometimes.
    """
    for name, each in distributions.items():
        for switch, options in each.when.items():
            own, declared = distributions.get(switch), MODEL_PARAMETERS[switch]
            problem = ""
            if switch not in names:
                problem = f"{switch} does not vary"
            elif own is not None and own.when:
                problem = f"{switch} varies only sometimes itself"
            elif not all(own.takes(option) for option in options) if own else not _countable(declared):
                problem = f"{switch} never has {' or '.join(map(quote_value, options))} to the last digit"
            if problem:
                raise InputError(
                    f"{name} varies only where {switch} has some value, and {problem}",
                    place=f"when {name}",
                    right="a choice, a whole number or a discrete distribution that varies always",
                )
        if each.when and method == "one-at-a-time":
            raise InputError(
                f"{method} moves {name} where all others are in their middle, and there it may not vary",
                place=f"when {name}",
                right='method = "latin", "sobol" or "morris", or no when',
            )


def _countable(parameter: AnyParameter) -> bool:
    return isinstance(parameter, Choice) or parameter.integer


Correlations = Mapping[tuple[str, str], float]
"""Rank correlations (Spearman's) of pairs of names; all others are 0."""


def correlate(unit_sample: np.ndarray, names: tuple[str, ...], correlations: Correlations) -> np.ndarray:
    """Moves the points of a design of independent inputs so that ranks correlate as asked for (Gaussian copula).

    A point moves by itself, so a design that begins with the points of another still does. Raises ``InputError`` where
    no inputs can be correlated so.
    """
    if not correlations:
        return unit_sample
    involved = tuple(name for name in names if any(name in pair for pair in correlations))
    try:
        lower = np.linalg.cholesky(copula(involved, correlations))
    except np.linalg.LinAlgError:
        raise InputError(
            "no inputs can have these rank correlations all at once",
            place="correlations",
            right="correlations nearer to 0, or those of the pairs that are left out as well",
        ) from None
    columns = [names.index(name) for name in involved]
    moved = unit_sample.copy()
    inner = np.clip(unit_sample[:, columns], 1e-12, 1.0 - 1e-12)
    moved[:, columns] = scipy.stats.norm.cdf(scipy.stats.norm.ppf(inner) @ lower.T)
    return moved


def copula(names: tuple[str, ...], correlations: Correlations) -> np.ndarray:
    """The correlation matrix of normal variables whose ranks correlate as asked for."""
    matrix = np.eye(len(names))
    for pair, rank in correlations.items():
        first, second = map(names.index, pair)
        matrix[first, second] = matrix[second, first] = 2.0 * math.sin(math.pi * rank / 6.0)
    return matrix


def parse_correlations(table: object, names: tuple[str, ...]) -> dict[tuple[str, str], float]:
    """Rank correlations from a list of [parameter, parameter, number]; raises ``InputError`` whose place is the number
    of the entry, or empty.
    """
    right = 'correlations = [["time.hours", "leadership.vision", 0.5]]'
    if not isinstance(table, list):
        raise InputError(f"correlations must be a list, got {quote_value(table)}", right=right)
    correlations: dict[tuple[str, str], float] = {}
    for index, entry in enumerate(table):
        if not (isinstance(entry, list) and len(entry) == 3 and is_number(entry[2]) and -1.0 < entry[2] < 1.0):
            raise InputError(
                "a correlation is two parameters that vary and a number between -1 and 1",
                place=str(index),
                right=right,
            )
        for name in entry[:2]:
            if name not in names:
                raise InputError(f"{quote_value(name)} does not vary", place=str(index), right="a name that varies")
        pair = (entry[0], entry[1])
        if pair[0] == pair[1] or any(set(pair) == set(other) for other in correlations):
            raise InputError("a pair of two different parameters stands once", place=str(index), right=right)
        correlations[pair] = float(entry[2])
    return correlations
