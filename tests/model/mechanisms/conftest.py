"""Lets a test say what is drawn, numbers and parts."""

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
            number = numbers[name.replace(" ", "_").replace("'", "")]
            return number(entity_id, draw_index) if callable(number) else number

        for mechanism in mechanisms:
            monkeypatch.setattr(mechanism, "uniform", uniform)
        return draws

    return stub


@pytest.fixture
def stub_parts(monkeypatch):
    """``stub_parts(mechanism, advice_parts=parts_of(2))``: which parts one or more mechanisms draw from their streams,
    of those that they draw among; any other stream fails the test where there is something to draw.

    Gives a dictionary of what was asked for, by stream: (parts, chance).
    """

    def stub(*mechanisms, **drawn):
        asked = {}

        def draw_parts(parts, chance, week, stream, entity_id, p):
            name = stream_name(stream)
            if parts == 0 or chance <= 0.0:
                return 0
            asked[name] = (parts, chance)
            return parts & drawn[name.replace(" ", "_").replace("'", "")]

        for mechanism in mechanisms:
            monkeypatch.setattr(mechanism, "draw_parts", draw_parts)
        return asked

    return stub
