"""What all tests share: long tests run whole only when asked for, and Ctrl-C is heard."""

import signal

import pytest

from tests.support.runs import FULL_SUITE


def pytest_configure(config):
    if (
        signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    ):  # as in jobs in the background; commands that tests interrupt would inherit it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line(
        "markers", "xdist_group(name): tests that one worker of pytest-xdist runs (with --dist loadgroup)"
    )


def pytest_collection_modifyitems(config, items):
    """Tests marked ``full`` run with PLNSIM_FULL=1 only, or where the abuse alone is asked for."""
    if not FULL_SUITE and config.option.markexpr != "abuse":
        for item in items:
            if item.get_closest_marker("full"):
                item.add_marker(pytest.mark.skip(reason="runs with PLNSIM_FULL=1"))
