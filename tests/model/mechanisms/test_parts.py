"""What a practice consists of, and sets of parts."""

import importlib
import math
import random
from collections import namedtuple

import numpy as np
import pytest
from numba import njit

from plnsim.common.streams import run_key, week_key
from plnsim.model.mechanisms import parts
from plnsim.model.mechanisms.parts import draw_parts
from tests.support.factories import (
    make_school,
    make_teacher,
    make_week,
    make_world,
    parameters,
    parts_of,
)

P = parameters(parts_count=24)
WORDS = [0, 1, 2**63, 2**64 - 1, *(random.Random(3).getrandbits(64) for _ in range(200))]
KEYS = [week_key(run_key(1, replicate), 3) for replicate in range(20_000)]
STREAM = parts.OWN
WeekKey = namedtuple("WeekKey", "key")
CountOfParts = namedtuple("CountOfParts", "count")
ParametersOfParts = namedtuple("ParametersOfParts", "parts")


# --- sets


@pytest.mark.parametrize(("count", "everything"), [(2, 0b11), (24, 0xFFFFFF), (60, 0xFFFFFFFFFFFFFFF)])
def test_all_parts_are_as_many_as_there_are(count, everything):
    assert parts.all_parts(parameters(parts_count=count)) == everything


def test_a_set_of_one_part_has_one_bit():
    assert [parts.single(part) for part in (0, 1, 5, 59)] == [1, 2, 32, 2**59]
    assert parts.no_parts() == 0


@pytest.mark.parametrize(
    ("some", "others", "left"),
    [(0b1101, 0b0100, 0b1001), (0b1101, 0, 0b1101), (0, 0b1101, 0), (0b1101, 0b1111, 0), (0b1100, 0b0011, 0b1100)],
)
def test_a_set_without_another_keeps_what_is_in_the_first_alone(some, others, left):
    assert parts.without(some, others) == left


def test_parts_are_counted():
    assert [parts.number_of_parts(word) for word in WORDS] == [word.bit_count() for word in WORDS]


def test_knowledge_is_the_share_of_all_parts():
    assert parts.share_of_parts(parts_of(0, 3, 23), P) == 0.125
    assert parts.share_of_parts(0, P) == 0.0
    assert parts.share_of_parts(parts.all_parts(P), P) == 1.0


# --- a random part of a set


def draw(some, chance, key, p=P, entity_id=7):
    return draw_parts(some, chance, make_week(key=key), STREAM, entity_id, p)


@pytest.mark.parametrize("chance", [0.01, 0.5, 1.0])
def test_of_nothing_nothing_is_drawn(stub_uniform, chance):
    stub_uniform(parts)  # no number may be drawn
    assert draw(0, chance, 1) == 0


@pytest.mark.parametrize(("chance", "drawn"), [(0.0, 0), (-0.1, 0), (1.0, 0b1011), (1.5, 0b1011)])
def test_what_is_impossible_or_certain_is_not_left_to_chance(stub_uniform, chance, drawn):
    stub_uniform(parts)
    assert draw(0b1011, chance, 1) == drawn


@pytest.mark.parametrize(
    ("first", "second", "drawn"), [(0.59, 0.26, {2}), (0.59, 0.01, {0}), (0.59, 0.11, set()), (0.6, 0.26, set())]
)
def test_where_one_part_at_most_is_expected_one_is_drawn_among_all(stub_uniform, first, second, drawn):
    """A chance of .06 of each of ten parts: with .6 it comes to one of them, which counts if it is in the set."""
    draws = stub_uniform(parts, own_parts=lambda entity_id, draw_index: (first, second)[draw_index])
    assert draw(parts_of(0, 2, 9), 0.06, 5, parameters(parts_count=10)) == parts_of(*drawn)
    assert draws == [(5, "own parts", 7, 0), (5, "own parts", 7, 1)][: len(draws)]


def test_where_just_one_part_is_expected_one_is_drawn_as_well(stub_uniform):
    draws = stub_uniform(parts, own_parts=lambda entity_id, draw_index: (0.9999, 0.26)[draw_index])
    assert draw(parts_of(0, 2, 9), 0.125, 5, parameters(parts_count=8)) == parts_of(2)
    assert len(draws) == 2


