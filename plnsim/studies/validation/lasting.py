"""Patterns of what lasts: what is left of learning, of use, of networks and of goals when support has ended (V6, V9 to
V12).
"""

from __future__ import annotations

from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.simulation.scenario.weeks import CalendarEvent
from plnsim.studies.validation.pattern import (
    JUDGED,
    NOBODY_TAKES_IT_UP,
    PUBLISHED,
    SIGN,
    SPREAD,
    Arm,
    Clause,
    Pattern,
)
from plnsim.studies.validation.statistics import (
    abandoned,
    at_week,
    changed_by,
    depth_and_retention,
    dropped,
    largest_share,
    median_over,
    of,
    relation,
    share_rejoining,
    some_component,
    staff_gain,
    weeks_until,
    whole_programme,
)
from plnsim.studies.validation.trials import AT_THE_END, COACHED, TRIOS

UNUSED = {
    "population.schools": 10,
    "programme.participation": 0.0,
    "adoption.alone": 0.0,
    "adoption.in_network": 0.0,
    "adoption.social": 0.0,
    "learning.first_knowledge_low": 0.3,
    "learning.first_knowledge_high": 0.7,
}
PROGRAMMES = {
    name: Arm(name, {"programme.follow_up_years": 4.0})
    for name in (
        "baseline",
        "research-learning-communities",
        "research-learning-network",
        "lesson-study",
        "teacher-design-teams",
        "data-teams",
        "feeder-school-mathematics-network",
        "teachers-leading-teachers",
        "regional-development-with-knowledge-mobilisers",
    )
}
"""Programmes with support of a few years, followed for four years after it."""
STANDING = {
    "programme.support_years": 7.0,
    "programme.follow_up_years": 0.0,
    "programme.participation": 1.0,
    "programme.delegates": 4,
    "recruitment.rate": 0.0,
}
ALWAYS_USED = {
    "population.schools": 10,
    "population.first_users": 1.0,
    "programme.participation": 0.0,
    "turnover.rate": 0.0,
    "conditions.time_shift": 1.0,
    "conditions.leadership_shift": 1.0,
    "conditions.focus_shift": 1.0,
}
NEW_HEADS = (CalendarEvent(SCHOOL_WEEKS * 4, event="new head", note="the heads of all schools change"),)


