"""What a calibration leaves in its folder, beside its runs: the weighted sample, tables, figures, a page, and what it
takes to replay it.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import pandas

from plnsim.common.errors import InputError
from plnsim.common.files import remove_abandoned
from plnsim.output.figures import save_svg
from plnsim.output.json_text import json_text
from plnsim.publish.calibration.figures import plot_fit, plot_marginals
from plnsim.publish.provenance import versions
from plnsim.publish.result_page import about_line, again_lines, markdown_table, source_lines, write_files
from plnsim.simulation.model_version import model_version
from plnsim.simulation.scenario.save import to_toml
from plnsim.studies.calibration import posterior
from plnsim.studies.calibration import text as calibration_text
from plnsim.studies.calibration.fit import MATCHES, NO_MATCH, Posterior
from plnsim.studies.calibration.parse import read_calibration
from plnsim.studies.calibration.shipped import shipped_calibrations
from plnsim.studies.calibration.stages import RUNS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from plnsim.studies.calibration.calibration import Calibration

MANIFEST, PAGE, ASKED = "calibration.json", "result.md", "asked"
FIGURES = {
    "fit.svg": "The observations with what prior and posterior predict for them",
    "marginals.svg": "Prior and posterior of each parameter",
}


def check_out(folder: Path) -> None:
    """Raises ``InputError`` for a folder that holds other files and no calibration, before anything is computed."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / RUNS).is_dir():
        raise InputError(
            f"the folder {folder} holds other files and no calibration; nothing in it was touched",
            place=f"--out {folder}",
            right="an empty or new folder, or that of this calibration",
        )


def write(result: Posterior, folder: Path, command: Sequence[str] = ()) -> None:
    """Writes everything that the verdict warrants, and takes away what an earlier, smaller sample left; raises
    ``InputError``.
    """
    files: dict[str, bytes] = {}
    if result.verdict != NO_MATCH:
        sample = posterior.draws(result)
        files["posterior.parquet"] = _bytes(lambda file: sample.to_parquet(file, index=False))
        files["posterior.csv"] = sample.to_csv(index=False, lineterminator="\n").encode()
        files["check.csv"] = csv_bytes(posterior.check(result))
        files["fit.svg"] = svg_bytes(plot_fit(result))
    if result.verdict == MATCHES:
        files |= {
            f"{make_table.__name__}.csv": csv_bytes(make_table(result))
            for make_table in (posterior.marginals, posterior.pairs, posterior.profile)
        }
        files["marginals.svg"] = svg_bytes(plot_marginals(result))
    (folder / ASKED).mkdir(exist_ok=True)
    for place in (folder, folder / ASKED):
        remove_abandoned(place)
    write_files(folder / ASKED, {name: text.encode() for name, text in result.calibration.texts.items()})
    files["scenario.toml"] = to_toml(result.calibration.scenario).encode()
    used = versions("SALib", "scikit-learn")
    files[PAGE] = page(result, command or _command_again(result.calibration, folder), used).encode()
    sums = {
        name: hashlib.sha256(content).hexdigest()
        for name, content in files.items()
        if name.endswith((".csv", ".parquet"))
    }
    manifest = calibration_text.as_json(result) | {
        "command": list(command),
        "versions": used,
        "model": model_version(),
        "sha256": sums,
    }
    files[MANIFEST] = (json_text(manifest) + "\n").encode()
    for name in (
        "posterior.parquet",
        "posterior.csv",
        "check.csv",
        "marginals.csv",
        "pairs.csv",
        "profile.csv",
        *FIGURES,
    ):
        if name not in files:
            (folder / name).unlink(missing_ok=True)
    write_files(folder, files)


def _command_again(calibration: Calibration, folder: Path) -> list[object]:
    """The words of the command that makes a calibration again, in the folder of its results; none where no file asks
    for it that can be read there.
    """
    name, file = calibration.name, f"{calibration.name}.toml"
    shipped = shipped_calibrations().get(name)
    if shipped and shipped.read_text(encoding="utf-8") == calibration.texts.get(file):
        return ["calibrate", name]
    with contextlib.suppress(InputError):  # it may name files that lie elsewhere
        if file in calibration.texts and read_calibration(folder / ASKED / file).texts == calibration.texts:
            return ["calibrate", Path(ASKED, file)]
    return []


def page(result: Posterior, command: Sequence[object], used: dict[str, str]) -> str:
    """The result as Markdown: what is said, figures, tables, what it rests on, and how to make it again."""
    calibration = result.calibration
    lines = [f"# {calibration.title}", "", calibration.purpose, ""]
    lines += [f"- {sentence}" for sentence in calibration_text.sentences(result)]
    if result.verdict != NO_MATCH:
        lines += ["", *_figure("fit.svg"), "", *markdown_table(calibration_text.check_table(result))]
    if result.verdict == MATCHES:
        lines += [
            "",
            *_figure("marginals.svg"),
            "",
            *markdown_table(calibration_text.table(result)),
            "",
            "Width: the 90 % interval of the posterior over that of the prior, in shares of the prior.",
        ]
    lines += ["", "## What it rests on", "", *(f"- {caveat}" for caveat in calibration_text.caveats(result))]
    lines += [f"- {source}" for source in source_lines(calibration.sources)]
    about = about_line(f"Seed {calibration.seed}, {result.runs:,} runs, method {calibration.method}", used)
    lines += again_lines(command, about, "A program asked for it: `plnsim.calibrate`.")
    return "\n".join(lines)


def _figure(name: str) -> list[str]:
    return [f"![{FIGURES[name]}]({name})"]


def _bytes(write_to: Callable[[BinaryIO], object]) -> bytes:
    buffer = io.BytesIO()
    write_to(buffer)
    return buffer.getvalue()


def csv_bytes(frame: pandas.DataFrame) -> bytes:
    text: str = frame.to_csv(index=False, lineterminator="\n")
    return text.encode()


def svg_bytes(figure: Figure) -> bytes:
    return _bytes(lambda file: save_svg(figure, file, letters=True))
