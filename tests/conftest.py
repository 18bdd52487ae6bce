"""What all tests share: long tests run whole only when asked for."""

import pytest

from tests.runs import WHOLE


def pytest_configure(config):
    config.addinivalue_line("markers", "xdist_group(name): tests that one worker of pytest-xdist runs (with --dist loadgroup)")


def pytest_collection_modifyitems(items):
    """Tests marked ``full`` run with PLNSIM_FULL=1 only."""
    if not WHOLE:
        for item in items:
            if "full" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="runs with PLNSIM_FULL=1"))
