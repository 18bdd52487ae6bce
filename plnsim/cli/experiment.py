"""The commands ``plnsim experiment``, ``plnsim experiments`` and ``plnsim compact``."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plnsim.cli.terminal import executor_options, json_option, print_titles, workers_option
from plnsim.common.errors import InputError, quote_value
from plnsim.output.terminal import announce_compiling, echo_json, echo_note, is_terminal

if TYPE_CHECKING:
    import pandas

    from plnsim.studies.experiment.sensitivity import Analysis

SHARE_DIGITS = 9
BOUNDS = {
    **dict.fromkeys(("total", "shapley", "delta", "pawn_median"), (0.0, 1.0)),
    "rank_correlation": (-1.0, 1.0),
}
"""What an index can be; effects are in the unit of the outcome."""


@click.command()
@click.argument("file")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder of the store and the tables (default: NAME below experiment-results).",
)
@workers_option
@click.option(
    "--size",
    type=click.IntRange(1),
    help="Size of the design instead of the file's; a larger Sobol design goes on from a smaller one, as does a "
    "Latin hypercube of twice the size.",
)
@executor_options
@click.option(
    "--share",
    metavar="K/N",
    help="Computes only the K-th of N shares, for jobs that write to one folder; analyses nothing.",
)
@click.option(
    "--time-limit",
    type=click.FloatRange(0),
    metavar="SECONDS",
    help="A design that grows (half_width in its file) begins no further batch then; the same command goes on from "
    "there.",
)
@json_option
def experiment(
    file: str,
    out: Path | None,
    workers: int | None,
    size: int | None,
    executor: str,
    scheduler: str | None,
    share: str | None,
    time_limit: float | None,
    as_json: bool,
) -> None:
    """Performs an experiment, or goes on with it.

    FILE is the name of a shipped experiment (see plnsim experiments) or a file that ends in .toml.
    """
    from dataclasses import replace

    from plnsim.cli.again import telling_what_is_kept
    from plnsim.studies.experiment.executors import open_executor
    from plnsim.studies.experiment.progress import ProgressReporter
    from plnsim.studies.experiment.run import experiment_of, results_folder, run_experiment

    spec = experiment_of(file)
    if size is not None:
        spec = replace(spec, size=size)
        try:
            spec.check_design()
        except InputError as problem:
            raise InputError(
                problem.wrong, place=f"--size {size}", right=problem.right.replace("size = ", "--size ")
            ) from None
    place = out or results_folder(spec)
    part = _share(share) if share else (1, 1)
    announce_compiling()
    with (
        telling_what_is_kept(place),
        open_executor(executor, scheduler, workers) as setup,
        ProgressReporter() as reporter,
    ):
        analyses = run_experiment(
            spec,
            place,
            share=part,
            time_limit=time_limit,
            workers=workers,
            executor=setup.executor,
            concurrency=setup.concurrency,
            note=echo_note,
            progress=reporter.start_variant if is_terminal(sys.stderr) else lambda *_: None,
        )
    if as_json:
        variants = [] if part[1] > 1 else [_as_json(name, analysis) for name, analysis in analyses.items()]
        echo_json({"experiment": spec.name, "folder": str(place), "share": share, "variants": variants})
    if part[1] > 1:
        echo_note(f"Share {share} is in {place}. Once all are, the same command without --share analyses them.")
        return
    for name, analysis in analyses.items() if not as_json else ():
        _show(name, analysis)
    echo_note(f"\nStore and tables: {place}. The same command again goes on from what is there.")


def _share(text: str) -> tuple[int, int]:
    number, _, of = text.partition("/")
    short = max(len(number), len(of)) <= SHARE_DIGITS
    if not (short and number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise InputError(
            f"{quote_value(text)} is no share", place="--share", right="--share 3/40 for the third of forty"
        )
    return int(number), int(of)


def _as_json(name: str, analysis: Analysis) -> dict[str, object]:
    return {
        "name": name,
        "verdict": analysis.verdict,
        "excluded": analysis.excluded,
        "indices": analysis.indices.to_dict("records"),
        "variance": analysis.variance.to_dict("records"),
    }


def _interval(row: pandas.Series) -> str:
    """The interval of an index, within what it can be; "not told" where it is all of that."""
    width, bounds = row["half_width_95"], BOUNDS.get(row["index"])
    if math.isnan(width):
        return ""
    if bounds is None:
        return f"+-{width:.3f}"
    low, high = (min(max(row["value"] + sign * width, bounds[0]), bounds[1]) for sign in (-1.0, 1.0))
    return f"({low:.3f} to {high:.3f})" if (low, high) != bounds else "(not told: it may be anything)"


def _show(name: str, analysis: Analysis) -> None:
    from plnsim.studies.experiment.verdict import CONVERGED_WIDTH

    click.echo(click.style(f"\n{name}: {analysis.verdict}", bold=True))
    for outcome, reason in analysis.excluded.items():
        click.echo(f"  left out: {outcome} ({reason})")
    table = analysis.indices
    if table.empty:
        return
    shown = table[
        table["index"].isin(["total", "shapley", "mu_star", "delta", "pawn_median", "effect", "rank_correlation"])
        & ~table["outcome"].str.startswith("spread of")
    ]
    for _, row in table[(table["index"] == "r2") & ~table["outcome"].str.startswith("spread of")].iterrows():
        click.echo(
            f"  the emulator of {row['outcome']} foretells {row['value']:.2f} of its variance at points not seen"
        )
    for (outcome, _), rows in shown.groupby(["outcome", "index"], sort=False):
        click.echo(f"  {outcome} ({rows['index'].iloc[0]})")
        for _, row in rows.reindex(rows["value"].abs().sort_values(ascending=False).index).head(12).iterrows():
            what = f"{row['factor']} x {row['with']}" if row["with"] else row["factor"]
            click.echo(f"    {what:<34} {row['value']:7.3f} {_interval(row)}".rstrip())
    if analysis.verdict.startswith("not yet converged"):
        click.echo(
            f"  converged is {CONVERGED_WIDTH:g} to either side or less, of the variance, the largest effect or 1; "
            "intervals are 95 %"
        )
    for _, row in analysis.variance.iterrows():
        if not row["outcome"].startswith("deep_use_week"):
            low, high = (100 * row[f"aleatory_share_{end}"] for end in ("low", "high"))
            click.echo(
                f"  luck makes {100 * row['aleatory_share']:.0f} % of the variance of {row['outcome']} in a single run "
                f"(95 % interval {low:.0f} to {high:.0f} %)"
            )


@click.command()
@json_option
def experiments(as_json: bool) -> None:
    """Lists the experiments that come with plnsim."""
    from plnsim.studies.experiment.run import shipped_experiments

    print_titles("experiments", shipped_experiments(), as_json=as_json)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def compact(folder: Path) -> None:
    """Joins the parts of a store into as few files as can be.

    FOLDER holds an experiment or one of its variants. Not a bit changes, and the experiment can still go on.
    """
    from plnsim.studies.experiment.store import find_stores

    for store in find_stores(folder):
        before, after = store.compact()
        click.echo(f"{store.folder}: {before} part{'s' if before != 1 else ''} before, {after} now")
