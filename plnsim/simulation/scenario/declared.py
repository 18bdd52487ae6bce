"""All declared parameters, and the record in which a run carries their values."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np

from plnsim.common.parameter import AnyParameter, Choice, ParameterRegistry, Value
from plnsim.model.measure import MEASURE
from plnsim.model.mechanisms import SCHEDULE, name_of
from plnsim.model.prices import PRICES, SECTION
from plnsim.model.values import number_of
from plnsim.model.world import population, programme, ties

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters

MODEL_PARAMETERS = ParameterRegistry(
    {
        "population": population.PARAMETERS,
        "ties": ties.PARAMETERS,
        "programme": programme.PARAMETERS,
        **{name_of(mechanism): mechanism.PARAMETERS for mechanism in SCHEDULE},
        "measure": MEASURE,
        SECTION: PRICES,
    }
)
"""Every parameter of the model and its analysis, by dotted name."""
SIMULATED = {section: declared for section, declared in MODEL_PARAMETERS.sections.items() if section != SECTION}
"""The parameters that a run carries, by section: all but prices, which are paid afterwards."""


def _number(parameter: AnyParameter, values: Mapping[str, Value]) -> float:
    """The number by which a run knows a value: of an option, its place in the declaration."""
    name = parameter.qualified_name
    return parameter.code(str(values[name])) if isinstance(parameter, Choice) else number_of(values, name)


PARAMETER_DTYPE = np.dtype(
    [
        (
            section,
            np.dtype([(parameter.name, "i8" if parameter.integer else "f8") for parameter in declared], align=True),
        )
        for section, declared in SIMULATED.items()
    ],
    align=True,
)
"""The values of all parameters as the steps read them: ``p.section.name``; options stand as their numbers."""


def to_record(values: Mapping[str, Value]) -> np.ndarray:
    """The values as one NumPy record (of shape ())."""
    record = np.zeros((), PARAMETER_DTYPE)
    for section, declared in SIMULATED.items():
        for parameter in declared:
            record[section][parameter.name] = _number(parameter, values)
    return record


def to_namespace(values: Mapping[str, Value]) -> Parameters:
    """The values as plain attributes, for the Mesa engine."""
    return SimpleNamespace(
        **{
            section: SimpleNamespace(**{parameter.name: _number(parameter, values) for parameter in declared})
            for section, declared in SIMULATED.items()
        }
    )
