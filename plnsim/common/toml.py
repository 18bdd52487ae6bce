"""TOML of bounded depth, width and length: checked in one pass before it is parsed, so that no text that a user gives
takes more time or memory than its length allows.

The standard parser takes time and memory with the square of a dotted key's parts, and recursion for nested arrays.
"""

from __future__ import annotations

import re
import tomllib

from plnsim.common.errors import InputError

LARGEST_FILE = 4_000_000
LONGEST_LINE = 50_000
MOST_LINES = 100_000
MOST_NAMES = 20_000
MOST_VALUES = 20_000
DEEPEST = 20

TomlTable = dict[str, object]
"""A TOML table as it was written, nothing of it checked."""

TOKEN = re.compile(r"#[^\n]*|[\"'\[\]{}.,=\n]")
END_OF_TEXT = {
    '"': re.compile(r'\\|"|\n'),
    '"""': re.compile(r'\\|"""'),
    "'": re.compile(r"'|\n"),
    "'''": re.compile(r"'''"),
}


def parse_toml(text: str, place: str) -> TomlTable:
    """The content of a TOML text within bounds.

    Raises ``InputError`` with the line where it goes beyond them, before anything is parsed, and
    ``tomllib.TOMLDecodeError`` (``ValueError`` for a number with too many digits) for what is no TOML.
    """
    text = text.replace("\r\n", "\n")
    check_bounds(text, place)
    return tomllib.loads(text)


def check_bounds(text: str, place: str) -> None:
    """Raises ``InputError`` with its line where a text is too long, wide or deep; takes one pass over it."""
    if len(text) > LARGEST_FILE:
        raise InputError(f"the text has {len(text):,} letters", place=place, right=f"at most {LARGEST_FILE:,}")
    if text.count("\n") > MOST_LINES:
        raise InputError("the file has too many lines", place=place, right=f"at most {MOST_LINES:,} lines")
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > LONGEST_LINE:
            raise InputError(
                f"the line has {len(line):,} letters",
                place=f"{place}:{number}:1",
                right=f"lines of at most {LONGEST_LINE:,} letters",
            )
    _Bounds(text, place)


class _Bounds:
    """Walks through a text token by token, and counts; ``depth`` is that of the key or value at hand.

    Only what comes before the first fault of syntax matters: there the parser stops.
    """

    def __init__(self, text: str, place: str):
        self.text, self.place = text, place
        self.at = self.names = self.values = self.depth = 0
        table = 0
        in_value = in_header = False
        open_brackets: list[tuple[bool, int]] = []
        """Of each whether it is that of an inline table, and the depth outside."""
        while token := TOKEN.search(text, self.at):
            sign, self.at = token[0], token.end()
            if sign == "\n":
                if not open_brackets:
                    in_value, in_header, self.depth = False, False, table
            elif sign in "\"'":
                self._skip_text(sign)
            elif sign == "[" and not open_brackets and not in_value:
                in_header, self.depth = True, 0
            elif sign in "[{":
                open_brackets.append((sign == "{", self.depth))
                in_value = sign == "["
                self._deeper(sign == "[")
            elif sign == "]" and in_header:
                in_header = False
                self._name()
                table = self.depth
            elif sign in "]}":
                if open_brackets:
                    _, self.depth = open_brackets.pop()
                    in_value = True
            elif sign == ",":
                self.values += 1
                if self.values > MOST_VALUES:
                    raise self._beyond("the file lists too many values", f"at most {MOST_VALUES:,} values in lists")
                if open_brackets and open_brackets[-1][0]:
                    in_value, self.depth = False, open_brackets[-1][1]
            elif (sign == "=" or sign == ".") and not in_value:
                self._name()
                in_value = sign == "="

    def _skip_text(self, quote: str) -> None:
        """Goes on past a text in quotes."""
        triple = self.text.startswith(quote * 2, self.at)
        if triple:
            self.at += 2
        end = END_OF_TEXT[quote * 3 if triple else quote]
        while ending := end.search(self.text, self.at):
            self.at = ending.end()
            if ending[0] == "\\":
                self.at += 1
                continue
            if triple:  # one or two quotation marks may be the last letters of such a text
                self.at += 2 if self.text.startswith(quote * 2, self.at) else self.text.startswith(quote, self.at)
            elif ending[0] == "\n":
                self.at -= 1
            return
        self.at = len(self.text)

    def _name(self) -> None:
        self.names += 1
        if self.names > MOST_NAMES:
            raise self._beyond("the file holds too many keys", f"at most {MOST_NAMES:,} keys")
        self._deeper()

    def _deeper(self, deeper: bool = True) -> None:
        self.depth += deeper
        if self.depth > DEEPEST:
            raise self._beyond(
                "the file nests too deeply",
                f"tables of parameters, no deeper than [section] (at most {DEEPEST} levels)",
            )

    def _beyond(self, wrong: str, right: str) -> InputError:
        line, begins = self.text.count("\n", 0, self.at) + 1, self.text.rfind("\n", 0, self.at) + 1
        return InputError(wrong, place=f"{self.place}:{line}:{self.at - begins}", right=right)
