"""The starting world: schools and their staff, drawn from declared distributions or given as data.

Every draw is a rising function of a keyed uniform, so that raising a mean moves everybody the same way and two scenarios
with one seed start from the same people.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import numpy as np

from plnsim.common.errors import BadInput
from plnsim.common.parameter import Parameter
from plnsim.common.streams import START, drawn_for_all, luck_of_run, luck_of_week, spread_factors, spread_shares
from plnsim.model.world.entities import NETWORK_RECORD, NOBODY, SCHOOL_RECORD, TEACHER_RECORD, World
from plnsim.model.world.programme import cross_ties, linked_networks, networks_formed
from plnsim.model.world.school_year import SCHOOL_WEEKS
from plnsim.model.world.tenure import years_in_post
from plnsim.model.world.ties import rows, ties_within_schools

PARAMETERS = (
    Parameter("schools", 40, "schools", (20, 100), "Number of schools.", "people", bounds=(1, 200_000), whole=True, structural=True),
    Parameter("secondary_share", 0.25, "share of schools", (0.0, 0.5), "Share of secondary schools.", "people", structural=True),
    Parameter("primary_staff", 13.0, "teachers", (6.0, 26.0), "Mean teachers of a primary school.", "people", source="hc-library-2016",
              bounds=(1.0, 1e6), structural=True),
    Parameter("secondary_staff", 57.0, "teachers", (25.0, 110.0), "Mean teachers of a secondary school.", "people", source="hc-library-2016",
              bounds=(1.0, 1e6), structural=True),
    Parameter("staff_spread", 0.35, "log teachers", (0.0, 0.6), "How much schools of one phase differ in size (right-skewed).", "people",
              bounds=(0.0, 2.0), structural=True),
    Parameter("department_size", 6.0, "teachers", (4.0, 10.0), "Teachers of a department or year group.", "people", bounds=(1.0, 1e6),
              structural=True),
    Parameter("minutes_across", 60.0, "minutes", (30.0, 240.0), "Travel time across the region.", "people", bounds=(0.0, 10_000.0),
              structural=True),
    Parameter("first_users", 0.0, "share of teachers", (0.0, 0.16), "Share of teachers who use the practice from the start.", "people",
              structural=True),
)

SMALLEST_STAFF = 2
BYTES_A_TIE = 4


@dataclass(frozen=True)
class Given:
    """What is known of a real population: tables read and checked, by column; whatever is missing is drawn.

    ``schools``: columns of the school record and ``staff`` (teachers). ``teachers``: ``school`` (place), and columns of
    the teacher record. ``advice`` and ``information``: pairs of posts. ``networks``: for each, a list of (school, posts).
    """

    schools: dict[str, np.ndarray] = field(default_factory=dict)
    teachers: dict[str, np.ndarray] = field(default_factory=dict)
    advice: tuple[np.ndarray, np.ndarray] | None = None
    information: tuple[np.ndarray, np.ndarray] | None = None
    networks: list[list[tuple[int, np.ndarray]]] | None = None


def build_world(values: dict, seed: int, replicate: int, given: Given | None = None) -> World:
    """Draws the starting world of a scenario for one seed and replicate.

    ``values`` maps every dotted name to its value. Raises ``BadInput`` before anything is allocated when the population
    would not fit in memory.
    """
    given = given or Given()
    luck = luck_of_week(luck_of_run(seed, replicate), START)
    staff, secondary = _staff(values, luck, given)
    check_memory(int(staff.sum()), values)
    schools = _schools(staff, secondary, values, luck, given)
    teachers = _teachers(schools, values, luck, given)
    to_draw = values if given.advice is None else values | {"ties.pattern": "complete"}  # which draws no advice ties
    ties = ties_within_schools(np.append(schools["first_teacher"].astype(np.int64), len(teachers)), teachers["department"], to_draw, luck)
    for layer, pairs in (("advice", given.advice), ("information", given.information)):
        if pairs is not None:
            ties[layer] = rows(len(teachers), *pairs)
    networks, seats, seats_of = _networks(teachers, schools, values, luck, given)
    if values["ties.co_teaching"] > 0:
        ties["advice"] = _with_co_teachers(ties["advice"], teachers, values["ties.co_teaching"])
    linked = linked_networks(len(networks), values["programme.links"]) if values["programme.topology"] == "network of networks" else []
    links = rows(len(networks), *(np.array([pair[end] for pair in linked], dtype=np.int64) for end in (0, 1)))
    return World(teachers, schools, networks, *ties["advice"], *ties["information"],
                 *cross_ties(len(teachers), schools, seats_of, values, luck), *links, seats)


def _staff(values, luck, given):
    """Teachers of each school and whether it is a secondary school; given sizes without phases make the largest secondary."""
    if "staff" in given.schools:
        staff = given.schools["staff"].astype(np.int64)
        ranks = np.argsort(np.argsort(-staff, kind="stable"), kind="stable")
        return staff, given.schools.get("secondary", ranks < round(values["population.secondary_share"] * len(staff)))
    names = np.arange(values["population.schools"])
    ranks = np.argsort(np.argsort(drawn_for_all(luck, "school phase", names), kind="stable"), kind="stable")
    secondary = (ranks < round(values["population.secondary_share"] * len(names))).astype(np.int8)
    mean = np.where(secondary, values["population.secondary_staff"], values["population.primary_staff"])
    staff = mean * spread_factors(values["population.staff_spread"], drawn_for_all(luck, "school size", names))
    return np.maximum(SMALLEST_STAFF, np.rint(staff)).astype(np.int64), secondary


def check_memory(teachers: int, values: dict) -> None:
    """Raises ``BadInput`` when a population of so many teachers would not fit in the memory that is free."""
    ties = values["ties.advice"] * (1 + values["ties.information"])
    needed = teachers * (TEACHER_RECORD.itemsize + 5 * BYTES_A_TIE * ties + 6 * 8)
    free = _free_memory()
    if free is not None and needed > 0.8 * free:
        raise BadInput(f"a population of {teachers:,} teachers needs about {needed / 2**30:,.1f} GiB, and {free / 2**30:,.1f} GiB are free",
                       right=f"about {int(0.8 * free / needed * teachers):,} teachers fit here: fewer schools, or a larger machine")


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


def _middle(values, name, schools, luck, question):
    """A share for each school around the scenario's middle."""
    return spread_shares(values[name], values["leadership.spread"], drawn_for_all(luck, question, schools["name"]))


