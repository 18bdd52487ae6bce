"""The store of an experiment: Parquet parts in a folder, from which nothing that was finished can be lost.

A part holds a batch of runs and is named after its first one. It is written beside, flushed to the disk, renamed, and the folder is flushed,
so a kill at any moment loses at most what was in flight. To resume is to see which part names are missing. A run that failed
is a row with its error.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pandas
import pyarrow
import pyarrow.parquet

from plnsim.errors import BadInput

MANIFEST, DESIGN = "manifest.json", "design.parquet"
FORMAT = 1


def _flushed(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _written(path: Path, write) -> None:
    """Writes a file beside its place and moves it there whole, on the disk for good; raises ``BadInput`` when it cannot."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(beside, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _flushed(path.parent)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise BadInput(f"{path.name} cannot be written: {error.strerror}; everything finished before is kept", place=str(path.parent),
                       right="room on the disk and a folder that you may write to; the same command then goes on") from None


class Store:
    """The folder of one experiment; ``open`` makes or continues it."""

    def __init__(self, folder: Path, manifest: dict):
        self.folder, self.manifest = folder, manifest

    @classmethod
    def open(cls, folder: Path, manifest: dict, design: pandas.DataFrame) -> Store:
        """Makes the store of an experiment, or opens it to go on.

        ``manifest`` says what the experiment is; a folder with another experiment, or another version of the model, is refused.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise BadInput(f"nothing can be written to {folder}: {error.strerror}", place=str(folder),
                           right="a folder that you may write to") from None
        manifest = manifest | {"format": FORMAT}
        if (folder / MANIFEST).exists():
            cls._check_same(folder, manifest)
        elif any(path for path in folder.iterdir() if not path.name.startswith(".")):
            raise BadInput(f"{folder} holds other files and no experiment; nothing in it was touched", place=str(folder),
                           right="an empty or new folder")
        else:
            _written(folder / DESIGN, lambda file: design.to_parquet(file, index=False))
            _written(folder / MANIFEST, lambda file: file.write(json.dumps(manifest, indent=2).encode()))
        for left in folder.glob(".*.tmp"):
            left.unlink(missing_ok=True)
        return cls(folder, manifest)

    @staticmethod
    def _check_same(folder: Path, manifest: dict) -> None:
        known = read_manifest(folder)
        for key in ("format", "experiment", "model"):
            if known.get(key) != manifest.get(key):
                what = {"format": "another format of store", "experiment": "another experiment", "model": "another version of the model"}[key]
                raise BadInput(f"{folder} holds {what}; nothing in it was touched", place=str(folder / MANIFEST),
                               right="another folder; or the very experiment and version that began this one")

    def part(self, first: int) -> Path:
        return self.folder / f"part-{first:09d}.parquet"

    def missing(self, batches: Iterable[range]) -> list[range]:
        """The batches whose part is not there yet; a damaged part is set aside under another name and counts as missing."""
        found = []
        for batch in batches:
            path = self.part(batch.start)
            if path.exists() and not _whole(path, len(batch)):
                path.rename(path.with_suffix(".damaged"))
            if not path.exists():
                found.append(batch)
        return found

    def write(self, first: int, rows: list[dict]) -> None:
        """Writes the finished rows of a batch."""
        table = pyarrow.Table.from_pylist(rows)
        _written(self.part(first), lambda file: pyarrow.parquet.write_table(table, file))

    def read(self) -> pandas.DataFrame:
        """All finished runs, in the order of their numbers."""
        parts = sorted(self.folder.glob("part-*.parquet"))
        if not parts:
            raise BadInput(f"{self.folder} holds no finished run yet", place=str(self.folder), right="perform the experiment first")
        table = pyarrow.concat_tables([pyarrow.parquet.read_table(path) for path in parts], promote_options="permissive")
        return table.to_pandas().sort_values("run", ignore_index=True)

    def design(self) -> pandas.DataFrame:
        return pandas.read_parquet(self.folder / DESIGN)


def _whole(path: Path, rows: int) -> bool:
    try:
        return pyarrow.parquet.read_metadata(path).num_rows == rows and pyarrow.parquet.read_table(path).num_rows == rows
    except (OSError, pyarrow.ArrowException):
        return False


def read_manifest(folder: Path) -> dict:
    """The manifest of a store; raises ``BadInput`` when there is none, or a damaged one."""
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        manifest["experiment"], manifest["model"]
    except FileNotFoundError:
        raise BadInput(f"{folder} holds no experiment", place=str(folder), right="a folder that plnsim experiment wrote") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"the manifest is damaged: {error}", place=str(path), right="the file as plnsim experiment wrote it") from None
    return manifest


def content_hash(content: object) -> str:
    """A hash of anything that JSON can hold."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:24]
