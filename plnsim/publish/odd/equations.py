"""Rules and steps as numbered pseudo-code, made from their own source, so that the description cannot differ from the
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
from plnsim.common.streams import stream_name
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS

IMPLICIT_ARGUMENTS = ("p", "world", "week")
"""What every rule of a mechanism may read without being handed it: parameters, everybody, and the week."""
WIDTH = 116
STEP = "    "


class PseudoCode:
    """One module's source as pseudo-code; ``hidden`` are arguments that go without saying."""

    def __init__(self, module: ModuleType, hidden: tuple[str, ...] = IMPLICIT_ARGUMENTS) -> None:
        self.module, self.hidden = module, hidden
        self.source = inspect.getsource(module)
        self.tree = ast.parse(self.source)
        self.comments = _comments(self.source)
        self.streams = {
            node.targets[0].id
            for node in self.tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Name)
            and node.value.func.id == "stream"
        }
        self.functions = {node.name: node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef)}
        for name, function in functions_of(module).items():
            if name not in self.functions:  # made of declarations: its lines are no lines of the module
                made = ast.increment_lineno(ast.parse(inspect.getsource(function)), len(self.source))
                self.functions |= {node.name: node for node in made.body if isinstance(node, ast.FunctionDef)}

    def as_written(self, number: ast.Constant) -> str:
        """A number as it stands in the source, such as 1e-6."""
        if number.lineno > len(self.source):
            return repr(number.value)
        return ast.get_source_segment(self.source, number) or repr(number.value)

    def expression(self, node: ast.AST) -> str:
        """An expression, with parameters by their dotted names, options by theirs, and chance by its stream."""
        clear = ast.fix_missing_locations(_NameTransformer(self).visit(deepcopy(node)))
        text = ast.unparse(clear)
        text = text[1:-1] if isinstance(clear, ast.Tuple) and text.startswith("(") else text
        return text.replace(" ^ ", " xor ").replace(" ** ", " ^ ").replace("**", " ^ ")

    def function(self, name: str) -> list[str]:
        """What a rule says of itself, and its lines, not yet numbered."""
        return self._body(self.functions[name], 0)

    def head(self, rule: ast.FunctionDef) -> str:
        names = [argument.arg for argument in rule.args.args]
        defaults = [""] * (len(names) - len(rule.args.defaults)) + [
            f" = {self.expression(default)}" for default in rule.args.defaults
        ]
        visible = (name + default for name, default in zip(names, defaults, strict=True) if name not in self.hidden)
        return f"{rule.name}({', '.join(visible)})"

    def _body(self, rule: ast.FunctionDef, depth: int) -> list[str]:
        docstring = ast.get_docstring(rule)
        return [*_quoted(docstring, depth), *self._block(rule.body[1:] if docstring else rule.body, depth)]

    def constants(self, used: Callable[[str], bool]) -> list[str]:
        """The constants of the module that are numbers and pass, each with what is said of it."""
        lines = []
        for place, node in enumerate(self.tree.body):
            if not (
                isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Name)
                and (_is_plain(node.value) or _is_place(node.value))
                and used(node.targets[0].id)
            ):
                continue
            if above := self.comments.get(node.lineno - 1):
                lines.append(f"-- {above}")
            after = self.tree.body[place + 1] if place + 1 < len(self.tree.body) else None
            docstring = (
                str(after.value.value) if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else ""
            )
            if _is_place(node.value):
                value = str(getattr(self.module, node.targets[0].id))
            elif isinstance(node.value, ast.Tuple):
                value = f"({self.expression(node.value)})"
            else:
                value = self.expression(node.value)
            lines.append(
                f"{node.targets[0].id} = {value}" + (f"  -- {' '.join(docstring.split())}" if docstring else "")
            )
        return lines

    def _block(self, nodes: Iterable[ast.stmt], depth: int) -> list[str]:
        return [line for node in nodes for line in self._statement(node, depth)]

    def _statement(self, node: ast.stmt, depth: int) -> list[str]:
        expression = self.expression
        match node:
            case ast.Assign():
                text = " <- ".join([*map(expression, node.targets), expression(node.value)])
            case ast.AnnAssign(value=ast.expr() as value):
                text = f"{expression(node.target)} <- {expression(value)}"
            case ast.AugAssign():
                text = f"{expression(node.target)} <- {expression(ast.BinOp(node.target, node.op, node.value))}"
            case ast.Return(value=None):
                text = "end of this step"
            case ast.Return(value=ast.expr() as value):
                text = f"give {expression(value)}"
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
            ends = [self.expression(end) for end in over.args]
            if self.expression(node.target) == "_":
                return f"repeat {ends[0]} times:"
            first, after = ends if len(ends) == 2 else ("0", ends[0])
            return f"for {self.expression(node.target)} from {first} to before {after}:"
        return f"for each {self.expression(node.target)} of {self.expression(over)}:"

    def _line(self, node: ast.stmt, depth: int, text: str) -> str:
        last = node.end_lineno if not hasattr(node, "body") else node.lineno
        comment = self.comments.get(last or node.lineno, "")
        return f"{STEP * depth}{text}" + (f"  -- {comment}" if comment else "")


