"""Chance (8)."""

import math

from plnsim.common.elementary import LOG2_E, exp, exp2, log

WORD_MASK = 0xFFFFFFFFFFFFFFFF
GOLDEN_GAMMA = 0x9E3779B97F4A7C15
FIRST_MULTIPLIER = 0xBF58476D1CE4E5B9
SECOND_MULTIPLIER = 0x94D049BB133111EB


def mix64(bits):
    """Mixes a 64-bit word so that every bit of the result depends on every bit given (the finaliser of SplitMix64)."""
    bits = (bits ^ (bits >> 30)) * FIRST_MULTIPLIER & WORD_MASK
    bits = (bits ^ (bits >> 27)) * SECOND_MULTIPLIER & WORD_MASK
    return bits ^ (bits >> 31)


def run_key(seed, replicate):
    """Gives the key of a run."""
    of_seed = mix64((seed & WORD_MASK) + GOLDEN_GAMMA & WORD_MASK)
    of_replicate = mix64((replicate & WORD_MASK) * SECOND_MULTIPLIER + FIRST_MULTIPLIER & WORD_MASK)
    return mix64(of_seed ^ of_replicate)


def week_key(run, week):
    """Gives the key of a week of a run; the starting world is week 0, the first simulated week is week 1."""
    return mix64(run + week * GOLDEN_GAMMA & WORD_MASK)


def random_word(key, stream, entity_id, draw_index=0):
    """Gives the 64 random bits of a stream for one teacher, school or network."""
    counter = (entity_id & WORD_MASK) << 20 | draw_index << 8 | stream
    return mix64(key + counter * GOLDEN_GAMMA & WORD_MASK)


def uniform(key, stream, entity_id, draw_index=0):
    """Gives the uniform number strictly between 0 and 1 of a stream for one teacher, school or network."""
    return ((random_word(key, stream, entity_id, draw_index) >> 12) + 0.5) * 2.0**-52


def tail_quantile(q):
    """Gives Acklam's approximation of the lower tail of the normal quantile, from q = sqrt(-2 log share)."""
    s = q * q
    above = (2.938163982698783e00 + 4.374664141464968e00 * q) - s * (2.549732539343734e00 + 2.400758277161838e00 * q)
    above = above - s * s * (3.223964580411365e-01 + 7.784894002430293e-03 * q)
    below = (1.0 + 3.754408661907416e00 * q) + s * (2.445134137142996e00 + 3.224671290700398e-01 * q)
    return above / (below + s * s * 7.784695709041462e-03)


def normal_quantile(share):
    """Gives the value below which a share of a standard normal distribution lies."""
    if share < 0.02425:
        return tail_quantile(math.sqrt(-2.0 * log(share)))
    if 1.0 - share < 0.02425:
        return -tail_quantile(math.sqrt(-2.0 * log(1.0 - share)))
    q = share - 0.5
    r = q * q
    s = r * r
    above = (2.506628277459239e00 - 3.066479806614716e01 * r) + s * (1.383577518672690e02 - 2.759285104469687e02 * r)
    above = above + s * s * (2.209460984245205e02 - 3.969683028665376e01 * r)
    below = (1.0 - 1.328068155288572e01 * r) + s * (6.680131188771972e01 - 1.556989798598866e02 * r)
    below = below + s * s * (1.615858368580409e02 - 5.447609879822406e01 * r)
    return q * above / below


def lognormal(spread, u):
    """Gives the lognormal factor of mean 1 at a uniform number."""
    of_two = LOG2_E * spread
    return exp2(of_two * normal_quantile(u) - 0.5 / LOG2_E * of_two * of_two)


def logit_normal(middle, spread, u):
    """Gives the logit-normal share around a middle at a uniform number."""
    if middle <= 0.0 or middle >= 1.0:
        return clip_share(middle)
    return 1.0 / (1.0 + (1.0 - middle) / middle * exp(-spread * normal_quantile(u)))


def clip_share(value):
    """Cuts a value to the range 0..1."""
    return min(1.0, max(0.0, value))
