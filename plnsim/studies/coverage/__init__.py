"""How often intervals hold the truth: ``python -m plnsim.studies.coverage``."""
