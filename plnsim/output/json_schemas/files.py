"""What scenarios, parameters and experiments are, and whether a file is one."""

from __future__ import annotations

from plnsim.output.json_schemas.shapes import (
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
    text_or_null,
    truth,
    typed,
)

CONTENT: dict[str, tuple[str, Schema]] = {
    "scenarios": (
        "plnsim scenarios",
        object_of(
            {"scenarios": rows("The shipped scenarios.", name=text(), title=text())},
        ),
    ),
    "scenario": (
        "plnsim scenarios NAME",
        object_of(
            {
                "name": text(),
                "title": text(),
                "purpose": text(),
                "known": list_of(text(), "Facts that rest on the sources."),
                "assumed": list_of(text(), "What is assumed."),
                "special": list_of(text(), "What sets it apart in the model's terms."),
                "omitted": list_of(text(), "What is characteristic of it and not in the model."),
                "schools": count("Schools of the population."),
                "years": number("Years of a run."),
                "support_years": number("Years of support, of these."),
                "files": by_name(text(), "Files of the population, by what they hold."),
                "changed": by_name(
                    object_of({"value": parameter_value(), "default": parameter_value()}),
                    "Parameters that are not at their default.",
                ),
                "calendar": rows(
                    "What happens on the way.",
                    week=count(),
                    until=typed(["integer", "null"], "The week from which it is over; null: never."),
                    event=text_or_null(),
                    values=by_name(parameter_value()),
                    note=text(),
                ),
                "sources": rows("What it rests on.", key=text(), reference=text()),
            }
        ),
    ),
    "parameters": (
        "plnsim parameters",
        object_of(
            {
                "parameters": list_of(
                    object_of(
                        {
                            "name": text("Dotted name."),
                            "default": parameter_value(),
                            "unit": text(),
                            "group": text(),
                            "meaning": text(),
                            "source": text(),
                            "direction": text_or_null("Source of the sign of its effect."),
                            "structural": truth("Whether it holds for a whole run."),
                            "range": text("The plausible range or the options, as a text."),
                        },
                        optional={
                            "options": by_name(text(), "Options with their meaning."),
                            "plausible": list_of(number(), "Lowest and highest plausible value."),
                            "bounds": list_of(number_or_null(), "Lowest and highest value; null: no bound."),
                            "shape": text("Distribution over the plausible range."),
                        },
                    )
                )
            }
        ),
    ),
    "experiments": (
        "plnsim experiments",
        object_of({"experiments": rows("The shipped experiments.", name=text(), title=text())}),
    ),
    "validate": (
        "plnsim validate FILES",
        object_of(
            {
                "files": list_of(
                    object_of(
                        {
                            "file": text(),
                            "valid": truth(),
                            "scenario": {
                                "anyOf": [
                                    object_of(
                                        {
                                            "title": text(),
                                            "schools": count(),
                                            "years": number(),
                                            "support_years": number(),
                                        }
                                    ),
                                    {"type": "null"},
                                ],
                                "description": "What it would run; null where it is not valid.",
                            },
                            "error": {
                                "anyOf": [
                                    object_of(
                                        {
                                            "wrong": text("What is wrong."),
                                            "place": text("File, line and column."),
                                            "right": text("What would be right."),
                                            "excerpt": text("The lines in question."),
                                        }
                                    ),
                                    {"type": "null"},
                                ],
                                "description": "Null where it is valid.",
                            },
                            "notes": list_of(text(), "What was made of its files."),
                        }
                    )
                )
            }
        ),
    ),
    "import schools": (
        "plnsim import gias FILES",
        object_of(
            {
                "folder": text(),
                "scenario": text("Of the folder; reads the population."),
                "schools": count(),
                "phases": by_name(count(), "Schools that are primary, and secondary."),
                "teachers": count(),
                "not_chosen": count("Schools that --where left out."),
                "dropped": list_of(object_of({"why": text(), "schools": count()}), "The commonest reason first."),
                "notes": list_of(text(), "What was taken for what."),
            },
            "So do ccd, duo and schools.",
        ),
    ),
    "import network": (
        "plnsim import network FILE",
        object_of(
            {
                "folder": text(),
                "scenario": text("Of the folder; reads the population."),
                "schools": count(),
                "teachers": count(),
                "ties": count("Different ties, each way by itself."),
                "seats": count("Teachers with a seat in a network."),
                "notes": list_of(text(), "What was decided on the way."),
            }
        ),
    ),
}
