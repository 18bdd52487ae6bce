"""A leader's answers: written as a file to fill in, read and checked, and turned into ranges.

An answer stands for the stretch of the plausible range that lies nearer to its anchor than to any other; *do not know* stands for
the whole of it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from plnsim.errors import BadInput, suggestion, told
from plnsim.readiness.questions import ANCHORS, BY_KEY, QUESTIONS
from plnsim.scenario.places import places

UNKNOWN = "do not know"
NOT_KNOWN = (UNKNOWN, "?", "")
HALF_STEP = 0.5 / (ANCHORS - 1)
LARGEST_FILE = 100_000
WIDEST_EXCERPT = 110


@dataclass(frozen=True)
class Answers:
    """The number of the anchor (1 to 5) for each question that was answered, by its key; what is missing is not known."""

    given: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self):
        for key, answer in self.given.items():
            checked_answer(key, answer)

    def shares(self, key: str) -> tuple[float, float]:
        """The stretch of the plausible range, as shares of it, in which the answer to a question lies."""
        if key not in self.given:
            return 0.0, 1.0
        anchor = (self.given[key] - 1) / (ANCHORS - 1)
        return max(0.0, anchor - HALF_STEP), min(1.0, anchor + HALF_STEP)

    def said(self, key: str) -> str:
        """The anchor that was chosen, in words."""
        return BY_KEY[key].anchors[self.given[key] - 1] if key in self.given else UNKNOWN

    @property
    def unknown(self) -> tuple[str, ...]:
        """The keys of the questions without an answer, in their order."""
        return tuple(one.key for one in QUESTIONS if one.key not in self.given)


def checked_answer(key: str, answer: object) -> int | None:
    """The number of an anchor, or nothing for *do not know*; raises ``BadInput`` for anything else."""
    if key not in BY_KEY:
        raise BadInput(f"there is no question {told(key)}", right=suggestion(key, BY_KEY))
    if isinstance(answer, str) and answer.strip().casefold() in NOT_KNOWN:
        return None
    if isinstance(answer, bool) or not isinstance(answer, int) or not 1 <= answer <= ANCHORS:
        raise BadInput(f"the question {key} ({BY_KEY[key].text}) cannot be answered by {told(answer)}", right=_choices(key))
    return answer


def _choices(key: str) -> str:
    """What would be a right answer, with the words of the anchors."""
    anchors = "\n".join(f"       {number}  {anchor}" for number, anchor in enumerate(BY_KEY[key].anchors, start=1))
    return f'a whole number from 1 to 5, or "{UNKNOWN}":\n{anchors}'


def read_answers(path: Path) -> Answers:
    """The answers in a file; raises ``BadInput`` that names every problem with its line and question."""
    text = _text(path)
    try:
        content = tomllib.loads(text)
        where = places(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax(text, str(path), error) from None
    except (ValueError, RecursionError):
        raise BadInput("the file is no file of answers", place=str(path), right="lines such as vision = 3") from None
    given, problems = {}, []
    for key, answer in content.items():
        try:
            if (number := checked_answer(key, answer)) is not None:
                given[key] = number
        except BadInput as problem:
            line, column = where[(key,)]
            problems.append(BadInput(problem.wrong, place=f"{path}:{line}:{column}", right=problem.right, excerpt=_excerpt(text, line)))
    if len(problems) == 1:
        raise problems[0]
    if problems:
        shown = "\n\n".join(str(one) for one in problems[:len(QUESTIONS)])
        raise BadInput(f"{shown}\n\n{len(problems)} problems in {path}. Nothing was run.")
    return Answers(given)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadInput(f"{path} is {path.stat().st_size:,} bytes long", place=str(path), right="a file of answers is a short text")
        return path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        raise BadInput(f"there is no file {path}", place=str(path), right=f"plnsim readiness --init {path} writes one to fill in") from None
    except UnicodeDecodeError:
        raise BadInput("the file is no UTF-8 text", place=str(path), right="save it as UTF-8") from None
    except (OSError, ValueError) as error:
        raise BadInput(f"the file cannot be read: {getattr(error, 'strerror', error)}", place=str(path), right="a readable file of answers") from None


def _syntax(text: str, path: str, error: tomllib.TOMLDecodeError) -> BadInput:
    """The problem of a text that is no TOML, found by asking how far it can be read line by line."""
    message, lines = str(error), text.split("\n")
    line = int(message.partition("at line ")[2].partition(",")[0] or 0) or max(1, len(text.rstrip().split("\n")))
    right = 'one question on a line, as in vision = 3 or vision = "do not know"'
    if "overwrite" in message:
        return BadInput("a question is answered twice", place=f"{path}:{line}", excerpt=_excerpt(text, line), right="each question once")
    return BadInput("this line is no answer", place=f"{path}:{line}", excerpt=_excerpt(text, min(line, len(lines))), right=right)


def _excerpt(text: str, line: int) -> str:
    shown = text.split("\n")[line - 1]
    return "".join(one if one.isprintable() else " " for one in shown)[:WIDEST_EXCERPT].rstrip()


def as_file(answers: Answers | None = None) -> str:
    """The text of a file of answers: to be filled in, or with answers that were given."""
    given = answers.given if answers else {}
    lines = ["# Before a network is founded: twelve questions to the leaders of its schools.",
             "# Put the number of the sentence that comes nearest behind the = sign.",
             f'# Whatever you do not know may stay "{UNKNOWN}"; the answer of the model only becomes less certain.',
             "# Then: plnsim readiness THIS_FILE"]
    for one in QUESTIONS:
        lines += ["", f"# {one.text}", *(f"#   {number}  {anchor}" for number, anchor in enumerate(one.anchors, start=1))]
        lines.append(f"{one.key} = {given[one.key]}" if one.key in given else f'{one.key} = "{UNKNOWN}"')
    return "\n".join(lines) + "\n"


def write_file(path: Path, answers: Answers | None = None) -> None:
    """Writes a file of answers; never replaces one that is there. Raises ``BadInput``."""
    if path.suffix != ".toml":
        raise BadInput(f"a file of answers ends in .toml, got {path}", place=str(path), right=str(path.with_suffix(".toml") if path.name else "answers.toml"))
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(as_file(answers))
    except FileExistsError:
        raise BadInput(f"{path} is there already and was not touched", place=str(path), right="another name") from None
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be written: {getattr(error, 'strerror', error)}", place=str(path),
                       right="a folder that exists and that you may write to") from None
