"""The command that writes the guided story."""

from __future__ import annotations

from pathlib import Path

import click

from plnsim.output.terminal import announce_compiling, echo_note


@click.command(short_help="Writes a story to guess and try, as one page.")
@click.argument("scenario", default="baseline")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("story.html"),
    show_default=True,
    metavar="FILE",
    help="The file to write.",
)
@click.option("--overwrite", is_flag=True, help="Replaces the file if it is there.")
@click.option(
    "--texts",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Takes all its words from this file, in any language.",
)
@click.option("--print-texts", is_flag=True, help="Prints the words as such a file, to be translated, and ends.")
@click.option(
    "--seed", default=1, show_default=True, metavar="NUMBER", help="Seed of all chance; equal seeds give equal pages."
)
def story(scenario: str, out: Path, overwrite: bool, texts: Path | None, print_texts: bool, seed: int) -> None:
    """Writes a guided story of SCENARIO as one HTML file: guess at each step, then run the model in the page.

    What a network is, one teacher's year, a school alone, the end of support, a plan of one's own, and a picture of
    what moves what. The file works from a stick, on phones, with the network off.
    """
    from plnsim.app.guided import load_texts, render_story
    from plnsim.app.guided.texts import SHIPPED
    from plnsim.cli.terminal import check_option
    from plnsim.common.checks import validate_seed
    from plnsim.common.files import check_user_file, write_user_file
    from plnsim.simulation.scenario import Scenario

    if print_texts:
        click.echo(SHIPPED.read_text(encoding="utf-8"), nl=False)
        return
    asked, words = Scenario.of(scenario), load_texts() if texts is None else load_texts(texts)
    check_option("--seed", validate_seed, seed)
    check_user_file(out, overwrite=overwrite)
    announce_compiling()
    text = render_story(asked, words, seed)
    write_user_file(out, text, overwrite=overwrite)
    echo_note(f"\nWritten to {out} ({len(text.encode()) / 1e6:.1f} MB): open it in any browser, hand it out.")
