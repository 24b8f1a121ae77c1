"""Does it get slower with the years? The same things with 10, 1,000 and 10,000 past crises; Slack answers at once."""

from __future__ import annotations

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
from tests.bench.sides import running

SIZES = (10, 1_000, 10_000)
AT_MOST = 1.3

Measured = dict[str, list[tuple[int, Spread]]]

# What, its unit, and a difference too small for anybody to mind.
LINES = {
    "opening": ("ms", 10.0),
    "click to acknowledgement, p50": ("ms", 2.0),
    "click to acknowledgement, p99": ("ms", 10.0),
    "start to ready": ("ms", 100.0),
    "/crisis lessons, search": ("ms", 10.0),
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
    starts, openings, p50, p99 = [], [], [], []
    searches, lists = [], []
    for _ in range(1 if quick else 3):
        async with running("bot", database=database) as side:
            starts.append(side.started_in_s * 1000)
            targets = await checklists(side, 5)
            for number in range(3 if quick else 6):
                opening = await opens(side, side.people[0], f"A courier video spreads {number}", quiet_s=0.3)
                openings.append(opening.ready_s * 1000)
            taken = [s * 1000 for s in (await Clicker(side, targets).at_rate(20, 5)).taken_s]
            p50.append(percentile(taken, 0.5))
            p99.append(percentile(taken, 0.99))
            searches += [await asked_ms(side, f"/crisis lessons {SEARCHED}") for _ in range(6)]
            lists += [await asked_ms(side, "/crisis actions") for _ in range(3)]
    for what, values in (
        ("start to ready", starts),
        ("opening", openings),
        ("click to acknowledgement, p50", p50),
        ("click to acknowledgement, p99", p99),
        ("/crisis lessons, search", searches),
        ("/crisis actions", lists),
    ):
        found[what].append((size, Spread(tuple(values))))


async def _sweep(database: Path) -> Spread:
    """In this process, on a copy of the same file; the process of the bot does it every second."""
    copy = database.with_suffix(".copy")
    shutil.copyfile(database, copy)
    store = await SqliteStore.open(copy)
    try:
        service = Service(store, SystemClock(), playbooks.load(), committed=lambda: None)
        await service.sweep()
        return Spread(tuple([await _timed(service.sweep) for _ in range(50)]))
    finally:
        await store.close()


async def _timed(act: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await act()
    return (time.perf_counter() - began) * 1000
