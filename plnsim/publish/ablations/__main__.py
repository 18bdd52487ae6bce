"""Writes the page of the guide about ablations, with its tables: ``python -m plnsim.publish.ablations docs``."""

from __future__ import annotations

from pathlib import Path

import click

from plnsim.common.command_line import command_line
from plnsim.output.terminal import ProgressBar
from plnsim.publish.ablations.save import write_page
from plnsim.studies.ablations.study import REPLICATES, ablate

PATTERN_REPLICATES = 2


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--replicates", default=REPLICATES, show_default=True, help="Pairs of runs.")
@click.option(
    "--patterns", default=PATTERN_REPLICATES, show_default=True, help="Replicates of patterns' arms; 0: none."
)
@click.option("--workers", type=int, help="Threads (default: one a core).")
def main(folder: Path, replicates: int, patterns: int, workers: int | None) -> None:
    """Writes the page about ablations into FOLDER, over that of before."""
    with ProgressBar("taking away") as progress:
        result = ablate(replicates=replicates, pattern_replicates=patterns, workers=workers, progress=progress)
    patterns_asked = ("--patterns", patterns) if patterns else ()
    write_page(result, folder, command_line("ablations", "--replicates", replicates, *patterns_asked))


if __name__ == "__main__":
    main()
