"""Designs: which points of the parameters' ranges are simulated.

Every design is drawn in the unit cube, by SALib where it has the method, and each column is placed through its
parameter's own distribution. So whole numbers, switches and skewed ranges serve every method. A dummy that enters
nowhere rides along: what an analysis says of it is the noise of that analysis.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NotRequired, TypedDict

import numpy as np

from plnsim.common.errors import InputError, quote_value
from plnsim.common.parameter import AnyParameter, Value
from plnsim.common.short_repr import short_repr
from plnsim.studies.experiment.distribution import Correlations, Distribution
from plnsim.studies.experiment.factorial import Factor

DUMMY = "dummy"
CHAOS = "polynomial-chaos"
HYPERCUBES = ("latin", "pawn", "delta", CHAOS)
"""Methods whose design is a Latin hypercube: their inputs may be correlated, and it grows by doubling."""
METHODS = ("one-at-a-time", "grid", "factorial", "latin", "morris", "sobol", "efast", "pawn", "delta", CHAOS)
MORRIS_LEVELS = 4
EFAST_CURVES = 4
"""Curves a parameter of an eFAST design, each with a phase of its own (resampling, Saltelli et al. 1999): what they
differ by is how uncertain its indices are.
"""
SEEDS_BETWEEN_CURVES = 1_000_003
MOST_POINTS, MOST_NUMBERS = 10_000_000, 200_000_000
"""Points of the largest design, and numbers that say where they lie: 1.6 GB."""
SMALLEST = {"sobol": 2, "morris": 2, "efast": 65, "one-at-a-time": 2, CHAOS: 40}
WHY_SMALLEST = {
    "sobol": "one base point has no variance to share out, and sizes are powers of two",
    "morris": "one trajectory says nothing of how effects differ",
    "one-at-a-time": "an effect needs two ends",
    CHAOS: "an emulator needs points to learn from and to be tried at",
    "efast": "it needs more than 64 points a curve, and 129 serve well",
}


class SalibProblem(TypedDict):
    """What SALib calls a problem: the inputs of an analysis, their bounds, and their groups where there are any."""

    num_vars: int
    names: list[str]
    bounds: list[list[float]]
    groups: NotRequired[list[str]]


@dataclass(frozen=True)
class Design:
    """A method, what varies (in order, perhaps in groups), and its points in the unit cube, one row a run.

    ``names`` are dotted names (and ``dummy``); ``groups`` names the group of each, or is empty. ``unit_sample``:
    points x names. ``luck``: what has luck of its own, ``"blocks"`` of points or ``"points"``. ``correlations``: ranks'
    correlations that the points have.
    """

    method: str
    names: tuple[str, ...]
    groups: tuple[str, ...]
    unit_sample: np.ndarray
    size: int
    second_order: bool = False
    luck: str = "blocks"
    correlations: Correlations = field(default_factory=dict)

    __repr__ = short_repr

    @property
    def problem(self) -> SalibProblem:
        """The SALib problem of this design; its bounds are those of the unit cube."""
        problem: SalibProblem = {
            "num_vars": len(self.names),
            "names": list(self.names),
            "bounds": [[0.0, 1.0]] * len(self.names),
        }
        if self.groups:
            problem["groups"] = list(self.groups)
        return problem

    @property
    def factors(self) -> tuple[str, ...]:
        """What indices are given for: the groups in the order of their appearance, or the parameters."""
        return tuple(dict.fromkeys(self.groups)) if self.groups else self.names

    @property
    def block(self) -> int:
        """Points that follow one another and are compared with each other: those of one base point (Sobol) or
        trajectory (Morris), all of a factorial or one-at-a-time design; in the others each stands by itself.
        """
        if self.method == "sobol":
            return 2 * len(self.factors) + 2 if self.second_order else len(self.factors) + 2
        if self.method == "morris":
            return len(self.factors) + 1
        return len(self.unit_sample) if self.method in ("factorial", "one-at-a-time") else 1

    @property
    def lucks_a_block(self) -> int:
        """The most different lucks that a block needs, so that the dummy has its own wherever it moves."""
        return {"sobol": 4, "morris": 2}.get(self.method, self.size + 1)


def sample_design(
    method: str,
    names: tuple[str, ...],
    size: int,
    seed: int,
    *,
    groups: tuple[str, ...] = (),
    second_order: bool = False,
    luck: str = "blocks",
) -> Design:
    """Draws a design.

    ``size`` means base points for Sobol, trajectories for Morris, points a curve for eFAST, levels for one-at-a-time
    and grid, and points for the rest. Sobol designs nest: the rows of size 64 are the first rows of size 128. Raises
    ``InputError``.
    """
    check_design(method, names, size, groups=groups, second_order=second_order)
    problem = Design(method, names, groups, np.zeros((0, len(names))), size).problem
    unit_sample = _SAMPLERS[method](problem, size, seed, second_order)
    second_order = second_order and method == "sobol"
    return Design(method, names, groups, np.ascontiguousarray(unit_sample), size, second_order, luck)


def check_growth(begun: int, size: int) -> None:
    """Raises ``InputError`` where no doubling of so many points gives so many."""
    doubled = begun << max(0, (size // begun).bit_length() - 1)
    if size != doubled:
        raise InputError(
            f"a Latin hypercube of {begun} points grows by doubling, and {size} is not reached so",
            place="size",
            right=f"size = {doubled} or {2 * doubled}" if doubled > begun else f"size = {begun} or {2 * begun}",
        )


def check_narrowing(method: str, half_width: float | None, runs: int | None, replicates: int) -> None:
    """Raises ``InputError`` where a design is to grow until its intervals are narrow, and cannot; its place is the key
    of an experiment file.
    """
    if half_width is None:
        if runs is not None:
            raise InputError("runs limit a design that grows", place="runs", right="half_width = 0.05 beside it")
        return
    if method not in ("sobol", *HYPERCUBES):
        raise InputError(
            f"{method} cannot grow until its intervals are narrow: a larger design has other points",
            place="half_width",
            right=f"method = sobol, {', '.join(HYPERCUBES[:-1])} or {HYPERCUBES[-1]}; or no half_width",
        )
    if replicates < 2:
        raise InputError("one replicate does not say what luck does", place="replicates", right="replicates = 2")


def grow_hypercube(unit_sample: np.ndarray, size: int, seed: int) -> np.ndarray:
    """A Latin hypercube of ``size`` points that begins with the points of a smaller one: doubled again and again.

    Each doubling halves the strata of every column; each old point lies in one half, and a new point, drawn there, in
    the other (as Sallaberry, Helton and Hora 2008 extend samples). SciPy's ``LatinHypercube`` draws another hypercube
    when it is asked for more points, and its nested sequences would change the points of files that there are. Raises
    ``InputError`` for a size that no doubling reaches.
    """
    check_growth(len(unit_sample), size)
    while len(unit_sample) < size:
        points, columns = unit_sample.shape
        random = np.random.default_rng([seed, points])
        added = np.empty_like(unit_sample)
        for column in range(columns):
            taken = np.minimum((unit_sample[:, column] * 2 * points).astype(np.int64), 2 * points - 1)
            free = random.permutation(np.setdiff1d(np.arange(2 * points), taken))[:points]
            added[:, column] = (free + random.random(points)) / (2 * points)
        unit_sample = np.vstack([unit_sample, added])
    return unit_sample


def check_design(
    method: str, names: tuple[str, ...], size: int, *, groups: tuple[str, ...] = (), second_order: bool = False
) -> None:
    """Raises ``InputError`` for a design that cannot be drawn; its place is the key of an experiment file."""
    if groups and method not in ("morris", "sobol"):
        raise InputError(
            f"{method} gives no indices of groups (SALib would ignore them silently)",
            place="method",
            right='method = "sobol" or "morris", or no groups',
        )
    factors = len(set(groups)) if groups else len(names)
    least = SMALLEST.get(method, 1)
    if size < least:
        raise InputError(
            f"a design ({method}) cannot have size {size}: {WHY_SMALLEST.get(method, 'it would be empty')}",
            place="size",
            right=f"size = {least} or more",
        )
    most = _largest_size(method, factors, len(names), second_order)
    if size > most:
        what = f"{method} in {factors} {'groups' if groups else 'parameters'} at size {quote_value(size)}"
        raise InputError(
            f"{what} takes more than {_most_points(len(names)):,} points",
            place="size",
            right=f"size = {most} or less" if most > least else 'fewer parameters, or method = "latin"',
        )
    if method == "sobol" and size & (size - 1):
        below = 1 << (size.bit_length() - 1)
        near = [str(power) for power in (below, 2 * below) if least <= power <= most]
        raise InputError(
            f"a Sobol design needs a power of two, got {size}", place="size", right=f"size = {' or '.join(near)}"
        )


def _most_points(names: int) -> int:
    """Points of the largest design of so many parameters."""
    return min(MOST_POINTS, MOST_NUMBERS // max(1, names))


def _largest_size(method: str, factors: int, names: int, second_order: bool) -> int:
    """The largest size whose points are not too many; of Sobol designs, a power of two."""
    most = _most_points(names)
    if method == "grid":
        size = int(most ** (1.0 / factors)) if factors else most
        return size + 1 if (size + 1) ** factors <= most else size
    if method == "sobol":
        size = most // (2 * factors + 2 if second_order else factors + 2)
        return 1 << (size.bit_length() - 1) if size else 0
    if method == "morris":
        return most // (factors + 1)
    curves = EFAST_CURVES if method == "efast" else 1
    return most // max(1, factors * curves) if method in ("efast", "one-at-a-time") else most


def _sobol(problem: SalibProblem, size: int, seed: int, second_order: bool) -> np.ndarray:
    from SALib.sample import sobol

    return np.asarray(sobol.sample(problem, size, calc_second_order=second_order, scramble=True, seed=seed + 1))


def _morris(problem: SalibProblem, size: int, seed: int, _: bool) -> np.ndarray:
    from SALib.sample import morris

    return np.asarray(morris.sample(problem, size, num_levels=MORRIS_LEVELS, seed=seed + 1))


def _efast(problem: SalibProblem, size: int, seed: int, _: bool) -> np.ndarray:
    from SALib.sample import fast_sampler

    seeds = (seed + 1 + curve * SEEDS_BETWEEN_CURVES for curve in range(EFAST_CURVES))
    return np.vstack([fast_sampler.sample(problem, size, M=4, seed=each) for each in seeds])


def _latin(problem: SalibProblem, size: int, seed: int, _: bool) -> np.ndarray:
    from SALib.sample import latin

    return np.asarray(latin.sample(problem, size, seed=seed + 1))


def _grid(problem: SalibProblem, size: int, *_: object) -> np.ndarray:
    dimensions = problem["num_vars"]
    return np.array(list(itertools.product(_levels(size), repeat=dimensions)))


def _one_at_a_time(problem: SalibProblem, size: int, *_: object) -> np.ndarray:
    """The middle of all ranges, then each parameter by itself from end to end."""
    dimensions = problem["num_vars"]
    rows = [np.full(dimensions, 0.5)]
    for column in range(dimensions):
        for level in _levels(size):
            row = np.full(dimensions, 0.5)
            row[column] = level
            rows.append(row)
    return np.array(rows)


def _levels(size: int) -> np.ndarray:
    return np.linspace(0.0, 1.0, size) if size > 1 else np.array([0.5])


_SAMPLERS: dict[str, Callable[[SalibProblem, int, int, bool], np.ndarray]] = {
    "sobol": _sobol,
    "morris": _morris,
    "efast": _efast,
    "latin": _latin,
    "pawn": _latin,
    "delta": _latin,
    CHAOS: _latin,
    "grid": _grid,
    "one-at-a-time": _one_at_a_time,
}


def decode(
    declared: Mapping[str, AnyParameter | Factor | Distribution], names: tuple[str, ...], unit_sample: np.ndarray
) -> dict[str, Value]:
    """One point's values by dotted name; the dummy has none, a factor those of its level, and a parameter that does not
    vary there none.
    """
    values: dict[str, Value] = {}
    for name, share in zip(names, unit_sample, strict=True):
        if name != DUMMY:
            value = declared[name].ppf(float(share))
            if isinstance(value, Mapping):
                values.update(value)
            else:
                values[name] = value
    for name in names:
        own = declared.get(name)
        if isinstance(own, Distribution) and own.when and not own.holds(values):
            del values[name]
    return values
