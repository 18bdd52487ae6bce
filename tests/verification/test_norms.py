"""L7: beliefs moved by colleagues alone settle where DeGroot (1974) and Friedkin & Johnsen (1990) say; L7b: with one
contact a week, on average.
"""

import networkx
import numpy as np
import pytest

from tests.simulation.test_engines import assert_engines_agree
from tests.support.runs import FULL_SUITE, finish_run, start_run
from tests.verification.limits import ONE_SCHOOL, limit, one_staff, scenario_from_files, schools_of, ties_from_graph

TEACHERS = 12


def belief_matters(folder, values: dict, weeks: int):
    """Twelve teachers with beliefs of their own who turn to each other one-sidedly, so that some count more than
    others.
    """
    graph = networkx.gnp_random_graph(TEACHERS, 0.3, seed=4, directed=True)
    graph.add_edges_from((teacher, (teacher + 1) % TEACHERS) for teacher in range(TEACHERS))
    rng = np.random.default_rng(1)
    beliefs = [(f"{belief:.6f}",) for belief in rng.uniform(0.05, 0.95, TEACHERS)]
    ties = ("from,to,type", [(teacher, colleague, "advice") for teacher, colleague in graph.edges])
    scenario = scenario_from_files(
        folder,
        {"norms.contact": "all colleagues"} | values,
        weeks,
        schools=ONE_SCHOOL,
        ties=ties,
        staff=one_staff(TEACHERS, (), ",belief", beliefs),
    )
    return (
        scenario,
        networkx.to_numpy_array(graph, nodelist=range(TEACHERS)),
        np.array([float(value) for (value,) in beliefs]),
    )


def test_degroot_consensus_is_the_mean_weighted_by_the_left_eigenvector(case, tmp_path):
    scenario, turns_to, first = belief_matters(tmp_path, {"norms.pull": 0.4}, 400)
    weights = turns_to / turns_to.sum(axis=1, keepdims=True)
    value, vector = np.linalg.eig(weights.T)
    influence = np.real(vector[:, np.argmax(np.real(value))])
    consensus = influence @ first / influence.sum()
    run = start_run(scenario)
    path = []
    for _ in range(400):
        run.advance(1)
        path.append(run.world.teachers["belief"].copy())
    case.agrees("beliefs after 400 weeks", path[-1], consensus, within=1e-9)
    case.differs("not the plain mean", path[-1][0], first.mean(), error=1e-9)
    axes = case.panel("DeGroot: twelve teachers agree", "week", "belief")
    axes.plot(np.vstack([first, *path])[:60], linewidth=0.8)
    axes.axhline(consensus, color="black", linestyle="--", label="left eigenvector")
    assert_engines_agree(scenario.with_years(1))


def test_each_week_is_one_step_of_degroot(case, tmp_path):
    scenario, turns_to, first = belief_matters(tmp_path, {"norms.pull": 1.0}, 5)
    weights = turns_to / turns_to.sum(axis=1, keepdims=True)
    case.agrees(
        "beliefs after five weeks of full pull",
        finish_run(scenario).world.teachers["belief"],
        np.linalg.matrix_power(weights, 5) @ first,
        within=1e-12,
    )


def test_friedkin_and_johnsen_disagree_for_good(case, tmp_path):
    pull, own = 0.6, 0.3
    scenario, turns_to, first = belief_matters(tmp_path, {"norms.pull": pull, "norms.own_view": own}, 400)
    weights = turns_to / turns_to.sum(axis=1, keepdims=True)
    listens = (1 - own) * ((1 - pull) * np.eye(TEACHERS) + pull * weights)
    settled = np.linalg.solve(np.eye(TEACHERS) - listens, own * first)
    seen = finish_run(scenario).world.teachers["belief"]
    case.agrees("beliefs after 400 weeks", seen, settled, within=1e-9)
    case.holds("they disagree", bool(np.ptp(settled) > 0.1), f"spread {np.ptp(seen):.3f}", "over 0.1")
    axes = case.panel("Friedkin & Johnsen: they disagree for good", "settled belief by the formula", "belief in plnsim")
    axes.plot([0, 1], [0, 1], ":", color="grey")
    axes.plot(settled, seen, "o", label="teachers")
    axes.plot(settled, first, "x", label="what they believed at first")
    assert_engines_agree(scenario.with_years(1))


