"""What is told before a network is founded: readiness, levers, and what a budget buys."""

from __future__ import annotations

from plnsim.output.json_schemas.shapes import (
    BILL,
    CAVEATS,
    COST_COLUMNS,
    GAIN,
    PRICES,
    SEED,
    SENTENCES,
    TEXTS,
    Schema,
    by_name,
    count,
    list_of,
    number,
    number_or_null,
    object_of,
    parameter_value,
    rows,
    text,
    typed,
)

MEAN = object_of(
    {
        name: number_or_null()
        for name in ("mean", "standard_error", "mean_low_95", "mean_high_95", "quantile_05", "quantile_95")
    },
    "Mean with its 95 % interval, and 90 % of the draws.",
)
TRIALLED = {
    "planned_cost": number_or_null("The plan's bill, which the budget holds against."),
    "bill": BILL,
    "cost": object_of(COST_COLUMNS, "What the runs come to, over the fresh draws."),
    "deep_use": MEAN,
    "shortfall": MEAN,
}
SUCCESSES = ("sustained_scale_up", "lasting_use")
CONTENT: dict[str, tuple[str, Schema]] = {
    "readiness": (
        "plnsim readiness FILE",
        object_of(
            {
                "seed": SEED,
                "draws": count(),
                "lift": number("Share of a factor's gap that a lift closes."),
                "sentences": SENTENCES,
                "caveats": CAVEATS,
                "answers": by_name(typed(["integer", "null"]), "Each answer; null: not known."),
                "successes": object_of(
                    {name: object_of({"count": count(), "likelihood": text()}) for name in SUCCESSES},
                    "In how many draws each success came about.",
                ),
                "outcomes": by_name(GAIN),
                "bottleneck": text("The factor whose lift gains most."),
                "lifted": by_name(
                    object_of(
                        {
                            "gain_in_deep_use": GAIN,
                            "more_in": count("Draws in which it gains."),
                            "successes": object_of({name: count() for name in SUCCESSES}),
                        }
                    ),
                    "What lifting each factor, and all together, does.",
                ),
            }
        ),
    ),
    "levers": (
        "plnsim optimise --list",
        object_of(
            {
                "levers": rows(
                    "What can be bought.",
                    name=text(),
                    parameter=text(),
                    levels=list_of(parameter_value(), "From the cheapest to the dearest."),
                    items=list_of(text(), "What it is paid for in; none where it is free."),
                    meaning=text(),
                ),
                "price_list": PRICES,
            }
        ),
    ),
    "optimise": (
        "plnsim optimise SCENARIO",
        object_of(
            {
                "scenario": text(),
                "budget": number(),
                "seed": SEED,
                "evaluations": count("Allocations that were tried."),
                "draws": count(),
                "fresh_draws": count(),
                "levers": TEXTS,
                "prices": PRICES,
                "years": number(),
                "drawn": list_of(text(), "Parameters that were drawn."),
                "sentences": SENTENCES,
                "caveats": CAVEATS,
                "as_it_is": object_of(TRIALLED),
                "front": list_of(
                    object_of(
                        {
                            "name": text(),
                            "levers": by_name(parameter_value()),
                            "gain": MEAN,
                            "unbeaten_in": count("Draws in which no other is better."),
                            **TRIALLED,
                        }
                    ),
                    "Allocations that no other beats in both.",
                ),
            }
        ),
    ),
}
