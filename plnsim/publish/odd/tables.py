"""Tables of the description, each from the place where its facts are declared."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from types import ModuleType

import numpy as np

from plnsim.common.parameter import AnyParameter, Choice
from plnsim.common.sources import ASSUMED, SOURCES
from plnsim.common.streams import STREAMS, run_key, uniform, week_key
from plnsim.model import outcome
from plnsim.model.measure import BARRIERS
from plnsim.model.mechanisms import SCHEDULE, STEP_KINDS, name_of
from plnsim.model.world import entities, tables
from plnsim.publish.odd.equations import PseudoCode
from plnsim.simulation.engine import counts as engine_counts
from plnsim.simulation.scenario import weeks
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS

TYPES = {"f": "real, {} bits", "i": "whole, {} bits", "u": "whole, {} bits, no sign"}
RANGES = {
    "share": "0 to 1",
    "yes/no": "0, 1",
    "factor": "above 0",
    "tally": "0 and above",
    "years": "0 and above",
    "minutes": "any",
    "week": "0 and above",
    "number": "-1 and above",
    "place": "-1 and above",
    "identity": "0 and above",
    "teachers": "0 and above",
    "-1, 0, 1": "-1, 0, 1",
    "0 to 3": "0, 1, 2, 3",
}
"""What a state variable of each unit can be; a place or number of -1 stands for none."""


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table in Markdown."""

    def line(cells):
        return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

    heads = list(heads)
    return "\n".join([line(heads), line("---" for _ in heads), *map(line, rows)])


def type_of(name: str) -> str:
    """A NumPy type in words."""
    kind = np.dtype(name)
    return TYPES[kind.kind].format(8 * kind.itemsize)


def state(variables: tuple[entities.StateVariable, ...]) -> str:
    return table(
        ("variable", "type", "unit", "range", "kind", "meaning"),
        ((f"`{one.name}`", type_of(one.type), one.unit, RANGES[one.unit], one.kind, one.meaning) for one in variables),
    )


def week_fields() -> str:
    """What a week carries; the meaning is the comment beside its declaration."""
    text = PseudoCode(weeks)
    declared = next(
        node for node in text.tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "WEEK_DTYPE"
    )
    rows = []
    for one in declared.value.args[0].elts:
        name = one.elts[0].value
        rows.append((f"`week.{name}`", type_of(weeks.WEEK_DTYPE[name].str), text.comments[one.lineno]))
    return table(("field", "type", "meaning"), rows)


def schedule() -> str:
    """The six kinds of moves in their order, each with the mechanisms that hold it in theirs."""
    rows = (
        (place, f"`{kind}`", ", ".join(name_of(one) for one in SCHEDULE if hasattr(one, kind)))
        for place, kind in enumerate(STEP_KINDS, start=1)
    )
    return table(("", "steps", "mechanisms, in this order"), rows)


def mechanisms() -> str:
    """The mechanisms in the order of the week, with the first sentence that each says of itself."""
    rows = (
        (
            place,
            name_of(one),
            " ".join(one.__doc__.split("\n\n")[0].split()).replace("``", "`"),
            ", ".join(kind.replace("_", " ") for kind in STEP_KINDS if hasattr(one, kind)) or "rules only",
        )
        for place, one in enumerate(SCHEDULE, start=1)
    )
    return table(("", "mechanism", "what it is", "steps"), rows)


def rests_on(one: AnyParameter) -> str:
    """The source of a parameter's size, or the word assumed, with the source of its sign where there is one."""
    if one.source != ASSUMED:
        return f"`{one.source}`"
    return f"{ASSUMED}; sign: `{one.direction}`" if one.direction else ASSUMED


def parameters(section: str) -> str:
    """All that is declared of the parameters of a section."""
    rows = []
    for one in MODEL_PARAMETERS.sections.get(section, ()):
        mark = " (for the whole run)" if one.structural else ""
        if isinstance(one, Choice):
            options = "; ".join(f'"{name}": {meaning}' for name, meaning in one.options.items())
            rows.append(
                (
                    f"`{one.qualified_name}`",
                    f'"{one.default}"',
                    "choice",
                    "",
                    "",
                    one.group,
                    f"{one.meaning} {options}{mark}",
                    rests_on(one),
                )
            )
            continue
        low, high = map(one.format, one.range)
        kind = f"{one.shape}, whole" if one.integer else one.shape
        rows.append(
            (
                f"`{one.qualified_name}`",
                one.format(one.default),
                one.unit,
                " to ".join(map(one.format, one.bounds)),
                f"{low} to {high} ({kind})",
                one.group,
                f"{one.meaning}{mark}",
                rests_on(one),
            )
        )
    heads = ("parameter", "default", "unit", "bounds", "plausible range", "group", "meaning", "rests on")
    return table(heads, rows) if rows else "It has no parameters."


