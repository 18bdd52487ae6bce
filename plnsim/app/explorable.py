"""The explorable: the page of ``plnsim serve`` as one HTML file with a grid of runs in it, for a class without server
or network.
"""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import numpy as np

from plnsim.app.about import ABILITIES, QUESTION, about, control, weekly_outcome
from plnsim.app.curves import BY_NAME
from plnsim.app.grid import BYTE_MAX, QUANTILES, SHIFTS, SUPPORT, Grid, InterpolationAccuracy
from plnsim.app.states import support_end_week
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.output.words import BANDS, interval_label, number
from plnsim.simulation.runs import RANGE_QUANTILES
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import with_class_size
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS

PAGE = Path(__file__).parent / "page"
STYLE, SCRIPT, ICON = (
    '<link rel="stylesheet" href="page.css">',
    '<script type="module" src="live.js"></script>',
    '<link rel="icon" href="icon.svg">',
)
"""The lines of the page that ask for other files."""
POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="'
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
    '">'
)
"""The file loads nothing from anywhere, whoever opens it."""
IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
STEP = 0.05
TITLE = "All the time in the world: does it scale?"
TIME, LEADERSHIP, FOCUS = SHIFTS
LABELS = {
    TIME: (
        "More time",
        "What is missing of the time for it is given to everyone, for good: "
        "from nothing more to all the time in the world.",
    ),
    LEADERSHIP: (
        "More leadership",
        "What is missing of vision, support and shared leadership is given to every school, for good.",
    ),
    FOCUS: (
        "More shared focus",
        "What is missing of a fit between the practice and the school's goals is given to every school, for good.",
    ),
    SUPPORT: ("Support ends after", "Years of outside support for the networks."),
}
PRESETS: tuple[tuple[str, dict[str, float]], ...] = (
    ("As it is", {}),
    ("All the time in the world", {TIME: 1.0}),
    ("All leaders back it", {LEADERSHIP: 1.0}),
    ("One shared focus", {FOCUS: 1.0}),
    ("Time and leadership", {TIME: 1.0, LEADERSHIP: 1.0}),
    ("Half of each", dict.fromkeys(SHIFTS, 0.5)),
    ("Everything", dict.fromkeys(SHIFTS, 1.0)),
    ("Support for one year", {SUPPORT: 1.0}),
    ("Support for five years", {SUPPORT: 5.0}),
)


def class_scenario(scenario: Scenario) -> Scenario:
    """The scenario of the page, of class size and of its own length whatever its support."""
    resized = with_class_size(scenario)
    return resized.with_years(resized.weeks / SCHOOL_WEEKS)


def render_page(grid: Grid, accuracy: InterpolationAccuracy) -> str:
    """The text of the file."""
    text = (PAGE / "index.html").read_text(encoding="utf-8")
    icon = base64.b64encode((PAGE / "icon.svg").read_bytes()).decode()
    data = json.dumps(page_data(grid, accuracy), separators=(",", ":"), ensure_ascii=False, allow_nan=False).replace(
        "<", "\\u003c"
    )
    script = "\n".join(
        [bundle_scripts("page.js", "grid.js"), 'begin(grid(JSON.parse(document.getElementById("data").textContent)));']
    )
    embedded = f'<script type="application/json" id="data">{data}</script>'
    inside = f'{embedded}\n<script>\n"use strict";\n{script}\n</script>\n</body>'
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


def bundle_scripts(*entries: str) -> str:
    """The modules that some modules need, each once and after those that it imports, as one script."""
    texts: dict[str, str] = {}

    def take(name: str) -> None:
        if name not in texts:
            text = (PAGE / name).read_text(encoding="utf-8")
            for needed in IMPORT.findall(text):
                take(needed)
            texts[name] = re.sub(r"^export ", "", IMPORT.sub("", text), flags=re.MULTILINE)

    for entry in entries:
        take(entry)
    return "\n".join(texts.values())


def page_data(grid: Grid, accuracy: InterpolationAccuracy) -> dict[str, object]:
    """What ``grid.js`` reads."""
    scenario = grid.scenario
    teachers = len(scenario.world(grid.seed, 0).teachers)
    scaled = np.where(np.isfinite(grid.scaled_up), grid.scaled_up, BYTE_MAX).astype(np.uint8)
    return {
        "about": _about(grid, accuracy, teachers),
        "own": {name: scenario.values[name] for name in grid.axes},
        "axes": [
            {"name": name, "label": LABELS[name][0].lower(), "nodes": list(nodes)} for name, nodes in grid.axes.items()
        ],
        "at": grid.at.tolist(),
        "weeks": scenario.weeks,
        "ends": [support_end_week(scenario.with_values({SUPPORT: years})) for years in grid.axes[SUPPORT]],
        "outcomes": [{"name": name, "meaning": BY_NAME[name].meaning} for name in grid.outcomes],
        "levels": len(QUANTILES) + 1,
        "runs": grid.runs,
        "dots": teachers,
        "years": number(scenario.weeks / SCHOOL_WEEKS),
        "range": RANGE_QUANTILES,
        "named": interval_label(*RANGE_QUANTILES),
        "words": BANDS,
        "curves": _base64(grid.curves),
        "teachers": _base64(grid.teachers),
        "last": _base64(grid.last.astype("<f4")),
        "scaled": _base64(scaled),
    }


def _base64(table: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(table).tobytes()).decode()


def _about(grid: Grid, accuracy: InterpolationAccuracy, teachers: int) -> dict[str, object]:
    """What the live page says of the scenario, with the sliders of the grid instead of all."""
    spec = about(grid.scenario, teachers, grid.scenario.number_of_schools, grid.seed)
    years = number(grid.scenario.weeks / SCHOOL_WEEKS)
    simulated = (
        f"Behind the sliders stand {grid.settings * grid.runs:,} runs at {grid.settings:,} settings. {accuracy} "
        "Works without a network. plnsim serve simulates any setting."
    )
    presets = [
        {"name": name, "values": values}
        for name, values in PRESETS
        if all(_knows(grid, *assignment) for assignment in values.items())
    ]
    return spec | {
        "title": TITLE,
        "lead": f"{grid.scenario.title.partition(':')[0]}: {spec['lead']}",
        "note": f"{spec['note']} {simulated}",
        "runs": grid.runs,
        "presets": presets,
        "scenarios": [],
        "question": f"{QUESTION} in the last of {years} years? Choose a plan first, if you like: "
        "what it leads to stays hidden until you have guessed.",
        "outcomes": [weekly_outcome(BY_NAME[name]) for name in grid.outcomes],
        "controls": [_control(grid, name) for name in grid.axes],
        "groups": [],
        "can": dict.fromkeys(ABILITIES, False),
    }


def _knows(grid: Grid, name: str, value: float) -> bool:
    return value in grid.axes[name] if name == SUPPORT else True


def _control(grid: Grid, name: str) -> dict[str, object]:
    nodes, (label, meaning) = grid.axes[name], LABELS[name]
    spec = control(MODEL_PARAMETERS[name], grid.scenario) | {
        "first": True,
        "label": label,
        "meaning": meaning,
        "low": nodes[0],
        "high": nodes[-1],
    }
    return spec | ({"stops": list(nodes)} if name == SUPPORT else {"step": STEP})
