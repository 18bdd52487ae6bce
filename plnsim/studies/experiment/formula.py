"""Outcomes by formula over outcomes: arithmetic, conditions, a year after support, a half of schools, and a quantile
over the runs of a point.

A formula is parsed by Python's own parser and evaluated node by node; nothing but what stands in this file is done, so
a formula from anybody is safe. What is not defined (0 / 0, the condition of an outcome that is NaN) is NaN.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.model.measure import RunCounts
from plnsim.model.outcome import WEEKLY_OUTCOMES
from plnsim.model.school_year import SCHOOL_WEEKS

LONGEST = 500
MOST_YEARS = 100
Measure = Callable[[RunCounts], float]
ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
CONDITIONS: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.GtE: operator.ge,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.Lt: operator.lt,
}
FUNCTIONS: dict[str, tuple[int, Callable[..., float]]] = {
    "abs": (1, abs),
    "sqrt": (1, math.sqrt),
    "log": (1, math.log),
    "exp": (1, math.exp),
    "min": (2, min),
    "max": (2, max),
}
"""What may be called, with how many numbers."""
AFTER = "after"
QUANTILE = "quantile"
HALVES = {"less_disadvantaged": 0, "more_disadvantaged": 1}
WEEKLY = {outcome.name: outcome for outcome in WEEKLY_OUTCOMES}
RIGHT = 'numbers, outcomes, + - * / **, >= <= > <, and, or; as in "use >= 0.2" or "after(use, 3) - use"'


@lru_cache(maxsize=256)
def parse_formula(text: str) -> ast.expr:
    """The tree of a formula; raises ``InputError`` for what Python's parser does not take."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise InputError(f"{quote_value(text)} is no formula", right=RIGHT) from None


def check_formula(text: object, known: Mapping[str, Measure]) -> None:
    """Raises ``InputError`` for what is no formula over known outcomes."""
    if not isinstance(text, str) or len(text) > LONGEST:
        raise InputError(f"a formula is a text of at most {LONGEST} characters, got {quote_value(text)}", right=RIGHT)
    try:
        tree = parse_formula(text)
        if (of_runs := _quantile_call(tree)) is not None:
            _check_quantile(of_runs)
            tree = of_runs.args[0]
        _check(tree, known)
    except RecursionError:
        raise InputError(f"{quote_value(text)} is nested too deeply", right=RIGHT) from None


def _quantile_call(node: ast.expr) -> ast.Call | None:
    """The call where a formula is a quantile over the runs of a point."""
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == QUANTILE
    return node if is_call and isinstance(node, ast.Call) else None


def _check_quantile(node: ast.Call) -> None:
    share = node.args[1].value if len(node.args) == 2 and isinstance(node.args[1], ast.Constant) else None
    if node.keywords or not isinstance(share, float) or not 0.0 < share < 1.0:
        raise InputError(
            "quantile takes an outcome or a formula, and a share between 0 and 1", right="quantile(use, 0.1)"
        )


def quantile_in(text: str) -> float | None:
    """The share of the runs of a point below which a checked formula's quantile lies; nothing where it is none."""
    node = _quantile_call(parse_formula(text))
    share = None if node is None else node.args[1]
    return share.value if isinstance(share, ast.Constant) and isinstance(share.value, float) else None


def _check(node: ast.expr, known: Mapping[str, Measure]) -> None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        _check_call(node, node.func.id, known)
    elif isinstance(node, ast.Name):
        if node.id not in known:
            raise InputError(f"there is no outcome {quote_value(node.id)}", right=suggestion(node.id, known))
    elif not isinstance(node, ast.Constant) or isinstance(node.value, bool) or not isinstance(node.value, int | float):
        for part in _parts(node):
            _check(part, known)