def streams() -> str:
    """The numbers of all decisions."""
    return table(
        ("number", "stream", "number", "stream", "number", "stream"),
        [sum(((place, name) for place, name in row), ()) for row in _column_major(list(enumerate(STREAMS)), 3)],
    )


def _column_major(items: list, columns: int) -> list[list]:
    height = -(-len(items) // columns)
    padded = items + [("", "")] * (height * columns - len(items))
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
        number = STREAMS.index(name)
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
        ((f"`{one.name}`", one.unit, one.meaning) for one in engine_counts.COUNT_VARIABLES),
    )


def outcomes() -> str:
    """Every outcome with its expression; one rule each, or a rule with its arguments."""
    expressions = _expressions(PseudoCode(outcome, ()))
    rows = (
        (f"`{one.name}`", one.unit, one.dimension, one.meaning, f"`{expression}`")
        for one, expression in zip(outcome.OUTCOMES, expressions, strict=True)
    )
    return table(("outcome", "unit", "dimension", "meaning", "rule"), rows)


def _expressions(text: PseudoCode) -> list[str]:
    declared = next(node for node in text.tree.body if isinstance(node, ast.AnnAssign) and node.target.id == "OUTCOMES")
    found = []
    for one in declared.value.elts:
        if isinstance(one, ast.Starred):
            found += [text.expression(one.value.elt.args[3]).replace("(one)", f'("{barrier}")') for barrier in BARRIERS]
        else:
            function = one.args[3]
            found.append(text.expression(function.body if isinstance(function, ast.Lambda) else function))
    return [one if "(" in one else f"{one}(run)" for one in found]


def weekly() -> str:
    return table(
        ("followed week by week", "count", "of", "meaning"),
        ((f"`{one.name}`", f"`{one.count}`", f"`{one.of}`", one.meaning) for one in outcome.WEEKLY_OUTCOMES),
    )


def files() -> str:
    """The columns of the CSV files, from the place where they are read."""
    text = PseudoCode(tables)
    rows = []
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Rows":
            needed, optional = (_columns(tables, one) for one in node.args[1:3])
            rows.append((needed, optional))
    kinds = {"school": "schools", "teacher": "staff", "from": "ties", "network": "networks"}
    return table(
        ("file", "needed columns", "optional columns"),
        (
            (f"`{kinds[needed[0]]}`", *(", ".join(f"`{name}`" for name in each) for each in (needed, optional)))
            for needed, optional in rows
        ),
    )


def _columns(module: ModuleType, node: ast.AST) -> tuple[str, ...]:
    """The tuple of column names that a literal of a module stands for."""
    found: list[str] = []
    for one in node.elts:
        found += list(getattr(module, one.value.id)) if isinstance(one, ast.Starred) else [one.value]
    return tuple(found)


def assumptions() -> str:
    """The parameters whose size rests on no source, by group; those with a source for the sign say so."""
    assumed = [one for one in MODEL_PARAMETERS if one.source == ASSUMED]
    rows = []
    for group in dict.fromkeys(one.group for one in assumed):
        those = [one for one in assumed if one.group == group]
        rows.append(
            (
                group,
                ", ".join(f"`{one.qualified_name}` ({one.direction})" for one in those if one.direction),
                ", ".join(f"`{one.qualified_name}`" for one in those if not one.direction),
            )
        )
    return table(("group", "size assumed, sign from a source", "size and sign assumed"), rows)


def parameter_counts() -> dict[str, int]:
    """How many parameters rest on what."""
    declared = list(MODEL_PARAMETERS)
    sourced = sum(one.source != ASSUMED for one in declared)
    signed = sum(one.source == ASSUMED and one.direction is not None for one in declared)
    return {
        "all": len(declared),
        "sourced": sourced,
        "signed": signed,
        "assumed": len(declared) - sourced - signed,
        "choices": sum(isinstance(one, Choice) for one in declared),
    }


def literature(cited: Iterable[str]) -> str:
    """The sources of parameters and of the text, by key."""
    used = {one.source for one in MODEL_PARAMETERS} | {one.direction for one in MODEL_PARAMETERS} | set(cited)
    rows = ((f"`{key}`", one.reference, one.gives, one.seen) for key, one in sorted(SOURCES.items()) if key in used)
    return table(("key", "work", "what is taken from it", "what was read of it"), rows)
