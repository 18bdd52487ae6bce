"""What follows the first screen of a page, question by question."""

from __future__ import annotations

import numpy as np
import pandas

from plnsim.common.quantities import money
from plnsim.model.measure import BARRIERS
from plnsim.model.prices import country_of
from plnsim.model.values import number_of
from plnsim.output.costs import MONTHS_CAVEAT
from plnsim.output.figures import BANDS
from plnsim.output.words import (
    CONFIDENCE_INTERVAL,
    PREDICTION_INTERVAL,
    interval_label,
    number,
    percent,
    points,
)
from plnsim.publish.report import assumptions, compared, curves, pictures
from plnsim.publish.report.certainty import NONE, heads, how_sure
from plnsim.publish.report.document import Block, Cell, Image, Paragraph, Section, Table
from plnsim.publish.report.facts import cost_of_each, pupil_gain, short_by
from plnsim.publish.report.names import colours, key, labels, marks, years
from plnsim.studies.comparison.comparison import Comparison
from plnsim.studies.comparison.criteria import NEEDED
from plnsim.studies.comparison.scenario_result import ScenarioResult

OF_EITHER = {"schools_in_routine": "of schools, ", "networks_alone": "of networks, "}
"""The outcomes of which one or the other is to be reached, and of what they are shares."""


def sections(comparison: Comparison) -> tuple[Section, ...]:
    """All of them but what the page is made from."""
    single = not comparison.others
    found = [
        _after_support(comparison),
        _scale_up(comparison),
        *([] if single else [_differences(comparison)]),
        how_sure(comparison),
        _stuck(comparison),
        _cost(comparison),
        _benefit(comparison),
        _in_the_way(comparison),
        *([assumptions.if_otherwise(comparison)] if comparison.decision else []),
        *([] if single else [assumptions.would_change(comparison)]),
        assumptions.weight(comparison),
        assumptions.known(comparison),
    ]
    return tuple(section for section in found if section.blocks)


def pictured_names(comparison: Comparison) -> dict[str, str]:
    """What figures call the scenarios: by letter and name where there are several."""
    letter = marks(comparison)
    return {
        name: f"{letter[name]} {label}" if comparison.others else label for name, label in labels(comparison).items()
    }


def _after_support(comparison: Comparison) -> Section:
    picture = curves.survival(comparison, pictured_names(comparison), colours(comparison))
    blocks: list[Block] = []
    if picture is not None:
        bands = f"; bands: {interval_label(*BANDS[0][:2])}" if comparison.base.replicates > 1 else ""
        blocks = [
            Image("survival", picture),
            Paragraph(
                "Survival of use: of 100 teachers who used it when support ended and stayed at their "
                f"school, how many have not given it up (solid{bands}); of 100 schools that had spread it then, how "
                "many have kept it in every year since (dashed).",
                note=True,
            ),
        ]
    return Section("What happens when support ends?", (*blocks, *map(Paragraph, compared.after_support(comparison))))


def _scale_up(comparison: Comparison) -> Section:
    """Each criterion of sustained scale-up: what is needed, and how each scenario fares."""
    if not comparison.criteria:
        return Section("", ())
    table = pandas.DataFrame(comparison.criteria)
    tested = [side for side in comparison.results if side.name in set(table["scenario"])]
    rows = []
    for criterion in dict.fromkeys(table["criterion"]):
        one_of = next(one for one in comparison.criteria if one["criterion"] == criterion)
        needed = (number if one_of["outcome"] == "reproduction" else percent)(one_of["needed"])
        if one_of["outcome"] in OF_EITHER:
            values = comparison.base.scenario.values
            needed = ", or ".join(f"{percent(number_of(values, NEEDED[of]))} {by[:-2]}" for of, by in OF_EITHER.items())
        cells = [Cell(criterion, small=f"(at least {needed})")]
        for side in tested:
            row = next(
                one for one in comparison.criteria if (one["scenario"], one["criterion"]) == (side.name, criterion)
            )
            by = OF_EITHER.get(row["outcome"], "")
            met = f"{by}met in {row['met']} of {row['runs']}"
            cells.append(
                Cell(short_by(row).partition(", ")[0], small=met, framed=row["met"] == _least_met(table, side))
            )
        rows.append(tuple(cells))
    of_tested = (head for head, side in zip(heads(comparison), comparison.results, strict=True) if side in tested)
    return Section(
        "Does it scale up and stay, and where does it fail?",
        (
            Table((Cell("Needed"), *of_tested), tuple(rows), "stages"),
            Paragraph("Means of the last year. Framed: met in fewest runs.", note=True),
        ),
    )


def _least_met(table: pandas.DataFrame, side: ScenarioResult) -> int:
    own = table[table["scenario"] == side.name]["met"]
    return int(own.min()) if own.min() < side.replicates else -1


def _differences(comparison: Comparison) -> Section:
    base = labels(comparison)[comparison.baseline]
    runs = comparison.base.replicates
    bars = (
        f"; thick bar: {CONFIDENCE_INTERVAL} of the mean, thin bar: {PREDICTION_INTERVAL} of a new pair"
        if runs > 1
        else ""
    )
    draws = (
        "Rows “draws”: over draws of all that nobody knows, luck and parameters together. "
        if comparison.draws is not None
        else ""
    )
    alike = "" if compared.comparability_sentences(comparison) else ", so that little but the programme differs"
    return Section(
        f"How much better than {base}?",
        (
            Image("differences", pictures.differences(comparison, pictured_names(comparison), colours(comparison))),
            Paragraph(
                f"Of all teachers. Dot and number: mean paired difference in the last year, in percentage points{bars}."
                f" Runs of the same luck are paired{alike}. "
                f"{draws}Deep use counts each user by how deeply she uses it: what she understands, believes and keeps "
                "of its core.",
                note=True,
            ),
        ),
    )


