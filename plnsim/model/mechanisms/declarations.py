"""Every state variable that a mechanism declares: in ``TEACHER``, ``SCHOOL`` and ``NETWORK`` of its file."""

from __future__ import annotations

import importlib
from dataclasses import replace
from functools import cache
from pathlib import Path

from plnsim.common.errors import DeclarationError
from plnsim.model.state import ENTITIES, StateVariable


@cache
def declared_by_mechanisms() -> tuple[StateVariable, ...]:
    """The state variables of all files of this folder; raises ``DeclarationError`` where one stands twice."""
    variables: list[StateVariable] = []
    for file in sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py")):
        module = importlib.import_module(f"{__package__}.{file}")
        for entity in ENTITIES:
            declared = getattr(module, entity.upper(), ())
            variables += [replace(variable, entity=entity, mechanism=file) for variable in declared]
    owners: dict[str, str] = {}
    for variable in variables:
        if variable.dotted_name in owners:
            other = owners[variable.dotted_name]
            raise DeclarationError(
                f"{variable.dotted_name} is declared in {other}.py and in {variable.mechanism}.py; "
                "declare it once, and name the other mechanism in also_written_by"
            )
        owners[variable.dotted_name] = variable.mechanism
    return tuple(variables)
