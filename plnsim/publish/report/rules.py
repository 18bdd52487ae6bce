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
from plnsim.studies.experiment.fresh import Judgement, Share
from plnsim.studies.experiment.task import WEEK_PREFIX

SIGNS = {">=": "at least", "<=": "at most", ">": "above", "<": "below"}
BARE = ("ratio", "odds ratio", "exponent", "logits", "log hours", "log teachers", "0 or 1")
"""Units that are not said after a number."""
MIN_REPRODUCIBILITY = 0.5
"""A limit that comes again in fewer than this share of the resamples is called unsteady."""


def rule_sentence(box: Box, criterion: Criterion, density: Share, base_rate: Share) -> str:
    """A box as a sentence: in how many samples inside the outcome is reached, against all samples."""
    return (
        f"In {density.held:,} of {density.of:,} samples with {join_words(limit_phrases(box.limits))}, "
        f"{condition_text(criterion)} ({_share_text(density)}; "
        f"in all {base_rate.of:,} samples {_share_text(base_rate)})."
    )


def _share_text(share: Share) -> str:
    """A share with its 95 % interval."""
    low, high = share.interval
    return f"{percent(share.value)}, 95 % interval {percent(low)} to {percent(high)}" if share.of else "none"


def limit_phrases(limits: tuple[Limit, ...]) -> list[str]:
    """A phrase for each limited parameter: its name as words, with its limits and their unit."""
    by_name: dict[str, list[Limit]] = {}
    for limit in limits:
        by_name.setdefault(limit.name, []).append(limit)
    return [_parameter_phrase(name, own) for name, own in by_name.items()]


def _parameter_phrase(name: str, limits: list[Limit]) -> str:
    words = readable_name(name)
    if limits[0].side == ONE_OF:
        return f"{words} {join_or([option.replace('_', ' ') for option in limit_options(limits[0])])}"
    low = next((limit for limit in limits if limit.side in (AT_LEAST, ABOVE)), None)
    high = next((limit for limit in limits if limit.side == AT_MOST), None)
    if low and high:
        before, between = ("from", "to") if low.side == AT_LEAST else ("above", "and at most")
        ends = format_amount(name, limit_number(low), unit=False), format_amount(name, limit_number(high))
        return f"{words} {before} {ends[0]} {between} {ends[1]}"
    limit = low or high or limits[0]
    return f"{words} {limit.side} {format_amount(name, limit_number(limit))}"


def limit_number(limit: Limit) -> float:
    """The number of a limit that is one."""
    assert not isinstance(limit.value, tuple), limit
    return limit.value


def limit_options(limit: Limit) -> tuple[str, ...]:
    """The options of a limit to some of a switch's options."""
    assert isinstance(limit.value, tuple), limit
    return limit.value


def readable_name(name: str) -> str:
    """The dotted name of a parameter as words."""
    return "the dummy (which enters nowhere)" if name == DUMMY else name.replace(".", " ").replace("_", " ")


def format_amount(name: str, value: float, *, unit: bool = True) -> str:
    """A value of a parameter with its unit: shares and chances in percent, one of something in the singular."""
    unit_text = "" if name == DUMMY else MODEL_PARAMETERS[name].unit
    first, _, rest = unit_text.partition(" ")
    if first in ("share", "chance"):
        return f"{number(100 * value)} %{f' {rest}' if rest and unit else ''}"
    if not unit or not unit_text or unit_text in BARE:
        return number(value)
    return f"{number(value)} {' '.join([first.removesuffix('s') if value == 1 else first, rest]).strip()}"


def condition_text(criterion: Criterion) -> str:
    """When the outcome counts as reached, in words."""
    return join_words([_inequality_text(inequality) for inequality in criterion.inequalities])


def _inequality_text(inequality: Inequality) -> str:
    unit = OUTCOMES_BY_NAME[inequality.outcome].unit if inequality.outcome in OUTCOMES_BY_NAME else ""
    if inequality.outcome.startswith((WEEK_PREFIX, "felt_", "gain_")):
        unit = "share"
    words = inequality.outcome.replace("_", " ").replace("scale up", "scale-up")
    if unit == "0 or 1":
        return f"{words} comes about in {SIGNS[inequality.sign]} {number(100 * inequality.value)} % of runs"
    if unit == "share":
        return f"{words} is {SIGNS[inequality.sign]} {number(100 * inequality.value)} %"
    unit_text = "" if not unit or unit in BARE else f" {unit}"
    return f"{words} is {SIGNS[inequality.sign]} {number(inequality.value)}{unit_text}"


def sentences(discovery: Discovery) -> list[str]:
    """What was found, sentence by sentence: the rule, its coverage, how steady it is, and what the tree is worth."""
    if discovery.box is None:
        lines = [
            f"No limit on any parameter tells where {condition_text(discovery.criterion)}: it is so in "
            f"{discovery.reached:,} of {discovery.samples:,} samples, wherever they lie."
        ]
    else:
        lines = [
            *_worth(discovery, discovery.box),
            f"Boxes found in {discovery.resamples} resamples, tried on the samples left out of each, "
            f"have a coverage of {percent(discovery.out_of_sample[0])} and a density of "
            f"{percent(discovery.out_of_sample[1])} on average.",
            _reproducibility(discovery),
        ]
    return [*lines, _tree(discovery), _basis(discovery)]


