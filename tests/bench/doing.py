"""What people do in a measurement, timed from the outside: they open crises and click on checklists."""

from __future__ import annotations

import asyncio
import gc
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle
from typing import Any

from bot.simulator import Call, Change, Channel, Person, payloads
from bot.simulator.state import Message
from tests.bench.sides import Side

OPEN_WITHIN_S = 120.0


@dataclass(frozen=True)
class Opening:
    """How one crisis was opened."""

    channel: Channel
    ready_s: float
    """From the command to: the opener is a member and the checklist is in the channel."""
    calls: int
    """All that were made for it, also later ones."""
    trips: int
    """Calls on the way to ready that waited for one another."""


async def opens(side: Side, opener: Person, title: str, *, quiet_s: float = 0.5) -> Opening:
    """The person types the command; everything that follows from it is over."""
    slack = side.slack
    before, first_call = set(slack.team.channels), len(slack.calls)
    old_connections = {call.connection_id for call in slack.calls}
    joined, listed = set[str](), set[str]()
    ready: asyncio.Future[tuple[str, float]] = asyncio.get_running_loop().create_future()

    def look(change: Change) -> None:
        if change.channel_id is None or change.channel_id in before:
            return
        if change.kind == "member_joined" and change.user_id == opener.id:
            joined.add(change.channel_id)
        if change.kind == "message_posted" and change.detail["message"]["text"].startswith("Checklist"):
            listed.add(change.channel_id)
        if joined & listed and not ready.done():
            ready.set_result(((joined & listed).pop(), time.perf_counter()))

    stop = slack.changes.subscribe(look)
    began, began_at = time.perf_counter(), slack.clock.now()
    await opener.types("#general", f"/crisis open sev4 bench {title}")
    channel_id, at = await asyncio.wait_for(ready, OPEN_WITHIN_S)
    stop()
    await side.quiet(quiet_s)
    calls = [call for call in slack.calls[first_call:] if not side.is_beat(call)]
    until = began_at + timedelta(seconds=at - began + 0.005)
    trips = _trips(side, [call for call in calls if call.at <= until], old_connections)
    return Opening(slack.team.channels[channel_id], at - began, len(calls), trips)


async def checklists(side: Side, crises: int) -> list[Target]:
    """So many crises are open; all their steps, so that neighbours belong to different crises."""
    latency, per_call_s = side.slack.latency, side.slack.latency.per_call_s
    latency.per_call_s = 0.0
    found = []
    for number in range(crises):
        opening = await opens(side, side.people[number % 5], f"Exercise {number + 1}", quiet_s=0.1)
        found.append(_steps_of(side, opening.channel))
    latency.per_call_s = per_call_s
    side.forget()
    return [target for row in zip(*found, strict=True) for target in row]


def _trips(side: Side, calls: list[Call], known: set[int]) -> int:
    """The longest chain of calls of which each began after the one before was answered."""
    latency, chain, end = side.slack.latency, 0, None
    for call in sorted(calls, key=lambda call: call.at):  # logged when the pause of the latency is over
        pause_s = latency.per_call_s + (0 if call.connection_id in known else latency.per_connection_s)
        known.add(call.connection_id)
        if end is None or call.at - timedelta(seconds=pause_s) >= end - timedelta(milliseconds=1):
            chain, end = chain + 1, call.at
    return chain


@dataclass
class Target:
    """One step of a checklist, as the clicks left it."""

    channel: Channel
    message: Message
    number: int
    key: str
    clicks: int = 0

    @property
    def next_action(self) -> str:
        """Claim, Done, Reopen, Done, Reopen …"""
        return "step.claim" if self.clicks == 0 else "step.done" if self.clicks % 2 else "step.reopen"

    @property
    def expected(self) -> set[str]:
        """The buttons the step should have after these clicks."""
        return {"step.claim", "step.done"} if self.clicks == 0 else {self.next_action}

    @property
    def shown(self) -> set[str]:
        """The buttons the step has now."""
        found = set()
        for block in self.message.body["blocks"]:
            for element in [*block.get("elements", []), block.get("accessory") or {}]:
                if element.get("type") == "button" and element["value"].split("|")[1] == self.key:
                    found.add(element["action_id"])
        return found


