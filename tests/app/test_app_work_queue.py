"""Where too many ask at once, each waits for a bounded time: the one too many is told when to come again, at once."""

import asyncio
from threading import Event

import pytest

from plnsim.app.work_queue import MOST_WAIT_SECONDS, Overloaded, WorkQueue
from tests.support import served
from tests.support.served import UPLOAD, ask

scenario, seminar, client = served.scenario, served.seminar, served.client  # fixtures


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Work:
    """A piece of work that takes so many seconds of a clock, once it may go."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self.clock, self.seconds, self.begun, self.go = clock, seconds, Event(), Event()

    def __call__(self, stop: Event) -> str:
        self.begun.set()
        assert self.go.wait(20)
        self.clock.now += self.seconds
        return "made"


async def begun(work: Work) -> None:
    assert await asyncio.to_thread(work.begun.wait, 20)


def test_the_one_too_many_is_refused_and_told_when_half_of_those_before_are_served():
    async def many():
        clock = Clock()
        queue = WorkQueue(1, "test", clock)
        first, *others = (Work(clock, 16.0) for _ in range(4))
        first.go.set()
        assert await queue.submit(first, Event()) == "made"
        assert queue.seconds == 16.0 and queue.expected_wait == 0
        waits = [queue.submit(others[0], Event())]
        await begun(others[0])
        waits += [queue.submit(work, Event()) for work in others[1:]]
        assert queue.waiting == 2 and queue.expected_wait == 32.0 > MOST_WAIT_SECONDS
        with pytest.raises(Overloaded) as refused:
            queue.submit(first, Event())
        assert (refused.value.waiting, refused.value.seconds) == (2, 16)
        waits[2].cancel()
        await asyncio.sleep(0)
        assert queue.waiting == 1, "who has gone waits no more"
        for work in others:
            work.go.set()
        assert await asyncio.gather(*waits[:2]) == ["made", "made"] and not others[2].begun.is_set()
        assert queue.waiting == 0 and await queue.submit(first, Event()) == "made"

    asyncio.run(many())


def test_two_threads_halve_the_wait_and_the_latest_work_says_how_long_one_takes():
    async def several():
        clock = Clock()
        queue = WorkQueue(2, "test", clock)
        for seconds in (10.0, 20.0):
            work = Work(clock, seconds)
            work.go.set()
            await queue.submit(work, Event())
        assert queue.seconds == pytest.approx(12.0)
        queue.waiting = 3
        assert queue.expected_wait == pytest.approx(18.0)

    asyncio.run(several())


def test_whose_turn_comes_too_late_is_told_so_and_nothing_is_made_for_him():
    async def slow():
        clock = Clock()
        queue = WorkQueue(1, "test", clock)
        long, late, next_one = Work(clock, MOST_WAIT_SECONDS + 1), Work(clock, 1.0), Work(clock, 1.0)
        for work in (late, next_one):
            work.go.set()
        waits = [queue.submit(work, Event()) for work in (long, late)]
        await begun(long)
        long.go.set()
        assert await waits[0] == "made"
        with pytest.raises(Overloaded) as told:
            await waits[1]
        assert told.value.seconds >= 1 and not late.begun.is_set()
        assert await queue.submit(next_one, Event()) == "made"

    asyncio.run(slow())


@pytest.mark.parametrize(
    ("path", "asked", "other"),
    [
        ("open", {}, {"text": UPLOAD}),
        ("story", {"of": "teacher", "place": 0, "replicate": 0}, {"of": "teacher", "place": 0, "replicate": 1}),
    ],
)
def test_a_page_is_told_how_many_wait_and_what_is_known_already_is_given_all_the_same(
    client, seminar, path, asked, other
):
    queue = seminar.page_queue if path == "open" else seminar.story_queue
    known = ask(client, path, **asked)
    assert known.status_code == 200 and queue.seconds > 0
    queue.waiting, queue.seconds = 58, queue.threads * 0.6
    reply = ask(client, path, **other)
    assert reply.status_code == 503 and reply.headers["retry-after"] == "18"
    assert reply.json()["error"] == {"wrong": "58 others wait; try again in 18 seconds", "place": "", "right": ""}
    assert ask(client, path, **asked).content == known.content
    queue.waiting = 0
    assert ask(client, path, **other).status_code == 200 and not seminar.cache.pending
