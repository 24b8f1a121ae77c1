"""How long a crisis takes to open: 100 ms a call to Slack, 200 ms more for a new connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count

from tests.bench.doing import Clicker, Opening, checklists, opens
from tests.bench.rows import Row, Spread, compared
from tests.bench.sides import Name, Side, running

PER_CALL_S, PER_CONNECTION_S = 0.1, 0.2
TRIPS = 2
AT_MOST = 1.2
IDLE_S = (61.0, 100.0)
"""Connections rest for 75 s at most in crisis-bot, so one span is shorter and one is longer."""
BUSY_CRISES = 30

_numbers = count(1)


async def measure(say: Callable[[str], None], *, quick: bool) -> list[Row]:
    rows: list[Row] = []
    say("opening: warm")
    async with _both() as sides:
        first = {side.name: [await _opened(side, 0)] for side in sides}
        warm: dict[Name, list[Opening]] = {side.name: [] for side in sides}
        fresh: dict[Name, list[Opening]] = {side.name: [] for side in sides}
        for turn in range(4 if quick else 12):
            for side in sides:
                warm[side.name].append(await _opened(side, 0))
                fresh[side.name].append(await _opened(side, 1 + turn))
    rows.append(_times("opening, warm", warm))
    rows.append(_times("opening, warm, by a person not seen lately", fresh))
    rows += _counts(warm, fresh)

    say("opening: the first after a start")
    for _ in range(1 if quick else 4):
        async with _both() as sides:
            for side in sides:
                first[side.name].append(await _opened(side, 0))
    rows.insert(2, _times("opening, the first after the start", first))
    if not quick:
        rows += await _after_quiet(say, bare_warm=_ready(warm["bare"]))
    rows.append(await _while_edits_wait(say, calm=_ready(warm["bot"])))
    return rows


async def _after_quiet(say: Callable[[str], None], *, bare_warm: Spread) -> list[Row]:
    """Three pairs rest at the same time; then they open one after another."""
    rows = []
    async with AsyncExitStack() as stack:
        sides = [side for _ in range(3) for side in await stack.enter_async_context(_both())]
        for side in sides:
            await _opened(side, 0)
        for idle_s in IDLE_S:
            say(f"opening: after {idle_s:.0f} quiet seconds")
            await asyncio.sleep(idle_s)
            rested: dict[Name, list[Opening]] = {"bot": [], "bare": []}
            for side in sides:
                rested[side.name].append(await _opened(side, 0))
            row = _times(f"opening, after {idle_s:.0f} quiet seconds", rested)
            times_warm = _ready(rested["bot"]).mid / bare_warm.mid
            note = f"{row.note}; {times_warm:.2f} × the warm bare app"
            met = bool(row.met) and times_warm <= AT_MOST
            target = f"{row.target}, also × warm bare"
            rows.append(Row(row.what, row.bot, row.bare, row.ratio, target, met, note, row.numbers))
    return rows


async def _while_edits_wait(say: Callable[[str], None], *, calm: Spread) -> Row:
    """Many checklists changed at once, and their edits wait for Slack's limits, when one more crisis opens."""
    say("opening: while many checklists wait for their edit")
    async with running("bot", per_call_s=PER_CALL_S, per_connection_s=PER_CONNECTION_S) as side:
        await Clicker(side, await checklists(side, BUSY_CRISES)).at_rate(50, 6)
        busy = Spread(((await opens(side, side.people[0], "Busy", quiet_s=0.0)).ready_s * 1000,))
    note = f"{BUSY_CRISES} crises were clicked on 50 times a second for 6 s; warm and calm: {calm.text('ms')}"
    return Row(
        "opening while many checklists wait for Slack",
        busy.text("ms"),
        ratio=f"{busy.mid / calm.mid:.2f}",
        target="≤ 2 × calm",
        met=busy.mid <= 2 * calm.mid,
        note=note,
        numbers=(("bot", busy.values),),
    )


@asynccontextmanager
async def _both() -> AsyncIterator[tuple[Side, Side]]:
    async with (
        running("bot", per_call_s=PER_CALL_S, per_connection_s=PER_CONNECTION_S) as bot,
        running("bare", per_call_s=PER_CALL_S, per_connection_s=PER_CONNECTION_S) as bare,
    ):
        yield bot, bare


async def _opened(side: Side, person: int) -> Opening:
    return await opens(side, side.people[person], f"Rehearsal {next(_numbers)}")


def _times(what: str, openings: dict[Name, list[Opening]]) -> Row:
    bot, bare = openings["bot"], openings["bare"]
    trips = f"round trips one after another: {_range(bot)} and {_range(bare)}"
    return compared(what, "ms", _ready(bot), _ready(bare), at_most=AT_MOST, note=trips)


def _counts(*runs: dict[Name, list[Opening]]) -> list[Row]:
    known, fresh = runs
    rows = []
    for what, run in (("opening, round trips in a row", known), ("the same, person not seen lately", fresh)):
        bot, bare = (Spread(tuple(float(o.trips) for o in run[name])) for name in ("bot", "bare"))
        row = compared(what, "", bot, bare)
        rows.append(
            Row(row.what, row.bot, row.bare, row.ratio, f"{TRIPS}", bot.mid <= TRIPS, numbers=row.numbers)
        )
    calls = {name: Spread(tuple(float(o.calls) for o in known[name])) for name in ("bot", "bare")}
    rows.append(compared("calls to Slack for a crisis", "", calls["bot"], calls["bare"]))
    return rows


def _ready(openings: list[Opening]) -> Spread:
    return Spread(tuple(opening.ready_s * 1000 for opening in openings))


def _range(openings: list[Opening]) -> str:
    trips = sorted({opening.trips for opening in openings})
    return str(trips[0]) if len(trips) == 1 else f"{trips[0]}–{trips[-1]}"
