"""Soaks the server of the live page: ``python -m tests.abuse.soak``; 20 minutes, or as many as ``--minutes`` says.

Sixty sessions at a time make five moves each (a setting is changed, curves are asked for, and a picture or a story
with them), then sixty others, until the time is over. Who is told that too many wait comes again when it was told to,
as the page does. Prints for each round the memory of the server and the worst answer, at the end the memory after a
tenth, a half and the whole of the time, the median answer, and how many were told to come again. Ends with 1 where
an answer failed or came later than ``WORST_SECONDS``, or the memory went on growing after a quarter of the time.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random
from statistics import median
from threading import Event, Thread
from typing import NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

SESSIONS, MOVES = 60, 5
TRIES = 5
"""How often the page asks in all, where it is told to come again."""
WORST_SECONDS = 60.0
"""The latest answer: who waits for his turn is told to come again after half of it."""
MOST_GROWTH = 1.15
"""The most memory at the end over that after a quarter of the time; the server's own cache may still fill."""
EVERY_SECONDS = 5.0
"""How often the memory is taken; a round of slow answers may last for minutes."""


class Answer(NamedTuple):
    """One answer: what was asked, how long it took, its status (0 where none came), and after how many seconds to come
    again, where the server says so.
    """

    path: str
    seconds: float
    status: int
    again: float | None = None
    gave_up: bool = False
    """Whether nobody asks again after it."""

    @property
    def told(self) -> bool:
        """Whether it says that too many wait, and when to come again."""
        return self.status == 503 and self.again is not None


def memory(pid: int) -> float:
    """The memory of a process and of those that it has begun, in megabytes."""
    sizes = subprocess.run(["ps", "-o", "rss=", "-p", str(pid), "--ppid", str(pid)], capture_output=True, text=True)
    return sum(map(int, sizes.stdout.split())) / 1024


def ask(address: str, path: str, body: object = None) -> tuple[Answer, dict]:
    """Asks the server, and takes the time."""
    data = None if body is None else json.dumps(body).encode()
    request = Request(address + path, data, {"Content-Type": "application/json"} if data else {})
    began, told, status, again = time.monotonic(), {}, 0, None
    try:
        with urlopen(request, timeout=300) as reply:
            told, status = json.loads(reply.read()), reply.status
    except HTTPError as error:
        status = error.code
        if error.headers["retry-after"]:
            again = float(error.headers["retry-after"])
    except (URLError, OSError, ValueError):
        pass
    return Answer(path.partition("?")[0], time.monotonic() - began, status, again), told


def ask_as_page(address: str, path: str) -> list[Answer]:
    """Asks, and again when told to, as often as the page does."""
    answers = [ask(address, path)[0]]
    while answers[-1].told and len(answers) < TRIES:
        time.sleep(answers[-1].again)
        answers.append(ask(address, path)[0])
    answers[-1] = answers[-1]._replace(gave_up=answers[-1].told)
    return answers


def visit(address: str, number: int, until: float, pause: float) -> list[Answer]:
    """One session: five moves, of which each is another setting, as long as there is time; it thinks before each."""
    thinks = Random(number)
    opened, told = ask(address, "/api/session", {})
    answers = [opened]
    for move in range(MOVES):
        time.sleep(thinks.uniform(0, 2 * pause))
        if "session" not in told or time.monotonic() > until:
            break
        asked = {
            "session": told["session"],
            "seed": 1 + number % 7,
            "time.hours": round(0.2 + 0.01 * (number * MOVES + move) % 1.5, 3),
        }
        also = "picture" if move % 2 else "story"
        for path in ("curves", also):
            answers += ask_as_page(address, f"/api/{path}?{urlencode(asked)}")
    return answers


class MemoryLog:
    """The memory of a process from time to time, as a thread of its own takes it."""

    def __init__(self, pid: int) -> None:
        self.pid, self.began, self.ended = pid, time.monotonic(), Event()
        self.taken = [(0.0, memory(pid))]
        self.thread = Thread(target=self._take, daemon=True)
        self.thread.start()

    def _take(self) -> None:
        while not self.ended.wait(EVERY_SECONDS):
            self.taken.append((time.monotonic() - self.began, memory(self.pid)))

    def end(self) -> None:
        """Takes it no more."""
        self.ended.set()
        self.thread.join()

    def at(self, seconds: float) -> float:
        """The memory at the time that is nearest."""
        return min(self.taken, key=lambda taken: abs(taken[0] - seconds))[1]

    def most(self) -> float:
        """The most memory of all times."""
        return max(used for _, used in self.taken)


def soak(address: str, pid: int, minutes: float, sessions: int, pause: float) -> bool:
    """Sends sessions until the time is over; whether all was well."""
    log = MemoryLog(pid)
    until = log.began + 60 * minutes
    answers: list[Answer] = []
    number = 0
    with ThreadPoolExecutor(sessions) as visitors:
        while time.monotonic() < until:
            visits = [visitors.submit(visit, address, number + each, until, pause) for each in range(sessions)]
            last = [answer for each in visits for answer in each.result()]
            number += sessions
            answers += last
            worst = max(last, key=lambda answer: answer.seconds)
            print(
                f"{(time.monotonic() - log.began) / 60:.1f} min, {number} sessions, {memory(pid):.0f} MB, "
                f"worst {worst.seconds:.2f} s ({worst.path})",
                flush=True,
            )
    log.end()
    return report(answers, log, minutes)


def report(answers: list[Answer], log: MemoryLog, minutes: float) -> bool:
    """Prints what came out; whether every request was answered and the memory stayed flat."""
    failed = [
        answer
        for answer in answers
        if not (answer.status in (200, 409) or answer.told)  # 409: a later picture took its place
        or answer.seconds > WORST_SECONDS
    ]
    for path in sorted({answer.path for answer in answers}):
        own = [answer for answer in answers if answer.path == path]
        seconds, told = [answer.seconds for answer in own], sum(answer.told for answer in own)
        print(
            f"{path}: {len(own)} answers, median {median(seconds):.2f} s, worst {max(seconds):.2f} s, "
            f"{told} told to come again, {sum(answer.gave_up for answer in own)} of them for the last time"
        )
    seconds = [answer.seconds for answer in answers]
    told = sum(answer.told for answer in answers)
    print(
        f"{len(answers)} answers, {len(failed)} failed, {told} told to come again, median {median(seconds):.2f} s, "
        f"worst {max(seconds):.2f} s"
    )
    for share in (0.1, 0.5, 1.0):
        print(f"memory at {share * minutes:g} min: {log.at(60 * share * minutes):.0f} MB")
    print(f"most memory {log.most():.0f} MB")
    for answer in failed[:10]:
        print(f"  {answer.path}: {answer.status or 'no answer'} after {answer.seconds:.1f} s")
    return not failed and log.at(60 * minutes) <= MOST_GROWTH * log.at(15 * minutes)


def main() -> int:
    parser = argparse.ArgumentParser(description="Soaks the server of the live page.")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--sessions", type=int, default=SESSIONS, help="At a time.")
    parser.add_argument("--pause", type=float, default=0.0, help="Seconds on average before each move.")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the server ends with it
    command = [sys.executable, "-m", "plnsim.cli", "serve", "baseline", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = server.stdout.readline().strip().rstrip("/")
            if not address:
                print("the server did not start", file=sys.stderr)
                return 1
            return 0 if soak(address, server.pid, options.minutes, options.sessions, options.pause) else 1
        finally:
            server.terminate()


if __name__ == "__main__":
    raise SystemExit(main())