def _schools(staff, secondary, values, luck, given):
    schools = np.zeros(len(staff), SCHOOL_RECORD)
    schools["name"] = np.arange(len(staff))
    after = np.cumsum(staff)
    schools["first_teacher"], schools["after_last_teacher"], schools["secondary"] = after - staff, after, secondary
    for axis, question in (("east", "place east"), ("north", "place north")):
        schools[axis] = values["population.minutes_across"] * drawn_for_all(luck, question, schools["name"])
    rank = np.argsort(np.argsort(drawn_for_all(luck, "disadvantage rank", schools["name"]), kind="stable"), kind="stable")
    schools["disadvantage"] = (rank + 0.5) / len(schools)
    schools["own_vision"] = _middle(values, "leadership.vision", schools, luck, "vision")
    schools["support"] = _middle(values, "leadership.support", schools, luck, "support")
    schools["distributed"] = _middle(values, "leadership.distributed", schools, luck, "distributed leadership")
    schools["own_focus"] = _middle(values, "focus.alignment", schools, luck, "focus")
    for column, known in given.schools.items():
        if column not in ("staff", "secondary", "vision"):
            schools[column] = known
    if "vision" in given.schools:
        schools["own_vision"] = given.schools["vision"]
    schools["vision"] = schools["own_vision"]
    return schools


