"""Shapley effects of correlated inputs: what each adds to the variance that is explained, over all orders in which
inputs can become known (Owen 2014; Song, Nelson and Staum 2016). They add up to the variance.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy

DRAWS = 1 << 14


def shapley_forms(
    evaluate: Callable[[np.ndarray], np.ndarray], correlation: np.ndarray, seed: int, draws: int = DRAWS
) -> np.ndarray:
    """The matrices of the Shapley effects of inputs on a linear combination of functions: inputs x functions x
    functions. With coefficients c the effect of input i is c' F[i] c, in the unit of the variance.

    ``evaluate`` takes points of standard normal inputs with this correlation (draws x inputs) and gives the functions'
    values (draws x functions). Each draw has an order of the inputs. By the Cholesky factor in that order, inputs that
    are known keep their innovations and the others get new ones, so that half the mean square of what changes is the
    variance that is left when so many inputs are known; an input's effect is how much less is left with it.
    """
    inputs = len(correlation)
    rng = np.random.default_rng(seed)
    uniform = scipy.stats.qmc.Sobol(2 * inputs, rng=rng).random(draws)
    innovations, others = np.split(scipy.stats.norm.ppf(np.clip(uniform, 1e-12, 1.0 - 1e-12)), 2, axis=1)
    order = rng.permuted(np.tile(np.arange(inputs), (draws, 1)), axis=1)
    lower = np.linalg.cholesky(correlation[order[:, :, None], order[:, None, :]])

    def values(of: np.ndarray) -> np.ndarray:
        ordered = (lower @ of[:, :, None])[:, :, 0]
        normal = np.empty_like(ordered)
        np.put_along_axis(normal, order, ordered, axis=1)
        return evaluate(normal)

    whole = values(innovations)
    before = whole - values(others)
    forms = np.zeros((inputs, whole.shape[1], whole.shape[1]))
    for known in range(1, inputs + 1):
        mixed = np.concatenate([innovations[:, :known], others[:, known:]], axis=1)
        after = whole - values(mixed)
        for name in range(inputs):
            rows = order[:, known - 1] == name
            forms[name] += before[rows].T @ before[rows] - after[rows].T @ after[rows]
        before = after
    return forms / (2.0 * draws)
