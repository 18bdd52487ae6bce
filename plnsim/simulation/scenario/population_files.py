"""The section [files] of a scenario file: which files hold a real population, and how they are read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.common.toml import TomlTable
from plnsim.simulation.scenario.toml_file import TomlFile

if TYPE_CHECKING:
    from plnsim.model.world.population import PopulationData

FILES = ("schools", "staff", "ties", "networks")
OPTIONS = ("columns", "disadvantage")
NAMES = '[files.columns] with the names of your columns, as in school = "URN"'
FileOptions: TypeAlias = dict[str, str | tuple[str, ...]]
"""How files are read, by dotted name: what disadvantage is, and what columns are called."""


def read_files(file: TomlFile, files: object, folder: Path) -> tuple[dict[str, Path], FileOptions]:
    """The files of a real population, by kind, and how they are read; their names are relative to the folder."""
    if not isinstance(files, dict):
        file.problem(
            ("files",),
            f"files must be a section, got {quote_value(files)}",
            "[files] with schools, staff, ties or networks = a CSV file or workbook",
        )
        return {}, {}
    paths = {}
    for kind, name in files.items():
        if kind in OPTIONS:
            continue
        if kind not in FILES:
            file.problem(
                ("files", kind),
                f"unknown kind of file {quote_value(kind)}",
                suggestion(kind, (*FILES, *OPTIONS)),
            )
        elif not isinstance(name, str) or "\0" in name:
            file.problem(
                ("files", kind),
                f"files.{kind} must be a file name, got {quote_value(name)}",
                f'{kind} = "{kind}.csv"',
            )
        else:
            paths[kind] = folder / name
    return paths, _options(file, files)


def _options(file: TomlFile, files: TomlTable) -> FileOptions:
    """How the files of a population are read, by dotted name: what disadvantage is, and what columns are called."""
    if not set(OPTIONS) & files.keys():
        return {}
    from plnsim.model.world.tables import COLUMNS, DISADVANTAGE

    options: FileOptions = {}
    taken = files.get("disadvantage", DISADVANTAGE[0])
    if taken not in DISADVANTAGE:
        file.problem(
            ("files", "disadvantage"),
            f"files.disadvantage cannot be {quote_value(taken)}",
            'disadvantage = "rank" (among all schools) or "share" (of pupils, of whom ranks are made)',
        )
    elif taken != DISADVANTAGE[0]:
        options["disadvantage"] = taken
    columns = files.get("columns", {})
    if not isinstance(columns, dict):
        file.problem(("files", "columns"), f"files.columns must be a section, got {quote_value(columns)}", NAMES)
        return options
    for column, given in columns.items():
        names = (given,) if isinstance(given, str) else tuple(given) if isinstance(given, list) else ()
        if column not in COLUMNS:
            file.problem(
                ("files", "columns", column),
                f"unknown column {quote_value(column)}",
                suggestion(column, COLUMNS),
            )
        elif not names or not all(isinstance(name, str) and name.strip() for name in names):
            file.problem(
                ("files", "columns", column),
                f"the name of a column cannot be {quote_value(given)}",
                f'{column} = "its name in your files", or a list of names',
            )
        else:
            options[f"columns.{column}"] = tuple(name.strip() for name in names)
    return options


def read_data(file: TomlFile, paths: dict[str, Path], options: FileOptions) -> PopulationData | None:
    """What the files of a population hold; nothing where there are none."""
    if not paths:
        return None
    from plnsim.model.world.tables import DISADVANTAGE, read_population

    names = {key.removeprefix("columns."): value for key, value in options.items() if isinstance(value, tuple)}
    try:
        return read_population(paths, names, str(options.get("disadvantage", DISADVANTAGE[0])))
    except InputError as problem:
        if not problem.place.startswith("files.columns."):
            raise
        file.problem(tuple(problem.place.split(".")), problem.wrong, problem.right)
        return None
