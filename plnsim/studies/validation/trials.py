"""Patterns of trials: what programmes of a known design achieved (V1 to V5), and what followed from single features of
them.
"""

from __future__ import annotations

from plnsim.common.parameter import Value
from plnsim.studies.validation.pattern import JUDGED, PUBLISHED, SIGN, SPREAD, Arm, Clause, Pattern
from plnsim.studies.validation.statistics import (
    hardly_touched,
    leadership_and_practice,
    mean_over,
    member_gain,
    of,
    relation,
    spread_of_effect,
    staff_gain,
)
from plnsim.studies.validation.structure import champions_left

PUPILS, PRACTICE = "SD of pupils", "SD of practice"
COACHED = {
    "population.schools": 6,
    "population.secondary_share": 0.0,
    "programme.participation": 1.0,
    "programme.schools_a_network": 1.0,
    "programme.schools_at_most": 1,
    "programme.delegates": 100,
    "programme.support_years": 1.0,
    "programme.follow_up_years": 0.0,
    "meeting.a_year": 19.5,
    "meeting.in_person": 1.0,
    "time.cover": 1.2,
    "inquiry.facilitation": 0.9,
    "practice.potency": 1.0,
    "practice.fit": 0.9,
    "recruitment.rate": 0.0,
    "policy.push": 0.8,
}
"""Whole staffs coached every other week for a year, each team by a coach of its own who fits the practice to their
classrooms, with paid time and heads who back it.
"""
AT_THE_END = {"programme.follow_up_years": 0.0}
RISE: dict[str, Value] = {
    "population.schools": 40,
    "population.secondary_share": 1.0,
    "programme.participation": 1.0,
    "programme.schools_a_network": 5.0,
    "programme.schools_at_most": 5,
    "programme.delegates": 1,
    "programme.support_years": 2.0,
    "programme.follow_up_years": 0.0,
    "meeting.a_year": 4.0,
    "meeting.in_person": 1.0,
    "mobilisation.formal_share": 1.0,
    "recruitment.rate": 0.0,
    "time.cover": 0.15,
}
TRIOS: dict[str, Value] = {
    "population.schools": 104,
    "population.secondary_share": 0.375,
    "programme.participation": 1.0,
    "programme.schools_a_network": 3.0,
    "programme.schools_at_most": 3,
    "programme.delegates": 3,
    "programme.support_years": 2.0,
    "programme.follow_up_years": 0.0,
    "programme.topology": "hub",
    "meeting.a_year": 6.0,
    "meeting.in_person": 1.0,
    "recruitment.rate": 0.0,
}
RLC = Arm("research-learning-communities", AT_THE_END)
DOSE = {
    **COACHED,
    "practice.fit": 0.7,
    "population.schools": 12,
    "inquiry.facilitation": 0.6,
    "practice.potency": 0.8,
    "time.cover": 0.6,
    "policy.push": 0.5,
    "programme.delegates": 2,
    "programme.schools_a_network": 4.0,
    "programme.schools_at_most": 4,
}


def dose_arm(hours: float) -> Arm:
    """Delegates of twelve schools in networks of four, with so many hours of meetings (two hours each) in a year."""
    return Arm(values={**DOSE, "meeting.a_year": hours / 2.0})


