"""The table of coverage: for each kind of interval, in how many of 100 it held the truth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from plnsim.common.short_repr import short_repr
from plnsim.simulation.runs import ProgressCallback
from plnsim.studies.coverage import paired
from plnsim.studies.coverage.chosen import plans, rules
from plnsim.studies.coverage.designs import CASES, FUNCTIONS, LUCKS, SHARE, Case, Coverage, coverage_of
from plnsim.studies.experiment.design import DUMMY

SEEDS = 40
WANTED = (0.92, 0.98)
OTHERS = {
    "discovered rules": ("", rules),
    "optimised plans": ("", plans),
    "paired differences": (f"{paired.RUNS} runs, or {paired.DRAWS} draws", paired.differences),
    "cost of each adopter": (f"{paired.RUNS} runs", paired.costs),
    "robustness": (f"{paired.DRAWS} draws, or {paired.DRAWS // 2} of 3 replicates", paired.shares),
    "worth of finding out": (f"{paired.DRAWS} draws", paired.information),
    "thresholds": (f"{paired.DRAWS} draws", paired.switches),
}
"""Intervals that are not of experiments' indices: the design, and what tries them."""
SLOW = ("delta",)
"""Cases of minutes, tried with one function and all kinds of luck together."""
HEADER = ("interval", "design", "tried", "held", "of the dummy", "least of an index")
INTRODUCTION = """\
# How often intervals hold the truth

An interval of 95 % should hold the truth in 95 of 100 repetitions with other luck, and is good enough
where it does so in 92 to 98. Here functions with known answers
(3 a + 1.8 b + 0.6 c, and that of Ishigami and Homma) stand in the model's place, with luck of three kinds on top: one
for all points that share their luck, one that grows with a, one of each run; each makes a third of the variance of a
run, or all together 37 %. Each design is drawn and analysed again and again with other seeds; intervals of what luck
does not touch, which are of no width, are not counted.
"""
NOTES = """\
- *Held* is of all intervals together; *least* is the index or factor with the fewest, over all kinds of luck.
- Sobol's points lie more evenly than chance would have them. Its intervals, luck's share among them, know that where
  base points are enough (size 128 up to 5 parameters, the dummy among them; 1,024 up to 16): they are of what
  polynomials of degree two leave. With fewer they are those of SALib, and hold the truth in up to 100 of 100 where the
  function is smooth and luck small; so they do where it is not near such a polynomial, as that of Ishigami and Homma.
- First, total and Shapley indices of Sobol and of polynomial chaos, and shares of luck, are held against what formulas
  give, effects against those without luck. Of mu\\*, eFAST, PAWN, delta and rank correlations the truth is the mean
  of 200 designs of the same size and replicates (of delta 60): what eFAST, PAWN and delta are off by themselves at a
  size is not in their intervals.
- Of delta with its bias reduced the interval is SALib's, the spread of resamples before they are reduced; from design
  to design the reduced delta varies by up to a third more. So the interval of a small delta holds the truth less often
  than it says (*least*): the dummy's is what to compare with.
- The share of luck is of the variance over the points that a design can take.
- *Spread of* is of the variance that luck makes, of which luck that grows with a makes all.
- Rules are judged on 400 fresh points, plans on 40 fresh draws as skewed as those of sustained deep use; so are paired
  differences over draws. The cost of each adopter is that of runs which vary as those of the baseline and of the
  research learning network; robustness has the share of draws in which a condition holds, and the 90th percentile of
  regret; the worth of finding out a parameter is tried where it has none, some and much. Thresholds are judged in the
  samples that show one, by deep use and by the cost of each adopter.
"""


@dataclass(frozen=True)
class Line:
    """One kind of interval: the design, and how often it held the truth, by index and factor."""

    name: str
    design: str
    found: dict[str, Coverage]

    __repr__ = short_repr

    @property
    def held(self) -> Coverage:
        return total(self.found.values())

    @property
    def least(self) -> float:
        """The smallest share of an index or factor."""
        return min(one.share for one in self.found.values())

    @property
    def of_the_dummy(self) -> Coverage | None:
        dummies = [one for name, one in self.found.items() if name.endswith(DUMMY)]
        return total(dummies) if dummies else None


def total(some: Iterable[Coverage]) -> Coverage:
    """All of some coverages together."""
    parts = list(some)
    return Coverage(sum(one.held for one in parts), sum(one.tried for one in parts))


def coverage_table(
    seeds: int = SEEDS, only: str = "", progress: ProgressCallback | None = None
) -> tuple[list[Line], list[Line]]:
    """The lines of indices and other intervals, and those of luck's share; ``only``: those with this in their name."""
    lines, shares = [], []
    cases = {name: case for name, case in CASES.items() if only in name}
    others = [(name, *other) for name, other in OTHERS.items() if only in name]
    for number, (name, case) in enumerate(cases.items()):
        found = _all_of(case, seeds)
        share = found.pop(" ".join(SHARE).strip())
        lines.append(Line(name, _design(case), found))
        if not (case.spread or case.quantile):  # a quantile is over luck, which has no share of it in a run
            shares.append(Line(f"luck's share: {name}", _design(case), {"share": share}))
        if progress:
            progress(number + 1, len(cases) + len(others))
    for number, (name, design, try_out) in enumerate(others, start=len(cases)):
        lines.append(Line(name, design, try_out(seeds)))
        if progress:
            progress(number + 1, len(cases) + len(others))
    return lines, shares


def _all_of(case: Case, seeds: int) -> dict[str, Coverage]:
    """A case with all its functions and kinds of luck, by index and factor."""
    gathered: dict[str, list[Coverage]] = {}
    for function in case.functions or FUNCTIONS:
        for luck in case.lucks or (list(LUCKS)[-1:] if case.method in SLOW else LUCKS):
            for index, coverage in coverage_of(case, function, LUCKS[luck], seeds).items():
                gathered.setdefault(index, []).append(coverage)
    return {index: total(parts) for index, parts in gathered.items()}


def _design(case: Case) -> str:
    size = "8 combinations" if case.method == "factorial" else f"size {case.size}"
    return f"{size}, {case.replicates} replicates"


def rows(lines: Sequence[Line]) -> list[tuple[str, ...]]:
    """The table, with a header."""
    table: list[tuple[str, ...]] = [HEADER]
    for line in lines:
        dummy = line.of_the_dummy
        shares = (line.held.share, dummy.share if dummy else None, line.least)
        told = ("" if share is None else f"{100 * share:.1f} %" for share in shares)
        table.append((line.name, line.design, f"{line.held.tried:,}", *told))
    return table


def as_markdown(lines: Sequence[Line], shares: Sequence[Line], command: str) -> str:
    """The page of the guide."""
    outside = [line.name for line in [*lines, *shares] if not WANTED[0] <= round(line.held.share, 3) <= WANTED[1]]
    told = f"Outside 92 to 98 %: {'; '.join(outside)}." if outside else "All lie between 92 and 98 %."
    tables = [*_markdown(rows(lines)), "", *_markdown(rows(shares))]
    return "\n".join([INTRODUCTION, *tables, "", told, "", NOTES, f"Made by `{command}`.", ""])


def _markdown(table: Sequence[Sequence[str]]) -> list[str]:
    head, *body = table
    return [f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *body)]
