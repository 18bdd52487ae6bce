"""How the limiting cases are reached: parameters and CSV files of the public scenario interface, and what is read off
their runs.
"""

from __future__ import annotations

import numpy as np

from plnsim import run
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.simulation.scenario import Scenario
from tests.model.test_laws_of_parameters import RATES

STILL = {rate: 0.0 for rate in RATES} | {
    "programme.participation": 0.0,
    "adoption.again": 1.0,
    "adoption.never": 0.0,
    "policy.displaced": 0.0,
    "practice.fit_spread": 0.0,
    "population.secondary_share": 0.0,
    "population.staff_spread": 0.0,
    "learning.first_knowledge_low": 1.0,
    "learning.first_knowledge_high": 1.0,
    "norms.first_belief": 1.0,
    "time.load_spread": 0.0,
    "ties.advice": 0.0,
    "ties.information": 0.0,
}
"""Nothing moves by itself, there are no networks, and all know and believe everything: each case adds what it is
about.
"""


def hold_conditions(value: float) -> dict:
    """Time, leadership and focus held at a value in all weeks."""
    return {
        f"conditions.{condition}_{what}": number
        for condition in ("time", "leadership", "focus")
        for what, number in (("shift", 1.0), ("target", value))
    }


def schools_of(staff: int, schools: int = 1) -> dict:
    """So many schools with exactly so many teachers each."""
    return {"population.schools": schools, "population.primary_staff": float(staff)}


def limit(values: dict, weeks: int) -> Scenario:
    """A scenario of so many weeks in which nothing moves but for what the values say; conditions are held at 1 unless
    they say more.
    """
    return Scenario("limit", years=weeks / SCHOOL_WEEKS).with_values(STILL | hold_conditions(1.0) | values)


def scenario_from_files(folder, values: dict, weeks: int, **files) -> Scenario:
    """The same with CSV files: each of ``schools``, ``staff``, ``ties`` and ``networks`` is a header and rows, written
    and read back.
    """
    listed = []
    for kind, (header, rows) in files.items():
        (folder / f"{kind}.csv").write_text(
            "\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n", encoding="utf-8"
        )
        listed.append(f'{kind} = "{kind}.csv"')
    scenario = Scenario.from_text("\n".join(["[files]", *listed]), folder=folder)
    return scenario.with_values(STILL | hold_conditions(1.0) | values).with_years(weeks / SCHOOL_WEEKS)


def one_staff(teachers: int, users=(), columns: str = "", more=()):
    """A file of staff of one school, in the order of their numbers, some of whom use the practice; ``more``: further
    columns by teacher.
    """
    answers = ["yes" if teacher in set(users) else "no" for teacher in range(teachers)]
    cells = list(more) or [()] * teachers
    return "teacher,school,uses" + columns, [
        (teacher, "S", answer, *cells[teacher]) for teacher, answer in zip(range(teachers), answers, strict=True)
    ]


ONE_SCHOOL = ("school", [("S",)])


def ties_from_graph(graph):
    """A file of ties: each edge of an undirected graph as two advice ties."""
    return "from,to,type", [
        (teacher, colleague, "advice") for edge in graph.edges for teacher, colleague in (edge, edge[::-1])
    ]


def shares(
    scenario: Scenario, count: str = "users", of: str = "staff", seed: int = 1, replicates: int = 1
) -> np.ndarray:
    """What was counted as a share of something else: replicates x weeks."""
    done = run(scenario, seed=seed, replicates=replicates)
    return np.array(
        [run_counts.weeks[count].sum(axis=1) / run_counts.weeks[of].sum(axis=1) for run_counts in done.run_counts]
    )