PATTERNS = (
    Pattern(
        "V1",
        "Information in the post, without network or leaders' support, leaves most schools as they were after a year, "
        "and pupils' attainment unmoved",
        ("eef-octopus",),
        arms={"it": Arm("information-only", AT_THE_END)},
        clauses=(
            Clause(
                "schools hardly touched",
                lambda arms: hardly_touched(arms["it"]),
                0.55,
                0.90,
                broken={"adoption.alone": 1.0},
            ),
            Clause("pupils", of("pupil_effect"), -0.03, 0.03, PUPILS),
        ),
        note="hardly touched: fewer than 5 % of staff use it when the year ends",
    ),
    Pattern(
        "V2",
        "Two champions a school, four workshops a year, two years: champions' engagement rises, and pupils of the "
        "whole school gain next to nothing",
        ("eef-rlc",),
        arms={"it": RLC},
        clauses=(
            Clause(
                "champions who have learnt",
                of("members_learnt"),
                0.30,
                1.0,
                broken={"learning.from_network": 0.0, "advice.transfer": 0.0, "mobilisation.information_rate": 0.0},
            ),
            Clause("pupils of the whole school", of("pupil_effect"), -0.05, 0.08, PUPILS, SPREAD),
        ),
    ),
    Pattern(
        "V4",
        "Intensively supported teachers gain 0.35 to 0.60 SD in practice and their pupils 0.10 to 0.21 SD",
        ("kraft-2018",),
        arms={"it": Arm(values=COACHED)},
        clauses=(
            Clause("practice", lambda arms: staff_gain(arms, "it"), 0.35, 0.60, PRACTICE, SPREAD),
            Clause("pupils", lambda arms: staff_gain(arms, "it", True), 0.10, 0.21, PUPILS, SPREAD),
            Clause(
                "pupils in relation to practice",
                lambda arms: (staff_gain(arms, "it", True), staff_gain(arms, "it")),
                0.20,
                0.45,
                "ratio",
                broken={"practice.pupil_ratio": 0.1},
            ),
        ),
        missed="a year puts only some of the parts into use, and others lapse again (`application.extension`, "
        "`application.lapse`); the practice fits some schools badly (`practice.fit_spread`), and who does not use it "
        "counts as nought",
    ),
    Pattern(
        "V5",
        "A programme that serves a hundred participants or more with the same facilitator has about half the effect on "
        "practice and a third on pupils",
        ("kraft-2018",),
        arms={
            "few": Arm(values=COACHED),
            "many": Arm(values={**COACHED, "population.schools": 12, "programme.networks_a_facilitator": 12.0}),
        },
        clauses=(
            Clause(
                "practice",
                lambda arms: (staff_gain(arms, "many"), staff_gain(arms, "few")),
                0.40,
                0.65,
                "ratio",
                SPREAD,
                broken={"programme.networks_a_facilitator": 1.0},
            ),
            Clause(
                "pupils",
                lambda arms: (staff_gain(arms, "many", True), staff_gain(arms, "few", True)),
                0.25,
                0.50,
                "ratio",
                SPREAD,
                broken={"programme.networks_a_facilitator": 1.0},
            ),
        ),
        missed="members try the practice at the same rate however thin facilitation is spread (`adoption.in_network`), "
        "and use then teaches them most of it; only what meetings teach suffers. A rate of trying that falls with the "
        "quality of the meeting would mend it (Prenger 2020 names facilitation among what matters)",
    ),
    Pattern(
        "lesson study",
        "Small groups that study lessons leave pupils of the whole school where they were: 0.03 SD (-0.06 to 0.12)",
        ("eef-lesson-study",),
        arms={"it": Arm("lesson-study", AT_THE_END)},
        clauses=(Clause("pupils of the whole school", of("pupil_effect"), -0.06, 0.12, PUPILS, PUBLISHED),),
    ),
    Pattern(
        "research leads",
        "One research lead in a secondary school is too few for its size: English 0.03 to 0.05, mathematics 0.04 to "
        "0.09 SD, none told from nought",
        ("eef-rise",),
        arms={"it": Arm(values=RISE), "primary": Arm(values={**RISE, "population.secondary_share": 0.0})},
        clauses=(
            Clause("pupils of the whole school", of("pupil_effect"), -0.05, 0.09, PUPILS, SPREAD),
            Clause(
                "colleagues reached, large against small schools",
                relation("home_reached", "it", "primary"),
                0.0,
                0.8,
                "ratio",
                SIGN,
                broken={"mobilisation.information_rate": 0.0, "population.secondary_staff": 13.0},
            ),
        ),
    ),
    Pattern(
        "trios",
        "Trios of schools that share what works for disadvantaged pupils leave average attainment where it was",
        ("eef-challenge-the-gap",),
        arms={"it": Arm(values=TRIOS)},
        clauses=(Clause("pupils of the whole school", of("pupil_effect"), -0.05, 0.08, PUPILS, JUDGED),),
    ),
    Pattern(
        "effects at scale",
        "Large trials move attainment by 0.06 SD on average",
        ("lortie-forgues-2019",),
        arms={
            "post": Arm("information-only", AT_THE_END),
            "champions": RLC,
            "lessons": Arm("lesson-study", AT_THE_END),
            "leads": Arm(values=RISE),
            "trios": Arm(values=TRIOS),
        },
        clauses=(
            Clause(
                "pupils, mean of five designs",
                mean_over(("post", "champions", "lessons", "leads", "trios"), "pupil_effect"),
                0.0,
                0.09,
                PUPILS,
                JUDGED,
            ),
        ),
        note="all designs of the source differ from these five; the range allows for that",
    ),
    Pattern(
        "dose",
        "Fourteen hours or fewer have no effect that shows, around fifty do; twice as many hours do not have twice the "
        "effect",
        ("yoon-2007", "kraft-2018"),
        arms={"14 hours": dose_arm(14), "28 hours": dose_arm(28), "56 hours": dose_arm(56)},
        clauses=(
            Clause(
                "14 hours against 56",
                lambda arms: (member_gain(arms, "14 hours"), member_gain(arms, "56 hours")),
                0.0,
                0.5,
                "ratio",
                JUDGED,
                broken={"learning.from_network": 0.0},
            ),
            Clause(
                "56 hours against 28",
                lambda arms: (member_gain(arms, "56 hours"), member_gain(arms, "28 hours")),
                1.0,
                1.8,
                "ratio",
                SIGN,
                broken={"learning.from_network": 0.0},
            ),
        ),
        missed="the first meetings teach most of what a network knows, so a quarter of the hours gives half the gain; "
        "the figure lies within a standard error of its bound",
    ),
    Pattern(
        "team members",
        "Members of data teams gain skills within the first year",
        ("ebbeler-2017",),
        arms={"it": Arm("data-teams", {"programme.support_years": 1.0, "programme.follow_up_years": 0.0})},
        clauses=(
            Clause("members who have learnt", of("members_learnt"), 0.5, 1.0, broken={"learning.from_network": 0.0}),
        ),
    ),
    Pattern(
        "uneven schools",
        "Schools of one project differ in its effect as much as the effect is large: strong in some, none in others",
        ("keuning-2017",),
        arms={"it": Arm("whole-staff-learning-communities", {"programme.follow_up_years": 0.0})},
        clauses=(
            Clause(
                "SD between schools in relation to the mean",
                spread_of_effect,
                1.0,
                4.0,
                "ratio",
                JUDGED,
                broken={"leadership.spread": 0.05, "population.secondary_share": 0.0, "population.staff_spread": 0.0},
            ),
        ),
        missed="schools differ in use and in how well the practice fits (`practice.fit_spread`); in studies "
        "pupils differ for other reasons as well",
    ),
    Pattern(
        "champions leave",
        "At 16 % turnover a year both of two champions are still there after two years in half of schools, at least "
        "one in nine of ten",
        ("eef-rlc", "nces-2022"),
        "D",
        arms={"it": RLC},
        clauses=(
            Clause("both", lambda arms: champions_left(arms, "it", True), 0.42, 0.58, broken={"turnover.rate": 0.4}),
            Clause(
                "at least one",
                lambda arms: champions_left(arms, "it", False),
                0.85,
                0.96,
                broken={"turnover.rate": 0.4},
            ),
        ),
        missed="turnover at the default is 15 % a year and falls on beginners more than on champions of long standing, "
        "so more of them stay",
    ),
    Pattern(
        "turnover of champions",
        "Turnover is in the way: where more teachers leave, fewer colleagues come to use it",
        ("eef-rlc",),
        arms={
            "it": Arm("research-learning-communities", {**AT_THE_END, "turnover.rate": 0.25}),
            "less": Arm("research-learning-communities", {**AT_THE_END, "turnover.rate": 0.08}),
        },
        clauses=(
            Clause(
                "home colleagues using it",
                relation("home_use", "it", "less"),
                0.0,
                0.9,
                "ratio",
                SIGN,
                broken={"turnover.rate": 0.15},
            ),
        ),
        missed="many newcomers bring what they saw elsewhere, and a seat that stays empty for a while costs "
        "little where colleagues carry the practice",
    ),
    Pattern(
        "leadership and practice",
        "Schools whose leaders do more of it have better practice: 0.35 SD for one, observational",
        ("liebowitz-porter-2019",),
        arms={"it": Arm(values={"population.schools": 80, **AT_THE_END})},
        clauses=(Clause("correlation over schools", leadership_and_practice, 0.10, 0.60, "correlation", SPREAD),),
        missed="schools differ little in leadership (`leadership.spread`), and small staffs make practice differ by "
        "chance",
    ),
    Pattern(
        "bringing it home",
        "Members learn and apply; spreading it at home is the weak link",
        ("prenger-2020", "brown-poortman-2021"),
        arms={"it": Arm(values=AT_THE_END)},
        clauses=(
            Clause("members who have tried it", of("members_tried"), 0.5, 1.0),
            Clause(
                "colleagues against members who have tried it",
                lambda arms: (of("home_tried")(arms), of("members_tried")(arms)),
                0.0,
                0.5,
                "ratio",
            ),
        ),
    ),
    Pattern(
        "longer participation",
        "What participants learn spreads further to colleagues the longer they took part",
        ("sun-2013",),
        arms={"it": Arm(values=AT_THE_END), "less": Arm(values={**AT_THE_END, "programme.support_years": 1.0})},
        clauses=(
            Clause(
                "colleagues who have tried it",
                relation("home_tried", "it", "less"),
                1.2,
                20.0,
                "ratio",
                SIGN,
                broken={"mobilisation.information_rate": 0.0, "advice.transfer": 0.0},
            ),
        ),
    ),
)
