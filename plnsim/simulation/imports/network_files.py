"""Networks as network people keep them, read into one form: names, attributes, and ties with their weights.

NetworkX reads GraphML, GEXF and Pajek; edge lists, adjacency matrices and UCINET's DL (as its manual of 2002 describes
it: full matrices, edge lists and node lists, with labels or embedded ones) are read here.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plnsim.common.errors import InputError, printable, quote_value
from plnsim.common.short_repr import short_repr
from plnsim.common.user_files import read_user_file
from plnsim.model.world.row_sources import UTF_8, WINDOWS, BrokenRow, row_source

LARGEST_NETWORK_FILE = 200_000_000
SENDERS = ("from", "source", "sender", "ego", "i")
RECEIVERS = ("to", "target", "receiver", "alter", "j")
WEIGHTS = ("weight", "value", "strength", "frequency")
DL_FORMATS = ("fullmatrix", "edgelist1", "nodelist1")


@dataclass(frozen=True)
class NetworkTie:
    """A tie: who names whom, how strongly, and of what type where that is said."""

    source: str
    to: str
    weight: float = 1.0
    type: str = ""


@dataclass(frozen=True)
class ObservedNetwork:
    """A network as it stands in a file or object: attributes by name of the node, ties, and whether these have a
    direction.
    """

    nodes: dict[str, dict[str, str]]
    ties: list[NetworkTie]
    directed: bool
    notes: list[str] = field(default_factory=list)

    __repr__ = short_repr


def read_network(network: Any, header: bool = True) -> ObservedNetwork:
    """Reads a network from a file, or takes one of NetworkX or igraph; raises ``InputError`` for anything else.

    Without ``header`` the first line of an edge list is a tie.
    """
    if isinstance(network, str | Path):
        path = Path(network)
        reader = READERS.get(path.suffix.casefold())
        if reader is None:
            raise InputError(
                f"a network cannot be read from a file that ends in {path.suffix or 'nothing'}",
                place=printable(str(path)),
                right=f"one of {', '.join(READERS)}",
            )
        return reader(path) if header or reader is not _of_table else _of_table(path, header=False)
    if hasattr(network, "vs") and hasattr(network, "es"):
        return _of_igraph(network)
    if hasattr(network, "nodes") and hasattr(network, "edges"):
        return _of_networkx(network)
    raise InputError(
        f"a network cannot be {type(network).__name__}", right="the path of a file, or a graph of NetworkX or igraph"
    )


# -- objects -----------------------------------------------------------------------------------------------------------


def _of_networkx(graph: Any) -> ObservedNetwork:
    return _named(
        {node: data for node, data in graph.nodes(data=True)},
        graph.edges(data=True),
        graph.is_directed(),
    )


def _of_igraph(graph: Any) -> ObservedNetwork:
    return _named(
        {vertex.index: vertex.attributes() for vertex in graph.vs},
        [(edge.source, edge.target, edge.attributes()) for edge in graph.es],
        graph.is_directed(),
    )


def _named(
    nodes: Mapping[Any, Mapping[str, Any]], edges: Iterable[tuple[Any, Any, Mapping[str, Any]]], directed: bool
) -> ObservedNetwork:
    """A network whose nodes are called by their label or name, where every node has one of its own."""
    names, notes = {node: _text(node) for node in nodes}, []
    for attribute in ("label", "name"):
        labels = {node: _text(data.get(attribute)) for node, data in nodes.items()}
        if labels and all(labels.values()) and len(set(labels.values())) == len(labels):
            if labels != names:
                notes.append(f"teachers are called by the attribute {attribute}")
            names = labels
            break
    if len(set(names.values())) < len(names):
        raise InputError("two nodes have the same name", right="a name of its own for every node")
    ties = [
        NetworkTie(names[source], names[to], _weight(data.get("weight")), _text(data.get("type")))
        for source, to, data in edges
    ]
    attributes = {
        names[node]: {_text(key).casefold(): _text(value) for key, value in data.items()}
        for node, data in nodes.items()
    }
    return ObservedNetwork(attributes, ties, bool(directed), notes)


def _text(value: object) -> str:
    """A name or attribute as text: 12.0 is 12, and nothing is empty."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return printable(str(value).strip())


def _weight(value: object) -> float:
    """The weight of a tie; one that has none weighs 1, and one that is no number weighs nothing that could be used."""
    if value is None or value == "":
        return 1.0
    try:
        return float(str(value).replace(",", "."))
    except ValueError:
        return math.nan


# -- files that NetworkX reads -----------------------------------------------------------------------------------------


