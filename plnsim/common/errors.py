"""The one kind of error that a user can mend: bad input, said once and clearly."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from datetime import date, time
from numbers import Integral, Real

LONGEST_QUOTE = 60
LARGEST_QUOTE = 10**20
LONGEST_LIST = 320
UNSEEN = r"\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
"""What a terminal would obey, what turns the direction of a text or cannot be seen, and halves of characters; line
breaks are not among them.
"""
NOT_IN_LINES, NOT_IN_TEXTS = re.compile(f"[\n{UNSEEN}]"), re.compile(f"[{UNSEEN}]")


def printable(text: str) -> str:
    """A text of the user, such as a path, on one line and without anything that a terminal would obey."""
    return NOT_IN_LINES.sub("?", text)


class InputError(ValueError):
    """Says which input is wrong, where it stands, what is wrong and what would be right.

    All that is wrong with an input raises this one class. The command line prints the message and exits with 2.

    Parameters
    ----------
    wrong : str
        What is wrong, in one sentence.
    place : str, default ""
        A file with line and column where there is one (``study.toml:11:1``), else the option or argument.
    right : str, default ""
        What would be right.
    excerpt : str, default ""
        The lines of the file that the message shows.

    Examples
    --------
    >>> from plnsim import InputError, Scenario
    >>> try:
    ...     Scenario.of("baselin")
    ... except InputError as error:
    ...     print(error)
    there is no scenario 'baselin'
       = help: did you mean baseline?
    """

    def __init__(self, wrong: str, *, place: str = "", right: str = "", excerpt: str = ""):
        self.place = printable(place)
        self.wrong, self.right, self.excerpt = (NOT_IN_TEXTS.sub("?", text) for text in (wrong, right, excerpt))
        super().__init__(str(self))

    def __str__(self) -> str:
        lines = [self.wrong]
        if self.place:
            lines.append(f"  --> {self.place}")
        lines += [f"   | {line}" for line in self.excerpt.splitlines()]
        if self.right:
            lines.append(f"   = help: {self.right}")
        return "\n".join(lines)


class InputWarning(UserWarning):
    """Says what was made of an input that may have been meant otherwise; the command line prints it as a note."""


def warn_of_input(note: str) -> None:
    """Warns of what was made of an input."""
    warnings.warn(NOT_IN_LINES.sub("?", note), InputWarning, stacklevel=2)


class DeclarationError(ValueError):
    """Says which declaration of the model is wrong and what would be right.

    For those who write mechanisms, as ``InputError`` is for those who use them.
    """


def quote_value(value: object) -> str:
    """A value as a message quotes it: as it would stand in a scenario file, and short."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, date | time):
        return str(value)
    if isinstance(value, Integral):
        return str(int(value)) if abs(int(value)) < LARGEST_QUOTE else "a number with more than 20 digits"
    if isinstance(value, Real):
        return repr(float(value))
    if isinstance(value, str) and len(value) > LONGEST_QUOTE:
        value = f"{value[: LONGEST_QUOTE - 3]}..."
    return repr(value)


def join_or(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def suggestion(word: str, known: Iterable[str]) -> str:
    """The help text for an unknown word: the nearest known one, or the whole list when none is near.

    A parameter's name without its section, and capitals where none belong, are near.
    """
    from difflib import get_close_matches  # only who is mistaken waits for it

    known = sorted(known)
    folded = {name.casefold(): name for name in known}
    near = [name for name in known if "." in name and name.rpartition(".")[2] == word] or [
        folded[match] for match in get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    ]
    if near:
        return f"did you mean {join_or(near)}?"
    listed = ", ".join(known)
    return f"known are: {listed}" if len(listed) <= LONGEST_LIST else f"{len(known)} names are known; none is near"
