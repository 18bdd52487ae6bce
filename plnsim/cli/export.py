"""The command that hands a stored experiment to other tools."""

from __future__ import annotations

from pathlib import Path

import click

from plnsim.cli.terminal import check_option, commands
from plnsim.common.errors import InputError
from plnsim.output.terminal import ProgressBar, announce_compiling, echo_note


@commands.command()
@click.argument("source", metavar="FOLDER")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["csv", "parquet", "netcdf", "ema", "network"]),
    default="csv",
    show_default=True,
    help="Tables, an xarray Dataset, results of EMA workbench, or the network of a run.",
)
@click.option("--seed", type=int, metavar="SEED", help="Of the run whose network is written, where no record says it.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="NEW-FOLDER",
    help="Folder for the data and its dictionary.",
)
def export(source: str, kind: str, seed: int | None, out: Path) -> None:
    """Writes an experiment or a run's network for other tools.

    FOLDER is the store of an experiment, as plnsim experiment writes it. Beside the data: a data dictionary, for
    people (dictionary.csv) and for programs (datapackage.json).

    With --format network it is the record of a run, as plnsim run --out writes it, or a scenario. Its first run gives
    network.graphml and network.gexf (ties, influence, everybody's state by week), teachers.csv (state, when she took it
    up and from whom she had it) and influences.csv (who influenced whom).
    """
    if kind == "network":
        _export_network(source, seed, out)
        return
    if seed is not None:
        raise InputError(
            "a stored experiment has its seed", place=f"--seed {seed}", right="--format network, or no --seed"
        )
    from plnsim.publish.interop import export as write_export
    from plnsim.studies.experiment.results import ExperimentResults

    results = ExperimentResults.of(Path(source))
    click.echo(write_export(results, out, kind))
    if results.caveat:
        echo_note(results.caveat)


def _export_network(source: str, seed: int | None, out: Path) -> None:
    """Simulates the first run of a record or scenario, and writes its network."""
    from plnsim.app.network_export import run_network, save_run_network
    from plnsim.common.checks import validate_seed
    from plnsim.publish.record.parse import PROVENANCE, read_first_run
    from plnsim.publish.record.save import check_folder
    from plnsim.simulation.scenario import Scenario

    check_folder(out)
    chosen = check_option("--seed", validate_seed, seed)
    if (Path(source) / PROVENANCE).is_file():
        scenario, recorded = read_first_run(Path(source))
        if seed not in (None, recorded):
            raise InputError(f"the record is of seed {recorded}", place=f"--seed {seed}", right="no --seed")
        chosen = recorded
    else:
        scenario = Scenario.of(source)
    announce_compiling()
    with ProgressBar("following everybody") as progress:
        network = run_network(scenario, chosen, progress)
    click.echo(save_run_network(network, out))
    users = network.teachers["taken_up_week"].notna().sum()
    posts, pairs = network.graph.number_of_nodes(), len(network.influences)
    echo_note(
        f"{len(network.teachers):,} teachers held {posts:,} posts, {users:,} of them took it up; "
        f"{pairs:,} pairs and ways in which one influenced another"
    )
