"""The command that takes processes of the theory away from the model, one at a time."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plnsim.cli.terminal import (
    check_option,
    commands,
    json_option,
    list_option,
    option_context,
    seed_option,
    threads_option,
)
from plnsim.output.terminal import ProgressBar, announce_compiling, echo_json, echo_note, echo_paragraph, echo_table

if TYPE_CHECKING:
    from plnsim.studies.ablations.study import AblationResult


def _list_ablations(as_json: bool) -> None:
    """Prints what can be taken away."""
    from plnsim.studies.ablations import text
    from plnsim.studies.ablations.declared import ABLATIONS, PROCESSES

    if as_json:
        processes = [{"process": process, "meaning": meaning} for process, meaning in PROCESSES.items()]
        return echo_json({"processes": processes, "ablations": text.ablation_rows(ABLATIONS)})
    for process, meaning in PROCESSES.items():
        click.echo(click.style(process, bold=True) + f": {meaning}")
        for ablation in ABLATIONS:
            if ablation.process == process:
                click.echo(f"  {ablation.name:<26}{ablation.meaning}")
    return None


@commands.command("ablations", short_help="Takes processes of the theory away, one at a time.")
@click.argument("scenarios", nargs=-1)
@click.option(
    "--only",
    multiple=True,
    metavar="NAME",
    help="Takes only this ablation away, or those of this process. May be repeated.",
)
@list_option(_list_ablations, "Lists processes and ablations, and ends.")
@click.option(
    "--replicates",
    default=30,
    show_default=True,
    metavar="NUMBER",
    help="Pairs of runs of each scenario and ablation; both of a pair share their luck.",
)
@seed_option
@click.option("--years", type=float, metavar="NUMBER", help="Years to simulate each (default: as each scenario says).")
@threads_option
@click.option(
    "--patterns",
    type=int,
    metavar="NUMBER",
    help="Also counts the published patterns that are met without each, with so many replicates; takes long.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Folder for the page, tables and provenance."
)
@json_option
def ablations(
    scenarios: tuple[str, ...],
    only: tuple[str, ...],
    replicates: int,
    seed: int,
    years: float | None,
    workers: int | None,
    patterns: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Takes processes of the theory away from SCENARIOS, one at a time: which does the result rest on?

    SCENARIOS are some that come with plnsim, or files that end in .toml; without any, those of the guide's page.
    """
    from plnsim.common.checks import validate_replicates, validate_seed, validate_workers

    check_option("--seed", validate_seed, seed)
    check_option("--replicates", validate_replicates, replicates)
    check_option("--workers", validate_workers, workers)
    patterns = 0 if patterns is None else check_option("--patterns", validate_replicates, patterns)
    from plnsim.publish.ablations import save
    from plnsim.publish.record import check_folder, check_names
    from plnsim.studies.ablations import text
    from plnsim.studies.ablations.declared import ablations_named
    from plnsim.studies.ablations.study import PROGRAMMES, ablate
    from plnsim.studies.comparison import different_scenarios

    chosen, asked = ablations_named(only), tuple(different_scenarios(scenarios or PROGRAMMES))
    with option_context(f"--years {years}"):
        asked = asked if years is None else tuple(scenario.with_years(years) for scenario in asked)
    if out:
        check_names([scenario.name for scenario in asked])
        check_folder(out)
    announce_compiling()
    with ProgressBar("taking away") as progress:
        result = ablate(
            asked,
            ablations=chosen,
            seed=seed,
            replicates=replicates,
            pattern_replicates=patterns,
            workers=workers,
            progress=progress,
        )
    if out:
        save.write(result, out, sys.argv[1:])
    echo_json(text.as_json(result)) if as_json else _print(result)
    echo_note(
        f"\nWritten to {out}: {save.PAGE}, tables (CSV), scenarios, provenance."
        if out
        else "\nFor a page, tables and provenance: the same command with --out FOLDER"
    )


def _print(result: AblationResult) -> None:
    from plnsim.studies.ablations import text

    for sentence in text.sentences(result):
        echo_paragraph(sentence)
    for scenario in result.scenarios:
        click.echo()
        echo_paragraph(f"{scenario.name}: {text.headline(result, scenario.name)}")
        echo_table(text.table(result, scenario.name))
    click.echo()
    for caveat in text.CAVEATS:
        echo_paragraph(caveat)
