"""The WebAssembly module is that of the sources, and a pack holds what a page cannot draw itself."""

import gzip
import json

import numpy as np
import pytest

from plnsim.common.errors import InputError
from plnsim.common.streams import run_key
from plnsim.model.world.population import build_world
from plnsim.simulation.engine.compile_cache import COMPILED_SOURCES
from plnsim.simulation.scenario import Scenario, shipped_scenarios
from plnsim.simulation.scenario.classroom import with_class_size
from plnsim.simulation.scenario.declared import SIMULATED
from plnsim.simulation.wasm import build as building
from plnsim.simulation.wasm import module as wasm_module
from plnsim.simulation.wasm.module import MODULE, REFRESH, Origin, fingerprint, origin_of, with_origin
from plnsim.simulation.wasm.pack import MAGIC, VERSION, pack
from tests.support.runs import changed_world, random_point, small_scenario


def read(packed: bytes) -> tuple[dict, bytes]:
    """Header and columns of a pack."""
    content = gzip.decompress(packed)
    assert content[:4] == MAGIC and int.from_bytes(content[4:8], "little") == VERSION
    after = 12 + int.from_bytes(content[8:12], "little")
    return json.loads(content[12:after]), content[after + -after % 8 :]


def test_the_module_is_that_of_the_sources():
    assert origin_of(MODULE.read_bytes()).fingerprint == fingerprint(), f"this builds {MODULE.name} anew: {REFRESH}"


def test_the_module_is_small():
    assert len(MODULE.read_bytes()) < 120_000


def test_the_fingerprint_follows_the_sources_and_the_parameters(tmp_path, monkeypatch):
    for name in (*COMPILED_SOURCES, "simulation/wasm/entries.py", "simulation/wasm/build.py"):
        path = tmp_path / (name if name.endswith(".py") else f"{name}/any.py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    found = {fingerprint(tmp_path)}
    for name in ("model/mechanisms/any.py", "simulation/wasm/entries.py"):
        (tmp_path / name).write_text("changed = True\n")
        found.add(fingerprint(tmp_path))
    monkeypatch.setattr(wasm_module, "PARAMETER_DTYPE", np.dtype([("one", "f8")]))
    assert len(found | {fingerprint(tmp_path)}) == 4


def test_a_module_says_what_it_was_made_from():
    origin = Origin("abc", {"numba": "x" * 300})
    assert origin_of(with_origin(MODULE.read_bytes()[:8], origin)) == origin
    assert origin_of(MODULE.read_bytes()[:8]) is None


def test_without_a_linker_the_message_says_where_one_is(monkeypatch):
    monkeypatch.setattr(building.shutil, "which", lambda name: None)
    with pytest.raises(InputError, match="there is no wasm-ld on this machine"):
        building.build()


@pytest.mark.parametrize("name", shipped_scenarios())
def test_parameters_that_are_not_fixed_draw_no_other_world(name):
    scenario = with_class_size(Scenario.of(name))
    fields = read(pack(scenario, 1, 1))[0]["parameters"]["fields"]
    assert set(fields) == {one.qualified_name for declared in SIMULATED.values() for one in declared}
    moved = {name: value for name, value in random_point(3).items() if not fields.get(name, {"fixed": 1}).get("fixed")}
    worlds = [
        build_world(values, 1, 0, scenario.population_data)
        for values in (scenario.values, scenario.with_values(moved).values)
    ]
    assert changed_world(*worlds) == []


def test_a_fixed_parameter_draws_another_world():
    scenario = small_scenario()
    fields = read(pack(scenario, 1, 1))[0]["parameters"]["fields"]
    assert fields["ties.advice"]["fixed"] and fields["programme.delegates"]["fixed"]
    others = scenario.with_values({"ties.advice": 3.0}), scenario.with_values({"programme.delegates": 1})
    assert all(changed_world(build_world(scenario.values, 1, 0), build_world(other.values, 1, 0)) for other in others)


def test_a_pack_holds_the_drawn_columns_and_the_key_of_each_replicate():
    scenario = small_scenario()
    header, columns = read(pack(scenario, 5, 2))
    assert header["scenario"]["name"] == "small" and header["seed"] == 5
    assert header["model"] == fingerprint()
    for replicate, packed in enumerate(header["replicates"]):
        world = build_world(scenario.values, 5, replicate)
        assert packed["run"] == str(run_key(5, replicate))
        at = packed["columns"]["teachers"]["school"]
        assert columns[at : at + 4 * len(world.teachers)] == world.teachers["school"].tobytes()
        at, length = packed["ties"][header["ties"].index("advice_to")]
        assert columns[at : at + 4 * length] == world.advice_to.tobytes()


def test_a_pack_of_class_size_is_small():
    packed = pack(with_class_size(Scenario.of("baseline")), 1, 20)
    assert len(packed) < 150_000
