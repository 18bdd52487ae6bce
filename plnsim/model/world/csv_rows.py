"""Tables row by row, from CSV files and workbooks: every problem is named with file, line and column, all of one file
in one message.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Literal, overload

from plnsim.common.errors import InputError, join_or, suggestion, warn_of_input
from plnsim.model.world.row_problems import CONTROL, Problem, excerpt_of, shown
from plnsim.model.world.row_sources import BrokenRow, Row, WorkbookRows, row_source

MOST_SHOWN = 20
FEW_NAMES = 2000
WHOLE_NAME = re.compile(r"([0-9]+)\.0+")
DECIMAL_COMMA, THOUSANDS = re.compile(r"[+-]?[0-9]*,?[0-9]+"), re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
QUOTES = 'a text that holds the delimiter stands between two " and a " inside it is written ""'
ANSWERS = {"no": False, "yes": True, "n": False, "y": True, "false": False, "true": True, "0": False, "1": True}
"""What stands for no and yes; spreadsheets and statistics packages write truth in every one of these ways."""


class CsvReader:
    """Reads one table row by row; collects its problems, so that one look at the messages mends them all.

    Capitals, spaces and punctuation make no difference in the name of a column. ``names`` gives the names that some
    columns have in files of somebody's own; of those, ``found`` are in this file. What is in a column that nobody asks
    for is left out, which a warning says. ``sheet`` is the sheet of a workbook that is read, where there is one of that
    name.

    While iterating, ``text``, ``number``, ``one_of``, ``answer``, ``new_name`` and ``place`` read cells of the current
    row. After a problem, as where there is no such column, they give a stand-in, and ``finish`` raises ``InputError``,
    so that a stand-in is never used.
    """

    def __init__(
        self,
        path: Path,
        needed: tuple[str, ...],
        optional: tuple[str, ...] = (),
        *,
        names: Mapping[str, tuple[str, ...]] | None = None,
        sheet: str = "",
        encodings: tuple[str, ...] = ("utf-8-sig",),
    ):
        self.path, self.needed = Path(path), needed
        self.problems: dict[object, Problem] = {}
        self.count, self.rows = 0, 0
        self.row: dict[str, str] = {}
        self.rounded: dict[str, list[tuple[int, str, int]]] = {}
        self.found: set[str] = set()
        self._commas: dict[str, bool | None] = {}
        known = (*needed, *optional)
        own = {folded(name): column for column, given in (names or {}).items() if column in known for name in given}
        known_as = {folded(name): name for name in known} | own
        self.source = row_source(
            self.path, sheet, encodings, lambda row: len({known_as.get(folded(name)) for name in row} - {None})
        )
        self.here: Row = (self.source.header_line, self.source.header)
        if self.source.header_line > 1:
            warn_of_input(f"{self.path.name}: the headings are in row {self.source.header_line}")
        self.left_out: list[str] = []
        self.columns = self._columns(known, names or {}, own)

    def __iter__(self) -> Iterator[dict[str, str]]:
        """Yields each row as texts by column, without the spaces around them; rows without any text are passed over."""
        width = len(self.columns)
        try:
            for line, fields in self.source.rows():
                if not any(fields):
                    continue
                self.here = line, fields
                self.rows += 1
                if len(fields) < width or any(fields[width:]):
                    self.problem(
                        "",
                        f"the row has {len(fields)} fields, and the header has {width}",
                        "as many as the header" + ("" if isinstance(self.source, WorkbookRows) else f"; {QUOTES}"),
                    )
                    continue
                filled = zip(self.columns, fields, strict=False)
                self.row = dict.fromkeys(self.needed, "") | {name: text for name, text in filled if name}
                yield self.row
        except BrokenRow as row:
            self.problem("", row.wrong, QUOTES, at=(row.line, [row.excerpt]))

    def problem(self, column: str, wrong: str, right: str, at: Row | None = None, kind: object = None) -> None:
        """Notes what is wrong in a column of the current row, or of the row ``at``.

        Problems of one ``kind``, by default those in the same words, are worded once, with the lines of all; of others
        only the first few.
        """
        self.count += 1
        line, fields = at or self.here
        kind = column, kind or wrong
        if kind in self.problems:
            self.problems[kind].lines.append(line)
        elif len(self.problems) < MOST_SHOWN:
            place = f"{self.path}:{line}" + (f":{column}" if column else "")
            mark = (
                self.columns.index(column)
                if column and line > self.source.header_line and column in self.columns
                else -1
            )
            excerpt = excerpt_of(fields, mark, self.source.delimiter)
            self.problems[kind] = Problem(wrong, place, right, excerpt)

    def finish(self) -> None:
        """Raises ``InputError`` with every problem found, or when the file lists nothing; tells what was rounded."""
        if not self.rows and not self.count:
            raise InputError(
                "the file has a header and no rows",
                place=f"{self.path}:{self.source.header_line + 1}",
                right="a row for each line of data, or no such file",
            )
        if self.count:
            errors = [problem.error() for problem in self.problems.values()]
            if len(errors) == self.count == 1:
                raise errors[0]
            told = "\n\n".join(map(str, errors))
            raise InputError(f"{told}\n\n{self.count:,} problems in {self.path}. Nothing was run.")
        for column, cells in self.rounded.items():
            line, text, whole = cells[0]
            warn_of_input(
                f"{self.path.name}: {len(cells):,} of {self.rows:,} rows have {column} that are no whole number, as "
                f"full-time equivalents are; they are rounded (line {line}: {text} is {whole})"
            )

    def _columns(
        self, known: tuple[str, ...], names: Mapping[str, tuple[str, ...]], own: Mapping[str, str]
    ) -> list[str]:
        """The column that each field of a row belongs to, "" where to none; notes what is missing or stands twice."""
        plain = {folded(name): name for name in known}
        header = self.source.header
        taken = {own[folded(name)] for name in header if folded(name) in own}
        self.found = {folded(name) for name in header if folded(name) in own}
        columns = []
        for name in header:
            column = own.get(folded(name)) or plain.get(folded(name), "")
            if column in taken and folded(name) not in own:
                column = ""
            if column and column in columns:
                self.problem(column, f"the column {column} stands twice", f"one column {column}")
            if not column:
                self.left_out.append(name)
            columns.append(column)
        for name in self.needed:
            if name not in columns:
                near = [other for other in self.left_out if _near(other, (name,))]
                self.problem(
                    name,
                    f"there is no column {join_or(list((names or {}).get(name, (name,))))}",
                    f"did you mean the column {shown(near[0])}? Then call it {name}"
                    if near
                    else f"a header with {', '.join(self.needed)}"
                    + ("" if isinstance(self.source, WorkbookRows) else ", separated by commas or semicolons"),
                )
        self._tell_left_out([name for name in known if name not in columns])
        return columns

    def _tell_left_out(self, missing: list[str]) -> None:
        """Warns of the columns that nobody asks for, each with the one that it may have been meant for."""
        told = [
            shown(name) + (f" (did you mean {near}?)" if (near := _near(name, missing)) else "")
            for name in self.left_out[:MOST_SHOWN]
            if name
        ]
        if more := len(self.left_out) - MOST_SHOWN:
            told += [f"{more:,} more"] if more > 0 else []
        if told:
            many = len(told) > 1
            warn_of_input(
                f"{self.path.name}: the column{'s' if many else ''} {', '.join(told)} "
                f"{'are' if many else 'is'} left out"
            )

    def text(self, column: str) -> str:
        """The text of a cell that must be filled."""
        text = self.row.get(column, "")
        if not text:
            self._empty(column)
        elif CONTROL.search(text):
            self.problem(column, f"{shown(text)} holds a line break or another control character", "a plain text")
        return text

    def _empty(self, column: str) -> None:
        if column not in self.columns and self.count:
            return  # that there is no such column has been said
        self.problem(
            column,
            f"the cell {column} is empty",
            "a value in every row" + ("" if column in self.needed else f", or no column {column}"),
        )

    @overload
    def number(
        self,
        column: str,
        least: int,
        most: int,
        *,
        integer: Literal[True],
        default: int | None = None,
        rounds: bool = False,
    ) -> int: ...

    @overload
    def number(self, column: str, least: float, most: float, *, default: int | None = None) -> float: ...

    def number(
        self,
        column: str,
        least: float,
        most: float,
        *,
        integer: bool = False,
        default: int | None = None,
        rounds: bool = False,
    ) -> float:
        """The number in a cell, within bounds; the default for an empty or missing cell where there is one.

        A number ``rounds`` where it must be an integer and may be given as full-time equivalents: to the nearest whole
        one, at least ``least``, which ``finish`` tells.
        """
        text = self.row.get(column, "")
        if not text and default is None:
            self._empty(column)
        if not text:
            return least if default is None else default
        number = self._number(column, text)
        if rounds and 0 < number <= most and not number.is_integer():
            whole = max(int(least), math.floor(number + 0.5))
            self.rounded.setdefault(column, []).append((self.here[0], text, whole))
            return whole
        if least <= number <= most and (number.is_integer() or not integer):
            return int(number) if integer else number
        kind = "a whole number" if integer else "a number with a decimal point,"
        right = f"{kind} from {least:,} to {most:,}"
        if THOUSANDS.fullmatch(text):
            wrong, right = (
                "which can be read in two ways",
                f"{text.replace(',', '.')} or {text.replace(',', '')}, as it is meant",
            )
        elif math.isfinite(number):
            wrong = f"which is {'not a whole number' if least <= number <= most else 'out of bounds'}"
        else:
            wrong = "which is not a number"
        self.problem(column, f"{column} is {shown(text)}, {wrong}", right, kind=wrong)
        return least

    def _number(self, column: str, text: str) -> float:
        """The number that a text stands for, NaN for none; with a decimal comma where the whole column has such."""
        if "," in text and self._has_decimal_commas(column):
            text = text.replace(",", ".")
        try:
            return float(text) if "_" not in text else math.nan
        except ValueError:
            return math.nan

    def _has_decimal_commas(self, column: str) -> bool:
        """Whether every number of a column can be read with a decimal comma, and one cannot be read otherwise."""
        if not self._commas:
            all_can, one_must = dict.fromkeys(self.columns, True), dict.fromkeys(self.columns, False)
            try:
                for _, fields in self.source.rows():
                    for name, text in zip(self.columns, fields, strict=False):
                        all_can[name] &= not text or DECIMAL_COMMA.fullmatch(text) is not None
                        one_must[name] |= "," in text and THOUSANDS.fullmatch(text) is None
            except BrokenRow:
                pass  # which is told where the row is read
            self._commas = {name: all_can[name] and one_must[name] for name in self.columns}
        return bool(self._commas[column])

    def one_of(self, column: str, words: tuple[str, ...]) -> str:
        """One of some words, in capitals or not."""
        text = self.row.get(column, "").casefold()
        if text in words:
            return text
        if self.text(column):
            self.problem(column, f"{column} cannot be {shown(self.row[column])}", f"one of {', '.join(words)}")
        return words[0]

    def answer(self, column: str) -> bool:
        """Whether a cell says yes; true and false, 1 and 0 are taken as well."""
        text = _name(self.row.get(column, "")).casefold()
        return ANSWERS[text] if text in ANSWERS else self.one_of(column, ("no", "yes")) == "yes"

    def new_name(self, column: str, lines: dict[str, int]) -> None:
        """Enters the name in a cell, with its line, among the names; a name that stands there already is a problem."""
        name = _name(self.text(column))
        if name in lines:
            self.problem(
                column,
                f"the {column} {shown(name)} stands twice, first on line {lines[name]}",
                f"an id of its own for every {column}",
            )
        elif name:
            lines[name] = self.here[0]

    def place(self, column: str, kind: str, places: dict[str, int]) -> int:
        """The place of the school or teacher whom a cell names, or -1 after a problem."""
        name = _name(self.row.get(column, ""))
        place = places.get(name, -1)
        if place < 0 and self.text(column):
            self.problem(
                column,
                f"unknown {kind} {shown(name)}",
                _nearest(name[:200], places) if len(self.problems) < MOST_SHOWN else "",
            )
        return place


def _name(text: str) -> str:
    """A name as it is known by: tables with gaps write the number 12 as 12.0."""
    whole = WHOLE_NAME.fullmatch(text)
    return whole[1] if whole else text


def folded(name: str) -> str:
    """The name of a column without what makes no difference: capitals, spaces and punctuation."""
    return re.sub(r"[\W_]+", "", name.casefold()) or name


def _near(name: str, known: list[str] | tuple[str, ...]) -> str:
    """Which known column the name of one may have been meant for; nothing where none is near."""
    near = get_close_matches(folded(name[:200]), known, n=1, cutoff=0.66)
    return near[0] if near else ""


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
