"""What a state variable is: declared whole, once, in the file of the mechanism that owns it.

From the declarations come the records of people, the starting world, what a newcomer and a new head begin with, the
attributes of Mesa's agents, the types that an editor knows, the tables of the ODD document and the laws in the tests.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable, Iterable
from dataclasses import KW_ONLY, dataclass
from enum import Enum
from typing import Any

import numpy as np

from plnsim.common.errors import DeclarationError, suggestion

ENTITIES = ("teacher", "school", "network")
"""Who carries state variables."""

RANGES = {
    "share": "0 to 1",
    "signed share": "-1 to 1",
    "yes/no": "0, 1",
    "factor": "above 0",
    "fixed point": "0 and above",
    "years": "0 and above",
    "minutes": "any",
    "week": "0 and above",
    "number": "-1 and above",
    "place": "-1 and above",
    "identity": "0 and above",
    "-1, 0, 1": "-1, 0, 1",
    "0, 1, 2": "0, 1, 2",
    "0 to 3": "0, 1, 2, 3",
    "set": "a word of 64 bits, one for each part of the practice",
    "hours": "0 and above",
    "microhours": "0 and above; a million is an hour",
    "weeks": "0 and above",
}
"""Every unit of a state variable, and what a variable of it can be; a place or number of -1 stands for none."""

KINDS = {
    "state": "what one is, and what this week makes of it",
    "fixed": "does not change in a run (for a teacher: until the post changes hands)",
    "seen": "remembered from what was observed of others this week",
    "marked": "only serves to count and never feeds back",
}

Rule = Callable[[Any, Any, Any, Any], float]
"""A plain function ``rule(entity, world, week, p)`` of a mechanism's file that gives one value."""


Step = Callable[[Any, Any, Any, Any], None]
"""A plain function ``step(entity, world, week, p)`` about one teacher, school or network."""


class Origin(Enum):
    """Where a value comes from that neither a constant nor a rule gives."""

    BUILT = "set when the world is built"
    KEPT = "kept"
    OBSERVED = "observed anew before it is read"


BUILT, KEPT, OBSERVED = Origin.BUILT, Origin.KEPT, Origin.OBSERVED


@dataclass(frozen=True)
class StateVariable:
    """Declares one state variable: type, unit, meaning, who writes it, its value at the start and for a successor.

    ``start`` is its value in the starting world: a constant, a rule, or ``BUILT``. ``successor`` is what becomes of it
    when a newcomer takes a post (of a teacher) or a new head comes (of a school): a constant, a rule, or ``KEPT``; a
    network has no successor. Both are asked for, so that neither is forgotten; what is *seen* needs neither, as it is
    observed anew before it is read. A rule may read what is declared before it in the same file. ``entity``,
    ``mechanism`` and ``written_by`` are filled in when declarations are collected. Raises ``DeclarationError``.
    """

    name: str
    _: KW_ONLY
    type: str
    unit: str
    meaning: str
    kind: str = "state"
    start: float | Rule | Origin | None = None
    successor: float | Rule | Origin | None = None
    entity: str = ""
    mechanism: str = ""
    written_by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (self.name.isidentifier() and self.name.islower()):
            self._refuse(f"the name {self.name!r}", "a name in small letters, as in code")
        if self.type not in ("f8", "i1", "i2", "i4", "i8", "u4", "u8"):
            right = "f8 for a number, i1 for yes/no, i2, i4 or i8 for whole numbers, as NumPy names them"
            self._refuse(f"the type {self.type!r}", right)
        if self.unit not in RANGES:
            near = suggestion(self.unit, RANGES)
            self._refuse(f"the unit {self.unit!r}", f"one that RANGES in plnsim/model/state.py explains; {near}")
        if self.kind not in KINDS:
            self._refuse(f"the kind {self.kind!r}", f"one of {', '.join(KINDS)}")
        if self.kind == "seen":
            object.__setattr__(self, "start", 0 if self.start is None else self.start)
            object.__setattr__(self, "successor", OBSERVED if self.successor is None else self.successor)
        for origin in ("start", "successor"):
            value = getattr(self, origin)
            if isinstance(value, int | float):
                object.__setattr__(self, origin, float(value) if self.type == "f8" else int(value))
        if self.start is None or self.start in (KEPT, OBSERVED):
            self._refuse("no start", "start=0.0, a function of its file, or BUILT where it is set with the world")
        if self.successor is None or self.successor is BUILT:
            self._refuse("no successor", "successor=0.0, a function of its file, or KEPT where it stays with the post")

    def _refuse(self, wrong: str, right: str) -> None:
        raise DeclarationError(f"state variable {self.name}: {wrong}; right is {right}")

    @property
    def dotted_name(self) -> str:
        """The variable with its entity: ``teacher.belief``."""
        return f"{self.entity}.{self.name}"


def assigning(name: str, entity: str, variables: Iterable[StateVariable], origin: str, about: str) -> Step:
    """A step ``name(entity, world, week, p)`` that sets state variables to what ``origin`` says of each.

    ``origin`` is "start" or "successor". Variables that are built, kept or observed are left alone. It is made as plain
    Python about one teacher, school or network, as other steps are, so that every engine can run it and
    ``inspect.getsource`` shows it; ``about`` is its docstring. Raises ``DeclarationError``.
    """
    rules: dict[str, Rule] = {}
    lines = [f"def {name}({entity}, world, week, p):", f'    """{about}"""']
    for variable in variables:
        value = getattr(variable, origin)
        if variable.entity != entity or isinstance(value, Origin):
            continue
        if callable(value):
            if rules.setdefault(value.__name__, value) is not value:
                other = rules[value.__name__].__module__
                raise DeclarationError(
                    f"{variable.dotted_name}: {other} has a rule {value.__name__} as well; give this one another name"
                )
            lines.append(f"    {entity}.{variable.name} = {value.__name__}({entity}, world, week, p)")
        else:
            lines.append(f"    {entity}.{variable.name} = {value!r}")
    source, file = "\n".join(lines) + "\n", f"<plnsim: {name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    namespace: dict[str, Any] = {**rules, "__name__": __name__}
    exec(compile(source, file, "exec"), namespace)
    step: Step = namespace[name]
    return step


def record_dtype(variables: Iterable[StateVariable]) -> np.dtype[np.void]:
    """The NumPy record of an entity: a plain structured type, aligned, the widest fields first."""
    widest_first = sorted(variables, key=lambda variable: -np.dtype(variable.type).itemsize)
    return np.dtype([(variable.name, variable.type) for variable in widest_first], align=True)