def _worth(discovery: Discovery, box: Box) -> list[str]:
    """What the rule is worth: on fresh samples, or where there are none on those that it was found with."""
    fresh, found_in = discovery.fresh, Share(discovery.reached, discovery.samples)
    if fresh is None:
        return [
            rule_sentence(box, discovery.criterion, Share(box.reached, box.samples), found_in),
            f"These are {box.reached:,} of the {discovery.reached:,} samples in which it is so (coverage "
            f"{percent(box.coverage)}). It was not judged on fresh samples, for another version of the model made the "
            "store or a function of one's own measured it: chance helped to choose it, so it looks better than "
            "it is.",
        ]
    return [
        rule_sentence(box, discovery.criterion, fresh.density, fresh.base_rate),
        f"These are {fresh.coverage.held:,} of the {fresh.coverage.of:,} samples in which it is so (coverage "
        f"{_share_text(fresh.coverage)}). All of these samples are fresh, points and luck: none helped to find the "
        "rule.",
        *_where_it_does_not(fresh),
        f"In the {discovery.samples:,} samples that it was found with, where chance helped to choose it: density "
        f"{percent(box.density)}, coverage {percent(box.coverage)}, in all samples {percent(found_in.value)}.",
    ]


def _where_it_does_not(fresh: Judgement) -> list[str]:
    """What a rule says where the outcome is mostly not reached even inside it."""
    outside = Share(fresh.base_rate.held - fresh.density.held, fresh.base_rate.of - fresh.density.of)
    if not (fresh.density.value < 0.5 and outside.of):
        return []
    return [
        f"Inside it the outcome is mostly not reached either: the rule is no promise. Outside it is reached in "
        f"{outside.held:,} of {outside.of:,} samples ({_share_text(outside)})."
    ]


def _reproducibility(discovery: Discovery) -> str:
    own = discovery.limits[discovery.limits["quasi_p"].notna()]
    parts = [f"{readable_name(row.parameter)} ({row.side}) in {row.resamples}" for row in own.itertuples()]
    unsteady = [
        readable_name(row.parameter)
        for row in own.itertuples()
        if row.resamples < MIN_REPRODUCIBILITY * discovery.resamples
    ]
    weak = f" Unsteady: {join_words(unsteady)}." if unsteady else ""
    noise = (
        int(discovery.limits.loc[discovery.limits["parameter"] == DUMMY, "resamples"].max())
        if DUMMY in set(discovery.limits["parameter"])
        else 0
    )
    floor = f" The dummy, which enters nowhere, is limited in {noise}." if DUMMY in discovery.results.names else ""
    return f"Of {discovery.resamples} resamples the same limit comes again for {join_words(parts)}.{weak}{floor}"


def _tree(discovery: Discovery) -> str:
    leaves = discovery.tree.leaves
    place = max(range(len(leaves)), key=lambda place: (leaves[place].density, leaves[place].samples))
    best = leaves[place]
    held, kind = Share(best.reached, best.samples), "samples that it was grown with"
    if discovery.fresh:
        held, kind = discovery.fresh.leaves[place], "fresh samples"
    accuracy = (
        "it is too rare to be held out"
        if discovery.tree.accuracy != discovery.tree.accuracy
        else (
            f"it is right on {percent(discovery.tree.accuracy)} of samples held out; "
            f"the commoner answer alone on {percent(discovery.tree.majority_accuracy)}"
            + (", so it tells nothing" if discovery.tree.accuracy <= discovery.tree.majority_accuracy else "")
        )
    )
    if not best.limits:
        return "A tree finds no question that is worth asking."
    return (
        f"A tree of {len(leaves)} leaves: {accuracy}. "
        f"Its best leaf: {join_words(limit_phrases(best.limits))} ({held.held:,} of {held.of:,} {kind})."
    )


def _basis(discovery: Discovery) -> str:
    undefined = (
        f" {discovery.undefined:,} further samples are left out: an outcome is not defined in one of their runs, "
        "or it failed."
        if discovery.undefined
        else ""
    )
    runs = f"the mean of {discovery.results.replicates} runs" if discovery.results.replicates > 1 else "one run"
    return (
        f"A sample is a point of the design, judged by {runs}.{undefined} "
        "All of this holds inside a model, over the ranges that were sampled."
    )


def glossary(discovery: Discovery) -> list[str]:
    """What each limited parameter is, in the words of its declaration."""
    names = dict.fromkeys(
        limit.name
        for box in (*([discovery.box] if discovery.box else []), *discovery.tree.leaves)
        for limit in box.limits
    )
    return [f"{readable_name(name)} ({name}): {MODEL_PARAMETERS[name].meaning}" for name in names if name != DUMMY]
