"""The command that writes the explorable."""

from __future__ import annotations

from pathlib import Path

import click

from plnsim.output.terminal import ProgressBar, announce_compiling, echo_note


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
    "--quick", is_flag=True, help="A coarse grid, in seconds instead of minutes: to look at the page, not for a class."
)
@click.option(
    "--seed", default=1, show_default=True, metavar="NUMBER", help="Seed of all chance; equal seeds give equal pages."
)
@click.option(
    "--workers", type=int, metavar="NUMBER", help="Threads (default: one a core); the result does not depend on it."
)
def explorable(scenario: str, out: Path, overwrite: bool, quick: bool, seed: int, workers: int | None) -> None:
    """Writes a page on which a class predicts, runs and explains, as one HTML file.

    Time, leadership, shared focus and the end of support of SCENARIO are simulated on a grid beforehand; the page
    reads between the settings and says how exact that is. The file works from a stick, on phones, with the network
    off.
    """
    from plnsim.app import grid as grids
    from plnsim.app.explorable import class_scenario, render_page
    from plnsim.cli.terminal import check_option
    from plnsim.common.checks import validate_seed, validate_workers
    from plnsim.common.files import check_user_file, write_user_file
    from plnsim.simulation.scenario import Scenario

    resized = class_scenario(Scenario.of(scenario))
    check_option("--seed", validate_seed, seed)
    check_option("--workers", validate_workers, workers)
    axes = grids.grid_axes(resized, quick)
    check_user_file(out, overwrite=overwrite)
    announce_compiling()
    with ProgressBar("simulating settings") as progress:
        grid = grids.simulate_grid(resized, axes, seed=seed, workers=workers, progress=progress)
    with ProgressBar("comparing with runs") as progress:
        accuracy = grids.interpolation_accuracy(
            grid, grids.QUICK_TEST_POINTS if quick else grids.TEST_POINTS, workers=workers, progress=progress
        )
    text = render_page(grid, accuracy)
    write_user_file(out, text, overwrite=overwrite)
    click.echo(f"{grid.settings * grid.runs:,} runs at {grid.settings:,} settings. {accuracy}")
    reached = "reached" if accuracy.reached else "not reached"
    click.echo(
        f"The aim (nine in ten within {grids.TOLERANCE_90:g} points, the worst below {grids.TOLERANCE_MAX:g}) "
        f"is {reached}."
    )
    echo_note(f"\nWritten to {out} ({len(text.encode()) / 1e6:.1f} MB): open it in any browser, hand it out.")
