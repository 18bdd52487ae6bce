"""Runs in the WebAssembly engine and in the native one, told apart by digests of all their bytes."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from plnsim.app.explorable import PAGE
from plnsim.simulation.engine.numba_backend import NumbaBackend
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.wasm.module import MODULE
from tests.support.runs import start_run

ENGINE = PAGE / "engine.js"
RUNS = Path(__file__).with_name("engine_runs.js")


class Task(NamedTuple):
    """A run to be made in the WebAssembly engine: with which of some packs, and moved from there by which values."""

    pack: str
    replicate: int = 0
    values: dict[str, Any] = {}  # noqa: RUF012  # a name in a tuple, which nobody changes
    years: float | None = None
    weekly: bool = False


def node() -> str:
    """The node on this machine, or the one that Playwright brings along."""
    if found := shutil.which("node"):
        return found
    from playwright._impl._driver import compute_driver_executable

    return str(compute_driver_executable()[0])


def scripts() -> str:
    """The engine and what tests ask of it, as one module."""
    return ENGINE.read_text(encoding="utf-8") + RUNS.read_text(encoding="utf-8")


def in_node(folder: Path, script: str, *files: Path | str) -> Any:
    """What a script, behind the engine and the tests' part, gives as ``result``; it finds the files as ``files``."""
    text = f"""
import {{ readFile }} from "node:fs/promises";
import {{ webcrypto }} from "node:crypto";
globalThis.crypto ??= webcrypto;
const files = process.argv.slice(2);
{scripts()}
{script}
process.stdout.write(JSON.stringify(result));
"""
    module = folder / "script.mjs"
    module.write_text(text, encoding="utf-8")
    done = subprocess.run([node(), module, *files], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def runs_in_node(folder: Path, packs: dict[str, bytes], tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """What came of some tasks in the module that comes with the package."""
    paths = []
    for name, content in packs.items():
        paths.append(folder / f"{name}.pack")
        paths[-1].write_bytes(content)
    asked = folder / "tasks.json"
    asked.write_text(json.dumps([task._asdict() for task in tasks]))
    script = f"""
const [moduleFile, taskFile, ...packFiles] = files, packs = {{}};
for (const [place, name] of {json.dumps(list(packs))}.entries()) packs[name] = await readFile(packFiles[place]);
const result = await performRuns(await readFile(moduleFile), packs, JSON.parse(await readFile(taskFile, "utf8")));
"""
    results: list[dict[str, Any]] = in_node(folder, script, MODULE, asked, *paths)
    return results


def native_digests(run: NumbaBackend) -> dict[str, str]:
    """A digest of each part of the counts and of each state variable, as ``engine_runs.js`` makes them."""
    parts = {part: getattr(run.counts, part).tobytes() for part in ("series", "years", "routine", "vision", "networks")}
    for kind in ("teachers", "schools", "networks"):
        columns = getattr(run.world, kind)
        parts |= {f"{kind}.{name}": columns[name].tobytes() for name in columns.layout.offsets}
    return {part: hashlib.sha256(content).hexdigest()[:16] for part, content in parts.items()}


def native_states(scenario: Scenario, seed: int = 1, replicate: int = 0, weekly: bool = False) -> list[dict[str, str]]:
    """Digests of a run in the native engine at the start and at the end, or after every week."""
    run = start_run(scenario, seed, replicate)
    states = [native_digests(run)]
    while run.week < len(run.weeks):
        run.advance(1 if weekly else None)
        states.append(native_digests(run))
    return states


def differences(result: dict[str, Any], states: list[dict[str, str]]) -> list[tuple[int, list[str]]]:
    """Where a run in the WebAssembly engine differs from a native one: the place of the state, and its parts."""
    assert len(result["states"]) == len(states)
    return [
        (place, [part for part in told if told[part] != found.get(part)])
        for place, (told, found) in enumerate(zip(states, result["states"], strict=True))
        if told != found
    ]
