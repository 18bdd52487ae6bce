"""Rules and moves as numbered pseudo-code, made from their own source, so that the description cannot differ from the
model.

Own code rather than a library: latexify and its like print one formula of one function and give up the order of
floating-point operations, which a reader needs who wants the same bits.
"""

from __future__ import annotations

import ast
import inspect
import io
import re
import textwrap
import tokenize
from collections.abc import Callable, Iterable
from copy import deepcopy
from types import FunctionType, ModuleType

from plnsim.common.parameter import Choice
from plnsim.common.streams import STREAMS
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS

IMPLICIT_ARGUMENTS = ("p", "world", "week")
"""What every rule of a mechanism may read without being handed it: parameters, everybody, and the week."""
WIDTH = 116
STEP = "    "


class PseudoCode:
    """One module's source as pseudo-code; ``hidden`` are arguments that go without saying."""

    def __init__(self, module: ModuleType, hidden: tuple[str, ...] = IMPLICIT_ARGUMENTS):
        self.module, self.hidden = module, hidden
        self.source = inspect.getsource(module)
        self.tree = ast.parse(self.source)
        self.comments = _comments(self.source)
        self.functions = {one.name: one for one in ast.walk(self.tree) if isinstance(one, ast.FunctionDef)}

    def expression(self, node: ast.AST) -> str:
        """An expression, with parameters by their dotted names, options by theirs, and chance by its question."""
        clear = ast.fix_missing_locations(_NameTransformer(self).visit(deepcopy(node)))
        text = ast.unparse(clear)
        text = text[1:-1] if isinstance(clear, ast.Tuple) and text.startswith("(") else text
        return text.replace(" ^ ", " xor ").replace(" ** ", " ^ ").replace("**", " ^ ")

    def function(self, name: str) -> list[str]:
        """What a rule says of itself, and its lines, not yet numbered."""
        return self._body(self.functions[name], 0)

    def head(self, made: ast.FunctionDef) -> str:
        names = [one.arg for one in made.args.args]
        defaults = [""] * (len(names) - len(made.args.defaults)) + [
            f" = {self.expression(one)}" for one in made.args.defaults
        ]
        return f"{made.name}({', '.join(name + default for name, default in zip(names, defaults, strict=True) if name not in self.hidden)})"

    def _body(self, made: ast.FunctionDef, depth: int) -> list[str]:
        docstring = ast.get_docstring(made)
        return [*_quoted(docstring, depth), *self._block(made.body[1:] if docstring else made.body, depth)]

    def constants(self, used: Callable[[str], bool]) -> list[str]:
        """The constants of the module that are numbers and pass, each with what is said of it."""
        found = []
        for place, node in enumerate(self.tree.body):
            if not (
                isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Name)
                and _is_plain(node.value)
                and used(node.targets[0].id)
            ):
                continue
            if above := self.comments.get(node.lineno - 1):
                found.append(f"-- {above}")
            after = self.tree.body[place + 1] if place + 1 < len(self.tree.body) else None
            docstring = (
                after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else ""
            )
            value = (
                f"({self.expression(node.value)})" if isinstance(node.value, ast.Tuple) else self.expression(node.value)
            )
            found.append(
                f"{node.targets[0].id} = {value}" + (f"  -- {' '.join(docstring.split())}" if docstring else "")
            )
        return found

    def _block(self, nodes: Iterable[ast.stmt], depth: int) -> list[str]:
        return [line for node in nodes for line in self._statement(node, depth)]

    def _statement(self, node: ast.stmt, depth: int) -> list[str]:
        expression = self.expression
        match node:
            case ast.Assign():
                text = " <- ".join([*map(expression, node.targets), expression(node.value)])
            case ast.AnnAssign(value=ast.expr()):
                text = f"{expression(node.target)} <- {expression(node.value)}"
            case ast.AugAssign():
                text = f"{expression(node.target)} <- {expression(ast.BinOp(node.target, node.op, node.value))}"
            case ast.Return(value=None):
                text = "end of this step"
            case ast.Return():
                text = f"give {expression(node.value)}"
            case ast.If():
                return self._branches(node, depth)
            case ast.For():
                return [self._line(node, depth, self._loop(node)), *self._block(node.body, depth + 1)]
            case ast.Expr():
                text = expression(node.value)
            case ast.Break():
                text = "leave the loop"
            case ast.With():
                return self._block(node.body, depth)
            case ast.Raise():
                text = "refuse"
            case ast.ImportFrom() | ast.Import():
                return []
            case ast.FunctionDef():
                return [self._line(node, depth, f"rule {self.head(node)}:"), *self._body(node, depth + 1)]
            case _:
                text = ast.unparse(node)
        return [self._line(node, depth, text)]

    def _branches(self, node: ast.If, depth: int) -> list[str]:
        lines = [self._line(node, depth, f"if {self.expression(node.test)}:"), *self._block(node.body, depth + 1)]
        if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
            first, *rest = self._branches(node.orelse[0], depth)
            return [*lines, first.replace("if ", "else if ", 1), *rest]
        if node.orelse:
            lines += [f"{STEP * depth}else:", *self._block(node.orelse, depth + 1)]
        return lines

    def _loop(self, node: ast.For) -> str:
        over = node.iter
        if isinstance(over, ast.Call) and isinstance(over.func, ast.Name) and over.func.id == "range":
            ends = [self.expression(one) for one in over.args]
            if self.expression(node.target) == "_":
                return f"repeat {ends[0]} times:"
            first, after = ends if len(ends) == 2 else ("0", ends[0])
            return f"for {self.expression(node.target)} from {first} to before {after}:"
        return f"for each {self.expression(node.target)} of {self.expression(over)}:"

    def _line(self, node: ast.stmt, depth: int, text: str) -> str:
        last = node.end_lineno if not hasattr(node, "body") else node.lineno
        comment = self.comments.get(last, "")
        return f"{STEP * depth}{text}" + (f"  -- {comment}" if comment else "")


