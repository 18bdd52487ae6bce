"""The page, figures and tables of a virtual trial."""
