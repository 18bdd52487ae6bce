"""What nobody knows for sure, drawn in one way wherever a decision is read: ``readiness``, ``compare``, ``run`` and
``optimise``.
"""

from plnsim.studies.uncertainty.draws import (
    POINTS,
    TIME_LIMIT,
    Draws,
    default_points,
    runs_of,
    simulate_draws,
    validate_points,
)
from plnsim.studies.uncertainty.parameters import latin_hypercube, uncertain_parameters, values_at

__all__ = [
    "POINTS",
    "TIME_LIMIT",
    "Draws",
    "default_points",
    "latin_hypercube",
    "runs_of",
    "simulate_draws",
    "uncertain_parameters",
    "validate_points",
    "values_at",
]