def number_lines(blocks: Iterable[tuple[str, list[str]]]) -> str:
    """Blocks of lines under their heads, numbered through, wrapped; lines that begin with a quotation mark are not
    numbered.
    """
    output, number = [], 0
    for head, lines in blocks:
        output += [""] if output else []
        output += textwrap.wrap(head, WIDTH, subsequent_indent=STEP * 2)
        for line in lines:
            if line.lstrip().startswith('"'):
                output += textwrap.wrap(line, WIDTH - 4, initial_indent=STEP, subsequent_indent=f"{STEP} ")
                continue
            number += 1
            output += _wrapped(line, f"{number:>3} ")
    return "\n".join(output)


def _wrapped(line: str, mark: str) -> list[str]:
    """A line behind its number, broken between words but never within a name in quotes."""
    indent = line[: len(line) - len(line.lstrip())]
    protected = re.sub(r'"[^"]*"', lambda found: found[0].replace(" ", "\0"), line.strip())
    broken = textwrap.wrap(
        protected,
        WIDTH,
        initial_indent=mark + indent,
        subsequent_indent=f"{STEP}{indent}{STEP * 2}",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [one.replace("\0", " ") for one in broken]


class _NameTransformer(ast.NodeTransformer):
    """Names as the description uses them."""

    def __init__(self, text: PseudoCode):
        self.text = text

    def visit_Constant(self, node):
        if isinstance(node.value, str):
            return ast.Name(f'"{node.value}"')
        if isinstance(node.value, bool) or node.value is None:
            return ast.Name({True: "yes", False: "no", None: "none"}[node.value])
        return ast.Name(ast.get_source_segment(self.text.source, node) or repr(node.value))

    def visit_Lambda(self, node):
        return ast.Name(f"({', '.join(one.arg for one in node.args.args)} -> {ast.unparse(self.visit(node.body))})")

    def visit_JoinedStr(self, node):
        parts = (
            one.value if isinstance(one, ast.Constant) else f"{{{ast.unparse(self.visit(one.value))}}}"
            for one in node.values
        )
        return ast.Name(f'"{"".join(parts)}"')

    def visit_Name(self, node):
        return ast.Name("run") if node.id == "self" else node

    def visit_Attribute(self, node):
        if (qualified_name := _parameter(node)) is not None:
            return ast.Name(qualified_name)
        if isinstance(node.value, ast.Name) and node.value.id in ("world", "math", "np"):
            return ast.Name(node.attr)
        return self.generic_visit(node)

    def visit_Subscript(self, node):
        if isinstance(node.slice, ast.Constant) and node.slice.value in MODEL_PARAMETERS:
            return ast.Name(node.slice.value)
        return self.generic_visit(node)

    def visit_Compare(self, node):
        choice, other = _parameter(node.left), node.comparators[0]
        if choice and isinstance(MODEL_PARAMETERS[choice], Choice) and isinstance(other, ast.Name):
            option = list(MODEL_PARAMETERS[choice].options)[getattr(self.text.module, other.id)]
            word = "is" if isinstance(node.ops[0], ast.Eq) else "is not"
            return ast.Name(f'{choice} {word} "{option}"')
        return self.generic_visit(node)

    def visit_BinOp(self, node):
        node = self.generic_visit(node)
        return ast.Name(f"({ast.unparse(node)})") if isinstance(node.op, ast.LShift | ast.RShift) else node

    def visit_Call(self, node):
        if isinstance(node.func, ast.Name) and node.func.id in ("number_of", "integer_of"):
            return self.visit(ast.Subscript(node.args[0], node.args[1]))
        if isinstance(node.func, ast.Name) and node.func.id == "uniform" and "week" in self.text.hidden:
            stream = getattr(self.text.module, node.args[1].id)
            node = ast.Call(ast.Name("chance"), [ast.Name(f'"{STREAMS[stream]}"'), *node.args[2:]], [])
        if isinstance(node.func, ast.Name) and (
            node.func.id == "float" or (node.func.id == "to_uint64" and _is_constant(node.args[0]))
        ):
            return self.visit(node.args[0])
        node.args = [one for one in node.args if not (isinstance(one, ast.Name) and one.id in self.text.hidden)]
        return self.generic_visit(node)


def _parameter(node: ast.AST) -> str | None:
    """The dotted name of a parameter that is read as ``p.section.name``."""
    match node:
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id="p"), attr=section), attr=name):
            return f"{section}.{name}"
    return None


def _is_plain(node: ast.AST) -> bool:
    """Whether a value is made of numbers and constants alone."""
    kinds = (ast.Constant, ast.UnaryOp, ast.BinOp, ast.Tuple, ast.operator, ast.unaryop, ast.expr_context)
    return all(isinstance(one, kinds) and not isinstance(getattr(one, "value", None), str) for one in ast.walk(node))


def _is_constant(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper())


def _comments(source: str) -> dict[int, str]:
    """The comments of a source by line."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {one.start[0]: one.string.lstrip("# ") for one in tokens if one.type == tokenize.COMMENT}


def _quoted(docstring: str | None, depth: int = 0) -> list[str]:
    """What a rule says of itself, in quotation marks."""
    if not docstring:
        return []
    return [f'{STEP * depth}"{" ".join(docstring.split()).replace("``", "")}"']


def functions_of(module: ModuleType) -> dict[str, FunctionType]:
    """The plain functions of a module itself, in their order."""
    return {
        name: one
        for name, one in vars(module).items()
        if isinstance(one, FunctionType) and one.__module__ == module.__name__
    }
