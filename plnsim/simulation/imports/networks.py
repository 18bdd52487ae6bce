"""A population of an observed network: its ties as the model takes them, and every decision on the way told."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plnsim.common.errors import InputError, printable, quote_value
from plnsim.common.short_repr import short_repr
from plnsim.model.world.csv_rows import CsvReader
from plnsim.model.world.tables import SHARE_COLUMNS, YES_NO_COLUMNS
from plnsim.model.world.tie_tables import KINDS, MOST_WEIGHT
from plnsim.simulation.imports.network_files import NetworkTie, ObservedNetwork, read_network

STAFF_COLUMNS = ("department", "years", *YES_NO_COLUMNS, *SHARE_COLUMNS)
REPEATED = ("once", "sum")
WEIGHTS = ("use", "ignore")


@dataclass(frozen=True)
class NetworkOptions:
    """What is made of a network: of which ``type`` its ties are where it does not say; ``directed`` says whether they
    have a direction, whatever the file says; of a pair that is ``repeated`` the strongest tie counts ``once``, or the
    ``sum``; ``weights`` are used or not, and ties below ``least`` left out.

    Schools come from the attribute ``school_attribute``, from a ``staff`` file with the columns teacher and school, or
    are all ``one_school``; seats in networks from ``network_attribute``. Without ``header`` the first line of an edge
    list is a tie.
    """

    type: str = "advice"
    directed: bool | None = None
    repeated: str = "once"
    weights: str = "use"
    least: float = 0.0
    staff: Path | None = None
    one_school: str = ""
    school_attribute: str = "school"
    network_attribute: str = "network"
    header: bool = True

    def __post_init__(self) -> None:
        if not math.isfinite(self.least):
            raise InputError(f"--least cannot be {self.least:g}", place="--least", right="a number")
        for name, value, options in (
            ("type", self.type, KINDS),
            ("repeated", self.repeated, REPEATED),
            ("weights", self.weights, WEIGHTS),
        ):
            if value not in options:
                raise InputError(
                    f"{name} cannot be {quote_value(value)}", place=f"--{name}", right=f"one of {', '.join(options)}"
                )


@dataclass(frozen=True)
class ImportedNetwork:
    """A population made of a network: the columns of its ``tables`` by kind of file, and what was decided."""

    tables: dict[str, dict[str, list[str]]]
    notes: list[str] = field(default_factory=list)

    __repr__ = short_repr


def import_network(network: Any, options: NetworkOptions | None = None) -> ImportedNetwork:
    """Makes a population of a file, or of a graph of NetworkX or igraph; raises ``InputError`` where it cannot."""
    options = options or NetworkOptions()
    place = printable(str(network)) if isinstance(network, str | Path) else "the graph"
    observed = read_network(network, options.header)
    if not observed.nodes:
        raise InputError("the network has no nodes", place=place, right="a network of teachers")
    notes = list(observed.notes)
    schools = _schools(observed, options, place, notes)
    ties = _ties(observed, options, notes, schools)
    if not ties:
        notes.append("no tie is left: all are drawn")
    named = {tie[0] for tie in ties} | {tie[1] for tie in ties}
    if alone := len(schools.keys() - named):
        notes.append(f"teachers without a tie, who stay: {alone:,} of {len(schools):,}")
    tables = {
        "schools": {"school": list(dict.fromkeys(schools.values()))},
        "staff": {"teacher": list(schools), "school": list(schools.values())} | _staff_columns(observed, schools),
    }
    if ties:
        columns = zip(*((*tie, str(weight)) for tie, weight in ties.items()), strict=True)
        tables["ties"] = dict(zip(("from", "to", "type", "weight"), map(list, columns), strict=True))
    seats = {name: observed.nodes.get(name, {}).get(options.network_attribute.casefold(), "") for name in schools}
    if any(seats.values()):
        tables["networks"] = {
            "network": [network for network in seats.values() if network],
            "teacher": [name for name, network in seats.items() if network],
        }
        notes.append(f"{len(tables['networks']['teacher']):,} teachers hold seats, by {options.network_attribute}")
    across = sum(schools[source] != schools[to] for source, to, _ in ties)
    notes.append(
        f"{len(ties):,} ties between {len(schools):,} teachers of "
        f"{len(tables['schools']['school']):,} school{'s' if len(tables['schools']['school']) > 1 else ''}, "
        f"{across:,} of them across schools"
    )
    return ImportedNetwork(tables, notes)


def _schools(observed: ObservedNetwork, options: NetworkOptions, place: str, notes: list[str]) -> dict[str, str]:
    """The school of each teacher, from the file of staff, from an attribute, or the one school."""
    if options.staff is not None:
        rows = CsvReader(options.staff, ("teacher", "school"), sheet="staff")
        lines: dict[str, int] = {}
        schools: dict[str, str] = {}
        for _ in rows:
            rows.new_name("teacher", lines)
            schools[next(reversed(lines), "")] = rows.text("school")
        rows.finish()
        unknown = [name for name in observed.nodes if name not in schools]
        if unknown:
            raise InputError(
                f"{len(unknown):,} teachers of the network have no row among the staff: {_few(unknown)}",
                place=f"{options.staff}",
                right="a row for every teacher, by the same name",
            )
        return schools
    if options.one_school:
        return dict.fromkeys(observed.nodes, options.one_school)
    key = options.school_attribute.casefold()
    schools = {name: attributes.get(key, "") for name, attributes in observed.nodes.items()}
    without = [name for name, school in schools.items() if not school]
    if without:
        raise InputError(
            f"{len(without):,} of {len(schools):,} teachers have no attribute {quote_value(options.school_attribute)}: "
            f"{_few(without)}",
            place=place,
            right='--staff FILE with the columns teacher and school, or --one-school "NAME"',
        )
    notes.append(f"schools are those of the attribute {options.school_attribute}")
    return schools


def _few(names: list[str]) -> str:
    return ", ".join(name[:40] for name in names[:5]) + (", ..." if len(names) > 5 else "")


def _staff_columns(observed: ObservedNetwork, schools: Mapping[str, str]) -> dict[str, list[str]]:
    """Attributes that a staff file knows, where every teacher has them."""
    columns = {column: [observed.nodes.get(name, {}).get(column, "") for name in schools] for column in STAFF_COLUMNS}
    return {column: values for column, values in columns.items() if all(values)}


def _ties(
    observed: ObservedNetwork, options: NetworkOptions, notes: list[str], schools: Mapping[str, str]
) -> dict[tuple[str, str, str], int]:
    """The weight of each tie, from 1 to 5, by who turns to whom and the type."""
    directed = observed.directed if options.directed is None else options.directed
    weights: dict[tuple[str, str, str], float] = {}
    themselves = repeated = weak = within = 0
    for tie in observed.ties:
        type = tie.type if tie.type in KINDS else options.type
        weight = 1.0 if options.weights == "ignore" else tie.weight
        if tie.source == tie.to:
            themselves += 1
        elif not weight > 0 or weight < options.least or not math.isfinite(weight):
            weak += 1
        elif type == "exchange" and schools[tie.source] == schools[tie.to]:
            within += 1
        else:
            for source, to in ((tie.source, tie.to), (tie.to, tie.source))[: 1 if directed else 2]:
                key = source, to, type
                repeated += key in weights and (directed or source == tie.source)
                before = weights.get(key, 0.0)
                weights[key] = before + weight if options.repeated == "sum" else max(before, weight)
    for count, what in (
        (themselves, "ties from a teacher to herself, left out"),
        (weak, f"ties that weigh {f'less than {options.least:g}' if options.least else 'nothing'}, left out"),
        (within, "ties of exchange within a school, left out"),
        (
            repeated,
            f"ties that repeat a pair, of which {'the sum' if options.repeated == 'sum' else 'the strongest'} counts",
        ),
    ):
        if count:
            notes.append(f"{what}: {count:,}")
    if not directed:
        notes.append("ties have no direction: each goes both ways")
    elif not observed.directed:
        notes.append("ties of a network without direction are taken to go from the first to the second")
    return _whole(weights, notes)


def _whole(weights: dict[tuple[str, str, str], float], notes: list[str]) -> dict[tuple[str, str, str], int]:
    """Weights as whole numbers from 1 to 5: as they are where they are such, else by fifths of the largest."""
    largest = max(weights.values(), default=1.0)
    if all(weight.is_integer() and weight <= MOST_WEIGHT for weight in weights.values()):
        return {key: int(weight) for key, weight in weights.items()}
    notes.append(
        f"weights from {min(weights.values()):g} to {largest:g} become 1 to {MOST_WEIGHT}, by fifths of the largest"
    )
    return {key: max(1, math.ceil(MOST_WEIGHT * weight / largest)) for key, weight in weights.items()}


__all__ = ["ImportedNetwork", "NetworkOptions", "NetworkTie", "ObservedNetwork", "import_network", "read_network"]
