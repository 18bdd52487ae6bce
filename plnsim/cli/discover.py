"""The command that finds rules in a stored experiment."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from plnsim.cli.terminal import commands, workers_option
from plnsim.output.terminal import ProgressBar, announce_compiling, echo_note, echo_paragraph


@commands.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--when",
    required=True,
    metavar="CRITERION",
    help='When an outcome counts as reached: "sustained_scale_up >= 0.5", for instance.',
)
@click.option(
    "--resamples",
    default=20,
    show_default=True,
    type=click.IntRange(2, 1000),
    help="Resamples that show how steady the rule is.",
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="Seed of the resamples.")
@click.option(
    "--fresh",
    default=400,
    show_default=True,
    type=click.IntRange(40, 1_000_000),
    help="Fresh points, with luck of their own, on which the rule is judged.",
)
@workers_option
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="NEW-FOLDER", help="Folder for sentences, tables and figures."
)
def discover(
    folder: Path, when: str, resamples: int, seed: int, fresh: int, workers: int | None, out: Path | None
) -> None:
    """Finds rules for when an outcome is reached.

    FOLDER is the store of an experiment with a Latin hypercube (method latin, pawn or delta), as plnsim experiment
    writes it.
    """
    from plnsim.publish.record import check_folder
    from plnsim.studies.experiment.discovery import RULE
    from plnsim.studies.experiment.discovery import discover as find_rules

    if out:
        check_folder(out)
    announce_compiling()
    with ProgressBar("discovering") as progress:
        rules = find_rules(
            folder, when, resamples=resamples, seed=seed, fresh=fresh, workers=workers, progress=progress
        )
    from plnsim.publish.report.rules import glossary, sentences

    for sentence in sentences(rules):
        echo_paragraph(sentence)
        click.echo()
    click.echo(
        click.style("  limit                                          quasi-p  in resamples  from     to", dim=True)
    )
    for row in rules.limits.itertuples():
        limit = f"{row.parameter} {row.side} {row.value}"
        mark = f"{row.quasi_p:.2g}" if row.quasi_p == row.quasi_p else "not taken"
        ends = f"{row.quantile_05:<8.3g} {row.quantile_95:.3g}" if row.quantile_05 == row.quantile_05 else ""
        click.echo(f"  {limit:<45} {mark:>9} {row.resamples:>5} of {resamples:<4} {ends}".rstrip())
    click.echo()
    for line in glossary(rules):
        echo_paragraph(line, "  ", "    ")
    click.echo()
    echo_paragraph(RULE)
    if rules.results.caveat:
        echo_note(f"\n{rules.results.caveat}")
    if out:
        from plnsim.publish.record.discovered import write

        write(rules, out, sys.argv[1:])
    echo_note(
        f"\nWritten to {out}: rules.txt, limits.csv, tradeoff.csv, tree.csv and their figures."
        if out
        else "\nTo keep sentences, tables and figures: the same command with --out NEW-FOLDER"
    )
