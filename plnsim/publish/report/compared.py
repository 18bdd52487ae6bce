"""The plain-language result of a comparison: sentences in which every number is one of the tables of a
``Comparison``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

import numpy as np

from plnsim.model.measure import BARRIERS
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.output.costs import price_sentence
from plnsim.output.words import (
    IN_THIS_MODEL,
    intervals_text,
    join_words,
    likelihood,
    likelihood_in_pairs,
    number,
    percent,
    points,
)
from plnsim.publish.report.names import labels
from plnsim.simulation.scenario import Scenario
from plnsim.studies.comparison.comparison import Comparison
from plnsim.studies.comparison.scenario_result import ScenarioResult
from plnsim.studies.uncertainty import text as uncertainty

Thing = TypeVar("Thing")

STAGES = {
    "members_learnt": "members have learnt it",
    "members_tried": "members have tried it",
    "members_mobilised": "members have shared it at their school",
    "home_reached": "colleagues have learnt from them",
    "home_tried": "colleagues have tried it",
    "home_use_when_support_ends": "colleagues use it",
}
"""The theory of action, step by step, when support ends."""
IN_THE_LAST_YEAR = {"home_use": "colleagues use it", "schools_in_routine": "schools have it in routine"}
"""What is left of it in the last year."""
INSIDE_A_MODEL = "These are results inside a model, not a forecast for real schools."
LUCK_ALONE = "The ranges show luck between runs alone; being wrong about how teachers learn and decide is not in them."
CAVEATS = (
    "Most rates of the model are assumed; the list of parameters says of each its source, or that it is assumed.",
    "Not tested here: whether teachers learn, adopt and give up in other ways than the model has it (its structural "
    "switches stay as the scenarios set them), what happens outside its schools, and practices other than this one. "
    "No likelihood is given for these.",
)

AS_SET = "With every parameter as it is set"
"""What precedes a sentence about luck alone, where others are about all that nobody knows as well."""


def inside_a_model(comparison: Comparison) -> str:
    """What the numbers are not, and what is in their ranges."""
    draws = comparison.draws
    return f"{INSIDE_A_MODEL} {LUCK_ALONE if draws is None else uncertainty.agreement(draws)}"


def summary_sentences(comparison: Comparison) -> list[str]:
    """The summary of a comparison: what leads, how sure that is, and whether the practice scales up and stays."""
    name, lead, base = labels(comparison), comparison.leading.name, comparison.baseline
    use, deep = (comparison.summaries[lead, outcome] for outcome in ("use", "deep_use"))
    many = f" ({intervals_text(use, percent)})" if use["runs"] > 1 else ""
    reached = (
        f"about {percent(use['mean'])} of all teachers use it in the last year{many}, "
        f"and sustained deep use is about {percent(deep['mean'])}."
    )
    if lead == base:
        behind = (
            f"{name[comparison.others[0].name]} does not go further"
            if len(comparison.others) == 1
            else "None of the others goes further"
        )
        lead_sentence = f"{behind} than {name[base]}: with {name[base]} {reached}"
    else:
        base_use, base_deep = (percent(comparison.summaries[base, outcome]["mean"]) for outcome in ("use", "deep_use"))
        lead_sentence = (
            f"{name[lead]} carries the practice furthest: {reached} With {name[base]} it is {base_use} and {base_deep}."
        )
    sentences = [lead_sentence if comparison.draws is None else f"{AS_SET}: {lead_sentence}"]
    for plan, verdict in comparison.against_no_programme.items():
        sentences.append(f"In sustained deep use {name[plan]} is {uncertainty.ahead_of_none(verdict)}.")
    for side in comparison.others:
        sentences += [*_over_draws(comparison, side, name), _against_baseline(comparison, side, name)]
    names = [side.name for side in comparison.results if side.outlasts_support]
    if names:
        of_runs = {side.name: side.values("sustained_scale_up") for side in comparison.results}
        luck = join_words([_in_runs_with(name[plan], np.nansum(of_runs[plan]), len(of_runs[plan])) for plan in names])
        if (draws := comparison.draws) is not None:
            of_draws = {plan: draws.values(plan, "sustained_scale_up") for plan in names}
            both = join_words([_in_runs_with(name[plan], np.nansum(of_draws[plan]), draws.done) for plan in names])
            luck = f"luck and parameters together, {both}; luck alone, {luck}"
        sentences.append(
            f"Sustained scale-up (spread, depth, lasting use and ownership together) is, {IN_THIS_MODEL}, {luck}."
        )
    return sentences


def _over_draws(comparison: Comparison, side: ScenarioResult, name: dict[str, str]) -> list[str]:
    """In how many draws of all that is not known a scenario gains or loses what matters, and how luck and parameters
    share in that.
    """
    if (draws := comparison.draws) is None:
        return []
    row, verdict = comparison.over_draws[side.name, "deep_use"], comparison.verdicts[side.name]
    least, of = _unsigned(verdict["minimal_important_difference"]), verdict["pairs"]
    plan, base = name[side.name], name[comparison.baseline]
    over = "over the same draws" if side is not comparison.others[0] else f"over {uncertainty.drawn(draws)}"
    sentences = [
        f"Luck and parameters together, {over}: {plan} gains at least {least} points of "
        f"sustained deep use against {base} in {verdict['gains']} of {of} draws, loses as much in {verdict['loses']} "
        f"and differs too little to matter in {verdict['neither']}. A gain that matters is, {IN_THIS_MODEL}, "
        f"{likelihood_in_pairs(verdict['gains'], of)}."
    ]
    if of > 1:
        average = f"{points(row['mean'])} points on average ({intervals_text(row, points, 'a new draw')})"
        deviation, luck = verdict["deviation"], verdict["deviation_luck"]
        apart = (
            f", with a standard deviation of {_unsigned(deviation)} points, {_unsigned(luck)} by luck alone: most of "
            f"what is open lies in {'the parameters' if luck**2 < deviation**2 / 2 else 'luck'}"
            if side.replicates > 1
            else ""
        )
        sentences.append(f"Over the draws {plan} gains {average}{apart}.")
    return sentences


def _in_runs_with(name: str, count: float, of: int) -> str:
    """The word of a count with the scenario that it is about."""
    count = int(count)
    return (
        f"{likelihood(count, of)} with {name} ({count} of {of} runs)"
        if of > 1
        else f"{'' if count else 'not '}reached with {name} in this run"
    )


def _grouped(pairs: Sequence[tuple[Thing, str]]) -> dict[Thing, str]:
    """What belongs to the same thing, listed together."""
    groups: dict[Thing, list[str]] = {}
    for thing, text in pairs:
        groups.setdefault(thing, []).append(text)
    return {thing: join_words(texts) for thing, texts in groups.items()}


def _against_baseline(comparison: Comparison, side: ScenarioResult, name: dict[str, str]) -> str:
    row, base = comparison.paired[side.name, "deep_use"], name[comparison.baseline]
    both = f"{name[side.name]} and {base}"
    if row["higher"] == row["lower"] == 0:
        return f"{both} do not differ in sustained deep use in any of the {row['pairs']} paired runs."
    if row["pairs"] == 1:
        return (
            f"In the one paired run {name[side.name]} has {points(row['mean'])} points of sustained deep use against "
            f"{base}."
        )
    least = f"{_unsigned(comparison.minimal_important_difference)} points taken as the smallest difference that matters"
    told = f"{points(row['mean'])} points on average ({intervals_text(row, points, 'a new pair of runs')})"
    alone = f"Luck alone: {IN_THIS_MODEL}"
    here, more = IN_THIS_MODEL.capitalize() if comparison.draws is None else alone, row["mean"] > 0
    sign = likelihood_in_pairs(row["higher" if more else "lower"], row["pairs"])
    if (size := comparison.size(side)) == "small":
        return (
            f"{here}, {both} hardly differ in sustained deep use: {told}, within the {least}; that "
            f"{name[side.name]} is {'ahead' if more else 'behind'} at all is {sign}, but by too little to matter."
        )
    far = f"beyond the {least}" if size == "matters" else f"and these runs do not tell whether it reaches the {least}"
    return (
        f"{here}, {name[side.name]} leads to {'more' if more else 'less'} sustained deep use than "
        f"{base}: {told}, {far}; that it is {'more' if more else 'less'} at all is {sign}."
    )


def comparability_sentences(comparison: Comparison, *, counted: bool = True) -> list[str]:
    """What keeps the scenarios from being alike in all but the programme; ``counted``: with the schools of each."""
    name, sentences = labels(comparison), []
    years = {side.name: number(side.scenario.weeks / SCHOOL_WEEKS) for side in comparison.results}
    if len(set(years.values())) > 1:
        lengths = ", ".join(f"{name[scenario]} {length}" for scenario, length in years.items())
        sentences.append(
            f"They do not last equally long ({lengths} years), and their last years do not tell which is better."
        )
    if not all(_same_schools(comparison.base.scenario, side.scenario) for side in comparison.others):
        numbers = ", ".join(f"{name[side.name]} {side.scenario.number_of_schools}" for side in comparison.results)
        sentences.append(f"The schools are not the same{f' (how many: {numbers})' if counted else ''}.")
    return sentences


def _same_schools(scenario: Scenario, other: Scenario) -> bool:
    return scenario.files == other.files and all(
        other.values[name] == value
        for name, value in scenario.values.items()
        if name.startswith(("population.", "ties."))
    )


def price_sentences(comparison: Comparison) -> list[str]:
    """By which prices costs are told; where there are several price lists, of which scenario each is, and that sums by
    one are not to be set against sums by another.
    """
    name = labels(comparison)
    told = _grouped([(price_sentence(side.scenario.values), name[side.name]) for side in comparison.results])
    if len(told) == 1:
        return list(told)
    return [
        "Costs are told by several price lists: set none against one of another list.",
        *(f"{whose}: {text}" for text, whose in told.items()),
    ]


def equity_sentences(comparison: Comparison) -> list[str]:
    """Who benefits: how the lead of the less disadvantaged schools changes against the baseline, and whether both
    halves gain.
    """
    name, base = labels(comparison), comparison.baseline
    row = comparison.summaries[base, "use_gap"]
    ahead, behind = ("less", "more") if row["mean"] >= 0 else ("more", "less")
    sentences = [
        f"With {name[base]} use in the {ahead} disadvantaged half of schools is {_unsigned(row['mean'])} points above "
        f"that in the {behind} disadvantaged half."
    ]
    for side in comparison.others:
        less, more, gap = (
            comparison.paired[side.name, quantity]
            for quantity in ("use_less_disadvantaged", "use_more_disadvantaged", "use_gap")
        )
        halves = (
            "both halves gain"
            if min(less["mean"], more["mean"]) > 0
            else "both halves lose"
            if max(less["mean"], more["mean"]) < 0
            else "one half gains and one does not"
        )
        wider = (gap["mean"] > 0) == (row["mean"] >= 0)
        if _unsigned(gap["mean"]) == "0":
            sentences.append(f"With {name[side.name]} {halves}, and that gap stays as it is.")
            continue
        count = likelihood_in_pairs(gap["higher" if gap["mean"] > 0 else "lower"], gap["pairs"])
        sure = f"; that it does is, {IN_THIS_MODEL}, {count}" if gap["pairs"] > 1 else ""
        sentences.append(
            f"With {name[side.name]} {halves}, {'and yet' if wider and halves.endswith('gain') else 'and'} that gap "
            f"{'widens' if wider else 'narrows'} by {_unsigned(gap['mean'])} points on average{sure}."
        )
    return sentences


def _unsigned(difference: float) -> str:
    return points(abs(difference)).lstrip("+")


def after_support(comparison: Comparison) -> list[str]:
    """Whether use of all teachers falls when support ends, scenario by scenario."""
    name = labels(comparison)
    after_support_sides = [side for side in comparison.results if side.outlasts_support]
    phrases = [
        _in_runs_with(name[side.name], (side.values("change_after_support") < 0).sum(), side.replicates)
        for side in after_support_sides
    ]
    sentences = (
        [f"A fall below the use at the end of support is, {IN_THIS_MODEL}, {join_words(phrases)}."]
        if phrases and comparison.base.replicates > 1
        else []
    )
    others = [name[side.name] for side in comparison.results if side not in after_support_sides]
    if others:
        sentences.append(
            f"With {join_words(others)} support lasts to the end of the run: what stays without it is not tested here."
        )
    return sentences


def bottleneck_sentences(comparison: Comparison) -> list[str]:
    """Where each scenario gets stuck: the step of the theory of action at which the share falls most steeply."""
    name, steps = labels(comparison), []
    for side in comparison.results:
        if step := bottleneck(comparison, side.name):
            before, after = (percent(comparison.summaries[side.name, stage]["mean"]) for stage in step)
            steps.append((step, f"{name[side.name]} ({before} to {after})"))
    apart = [
        f"{out} take no part with {name[side.name]}"
        for side in comparison.results
        if (out := schools_outside(side)) and "home_reached" in (bottleneck(comparison, side.name) or ())[1:]
    ]
    outside = (
        [f"Colleagues are of all schools, of which {join_words(apart)}: joining is in that step."] if apart else []
    )
    narrowest = [
        f"The narrowest step is from “{STAGES[step[0]]}” to “{STAGES[step[1]]}” with {scenarios}."
        for step, scenarios in _grouped(steps).items()
    ]
    return narrowest + outside


def schools_outside(side: ScenarioResult) -> str:
    """How many schools do not take part in the last year, of how many; nothing where all do."""
    out = side.scenario.number_of_schools - round(float(side.by_year("schools_taking_part")[:, -1].mean()))
    return f"{out} of {side.scenario.number_of_schools}" if out > 0 else ""


def bottleneck(comparison: Comparison, side: str) -> tuple[str, str] | None:
    """The two stages between which the share falls most steeply; nothing where no stage is reached."""
    reached = [
        (stage, comparison.summaries[side, stage]["mean"])
        for stage in STAGES
        if np.isfinite(comparison.summaries[side, stage]["mean"])
    ]
    steps = [(after[1] / before[1], before[0], after[0]) for before, after in pairwise(reached) if before[1] > 0]
    return min(steps)[1:] if steps else None


def named_first(comparison: Comparison, side: str) -> tuple[str, float] | None:
    """What teachers of a scenario name most as in the way, and in which share of answers; nothing where nobody asks."""
    named = {barrier: comparison.summaries[side, f"names_{barrier}"]["mean"] for barrier in BARRIERS}
    if not np.isfinite(list(named.values())).all():
        return None
    first = max(named, key=named.__getitem__)
    return first, named[first]


def barrier_sentences(comparison: Comparison) -> list[str]:
    """What teachers name as in the way, and what is: the condition whose lift gains most in the leading scenario."""
    name, firsts = labels(comparison), []
    for side in comparison.results:
        if (first := named_first(comparison, side.name)) is not None:
            firsts.append((first[0], f"{name[side.name]} ({percent(first[1])} of answers)"))
    sentences = [f"Teachers name {first} most with {scenarios}." for first, scenarios in _grouped(firsts).items()]
    if comparison.barriers is None or not np.isfinite(comparison.barriers["mean"]).any():
        return sentences
    lead, actual = comparison.leading.name, comparison.barriers.loc[comparison.barriers["mean"].idxmax()]
    sure = f", most of all in {actual['largest']} of {actual['pairs']} paired runs" if actual["pairs"] > 1 else ""
    sentences.append(
        f"What actually stands in the way of {name[lead]}: closing {percent(actual['lift'])} of the gap in "
        f"{actual['condition']} gains most, {points(actual['mean'])} points of sustained deep use{sure}."
    )
    return sentences
