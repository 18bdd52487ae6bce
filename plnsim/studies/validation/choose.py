"""The search for defaults that the protocol lays down: ``python -m plnsim.studies.validation.choose FOLDER``.

Waves of points are played with the calibration patterns; emulators of their figures rule points out and propose the
next wave; the best of the last are played oftener, and one is chosen. What is finished is kept in the folder, and the
same command goes on from there. The patterns that are held out are not played.
"""

from __future__ import annotations

import json
import math
import resource
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from scipy.stats import norm

from plnsim.common.parameter import Parameter, Value
from plnsim.model.outcome import OUTCOMES_BY_NAME
from plnsim.simulation.runs import simulate_run
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.studies.calibration.calibration import Calibration
from plnsim.studies.calibration.emulator import Emulator
from plnsim.studies.calibration.observations import Observation
from plnsim.studies.calibration.stages import StageRuns
from plnsim.studies.experiment.design import sample_design
from plnsim.studies.validation.catalogue import PATTERNS, held_out
from plnsim.studies.validation.null_models import NETWORKS_OF_ONE_SCHOOL, with_values
from plnsim.studies.validation.pattern import Clause
from plnsim.studies.validation.protocol import PROTOCOL
from plnsim.studies.validation.scoring import run_replicate, scenarios_of, score_clause

FITTED = tuple(pattern for pattern in PATTERNS if pattern.testable and pattern.key not in held_out())
"""The patterns that choose the defaults."""
CLAUSES: tuple[tuple[str, Clause], ...] = tuple((one.key, clause) for one in FITTED for clause in one.clauses)
LOW, HIGH = (np.array([getattr(clause, end) for _, clause in CLAUSES]) for end in ("low", "high"))
KEYS = tuple(one.key for one in FITTED)
OF_PATTERN = np.array([KEYS.index(key) for key, _ in CLAUSES])
WORTH = np.array([PROTOCOL.information[key] for key in KEYS])
NAMES = PROTOCOL.parameters
DIGITS = 6


def parameter_of(name: str) -> Parameter:
    parameter = MODEL_PARAMETERS[name]
    assert isinstance(parameter, Parameter), name
    return parameter


def values_at(point: Sequence[float]) -> dict[str, Value]:
    """The values of the searched parameters at a point of the unit cube, to two significant digits."""
    return {
        name: float(f"{parameter_of(name).ppf(float(share)):.2g}") for name, share in zip(NAMES, point, strict=True)
    }


def share_of(name: str, value: float) -> float:
    """The place of a value in the unit interval of its parameter's plausible range."""
    shares = np.linspace(0.0, 1.0, 2001)
    return float(np.interp(value, [float(parameter_of(name).ppf(float(share))) for share in shares], shares))


def today() -> list[float]:
    """The point of the defaults that the search begins with, as the protocol has them."""
    return [share_of(name, PROTOCOL.choice["today"][name]) for name in NAMES]


def play(values: Mapping[str, Value], replicates: range) -> np.ndarray:
    """The statistics of all clauses at some values: replicates x clauses x (over, under)."""
    scenarios = scenarios_of(FITTED, values)
    seed = PROTOCOL.search["seed"]
    return np.array([np.concatenate(run_replicate(FITTED, scenarios, seed, one)) for one in replicates])


def _play_point(number_and_point: tuple[int, list[float]], replicates: int) -> tuple[int, np.ndarray]:
    number, point = number_and_point
    first = replicates * (number % PROTOCOL.search["worlds"])
    with np.errstate(all="ignore"):
        return number, play(values_at(point), range(first, first + replicates))


def figures_of(rows: np.ndarray) -> np.ndarray:
    """The figure of each clause over the replicates, and its standard error: clauses x 2."""
    scores = [score_clause(clause, rows[:, place]) for place, (_, clause) in enumerate(CLAUSES)]
    return np.array([(score.value, score.error) for score in scores])


def patterns_met(inside: np.ndarray) -> np.ndarray:
    """Chance that all figures of each pattern are inside, from that of each figure: ... x patterns."""
    return np.stack([inside[..., place == OF_PATTERN].prod(axis=-1) for place in range(len(KEYS))], axis=-1)


def bits_of(figures: np.ndarray) -> np.ndarray:
    """Information of the patterns that are met: the loss, to be made as large as can be."""
    return np.asarray(patterns_met((figures >= LOW) & (figures <= HIGH)) @ WORTH)