def test_where_all_turn_to_all_a_full_pull_is_the_mean_of_the_others(case):
    scenario = limit(
        schools_of(9)
        | {"ties.pattern": "complete", "norms.contact": "all colleagues", "norms.pull": 1.0, "norms.first_belief": 0.5},
        1,
    )
    first = scenario.world(3).teachers["belief"]
    case.agrees(
        "beliefs after a week",
        finish_run(scenario, 3).world.teachers["belief"],
        (first.sum() - first) / 8,
        within=1e-11,
    )


def gossip(folder, staff: int, values: dict, weeks: int):
    return limit(
        schools_of(staff, 4000 if FULL_SUITE else 800)
        | {"norms.first_belief": 0.5, "norms.first_belief_spread": 0.8}
        | values,
        weeks,
    )


def test_gossip_keeps_the_mean_and_shrinks_the_variance_geometrically(case, tmp_path):
    staff, pull, weeks = 10, 0.2, 20
    scenario = gossip(tmp_path, staff, {"ties.pattern": "complete", "norms.pull": pull}, weeks)
    run = start_run(scenario)
    spread, means = [], []
    for week in range(weeks + 1):
        if week:
            run.advance(1)
        beliefs = run.world.teachers["belief"].reshape(-1, staff)
        means.append(beliefs.mean(axis=1))
        spread.append(beliefs.var(axis=1))
    drift = means[-1] - means[0]
    schools = len(drift)
    case.agrees("drift of the mean belief of a school", drift.mean(), 0.0, error=drift.std(ddof=1) / np.sqrt(schools))
    # around the old mean, squares shrink by (1-r)^2 + r^2 - 2r(1-r)/(n-1); the new mean moves by r^2/n of the variance
    # of whom they meet
    around_old = (1 - pull) ** 2 + pull**2 - 2 * pull * (1 - pull) / (staff - 1)
    met = 1 - 1 / (staff - 1) ** 2  # variance of the belief of one random other, averaged, over that of all
    factor = around_old - pull**2 / staff * met
    expected = spread[0].mean() * factor ** np.arange(weeks + 1)
    errors = [np.std(now - spread[0] * factor**week, ddof=1) / np.sqrt(schools) for week, now in enumerate(spread)]
    case.agrees(
        "variance within a school, worst of 20 weeks",
        [variances.mean() for variances in spread[1:]],
        expected[1:],
        error=np.array(errors[1:]),
    )
    axes = case.panel("Gossip in schools of ten", "week", "variance of belief within a school")
    axes.semilogy(expected, label="geometric decay")
    axes.semilogy([variances.mean() for variances in spread], "o", markersize=3, label="plnsim")


def test_gossip_on_a_regular_graph_keeps_the_mean(case, tmp_path):
    graph = networkx.random_regular_graph(4, 1000, seed=2)
    beliefs = [(1 if number < 300 else 0,) for number in range(1000)]
    scenario = scenario_from_files(
        tmp_path,
        {"norms.pull": 0.3},
        60,
        schools=ONE_SCHOOL,
        ties=ties_from_graph(graph),
        staff=one_staff(1000, (), ",belief", beliefs),
    )
    ends = np.array(
        [
            finish_run(scenario, 1, replicate).world.teachers["belief"].mean()
            for replicate in range(100 if FULL_SUITE else 20)
        ]
    )
    case.agrees("mean belief after 60 weeks", ends.mean(), 0.3, error=ends.std(ddof=1) / np.sqrt(len(ends)))


@pytest.mark.parametrize("seed", range(2))
def test_both_engines(seed):
    values = {
        "norms.first_belief": 0.5,
        "norms.first_belief_spread": 0.8,
        "norms.pull": 0.2,
        "ties.pattern": "complete",
    }
    for contact in ("one colleague", "all colleagues"):
        assert_engines_agree(limit(schools_of(7, 3) | values | {"norms.contact": contact}, 30), seed)
