"""The commands ``plnsim experiment`` and ``plnsim experiments``."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click


@click.command()
@click.argument("file")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the store and the tables (default: NAME below experiment-results).")
@click.option("--workers", type=click.IntRange(1), help="Workers (default: one a core); the result does not depend on it.")
@click.option("--size", type=click.IntRange(1), help="Size of the design instead of the file's; a larger Sobol design goes on from a smaller one.")
@click.option("--executor", type=click.Choice(["local", "dask"]), default="local", show_default=True, help="Threads here, or Dask.")
@click.option("--scheduler", metavar="ADDRESS", help="Address of a Dask scheduler that runs already.")
def experiment(file, out, workers, size, executor, scheduler) -> None:
    """Performs an experiment, or goes on with it.

    FILE is the name of a shipped experiment (see plnsim experiments) or a file that ends in .toml.
    """
    from dataclasses import replace

    from plnsim.experiment.conduct import conduct, experiment_of
    from plnsim.experiment.executors import executor_of

    asked = experiment_of(file)
    asked = asked if size is None else replace(asked, size=size)
    place = out or Path("experiment-results") / asked.name
    with executor_of(executor, scheduler, workers) as pool:
        found = conduct(asked, place, workers=workers, executor=pool, progress=Watched)
    for name, analysis in found.items():
        _show(name, analysis)
    click.echo(f"\nStore and tables: {place}. The same command again goes on from what is there.", err=True)


class Watched:
    """Progress of one variant on a terminal: runs, rate and time left; quiet elsewhere."""

    def __init__(self, variant: str):
        self.variant, self.began, self.at_first = variant, time.monotonic(), None

    def __call__(self, done: int, of: int, rows) -> None:
        if not sys.stderr.isatty():
            return
        self.at_first = done if self.at_first is None else self.at_first
        rate = (done - self.at_first) / max(1e-9, time.monotonic() - self.began)
        left = f", {(of - done) / rate:,.0f} s left" if rate > 0 else ""
        outcome = [name for name in (rows[0] if rows else {}) if name not in ("run", "point", "replicate", "status", "error")][:1]
        now = f", {outcome[0]} {sum(row[outcome[0]] for row in rows) / len(rows):.3f}" if outcome else ""
        click.echo(f"\r{self.variant}: {done:,} of {of:,} runs, {rate:,.0f} a second{left}{now}   ", err=True, nl=done == of)


def _show(name: str, analysis) -> None:
    click.echo(click.style(f"\n{name}: {analysis.verdict}", bold=True))
    for outcome, reason in analysis.left_out.items():
        click.echo(f"  left out: {outcome} ({reason})")
    table = analysis.indices
    if table.empty:
        return
    shown = table[table["index"].isin(["total", "mu_star", "delta", "pawn_median", "effect", "rank_correlation"])
                  & ~table["outcome"].str.startswith(("spread of", "deep_use_week"))]
    for outcome, rows in shown.groupby("outcome", sort=False):
        click.echo(f"  {outcome} ({rows['index'].iloc[0]})")
        for _, row in rows.reindex(rows["value"].abs().sort_values(ascending=False).index).head(12).iterrows():
            width = f" +-{row['half_width_95']:.3f}" if row["half_width_95"] == row["half_width_95"] else ""
            what = f"{row['factor']} x {row['with']}" if row["with"] else row["factor"]
            click.echo(f"    {what:<34} {row['value']:7.3f}{width}")
    for _, row in analysis.variance.iterrows():
        if not row["outcome"].startswith("deep_use_week"):
            click.echo(f"  luck makes {100 * row['aleatory_share']:.0f} % of the variance of {row['outcome']} in a single run")


@click.command()
def experiments() -> None:
    """Lists the experiments that come with plnsim."""
    import tomllib

    from plnsim.experiment.conduct import shipped_experiments

    found = shipped_experiments()
    for name, path in found.items():
        click.echo(f"{name:<{max(map(len, found))}}  {tomllib.loads(path.read_text(encoding='utf-8')).get('title', '')}")
