"""What a process costs that has nothing to do: start, memory, processor; also with years of crises behind it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.doing import asked_ms
from tests.bench.filled import filled
from tests.bench.rows import Row, Spread, compared
from tests.bench.sides import Name, running

PAST, OPEN = 10_000, 500
SETTLING_S, IDLE_S = 3, 10


@dataclass
class Idle:
    """What several starts took."""

    start_ms: list[float] = field(default_factory=list)
    rss_mb: list[float] = field(default_factory=list)
    cpu_percent: list[float] = field(default_factory=list)
    list_ms: list[float] = field(default_factory=list)


async def measure(say: Callable[[str], None], *, quick: bool) -> list[Row]:
    runs = 1 if quick else 3
    rows = []
    with tempfile.TemporaryDirectory(prefix="crisis-bench-") as folder:
        say(f"idle: filling a database with {PAST:,} past and {OPEN} open crises")
        full = await filled(Path(folder) / "full.db", past=PAST, still_open=OPEN)
        say("idle: start, memory, processor")
        bot, bare = await _idle("bot", None, runs), await _idle("bare", None, runs)
        old = await _idle("bot", full, runs)
    for when, of_bot, of_bare in (("", bot, bare), (f", {PAST:,} past and {OPEN} open crises", old, bare)):
        rows += [
            _row(f"start to ready{when}", "ms", of_bot.start_ms, of_bare.start_ms),
            _row(f"memory when idle{when}", "MB", of_bot.rss_mb, of_bare.rss_mb),
            _row(f"processor when idle{when}", "% of one", of_bot.cpu_percent, of_bare.cpu_percent),
        ]
    rows.append(compared(f"/crisis list, {OPEN} open crises", "ms", Spread(tuple(old.list_ms))))
    return rows


async def _idle(name: Name, database: Path | None, runs: int) -> Idle:
    found = Idle()
    for _ in range(runs):
        async with running(name, database=database) as side:
            await asyncio.sleep(SETTLING_S)
            before = side.cpu_s
            await asyncio.sleep(IDLE_S)
            found.start_ms.append(side.started_in_s * 1000)
            found.cpu_percent.append((side.cpu_s - before) * 100 / IDLE_S)
            found.rss_mb.append(side.rss_mb)
            if database is not None:
                found.list_ms += [await asked_ms(side, "/crisis list") for _ in range(4)]
    return found


def _row(what: str, unit: str, bot: list[float], bare: list[float]) -> Row:
    return compared(what, unit, Spread(tuple(bot)), Spread(tuple(bare)))