def number_lines(blocks: Iterable[tuple[str, list[str]]]) -> str:
    """Blocks of lines under their heads, numbered through, wrapped; lines that begin with a quotation mark are not
    numbered.
    """
    output: list[str] = []
    number = 0
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
    protected = re.sub(r'"[^"]*"', lambda quoted: quoted[0].replace(" ", "\0"), line.strip())
    broken = textwrap.wrap(
        protected,
        WIDTH,
        initial_indent=mark + indent,
        subsequent_indent=f"{STEP}{indent}{STEP * 2}",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [part.replace("\0", " ") for part in broken]


class _NameTransformer(ast.NodeTransformer):
    """Names as the description uses them."""

    def __init__(self, text: PseudoCode) -> None:
        self.text = text

    def visit_Constant(self, node: ast.Constant) -> ast.Name:
        if isinstance(node.value, str):
            return ast.Name(f'"{node.value}"')
        if isinstance(node.value, bool) or node.value is None:
            return ast.Name({True: "yes", False: "no", None: "none"}[node.value])
        return ast.Name(self.text.as_written(node))

    def visit_Lambda(self, node: ast.Lambda) -> ast.Name:
        arguments = ", ".join(argument.arg for argument in node.args.args)
        return ast.Name(f"({arguments} -> {ast.unparse(self.visit(node.body))})")

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.Name:
        parts = (
            f"{{{ast.unparse(self.visit(part.value))}}}"
            if isinstance(part, ast.FormattedValue)
            else ast.literal_eval(part)
            for part in node.values
        )
        return ast.Name(f'"{"".join(parts)}"')

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        """What is taken over from others (``**values``) is joined with what is written here, in their order."""
        if None not in node.keys:
            return self.generic_visit(node)
        parts = [
            self.visit(value if key is None else ast.Dict([key], [value]))
            for key, value in zip(node.keys, node.values, strict=True)
        ]
        return ast.Name(" | ".join(map(ast.unparse, parts)))

    def visit_Name(self, node: ast.Name) -> ast.Name:
        if node.id in self.text.streams:
            return ast.Name(f'"{stream_name(getattr(self.text.module, node.id))}"')
        return ast.Name("run") if node.id == "self" else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if (qualified_name := _parameter(node)) is not None:
            return ast.Name(qualified_name)
        if isinstance(node.value, ast.Name) and node.value.id in ("world", "math", "np"):
            return ast.Name(node.attr)
        return self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if isinstance(key, str) and key in MODEL_PARAMETERS:
            return ast.Name(key)
        return self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        name, other = _parameter(node.left), node.comparators[0]
        choice = MODEL_PARAMETERS[name] if name else None
        if isinstance(choice, Choice) and isinstance(other, ast.Name):
            option = list(choice.options)[getattr(self.text.module, other.id)]
            word = "is" if isinstance(node.ops[0], ast.Eq) else "is not"
            return ast.Name(f'{name} {word} "{option}"')
        return self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        clear = self.generic_visit(node)
        return ast.Name(f"({ast.unparse(clear)})") if isinstance(node.op, ast.LShift | ast.RShift) else clear

    def _stream(self, node: ast.expr) -> ast.expr:
        """A stream of chance by its name, or a rule of which stream by theirs."""
        if isinstance(node, ast.Call):
            return ast.Call(node.func, [self._stream(argument) for argument in node.args], [])
        if isinstance(node, ast.Name) and node.id.isupper():
            return ast.Name(f'"{stream_name(getattr(self.text.module, node.id))}"')
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        function = node.func.id if isinstance(node.func, ast.Name) else ""
        if function in ("number_of", "integer_of"):
            value: ast.AST = self.visit(ast.Subscript(node.args[0], node.args[1]))
            return value
        if function in ("uniform", "random_word") and "week" in self.text.hidden:
            name = "chance" if function == "uniform" else "random_bits"
            node = ast.Call(ast.Name(name), [self._stream(node.args[1]), *node.args[2:]], [])
        if function == "float" or (function == "to_uint64" and _is_constant(node.args[0])):
            argument: ast.AST = self.visit(node.args[0])
            return argument
        node.args = [
            argument
            for argument in node.args
            if not (isinstance(argument, ast.Name) and argument.id in self.text.hidden)
        ]
        return self.generic_visit(node)


def _parameter(node: ast.AST) -> str | None:
    """The dotted name of a parameter that is read as ``p.section.name``."""
    match node:
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id="p"), attr=section), attr=name):
            return f"{section}.{name}"
    return None


def _is_place(node: ast.AST) -> bool:
    """Whether a constant is the place of a name among names."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "index"


def _is_plain(node: ast.AST) -> bool:
    """Whether a value is made of numbers and constants alone."""
    kinds = (ast.Constant, ast.UnaryOp, ast.BinOp, ast.Tuple, ast.operator, ast.unaryop, ast.expr_context)
    return all(isinstance(part, kinds) and not isinstance(getattr(part, "value", None), str) for part in ast.walk(node))


def _is_constant(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper())


def _comments(source: str) -> dict[int, str]:
    """The comments of a source by line."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT}


def _quoted(docstring: str | None, depth: int = 0) -> list[str]:
    """What a rule says of itself, in quotation marks."""
    if not docstring:
        return []
    return [f'{STEP * depth}"{" ".join(docstring.split()).replace("``", "")}"']


def functions_of(module: ModuleType) -> dict[str, FunctionType]:
    """The plain functions of a module itself, in their order, with those that it has made of declarations."""
    return {
        name: function
        for name, function in vars(module).items()
        if isinstance(function, FunctionType)
        and (function.__module__ == module.__name__ or function.__code__.co_filename == f"<plnsim: {name}>")
    }
