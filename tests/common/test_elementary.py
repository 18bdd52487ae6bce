"""Exponentials, logarithms and powers: within their bounds of the exact value, and the same for one and for many."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from plnsim.common.elementary import (
    FAR_EXP,
    WORD_MASK,
    exp,
    exp2,
    exps,
    float_bits,
    float_of_bits,
    log,
    logs,
    power,
    to_uint64,
)
from plnsim.simulation.engine import numba_backend  # noqa: F401  (which makes them known to Numba)

SMALLEST = 5e-324
RANDOM = np.random.default_rng(1)
NEAR_1 = (2.0 ** -RANDOM.uniform(1, 53, 500) * RANDOM.choice([-1.0, 1.0], 500)).tolist()
EXPONENTS = [
    *np.linspace(-40.0, 40.0, 4_001).tolist(),
    *np.linspace(-745.1, 709.7, 2_001).tolist(),
    *NEAR_1,
    *(half * math.log(2.0) / 2.0 for half in range(-2_149, 2_048)),  # where the rest turns
    -745.133219101941,
    -745.0,
    -708.5,
    -708.3964185322641,
    -FAR_EXP,
    FAR_EXP,
    709.782712893384,
]
POSITIVE = [
    *np.linspace(0.001, 9.999, 4_001).tolist(),
    *(1.0 + near for near in NEAR_1 if near > -1.0),
    *(2.0**power for power in range(-1_074, 1_024)),
    *(2.0**power * math.sqrt(0.5) for power in range(-1_021, 1_024)),  # where the factor turns
    *(2.0**-1_074 * number for number in range(1, 200)),
    1.7976931348623157e308,
]


def units(value, exact):
    """How many units in the last place a number lies from the exact value."""
    return float(abs(Decimal(value) - exact) / Decimal(math.ulp(float(exact))))


def exact(rule):
    with localcontext() as context:
        context.prec = 50
        return rule()


def test_a_word_keeps_the_lowest_64_bits():
    assert to_uint64(2**64 + 5) == 5
    assert to_uint64(-1) == WORD_MASK


def test_a_number_is_its_bits():
    assert float_bits(1.0) == 0x3FF0000000000000 and float_bits(-0.0) == 1 << 63 and float_bits(SMALLEST) == 1
    assert float_of_bits(0x400921FB54442D18) == math.pi
    assert float_bits(np.array([1.0, 2.0])).tolist() == [float_bits(1.0), float_bits(2.0)]


def test_exponentials_are_within_a_unit_in_the_last_place():
    assert max(units(exp(number), exact(Decimal(number).exp)) for number in EXPONENTS) < 0.95


def test_powers_of_two_are_within_a_unit_in_the_last_place_and_exact_where_whole():
    ln2 = exact(Decimal(2).ln)
    numbers = [*np.linspace(-1_022.0, 1_023.0, 4_001).tolist(), *np.linspace(-3.0, 3.0, 6_001).tolist(), *NEAR_1]
    assert (
        max(units(exp2(number), exact(lambda number=number: (Decimal(number) * ln2).exp())) for number in numbers) < 1.1
    )
    assert all(exp2(float(whole)) == 2.0**whole for whole in range(-1_022, 1_024))


def test_logarithms_are_within_a_unit_in_the_last_place():
    assert max(units(log(number), exact(Decimal(number).ln)) for number in POSITIVE if number != 1.0) < 0.95


@pytest.mark.parametrize("exponent", [-20.0, -2.3, -1.0, 1e-6, 1 / 3, 0.7, 1.0, 4.0, 13.0])
def test_powers_are_as_near_as_they_say(exponent):
    for base in np.linspace(0.02, 1.5, 1_001).tolist():
        of = exact(lambda base=base: Decimal(base) ** Decimal(exponent))
        assert units(power(base, exponent), of) <= 1.0 + 3.0 * abs(exponent * math.log(base))


def test_the_ends():
    assert exp(0.0) == exp(-0.0) == power(0.3, 0.0) == power(0.0, 0.0) == 1.0
    assert exp(-745.2) == exp(-math.inf) == power(0.0, 2.0) == 0.0
    assert exp(-745.1) == SMALLEST
    assert exp(709.8) == exp(math.inf) == log(math.inf) == power(0.0, -1.0) == math.inf
    assert log(1.0) == 0.0 and log(0.0) == -math.inf
    assert all(math.isnan(number) for number in (log(-1.0), exp(math.nan), log(math.nan), power(-1.0, 0.5)))


def test_they_never_fall_but_by_rounding():
    rising = np.linspace(-50.0, 50.0, 20_001).tolist()
    assert all(np.diff([exp(number) for number in rising]) > 0.0)
    assert all(np.diff([log(number) for number in sorted(POSITIVE)]) >= 0.0)


def test_for_many_at_once_they_are_the_same_to_the_bit():
    near = np.array([number for number in EXPONENTS if abs(number) <= FAR_EXP])
    assert exps(near).tolist() == [exp(number) for number in near.tolist()]
    assert exps(np.array([-709.0, -math.inf])).tolist() == [0.0, 0.0]
    normal = np.array([number for number in POSITIVE if number >= 2.0**-1_022])
    assert logs(normal.reshape(-1, 1)).tolist() == [[log(number)] for number in normal.tolist()]


def compiled(rule):
    def loop(numbers, out):
        for place in range(len(numbers)):
            out[place] = rule(numbers[place])

    return njit(loop, error_model="numpy")


@pytest.mark.parametrize("rule", [exp, exp2, log], ids=["exp", "exp2", "log"])
def test_compiled_they_are_the_same_to_the_bit(rule):
    special = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 750.0, -750.0]
    numbers = {exp: EXPONENTS + special, log: POSITIVE + special, exp2: np.linspace(-1_022.0, 1_023.0, 9_999)}[rule]
    numbers = np.array(numbers)
    together = np.zeros(len(numbers))
    compiled(rule)(numbers, together)
    assert together.view(np.uint64).tolist() == [
        float_bits(rule(number)) if rule(number) == rule(number) else float_bits(of)
        for number, of in zip(numbers.tolist(), together.tolist(), strict=True)
    ]


@settings(derandomize=True, deadline=None)
@given(st.floats(min_value=SMALLEST, allow_infinity=False))
def test_the_logarithm_of_any_number(number):
    if number != 1.0:
        assert units(log(number), exact(Decimal(number).ln)) < 1.0
