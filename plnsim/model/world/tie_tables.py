"""Observed ties and networks as tables: who turns to whom, at school and across schools, and who holds which seat."""

from __future__ import annotations

from array import array

import numpy as np

from plnsim.common.errors import warn_of_input
from plnsim.model.world.population import Group
from plnsim.model.world.reading import Reading, Staff
from plnsim.model.world.row_sources import Row
from plnsim.model.world.ties import Pairs

KINDS = ("information", "advice", "co-teaching", "exchange")
LAYERS = {"information": "information", "advice": "advice", "co-teaching": "advice", "exchange": "exchange"}
"""Where ties of each kind stand in the world."""
MOST_WEIGHT = 5
MOST_DELEGATES, DELEGATES = 100, 2
LARGEST_NETWORK = 5000


def read_ties(reading: Reading, staff: Staff, networks: list[Group] | None) -> dict[str, Pairs]:
    """Pairs of posts by layer: the first turns to the second, or hears from the second; a weight repeats the tie.

    Advice, information and co-teaching may lead to other schools. Exchange does, and needs two seats in networks: what
    is observed of others is left out, with a warning.
    """
    rows = reading.rows("ties", ("from", "to", "type"), ("weight",))
    pairs = {layer: (array("q"), array("q")) for layer in LAYERS.values()}
    school = staff.columns["school"].tolist()
    seated = {int(post) for group in networks or [] for _, posts in group for post in posts}
    seatless = 0
    for _ in rows:
        source, to = rows.place("from", "teacher", staff.posts), rows.place("to", "teacher", staff.posts)
        kind = rows.one_of("type", KINDS)
        weight = rows.number("weight", 1, MOST_WEIGHT, integer=True, default=1)
        if source < 0 or to < 0:
            continue
        if source == to:
            rows.problem("to", "the tie leads from a teacher to the same teacher", "two teachers")
        if kind == "exchange":
            if networks is None:
                rows.problem(
                    "type",
                    "exchange goes on between holders of seats in networks, and there is no file of networks",
                    'networks = "networks.csv" under [files], or the type advice',
                )
            elif school[source] == school[to]:
                rows.problem(
                    "type", "exchange within a school", "two teachers of different schools, or the type advice"
                )
            elif not {source, to} <= seated:
                seatless += 1
                continue
        sources, ends = pairs[LAYERS[kind]]
        sources.extend([source] * weight)
        ends.extend([to] * weight)
        if kind == "co-teaching":
            sources.extend([to] * weight)
            ends.extend([source] * weight)
    rows.finish()
    if seatless:
        warn_of_input(
            f"{rows.path.name}: {seatless:,} ties of the type exchange lead from or to a teacher without a seat in a "
            "network, and are left out; advice needs no seat"
        )
    return {
        layer: (np.array(sources, np.int64), np.array(ends, np.int64))
        for layer, (sources, ends) in pairs.items()
        if sources
    }


# -- networks ----------------------------------------------------------------------------------------------------------


class NetworkReader:
    """Reads which teachers hold a seat in which network, by teacher or by school with its delegates."""

    def __init__(self, reading: Reading, places: dict[str, int], counts: np.ndarray, staff: Staff | None):
        self.rows = reading.rows("networks", ("network",), ("teacher", "school", "delegates"))
        self.places, self.counts, self.staff = places, counts, staff
        self.first = np.cumsum(counts) - counts
        self.seats: dict[str, dict[int, list[int]]] = {}
        self.begun: dict[str, Row] = {}
        self.held: dict[int, tuple[str, int]] = {}

    def read(self) -> list[Group]:
        """The networks in the order of their first rows: for each, its schools in that order with their posts."""
        if not {"teacher", "school"} & set(self.rows.columns):
            self.rows.problem(
                "school",
                "there is no column school and no column teacher",
                "who takes part: a column school, or a column teacher",
            )
        if "teacher" in self.rows.columns and self.staff is None:
            self.rows.problem(
                "teacher",
                "a column teacher needs a staff file",
                'staff = "staff.csv" under [files], or a column school',
            )
        for row in self.rows:
            network = self.rows.text("network")
            self.begun.setdefault(network, self.rows.here)
            for school, post in self._named(row):
                self._seat(network, school, post)
        if not self.rows.count:
            for network, schools in self.seats.items():
                self._check_size(network, sum(map(len, schools.values())))
        self.rows.finish()
        return [
            [(school, np.array(posts, np.int64)) for school, posts in schools.items()]
            for schools in self.seats.values()
        ]

    def _named(self, row: dict[str, str]) -> list[tuple[int, int]]:
        """School and post of each teacher whom a row gives a seat."""
        teacher, school = row.get("teacher", ""), row.get("school", "")
        if bool(teacher) == bool(school):
            self.rows.problem(
                "teacher" if "teacher" in row else "school",
                "the row names a teacher and a school" if teacher else "the row names nobody",
                "either a teacher, or a school with its delegates",
            )
            return []
        if school:
            return self._delegates()
        if self.staff is None:  # which was named as a problem before the first row
            return []
        if row.get("delegates"):
            self.rows.problem("delegates", "delegates belong to a school, and the row names a teacher", "an empty cell")
        post = self.rows.place("teacher", "teacher", self.staff.posts)
        return [(int(self.staff.columns["school"][post]), post)] if post >= 0 else []

    def _delegates(self) -> list[tuple[int, int]]:
        """School and post of the first teachers of a school, as many as the row says."""
        number = self.rows.number("delegates", 1, MOST_DELEGATES, integer=True, default=0)
        school = self.rows.place("school", "school", self.places)
        if school < 0:
            return []
        if number > self.counts[school]:
            self.rows.problem(
                "delegates",
                f"{number} delegates of a school with {self.counts[school]} teachers",
                "at most all of its teachers",
            )
        first = int(self.first[school])
        return [(school, first + place) for place in range(min(number or DELEGATES, int(self.counts[school])))]

    def _seat(self, network: str, school: int, post: int) -> None:
        column = "teacher" if self.rows.row.get("teacher") else "school"
        if post in self.held:
            other, line = self.held[post]
            who = "the teacher" if column == "teacher" else "a delegate of the school"
            self.rows.problem(
                column,
                f"{who} holds a seat already, in the network {other[:60]!r} on line {line}",
                "one seat for each teacher",
            )
        else:
            self.held[post] = network, self.rows.here[0]
        self.seats.setdefault(network, {}).setdefault(school, []).append(post)

    def _check_size(self, network: str, members: int) -> None:
        if members < 2:
            self.rows.problem(
                "network", f"the network {network[:60]!r} has one member", "two members or more", self.begun[network]
            )
        elif members > LARGEST_NETWORK:
            self.rows.problem(
                "network",
                f"the network {network[:60]!r} has {members:,} members",
                f"at most {LARGEST_NETWORK:,}",
                self.begun[network],
            )
