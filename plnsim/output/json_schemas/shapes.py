"""What schemas are made of: shapes of values, and parts that several commands print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Schema: TypeAlias = dict[str, object]


def typed(kind: str | list[str], about: str = "") -> Schema:
    return {"type": kind, **({"description": about} if about else {})}


def text(about: str = "") -> Schema:
    return typed("string", about)


def text_or_null(about: str = "") -> Schema:
    return typed(["string", "null"], about)


def count(about: str = "") -> Schema:
    return {"type": "integer", "minimum": 0, **({"description": about} if about else {})}


def number(about: str = "") -> Schema:
    return typed("number", about)


def number_or_null(about: str = "") -> Schema:
    return typed(["number", "null"], about)


def truth(about: str = "") -> Schema:
    return typed("boolean", about)


def parameter_value(about: str = "") -> Schema:
    """The value of a parameter."""
    return typed(["number", "string"], about)


def list_of(items: Schema, about: str = "") -> Schema:
    return {"type": "array", "items": items, **({"description": about} if about else {})}


def by_name(values: Schema, about: str = "") -> Schema:
    return {"type": "object", "additionalProperties": values, **({"description": about} if about else {})}


def object_of(
    properties: Mapping[str, Schema], about: str = "", optional: Mapping[str, Schema] | None = None
) -> Schema:
    return {
        "type": "object",
        "properties": {**properties, **(optional or {})},
        "required": list(properties),
        "additionalProperties": False,
        **({"description": about} if about else {}),
    }


def rows(about: str, **columns: Schema) -> Schema:
    return list_of(object_of(columns), about)


TEXTS = list_of(text())
SENTENCES = list_of(text(), "What follows, in words.")
CAVEATS = list_of(text(), "What cannot be said.")
SEED = count("Seed of all chance.")
INTERVALS = {
    "mean": number_or_null("Null where it is defined in no run."),
    **{
        f"{kind}_{end}": number_or_null(about if end == "low" else "")
        for kind, about in (
            ("confidence", "95 % confidence interval of the mean; null with one run, or where all are alike."),
            ("prediction", "90 % prediction interval of a new run; null with one run."),
        )
        for end in ("low", "high")
    },
}
PAIRED = {**INTERVALS, "higher": count(), "lower": count(), "pairs": count()}
"""A difference between paired runs: its intervals, and in how many pairs it is above and below 0, of how many."""
GAIN = object_of({**INTERVALS, "defined_in": count("Runs in which it is defined.")})
COST_COLUMNS: dict[str, Schema] = {
    "currency": text("By ISO 4217; empty: one's own."),
    "year": number_or_null("Year of the price list."),
    **{
        name: number_or_null(about)
        for name, about in (
            ("cost", "Against the same schools without the programme, mean over runs."),
            *((f"cost{kind}_{end}", "") for kind in ("", "_new_run", "_price") for end in ("low", "high")),
            ("extra_adopters", "Teachers in sustained deep use, above those without the programme."),
            ("cost_per_adopter", "For each of these; null: there is not one a run, or something is not priced."),
            *((f"cost_per_adopter{kind}_{end}", "") for kind in ("", "_price") for end in ("low", "high")),
            ("cost_per_pupil", "For each pupil of all schools."),
        )
    },
    "not_priced": text("What is set higher than usual and has no price, and is in no cost."),
    "reached": count("Pairs of runs with one such teacher or more."),
    "runs": count(),
}
BILL = by_name(number_or_null(), "Cost of each item.")
PRICES = object_of(
    {
        "country": text("Whose price list it is."),
        "currency": text("By ISO 4217; empty: one's own."),
        "year": {"type": ["integer", "null"]},
        "own_hours": number("Hours a week that cost nothing; what time.hours has above them is paid."),
        "prices": rows(
            "Each price.",
            name=text(),
            value=number(),
            low=number("Plausible from here."),
            high=number("Plausible to here."),
            unit=text(),
            source=text(),
            meaning=text(),
        ),
    },
    "What a unit of everything costs; [prices] in the scenario changes it.",
)