async def asked_ms(side: Side, command: str) -> float:
    """From the typed command to its answer on the screen."""
    began = time.perf_counter()
    await side.people[0].types("#general", command)
    return (time.perf_counter() - began) * 1000


def _steps_of(side: Side, channel: Channel) -> list[Target]:
    """The steps of the checklist in this channel."""
    message = next(m for m in channel.messages.values() if m.body["text"].startswith("Checklist"))
    values = [
        element["value"].split("|")
        for block in message.body["blocks"]
        for element in block.get("elements", [])
        if element.get("action_id") == "step.claim"
    ]
    return [Target(channel, message, int(number), key) for number, key, _ in values]


@dataclass
class Load:
    """How a row of clicks went."""

    rate: float
    taken_s: list[float] = field(default_factory=list)
    """From each click to its acknowledgement."""
    missed: int = 0
    sent: int = 0
    backlog: int = 0
    """Clicks without an answer when the last one was sent."""
    sending_s: float = 0.0
    generator_cpu: float = 0.0
    """Share of one processor that the simulator and the people took."""

    @property
    def was_held(self) -> bool:
        """Every click was acknowledged in time, and no queue grew."""
        kept_up = self.sent / self.sending_s >= 0.97 * self.rate
        return kept_up and not self.missed and self.backlog <= max(5.0, self.rate / 4)


class Clicker:
    """People who click on these steps, never on one whose last click is not answered yet."""

    def __init__(self, side: Side, targets: list[Target]) -> None:
        self._side = side
        self._free = deque(targets)
        self._people = cycle(side.people[:5])

    async def at_rate(self, rate: float, seconds: float) -> Load:
        """Clicks at a steady rate, whether or not they are answered."""
        load, under_way = Load(rate), set[asyncio.Task[None]]()
        with _undisturbed():
            began, cpu = time.perf_counter(), time.process_time()
            for number in range(int(rate * seconds)):
                await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
                if self._free:
                    task = asyncio.create_task(self._click(load, self._free.popleft()))
                    under_way.add(task)
                    task.add_done_callback(under_way.discard)
                    load.sent += 1
            load.sending_s = time.perf_counter() - began
            load.backlog = len(under_way)
            load.generator_cpu = (time.process_time() - cpu) / load.sending_s
            await asyncio.gather(*under_way)
        return load

    async def as_fast(self, seconds: float, *, people: int = 32) -> Load:
        """So many people click again as soon as they were answered."""
        load = Load(rate=0)

        async def clicks_on() -> None:
            while time.perf_counter() < until:
                await self._click(load, self._free.popleft())

        with _undisturbed():
            began, cpu = time.perf_counter(), time.process_time()
            until = began + seconds
            await asyncio.gather(*(clicks_on() for _ in range(people)))
            load.sending_s = time.perf_counter() - began
            load.generator_cpu = (time.process_time() - cpu) / load.sending_s
        load.sent = len(load.taken_s) + load.missed
        load.rate = len(load.taken_s) / load.sending_s
        return load

    async def _click(self, load: Load, target: Target) -> None:
        slack, person = self._side.slack, next(self._people)
        url = slack.response_urls.new(person.id, target.channel, target.message)
        payload = payloads.block_actions(
            slack.team,
            person.user,
            _action(target),
            trigger_id=slack.views.new_trigger(person.id),
            surface=payloads.on_message(target.channel, target.message, url),
        )
        began = time.perf_counter()
        answer = await slack.deliveries.interact("interactive", payload)
        if answer.is_acked:
            load.taken_s.append(time.perf_counter() - began)
            target.clicks += 1
        else:
            load.missed += 1
        self._free.append(target)


def _action(target: Target) -> dict[str, Any]:
    """What Slack sends of the button; each change so far made the step's version grow by one."""
    return {
        "action_id": target.next_action,
        "block_id": f"do:{target.key}",
        "type": "button",
        "text": {"type": "plain_text", "text": target.next_action, "emoji": True},
        "value": f"{target.number}|{target.key}|{1 + target.clicks}",
        "action_ts": str(time.time()),
    }


@contextmanager
def _undisturbed() -> Iterator[None]:
    """The garbage collector of the benchmark does not interrupt it."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
