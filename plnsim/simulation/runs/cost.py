"""What a programme costs over runs, against the same runs without it: how much, for each adopter and each pupil, each
with its intervals; the one function that ``run``, ``compare``, ``optimise`` and pages tell costs by.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypedDict

import numpy as np

from plnsim.common.streams import START_WEEK, run_key, uniforms, week_key
from plnsim.model.cost import ITEMS, NOT_PRICED
from plnsim.model.prices import country_of, price_list
from plnsim.simulation.runs.intervals import CONFIDENCE, PREDICTION, intervals
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.simulation.scenario.without_programme import NO_LIFTS

if TYPE_CHECKING:
    import pandas

NEEDED = (*(f"cost_{item.name}" for item in ITEMS), "cost", "sustained_adopters", "pupils")
"""The outcomes of a run, and of the same run without the programme, that costs are told from."""
PRICE_DRAWS = 1000
PRICE_REPLICATE = 2**62 + 1
"""The replicate whose random numbers draw prices; no run has so high a number."""
Values = Mapping[str, np.ndarray]
"""Outcomes by name, each of shape (replicates,)."""


class Cost(TypedDict):
    """A row of the table ``costs``: what a scenario costs more than the same schools without its programme, in the
    currency of its price list.

    ``cost`` is the mean over paired runs, with the confidence interval of the mean and the prediction interval of a new
    run; ``cost_price_low`` and ``cost_price_high`` hold it in 90 of 100 draws of what prices may be. The same of
    ``cost_per_adopter``: the costs of all runs over the sustained deep adopters that they have more, infinite below one
    a run, NaN where something that has no price is there with the programme alone. ``not_priced`` tells that, and what
    else is set higher than usual and nobody pays for.
    """

    scenario: str
    currency: str
    year: float
    cost: float
    cost_low: float
    cost_high: float
    cost_new_run_low: float
    cost_new_run_high: float
    cost_price_low: float
    cost_price_high: float
    extra_adopters: float
    cost_per_adopter: float
    cost_per_adopter_low: float
    cost_per_adopter_high: float
    cost_per_adopter_price_low: float
    cost_per_adopter_price_high: float
    cost_per_pupil: float
    not_priced: str
    reached: int
    runs: int


def cost_of(scenario: Scenario, with_it: Values, without: Values) -> Cost:
    """Tells what a programme costs, from paired runs with and without it.

    Parameters
    ----------
    scenario : Scenario
    with_it, without : mapping of str to numpy.ndarray of shape (replicates,)
        The outcomes of ``NEEDED``, replicate by replicate.

    Returns
    -------
    Cost
    """
    cost = with_it["cost"] - without["cost"]
    extra = with_it["sustained_adopters"] - without["sustained_adopters"]
    told, country = intervals(cost, ""), country_of(scenario.values)
    each, low, high = math.nan, math.nan, math.nan
    if not lifted_of(scenario):
        each, (low, high) = _ratio(cost, extra), ratio_interval(cost, extra)
    drawn = _cost_at_drawn_prices(scenario, with_it, without)
    ends = [float(end) for end in np.quantile(drawn, [(1.0 - PREDICTION) / 2.0, (1.0 + PREDICTION) / 2.0])]
    of_each = [end / extra.mean() if math.isfinite(each) else math.nan for end in ends]
    return {
        "scenario": scenario.name,
        "currency": country.currency,
        "year": math.nan if country.year is None else float(country.year),
        "cost": told["mean"],
        "cost_low": told["confidence_low"],
        "cost_high": told["confidence_high"],
        "cost_new_run_low": told["prediction_low"],
        "cost_new_run_high": told["prediction_high"],
        "cost_price_low": ends[0],
        "cost_price_high": ends[1],
        "extra_adopters": float(extra.mean()),
        "cost_per_adopter": each,
        "cost_per_adopter_low": low,
        "cost_per_adopter_high": high,
        "cost_per_adopter_price_low": of_each[0],
        "cost_per_adopter_price_high": of_each[1],
        "cost_per_pupil": float(cost.sum() / with_it["pupils"].sum()),
        "not_priced": "; ".join(unpriced_of(scenario).values()),
        "reached": int((extra >= 1.0).sum()),
        "runs": len(cost),
    }


def paired(outcomes: pandas.DataFrame, without_programme: pandas.DataFrame) -> tuple[Values, Values]:
    """The outcomes of ``NEEDED`` from tables with a row a replicate, with the programme and without."""
    one, other = (
        {name: table[name].to_numpy(dtype=np.float64) for name in NEEDED} for table in (outcomes, without_programme)
    )
    return one, other


def unpriced_of(scenario: Scenario) -> dict[str, str]:
    """What a scenario or its calendar sets higher than usual and no price pays for, in words, by its parameter."""
    changes = [*scenario.values.items(), *(change for event in scenario.calendar for change in event.values)]
    found = {}
    for name, label in NOT_PRICED.items():
        declared = MODEL_PARAMETERS[name]
        usual = float(declared.default)
        if (most := max(float(value) for changed, value in changes if changed == name)) > usual:
            found[name] = label if name in NO_LIFTS else f"{label} {declared.format(most)} (usually {usual:g})"
    return found


def lifted_of(scenario: Scenario) -> tuple[str, ...]:
    """The conditions that an invisible hand lifts at some time, which no budget buys: they go with the programme, so
    they have a share in its adopters and none in its cost.
    """
    return tuple(
        name.removeprefix("conditions.").removesuffix("_shift") for name in unpriced_of(scenario) if name in NO_LIFTS
    )


def bill_of(with_it: Values, without: Values) -> dict[str, float]:
    """The mean cost of each item against the same runs without the programme, by its name."""
    return {item.name: float((with_it[f"cost_{item.name}"] - without[f"cost_{item.name}"]).mean()) for item in ITEMS}


def _cost_at_drawn_prices(scenario: Scenario, with_it: Values, without: Values) -> np.ndarray:
    """The mean cost at each of some draws of prices from their plausible ranges; those that a scenario sets stay."""
    prices, bill = price_list(scenario.values), bill_of(with_it, without)
    places = {name: place for place, name in enumerate(prices)}
    key, who = week_key(run_key(1, PRICE_REPLICATE), START_WEEK), np.arange(PRICE_DRAWS)
    total = np.zeros(PRICE_DRAWS)
    for item in ITEMS:
        price = prices[item.price]
        if price.value > 0.0:
            drawn = price.low + (price.high - price.low) * uniforms(key, "dummy", who, places[item.price])
            total += bill[item.name] * drawn / price.value
    return total


def ratio_interval(cost: np.ndarray, adopters: np.ndarray) -> tuple[float, float]:
    """The ends of the 95 % confidence interval of a ratio of sums over paired values, by Student's t and the jackknife
    on the logarithm (decision 0025); NaN where one value tells none.
    """
    from scipy.special import stdtrit

    runs, ratio = len(cost), _ratio(cost, adopters)
    if runs < 2 or not math.isfinite(ratio) or ratio <= 0.0:
        return math.nan, math.nan
    without = np.array([_ratio(np.delete(cost, run), np.delete(adopters, run)) for run in range(runs)])
    told = np.log(without[np.isfinite(without) & (without > 0.0)])
    error = math.sqrt((runs - 1) / runs * float(((told - told.mean()) ** 2).sum()))
    reach = float(stdtrit(runs - 1, (1.0 + CONFIDENCE) / 2.0)) * error
    return ratio * math.exp(-reach), ratio * math.exp(reach) if len(told) == runs else math.inf


def _ratio(cost: np.ndarray, adopters: np.ndarray) -> float:
    return float(cost.sum() / adopters.sum()) if adopters.sum() >= len(adopters) else math.inf
