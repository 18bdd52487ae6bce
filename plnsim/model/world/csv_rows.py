"""CSV files row by row: every problem is named with file, line and column, all of one file in one message."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator
from difflib import get_close_matches
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Literal, overload

from plnsim.common.errors import InputError, printable, suggestion
from plnsim.common.user_files import open_user_file

LARGEST_FILE, LONGEST_LINE = 2_000_000_000, 1_000_000
KIND = "CSV file"
MOST_SHOWN, WIDEST_EXCERPT = 20, 110
FEW_NAMES = 2000
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
WHOLE = re.compile(r"[+-]?[0-9]+")
QUOTES = 'a text that holds the delimiter stands between two " and a " inside it is written ""'

RowRef = tuple[int, list[str]]
"""A row that a problem can be named for later: its line and its fields."""


class CsvReader:
    """Reads one CSV file row by row; collects its problems, so that one look at the messages mends them all.

    While iterating, ``text``, ``number``, ``one_of``, ``new_name`` and ``place`` read cells of the current row. After
    a problem they give a stand-in, and ``finish`` raises ``InputError``, so that a stand-in is never used.
    """

    def __init__(self, path: Path, needed: tuple[str, ...], optional: tuple[str, ...] = ()):
        self.path, self.needed = Path(path), needed
        self.problems: list[InputError] = []
        self.count, self.rows = 0, 0
        self.here: RowRef = (1, [])
        self.row: dict[str, str] = {}
        self._check_file()
        self._read_header((*needed, *optional))

    def __iter__(self) -> Iterator[dict[str, str]]:
        """Yields each row as texts by column, without the spaces around them; rows without any text are passed over."""
        self._raise_problems()
        for line, texts in self._records():
            fields = [text.strip() for text in texts]
            if not any(fields):
                continue
            self.here = line, fields
            self.rows += 1
            if len(fields) != len(self.columns):
                self.problem(
                    "",
                    f"the row has {len(fields)} fields, and the header has {len(self.columns)}",
                    f"as many as the header; {QUOTES}",
                )
                continue
            self.row = dict(zip(self.columns, fields, strict=True))
            yield self.row

    def problem(self, column: str, wrong: str, right: str, at: RowRef | None = None) -> None:
        """Notes what is wrong in a column of the current row, or of the row ``at``; only the first few are worded."""
        self.count += 1
        if self.count <= MOST_SHOWN:
            line, fields = at or self.here
            place = f"{self.path}:{line}" + (f":{column}" if column else "")
            mark = self.columns.index(column) if column in self.columns else -1
            self.problems.append(
                InputError(wrong, place=place, right=right, excerpt=_excerpt(fields, mark, self.delimiter))
            )

    def finish(self) -> None:
        """Raises ``InputError`` with every problem found, or when the file lists nothing."""
        if not self.rows and not self.count:
            raise InputError(
                "the file has a header and no rows",
                place=f"{self.path}:2",
                right="a row for each line of data, or no such file",
            )
        self._raise_problems()

    def _raise_problems(self) -> None:
        if self.count == 1:
            raise self.problems[0]
        if self.count:
            shown = "\n\n".join(map(str, self.problems))
            raise InputError(f"{shown}\n\n{self.count:,} problems in {self.path}. Nothing was run.")

    def _check_file(self) -> None:
        """Raises ``InputError`` for a file that is missing, empty, too large or no file at all."""
        place = printable(str(self.path))
        try:
            with open_user_file(self.path, KIND, LARGEST_FILE) as file:
                empty = not file.read(1)
        except FileNotFoundError:
            raise InputError(
                f"there is no file {place}", place=place, right="a path from the folder of the scenario file"
            ) from None
        except InputError:
            raise
        except OSError as error:
            raise self._unreadable(error) from None
        if empty:
            raise InputError(
                "the file is empty",
                place=f"{place}:1",
                right="a header with the names of the columns, and rows below it",
            )

    def _unreadable(self, error: Exception) -> InputError:
        why = getattr(error, "strerror", error)
        return InputError(
            f"the file cannot be read: {why}", place=_printable(str(self.path)), right="a readable CSV file"
        )

    def _lines(self) -> Iterator[str]:
        """Yields the lines of the file as they stand; raises ``InputError`` for a file that is no UTF-8 text."""
        try:
            with (
                open_user_file(self.path, KIND, LARGEST_FILE) as raw,
                TextIOWrapper(raw, encoding="utf-8-sig", newline="") as file,
            ):
                while line := file.readline(LONGEST_LINE):
                    if len(line) == LONGEST_LINE:
                        raise csv.Error("line limit")
                    yield line
        except UnicodeDecodeError:
            raise self._no_text() from None
        except OSError as error:
            raise self._unreadable(error) from None

    def _raw(self, line: int) -> str:
        """The beginning of a line that could not be read as a row."""
        with open(self.path, encoding="utf-8-sig", errors="replace", newline="") as file:
            for _ in range(line - 1):
                file.readline()
            return file.readline(WIDEST_EXCERPT).strip()

    def _no_text(self) -> InputError:
        """The problem of a file that is no UTF-8, with the line where that shows first."""
        with open(self.path, "rb") as file:
            line, raw = 1, file.readline(LONGEST_LINE)
            while raw and (text := raw.decode("utf-8", "replace")).encode() == raw:
                line, raw = line + 1, file.readline(LONGEST_LINE)
        at = max(0, text.find("\N{REPLACEMENT CHARACTER}") - 20)
        return InputError(
            "the file is no UTF-8 text",
            place=f"{self.path}:{line}",
            right='save it as "CSV UTF-8"',
            excerpt=_printable(text[at : at + 40].strip()),
        )

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """Yields the fields of each row below the header, with the line on which the row begins."""
        lines = self._lines()
        next(lines, "")
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        while True:
            line = reader.line_num + 2
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self.problem("", _broken(error), QUOTES, at=(line, [self._raw(line)]))
                return
            yield line, fields

    def _read_header(self, known: tuple[str, ...]) -> None:
        """Finds the delimiter and the columns; notes columns that are missing, unknown or named twice."""
        self.columns, self.delimiter = [], ","
        try:
            text = next(self._lines(), "")
            self.delimiter = ";" if text.count(";") > text.count(",") else ","
            self.columns = [
                name.strip() for name in next(csv.reader([text], delimiter=self.delimiter, strict=True), [])
            ]
        except csv.Error as error:
            raise InputError(
                f"in the header, {_broken(error)}",
                place=f"{self.path}:1",
                right=f"{self.delimiter.join(known)} on one line",
            ) from None
        self.here = 1, self.columns
        for number, name in enumerate(self.columns, start=1):
            if not name:
                self.problem(
                    f"column {number}", f"column {number} has no name", f"one of {', '.join(known)}, or no such column"
                )
            elif name not in known:
                self.problem(_printable(name[:40]), f"unknown column {_shown(name)}", suggestion(name[:200], known))
            elif name in self.columns[: number - 1]:
                self.problem(name, f"the column {name} stands twice", f"one column {name}")
        for name in self.needed:
            if name not in self.columns:
                self.problem(
                    name,
                    f"there is no column {name}",
                    f"a header with {', '.join(self.needed)}, separated by commas or semicolons",
                )

    def text(self, column: str) -> str:
        """The text of a cell that must be filled."""
        text = self.row[column]
        if not text:
            self._empty(column)
        elif CONTROL.search(text):
            self.problem(column, f"{_shown(text)} holds a line break or another control character", "a plain text")
        return text

    def _empty(self, column: str) -> None:
        self.problem(
            column,
            f"the cell {column} is empty",
            "a value in every row" + ("" if column in self.needed else f", or no column {column}"),
        )

    @overload
    def number(
        self, column: str, least: int, most: int, *, integer: Literal[True], default: int | None = None
    ) -> int: ...

    @overload
    def number(self, column: str, least: float, most: float, *, default: int | None = None) -> float: ...

    def number(
        self, column: str, least: float, most: float, *, integer: bool = False, default: int | None = None
    ) -> float:
        """The number in a cell, within bounds; the default for an empty or missing cell where there is one."""
        text = self.row.get(column, "")
        if not text and default is None:
            self._empty(column)
        if not text:
            return least if default is None else default
        try:
            number = float(text) if "_" not in text else math.nan
        except ValueError:
            number = math.nan
        if least <= number <= most and not (integer and not WHOLE.fullmatch(text)):
            return int(number) if integer else number
        wrong = (
            "not a number"
            if not math.isfinite(number)
            else "not a whole number"
            if least <= number <= most
            else "out of bounds"
        )
        kind = "a whole number" if integer else "a number with a decimal point,"
        self.problem(column, f"{column} is {_shown(text)}, which is {wrong}", f"{kind} from {least:,} to {most:,}")
        return least

    def one_of(self, column: str, words: tuple[str, ...]) -> str:
        """One of some words, in capitals or not."""
        text = self.row[column].casefold()
        if text in words:
            return text
        if self.text(column):
            self.problem(column, f"{column} cannot be {_shown(text)}", f"one of {', '.join(words)}")
        return words[0]

    def new_name(self, column: str, lines: dict[str, int]) -> None:
        """Enters the name in a cell, with its line, among the names; a name that stands there already is a problem."""
        name = self.text(column)
        if name in lines:
            self.problem(
                column,
                f"the {column} {_shown(name)} stands twice, first on line {lines[name]}",
                f"an id of its own for every {column}",
            )
        elif name:
            lines[name] = self.here[0]

    def place(self, column: str, kind: str, places: dict[str, int]) -> int:
        """The place of the school or teacher whom a cell names, or -1 after a problem."""
        name = self.row[column]
        place = places.get(name, -1)
        if place < 0 and self.text(column):
            self.problem(
                column,
                f"unknown {kind} {_shown(name)}",
                _nearest(name[:200], places) if self.count < MOST_SHOWN else "",
            )
        return place


def _broken(error: csv.Error) -> str:
    return (
        "a line or field is too long; perhaps a quotation mark is not closed"
        if "limit" in str(error)
        else "the quotation marks do not match"
    )


def _printable(text: str) -> str:
    return CONTROL.sub("\N{MIDDLE DOT}", text)


def _shown(text: str) -> str:
    """A cell as messages show it: short, and without anything that a terminal would obey."""
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def _excerpt(fields: list[str], mark: int, delimiter: str) -> str:
    """The row on one line, with a mark below one of its fields."""
    before = sum(len(field) + 1 for field in fields[:mark]) if mark >= 0 else 0
    skipped = max(0, before - WIDEST_EXCERPT // 2)
    shown = _printable(delimiter.join(fields)[skipped : skipped + WIDEST_EXCERPT])
    return f"{shown}\n{' ' * (before - skipped)}^" if 0 <= mark < len(fields) else shown


def _nearest(name: str, known: dict[str, int]) -> str:
    """The help for an unknown name; of very many, only names that differ at one end or in the middle are looked at."""
    if len(known) <= FEW_NAMES:
        return suggestion(name, known)
    head, tail, first, last = name[:-2], name[2:], name[:2], name[-2:]
    alike = (
        other
        for other in known
        if other.startswith(head) or other.endswith(tail) or (other.startswith(first) and other.endswith(last))
    )
    near = get_close_matches(name, list(islice(alike, FEW_NAMES)), n=1)
    return f"did you mean {near[0]}?" if near else f"{len(known):,} names are known; none is near"
