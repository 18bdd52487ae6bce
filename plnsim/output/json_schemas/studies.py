"""What studies find: experiments, patterns, ablations, trials and calibrations."""

from __future__ import annotations

from plnsim.output.json_schemas.shapes import (
    CAVEATS,
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
    text_or_null,
    truth,
    typed,
)

SCORE = object_of({"met": count(), "tested": count()})
PROCESS = {"process": text(), "meaning": text()}
ABLATIONS = rows(
    "What is taken away.",
    ablation=text(),
    **PROCESS,
    side={"enum": ["loses", "gains", "changes"], "description": "What the theory expects."},
    expected=number("By which share at least."),
)
CONTENT: dict[str, tuple[str, Schema]] = {
    "experiment": (
        "plnsim experiment FILE",
        object_of(
            {
                "experiment": text(),
                "folder": text("Where the store and all tables are."),
                "share": text_or_null("The share K/N that was computed; nothing is analysed then."),
                "variants": list_of(
                    object_of(
                        {
                            "name": text(),
                            "verdict": text("What the analysis rests on, in words."),
                            "excluded": by_name(text(), "Outcomes left out, with the reason."),
                            "indices": list_of(
                                by_name(typed(["number", "string", "boolean", "null"])),
                                "The table indices.csv, a row an object.",
                            ),
                            "variance": list_of(
                                by_name(typed(["number", "string", "boolean", "null"])),
                                "The table variance.csv, a row an object.",
                            ),
                        }
                    )
                ),
            }
        ),
    ),
    "validate-model": (
        "plnsim validate-model",
        object_of(
            {
                "seed": SEED,
                "replicates": count(),
                "met": count("Patterns that the model meets."),
                "tested": count("Patterns that can be tested."),
                "calibration": SCORE,
                "held_out": SCORE,
                "patterns": list_of(
                    object_of(
                        {
                            "key": text(),
                            "statement": text(),
                            "sources": TEXTS,
                            "status": text(),
                            "used": text(),
                            "verdict": text(),
                            "distance": number_or_null(),
                            "reason": text(),
                            "figures": rows(
                                "",
                                name=text(),
                                value=number_or_null(),
                                standard_error=number_or_null(),
                                low=number_or_null(),
                                high=number_or_null(),
                                unit=text(),
                                range_from=text(),
                                other_readers=list_of(
                                    list_of(number_or_null()), "Ranges of other readers, low and high."
                                ),
                                met=typed(["boolean", "null"]),
                                distance=number_or_null(),
                                defined_in=count(),
                            ),
                        }
                    )
                ),
                "protocol": object_of(
                    {"sha256": text(), "file": text()}, "What was laid down before the defaults were chosen."
                ),
            },
            optional={
                "skill": object_of(
                    {
                        "null_models": count("Models without content that were played."),
                        "patterns": rows(
                            "",
                            key=text(),
                            met_by=count("Null models that meet it."),
                            bits=number("Its information."),
                        ),
                        "models": rows(
                            "",
                            name=text(),
                            met=TEXTS,
                            asked=count("Patterns that were played with it."),
                            bits=number("The sum over the patterns that it meets."),
                        ),
                    },
                    "With --skill: what a pattern is worth by the null models that meet it.",
                )
            },
        ),
    ),
    "ablations list": (
        "plnsim ablations --list",
        object_of({"processes": rows("The processes of the theory.", **PROCESS), "ablations": ABLATIONS}),
    ),
    "ablations": (
        "plnsim ablations SCENARIOS",
        object_of(
            {
                "scenarios": TEXTS,
                "seed": SEED,
                "replicates": count("Pairs of runs of each scenario and ablation."),
                "sentences": SENTENCES,
                "caveats": CAVEATS,
                "processes": rows(
                    "The processes of the theory.",
                    **PROCESS,
                    matters=truth("Whether taking it away shows what the theory expects, by a tenth or more."),
                    scenarios=list_of(text(), "Where it does."),
                ),
                "ablations": ABLATIONS,
                "effects": rows(
                    "What an ablation changes of an outcome in a scenario, with 95 % intervals over pairs.",
                    scenario=text(),
                    process=text(),
                    ablation=text(),
                    outcome=text(),
                    unit=text(),
                    whole=number_or_null("Mean of the scenario as it is."),
                    ablated=number_or_null("Mean without what is taken away."),
                    change=number_or_null("Without minus with."),
                    change_low=number_or_null(),
                    change_high=number_or_null(),
                    relative=number_or_null("The change as a share of the mean of the scenario as it is."),
                    relative_low=number_or_null(),
                    relative_high=number_or_null(),
                    pairs=count("Pairs in which the outcome is defined."),
                ),
                "absences": rows(
                    "What cannot be taken away.", scenario=text(), process=text(), ablation=text(), reason=text()
                ),
            },
            optional={
                "patterns": object_of(
                    {
                        "replicates": count("Replicates of each arm."),
                        "tested": count("Patterns that can be tested."),
                        "met": count("Patterns that the whole model meets."),
                        "met_without": by_name(count(), "Patterns met without each."),
                    },
                    "Published patterns; only with --patterns.",
                )
            },
        ),
    ),
    "trials": (
        "plnsim trial --list",
        object_of({"trials": rows("The trials that come with plnsim.", name=text(), title=text())}),
    ),
    "trial": (
        "plnsim trial FILE",
        object_of(
            {
                "trial": text(),
                "title": text(),
                "scenario": text(),
                "control": text_or_null("The programme of the control arm; null: none."),
                "seed": SEED,
                "trials": count("Simulated trials of each alternative."),
                "schools": count("Schools of both arms."),
                "treated": count("Schools of the arm with the programme."),
                "allocation": {"enum": ["randomised", "stratified", "matched"]},
                "contamination": truth("Whether both arms live in one world."),
                "alpha": number("Nominal rate of false alarms."),
                "primary": text("The measure that the trial is about."),
                "measures": rows("What is measured.", name=text(), unit=text(), meaning=text()),
                "sentences": SENTENCES,
                "caveats": CAVEATS,
                "sustained": rows(
                    "In how many trials the schools of the programme reach sustained scale-up.",
                    alternative=text(),
                    sustained=typed(["integer", "null"], "Null where support lasts to the end."),
                    of=count(),
                    low=number_or_null("Wilson's 95 % interval."),
                    high=number_or_null(),
                    years=number(),
                    years_after_support=number(),
                ),
                "summary": list_of(
                    by_name(typed(["number", "string", "null"])), "The table summary.csv, a row an object."
                ),
            }
        ),
    ),
    "calibrations": (
        "plnsim calibrate --list",
        object_of({"calibrations": rows("The calibrations that come with plnsim.", name=text(), title=text())}),
    ),
    "calibrate": (
        "plnsim calibrate FILE",
        object_of(
            {
                "calibration": text(),
                "title": text(),
                "scenario": text(),
                "method": text(),
                "priors": by_name(
                    typed("object"), "Distributions in place of plausible ranges, as a file writes them."
                ),
                "seed": SEED,
                "budget": count("Most runs."),
                "runs": count(),
                "verdict": {"enum": ["matches", "unsettled", "no match"]},
                "effective_draws": number_or_null(),
                "closest": number_or_null("Distance of the closest setting."),
                "closest_setting": by_name(parameter_value()),
                "waves": rows("", left=number_or_null(), within_two_deviations=number_or_null()),
                "failed_runs": count(),
                "sentences": SENTENCES,
                "caveats": CAVEATS,
            },
            optional={
                name: list_of(by_name(typed(["number", "string", "boolean", "null"])), about)
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
        object_of(
            {
                "calibration": text(),
                "title": text(),
                "scenario": text(),
                "seed": SEED,
                "budget": count("Runs of a fit: half of them are drawn from the prior, for all truths."),
                "truths": count("Truths drawn from the prior."),
                "undefined": count("Truths left out, in whose run something fitted is not defined."),
                "runs": count(),
                "rough": typed("boolean", "Whether intervals hold other than they say, or ranks are not even."),
                "coverage": number_or_null("Share of truths in 90 % intervals, over all parameters."),
                "quantities": rows(
                    "The parameters and the log likelihood.",
                    quantity=text(),
                    inside_90=number_or_null("Share of truths in the 90 % interval."),
                    inside_90_full=number_or_null("The same, of posteriors with the effective draws of a fit."),
                    mean_rank=number_or_null(),
                    sd_rank=number_or_null(),
                    even=typed("boolean"),
                ),
                "sentences": SENTENCES,
                "caveats": CAVEATS,
            }
        ),
    ),
}
