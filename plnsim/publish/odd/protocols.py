"""The types by which checkers and editors know people, weeks and parameters, made of their declarations."""

from __future__ import annotations

from collections.abc import Iterable

from plnsim.common.package import PACKAGE
from plnsim.model.week import WEEK_DTYPE
from plnsim.model.world import entities
from plnsim.simulation.scenario.declared import SIMULATED

STORED = PACKAGE / "model" / "protocols.py"
HEAD = '''"""What steps may ask of teachers, schools, networks, weeks and parameters: types for checkers and editors.

Generated from the declarations by ``python -m plnsim.publish.odd``; nothing here runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
'''
WORLD = '''class World(Protocol):
    """Everyone and every tie; see ``plnsim.model.world.entities.World``."""

    @property
    def teachers(self) -> Sequence[Teacher]: ...
    @property
    def schools(self) -> Sequence[School]: ...
    @property
    def networks(self) -> Sequence[Network]: ...
'''
PEOPLE = ("teachers", "schools", "networks")


def python_type(name: str) -> str:
    """The Python type of values of a NumPy type."""
    return "float" if name.lstrip("<>=|").startswith("f") else "int"


def _protocol(name: str, about: str, attributes: Iterable[tuple[str, str]]) -> str:
    lines = [f"    {attribute}: {kind}" for attribute, kind in attributes]
    return "\n".join([f"class {name}(Protocol):", f'    """{about}"""', "", *lines]) + "\n"


def _class_name(section: str) -> str:
    return section.title().replace("_", "") + "Parameters"


def text() -> str:
    """The whole file."""
    parts = [HEAD]
    for name, variables in (("Teacher", entities.TEACHER), ("School", entities.SCHOOL), ("Network", entities.NETWORK)):
        attributes = ((variable.name, python_type(variable.type)) for variable in variables)
        parts.append(_protocol(name, f"A {name.lower()}'s state variables.", attributes))
    ties = [field for field in entities.World._fields if field not in PEOPLE]
    parts.append(WORLD + "".join(f"    @property\n    def {tie}(self) -> Sequence[int]: ...\n" for tie in ties))
    week = ((name, python_type(WEEK_DTYPE[name].str)) for name in WEEK_DTYPE.names or ())
    parts.append(_protocol("Week", "What a week carries.", week))
    sections = {section: declared for section, declared in SIMULATED.items() if declared}
    for section, declared in sections.items():
        attributes = ((parameter.name, "int" if parameter.integer else "float") for parameter in declared)
        parts.append(_protocol(_class_name(section), f"The parameters of {section}.", attributes))
    lines = [f"    @property\n    def {section}(self) -> {_class_name(section)}: ...\n" for section in sections]
    parts.append(
        'class Parameters(Protocol):\n    """A set of parameters in force; options stand as their numbers."""\n\n'
        + "".join(lines)
    )
    return "\n\n".join(parts)
