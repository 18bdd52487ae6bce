"""Exponential, logarithm and power in exact arithmetic, so that results have the same bits on every machine.

The C library's functions, and NumPy's, differ in last bits from one system or processor to the next. Here only sums,
products and quotients of 64-bit floating-point numbers are used, which IEEE 754 rounds alike everywhere, and the bits
that such a number is made of: ``float_bits`` takes it apart, ``float_of_bits`` puts it together, and Numba gives both
their machine meaning, as it does for ``to_uint64``. Numbers never choose between two ways of rounding.

Errors, in units in the last place: ``exp`` and ``log`` below 0.95, ``exp2`` below 1.1, ``power`` below 1 and three
times the amount of ``exponent * log(base)`` (fewer than 4 where it is within 1).
"""

from __future__ import annotations

import math
import struct
from typing import overload

import numpy as np
from numpy.typing import NDArray

WORD_MASK = 0xFFFFFFFFFFFFFFFF
_FLOAT, _WORD = struct.Struct("<d"), struct.Struct("<Q")

MANTISSA_BITS = 52
BIAS = 1023
"""The exponent of a number is kept with so much added."""
ONE_BITS = 0x3FF0000000000000
"""The bits of 1."""
SMALLEST_NORMAL = 2.0**-1022
LARGEST = 1.7976931348623157e308

LN2 = 0.6931471805599453
LN2_HIGH = 6.93147180369123816490e-01
"""The logarithm of 2 with so few digits that whole multiples of it are exact."""
LN2_LOW = 1.90821492927058770002e-10
"""What is missing in it."""
LOG2_E = 1.4426950408889634
ROUNDER = 1.5 * 2.0**52
"""A number to which this is added is rounded to a whole one, which then stands in the lowest bits."""
LEAST_EXP = -745.1332191019412
"""The exponential of a number below it is less than half of the smallest number."""
MOST_EXP = 709.782712893384
"""The exponential of a number above it is more than the largest number."""
FAR_EXP = 708.0
"""Beyond it, either way, exponentials are taken by way of others that are nearer to 1."""
FAR_STEP = 128.0
"""So many powers of 2 nearer."""
SQRT_HALF_BITS = 0x3FE6A09E667F3BCD
"""The bits of the square root of 1/2."""
WHOLE_BITS = 0x4330000000000000
"""A whole number below 2^52 in the lowest bits, with these set as well, is that number with 2^52 added."""
WHOLE = 2.0**52


def to_uint64(number: int) -> int:
    """The lowest 64 bits of a whole number."""
    return number & WORD_MASK


@overload
def float_bits(number: float) -> int: ...
@overload
def float_bits(number: NDArray[np.float64]) -> NDArray[np.uint64]: ...
def float_bits(number: float | NDArray[np.float64]) -> int | NDArray[np.uint64]:
    """The 64 bits of a floating-point number, or of each of an array: sign, exponent, mantissa (IEEE 754)."""
    if isinstance(number, np.ndarray):
        return number.view(np.uint64)
    bits: int = _WORD.unpack(_FLOAT.pack(number))[0]
    return bits


@overload
def float_of_bits(bits: int) -> float: ...
@overload
def float_of_bits(bits: NDArray[np.uint64]) -> NDArray[np.float64]: ...
def float_of_bits(bits: int | NDArray[np.uint64]) -> float | NDArray[np.float64]:
    """The floating-point number that 64 bits stand for, or each of an array: the way back from ``float_bits``."""
    if isinstance(bits, np.ndarray):
        return bits.view(np.float64)
    number: float = _FLOAT.unpack(_WORD.pack(bits))[0]
    return number


def exp2(exponent: float) -> float:
    """2 to the power of a number from -1022 to 1023."""
    shifted = exponent + ROUNDER
    return scaled_exp(shifted, (exponent - (shifted - ROUNDER)) * LN2, 0.0)


def exp(number: float) -> float:
    """The exponential of a number; 0 or infinite where it leaves the range of numbers."""
    if number < LEAST_EXP:
        return 0.0
    if number > MOST_EXP:
        return math.inf
    shifted = number * LOG2_E + ROUNDER
    whole = shifted - ROUNDER
    nearer, back = 0.0, 1.0
    if number < -FAR_EXP:
        nearer, back = FAR_STEP, 2.0**-128
    elif number > FAR_EXP:
        nearer, back = -FAR_STEP, 2.0**128
    return scaled_exp(shifted + nearer, number - whole * LN2_HIGH, whole * LN2_LOW) * back


