"""What ``--json`` prints: a JSON Schema for each command, from which the guide's page is made and against which the
tests hold what is printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

SCHEMA_VERSION = 2
"""Goes up when a name goes or means something else; names may be added without."""
Schema: TypeAlias = dict[str, object]


def _typed(kind: str | list[str], about: str = "") -> Schema:
    return {"type": kind, **({"description": about} if about else {})}


def _text(about: str = "") -> Schema:
    return _typed("string", about)


def _text_or_null(about: str = "") -> Schema:
    return _typed(["string", "null"], about)


def _count(about: str = "") -> Schema:
    return {"type": "integer", "minimum": 0, **({"description": about} if about else {})}


def _number(about: str = "") -> Schema:
    return _typed("number", about)


def _number_or_null(about: str = "") -> Schema:
    return _typed(["number", "null"], about)


def _truth(about: str = "") -> Schema:
    return _typed("boolean", about)


def _value(about: str = "") -> Schema:
    """The value of a parameter."""
    return _typed(["number", "string"], about)


def _list_of(items: Schema, about: str = "") -> Schema:
    return {"type": "array", "items": items, **({"description": about} if about else {})}


def _by_name(values: Schema, about: str = "") -> Schema:
    return {"type": "object", "additionalProperties": values, **({"description": about} if about else {})}


def _object(properties: Mapping[str, Schema], about: str = "", optional: Mapping[str, Schema] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": {**properties, **(optional or {})},
        "required": list(properties),
        "additionalProperties": False,
        **({"description": about} if about else {}),
    }


def _rows(about: str, **columns: Schema) -> Schema:
    return _list_of(_object(columns), about)


TEXTS = _list_of(_text())
SENTENCES = _list_of(_text(), "What follows, in words.")
CAVEATS = _list_of(_text(), "What cannot be said.")
SEED = _count("Seed of all chance.")
SPREAD = _object(
    {name: _number_or_null() for name in ("mean", "quantile_05", "quantile_95")}, "Mean and 90 % of the runs."
)
INTERVALS = {
    "mean": _number_or_null("Null where it is defined in no run."),
    **{
        f"{kind}_{end}": _number_or_null(about if end == "low" else "")
        for kind, about in (
            ("confidence", "95 % confidence interval of the mean; null with one run, or where all are alike."),
            ("prediction", "90 % prediction interval of a new run; null with one run."),
        )
        for end in ("low", "high")
    },
}
GAIN = _object({**INTERVALS, "defined_in": _count("Runs in which it is defined.")})
DESCRIBED_OUTCOME = {"scenario": _text(), "outcome": _text(), "unit": _text()}
MEAN = _object(
    {
        name: _number_or_null()
        for name in ("mean", "standard_error", "mean_low_95", "mean_high_95", "quantile_05", "quantile_95")
    },
    "Mean with its 95 % interval, and 90 % of the draws.",
)
COST_COLUMNS: dict[str, Schema] = {
    "currency": _text("By ISO 4217; empty: one's own."),
    "year": _number_or_null("Year of the price list."),
    **{
        name: _number_or_null(about)
        for name, about in (
            ("cost", "Against the same schools without the programme, mean over runs."),
            *((f"cost{kind}_{end}", "") for kind in ("", "_new_run", "_price") for end in ("low", "high")),
            ("extra_adopters", "Teachers in sustained deep use, above those without the programme."),
            ("cost_per_adopter", "For each of these; null: there is not one a run, or something is not priced."),
            *((f"cost_per_adopter{kind}_{end}", "") for kind in ("", "_price") for end in ("low", "high")),
            ("cost_per_pupil", "For each pupil of all schools."),
        )
    },
    "not_priced": _text("What is changed and has no price, and is in no cost."),
    "reached": _count("Pairs of runs with one such teacher or more."),
    "runs": _count(),
}
BILL = _by_name(_number_or_null(), "Cost of each item.")
PRICES = _object(
    {
        "country": _text("Whose price list it is."),
        "currency": _text("By ISO 4217; empty: one's own."),
        "year": {"type": ["integer", "null"]},
        "own_hours": _number("Hours a week that cost nothing; what time.hours has above them is paid."),
        "prices": _rows(
            "Each price.",
            name=_text(),
            value=_number(),
            low=_number("Plausible from here."),
            high=_number("Plausible to here."),
            unit=_text(),
            source=_text(),
            meaning=_text(),
        ),
    },
    "What a unit of everything costs; [prices] in the scenario changes it.",
)
TRIALLED = {
    "planned_cost": _number_or_null("The plan's bill, which the budget holds against."),
    "bill": BILL,
    "cost": _object(COST_COLUMNS, "What the runs come to, over the fresh draws."),
    "deep_use": MEAN,
    "shortfall": MEAN,
}
UNCERTAINTY = _object(
    {
        "points": _count("Draws that were asked for."),
        "done": _count("Draws that were simulated, fewer where the time was up."),
        "drawn": _list_of(_text(), "Parameters that were drawn."),
        "held": _list_of(_text(), "Parameters that a plan sets, and that are drawn otherwise."),
    },
    "Draws of all that nobody knows.",
)
SUCCESSES = ("sustained_scale_up", "lasting_use")
SCORE = _object({"met": _count(), "tested": _count()})

PROCESS = {"process": _text(), "meaning": _text()}
ABLATIONS = _rows(
    "What is taken away.",
    ablation=_text(),
    **PROCESS,
    side={"enum": ["loses", "gains", "changes"], "description": "What the theory expects."},
    expected=_number("By which share at least."),
)
_CONTENT: dict[str, tuple[str, Schema]] = {
    "scenarios": (
        "plnsim scenarios",
        _object(
            {"scenarios": _rows("The shipped scenarios.", name=_text(), title=_text())},
        ),
    ),
    "scenario": (
        "plnsim scenarios NAME",
        _object(
            {
                "name": _text(),
                "title": _text(),
                "purpose": _text(),
                "known": _list_of(_text(), "Facts that rest on the sources."),
                "assumed": _list_of(_text(), "What is assumed."),
                "special": _list_of(_text(), "What sets it apart in the model's terms."),
                "omitted": _list_of(_text(), "What is characteristic of it and not in the model."),
                "schools": _count("Schools of the population."),
                "years": _number("Years of a run."),
                "support_years": _number("Years of support, of these."),
                "files": _by_name(_text(), "Files of the population, by what they hold."),
                "changed": _by_name(
                    _object({"value": _value(), "default": _value()}), "Parameters that are not at their default."
                ),
                "calendar": _rows(
                    "What happens on the way.",
                    week=_count(),
                    until=_typed(["integer", "null"], "The week from which it is over; null: never."),
                    event=_text_or_null(),
                    values=_by_name(_value()),
                    note=_text(),
                ),
                "sources": _rows("What it rests on.", key=_text(), reference=_text()),
            }
        ),
    ),
    "parameters": (
        "plnsim parameters",
        _object(
            {
                "parameters": _list_of(
                    _object(
                        {
                            "name": _text("Dotted name."),
                            "default": _value(),
                            "unit": _text(),
                            "group": _text(),
                            "meaning": _text(),
                            "source": _text(),
                            "direction": _text_or_null("Source of the sign of its effect."),
                            "structural": _truth("Whether it holds for a whole run."),
                            "range": _text("The plausible range or the options, as a text."),
                        },
                        optional={
                            "options": _by_name(_text(), "Options with their meaning."),
                            "plausible": _list_of(_number(), "Lowest and highest plausible value."),
                            "bounds": _list_of(_number_or_null(), "Lowest and highest value; null: no bound."),
                            "shape": _text("Distribution over the plausible range."),
                        },
                    )
                )
            }
        ),
    ),
    "experiments": (
        "plnsim experiments",
        _object({"experiments": _rows("The shipped experiments.", name=_text(), title=_text())}),
    ),
    "experiment": (
        "plnsim experiment FILE",
        _object(
            {
                "experiment": _text(),
                "folder": _text("Where the store and all tables are."),
                "share": _text_or_null("The share K/N that was computed; nothing is analysed then."),
                "variants": _list_of(
                    _object(
                        {
                            "name": _text(),
                            "verdict": _text("What the analysis rests on, in words."),
                            "excluded": _by_name(_text(), "Outcomes left out, with the reason."),
                            "indices": _list_of(
                                _by_name(_typed(["number", "string", "boolean", "null"])),
                                "The table indices.csv, a row an object.",
                            ),
                            "variance": _list_of(
                                _by_name(_typed(["number", "string", "boolean", "null"])),
                                "The table variance.csv, a row an object.",
                            ),
                        }
                    )
                ),
            }
        ),
    ),
    "run": (
        "plnsim run SCENARIO",
        _object(
            {
                "scenario": _text(),
                "title": _text(),
                "seed": SEED,
                "replicates": _count(),
                "engine": {"enum": ["numba", "mesa"]},
                "years": _number(),
                "sentences": SENTENCES,
                "cost": _object(COST_COLUMNS, "What the programme costs against none."),
                "bill": BILL,
                "prices": PRICES,
                "months_of_progress": _typed(["integer", "null"], "Of all pupils, by the table of the EEF's Toolkit."),
                "outcomes": _by_name(
                    _object(
                        {
                            **INTERVALS,
                            "defined_in": _count("Runs in which it is defined."),
                            "unit": _text(),
                            "meaning": _text(),
                        }
                    )
                ),
            },
            optional={
                "uncertainty": UNCERTAINTY,
                "outcomes_over_draws": _by_name(GAIN, "Each outcome over the draws, luck and parameters together."),
            },
        ),
    ),
    "compare": (
        "plnsim compare SCENARIOS",
        _object(
            {
                "scenarios": _rows("", name=_text(), title=_text(), years=_number()),
                "baseline": _text(),
                "leading": _text("The scenario with the most sustained deep use."),
                "seed": SEED,
                "replicates": _count(),
                "minimal_important_difference": _number("Smallest difference in sustained deep use that matters."),
                "sizes": _by_name(
                    {"enum": ["matters", "small", "undecided"]},
                    "The mean difference in sustained deep use from the baseline against it, by scenario.",
                ),
                "sentences": SENTENCES,
                "summary": _rows(
                    "Each outcome of each scenario.",
                    **DESCRIBED_OUTCOME,
                    runs=_count("Runs in which it is defined."),
                    **INTERVALS,
                ),
                "differences": _rows(
                    "Each outcome minus that of the baseline, run by run.",
                    **DESCRIBED_OUTCOME,
                    baseline=_text(),
                    **INTERVALS,
                    higher=_count(),
                    lower=_count(),
                    pairs=_count(),
                ),
                "costs": _rows(
                    "What each scenario costs against the same schools without its programme.",
                    scenario=_text(),
                    **COST_COLUMNS,
                ),
                "prices": _by_name(PRICES, "The price list of each scenario."),
                "criteria": _rows(
                    "Each criterion of sustained scale-up: what is needed, what each scenario has, in how many runs.",
                    scenario=_text(),
                    criterion=_text(),
                    outcome=_text("The one of the criterion's that comes nearest."),
                    mean=_number_or_null(),
                    needed=_number(),
                    met=_count("Runs that meet it."),
                    runs=_count(),
                ),
                "barriers": _rows(
                    "What lifting each condition of the leading scenario gains.",
                    scenario=_text(),
                    condition=_text(),
                    lift=_number(),
                    outcome=_text(),
                    named=_number_or_null(),
                    **INTERVALS,
                    higher=_count(),
                    lower=_count(),
                    pairs=_count(),
                    largest=_count(),
                ),
            },
            optional={
                "uncertainty": UNCERTAINTY,
                "differences_over_draws": _rows(
                    "The differences over draws of all that nobody knows, luck and parameters together.",
                    **DESCRIBED_OUTCOME,
                    baseline=_text(),
                    **INTERVALS,
                    higher=_count(),
                    lower=_count(),
                    pairs=_count(),
                ),
                "verdicts": _rows(
                    "Sustained deep use over the draws against the smallest difference that matters.",
                    scenario=_text(),
                    baseline=_text(),
                    minimal_important_difference=_number(),
                    gains=_count("Paired draws in which it has more by at least as much."),
                    loses=_count("Those in which it has less by at least as much."),
                    neither=_count(),
                    pairs=_count(),
                    deviation_luck=_number_or_null("Standard deviation of the difference by luck alone."),
                    deviation=_number_or_null("The same by luck and parameters together."),
                ),
                "robustness": _rows(
                    "Each scenario over the draws: how often a criterion holds, and how far it falls behind the best.",
                    scenario=_text(),
                    outcome=_text(),
                    criterion=_text("As --when says it."),
                    **{
                        name: _number_or_null(about)
                        for kind, about in (
                            ("satisficing", "Share of the draws in which it holds; null where it is not tested."),
                            ("regret_mean", "The best scenario of a draw minus this one."),
                            ("regret_90", "What 90 % of the draws do not exceed."),
                        )
                        for name, about in ((kind, about), (f"{kind}_low", ""), (f"{kind}_high", ""))
                    },
                    regret_max=_number_or_null(),
                    best=_count("Draws in which no other has more."),
                    states=_count("Draws, times replicates."),
                    draws=_count(),
                ),
                "information": _rows(
                    "What it is worth to find out a parameter before deciding; from 20 draws on.",
                    parameter=_text(),
                    outcome=_text(),
                    **{name: _number_or_null() for name in ("worth", "low", "high")},
                    shown=_truth("Whether it is above 0 at 95 % for all parameters together."),
                    hindsight=_number_or_null("What it is worth to know all, luck included."),
                    draws=_count(),
                ),
                "thresholds": _rows(
                    "Where the preferred scenario changes along the range of a parameter; from 20 draws on.",
                    parameter=_text(),
                    measure=_text("By what it is preferred."),
                    below=_text("The preferred scenario below the threshold."),
                    above=_text("The one above it."),
                    **{name: _number_or_null() for name in ("threshold", "threshold_low", "threshold_high")},
                    p_value=_number("Corrected for all parameters (Holm)."),
                    draws=_count(),
                ),
                "sensitivity": _rows(
                    "What would change the answer; not with --quick.",
                    scenario=_text(),
                    parameter=_text(),
                    unit=_text(),
                    source=_text(),
                    value=_value(),
                    end={"enum": ["low", "high"]},
                    moved_to=_value(),
                    outcome=_text(),
                    runs=_count(),
                    **{name: _number_or_null() for name in ("own", "mean", "change", "least", "most")},
                ),
            },
        ),
    ),
    "barriers": (
        "plnsim barriers SCENARIO",
        _object(
            {
                "scenario": _text(),
                "seed": SEED,
                "replicates": _count(),
                "lift": _number("Share of each condition's gap that is closed."),
                "outcome": _text("The outcome that gains."),
                "sentences": SENTENCES,
                "named": _by_name(_number_or_null(), "How often each condition is named, of all answers."),
                "gain": _by_name(GAIN, "What lifting each condition adds."),
                "actual": _text("The condition whose lift gains most on average."),
            }
        ),
    ),
    "readiness": (
        "plnsim readiness FILE",
        _object(
            {
                "seed": SEED,
                "draws": _count(),
                "lift": _number("Share of a factor's gap that a lift closes."),
                "sentences": SENTENCES,
                "caveats": CAVEATS,
                "answers": _by_name(_typed(["integer", "null"]), "Each answer; null: not known."),
                "successes": _object(
                    {name: _object({"count": _count(), "likelihood": _text()}) for name in SUCCESSES},
                    "In how many draws each success came about.",
                ),
                "outcomes": _by_name(GAIN),
                "bottleneck": _text("The factor whose lift gains most."),
                "lifted": _by_name(
                    _object(
                        {
                            "gain_in_deep_use": GAIN,
                            "more_in": _count("Draws in which it gains."),
                            "successes": _object({name: _count() for name in SUCCESSES}),
                        }
                    ),
                    "What lifting each factor, and all together, does.",
                ),
            }
        ),
    ),
    "levers": (
        "plnsim optimise --list",
        _object(
            {
                "levers": _rows(
                    "What can be bought.",
                    name=_text(),
                    parameter=_text(),
                    levels=_list_of(_value(), "From the cheapest to the dearest."),
                    items=_list_of(_text(), "What it is paid for in; none where it is free."),
                    meaning=_text(),
                ),
                "price_list": PRICES,
            }
        ),
    ),
    "optimise": (
        "plnsim optimise SCENARIO",
        _object(
            {
                "scenario": _text(),
                "budget": _number(),
                "seed": SEED,
                "evaluations": _count("Allocations that were tried."),
                "draws": _count(),
                "fresh_draws": _count(),
                "levers": TEXTS,
                "prices": PRICES,
                "years": _number(),
                "drawn": _list_of(_text(), "Parameters that were drawn."),
                "sentences": SENTENCES,
                "caveats": CAVEATS,
                "as_it_is": _object(TRIALLED),
                "front": _list_of(
                    _object(
                        {
                            "name": _text(),
                            "levers": _by_name(_value()),
                            "gain": MEAN,
                            "unbeaten_in": _count("Draws in which no other is better."),
                            **TRIALLED,
                        }
                    ),
                    "Allocations that no other beats in both.",
                ),
            }
        ),
    ),
    "validate": (
        "plnsim validate FILES",
        _object(
            {
                "files": _list_of(
                    _object(
                        {
                            "file": _text(),
                            "valid": _truth(),
                            "scenario": {
                                "anyOf": [
                                    _object(
                                        {
                                            "title": _text(),
                                            "schools": _count(),
                                            "years": _number(),
                                            "support_years": _number(),
                                        }
                                    ),
                                    {"type": "null"},
                                ],
                                "description": "What it would run; null where it is not valid.",
                            },
                            "error": {
                                "anyOf": [
                                    _object(
                                        {
                                            "wrong": _text("What is wrong."),
                                            "place": _text("File, line and column."),
                                            "right": _text("What would be right."),
                                            "excerpt": _text("The lines in question."),
                                        }
                                    ),
                                    {"type": "null"},
                                ],
                                "description": "Null where it is valid.",
                            },
                            "notes": _list_of(_text(), "What was made of its files."),
                        }
                    )
                )
            }
        ),
    ),
    "import schools": (
        "plnsim import gias FILES",
        _object(
            {
                "folder": _text(),
                "scenario": _text("Of the folder; reads the population."),
                "schools": _count(),
                "phases": _by_name(_count(), "Schools that are primary, and secondary."),
                "teachers": _count(),
                "not_chosen": _count("Schools that --where left out."),
                "dropped": _list_of(_object({"why": _text(), "schools": _count()}), "The commonest reason first."),
                "notes": _list_of(_text(), "What was taken for what."),
            },
            "So do ccd, duo and schools.",
        ),
    ),
    "import network": (
        "plnsim import network FILE",
        _object(
            {
                "folder": _text(),
                "scenario": _text("Of the folder; reads the population."),
                "schools": _count(),
                "teachers": _count(),
                "ties": _count("Different ties, each way by itself."),
                "seats": _count("Teachers with a seat in a network."),
                "notes": _list_of(_text(), "What was decided on the way."),
            }
        ),
    ),
    "validate-model": (
        "plnsim validate-model",
        _object(
            {
                "seed": SEED,
                "replicates": _count(),
                "met": _count("Patterns that the model meets."),
                "tested": _count("Patterns that can be tested."),
                "calibration": SCORE,
                "held_out": SCORE,
                "patterns": _list_of(
                    _object(
                        {
                            "key": _text(),
                            "statement": _text(),
                            "sources": TEXTS,
                            "status": _text(),
                            "used": _text(),
                            "verdict": _text(),
                            "distance": _number_or_null(),
                            "reason": _text(),
                            "figures": _rows(
                                "",
                                name=_text(),
                                value=_number_or_null(),
                                standard_error=_number_or_null(),
                                low=_number_or_null(),
                                high=_number_or_null(),
                                unit=_text(),
                                range_from=_text(),
                                met=_typed(["boolean", "null"]),
                                distance=_number_or_null(),
                                defined_in=_count(),
                            ),
                        }
                    )
                ),
                "protocol": _object(
                    {"sha256": _text(), "file": _text()}, "What was laid down before the defaults were chosen."
                ),
            },
            optional={
                "skill": _object(
                    {
                        "null_models": _count("Models without content that were played."),
                        "patterns": _rows(
                            "",
                            key=_text(),
                            met_by=_count("Null models that meet it."),
                            bits=_number("Its information."),
                        ),
                        "models": _rows(
                            "",
                            name=_text(),
                            met=TEXTS,
                            asked=_count("Patterns that were played with it."),
                            bits=_number("The sum over the patterns that it meets."),
                        ),
                    },
                    "With --skill: what a pattern is worth by the null models that meet it.",
                )
            },
        ),
    ),
    "ablations list": (
        "plnsim ablations --list",
        _object({"processes": _rows("The processes of the theory.", **PROCESS), "ablations": ABLATIONS}),
    ),
    "ablations": (
        "plnsim ablations SCENARIOS",
        _object(
            {
                "scenarios": TEXTS,
                "seed": SEED,
                "replicates": _count("Pairs of runs of each scenario and ablation."),
                "sentences": SENTENCES,
                "caveats": CAVEATS,
                "processes": _rows(
                    "The processes of the theory.",
                    **PROCESS,
                    matters=_truth("Whether taking it away shows what the theory expects, by a tenth or more."),
                    scenarios=_list_of(_text(), "Where it does."),
                ),
                "ablations": ABLATIONS,
                "effects": _rows(
                    "What an ablation changes of an outcome in a scenario, with 95 % intervals over pairs.",
                    scenario=_text(),
                    process=_text(),
                    ablation=_text(),
                    outcome=_text(),
                    unit=_text(),
                    whole=_number_or_null("Mean of the scenario as it is."),
                    ablated=_number_or_null("Mean without what is taken away."),
                    change=_number_or_null("Without minus with."),
                    change_low=_number_or_null(),
                    change_high=_number_or_null(),
                    relative=_number_or_null("The change as a share of the mean of the scenario as it is."),
                    relative_low=_number_or_null(),
                    relative_high=_number_or_null(),
                    pairs=_count("Pairs in which the outcome is defined."),
                ),
                "absences": _rows(
                    "What cannot be taken away.", scenario=_text(), process=_text(), ablation=_text(), reason=_text()
                ),
            },
            optional={
                "patterns": _object(
                    {
                        "replicates": _count("Replicates of each arm."),
                        "tested": _count("Patterns that can be tested."),
                        "met": _count("Patterns that the whole model meets."),
                        "met_without": _by_name(_count(), "Patterns met without each."),
                    },
                    "Published patterns; only with --patterns.",
                )
            },
        ),
    ),
    "trials": (
        "plnsim trial --list",
        _object({"trials": _rows("The trials that come with plnsim.", name=_text(), title=_text())}),
    ),
    "trial": (
        "plnsim trial FILE",
        _object(
            {
                "trial": _text(),
                "title": _text(),
                "scenario": _text(),
                "control": _text_or_null("The programme of the control arm; null: none."),
                "seed": SEED,
                "trials": _count("Simulated trials of each alternative."),
                "schools": _count("Schools of both arms."),
                "treated": _count("Schools of the arm with the programme."),
                "allocation": {"enum": ["randomised", "stratified", "matched"]},
                "contamination": _truth("Whether both arms live in one world."),
                "alpha": _number("Nominal rate of false alarms."),
                "primary": _text("The measure that the trial is about."),
                "measures": _rows("What is measured.", name=_text(), unit=_text(), meaning=_text()),
                "sentences": SENTENCES,
                "caveats": CAVEATS,
                "sustained": _rows(
                    "In how many trials the schools of the programme reach sustained scale-up.",
                    alternative=_text(),
                    sustained=_typed(["integer", "null"], "Null where support lasts to the end."),
                    of=_count(),
                    low=_number_or_null("Wilson's 95 % interval."),
                    high=_number_or_null(),
                    years=_number(),
                    years_after_support=_number(),
                ),
                "summary": _list_of(
                    _by_name(_typed(["number", "string", "null"])), "The table summary.csv, a row an object."
                ),
            }
        ),
    ),
    "calibrations": (
        "plnsim calibrate --list",
        _object({"calibrations": _rows("The calibrations that come with plnsim.", name=_text(), title=_text())}),
    ),
    "calibrate": (
        "plnsim calibrate FILE",
        _object(
            {
                "calibration": _text(),
                "title": _text(),
                "scenario": _text(),
                "method": _text(),
                "priors": _by_name(
                    _typed("object"), "Distributions in place of plausible ranges, as a file writes them."
                ),
                "seed": SEED,
                "budget": _count("Most runs."),
                "runs": _count(),
                "verdict": {"enum": ["matches", "unsettled", "no match"]},
                "effective_draws": _number_or_null(),
                "closest": _number_or_null("Distance of the closest setting."),
                "closest_setting": _by_name(_value()),
                "waves": _rows("", left=_number_or_null(), within_two_deviations=_number_or_null()),
                "failed_runs": _count(),
                "sentences": SENTENCES,
                "caveats": CAVEATS,
            },
            optional={
                name: _list_of(_by_name(_typed(["number", "string", "boolean", "null"])), about)
                for name, about in (
                    ("check", "Observed against fitted; not where nothing matches."),
                    ("marginals", "Each parameter; only where something matches."),
                    ("pairs", "Pairs of parameters; only where something matches."),
                    ("profile", "Settings along each parameter; only where something matches."),
                )
            },
        ),
    ),
    "calibrate simulation-based": (
        "plnsim calibrate FILE --simulation-based TRUTHS",
        _object(
            {
                "calibration": _text(),
                "title": _text(),
                "scenario": _text(),
                "seed": SEED,
                "budget": _count("Runs of a fit: half of them are drawn from the prior, for all truths."),
                "truths": _count("Truths drawn from the prior."),
                "undefined": _count("Truths left out, in whose run something fitted is not defined."),
                "runs": _count(),
                "rough": _typed("boolean", "Whether intervals hold other than they say, or ranks are not even."),
                "coverage": _number_or_null("Share of truths in 90 % intervals, over all parameters."),
                "quantities": _rows(
                    "The parameters and the log likelihood.",
                    quantity=_text(),
                    inside_90=_number_or_null("Share of truths in the 90 % interval."),
                    inside_90_full=_number_or_null("The same, of posteriors with the effective draws of a fit."),
                    mean_rank=_number_or_null(),
                    sd_rank=_number_or_null(),
                    even=_typed("boolean"),
                ),
                "sentences": SENTENCES,
                "caveats": CAVEATS,
            }
        ),
    ),
}


def _with_version(content: Schema) -> Schema:
    properties, required = content["properties"], content["required"]
    assert isinstance(properties, dict) and isinstance(required, list)
    version = {"const": SCHEMA_VERSION, "description": "Goes up when a name goes or changes its meaning."}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **content,
        "properties": {"schema_version": version, **properties},
        "required": ["schema_version", *required],
    }


COMMANDS = {name: command for name, (command, _) in _CONTENT.items()}
"""What each shape is printed by."""
SCHEMAS = {name: _with_version(content) for name, (_, content) in _CONTENT.items()}
"""The JSON Schema of each shape."""
