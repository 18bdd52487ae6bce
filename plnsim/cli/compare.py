"""The commands that compare scenarios and that write the page of a record."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plnsim.cli.run import parse_changes
from plnsim.cli.terminal import (
    check_docx,
    check_option,
    commands,
    docx_option,
    json_option,
    option_context,
    seed_option,
    set_option,
    threads_option,
    time_limit_option,
)
from plnsim.common.command_line import command_line
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.output.terminal import ProgressBar, announce_compiling, echo_json, echo_note, echo_paragraph, echo_table

if TYPE_CHECKING:
    from plnsim.studies.comparison import Comparison, ScenarioResult

MAX_FOLDER_NAME = 100
no_engine_option = click.option(
    "--no-engine", is_flag=True, help="Leaves model and worlds out of the page: nothing can be moved there."
)


@commands.command()
@click.argument("scenarios", nargs=-1, required=True)
@click.option(
    "--replicates",
    default=20,
    show_default=True,
    metavar="NUMBER",
    help="Runs of each scenario; equal ones share their luck.",
)
@click.option("--baseline", metavar="SCENARIO", help="The one that the others are compared with (default: the first).")
@seed_option
@set_option("Sets a parameter or price in every scenario; plnsim parameters lists them.")
@click.option("--years", type=float, metavar="NUMBER", help="Years to simulate each (default: as each scenario says).")
@threads_option
@click.option(
    "--minimal-important-difference",
    type=float,
    metavar="SHARE",
    help="Smallest difference in sustained deep use that matters (default: as the baseline says; 0.01 is one point).",
)
@click.option(
    "--uncertainty",
    type=int,
    metavar="DRAWS",
    help="Draws of all that nobody knows, run once a scenario and once without (default: 40; 0: none, as --quick).",
)
@click.option(
    "--when",
    default="sustained_scale_up >= 1",
    show_default=True,
    metavar="CRITERION",
    help='When a scenario does over the draws, as "use >= 0.2".',
)
@time_limit_option
@click.option("--quick", is_flag=True, help="Leaves out what would change the answer, which takes most of the time.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Folder for page and tables (default: compare-A-B, after the scenarios).",
)
@docx_option
@click.option("--overwrite", is_flag=True, help="Replaces an earlier record in that folder.")
@json_option
@no_engine_option
def compare(
    scenarios: tuple[str, ...],
    replicates: int,
    baseline: str | None,
    seed: int,
    changes: tuple[str, ...],
    years: float | None,
    workers: int | None,
    minimal_important_difference: float | None,
    uncertainty: int | None,
    when: str,
    time_limit: float,
    quick: bool,
    out: Path | None,
    docx: bool,
    overwrite: bool,
    as_json: bool,
    no_engine: bool,
) -> None:
    """Compares scenarios, run by run with the same luck.

    SCENARIOS are two or more of those that come with plnsim (plnsim scenarios lists them) or files that end in .toml.
    Writes a page (report.html) and the tables behind it.
    """
    from plnsim.common.checks import validate_replicates, validate_seed, validate_workers
    from plnsim.model.outcome import OUTCOMES_BY_NAME
    from plnsim.simulation.scenario import Scenario
    from plnsim.studies.experiment.criterion import parse_criterion
    from plnsim.studies.uncertainty.draws import validate_points, validate_time_limit

    for name in scenarios:
        Scenario.of(name)
    check_option("--seed", validate_seed, seed)
    check_option("--replicates", validate_replicates, replicates)
    check_option("--workers", validate_workers, workers)
    check_option("--uncertainty", validate_points, 0 if uncertainty is None else uncertainty)
    check_option("--time-limit", validate_time_limit, time_limit)
    parse_criterion(when, OUTCOMES_BY_NAME)
    from plnsim.publish import record
    from plnsim.publish.report.names import PAGE
    from plnsim.studies.comparison import check_scenarios
    from plnsim.studies.comparison import compare as simulate

    asked, base = check_scenarios(scenarios, baseline)
    values = parse_changes(changes)
    asked = [scenario.with_values(values) for scenario in asked]
    with option_context(f"--years {years}"):
        asked = asked if years is None else [scenario.with_years(years) for scenario in asked]
    if minimal_important_difference is not None:
        with option_context(f"--minimal-important-difference {minimal_important_difference}"):
            least = {"measure.minimal_important_difference": minimal_important_difference}
            asked = [scenario.with_values(least) for scenario in asked]
    record.check_names([scenario.name for scenario in asked])
    out = out or Path("-".join(["compare", *(scenario.name for scenario in asked)])[:MAX_FOLDER_NAME])
    record.check_folder(out, overwrite=overwrite)
    check_docx(docx, out)
    announce_compiling()
    with ProgressBar("simulating") as progress:
        comparison = simulate(
            asked,
            baseline=base,
            seed=seed,
            replicates=replicates,
            workers=workers,
            quick=quick,
            uncertainty=uncertainty,
            time_limit=time_limit,
            when=when,
            progress=progress,
        )
    record.write_comparison(comparison, out, command=sys.argv[1:], overwrite=overwrite, docx=docx, engine=not no_engine)
    if as_json:
        echo_json(_as_json(comparison))
    else:
        _print_comparison(comparison)
    again = command_line("replay", out)
    echo_note(f"\nThe page: {out / PAGE}. Beside it: pictures, tables (CSV), scenarios, provenance. Again: {again}")


def _print_comparison(comparison: Comparison) -> None:
    """The first screen of the page on a terminal."""
    from plnsim.publish.report import first_screen
    from plnsim.publish.report.compared import INSIDE_A_MODEL, price_sentences
    from plnsim.publish.report.document import Paragraph, Section, plain
    from plnsim.publish.report.facts import facts

    def told(section: Section) -> None:
        words = (plain(block.words) for block in section.blocks if isinstance(block, Paragraph))
        echo_paragraph(" ".join([f"{section.heading}:", *words]), "", "  ")

    question, *_, finding, care = first_screen.lead_sections(comparison)
    click.echo(click.style(first_screen.title(comparison), bold=True) + "\n")
    for plan in question.blocks[1:]:
        if isinstance(plan, Paragraph):
            echo_paragraph(plain(plan.words), "", "  ")
    told(finding)
    click.echo()
    echo_table(_table(comparison))
    click.echo()
    for section in (care, *facts(comparison)):
        told(section)
    echo_paragraph(" ".join(price_sentences(comparison)))
    echo_paragraph(f"{INSIDE_A_MODEL} The page says how sure all of it is.")


def _sentences(comparison: Comparison) -> list[str]:
    from plnsim.publish.report.compared import barrier_sentences, comparability_sentences, summary_sentences
    from plnsim.publish.report.names import labels
    from plnsim.publish.report.otherwise import sentences

    makers = (summary_sentences, sentences, comparability_sentences, barrier_sentences)
    said = [sentence for make in makers for sentence in make(comparison)]
    return [*said, *(f"{labels(comparison)[side.name]}: {_cost(side)}" for side in comparison.results)]


def _cost(side: ScenarioResult) -> str:
    """What a scenario costs and what comes of it, in plain units."""
    from plnsim.output.costs import benefit_sentence, cost_sentences

    return " ".join(
        [*cost_sentences(side.scenario, side.cost, side.bill), benefit_sentence(side.scenario, side.values)]
    )


def _table(comparison: Comparison) -> list[tuple[str, ...]]:
    """A row for each scenario, after the row of heads."""
    from plnsim.output.words import percent, points, ranges
    from plnsim.publish.report.names import labels, marks

    draws, against_none = comparison.draws, comparison.against_no_programme
    heads = ("last year, as set", "taking part", "use there", "deep use", "gain, 95 % interval")
    rows: list[tuple[str, ...]] = [heads]
    for side in comparison.results:
        part = side.by_year("schools_taking_part")[:, 0].mean() / side.scenario.number_of_schools
        there = comparison.summaries[side.name, "use_where_taking_part"]["mean"]
        row = comparison.paired.get((side.name, "deep_use"))
        rows.append(
            (
                f"{marks(comparison)[side.name]} {labels(comparison)[side.name]}",
                percent(part),
                percent(there) if math.isfinite(there) else "\u2013",
                percent(comparison.summaries[side.name, "deep_use"]["mean"]),
                "" if row is None else f"{points(row['mean'])} ({ranges(row, points)[0]})".removesuffix(" ()"),
            )
        )
    if draws is None or not against_none:
        return rows
    means = [percent(float(draws.values(side.name, "deep_use").mean())) for side in comparison.results]
    ahead = [f"{against_none[side.name]['gains']} of {draws.done}" for side in comparison.results]
    told = zip(rows, ["in draws", *means], ["beats none in", *ahead], strict=True)
    return [(row[0], *row[2:4], mean, count, *row[4:]) for row, mean, count in told]  # who takes part stands above it


def _as_json(comparison: Comparison) -> dict[str, object]:
    from plnsim.output.costs import prices_json
    from plnsim.studies.uncertainty.text import as_json as draws_as_json

    left_out = ("outcomes", "weeks", "years", "without_programme", "draws", "draws_without_programme")
    tables = {name: table.to_dict("records") for name, table in comparison.tables.items() if name not in left_out}
    scenarios = [
        {"name": side.name, "title": side.scenario.title, "years": side.scenario.weeks / SCHOOL_WEEKS}
        for side in comparison.results
    ]
    return {
        "scenarios": scenarios,
        "baseline": comparison.baseline,
        "leading": comparison.leading.name,
        "seed": comparison.base.seed,
        "replicates": comparison.base.replicates,
        "minimal_important_difference": comparison.minimal_important_difference,
        "sizes": {side.name: comparison.size(side) for side in comparison.others},
        "sentences": _sentences(comparison),
        **tables,
        "prices": {side.name: prices_json(side.scenario.values) for side in comparison.results},
        **({} if comparison.draws is None else {"uncertainty": draws_as_json(comparison.draws)}),
    }


@commands.command()
@click.argument("folder", type=click.Path(path_type=Path))
@docx_option
@no_engine_option
def report(folder: Path, docx: bool, no_engine: bool) -> None:
    """Writes the page of the record in FOLDER anew.

    The record is one of plnsim compare, or of plnsim run --out. The page is made from its tables; nothing is simulated.
    """
    from plnsim.publish import record

    check_docx(docx, folder)
    click.echo(record.write_report(folder, docx=docx, engine=not no_engine))
