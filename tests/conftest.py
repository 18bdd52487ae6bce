"""What all tests share: long tests run whole only when asked for."""

import pytest
from runs import WHOLE


def pytest_collection_modifyitems(items):
    """Tests marked ``full`` run with PLNSIM_FULL=1 only; the normal run takes a sample of them."""
    if not WHOLE:
        for item in items:
            if "full" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="runs with PLNSIM_FULL=1"))
