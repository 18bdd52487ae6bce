"""The starting world: schools and their staff, drawn from declared distributions or given as data.

Every draw is a rising function of a keyed uniform, so that raising a mean moves everybody the same way and two
scenarios with one seed start from the same people.
"""

from __future__ import annotations

import os
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np

from plnsim.common.errors import InputError
from plnsim.common.parameter import AnyParameter, Parameter, Value
from plnsim.common.short_repr import short_repr
from plnsim.common.streams import START_WEEK, lognormals, run_key, uniforms, week_key
from plnsim.model.mechanisms.parts import know_share
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.state import Step
from plnsim.model.values import integer_of, number_of
from plnsim.model.world.entities import (
    NETWORK_DTYPE,
    NOBODY,
    SCHOOL_DTYPE,
    TEACHER_DTYPE,
    World,
    WorldOf,
    start_network,
    start_school,
    start_teacher,
)
from plnsim.model.world.programme import (
    Seats,
    cross_ties,
    form_networks,
    linked_networks,
    nearest_schools,
    order_of_delegates,
)
from plnsim.model.world.ties import Pairs, Ties, ties_within_schools, to_csr, with_pairs

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, Week

Group = list[tuple[int, np.ndarray]]
"""The schools of a network in the order in which they join, each with the posts that it sends."""

PARAMETERS: tuple[AnyParameter, ...] = (
    Parameter(
        "schools",
        default=40,
        unit="schools",
        range=(20, 100),
        meaning="Number of schools.",
        group="people",
        bounds=(1, 200_000),
        integer=True,
        structural=True,
    ),
    Parameter(
        "secondary_share",
        default=0.25,
        unit="share of schools",
        range=(0.0, 0.5),
        meaning="Share of secondary schools.",
        group="people",
        structural=True,
    ),
    Parameter(
        "primary_staff",
        default=13.0,
        unit="teachers",
        range=(6.0, 26.0),
        meaning="Mean teachers of a primary school.",
        group="people",
        source="hc-library-2016",
        bounds=(1.0, 1e6),
        structural=True,
    ),
    Parameter(
        "secondary_staff",
        default=57.0,
        unit="teachers",
        range=(25.0, 110.0),
        meaning="Mean teachers of a secondary school.",
        group="people",
        source="hc-library-2016",
        bounds=(1.0, 1e6),
        structural=True,
    ),
    Parameter(
        "staff_spread",
        default=0.35,
        unit="log teachers",
        range=(0.0, 0.6),
        meaning="How much schools of one phase differ in size (right-skewed).",
        group="people",
        bounds=(0.0, 2.0),
        structural=True,
    ),
    Parameter(
        "department_size",
        default=6.0,
        unit="teachers",
        range=(4.0, 10.0),
        meaning="Teachers of a department or year group.",
        group="people",
        bounds=(1.0, 1e6),
        structural=True,
    ),
    Parameter(
        "minutes_across",
        default=60.0,
        unit="minutes",
        range=(30.0, 240.0),
        meaning="Travel time across the region.",
        group="people",
        bounds=(0.0, 10_000.0),
        structural=True,
    ),
    Parameter(
        "first_users",
        default=0.0,
        unit="share of teachers",
        range=(0.0, 0.16),
        meaning="Share of teachers who use the practice from the start.",
        group="people",
        structural=True,
    ),
)

SMALLEST_STAFF = 2
BYTES_A_TIE = 4


@dataclass(frozen=True)
class PopulationData:
    """What is known of a real population: tables read and checked, by column; whatever is missing is drawn.

    ``schools``: columns of the school record and ``staff`` (teachers). ``teachers``: ``school`` (place), and columns
    of the teacher record. ``advice``, ``information`` and ``exchange``: pairs of posts; where those of advice or
    information are all between schools, they join those that are drawn within. ``networks``: for each, a list of
    (school, posts). ``names`` of schools and teachers are for people to read, and no part of what is compared.
    """

    schools: dict[str, np.ndarray] = field(default_factory=dict)
    teachers: dict[str, np.ndarray] = field(default_factory=dict)
    advice: Pairs | None = None
    information: Pairs | None = None
    exchange: Pairs | None = None
    networks: list[Group] | None = None
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)

    __repr__ = short_repr

    def __eq__(self, other: object) -> bool:
        return self._content == other._content if isinstance(other, PopulationData) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._content)

    @property
    def _content(self) -> tuple[object, ...]:
        """All that is known, in parts that can be compared and hashed."""
        tables = tuple(
            tuple((name, _bytes(column)) for name, column in sorted(table.items()))
            for table in (self.schools, self.teachers)
        )
        pairs = tuple(pairs and tuple(map(_bytes, pairs)) for pairs in (self.advice, self.information, self.exchange))
        networks = self.networks and tuple(
            tuple((int(school), *_bytes(np.asarray(posts))) for school, posts in group) for group in self.networks
        )
        return tables, pairs, networks