class Search:
    """The points that were played, kept in a folder, one a line."""

    def __init__(self, folder: Path, workers: int = 2):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.workers = folder, workers

    def wave(self, name: str, points: list[list[float]], replicates: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Plays the points of a wave that the folder lacks; gives points, figures and errors.

        A wave that was begun keeps its points.
        """
        path = self.folder / f"{name}.jsonl"
        kept = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        design = self.folder / f"{name}-points.json"
        points = json.loads(design.read_text()) if design.exists() else points
        design.write_text(json.dumps(points))
        done = {line["number"]: line for line in kept}
        todo = [(number, point) for number, point in enumerate(points) if number not in done]
        with ProcessPoolExecutor(self.workers) as pool, path.open("a") as store:
            for number, rows in pool.map(partial(_play_point, replicates=replicates), todo):
                line = {
                    "number": number,
                    "rows": [
                        [[one if math.isfinite(one) else None for one in pair] for pair in row] for row in rows.tolist()
                    ],
                }
                store.write(json.dumps(line) + "\n")
                store.flush()
                done[number] = line
        figures = np.array([figures_of(np.array(done[number]["rows"], dtype=float)) for number in range(len(points))])
        return np.array(points), figures[..., 0], figures[..., 1]


class Guess:
    """Emulators of the clauses whose verdict differs between points; of the others the commonest figure."""

    def __init__(self, points: np.ndarray, figures: np.ndarray):
        inside = (figures >= LOW) & (figures <= HIGH)
        defined = np.isfinite(figures).mean(axis=0) > 0.8
        share = inside.mean(axis=0)
        self.varied = np.flatnonzero(defined & (share > 0.03) & (share < 0.97))
        self.share = share
        middle = np.nanmedian(figures, axis=0)
        spread = np.nanstd(figures, axis=0) + 1e-9
        clipped = np.clip(figures, middle - 4 * spread, middle + 4 * spread)[:, self.varied]
        observations = tuple(
            Observation(
                f"{CLAUSES[place][0]}: {CLAUSES[place][1].name}", None, float(middle[place]), float(spread[place])
            )
            for place in self.varied
        )
        calibration = Calibration("defaults", Scenario.of("baseline"), observations, NAMES)
        self.emulator = Emulator(calibration, [StageRuns(points, clipped[:, None, :])])

    def predict(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Means and standard deviations of the figures that are emulated, at some points."""
        mean, own, _ = self.emulator.predict(points)
        return mean, np.sqrt(own)

    def _bits(self, inside: np.ndarray) -> np.ndarray:
        whole = np.broadcast_to(np.where(self.share >= 0.5, 1.0, 0.0), (len(inside), len(CLAUSES))).copy()
        whole[:, self.varied] = inside
        return np.asarray(patterns_met(whole) @ WORTH)

    def expected(self, points: np.ndarray) -> np.ndarray:
        """Expected information of points."""
        mean, sd = self.predict(points)
        low, high = LOW[self.varied], HIGH[self.varied]
        return self._bits(norm.cdf((high - mean) / (sd + 1e-12)) - norm.cdf((low - mean) / (sd + 1e-12)))

    def not_ruled_out(self, points: np.ndarray) -> np.ndarray:
        """Information of the patterns that are not ruled out: no figure is implausible by so many deviations."""
        mean, sd = self.predict(points)
        far = PROTOCOL.search["ruled_out"] * sd
        return self._bits(((mean + far >= LOW[self.varied]) & (mean - far <= HIGH[self.varied])).astype(float))

    def drawn(self, points: np.ndarray, seed: int) -> np.ndarray:
        """Information of one draw of the figures from their emulators (Thompson sampling)."""
        mean, sd = self.predict(points)
        draw = mean + sd * np.random.default_rng(seed).standard_normal(mean.shape)
        return self._bits(((draw >= LOW[self.varied]) & (draw <= HIGH[self.varied])).astype(float))


def candidates(points: np.ndarray, bits: np.ndarray, seed: int) -> np.ndarray:
    """A Latin hypercube, and as many points around the best and today's: each parameter moved or left as it is."""
    number = PROTOCOL.search["candidates"]
    wide = sample_design("latin", NAMES, number, seed).unit_sample
    random = np.random.default_rng(seed)
    best = np.concatenate([points[np.argsort(-bits)[:20]], [today()]])
    centre = best[random.integers(len(best), size=number)]
    moved = random.random(centre.shape) < random.choice([0.2, 0.5, 1.0], size=(number, 1))
    step = random.normal(0.0, 0.15, centre.shape) * moved
    around = 1.0 - np.abs(1.0 - np.abs(centre + step))  # reflected at the ends
    return np.concatenate([wide, around.clip(0.0, 1.0)])


def next_wave(guess: Guess, points: np.ndarray, bits: np.ndarray, number: int, seed: int) -> list[list[float]]:
    """Points for the next wave: of the candidates that are not ruled out those with the best draws."""
    tried = candidates(points, bits, seed)
    left = tried[guess.not_ruled_out(tried) >= bits.max()]
    left = left if len(left) >= number else tried
    order = np.argsort(-guess.drawn(left, seed), kind="stable")[:number]
    print(f"  {len(left) / len(tried):.0%} of the candidates are not ruled out", flush=True)
    return [[round(share, DIGITS) for share in point] for point in left[order].tolist()]


def pruned(guess: Guess, point: np.ndarray) -> np.ndarray:
    """The point with every parameter put back to today's default whose change is expected to bring next to nothing."""
    point, least = point.copy(), PROTOCOL.choice["least_expected"]
    for _ in NAMES:
        before = guess.expected(point[None])[0]
        back = np.array([np.where(np.arange(len(NAMES)) == one, today(), point) for one in range(len(NAMES))])
        loss = before - guess.expected(back)
        loss[np.isclose(point, today())] = np.inf
        if loss.min() > least:
            break
        point = back[int(loss.argmin())]
    return point


def networks_matter(values: Mapping[str, Value]) -> tuple[bool, list[float]]:
    """Whether networks of one school lose enough of sustained deep use in every programme, and what they lose."""
    losses = []
    function = OUTCOMES_BY_NAME["deep_use"].function
    for name in PROTOCOL.choice["programmes"]:
        shipped = Scenario.of(name)
        scenario = shipped.with_values({key: one for key, one in values.items() if key not in shipped.changed})
        sums = [
            sum(
                function(simulate_run(one, 1, replicate))
                for replicate in range(PROTOCOL.choice["programme_replicates"])
            )
            for one in (with_values(scenario, {"recruitment.rate": 0.0}), NETWORKS_OF_ONE_SCHOOL.change(scenario))
        ]
        losses.append(1.0 - sums[1] / sums[0] if sums[0] else 0.0)
    return min(losses) >= PROTOCOL.choice["least_loss"], losses


def _processor_seconds() -> float:
    """Processor time of this process and of those that it started and that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def run_search(folder: Path) -> dict[str, object]:
    """The whole search: waves, finalists, choice; what it found is left in ``choice.json``."""
    search = Search(folder)
    plan, choice = PROTOCOL.search, PROTOCOL.choice
    played: list[tuple[np.ndarray, np.ndarray]] = []
    design = sample_design("latin", NAMES, plan["waves"][0] - 1, plan["seed"]).unit_sample.round(DIGITS).tolist()
    wave = [[round(share, DIGITS) for share in today()], *design]
    guess: Guess | None = None
    for number, _ in enumerate(plan["waves"], 1):
        if number > 1 and _processor_seconds() > 60.0 * plan["stop_minutes"]:
            print(f"stopped before wave {number}", flush=True)
            break
        points, figures, _ = search.wave(f"wave-{number}", wave, plan["replicates"])
        played.append((points, figures))
        points, figures = (np.concatenate(arrays) for arrays in zip(*played, strict=True))
        bits = bits_of(figures)
        told = f"wave {number}: {len(points)} points, best {bits.max():.1f} bits, today {bits[0]:.1f}"
        print(f"{told}, {_processor_seconds():.0f} s of processor time", flush=True)
        best = np.argsort(-bits, kind="stable")[: plan["emulated_points"]]
        guess = Guess(points[best], figures[best])
        if number < len(plan["waves"]):
            wave = next_wave(guess, points, bits, plan["waves"][number], plan["seed"] + number)
    assert guess is not None
    tried = np.concatenate([candidates(points, bits, plan["seed"] + 100), points])
    order = np.argsort(-guess.expected(tried), kind="stable")[: choice["finalists"]]
    finalists = [
        today(),
        *(point for one in order for point in (tried[one].tolist(), pruned(guess, tried[one]).tolist())),
    ]
    points, figures, _ = search.wave("finalists", finalists, choice["finalist_replicates"])
    bits = bits_of(figures)
    last = [0, *(int(one) for one in np.argsort(-bits, kind="stable") if one)][: 1 + choice["last"]]
    points, figures, _ = search.wave("last", points[last].tolist(), choice["last_replicates"])
    bits = bits_of(figures)
    matters = [networks_matter(values_at(point)) for point in points]
    found = choose(points, bits, [allowed for allowed, _ in matters])
    result: dict[str, object] = {
        "protocol": PROTOCOL.sha256,
        "chosen": values_at(points[found]),
        "is_today": found == 0,
        "last": [
            {
                "values": values_at(point),
                "bits": float(one),
                "met": [key for key, met in zip(KEYS, patterns_met((row >= LOW) & (row <= HIGH)), strict=True) if met],
                "loss_of_networks_of_one": losses,
            }
            for point, one, row, (_, losses) in zip(points, bits, figures, matters, strict=True)
        ],
    }
    (folder / "choice.json").write_text(json.dumps(result, indent=1))
    return result


def choose(points: np.ndarray, bits: np.ndarray, allowed: Sequence[bool]) -> int:
    """Which of the last points becomes the defaults: today's (the first) unless another one has more bits by the least
    gain; of those within it of the best, the one nearest to today's.
    """
    least = PROTOCOL.choice["least_gain"]
    may = [place for place in range(len(points)) if place and allowed[place] and bits[place] >= bits[0] + least]
    if not may:
        return 0
    top = max(bits[place] for place in may)
    near = [place for place in may if bits[place] > top - least]
    return min(near, key=lambda place: float(np.linalg.norm(points[place] - points[0])))


if __name__ == "__main__":
    print(json.dumps(run_search(Path(sys.argv[1])), indent=1))
