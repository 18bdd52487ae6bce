"""Times a run in the WebAssembly module against the native engine: ``python -m tests.benchmarks.wasm``.

Node simulates what the native engine does on one thread, the two in turn, round after round, with the same bits; each
figure is the least CPU time of a round's runs, as other work on the machine only adds to it. The first run of a page is
dearer, as node (or a browser) compiles better what it has seen running. Printed are the bytes of the module and of
packs too, as they are and by gzip.
"""

from __future__ import annotations

import argparse
import gzip
import statistics
import tempfile
import time
from pathlib import Path

from plnsim import Scenario
from plnsim.simulation.scenario.classroom import with_class_size
from plnsim.simulation.wasm.module import MODULE
from plnsim.simulation.wasm.pack import pack
from tests.support.runs import start_run
from tests.support.wasm import in_node

SCRIPT = """
const [moduleFile, packFile, times] = files, least = [];
const made = await (await loadModel(await readFile(moduleFile), await readFile(packFile))).newRun();
const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
for (let time = 0; time < Number(times); time += 1) {
  const from = cpu();
  made.begin(0);
  const started = cpu();
  made.advance();
  least.push([started - from, cpu() - started]);
}
const [start, run] = [0, 1].map((place) => Math.min(...least.map((both) => both[place])));
const result = { first: least[0][1], start, run };
"""


def native(scenario: Scenario, times: int) -> tuple[float, float]:
    """CPU milliseconds of a starting world and of a run, the least of some."""
    starts, runs = [], []
    for _ in range(times):
        began = time.process_time()
        run = start_run(scenario)
        starts.append(time.process_time() - began)
        began = time.process_time()
        run.advance()
        runs.append(time.process_time() - began)
    return 1000 * min(starts), 1000 * min(runs)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--times", type=int, default=30, help="runs of a round")
    asked = arguments.parse_args()
    module = MODULE.read_bytes()
    print(f"module: {len(module):,} bytes, {len(gzip.compress(module)):,} by gzip")
    baseline = Scenario.of("baseline")
    for name, scenario in (("class size", with_class_size(baseline)), ("baseline", baseline)):
        packed, rounds = pack(scenario, 1, 20), []
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "pack"
            path.write_bytes(packed)
            for _ in range(asked.rounds):
                start, run = native(scenario, asked.times)
                found = in_node(Path(folder), SCRIPT, MODULE, path, str(asked.times))
                rounds.append((found["run"] / run, run, found["run"], start, found["start"], found["first"]))
        ratios = [ratio for ratio, *_ in rounds]
        least = [min(column) for column in zip(*rounds, strict=True)]
        print(
            f"{name}: 20 replicates in {len(packed):,} bytes; run {least[2]:.1f} ms against {least[1]:.1f} native, "
            f"ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}); starting world "
            f"{least[4]:.1f} ms against {least[3]:.1f}; the first run of a page {least[5]:.0f} ms"
        )


if __name__ == "__main__":
    main()
