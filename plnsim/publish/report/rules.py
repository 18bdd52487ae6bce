"""Rules that were discovered, as sentences made from their counts, with the units and words in which the parameters
are declared.
"""

from __future__ import annotations

from plnsim.common.errors import join_or
from plnsim.model.outcome import OUTCOMES_BY_NAME
from plnsim.output.words import join_words, number, percent
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.experiment.box import ABOVE, AT_LEAST, AT_MOST, ONE_OF, Box, Limit
from plnsim.studies.experiment.criterion import Criterion, Inequality
from plnsim.studies.experiment.design import DUMMY
from plnsim.studies.experiment.discovery import Discovery

SIGNS = {">=": "at least", "<=": "at most", ">": "above", "<": "below"}
BARE = ("ratio", "odds ratio", "exponent", "logits", "log hours", "log teachers", "0 or 1")
"""Units that are not said after a number."""
MIN_REPRODUCIBILITY = 0.5
"""A limit that comes again in fewer than this share of the resamples is called unsteady."""


def rule_sentence(box: Box, criterion: Criterion, of: int) -> str:
    """A box as a sentence: in how many of its samples the outcome is reached, against all ``of`` samples."""
    return (
        f"In {box.reached:,} of the {box.samples:,} samples with {join_words(limit_phrases(box.limits))}, {condition_text(criterion)} ({percent(box.density)}; "
        f"in all {of:,} samples {percent(box.of / of)})."
    )


def limit_phrases(limits: tuple[Limit, ...]) -> list[str]:
    """A phrase for each limited parameter: its name as words, with its limits and their unit."""
    by_name: dict[str, list[Limit]] = {}
    for limit in limits:
        by_name.setdefault(limit.name, []).append(limit)
    return [_parameter(name, some) for name, some in by_name.items()]


def _parameter(name: str, limits: list[Limit]) -> str:
    low = next((one for one in limits if one.side in (AT_LEAST, ABOVE)), None)
    high = next((one for one in limits if one.side == AT_MOST), None)
    if limits[0].side == ONE_OF:
        return f"{readable_name(name)} {join_or([option.replace('_', ' ') for option in limits[0].value])}"
    if low and high:
        link = "to" if low.side == AT_LEAST else "and at most"
        return f"{readable_name(name)} {'from' if link == 'to' else 'above'} {format_amount(name, low.value, unit=False)} {link} {format_amount(name, high.value)}"
    limit = low or high
    return f"{readable_name(name)} {limit.side} {format_amount(name, limit.value)}"


def readable_name(name: str) -> str:
    """The dotted name of a parameter as words."""
    return "the dummy (which enters nowhere)" if name == DUMMY else name.replace(".", " ").replace("_", " ")


def format_amount(name: str, value: float, *, unit: bool = True) -> str:
    """A value of a parameter with its unit: shares and chances in percent, one of something in the singular."""
    said = "" if name == DUMMY else MODEL_PARAMETERS[name].unit
    first, _, rest = said.partition(" ")
    if first in ("share", "chance"):
        return f"{number(100 * value)} %{f' {rest}' if rest and unit else ''}"
    if not unit or not said or said in BARE:
        return number(value)
    return f"{number(value)} {' '.join([first.removesuffix('s') if value == 1 else first, rest]).strip()}"


def condition_text(criterion: Criterion) -> str:
    """When the outcome counts as reached, in words."""
    return join_words([_comparison(one) for one in criterion.inequalities])


def _comparison(one: Inequality) -> str:
    unit = OUTCOMES_BY_NAME[one.outcome].unit if one.outcome in OUTCOMES_BY_NAME else "share"
    words = one.outcome.replace("_", " ").replace("scale up", "scale-up")
    if unit == "0 or 1":
        return f"{words} comes about in {SIGNS[one.sign]} {number(100 * one.value)} % of runs"
    if unit == "share":
        return f"{words} is {SIGNS[one.sign]} {number(100 * one.value)} %"
    return f"{words} is {SIGNS[one.sign]} {number(one.value)}{'' if unit in BARE else f' {unit}'}"


def sentences(found: Discovery) -> list[str]:
    """What was found, sentence by sentence: the rule, its coverage, how steady it is, and what the tree is worth."""
    if found.box is None:
        said = [
            f"No limit on any parameter tells where {condition_text(found.criterion)}: it is so in {found.reached:,} of {found.samples:,} samples, "
            "wherever they lie."
        ]
    else:
        said = [
            rule_sentence(found.box, found.criterion, found.samples),
            f"These are {found.box.reached:,} of the {found.reached:,} samples in which it is so (coverage {percent(found.box.coverage)}). "
            f"Boxes found in {found.resamples} resamples, tried on the samples left out of each, have a coverage of "
            f"{percent(found.out_of_sample[0])} and a density of {percent(found.out_of_sample[1])} on average.",
            _reproducibility(found),
        ]
    return [*said, _tree(found), _basis(found)]


def _reproducibility(found: Discovery) -> str:
    mine = found.limits[found.limits["quasi_p"].notna()]
    parts = [f"{readable_name(row.parameter)} ({row.side}) in {row.resamples}" for row in mine.itertuples()]
    unsteady = [
        readable_name(row.parameter)
        for row in mine.itertuples()
        if row.resamples < MIN_REPRODUCIBILITY * found.resamples
    ]
    weak = f" Unsteady: {join_words(unsteady)}." if unsteady else ""
    noise = (
        int(found.limits.loc[found.limits["parameter"] == DUMMY, "resamples"].max())
        if DUMMY in set(found.limits["parameter"])
        else 0
    )
    floor = f" The dummy, which enters nowhere, is limited in {noise}." if DUMMY in found.results.names else ""
    return f"Of {found.resamples} resamples the same limit comes again for {join_words(parts)}.{weak}{floor}"


def _tree(found: Discovery) -> str:
    best = max(found.tree.leaves, key=lambda leaf: (leaf.density, leaf.samples))
    judged = (
        "it is too rare to be held out"
        if found.tree.accuracy != found.tree.accuracy
        else (
            f"it is right on {percent(found.tree.accuracy)} of samples held out; the commoner answer alone on {percent(found.tree.majority_accuracy)}"
        )
    )
    if not best.limits:
        return "A tree finds no question that is worth asking."
    return (
        f"A tree of {len(found.tree.leaves)} leaves: {judged}. Its best leaf: {join_words(limit_phrases(best.limits))} "
        f"({best.reached:,} of {best.samples:,} samples)."
    )


def _basis(found: Discovery) -> str:
    undefined = (
        f" {found.undefined:,} further samples are left out: an outcome is not defined in one of their runs, or it failed."
        if found.undefined
        else ""
    )
    runs = f"the mean of {found.results.replicates} runs" if found.results.replicates > 1 else "one run"
    return f"A sample is a point of the design, judged by {runs}.{undefined} All of this holds inside a model, over the ranges that were sampled."


def glossary(found: Discovery) -> list[str]:
    """What each limited parameter is, in the words of its declaration."""
    names = dict.fromkeys(
        limit.name for box in (*([found.box] if found.box else []), *found.tree.leaves) for limit in box.limits
    )
    return [f"{readable_name(name)} ({name}): {MODEL_PARAMETERS[name].meaning}" for name in names if name != DUMMY]
