"""Lets a test say what is drawn."""

import pytest

from plnsim.common.streams import stream_name


@pytest.fixture
def stub_uniform(monkeypatch):
    """``stub_uniform(mechanism, head_leaves=0.1)``: what one or more mechanisms draw from their streams; any other
    stream fails the test.

    What is drawn is a number, or a function of ``entity_id`` and ``draw_index``. Gives the list of what was drawn, as
    (key, stream, entity_id, draw_index).
    """

    def stub(*mechanisms, **numbers):
        draws = []

        def uniform(key, stream, entity_id, draw_index=0):
            name = stream_name(stream)
            draws.append((key, name, entity_id, draw_index))
            number = numbers[name.replace(" ", "_")]
            return number(entity_id, draw_index) if callable(number) else number

        for mechanism in mechanisms:
            monkeypatch.setattr(mechanism, "uniform", uniform)
        return draws

    return stub
