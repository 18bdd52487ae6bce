"""Two teachers, all that may happen to them enumerated: the whole chain of adoption, use, habit, evidence, belief and
giving up.

The enumeration is a text of its own; it shares no code with the model. Schools of two that nobody enters or leaves are
its replicates.
"""

import math
from collections import defaultdict

import numpy as np
import pytest

from tests.simulation.test_engines import assert_engines_agree
from tests.support.runs import FULL_SUITE, start_run
from tests.verification.limits import hold_conditions, limit, schools_of

WEEKS = 7
CONDITIONS, KNOWLEDGE, BELIEF = 0.6, 0.7, 0.4
ALONE, SOCIAL, THRESHOLD, STEEPNESS = 0.3, 2.0, 0.6, 2.0
CARRIES, GROWTH, LOSS = 0.5, 0.2, 0.3
LEAVING, ISOLATION, DISAPPOINTMENT = 1.5, 0.8, 0.25
PULL, EVIDENCE, EXPECTED, POTENCY, FIT, HALF = 0.1, 0.3, 0.3, 0.8, 0.7, 0.15

CHAIN = hold_conditions(CONDITIONS) | {
    "ties.pattern": "complete",
    "parts.count": 10,  # of which everybody knows seven
    "learning.first_knowledge_low": KNOWLEDGE,
    "learning.first_knowledge_high": KNOWLEDGE,
    "norms.first_belief": BELIEF,
    "norms.first_belief_spread": 0.0,
    "adoption.alone": ALONE,
    "adoption.social": SOCIAL,
    "adoption.threshold": THRESHOLD,
    "adoption.threshold_spread": 0.0,
    "adoption.steepness": STEEPNESS,
    "application.habit_carries": CARRIES,
    "habit.growth": GROWTH,
    "habit.loss": LOSS,
    "abandonment.rate": LEAVING,
    "abandonment.isolation": ISOLATION,
    "abandonment.disappointment": DISAPPOINTMENT,
    "norms.pull": PULL,
    "evidence.learning": EVIDENCE,
    "evidence.noise": 0.0,
    "evidence.expected": EXPECTED,
    "practice.potency": POTENCY,
    "practice.fit": FIT,
    "practice.half_benefit_knowledge": HALF,
    "fidelity.drift": 0.0,
    "evidence.sharpness": 6.0,
}


def fates(user: bool, habit: float, belief: float, other_uses: bool, other_belief: float):
    """All that may happen to a teacher in a week: (chance, user, habit, belief)."""
    belief = belief + PULL * (other_belief - belief)
    company = 1 / (1 + THRESHOLD**STEEPNESS) if other_uses else 0.0
    if not user:
        takes_up = 1 - math.exp(-(ALONE + SOCIAL * company) * KNOWLEDGE * belief * CONDITIONS)
        return [(takes_up, True, habit, belief), (1 - takes_up, False, habit, belief)]
    manages = CONDITIONS + CARRIES * habit * (1 - CONDITIONS)
    benefit = POTENCY * (1 + HALF) * KNOWLEDGE / (KNOWLEDGE + HALF) * FIT
    evidence = 1 / (1 + math.exp(-6 * (benefit - EXPECTED)))
    missed = habit * (1 - LOSS)
    gives_up = 1 - math.exp(-LEAVING * (1 - missed) * (1 - belief) * (1 + ISOLATION * (1 - 2 * company)))
    return [
        (manages, True, habit + GROWTH * (1 - habit), belief + EVIDENCE * (evidence - belief)),
        ((1 - manages) * (1 - gives_up), True, missed, belief),
        ((1 - manages) * gives_up, False, 0.0, belief * (1 - DISAPPOINTMENT)),
    ]


def enumerated(weeks: int):
    """After each week, the chance of 0, 1 and 2 users, and the mean of all beliefs and habits with its standard
    deviation for one school.
    """
    chances = {((False, 0.0, BELIEF), (False, 0.0, BELIEF)): 1.0}
    path = []
    for _ in range(weeks):
        new = defaultdict(float)
        for (first_state, second_state), chance in chances.items():
            for first in fates(*first_state, second_state[0], second_state[2]):
                for second in fates(*second_state, first_state[0], first_state[2]):
                    pair = tuple(
                        sorted(
                            (teacher[1], round(teacher[2], 13), round(teacher[3], 13)) for teacher in (first, second)
                        )
                    )
                    new[pair] += chance * first[0] * second[0]
        chances = new
        weights = np.array(list(chances.values()))
        users = np.array([first_state[0] + second_state[0] for first_state, second_state in chances])
        belief = np.array([(first_state[2] + second_state[2]) / 2 for first_state, second_state in chances])
        habit = np.array([(first_state[1] + second_state[1]) / 2 for first_state, second_state in chances])
        means = [
            (weights @ value, math.sqrt(max(0.0, weights @ value**2 - (weights @ value) ** 2)))
            for value in (belief, habit)
        ]
        path.append(([weights[users == number].sum() for number in (0, 1, 2)], *means))
    return path


def test_users_beliefs_and_habits_follow_the_enumeration(case):
    weeks, schools = (WEEKS + 1, 100_000) if FULL_SUITE else (WEEKS, 10_000)
    path = enumerated(weeks)
    run, seen = start_run(limit(schools_of(2, schools) | CHAIN, weeks)), []
    for chances, belief, habit in path:
        run.advance(1)
        teachers = run.world.teachers
        users = np.bincount(teachers["uses"].reshape(-1, 2).sum(axis=1), minlength=3) / schools
        seen.append(users)
        week = run.week
        case.agrees(
            f"chances of 0, 1 and 2 users after week {week}",
            users,
            chances,
            error=np.sqrt(np.maximum(np.array(chances) * (1 - np.array(chances)), 1e-12) / schools),
        )
        for name, (mean, deviation) in (("belief", belief), ("habit", habit)):
            case.agrees(
                f"mean {name} after week {week}",
                teachers[name].mean(),
                mean,
                error=max(deviation, 1e-11) / math.sqrt(schools),
            )
    axes = case.panel("Two teachers: all that may happen", "week", "share of schools")
    for number in (0, 1, 2):
        (line,) = axes.plot(
            range(1, weeks + 1), [chances[number] for chances, _, _ in path], label=f"{number} users, enumerated"
        )
        axes.plot(range(1, weeks + 1), [users[number] for users in seen], "o", markersize=4, color=line.get_color())


@pytest.mark.parametrize("seed", range(2))
def test_both_engines(seed):
    assert_engines_agree(limit(schools_of(2, 25) | CHAIN, 30), seed)
