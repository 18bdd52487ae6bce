"""The guide tells of every file of cases and of every level of every switch."""

from pathlib import Path

import pytest

from plnsim.common.package import shipped
from tests.verification.test_switches import SWITCHES

GUIDE = shipped("docs/verification.md").read_text(encoding="utf-8")
OF_CASES = sorted(
    path.name
    for path in Path(__file__).parent.glob("test_*.py")
    if path.name not in ("test_guide.py", "test_switches.py")
)


@pytest.mark.parametrize("name", [*OF_CASES, "test_switches.py"])
def test_a_file_of_cases_stands_in_the_guide(name):
    assert f"tests/verification/{name}" in GUIDE


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_switch_stands_in_the_guide_with_all_its_parameters_and_values(switch):
    row = next(line for line in GUIDE.splitlines() if line.startswith(f"| {switch} |"))
    for values in SWITCHES[switch]:
        for name, value in values.items():
            assert name in row and (f"{value:g}" if isinstance(value, float) else value) in row, (name, value)
