"""Runs the command line: ``python -m plnsim.cli``."""

from plnsim.cli import main

main()