def _teachers(schools, values, luck, given):
    size = schools["after_last_teacher"] - schools["first_teacher"]
    teachers = np.zeros(int(size.sum()), TEACHER_RECORD)
    names = teachers["name"] = teachers["post"] = np.arange(len(teachers))
    teachers["school"] = np.repeat(np.arange(len(schools)), size)
    place = names - schools["first_teacher"][teachers["school"]]
    teachers["department"] = np.minimum(place // values["population.department_size"], np.iinfo(np.int16).max)
    teachers["network"], teachers["seat"] = NOBODY, NOBODY
    teachers["years"] = years_in_post(values["turnover.rate"], values["turnover.early_ratio"], drawn_for_all(luck, "tenure", names))
    low, high = values["learning.first_knowledge_low"], values["learning.first_knowledge_high"]
    teachers["knowledge"] = low + drawn_for_all(luck, "initial knowledge", names) * (high - low)
    teachers["belief"] = teachers["first_belief"] = spread_shares(
        values["norms.first_belief"], values["norms.first_belief_spread"], drawn_for_all(luck, "initial belief", names))
    teachers["threshold"] = spread_shares(values["adoption.threshold"], values["adoption.threshold_spread"],
                                           drawn_for_all(luck, "threshold", names))
    teachers["awareness"] = spread_shares(values["mobilisation.awareness"], values["mobilisation.awareness_spread"],
                                           drawn_for_all(luck, "awareness", names))
    teachers["load"] = spread_factors(values["time.load_spread"], drawn_for_all(luck, "load", names))
    teachers["formal"] = drawn_for_all(luck, "formal role", names) < values["mobilisation.formal_share"]
    teachers["fidelity"] = 1.0
    teachers["uses"] = teachers["tried"] = drawn_for_all(luck, "initial use", names) < values["population.first_users"]
    for column, known in given.teachers.items():
        teachers[column] = known
    return teachers


def _networks(teachers, schools, values, luck, given):
    """Network records, their seats in one list, and for each network its posts and the rank of their school."""
    groups, starting, themes = _groups(schools, values, luck, given)
    networks = np.zeros(len(groups), NETWORK_RECORD)
    networks["name"] = networks["place"] = np.arange(len(groups))
    networks["theme"], networks["begins"] = themes, _founded(len(groups), values, luck)
    networks["active"] = networks["begun"] = networks["begins"] == 0
    seats_of = []
    for place, group in enumerate(groups):
        posts = np.concatenate([each for _, each in group]) if group else np.zeros(0, np.int64)
        rank = np.repeat(np.arange(len(group)), [len(each) for _, each in group])
        teachers["network"][posts], teachers["seat"][posts] = place, rank
        teachers["member"][posts] = (rank < starting[place]) & bool(networks["active"][place])
        seats_of.append((posts, rank))
    lengths = np.array([len(posts) for posts, _ in seats_of], dtype=np.int64)
    networks["first_seat"], networks["after_last_seat"] = np.cumsum(lengths) - lengths, np.cumsum(lengths)
    networks["schools"], networks["schools_at_most"] = starting, [len(group) for group in groups]
    networks["knowledge"], networks["trust"] = values["inquiry.first_knowledge"], values["meeting.first_trust"]
    seats = np.concatenate([posts for posts, _ in seats_of]) if groups else np.zeros(0, np.int64)
    return networks, seats.astype(np.int32), seats_of


def _groups(schools, values, luck, given):
    """Schools and posts of each network, how many schools take part from the start, and each network's theme.

    A network to which no school could send anybody at the start is not formed.
    """
    if given.networks is not None:
        return given.networks, [len(group) for group in given.networks], np.zeros(len(given.networks), np.int32)
    groups, starting, themes = [], [], []
    for theme in range(values["programme.themes"]):
        formed, taking_part = networks_formed(schools, values, luck, theme)
        for network, number in zip(formed, taking_part, strict=True):
            sending = [(int(school), _delegates(schools[school], values, theme)) for school in network]
            senders = sum(len(posts) > 0 for _, posts in sending[:number])
            if senders > 0:
                groups.append([(school, posts) for school, posts in sending if len(posts)])
                starting.append(senders)
                themes.append(theme)
    return groups, starting, np.array(themes, np.int32)


def _founded(number, values, luck):
    """The week in which each network is founded: spread evenly over the years of growth, in a keyed order, the first at once."""
    over = values["programme.founded_over"] * SCHOOL_WEEKS
    rank = np.argsort(np.argsort(drawn_for_all(luck, "network begins", np.arange(number)), kind="stable"), kind="stable")
    return np.floor(over * rank / max(1, number)).astype(np.int32)


def _delegates(school, values, theme):
    """The posts that a school sends to its network of a theme; none when its staff is too small for so many."""
    first, after, each = int(school["first_teacher"]), int(school["after_last_teacher"]), values["programme.delegates"]
    return np.arange(min(after, first + theme * each), min(after, first + (theme + 1) * each))


def _with_co_teachers(advice, teachers, weight):
    """Each delegate and a colleague at home turn to each other, ``weight`` times more: the first delegate of a school and
    its first teacher without a seat, the second and the second, as far as there are such colleagues."""
    first, to = advice
    source = np.repeat(np.arange(len(teachers)), np.diff(first))
    seated = teachers["network"] >= 0
    delegates, partners = _paired(np.flatnonzero(seated), np.flatnonzero(~seated), teachers["school"])
    delegates, partners = np.repeat(delegates, weight), np.repeat(partners, weight)
    return rows(len(teachers), np.concatenate([source, delegates, partners]), np.concatenate([to, partners, delegates]))


def _paired(some, others, school):
    """The k-th of some posts of a school with the k-th of its other posts."""

    def place_in_school(posts):
        return np.arange(len(posts)) - np.searchsorted(school[posts], school[posts])

    key = {(int(school[post]), int(place)): post for post, place in zip(others, place_in_school(others), strict=True)}
    pairs = [(post, key[home]) for post, home in zip(some, zip(school[some].tolist(), place_in_school(some).tolist(), strict=True), strict=True)
             if home in key]
    return np.array([pair[0] for pair in pairs], dtype=np.int64), np.array([pair[1] for pair in pairs], dtype=np.int64)
