"""The sections of a page about what it rests on: the answer under other assumptions, what would change it, which
assumptions carry the weight, and what is known.
"""

from __future__ import annotations

import pandas

from plnsim.common.parameter import Parameter
from plnsim.common.sources import ASSUMED
from plnsim.model.values import number_of
from plnsim.output.words import CONFIDENCE_INTERVAL, points
from plnsim.publish.report import compared, otherwise, pictures
from plnsim.publish.report.document import Block, Bullets, Cell, Image, Paragraph, Piece, Section, Table, Words
from plnsim.publish.report.names import key, labels, lever
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.comparison.comparison import Comparison

SHOWN = 6
"""Levers that are told of, of those that change the answer most."""


def if_otherwise(comparison: Comparison) -> Section:
    rows = []
    for name, cells in otherwise.rows(comparison):
        parted = (cell.partition(" (") for cell in cells)
        rows.append(
            (
                Cell((key(comparison, name),)),
                *(Cell(figure, small=f"({interval}" if interval else "") for figure, _, interval in parted),
            )
        )
    return Section(
        "And if the assumptions are otherwise?",
        (
            Table((Cell(""), *map(Cell, otherwise.HEADS)), tuple(rows), "costs"),
            *map(Paragraph, otherwise.sentences(comparison)),
            Paragraph(
                f"Over the draws; in brackets {CONFIDENCE_INTERVAL}s. Met: {otherwise.criterion(comparison)}. "
                "Behind the best (regret): the best of a draw minus this one, in points of sustained deep use. What "
                "cannot be bought is left out.",
                note=True,
            ),
        ),
    )


def _influential(comparison: Comparison) -> pandas.DataFrame | None:
    """The rows of the levers that change the answer most, of those that change it by as much as matters at all."""
    if comparison.sensitivity is None:
        return None
    table = comparison.sensitivity
    most = table.groupby("parameter", sort=False)["change"].apply(lambda change: change.abs().max())
    shown = list(most[most >= comparison.minimal_important_difference].index)[:SHOWN]
    return table[table["parameter"].isin(shown)]


def would_change(comparison: Comparison) -> Section:
    heading, lead = "What would change the answer?", labels(comparison)[comparison.leading.name]
    influential = _influential(comparison)
    if influential is None:
        return Section(heading, (Paragraph(f"Not looked at: the levers of {lead} stayed where they are."),))
    tried = comparison.sensitivity["parameter"].nunique() if comparison.sensitivity is not None else 0
    if influential.empty:
        least = points(comparison.minimal_important_difference).lstrip("+")
        said = f"None of {tried} levers, moved through its plausible range alone, changes {lead} by {least} points."
        return Section(heading, (Paragraph(said),))
    return Section(
        heading,
        (
            Paragraph(
                f"{lead}, with one lever at a time moved to the lower (hollow) and the upper (filled) end of its "
                "plausible range:"
            ),
            Image("levers", pictures.tornado(influential, float(influential["own"].iloc[0]))),
            Paragraph(
                f"The {influential['parameter'].nunique()} most influential of {tried} parameters of programme, "
                f"leadership, time, focus, mobilisation and renewal; means of {influential['runs'].max()} paired runs. "
                "One at a time: what two of them do together is not shown. Longer support lengthens the run where the "
                "scenario leaves its length open.",
                note=True,
            ),
        ),
        wide=True,
    )


def weight(comparison: Comparison) -> Section:
    """The assumptions that carry the weight, by name; or that none does, or that it was not looked at."""
    influential = _influential(comparison)
    blocks: list[Block] = []
    if influential is None:
        blocks.append(Paragraph("It was not looked at here which of them do: a full comparison moves each by itself."))
    else:
        assumed: list[Words] = []
        sourced: list[str] = []
        for name in dict.fromkeys(influential["parameter"]):
            parameter = MODEL_PARAMETERS[name]
            assert isinstance(parameter, Parameter), name
            if parameter.source != ASSUMED:
                sourced.append(f"{lever(name)} ({parameter.source})")
                continue
            low, high = map(parameter.format, parameter.range)
            own = number_of(comparison.leading.scenario.values, name)
            beyond = "" if parameter.range[0] <= own <= parameter.range[1] else ", beyond what is plausible elsewhere"
            told = f"{parameter.format(own)} ({low} to {high} {parameter.unit}){beyond} "
            assumed.append((f"{lever(name)[:1].upper()}{lever(name)[1:]}: {told}", Piece(name, "small")))
        if assumed:
            blocks += [
                Paragraph(
                    "Of the levers that change the answer most, these rest on no source; each with its value in "
                    f"{labels(comparison)[comparison.leading.name]} and its plausible range:"
                ),
                Bullets(tuple(assumed)),
            ]
        else:
            blocks.append(Paragraph("None does: no assumed lever changes the answer by as much as matters, alone."))
        if sourced:
            blocks.append(Paragraph(f"With a source: {'; '.join(sourced)}."))
    return Section("Which assumptions carry the weight?", (*blocks, *map(Paragraph, compared.CAVEATS)))


def known(comparison: Comparison) -> Section:
    name, blocks = labels(comparison), []
    for side in comparison.results:
        words: list[str | Piece] = [key(comparison, side.name), " "] if comparison.others else []
        words.append(Piece(f"{name[side.name]}.", "strong"))
        for heading, told in (("Known", side.scenario.known), ("Assumed", side.scenario.assumed)):
            if told:
                words += [" ", Piece(f"{heading}:", "strong"), f" {'; '.join(told)}."]
        if len(words) < 4:
            words.append(" Its file says neither.")
        blocks.append(Paragraph(tuple(words)))
    of = "each" if comparison.others else "it"
    return Section(f"What is known of {of}, and what assumed?", tuple(blocks), small=True)
