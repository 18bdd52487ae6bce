"""Tables of the description, each from the place where its facts are declared."""

from __future__ import annotations

import ast
import itertools
import json
import re
from collections.abc import Iterable, Sequence
from types import FunctionType, ModuleType
from typing import TypeVar

import numpy as np

from plnsim.common.parameter import AnyParameter, Choice
from plnsim.common.sources import ASSUMED, SOURCES
from plnsim.common.streams import run_key, stream_numbers, uniform, week_key
from plnsim.model import outcome
from plnsim.model import week as week_module
from plnsim.model.cost import ITEMS, SHARED
from plnsim.model.mechanisms import SCHEDULE, STEP_KINDS, name_of
from plnsim.model.prices import COUNTRIES
from plnsim.model.state import RANGES, Origin, StateVariable
from plnsim.model.world import tables, tie_tables
from plnsim.publish.odd.equations import PseudoCode
from plnsim.simulation.engine import counts as engine_counts
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS

TYPES = {"f": "real, {} bits", "i": "whole, {} bits", "u": "whole, {} bits, no sign"}
Node = TypeVar("Node", bound=ast.AST)


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table in Markdown."""

    def line(cells: Iterable[object]) -> str:
        return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

    heads = list(heads)
    return "\n".join([line(heads), line("---" for _ in heads), *map(line, rows)])


def type_of(name: str) -> str:
    """A NumPy type in words."""
    kind = np.dtype(name)
    return TYPES[kind.kind].format(8 * kind.itemsize)


def state(variables: tuple[StateVariable, ...]) -> str:
    """All that is declared of the state variables of an entity."""
    rows = (
        (
            f"`{variable.name}`",
            type_of(variable.type),
            variable.unit,
            RANGES[variable.unit],
            variable.kind,
            variable.meaning,
            ", ".join(variable.written_by) or "the world as built",
            _origin(variable.start),
            _origin(variable.successor),
        )
        for variable in variables
    )
    heads = ("variable", "type", "unit", "range", "kind", "meaning", "written by", "start", "successor")
    return table(heads, rows)


def _origin(value: object) -> str:
    """Where a value comes from: a constant, a rule, or what the word says."""
    if isinstance(value, Origin):
        return str(value.value)
    return f"`{value.__name__}`" if isinstance(value, FunctionType) else f"{value:g}"


def week_fields() -> str:
    """What a week carries; the meaning is the comment beside its declaration."""
    text = PseudoCode(week_module)
    fields = _as(ast.List, _as(ast.Call, _declared(text, "WEEK_DTYPE")).args[0])
    rows = []
    for field in fields.elts:
        name = ast.literal_eval(_as(ast.Tuple, field).elts[0])
        rows.append((f"`week.{name}`", type_of(week_module.WEEK_DTYPE[name].str), text.comments[field.lineno]))
    return table(("field", "type", "meaning"), rows)


def _as(kind: type[Node], node: ast.AST) -> Node:
    """The node itself, which is of a kind."""
    assert isinstance(node, kind), ast.dump(node)
    return node


def _declared(text: PseudoCode, name: str) -> ast.expr:
    """The value of a constant of a module."""
    for node in text.tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if ast.unparse(target) == name:
                return node.value
    raise LookupError(name)


def schedule() -> str:
    """The six kinds of steps in their order, each with the mechanisms that hold it in theirs."""
    rows = (
        (place, f"`{kind}`", ", ".join(name_of(mechanism) for mechanism in SCHEDULE if hasattr(mechanism, kind)))
        for place, kind in enumerate(STEP_KINDS, start=1)
    )
    return table(("", "steps", "mechanisms, in this order"), rows)


def mechanisms() -> str:
    """The mechanisms in the order of the week, with the first sentence that each says of itself."""
    rows = (
        (
            place,
            name_of(mechanism),
            " ".join((mechanism.__doc__ or "").split("\n\n")[0].split()).replace("``", "`"),
            ", ".join(kind.replace("_", " ") for kind in STEP_KINDS if hasattr(mechanism, kind)) or "rules only",
        )
        for place, mechanism in enumerate(SCHEDULE, start=1)
    )
    return table(("", "mechanism", "what it is", "steps"), rows)


def rests_on(parameter: AnyParameter) -> str:
    """The source of a parameter's size, or the word assumed, with the source of its sign where there is one."""
    if parameter.source != ASSUMED:
        return f"`{parameter.source}`"
    return f"{ASSUMED}; sign: `{parameter.direction}`" if parameter.direction else ASSUMED


