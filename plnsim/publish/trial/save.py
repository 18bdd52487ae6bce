"""What a virtual trial leaves in its folder: the page, the page of the guide with its figures, the tables, the file
that asked for it, and what it takes to do it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from matplotlib import rc_context

from plnsim.common.command_line import command_line
from plnsim.common.errors import InputError
from plnsim.common.files import atomic_folder
from plnsim.output.figures import save_svg
from plnsim.output.json_text import json_text
from plnsim.publish.provenance import versions
from plnsim.publish.record.save import check_folder as check_new_folder
from plnsim.publish.report.html import HERE as REPORT
from plnsim.publish.report.html import as_svg
from plnsim.publish.report.pictures import STYLE
from plnsim.publish.result_page import about_line, again_lines, markdown_table, source_lines
from plnsim.publish.trial.figures import colours, draw_effects, draw_power, plot_all, plot_measure
from plnsim.simulation.model_version import model_version
from plnsim.simulation.scenario.save import to_toml
from plnsim.studies.trial import text
from plnsim.studies.trial.simulate import TrialResult
from plnsim.studies.trial.trial import Trial

HERE = Path(__file__).parent
MANIFEST, PAGE, GUIDE_PAGE, SCENARIO = "trial.json", "report.html", "result.md", "scenario.toml"
FIGURES = {
    "effects.svg": (draw_effects, "what is true (open) and what trials estimate (dots; bars: 90 % of trials)"),
    "power.svg": (draw_power, "trials that find it (dots), false alarms (squares); bars: Wilson's 95 %"),
}
TABLES = ("summary.csv", "trials.csv")


def check_folder(out: Path, trial: Trial, *, overwrite: bool = False) -> None:
    """Raises ``InputError`` where a trial cannot be written to a folder, before anything is computed; only an earlier
    trial gives way, and only where it may.
    """
    present = {path.name for path in out.iterdir()} if out.is_dir() else set()
    ours = {MANIFEST, PAGE, GUIDE_PAGE, SCENARIO, *FIGURES, *TABLES, *trial.texts}
    if MANIFEST not in present or present - ours or out.resolve() == Path.cwd():
        check_new_folder(out)
    elif not overwrite:
        raise InputError(
            f"the folder {out} holds a trial already; nothing in it was touched",
            place=str(out),
            right="another folder, or --overwrite",
        )


def write(result: TrialResult, out: Path, command: Sequence[object], *, overwrite: bool = False) -> None:
    """Writes everything into a folder, or nothing; raises ``InputError``."""
    atomic_folder(out, lambda folder: _write_into(result, folder, command), overwrite=overwrite)


def _write_into(result: TrialResult, folder: Path, command: Sequence[object]) -> None:
    trial, used = result.trial, versions()
    files = {
        "summary.csv": result.summary.to_csv(index=False, lineterminator="\n"),
        "trials.csv": result.table.to_csv(index=False, lineterminator="\n"),
        SCENARIO: to_toml(trial.scenario),
        **trial.texts,
        PAGE: page(result, command, used),
        GUIDE_PAGE: guide_page(result, command, used),
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8", newline="\n")
    for name, (draw, what) in FIGURES.items():
        picture = plot_all(result, draw, what)
        save_svg(picture.figure, folder / name, letters=True, Title=what, Description=picture.alt_text)
    sums = {name: hashlib.sha256(files[name].encode()).hexdigest() for name in TABLES}
    manifest = text.as_json(result) | {
        "command": [str(word) for word in command],
        "versions": used,
        "model": model_version(),
        "sha256": sums,
    }
    (folder / MANIFEST).write_text(json_text(manifest) + "\n", encoding="utf-8")


def _about(result: TrialResult, used: dict[str, str]) -> str:
    return about_line(f"Seed {result.trial.seed}, {result.trial.trials:,} trials", used)


def page(result: TrialResult, command: Sequence[object], used: dict[str, str]) -> str:
    """One HTML file that loads nothing and runs nothing."""
    templates = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    names = [measure.name for measure in result.trial.measures]
    with rc_context(STYLE):
        effects, powers = (
            {name: as_svg(plot_measure(result, name, draw), f"{draw.__name__}-{name}") for name in names}
            for draw in (draw_effects, draw_power)
        )
    rendered = templates.get_template("trial.html").render(
        trial=result.trial,
        text=text,
        css=Markup((REPORT / "page.css").read_text(encoding="utf-8")),
        colours=colours(result),
        sentences=text.sentences(result),
        effects=effects,
        powers=powers,
        tables={name: text.table_rows(result, name) for name in result.trial.variants},
        smallest=text.smallest_rows(result),
        sources=source_lines(result.trial.sources),
        command=command_line(*command),
        about=_about(result, used),
    )
    return rendered.replace(" %", "\u00a0%")


def guide_page(result: TrialResult, command: Sequence[object], used: dict[str, str]) -> str:
    """The result as Markdown: what is said, figures, tables, what it rests on, and how to make it again."""
    trial = result.trial
    lines = [f"# {trial.title}", "", trial.purpose, "", *(f"- {sentence}" for sentence in text.sentences(result)), ""]
    for name, (_, what) in FIGURES.items():
        lines += [f"![{what[:1].upper()}{what[1:]}]({name})", ""]
    for name in trial.variants:
        lines += [f"## {text.label(name)}", "", *markdown_table(text.table_rows(result, name)), ""]
    if len(smallest := text.smallest_rows(result)) > 1:
        lines += ["## Is the study large enough?", "", *markdown_table(smallest), ""]
    lines += ["## What it rests on", "", *(f"- {caveat}" for caveat in text.CAVEATS)]
    lines += [f"- Known: {fact}." for fact in trial.known] + [f"- Assumed: {fact}." for fact in trial.assumed]
    lines += [f"- {source}" for source in source_lines(trial.sources)]
    lines += again_lines(command, _about(result, used))
    return "\n".join(lines)
