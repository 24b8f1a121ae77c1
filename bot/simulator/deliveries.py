"""Deliveries to the app: sent, acknowledged or not, retried when they are events."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, Protocol

from bot.simulator.changes import Changes
from bot.simulator.clock import Clock

Kind = Literal["slash_commands", "interactive", "events_api"]
Moment = Literal["sent", "acknowledged"]
# Events API: three retries -- nearly at once, after a minute, after five minutes.
EVENT_PAUSES = (timedelta(0), timedelta(0), timedelta(minutes=1), timedelta(minutes=5))


@dataclass
class Delivery:
    """One attempt to hand something to the app."""

    kind: Kind
    payload: dict[str, Any]
    retry_attempt: int = 0
    retry_reason: str = ""
    envelope_id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True)
class Answer:
    """How an attempt ended; ``payload`` is what the app put into its acknowledgement."""

    outcome: Literal["acked", "timeout", "unreachable", "refused"]
    payload: dict[str, Any] = field(default_factory=dict)
    no_retry: bool = False

    @property
    def is_acked(self) -> bool:
        return self.outcome == "acked"


class Transport(Protocol):
    """Socket Mode or HTTP."""

    async def send(
        self, delivery: Delivery, on_sent: Callable[[], None], *, avoid_last: bool = False
    ) -> Answer:
        """The delivery went out (``on_sent`` was called if it did) and this came back."""


class Deliveries:
    """Everything on its way to the app, with the ways it can go wrong."""

    def __init__(self, clock: Clock, changes: Changes, transport: Callable[[], Transport]) -> None:
        self._clock, self._changes, self._transport = clock, changes, transport
        self._tasks: set[asyncio.Task[Any]] = set()
        self._duplicates = 0
        self._duplicate_elsewhere = False
        self._hold_next = False
        self._held: asyncio.Event | None = None
        self.in_flight = 0
        self.log: list[Delivery] = []
        self.watch: Callable[[Moment, Delivery], None] = lambda moment, delivery: None
        """Called when a delivery went out, and when its acknowledgement came in."""

    def duplicate_next(self, count: int = 1, *, other_socket: bool = False) -> None:
        """The next ``count`` deliveries arrive twice, the copy on another socket if asked for."""
        self._duplicates, self._duplicate_elsewhere = count, other_socket

    def reorder_next(self) -> None:
        """The next delivery is held back until the one after it went out."""
        self._hold_next = True

    async def interact(self, kind: Kind, payload: dict[str, Any]) -> Answer:
        """The app got this once and answered, or Slack stopped waiting: interactions are never retried."""
        with self._busy():
            return await self._send(Delivery(kind, payload))

    def send_event(self, payload: dict[str, Any]) -> None:
        """The event is on its way; what is not acknowledged is retried."""
        self._spawn(self._deliver_event(payload))

    async def stop(self) -> None:
        """Nothing is on its way any more."""
        # A task that never began would leave its coroutine unawaited.
        await asyncio.sleep(0)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _deliver_event(self, payload: dict[str, Any]) -> None:
        reason = ""
        for attempt, pause in enumerate(EVENT_PAUSES):
            if pause:
                await self._clock.sleep_until(self._clock.now() + pause)
            with self._busy():
                answer = await self._send(Delivery("events_api", payload, attempt, reason))
            if answer.is_acked or answer.no_retry:
                return
            reason = {"timeout": "timeout", "unreachable": "connection_failed"}.get(
                answer.outcome, "http_error"
            )

    async def _send(self, delivery: Delivery) -> Answer:
        if self._hold_next:
            self._hold_next, self._held = False, asyncio.Event()
            await self._held.wait()
        self.log.append(delivery)
        twice, elsewhere = self._duplicates > 0, self._duplicate_elsewhere
        self._duplicates -= twice

        def sent() -> None:
            self.watch("sent", delivery)
            if twice:
                self._spawn(self._copy(delivery, elsewhere))
            if self._held is not None:
                self._held.set()
                self._held = None

        answer = await self._transport().send(delivery, sent)
        if answer.is_acked:
            self.watch("acknowledged", delivery)
        return answer

    async def _copy(self, delivery: Delivery, elsewhere: bool) -> None:
        with self._busy():
            self.log.append(delivery)
            await self._transport().send(delivery, lambda: None, avoid_last=elsewhere)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        # Counted from here on: a task that has not begun yet is on its way all the same.
        self.in_flight += 1

        async def run() -> None:
            try:
                await work
            finally:
                self._changes.stir()

        task = asyncio.ensure_future(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        asyncio.get_running_loop().call_soon(self._begun)

    def _begun(self) -> None:
        self.in_flight -= 1

    @contextmanager
    def _busy(self) -> Iterator[None]:
        self.in_flight += 1
        try:
            yield
        finally:
            self.in_flight -= 1
            self._changes.stir()
