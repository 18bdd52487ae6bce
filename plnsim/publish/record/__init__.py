"""The record of a run, or of a comparison, in a folder: tidy tables and the provenance from which every number can be
made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from plnsim.common.errors import InputError
from plnsim.common.package import PACKAGE
from plnsim.model.outcome import OUTCOMES, WEEKLY_OUTCOMES
from plnsim.publish.record.parse import (
    COMPARISON_TABLES,
    PROVENANCE,
    REPORT,
    RUN_TABLES,
    SCHEMA_VERSION,
    changed_versions,
    read,
    read_provenance,
    replay,
    versions,
)
from plnsim.simulation.runs import ENGINES, RunResult
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.save import to_toml
from plnsim.studies.comparison import Comparison
from plnsim.studies.comparison.scenario_result import COLUMNS

RECORD_FILES = {
    PROVENANCE,
    REPORT,
    "scenario.toml",
    "scenarios",
    "dictionary.csv",
    "spread.svg",
    "spread.png",
    "population",
    "sensitivity.csv",
    *(f"{one}.csv" for one in (*RUN_TABLES, *COMPARISON_TABLES)),
}
"""What records are made of."""
SCHOOL_COLUMNS = {
    "school": ("place", "The school's place in the population."),
    "staff": ("teachers", "Teachers, mean of the year."),
    "members": ("teachers", "Members of an active network, mean of the year."),
    "year": ("years", "Year of the run, from 1."),
    "routine": ("share", "How far the practice is part of the school's routines, at the end of the year."),
}
KEY_COLUMNS = {
    "replicate": ("number", "Replicate, from 0; equal replicates of one seed share their luck."),
    "week": ("weeks", "Week of the run, from 0; 39 make a year."),
    "supported": ("yes/no", "Outside support runs."),
    "networks_active": ("networks", "Networks that meet."),
    "schools_in_networks": ("schools", "Schools that take part in them."),
}


def check_folder(out: Path, *, overwrite: bool = False) -> None:
    """Raises ``InputError`` when a record cannot be written to a folder, before anything is computed; leaves no
    trace.
    """
    place = str(out)
    try:
        if out.exists() and not out.is_dir():
            raise InputError(f"{out} is a file", place=place, right="a folder that does not exist yet")
        found = {one.name for one in out.iterdir()} if out.is_dir() else set()
        if found and PROVENANCE not in found:
            raise InputError(
                f"the folder {out} is not empty; nothing in it was touched",
                place=place,
                right="an empty or new folder: this one holds other files",
            )
        if found and not overwrite:
            raise InputError(
                f"the folder {out} holds a record already; nothing in it was touched",
                place=place,
                right="another folder, or --overwrite",
            )
        if found - RECORD_FILES:
            raise InputError(
                f"the folder {out} holds more than a record: {', '.join(sorted(found - RECORD_FILES)[:5])}; nothing in it was touched",
                place=place,
                right="another folder: --overwrite replaces a record and nothing else",
            )
        if out.resolve() == Path.cwd():
            raise InputError(
                f"{out} is the folder that you are in",
                place=place,
                right="the name of a folder that does not exist yet",
            )
        if out.is_dir():
            _check_writable(out)
        _check_writable(next(parent for parent in out.resolve().parents if parent.exists()))
    except OSError as error:
        raise _unwritable(out, error) from None


def _check_writable(folder: Path) -> None:
    with tempfile.TemporaryFile(dir=folder):
        pass


def _unwritable(out: Path, error: OSError) -> InputError:
    return InputError(
        f"nothing can be written to {out}: {error.strerror or error}",
        place=str(out),
        right="a folder that you may write to, with space left",
    )


def write(done: RunResult, out: Path, *, command: Sequence[str] = (), overwrite: bool = False) -> Path:
    """Writes the record of a run: all of it, or nothing. Returns the folder; raises ``InputError``."""
    return atomic_write(out, lambda folder: _write_into(done, folder, command), overwrite)


def write_comparison(found: Comparison, out: Path, *, command: Sequence[str] = (), overwrite: bool = False) -> Path:
    """Writes the record of a comparison and its page: all of it, or nothing. Returns the folder; raises
    ``InputError``.
    """
    return atomic_write(out, lambda folder: _write_comparison_into(found, folder, command), overwrite)


def atomic_write(out: Path, fill: Callable[[Path], None], overwrite: bool) -> Path:
    check_folder(out, overwrite=overwrite)
    target = out.resolve()
    created = next((parent for parent in reversed(target.parents) if not parent.exists()), None)
    part = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{target.name[:100]}-", dir=target.parent))
        fill(part)
        os.chmod(part, 0o755)
        _move_into_place(part, target)
    except BaseException as error:
        if part is not None:
            shutil.rmtree(part, ignore_errors=True)
        if created is not None:
            shutil.rmtree(created, ignore_errors=True)
        if isinstance(error, OSError):
            raise _unwritable(out, error) from None
        raise
    return out


def _move_into_place(part: Path, target: Path) -> None:
    """Moves a written record to its place; an earlier one goes only when the new one stands there."""
    earlier = part.with_name(f"{part.name}-earlier")
    if target.exists():
        target.rename(earlier)
    try:
        part.rename(target)
    except BaseException:
        if earlier.exists():
            earlier.rename(target)
        raise
    shutil.rmtree(earlier, ignore_errors=True)


def _write_into(done: RunResult, folder: Path, command: Sequence[str]) -> None:
    from plnsim.output.figures import alternative_text, plot_spread, save_svg

    _write_scenario(done.scenario, folder / "scenario.toml", "population")
    for table in RUN_TABLES:
        getattr(done, table).to_csv(folder / f"{table}.csv", index=False)
    (folder / "dictionary.csv").write_text(_as_csv(_dictionary()), encoding="utf-8")
    about = {"Title": done.scenario.title, "Description": alternative_text(done)}
    save_svg(plot_spread(done), folder / "spread.svg", **about)
    plot_spread(done).savefig(folder / "spread.png", dpi=150, metadata=about)
    _write_provenance(
        folder,
        {
            "name": done.scenario.name,
            "title": done.scenario.title,
            "seed": done.seed,
            "replicates": done.replicates,
            "engine": done.engine,
            "command": list(command),
        },
    )


def _write_comparison_into(found: Comparison, folder: Path, command: Sequence[str]) -> None:
    (folder / "scenarios").mkdir()
    for side in found.results:
        _write_scenario(side.scenario, folder / "scenarios" / f"{side.name}.toml", side.name)
    for name, table in found.tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    rows = [row for row in _dictionary() if row[0] in COMPARISON_TABLES] + [
        (name, "scenario", *COLUMNS["scenario"]) for name in ("outcomes", "weeks")
    ]
    rows += [
        (name, column, *COLUMNS[column])
        for name, table in found.tables.items()
        if name not in RUN_TABLES
        for column in table
    ]
    (folder / "dictionary.csv").write_text(_as_csv(rows), encoding="utf-8")
    _write_provenance(
        folder,
        {
            "kind": "comparison",
            "scenarios": [side.name for side in found.results],
            "baseline": found.baseline,
            "quick": found.sensitivity is None,
            "seed": found.base.seed,
            "replicates": found.base.replicates,
            "engine": ENGINES[0],
            "command": list(command),
        },
    )
    write_report(folder)


def _write_scenario(scenario: Scenario, path: Path, population: str) -> None:
    """Writes a scenario with copies of the files of its population, in a folder beside it."""
    names = {kind: f"{population}/{kind}.csv" for kind in scenario.files}
    for kind, name in names.items():
        (path.parent / population).mkdir(exist_ok=True)
        shutil.copyfile(scenario.files[kind], path.parent / name)
    path.write_text(to_toml(scenario, files=names), encoding="utf-8")


def _dictionary() -> list[tuple[str, ...]]:
    """What each column of each table of a run means."""
    rows = [("outcomes", "replicate", *KEY_COLUMNS["replicate"])]
    rows += [("outcomes", one.name, one.unit, one.meaning) for one in OUTCOMES]
    rows += [("weeks", name, *about) for name, about in KEY_COLUMNS.items()]
    for one in WEEKLY_OUTCOMES:
        rows.append(("weeks", one.name, "share", one.meaning))
        if one.name in ("use", "deep_use"):
            rows += [
                (
                    "weeks",
                    f"{one.name}_{half}_disadvantaged",
                    "share",
                    f"{one.meaning} In the {half} disadvantaged half of schools.",
                )
                for half in ("less", "more")
            ]
    rows += [
        ("schools", "replicate", *KEY_COLUMNS["replicate"]),
        *(("schools", name, *about) for name, about in SCHOOL_COLUMNS.items()),
    ]
    rows += [("schools", one, "share", f"{one.capitalize()}, mean of staff and year.") for one in ("use", "belief")]
    rows.append(("schools", "fidelity", "share", "Share of the core that users keep, mean of the year."))
    return rows


def _as_csv(rows: list[tuple[str, ...]]) -> str:
    return "".join(
        ",".join(f'"{cell}"' if "," in cell else cell for cell in row) + "\n"
        for row in [("table", "column", "unit", "meaning"), *rows]
    )


def _write_provenance(folder: Path, what: dict) -> None:
    """Writes the provenance, the last of a record's files: what was run, and with what."""
    (folder / PROVENANCE).write_text(json.dumps(_provenance(folder, what), indent=2) + "\n", encoding="utf-8")


def _provenance(folder: Path, what: dict) -> dict:
    return {
        "schema_version": SCHEMA_VERSION,
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


def write_report(folder: Path) -> Path:
    """Writes the page of a record anew, from its tables alone; returns its path. Raises ``InputError``."""
    from plnsim.publish.report.page import page

    text = page(*read(folder))
    try:
        (folder / REPORT).write_text(text, encoding="utf-8")
    except OSError as error:
        raise _unwritable(folder, error) from None
    return folder / REPORT


__all__ = [
    "changed_versions",
    "check_folder",
    "read",
    "read_provenance",
    "replay",
    "write",
    "write_comparison",
    "write_report",
]
