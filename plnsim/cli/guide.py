"""The command that builds the guide and opens it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from plnsim.cli.terminal import commands
from plnsim.common.errors import InputError
from plnsim.output.terminal import echo_note

SITE_MARKER = "searchindex.js"
"""A file that every built guide has, by which one is known."""


@click.command(short_help="Builds the guide as one site of pages, and opens it.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Folder for the site (default: the user's cache)."
)
@click.option("--overwrite", is_flag=True, help="Replaces a guide that FOLDER holds already.")
@click.option("--no-open", is_flag=True, help="Builds it, and opens no browser.")
def guide(out: Path | None, overwrite: bool, no_open: bool) -> None:
    """Builds the guide: tutorial, how to, reference, explanation, lessons, decisions, results.

    The pages load nothing from any network and can be copied anywhere. Their search works offline.
    """
    from plnsim.publish.guide.build import INDEX_PAGE, build

    place = _check_output(out, overwrite) if out else _cache()
    echo_note("building the guide ...")
    warnings = _replace_site(place, lambda folder: build(folder, commands))
    for line in warnings:
        echo_note(f"warning: {line}")
    click.echo(place / INDEX_PAGE)
    if not no_open:
        import webbrowser

        webbrowser.open((place / INDEX_PAGE).resolve().as_uri())


def _cache() -> Path:
    import os

    from platformdirs import user_cache_path

    return Path(os.environ.get("PLNSIM_CACHE") or user_cache_path("plnsim")) / "guide"


def _check_output(out: Path, overwrite: bool) -> Path:
    """The folder, if a guide can be put there; nothing but an earlier guide is ever replaced."""
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file", place=str(out), right="a folder that does not exist yet")
    there = list(out.iterdir()) if out.is_dir() else []
    if there and not (out / SITE_MARKER).is_file():
        raise InputError(
            f"the folder {out} is not empty; nothing in it was touched", place=str(out), right="an empty or new folder"
        )
    if there and not overwrite:
        raise InputError(
            f"the folder {out} holds a guide already; nothing in it was touched",
            place=str(out),
            right="another folder, or --overwrite",
        )
    return out


def _replace_site(place: Path, fill: Callable[[Path], list[str]]) -> list[str]:
    """Fills a new folder and puts it in the place of an earlier one, so that a guide is whole or not there."""
    from plnsim.common.files import atomic_folder, remove_abandoned, resolved

    warnings: list[str] = []
    target = resolved(place)
    remove_abandoned(target.parent, target.name)
    atomic_folder(place, lambda folder: warnings.extend(fill(folder)), overwrite=True)
    return warnings
