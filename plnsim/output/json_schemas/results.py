"""What a run, a comparison and barriers come to."""

from __future__ import annotations

from plnsim.output.json_schemas.shapes import (
    BILL,
    COST_COLUMNS,
    GAIN,
    INTERVALS,
    PAIRED,
    PRICES,
    SEED,
    SENTENCES,
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
    truth,
    typed,
)

DESCRIBED_OUTCOME = {"scenario": text(), "outcome": text(), "unit": text()}
UNCERTAINTY = object_of(
    {
        "points": count("Draws that were asked for."),
        "done": count("Draws that were simulated, fewer where the time was up."),
        "drawn": list_of(text(), "Parameters that were drawn."),
        "held": list_of(text(), "Parameters that a plan sets, and that are drawn otherwise."),
    },
    "Draws of all that nobody knows.",
)
VERDICTS = rows(
    "Sustained deep use over the draws against the smallest difference that matters.",
    scenario=text(),
    baseline=text("The scenario that it is compared with, or no programme."),
    minimal_important_difference=number(),
    gains=count("Paired draws in which it has more by at least as much."),
    loses=count("Those in which it has less by at least as much."),
    neither=count(),
    pairs=count(),
    deviation_luck=number_or_null("Standard deviation of the difference by luck alone."),
    deviation=number_or_null("The same by luck and parameters together."),
)
CONTENT: dict[str, tuple[str, Schema]] = {
    "run": (
        "plnsim run SCENARIO",
        object_of(
            {
                "scenario": text(),
                "title": text(),
                "seed": SEED,
                "replicates": count(),
                "engine": {"enum": ["numba", "mesa"]},
                "years": number(),
                "sentences": SENTENCES,
                "cost": object_of(COST_COLUMNS, "What the programme costs against none."),
                "bill": BILL,
                "prices": PRICES,
                "months_of_progress": typed(["integer", "null"], "Of all pupils, by the table of the EEF's Toolkit."),
                "outcomes": by_name(
                    object_of(
                        {
                            **INTERVALS,
                            "defined_in": count("Runs in which it is defined."),
                            "unit": text(),
                            "meaning": text(),
                        }
                    )
                ),
            },
            optional={
                "uncertainty": UNCERTAINTY,
                "outcomes_over_draws": by_name(GAIN, "Each outcome over the draws, luck and parameters together."),
                "verdicts": VERDICTS,
            },
        ),
    ),
    "compare": (
        "plnsim compare SCENARIOS",
        object_of(
            {
                "scenarios": rows("", name=text(), title=text(), years=number()),
                "baseline": text(),
                "leading": text("The scenario with the most sustained deep use."),
                "seed": SEED,
                "replicates": count(),
                "minimal_important_difference": number("Smallest difference in sustained deep use that matters."),
                "sizes": by_name(
                    {"enum": ["matters", "small", "undecided"]},
                    "The mean difference in sustained deep use from the baseline against it, by scenario.",
                ),
                "sentences": SENTENCES,
                "summary": rows(
                    "Each outcome of each scenario.",
                    **DESCRIBED_OUTCOME,
                    runs=count("Runs in which it is defined."),
                    **INTERVALS,
                ),
                "differences": rows(
                    "Each outcome minus that of the baseline, run by run.",
                    **DESCRIBED_OUTCOME,
                    baseline=text(),
                    **PAIRED,
                ),
                "costs": rows(
                    "What each scenario costs against the same schools without its programme.",
                    scenario=text(),
                    **COST_COLUMNS,
                ),
                "prices": by_name(PRICES, "The price list of each scenario."),
                "criteria": rows(
                    "Each criterion of sustained scale-up: what is needed, what each scenario has, in how many runs.",
                    scenario=text(),
                    criterion=text(),
                    outcome=text("The one of the criterion's that comes nearest."),
                    mean=number_or_null(),
                    needed=number(),
                    met=count("Runs that meet it."),
                    runs=count(),
                ),
                "barriers": rows(
                    "What lifting each condition of the leading scenario gains.",
                    scenario=text(),
                    condition=text(),
                    lift=number(),
                    outcome=text(),
                    named=number_or_null(),
                    **PAIRED,
                    largest=count(),
                ),
            },
            optional={
                "uncertainty": UNCERTAINTY,
                "differences_over_draws": rows(
                    "The differences over draws of all that nobody knows, luck and parameters together.",
                    **DESCRIBED_OUTCOME,
                    baseline=text(),
                    **PAIRED,
                ),
                "verdicts": VERDICTS,
                "robustness": rows(
                    "Each scenario over the draws: how often a criterion holds, and how far it falls behind the best.",
                    scenario=text(),
                    outcome=text(),
                    criterion=text("As --when says it."),
                    **{
                        name: number_or_null(about)
                        for kind, about in (
                            ("satisficing", "Share of the draws in which it holds; null where it is not tested."),
                            ("regret_mean", "The best scenario of a draw minus this one."),
                            ("regret_90", "What 90 % of the draws do not exceed."),
                        )
                        for name, about in ((kind, about), (f"{kind}_low", ""), (f"{kind}_high", ""))
                    },
                    regret_max=number_or_null(),
                    best=count("Draws in which no other has more."),
                    states=count("Draws, times replicates."),
                    draws=count(),
                ),
                "information": rows(
                    "What it is worth to find out a parameter before deciding; from 20 draws on.",
                    parameter=text(),
                    outcome=text(),
                    **{name: number_or_null() for name in ("worth", "low", "high")},
                    shown=truth("Whether it is above 0 at 95 % for all parameters together."),
                    hindsight=number_or_null("What it is worth to know all, luck included."),
                    draws=count(),
                ),
                "thresholds": rows(
                    "Where the preferred scenario changes along the range of a parameter; from 20 draws on.",
                    parameter=text(),
                    measure=text("By what it is preferred."),
                    below=text("The preferred scenario below the threshold."),
                    above=text("The one above it."),
                    **{name: number_or_null() for name in ("threshold", "threshold_low", "threshold_high")},
                    p_value=number("Corrected for all parameters (Holm)."),
                    draws=count(),
                ),
                "sensitivity": rows(
                    "What would change the answer; not with --quick.",
                    scenario=text(),
                    parameter=text(),
                    unit=text(),
                    source=text(),
                    value=parameter_value(),
                    end={"enum": ["low", "high"]},
                    moved_to=parameter_value(),
                    outcome=text(),
                    runs=count(),
                    **{name: number_or_null() for name in ("own", "mean", "change", "least", "most")},
                ),
            },
        ),
    ),
    "barriers": (
        "plnsim barriers SCENARIO",
        object_of(
            {
                "scenario": text(),
                "seed": SEED,
                "replicates": count(),
                "lift": number("Share of each condition's gap that is closed."),
                "outcome": text("The outcome that gains."),
                "sentences": SENTENCES,
                "named": by_name(number_or_null(), "How often each condition is named, of all answers."),
                "gain": by_name(GAIN, "What lifting each condition adds."),
                "actual": text("The condition whose lift gains most on average."),
            }
        ),
    ),
}
