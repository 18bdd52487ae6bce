"""The command that describes the model, and writes a starting world with which it can be programmed again."""

from __future__ import annotations

import json
from pathlib import Path

import click

from plnsim.cli.run import scenario_from_options
from plnsim.cli.terminal import check_option, commands, set_option
from plnsim.common.errors import InputError
from plnsim.common.files import check_user_file, write_user_file
from plnsim.output.terminal import echo_note


@commands.command()
@click.option("--md", "form", flag_value="md", default=True, help="As Markdown (the default).")
@click.option("--html", "form", flag_value="html", help="As one HTML page that loads nothing.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Writes to FILE instead of standard output."
)
@click.option("--overwrite", is_flag=True, help="Replaces a FILE that is there already.")
@click.option("--world", metavar="SCENARIO", help="Writes the starting world of a run of SCENARIO instead, as JSON.")
@click.option("--seed", default=1, show_default=True, metavar="NUMBER", help="With --world: seed of all chance.")
@click.option(
    "--replicate",
    default=0,
    show_default=True,
    metavar="NUMBER",
    help="With --world: which of the runs with this seed, from 0.",
)
@set_option("With --world: sets a parameter.")
@click.option(
    "--years", type=float, metavar="NUMBER", help="With --world: years to simulate (default: as the scenario says)."
)
def odd(
    form: str,
    out: Path | None,
    overwrite: bool,
    world: str | None,
    seed: int,
    replicate: int,
    changes: tuple[str, ...],
    years: float | None,
) -> None:
    """Describes the model by the ODD+D protocol.

    All that happens in a run stands in the description. With a starting world it is enough to program the model again.
    """
    given = {"--set": changes, "--years": years is not None, "--seed": seed != 1, "--replicate": replicate}
    if not world and (option := next((option for option, value in given.items() if value), "")):
        raise InputError(
            f"{option} belongs to a starting world, and there is no --world",
            place=option,
            right=f"--world baseline {option} ...",
        )
    if out:
        check_user_file(out, overwrite=overwrite)
    text = _world(world, seed, replicate, changes, years) if world else _description(form)
    if not out:
        click.echo(text, nl=False)
        return
    write_user_file(out, text, overwrite=overwrite)
    echo_note(f"Written: {out}")


def _description(form: str) -> str:
    from plnsim.publish.odd import document, page

    return page.html(document.markdown()) if form == "html" else document.markdown()


def _world(name: str, seed: int, replicate: int, changes: tuple[str, ...], years: float | None) -> str:
    from plnsim.common.checks import MAX_REPLICATES, validate_seed
    from plnsim.publish.odd.world import plain_world

    check_option("--seed", validate_seed, seed)
    if not 0 <= replicate < MAX_REPLICATES:
        raise InputError(
            f"replicate cannot be {replicate}",
            place=f"--replicate {replicate}",
            right=f"a whole number from 0 to {MAX_REPLICATES - 1}",
        )
    return json.dumps(plain_world(scenario_from_options(name, changes, years), seed, replicate)) + "\n"
