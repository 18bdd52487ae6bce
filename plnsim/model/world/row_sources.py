"""Where the rows of a table stand: a text with a delimiter, or a sheet of an Excel workbook; nothing is judged here."""

from __future__ import annotations

import csv
import datetime
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import IO, Any, Protocol
from zipfile import BadZipFile, ZipFile

from plnsim.common.errors import InputError, printable
from plnsim.common.user_files import open_user_file

LARGEST_FILE, LONGEST_LINE = 2_000_000_000, 1_000_000
LARGEST_WORKBOOK, LARGEST_UNPACKED = 200_000_000, 2_000_000_000
KIND, WORKBOOK = "CSV file", "Excel workbook"
WORKBOOKS = (".xlsx", ".xlsm")
NO_TABLES = (".xls", ".xlsb", ".ods", ".numbers")
"""What spreadsheets save that is no table to us."""
DELIMITERS = (",", ";", "\t")
WIDEST_EXCERPT = 110
UTF_8, WINDOWS = "utf-8-sig", "cp1252"
HEADER_ROWS = 20
"""In how many rows a header is looked for."""

Row = tuple[int, list[str]]
"""A row as it stands: its line, or its row in a sheet, and the texts of its cells without the spaces around them."""
Headings = Callable[[list[str]], int]
"""How many known columns a row names."""


class BrokenRow(Exception):
    """Says that no row could be made of a line, and why."""

    def __init__(self, line: int, wrong: str, excerpt: str = ""):
        super().__init__(wrong)
        self.line, self.wrong, self.excerpt = line, wrong, excerpt


class RowSource(Protocol):
    """A table: its header and the line of it, what stands between fields in a message, and the rows below."""

    header: list[str]
    header_line: int
    delimiter: str

    def rows(self) -> Iterator[Row]:
        """Yields every row below the header; raises ``BrokenRow`` and ``InputError``."""


def row_source(
    path: Path, sheet: str = "", encodings: tuple[str, ...] = (UTF_8,), headings: Headings | None = None
) -> RowSource:
    """The table of a file, by the ending of its name; raises ``InputError`` for a file that has none.

    ``sheet`` is the sheet of a workbook that is read where there is one of that name, in capitals or not; else the
    first is. ``encodings``: what the bytes of a text may stand for, the likeliest first.
    With ``headings``, blank rows and titles above the header are passed over.
    """
    path, ending = Path(path), Path(path).suffix.casefold()
    if ending in NO_TABLES:
        raise InputError(
            f"a file that ends in {ending} cannot be read",
            place=str(path),
            right='save it as "Excel workbook (.xlsx)" or as "CSV UTF-8"',
        )
    return WorkbookRows(path, sheet, headings) if ending in WORKBOOKS else TextRows(path, encodings, headings)


def _header_of(rows: Iterator[Row], headings: Headings | None) -> Row:
    """The header: the first row that holds something, or one below that names more columns, two at least."""
    best = next(rows, (1, []))
    if headings is None:
        return best
    most = headings(best[1])
    try:
        for line, fields in islice(rows, HEADER_ROWS - 1):
            named = headings(fields)
            if (named >= 2 and named > most) or (any(fields) and not any(best[1])):
                best, most = (line, fields), named
    except csv.Error:
        pass  # which is told where the row is read
    return best


def unreadable(path: Path, error: Exception, kind: str = KIND) -> InputError:
    why = getattr(error, "strerror", None) or error
    return InputError(f"the file cannot be read: {why}", place=printable(str(path)), right=f"a readable {kind}")


def broken(error: csv.Error) -> str:
    return (
        "a line or field is too long; perhaps a quotation mark is not closed"
        if "limit" in str(error)
        else "the quotation marks do not match"
    )


@contextmanager
def opened(path: Path, kind: str, most: int) -> Iterator[IO[bytes]]:
    """A file of a population, opened; raises ``InputError`` where it is missing, empty, too large or no file."""
    place = printable(str(path))
    try:
        with open_user_file(path, kind, most) as file:
            if not file.read(1):
                raise InputError(
                    "the file is empty",
                    place=f"{place}:1",
                    right="a header with the names of the columns, and rows below it",
                )
            file.seek(0)
            yield file
    except FileNotFoundError:
        raise InputError(
            f"there is no file {place}",
            place=place,
            right="a path, in a scenario from the folder of the scenario file",
        ) from None


