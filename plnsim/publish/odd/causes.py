"""Who influences what in the model: for each state variable that a step sets, the parameters and state variables that
its value, or whether it is set, rests on. Read from the model's own text, with all the rules that a step calls.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import FunctionType, ModuleType
from typing import NamedTuple

from plnsim.model.mechanisms import SCHEDULE, STEP_KINDS, name_of
from plnsim.model.state import ENTITIES, StateVariable

LEFT_OUT = "replacement"
"""The mechanism that gives newcomers what other mechanisms declare, which would lead from everything to everything."""
OF_WEEK = {
    "supported": {"programme.support_years"},
    "support_over": {"programme.support_years"},
    "meets": {"meeting.a_year"},
    "meets_alone": {"meeting.a_year", "meeting.alone_share"},
}
"""What a week carries that is made of parameters (``plnsim.model.week.fill_weeks``)."""


class Cause(NamedTuple):
    """A state variable that a mechanism sets, by a step or at the start, and the dotted names that it rests on."""

    mechanism: str
    sets: str
    parameters: tuple[str, ...]
    reads: tuple[str, ...]


@dataclass
class Flow:
    """What a function's result, and each state variable that it sets, rests on."""

    result: set[str] = field(default_factory=set)
    sets: dict[str, set[str]] = field(default_factory=dict)


def causes() -> list[Cause]:
    """All causes, mechanism by mechanism in the order of the week."""
    found = []
    for mechanism in SCHEDULE:
        if name_of(mechanism) == LEFT_OUT:
            continue
        sets: dict[str, set[str]] = {}
        for variable, rests_on in (*_starts(mechanism), *_steps(mechanism)):
            sets.setdefault(variable, set()).update(rests_on)
        for variable, rests_on in sets.items():
            reads = {name for name in rests_on if name.partition(".")[0] in ENTITIES}
            parameters = tuple(sorted(rests_on - reads))
            found.append(Cause(name_of(mechanism), variable, parameters, tuple(sorted(reads))))
    return found


def _starts(mechanism: ModuleType) -> Iterator[tuple[str, set[str]]]:
    for entity in ENTITIES:
        variables: tuple[StateVariable, ...] = getattr(mechanism, entity.upper(), ())
        for variable in variables:
            if isinstance(variable.start, FunctionType):
                yield f"{entity}.{variable.name}", flow(variable.start).result


def _steps(mechanism: ModuleType) -> Iterator[tuple[str, set[str]]]:
    for kind in STEP_KINDS:
        if hasattr(mechanism, kind):
            yield from flow(getattr(mechanism, kind)).sets.items()


@cache
def flow(function: FunctionType) -> Flow:
    """What the result of a plain function of the model, and what it sets, rests on; of arguments only whom they stand
    for counts.
    """
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(tree, ast.FunctionDef), function
    reader = _Reader(function, tree.args.args)
    reader.read(tree.body, set())
    return reader.flow


class _Reader:
    """Follows the statements of one function."""

    def __init__(self, function: FunctionType, arguments: Iterable[ast.arg]) -> None:
        self.function, self.flow = function, Flow()
        self.people: dict[str, tuple[str, ...]] = {}
        self.local: dict[str, set[str]] = {}
        for one in arguments:
            annotated = ast.unparse(one.annotation).strip("'\"").lower() if one.annotation else one.arg
            self.people[one.arg] = tuple(kind for kind in annotated.split(" | ") if kind in ENTITIES)

    def read(self, statements: Sequence[ast.stmt], under: set[str]) -> set[str]:
        """Follows statements that happen under some conditions; returns those under which what comes after happens."""
        for statement in statements:
            if isinstance(statement, ast.If):
                condition = self.rests_on(statement.test)
                inside = under | condition
                after = self.read(statement.body, inside) | self.read(statement.orelse, inside)
                if any(isinstance(one, ast.Return | ast.Continue | ast.Break) for one in ast.walk(statement)):
                    under = under | after
            elif isinstance(statement, ast.For | ast.While):
                repeated = statement.iter if isinstance(statement, ast.For) else statement.test
                for _ in range(2):  # what one turn leaves behind, the next one reads
                    self.read(statement.body, under | self.rests_on(repeated))
            elif isinstance(statement, ast.Return):
                self.flow.result |= under | (self.rests_on(statement.value) if statement.value else set())
                self._called(statement, under)
            elif isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign):
                self._called(statement, under)
                self._assigned(statement, under)
            else:
                self._called(statement, under)
        return under

    def _assigned(self, statement: ast.Assign | ast.AugAssign | ast.AnnAssign, under: set[str]) -> None:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        if statement.value is None:
            return
        for target in targets:
            pairs = [(target, statement.value)]
            if isinstance(target, ast.Tuple):
                values = statement.value.elts if isinstance(statement.value, ast.Tuple) else [statement.value] * 9
                pairs = list(zip(target.elts, values, strict=False))
            for one, value in pairs:
                if isinstance(one, ast.Name) and self._whom(value):
                    self.people[one.id] = self._whom(value)
                    continue
                rests_on = under | self.rests_on(value)
                if isinstance(one, ast.Name):
                    self.local[one.id] = self.local.get(one.id, set()) | rests_on
                elif isinstance(one, ast.Attribute):
                    if isinstance(statement, ast.AugAssign):
                        rests_on = rests_on | self.rests_on(one)
                    self._sets(one, rests_on)

    def _sets(self, target: ast.Attribute, rests_on: set[str]) -> None:
        for entity in self._whom(target.value):
            self.flow.sets.setdefault(f"{entity}.{target.attr}", set()).update(rests_on)

    def _called(self, statement: ast.AST, under: set[str]) -> None:
        """Takes in what functions set that are called in a statement."""
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and (called := self._rule(node)):
                given = under.union(*(self.rests_on(argument) for argument in node.args))
                for variable, rests_on in flow(called).sets.items():
                    self.flow.sets.setdefault(variable, set()).update(rests_on | given)

    def _rule(self, node: ast.Call) -> FunctionType | None:
        """The function of the model that is called."""
        called = self.function.__globals__.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if isinstance(called, FunctionType) and called.__module__.startswith("plnsim.model."):
            return called
        return None

    def _whom(self, node: ast.AST) -> tuple[str, ...]:
        """The kinds of people that an expression may stand for."""
        if isinstance(node, ast.Name):
            return self.people.get(node.id, ())
        if isinstance(node, ast.Subscript):
            return tuple(kind for kind in ENTITIES if ast.unparse(node.value) == f"world.{kind}s")
        return ()

    def rests_on(self, node: ast.AST) -> set[str]:
        """The dotted names that the value of an expression rests on."""
        if isinstance(node, ast.Name):
            return self.local.get(node.id, set())
        if isinstance(node, ast.Attribute):
            of = node.value
            if isinstance(of, ast.Attribute) and isinstance(of.value, ast.Name) and of.value.id == "p":
                return {f"{of.attr}.{node.attr}"}
            if isinstance(of, ast.Name) and of.id == "week":
                return OF_WEEK.get(node.attr, set())
            if people := self._whom(of):
                return {f"{entity}.{node.attr}" for entity in people}
        found = set[str]().union(*(self.rests_on(child) for child in ast.iter_child_nodes(node)))
        if isinstance(node, ast.Call) and (called := self._rule(node)):
            found |= flow(called).result
        return found
