"""Random numbers as a pure function."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri
from scipy.stats import kstest

from plnsim.common import streams
from plnsim.common.elementary import WORD_MASK
from plnsim.common.errors import DeclarationError
from plnsim.common.streams import (
    STREAMS,
    normal_quantile,
    run_key,
    stream,
    stream_name,
    uniform,
    uniforms,
    week_key,
)

MANY = 200_000
KEY = week_key(run_key(1, 0), 1)
TEACHERS = np.arange(MANY)
NEARLY_UNRELATED = 4.5 / math.sqrt(MANY)
"""A correlation of unrelated numbers is that large once in a hundred thousand times."""

whole = st.integers(0, WORD_MASK)
u = st.floats(2.0**-53, 1.0 - 2.0**-53)


def correlation(first, second):
    return abs(np.corrcoef(first, second)[0, 1])


# --- the hash


def test_mixing_is_the_finaliser_of_splitmix64():
    """The first outputs of the published generator, started from 0."""
    golden = 0x9E3779B97F4A7C15
    outputs = [streams.mix64(step * golden & WORD_MASK) for step in (1, 2, 3)]
    assert outputs == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    assert golden == streams.GOLDEN_GAMMA


def test_mixing_loses_nothing():
    assert len({streams.mix64(number) for number in range(20_000)}) == 20_000


# --- draws


def test_the_same_arguments_always_give_the_same_number():
    assert uniform(KEY, 3, 4, 5) == uniform(KEY, 3, 4, 5)
    uniform(KEY, 7, 8)  # nothing is remembered in between
    assert uniform(KEY, 3, 4, 5) == uniform(KEY, 3, 4, 5)


def test_most_streams_are_drawn_from_once():
    assert uniform(KEY, stream("hours"), 4) == uniform(KEY, stream("hours"), 4, 0) == uniforms(KEY, "hours", [4])[0]


@settings(derandomize=True, deadline=None)
@given(whole, st.integers(0, 255), st.integers(0, 2**44 - 1), st.integers(0, 2**12 - 1))
def test_a_draw_lies_strictly_between_0_and_1(key, stream_id, entity_id, draw_index):
    assert 0.0 < uniform(key, stream_id, entity_id, draw_index) < 1.0


def test_the_smallest_and_the_largest_draw(monkeypatch):
    for bits, value in ((0, 2.0**-53), (WORD_MASK, 1.0 - 2.0**-53)):
        monkeypatch.setattr(streams, "mix64", lambda number, bits=bits: bits)
        assert uniform(0, 0, 0) == value


@pytest.mark.parametrize("stream_id", ["hours", "tie partner"])
@pytest.mark.parametrize("draw_index", [0, 1, 4095])
def test_arrays_and_single_draws_agree_to_the_bit(stream_id, draw_index):
    entity_id = np.concatenate([np.arange(500), 2**32 + np.arange(5), 2**44 - 1 - np.arange(5)])
    for key in (KEY, 0, WORD_MASK):
        together = uniforms(key, stream_id, entity_id, draw_index)
        assert together.tolist() == [uniform(key, stream(stream_id), int(single), draw_index) for single in entity_id]


def test_arrays_of_draw_indices_agree_to_the_bit():
    together = uniforms(KEY, "tie partner", np.arange(20)[:, None], np.arange(30))
    assert together.shape == (20, 30)
    assert together.tolist() == [
        [uniform(KEY, stream("tie partner"), entity_id, draw_index) for draw_index in range(30)]
        for entity_id in range(20)
    ]


def test_a_draw_by_hand():
    # entity 1, stream 2, draw index 3: counter 2^20 + 3 x 2^8 + 2; the generator's state is key + counter x golden
    counter = 2**20 + 3 * 2**8 + 2
    bits = streams.mix64((KEY + counter * 0x9E3779B97F4A7C15) % 2**64)
    assert uniform(KEY, 2, 1, 3) == (bits // 2**12 + 0.5) / 2**52


# --- keys


def test_without_a_draw_index_it_is_the_first():
    assert streams.random_word(5, 3, 7) == streams.random_word(5, 3, 7, 0)
    assert uniform(5, 3, 7) == uniform(5, 3, 7, 0)


def test_runs_with_neighbouring_seeds_or_replicates_have_keys_of_their_own():
    keys = {run_key(seed, replicate) for seed in range(200) for replicate in range(200)}
    assert len(keys) == 40_000


def test_seed_and_replicate_are_not_interchangeable():
    assert run_key(1, 2) != run_key(2, 1)


def test_a_seed_counts_by_its_lowest_64_bits():
    assert run_key(-1, 0) == run_key(WORD_MASK, 0)
    assert run_key(2**64 + 3, 0) == run_key(3, 0)


def test_weeks_have_keys_of_their_own():
    run = run_key(1, 0)
    keys = [week_key(run, week) for week in range(5000)]
    assert len(set(keys)) == 5000
    assert all(0 <= key <= WORD_MASK for key in keys)


def test_neighbouring_weeks_seeds_and_replicates_differ_in_half_of_their_bits():
    run = run_key(1, 0)
    for keys in (
        [week_key(run, week) for week in range(2000)],
        [run_key(seed, 0) for seed in range(2000)],
        [run_key(0, replicate) for replicate in range(2000)],
    ):
        differing = [(first ^ second).bit_count() for first, second in pairwise(keys)]
        assert np.mean(differing) == pytest.approx(32, abs=0.4)  # 4.5 standard errors: 4 / sqrt(2000) each


# --- streams


def test_streams_have_one_name_each_and_fit_into_a_byte():
    assert len(set(STREAMS)) == len(STREAMS) < 256


def test_streams_keep_their_numbers():
    """A new stream is added at the end, so that no draw of an old one changes."""
    assert [
        stream(name)
        for name in ("school size", "tie partner", "cross tie", "hours", "adopt", "head leaves", "dummy", "fit")
    ] == [0, 20, 24, 25, 31, 34, 49, 94]


def test_a_slip_in_the_name_of_a_stream_is_refused():
    with pytest.raises(DeclarationError, match="there is no stream 'hour'; did you mean 'hours'"):
        stream("hour")


def test_a_new_stream_has_a_number_of_its_own_that_follows_from_its_name_alone(monkeypatch):
    monkeypatch.setattr(streams, "_NAMED", {})
    number = stream("lottery")
    assert len(STREAMS) <= number < 256 and number == stream("lottery") != stream("pollination")
    assert stream_name(number) == "lottery" and stream_name(stream("hours")) == "hours"


def test_two_new_streams_with_one_number_are_refused(monkeypatch):
    monkeypatch.setattr(streams, "_NAMED", {})  # whatever other streams this process has made
    with pytest.raises(DeclarationError, match="has the number of"):
        for number in range(257):
            stream(f"lottery {number}")


# --- evenness and independence


@pytest.mark.parametrize("stream_id", ["hours", "adopt", "use", "mobilise"])
@pytest.mark.parametrize("seed", [1, 2])
def test_draws_are_even(stream_id, seed):
    draws = uniforms(week_key(run_key(seed, 0), 1), stream_id, TEACHERS)
    assert kstest(draws, "uniform").pvalue > 1e-3


def test_draws_of_one_teacher_over_many_weeks_are_even():
    run = run_key(1, 0)
    draws = [uniform(week_key(run, week), stream("hours"), 17) for week in range(MANY // 2)]
    assert kstest(draws, "uniform").pvalue > 1e-3


def test_draws_over_replicates_are_even():
    draws = [uniform(week_key(run_key(1, replicate), 1), stream("hours"), 17) for replicate in range(MANY // 4)]
    assert kstest(draws, "uniform").pvalue > 1e-3


def of(seed=1, replicate=0, week=1, stream_id="hours", entity_id=TEACHERS, draw_index=0):
    return uniforms(week_key(run_key(seed, replicate), week), stream_id, entity_id, draw_index)


@pytest.mark.parametrize(
    "changed",
    [
        {"stream_id": "mobilise"},
        {"stream_id": "reached"},
        {"week": 2},
        {"week": 40},
        {"seed": 2},
        {"replicate": 1},
        {"seed": 0, "replicate": 1},
        {"entity_id": TEACHERS + 1},
        {"entity_id": TEACHERS + 1000},
        {"draw_index": 1},
    ],
)
def test_whatever_changes_the_draws_are_unrelated(changed):
    assert correlation(of(), of(**changed)) < NEARLY_UNRELATED


def test_neighbouring_streams_are_unrelated():
    draws = [of(stream_id=stream_id) for stream_id in STREAMS]
    assert max(correlation(first, second) for first, second in pairwise(draws)) < NEARLY_UNRELATED


# --- the normal quantile


def test_the_quantile_agrees_with_scipy():
    shares = np.concatenate(
        [np.linspace(1e-6, 1 - 1e-6, 100_001), np.logspace(-15.9, -1, 20_000), 1 - np.logspace(-15, -1, 20_000)]
    )
    ours, theirs = np.array([normal_quantile(share) for share in shares.tolist()]), ndtri(shares)
    assert np.all(np.abs(ours - theirs) <= 2e-9 * np.abs(theirs) + 1e-15)


def test_the_quantile_by_heart():
    assert normal_quantile(0.5) == 0.0
    assert normal_quantile(0.975) == pytest.approx(1.959963984540054, rel=2e-9)
    assert normal_quantile(0.8413447460685429) == pytest.approx(1.0, rel=2e-9)


def test_the_quantile_never_falls_not_even_where_its_pieces_meet():
    even = np.linspace(1e-9, 1 - 1e-9, 200_001)
    joints = [joint + step for joint in (0.02425, 1 - 0.02425) for step in np.linspace(-1e-8, 1e-8, 20_001)]
    shares = np.unique(np.concatenate([even, joints]))
    assert np.all(np.diff([normal_quantile(share) for share in shares.tolist()]) > 0)


@pytest.mark.parametrize("share", [1e-12, 0.001, 0.02425, 0.2, 0.5, 0.8, 1 - 0.02425, 0.999, 1 - 1e-12])
def test_between_neighbouring_draws_the_quantile_falls_by_no_more_than_rounding(share):
    middle = int(share * 2**52)
    quantiles = [normal_quantile((step + 0.5) * 2.0**-52) for step in range(middle - 1000, middle + 1000)]
    assert np.diff(quantiles).min() >= -2e-12
    assert quantiles[-1] - quantiles[0] >= -2e-12


def test_the_quantile_is_finite_at_the_smallest_and_largest_draw():
    assert normal_quantile(2.0**-53) == pytest.approx(ndtri(2.0**-53), rel=2e-9)
    assert normal_quantile(1.0 - 2.0**-53) == pytest.approx(ndtri(1.0 - 2.0**-53), rel=2e-9)


# --- spread


def test_a_lognormal_factor_by_hand():
    assert streams.lognormal(0.0, 0.3) == 1.0
    assert streams.lognormal(0.5, 0.5) == pytest.approx(0.8824969025845955, rel=1e-12)  # e^-0.125
    assert streams.lognormal(0.5, 0.8413447460685429) == pytest.approx(1.4549914146182013, rel=1e-8)  # e^(0.5 - 0.125)


def test_a_lognormal_factor_has_mean_1():
    assert np.mean(streams.lognormals(0.6, (TEACHERS + 0.5) / MANY)) == pytest.approx(1.0, abs=1e-4)


def test_a_logit_normal_share_by_hand():
    assert streams.logit_normal(0.3, 0.8, 0.5) == pytest.approx(0.3, rel=1e-12)
    # odds of 1/2 are 1, one spread of 1 above: e to 1
    assert streams.logit_normal(0.5, 1.0, 0.8413447460685429) == pytest.approx(0.7310585786300049, rel=1e-8)
    assert streams.logit_normal(0.3, 0.0, 0.9) == pytest.approx(0.3, rel=1e-12)


@pytest.mark.parametrize("middle", [0.0, 1.0])
def test_a_middle_at_the_limit_leaves_no_room(middle):
    assert streams.logit_normal(middle, 0.8, 0.9) == middle
    assert streams.logit_normals(middle, 0.8, np.array([0.1, 0.9])).tolist() == [middle, middle]


@pytest.mark.parametrize(("middle", "share"), [(-0.5, 0.0), (1.5, 1.0)])
def test_a_middle_beyond_the_limits_counts_as_the_limit(middle, share):
    assert streams.logit_normal(middle, 0.8, 0.5) == share


@settings(derandomize=True, deadline=None)
@given(st.floats(1e-6, 1 - 1e-6), st.floats(0.0, 3.0), u)
def test_logit_normal_shares_stay_shares_and_agree_for_one_and_for_many(middle, spread, where):
    single = streams.logit_normal(middle, spread, where)
    assert 0.0 <= single <= 1.0
    assert single == pytest.approx(streams.logit_normals(middle, spread, np.array([where]))[0], rel=1e-7, abs=1e-8)


@settings(derandomize=True, deadline=None)
@given(st.floats(0.0, 2.0), u)
def test_lognormal_factors_agree_for_one_and_for_many(spread, where):
    single = streams.lognormal(spread, where)
    assert single > 0.0
    assert single == pytest.approx(streams.lognormals(spread, np.array([where]))[0], rel=1e-7)


def test_likely_draws_agree_within_1e_8_for_one_and_for_many():
    where = np.linspace(0.001, 0.999, 999)
    for spread in (0.35, 0.8):
        assert np.allclose(
            [streams.lognormal(spread, u) for u in where], streams.lognormals(spread, where), rtol=1e-8, atol=0
        )
        assert np.allclose(
            [streams.logit_normal(0.3, spread, u) for u in where],
            streams.logit_normals(0.3, spread, where),
            rtol=0,
            atol=1e-8,
        )


@settings(derandomize=True, deadline=None)
@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.floats(0.0, 3.0), u, u)
def test_a_higher_middle_and_a_higher_draw_never_give_less(low, high, spread, less, more):
    (low, high), (less, more) = sorted((low, high)), sorted((less, more))
    assert streams.logit_normal(low, spread, less) <= streams.logit_normal(high, spread, less) + 1e-15
    assert streams.logit_normal(low, spread, less) <= streams.logit_normal(low, spread, more) + 1e-15
    assert streams.lognormal(spread, less) <= streams.lognormal(spread, more) * (1 + 1e-15)


@pytest.mark.parametrize(("value", "within"), [(-0.2, 0.0), (0.0, 0.0), (0.3, 0.3), (1.0, 1.0), (1.7, 1.0)])
def test_a_share_is_cut_to_its_range(value, within):
    assert streams.clip_share(value) == within
