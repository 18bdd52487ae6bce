"""The command ``plnsim trial``: a study of a programme, simulated with the programme."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plnsim.cli.terminal import check_option, json_option, list_option, print_titles, threads_option
from plnsim.output.terminal import ProgressBar, announce_compiling, echo_json, echo_note, echo_paragraph, echo_table

if TYPE_CHECKING:
    from plnsim.studies.trial.simulate import TrialResult


def _list_trials(as_json: bool) -> None:
    """Prints the trials that come with plnsim."""
    from plnsim.studies.trial.shipped import shipped_trials

    print_titles("trials", shipped_trials(), as_json=as_json)


@click.command(short_help="Simulates a study of a programme: what it would find.")
@click.argument("file")
@click.option("--trials", type=int, metavar="NUMBER", help="Simulated trials, instead of the file's number.")
@click.option("--seed", type=int, metavar="NUMBER", help="Seed of all chance, instead of the file's.")
@threads_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Folder of page and tables (default: NAME in trial-results).",
)
@click.option("--overwrite", is_flag=True, help="Replaces an earlier trial in that folder.")
@click.option(
    "--page",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Copies the page of results and its figures there as well.",
)
@list_option(_list_trials, "Lists the shipped trials, and ends.")
@json_option
def trial(
    file: str,
    trials: int | None,
    seed: int | None,
    workers: int | None,
    out: Path | None,
    overwrite: bool,
    page: Path | None,
    as_json: bool,
) -> None:
    """Simulates a study of a programme many times, and says how often it finds what is there.

    FILE is the name of a trial that comes with plnsim (see --list) or a file that ends in .toml. Schools are allocated,
    asked and tested as in life; power, false alarms, bias, and how often a programme that sustains is declared null
    follow. Writes a page (report.html) and the tables behind it.
    """
    from plnsim.common.checks import validate_seed, validate_workers
    from plnsim.studies.trial.parse import validate_trials
    from plnsim.studies.trial.shipped import results_folder, trial_of
    from plnsim.studies.trial.simulate import run_trial

    asked = trial_of(file)
    asked = asked if trials is None else replace(asked, trials=check_option("--trials", validate_trials, trials))
    asked = asked if seed is None else replace(asked, seed=check_option("--seed", validate_seed, seed))
    threads = check_option("--workers", validate_workers, workers)
    place = out or results_folder(asked)
    from plnsim.publish.result_page import copy_page
    from plnsim.publish.trial import save

    save.check_folder(place, asked, overwrite=overwrite)
    announce_compiling()
    with ProgressBar("simulating") as progress:
        result = run_trial(asked, workers=threads, progress=progress)
    save.write(result, place, _without_page(sys.argv[1:]), overwrite=overwrite)
    if page:
        copy_page(place, asked.name, "trial", page, save.GUIDE_PAGE, save.FIGURES)
    _print(result, as_json=as_json)
    echo_note(f"\nThe page: {place / save.PAGE}. Beside it: tables (CSV), figures, the trial's file, versions.")


def _without_page(words: list[str]) -> list[str]:
    """The command without the place to which its page was copied."""
    return [
        word
        for before, word in pairwise(["", *words])
        if before != "--page" and word != "--page" and not word.startswith("--page=")
    ]


def _print(result: TrialResult, *, as_json: bool) -> None:
    from plnsim.studies.trial import text

    if as_json:
        return echo_json(text.as_json(result))
    click.echo(click.style(result.trial.title, bold=True) + "\n")
    for sentence in text.sentences(result):
        echo_paragraph(sentence)
        click.echo()
    for name in result.trial.variants:
        click.echo(click.style(text.label(name), bold=True))
        echo_table(text.table_rows(result, name))
        click.echo()
    if len(smallest := text.smallest_rows(result)) > 1:
        echo_table(smallest)
        click.echo()
    for caveat in text.CAVEATS:
        echo_paragraph(caveat)
    return None