def _check_call(node: ast.Call, name: str, known: Mapping[str, Measure]) -> None:
    given = node.args
    if name in HALVES:
        if len(given) != 1 or not isinstance(given[0], ast.Name) or given[0].id not in WEEKLY or node.keywords:
            raise InputError(f"{name} takes one of these outcomes: {', '.join(WEEKLY)}", right=f"{name}(use)")
        return
    if name == AFTER:
        years = given[1].value if len(given) == 2 and isinstance(given[1], ast.Constant) else None
        if node.keywords or not isinstance(years, int) or isinstance(years, bool) or not 0 <= years <= MOST_YEARS:
            raise InputError("after takes an outcome and a whole number of years", right="after(use, 3)")
        _check(given[0], known)
        return
    if name == QUANTILE:
        raise InputError(
            "quantile is over the runs of a point, so nothing is computed with it", right=f"{ast.unparse(node)}, alone"
        )
    if name not in FUNCTIONS:
        functions = [*FUNCTIONS, AFTER, QUANTILE, *HALVES]
        raise InputError(f"no function is called {quote_value(name)}", right=suggestion(name, functions))
    if len(given) != FUNCTIONS[name][0] or node.keywords:
        raise InputError(f"{name} takes {'one number' if FUNCTIONS[name][0] == 1 else 'two numbers'}", right=RIGHT)
    for part in given:
        _check(part, known)


def _parts(node: ast.expr) -> list[ast.expr]:
    """What a node is made of, where it is one that a formula may have."""
    if isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        return [node.operand]
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in CONDITIONS:
        return [node.left, *node.comparators]
    if isinstance(node, ast.BoolOp):
        return node.values
    raise InputError(f"{quote_value(ast.unparse(node))} cannot stand in a formula", right=RIGHT)


def names_in(text: str) -> set[str]:
    """The outcomes that a formula names."""
    return {node.id for node in ast.walk(parse_formula(text)) if isinstance(node, ast.Name)}


def evaluate_formula(text: str, known: Mapping[str, Measure], run: RunCounts) -> float:
    """The value of a checked formula in a run; of a quantile over runs, that of which it is the quantile."""
    tree = parse_formula(text)
    of_runs = _quantile_call(tree)
    return _value(tree if of_runs is None else of_runs.args[0], known, run)


def _value(node: ast.expr, known: Mapping[str, Measure], run: RunCounts) -> float:
    if isinstance(node, ast.Constant):
        assert isinstance(node.value, int | float)
        return float(node.value)
    if isinstance(node, ast.Name):
        return float(known[node.id](run))
    if isinstance(node, ast.Call):
        assert isinstance(node.func, ast.Name)
        return _called(node.func.id, node.args, known, run)
    values = [_value(part, known, run) for part in _parts(node)]
    if any(map(math.isnan, values)):
        return math.nan
    if isinstance(node, ast.BinOp):
        return _number(ARITHMETIC[type(node.op)], values)
    if isinstance(node, ast.Compare):
        return float(CONDITIONS[type(node.ops[0])](*values))
    if isinstance(node, ast.BoolOp):
        return float((all if isinstance(node.op, ast.And) else any)(values))
    assert isinstance(node, ast.UnaryOp)
    return -values[0] if isinstance(node.op, ast.USub) else values[0]


def _called(name: str, given: list[ast.expr], known: Mapping[str, Measure], run: RunCounts) -> float:
    if name in HALVES:
        assert isinstance(given[0], ast.Name)
        outcome = WEEKLY[given[0].id]
        return run.ratio(outcome.count, outcome.of, run.last_year, HALVES[name])
    if name == AFTER:
        assert isinstance(given[1], ast.Constant) and isinstance(given[1].value, int)
        earlier = until_year_after_support(run, given[1].value)
        return math.nan if earlier is None else _value(given[0], known, earlier)
    values = [_value(part, known, run) for part in given]
    return math.nan if any(map(math.isnan, values)) else _number(FUNCTIONS[name][1], values)


def _number(function: Callable[..., float], values: list[float]) -> float:
    """What a function gives; NaN where it is not defined."""
    try:
        value = function(*values)
    except (ArithmeticError, ValueError):
        return math.nan
    return value if isinstance(value, float) else math.nan  # a root of a negative number is complex


def until_year_after_support(run: RunCounts, years: int) -> RunCounts | None:
    """A run as if it had ended so many school years after the one in which support ends; none where it is shorter.

    0 years: it ends with the school year in which support does.
    """
    year = run.last_supported_year + years + 1
    week = year * SCHOOL_WEEKS
    if run.support_ends > run.length or week > run.length:
        return None
    return replace(
        run,
        weeks={name: counts[:week] for name, counts in run.weeks.items()},
        years={name: counts[:year] for name, counts in run.years.items()},
        networks={name: counts[:week] for name, counts in run.networks.items()},
        routine=run.routine[:year],
        regime=run.regime[:week],
    )
