"""The command ``plnsim headline``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from plnsim.cli.terminal import executor_options, workers_option
from plnsim.output.terminal import announce_compiling, echo_note, is_terminal


@click.command(short_help="Performs the headline study and writes its page.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("headline-results"),
    show_default=True,
    help="Folder of stores, page and figures.",
)
@click.option(
    "--quick", is_flag=True, help="A sketch of a minute or two with tiny designs; nothing may be concluded from it."
)
@workers_option
@executor_options
def headline(out: Path, quick: bool, workers: int | None, executor: str, scheduler: str | None) -> None:
    """Performs the headline study: which conditions drive sustained scale-up?

    Experiments (see plnsim experiments), asked of crossed structures, of the model as it is, and of plans of equal
    cost; resumed where they were interrupted, analysed, and written as one page with figures.
    """
    from plnsim.publish.headline.page import write
    from plnsim.studies.experiment.ema import ema
    from plnsim.studies.experiment.executors import open_executor
    from plnsim.studies.experiment.progress import ProgressReporter
    from plnsim.studies.headline.results import run_headline

    ema("analysis.prim")  # says so at once when it is not installed
    announce_compiling()
    with open_executor(executor, scheduler, workers) as setup, ProgressReporter() as reporter:
        results = run_headline(
            out,
            quick=quick,
            workers=workers,
            executor=setup.executor,
            concurrency=setup.concurrency,
            progress=reporter.start_variant if is_terminal(sys.stderr) else lambda *_: None,
            note=echo_note,
        )
    page = write(results, out / "page", f"plnsim headline{' --quick' if quick else ''}")
    echo_note(
        f"The page is {page}, with its figures and tables beside it. "
        f"The same command again goes on from the stores in {out}."
    )
