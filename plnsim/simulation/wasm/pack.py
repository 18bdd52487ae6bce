"""A scenario packed for the WebAssembly module: what a page needs besides the module to simulate it, as bytes.

A pack holds the drawn part of the starting worlds of some replicates (who is there, ties, networks), the values of all
parameters, the calendar, and where everything lies in memory. The rest of a run follows from these in the module, so a
page can move every parameter but those that decide what was drawn.

A pack is compressed by gzip. Within: the four bytes ``PLNP``, its version and the length of a JSON header as unsigned
words of 32 bits (the lowest byte first), the header, zeros up to a multiple of 8 bytes, and columns of numbers, each at
a multiple of 8. The header names them all, by offsets from the first column (``at``):

- ``model``: the fingerprint of the module that it is for; ``scenario``: name and title; ``seed``.
- ``layouts``: for teachers, schools and networks, the bytes that a person takes and those of the whole beside, and of
  each state variable ``type``, ``before``, ``more`` and ``stride``: that of number *i* among *n* lies
  ``before * n + more + stride * i`` bytes after the first.
- ``parameters``: the bytes of a parameter set, and of each parameter ``type``, ``offset``, ``value``, ``bounds`` or
  ``options``, and ``fixed`` where moving it would draw another world. ``sets``: where the scenario's own values lie as
  one parameter set, followed by those that its calendar puts in force; ``from`` which week each holds, and which
  values it ``holds`` whatever the scenario's own are.
- ``week``: bytes and fields of a week; ``calendar``: what happens in single weeks; ``years`` (0: as the values say).
- ``counts``, ``network_counts``, ``outcomes``: what is counted in a week, by what to divide it, and which two counts
  make a weekly outcome.
- ``replicates``: the key of the run, how many there are of each, and where columns and ties lie; ``known``: columns
  that are known of a real population, which take the place of starting values.
"""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from plnsim.common.checks import validate_replicates, validate_seed
from plnsim.common.parameter import AnyParameter, Choice, Value
from plnsim.common.streams import run_key
from plnsim.model.outcome import WEEKLY_OUTCOMES
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.week import WEEK_DTYPE
from plnsim.model.world.entities import World
from plnsim.model.world.population import build_world, known_values
from plnsim.simulation.engine.columns import CACHE_LINE
from plnsim.simulation.engine.counts import COUNT_VARIABLES, NETWORK_COUNT_DTYPE
from plnsim.simulation.engine.numba_types import LAYOUTS, TIE_DTYPE
from plnsim.simulation.runs.simulate import divisor
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS, PARAMETER_DTYPE, SIMULATED, to_record
from plnsim.simulation.scenario.weeks import NEVER, changes, held_by, told_end_of_support
from plnsim.simulation.wasm.module import MODULE, origin_of

MAGIC, VERSION = b"PLNP", 1
ALIGNED = 8
GZIP_LEVEL = 7
"""Level 9, Python's own, takes five times as long for 4 % fewer bytes."""


class _Columns:
    """Columns of numbers, one after the other."""

    def __init__(self) -> None:
        self.content = bytearray()

    def add(self, column: np.ndarray) -> int:
        """Takes a column in and says where it lies."""
        at = len(self.content)
        self.content += np.ascontiguousarray(column).tobytes()
        self.content += bytes(-len(self.content) % ALIGNED)
        return at


