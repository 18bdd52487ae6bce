"""A leader's answers: written as a file to fill in, read and checked, and turned into ranges.

An answer stands for the stretch of the plausible range that lies nearer to its anchor than to any other; *do not know*
stands for the whole of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path

from plnsim.common.command_line import command_line
from plnsim.common.errors import InputError, printable, quote_value, suggestion
from plnsim.common.files import write_user_file
from plnsim.common.short_repr import short_repr
from plnsim.simulation.scenario.toml_file import TomlFile, load_text
from plnsim.studies.readiness.questions import ANCHORS, BY_KEY, QUESTIONS

UNKNOWN = "do not know"
NOT_KNOWN = (UNKNOWN, "?", "")
HALF_STEP = 0.5 / (ANCHORS - 1)
EXAMPLE_LINE = f'a line such as vision = 3, or vision = "{UNKNOWN}" with quotation marks'


@dataclass(frozen=True)
class Answers:
    """A leader's answers.

    Parameters
    ----------
    given : mapping of str to int, default {}
        Number of the anchor, 1 to 5, by the key of the question; what is missing is not known.

    Raises
    ------
    InputError
        Where there is no such question or anchor.
    """

    given: Mapping[str, int] = field(default_factory=dict)

    __repr__ = short_repr

    def __post_init__(self) -> None:
        for key, answer in self.given.items():
            check_answer(key, answer)

    def shares(self, key: str) -> tuple[float, float]:
        """Gives the stretch of the plausible range in which the answer to a question lies.

        Parameters
        ----------
        key : str
            Key of the question.

        Returns
        -------
        low, high : float
            Shares of the range; 0 and 1 where the answer is not known.
        """
        if key not in self.given:
            return 0.0, 1.0
        anchor = (self.given[key] - 1) / (ANCHORS - 1)
        return max(0.0, anchor - HALF_STEP), min(1.0, anchor + HALF_STEP)

    def label(self, key: str) -> str:
        """Gives the anchor that was chosen, in words.

        Parameters
        ----------
        key : str
            Key of the question.

        Returns
        -------
        str
            ``"do not know"`` where the answer is not known.
        """
        return BY_KEY[key].anchors[self.given[key] - 1] if key in self.given else UNKNOWN

    @property
    def unknown(self) -> tuple[str, ...]:
        """The keys of the questions without an answer, in their order."""
        return tuple(question.key for question in QUESTIONS if question.key not in self.given)


def check_answer(key: str, answer: object) -> int | None:
    """The number of an anchor, or nothing for *do not know*; raises ``InputError`` for anything else."""
    if key not in BY_KEY:
        raise InputError(f"there is no question {quote_value(key)}", right=suggestion(key, BY_KEY))
    if isinstance(answer, str) and answer.strip().casefold() in NOT_KNOWN:
        return None
    if isinstance(answer, bool) or not isinstance(answer, int) or not 1 <= answer <= ANCHORS:
        raise InputError(
            f"the question {key} ({BY_KEY[key].text}) cannot be answered by {quote_value(answer)}", right=_choices(key)
        )
    return answer


def _choices(key: str) -> str:
    """What would be a right answer, with the words of the anchors."""
    anchors = "\n".join(f"       {number}  {anchor}" for number, anchor in enumerate(BY_KEY[key].anchors, start=1))
    return f'a whole number from 1 to 5, or "{UNKNOWN}":\n{anchors}'


def read_answers(path: Path) -> Answers:
    """The answers in a file; raises ``InputError`` that names every problem with its line and question."""
    if not path.exists() and not path.is_symlink():
        new = path.with_suffix(".toml") if path.parent.is_dir() else Path("answers.toml")
        right = f"{printable(command_line('readiness', '--init', new))} writes one to fill in"
        shown = printable(str(path))
        raise InputError(f"there is no file {shown}", place=shown, right=right)
    file = TomlFile(load_text(path, "questionnaire"), str(path))
    try:
        content = file.content()
    except InputError as problem:
        right = EXAMPLE_LINE if problem.right.startswith("key = value") else problem.right
        raise InputError(problem.wrong, place=problem.place, right=right, excerpt=problem.excerpt) from None
    given = {}
    for key, answer in content.items():
        try:
            if (number := check_answer(key, answer)) is not None:
                given[key] = number
        except InputError as problem:
            file.problem((key,), problem.wrong, problem.right)
    file.raise_problems()
    return Answers(given)


def answers_of(source: Answers | Mapping[str, int | str] | str | PathLike[str]) -> Answers:
    """Answers as they are, from a mapping, or from a file; raises ``InputError``."""
    if isinstance(source, Answers):
        return source
    if not isinstance(source, Mapping):
        return read_answers(Path(source))
    checked = {key: check_answer(key, answer) for key, answer in source.items()}
    return Answers({key: number for key, number in checked.items() if number is not None})


def as_file(answers: Answers | None = None) -> str:
    """The text of a file of answers: to be filled in, or with answers that were given."""
    given = answers.given if answers else {}
    lines = [
        "# Before a network is founded: twelve questions to the leaders of its schools.",
        "# Put the number of the sentence that comes nearest behind the = sign.",
        f'# Whatever you do not know may stay "{UNKNOWN}"; the answer of the model only becomes less certain.',
        "# Then: plnsim readiness THIS_FILE",
    ]
    for question in QUESTIONS:
        lines += [
            "",
            f"# {question.text}",
            *(f"#   {number}  {anchor}" for number, anchor in enumerate(question.anchors, start=1)),
        ]
        lines.append(
            f"{question.key} = {given[question.key]}" if question.key in given else f'{question.key} = "{UNKNOWN}"'
        )
    return "\n".join(lines) + "\n"


def write_file(path: Path, answers: Answers | None = None) -> None:
    """Writes a file of answers; never replaces one that is there. Raises ``InputError``."""
    if path.suffix != ".toml":
        right = str(path.with_suffix(".toml")) if path.name else "answers.toml"
        raise InputError(f"a file of answers ends in .toml, got {path}", place=str(path), right=right)
    write_user_file(path, as_file(answers), overwrite=False, instead="another name")
