"""How a page calls and colours things: scenarios, levers, counts of people. One meaning a colour, one name a thing."""

from __future__ import annotations

import textwrap

from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.output.figures import BLACK, BLUE, GREY, PALETTE
from plnsim.output.words import number
from plnsim.publish.report.document import Piece
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.comparison.comparison import Comparison
from plnsim.studies.comparison.scenario_result import ScenarioResult

PAGE, WORD = "report.html", "report.docx"
IMAGES = ("spread", "survival", "differences", "halves", "levers")
"""The files of a page, and the pictures of that of a run or comparison."""
NOT_SAID = "What a teacher who uses it does differently, the scenario does not say."
NOTHING = "#8f8f8f"
"""The colour of schools without any programme."""
LONGEST_LABEL = 36
"""Letters of a scenario's name, everywhere on a page; a longer one is cut at the end of a word."""
IN_PLAIN_WORDS = {
    "renewal.sharpness": "how sharply schools decide whether to go on",
    "mobilisation.awareness_spread": "how much members differ in being aware of it",
}
"""Levers whose declared meaning does not stand alone."""
BEFORE_A_MEANING = ("Middle of the ", "Middle of ", "Mean ", "Share of ")


def labels(comparison: Comparison) -> dict[str, str]:
    """A short name for each scenario: its title up to the colon, or the name of its file where that is not the only
    one; cut at the end of a word where it is long, unless two would then be called alike.
    """
    titles = {side.name: side.scenario.title.partition(":")[0].strip() for side in comparison.results}
    whole = {
        name: title if title and list(titles.values()).count(title) == 1 else _readable(name)
        for name, title in titles.items()
    }
    cut = {
        name: textwrap.shorten(label, LONGEST_LABEL, placeholder=" \u2026").replace(", \u2026", " \u2026")
        for name, label in whole.items()
    }
    return {name: cut[name] if list(cut.values()).count(cut[name]) == 1 else whole[name] for name in whole}


def _readable(name: str) -> str:
    return f"{name[:1].upper()}{name[1:]}".replace("-", " ")


def marks(comparison: Comparison) -> dict[str, str]:
    """A letter for each scenario, by which narrow tables call it."""
    return {
        side.name: chr(ord("A") + place) if place < 26 else str(place + 1)
        for place, side in enumerate(comparison.results)
    }


def colours(comparison: Comparison) -> dict[str, str]:
    """Black for the baseline, grey for what no budget can buy, the other colours for the others, in their order; a
    single scenario is blue.
    """
    if not comparison.others:
        return {comparison.baseline: BLUE}
    free = [colour for colour in PALETTE if colour not in (BLACK, GREY)]
    ranked = [side.name for side in comparison.others if not side.lifted]
    found = {name: free[place % len(free)] for place, name in enumerate(ranked)}
    found |= {side.name: GREY for side in comparison.others if side.lifted}
    return found | {comparison.baseline: BLACK}


def key(comparison: Comparison, name: str) -> Piece:
    """What stands before a scenario in a table or sentence: its colour and its letter."""
    return Piece(marks(comparison)[name], "key", colours(comparison)[name])


def who(comparison: Comparison, side: ScenarioResult) -> tuple[Piece | str, ...]:
    """What stands before what is said of a scenario, where there are several: its colour and letter."""
    return (key(comparison, side.name), ": ") if comparison.others else ()


def lever(name: str) -> str:
    """A parameter in plain words: the first clause of what is declared of it."""
    if name in IN_PLAIN_WORDS:
        return IN_PLAIN_WORDS[name]
    meaning = MODEL_PARAMETERS[name].meaning.rstrip(".")
    for opening in BEFORE_A_MEANING:
        meaning = meaning.removeprefix(opening)
    for mark in (":", ";", ", ", " ("):
        before = meaning.partition(mark)[0]
        meaning = before if len(before) > 12 else meaning
    return meaning[:1].lower() + meaning[1:]


def of_hundred(share: float) -> str:
    """How many of a hundred: a whole number, or that there are hardly any."""
    count = 100.0 * share
    return "0" if count == 0 else "fewer than 1" if count < 0.5 else f"{count:.0f}"


def years(weeks: float) -> str:
    """A stretch of weeks as school years."""
    count = number(weeks / SCHOOL_WEEKS)
    return f"{count} year{'' if count == '1' else 's'}"
