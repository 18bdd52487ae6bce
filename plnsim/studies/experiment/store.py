"""The store of an experiment: Parquet parts in a folder, from which nothing that was finished can be lost.

A part holds some runs in a row and is named after the first. It is written beside, flushed to the disk, renamed, and
the folder is flushed, so a kill at any moment loses at most what was in flight. What is missing are the runs that no
whole part holds: so an experiment goes on, grows and is shared out among jobs, and parts can be joined. A run that
failed is a row with its error. Parts and design carry a checksum; a part that was changed since is computed again.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas
import pyarrow

from plnsim.common.errors import InputError
from plnsim.common.files import atomic_write, remove_abandoned, unwritable
from plnsim.common.user_files import read_user_text
from plnsim.studies.experiment.by_school import SchoolParts
from plnsim.studies.experiment.parquet import read_table, write_table
from plnsim.studies.experiment.task import Row

MANIFEST, DESIGN = "manifest.json", "design.parquet"
ASKED = "asked"
"""The folder beside the stores of an experiment with the files that asked for it."""
LARGEST_MANIFEST = 100_000_000
FORMAT = 1
FIXED_COLUMNS = {
    "run": pyarrow.int64(),
    "point": pyarrow.int64(),
    "replicate": pyarrow.int64(),
    "status": pyarrow.string(),
    "error": pyarrow.string(),
}
"""Columns of every part and their types; all others are outcomes, which are numbers."""


class Store:
    """The folder of one experiment; ``open`` makes or continues it."""

    def __init__(self, folder: Path, manifest: Mapping[str, object]):
        self.folder, self.manifest = folder, manifest
        self.damaged_parts: list[Path] = []

    @classmethod
    def open(cls, folder: Path, manifest: Mapping[str, object], design: pandas.DataFrame) -> Store:
        """Makes the store of an experiment, or opens it to go on, perhaps with a design that has grown.

        ``manifest`` says what the experiment is. Raises ``InputError`` for a folder with another experiment, another
        version of the model or other files, and touches nothing there. Several jobs may open one store at a time.
        """
        _check_writable(folder)
        manifest = {**manifest, "format": FORMAT}
        holds_files = any(path.name != DESIGN for path in folder.iterdir() if not path.name.startswith("."))
        store = cls(folder, manifest)
        if not (folder / MANIFEST).exists():  # looked for last: another job may begin the store at this moment
            if holds_files:
                raise InputError(
                    f"{folder} holds other files and no experiment; nothing in it was touched",
                    place=str(folder),
                    right="an empty or new folder",
                )
            with contextlib.suppress(FileExistsError):  # of jobs that begin different experiments only one goes on
                store._save_manifest(overwrite=False)
        store._replace_failures()
        _check_same(folder, manifest)
        store._save_design(design)
        remove_abandoned(folder)
        return store

    def _replace_failures(self) -> None:
        """Begins anew a store in which every run failed and which differs by the file of functions alone."""
        known = read_manifest(self.folder)
        if _differing(known, self.manifest) != ["functions"] or known["model"] != self.manifest.get("model"):
            return
        before = Store(self.folder, known)
        tables = [before._read_part(path) for path in before._paths()]
        if all(table is not None and set(table["status"].to_pylist()) == {"failed"} for table in tables):
            for path in before._paths():
                path.unlink()
                if before.schools is not None:
                    before.schools.remove(_first_run(path))
            self._save_manifest(overwrite=True)

    def _save_manifest(self, *, overwrite: bool) -> None:
        content = json.dumps(self.manifest, indent=2).encode()
        atomic_write(self.folder / MANIFEST, lambda file: file.write(content), overwrite=overwrite)

    def _save_design(self, design: pandas.DataFrame) -> None:
        """Writes the design where there is none yet, or only a smaller one that this one begins with."""
        known = None
        with contextlib.suppress(InputError):
            known = self.design()
        if known is not None:
            rows = min(len(known), len(design))
            if list(known.columns) != list(design.columns) or not np.array_equal(
                known.to_numpy()[:rows], design.to_numpy()[:rows]
            ):
                raise InputError(
                    "the points of this store differ from those that are drawn now; nothing in it was touched",
                    place=str(self.folder / DESIGN),
                    right="the versions of SALib and SciPy that began this store, or another folder",
                )
        if known is None or len(design) > len(known):
            table = pyarrow.Table.from_pandas(design, preserve_index=False).replace_schema_metadata(None)
            atomic_write(self.folder / DESIGN, lambda file: write_table(table, file))
            self._save_manifest(overwrite=True)  # it says how many runs there are

    def missing(self, runs: range) -> list[range]:
        """The stretches of runs that no whole part holds; a damaged part is set aside under another name, and its runs
        are missing.
        """
        gaps: list[range] = []
        reached = runs.start
        for path in self._paths():
            table = self._read_part(path)
            if table is None:
                with contextlib.suppress(FileNotFoundError):  # another job did so
                    self.damaged_parts.append(path.rename(path.with_suffix(".damaged")))
                continue
            first = _first_run(path)
            if first > reached:
                gaps.append(range(reached, min(first, runs.stop)))
            reached = max(reached, first + len(table))
        return [gap for gap in [*gaps, range(reached, runs.stop)] if gap]

    def damage_notes(self) -> list[str]:
        """What ``missing`` set aside, a sentence for each part."""
        return [
            f"{path.with_suffix('.parquet').name} was damaged: its runs were computed again, and what was left of "
            f"it is {path}"
            for path in self.damaged_parts
        ]

    def write(self, first: int, rows: list[Row], schools: pyarrow.Table | None = None) -> None:
        """Writes the finished rows of runs in a row, from ``first`` on; before them those of their schools, so that no
        part is without.
        """
        if self.schools is not None:
            self.schools.write(first, schools)
        self._write(first, pyarrow.Table.from_pylist(rows, _schema(rows[0])))

    def _write(self, first: int, table: pyarrow.Table) -> None:
        atomic_write(self.folder / f"part-{first:09d}.parquet", lambda file: write_table(table, file))

    @property
    def schools(self) -> SchoolParts | None:
        """The rows of schools beside the parts, where the experiment asked for them."""
        settings = self.manifest.get("asked")
        asked = isinstance(settings, dict) and settings.get("by_school")
        return SchoolParts(self.folder) if asked else None

    def read_schools(self) -> pandas.DataFrame:
        """A row a run, year and school of all finished runs; raises ``InputError`` where the experiment kept none, or
        they are damaged.
        """
        if self.schools is None:
            raise InputError(
                "the experiment kept no rows of schools", place=str(self.folder), right="by_school = [3] in its file"
            )
        return self.schools.read(map(_first_run, self._paths()))

    def read(self) -> pandas.DataFrame:
        """All finished runs, in the order of their numbers, each once."""
        return self._concat(self._paths()).to_pandas()

    def _concat(self, paths: Iterable[Path]) -> pyarrow.Table:
        """The runs of some parts as one table in their order; a run that two jobs computed (to the same bits) is there
        once.
        """
        tables = []
        for path in paths:
            tables.append(self._read_part(path))
            if tables[-1] is None:
                raise InputError(
                    f"{path.name} is damaged",
                    place=str(self.folder),
                    right="plnsim experiment, which sets it aside and computes its runs again",
                )
        if not tables:
            raise InputError(
                f"{self.folder} holds no finished run yet", place=str(self.folder), right="perform the experiment first"
            )
        table = pyarrow.concat_tables(tables, promote_options="permissive")
        _, once = np.unique(table["run"].to_numpy(), return_index=True)
        return table.take(once)

    def compact(self) -> tuple[int, int]:
        """Joins the parts of every unbroken stretch of runs into one; gives the numbers of parts before and after.

        The joined part takes the place of the first of its stretch before the others go, so a kill leaves runs twice,
        never not at all.
        """
        before = self._paths()
        stretches: list[list[Path]] = []
        reached = -1
        for path in before:
            length = len(self._concat([path]))
            if _first_run(path) <= reached:
                stretches[-1].append(path)
            else:
                stretches.append([path])
            reached = max(reached, _first_run(path) + length)
        for stretch in stretches:
            if len(stretch) > 1:
                if self.schools is not None:
                    self.schools.join(list(map(_first_run, stretch)))
                self._write(_first_run(stretch[0]), self._concat(stretch))
                for path in stretch[1:]:
                    path.unlink()
                    if self.schools is not None:
                        self.schools.remove(_first_run(path))
        return len(before), len(stretches)

    def design(self) -> pandas.DataFrame:
        """The points in the unit cube, one row each; raises ``InputError`` where the file is damaged."""
        table = read_table(self.folder / DESIGN)
        with contextlib.suppress(TypeError, ValueError, pyarrow.ArrowException):
            unit_sample = None if table is None else table.to_pandas(ignore_metadata=True)
            if unit_sample is not None and ((unit_sample >= 0.0) & (unit_sample <= 1.0)).all(axis=None):
                return unit_sample
        raise InputError(
            f"{DESIGN} is damaged", place=str(self.folder / DESIGN), right="the file as plnsim experiment wrote it"
        )

    def _read_part(self, part: Path) -> pyarrow.Table | None:
        """The table of a part, or nothing when it is damaged: unreadable, changed since it was written, with other
        runs or columns than it should.
        """
        table = read_table(part)
        if table is None:
            return None
        types = {field.name: field.type for field in table.schema}
        expected_types = all(kind == FIXED_COLUMNS.get(name, pyarrow.float64()) for name, kind in types.items())
        if not (expected_types and types.keys() >= {*FIXED_COLUMNS, *self._outcomes()}):
            return None
        runs, first = table["run"].to_numpy(), _first_run(part)
        if self.schools is not None and self.schools.table(first) is None:
            return None
        return table if len(runs) and np.array_equal(runs, np.arange(first, first + len(runs))) else None

    def _outcomes(self) -> list[str]:
        """The outcomes that the manifest asked for; none where it does not say so."""
        settings = self.manifest.get("asked")
        outcomes = settings.get("outcomes") if isinstance(settings, dict) else None
        names = outcomes if isinstance(outcomes, list | tuple) else []
        return [outcome for outcome in names if isinstance(outcome, str)]

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob("part-*.parquet"), key=_first_run)


def _first_run(part: Path) -> int:
    """The first run of a part, from its name."""
    number = part.stem.removeprefix("part-")
    if not number.isdecimal():
        raise InputError(
            f"{part.name} is no part of an experiment",
            place=str(part.parent),
            right="a folder that plnsim experiment alone writes to",
        )
    return int(number)


def _schema(row: Row) -> pyarrow.Schema:
    return pyarrow.schema([(name, FIXED_COLUMNS.get(name, pyarrow.float64())) for name in row])


def check_results_folder(folder: Path, names: Collection[str]) -> None:
    """Raises ``InputError`` for a folder in which there are other files and none of the folders with these names,
    before anything is written there.
    """
    try:
        if not folder.is_dir():
            return
        if (folder / MANIFEST).exists():
            raise InputError(
                f"{folder} is the store of one variant of an experiment; nothing in it was touched",
                place=str(folder),
                right=f"the folder of the whole experiment: {folder.parent}",
            )
        present = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
        begun = present & set(names) or any(folder.glob(f"*/{MANIFEST}"))
    except OSError as error:
        raise unwritable(folder, error) from None
    if present and not begun:
        raise InputError(
            f"the folder {folder} holds other files and no experiment; nothing in it was touched",
            place=str(folder),
            right="an empty or new folder, or that of this experiment",
        )


def _check_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InputError(
            f"nothing can be written to {folder}: {error.strerror}",
            place=str(folder),
            right="a folder that you may write to",
        ) from None


def _asked(manifest: Mapping[str, object]) -> dict[str, object]:
    """What an experiment asked for, as its manifest is read back."""
    asked = json.loads(json.dumps(manifest.get("asked", {}), default=str))
    return asked if isinstance(asked, dict) else {}


def _differing(known: Mapping[str, object], manifest: Mapping[str, object]) -> list[str]:
    """The settings by which two experiments differ."""
    then, now = _asked(known), _asked(manifest)
    return sorted(key for key in {*then, *now} if then.get(key) != now.get(key))


def _check_same(folder: Path, manifest: Mapping[str, object]) -> None:
    known = read_manifest(folder)
    then, now = _asked(known), _asked(manifest)
    different = _differing(known, manifest)
    other = ", ".join(different)
    whats = {
        "format": "another format of store",
        "experiment": f"another experiment (with other {other})",
        "model": "another version of the model",
    }
    right = "another folder; or the very experiment and version that began this one"
    if "luck" in now and "luck" not in then:
        whats["experiment"] += ": all its points share one luck, as in 0.1, and intervals cannot hold it"
        right = "another folder: its runs are not continued, but can still be exported and searched for rules"
    if different == ["functions"]:
        right = (
            f"another folder (--out); or remove {folder}, whose runs were measured by the functions as they were then"
        )
    for key, what in whats.items():
        if known.get(key) != manifest.get(key):
            raise InputError(
                f"{folder} holds {what}; nothing in it was touched", place=str(folder / MANIFEST), right=right
            )


def read_manifest(folder: Path) -> dict[str, object]:
    """The manifest of a store; raises ``InputError`` when there is none, or a damaged one."""
    path = folder / MANIFEST
    try:
        manifest: dict[str, object] = json.loads(read_user_text(path, MANIFEST, LARGEST_MANIFEST))
        manifest["experiment"], manifest["model"]
        if not isinstance(manifest.get("asked", {}), dict):
            raise TypeError("what was asked is no table")
    except FileNotFoundError:
        raise InputError(
            f"{folder} holds no experiment", place=str(folder), right="a folder that plnsim experiment wrote"
        ) from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(
            f"the manifest is damaged: {error.wrong if isinstance(error, InputError) else error}",
            place=str(path),
            right="the file as plnsim experiment wrote it",
        ) from None
    return manifest


def find_stores(folder: Path) -> list[Store]:
    """The store in a folder, or those of the variants below it; raises ``InputError`` when there is none."""
    folders = [folder] if (folder / MANIFEST).exists() else sorted(path.parent for path in folder.glob(f"*/{MANIFEST}"))
    return [Store(path, read_manifest(path)) for path in folders or [folder]]
