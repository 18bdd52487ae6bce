"""Prints how often intervals hold the truth, or writes the guide's page: ``python -m plnsim.studies.coverage``."""

from __future__ import annotations

from pathlib import Path

import click

from plnsim.output.terminal import ProgressBar, echo_table
from plnsim.studies.coverage.table import SEEDS, as_markdown, coverage_table, rows


@click.command()
@click.option("--seeds", default=SEEDS, show_default=True, type=click.IntRange(2), help="Repetitions of each design.")
@click.option("--only", default="", metavar="TEXT", help="Only intervals whose name has this in it.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Page to write, as docs/coverage.md.")
def main(seeds: int, only: str, out: Path | None) -> None:
    """Draws and analyses designs with known answers again and again, and counts; takes some minutes."""
    with ProgressBar("repeating") as progress:
        lines, shares = coverage_table(seeds, only, progress)
    echo_table(rows([*lines, *shares]))
    if out:
        command = f"python -m plnsim.studies.coverage --seeds {seeds} --out docs/coverage.md"
        out.write_text(as_markdown(lines, shares, command), encoding="utf-8")


if __name__ == "__main__":
    main()