class TextRows:
    """The rows of a text whose fields stand between commas, semicolons or tabs: what the header has most of."""

    def __init__(self, path: Path, encodings: tuple[str, ...] = (UTF_8,), headings: Headings | None = None):
        self.path, self.encoding, self.header_line = path, encodings[0], 1
        with opened(path, KIND, LARGEST_FILE):
            pass
        while self.encoding != encodings[-1] and not self._is_text():
            self.encoding = encodings[encodings.index(self.encoding) + 1]
        try:
            self.header_line, _ = _header_of(self._lines_apart(), headings)
            text = next(islice(self._lines(), self.header_line - 1, None), "")
            self.delimiter = _delimiter(text)
            self.header = [name.strip() for name in next(csv.reader([text], delimiter=self.delimiter, strict=True), [])]
        except csv.Error as error:
            raise InputError(
                f"in the header, {broken(error)}",
                place=f"{printable(str(path))}:{self.header_line}",
                right="the names of the columns on one line",
            ) from None

    def rows(self) -> Iterator[Row]:
        lines = islice(self._lines(), self.header_line, None)
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        while True:
            line = reader.line_num + self.header_line + 1
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise BrokenRow(line, broken(error), self._raw(line)) from None
            yield line, [field.strip() for field in fields]

    def _lines_apart(self) -> Iterator[Row]:
        """Yields each line as a row of its own, as a header is one; of quotation marks nothing is judged."""
        for line, text in enumerate(self._lines(), start=1):
            fields = next(csv.reader([text], delimiter=_delimiter(text)), [])
            yield line, [field.strip() for field in fields]

    def _is_text(self) -> bool:
        try:
            for _ in self._lines():
                pass
        except InputError:
            return False
        except csv.Error:
            pass  # a line without end: the rows tell where
        return True

    def _lines(self) -> Iterator[str]:
        """Yields the lines of the file as they stand."""
        try:
            with (
                open_user_file(self.path, KIND, LARGEST_FILE) as raw,
                TextIOWrapper(raw, encoding=self.encoding, newline="") as file,
            ):
                while line := file.readline(LONGEST_LINE):
                    if len(line) == LONGEST_LINE:
                        raise csv.Error("line limit")
                    yield line
        except UnicodeDecodeError:
            raise self._no_text() from None
        except OSError as error:
            raise unreadable(self.path, error) from None

    def _raw(self, line: int) -> str:
        """The beginning of a line that could not be read as a row."""
        with open(self.path, encoding=self.encoding, errors="replace", newline="") as file:
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
            excerpt=printable(text[at : at + 40].strip()),
        )


def _delimiter(text: str) -> str:
    return max(DELIMITERS, key=text.count)


class WorkbookRows:
    """The rows of one sheet of an Excel workbook, with what its formulas gave when it was saved."""

    delimiter = ","

    def __init__(self, path: Path, sheet: str = "", headings: Headings | None = None):
        self.path, self.sheet = path, sheet
        with self._opened() as rows:
            self.header_line, self.header = _header_of(rows, headings)
        if not any(self.header):
            raise InputError(
                "the sheet has no header",
                place=f"{printable(str(path))}:1",
                right="the names of the columns in its first row, and rows below it",
            )

    def rows(self) -> Iterator[Row]:
        with self._opened() as rows:
            for line, fields in islice(rows, self.header_line, None):
                yield line, fields + [""] * (len(self.header) - len(fields))

    @contextmanager
    def _opened(self) -> Iterator[Iterator[Row]]:
        import openpyxl

        place = printable(str(self.path))
        with opened(self.path, WORKBOOK, LARGEST_WORKBOOK) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of styles that it does not know
            try:
                with ZipFile(file) as packed:
                    if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
                        raise BadZipFile(f"unpacked it is more than {LARGEST_UNPACKED:,} bytes long")
                book = openpyxl.load_workbook(file, read_only=True, data_only=True)
                named = [each for each in book.worksheets if each.title.casefold() == self.sheet.casefold()]
                chosen = (named or book.worksheets)[0]
                chosen.reset_dimensions()
                yield ((line, fields_of(cells)) for line, cells in enumerate(chosen.values, start=1))
            except (InputError, MemoryError):
                raise
            except Exception as error:  # what is wrong with a damaged workbook, openpyxl tells in every way there is
                raise InputError(
                    f"the workbook cannot be read: {printable(str(error))[:100] or type(error).__name__}",
                    place=place,
                    right="a workbook as Excel saves it (.xlsx), or a CSV file",
                ) from None


def fields_of(cells: tuple[Any, ...]) -> list[str]:
    """The cells of a row as texts; 12.0 is 12, and no cell stands behind the last that holds something."""
    fields = [_text_of(cell) for cell in cells]
    while fields and not fields[-1]:
        fields.pop()
    return fields


def _text_of(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell).strip()
