"""Several replicas of the bot over one store: what is due is asked once, whichever of them finds it, in whatever order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.domain.channels import channel_created
from bot.domain.checklist import add_step
from bot.domain.handover import offer_role
from bot.domain.model import Channel, Ping
from bot.domain.opening import Draft
from bot.domain.severity import Severity
from bot.domain.timeline import Entry
from bot.service import Service
from bot.store.base import Store
from playbooks import load
from tests.store.conftest import ENGINES
from tests.store.values import LEASE, NOW, at

Everything = tuple[list[list[Ping]], list[list[Entry]], list[str]]
"""What was asked, told on the timelines, and ordered."""
LIBRARY = load(None)
CRISES = (1, 2, 3)
MINUTES = (0, 16, 27, 31, 45, 112, 125, 300)
"""When is looked: the questions of a whole SEV2 fall due between them."""


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.minutes: float = 0

    def now(self) -> datetime:
        return at(self.minutes)


class Turns:
    """Every call to the store waits for its turn; whose it is, is drawn. One at a time."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._waiting: list[asyncio.Future[None]] = []
        self._done = asyncio.Event()

    async def take(self, call: Callable[[], Awaitable[Any]]) -> Any:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        await turn
        try:
            return await call()
        finally:
            self._done.set()

    async def play(self, *works: Awaitable[object]) -> None:
        """These are done, side by side."""
        tasks = [asyncio.ensure_future(work) for work in works]
        while not all(task.done() for task in tasks):
            for _ in range(10):  # whoever can ask for a turn, does
                await asyncio.sleep(0)
            if self._waiting:
                await self.next()
        await asyncio.gather(*tasks)

    async def next(self) -> None:
        """One of those who wait had their turn."""
        self._done.clear()
        self._waiting.pop(self._random.randrange(len(self._waiting))).set_result(None)
        await self._done.wait()

    @property
    def is_anybody_waiting(self) -> bool:
        return bool(self._waiting)


class InTurn:
    """The store, as one replica reaches it."""

    def __init__(self, store: Store, turns: Turns) -> None:
        self._store = store
        self._turns = turns

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        return lambda *args, **how: self._turns.take(lambda: method(*args, **how))


def replica(store: Any, clock: Hand) -> Service:
    return Service(store, clock, LIBRARY, committed=lambda: None)


@asynccontextmanager
async def three_crises(folder: Path, engine: str) -> AsyncIterator[Store]:
    """In each: a playbook's steps, a role that was offered, one nobody said yes to, and steps of one person."""
    folder.mkdir()
    store = await ENGINES[engine](folder)
    service = replica(store, Hand())
    playbook = LIBRARY.playbooks["backlash"]
    for number in CRISES:
        await service.open(Draft(f"Number {number}", f"ULEAD{number}", playbook, Severity.SEV2))
        made = Channel(f"C{number}", f"crisis-{number}")
        decisions: list[Callable[..., Any]] = [
            partial(channel_created, channel=made),
            partial(add_step, title="Call the venue", owner="UBEN", due_in=timedelta(minutes=16)),
            partial(offer_role, role="lead", to="UBEN", note="Rings at six"),
        ]
        for decide in decisions:
            by = {} if decide.func is channel_created else {"by": f"ULEAD{number}"}  # type: ignore[attr-defined]
            await service.apply(number, partial(decide, now=NOW, **by))
    yield store
    await store.close()


async def everything(store: Store) -> Everything:
    crises = [(await store.crisis(number), await store.timeline(number)) for number in CRISES]
    asked = [list(crisis.pings) for crisis, _ in crises if crisis]
    orders = []
    while claimed := await store.claim(at(999), limit=100, lease=LEASE):
        for order in claimed:
            orders.append((order.crisis, order.effect))
            await store.delivered(order, posted=None, now=at(999))
    return asked, [told for _, told in crises], sorted(map(str, orders))


@pytest.fixture(params=list(ENGINES))
async def alone(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Everything]:
    """The engine, and what one replica makes of it."""
    async with three_crises(tmp_path / "alone", request.param) as store:
        clock = Hand()
        one = replica(store, clock)
        for clock.minutes in MINUTES:
            await one.sweep()
        made = await everything(store)
    assert sum(map(len, made[0])) > 60
    return request.param, made


@pytest.mark.parametrize("seed", range(12))
async def test_two_sweeps_at_once_ask_what_one_would(
    alone: tuple[str, Everything], tmp_path: Path, seed: int
) -> None:
    engine, expected = alone
    async with three_crises(tmp_path / "two", engine) as store:
        clock, turns = Hand(), Turns(seed)
        two = [replica(InTurn(store, turns), clock) for _ in range(2)]
        for clock.minutes in MINUTES:
            await turns.play(*(one.sweep() for one in two))
        assert await everything(store) == expected


@pytest.mark.parametrize("calls", range(9))
async def test_a_sweep_that_slept_in_the_middle_asks_nothing_again(
    alone: tuple[str, Everything], tmp_path: Path, calls: int
) -> None:
    """After so many calls one replica stands still, while the other goes on for hours."""
    engine, expected = alone
    async with three_crises(tmp_path / "two", engine) as store:
        clock, turns = Hand(), Turns(calls)
        clock.minutes = MINUTES[0]
        slept = asyncio.ensure_future(replica(InTurn(store, turns), clock).sweep())
        for _ in range(calls):
            while not turns.is_anybody_waiting and not slept.done():
                await asyncio.sleep(0)
            if turns.is_anybody_waiting:
                await turns.next()
        awake = replica(store, clock)
        for clock.minutes in MINUTES:
            await awake.sweep()
        await turns.play(slept)
        await awake.sweep()
        assert await everything(store) == expected


async def test_a_replica_whose_clock_is_behind_asks_nothing_again(
    alone: tuple[str, Everything], tmp_path: Path
) -> None:
    engine, expected = alone
    async with three_crises(tmp_path / "two", engine) as store:
        right, behind = Hand(), Hand()
        one, other = replica(store, right), replica(store, behind)
        await other.sweep()
        for right.minutes in MINUTES:
            behind.minutes = max(0, right.minutes - 0.5)
            await asyncio.gather(one.sweep(), other.sweep())
        assert await everything(store) == expected
