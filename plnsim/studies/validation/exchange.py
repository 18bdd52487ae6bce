"""Patterns of exchange between schools: what networks of several schools do that a school by itself does not, whom
they join, how far they reach, and what neighbouring schools make of it (V13, V17).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from plnsim.common.parameter import Value
from plnsim.studies.validation import people
from plnsim.studies.validation.pattern import JUDGED, SIGN, Arm, ArmRun, Arms, Clause, Pattern, Ratio
from plnsim.studies.validation.statistics import benefit_by_school, benefit_of, participated, relation, year_of_use

AT_THE_END = {"programme.follow_up_years": 0.0}
ALONE = {
    "programme.schools_a_network": 1.0,
    "programme.schools_at_most": 1,
    "programme.networks_a_facilitator": 5.0,
    "spanning.carrying": 0.0,
}
"""Each school a network by itself, with as many members and facilitators in all as in networks of five."""
NO_JOINING = {"recruitment.rate": 0.0}
PAIRED_SCHOOLS: dict[str, Value] = {
    **AT_THE_END,
    **NO_JOINING,
    "programme.participation": 1.0,
    "programme.schools_a_network": 2.0,
    "programme.schools_at_most": 2,
}
DIFFERENT_PARTS = {**AT_THE_END, **NO_JOINING, "population.schools": 80, "parts.context": 1.0}
"""Schools alike in disadvantage find the same parts by themselves, others find others."""
DISTRICT = {"population.schools": 100, **NO_JOINING}
KEPT = 0.2
"""Share of staff who use it in a school that counts as one that sustains it."""
COMPLEX: dict[str, Value] = {
    "population.schools": 150,
    "population.secondary_share": 0.0,
    "population.primary_staff": 2.0,
    "population.staff_spread": 0.0,
    "population.first_users": 0.1,
    "learning.first_knowledge_low": 0.8,
    "learning.first_knowledge_high": 1.0,
    "programme.participation": 1.0,
    "programme.delegates": 2,
    "programme.cross_ties": 6.0,
    "programme.travel": 3.0,
    "renewal.rule": "always",
    "adoption.contagion": "count",
    "adoption.users_needed": 3,
    "adoption.alone": 0.0,
    "adoption.in_network": 0.0,
}
"""Everybody knows it and is tied to six members of other schools, three of whom must use it before she may."""


def _mean_benefit(arm: str) -> Callable[[Arms], float]:
    """Gain in practice in the schools that ever took part, mean of the last year."""

    def gain(arms: Arms) -> float:
        mine = participated(arms[arm])
        return float(np.mean(benefit_by_school(arms[arm])[mine])) if mine.any() else math.nan

    return gain


def _gain_relation(over: str, under: str) -> Ratio:
    return lambda arms: (_mean_benefit(over)(arms), _mean_benefit(under)(arms))


def _weak_schools(over: str, under: str) -> Ratio:
    return lambda arms: (benefit_of(arms[over], people.WEAK), benefit_of(arms[under], people.WEAK))


def _members_know(arm_run: ArmRun) -> float:
    """Share of the parts that those with a seat know after the last week."""
    teachers = arm_run.end.teachers
    return float(np.mean(teachers["knowledge"][teachers["network"] >= 0]))


def _took_hold(arm_run: ArmRun) -> np.ndarray:
    """The schools that had taken part and spread it when support ended."""
    year = arm_run.run_counts.last_supported_year
    return np.asarray(participated(arm_run) & (year_of_use(arm_run, year) >= KEPT))


def _sustains(arm_run: ArmRun) -> np.ndarray:
    return year_of_use(arm_run, -1) >= KEPT


def _odds(table: np.ndarray) -> tuple[float, float]:
    """What a table of two by two adds to a Mantel-Haenszel odds ratio: rows more and less, columns kept and lost."""
    number = table.sum()
    return (table[0, 0] * table[1, 1] / number, table[0, 1] * table[1, 0] / number) if number else (0.0, 0.0)


def _table(high: np.ndarray, kept: np.ndarray) -> np.ndarray:
    return np.array([[np.sum(row & column) for column in (kept, ~kept)] for row in (high, ~high)], dtype=float)


def _districts(many: str, few: str) -> Ratio:
    """The odds of sustaining in a district where many schools begin, in relation to one where few do."""

    def ratio(arms: Arms) -> tuple[float, float]:
        kept = [_sustains(arms[arm])[_took_hold(arms[arm])] for arm in (many, few)]
        return _odds(np.array([[np.sum(one), np.sum(~one)] for one in kept], dtype=float))

    return ratio


def neighbours_use(arm_run: ArmRun, year: int) -> np.ndarray:
    """Mean share of staff who use it in the schools nearest by to each school."""
    use, world = year_of_use(arm_run, year), arm_run.start
    number = np.diff(world.neighbours_first)
    seen = use[world.neighbours_to]
    return np.bincount(np.repeat(np.arange(len(use)), number), seen, len(use)) / np.maximum(number, 1)


def _predictors(arm_run: ArmRun) -> dict[str, np.ndarray]:
    """What may tell, when support ends, which schools will sustain it."""
    run_counts, year = arm_run.run_counts, arm_run.run_counts.last_supported_year
    return {
        "neighbours": neighbours_use(arm_run, year),
        "use": year_of_use(arm_run, year),
        "depth": run_counts.by_school("depth", "users", year),
        "belief": run_counts.by_school("belief", "staff", year),
        "leadership": run_counts.by_school("leadership", "staff", year),
        "size": run_counts.years["staff"][year].astype(float),
    }


def _neighbours_odds(arms: Arms, arm: str = "it") -> tuple[float, float]:
    """Odds of sustaining where neighbours use it more than in the middle school, in relation to less; Mantel-Haenszel
    over schools with less and with more use of their own.
    """
    some = _took_hold(arms[arm])
    if not some.any():
        return math.nan, math.nan
    kept, seen = _sustains(arms[arm])[some], _predictors(arms[arm])
    own, others = seen["use"][some], seen["neighbours"][some]
    strata = [own > np.median(own), own <= np.median(own)]
    added = [_odds(_table(others[one] > np.median(others), kept[one])) for one in strata]
    return sum(over for over, _ in added), sum(under for _, under in added)


def _rank_of_neighbours(arms: Arms, arm: str = "it") -> float:
    """Where neighbours' use stands among six predictors of sustaining, by the size of the odds ratio between the
    schools above and below the middle (half a school is added to each cell).
    """
    some = _took_hold(arms[arm])
    if some.sum() < 8:
        return math.nan
    kept = _sustains(arms[arm])[some]
    sizes = {}
    for name, values in _predictors(arms[arm]).items():
        table = _table(values[some] > np.median(values[some]), kept) + 0.5
        sizes[name] = abs(math.log(table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0])))
    return 1.0 + sum(size > sizes["neighbours"] for size in sizes.values())


PATTERNS = (
    Pattern(
        "V13",
        "Schools sustain it more where more schools around them use it: as strong a predictor as what they do "
        "themselves, and those that begin together with many do so more",
        ("mcintosh-2018", "mcintosh-2016"),
        arms={
            "it": Arm(values={**DISTRICT, "programme.participation": 0.6}),
            "few": Arm(values={**DISTRICT, "programme.participation": 0.2}),
            "many": Arm(values={**DISTRICT, "programme.participation": 0.8}),
        },
        clauses=(
            Clause("begun with many against few", _districts("many", "few"), 1.0, 20.0, "odds ratio", SIGN),
            Clause("neighbours who use it", _neighbours_odds, 1.0, 20.0, "odds ratio", SIGN),
            Clause("rank among six predictors", _rank_of_neighbours, 1.0, 3.0, "rank", SIGN),
        ),
        missed="neighbours count where schools decide on taking part, but whether staff go on using it hangs on "
        "what they do and know themselves, so that other schools nearby tell less of it than in the studies",
        note=f"of schools in which {KEPT:.0%} of staff used it when support ended: so many still do in the last year",
    ),
    Pattern(
        "V17",
        "Where one user among those she knows is seldom enough, a practice spreads further over ties that cluster than "
        "over as many random ones",
        ("centola-2010",),
        arms={
            topology: Arm(values={**COMPLEX, "programme.topology": topology}, years=2)
            for topology in ("distance", "random")
        },
        clauses=(
            Clause(
                "use, clustered against random",
                relation("use", "distance", "random"),
                1.2,
                1.7,
                "ratio",
                JUDGED,
                broken={"adoption.users_needed": 0},
            ),
        ),
        missed="members give it up again sooner than people did in the experiment, and over random ties fewer than"
        " three users are left at a time to win others, so that it hardly spreads there",
        note="both kinds of ties have the same number for each member; the abstract that was seen gives the order and "
        "no number",
    ),
    Pattern(
        "networks or alone",
        "Networks of three schools or more add to what schools can do by themselves, and their size matters little",
        ("bell-2006", "chapman-muijs-2014"),
        arms={
            "five": Arm(values=NO_JOINING),
            "alone": Arm(values={**NO_JOINING, **ALONE}),
            "ten": Arm(values={**NO_JOINING, "programme.schools_a_network": 10.0, "programme.schools_at_most": 10}),
        },
        clauses=(
            Clause("gain in practice, five against alone", _gain_relation("five", "alone"), 1.1, 20.0, "ratio", SIGN),
            Clause("gain in practice, ten against five", _gain_relation("ten", "five"), 0.67, 1.5, "ratio", JUDGED),
        ),
    ),
    Pattern(
        "strong with weak",
        "Schools that do badly gain from a partner that does well",
        ("muijs-2015", "chapman-muijs-2014"),
        arms={
            "mixed": Arm(values=PAIRED_SCHOOLS, people=people.strong_and_weak),
            "alike": Arm(values={**PAIRED_SCHOOLS, "programme.grouping": "alike"}, people=people.strong_and_weak),
        },
        clauses=(Clause("pupils of weak schools", _weak_schools("mixed", "alike"), 1.1, 20.0, "ratio", SIGN),),
        note="half of the schools use it and know it well; networks of two schools, by lot or alike",
    ),
    Pattern(
        "far apart",
        "Beyond a lunch hour's travel schools find it hard to keep up working together",
        ("berwick-2011",),
        arms={
            "near": Arm(values={**NO_JOINING, "population.minutes_across": 30.0}),
            "far": Arm(values={**NO_JOINING, "population.minutes_across": 240.0}),
        },
        clauses=(Clause("gain in practice, far against near", _gain_relation("far", "near"), 0.0, 0.9, "ratio", SIGN),),
        note="across the region it takes half an hour, or four hours",
        missed="travel tells on who comes to meetings, and who comes learns as much as others; the figure lies "
        "within its error of the bound",
    ),
    Pattern(
        "different schools",
        "Ties to people who know other things ease what is passed on, beyond how strong the ties are",
        ("reagans-mcevily-2003",),
        arms={
            "different": Arm(values=DIFFERENT_PARTS),
            "alike": Arm(values={**DIFFERENT_PARTS, "programme.grouping": "alike"}),
        },
        clauses=(
            Clause(
                "what members know",
                lambda arms: (_members_know(arms["different"]), _members_know(arms["alike"])),
                1.01,
                3.0,
                "ratio",
                SIGN,
                broken={"learning.from_network": 0.0, "adoption.in_network": 0.0},
            ),
        ),
        note="networks formed by lot, or of schools alike in disadvantage, which would find the same by themselves",
    ),
)
