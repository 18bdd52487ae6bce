"""Records kept field by field, as the compiled reading holds people: what touches few fields moves few bytes."""

from __future__ import annotations

import numpy as np

APART = 192
"""Bytes between a column and the next, or columns of some lengths would compete for the same lines of the cache."""


class Columns:
    """The records of an array, field by field; ``columns[name]`` is one field of all, to read and to write.

    The array that is given is left as it is. Raises ``ValueError`` unless the fields stand from the widest to the narrowest.
    """

    def __init__(self, records: np.ndarray):
        self.dtype, self._count = records.dtype, len(records)
        self._begins = {name: self._count * before + more for name, (before, more) in layout(self.dtype).items()}
        self._memory = np.zeros(-(-(self._count * self.dtype.itemsize + APART * len(self._begins)) // 8), np.int64)
        for name in self._begins:
            self[name] = records[name]

    @property
    def address(self) -> int:
        """Where in memory the first column begins."""
        return self._memory.ctypes.data

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, name: str) -> np.ndarray:
        return np.frombuffer(self._memory, self.dtype[name], self._count, self._begins[name])

    def __setitem__(self, name: str, values) -> None:
        self[name][:] = values

    def records(self) -> np.ndarray:
        """The records as they are now, copied."""
        records = np.zeros(self._count, self.dtype)
        for name in self._begins:
            records[name] = self[name]
        return records


def layout(dtype: np.dtype) -> dict[str, tuple[int, int]]:
    """Where each column begins, in bytes after the first: so many for every record, and so many more.

    Every column is aligned, however many records there are, as no field is wider than one before it (else ``ValueError``).
    """
    sizes = [dtype[name].itemsize for name in dtype.names]
    if sizes != sorted(sizes, reverse=True):
        raise ValueError(f"the fields of a record stand from the widest to the narrowest, here {sizes}")
    before = np.cumsum([0, *sizes[:-1]]).tolist()
    return {name: (before[number], APART * number) for number, name in enumerate(dtype.names)}
