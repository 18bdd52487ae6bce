"""All declared parameters, and the record in which a run carries their values."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from plnsim.common.parameter import Choice, ParameterRegistry, Value
from plnsim.model.measure import MEASURE
from plnsim.model.mechanisms import SCHEDULE, name_of
from plnsim.model.world import population, programme, ties

MODEL_PARAMETERS = ParameterRegistry(
    {
        "population": population.PARAMETERS,
        "ties": ties.PARAMETERS,
        "programme": programme.PARAMETERS,
        **{name_of(mechanism): mechanism.PARAMETERS for mechanism in SCHEDULE},
        "measure": MEASURE,
    }
)
"""Every parameter of the model and its analysis, by dotted name."""


def _number(declared, value: Value) -> float | int:
    return declared.code(value) if isinstance(declared, Choice) else value


PARAMETER_DTYPE = np.dtype(
    [
        (section, np.dtype([(one.name, "i8" if one.integer else "f8") for one in declared], align=True))
        for section, declared in MODEL_PARAMETERS.sections.items()
    ],
    align=True,
)
"""The values of all parameters as the steps read them: ``p.section.name``; options stand as their numbers."""


def to_record(values: dict[str, Value]) -> np.ndarray:
    """The values as one NumPy record (of shape ())."""
    record = np.zeros((), PARAMETER_DTYPE)
    for one in MODEL_PARAMETERS:
        record[one.section][one.name] = _number(one, values[one.qualified_name])
    return record


def to_namespace(values: dict[str, Value]) -> SimpleNamespace:
    """The values as plain attributes, for the Mesa engine."""
    return SimpleNamespace(
        **{
            section: SimpleNamespace(**{one.name: _number(one, values[one.qualified_name]) for one in declared})
            for section, declared in MODEL_PARAMETERS.sections.items()
        }
    )