def _by_networkx(name: str, kind: str) -> Callable[[Path], ObservedNetwork]:
    def read(path: Path) -> ObservedNetwork:
        import networkx

        content = _bytes(path, kind)
        try:
            graph = getattr(networkx, name)(io.BytesIO(content))
        except Exception as error:  # what is wrong with a file, NetworkX tells in every way there is
            raise InputError(
                f"the file is no {kind} that NetworkX reads: {printable(str(error))[:100] or type(error).__name__}",
                place=printable(str(path)),
                right=f"a {kind} file as Gephi, Pajek, R or Python writes it",
            ) from None
        return _of_networkx(graph)

    return read


def _bytes(path: Path, kind: str) -> bytes:
    try:
        content = read_user_file(path, f"{kind} file", LARGEST_NETWORK_FILE)
    except FileNotFoundError:
        place = printable(str(path))
        raise InputError(f"there is no file {place}", place=place, right=f"the path of a {kind} file") from None
    if not content.strip():
        raise InputError("the file is empty", place=printable(str(path)), right=f"a {kind} file")
    return content


# -- tables ------------------------------------------------------------------------------------------------------------


def _of_table(path: Path, header: bool = True) -> ObservedNetwork:
    """An edge list or an adjacency matrix, as its header says; a first line of names that stand below is a tie."""
    source = row_source(path, "ties", (UTF_8, WINDOWS))
    try:
        rows = [(line, fields) for line, fields in source.rows() if any(fields)]
    except BrokenRow as row:
        raise InputError(
            row.wrong,
            place=f"{printable(str(path))}:{row.line}",
            excerpt=row.excerpt,
            right="fields in a row",
        ) from None
    first = source.header
    if len(first) > 2 and [fields[0] for _, fields in rows] == first[1:]:
        return _of_matrix(first[1:], [fields[1:] for _, fields in rows], path, [line for line, _ in rows])
    places = [name.casefold() for name in first]
    sender = next((places.index(name) for name in SENDERS if name in places), -1)
    receiver = next((places.index(name) for name in RECEIVERS if name in places), -1)
    notes = []
    if not header or sender < 0 or receiver < 0:
        if not 2 <= len(first) <= 3:
            raise InputError(
                f"the file is neither an edge list nor an adjacency matrix: its first line has {len(first)} fields",
                place=f"{printable(str(path))}:1",
                right="two columns, from and to, and a weight if need be; or a matrix with equal names above and left",
            )
        if header and not set(first[:2]) & {name for _, fields in rows for name in fields[:2]}:
            raise InputError(
                f"the columns {' and '.join(map(quote_value, first[:2]))} are unknown, and nobody below is called so",
                place=f"{printable(str(path))}:1",
                right=f"a first line of from and to (or {SENDERS[1]} and {RECEIVERS[1]}), perhaps weight and type; or "
                "--no-header if it is a tie",
            )
        notes.append("the first line is taken for a tie: it names no columns from and to")
        rows, sender, receiver = [(1, first), *rows], 0, 1
        places = ["", "", "weight"][: len(first)]
    weight = next((places.index(name) for name in WEIGHTS if name in places), -1)
    type_at = places.index("type") if "type" in places else -1
    nodes: dict[str, dict[str, str]] = {}
    ties = []
    for line, fields in rows:
        if len(fields) <= max(sender, receiver) or not fields[sender]:
            raise InputError(
                "the row names nobody", place=f"{printable(str(path))}:{line}", right="two names in every row"
            )
        source_name, to_name = _text(_number(fields[sender])), _text(_number(fields[receiver]))
        nodes.setdefault(source_name, {})
        if not to_name:
            continue  # who names nobody
        nodes.setdefault(to_name, {})
        ties.append(
            NetworkTie(
                source_name,
                to_name,
                _weight(fields[weight]) if 0 <= weight < len(fields) else 1.0,
                fields[type_at].casefold() if 0 <= type_at < len(fields) else "",
            )
        )
    return ObservedNetwork(nodes, ties, True, notes)


def _number(text: str) -> object:
    """A name as a number where it is one with nought behind its point."""
    return float(text) if re.fullmatch(r"[0-9]+\.0+", text) else text


