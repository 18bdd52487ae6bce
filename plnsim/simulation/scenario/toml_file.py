"""A TOML file that a person wrote: its text, its content, and messages that name line and column."""

from __future__ import annotations

import re
import tomllib
from difflib import get_close_matches
from pathlib import Path

from plnsim.common.errors import InputError, printable
from plnsim.common.toml import LARGEST_FILE, TomlTable, parse_toml
from plnsim.common.user_files import article, read_user_text
from plnsim.simulation.scenario.places import KeyPath, key_positions

LINE_AND_COLUMN = re.compile(r":([0-9]+):([0-9]+)$")
MOST_PROBLEMS = 100
"""After so many a file is given up: looking for what was meant takes time with each."""
WIDEST_EXCERPT = 110
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
DECIMAL_COMMA = re.compile(r"=\s*[+-]?\d+,\d+\s*(#|$)")
MANY_DIGITS = re.compile(r"[0-9][0-9_]{4000,}")

Content = TomlTable


def load_text(path: Path, kind: str = "scenario") -> str:
    """The text of a file of some kind; raises ``InputError`` naming file, line and column."""
    try:
        return read_user_text(path, f"{kind} file", LARGEST_FILE)
    except FileNotFoundError:
        near = get_close_matches(path.name, [other.name for other in path.parent.glob("*.toml")], n=1)
        right = (
            f"did you mean {path.with_name(near[0])}?"
            if near
            else f"the path of {article(kind)} file that ends in .toml"
        )
        raise InputError(f"there is no file {printable(str(path))}", place=str(path), right=right) from None
    except UnicodeDecodeError as error:
        lines = error.object[: error.start].split(b"\n")
        raise InputError(
            "the file is no UTF-8 text", place=f"{path}:{len(lines)}:{len(lines[-1]) + 1}", right="save it as UTF-8"
        ) from None


class TomlFile:
    """A file being read; it collects its problems, so that one look at the messages mends them all."""

    def __init__(self, text: str, place: str):
        self.text, self.place = text.replace("\r\n", "\n"), place
        self.problems: list[InputError] = []
        self.lines = self.text.split("\n")
        self.positions: dict[KeyPath, tuple[int, int]] = {}

    def content(self) -> Content:
        """The content as TOML; raises ``InputError`` where the text is none."""
        try:
            content = parse_toml(self.text, self.place)
            self.positions = key_positions(self.text)
        except InputError as problem:
            at = LINE_AND_COLUMN.search(problem.place)
            excerpt = self._excerpt(int(at[1]), int(at[2])) if at else ""
            raise InputError(problem.wrong, place=problem.place, right=problem.right, excerpt=excerpt) from None
        except tomllib.TOMLDecodeError as error:
            raise self._syntax(error) from None
        except ValueError:
            raise self._too_many_digits() from None
        return content

    def _at(self, path: KeyPath) -> tuple[str, str]:
        """Place and excerpt of a key; of the nearest table above where it was not found."""
        while path and path not in self.positions:
            path = path[:-1]
        if path not in self.positions:
            return self.place, ""
        line, column = self.positions[path]
        return f"{self.place}:{line}:{column}", self._excerpt(line, column)

    def _excerpt(self, line: int, column: int) -> str:
        """A line on which a mark stands below a column; of a long line, what lies around it."""
        skipped = max(0, column - 1 - WIDEST_EXCERPT // 2) if len(self.lines[line - 1]) > WIDEST_EXCERPT else 0
        shown = CONTROL.sub(" ", self.lines[line - 1][skipped : skipped + WIDEST_EXCERPT]).rstrip()
        return f"{shown}\n{' ' * (column - 1 - skipped)}^"

    def problem(self, path: KeyPath, wrong: str, right: str) -> None:
        """Notes what is wrong with a key, and what would be right."""
        place, excerpt = self._at(path)
        self.problems.append(InputError(wrong, place=place, right=right, excerpt=excerpt))
        if len(self.problems) >= MOST_PROBLEMS:
            self.raise_problems()

    def raise_problems(self) -> None:
        """Raises ``InputError`` with every problem noted, if there is one."""
        if len(self.problems) == 1:
            raise self.problems[0]
        if self.problems:
            shown = "\n\n".join(map(str, self.problems[:20]))
            more = " or more" if len(self.problems) >= MOST_PROBLEMS else ""
            raise InputError(f"{shown}\n\n{len(self.problems)} problems{more} in {self.place}. Nothing was run.")

    def _syntax(self, error: tomllib.TOMLDecodeError) -> InputError:
        where = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        wrong = re.sub(r"\s*\(at .*\)", "", str(error))
        if where:
            line, column, right = int(where[1]), int(where[2]), "key = value, with texts in quotes, and [sections]"
        else:
            line = max((number for number, text in enumerate(self.lines, start=1) if text.strip()), default=1)
            column, right = len(self.lines[line - 1].rstrip()) + 1, "finish the last line"
        if "twice" in wrong or "overwrite" in wrong:
            wrong, right = "this key or section stands twice", "each key and each [section] once"
        elif wrong == r"Illegal character '\n'":
            wrong, right = "a text does not end on its line", "a quotation mark at its end"
        elif DECIMAL_COMMA.search(self.lines[line - 1]):
            right = "a decimal point, as in 1.2"
        return InputError(
            f"the file is no valid TOML: {wrong[:1].lower()}{wrong[1:]}",
            place=f"{self.place}:{line}:{column}",
            excerpt=self._excerpt(line, column),
            right=right,
        )

    def _too_many_digits(self) -> InputError:
        """The problem of a whole number so long that Python refuses to read it."""
        line, column = next(
            (
                (number, digits.start() + 1)
                for number, text in enumerate(self.lines, start=1)
                if (digits := MANY_DIGITS.search(text))
            ),
            (1, 1),
        )
        return InputError(
            "a whole number has too many digits",
            place=f"{self.place}:{line}:{column}",
            excerpt=self._excerpt(line, column),
            right="numbers of at most 20 digits",
        )
