"""Fuzzing of everything that reads a file: ``python -m tests.fuzz --seconds N`` (coverage-guided);
``tests/test_fuzz.py`` is the short one.
"""
