"""What a terminal shows while an experiment runs: runs done, rate, time left, and what the runs so far say."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import numpy as np

from plnsim.output.terminal import ProgressBar
from plnsim.studies.experiment.design import Design
from plnsim.studies.experiment.execute import Progress
from plnsim.studies.experiment.indices import sobol_indices, varies_at_base_points
from plnsim.studies.experiment.task import Row, Task

SECONDS_BETWEEN_ESTIMATES = 2.0
FEWEST_BASE_POINTS = 16
TOP_FACTORS = 3


class Estimates:
    """Current estimates of the first outcome: its mean over the runs, and for Sobol the largest total indices so
    far.
    """

    def __init__(self, task: Task, design: Design):
        self.design, self.outcome, self.replicates = design, task.outcomes[0], task.replicates
        self.values = np.full((len(design.unit_sample), task.replicates), np.nan)

    def add(self, rows: Sequence[Row]) -> None:
        for row in rows:
            place = int(row["point"]), int(row["replicate"])
            if all(at < of for at, of in zip(place, self.values.shape, strict=True)):  # of later steps there are more
                self.values[place] = row[self.outcome]

    def text(self) -> str:
        """The estimates in a few words, with half-widths of 95 % intervals; empty when nothing can be said yet."""
        points = self.values.mean(axis=1)
        known = points[np.isfinite(points)]
        if len(known) < 2:
            return ""
        mean = f"{self.outcome} {known.mean():.3f}±{1.96 * known.std(ddof=1) / math.sqrt(len(known)):.3f}"
        return ", ".join([mean, *self._top_factors()])

    def _top_factors(self) -> list[str]:
        """The factors with the largest total indices on the base points that are finished, up to the first that is
        not.
        """
        factors, block = len(self.design.factors), self.design.block
        finished = np.isfinite(self.values).all(axis=1)
        base = (len(finished) if finished.all() else int(np.argmin(finished))) // block
        some = self.values[: base * block, :, None]
        if self.design.method != "sobol" or base < FEWEST_BASE_POINTS or not varies_at_base_points(some, block)[0]:
            return []
        indices = sobol_indices(some, factors, second_order=self.design.second_order, resamples=50)
        order = np.argsort(-indices.total[0])[:TOP_FACTORS]
        return [
            f"{self.design.factors[factor]} {indices.total[0, factor]:.2f}±{indices.total_conf[0, factor]:.2f}"
            for factor in order
        ]


class ProgressReporter:
    """Reports on the variants of an experiment one after another, a line of progress each; ``start_variant`` begins
    the next.
    """

    def __init__(self) -> None:
        self.progress_bar: ProgressBar | None = None

    def start_variant(self, variant: str, task: Task, design: Design) -> Progress:
        """Begins to report on a variant; gives what is to be called after each batch."""
        self._end()
        self.progress_bar = progress_bar = ProgressBar(variant)
        estimates, began = Estimates(task, design), time.monotonic()
        at_first: int | None = None
        last_time, last_text = 0.0, ""

        def progress(done: int, of: int, rows: Sequence[Row]) -> None:
            nonlocal at_first, last_time, last_text
            at_first = done if at_first is None else at_first
            estimates.add(rows)
            now = time.monotonic()
            if now - last_time > SECONDS_BETWEEN_ESTIMATES:
                last_time, last_text = now, estimates.text()
            progress_bar(done, of, f"{(done - at_first) / max(1e-9, now - began):,.0f} runs/s  {last_text}")

        return progress

    def _end(self) -> None:
        if self.progress_bar is not None:
            self.progress_bar.__exit__(None, None, None)
            self.progress_bar = None

    def __enter__(self) -> ProgressReporter:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
