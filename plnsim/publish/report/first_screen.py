"""The first screen of a page: the finding, a pair of numbers, a picture, and what a reader asks next, in this order."""

from __future__ import annotations

import math

import numpy as np

from plnsim.common.quantities import money
from plnsim.model.prices import country_of
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.values import number_of
from plnsim.output.words import (
    intervals_text,
    number,
    percent,
    points,
    ranges,
)
from plnsim.publish.report import no_programme
from plnsim.publish.report.care import with_care
from plnsim.publish.report.curves import takes_part
from plnsim.publish.report.document import Number, Numbers, Paragraph, Piece, Section, Words
from plnsim.publish.report.names import NOT_SAID, colours, key, labels, marks, of_hundred, who, years
from plnsim.studies.comparison.comparison import Comparison
from plnsim.studies.comparison.criteria import NEEDED
from plnsim.studies.comparison.scenario_result import ScenarioResult
from plnsim.studies.uncertainty.verdict import MAIN_OUTCOME

UNLIKE = 0.05
"""Shares of schools that take part that differ by more than this are told first: their teachers are not comparable."""
FULL = 0.995
"""The share of teachers in schools that take part from which on there are too few others to tell of their use."""
MOST_TOLD = 3
"""Scenarios up to which the first screen speaks of each."""


def title(comparison: Comparison) -> str:
    """The finding, in one sentence."""
    name, base = labels(comparison), comparison.base
    if no_programme.is_told(comparison):
        return no_programme.title(comparison)
    if not comparison.others:
        return _title_of_one(base, name[base.name])
    lead, count = comparison.leading, _counts(comparison)
    of = f"of 100 teachers{'' if _quantity(comparison) == 'use' else ' where schools took part'}"
    if len({side.scenario.weeks for side in comparison.results}) > 1:
        other = told_of(comparison)[0]
        return (
            f"{name[other.name]} ends after {years(other.scenario.weeks)} with {count[other.name]} users "
            f"{of}, {name[base.name]} after {years(base.scenario.weeks)} with {count[base.name]}"
        )
    if lead is base:
        ranked = [side for side in comparison.ranked if side is not base]
        if not ranked:
            other = comparison.others[0]
            return (
                f"With {name[other.name]}, which no budget can buy, {count[other.name]} instead of "
                f"{count[base.name]} {of} would use the practice"
            )
        if len(ranked) == 1:
            against = f"{count[ranked[0].name]} against {count[base.name]} {of}"
            return f"{name[ranked[0].name]} carries the practice no further than {name[base.name]}: {against}"
        return f"No plan carries the practice further than {name[base.name]}, with {count[base.name]} {of}"
    pair = f"{count[lead.name]} against {count[base.name]} {of}"
    more, size = _size(comparison, lead)
    plan = name[lead.name]
    if size == "matters" and more:
        return f"{plan} carries the practice further than {name[base.name]}: {pair}"
    if size == "matters" or (size == "small" and _unlike(comparison)):
        within = "fewer" if size == "matters" else "no more"
        return f"{plan} reaches more schools than {name[base.name]}, but within them {within} teachers: {pair}"
    if size == "small":
        return f"{plan} and {name[base.name]} come to nearly the same: {pair}"
    return f"Whether {name[lead.name]} carries the practice further than {name[base.name]} is open: {pair}"


def _title_of_one(side: ScenarioResult, name: str) -> str:
    then, last = supported_and_last(side)
    of = f"teachers{' where schools took part' if takes_part(side) else ''}"
    if math.isnan(then):
        return f"{name}: {of_hundred(last)} of 100 {of} use the practice in the last year"
    late = years(side.scenario.weeks - side.scenario.support_ends)
    if last >= then:
        return f"{name} lasts: {of_hundred(last)} of 100 {of} use the practice {late} after support, {_before(then)}"
    return f"{name}: {of_hundred(last)} of 100 {of} still use the practice {late} after support, {_before(then)}"


def _before(share: float) -> str:
    return f"{of_hundred(share)} before it ended"


