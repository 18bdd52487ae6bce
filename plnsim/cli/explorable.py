"""The command that writes the explorable."""

from __future__ import annotations

from pathlib import Path

import click

from plnsim.output.terminal import Patience, announce_compiling, say


@click.command(short_help="Writes a page for a class: one file, no network needed.")
@click.argument("scenario", default="baseline")
@click.option("--out", type=click.Path(path_type=Path), default=Path("explorable.html"), show_default=True, metavar="FILE", help="The file to write.")
@click.option("--overwrite", is_flag=True, help="Replaces the file if it is there.")
@click.option("--quick", is_flag=True, help="A coarse grid, in seconds instead of minutes: to look at the page, not for a class.")
@click.option("--seed", default=1, show_default=True, metavar="NUMBER", help="Seed of all chance; equal seeds give equal pages.")
@click.option("--workers", type=int, metavar="NUMBER", help="Threads (default: one a core); the result does not depend on it.")
def explorable(scenario, out, overwrite, quick, seed, workers) -> None:
    """Writes a page on which a class predicts, runs and explains, as one HTML file.

    Time, leadership, shared focus and the end of support of SCENARIO are simulated on a grid beforehand; the page reads between
    the settings and says how exact that is. The file works from a stick, on phones, with the network off.
    """
    from plnsim.app import grid as grids
    from plnsim.app.explorable import checked_place, class_scenario, page_of, write
    from plnsim.cli.terminal import given_by
    from plnsim.common.checks import checked_seed, checked_workers
    from plnsim.simulation.scenario import Scenario

    shown = class_scenario(Scenario.of(scenario))
    with given_by(f"--seed {seed}"):
        checked_seed(seed)
    with given_by(f"--workers {workers}"):
        checked_workers(workers)
    axes = grids.axes_of(shown, quick)
    checked_place(out, overwrite=overwrite)
    announce_compiling()
    with Patience("simulating settings") as progress:
        grid = grids.computed(shown, axes, seed=seed, workers=workers, progress=progress)
    with Patience("comparing with runs") as progress:
        exactness = grids.exactness_of(grid, grids.QUICK_CHECKED if quick else grids.CHECKED, workers=workers, progress=progress)
    text = page_of(grid, exactness)
    write(text, out)
    click.echo(f"{grid.settings * grid.runs:,} runs at {grid.settings:,} settings. {exactness}")
    reached = "reached" if exactness.reached else "not reached"
    click.echo(f"The aim (nine in ten within {grids.WITHIN:g} points, the worst below {grids.AT_MOST:g}) is {reached}.")
    say(f"\nWritten to {out} ({len(text.encode()) / 1e6:.1f} MB): open it in any browser, hand it out.")
