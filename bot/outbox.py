"""Carries out the orders decisions left behind: claim, perform, record; try again or give up."""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

import structlog

from bot import metrics
from bot.clock import Clock
from bot.domain.channels import channel_refused, order_failed
from bot.domain.decision import Decision
from bot.domain.effects import (
    ArchiveChannel,
    CreateChannel,
    Effect,
    InvitePeople,
    Notice,
    PinMessage,
    SetTopic,
    ShowAnnouncement,
    ShowChecklist,
    ShowLessons,
    ShowPing,
    ShowSummary,
    ShowUpdate,
    ThreadUpdate,
)
from bot.domain.model import Incident
from bot.domain.words import mention
from bot.service import Service
from bot.slack.answers import LIMITED, PACED, Done, GiveUp, Outcome, Retry
from bot.slack.gateway import Gateway
from bot.store.base import WAIT_MAX, Damaged, Order, StoreProblem

log = structlog.get_logger(__name__)

AT_ONCE = 20
"""Orders on their way at the same time."""
LEASE = timedelta(minutes=2)
"""Longer than any delivery takes; only another process would ever wait for its end."""
BEAT_S = 1.0
"""How often to look for orders that became due by themselves (after a pause)."""
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=1)
PATIENCE = timedelta(days=1)
"""How long a failing Slack is tried before an order is given up,"""
PATIENT_TRIES = 10
"""and how often at least: the bot may have been stopped for most of that day."""
BUG_TRIES = 5
"""An order that fails by a bug of ours is given up after so many tries, lest it stop its lane for ever."""


class Outbox:
    """One loop, many deliveries. `kick` wakes it."""

    def __init__(self, service: Service, gateway: Gateway, clock: Clock) -> None:
        self._service = service
        self._store = service.store
        self._gateway = gateway
        self._clock = clock
        self._kicked = asyncio.Event()
        self._flying: dict[int, asyncio.Task[None]] = {}
        self._stopping = asyncio.Event()
        self.posted_at: datetime | None = None
        """When Slack last took a message, or the edit of one."""

    def kick(self) -> None:
        """There may be something to do."""
        self._kicked.set()

    async def run(self) -> None:
        """Carries out orders until `stop`. A store in trouble is asked again at every beat."""
        while not self._stopping.is_set():
            self._kicked.clear()
            try:
                if await self._start_ready():
                    continue
            except StoreProblem as problem:
                log.error("orders cannot be read", problem=str(problem))
            except Exception:
                log.exception("orders cannot be started")
            with contextlib.suppress(TimeoutError):
                # Not wait_for: until Python 3.12 it swallows a cancellation that meets the kick.
                async with asyncio.timeout(BEAT_S):
                    await self._kicked.wait()

    async def settle(self) -> None:
        """Nothing is ready and nothing on its way. For those who drive the clock by hand."""
        while await self._start_ready() or self._flying:
            await asyncio.wait(list(self._flying.values()), return_when=asyncio.FIRST_COMPLETED)

    async def stop(self, *, within_s: float) -> None:
        """No new order is started; those on their way end, or are taken up after the next start."""
        self._stopping.set()
        self.kick()
        flying = list(self._flying.values())
        if flying:
            await asyncio.wait(flying, timeout=within_s)
        for task in flying:
            task.cancel()
        await asyncio.gather(*flying, return_exceptions=True)

    async def _start_ready(self) -> bool:
        room = AT_ONCE - len(self._flying)
        if room <= 0 or self._stopping.is_set():
            return False
        orders = await self._store.claim(self._clock.now(), limit=room, lease=LEASE)
        if self._stopping.is_set():
            return False  # what was just claimed is ready again after the next start
        started = False
        for order in orders:
            if order.id not in self._flying:
                self._flying[order.id] = asyncio.create_task(self._carry_out(order))
                started = True
        return started

    async def _carry_out(self, order: Order) -> None:
        try:
            incident = await self._store.crisis(order.crisis)
            if incident is None:
                await self._store.drop(order)
                return
            try:
                await self._record(order, await self._gateway.perform(order, incident))
            except StoreProblem:
                raise
            except Exception as bug:
                reference = _reference(bug)
                effect = type(order.effect).__name__
                log.exception("an order failed", reference=reference, crisis=order.crisis, effect=effect)
                metrics.SLACK_CALLS.labels(effect, "bug").inc()
                await self._record(order, _after_a_bug(order, reference))
        except Damaged:
            await self._store.set_aside(order)  # its crisis cannot be read, which the store has told
        except StoreProblem as problem:
            # The order stays claimed; when its lease has ended, it is tried again.
            log.error("an order could not be recorded", crisis=order.crisis, problem=str(problem))
        finally:
            del self._flying[order.id]
            self.kick()

    async def _record(self, order: Order, outcome: Outcome) -> None:
        now = self._clock.now()
        effect = type(order.effect).__name__
        metrics.SLACK_CALLS.labels(effect, type(outcome).__name__.lower()).inc()
        if isinstance(outcome, Retry) and _is_out_of_patience(order, now):
            outcome = GiveUp(f"Slack did not answer for a day ({outcome.why}).")
        match outcome:
            case Done():
                if outcome.then:
                    for number in await self._in_message(order):
                        await self._service.apply(number, outcome.then)
                await self._store.delivered(order, posted=outcome.posted, now=now)
                if outcome.posted is not None:
                    self.posted_at = now
            case Retry():
                if outcome.then:
                    await self._service.apply(order.crisis, outcome.then)
                pause = outcome.after if outcome.after is not None else growing_pause(order.attempts)
                pause = min(pause, WAIT_MAX)
                if outcome.why != PACED:
                    waiting = log.bind(crisis=order.crisis, effect=effect, why=outcome.why)
                    waiting.info("an order waits", pause=str(pause))
                await self._store.postpone(
                    order, until=now + pause, why=outcome.why, tried=outcome.why not in (PACED, LIMITED)
                )
                asyncio.get_running_loop().call_later(pause.total_seconds(), self.kick)
            case GiveUp():
                log.warning("an order was given up", crisis=order.crisis, effect=effect)
                for number in await self._waiting_for(order):
                    await self._tell(number, order, outcome, now)
                await self._store.drop(order)

    async def _waiting_for(self, order: Order) -> list[int]:
        """Who hears that this order is given up: all that share its message; where that is there already, its own crisis."""
        if await self._store.message(order.crisis, order.effect.key) is not None:
            return [order.crisis]
        return await self._in_message(order)

    async def _in_message(self, order: Order) -> list[int]:
        """The crises whose words stand in the message of this order."""
        shared = await self._store.sharing(order.crisis, order.effect.key)
        return list(dict.fromkeys(number for number, _ in shared))

    async def _tell(self, number: int, order: Order, outcome: GiveUp, now: datetime) -> None:
        with contextlib.suppress(Damaged):  # which the store has told
            incident = await self._store.crisis(number)
            if incident is not None:
                # Keyed, so that a stop between two commits tells nobody twice.
                once = f"order:{order.id}:{order.wanted}:{number}"
                learned = given_up(order, incident, outcome, now)
                await self._service.apply(number, learned, delivery=once)


