"""The command that tells the barrier that is named from the one that is."""

from __future__ import annotations

import math

import click

from plnsim.cli.run import scenario_from_options
from plnsim.cli.terminal import check_option, commands, json_option, set_option
from plnsim.common.errors import InputError
from plnsim.output.terminal import echo_json, echo_paragraph, echo_table


@commands.command()
@click.argument("scenario")
@click.option("--seed", default=1, show_default=True, help="Seed of all chance.")
@click.option("--replicates", default=20, show_default=True, help="Paired runs that differ in luck alone.")
@click.option(
    "--lift",
    default=0.3,
    show_default=True,
    type=click.FloatRange(0, 1, min_open=True),
    help="Share of each condition's gap that is closed.",
)
@set_option("Sets a parameter; plnsim parameters lists them.")
@click.option("--years", type=float, metavar="NUMBER", help="Years to simulate (default: as the scenario says).")
@json_option
def barriers(
    scenario: str,
    seed: int,
    replicates: int,
    lift: float,
    changes: tuple[str, ...],
    years: float | None,
    as_json: bool,
) -> None:
    """Compares what teachers name as in the way with what is.

    SCENARIO is the name of a shipped one (see plnsim scenarios) or a file that ends in .toml.
    Time, leadership and focus are lifted in turn, in paired runs with the same luck.
    """
    from plnsim.common.checks import validate_replicates, validate_seed
    from plnsim.output.stated_and_actual import HEADS, sentences, table
    from plnsim.simulation.runs import barriers as compare_barriers
    from plnsim.simulation.runs import intervals

    if math.isnan(lift):
        raise InputError("a lift cannot be nan", place="--lift nan", right="a number above 0 and at most 1")
    asked = scenario_from_options(scenario, changes, years)
    check_option("--seed", validate_seed, seed)
    check_option("--replicates", validate_replicates, replicates)
    compared = compare_barriers(asked, seed=seed, replicates=replicates, lift=lift)
    if as_json:
        echo_json(
            {
                "scenario": asked.name,
                "seed": seed,
                "replicates": replicates,
                "lift": lift,
                "outcome": "deep_use",
                "sentences": sentences(compared, lift),
                "named": compared.named,
                "gain": {condition: intervals(gain) for condition, gain in compared.gain.items()},
                "actual": compared.actual,
            }
        )
        return
    for sentence in sentences(compared, lift):
        echo_paragraph(sentence)
    click.echo()
    echo_table([HEADS, *table(compared)])
