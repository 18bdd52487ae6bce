"""plnsim with the tools around it: SALib, xarray, EMA workbench, and files that anything reads.

Tools that are extras are imported in the functions that need them. Elsewhere a parameter is called by its dotted name
(``time.hours``); in tables and models of other tools it has a plain name, which every tool takes for a column or a
variable (``time_hours``).
"""

from plnsim.publish.interop.dataset import dataset
from plnsim.publish.interop.export import FORMATS, export
from plnsim.publish.interop.salib import salib_data, salib_problem, salib_values
from plnsim.publish.interop.workbench import ema_model, ema_results

__all__ = ["FORMATS", "dataset", "ema_model", "ema_results", "export", "salib_data", "salib_problem", "salib_values"]
