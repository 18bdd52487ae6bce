"""The data dictionary of a record: what each column of each table means."""

from __future__ import annotations

from collections.abc import Iterable

from plnsim.model.outcome import OUTCOMES, WEEKLY_OUTCOMES

SCHOOL_COLUMNS = {
    "school": ("place", "The school's place in the population."),
    "staff": ("teachers", "Teachers, mean of the year."),
    "members": ("teachers", "Members of an active network, mean of the year."),
    "year": ("years", "Year of the run, from 1."),
    "routine": ("share", "How far the practice is part of the school's routines, at the end of the year."),
}
KEY_COLUMNS = {
    "replicate": ("number", "Replicate, from 0; equal replicates of one seed share their luck."),
    "week": ("weeks", "Week of the run, from 0; 39 make a year."),
    "supported": ("yes/no", "Outside support runs."),
    "networks_active": ("networks", "Networks that meet."),
    "schools_in_networks": ("schools", "Schools that take part in them."),
}
YEAR_COLUMNS = {
    "year": SCHOOL_COLUMNS["year"],
    "schools_taking_part": ("schools", "Schools that have members of a network at any time of the run."),
    "teachers_where_taking_part": ("teachers", "Staff of these schools, mean of the year."),
    "use": ("share", "Teachers using the practice, mean of the year."),
    "use_where_taking_part": ("share", "Teachers of these schools using it, mean of the year."),
}
SURVIVAL_COLUMNS = {
    "years_after_support": ("years", "Whole years after the end of support, from 0."),
    "teachers_followed": (
        "teachers",
        "Teachers who used it in the last week of support and neither gave it up nor left their school since.",
    ),
    "teacher_survival": ("share", "Survival of teachers' use: not given up so far, by Kaplan and Meier."),
    "schools_followed": (
        "schools",
        "Schools that had spread it in the year in which support ended and kept it in use in every year since.",
    ),
    "school_survival": ("share", "Survival of schools' use: kept in every year so far, by Kaplan and Meier."),
    **{
        f"{name}_survival_{end}": ("share", f"{side} end of its pointwise 95 % interval (log-minus-log scale).")
        for name in ("teacher", "school")
        for end, side in (("low", "Lower"), ("high", "Upper"))
    },
}


def dictionary_rows() -> list[tuple[str, ...]]:
    """Table, column, unit and meaning of each column of each table of a run."""
    rows: list[tuple[str, ...]] = []
    for table in ("outcomes", "without_programme"):
        rows.append((table, "replicate", *KEY_COLUMNS["replicate"]))
        rows += [(table, outcome.name, outcome.unit, outcome.meaning) for outcome in OUTCOMES]
    rows += [("weeks", name, *about) for name, about in KEY_COLUMNS.items()]
    for outcome in WEEKLY_OUTCOMES:
        rows.append(("weeks", outcome.name, "share", outcome.meaning))
        if outcome.name in ("use", "deep_use"):
            rows += [
                (
                    "weeks",
                    f"{outcome.name}_{half}_disadvantaged",
                    "share",
                    f"{outcome.meaning} In the {half} disadvantaged half of schools.",
                )
                for half in ("less", "more")
            ]
    rows.append(("years", "replicate", *KEY_COLUMNS["replicate"]))
    rows += [("years", name, *about) for name, about in YEAR_COLUMNS.items()]
    rows += [
        ("schools", "replicate", *KEY_COLUMNS["replicate"]),
        *(("schools", name, *about) for name, about in SCHOOL_COLUMNS.items()),
    ]
    rows += [("schools", name, "share", f"{name.capitalize()}, mean of staff and year.") for name in ("use", "belief")]
    rows.append(("schools", "fidelity", "share", "Share of the core that users keep, mean of the year."))
    rows += [
        ("survival", "replicate", *KEY_COLUMNS["replicate"]),
        *(("survival", name, *about) for name, about in SURVIVAL_COLUMNS.items()),
    ]
    return rows


def to_csv(rows: Iterable[tuple[str, ...]]) -> str:
    """The text of ``dictionary.csv``."""
    return "".join(
        ",".join(f'"{cell}"' if "," in cell else cell for cell in row) + "\n"
        for row in [("table", "column", "unit", "meaning"), *rows]
    )
