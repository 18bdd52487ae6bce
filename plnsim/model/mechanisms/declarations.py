"""Every state variable that mechanisms declare in their files, with all the mechanisms that write it."""

from __future__ import annotations

import importlib
from dataclasses import replace
from functools import cache
from pathlib import Path

from plnsim.common.errors import DeclarationError, suggestion
from plnsim.model.state import ENTITIES, Origin, StateVariable


@cache
def declared_by_mechanisms() -> tuple[StateVariable, ...]:
    """The state variables of all files of this folder, each with the mechanisms that write it, its own first.

    A mechanism names those of others that it writes in ``WRITES`` of its file (``"teacher.belief"``). Raises
    ``DeclarationError`` where a variable is declared twice, or one is written that is declared nowhere.
    """
    files = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    modules = {file: importlib.import_module(f"{__package__}.{file}") for file in files}
    owners: dict[str, StateVariable] = {}
    for file, module in modules.items():
        for entity in ENTITIES:
            for variable in getattr(module, entity.upper(), ()):
                name = f"{entity}.{variable.name}"
                if name in owners:
                    raise DeclarationError(
                        f"{name} is declared in {owners[name].mechanism}.py and in {file}.py; "
                        "declare it in one of them, and let the other name it in WRITES"
                    )
                if entity == "network" and variable.successor not in (Origin.KEPT, Origin.OBSERVED):
                    raise DeclarationError(f"{name}: nobody succeeds a network; right is successor=KEPT")
                owners[name] = replace(variable, entity=entity, mechanism=file, written_by=(file,))
    for file, module in modules.items():
        for name in getattr(module, "WRITES", ()):
            if name not in owners:
                raise DeclarationError(f"WRITES of {file}.py: nobody declares {name}; {suggestion(name, owners)}")
            owners[name] = replace(owners[name], written_by=(*owners[name].written_by, file))
    return tuple(owners.values())
