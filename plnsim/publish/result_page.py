"""What the pages of results share that the guide keeps: tables, sources, how to make it again, writing and copying."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from plnsim.common.command_line import command_line
from plnsim.common.files import atomic_write, unwritable
from plnsim.common.names import check_name
from plnsim.common.sources import SOURCES
from plnsim.simulation.model_version import model_version


def markdown_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table, of which the first row holds the heads."""
    head, *body = rows
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {' | '.join(row)} |" for row in body)]


def source_lines(keys: Iterable[str]) -> list[str]:
    """What each source gives and whether it was seen; what is no key of a source as it stands."""
    return [
        f"Source: {SOURCES[key].reference}: {SOURCES[key].gives} ({SOURCES[key].seen})."
        if key in SOURCES
        else f"Source: {key}"
        for key in keys
    ]


def about_line(settings: str, versions: Mapping[str, str]) -> str:
    """The settings of a result, the model and the packages that made it."""
    packages = ", ".join(f"{name} {number}" for name, number in versions.items())
    return f"{settings}. Model {model_version()}; {packages}."


def again_lines(command: Sequence[object], about: str, otherwise: str = "") -> list[str]:
    """The last section of a page: the command that makes it again, or what is said where there is none."""
    told = ["```sh", command_line(*command), "```"] if command else [otherwise]
    return ["", "## Again", "", *told, "", about, ""]


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes files whole, each in place of one of its name; raises ``InputError``."""
    for name, content in files.items():
        atomic_write(folder / name, partial(_write, content))


def _write(content: bytes, file: BinaryIO) -> int:
    return file.write(content)


def copy_page(
    folder: Path, name: str, kind: str, into: Path, page: str, figures: Iterable[str], ending: str = ""
) -> None:
    """Copies a page and its figures under the name of its study, as the guide keeps them; raises ``InputError``."""
    check_name(name, f"the {kind}")
    try:
        into.mkdir(parents=True, exist_ok=True)
        text, copies = (folder / page).read_text(encoding="utf-8"), {}
        for figure in figures:
            if (folder / figure).exists():
                copies[f"{name}-{figure}"] = (folder / figure).read_bytes()
            else:
                (into / f"{name}-{figure}").unlink(missing_ok=True)
            text = text.replace(f"({figure})", f"({name}-{figure})")
    except OSError as error:
        raise unwritable(into, error) from None
    write_files(into, {**copies, f"{name}{ending}.md": text.encode()})
