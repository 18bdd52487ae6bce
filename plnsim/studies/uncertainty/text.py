"""What draws of all that is not known say of one plan, beside its runs at the values that it has: luck and parameters
told apart.
"""

from __future__ import annotations

import numpy as np

from plnsim.output.sentences import Replicates
from plnsim.output.words import IN_THIS_MODEL, intervals_text, likelihood_in_runs, percent, points, ranges
from plnsim.simulation.runs import intervals
from plnsim.studies.uncertainty.draws import Draws
from plnsim.studies.uncertainty.verdict import Verdict, against_no_programme, least_that_matters


def drawn(draws: Draws) -> str:
    """How many draws there are, of what."""
    made = f"{draws.done} draws"
    if draws.done < draws.points:
        made = f"{draws.done} of {draws.points} draws (then the time was up; the same command goes on)"
    return (
        f"{made} of the {len(draws.names)} parameters that nobody knows for these schools, from all that is plausible"
    )


def luck_and_parameters(result: Replicates, draws: Draws) -> list[str]:
    """What is said of one plan over the draws, with what luck alone makes of it."""
    use = intervals(draws.values(result.scenario.name, "use"), "share")
    _, alone = ranges(intervals(result.values("use"), "share"), percent)
    said = [
        f"Luck and parameters together, over {drawn(draws)}: in the last year about {percent(use['mean'])} "
        f"({intervals_text(use, percent, 'a new draw')}) of all teachers use the practice"
        + (f"; luck alone, at the values as they are set: a new run {alone}." if alone else ".")
    ]
    if draws.without_programme is not None:
        verdict = against_no_programme(result, draws, least_that_matters(result))
        said.append(f"In sustained deep use it is {ahead_of_none(verdict)}.")
    reached = draws.values(result.scenario.name, "sustained_scale_up")
    if np.isfinite(reached).any():
        said.append(
            f"Over the draws sustained scale-up is, {IN_THIS_MODEL}, "
            f"{likelihood_in_runs(int(np.nansum(reached)), len(reached))}."
        )
    return said


def ahead_of_none(verdict: Verdict) -> str:
    """In how many draws a plan is ahead of no programme by as much as matters, and behind where it ever is."""
    behind = f", behind by as much in {verdict['loses']}" if verdict["loses"] else ""
    return (
        f"ahead of no programme by {least_of(verdict)} points or more in {verdict['gains']} of {verdict['pairs']} draws"
        f"{behind}"
    )


def least_of(verdict: Verdict) -> str:
    """The smallest difference that matters, in points."""
    return points(verdict["minimal_important_difference"]).lstrip("+")


def agreement(draws: Draws) -> str:
    """What the draws have in common with those of other commands, and what they leave out."""
    stay = f" Not drawn, because a plan sets them: {', '.join(draws.held)}." if draws.held else ""
    return (
        "Being wrong about the rules of the model is in none of the ranges. plnsim readiness, compare, "
        "run --uncertainty and optimise draw the same parameters in the same way, except what a plan sets, a lever "
        f"moves or an answer narrows.{stay}"
    )


def as_json(draws: Draws) -> dict[str, object]:
    """The draws in short: how many, of what."""
    return {"points": draws.points, "done": draws.done, "drawn": list(draws.names), "held": list(draws.held)}
