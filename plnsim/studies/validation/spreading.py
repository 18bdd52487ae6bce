"""Patterns of spread between colleagues, schools and a whole system (V7, V8, V14 to V16, V18)."""

from __future__ import annotations

import numpy as np

from plnsim.studies.validation import people
from plnsim.studies.validation.pattern import JUDGED, SIGN, SPREAD, Arm, Arms, Clause, Figure, Pattern, Ratio
from plnsim.studies.validation.statistics import (
    bass,
    benefit_of,
    difference,
    straightness,
    yearly,
)
from plnsim.studies.validation.structure import cross_density, density, mean_degree, new_at_school, reciprocity, tenure
from plnsim.studies.validation.trials import PUPILS

NO_PROGRAMME = {"programme.participation": 0.0, "turnover.rate": 0.0}
WEEKLY_ADVICE = {**NO_PROGRAMME, "advice.ask": 1.0}
EVERYBODY = np.arange(people.SCHOOLS * people.STAFF)
TOOLKIT = {
    "population.schools": 60,
    "programme.participation": 0.0,
    "programme.support_years": 7.0,
    "programme.follow_up_years": 0.0,
    "mobilisation.mailing": 0.05,
    "policy.push": 0.0,
}
"""A free toolkit that reaches every teacher about twice a year, for seven years."""
OBSERVED = {
    "population.schools": 20,
    "population.secondary_share": 1.0,
    "population.first_users": 1.0,
    "learning.first_knowledge_low": 0.3,
    "learning.first_knowledge_high": 0.7,
    "programme.participation": 0.0,
}
"""Secondary schools in which everybody teaches by the practice, some better than others."""
USE = yearly("users", "staff")


def _benefit_difference(posts: np.ndarray, more: str, less: str) -> Figure:
    def gain(arms: Arms) -> float:
        return benefit_of(arms[more], posts) - benefit_of(arms[less], posts)

    return gain


def _peers_in_relation(own: str, others: str, base: str) -> Ratio:
    """What peers who are one SD better add to a teacher's pupils, in relation to what one SD of her own does."""
    over, under = _benefit_difference(people.FOCAL, others, base), _benefit_difference(people.FOCAL, own, base)
    return lambda arms: (over(arms), under(arms))


def peers(own: float = 0.0, others: float = 0.0, middle: float = people.MIDDLE) -> Arm:
    return Arm(values=NO_PROGRAMME, years=1, people=lambda: people.peers(own, others, middle))


