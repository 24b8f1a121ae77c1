"""What the look for due steps costs, every second, as more and more steps are open: it has to follow what is due."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import playbooks
from bot import logs
from bot.domain.model import Channel
from bot.service import Service
from bot.store.sqlite import SqliteStore
from tests.bench.growth import timed_ms
from tests.bench.late import LATE, STEPS, opened
from tests.bench.rows import Row, Spread, grown

SIZES = (100, 1_000, 10_000)
"""Open steps."""
DUE = 10
AT_MOST, SLACK_MS = 1.3, 2.0
TURNS = STEPS // LATE


@dataclass
class _Clock:
    """Stands where it is put."""

    at: datetime

    def now(self) -> datetime:
        return self.at


async def sweeps(say: Callable[[str], None], *, quick: bool) -> list[Row]:
    logs.configure("WARNING", "text")  # or each ping is a line among the numbers
    nothing: list[tuple[int, Spread]] = []
    some: list[tuple[int, Spread]] = []
    for size in [size // 10 for size in SIZES[1:]] if quick else SIZES:
        say(f"pings: a sweep over {size:,} open steps")
        with tempfile.TemporaryDirectory(prefix="crisis-bench-") as made:
            idle, busy = await _swept(Path(made) / "crisis.db", size)
        nothing.append((size, idle))
        some.append((size, busy))
    named = (("nothing due", nothing), (f"{DUE} due", some))
    return [
        grown(f"sweep over open steps, {what}", "ms", found, at_most=AT_MOST, slack=SLACK_MS, of="open")
        for what, found in named
    ]


async def _swept(file: Path, size: int) -> tuple[Spread, Spread]:
    """In this process, on a real file: sweeps that find nothing, and, in turns, those that find `DUE` steps of 5 crises.

    In each turn the next two steps of the first five crises are due; those of the others fall due a day later.
    """
    began = datetime.now(UTC)
    store = await SqliteStore.open(file)
    try:
        people = [f"UPERSON{n}" for n in range(200)]
        late = [_channel(n) for n in range(1, DUE // LATE + 1)]
        rest = [_channel(n) for n in range(len(late) + 1, size // STEPS + 1)]
        await opened(store, late, people, at=began, due_after=_in_turns)
        await opened(store, rest, people, at=began + timedelta(days=1), due_after=_in_turns)
        clock = _Clock(began)
        service = Service(store, clock, playbooks.load(), committed=lambda: None)
        await service.sweep()
        idle = Spread(tuple([await timed_ms(service.sweep) for _ in range(50)]))
        busy = []
        for turn in range(TURNS):
            clock.at = began + _in_turns(turn * LATE + 1)
            busy.append(await timed_ms(service.sweep))
        return idle, Spread(tuple(busy))
    finally:
        await store.close()


def _in_turns(number: int) -> timedelta:
    return timedelta(minutes=1 + (number - 1) // LATE)


def _channel(number: int) -> Channel:
    return Channel(f"C9{number:07d}", f"crisis-{number}")