def test_else_a_random_binary_number_of_each_part_is_compared_with_the_chance(monkeypatch):
    """Part 0 has the number 0.1000.. and part 1 the number 0.0111..; a chance of one half lies between them."""
    words = [
        parts_of(1),
        *(parts_of(0) for _ in range(15)),
    ]  # the highest digit first; it is 1 where the bit is not set
    monkeypatch.setattr(parts, "random_word", lambda key, stream, entity_id, draw_index: words[draw_index - 2])
    assert draw(parts_of(0, 1), 0.5, 5) == parts_of(1)
    assert draw(parts_of(0, 1), 0.5 + 2.0**-15, 5) == parts_of(0, 1)
    assert draw(parts_of(0), 0.5, 5) == 0


@pytest.mark.parametrize("chance", [0.002, 0.03, 1 / 24, 0.05, 0.3, 0.75, 0.99])
def test_each_part_has_its_chance_in_both_regimes(chance):
    some = parts_of(0, 1, 5, 11, 23)
    drawn = [draw(some, chance, key) for key in KEYS]
    error = math.sqrt(chance * (1.0 - chance) / len(KEYS))
    assert not any(word & ~some for word in drawn)
    for part in (0, 1, 5, 11, 23):
        share = sum(word >> part & 1 for word in drawn) / len(KEYS)
        assert abs(share - chance) < 4.5 * error + 2.0**-16, (part, share)


def test_parts_are_drawn_independently_where_several_are_expected():
    both = sum(draw(parts_of(0, 1), 0.3, key) == 0b11 for key in KEYS) / len(KEYS)
    assert abs(both - 0.09) < 4.5 * math.sqrt(0.09 * 0.91 / len(KEYS))


@pytest.mark.parametrize(("less", "more"), [(0.05, 0.06), (0.2, 0.7), (0.7, 0.70001), (0.98, 1.0), (0.01, 0.04)])
def test_a_higher_chance_draws_no_part_less(less, more):
    for key in KEYS[:2000]:
        assert draw(0xFFFFFF, less, key) & ~draw(0xFFFFFF, more, key) == 0


def test_a_larger_set_gives_no_part_less():
    for key in KEYS[:500]:
        for chance in (0.03, 0.4):
            assert draw(0xFF, chance, key) == draw(0xFFFFFF, chance, key) & 0xFF


def test_machine_code_counts_and_draws_the_same_words():
    """What Numba makes of the same text, with words of the machine."""
    compiled = importlib.import_module("plnsim.simulation.engine.numba_backend")
    assert compiled.NumbaBackend  # it makes the plain functions of the model known to Numba

    @njit(error_model="numpy")
    def of_a_word(word, chance, week, p):
        return (
            parts.number_of_parts(word),
            parts.without(word, parts.single(5)),
            draw_parts(word, chance, week, 9, 7, p),
        )

    p = ParametersOfParts(CountOfParts(60))
    for word, key in zip(WORDS, KEYS, strict=False):
        for chance in (0.01, 0.3, 0.9999):
            seen = of_a_word(np.uint64(word), chance, WeekKey(np.uint64(key)), p)
            drawn = draw_parts(word, chance, make_week(key=key), 9, 7, p)
            assert tuple(map(int, seen)) == (word.bit_count(), word & ~32, drawn)


# --- what a school can find by itself


def test_without_context_it_is_a_matter_of_chance(stub_uniform):
    p = parameters(parts_count=4, parts_own=0.3, parts_context=0.0)
    draws = stub_uniform(parts, parts_by_context=0.0, own_parts=lambda entity_id, part: (0.1, 0.3, 0.29, 0.9)[part])
    school = make_school(name=3)
    assert parts.initial_own_parts(school, make_world(), make_week(key=5), p) == parts_of(0, 2)
    assert (5, "parts by context", 0, 1) in draws and (5, "own parts", 3, 1) in draws