def _bytes(column: np.ndarray) -> tuple[str, bytes]:
    """The content of a column of numbers."""
    return column.dtype.str, column.tobytes()


def build_world(
    values: Mapping[str, Value], seed: int, replicate: int, population_data: PopulationData | None = None
) -> World:
    """Builds the world of a scenario for one seed and replicate: who is there, ties and networks, by scenario and data.

    ``values`` maps every dotted name to its value. All other state variables are 0 until they are given the starting
    values that they declare. Raises ``InputError`` before anything is allocated when the population would not fit in
    memory.
    """
    population_data = population_data or PopulationData()
    key = week_key(run_key(seed, replicate), START_WEEK)
    staff, secondary = _staff(values, key, population_data)
    check_memory(int(staff.sum()), values)
    schools = _schools(staff, secondary, values, key, population_data)
    teachers = _teachers(schools, values, population_data)
    observed = {"advice": population_data.advice, "information": population_data.information}
    replaced = {layer for layer, pairs in observed.items() if pairs is not None and _any_within(pairs, teachers)}
    to_draw = values
    if "advice" in replaced:  # a pattern that draws no advice ties
        to_draw = ChainMap({"ties.pattern": "complete"}, values)  # type: ignore[arg-type]  # it is only read
    first_teacher = np.append(schools["first_teacher"].astype(np.int64), len(teachers))
    ties = ties_within_schools(first_teacher, teachers["department"], to_draw, key)
    for layer, pairs in observed.items():
        if pairs is not None:
            ties[layer] = to_csr(len(teachers), *pairs) if layer in replaced else with_pairs(ties[layer], *pairs)
    turned_to = np.bincount(ties["advice"][1], minlength=len(teachers))
    order = order_of_delegates(teachers, turned_to, population_data.teachers, values, key)
    networks, seats, seats_of = _networks(teachers, schools, order, values, key, population_data)
    co_teaching = integer_of(values, "ties.co_teaching")
    if co_teaching > 0:
        ties["advice"] = _with_co_teachers(ties["advice"], teachers, co_teaching)
    linked = []
    if values["programme.topology"] == "network of networks":
        linked = linked_networks(len(networks), integer_of(values, "programme.links"))
    sources, to = (np.array([pair[end] for pair in linked], dtype=np.int64) for end in (0, 1))
    links = to_csr(len(networks), sources, to)
    exchange = population_data.exchange
    cross = to_csr(len(teachers), *exchange) if exchange else cross_ties(len(teachers), schools, seats_of, values, key)
    neighbours = nearest_schools(schools)
    return World(teachers, schools, networks, *ties["advice"], *ties["information"], *cross, *links, *neighbours, seats)


def start_people(world: World, week: Week, p: Parameters) -> None:
    """Gives everybody the starting values that their state variables declare, in plain Python, person by person.

    ``week`` is the one before the first; networks are first, as schools and teachers may read them.
    """
    steps = {"networks": start_network, "schools": start_school, "teachers": start_teacher}
    _change_people(world, steps, week, p)


def know_shares(world: World, week: Week, p: Parameters) -> None:
    """Gives each teacher the parts of the share that she is said to know, in plain Python, one by one."""
    _change_people(world, {"teachers": know_share}, week, p)


def _change_people(world: World, steps: dict[str, Step], week: Week, p: Parameters) -> None:
    """Everybody of some kinds makes a step, in the order of the kinds, in plain Python."""
    people = WorldOf(_as_objects(world.teachers), _as_objects(world.schools), _as_objects(world.networks), *world[3:])
    for kind, step in steps.items():
        for entity in getattr(people, kind):
            step(entity, people, week, p)
    for records, entities in zip(world[:3], people[:3], strict=True):
        for name in records.dtype.names or ():
            records[name] = [getattr(entity, name) for entity in entities]


def _as_objects(records: np.ndarray) -> list[SimpleNamespace]:
    names = records.dtype.names or ()
    return [SimpleNamespace(**dict(zip(names, record, strict=True))) for record in records.tolist()]


def known_values(population_data: PopulationData) -> dict[str, dict[str, np.ndarray]]:
    """The state variables of schools and of teachers that are known of a real population, by column."""
    schools = {column: known for column, known in population_data.schools.items() if column != "staff"}
    own = {f"own_{column}": schools[column] for column in ("vision", "distributed") if column in schools}
    return {"schools": schools | own, "teachers": population_data.teachers}


def set_known_values(world: World, population_data: PopulationData) -> None:
    """Puts what is known of a real population in the place of what was drawn."""
    for kind, columns in known_values(population_data).items():
        for column, known in columns.items():
            getattr(world, kind)[column] = known