def _reference(bug: Exception) -> str:
    """The same for the same bug, so that the lead is told of it once, however many orders meet it."""
    frames = traceback.extract_tb(bug.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return sha256(f"{type(bug).__name__} {where}".encode()).hexdigest()[:8]


def _after_a_bug(order: Order, reference: str) -> Retry | GiveUp:
    """Some more tries: it may be gone with the next state, or the next version of the program."""
    if order.attempts < BUG_TRIES:
        return Retry(f"bug {reference}")
    return GiveUp(f"Something went wrong on our side (reference {reference}).")


def given_up(
    order: Order, incident: Incident, outcome: GiveUp, now: datetime
) -> Callable[[Incident], Decision]:
    """What the crisis learns from an order that will not be carried out."""
    if outcome.then is not None:
        return outcome.then
    if isinstance(order.effect, CreateChannel):
        return partial(channel_refused, why=outcome.why, now=now)
    to_lead = not (isinstance(order.effect, Notice | ShowPing) and order.effect.person == incident.lead)
    return partial(order_failed, what=what_it_does(order.effect), why=outcome.why, to_lead=to_lead, now=now)


def _is_out_of_patience(order: Order, now: datetime) -> bool:
    return order.attempts >= PATIENT_TRIES and now - order.first_tried_at > PATIENCE


def growing_pause(attempts: int) -> timedelta:
    """1 s, 2 s, 4 s … up to a minute."""
    doublings = min(attempts - 1, 10)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def what_it_does(effect: Effect) -> str:
    """The order in words, to follow "I could not"."""
    match effect:
        case CreateChannel():
            return "create the channel"
        case ShowSummary():
            return "show the summary card"
        case ShowChecklist():
            return "show the checklist"
        case ShowAnnouncement():
            return "announce this crisis"
        case ThreadUpdate() | ShowLessons(announced=True):
            return "post in the announcement channel"
        case ShowPing(person=str(person)):
            return f"remind {mention(person)}"
        case ShowUpdate():
            return "post the update"
        case Notice(person=str(person)):
            return f"write to {mention(person)}"
        case InvitePeople():
            return "invite people to the channel"
        case PinMessage():
            return f"pin the {effect.slot}"
        case SetTopic():
            return "set the topic of the channel"
        case ArchiveChannel():
            return "archive the channel"
        case _:
            return "post in the channel"