def parameters(section: str) -> str:
    """All that is declared of the parameters of a section."""
    rows = []
    for parameter in MODEL_PARAMETERS.sections.get(section, ()):
        mark = " (for the whole run)" if parameter.structural else ""
        if isinstance(parameter, Choice):
            options = "; ".join(f'"{name}": {meaning}' for name, meaning in parameter.options.items())
            rows.append(
                (
                    f"`{parameter.qualified_name}`",
                    f'"{parameter.default}"',
                    "choice",
                    "",
                    "",
                    parameter.group,
                    f"{parameter.meaning} {options}{mark}",
                    rests_on(parameter),
                )
            )
            continue
        low, high = map(parameter.format, parameter.range)
        kind = f"{parameter.shape}, whole" if parameter.integer else parameter.shape
        rows.append(
            (
                f"`{parameter.qualified_name}`",
                parameter.format(parameter.default),
                parameter.unit,
                " to ".join(map(parameter.format, parameter.bounds)),
                f"{low} to {high} ({kind})",
                parameter.group,
                f"{parameter.meaning}{mark}",
                rests_on(parameter),
            )
        )
    heads = ("parameter", "default", "unit", "bounds", "plausible range", "group", "meaning", "rests on")
    return table(heads, rows) if rows else "It has no parameters."


def streams() -> str:
    """The numbers of all streams."""
    return table(
        ("number", "stream", "number", "stream", "number", "stream"),
        [
            itertools.chain(*row)
            for row in _column_major([(number, name) for name, number in stream_numbers().items()], 3)
        ],
    )