def _stuck(comparison: Comparison) -> Section:
    """The theory of action stage by stage, one table a date; where the narrowest step ends is framed."""
    ends = {side.name: (compared.bottleneck(comparison, side.name) or ("", ""))[1] for side in comparison.results}
    tables = []
    for date, stages in (("When support ends", compared.STAGES), ("In the last year", compared.IN_THE_LAST_YEAR)):
        rows = [
            (Cell(label), *(_stage_cell(comparison, side, stage, ends) for side in comparison.results))
            for stage, label in stages.items()
        ]
        if stages is compared.IN_THE_LAST_YEAR:
            told = (pupil_gain(comparison, side).partition(" (") for side in comparison.results)
            gains = (
                Cell(
                    months.removesuffix(" of progress"), small=f"({rest.partition(';')[0].rstrip(')')})" if rest else ""
                )
                for months, _, rest in told
            )
            rows.append((Cell("pupils gain"), *gains))
        tables.append(Table((Cell(date), *heads(comparison)), tuple(rows), "stages"))
    return Section(
        "Where does it get stuck?",
        (
            *tables,
            *map(Paragraph, compared.bottleneck_sentences(comparison)),
            Paragraph(
                "Means of the runs: of members (who have a seat in a network), of colleagues without one, of schools. "
                "A later step can have more than the one before: who shares need not have tried. Framed: where the "
                "narrowest step ends.",
                note=True,
            ),
        ),
    )


def _stage_cell(comparison: Comparison, side: ScenarioResult, stage: str, ends: dict[str, str]) -> Cell:
    mean = comparison.summaries[side.name, stage]["mean"]
    if not np.isfinite(mean):
        return Cell(NONE)
    return Cell(percent(mean), share=mean, colour=colours(comparison)[side.name], framed=ends[side.name] == stage)


def _cost(comparison: Comparison) -> Section:
    """What each scenario costs against the same schools without its programme, and by which prices."""
    rows = []
    for side in comparison.results:
        row, values = comparison.costs[side.name], side.scenario.values
        least = "at least " if row["not_priced"] else ""
        each, _, interval = cost_of_each(comparison, side).partition(" (")
        rows.append(
            (
                Cell((key(comparison, side.name),) if comparison.others else ""),
                Cell(f"{row['extra_adopters']:,.0f}"),
                Cell(f"{least}{money(row['cost'], country_of(values).sign)}", small=f"in {years(side.scenario.weeks)}"),
                Cell(money(row["cost_per_pupil"], country_of(values).sign)),
                Cell(each, small=f"({interval}" if interval else ""),
            )
        )
    several = comparison.base.replicates > 1
    pairs, ends = (
        (", pair by pair of runs", f"; in brackets its {CONFIDENCE_INTERVAL} and what prices may make of it")
        if several
        else ("", "")
    )
    names = ("", "Teachers more", "Cost", "Cost a pupil of all schools", "Cost of each teacher's worth of full use")
    return Section(
        "What does it cost?",
        (
            Table(tuple(map(Cell, names)), tuple(rows), "costs"),
            Paragraph(
                f"All against the same schools without the programme{pairs}. Teachers more: sustained deep use above "
                "that without it, each user counted by how deeply she uses it. Cost of each: cost of all runs over "
                f"these teachers{ends}; at least: not all has a price. That assumptions may be wrong is in no range. "
                f"{' '.join(compared.price_sentences(comparison))}",
                note=True,
            ),
        ),
    )


def _benefit(comparison: Comparison) -> Section:
    picture = pictures.halves(comparison, pictured_names(comparison), colours(comparison))
    said = map(Paragraph, compared.equity_sentences(comparison))
    return Section("Who benefits?", (Image("halves", picture), *said, Paragraph(MONTHS_CAVEAT, note=True)))


def _in_the_way(comparison: Comparison) -> Section:
    gains = comparison.barriers.set_index("condition") if comparison.barriers is not None else None
    rows = []
    for condition in BARRIERS:
        cells = [
            Cell(percent(comparison.summaries[side.name, f"names_{condition}"]["mean"])) for side in comparison.results
        ]
        if gains is not None:
            cells.append(_gain(comparison, condition, gains.loc[condition]))
        rows.append((Cell(condition), *cells))
    lead = marks(comparison)[comparison.leading.name]
    gain_head = () if gains is None else (Cell(f"Gain when lifted in {lead}"),)
    if gains is None:
        note = "What is named need not be what stands in the way; a comparison lifts each condition to find out."
    else:
        interval = f" and {CONFIDENCE_INTERVAL}" if comparison.base.replicates > 1 else ""
        note = (
            f"Gain: points of sustained deep use in {labels(comparison)[comparison.leading.name]} when "
            f"{percent(gains['lift'].iloc[0])} of the gap in a condition is closed; mean{interval}."
        )
    return Section(
        "What stands in the way?",
        (
            Table((Cell("Named by simulated teachers"), *heads(comparison), *gain_head), tuple(rows)),
            *map(Paragraph, compared.barrier_sentences(comparison)),
            Paragraph(note, note=True),
        ),
    )


def _gain(comparison: Comparison, condition: str, row: pandas.Series) -> Cell:
    """What lifting a condition gains; where nothing of it is missing, that."""
    if comparison.leading.scenario.values[f"conditions.{condition}_shift"] == 1.0:
        return Cell("none left to lift")
    told = (
        f"({points(row['confidence_low'])} to {points(row['confidence_high'])})"
        if np.isfinite(row["confidence_low"])
        else ""
    )
    return Cell(points(row["mean"]), small=told)