def _staff(values: Mapping[str, Value], key: int, population_data: PopulationData) -> tuple[np.ndarray, np.ndarray]:
    """Teachers of each school and whether it is secondary; the largest are, where sizes are given without phases."""
    if "staff" in population_data.schools:
        staff = population_data.schools["staff"].astype(np.int64)
        ranks = np.argsort(np.argsort(-staff, kind="stable"), kind="stable")
        return staff, population_data.schools.get(
            "secondary", ranks < round(number_of(values, "population.secondary_share") * len(staff))
        )
    names = np.arange(integer_of(values, "population.schools"))
    ranks = np.argsort(np.argsort(uniforms(key, "school phase", names), kind="stable"), kind="stable")
    secondary = (ranks < round(number_of(values, "population.secondary_share") * len(names))).astype(np.int8)
    mean = np.where(
        secondary, number_of(values, "population.secondary_staff"), number_of(values, "population.primary_staff")
    )
    sizes = mean * lognormals(number_of(values, "population.staff_spread"), uniforms(key, "school size", names))
    return np.maximum(SMALLEST_STAFF, np.rint(sizes)).astype(np.int64), secondary


def check_memory(teachers: int, values: Mapping[str, Value]) -> None:
    """Raises ``InputError`` when a population of so many teachers would not fit in the memory that is free."""
    ties = number_of(values, "ties.advice") * (1 + number_of(values, "ties.information"))
    needed = teachers * (TEACHER_DTYPE.itemsize + 5 * BYTES_A_TIE * ties + 6 * 8)
    free = _free_memory()
    if free is not None and needed > 0.8 * free:
        raise InputError(
            f"a population of {teachers:,} teachers needs about {needed / 2**30:,.1f} GiB, "
            f"and {free / 2**30:,.1f} GiB are free",
            right=f"about {int(0.8 * free / needed * teachers):,} teachers fit here: "
            "fewer schools, or a larger machine",
        )


def _free_memory() -> int | None:
    """Bytes of memory that are free or can be freed; nothing where the system does not tell."""
    try:
        with open("/proc/meminfo", encoding="ascii") as told:
            return next(int(line.split()[1]) * 1024 for line in told if line.startswith("MemAvailable:"))
    except (OSError, ValueError, StopIteration):
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def _schools(
    staff: np.ndarray, secondary: np.ndarray, values: Mapping[str, Value], key: int, population_data: PopulationData
) -> np.ndarray:
    schools = np.zeros(len(staff), SCHOOL_DTYPE)
    names = schools["name"] = schools["place"] = np.arange(len(staff))
    after = np.cumsum(staff)
    schools["first_teacher"], schools["after_last_teacher"], schools["secondary"] = after - staff, after, secondary
    for axis, stream in (("east", "place east"), ("north", "place north")):
        schools[axis] = number_of(values, "population.minutes_across") * uniforms(key, stream, names)
    rank = np.argsort(np.argsort(uniforms(key, "disadvantage rank", names), kind="stable"), kind="stable")
    schools["disadvantage"] = (rank + 0.5) / len(schools)
    for column in ("secondary", "disadvantage", "east", "north"):
        if column in population_data.schools:
            schools[column] = population_data.schools[column]
    return schools