PATTERNS = (
    Pattern(
        "V6",
        "Of what was learnt and is not used about half is left after 26 weeks",
        ("goldschmidt-phelps-2010", "liu-phelps-2020"),
        arms={"it": Arm(values=UNUSED, years=1)},
        clauses=(
            Clause(
                "knowledge left",
                lambda arms: (
                    at_week(arms["it"], "knowledge", "staff", 26),
                    at_week(arms["it"], "knowledge", "staff", 0),
                ),
                0.40,
                0.60,
                range_from=SPREAD,
                broken={"forgetting.rate": 0.0},
            ),
        ),
    ),
    Pattern(
        "V9",
        "Two to five years after funding a fifth to a half still use it, no programme is kept whole, hardly any is "
        "lost everywhere",
        ("herlitz-2020",),
        arms=PROGRAMMES,
        clauses=(
            Clause("use where it was, median programme", median_over(tuple(PROGRAMMES)), 0.20, 0.50, range_from=SPREAD),
            Clause(
                "programme with least use",
                lambda arms: min(of("use_where_taking_part", name)(arms) for name in PROGRAMMES),
                0.0,
                0.20,
            ),
            Clause(
                "programme with most use",
                lambda arms: max(of("use_where_taking_part", name)(arms) for name in PROGRAMMES),
                0.50,
                0.96,
            ),
            Clause(
                "schools that kept it whole",
                lambda arms: sum(whole_programme(arms, name) for name in PROGRAMMES) / len(PROGRAMMES),
                -0.001,
                0.05,
            ),
        ),
        note="kept whole: four fifths of staff, four fifths of its core, in routine",
        missed="where most of a staff use it, colleagues who use it draw in nearly all of the others, so that one "
        "school in fourteen keeps it whole; and no programme of these loses nearly all of its users",
    ),
    Pattern(
        "V10",
        "When the subsidy ends, about half of the schools of a network programme pay for a further year",
        ("eef-challenge-the-gap",),
        arms={"it": Arm(values={**TRIOS, "programme.follow_up_years": 1.0})},
        clauses=(Clause("schools that go on", share_rejoining, 0.35, 0.60, broken={"renewal.rule": "never"}),),
        missed="schools go on from a low value on (`renewal.threshold`), and habit and neighbours who stay make up"
        " for doubts: the search, in which this pattern was held out, put the threshold low for others",
    ),
    Pattern(
        "V11",
        "With standing support few schools abandon: 7 % within five years of training",
        ("nese-2016",),
        arms={"it": Arm(values=STANDING)},
        clauses=(
            Clause(
                "schools that abandoned",
                lambda arms: abandoned(arms, by=1, after=6),
                0.03,
                0.15,
                broken={"abandonment.rate": 5.0},
            ),
        ),
        note="of schools in which a fifth of staff used it in the second year: less than a fifth of that is left five "
        "years on",
        missed="schools decide each year whether they stay, but leaving a network is not giving the practice up: "
        "habit and colleagues who use it carry it on",
    ),
    Pattern(
        "a third drop it",
        "Within three years a third of schools drop or switch a reform of the whole school, while it is supported",
        ("datnow-2006", "air-csr"),
        arms={"it": Arm("whole-staff-learning-communities", {"programme.support_years": 5.0}, years=3)},
        clauses=(Clause("schools that left", dropped, 0.20, 0.45, broken={"renewal.rule": "always"}),),
        note="65 of 200 schools in one study, nearly a third of 395 in another",
    ),
    Pattern(
        "a third carry it out",
        "A third of the schools that are paid for a reform of the whole school carry out all of it",
        ("csr-2010",),
        arms={"it": Arm("whole-staff-learning-communities", {"programme.support_years": 3.0, **AT_THE_END})},
        clauses=(Clause("schools that carry it out fully", of("schools_fully_implementing"), 0.20, 0.45),),
        note="fully: staff use on average the share of its parts that `measure.full_implementation` says",
        missed="all staff meet weekly with a coach, so that in three fifths of the schools they come to use two "
        "fifths of the parts on average, which is what counts as full here (`measure.full_implementation`)",
    ),
    Pattern(
        "coaching a year on",
        "What coaching brought is still there for the most part a year later",
        ("kraft-blazar-2017",),
        arms={"it": Arm(values=COACHED), "later": Arm(values={**COACHED, "programme.follow_up_years": 1.0})},
        clauses=(
            Clause(
                "practice a year later against practice",
                lambda arms: (staff_gain(arms, "later"), staff_gain(arms, "it")),
                0.70,
                1.10,
                "ratio",
                JUDGED,
            ),
        ),
    ),
    Pattern(
        "V12",
        "Three to eight years on schools are in each of four states: method and goal kept, one of them, neither",
        ("tappel-2023",),
        arms={"it": Arm("data-teams")},
        clauses=tuple(
            Clause(state.replace("_", " "), of(state), 0.05, 0.95, broken=broken)
            for state, broken in (
                ("method_and_goal", NOBODY_TAKES_IT_UP),
                ("method_only", {"measure.goal_belief": 1.0, "measure.routine_level": 1.0}),
                ("goal_only", NOBODY_TAKES_IT_UP),
                ("neither", NOBODY_TAKES_IT_UP),
            )
        ),
        missed="belief falls where users see less than they expected (`evidence.expected`), so that hardly any "
        "school that loses the method keeps the goal",
    ),
    Pattern(
        "partly kept",
        "After support the practice is mostly kept in part: partly kept is the commonest fate of schools that had "
        "spread it",
        ("herlitz-2020", "wiltsey-stirman-2012"),
        arms={"it": Arm()},
        clauses=(
            Clause("partly kept, ahead of the next", largest_share("schools_partial"), 0.0, 1.0, range_from=JUDGED),
            Clause("kept nearly whole", of("schools_sustained"), 0.0, 0.45, range_from=JUDGED),
        ),
        missed="what is counted here is users and not parts, and colleagues who use it draw a school to many users"
        " or to few, so that half of the schools that had spread it keep nearly all of theirs",
    ),
    Pattern(
        "some of it stays",
        "Most sites keep something: in 14 of 17 studies three fifths or more of sites",
        ("scheirer-2005",),
        arms=PROGRAMMES,
        clauses=(
            Clause(
                "sites with some of it, median programme",
                lambda arms: sorted(some_component(arms, name) for name in PROGRAMMES)[len(PROGRAMMES) // 2],
                0.60,
                1.0,
            ),
        ),
        note="some of it: at least 5 % of staff use it",
    ),
    Pattern(
        "decline",
        "Use declines once support has ended",
        ("sandholtz-2023", "herlitz-2020"),
        arms=PROGRAMMES,
        clauses=(
            Clause(
                "retention after four years, median programme",
                median_over(tuple(PROGRAMMES), "retention"),
                0.2,
                0.9,
                "ratio",
            ),
        ),
        missed="colleagues go on taking the practice up from one another after support has ended, nearly as fast "
        "as others give it up",
    ),
    Pattern(
        "tune-ups",
        "Small tune-ups after the programme stop and reverse the decline",
        ("sandholtz-2023",),
        arms={
            "it": Arm(
                "research-learning-communities",
                calendar=tuple(
                    CalendarEvent(week, event="tune-up")
                    for year in range(2, 6)
                    for week in (SCHOOL_WEEKS * year + 8, SCHOOL_WEEKS * year + 28)
                ),
            ),
            "none": Arm("research-learning-communities"),
        },
        clauses=(Clause("use with tune-ups against without", relation("use", "it", "none"), 1.1, 5.0, "ratio", SIGN),),
        note="two a year, for the four years after support",
    ),
    Pattern(
        "depth lasts",
        "Depth early on lets schools sustain after support ended",
        ("coburn-2012",),
        arms={"it": Arm(values={"population.schools": 80})},
        clauses=(
            Clause(
                "correlation of depth with retention over schools", depth_and_retention, 0.05, 1.0, "correlation", SIGN
            ),
        ),
        missed="the tie between depth and what lasts is there but weak, for use lasts by habit and company; depth "
        "only matters through belief",
    ),
    Pattern(
        "new heads cut both ways",
        "A new head is a reason to abandon and the first reason to take up again",
        ("kittelman-2020",),
        arms={
            "new": Arm(calendar=NEW_HEADS, values={"population.schools": 80}),
            "same": Arm(values={"population.schools": 80}),
        },
        clauses=(
            Clause("schools that use it more", changed_by("new", "same", 0.03, 1), 0.10, 0.90, range_from=SIGN),
            Clause("schools that use it less", changed_by("new", "same", 0.03, -1), 0.10, 0.90, range_from=SIGN),
        ),
        missed="two thirds of what staff feel as leadership does not depend on the head's vision, and schools "
        "differ little in it",
    ),
    Pattern(
        "habit",
        "Of a plateau of habit 95 % is reached after 18 to 254 days of use",
        ("lally-2010",),
        arms={"it": Arm(values=ALWAYS_USED, years=2)},
        clauses=(
            Clause(
                "weeks until 95 %",
                weeks_until("habit", "users", 0.95, "habit.plateau"),
                2.6,
                36.3,
                "weeks",
                PUBLISHED,
                broken={"abandonment.rate": 0.0, "habit.loss": 0.0},
            ),
        ),
        missed="attention fades until weeks without use set habit back (`habit.loss`); who gives it up begins anew: "
        "the mean of all users stays below its plateau as long as the run lasts",
    ),
)
