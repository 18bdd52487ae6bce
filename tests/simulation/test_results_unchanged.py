"""No bit of a result changes unseen: every shipped scenario still gives what was stored, in both engines.

``results.json`` holds digests of the starting state, the ties, the counts and the final state of every shipped
scenario, made smaller as in ``test_engines``, and the names of the state variables and counts that went into them;
what came later does not count. When rules change on purpose, ``python -m tests.simulation.test_results_unchanged``
writes the file anew (half a minute), and the change log tells it. For a new scenario, its name after the command adds
its digests and leaves all others as they are.

No library's exponential, logarithm or power is in them (``plnsim/common/elementary.py``), so the bits are the same on
every machine; a run with libraries that round otherwise shows it.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest

from plnsim.simulation.engine.counts import COUNT_NAMES, NETWORK_COUNT_DTYPE, Counts
from plnsim.simulation.mesa_backend import PLNModel
from plnsim.simulation.scenario import Scenario, shipped_scenarios
from tests.simulation.test_engines import SAMPLED_TEACHER_WEEKS, shrunk
from tests.support.runs import finish_run, small_scenario

FILE = Path(__file__).with_name("results.json")
STORED = json.loads(FILE.read_text(encoding="utf-8"))
KINDS = ("teachers", "schools", "networks")
REFRESH = "python -m tests.simulation.test_results_unchanged"
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


def digest_counts(counts: Counts, names: dict[str, list[str]]) -> str:
    """The digest of what was counted, count by count with its name."""
    named = [("routine", counts.routine), ("vision", counts.vision)]
    for name in names["counts"]:
        column = COUNT_NAMES.index(name)
        named += [(f"{name} a week", counts.series[:, :, column]), (f"{name} a year", counts.years[:, :, column])]
    named += [(f"networks.{name}", counts.networks[name]) for name in names["counts of networks"]]
    return digest(part for name, values in named for part in (name.encode(), values.tobytes()))


def names_of_today() -> dict[str, list[str]]:
    """The names of all state variables and counts that there are."""
    world = Scenario.of("baseline").world(1)
    return {kind: sorted(getattr(world, kind).dtype.names) for kind in KINDS} | {
        "counts": sorted(COUNT_NAMES),
        "counts of networks": sorted(NETWORK_COUNT_DTYPE.names),
    }


def results(name: str, seed: int, names: dict[str, list[str]]) -> dict[str, str]:
    """The digests of one scenario and seed; both engines must give the same ones."""
    scenario = Scenario.of(name)
    scenario = shrunk(scenario, SAMPLED_TEACHER_WEEKS // scenario.weeks)
    world = scenario.world(seed)
    run, model = finish_run(scenario, seed), PLNModel(scenario, seed=seed)
    assert digest_state(world[:3], names) == digest_state(model.state(), names), "the engines start differently"
    while model.running:
        model.step()
    ends = [
        (digest_counts(counts, names), digest_state(state, names))
        for counts, state in ((run.counts, run.state()[:3]), (model.counts, model.state()))
    ]
    assert ends[0] == ends[1], "the engines differ"
    return {
        "start": digest_state(world[:3], names),
        "ties": digest(ties.tobytes() for ties in world[3:]),
        "counts": ends[0][0],
        "state": ends[0][1],
    }


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", shipped_scenarios())
def test_a_shipped_scenario_gives_what_is_stored(name, seed):
    stored = STORED["results"].get(f"{name}, seed {seed}")
    assert stored, f"`{REFRESH} {name}` adds the results of {name} and leaves all others"
    found = results(name, seed, STORED["names"])
    differ = [part for part in stored if found[part] != stored[part]]
    assert not differ, f"{name}: {differ} changed; if rules changed on purpose, `{REFRESH}` writes all digests anew"


def test_every_shipped_scenario_has_its_results():
    kept = {key.partition(",")[0] for key in STORED["results"]}
    missing, gone = set(shipped_scenarios()) - kept, kept - set(shipped_scenarios())
    assert not missing, f"`{REFRESH} {' '.join(sorted(missing))}` adds their results and leaves all others"
    assert not gone, f"{FILE} has results of {gone}, which are no shipped scenarios: take them out"


def test_a_count_that_came_later_does_not_count_and_every_other_does():
    counts = finish_run(small_scenario(), 1).counts
    names = STORED["names"]
    fewer = names | {"counts": [name for name in names["counts"] if name != "users"]}
    with_, without = digest_counts(counts, names), digest_counts(counts, fewer)
    assert with_ != without
    counts.series[3, 1, COUNT_NAMES.index("users")] += 1
    assert digest_counts(counts, names) != with_ and digest_counts(counts, fewer) == without
    counts.years[0, 0, COUNT_NAMES.index("staff")] += 1
    assert digest_counts(counts, fewer) != without


RUN = """
import math, sys
import numpy as np
from plnsim.simulation.mesa_backend import PLNModel
from plnsim.simulation.scenario import Scenario
from tests.simulation.test_engines import SAMPLED_TEACHER_WEEKS, shrunk
from tests.simulation.test_results_unchanged import digest_counts, digest_state, names_of_today

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
names = names_of_today()
print(digest_state(world[:3], names), *(ties.tobytes().hex() for ties in world[3:]))
while model.running:
    model.step()
print(digest_state(model.state(), names), digest_counts(model.counts, names))
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


def write_anew(only: Sequence[str]) -> None:
    """Writes the results of some scenarios into the file and leaves the others; of none, all anew, with the state
    variables and counts of today.
    """
    names, kept = (STORED["names"], STORED["results"]) if only else (names_of_today(), {})
    digests = dict(kept)
    for name in only or shipped_scenarios():
        digests |= {f"{name}, seed {seed}": results(name, seed, names) for seed in (1, 2)}
    in_order = sorted(digests, key=lambda key: list(shipped_scenarios()).index(key.partition(",")[0]))
    content = {"names": names, "results": {key: digests[key] for key in in_order}}
    FILE.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_anew(sys.argv[1:])