def _of_matrix(names: list[str], cells: list[list[str]], path: Path, lines: list[int]) -> ObservedNetwork:
    """A matrix whose rows name its columns; a symmetric one has no direction."""
    if len(set(names)) < len(names) or not all(names):
        raise InputError(
            "two rows of the matrix have one name", place=printable(str(path)), right="a name of its own for each"
        )
    weights = []
    for line, row in zip(lines, cells, strict=True):
        numbers = [0.0 if text == "" else _weight(text) for text in row[: len(names)]]
        if len(numbers) < len(names) or any(map(math.isnan, numbers)):
            raise InputError(
                "the row of the matrix has too few cells or one that is no number",
                place=f"{printable(str(path))}:{line}",
                right=f"{len(names)} numbers, 0 where there is no tie",
            )
        weights.append(numbers)
    size = range(len(names))
    symmetric = all(weights[i][j] == weights[j][i] for i in size for j in size)
    ties = [
        NetworkTie(names[i], names[j], weights[i][j])
        for i in size
        for j in size
        if weights[i][j] and (not symmetric or i <= j)
    ]
    notes = ["the matrix is symmetric: its ties have no direction"] if symmetric and ties else []
    return ObservedNetwork({_text(name): {} for name in names}, ties, not symmetric, notes)


# -- UCINET ------------------------------------------------------------------------------------------------------------


def _of_dl(path: Path) -> ObservedNetwork:
    """A file of UCINET's data language."""
    place = printable(str(path))
    text = _bytes(path, "UCINET").decode("utf-8-sig", "replace")
    head, colon, body = (
        re.split(r"(\bdata\s*:)", text, maxsplit=1, flags=re.IGNORECASE)[:3]
        if re.search(r"\bdata\s*:", text, re.IGNORECASE)
        else (text, "", "")
    )
    number = re.search(r"\bn\s*=\s*([0-9]{1,5})\b", head, re.IGNORECASE)
    if not re.match(r"\s*dl\b", head, re.IGNORECASE) or not number or not colon:
        raise InputError(
            "the file is no UCINET file",
            place=f"{place}:1",
            right='"dl n = 20 format = edgelist1", then labels, then data:',
        )
    size = int(number[1])
    named = re.search(r"\bformat\s*=\s*(\w+)", head, re.IGNORECASE)
    form = named[1].casefold() if named else "fullmatrix"
    if form not in DL_FORMATS:
        raise InputError(f"the format {form} is not read", place=place, right=f"one of {', '.join(DL_FORMATS)}")
    embedded = re.search(r"\blabels\s+embedded\b", head, re.IGNORECASE) is not None
    listed = re.search(r"\blabels\s*:(.*)", head, re.IGNORECASE | re.DOTALL)
    labels = [] if embedded or not listed else re.findall(r'"([^"]*)"|([^\s,]+)', listed[1])
    names = [_text(quoted or plain) for quoted, plain in labels][:size] or [str(place) for place in range(1, size + 1)]
    lines = [re.findall(r'"[^"]*"|[^\s,]+', line) for line in body.splitlines()]
    words = [[word.strip('"') for word in line] for line in lines if line]
    if form == "fullmatrix":
        flat = [word for line in words for word in line]
        if embedded:
            names, flat = flat[:size], flat[size:]
            flat = [word for place, word in enumerate(flat) if place % (size + 1)]
        if len(flat) != size * size or len(names) != size:
            raise InputError(
                f"the matrix has {len(flat):,} numbers for {size:,} nodes",
                place=place,
                right=f"{size * size:,} numbers",
            )
        return _of_matrix(names, [flat[row * size : (row + 1) * size] for row in range(size)], path, [1] * size)
    ties = []
    for line in words:
        ends = [word if embedded else _label(word, names, place) for word in line[: None if form == "nodelist1" else 2]]
        if form == "edgelist1":
            if len(ends) < 2:
                raise InputError(
                    "a line of data names one node", place=place, right="two nodes, and a weight if need be"
                )
            ties.append(NetworkTie(ends[0], ends[1], _weight(line[2]) if len(line) > 2 else 1.0))
        else:
            ties += [NetworkTie(ends[0], other) for other in ends[1:]]
    nodes = names if not embedded else list(dict.fromkeys(name for tie in ties for name in (tie.source, tie.to)))
    return ObservedNetwork({name: {} for name in nodes}, ties, True)


def _label(word: str, names: list[str], place: str) -> str:
    if not word.isdecimal() or not 1 <= int(word) <= len(names):
        raise InputError(
            f"the data name a node {word[:40]!r}",
            place=place,
            right=f"a number from 1 to {len(names)}, or labels embedded",
        )
    return names[int(word) - 1]


READERS: dict[str, Callable[[Path], ObservedNetwork]] = {
    **dict.fromkeys((".csv", ".tsv", ".txt", ".xlsx"), _of_table),
    ".graphml": _by_networkx("read_graphml", "GraphML"),
    ".gexf": _by_networkx("read_gexf", "GEXF"),
    ".net": _by_networkx("read_pajek", "Pajek"),
    ".dl": _of_dl,
}
"""What reads a file, by the ending of its name."""
