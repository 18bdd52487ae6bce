"""Builds the WebAssembly module of the model: Numba's text of the steps, aimed at another machine and linked.

Numba compiles the entries for a processor without special instructions, llvmlite aims the same LLVM text at wasm32, and
``wasm-ld`` (Debian's package ``lld``) links it to one module that imports nothing but its memory. All numbers stay as
wide as they are; addresses are cut to 32 bits. The fused and reordered arithmetic that would change bits is in
neither (decision 0027).
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from plnsim.common.errors import InputError
from plnsim.simulation.wasm.module import LINKER, REFRESH, Origin, fingerprint, with_origin

TRIPLE = "wasm32-unknown-unknown"
DATA_LAYOUT = "e-m:e-p:32:32-p10:8:8-p20:8:8-i64:64-i128:128-n32:64-S128-ni:1:10:20"
FEATURES = "+bulk-memory,+bulk-memory-opt,+sign-ext,+nontrapping-fptoint,+mutable-globals"
"""What every browser has known since 2021."""
STACK_BYTES = 65536
C_TYPES = {"int64": "i64", "uint64": "i64", "float64": "double"}


def build() -> bytes:
    """The module, anew; raises ``InputError`` where there is no linker."""
    if shutil.which(LINKER) is None:
        raise InputError(f"there is no {LINKER} on this machine", right="Debian's package lld has it: apt install lld")
    with tempfile.TemporaryDirectory() as folder:
        objects, names = [], []
        for function, signature in _entries():
            path = Path(folder) / f"{function.__name__}.o"
            path.write_bytes(_object(function, signature))
            objects.append(str(path))
            names.append(function.__name__)
        module = Path(folder) / "model.wasm"
        _link(objects, names, module)
        linked = module.read_bytes()
    return with_origin(linked, Origin(fingerprint(), _tools()))


def _entries() -> tuple[tuple[Callable[..., Any], Any], ...]:
    from plnsim.simulation.engine.numba_backend import FOR_ANY_PROCESSOR
    from plnsim.simulation.wasm.entries import ENTRIES

    if not FOR_ANY_PROCESSOR:
        raise RuntimeError(f"Numba was loaded for this processor alone; right is {REFRESH}")
    return ENTRIES


def _tools() -> dict[str, str]:
    """What the bytes of a module depend on beside the sources."""
    linker = subprocess.run([LINKER, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    packages = {name: version(name) for name in ("numba", "llvmlite", "numpy")}
    return {"python": ".".join(map(str, sys.version_info[:2])), **packages, "linker": linker}


def _object(function: Callable[..., Any], signature: Any) -> bytes:
    """The object file of an entry."""
    import llvmlite.binding as llvm

    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    text, symbol = _llvm_text(function, signature)
    module = llvm.parse_assembly(_aimed(text) + _plain_function(function.__name__, symbol, signature))
    for own in module.functions:
        if not own.is_declaration and own.name != function.__name__:
            own.linkage = "internal"
    for own in module.global_variables:
        if not own.is_declaration:
            own.linkage = "internal"
    machine = llvm.Target.from_triple(TRIPLE).create_target_machine(
        opt=3, reloc="static", codemodel="default", features=FEATURES
    )
    passes = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=2))
    passes.getModulePassManager().run(module, passes)
    emitted: bytes = machine.emit_object(module)
    return emitted


def _llvm_text(function: Callable[..., Any], signature: Any) -> tuple[str, str]:
    """Numba's LLVM text of a function for one signature, and the name that it has there."""
    from numba import njit

    compiled = njit(signature, nogil=True, _nrt=False, error_model="numpy")(function)
    whole = compiled.overloads[signature.args]
    return whole.library.get_llvm_str(), whole.fndesc.llvm_func_name


def _aimed(text: str) -> str:
    """The text for wasm32 in the place of the machine that it was written for."""
    text = re.sub(r'target datalayout = ".*"', f'target datalayout = "{DATA_LAYOUT}"', text)
    text = re.sub(r'target triple = ".*"', f'target triple = "{TRIPLE}"', text)
    text = re.sub(r'"target-(cpu|features)"="[^"]*"', "", text)
    return re.sub(r"^(@\S+ = )common ", r"\1internal ", text, flags=re.MULTILINE)


def _plain_function(name: str, symbol: str, signature: Any) -> str:
    """A function that takes and gives plain numbers, around one in Numba's manner.

    That gives a status, and its value by a pointer; a status other than success ends the run.
    """
    kinds = [C_TYPES.get(str(kind), "ptr") for kind in signature.args]
    gives = C_TYPES.get(str(signature.return_type), "void")
    value = "ptr" if gives == "void" else gives
    taken = ", ".join(f"{kind} %a{place}" for place, kind in enumerate(kinds))
    return f"""
define {gives} @{name}({taken}) {{
  %value = alloca {value}
  %error = alloca ptr
  %status = call i32 @{symbol}(ptr %value, ptr %error{", " if kinds else ""}{taken})
  %failed = icmp ne i32 %status, 0
  br i1 %failed, label %bad, label %good
bad:
  call void @llvm.trap()
  unreachable
good:
  {"ret void" if gives == "void" else f"%given = load {gives}, ptr %value"}
  {"" if gives == "void" else f"ret {gives} %given"}
}}
declare void @llvm.trap()
"""


def _link(objects: list[str], names: list[str], to: Path) -> None:
    """Links object files to a module that exports the entries, and where free memory begins."""
    options = ["--no-entry", "--import-memory", "--strip-all", "--gc-sections", "-O2", f"-zstack-size={STACK_BYTES}"]
    exports = [f"--export={name}" for name in (*names, "__heap_base")]
    subprocess.run([LINKER, *options, *exports, "-o", str(to), *objects], check=True)
