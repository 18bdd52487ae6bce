"""No bit of a result changes unseen: every shipped scenario still gives what was stored, in both engines.

``results.json`` holds digests of the starting state, the ties, the counts and the final state of every shipped
scenario, made smaller as in ``test_engines``, and the state variables that went into them; variables that came later do
not count. When rules change on purpose, ``python -m tests.simulation.test_results_unchanged`` writes the file anew
(half a minute), and the change log tells it.

No library's exponential, logarithm or power is in them (``plnsim/common/elementary.py``), so the bits are the same on
every machine; a run with libraries that round otherwise shows it.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from plnsim.simulation.mesa_backend import PLNModel
from plnsim.simulation.scenario import Scenario, shipped_scenarios
from tests.simulation.test_engines import SAMPLED_TEACHER_WEEKS, shrunk
from tests.support.runs import finish_run

FILE = Path(__file__).with_name("results.json")
STORED = json.loads(FILE.read_text(encoding="utf-8"))
KINDS = ("teachers", "schools", "networks")
COUNTS = ("series", "years", "routine", "vision", "networks")
SEEDS = (1, pytest.param(2, marks=pytest.mark.full))


def digest(parts: Iterable[bytes]) -> str:
    """The first 32 hexadecimal digits of the SHA-256 of all parts, one after the other."""
    content = hashlib.sha256()
    for part in parts:
        content.update(part)
    return content.hexdigest()[:32]


def digest_state(state: Iterable[np.ndarray], variables: dict[str, list[str]]) -> str:
    """The digest of teachers, schools and networks, variable by variable with its name."""
    return digest(
        part
        for kind, records in zip(KINDS, state, strict=True)
        for name in variables[kind]
        for part in (f"{kind}.{name}".encode(), records[name].tobytes())
    )


def digest_counts(counts) -> str:
    return digest(getattr(counts, name).tobytes() for name in COUNTS)


def results(name: str, seed: int, variables: dict[str, list[str]]) -> dict[str, str]:
    """The digests of one scenario and seed; both engines must give the same ones."""
    scenario = Scenario.of(name)
    scenario = shrunk(scenario, SAMPLED_TEACHER_WEEKS // scenario.weeks)
    world = scenario.world(seed)
    run, model = finish_run(scenario, seed), PLNModel(scenario, seed=seed)
    assert digest_state(world[:3], variables) == digest_state(model.state(), variables), "the engines start differently"
    while model.running:
        model.step()
    ends = [
        (digest_counts(counts), digest_state(state, variables))
        for counts, state in ((run.counts, run.state()[:3]), (model.counts, model.state()))
    ]
    assert ends[0] == ends[1], "the engines differ"
    return {
        "start": digest_state(world[:3], variables),
        "ties": digest(ties.tobytes() for ties in world[3:]),
        "counts": ends[0][0],
        "state": ends[0][1],
    }


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", shipped_scenarios())
def test_a_shipped_scenario_gives_what_is_stored(name, seed):
    assert results(name, seed, STORED["variables"]) == STORED["results"][f"{name}, seed {seed}"]


def test_every_shipped_scenario_has_its_results():
    assert {key.partition(",")[0] for key in STORED["results"]} == set(shipped_scenarios())


RUN = """
import math, sys
import numpy as np
from plnsim.simulation.mesa_backend import PLNModel
from plnsim.simulation.scenario import Scenario
from tests.simulation.test_engines import SAMPLED_TEACHER_WEEKS, shrunk
from tests.simulation.test_results_unchanged import KINDS, digest_counts, digest_state

scenario = Scenario.of(sys.argv[1])
scenario = shrunk(scenario, SAMPLED_TEACHER_WEEKS // scenario.weeks)
scenario.world(2)  # what is compiled is compiled with the libraries as they are
if sys.argv[2] == "other":
    for library in (math, np):
        for name in ("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "pow", "power", "float_power", "cbrt"):
            if function := getattr(library, name, None):
                beside = lambda *numbers, function=function: np.nextafter(function(*numbers), np.inf)
                setattr(library, name, beside)
    assert math.exp(0.0) > 1.0 and np.log(1.0) > 0.0
world, model = scenario.world(1), PLNModel(scenario, seed=1)
variables = {kind: sorted(getattr(world, kind).dtype.names) for kind in KINDS}
print(digest_state(world[:3], variables), *(ties.tobytes().hex() for ties in world[3:]))
while model.running:
    model.step()
print(digest_state(model.state(), variables), digest_counts(model.counts))
"""


@pytest.mark.parametrize("name", ["baseline", "lesson-study"])
def test_a_library_that_rounds_otherwise_changes_no_bit(name):
    """In one process every such function of Python and of NumPy gives the number next above the right one."""
    told = [
        subprocess.run([sys.executable, "-W", "ignore", "-c", RUN, name, library], capture_output=True, text=True)
        for library in ("own", "other")
    ]
    assert [run.returncode for run in told] == [0, 0], told[1].stderr
    assert told[0].stdout == told[1].stdout and told[0].stdout.count("\n") == 2


def write_anew() -> None:
    """Writes the file with the results and the state variables of today."""
    world = Scenario.of("baseline").world(1)
    variables = {kind: sorted(getattr(world, kind).dtype.names) for kind in KINDS}
    digests = {
        f"{name}, seed {seed}": results(name, seed, variables) for name in shipped_scenarios() for seed in (1, 2)
    }
    content = {"variables": variables, "results": digests}
    FILE.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_anew()
