"""The page of a comparison or of a single run as a document, made from tables alone."""

from __future__ import annotations

from pathlib import Path

from matplotlib import rc_context

from plnsim.common.command_line import command_line
from plnsim.output.figures import BANDS as QUANTILES
from plnsim.output.words import BANDS, FEWEST_RUNS, interval_label
from plnsim.publish.provenance import Provenance
from plnsim.publish.report import compared, curves, first_screen, no_programme
from plnsim.publish.report.document import Block, Document, Image, Paragraph, Piece, Section
from plnsim.publish.report.facts import facts
from plnsim.publish.report.names import colours
from plnsim.publish.report.pictures import STYLE
from plnsim.publish.report.sections import pictured_names, sections
from plnsim.simulation.scenario import Scenario
from plnsim.studies.comparison.comparison import Comparison
from plnsim.studies.decision.robustness import LASTING
from plnsim.studies.uncertainty import text as uncertainty


def make_document(comparison: Comparison, provenance: Provenance) -> Document:
    """The document of a record; ``provenance`` tells version, command, seed and commit, as a record keeps them."""
    with rc_context(STYLE):
        draw = curves.over_draws if no_programme.is_told(comparison) else curves.spread
        picture = draw(comparison, pictured_names(comparison), colours(comparison))
        following = sections(comparison)
    return Document(
        title=first_screen.title(comparison),
        lead=first_screen.lead_sections(comparison),
        image=Image("spread", picture, _caption(comparison)),
        facts=facts(comparison),
        caution=compared.INSIDE_A_MODEL,
        sections=(*following, _again(comparison, provenance)),
    )


def _caption(comparison: Comparison) -> str:
    """What the lines of the first picture are."""
    if comparison.draws is not None and no_programme.is_told(comparison):
        banded = len(comparison.results) <= curves.MOST_WITH_BANDS and comparison.base.replicates > 1
        bands = f" (bands: luck alone, {interval_label(*QUANTILES[0][:2])})" if banded else ""
        least = no_programme.least(comparison)
        return (
            f"Of 100 teachers, counted by how deeply they use it. Left: as all is set, mean of each year{bands}. "
            f"Right: the last year in {comparison.draws.done} draws of what nobody knows, each a dot, filled where it "
            f"is ahead of no programme by {least} or more"
        )
    few = len(comparison.results) <= curves.MOST_WITH_BANDS
    where = any(map(curves.takes_part, comparison.results))
    lines = "solid: in schools that took part; dashed: all teachers" if where and few else ""
    lines = "in schools that took part" if where and not few else lines
    bands = (
        f"; bands: luck alone, {interval_label(*QUANTILES[0][:2])}" if few and comparison.base.replicates > 1 else ""
    )
    told = f" ({lines}{bands})" if lines or bands else ""
    return f"Of 100 teachers, how many use the practice, mean of each year{told}"


def _again(comparison: Comparison, provenance: Provenance) -> Section:
    """How the page came about: the command, versions, and the words of likelihood."""
    single, runs = not comparison.others, comparison.base.replicates
    commit = provenance.get("commit")
    made_by = f", commit {commit[:10]}{' with changes' if commit.endswith('+') else ''}" if commit else ""
    count = f"{runs} run{'s' if runs > 1 else ''}{'' if single else ' of each scenario'}"
    luck = compared.LUCK_ALONE if comparison.draws is None else uncertainty.agreement(comparison.draws)
    blocks: list[Block] = [
        Paragraph((Piece(_command(comparison, provenance), "code"),)),
        Paragraph(
            f"plnsim {provenance['versions'].get('plnsim', 'of an unknown version')}{made_by}; seed "
            f"{comparison.base.seed}; {count}. The tables beside this page hold every number on it; dictionary.csv "
            f"says what they mean, {'scenario.toml' if single else 'the folder scenarios'} what a scenario sets, and "
            "plnsim replay makes them again."
        ),
        Paragraph(luck),
    ]
    if runs >= FEWEST_RUNS:
        words = ", ".join(f"{word} {f'from {100 * least:.0f} %' if least else 'below that'}" for least, word in BANDS)
        blocks.append(Paragraph(f"Words: {words} of the runs, in this model, at these assumptions.", note=True))
    return Section("How to run it again?", tuple(blocks), small=True)


def _command(comparison: Comparison, provenance: Provenance) -> str:
    """The command that makes the numbers again: as it was given, or in full where a program asked."""
    if provenance.get("command"):
        return command_line(*provenance["command"])
    words: list[object] = [
        "compare" if comparison.others else "run",
        *(_argument(side.scenario, single=not comparison.others) for side in comparison.results),
        "--seed",
        str(comparison.base.seed),
        "--replicates",
        str(comparison.base.replicates),
    ]
    if comparison.others:
        words += ["--baseline", comparison.baseline, *(["--quick"] if comparison.sensitivity is None else [])]
    if comparison.when != LASTING:
        words += ["--when", comparison.when]
    if comparison.others or comparison.draws is not None:
        words += ["--uncertainty", str(comparison.draws.points if comparison.draws else 0)]
    return command_line(*words)


def _argument(scenario: Scenario, single: bool) -> str | Path:
    """What a command calls a scenario: its name, or the file beside the page."""
    if scenario.is_as_shipped:
        return scenario.name
    return Path("scenario.toml") if single else Path("scenarios", f"{scenario.name}.toml")
