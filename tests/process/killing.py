"""A Slack that stays, a database that stays, and a `serve` between them that is killed at chosen moments and started again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal

from bot.simulator import Person, VisibleMessage
from bot.simulator.deliveries import Delivery
from bot.store.rows import moment_text
from tests.process.conftest import READY_WITHIN_S, Place, a_place, until
from tests.process.dying import CLOCK, COMMITS, PLAN

Moment = Literal[
    "a call arrives",
    "a call was carried out",
    "a commit is near",
    "a commit is done",
    "a delivery went out",
    "a delivery was acknowledged",
]
"""When the program can be killed: before and after everything it waits for."""


@dataclass(frozen=True)
class Point:
    """One point at which the program can be killed."""

    moment: Moment
    what: str
    """The method that is called, the kind of delivery; "" for a commit. Calls go out side by side and in any order."""
    number: int
    """Which one of its kind it is, counted from 1."""

    def __str__(self) -> str:
        return f"{self.moment} ({self.what or 'any'}, number {self.number})"


BY_ITSELF = ("auth.test", "apps.connections.open")
"""Calls of the running program that belong to no crisis."""
AHEAD = timedelta(seconds=3)
"""What falls due so soon is waited for, too."""
REST_WITHIN_S = 30.0
NOON = time(12)
"""When every world begins: nobody sleeps."""

_LEFT = """
SELECT 'order', crisis, key, state, attempts, why FROM outbox
UNION ALL SELECT 'event', crisis, key, state, attempts, kind FROM inbox WHERE state = 'new'
UNION ALL SELECT 'due', number, due_at, status, 0, '' FROM crisis WHERE due_at <= ?
"""


class Serving:
    """The program: started, killed, started again. See dying.py."""

    def __init__(self, place: Place, mother: asyncio.subprocess.Process, settings: Mapping[str, str]) -> None:
        self._place = place
        self._mother = mother
        self._settings = settings
        self._lives = 0
        self._pid = 0
        self._ending: asyncio.Task[int] | None = None

    @property
    def is_running(self) -> bool:
        return self._ending is not None and not self._ending.done()

    async def starts(self) -> None:
        """It runs and says so, with both of its sockets up."""
        environment = self._place.environment(**self._settings)
        order = json.dumps({"folder": str(self._place.folder), "environment": environment})
        assert self._mother.stdin is not None
        self._mother.stdin.write(order.encode() + b"\n")
        self._pid = int(await self._says())
        self._lives += 1
        self._ending = asyncio.create_task(self._ends())
        await until(self._is_ready, READY_WITHIN_S)

    def kill(self) -> None:
        """SIGKILL, now. It is gone when it `is_running` no more."""
        if self.is_running:
            os.kill(self._pid, signal.SIGKILL)

    async def killed(self) -> None:
        """It is gone, if it was there."""
        self.kill()
        if self._ending is not None:
            await self._ending

    async def terminated(self, within_s: float) -> int:
        """SIGTERM; its exit status."""
        assert self._ending is not None
        os.kill(self._pid, signal.SIGTERM)
        async with asyncio.timeout(within_s):
            return await asyncio.shield(self._ending)

    def log(self) -> str:
        """What it wrote in all of its lives."""
        return (self._place.folder / "log").read_text()

    async def _ends(self) -> int:
        """Its exit status, when all that it had said has reached the people who wait for it."""
        status = int(await self._says())
        await until(lambda: not self._place.slack.connections)
        for _ in range(20):
            await asyncio.sleep(0)
        return status

    def _is_ready(self) -> bool:
        out = self._place.folder / "out"
        said = out.read_text().count("is ready") if out.exists() else 0
        return said == self._lives and len(self._place.slack.connections) == 2

    async def _says(self) -> str:
        assert self._mother.stdout is not None
        return (await self._mother.stdout.readline()).decode().strip()


@dataclass
class World:
    """A place in which the program dies when a test says so; all that passes between it and Slack is counted."""

    place: Place
    serving: Serving
    cleo: Person
    passed: list[Point] = field(default_factory=list)
    plan: Point | None = None
    earlier: int = 0
    """How many deliveries there were before `counts`."""
    acknowledged: list[Delivery] = field(default_factory=list)
    """What the program acknowledged since then."""
    skew: timedelta = timedelta(0)
    """How far the program's clock is ahead of Slack's."""

    def __post_init__(self) -> None:
        slack = self.place.slack
        slack.faults.add("*", "reset_before", times=None, when=self._passes("a call arrives"))
        # Killed before the call is carried out: who waits for the answer cannot tell.
        slack.faults.add("*", "reset_after", times=None, when=self._passes("a call was carried out"))
        slack.deliveries.watch = self._delivered

    def now(self) -> datetime:
        """What the program's clock shows, in UTC."""
        return self.place.slack.clock.now() + self.skew

    def later(self, **span: float) -> None:
        """So much later it is now, for Slack and for the program."""
        self.place.slack.clock.advance(timedelta(**span))
        self._sets_its_clock()

    def jumps(self, **span: float) -> None:
        """The program's clock alone jumps; Slack's goes on as it did."""
        self.skew += timedelta(**span)
        self._sets_its_clock()

    def _sets_its_clock(self) -> None:
        ahead = self.now() - datetime.now(UTC)
        # In one piece: the program reads it at any moment.
        written = self.place.folder / f"{CLOCK}.new"
        written.write_text(str(ahead.total_seconds()))
        written.replace(self.place.folder / CLOCK)

    def forgets(self, number: int) -> None:
        """Nothing falls due in this crisis any more, when the clock is moved for another one."""
        with closing(sqlite3.connect(self.place.folder / "crisis.db", timeout=10)) as db, db:
            db.execute("UPDATE crisis SET due_at = NULL WHERE number = ?", [number])

    def counts(self, plan: Point | None = None) -> None:
        """Everything is counted from here on; at this point the program dies."""
        self.passed.clear()
        self.earlier = len(self.place.slack.sent)
        self.acknowledged.clear()
        self.plan = plan
        which = {"a commit is near": "before", "a commit is done": "after"}.get(plan.moment if plan else "")
        (self.place.folder / COMMITS).write_bytes(b"")
        (self.place.folder / PLAN).write_text(f"{which} {plan.number}" if plan and which else "")

    def counted(self) -> list[Point]:
        """Every point that was passed since `counts`."""
        numbers = range(1, (self.place.folder / COMMITS).stat().st_size + 1)
        near, done = (
            [Point(moment, "", number) for number in numbers]
            for moment in ("a commit is near", "a commit is done")
        )
        return [*self.passed, *near, *done]

    async def meets(self, act: Awaitable[None]) -> bool:
        """The act and all that follows from it happened, or the program died over it. Was all of the act acknowledged?"""
        acting = asyncio.ensure_future(act)
        async with asyncio.timeout(REST_WITHIN_S):
            while self.serving.is_running and (self._is_dying() or not acting.done() or self.left()):
                await asyncio.sleep(0.01)
        if self.serving.is_running:
            await acting
        acting.cancel()
        outcome = (await asyncio.gather(acting, return_exceptions=True))[0]
        asked = [d for d in self.place.slack.sent[self.earlier :] if d.kind != "events_api"]
        return outcome is None and all(d in self.acknowledged for d in asked)

    async def at_rest(self) -> None:
        """Nothing is left to do for the program."""
        try:
            await until(lambda: not self.left(), REST_WITHIN_S)
        except TimeoutError:
            raise AssertionError(f"left undone: {self.left()}\n{self.serving.log()[-4000:]}") from None

    def left(self) -> list[tuple[object, ...]]:
        """Orders, events, what is due now or soon, and what is on its way."""
        slack = self.place.slack
        if slack.deliveries.in_flight or slack.server.in_flight:
            return [("on its way", slack.deliveries.in_flight, slack.server.in_flight)]
        try:
            return self.asks(_LEFT, moment_text(slack.clock.now() + AHEAD))
        except sqlite3.OperationalError as error:  # it is dying or starting just now
            return [("database", str(error))]

    def asks(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """What the database says."""
        file = f"file:{self.place.folder}/crisis.db?mode=ro"
        with closing(sqlite3.connect(file, uri=True)) as db:
            return db.execute(sql, values).fetchall()

    def latest(self) -> int:
        """The number of the newest crisis; 0: there is none."""
        return int(str(self.asks("SELECT coalesce(max(number), 0) FROM crisis")[0][0]))

    def message(self, person: Person, name: str) -> VisibleMessage:
        """The bot's message of this name (`12/checklist`), as that person sees it."""
        for channel in self.place.slack.team.channels.values():
            for message in channel.messages.values():
                if name_of(message.metadata) == name:
                    return VisibleMessage(message, channel, person.screen)
        raise AssertionError(f"there is no message {name}")

    def _is_dying(self) -> bool:
        return self.plan is not None and self.plan in self.counted()

    def _passes(self, moment: Moment) -> Callable[[object], bool]:
        def passes(_: object) -> bool:
            what = self.place.slack.calls[-1].method
            return what not in BY_ITSELF and self._comes(moment, what)

        return passes

    def _delivered(self, moment: Literal["sent", "acknowledged"], delivery: Delivery) -> None:
        if moment == "acknowledged":
            self.acknowledged.append(delivery)
        self._comes(
            "a delivery went out" if moment == "sent" else "a delivery was acknowledged", delivery.kind
        )

    def _comes(self, moment: Moment, what: str) -> bool:
        number = 1 + sum((point.moment, point.what) == (moment, what) for point in self.passed)
        self.passed.append(Point(moment, what, number))
        if self.serving.is_running and self.plan == self.passed[-1]:
            self.serving.kill()
            return True
        return False


def name_of(metadata: Mapping[str, Any] | None) -> str:
    """The name of a message inside its database; "" for what the bot did not name."""
    return str(metadata["event_payload"]["name"]).partition("/")[2] if metadata else ""


@asynccontextmanager
async def a_world(folder: Path, **settings: str) -> AsyncIterator[World]:
    """The program runs in it, and people are on the roster."""
    async with a_place(folder) as place:
        cleo = place.slack.add_person("cleo", real_name="Cleo Park")
        mother = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.process.dying",
            env=place.environment(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        world = World(place, Serving(place, mother, settings), cleo)
        today = place.slack.clock.now()
        noon = datetime.combine(today.date() + timedelta(days=1), NOON, tzinfo=UTC)
        world.later(seconds=(noon - today).total_seconds())
        try:
            await world.serving.starts()
            await place.ana.types("#general", "/crisis roster comms @ben @cleo")
            await world.at_rest()
            yield world
        finally:
            await world.serving.killed()
            assert mother.stdin is not None
            mother.stdin.close()
            await mother.wait()
