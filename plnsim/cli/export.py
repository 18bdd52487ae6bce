"""The command that hands a stored experiment to other tools."""

from __future__ import annotations

from pathlib import Path

import click

from plnsim.cli.terminal import commands
from plnsim.output.terminal import echo_note


@commands.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "kind",
    type=click.Choice(["csv", "parquet", "netcdf", "ema"]),
    default="csv",
    show_default=True,
    help="Tables, an xarray Dataset, or results of EMA workbench.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="NEW-FOLDER",
    help="Folder for the data and its dictionary.",
)
def export(folder: Path, kind: str, out: Path) -> None:
    """Writes a stored experiment for other tools.

    FOLDER is the store of an experiment, as plnsim experiment writes it. Beside the data: a data dictionary, for
    people (dictionary.csv) and for programs (datapackage.json).
    """
    from plnsim.publish.interop import export as write_export
    from plnsim.studies.experiment.results import ExperimentResults

    results = ExperimentResults.of(folder)
    click.echo(write_export(results, out, kind))
    if results.caveat:
        echo_note(results.caveat)
