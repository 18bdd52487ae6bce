"""The command ``plnsim optimise``: what a budget buys, and for whom."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plnsim.cli.terminal import (
    check_docx,
    check_option,
    docx_option,
    json_option,
    list_option,
    option_context,
    seed_option,
    threads_option,
)
from plnsim.common.errors import InputError
from plnsim.output.terminal import ProgressBar, announce_compiling, echo_json, echo_note, echo_paragraph, echo_table

if TYPE_CHECKING:
    from plnsim.studies.optimisation.front import OptimisationResult

INDENT = " " * 15


def _list_levers(as_json: bool) -> None:
    """Prints the levers and the price list."""
    from plnsim.model.prices import of_currency, price_list
    from plnsim.output.costs import prices_json
    from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
    from plnsim.studies.optimisation.levers import LEVERS

    values = MODEL_PARAMETERS.defaults()
    if as_json:
        levers = [
            {key: getattr(lever, key) for key in ("name", "parameter", "levels", "items", "meaning")}
            for lever in LEVERS
        ]
        return echo_json({"levers": levers, "price_list": prices_json(values)})
    click.echo(click.style("Levers, each from its cheapest level to its dearest", bold=True))
    for lever in LEVERS:
        levels = ", ".join(lever.template.format(value).replace("%", " %") for value in lever.levels)
        paid = f"Paid for in {', '.join(lever.items).replace('_', ' ')}." if lever.items else "Free."
        click.echo(f"{lever.name:<15}{lever.parameter}: {levels}")
        echo_paragraph(f"{lever.meaning} {paid}", INDENT, INDENT)
    click.echo(click.style("\nPrices, unless the scenario has others (--price NAME=VALUE)", bold=True))
    for price in price_list(values).values():
        plausible = f"plausible {price.low:g} to {price.high:g}"
        about = f"{price.value:,.0f} {of_currency(price.unit, values)}; {plausible}; {price.source}. {price.meaning}"
        echo_paragraph(about, f"{price.name:<15}", INDENT)
    return None


@click.command(short_help="Says what a budget buys best, and for whom.")
@click.argument("scenario")
@click.option(
    "--budget",
    required=True,
    type=float,
    metavar="SUM",
    help="What may be spent, in the currency of the scenario's price list.",
)
@click.option(
    "--levers",
    metavar="NAMES",
    help="Levers in play, with commas between them (default: all that the scenario leaves open).",
)
@list_option(_list_levers, "Lists the levers and prices, and ends.")
@click.option("--price", "given", multiple=True, metavar="NAME=VALUE", help="Sets a price. May be repeated.")
@click.option("--evaluations", default=150, show_default=True, metavar="NUMBER", help="Allocations to try.")
@click.option(
    "--replicates",
    default=20,
    show_default=True,
    metavar="NUMBER",
    help="Draws of what is not known, the same for every allocation.",
)
@seed_option
@threads_option
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Folder for page, pictures, tables and provenance."
)
@docx_option
@json_option
def optimise(
    scenario: str,
    budget: float,
    levers: str | None,
    given: tuple[str, ...],
    evaluations: int,
    replicates: int,
    seed: int,
    workers: int | None,
    out: Path | None,
    docx: bool,
    as_json: bool,
) -> None:
    """What a budget buys in SCENARIO: the allocations with most sustained deep use and least shortfall of
    disadvantaged schools.
    """
    from plnsim.studies.optimisation.search import check_installed

    check_installed()
    names = None if levers is None else [name.strip() for name in levers.split(",") if name.strip()]
    prices = dict(map(_price, given))
    from plnsim.common.checks import validate_replicates, validate_seed, validate_workers
    from plnsim.studies.optimisation import front

    if evaluations < 1:
        raise InputError(
            f"evaluations cannot be {evaluations}",
            place=f"--evaluations {evaluations}",
            right="a whole number from 1 on",
        )
    check_option("--replicates", validate_replicates, replicates)
    check_option("--seed", validate_seed, seed)
    check_option("--workers", validate_workers, workers)
    front.make_problem(scenario, budget, names, prices, replicates, seed, workers)
    check_docx(docx, out)
    if out:
        from plnsim.publish.optimisation import save

        save.check_out(out)
    announce_compiling()
    with ProgressBar("trying allocations") as progress:
        result = front.optimise(
            scenario,
            budget,
            levers=names,
            prices=prices,
            evaluations=evaluations,
            draws=replicates,
            seed=seed,
            workers=workers,
            progress=progress,
        )
    from plnsim.studies.optimisation import text

    if out:
        save.write(result, out, sys.argv[1:], docx=docx)
    echo_json(text.as_json(result)) if as_json else _print(result)
    echo_note(
        f"\nWritten to {out}: page (report.html), pictures, front.csv, evaluations.csv, each plan as a scenario, "
        f"provenance. To compare the plans: {save.comparing(result, out)}"
        if out
        else "\nTo keep page, tables, plans as scenarios and provenance: the same command with --out FOLDER"
    )


def _price(pair: str) -> tuple[str, float]:
    name, equals, value = pair.partition("=")
    if name.strip() == "country":
        raise InputError(
            "--price sets one price, and a country has a list of them",
            place=f"--price {pair}",
            right=f'[prices] with country = "{value.strip()}" in the file of the scenario',
        )
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not (equals and math.isfinite(number)):
        raise InputError(f"--price {pair} is no price", place="--price", right="--price teacher_hour=35, for instance")
    from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
    from plnsim.studies.optimisation.levers import price_name

    with option_context(f"--price {pair}"):
        return name.strip(), float(MODEL_PARAMETERS[price_name(name.strip())].validate(number))


def _print(result: OptimisationResult) -> None:
    from plnsim.studies.optimisation import text

    click.echo(click.style(result.problem.scenario.title, bold=True) + "\n")
    for sentence in text.sentences(result):
        echo_paragraph(sentence)
        click.echo()
    echo_table(text.table(result))
    click.echo()
    for caveat in text.caveats(result):
        echo_paragraph(caveat)
