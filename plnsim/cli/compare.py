"""The commands that compare scenarios and that write the page of a record."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plnsim.cli.terminal import check_option, commands, option_context, time_limit_option
from plnsim.common.command_line import command_line
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.output.terminal import ProgressBar, announce_compiling, echo_json, echo_note, echo_paragraph, echo_table

if TYPE_CHECKING:
    from plnsim.studies.comparison import Comparison

MAX_FOLDER_NAME = 100


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
@click.option(
    "--seed", default=1, show_default=True, metavar="NUMBER", help="Seed of all chance; equal seeds give equal results."
)
@click.option("--years", type=float, metavar="NUMBER", help="Years to simulate each (default: as each scenario says).")
@click.option(
    "--workers", type=int, metavar="NUMBER", help="Threads (default: one a core); the result does not depend on it."
)
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
    help="Draws of all that nobody knows, each run once a scenario (default: 40; 0: none, as with --quick).",
)
@click.option(
    "--when",
    default="sustained_scale_up >= 1",
    show_default=True,
    metavar="CONDITION",
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
@click.option("--overwrite", is_flag=True, help="Replaces an earlier record in that folder.")
@click.option("--json", "as_json", is_flag=True, help="Prints one JSON object instead of text.")
def compare(
    scenarios: tuple[str, ...],
    replicates: int,
    baseline: str | None,
    seed: int,
    years: float | None,
    workers: int | None,
    minimal_important_difference: float | None,
    uncertainty: int | None,
    when: str,
    time_limit: float,
    quick: bool,
    out: Path | None,
    overwrite: bool,
    as_json: bool,
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
    from plnsim.publish.record.parse import REPORT
    from plnsim.studies.comparison import check_scenarios
    from plnsim.studies.comparison import compare as simulate

    asked, base = check_scenarios(scenarios, baseline)
    with option_context(f"--years {years}"):
        asked = asked if years is None else [scenario.with_years(years) for scenario in asked]
    if minimal_important_difference is not None:
        with option_context(f"--minimal-important-difference {minimal_important_difference}"):
            values = {"measure.minimal_important_difference": minimal_important_difference}
            asked = [scenario.with_values(values) for scenario in asked]
    record.check_names([scenario.name for scenario in asked])
    out = out or Path("-".join(["compare", *(scenario.name for scenario in asked)])[:MAX_FOLDER_NAME])
    record.check_folder(out, overwrite=overwrite)
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
    record.write_comparison(comparison, out, command=sys.argv[1:], overwrite=overwrite)
    if as_json:
        echo_json(_as_json(comparison))
    else:
        _print_comparison(comparison)
    again = command_line("replay", out)
    echo_note(f"\nThe page: {out / REPORT}. Beside it: tables (CSV), scenarios, provenance. Again: {again}")


def _print_comparison(comparison: Comparison) -> None:
    from plnsim.output.words import BRACKETS
    from plnsim.publish.report.compared import CAVEATS, inside_a_model

    for sentence in _sentences(comparison):
        echo_paragraph(sentence)
    click.echo()
    echo_table(_table(comparison))
    click.echo()
    if comparison.base.replicates > 1:
        echo_table(_differences(comparison))
        click.echo()
    if comparison.decision:
        echo_table(_robustness(comparison))
        click.echo()
    for caveat in (*([BRACKETS] if comparison.base.replicates > 1 else []), inside_a_model(comparison), CAVEATS[0]):
        echo_paragraph(caveat)


def _sentences(comparison: Comparison) -> list[str]:
    from plnsim.publish.report.compared import barrier_sentences, comparability_sentences, summary_sentences
    from plnsim.publish.report.otherwise import sentences

    makers = (summary_sentences, sentences, comparability_sentences, barrier_sentences)
    return [sentence for make in makers for sentence in make(comparison)]


def _table(comparison: Comparison) -> list[tuple[str, ...]]:
    """A row for each scenario, after the row of heads."""
    from plnsim.output.words import number, percent, points
    from plnsim.publish.report.compared import labels

    rows: list[tuple[str, ...]] = [
        ("scenario", "use", "deep use", "against the baseline", "scale-up in", "cost of each adopter")
    ]
    for side in comparison.results:
        use, deep, reached = (
            comparison.summaries[side.name, outcome]["mean"] for outcome in ("use", "deep_use", "sustained_scale_up")
        )
        difference = (
            ""
            if side.name == comparison.baseline
            else f"{points(comparison.paired[side.name, 'deep_use']['mean'])} points"
        )
        scale_up = "not tested" if math.isnan(reached) else f"{round(reached * side.replicates)} of {side.replicates}"
        rows.append(
            (
                labels(comparison)[side.name],
                percent(use),
                percent(deep),
                difference,
                scale_up,
                number(comparison.costs[side.name]["cost_per_adopter"]),
            )
        )
    return rows


def _differences(comparison: Comparison) -> list[tuple[str, ...]]:
    """Sustained deep use against the baseline, in points, with both intervals; below each scenario over the draws."""
    from plnsim.output.words import CONFIDENCE_INTERVAL, PREDICTION_INTERVAL, points, ranges
    from plnsim.publish.report.compared import labels

    rows: list[tuple[str, ...]] = [("points of deep use gained", "mean", CONFIDENCE_INTERVAL, PREDICTION_INTERVAL)]
    for side in comparison.others:
        luck = comparison.paired[side.name, "deep_use"]
        rows.append((labels(comparison)[side.name], points(luck["mean"]), *ranges(luck, points)))
        if (both := comparison.over_draws.get((side.name, "deep_use"))) is not None:
            rows.append(("  luck and parameters together", points(both["mean"]), *ranges(both, points)))
    return rows


def _robustness(comparison: Comparison) -> list[tuple[str, ...]]:
    """Over the draws: how often each scenario does, and how far it falls behind the best one, in points."""
    from plnsim.publish.report.compared import labels
    from plnsim.publish.report.otherwise import HEADS, rows

    name = labels(comparison)
    return [("over the draws", *map(str.lower, HEADS)), *((name[plan], *cells) for plan, cells in rows(comparison))]


def _as_json(comparison: Comparison) -> dict[str, object]:
    from plnsim.studies.uncertainty.text import as_json as draws_as_json

    left_out = ("outcomes", "weeks", "draws")
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
        **({} if comparison.draws is None else {"uncertainty": draws_as_json(comparison.draws)}),
    }


@commands.command()
@click.argument("folder", type=click.Path(path_type=Path))
def report(folder: Path) -> None:
    """Writes the page of the record in FOLDER anew.

    The record is one of plnsim compare, or of plnsim run --out. The page is made from its tables; nothing is simulated.
    """
    from plnsim.publish import record

    click.echo(record.write_report(folder))