class _RecordedValues(Mapping[str, Value]):
    """Values that know which of them were asked for."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.values_by_name, self.read = values, set[str]()

    def __getitem__(self, name: str) -> Value:
        self.read.add(name)
        return self.values_by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)


def pack(scenario: Scenario, seed: int = 1, replicates: int = 20) -> bytes:
    """Packs a scenario with so many of its replicates; raises ``InputError``."""
    seed, replicates = validate_seed(seed), validate_replicates(replicates)
    columns, values = _Columns(), _RecordedValues(scenario.values)
    packed = [_replicate(scenario, values, seed, replicate, columns) for replicate in range(replicates)]
    known = known_values(scenario.population_data) if scenario.population_data is not None else {}
    header = {
        "model": module_fingerprint(),
        "scenario": {"name": scenario.name, "title": scenario.title},
        "seed": seed,
        "school_weeks": SCHOOL_WEEKS,
        "layouts": {kind: _layout(kind) for kind in LAYOUTS},
        "ties": list(World._fields[len(LAYOUTS) :]),
        "parameters": {
            "bytes": PARAMETER_DTYPE.itemsize,
            "fields": {
                parameter.qualified_name: _parameter(parameter, scenario.values, values.read)
                for parameter in MODEL_PARAMETERS
                if parameter.section in SIMULATED
            },
        },
        "sets": _sets(scenario, columns),
        "week": _record(WEEK_DTYPE),
        "calendar": _calendar(scenario),
        "counts": [[count.name, divisor(count)] for count in COUNT_VARIABLES],
        "network_counts": _record(NETWORK_COUNT_DTYPE),
        "outcomes": [[outcome.name, outcome.count, outcome.of] for outcome in WEEKLY_OUTCOMES],
        "known": {
            kind: {name: columns.add(column.astype(LAYOUTS[kind].dtype[name])) for name, column in those.items()}
            for kind, those in known.items()
        },
        "replicates": packed,
    }
    told = json.dumps(header, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    begins = MAGIC + struct.pack("<II", VERSION, len(told)) + told
    return gzip.compress(begins + bytes(-len(begins) % ALIGNED) + columns.content, GZIP_LEVEL, mtime=0)


def header_of(packed: bytes) -> dict[str, Any]:
    """What a pack says of itself."""
    content = gzip.decompress(packed)
    begins = len(MAGIC) + struct.calcsize("<II")
    _, length = struct.unpack("<II", content[len(MAGIC) : begins])
    header: dict[str, Any] = json.loads(content[begins : begins + length])
    return header


def module_fingerprint() -> str:
    """The fingerprint of the module that comes with the package."""
    origin = origin_of(MODULE.read_bytes())
    return origin.fingerprint if origin else ""


def _replicate(
    scenario: Scenario, values: Mapping[str, Value], seed: int, replicate: int, columns: _Columns
) -> dict[str, Any]:
    world = build_world(values, seed, replicate, scenario.population_data)
    people = {kind: getattr(world, kind) for kind in LAYOUTS}
    return {
        "run": str(run_key(seed, replicate)),
        "count": {kind: len(records) for kind, records in people.items()},
        "columns": {
            kind: {name: columns.add(records[name]) for name in records.dtype.names if records[name].any()}
            for kind, records in people.items()
        },
        "ties": [[columns.add(places.astype(TIE_DTYPE)), len(places)] for places in world[len(people) :]],
    }


def _layout(kind: str) -> dict[str, Any]:
    layout = LAYOUTS[kind]
    fields = {name: {"type": _type(layout.dtype[name]), **place._asdict()} for name, place in layout.offsets.items()}
    return {"bytes": layout.size, "more": layout.between + CACHE_LINE, "fields": fields}


def _record(dtype: np.dtype[np.void]) -> dict[str, Any]:
    places = {name: {"type": _type(kind), "offset": offset} for name, (kind, offset) in _fields(dtype).items()}
    return {"bytes": dtype.itemsize, "fields": places}


def _fields(dtype: np.dtype[np.void]) -> dict[str, tuple[np.dtype[Any], int]]:
    """Type and offset of each field of a record."""
    return {name: (kind, offset) for name, (kind, offset, *_) in (dtype.fields or {}).items()}


def _type(dtype: np.dtype[Any]) -> str:
    return dtype.str[1:]


def _parameter(parameter: AnyParameter, values: Mapping[str, Value], drawn_by: set[str]) -> dict[str, Any]:
    record, before = _fields(PARAMETER_DTYPE)[parameter.section]
    kind, offset = _fields(record)[parameter.name]
    name = parameter.qualified_name
    return {
        "type": _type(kind),
        "offset": before + offset,
        "value": values[name],
        **({"options": list(parameter.options)} if isinstance(parameter, Choice) else {"bounds": parameter.bounds}),
        **({"fixed": True} if name in drawn_by else {}),
    }


def _sets(scenario: Scenario, columns: _Columns) -> dict[str, Any]:
    starts = changes(scenario.calendar, NEVER)
    held = [held_by(scenario.calendar, week) for week in starts]
    records = [to_record({**scenario.values, **values}) for values in ({}, *held)]
    return {"at": columns.add(np.stack(records)), "from": starts, "holds": [list(values) for values in held]}


def _calendar(scenario: Scenario) -> dict[str, Any]:
    return {
        "years": scenario.years or 0.0,
        "support_ends_at": told_end_of_support(scenario.calendar),
        "new_head": [[event.week, event.share] for event in scenario.calendar if event.event == "new head"],
        "tune_up": [[event.week, 1] for event in scenario.calendar if event.event == "tune-up"],
    }
