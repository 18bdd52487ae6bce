"""Records kept field by field, as the Numba engine holds people: what touches few fields moves few bytes.

Each field lies in a column of its own, but for those that are named to share a line, the piece of memory that a
processor fetches at once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

CACHE_LINE = 64
"""Bytes of a line of the cache."""
PADDING = 3 * CACHE_LINE
"""Bytes between columns, without which columns of some lengths would compete for the same lines of the cache."""


class FieldOffset(NamedTuple):
    """Where a field lies among records, in bytes after the first byte of all."""

    before: int  # for every record: what lies before the field's own part of the memory
    more: int  # and so many more, however many records there are
    stride: int  # from one record to the next

    def at(self, count: int, number: int) -> int:
        """Where the field of record ``number`` among ``count`` lies."""
        return self.before * count + self.more + self.stride * number


class Layout:
    """The place of each field of a record type; those named in one tuple of ``lines`` share a line, record by record.

    Every field is aligned, however many records there are, as no column is wider than one before it. Raises
    ``ValueError`` if one is, or if fields do not fit into their line.
    """

    def __init__(self, dtype: np.dtype[np.void], lines: tuple[tuple[str, ...], ...] = ()):
        self.dtype, self.lines = dtype, lines
        shared = {name for names in lines for name in names}
        columns = [name for name in (dtype.names or ()) if name not in shared]
        sizes = [dtype[name].itemsize for name in columns]
        if sizes != sorted(sizes, reverse=True):
            raise ValueError(f"the fields of a record stand from the widest to the narrowest, here {sizes}")
        groups = [*lines, *((name,) for name in columns)]
        parts = [np.dtype([(name, dtype[name]) for name in names], align=True) for names in groups]
        for names, line in zip(lines, parts, strict=False):
            if line.itemsize > CACHE_LINE:
                raise ValueError(f"a line holds {CACHE_LINE} bytes; {', '.join(names)} take {line.itemsize}")
        strides = [CACHE_LINE] * len(lines) + sizes
        self.size, self.between = sum(strides), PADDING * len(parts)
        self.offsets = {
            name: FieldOffset(sum(strides[:number]), PADDING * number + offset, strides[number])
            for number, part in enumerate(parts)
            for name, (_, offset, *_) in (part.fields or {}).items()
        }


class Columns:
    """Records, field by field, copied from an array; ``columns[name]`` is one field of all, to read and to write."""

    def __init__(self, records: np.ndarray, layout: Layout):
        self.layout, self._count = layout, len(records)
        room = np.zeros(self._count * layout.size + layout.between + CACHE_LINE, np.uint8)
        self._memory = room[-room.ctypes.data % CACHE_LINE :]
        for name in layout.offsets:
            self[name] = records[name]

    @property
    def address(self) -> int:
        """Where in memory the first field of the first record lies, if there is one; a whole line begins here."""
        return self._memory.ctypes.data

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, name: str) -> np.ndarray:
        place = self.layout.offsets[name]
        return np.ndarray(self._count, self.layout.dtype[name], self._memory, place.at(self._count, 0), place.stride)

    def __setitem__(self, name: str, values: np.ndarray | float) -> None:
        self[name][:] = values

    def records(self) -> np.ndarray:
        """The records as they are now, copied."""
        records = np.zeros(self._count, self.layout.dtype)
        for name in self.layout.offsets:
            records[name] = self[name]
        return records
