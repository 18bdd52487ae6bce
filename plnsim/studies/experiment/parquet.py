"""Parquet files that carry a checksum of their content: what was changed since it was written is noticed.

The checksums of Parquet itself cover the pages of values, not the names and types of the columns, nor what says where
they lie.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import BinaryIO

import pyarrow
import pyarrow.parquet

CHECKSUM_KEY = b"plnsim_sha256"
"""The key of the checksum in the metadata of the schema; files that plnsim 0.1 wrote have none."""


def write_table(table: pyarrow.Table, file: BinaryIO) -> None:
    """Writes a table with its checksum."""
    metadata = {**(table.schema.metadata or {}), CHECKSUM_KEY: checksum(table)}
    pyarrow.parquet.write_table(table.replace_schema_metadata(metadata), file, write_page_checksum=True)


def read_table(path: Path) -> pyarrow.Table | None:
    """The table in a file, or nothing where it cannot be read or is not what was written.

    A file without a checksum is taken as it is, if its pages are whole.
    """
    try:
        with pyarrow.parquet.ParquetFile(path, page_checksum_verification=True) as file:
            table = file.read()
        expected = (table.schema.metadata or {}).get(CHECKSUM_KEY)
        return table if expected is None or expected == checksum(table) else None
    except (OSError, KeyError, TypeError, ValueError, pyarrow.ArrowException):  # ValueError: a name that is no text
        return None


def checksum(table: pyarrow.Table) -> bytes:
    """A checksum of the names, types and values of a table, however it is cut into pieces."""
    content = hashlib.sha256()
    for field, column in zip(table.schema, table.columns, strict=True):
        content.update(json.dumps([field.name, str(field.type), field.nullable, len(column)]).encode())
        if pyarrow.types.is_integer(field.type) or pyarrow.types.is_floating(field.type):
            content.update(column.is_valid().to_numpy().tobytes())
            content.update(column.fill_null(0).to_numpy().tobytes())
        else:
            content.update(json.dumps(column.to_pylist(), default=str).encode())
    return content.hexdigest().encode()
