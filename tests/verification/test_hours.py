"""L18: hours are given once: what teachers have is what they give and have left, what they owe is what meetings take;
and who has not the hours for meetings comes as often as an enumeration says.
"""

import numpy as np
import pytest

from plnsim.simulation.engine.counts import COUNT_NAMES
from tests.simulation.test_engines import assert_engines_agree
from tests.support.runs import FULL_SUITE, finish_run
from tests.verification.limits import scenario_from_files

OWN, COVER, MEETING, APART, MILLION = 1.0, 0.3, 2.5, 60.0, 1_000_000
STEADY = {
    "conditions.time_shift": 0.0,
    "time.hours": OWN,
    "time.cover": COVER,
    "time.facilitation": 0.0,
    "time.routine_hours": 0.0,
    "time.disadvantage_gradient": 0.0,
    "time.weekly_spread": 0.0,
    "meeting.hours": MEETING,
    "meeting.in_person": 0.6,
    "programme.support_years": 1.0,
    "renewal.rule": "always",
}
"""Everybody has one hour in every week, and members three tenths of an hour of cover in the first year."""
TAKES = MEETING + 0.6 * APART / 60  # there and back to the middle: an hour of travel in all


def pairs(folder, networks: int, values: dict, weeks: int):
    """Networks of two schools, an hour of travel apart, of five teachers each of whom two have seats."""
    schools = [(f"{number}{side}", 5, east, 0) for number in range(networks) for side, east in (("a", 0), ("b", APART))]
    return scenario_from_files(
        folder,
        STEADY | values,
        weeks,
        schools=("school,teachers,east,north", schools),
        networks=("network,school,delegates", [(name[:-1], name, 2) for name, *_ in schools]),
    )


BUSY = {
    "population.first_users": 0.5,
    "learning.first_knowledge_low": 0.1,
    "learning.first_knowledge_high": 0.5,
    "inquiry.facilitation": 0.7,
    "inquiry.sharing": 0.8,
    "advice.ask": 0.6,
    "advice.transfer": 0.05,
    "advice.hours": 0.1,
    "ties.pattern": "complete",
    "mobilisation.sharing_hours": 0.25,
    "mobilisation.information_rate": 0.03,
    "time.stand_in": 0.3,
    "meeting.a_year": 13.0,
}
"""Members meet and share, colleagues ask and help, and staff stand in."""


def totals(done, name: str) -> np.ndarray:
    """A count week by week, of all schools; hours are whole millionths."""
    return done.counts.series[:, :, COUNT_NAMES.index(name)].sum(axis=1)


@pytest.mark.parametrize(("stand_in", "leaving"), [(0.0, 0.0), (0.3, 0.0), (0.3, 0.3)])
def test_hours_had_are_hours_given_and_left_to_the_millionth(case, tmp_path, stand_in, leaving):
    """Also in the weeks at whose end members leave."""
    values = BUSY | {"time.stand_in": stand_in, "turnover.rate": leaving}
    scenario = pairs(tmp_path, 50 if FULL_SUITE else 10, values, 78)
    done = finish_run(scenario)
    had = MILLION * OWN * totals(done, "staff") + MILLION * COVER * totals(done, "covered")
    given = totals(done, "network_hours") + totals(done, "colleague_hours")
    left = totals(done, "hours_left")
    case.agrees("millionths of an hour that all have in a week, worst of 78", given + left, had, within=0.0)
    busy = all(totals(done, name).sum() > 0 for name in ("network_hours", "colleague_hours", "mobilising"))
    ends = had[0] == had[38] > had[39]
    case.holds("hours go all ways, and support ends on the way", busy and ends, "they do", "they do")
    assert_engines_agree(pairs(tmp_path, 2, values, 45))


def test_what_is_owed_is_what_meetings_took_less_what_was_given(case, tmp_path):
    done = finish_run(pairs(tmp_path, 20, BUSY, 78))
    came, given = totals(done, "attended").sum(), totals(done, "network_hours").sum()
    owed = done.world.teachers["owed"].sum()
    case.agrees("millionths of an hour given and owed", given + owed, round(MILLION * TAKES) * came, within=0.0)


def test_standing_in_takes_of_the_staff_what_was_given_without_cover(case, tmp_path):
    values = BUSY | {"advice.hours": 0.0, "mobilisation.sharing_hours": 0.0}
    done = finish_run(pairs(tmp_path, 20, values, 78))
    uncovered, stood_in = totals(done, "uncovered_hours"), totals(done, "colleague_hours")
    most_first = np.argsort(-uncovered[:-1])
    case.agrees(
        "millionths of an hour of standing in, worst of 77 weeks",
        stood_in[1:][most_first],
        0.3 * uncovered[:-1][most_first],
        within=0.5 * 200,  # each of 200 teachers rounds to a millionth
    )
    case.holds("there is something to stand in for", bool(uncovered.any()), "there is", "there is")


# -- who has not the hours


def comes(takes: float, gives: float, weeks_between: int, weeks: int) -> list[float]:
    """The share of members who come to each meeting: all amounts that one may owe, with their chances."""
    whole, week_gives = round(takes * MILLION), round(gives * MILLION)
    chances, shares = {0: 1.0}, []
    for week in range(weeks):
        chances = pooled((owed - min(owed, week_gives), chance) for owed, chance in chances.items())
        if (week + 1) % weeks_between == 0:
            came = {owed: chance * max(0.0, 1 - owed / whole) for owed, chance in chances.items()}
            shares.append(sum(came.values()))
            stays_away = ((owed, chance - came[owed]) for owed, chance in chances.items())
            chances = pooled([*((owed + whole, chance) for owed, chance in came.items()), *stays_away])
    return shares


def pooled(pairs_of_both) -> dict[int, float]:
    """Chances by amount, those of one amount summed up."""
    chances: dict[int, float] = {}
    for owed, chance in pairs_of_both:
        chances[owed] = chances.get(owed, 0.0) + chance
    return chances


@pytest.mark.parametrize(("most", "weeks_between"), [(0.25, 3), (0.5, 1), (0.1, 13), (1.0, 3)])
def test_who_has_not_the_hours_comes_as_often_as_an_enumeration_says(case, tmp_path, most, weeks_between):
    networks, weeks = (2500, 117) if FULL_SUITE else (250, 78)
    values = {
        "time.cover": 0.0,
        "time.stand_in": 0.0,
        "time.most_for_meetings": most,
        "meeting.a_year": 39 / weeks_between,
        "programme.support_years": 3.0,
        "inquiry.facilitation": 0.7,
    }
    done = finish_run(pairs(tmp_path, networks, values, weeks))
    seen = totals(done, "attended")[weeks_between - 1 :: weeks_between] / (4 * networks)
    expected = np.array(comes(TAKES, most * OWN, weeks_between, weeks))
    error = np.sqrt(expected * (1 - expected) / (4 * networks))
    case.agrees(
        f"share of members who come, {most} of {OWN} hours a week, {TAKES} every {weeks_between} weeks",
        seen,
        expected,
        error=np.maximum(error, 1e-9),
    )
    axes = case.panel("Who has not the hours", "meeting", "share of members who come")
    axes.plot(np.arange(1, len(expected) + 1), expected, label="enumerated")
    axes.plot(np.arange(1, len(seen) + 1), seen, "o", label="plnsim")