@pytest.mark.parametrize(
    ("disadvantage", "own"), [(0.5, {4, 5}), (0.43, {3, 4}), (0.0, {0, 9}), (0.98, {0, 9}), (0.34, {2, 3})]
)
def test_by_context_it_is_what_lies_around_the_schools_rank(stub_uniform, disadvantage, own):
    """Ten parts lie at .05, .15 ... .95 of a circle; a fifth of it, around the school, is its own."""
    p = parameters(parts_count=10, parts_own=0.2, parts_context=1.0)
    stub_uniform(parts, parts_by_context=0.5)
    school = make_school(disadvantage=disadvantage)
    assert parts.initial_own_parts(school, make_world(), make_week(), p) == parts_of(*own)


def test_what_lies_just_at_the_border_is_its_own(stub_uniform):
    """Four parts lie at .125, .375, .625 and .875; half of the circle, a quarter to each side, is the school's."""
    p = parameters(parts_count=4, parts_own=0.5, parts_context=1.0)
    stub_uniform(parts, parts_by_context=0.5)
    school = make_school(disadvantage=0.375)
    assert parts.initial_own_parts(school, make_world(), make_week(), p) == parts_of(0, 1, 2)


def test_schools_find_their_share_of_the_parts():
    p = parameters(parts_count=24, parts_own=0.3, parts_context=0.5)
    schools = [make_school(name=name, disadvantage=(name + 0.5) / 500) for name in range(500)]
    found = [parts.initial_own_parts(school, make_world(), make_week(key=KEYS[1]), p) for school in schools]
    shares = [parts.share_of_parts(word, p) for word in found]
    assert abs(sum(shares) / 500 - 0.3) < 0.01


# --- who knows a given share


def in_order(*order):
    """Draws that put parts in this order."""
    return lambda school, part: (order.index(part) + 0.5) / len(order)


@pytest.mark.parametrize(
    ("number", "known"),
    [(0, set()), (1, {3}), (2, {3, 1}), (3, {3, 1, 4}), (4, {3, 1, 4, 0}), (5, {0, 1, 2, 3, 4})],
)
def test_a_schools_own_parts_are_known_first(stub_uniform, number, known):
    stub_uniform(parts, order_of_parts=in_order(4, 3, 0, 1, 2))
    school = make_school(own_parts=parts_of(1, 3))
    assert parts.first_parts(school, number, make_week(), parameters(parts_count=5)) == parts_of(*known)


def test_of_parts_with_the_same_place_the_first_is_known_first(stub_uniform):
    stub_uniform(parts, order_of_parts=0.5)
    assert parts.first_parts(make_school(), 2, make_week(), parameters(parts_count=5)) == parts_of(0, 1)


@pytest.mark.parametrize(
    ("knowledge", "u", "number"),
    [(0.5, 0.99, 5), (0.56, 0.39, 5), (0.56, 0.41, 6), (0.0, 0.99, 0), (1.0, 0.99, 10), (0.04, 0.61, 1)],
)
def test_a_given_share_is_rounded_to_whole_parts_by_chance(stub_uniform, knowledge, u, number):
    p = parameters(parts_count=10)
    stub_uniform(parts, parts_rounded=u, order_of_parts=in_order(*range(10)))
    teacher = make_teacher()
    world = make_world([teacher], schools=[make_school(own_parts=parts_of(0, 1))])
    known = parts.known_parts(teacher, knowledge, world, make_week(), p)
    assert parts.rounded_number(teacher, knowledge, make_week(), p) == number
    assert known == (1 << number) - 1


def test_who_knows_a_share_knows_parts_and_the_share_that_they_make(stub_uniform):
    p = parameters(parts_count=10)
    stub_uniform(parts, parts_rounded=0.39, order_of_parts=in_order(*range(10)))
    teacher = make_teacher(knowledge=0.56)
    parts.know_share(teacher, make_world([teacher]), make_week(), p)
    assert (teacher.parts, teacher.knowledge) == (parts_of(0, 1, 2, 3, 4), 0.5)


def test_rounding_keeps_the_mean():
    p = parameters(parts_count=24)
    world = make_world([make_teacher()])
    known = [
        parts.share_of_parts(parts.known_parts(world.teachers[0], 0.03, world, make_week(key=key), p), p)
        for key in KEYS[:4000]
    ]
    error = math.sqrt(0.72 * 0.28 / 4000) / 24  # .72 of a part
    assert sum(known) / 4000 == pytest.approx(0.03, abs=4.5 * error)
    assert set(known) == {0.0, 1 / 24}
