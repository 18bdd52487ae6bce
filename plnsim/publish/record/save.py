"""Writes the record of a run, or of a comparison: tidy tables and the provenance from which every number can be made
again.
"""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from plnsim.common.errors import InputError
from plnsim.common.files import atomic_folder, remove_abandoned, resolved, unwritable
from plnsim.common.names import check_distinct, check_name
from plnsim.common.package import PACKAGE
from plnsim.model.outcome import OUTCOMES_BY_NAME
from plnsim.output.json_text import json_text
from plnsim.publish.provenance import Provenance, versions
from plnsim.publish.record.dictionary import dictionary_rows, to_csv
from plnsim.publish.record.parse import (
    COMPARISON_TABLES,
    OF_A_RESULT,
    PROVENANCE,
    RUN_TABLES,
    SCHEMA_VERSION,
    WITHOUT,
    draw_tables,
    read,
    run_tables,
)
from plnsim.publish.report.names import IMAGES, PAGE, WORD
from plnsim.simulation.model_version import MODEL_NUMBER
from plnsim.simulation.runs import ENGINES, RunResult
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.save import to_toml
from plnsim.studies.comparison import Comparison
from plnsim.studies.comparison.columns import COLUMNS
from plnsim.studies.uncertainty.draws import Draws

RECORD_FILES = {
    PROVENANCE,
    PAGE,
    WORD,
    *(f"{image}.{kind}" for image in IMAGES for kind in ("svg", "png")),
    "scenario.toml",
    "scenarios",
    "dictionary.csv",
    "population",
    *(f"{table}.csv" for table in ("sensitivity", "draws", WITHOUT, "differences_over_draws", "verdicts")),
    *(f"{table}.csv" for table in ("robustness", "information", "thresholds")),
    *(f"{table}.csv" for table in (*RUN_TABLES, *COMPARISON_TABLES)),
}
"""What records are made of."""


def check_folder(out: Path, *, overwrite: bool = False) -> None:
    """Raises ``InputError`` when a record cannot be written to a folder, before anything is computed; leaves no
    trace, and tidies what a killed process left of a record in the same place.
    """
    place = str(out)
    try:
        target = resolved(out)
        remove_abandoned(target.parent, target.name)
        if out.exists() and not out.is_dir():
            raise InputError(f"{out} is a file", place=place, right="a folder that does not exist yet")
        present = {path.name for path in out.iterdir()} if out.is_dir() else set()
        if present and PROVENANCE not in present:
            raise InputError(
                f"the folder {out} is not empty; nothing in it was touched",
                place=place,
                right="an empty or new folder: this one holds other files",
            )
        if present and not overwrite:
            raise InputError(
                f"the folder {out} holds a record already; nothing in it was touched",
                place=place,
                right="another folder, or --overwrite",
            )
        if present - RECORD_FILES:
            raise InputError(
                f"the folder {out} holds more than a record: {', '.join(sorted(present - RECORD_FILES)[:5])}; "
                "nothing in it was touched",
                place=place,
                right="another folder: --overwrite replaces a record and nothing else",
            )
        target = resolved(out)
        if target == Path.cwd():
            raise InputError(
                f"{out} is the folder that you are in",
                place=place,
                right="the name of a folder that does not exist yet",
            )
        if out.is_dir():
            _check_writable(out)
        _check_writable(next(parent for parent in target.parents if parent.exists()))
    except OSError as error:
        raise unwritable(out, error) from None


def check_names(scenarios: Sequence[str]) -> None:
    """Raises ``InputError`` for scenarios whose names cannot be those of files in one folder."""
    for name in scenarios:
        check_name(name, "the scenario")
    check_distinct(list(scenarios), "scenarios")


def _check_writable(folder: Path) -> None:
    with tempfile.TemporaryFile(dir=folder):
        pass


def write(
    result: RunResult,
    out: Path,
    *,
    command: Sequence[str] = (),
    overwrite: bool = False,
    draws: Draws | None = None,
    docx: bool = False,
) -> Path:
    """Writes the record of a run and its page, with ``docx`` also as a Word file: all of it, or nothing. Returns the
    folder; raises ``InputError``.
    """
    check_folder(out, overwrite=overwrite)
    return atomic_folder(out, lambda folder: _write_into(result, folder, command, draws, docx), overwrite=overwrite)


def write_comparison(
    comparison: Comparison,
    out: Path,
    *,
    command: Sequence[str] = (),
    overwrite: bool = False,
    docx: bool = False,
    engine: bool = True,
) -> Path:
    """Writes the record of a comparison and its page, with ``docx`` also as a Word file, all of it or nothing;
    ``engine``: whether the page's levers can be moved. Returns the folder; raises ``InputError``.
    """
    check_folder(out, overwrite=overwrite)
    check_names([scenario_result.name for scenario_result in comparison.results])
    return atomic_folder(
        out, lambda folder: _write_comparison_into(comparison, folder, command, docx, engine), overwrite=overwrite
    )


