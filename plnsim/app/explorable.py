"""The page: what it is given of a scenario, and how it becomes one HTML file that needs no server and no network."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np

from plnsim.app.about import about
from plnsim.model.outcome import WEEKLY_OUTCOMES
from plnsim.output.words import BANDS, FEWEST_RUNS, IN_THIS_MODEL, TOO_FEW, interval_label
from plnsim.publish.browser import bundle, to_json
from plnsim.simulation.runs import HALF_QUANTILES, RANGE_QUANTILES, run, summary
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import RUNS
from plnsim.simulation.wasm.module import MODULE
from plnsim.simulation.wasm.pack import pack

PAGE = Path(__file__).parent / "page"
STYLE, SCRIPT, ICON = (
    '<link rel="stylesheet" href="page.css">',
    '<script type="module" src="live.js"></script>',
    '<link rel="icon" href="icon.svg">',
)
"""The lines of the page that ask for other files."""
POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="'
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; "
    "worker-src blob:; img-src data:"
    '">'
)
"""The file loads nothing from anywhere, whoever opens it; its one worker is made of its own text."""
STORED_DIGITS = 4


def page_data(scenario: Scenario, own_schools: int, seed: int = 1) -> dict[str, object]:
    """All that the page is given, as ``source.js`` promises it: the module, the scenario packed, and curves of the
    scenario as it is for browsers that cannot run the module.

    ``scenario`` is of class size, or within ``check_limits``; ``own_schools`` is the number before that.
    """
    teachers = len(scenario.world(seed, 0).teachers)
    return {
        "about": about(scenario, teachers, own_schools, seed),
        "module": base64.b64encode(MODULE.read_bytes()).decode(),
        "pack": base64.b64encode(pack(scenario, seed, RUNS)).decode(),
        "stored": stored_curves(scenario, seed),
        "words": {
            "bands": BANDS,
            "fewest": FEWEST_RUNS,
            "few": TOO_FEW,
            "quantiles": [RANGE_QUANTILES[0], HALF_QUANTILES[0], 0.5, HALF_QUANTILES[1], RANGE_QUANTILES[1]],
            "range": interval_label(*RANGE_QUANTILES),
            "model": IN_THIS_MODEL,
        },
    }


def stored_curves(scenario: Scenario, seed: int) -> dict[str, object]:
    """The fan of each weekly outcome over the replicates of a scenario, rounded: a side as ``curves.js`` has it."""
    runs = run(scenario, seed=seed, replicates=RUNS)
    levels = (RANGE_QUANTILES[0], HALF_QUANTILES[0], 0.5, HALF_QUANTILES[1], RANGE_QUANTILES[1])
    stored: dict[str, object] = {}
    for outcome in WEEKLY_OUTCOMES:
        weekly = runs.by_week(outcome)
        clear = np.isfinite(weekly).any(axis=0)
        fan = np.full((len(levels), weekly.shape[1]), np.nan)
        fan[:, clear] = np.nanquantile(weekly[:, clear], levels, axis=0)
        low, lower, middle, upper, high = (_rounded(level) for level in fan)
        last = np.array([counts.ratio(outcome.count, outcome.of, counts.last_year) for counts in runs.run_counts])
        stored[outcome.name] = {
            "weeks": scenario.weeks,
            "supportEnds": min(scenario.support_ends, scenario.weeks),
            "one": None,
            "middle": middle,
            "inner": [lower, upper],
            "outer": [low, high],
            "last": dict(zip(("mean", "low", "high"), _rounded(np.array(summary(last)[:3])), strict=True)),
        }
    return stored


def _rounded(values: np.ndarray) -> list[float | None]:
    """The values as JSON can hold them: what is not defined is null."""
    return [round(value, STORED_DIGITS) if np.isfinite(value) else None for value in values.tolist()]


def render_page(data: dict[str, object]) -> str:
    """The text of the file."""
    text = (PAGE / "index.html").read_text(encoding="utf-8")
    icon = base64.b64encode((PAGE / "icon.svg").read_bytes()).decode()
    script = f'"use strict";\n{bundle_scripts("page.js", "embedded.js")}\nbegin(embeddedSource());\n'
    inside = (
        f'<script type="application/json" id="data">{to_json(data)}</script>\n'
        f'<script type="text/plain" id="worker">{bundle_scripts("worker.js")}</script>\n'
        f"<script>\n{script}</script>\n</body>"
    )
    for line, instead in (
        (STYLE, f"{POLICY}\n<style>\n{(PAGE / 'page.css').read_text(encoding='utf-8')}</style>"),
        (SCRIPT, ""),
        (ICON, f'<link rel="icon" href="data:image/svg+xml;base64,{icon}">'),
        ("</body>", inside),
    ):
        if text.count(line) != 1:
            raise ValueError(f"the page holds {line!r} {text.count(line)} times")
        text = text.replace(line, instead)
    return text


def bundle_scripts(*names: str) -> str:
    """Some scripts of the page with those that they import, as one text."""
    return bundle(*(PAGE / name for name in names))