def _teachers(schools: np.ndarray, values: Mapping[str, Value], population_data: PopulationData) -> np.ndarray:
    size = schools["after_last_teacher"] - schools["first_teacher"]
    teachers = np.zeros(int(size.sum()), TEACHER_DTYPE)
    posts = teachers["name"] = teachers["post"] = np.arange(len(teachers))
    teachers["school"] = np.repeat(np.arange(len(schools)), size)
    place = posts - schools["first_teacher"][teachers["school"]]
    largest = np.iinfo(np.int16).max
    teachers["department"] = np.minimum(place // number_of(values, "population.department_size"), largest)
    if "department" in population_data.teachers:
        teachers["department"] = population_data.teachers["department"]
    teachers["network"], teachers["seat"] = NOBODY, NOBODY
    return teachers


def _networks(
    teachers: np.ndarray,
    schools: np.ndarray,
    order: np.ndarray,
    values: Mapping[str, Value],
    key: int,
    population_data: PopulationData,
) -> tuple[np.ndarray, np.ndarray, list[Seats]]:
    """Network records, their seats in one list, and for each network its posts and the rank of their school."""
    groups, starting, themes = _groups(schools, order, values, key, population_data)
    networks = np.zeros(len(groups), NETWORK_DTYPE)
    networks["name"] = networks["place"] = np.arange(len(groups))
    networks["theme"], networks["begins"] = themes, _founding_weeks(len(groups), values, key)
    seats_of = []
    for place, group in enumerate(groups):
        posts = np.concatenate([sent for _, sent in group]) if group else np.zeros(0, np.int64)
        rank = np.repeat(np.arange(len(group)), [len(sent) for _, sent in group])
        teachers["network"][posts], teachers["seat"][posts] = place, rank
        teachers["first_delegate"][[sent[0] for _, sent in group if len(sent)]] = 1
        seats_of.append((posts, rank))
    lengths = np.array([len(posts) for posts, _ in seats_of], dtype=np.int64)
    networks["first_seat"], networks["after_last_seat"] = np.cumsum(lengths) - lengths, np.cumsum(lengths)
    networks["first_schools"], networks["schools_at_most"] = starting, [len(group) for group in groups]
    seats = np.concatenate([posts for posts, _ in seats_of]) if groups else np.zeros(0, np.int64)
    return networks, seats.astype(np.int32), seats_of


def _groups(
    schools: np.ndarray,
    order: np.ndarray,
    values: Mapping[str, Value],
    key: int,
    population_data: PopulationData,
) -> tuple[list[Group], list[int], np.ndarray]:
    """Schools and posts of each network, how many schools take part from the start, and each network's theme.

    A network to which no school could send anybody at the start is not formed. ``order`` is that of all posts, in which
    schools send their holders. A school that takes part in one theme from the start is no candidate for others.
    """
    if population_data.networks is not None:
        return (
            population_data.networks,
            [len(group) for group in population_data.networks],
            np.zeros(len(population_data.networks), np.int32),
        )
    groups: list[Group] = []
    starting, themes = [], []
    formed_of = [form_networks(schools, values, key, theme) for theme in range(integer_of(values, "programme.themes"))]
    members = {
        int(place)
        for formed, numbers in formed_of
        for network, number in zip(formed, numbers, strict=True)
        for place in network[:number]
    }
    for theme, (formed, taking_part) in enumerate(formed_of):
        for network, number in zip(formed, taking_part, strict=True):
            sending = [
                (int(school), _delegates(schools[school], order, values, theme))
                for rank, school in enumerate(network)
                if rank < number or int(school) not in members
            ]
            senders = sum(len(posts) > 0 for _, posts in sending[:number])
            if senders > 0:
                groups.append([(school, posts) for school, posts in sending if len(posts)])
                starting.append(senders)
                themes.append(theme)
    return groups, starting, np.array(themes, np.int32)


def _founding_weeks(number: int, values: Mapping[str, Value], key: int) -> np.ndarray:
    """The week in which each network is founded: spread evenly over some years, in a keyed order, the first at once."""
    over = number_of(values, "programme.founded_over") * SCHOOL_WEEKS
    rank = np.argsort(np.argsort(uniforms(key, "network begins", np.arange(number)), kind="stable"), kind="stable")
    return np.floor(over * rank / max(1, number)).astype(np.int32)


def _delegates(school: np.void, order: np.ndarray, values: Mapping[str, Value], theme: int) -> np.ndarray:
    """The posts that a school sends to its network of a theme; none when its staff is too small for so many."""
    staff = order[int(school["first_teacher"]) : int(school["after_last_teacher"])]
    number = integer_of(values, "programme.delegates")
    return np.sort(staff[theme * number : (theme + 1) * number])


def _with_co_teachers(advice: Ties, teachers: np.ndarray, weight: int) -> Ties:
    """Advice ties with ``weight`` more between each delegate and a co-teacher at home, both ways.

    The first delegate of a school goes with its first teacher without a seat, the second with the second, as far as
    there are such colleagues.
    """
    seated = teachers["network"] >= 0
    delegates, partners = _pair_within_schools(np.flatnonzero(seated), np.flatnonzero(~seated), teachers["school"])
    delegates, partners = np.repeat(delegates, weight), np.repeat(partners, weight)
    return with_pairs(advice, np.concatenate([delegates, partners]), np.concatenate([partners, delegates]))


def _any_within(pairs: Pairs, teachers: np.ndarray) -> bool:
    """Whether a pair is of one school."""
    school = teachers["school"]
    return bool((school[pairs[0]] == school[pairs[1]]).any())


def _pair_within_schools(some: np.ndarray, others: np.ndarray, school: np.ndarray) -> Pairs:
    """The k-th of some posts of a school with the k-th of its other posts."""

    def place_in_school(posts: np.ndarray) -> np.ndarray:
        place: np.ndarray = np.arange(len(posts)) - np.searchsorted(school[posts], school[posts])
        return place

    key = {(int(school[post]), int(place)): post for post, place in zip(others, place_in_school(others), strict=True)}
    pairs = [
        (post, key[home])
        for post, home in zip(
            some, zip(school[some].tolist(), place_in_school(some).tolist(), strict=True), strict=True
        )
        if home in key
    ]
    return np.array([pair[0] for pair in pairs], dtype=np.int64), np.array([pair[1] for pair in pairs], dtype=np.int64)
