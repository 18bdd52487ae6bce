"""A population that was imported, as a folder: its tables, a scenario that reads them, and what was left out."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from plnsim.common.files import atomic_folder
from plnsim.common.parameter import Value
from plnsim.simulation.imports.networks import ImportedNetwork
from plnsim.simulation.imports.records import ImportedSchools
from plnsim.simulation.scenario.save import first_sections

SCENARIO = "population.toml"
Table = Mapping[str, Sequence[str]]
"""Columns by name, all of one length."""


def save_schools(imported: ImportedSchools, out: Path, title: str = "") -> Path:
    """Writes a population to a new folder, whole or not at all: its schools, a scenario, and ``dropped.csv``.

    The scenario says, at their defaults, what describes a programme; ``title`` stands for that of the register.
    """
    known = imported.pupils_a_teacher
    answers: dict[str, Value] = {} if known is None else {"measure.pupils_a_teacher": round(known, 2)}

    def fill(folder: Path) -> None:
        write_table(folder / "schools.csv", imported.columns)
        dropped = imported.dropped
        write_table(
            folder / "dropped.csv",
            {
                "school": [school.id for school in dropped],
                "name": [school.name for school in dropped],
                "file": [school.file for school in dropped],
                "line": [str(school.line or "") for school in dropped],
                "why": [school.why for school in dropped],
            },
        )
        programme = first_sections(answers, without="population")
        write_scenario(folder, title or imported.register.title, {"schools": "schools.csv"}, imported.notes, programme)

    return atomic_folder(out, fill)


def save_network(imported: ImportedNetwork, out: Path, title: str) -> Path:
    """Writes a population to a new folder, whole or not at all: a table for each kind of file, and a scenario."""

    def fill(folder: Path) -> None:
        for kind, columns in imported.tables.items():
            write_table(folder / f"{kind}.csv", columns)
        write_scenario(folder, title, {kind: f"{kind}.csv" for kind in imported.tables}, imported.notes)

    return atomic_folder(out, fill)


def write_table(path: Path, columns: Table) -> None:
    """Writes a CSV file of columns."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def write_scenario(
    folder: Path, title: str, files: Mapping[str, str], notes: Sequence[str], more: Sequence[str] = ()
) -> None:
    """Writes a scenario that reads the tables of a folder; what is told of them stands among what is known. ``more``
    lines stand at its end.
    """
    text = json.dumps
    lines = [
        f"title = {text(title, ensure_ascii=False)}",
        "known = [",
        *(f"    {text(note, ensure_ascii=False)}," for note in notes),
        "]",
        "",
        "[files]",
        *(f"{kind} = {text(name)}" for kind, name in files.items()),
        *more,
    ]
    (folder / SCENARIO).write_text("\n".join(lines) + "\n", encoding="utf-8")
