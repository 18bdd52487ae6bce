"""The command that writes the explorable."""

from __future__ import annotations

from pathlib import Path

import click

from plnsim.output.terminal import announce_compiling, echo_note


@click.command(short_help="Writes a page for a class: one file, no network needed.")
@click.argument("scenario", default="baseline")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("explorable.html"),
    show_default=True,
    metavar="FILE",
    help="The file to write.",
)
@click.option("--overwrite", is_flag=True, help="Replaces the file if it is there.")
@click.option(
    "--seed", default=1, show_default=True, metavar="NUMBER", help="Seed of all chance; equal seeds give equal pages."
)
def explorable(scenario: str, out: Path, overwrite: bool, seed: int) -> None:
    """Writes a page on which a class predicts, runs and explains, as one HTML file.

    The page holds the whole model and SCENARIO with 20 replicates, of class size (20 primary schools) unless its
    population comes from files; every run is simulated in the reader's browser. It works from a stick, on phones, with
    the network off.
    """
    from plnsim.app.explorable import page_data, render_page
    from plnsim.cli.terminal import check_option
    from plnsim.common.checks import validate_seed
    from plnsim.common.files import check_user_file, write_user_file
    from plnsim.simulation.scenario import Scenario
    from plnsim.simulation.scenario.classroom import check_limits, with_class_size

    own = Scenario.of(scenario)
    resized = check_limits(with_class_size(own))
    check_option("--seed", validate_seed, seed)
    check_user_file(out, overwrite=overwrite)
    announce_compiling()
    text = render_page(page_data(resized, own.number_of_schools, seed))
    write_user_file(out, text, overwrite=overwrite)
    click.echo(f"{resized.title}: {resized.number_of_schools} schools, 20 replicates, seed {seed}.")
    echo_note(f"Written to {out} ({len(text.encode()) / 1e6:.1f} MB): open it in any browser, hand it out.")
