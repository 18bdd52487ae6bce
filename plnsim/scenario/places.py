"""Where a key stands in a TOML text: the standard parser tells places only for broken syntax."""

from __future__ import annotations

import re

KEY = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
HEADER = re.compile(rf"^\s*(\[\[?)\s*({KEY}(?:\s*\.\s*{KEY})*)\s*\]\]?")
ENTRY = re.compile(rf"^(\s*)({KEY}(?:\s*\.\s*{KEY})*)\s*=\s*(.*)$")

Path = tuple[str | int, ...]


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in re.findall(KEY, dotted))


def places(text: str) -> dict[Path, tuple[int, int]]:
    """Line and column (from 1) of every key, by its path; the tables of an array are numbered from 0.

    Keys of an inline table are found on the line of the table.
    """
    found: dict[Path, tuple[int, int]] = {}
    table: Path = ()
    counted: dict[Path, int] = {}
    closing = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if closing:
            closing = "" if closing in line else closing
            continue
        if header := HEADER.match(line):
            table = _parts(header[2])
            if header[1] == "[[":
                counted[table] = counted.get(table, -1) + 1
                table = (*table, counted[table])
            found.setdefault(table, (number, line.index("[") + 1))
        elif entry := ENTRY.match(line):
            path = (*table, *_parts(entry[2]))
            found.setdefault(path, (number, len(entry[1]) + 1))
            value = entry[3]
            for inside in re.finditer(rf"[{{,]\s*({KEY}(?:\s*\.\s*{KEY})*)\s*=", value) if value.startswith("{") else ():
                found.setdefault((*path, *_parts(inside[1])), (number, entry.start(3) + inside.start(1) + 1))
            closing = _opened(value)
    return found


def _opened(value: str) -> str:
    """What must come before a value that spans lines is over; nothing for a value on one line."""
    for quotes in ('"""', "'''"):
        if value.startswith(quotes):
            return quotes if quotes not in value[3:] else ""
    bare = re.sub(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|#.*", "", value)
    return "]" if bare.count("[") > bare.count("]") else ""
