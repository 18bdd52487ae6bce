"""What Sobol's points leave to chance.

They lie more evenly than chance would have them, and integrate polynomials of low degree nearly exactly. A bootstrap
over base points does not know, and takes all that differs from one to another for error. So what a base point
contributes is fitted by polynomials of degree two in its coordinates, those of A and of B; the residuals alone are
drawn again, and by how much the mean of the fit is off, which is known, is added to the interval. Decision 0019 has the
coverage.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from plnsim.common.short_repr import short_repr
from plnsim.studies.experiment.design import Design

MOST_TERMS = 0.55
"""Terms for each base point; with more of them residuals say too little."""
MOST_NUMBERS = 1 << 25
"""Of the matrix of all terms at all base points; with more the plain bootstrap does."""


@dataclass(frozen=True)
class EvenPoints:
    """The polynomials at the base points of a design: an orthonormal basis (base points x terms), by how much the
    residual of each is too small, and the weights that give by how much the mean of a fit is off.
    """

    basis: np.ndarray
    too_small: np.ndarray
    off: np.ndarray

    __repr__ = short_repr

    @property
    def free(self) -> int:
        """The degrees of freedom of the residuals."""
        return len(self.basis) - int(self.basis.shape[1])

    def residuals(self, values: np.ndarray) -> np.ndarray:
        """What the fit leaves of values (base points x ...), as large as errors are (HC2, MacKinnon and White 1985)."""
        left = (values - self.basis @ (self.basis.T @ values)) / self.too_small[:, None]
        return np.asarray(left - left.mean(axis=0))


def even_points(design: Design, size: int | None = None) -> EvenPoints | None:
    """The polynomials at the base points of a Sobol design, or at its first ``size``; nothing where base points are too
    few for them, and for other designs.
    """
    if design.method != "sobol":
        return None
    of_base = design.unit_sample.reshape(-1, design.block, len(design.names))[:size]
    points, columns = len(of_base), 2 * len(design.names)
    terms = 1 + 2 * columns + math.comb(columns, 2)
    if terms > MOST_TERMS * points or terms * points > MOST_NUMBERS:
        return None
    place = 2.0 * np.hstack([of_base[:, 0], of_base[:, -1]]) - 1.0
    one, other = np.triu_indices(columns, 1)
    polynomials = np.hstack([np.ones((points, 1)), place, 3.0 * place**2 - 1.0, place[:, one] * place[:, other]])
    basis, triangle = np.linalg.qr(polynomials)
    # all polynomials but the constant have a mean of 0 over the cube: the true mean of a fit is its first coefficient
    first = np.linalg.lstsq(triangle.T, np.eye(terms)[0], rcond=None)[0]
    too_small = np.sqrt(np.maximum(1.0 - (basis**2).sum(axis=1), 1e-6))
    return EvenPoints(basis, too_small, 1.0 / points - basis @ first)


def resampled_means(values: np.ndarray, weights: np.ndarray, even: EvenPoints | None = None) -> np.ndarray:
    """Means over base points (the first axis of ``values``) for every row of weights, in one matrix product.

    With ``even`` points the first row, of equal weights, comes twice: the second time less what it is off. All further
    rows are of the residuals about the mean.
    """
    flat = values.reshape(len(values), -1)
    if even is None:
        means = weights @ flat
    else:
        mean = weights[:1] @ flat
        means = np.vstack([mean, mean - even.off @ flat, mean + weights[1:] @ even.residuals(flat)])
    return np.asarray(means.reshape(len(means), *values.shape[1:]))
