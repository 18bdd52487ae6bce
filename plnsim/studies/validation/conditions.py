"""Patterns of conditions: time, leadership, awareness, roles, mode, and who benefits (V19)."""

from __future__ import annotations

from plnsim.common.streams import logit_normal
from plnsim.model.measure import BARRIERS
from plnsim.model.values import number_of
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.validation.pattern import JUDGED, SIGN, SPREAD, Arm, Clause, Pattern
from plnsim.studies.validation.statistics import difference, enough_time, lead_of, member_gain, of, relation

AMPLE = {"time.hours": 2.0}
"""Two hours a week, the most that whole-school programmes ask of all teachers (leerKRACHT): more of them add little."""
ONE_SD_UP = 0.8413447460685429
"""Where one standard deviation above the middle falls in a normal distribution."""


def _strong_leadership(share: float) -> dict[str, float]:
    """Vision and support one standard deviation (between schools) above their middle, and ample time."""
    defaults = MODEL_PARAMETERS.defaults()
    spread = number_of(defaults, "leadership.spread")
    higher = {
        name: logit_normal(number_of(defaults, name), spread, share)
        for name in ("leadership.vision", "leadership.support")
    }
    return {**AMPLE, **higher}


PATTERNS = (
    Pattern(
        "V19",
        "Those who do not take it up name time; yet where there is enough of it, twice the time gains less than "
        "leaders' vision and support",
        ("brown-poortman-2020",),
        arms={
            "it": Arm(),
            "ample": Arm(values=AMPLE),
            "twice": Arm(values={"time.hours": 4.0}),
            "led": Arm(values=_strong_leadership(ONE_SD_UP)),
        },
        clauses=(
            Clause("name time", of("names_time"), 0.50, 1.0, range_from=JUDGED, broken={"time.hours": 5.0}),
            Clause(
                "gain from leadership above that from time",
                lambda arms: (
                    difference("deep_use", "led", "ample")(arms) - difference("deep_use", "twice", "ample")(arms)
                ),
                0.0,
                1.0,
                range_from=SIGN,
            ),
        ),
        missed="teachers name whatever is scarcest, without any bias for time (`barrier.salience_of_time` is 0),"
        " and at the default hours leadership is scarcer than time",
    ),
    Pattern(
        "leadership among the first",
        "Of what schools can change leadership is among the most important for sustaining",
        ("brown-poortman-2020",),
        arms={
            "plain": Arm(),
            **{condition: Arm(values={f"conditions.{condition}_shift": 0.3}) for condition in BARRIERS},
        },
        clauses=(Clause("gain above the least of the others", lead_of("leadership"), 0.0, 1.0, range_from=SIGN),),
    ),
    Pattern(
        "enough time",
        "Three in ten teachers have enough time to work with colleagues",
        ("johnston-tsai-2018",),
        arms={"it": Arm(years=3)},
        clauses=(
            Clause("teachers with enough time", enough_time, 0.20, 0.60, range_from=SPREAD, broken={"time.hours": 0.1}),
        ),
        missed="hours at the default (`time.hours`) are fewer than what is needed by a teacher who is new to the "
        "practice",
    ),
    Pattern(
        "aware brokers",
        "Members who know that they are brokers bring more of it home",
        ("jesacher-rossler-2021", "brown-poortman-2021"),
        arms={
            "it": Arm(values={"mobilisation.awareness": 0.8, "programme.follow_up_years": 0.0}),
            "less": Arm(values={"mobilisation.awareness": 0.2, "programme.follow_up_years": 0.0}),
        },
        clauses=(
            Clause(
                "colleagues who have tried it",
                relation("home_tried", "it", "less"),
                1.1,
                10.0,
                "ratio",
                SIGN,
                broken={"mobilisation.information_rate": 0.0, "advice.transfer": 0.0},
            ),
            Clause(
                "colleagues using it",
                relation("home_use", "it", "less"),
                1.1,
                10.0,
                "ratio",
                SIGN,
                broken={"mobilisation.information_rate": 0.0, "advice.transfer": 0.0},
            ),
        ),
    ),
    Pattern(
        "formal role",
        "Those with a formal role are not the best brokers by that",
        ("rodway-2021",),
        arms={
            "it": Arm(values={"mobilisation.formal_share": 1.0, "programme.follow_up_years": 0.0}),
            "none": Arm(values={"mobilisation.formal_share": 0.0, "programme.follow_up_years": 0.0}),
        },
        clauses=(
            Clause(
                "home use, all formal against none",
                relation("home_use", "it", "none"),
                0.4,
                1.1,
                "ratio",
                SIGN,
                broken={"mobilisation.information_rate": 0.0, "advice.transfer": 0.0},
            ),
        ),
    ),
    Pattern(
        "in person and online",
        "Meeting in person part of the time serves better than online alone",
        ("tulowitzki-2021",),
        arms={
            "it": Arm(
                values={"meeting.in_person": 0.5, "programme.support_years": 1.0, "programme.follow_up_years": 0.0}
            ),
            "online": Arm(
                values={"meeting.in_person": 0.0, "programme.support_years": 1.0, "programme.follow_up_years": 0.0}
            ),
        },
        clauses=(
            Clause(
                "practice of members",
                lambda arms: (member_gain(arms, "it"), member_gain(arms, "online")),
                1.02,
                2.0,
                "ratio",
                SIGN,
                broken={"meeting.online_worth": 1.0, "meeting.first_trust": 1.0},
            ),
        ),
    ),
    Pattern(
        "who benefits",
        "Networks can serve the disadvantaged more or less than others: +2 months in primary, -2 in secondary schools",
        ("eef-challenge-the-gap", "van-geel-2016"),
        arms={"any": Arm(), "disadvantaged first": Arm(values={"programme.reach": "disadvantaged first"})},
        clauses=(
            Clause("gap, any schools", of("equity_gap", "any"), 0.0, 0.2, "SD of pupils", SIGN),
            Clause(
                "gap, disadvantaged first", of("equity_gap", "disadvantaged first"), -0.2, 0.0, "SD of pupils", SIGN
            ),
        ),
    ),
)
