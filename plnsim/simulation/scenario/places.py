"""Where a key stands in a TOML text: the standard parser tells places only for broken syntax."""

from __future__ import annotations

import re
import tomllib

BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
PART = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\])*"|'[^']*'""")
POINT = re.compile(r"[ \t]*\.[ \t]*")
TEXT = re.compile(
    r'''"""(?:\\.|[^\\])*?"""(?:"{0,2})|\'\'\'.*?\'\'\'(?:'{0,2})|"(?:\\.|[^"\\])*"|'[^']*\'''', re.DOTALL
)
PLAIN = re.compile(r"[^,\]}#\n]*")

KeyPath = tuple[str | int, ...]
"""Where a key stands: the names of its tables, places in arrays, and its own name."""


def key_positions(text: str) -> dict[KeyPath, tuple[int, int]]:
    """Line and column (from 1) of every key, by its path, in a text that is valid TOML.

    The tables of an array and the values of a list are numbered from 0; a table stands where it is first named.
    """
    return _KeyScanner(text).positions


class _KeyScanner:
    """Walks through a text from its beginning; ``at`` is how far it has come."""

    def __init__(self, text: str):
        self.text, self.at = text, 0
        self.positions: dict[KeyPath, tuple[int, int]] = {}
        self.array_counts: dict[KeyPath, int] = {}
        self.line, self.counted_to, self.line_begins = 1, 0, 0
        table: KeyPath = ()
        self._consume(BLANK)
        while self.at < len(text):
            if text[self.at] == "[":
                table = self._header()
            else:
                self._entry(table)
            self._consume(BLANK)

    def _consume(self, pattern: re.Pattern[str]) -> str:
        """Goes on past what a pattern finds here, and gives it."""
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError(f"no valid TOML at position {self.at}")
        self.at = match.end()
        return match[0]

    def _record_position(self, path: KeyPath, at: int) -> None:
        """Notes where a key stands; ``at`` never lies before the last one noted."""
        self.line += self.text.count("\n", self.counted_to, at)
        self.line_begins = max(self.line_begins, self.text.rfind("\n", self.counted_to, at) + 1)
        self.counted_to = at
        self.positions.setdefault(path, (self.line, at - self.line_begins + 1))

    def _key(self) -> list[str]:
        """The parts of a dotted key."""
        parts = []
        while True:
            part = self._consume(PART)
            parts.append(next(iter(tomllib.loads(f"{part} = 0"))) if part[0] in "\"'" else part)
            if not POINT.match(self.text, self.at):
                return parts
            self._consume(POINT)

    def _header(self) -> KeyPath:
        """[table] or [[array of tables]]; gives its path."""
        began = self.at
        of_array = self.text.startswith("[[", began)
        self.at += 2 if of_array else 1
        self._consume(BLANK)
        path: KeyPath = ()
        for part in self._key():
            if path in self.array_counts:
                path = (*path, self.array_counts[path])
            path = (*path, part)
            self._record_position(path, began)
        if of_array:
            self.array_counts[path] = self.array_counts.get(path, -1) + 1
            path = (*path, self.array_counts[path])
            self._record_position(path, began)
        self._consume(BLANK)
        self.at += 2 if of_array else 1
        return path

    def _entry(self, table: KeyPath) -> None:
        """key = value"""
        began = self.at
        path = table
        for part in self._key():
            path = (*path, part)
            self._record_position(path, began)
        self._consume(BLANK)
        self.at += 1
        self._consume(BLANK)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        if self.text[self.at] == "[":
            self._list(path)
        elif self.text[self.at] == "{":
            self._inline_table(path)
        else:
            self._consume(TEXT if self.text[self.at] in "\"'" else PLAIN)

    def _list(self, path: KeyPath) -> None:
        self.at += 1
        self._consume(BLANK)
        number = 0
        while self.text[self.at] != "]":
            self._record_position((*path, number), self.at)
            self._value((*path, number))
            self._consume(BLANK)
            number += 1
            if self.text[self.at] == ",":
                self.at += 1
                self._consume(BLANK)
        self.at += 1

    def _inline_table(self, path: KeyPath) -> None:
        self.at += 1
        self._consume(BLANK)
        while self.text[self.at] != "}":
            self._entry(path)
            self._consume(BLANK)
            if self.text[self.at] == ",":
                self.at += 1
                self._consume(BLANK)
        self.at += 1
