"""Outcomes of one's own: by formula, or a decorated function in a file of the user's that an experiment file names.

The file is Python and is run, so it is only ever read from a path in an experiment file that the user hands to plnsim
on his own machine; no store, page or server names one. Workers get its text, not its path.
"""

from __future__ import annotations

import math
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from types import ModuleType

from plnsim.common.errors import InputError
from plnsim.common.short_repr import short_repr
from plnsim.common.user_files import read_user_text
from plnsim.model.measure import RunCounts
from plnsim.model.outcome import OUTCOMES_BY_NAME, Outcome
from plnsim.studies.experiment.formula import Measure, check_formula, evaluate_formula, quantile_in

LARGEST_FILE = 1_000_000
MARK = "plnsim_outcome"
"""The attribute by which a decorated function is known."""
EXAMPLE = '@plnsim.outcome("share", "What it means.") above def name(run): ...'


class OutcomeError(Exception):
    """A function of the user's failed in a run; ``measured`` holds every outcome, NaN where a function failed."""

    def __init__(self, problem: InputError, measured: Mapping[str, float]):
        super().__init__(f"{problem.place}: {problem.wrong}")
        self.problem, self.measured = problem, measured


def outcome(unit: str, meaning: str) -> Callable[[Measure], Measure]:
    """Declares a function as an outcome, for the experiment files that name its file under ``functions``.

    Parameters
    ----------
    unit : str
        Unit, as in "share" or "hours".
    meaning : str
        One sentence, for tables.

    Returns
    -------
    callable
        The decorator. Its function takes a ``RunCounts`` and gives a float, NaN where the outcome is not defined; the
        function's name is that of the outcome.

    Examples
    --------
    >>> import plnsim
    >>> @plnsim.outcome("share", "Use in the best of all schools, last year.")
    ... def best_school(run):
    ...     return float(run.by_school("users", "staff").max())
    >>> small = plnsim.Scenario.of("baseline").with_values({"population.schools": 6}).with_years(1)
    >>> result = plnsim.run(small, replicates=1)
    >>> 0.0 <= best_school(result.run_counts[0]) <= 1.0
    True
    """

    def declare(function: Measure) -> Measure:
        setattr(function, MARK, Outcome(function.__name__, unit, meaning, function))
        return function

    return declare


@dataclass(frozen=True)
class OwnOutcomes:
    """The outcomes that an experiment file declares: formulas by name, and the text of a file of Python."""

    formulas: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    place: str = ""

    __repr__ = short_repr

    @classmethod
    def of(cls, formulas: Mapping[str, str], path: Path | None) -> OwnOutcomes:
        """Reads and runs the file of functions, if there is one, and checks the formulas; raises ``InputError`` whose
        place is that in the file of functions, or the name of a formula.
        """
        own = cls()
        if path is not None:
            try:
                own = cls({}, read_user_text(path, "file of functions", LARGEST_FILE), str(path))
            except FileNotFoundError:
                raise InputError(f"there is no file {path}", right="the path from the folder of this file") from None
            _load(own.source, own.place)
        for name, text in formulas.items():
            try:
                _check_name(name, own.functions)
                check_formula(text, own.known)
            except InputError as problem:
                raise InputError(problem.wrong, place=name, right=problem.right) from None
        return cls(formulas, own.source, own.place)

    @property
    def functions(self) -> Mapping[str, Outcome]:
        """The decorated functions of the file, by name."""
        return _load(self.source, self.place) if self.source else {}

    @property
    def known(self) -> dict[str, Measure]:
        """What formulas may name: plnsim's outcomes and the functions of the file."""
        return {name: each.function for name, each in {**OUTCOMES_BY_NAME, **self.functions}.items()}

    @property
    def quantiles(self) -> dict[str, float]:
        """The share of each formula that is a quantile over the runs of a point."""
        shares = {name: quantile_in(text) for name, text in self.formulas.items()}
        return {name: share for name, share in shares.items() if share is not None}

    @property
    def names(self) -> tuple[str, ...]:
        """Every outcome declared here."""
        return (*self.formulas, *self.functions)

    def measure(self, name: str) -> Measure:
        """The function of an outcome, plnsim's or one of these."""
        known = self.known
        return partial(evaluate_formula, self.formulas[name], known) if name in self.formulas else known[name]

    def compute(self, run: RunCounts, names: tuple[str, ...]) -> dict[str, float]:
        """Some outcomes of a run, by name; raises ``OutcomeError`` where a function of the file fails."""
        measured, problems = dict.fromkeys(names, math.nan), []
        for name in names:
            try:
                measured[name] = float(self.measure(name)(run))
            except Exception as error:
                if isinstance(error, MemoryError) or not self.source:
                    raise
                problems.append(self._fault(name, error))
        if problems:
            raise OutcomeError(problems[0], measured)
        return measured

    def _fault(self, name: str, error: Exception) -> InputError:
        """An error in computing an outcome, at its line of the file of functions."""
        lines = _lines(error, self.place)
        code = getattr(self.functions[name].function, "__code__", None) if name in self.functions else None
        line = lines[-1] if lines else code.co_firstlineno if code else None
        return InputError(
            f"the outcome {name} fails: {type(error).__name__}: {error}",
            place=f"{self.place}:{line}" if line else self.place,
            right="a function that takes the counts of a run and gives one number, NaN where it is not defined",
        )


def _check_name(name: str, functions: Mapping[str, Outcome]) -> None:
    """Raises ``InputError`` for a name that is taken, or that no column of a table can have."""
    if not name.isidentifier() or not name.isascii() or name in TAKEN or name.startswith(TAKEN_PREFIXES):
        raise InputError(f"an outcome cannot be called {name!r}", right="another name, of letters, digits and _")
    if name in OUTCOMES_BY_NAME or name in functions:
        raise InputError(f"there is an outcome {name!r} already", right="another name")


TAKEN = ("run", "point", "replicate", "status", "error", "dummy")
TAKEN_PREFIXES = ("deep_use_week_", "felt_", "gain_")
"""Names of other columns of a run, and how others begin."""


def _lines(error: BaseException, place: str) -> list[int | None]:
    """The lines of a file through which an error came, the innermost last."""
    return [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == place]


@lru_cache(maxsize=8)
def _load(source: str, place: str) -> Mapping[str, Outcome]:
    """Runs a file of functions; its outcomes by name. Raises ``InputError`` with the line that fails."""
    module = ModuleType("plnsim_functions")
    module.__file__ = place
    try:
        exec(compile(source, place, "exec"), module.__dict__)
    except SyntaxError as error:
        at = f"{place}:{error.lineno}" if error.lineno else place
        raise InputError(f"the file is no Python: {error.msg}", place=at, right=EXAMPLE) from None
    except (Exception, SystemExit) as error:
        lines = _lines(error, place)
        at = f"{place}:{lines[-1]}" if lines else place
        raise InputError(
            f"the file of functions fails: {type(error).__name__}: {error}", place=at, right="a file that Python runs"
        ) from None
    marked = [getattr(each, MARK, None) for each in vars(module).values()]
    found = {each.name: each for each in marked if isinstance(each, Outcome)}
    if not found:
        raise InputError("the file has no outcome", place=place, right=EXAMPLE)
    for name in found:
        try:
            _check_name(name, {})
        except InputError as problem:
            raise InputError(problem.wrong, place=place, right=problem.right) from None
    return found