PATTERNS = (
    Pattern(
        "V7",
        "A teacher of little skill who works with a skilled colleague for a year moves her pupils by 0.12 SD; the gain "
        "stays",
        ("papay-2020",),
        arms={
            "pairs": Arm(values=WEEKLY_ADVICE, years=1, people=people.pairs),
            "none": Arm(values=WEEKLY_ADVICE, years=1, people=people.no_pairs),
            "pairs later": Arm(values=WEEKLY_ADVICE, years=2, people=people.pairs),
            "none later": Arm(values=WEEKLY_ADVICE, years=2, people=people.no_pairs),
        },
        clauses=(
            Clause(
                "pupils of the less skilled",
                _benefit_difference(people.TARGETS, "pairs", "none"),
                0.08,
                0.16,
                PUPILS,
                SPREAD,
                broken={"advice.transfer": 0.0},
            ),
            Clause(
                "pupils of the school",
                _benefit_difference(EVERYBODY, "pairs", "none"),
                0.03,
                0.08,
                PUPILS,
                SPREAD,
                broken={"advice.transfer": 0.0},
            ),
            Clause(
                "gain a year later against the gain",
                lambda arms: (
                    _benefit_difference(people.TARGETS, "pairs later", "none later")(arms),
                    _benefit_difference(people.TARGETS, "pairs", "none")(arms),
                ),
                0.9,
                2.0,
                "ratio",
                SIGN,
                broken={"advice.transfer": 0.0},
            ),
        ),
        missed="a part that is put into use lapses again before it has become a habit (`application.lapse`), and "
        "others follow slowly (`application.extension`), so that a year with a skilled colleague moves "
        "little and leaves less",
    ),
    Pattern(
        "peer observation",
        "Teachers who watch each other's lessons move their pupils by 0.07 SD in two years; twice as many lessons do "
        "no more",
        ("burgess-2021",),
        arms={
            name: Arm(values={**OBSERVED, "observation.lessons": lessons}, years=2)
            for name, lessons in (("none", 0.0), ("some", 3.0), ("double", 6.0))
        },
        clauses=(
            Clause(
                "pupils",
                difference("pupil_effect", "some", "none"),
                0.03,
                0.11,
                PUPILS,
                JUDGED,
                broken={"observation.taken_in": 0.0},
            ),
            Clause(
                "twice as many lessons",
                lambda arms: (
                    difference("pupil_effect", "double", "none")(arms),
                    difference("pupil_effect", "some", "none")(arms),
                ),
                0.75,
                1.25,
                "ratio",
                JUDGED,
                broken={"observation.taken_in": 0.0},
            ),
        ),
        note="three or six lessons a year",
        missed="a lesson takes hours of both (`observation.hours`) and puts into use what lapses again "
        "(`application.lapse`), so that watching gains nothing",
    ),
    Pattern(
        "V8",
        "Peers who are one SD better add about a third of what one SD of a teacher's own quality does, more for "
        "beginners",
        ("jackson-bruegmann-2009",),
        arms={
            "base": peers(),
            "own": peers(own=1.0),
            "peers": peers(others=1.0),
            "novice": peers(middle=0.15),
            "novice with better peers": peers(middle=0.15, others=1.0),
        },
        clauses=(
            Clause(
                "peers in relation to own",
                _peers_in_relation("own", "peers", "base"),
                0.2,
                0.5,
                "ratio",
                SPREAD,
                broken={"advice.transfer": 0.0},
            ),
            Clause(
                "more for a beginner",
                lambda arms: (
                    _benefit_difference(people.FOCAL, "novice with better peers", "novice")(arms)
                    - _benefit_difference(people.FOCAL, "peers", "base")(arms)
                ),
                0.0,
                0.1,
                PUPILS,
                SIGN,
                broken={"advice.transfer": 0.0},
            ),
        ),
        missed="colleagues pass on so much in a year of advice (`advice.transfer`) that they do more than half of "
        "what a teacher's own knowledge does, and a beginner gains from them no more than others",
    ),
    Pattern(
        "V14",
        "A funded system of hubs reaches half to two thirds of schools in ten years, a voluntary one a tenth in eight, "
        "paid membership two thirds to three quarters in three, then a plateau",
        ("maths-hubs", "leerkracht", "kahui-ako"),
        untestable="schools decide on joining, by evidence, leadership and neighbours who take part, but the seats "
        "that they can take are laid out at the start, and nothing tells a paid membership from a free one. Networks "
        "that are founded as schools ask for them would make this a test",
    ),
    Pattern(
        "V15",
        "Use of a free toolkit grows slowly and nearly in a straight line: 4 % of teachers after a year, 23 % after "
        "seven",
        ("sutton-trust-2018",),
        arms={"it": Arm(values=TOOLKIT)},
        clauses=(
            Clause("teachers after seven years", lambda arms: float(USE(arms)[-1]), 0.15, 0.30, range_from=SPREAD),
            Clause("variance that a straight line explains", straightness(USE), 0.85, 1.0),
            Clause("innovation (Bass p)", lambda arms: bass(USE)(arms)[0], 0.005, 0.07, "per year", SPREAD),
            Clause("imitation (Bass q)", lambda arms: bass(USE)(arms)[1], 0.0, 0.30, "per year", SPREAD),
        ),
        note="the ratio of leaders to teachers cannot be tested: leaders back a practice here, they do not use one",
        missed="information carries so little that few who take it up so see a benefit, and without colleagues in "
        "a network they give it up again; a toolkit that is consulted again and again is a better source "
        "than the model's mailing",
    ),
    Pattern(
        "V16",
        "Teachers turn to three to six colleagues whatever the size of the school; small teams are dense and mutual, "
        "leaders of many schools are not",
        ("de-jong", "daly-carolan"),
        arms={
            "it": Arm(years=0.1),
            "large": Arm(values={"population.secondary_share": 1.0, "population.secondary_staff": 110.0}, years=0.1),
            "team": Arm(
                values={
                    "population.secondary_share": 0.0,
                    "population.primary_staff": 11.0,
                    "population.staff_spread": 0.0,
                },
                years=0.1,
            ),
            "leaders": Arm(
                values={
                    "population.schools": 43,
                    "programme.participation": 1.0,
                    "programme.delegates": 1,
                    "programme.topology": "random",
                },
                years=0.1,
            ),
        },
        clauses=(
            Clause("colleagues turned to", mean_degree, 3.0, 6.0, "ties", SPREAD, broken={"ties.advice": 1.0}),
            Clause(
                "colleagues turned to, schools of 110",
                lambda arms: mean_degree(arms, "large"),
                3.0,
                6.0,
                "ties",
                SPREAD,
                broken={"ties.advice": 1.0},
            ),
            Clause(
                "density in teams of 11", density("team"), 0.41, 0.86, range_from=SPREAD, broken={"ties.advice": 1.0}
            ),
            Clause(
                "reciprocity in teams of 11",
                reciprocity("advice", "team"),
                0.42,
                0.86,
                range_from=SPREAD,
                broken={"ties.reciprocity": 0.0, "ties.advice": 1.0},
            ),
            Clause(
                "density among 43 leaders",
                lambda arms: cross_density(arms, "leaders"),
                0.05,
                0.12,
                broken={"programme.cross_ties": 1.0},
            ),
            Clause(
                "reciprocity among 43 leaders",
                reciprocity("cross", "leaders"),
                0.45,
                0.65,
                broken={"programme.participation": 0.0},
            ),
        ),
        note="who is most central and ties online cannot be tested: heads are no teachers here, and being online "
        "scales an exchange, not its ties",
        missed="ties across schools are all mutual here: whoever is tied is tied both ways. Ties of one direction,"
        " returned with `ties.reciprocity`, would mend it; the density of a team follows from `ties.advice`",
    ),
    Pattern(
        "V18",
        "A sixth of teachers leave their school in a year; a fifth have been there for less than two years, half for "
        "less than five, a fifth for ten or more",
        ("nces-2022", "allen-burgess-2012"),
        arms={"it": Arm(years=10, values={"population.schools": 80})},
        clauses=(
            Clause("leave in a year", new_at_school, 0.12, 0.18, range_from=SPREAD, broken={"turnover.rate": 0.4}),
            Clause("less than 2 years", tenure(0, 2), 0.17, 0.30, range_from=SPREAD, broken={"turnover.rate": 0.4}),
            Clause("less than 5 years", tenure(0, 5), 0.45, 0.60, range_from=SPREAD, broken={"turnover.rate": 0.4}),
            Clause("10 years or more", tenure(10, 99), 0.12, 0.25, range_from=JUDGED, broken={"turnover.rate": 0.4}),
        ),
    ),
)
