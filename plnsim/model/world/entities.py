"""Who is in the world: teachers, schools and networks, with every state variable that they carry.

Who somebody is and where she belongs is declared here; all else by the mechanism that it belongs to.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from plnsim.common.errors import DeclarationError
from plnsim.common.short_repr import short_repr
from plnsim.model.mechanisms.declarations import declared_by_mechanisms
from plnsim.model.state import BUILT, KEPT, StateVariable, assigning, record_dtype

NOBODY = -1

_TEACHER = (
    StateVariable(
        "name",
        type="u4",
        unit="identity",
        meaning="lasting identity of the post; what chance is keyed by",
        kind="fixed",
        start=BUILT,
        successor=KEPT,
    ),
    StateVariable(
        "post",
        type="i4",
        unit="place",
        meaning="place of the post in the list of teachers",
        kind="fixed",
        start=BUILT,
        successor=KEPT,
    ),
    StateVariable("school", type="i4", unit="place", meaning="the school", kind="fixed", start=BUILT, successor=KEPT),
    StateVariable(
        "department",
        type="i2",
        unit="number",
        meaning="department, or year group in a primary school",
        kind="fixed",
        start=BUILT,
        successor=KEPT,
    ),
    StateVariable(
        "network",
        type="i4",
        unit="place",
        meaning="the network in which the post holds a seat, or -1",
        kind="fixed",
        start=BUILT,
        successor=KEPT,
    ),
    StateVariable(
        "seat",
        type="i2",
        unit="number",
        meaning="the order of the school of the seat in the network, from 0",
        kind="fixed",
        start=BUILT,
        successor=KEPT,
    ),
    StateVariable(
        "first_delegate",
        type="i1",
        unit="yes/no",
        meaning="the post holds the first of its school's seats in the network",
        kind="fixed",
        start=BUILT,
        successor=KEPT,
    ),
)

_SCHOOL = (
    StateVariable(
        "name",
        type="u8",
        unit="identity",
        meaning="lasting identity; what chance is keyed by",
        kind="fixed",
        start=BUILT,
        successor=KEPT,
    ),
    StateVariable(
        "place",
        type="i4",
        unit="place",
        meaning="place in the list of schools",
        kind="fixed",
        start=BUILT,
        successor=KEPT,
    ),
    StateVariable(
        "first_teacher",
        type="i4",
        unit="place",
        meaning="place of its first teacher",
        kind="fixed",
        start=BUILT,
        successor=KEPT,
    ),
    StateVariable(
        "after_last_teacher",
        type="i4",
        unit="place",
        meaning="place after its last teacher",
        kind="fixed",
        start=BUILT,
        successor=KEPT,
    ),
    StateVariable(
        "secondary", type="i1", unit="yes/no", meaning="a secondary school", kind="fixed", start=BUILT, successor=KEPT
    ),
    StateVariable(
        "east",
        type="f8",
        unit="minutes",
        meaning="place on the map, in minutes of travel",
        kind="fixed",
        start=BUILT,
        successor=KEPT,
    ),
    StateVariable(
        "north",
        type="f8",
        unit="minutes",
        meaning="place on the map, in minutes of travel",
        kind="fixed",
        start=BUILT,
        successor=KEPT,
    ),
    StateVariable(
        "disadvantage",
        type="f8",
        unit="share",
        meaning="rank of disadvantage among all schools (0 least, 1 most)",
        kind="fixed",
        start=BUILT,
        successor=KEPT,
    ),
)

_NETWORK = (
    StateVariable(
        "name",
        type="u8",
        unit="identity",
        meaning="lasting identity; what chance is keyed by",
        kind="fixed",
        start=BUILT,
        successor=KEPT,
    ),
    StateVariable(
        "place",
        type="i4",
        unit="place",
        meaning="place in the list of networks",
        kind="fixed",
        start=BUILT,
        successor=KEPT,
    ),
    StateVariable(
        "first_seat",
        type="i4",
        unit="place",
        meaning="place of its first seat",
        kind="fixed",
        start=BUILT,
        successor=KEPT,
    ),
    StateVariable(
        "after_last_seat",
        type="i4",
        unit="place",
        meaning="place after its last seat",
        kind="fixed",
        start=BUILT,
        successor=KEPT,
    ),
    StateVariable(
        "schools_at_most",
        type="i4",
        unit="number",
        meaning="schools that have seats, whether they take part or not",
        kind="fixed",
        start=BUILT,
        successor=KEPT,
    ),
    StateVariable(
        "theme",
        type="i4",
        unit="number",
        meaning="its theme: 0 for the practice that is simulated, others for other themes",
        kind="fixed",
        start=BUILT,
        successor=KEPT,
    ),
)


def _all_of(entity: str, built: tuple[StateVariable, ...]) -> tuple[StateVariable, ...]:
    """Every state variable of an entity: first who one is, then what mechanisms declare.

    Raises ``DeclarationError`` where a mechanism declares once more who one is.
    """
    declared = [variable for variable in declared_by_mechanisms() if variable.entity == entity]
    for variable in declared:
        if variable.name in {each.name for each in built}:
            raise DeclarationError(
                f"{variable.dotted_name} is declared in {variable.mechanism}.py and in plnsim/model/world/entities.py; "
                "right is another name"
            )
    return (*(replace(variable, entity=entity) for variable in built), *declared)


TEACHER, SCHOOL, NETWORK = _all_of("teacher", _TEACHER), _all_of("school", _SCHOOL), _all_of("network", _NETWORK)
TEACHER_DTYPE, SCHOOL_DTYPE, NETWORK_DTYPE = record_dtype(TEACHER), record_dtype(SCHOOL), record_dtype(NETWORK)

start_network = assigning("start_network", "network", NETWORK, "start", "What a network begins with.")
start_school = assigning("start_school", "school", SCHOOL, "start", "What a school begins with.")
start_teacher = assigning("start_teacher", "teacher", TEACHER, "start", "What a teacher begins with.")


Teachers = TypeVar("Teachers")
Schools = TypeVar("Schools")
Networks = TypeVar("Networks")
Places = TypeVar("Places")


class WorldOf(NamedTuple, Generic[Teachers, Schools, Networks, Places]):
    """Everyone and every tie, people and places held in any way: arrays, columns, lists of agents.

    Ties of person *i* are ``..._to[..._first[i]:..._first[i + 1]]``: the colleagues she turns to (advice), those she
    hears from (information), members of other schools she exchanges with while her network is active (cross), the
    networks that a network is linked with (links), and the schools nearest to a school (neighbours). ``seats`` lists
    each network's posts, school by school.
    """

    teachers: Teachers
    schools: Schools
    networks: Networks
    advice_first: Places
    advice_to: Places
    information_first: Places
    information_to: Places
    cross_first: Places
    cross_to: Places
    link_first: Places
    link_to: Places
    neighbours_first: Places
    neighbours_to: Places
    seats: Places

    def __repr__(self) -> str:
        return short_repr(self)


class World(WorldOf[np.ndarray, np.ndarray, np.ndarray, np.ndarray]):
    """Everyone and every tie as arrays; teachers, schools and networks are records of their state variables."""

    __slots__ = ()
