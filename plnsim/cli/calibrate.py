"""The command ``plnsim calibrate``: parameters fitted to what was observed."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plnsim.cli.terminal import check_option, executor_options, json_option, list_option, print_titles, workers_option
from plnsim.output.terminal import ProgressBar, announce_compiling, echo_json, echo_note, echo_paragraph, echo_table

if TYPE_CHECKING:
    from plnsim.studies.calibration.fit import Posterior
    from plnsim.studies.calibration.sbc import SimulationBased
    from plnsim.studies.experiment.execute import Progress


def _list_calibrations(as_json: bool) -> None:
    """Prints the calibrations that come with plnsim."""
    from plnsim.studies.calibration.shipped import shipped_calibrations

    print_titles("calibrations", shipped_calibrations(), as_json=as_json)


@click.command(short_help="Fits parameters to an observed series or to patterns.")
@click.argument("file")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Folder of runs and results (default: NAME in calibration-results).",
)
@click.option(
    "--budget",
    type=int,
    metavar="RUNS",
    help="Most runs, instead of the file's; a larger budget goes on from what is there.",
)
@workers_option
@executor_options
@click.option(
    "--page",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Copies the page of results and its figures there as well.",
)
@click.option(
    "--simulation-based",
    "truths",
    type=click.IntRange(20, 100_000),
    metavar="TRUTHS",
    help="Simulation-based calibration instead: whether posteriors of so many truths drawn from the prior hold them.",
)
@list_option(_list_calibrations, "Lists the shipped calibrations, and ends.")
@json_option
def calibrate(
    file: str,
    out: Path | None,
    budget: int | None,
    workers: int | None,
    executor: str,
    scheduler: str | None,
    page: Path | None,
    truths: int | None,
    as_json: bool,
) -> None:
    """Fits parameters to what was observed, or goes on with it, and says what the data tell and what they cannot.

    FILE is the name of a calibration that comes with plnsim (see --list) or a file that ends in .toml.
    """
    from plnsim.studies.calibration.fit import calibrate as fit
    from plnsim.studies.calibration.sbc import SimulationBased, simulation_based_calibration
    from plnsim.studies.calibration.shipped import calibration_of, results_folder
    from plnsim.studies.experiment.executors import open_executor

    calibration = calibration_of(file)
    calibration = calibration if budget is None else check_option("--budget", calibration.with_budget, budget)
    place = out or results_folder(calibration)
    from plnsim.cli.again import telling_what_is_kept
    from plnsim.publish.calibration import save, sbc
    from plnsim.publish.result_page import copy_page
    from plnsim.studies.calibration import sbc_text, text

    save.check_out(place)
    announce_compiling()
    with telling_what_is_kept(place), open_executor(executor, scheduler, workers) as setup, ExitStack() as bars:

        def progress(stage: str) -> Progress:
            bars.close()
            progress_bar = bars.enter_context(ProgressBar(stage))
            return lambda done, of, rows: progress_bar(done, of)

        compute = fit if truths is None else partial(simulation_based_calibration, truths=truths)
        found = compute(
            calibration,
            folder=place,
            workers=workers,
            executor=setup.executor,
            concurrency=setup.concurrency,
            progress=progress,
            note=echo_note,
        )
    command = _without_page(sys.argv[1:])
    if isinstance(found, SimulationBased):
        sbc.write(found, place, command)
        if page:
            copy_page(place, calibration.name, "calibration", page, sbc.PAGE, sbc.FIGURES, f"-{sbc.NAME}")
        echo_json(sbc_text.as_json(found)) if as_json else _print_check(found)
    else:
        save.write(found, place, command)
        if page:
            copy_page(place, calibration.name, "calibration", page, save.PAGE, save.FIGURES)
        echo_json(text.as_json(found)) if as_json else _print(found)
    echo_note(
        f"\nRuns, weighted sample, tables, figures and page: {place}. "
        "The same command again goes on from what is there."
    )


def _without_page(words: list[str]) -> list[str]:
    """The command without the place to which its page was copied."""
    return [
        word
        for before, word in pairwise(["", *words])
        if before != "--page" and word != "--page" and not word.startswith("--page=")
    ]


def _print(posterior: Posterior) -> None:
    from plnsim.studies.calibration import text
    from plnsim.studies.calibration.fit import MATCHES, NO_MATCH

    click.echo(click.style(posterior.calibration.title, bold=True) + "\n")
    for sentence in text.sentences(posterior):
        echo_paragraph(sentence)
        click.echo()
    if posterior.verdict == MATCHES:
        echo_table(text.table(posterior))
        click.echo()
    if posterior.verdict != NO_MATCH:
        echo_table(text.check_table(posterior))
        click.echo()
    for caveat in text.caveats(posterior):
        echo_paragraph(caveat)


def _print_check(found: SimulationBased) -> None:
    from plnsim.studies.calibration import sbc_text

    click.echo(click.style(f"Simulation-based calibration: {found.calibration.title}", bold=True) + "\n")
    for sentence in sbc_text.sentences(found):
        echo_paragraph(sentence)
        click.echo()
    echo_table(sbc_text.table(found))
    click.echo()
    for caveat in sbc_text.caveats(found):
        echo_paragraph(caveat)
