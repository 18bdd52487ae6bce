"""What the headline study found, as small tables: what held in how many cases, which condition comes first, lifts for
good and lifts that end with support, plans of equal cost, and what is named against what is in the way.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
import pandas

from plnsim.common.short_repr import short_repr
from plnsim.model.measure import BARRIERS
from plnsim.studies.decision import draws_of, robustness
from plnsim.studies.experiment.factorial import half_width
from plnsim.studies.experiment.task import felt_column, gain_column
from plnsim.studies.headline import plans
from plnsim.studies.headline.results import CONDITIONS, LEVERS, HeadlineExperiment
from plnsim.studies.optimisation.interval import mean_interval

SUSTAINED, SURVIVAL, DEEP = "sustained_scale_up", "teacher_survival_3", "deep_use"
MEASURED = (SUSTAINED, SURVIVAL, DEEP)
OFTEN = 0.5
"""The share of runs from which a case counts as sustained."""
LEAST_GAIN = 0.01
"""Gain in sustained deep use or the scale-up index below which nothing is said of what made it."""
TIES = 1e-12
IDENTIFIED = 0.95
"""The share of cases in which a condition must be surely first to be called so."""
ENDING = "ending-with-support"
Raised = tuple[int, int, int]
"""Which of time, leadership and focus are raised."""
SINGLE: tuple[Raised, ...] = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
PAIRS: tuple[Raised, ...] = ((1, 1, 0), (1, 0, 1), (0, 1, 1))
NOTHING, ALL = (0, 0, 0), (1, 1, 1)


@dataclass(frozen=True)
class Claim:
    """A sentence, in how many of how many cases it held, and what such a case is. Of sentences about the same, the
    first says most.
    """

    about: str
    text: str
    held: int
    of: int
    cases: str

    __repr__ = short_repr

    @property
    def everywhere(self) -> bool:
        return self.held == self.of > 0


def mean(values: np.ndarray) -> np.ndarray:
    """Means over replicates (the last axis), of those in which the outcome is defined; NaN where it is in none."""
    defined = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(defined, values, 0.0).sum(axis=-1) / defined.sum(axis=-1))


def half_widths(values: np.ndarray) -> np.ndarray:
    """Half the widths of the 95 % intervals of the means over replicates, which hold luck."""
    return np.apply_along_axis(half_width, -1, values)


def bundled(values: np.ndarray) -> np.ndarray:
    """The corners at which the levers of each condition are raised together: an axis a condition, and the rest."""
    return np.stack(
        [values[tuple(raised[list(CONDITIONS).index(of)] for of in _condition_of())] for raised in _corners()]
    ).reshape(2, 2, 2, *values.shape[len(LEVERS) :])


def _condition_of() -> list[str]:
    return [condition for condition, levers in CONDITIONS.items() for _ in levers]


def _corners() -> list[Raised]:
    return [(time, leadership, focus) for time, leadership, focus in itertools.product((0, 1), repeat=3)]


def effect(values: np.ndarray, axis: int, factors: int) -> np.ndarray:
    """What raising a factor does over all corners of the others: structures x replicates."""
    apart = np.take(values, -1, axis=axis) - np.take(values, 0, axis=axis)
    return np.asarray(apart.mean(axis=tuple(range(factors - 1))))


def effects(result: HeadlineExperiment, outcome: str) -> pandas.DataFrame:
    """A row a programme, structure and factor: its effect on an outcome with the half-width of its interval; the three
    conditions bundled, and the single levers (``kind``).
    """
    rows = []
    for scenario in result.analyses:
        levers = result.cube(scenario, outcome, len(LEVERS))
        for kind, names, values in (("condition", tuple(CONDITIONS), bundled(levers)), ("lever", LEVERS, levers)):
            for axis, name in enumerate(names):
                of_it = effect(values, axis, len(names))
                for structure, (value, width) in enumerate(zip(of_it.mean(axis=-1), half_widths(of_it), strict=True)):
                    rows.append((scenario, structure, kind, name, float(value), float(width)))
    return pandas.DataFrame(rows, columns=["scenario", "structure", "kind", "name", "effect", "half_width"])


def order(result: HeadlineExperiment, outcome: str, kind: str) -> pandas.DataFrame:
    """A row a condition (or lever): in how many cases its effect is larger than each other one's, and surely so: by
    more than what luck would have it. Cases in which nothing has an effect are left out.
    """
    names = tuple(CONDITIONS) if kind == "condition" else LEVERS
    first, surely, of = dict.fromkeys(names, 0), dict.fromkeys(names, 0), 0
    for scenario in result.analyses:
        levers = result.cube(scenario, outcome, len(LEVERS))
        values = bundled(levers) if kind == "condition" else levers
        of_each = np.stack([effect(values, axis, len(names)) for axis in range(len(names))])
        sizes = of_each.mean(axis=-1)
        for structure in np.flatnonzero(np.isfinite(sizes).all(axis=0) & (np.abs(sizes) > TIES).any(axis=0)):
            best, of = int(sizes[:, structure].argmax()), of + 1
            ahead = np.delete(of_each[best, structure] - of_each[:, structure], best, axis=0)
            first[names[best]] += bool((ahead.mean(axis=-1) > TIES).all())
            surely[names[best]] += bool((ahead.mean(axis=-1) > np.maximum(TIES, half_widths(ahead))).all())
    rows = [(name, first[name], surely[name], of) for name in names]
    return pandas.DataFrame(rows, columns=["name", "first", "surely", "of"])


def claims(crossing: HeadlineExperiment, lifts: HeadlineExperiment) -> list[Claim]:
    """What the study asks of every case, and in how many of them it held.

    Cases in which no corner sustains are left out of what is asked of sustained scale-up, and those in which all three
    conditions gain next to nothing of what is asked of gains: there every *no* would hold.
    """
    levers = np.concatenate([mean(crossing.cube(one, SUSTAINED, len(LEVERS))) for one in crossing.analyses], axis=-1)
    deep, survival = (
        np.concatenate([bundled(crossing.cube(one, outcome, len(LEVERS))) for one in crossing.analyses], axis=-2)
        for outcome in (DEEP, SURVIVAL)
    )
    alive = levers.reshape(-1, levers.shape[-1]).max(axis=0) >= OFTEN
    gained = mean(deep - deep[NOTHING])
    moved = gained[ALL] >= LEAST_GAIN
    all_cases = f"{len(crossing.analyses)} programmes, {alive.size // len(crossing.analyses)} structures each"
    some = f"{moved.sum()} cases in which all three gained anything (of {moved.size}: {all_cases})"
    asked = [("any", "scale-up was sustained at no corner", ~alive, f"{alive.size} cases ({all_cases})")]
    levers, survival, deep, gained = (
        levers[..., alive],
        mean(survival)[..., moved],
        deep[..., moved, :],
        gained[..., moved],
    )
    share = bundled(levers)
    alone = np.max([levers[tuple(int(lever == other) for other in LEVERS)] for lever in LEVERS], axis=0)
    one, two = (np.max([share[raised] for raised in some], axis=0) for some in (SINGLE, PAIRS))
    one_survives = np.max([np.nan_to_num(survival[raised]) for raised in SINGLE], axis=0)
    joint = (deep[1, 1] - deep[1, 0] - deep[0, 1] + deep[0, 0]).mean(axis=0)
    cases = f"{alive.sum()} cases in which scale-up was sustained at some corner (of {alive.size}: {all_cases})"
    shares = lift_cubes(lifts, SUSTAINED)
    starts = tuple(dict.fromkeys(start for start, _ in shares))
    good, ended = (np.stack([shares[start, ends] for start in starts], axis=-1) for ends in ("", ENDING))
    lively = np.maximum(*(one.reshape(-1, *one.shape[3:]).max(axis=0) for one in (good, ended))) >= OFTEN
    good, ended = good[..., lively], ended[..., lively]
    all_lifts = f"{lively.size} cases ({len(starts)} starts, for good and while support lasted)"
    lifted = f"{lively.sum()} cases in which some lift sustained scale-up (of {lively.size})"
    lasting = lift_cubes(lifts, DEEP)
    kept, for_good = (
        np.stack([lasting[start, ends][ALL] - lasting[start, ends][NOTHING] for start in starts], axis=-1)
        for ends in (ENDING, "")
    )
    matter = for_good >= LEAST_GAIN
    mattered = f"{matter.sum()} cases in which lifts for good gained anything (of {matter.size})"
    asked += [
        ("lifted", "no lift of half the gaps, one condition or all, sustained scale-up", ~lively, all_lifts),
        ("alone", "no two conditions raised from a weak start sustained scale-up", two < OFTEN, cases),
        ("alone", "no single condition raised from a weak start sustained scale-up", one < OFTEN, cases),
        ("alone", "no single lever raised from a weak start sustained scale-up", alone < OFTEN, cases),
        ("together", "all three conditions raised together sustained scale-up", share[ALL] >= OFTEN, cases),
        ("together", "all three together sustained it at least as often as any two", share[ALL] >= two, cases),
        (
            "share",
            "no single condition gained half of the sustained deep use that all three gained together",
            np.max([gained[raised] for raised in SINGLE], axis=0) < 0.5 * gained[ALL],
            some,
        ),
        (
            "share",
            "time alone gained less than half of the sustained deep use that all three gained together",
            gained[SINGLE[0]] < 0.5 * gained[ALL],
            some,
        ),
        (
            "survival",
            "use survived three years after support at least as well with all three raised as with any one",
            survival[ALL] >= one_survives,
            some,
        ),
        (
            "sum",
            "time and leadership together gained surely more than the sum of what each gained",
            joint.mean(axis=-1) > half_widths(joint) if joint.size else np.zeros(0, bool),
            some,
        ),
        ("time", "half of the gap in time closed for good did not sustain scale-up", good[SINGLE[0]] < OFTEN, lifted),
        (
            "time",
            "half of the gap in time closed while support lasted did not sustain it",
            ended[SINGLE[0]] < OFTEN,
            lifted,
        ),
        ("ending", "half of all three gaps closed while support lasted did not sustain it", ended[ALL] < OFTEN, lifted),
        (
            "ending",
            "half of all three gaps closed while support lasted sustained it no more often than closed for good",
            ended[ALL] <= good[ALL],
            lifted,
        ),
        ("for good", "half of all three gaps closed for good sustained scale-up", good[ALL] >= OFTEN, lifted),
        (
            "kept",
            "all three lifted while support lasted left less than half of what the same for good gained",
            (kept < 0.5 * for_good)[matter],
            mattered,
        ),
    ]
    return [Claim(about, text, int(holds.sum()), holds.size, of) for about, text, holds, of in asked]


def lift_cubes(result: HeadlineExperiment, outcome: str) -> dict[tuple[str, str], np.ndarray]:
    """Means over replicates by start and by whether lifts end: time x leadership x focus lifted x structures."""
    found = {}
    for variant in result.analyses:
        scenario, _, start = variant.partition("--")
        ends = ENDING if scenario == ENDING else ""
        found[start or "defaults", ends] = mean(result.cube(variant, outcome, len(CONDITIONS)))
    return found


def lifts_table(result: HeadlineExperiment, as_it_is: HeadlineExperiment) -> pandas.DataFrame:
    """A row a start and set of conditions lifted: each outcome under the structures as they are, and the least and the
    most over the crossed ones; ``_ended`` where lifts end with support.
    """
    cubes = {(outcome, one.folder): lift_cubes(one, outcome) for outcome in MEASURED for one in (result, as_it_is)}
    rows = []
    for start in dict.fromkeys(start for start, _ in cubes[SUSTAINED, result.folder]):
        for raised in (NOTHING, *SINGLE, *PAIRS, ALL):
            row: dict[str, str | float] = {"start": start, "lifted": " + ".join(itertools.compress(CONDITIONS, raised))}
            for outcome, (ends, suffix) in itertools.product(MEASURED, (("", ""), (ENDING, "_ended"))):
                crossed = cubes[outcome, result.folder][start, ends][raised]
                row[f"{outcome}{suffix}"] = float(cubes[outcome, as_it_is.folder][start, ends][raised][0])
                row[f"{outcome}{suffix}_low"] = float(np.min(crossed, where=np.isfinite(crossed), initial=math.inf))
                row[f"{outcome}{suffix}_high"] = float(np.max(crossed, where=np.isfinite(crossed), initial=-math.inf))
            rows.append(row)
    return pandas.DataFrame(rows)


def equal_cost(over_ranges: HeadlineExperiment, at_defaults: HeadlineExperiment) -> pandas.DataFrame:
    """A row a plan: what was bought, what it costs in addition, what it gains in sustained scale-up at the defaults and
    over the plausible ranges, with intervals, and in how many states of the world no plan does better.
    """
    table = pandas.DataFrame(
        {
            "plan": plan.name.replace("-", " "),
            "bought": ", ".join(f"{name} {level:.2g}" for name, level in plan.levels.items()) or "nothing",
            "extra": plan.extra,
        }
        for plan in over_ranges.plans
    )
    for place, result in (("defaults", at_defaults), ("ranges", over_ranges)):
        draws = draws_of(result.folder)
        for outcome in (SUSTAINED, DEEP):
            values = {
                plan.name: draws.values(plan.name, outcome).reshape(draws.done, -1).mean(1) for plan in result.plans
            }
            gains = [value - values[plans.AS_IT_IS] for value in values.values()]
            ends = [mean_interval(gain[np.isfinite(gain)]) for gain in gains]
            table[f"{outcome}_{place}"] = [float(np.nanmean(value)) for value in values.values()]
            table[f"{outcome}_gain_{place}"] = [float(np.nanmean(gain)) for gain in gains]
            table[f"{outcome}_gain_{place}_low"], table[f"{outcome}_gain_{place}_high"] = zip(*ends, strict=True)
    told = robustness(draws_of(over_ranges.folder)).set_index("scenario").loc[[plan.name for plan in over_ranges.plans]]
    return table.assign(
        satisficing=told["satisficing"].to_numpy(),
        regret=told["regret_mean"].to_numpy(),
        best=(told["best"] / told["states"]).to_numpy(),
    )


def obstacles(result: HeadlineExperiment) -> pandas.DataFrame:
    """A row a variant and point: what is named most, whose lift gains most (``nothing`` where none gains
    ``LEAST_GAIN``, ``sustained`` where scale-up is as it is) and whether surely, and what is felt of time and
    leadership. Each lift is for good and closes the same share of its gap.
    """
    rows = []
    latin = not result.experiment.factors
    for variant, runs in result.tables.items():
        for point, own in [(0, runs)] if latin else runs.groupby("point"):
            gains = own[[gain_column(one) for one in BARRIERS]].to_numpy().T
            named = mean(own[[f"names_{one}" for one in BARRIERS]].to_numpy().T)
            means = gains.mean(axis=1)
            best, second = np.argsort(-means)[:2]
            ahead = gains[best] - gains[second]
            sustained = float(own[SUSTAINED].mean())
            obstacle = BARRIERS[best] if means[best] >= LEAST_GAIN else "nothing"
            rows.append(
                {
                    "variant": variant,
                    "point": point,
                    "named": BARRIERS[int(named.argmax())] if np.isfinite(named).all() else "nothing",
                    "obstacle": "sustained" if sustained >= OFTEN else obstacle,
                    "surely": bool(ahead.mean() > half_width(ahead)),
                    "sustained": sustained,
                    **{felt_column(one): float(own[felt_column(one)].mean()) for one in ("time", "leadership")},
                    **{gain_column(one): gain for one, gain in zip(BARRIERS, means, strict=True)},
                }
            )
    return pandas.DataFrame(rows)


def on_the_map(over: HeadlineExperiment, programmes: HeadlineExperiment) -> tuple[pandas.DataFrame, pandas.DataFrame]:
    """The obstacles at each place of the map, and those of each programme; ``hours`` and ``leadership`` count levels
    from 0. A programme stands where the map's baseline feels as much of time and leadership as it does.
    """
    from scipy.interpolate import LinearNDInterpolator, NearestNDInterpolator

    places, marks = obstacles(over), obstacles(programmes)
    levels = [len(factor.levels) for factor in over.experiment.factors.values()]
    places["hours"], places["leadership"] = np.divmod(places["point"], levels[1])
    felt, at = [felt_column("time"), felt_column("leadership")], places[["hours", "leadership"]].to_numpy(float)
    inside = LinearNDInterpolator(places[felt].to_numpy(), at)(marks[felt].to_numpy())
    nearest = NearestNDInterpolator(places[felt].to_numpy(), at)(marks[felt].to_numpy())
    marks[["hours", "leadership"]] = np.where(np.isfinite(inside), inside, nearest)
    return places, marks


def boundary(places: pandas.DataFrame, hours: list[str], levels: list[str]) -> pandas.DataFrame:
    """A row a level of leadership: at which hours time is named most, at which time's lift gains most, at which
    leadership's does, and at which scale-up is sustained as it is.
    """
    rows = []
    for place, level in enumerate(levels):
        own = places[places["leadership"] == place].sort_values("hours")
        asked = {
            "time is named": own["named"] == "time",
            "time is in the way": own["obstacle"] == "time",
            "leadership is in the way": own["obstacle"] == "leadership",
            "sustained as it is": own["obstacle"] == "sustained",
        }
        rows.append({"leadership": level} | {what: _spans(list(holds), hours) for what, holds in asked.items()})
    return pandas.DataFrame(rows)


def _spans(holds: list[bool], names: list[str]) -> str:
    """The names at which it holds, those that follow one another as from and to."""
    spans, start = [], 0
    for value, run in itertools.groupby(holds):
        end = start + len(list(run))
        if value:
            spans.append(names[start] if end - start == 1 else f"{names[start]} to {names[end - 1]}")
        start = end
    return ", ".join(spans) or "nowhere"