def supported_and_last(side: ScenarioResult) -> tuple[float, float]:
    """Use in the last year of support and in the last year, in the schools that took part where there are some; the
    first is NaN where support never was or never ends.
    """
    values = side.by_year("use_where_taking_part" if takes_part(side) else "use").mean(axis=0)
    ends = side.scenario.support_ends
    supported = values[(ends - 1) // SCHOOL_WEEKS] if 0 < ends < side.scenario.weeks else math.nan
    return float(supported), float(values[-1])


def _quantity(comparison: Comparison) -> str:
    """What the pair of numbers counts: use where schools take part, or of all teachers where in one none do."""
    return "use_where_taking_part" if all(map(takes_part, comparison.results)) else "use"


def _counts(comparison: Comparison) -> dict[str, str]:
    quantity = _quantity(comparison)
    return {side.name: of_hundred(side.by_year(quantity)[:, -1].mean()) for side in comparison.results}


def _size(comparison: Comparison, side: ScenarioResult) -> tuple[bool, str]:
    """Whether there is more of what the pair counts than in the baseline, and whether that matters."""
    row, least = comparison.paired[side.name, _quantity(comparison)], comparison.minimal_important_difference
    low, high = row["confidence_low"], row["confidence_high"]
    if math.isnan(low):  # one pair, or pairs that are all alike
        low = high = row["mean"]
    if low >= least or high <= -least:
        return row["mean"] > 0, "matters"
    return row["mean"] > 0, "small" if -least < low and high < least else "undecided"


def _participation(side: ScenarioResult) -> float:
    return float(side.by_year("schools_taking_part")[:, 0].mean()) / side.scenario.number_of_schools


def _unlike(comparison: Comparison) -> bool:
    shares = [_participation(side) for side in comparison.results]
    return max(shares) - min(shares) > UNLIKE


def lead_sections(comparison: Comparison) -> tuple[Section, ...]:
    """Question, plans, practice, the numbers, the finding in full, and what is to be taken with care."""
    return (
        Section("Question", (Paragraph(question(comparison)), *map(Paragraph, _plans(comparison)))),
        Section("The practice", (Paragraph(practice(comparison)),)),
        Section("Last year", _pair(comparison)),
        Section("Finding", (Paragraph(finding(comparison)),)),
        Section("With care", (Paragraph(with_care(comparison)),)),
    )


def question(comparison: Comparison) -> str:
    """What the page answers; whether it stays is asked only where support ends."""
    name = list(labels(comparison).values())
    it = "either" if len(name) == 2 else "any" if comparison.others else "it"
    first = f"Is {it} better than no programme, " if no_programme.is_told(comparison) else ""
    stays = all(side.outlasts_support and side.scenario.support_ends > 0 for side in comparison.results)
    lasts = ", and does it stay when support has ended?" if stays else "?"
    if not comparison.others:
        return f"{first}{'how' if first else 'How'} far does the practice get with {name[0]}{lasts}"
    which = "which" if first else "Which"
    if len(name) == 2:
        return f"{first}{which} carries the practice further, A or B{lasts}"
    return f"{first}{which} of {len(name)} plans carries the practice furthest{lasts}"


def is_told_of_plans(comparison: Comparison) -> bool:
    """Whether there is room to say of each plan what it is, who takes part and what that costs a school."""
    return 1 < len(comparison.results) <= MOST_TOLD


def _plans(comparison: Comparison) -> list[Words]:
    """What each plan is, by the title of its file, with the schools that take part and what each of them costs; that
    other shares of schools take part comes first.
    """
    if not comparison.others:
        return []
    unlike, told = _unlike(comparison), list[Words]()
    if not is_told_of_plans(comparison):
        parts = [part for side in comparison.results for part in (*who(comparison, side), f"{_schools(side)}, ")]
        parts[-1] = f"{_schools(comparison.results[-1])}."
        return [(Piece("Not alike in who takes part. ", "strong"), *parts)] if unlike else []
    for side in comparison.results:
        least = "at least " if comparison.costs[side.name]["not_priced"] else ""
        cost, sign = no_programme.a_school(comparison, side), country_of(side.scenario.values).sign
        each = "" if side.lifted or not math.isfinite(cost) else f", {least}{money(cost, sign)} for each"
        title = side.scenario.title or labels(comparison)[side.name]
        opening = (Piece("Not alike in who takes part. ", "strong"),) if unlike and not told else ()
        told.append((*opening, *who(comparison, side), f"{title}; {_schools(side)} take part{each}."))
    return told


def practice(comparison: Comparison) -> Words:
    """What a teacher who uses it does differently, as the scenarios' files say."""
    told: dict[str, list[ScenarioResult]] = {}
    for side in (one for one in comparison.results if one in told_of(comparison)):
        told.setdefault(side.scenario.teachers_do, []).append(side)
    if set(told) == {""}:
        return NOT_SAID
    if len(told) == 1:
        return next(iter(told))
    words: list[str | Piece] = []
    for text, sides in told.items():
        words += [part for side in sides for part in who(comparison, side)]
        words.append(f"{text or 'The scenario does not say what it is.'} ")
    return tuple(words)


def _pair(comparison: Comparison) -> tuple[Paragraph | Numbers, ...]:
    if no_programme.is_told(comparison):
        return (no_programme.numbers(comparison),)
    where = " in schools that took part" if _quantity(comparison) != "use" else ""
    numbers = Numbers(f"As all is set, of 100 teachers{where} so many use the practice:", tuple(_numbers(comparison)))
    if not comparison.others or not _unlike(comparison):
        return (numbers,)
    return (Paragraph(_by_participation(comparison)), numbers)


def _by_participation(comparison: Comparison) -> str:
    """How much of the gap in all teachers comes from other shares of them in schools that take part."""
    side, base = told_of(comparison)[0], comparison.base
    ours, theirs = (float(one.by_year("use")[:, -1].mean()) for one in (side, base))
    if _quantity(comparison) == "use" or side is base or of_hundred(ours) == of_hundred(theirs):
        return "The numbers are of these schools alone."
    share = participation_effect(side, base) / (ours - theirs)
    part = "none" if share <= 0.0 else "all" if share >= 1.0 else percent(share)
    more = "more" if _participation(side) > _participation(base) else "fewer"
    return (
        f"The numbers are of these schools alone: of the gap among all teachers ({of_hundred(ours)} against "
        f"{of_hundred(theirs)}) {part} comes from {more} schools taking part."
    )


def participation_effect(side: ScenarioResult, base: ScenarioResult) -> float:
    """The part of the difference in use of all teachers, in the last year, that comes from other shares of them in
    schools that take part: the composition component of Kitagawa (1955, doi:10.1080/01621459.1955.10501299), with the
    use of each group averaged over both scenarios.
    """

    def rates(one: ScenarioResult) -> tuple[float, float, float]:
        teachers = float(one.values("pupils").mean()) / number_of(one.scenario.values, "measure.pupils_a_teacher")
        share = min(1.0, float(one.by_year("teachers_where_taking_part")[:, -1].mean()) / teachers)
        use, inside = (float(one.by_year(name)[:, -1].mean()) for name in ("use", "use_where_taking_part"))
        outside = (use - share * inside) / (1.0 - share) if share < FULL else math.nan
        return share, inside, outside

    (more, inside, outside), (less, base_inside, base_outside) = rates(side), rates(base)
    known = [rate for rate in (outside, base_outside) if math.isfinite(rate)]
    return (more - less) * ((inside + base_inside) / 2 - (sum(known) / len(known) if known else 0.0))


def _schools(side: ScenarioResult) -> str:
    part, of = side.by_year("schools_taking_part")[:, 0].mean(), side.scenario.number_of_schools
    return f"all {of} schools" if round(part) == of else f"{part:.0f} of {of} schools"


def _numbers(comparison: Comparison) -> list[Number]:
    name, colour = labels(comparison), colours(comparison)
    if not comparison.others:
        side = comparison.base
        then, last = supported_and_last(side)
        found = [
            Number(of_hundred(last), ("in the last year", Piece(f" {_teachers(side)}", "small")), colour[side.name])
        ]
        if not math.isnan(then):
            found.insert(0, Number(of_hundred(then), "in the last year of support", colour[side.name]))
        return found
    count = _counts(comparison)
    return [
        Number(count[side.name], (key(comparison, side.name), f" {name[side.name]} ", _small(side)), colour[side.name])
        for side in comparison.results
    ]


def _small(side: ScenarioResult) -> Piece:
    return Piece(_teachers(side), "small")


def _teachers(side: ScenarioResult) -> str:
    """Of how many teachers, in how many schools, and how many of all."""
    everybody = of_hundred(side.by_year("use")[:, -1].mean())
    if not takes_part(side):
        return f"{number(round(side.scenario.expected_teachers))} teachers; no school takes part"
    teachers = side.by_year("teachers_where_taking_part")[:, -1].mean()
    deep = float(side.by_year("use_where_taking_part")[:, -1].mean()) * float(np.nanmean(side.values("depth")))
    return (
        f"counted by depth {of_hundred(deep)}; in {_schools(side)} ({number(round(teachers))} teachers); "
        f"of all teachers {everybody} of 100"
    )


def finding(comparison: Comparison) -> Words:
    """For which plan the draws speak, and how deep use is; without draws, how far each plan is ahead; of one alone, how
    many use it, and how deeply; and what there is without any programme.
    """
    of_draws = no_programme.is_told(comparison)
    nothing = comparison.base.without_programme["use"].mean()
    none = f" With no programme at all, {of_hundred(float(nothing))} of 100 teachers use it."
    if not comparison.others:
        use, deep = (comparison.summaries[comparison.baseline, outcome] for outcome in ("use", MAIN_OUTCOME))
        told = f" ({intervals_text(use, percent)})" if use["runs"] > 1 else ""
        said = (
            f"{percent(use['mean'])} of all teachers use it in the last year{told}; counted by how deeply they use it, "
            f"{percent(deep['mean'])}."
        )
        return (*no_programme.speaks_for(comparison), f" As all is set, {said}") if of_draws else f"{said}{none}"
    if of_draws:
        return no_programme.speaks_for(comparison)
    words: list[str | Piece] = []
    if depths := _depths(comparison):
        words += ["A user reaches ", *depths, f"; to scale up, {percent(_depth_needed(comparison))} is needed. "]
    words.append("Counted by that depth, of all teachers, ")
    for side in sorted(comparison.others, key=lambda one: bool(one.lifted)):
        words += [key(comparison, side.name), f" {_ahead(comparison, side)}{', without rank' if side.lifted else ''}; "]
    words[-1] = f"{str(words[-1]).removesuffix('; ')}.{none}"
    return tuple(words)


def _depths(comparison: Comparison) -> list[str | Piece]:
    words: list[str | Piece] = []
    for side in comparison.results:
        if math.isfinite(depth := comparison.summaries[side.name, "depth"]["mean"]):
            full = "" if words else " of full depth"
            words += [*([", "] if words else []), f"{percent(depth)}{full} with ", key(comparison, side.name)]
    return words


def _depth_needed(comparison: Comparison) -> float:
    return number_of(comparison.base.scenario.values, NEEDED["depth"])


def _ahead(comparison: Comparison, side: ScenarioResult) -> str:
    """How far a scenario is ahead of the baseline, as all is set and with all that nobody knows drawn."""
    row, over = comparison.paired[side.name, MAIN_OUTCOME], comparison.over_draws.get((side.name, MAIN_OUTCOME))
    against = f"is {' '.join((*_apart(row['mean']), marks(comparison)[comparison.baseline]))}"
    if over is None:
        told = f" ({intervals_text(row, points, 'a new pair of runs')})" if row["pairs"] > 1 else ""
        return f"{against}{told}"
    ends = f" (a new draw: {ranges(over, points)[1]})" if over["pairs"] > 1 else ""
    return f"{against} as all is set, and {_apart(over['mean'])[0]} where what nobody knows is drawn{ends}"


def _apart(gap: float) -> tuple[str, ...]:
    """How far apart two scenarios are, and the word before the other one's name where one is needed."""
    size = points(gap)
    if size == "0":
        return "level", "with"
    return (f"{size[1:]} points ahead", "of") if gap > 0 else (f"{size[1:]} points behind",)


def told_of(comparison: Comparison) -> list[ScenarioResult]:
    """The scenarios that the first screen speaks of, the one first that leads, or else the first other one: all up to
    three, of more that one and the baseline.
    """
    lead = comparison.leading
    other = lead if lead is not comparison.base else next(iter(comparison.others), lead)
    if len(comparison.results) <= MOST_TOLD:
        return [other, *(side for side in comparison.results if side is not other)]
    return [other, comparison.base]