def _write_into(result: RunResult, folder: Path, command: Sequence[str], draws: Draws | None, docx: bool) -> None:
    _write_scenario(result.scenario, folder / "scenario.toml", "population")
    for name, table in run_tables(result).items():
        table.to_csv(folder / f"{name}.csv", index=False)
    rows = dictionary_rows()
    if draws is not None:
        for name, table in draw_tables(draws).items():
            table.to_csv(folder / f"{name}.csv", index=False)
            rows += [(name, column, *_about(column)) for column in table]
    (folder / "dictionary.csv").write_text(to_csv(rows), encoding="utf-8")
    _write_provenance(
        folder,
        {
            "name": result.scenario.name,
            "title": result.scenario.title,
            "seed": result.seed,
            "replicates": result.replicates,
            "engine": result.engine,
            **_draws_in_provenance(draws),
            "command": list(command),
        },
    )
    write_report(folder, docx=docx)


def _write_comparison_into(
    comparison: Comparison, folder: Path, command: Sequence[str], docx: bool, engine: bool
) -> None:
    (folder / "scenarios").mkdir()
    for scenario_result in comparison.results:
        _write_scenario(
            scenario_result.scenario, folder / "scenarios" / f"{scenario_result.name}.toml", scenario_result.name
        )
    for name, table in comparison.tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    rows = [row for row in dictionary_rows() if row[0] in COMPARISON_TABLES] + [
        (name, "scenario", *COLUMNS["scenario"]) for name in OF_A_RESULT
    ]
    rows += [
        (name, column, *_about(column))
        for name, table in comparison.tables.items()
        if name not in RUN_TABLES
        for column in table
    ]
    (folder / "dictionary.csv").write_text(to_csv(rows), encoding="utf-8")
    _write_provenance(
        folder,
        {
            "kind": "comparison",
            "scenarios": [scenario_result.name for scenario_result in comparison.results],
            "baseline": comparison.baseline,
            "quick": comparison.sensitivity is None,
            **_draws_in_provenance(comparison.draws),
            "when": comparison.when,
            "seed": comparison.base.seed,
            "replicates": comparison.base.replicates,
            "engine": ENGINES[0],
            "command": list(command),
        },
    )
    write_report(folder, docx=docx, engine=engine)


def _about(column: str) -> tuple[str, str]:
    """Unit and meaning of a column that only a comparison has, of an outcome or of a parameter that was drawn."""
    if column in COLUMNS:
        return COLUMNS[column]
    described = OUTCOMES_BY_NAME[column] if column in OUTCOMES_BY_NAME else MODEL_PARAMETERS[column]
    return described.unit, described.meaning


def _draws_in_provenance(draws: Draws | None) -> Provenance:
    """How many draws of all that is not known there are, of how many; nothing where there are none."""
    return {} if draws is None else {"uncertainty": draws.points, "draws": draws.done}


def _write_scenario(scenario: Scenario, path: Path, population: str) -> None:
    """Writes a scenario with copies of the files of its population, in a folder beside it."""
    names = {kind: f"{population}/{kind}{file.suffix}" for kind, file in scenario.files.items()}
    for kind, name in names.items():
        (path.parent / population).mkdir(exist_ok=True)
        shutil.copyfile(scenario.files[kind], path.parent / name)
    path.write_text(to_toml(scenario, files=names), encoding="utf-8")


def _write_provenance(folder: Path, what: Provenance) -> None:
    """Writes the provenance, the last of a record's files: what was run, and with what."""
    (folder / PROVENANCE).write_text(json_text(_provenance(folder, what)) + "\n", encoding="utf-8")


def _provenance(folder: Path, what: Provenance) -> Provenance:
    return {
        "schema_version": SCHEMA_VERSION,
        "model": MODEL_NUMBER,
        **what,
        "versions": versions(),
        "platform": platform.platform(),
        "commit": _commit(),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "sha256": {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*.*"))
            if path.suffix in (".csv", ".toml")
        },
    }


def _commit() -> str | None:
    """The git commit of a checkout that plnsim runs from, with a + when files are changed; nothing for an installed
    package.
    """
    root = PACKAGE.parent
    if not (root / ".git").exists():
        return None
    try:
        commit = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, timeout=10, check=True
        ).stdout.strip()
        changed = subprocess.run(
            ["git", "status", "--porcelain"], cwd=root, capture_output=True, text=True, timeout=10, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return commit + ("+" if changed.strip() else "")


def write_report(folder: Path, *, docx: bool = False, engine: bool = True) -> Path:
    """Writes the page of a record anew with its pictures, from its tables and, with the engine, its worlds drawn again;
    with ``docx`` the Word file too. Returns the path of the page; raises ``InputError``.
    """
    from plnsim.publish.report import alive
    from plnsim.publish.report.page import make_document
    from plnsim.publish.report.save import write_page

    comparison, provenance = read(folder)
    movable = alive.section(comparison) if engine else None
    return write_page(make_document(comparison, provenance), folder, docx=docx, alive=movable)
