"""Builds the WebAssembly module of the model anew: ``python -m plnsim.simulation.wasm``; needs ``wasm-ld``."""

from __future__ import annotations

import os
import sys

import click

from plnsim.common.errors import InputError
from plnsim.simulation.wasm.module import MODULE, REFRESH, origin_of

FOR_ANY_PROCESSOR = {
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
    "NUMBA_LOOP_VECTORIZE": "0",
    "NUMBA_SLP_VECTORIZE": "0",
}
"""What Numba reads when it is loaded: code for any processor, as another machine is to run it."""


@click.command()
@click.option("--check", is_flag=True, help="Writes nothing, and fails where the module in the package is another one.")
def main(check: bool) -> None:
    """Compiles, links and keeps the module in the package; takes a minute or two."""
    os.environ.update(FOR_ANY_PROCESSOR)
    from plnsim.simulation.wasm.build import build

    try:
        built = build()
    except InputError as problem:
        sys.exit(str(problem))
    if not check:
        MODULE.write_bytes(built)
        print(f"{MODULE.name} is written anew: {len(built):,} bytes")
        return
    kept = MODULE.read_bytes()
    if kept == built:
        print(f"{MODULE.name} is what the sources give")
    elif (of_kept := origin_of(kept)) and (of_built := origin_of(built)) and of_kept.tools != of_built.tools:
        print(f"{MODULE.name} was built by {of_kept.tools}, here are {of_built.tools}: bytes are not compared")
    else:
        sys.exit(f"{MODULE.name} is not what the sources give; this builds it anew: {REFRESH}")


if __name__ == "__main__":
    main()
