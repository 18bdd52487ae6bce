"""Soaks the server of the page: ``python -m tests.abuse.soak``; 20 minutes, or as many as ``--minutes`` says.

Sixty pages at a time open (every file of the page, then what it simulates with), send a guess to the class of their
round, and ask for five stories in depth, each of another person and under other settings, the last as the scenario is;
then come sixty others, until the time is over. The lecturer's page asks what the class guesses all the while, as it
does, and must find every guess. Who is told that too many wait comes again when it was told to, as the page does.
Prints for each round the memory of the server and its processes and the worst answer, at the end the memory after a
tenth, a half and the whole of the time, median and worst of each kind of answer, and how many were told to come again.
Ends with 1 where an answer failed or came later than ``WORST_SECONDS``, a guess is missing, or the memory went on
growing after a quarter of the time.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from random import Random
from statistics import median
from threading import Event, Thread
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from plnsim.app.server import page_files

PAGES, STORIES = 60, 5
TRIES = 5
"""How often the page asks in all, where it is told to come again."""
WORST_SECONDS = 60.0
"""The latest answer: who waits for his turn is told to come again after half of it."""
MOST_GROWTH = 1.15
"""The most memory at the end over that after a quarter of the time; the server's own cache may still fill."""
EVERY_SECONDS = 5.0
"""How often the memory is taken; a round of slow answers may last for minutes."""
LOOK_SECONDS = 2.0
"""How often the lecturer's page asks what the class guesses."""


class Answer(NamedTuple):
    """One answer: what was asked for, how long it took, its status (0 where none came), and after how many seconds to
    come again, where the server says so.
    """

    kind: str
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


def ask(address: str, path: str, body: object = None, kind: str = "") -> tuple[Answer, dict]:
    """Asks the server, and takes the time; gives what came where it is an object."""
    data = None if body is None else json.dumps(body).encode()
    request = Request(address + path, data, {"Content-Type": "application/json"} if data else {})
    began, content, status, again = time.monotonic(), b"{}", 0, None
    try:
        with urlopen(request, timeout=300) as reply:
            content, status = reply.read(), reply.status
    except HTTPError as error:
        status = error.code
        if error.headers["retry-after"]:
            again = float(error.headers["retry-after"])
    except (OSError, HTTPException):
        pass
    answer = Answer(kind or path, time.monotonic() - began, status, again)
    return answer, json.loads(content) if body is not None else {}


def ask_as_page(address: str, path: str, body: object, kind: str) -> list[Answer]:
    """Asks, and again when told to, as often as the page does."""
    answers = [ask(address, path, body, kind)[0]]
    while answers[-1].told and len(answers) < TRIES:
        time.sleep(answers[-1].again)
        answers.append(ask(address, path, body, kind)[0])
    answers[-1] = answers[-1]._replace(gave_up=answers[-1].told)
    return answers


def visit(address: str, number: int, code: int, until: float, pause: float) -> list[Answer]:
    """One page: it opens, guesses, and wants stories as long as there is time; it thinks before each."""
    chance = Random(number)
    answers = [ask(address, path, kind="a file of the page")[0] for path in sorted(page_files())]
    answers.append(ask(address, "/api/open", {})[0])
    answers.append(
        ask(address, "/api/guess", {"code": code, "page": number, "plan": 0, "guess": chance.randrange(101)})[0]
    )
    for told in range(STORIES):
        time.sleep(chance.uniform(0, 2 * pause))
        if time.monotonic() > until:
            break
        own = told < STORIES - 1
        values = {"time.hours": round(0.2 + 0.01 * (number * STORIES + told) % 1.5, 3)} if own else {}
        asked = {"of": "teacher", "place": chance.randrange(200), "replicate": 0, "values": values}
        kind = f"/api/story, {'own settings' if own else 'as the scenario is'}"
        answers += ask_as_page(address, "/api/story", asked, kind)
    return answers


def gather(address: str, opened: dict, over: Event) -> tuple[list[Answer], int]:
    """The lecturer's page: asks for the class's guesses until its round is over; gives how many there are then."""
    answers, told = [], {}
    asked = {"code": opened["code"], "key": opened["key"], "plan": 0}
    while True:
        last = over.is_set()
        answer, told = ask(address, "/api/guesses", asked)
        answers.append(answer)
        if last:
            return answers, len(told.get("guesses", []))
        over.wait(LOOK_SECONDS)


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


def soak(address: str, pid: int, minutes: float, pages: int, pause: float) -> bool:
    """Sends pages until the time is over; whether all was well."""
    log = MemoryLog(pid)
    until = log.began + 60 * minutes
    answers: list[Answer] = []
    number = missing = 0
    with ThreadPoolExecutor(pages + 1) as visitors:
        while time.monotonic() < until:
            opened, over = ask(address, "/api/class", {})[1], Event()
            lecturer = visitors.submit(gather, address, opened, over)
            visits = [
                visitors.submit(visit, address, number + each, opened["code"], until, pause) for each in range(pages)
            ]
            last = [answer for each in visits for answer in each.result()]
            over.set()
            looked, guesses = lecturer.result()
            number += pages
            missing += pages - guesses
            answers += last + looked
            worst = max(last, key=lambda answer: answer.seconds)
            print(
                f"{(time.monotonic() - log.began) / 60:.1f} min, {number} pages, {guesses} guesses in the class, "
                f"{memory(pid):.0f} MB, worst {worst.seconds:.2f} s ({worst.kind})",
                flush=True,
            )
    log.end()
    print(f"{missing} guesses missing")
    return report(answers, log, minutes) and not missing


def report(answers: list[Answer], log: MemoryLog, minutes: float) -> bool:
    """Prints what came out; whether every request was answered and the memory stayed flat."""
    failed = [
        answer for answer in answers if not (answer.status == 200 or answer.told) or answer.seconds > WORST_SECONDS
    ]
    for kind in sorted({answer.kind for answer in answers}):
        own = [answer for answer in answers if answer.kind == kind]
        seconds, told = [answer.seconds for answer in own], sum(answer.told for answer in own)
        print(
            f"{kind}: {len(own)} answers, median {median(seconds):.2f} s, worst {max(seconds):.2f} s, "
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
        print(f"  {answer.kind}: {answer.status or 'no answer'} after {answer.seconds:.1f} s")
    return not failed and log.at(60 * minutes) <= MOST_GROWTH * log.at(15 * minutes)


def main() -> int:
    parser = argparse.ArgumentParser(description="Soaks the server of the page.")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--pages", type=int, default=PAGES, help="At a time.")
    parser.add_argument("--pause", type=float, default=0.0, help="Seconds on average before each story.")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the server ends with it
    command = [sys.executable, "-m", "plnsim.cli", "serve", "baseline", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = server.stdout.readline().strip().rstrip("/")
            if not address:
                print("the server did not start", file=sys.stderr)
                return 1
            return 0 if soak(address, server.pid, options.minutes, options.pages, options.pause) else 1
        finally:
            server.terminate()


if __name__ == "__main__":
    raise SystemExit(main())