def scaled_exp(shifted: float, rest: float, less: float) -> float:
    """The exponential of ``rest - less``, within half of ln 2, times 2 to a whole number to which ``ROUNDER`` is added.

    It is a polynomial of degree 11 (interpolated at Chebyshev's nodes; relative error below 2e-17); the power of 2 is
    multiplied in before the last sum, as that is exact.
    """
    near = rest - less
    square = near * near
    fourth = square * square
    low = (0.5000000000000001 + 0.16666666666666669 * near) + square * (
        0.041666666666623824 + 0.008333333333330039 * near
    )
    middle = (0.0013888888917367081 + 0.00019841269863171557 * near) + square * (
        2.4801521057868204e-05 + 2.7557268276905696e-06 * near
    )
    high = 2.7620201591031547e-07 + 2.5100472505694996e-08 * near
    scale = float_of_bits(to_uint64(to_uint64(float_bits(shifted) + to_uint64(BIAS)) << to_uint64(MANTISSA_BITS)))
    beyond = (low + fourth * middle) + fourth * fourth * high
    return scale + scale * (rest + (square * beyond - less))


def log(number: float) -> float:
    """The natural logarithm of a number; minus infinity of 0, and not a number of a negative one."""
    if number > LARGEST:
        return number
    less = 0.0
    if not number >= SMALLEST_NORMAL:
        if not number > 0.0:
            return -math.inf if number == 0.0 else math.nan
        number, less = number * 2.0**54, 37.42994775023705  # 54 ln 2
    return log_of_normal(number) - less


def log_of_normal(number: float) -> float:
    """The natural logarithm of a number from ``SMALLEST_NORMAL`` to ``LARGEST``.

    The number is a power of 2 and a factor between the square roots of 1/2 and of 2, whose logarithm is FreeBSD's
    series in (factor - 1) / (factor + 1) (``e_log.c``, Sun Microsystems 1993; error below 1 unit in the last place).
    """
    bits = float_bits(number)
    power_of_2 = to_uint64(bits + to_uint64(ONE_BITS - SQRT_HALF_BITS)) >> to_uint64(MANTISSA_BITS)
    exponent = float_of_bits(power_of_2 | to_uint64(WHOLE_BITS)) - (WHOLE + BIAS)
    factor = float_of_bits(
        to_uint64(bits - to_uint64(to_uint64(power_of_2 - to_uint64(BIAS)) << to_uint64(MANTISSA_BITS)))
    )
    above = factor - 1.0
    ratio = above / (2.0 + above)
    square = ratio * ratio
    fourth = square * square
    odd = square * (
        (6.666666666666735130e-01 + 2.857142874366239149e-01 * fourth)
        + fourth * fourth * (1.818357216161805012e-01 + 1.479819860511658591e-01 * fourth)
    )
    even = fourth * (3.999999999940941908e-01 + fourth * (2.222219843214978396e-01 + fourth * 1.531383769920937332e-01))
    half_square = 0.5 * above * above
    return ratio * (half_square + (odd + even)) + exponent * LN2_LOW - half_square + above + exponent * LN2_HIGH


def power(base: float, exponent: float) -> float:
    """A number that is not negative to the power of another."""
    if exponent == 0.0:
        return 1.0
    return exp(exponent * log(base))


def exps(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """The exponentials of an array of numbers below ``FAR_EXP``; 0 for those below -``FAR_EXP``."""
    near = np.maximum(numbers, -FAR_EXP)
    shifted = near * LOG2_E + ROUNDER
    whole = shifted - ROUNDER
    inside = scaled_exp(shifted, near - whole * LN2_HIGH, whole * LN2_LOW)  # type: ignore[arg-type]  # arrays
    return np.where(numbers < -FAR_EXP, 0.0, inside)


def logs(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rule of ``log`` for an array of normal numbers above 0."""
    return np.asarray(log_of_normal(numbers))  # type: ignore[arg-type]  # arrays
