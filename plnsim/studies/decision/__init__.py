"""Which plan to take where nobody knows the parameters: robustness and regret, what is worth finding out first, and
where the preferred plan changes; all from draws that there are already.
"""

from plnsim.studies.decision.experiments import draws_of
from plnsim.studies.decision.information import value_of_information
from plnsim.studies.decision.robustness import firsts, robustness
from plnsim.studies.decision.thresholds import thresholds

__all__ = ["draws_of", "firsts", "robustness", "thresholds", "value_of_information"]
