"""Does it get slower with the years? The same things with 10, 1,000 and 10,000 past crises; Slack answers at once."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path

import playbooks
from bot.clock import SystemClock
from bot.service import Service
from bot.store.sqlite import SqliteStore
from tests.bench.doing import Clicker, asked_ms, checklists, opens
from tests.bench.filled import SEARCHED, filled
from tests.bench.rows import Row, Spread, grown, percentile
from tests.bench.sides import Side, running

SIZES = (10, 1_000, 10_000)
AT_MOST = 1.3
SETTLING_S, IDLE_S = 2, 5
FAST_S, FAST_PEOPLE = 3, 32

Measured = dict[str, list[tuple[int, Spread]]]

# What, its unit, and a difference too small for anybody to mind.
LINES = {
    "opening": ("ms", 10.0),
    "click to acknowledgement, p50": ("ms", 2.0),
    "click to acknowledgement, p99": ("ms", 10.0),
    "time a click, everybody at once": ("ms", 0.3),
    "calls to Slack for a crisis": ("", 1.0),
    "start to ready": ("ms", 100.0),
    "memory when idle": ("MB", 5.0),
    "processor when idle": ("% of one", 0.5),
    "/crisis lessons, search": ("ms", 50.0),  # it ranks all that fits, and more fits
    "/crisis actions": ("ms", 10.0),
    "sweep, nothing due": ("ms", 1.0),
    "database file": ("MB", 0.0),
}


async def measure(say: Callable[[str], None], *, quick: bool) -> list[Row]:
    found: Measured = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="crisis-bench-") as made:
        for size in SIZES:
            say(f"growth: {size:,} past crises")
            database = await filled(Path(made) / f"{size}.db", past=size, still_open=5)
            found["database file"].append((size, Spread((database.stat().st_size / 1e6,))))
            await _from_outside(database, size, found, quick=quick)
            found["sweep, nothing due"].append((size, await _sweep(database)))
    rows = [
        grown(what, unit, found[what], at_most=AT_MOST, slack=slack) for what, (unit, slack) in LINES.items()
    ]
    return [row if "file" not in row.what else Row(row.what, row.bot, numbers=row.numbers) for row in rows]


async def _from_outside(database: Path, size: int, found: Measured, *, quick: bool) -> None:
    taken: dict[str, list[float]] = defaultdict(list)
    for _ in range(1 if quick else 3):
        async with running("bot", database=database) as side:
            await _measured(side, taken, openings=3 if quick else 6)
    for what, values in taken.items():
        found[what].append((size, Spread(tuple(values))))


async def _measured(side: Side, taken: dict[str, list[float]], *, openings: int) -> None:
    """One start, and then what people do, one thing after another."""
    taken["start to ready"].append(side.started_in_s * 1000)
    await asyncio.sleep(SETTLING_S)
    taken["memory when idle"].append(side.rss_mb)
    before = side.cpu_s
    await asyncio.sleep(IDLE_S)
    taken["processor when idle"].append((side.cpu_s - before) * 100 / IDLE_S)
    targets = await checklists(side, 5)
    for number in range(openings):
        opening = await opens(side, side.people[0], f"A courier video spreads {number}", quiet_s=0.3)
        taken["opening"].append(opening.ready_s * 1000)
        taken["calls to Slack for a crisis"].append(opening.calls)
    clicker = Clicker(side, targets)
    load = await clicker.at_rate(20, 5)
    for what, share in (("p50", 0.5), ("p99", 0.99)):
        taken[f"click to acknowledgement, {what}"].append(percentile(load.taken_s, share) * 1000)
    fast = await clicker.as_fast(FAST_S, people=FAST_PEOPLE)
    taken["time a click, everybody at once"].append(1000 / fast.rate)
    taken["/crisis lessons, search"] += [
        await asked_ms(side, f"/crisis lessons {SEARCHED}") for _ in range(6)
    ]
    taken["/crisis actions"] += [await asked_ms(side, "/crisis actions") for _ in range(3)]


async def _sweep(database: Path) -> Spread:
    """In this process, on a copy of the same file; the process of the bot does it every second."""
    copy = database.with_suffix(".copy")
    shutil.copyfile(database, copy)
    store = await SqliteStore.open(copy)
    try:
        service = Service(store, SystemClock(), playbooks.load(), committed=lambda: None)
        await service.sweep()
        return Spread(tuple([await timed_ms(service.sweep) for _ in range(50)]))
    finally:
        await store.close()


async def timed_ms(act: Callable[[], Awaitable[object]]) -> float:
    """How long it took, in milliseconds."""
    began = time.perf_counter()
    await act()
    return (time.perf_counter() - began) * 1000