def _column_major(items: Sequence[tuple[object, object]], columns: int) -> list[Sequence[tuple[object, object]]]:
    height = -(-len(items) // columns)
    padded = [*items] + [("", "")] * (height * columns - len(items))
    return [padded[row::height] for row in range(height)]


def example_draws() -> str:
    """A few draws, by which a program can be checked."""
    rows = []
    for seed, replicate, week, name, entity_id, draw_index in (
        (1, 0, 1, "hours", 0, 0),
        (1, 0, 1, "hours", 1, 0),
        (1, 0, 39, "teacher leaves", 12, 0),
        (1, 3, 2, "reached", 7, 4000),
        (2**63 - 1, 999, 312, "use", 123456, 0),
    ):
        run = run_key(seed, replicate)
        key = week_key(run, week)
        number = stream_numbers()[name]
        answer = f"`{uniform(key, number, entity_id, draw_index)!r}`"
        rows.append(
            (
                seed,
                replicate,
                f"`{run:#018x}`",
                week - 1,
                f"`{key:#018x}`",
                f"{name} ({number})",
                entity_id,
                draw_index,
                answer,
            )
        )
    return table(
        ("seed", "replicate", "run_key", "week.number", "week.key", "stream", "entity_id", "draw_index", "uniform"),
        rows,
    )


def counts() -> str:
    return table(
        ("count", "unit", "what is counted"),
        ((f"`{count.name}`", count.unit, count.meaning) for count in engine_counts.COUNT_VARIABLES),
    )


def outcomes() -> str:
    """Every outcome with its expression; one rule each, or a rule with its arguments."""
    expressions = _expressions(PseudoCode(outcome, ()))
    rows = (
        (f"`{declared.name}`", declared.unit, declared.dimension, declared.meaning, f"`{expression}`")
        for declared, expression in zip(outcome.OUTCOMES, expressions, strict=True)
    )
    return table(("outcome", "unit", "dimension", "meaning", "rule"), rows)


def _expressions(text: PseudoCode) -> list[str]:
    expressions = []
    for element in _as(ast.Tuple, _declared(text, "OUTCOMES")).elts:
        if isinstance(element, ast.Starred):
            generator = _as(ast.GeneratorExp, element.value)
            each, of = (ast.unparse(part) for part in (generator.generators[0].target, generator.generators[0].iter))
            rule = text.expression(_as(ast.Call, generator.elt).args[3])
            expressions += [re.sub(rf"\b{each}\b", json.dumps(thing), rule) for thing in getattr(outcome, of)]
        else:
            function = _as(ast.Call, element).args[3]
            expressions.append(text.expression(function.body if isinstance(function, ast.Lambda) else function))
    return [rule if "(" in rule else f"{rule}(run)" for rule in expressions]


def cost_items() -> str:
    """What is paid for: the count of each week, what it is multiplied by, and the price."""
    rows = []
    for item in ITEMS:
        factor = f"`{item.times}`" + (f" above `{item.above}`" if item.above else "") if item.times else ""
        when = [
            text
            for text, holds in (
                (f"over `{SHARED}`, if above 1", item.shared),
                ("while supported", item.supported),
                ("a school year", item.a_year),
                ("the most of any week, once", item.once),
            )
            if holds
        ]
        rows.append(
            (f"`cost_{item.name}`", item.unit, f"`{item.count}`", factor, "; ".join(when), f"`prices.{item.price}`")
        )
    return table(("outcome", "unit", "count of a week", "times", "how", "price"), rows)


def weekly() -> str:
    return table(
        ("followed week by week", "count", "of", "meaning"),
        (
            (f"`{weekly.name}`", f"`{weekly.count}`", f"`{weekly.of}`", weekly.meaning)
            for weekly in outcome.WEEKLY_OUTCOMES
        ),
    )


def files() -> str:
    """The columns of the CSV files, from the place where they are read."""
    rows = []
    for module in (tables, tie_tables):
        for node in ast.walk(PseudoCode(module).tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "rows":
                needed, optional = (_columns(module, argument) for argument in node.args[1:3])
                rows.append((ast.literal_eval(node.args[0]), needed, optional))
    return table(
        ("file", "needed columns", "optional columns"),
        (
            (f"`{kind}`", *(", ".join(f"`{name}`" for name in each) for each in (needed, optional)))
            for kind, needed, optional in rows
        ),
    )


def _columns(module: ModuleType, node: ast.AST) -> tuple[str, ...]:
    """The tuple of column names that a literal of a module stands for."""
    names: list[str] = []
    for element in _as(ast.Tuple, node).elts:
        if isinstance(element, ast.Starred):
            names += getattr(module, ast.unparse(element.value))
        else:
            names.append(ast.literal_eval(element))
    return tuple(names)


def assumptions() -> str:
    """The parameters whose size rests on no source, by group; those with a source for the sign say so."""
    assumed = [parameter for parameter in MODEL_PARAMETERS if parameter.source == ASSUMED]
    rows = []
    for group in dict.fromkeys(parameter.group for parameter in assumed):
        those = [parameter for parameter in assumed if parameter.group == group]
        rows.append(
            (
                group,
                ", ".join(
                    f"`{parameter.qualified_name}` ({parameter.direction})"
                    for parameter in those
                    if parameter.direction
                ),
                ", ".join(f"`{parameter.qualified_name}`" for parameter in those if not parameter.direction),
            )
        )
    return table(("group", "size assumed, sign from a source", "size and sign assumed"), rows)


def parameter_counts() -> dict[str, int]:
    """How many parameters rest on what."""
    declared = list(MODEL_PARAMETERS)
    sourced = sum(parameter.source != ASSUMED for parameter in declared)
    signed = sum(parameter.source == ASSUMED and parameter.direction is not None for parameter in declared)
    return {
        "all": len(declared),
        "sourced": sourced,
        "signed": signed,
        "assumed": len(declared) - sourced - signed,
        "choices": sum(isinstance(parameter, Choice) for parameter in declared),
    }


def literature(cited: Iterable[str]) -> str:
    """The sources of parameters and of the text, by key."""
    used = {key for parameter in MODEL_PARAMETERS for key in (parameter.source, parameter.direction)}
    used |= {country.source for country in COUNTRIES.values()} | set(cited)
    rows = (
        (f"`{key}`", source.reference, source.gives, source.seen)
        for key, source in sorted(SOURCES.items())
        if key in used
    )
    return table(("key", "work", "what is taken from it", "what was read of it"), rows)
