"""Clicks on checklists: how soon they are acknowledged, how many a second are held, what one costs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from tests.bench.doing import Clicker, Load, checklists
from tests.bench.rows import Row, Spread, compared, number, percentile
from tests.bench.sides import Name, Side, running

CRISES = 25
RATE = 50.0
ACK_AT_MOST, HELD_AT_LEAST = 1.5, 0.6
STEPS_OF_LOAD = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.35, 1.5)
"""Of what was reached when people clicked again at once."""
DRAINED_WITHIN_S = 1.0


class Clicked:
    """One side, with people who click on its checklists."""

    def __init__(self, side: Side, clicker: Clicker) -> None:
        self.side = side
        self.clicker = clicker

    async def drained(self, clicks: int) -> bool:
        """The bare app edited once for each click, soon enough. The other side's edits keep to Slack's limits: no wait."""
        if self.side.name != "bare":
            return True
        until = time.monotonic() + DRAINED_WITHIN_S + self.side.slack.latency.per_call_s
        while len(self.side.slack.calls) < clicks:
            if time.monotonic() > until:
                await self.side.quiet()
                return False
            await asyncio.sleep(0.01)
        return True


async def measure(say: Callable[[str], None], *, quick: bool) -> list[Row]:
    say("clicks: the load generator alone")
    own = await _own_ceiling(2 if quick else 5)
    rows = [
        Row(
            "clicks a second the load generator can make",
            f"{number(own.rate)} /s",
            note=f"against a process that only acknowledges; then the generator took {own.generator_cpu:.0%} of a processor",
            numbers=(("generator", (own.rate,)),),
        )
    ]
    for latency_s in (0.1, 0.0):
        async with AsyncExitStack() as stack:
            names: tuple[Name, ...] = ("bot", "bare")
            sides = [await stack.enter_async_context(_clicked(name, latency_s)) for name in names]
            if latency_s:
                say(f"clicks: {RATE:.0f} a second")
                rows += await _at_fifty(sides, blocks=1 if quick else 4, seconds=5 if quick else 10)
            say(f"clicks: how many a second are held, at {latency_s * 1000:.0f} ms a call")
            rows.append(
                await _held(sides, latency_s, runs=1 if quick else 2, seconds=2 if quick else 4, own=own.rate)
            )
            if not latency_s:
                bot, bare = (Spread((one.side.rss_mb,)) for one in sides)
                rows.append(compared("memory after all these clicks", "MB", bot, bare))
    return rows


async def _own_ceiling(seconds: float) -> Load:
    """The clicks go to checklists of the bare app, the acknowledgements come from a process that does nothing else."""
    async with running("bare") as bare, running("echo") as echo:
        targets = await checklists(bare, CRISES)
        return await Clicker(echo, targets).as_fast(seconds)


@asynccontextmanager
async def _clicked(name: Name, latency_s: float) -> AsyncIterator[Clicked]:
    async with running(name, per_call_s=latency_s) as side:
        clicked = Clicked(side, Clicker(side, await checklists(side, CRISES)))
        await clicked.clicker.at_rate(RATE, 2)  # warm
        await side.quiet(within_s=5)
        yield clicked


async def _at_fifty(sides: list[Clicked], *, blocks: int, seconds: float) -> list[Row]:
    """The sides take turns."""
    p50: dict[Name, list[float]] = {"bot": [], "bare": []}
    p99: dict[Name, list[float]] = {"bot": [], "bare": []}
    cpu: dict[Name, list[float]] = {"bot": [], "bare": []}
    missed = busiest = 0.0
    for _ in range(blocks):
        for one in sides:
            before = one.side.cpu_s
            load = await one.clicker.at_rate(RATE, seconds)
            await asyncio.sleep(1)
            taken_ms = [s * 1000 for s in load.taken_s]
            p50[one.side.name].append(percentile(taken_ms, 0.5))
            p99[one.side.name].append(percentile(taken_ms, 0.99))
            cpu[one.side.name].append((one.side.cpu_s - before) * 1000 / load.sent)
            missed += load.missed
            busiest = max(busiest, load.generator_cpu)
            _whole(one)
    note = f"100 ms a call; {missed:.0f} missed; the generator took at most {busiest:.0%} of a processor"
    rows = []
    for what, of, at_most in (
        (f"click to acknowledgement, p50 at {RATE:.0f}/s", p50, ACK_AT_MOST),
        (f"click to acknowledgement, p99 at {RATE:.0f}/s", p99, ACK_AT_MOST),
        ("processor time for a click, with the edits", cpu, None),
    ):
        bot, bare = (Spread(tuple(of[name])) for name in ("bot", "bare"))
        rows.append(compared(what, "ms", bot, bare, at_most=at_most, note=note))
    return rows


async def _held(sides: list[Clicked], latency_s: float, *, runs: int, seconds: float, own: float) -> Row:
    """For each run: the highest rate before the first that was not held."""
    best: dict[Name, list[float]] = {"bot": [], "bare": []}
    for _ in range(runs):
        for one in sides:
            best[one.side.name].append(await _highest(one, seconds))
    bot, bare = (Spread(tuple(best[name])) for name in ("bot", "bare"))
    near = own < 1.5 * max(*bot.values, *bare.values)
    note = "near the load generator's own ceiling" if near else ""
    return compared(
        f"clicks a second held, {latency_s * 1000:.0f} ms a call",
        "/s",
        bot,
        bare,
        at_least=HELD_AT_LEAST,
        note=note,
    )


async def _highest(one: Clicked, seconds: float) -> float:
    reached = await one.clicker.as_fast(3)
    await one.drained(reached.sent)
    await one.side.quiet(within_s=3)
    _whole(one)
    held = 0.0
    for share in STEPS_OF_LOAD:
        rate = reached.rate * share
        if not (await _holds(one, rate, seconds) or await _holds(one, rate, seconds)):
            break
        held = rate
    return held


async def _holds(one: Clicked, rate: float, seconds: float) -> bool:
    """Tried twice by the caller: another program may have had the processor for a moment."""
    load = await one.clicker.at_rate(rate, seconds)
    drained = await one.drained(load.sent)
    _whole(one)
    return load.was_held and drained


def _whole(one: Clicked) -> None:
    """No click was refused (the app would have whispered why); the logs are empty again."""
    for channel in one.side.slack.team.channels.values():
        if channel.name.startswith("crisis-") and channel.ephemerals:
            raise RuntimeError(f"a click was refused: {channel.ephemerals[0].body['text']}")
    one.side.forget()
