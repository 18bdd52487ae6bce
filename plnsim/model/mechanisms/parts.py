"""Parts: a practice is a set of parts, and what somebody knows of it is a set of them.

A part is something that one must understand to use the practice well. A school's context lets it find some parts by
itself, another context others; what nobody has found may come of comparing what different schools have tried. Exchange
passes parts that the other has not, so that a network can know what none of its schools knows. A set is a word of 64
bits, one for each part; *knowledge* is the share of all parts that are in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.elementary import to_uint64
from plnsim.common.parameter import Parameter
from plnsim.common.streams import random_word, stream, uniform
from plnsim.model.state import KEPT, StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, School, Teacher, Week, World

PARAMETERS = (
    Parameter(
        "count",
        default=24,
        unit="parts",
        range=(12, 35),
        meaning="Parts of the practice: what one must understand to use it well.",
        group="practice",
        bounds=(2, 60),
        integer=True,
        structural=True,
    ),
    Parameter(
        "own",
        default=0.3,
        unit="share",
        range=(0.15, 0.5),
        meaning="Share of the parts that a school can find by itself.",
        group="practice",
        structural=True,
    ),
    Parameter(
        "context",
        default=0.5,
        unit="share",
        range=(0.0, 1.0),
        meaning="Share of the parts of which schools alike in disadvantage find the same.",
        group="practice",
        structural=True,
    ),
)

OWN = stream("own parts")
CONTEXT = stream("parts by context")
ORDER = stream("order of parts")
ROUNDING = stream("parts rounded")

DIGITS = 16
"""Binary digits of a chance of many parts at once: it is exact to 2^-16."""


def no_parts() -> int:
    """The set of no parts."""
    return to_uint64(0)


def single(part: int) -> int:
    """The set of one part."""
    return to_uint64(to_uint64(1) << to_uint64(part))


def all_parts(p: Parameters) -> int:
    """The set of all parts of the practice."""
    return single(p.parts.count) - to_uint64(1)


def without(parts: int, others: int) -> int:
    """The parts of a set that are not in another."""
    return parts ^ (parts & others)


def number_of_parts(parts: int) -> int:
    """How many parts a set has: bits are counted in pairs, fours, eights, and the eights summed by a product."""
    bits = parts - ((parts >> to_uint64(1)) & to_uint64(0x5555555555555555))
    bits = (bits & to_uint64(0x3333333333333333)) + ((bits >> to_uint64(2)) & to_uint64(0x3333333333333333))
    bits = (bits + (bits >> to_uint64(4))) & to_uint64(0x0F0F0F0F0F0F0F0F)
    return int(to_uint64(bits * to_uint64(0x0101010101010101)) >> to_uint64(56))


def share_of_parts(parts: int, p: Parameters) -> float:
    """Knowledge: the share of all parts that a set has."""
    return number_of_parts(parts) / p.parts.count


def draw_parts(parts: int, rate: float, week: Week, stream: int, entity_id: int, p: Parameters) -> int:
    """Some parts of a set: each is among them with the given rate as its chance.

    Where at most one part is to be expected, one is drawn among all, and counts if it is in the set. Otherwise each
    part has a random binary number, one digit in each of several random words, the highest digit first, a 1 standing
    for 0 and a 0 for 1; it is drawn if that is below the rate, which is known once a digit differs from the rate's.
    """
    if parts == no_parts() or rate <= 0.0:
        return no_parts()
    if rate >= 1.0:
        return parts
    expected = rate * p.parts.count
    if expected <= 1.0:
        if uniform(week.key, stream, entity_id) >= expected:
            return no_parts()
        return parts & single(int(uniform(week.key, stream, entity_id, 1) * p.parts.count))
    digits = int(rate * 2.0**DIGITS)
    drawn, undecided = no_parts(), parts
    for place in range(DIGITS):
        if undecided == no_parts():
            break
        ones = undecided & random_word(week.key, stream, entity_id, 2 + place)
        if (digits >> (DIGITS - 1 - place)) & 1:
            drawn = drawn | ones
            undecided = without(undecided, ones)
        else:
            undecided = ones
    return drawn


def parts_by_chance(share: float, week: Week, stream: int, entity_id: int, p: Parameters) -> int:
    """Each part with a share as its chance, by a number of its own; a larger share holds all of a smaller one."""
    known = no_parts()
    for part in range(p.parts.count):
        if uniform(week.key, stream, entity_id, part) < share:
            known = known | single(part)
    return known


def found_alone(school: School, part: int, week: Week, p: Parameters) -> bool:
    """Whether its context lets a school find a part by itself.

    Of some parts, schools that are alike in disadvantage find the same: those around the school's own rank; of others
    it is a matter of chance.
    """
    if uniform(week.key, CONTEXT, 0, part) < p.parts.context:
        distance = abs((part + 0.5) / p.parts.count - school.disadvantage)
        return min(distance, 1.0 - distance) <= 0.5 * p.parts.own
    return uniform(week.key, OWN, school.name, part) < p.parts.own


def initial_own_parts(school: School, world: World, week: Week, p: Parameters) -> int:
    """The parts that its context lets a school find by itself."""
    own = no_parts()
    for part in range(p.parts.count):
        if found_alone(school, part, week, p):
            own = own | single(part)
    return own


def first_parts(school: School, number: int, week: Week, p: Parameters) -> int:
    """So many parts, in an order of the school's, those first that it can find by itself."""
    known = no_parts()
    for _ in range(number):
        first, least = -1, 2.0
        for part in range(p.parts.count):
            place = uniform(week.key, ORDER, school.name, part)
            if school.own_parts & single(part) == no_parts():
                place += 1.0
            if known & single(part) == no_parts() and place < least:
                first, least = part, place
        known = known | single(first)
    return known


def rounded_number(teacher: Teacher, knowledge: float, week: Week, p: Parameters) -> int:
    """How many parts a teacher knows who knows such a share of all, rounded up or down by chance."""
    number = int(knowledge * p.parts.count + uniform(week.key, ROUNDING, teacher.name))
    return min(number, p.parts.count)


def known_parts(teacher: Teacher, knowledge: float, world: World, week: Week, p: Parameters) -> int:
    """The parts that a teacher knows who knows such a share of all."""
    return first_parts(world.schools[teacher.school], rounded_number(teacher, knowledge, week, p), week, p)


def know_share(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    """Who is said to know a share of the practice knows so many of its parts; her knowledge is the share of those."""
    teacher.parts = known_parts(teacher, teacher.knowledge, world, week, p)
    teacher.knowledge = share_of_parts(teacher.parts, p)


SCHOOL = (
    StateVariable(
        "own_parts",
        type="u8",
        unit="set",
        meaning="the parts that its context lets it find by itself",
        kind="fixed",
        start=initial_own_parts,
        successor=KEPT,
    ),
)
