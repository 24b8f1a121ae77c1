"""Handles the events that were written down before Slack got its acknowledgement."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime, timedelta

import structlog
from slack_sdk.errors import SlackApiError

from bot.slack.answers import NETWORK_ERRORS, Retry, meaning
from bot.store.base import WAIT_MAX, Damaged, Delivery, StoreProblem
from handlers._asked import Bot, Happened
from handlers._registry import Registry

log = structlog.get_logger(__name__)

BEAT_S = 1.0
TRIES = 8
PAUSE = timedelta(seconds=5)


class Inbox:
    """One loop. `kick` wakes it."""

    def __init__(self, bot: Bot, registry: Registry) -> None:
        self._bot = bot
        self._registry = registry
        self._kicked = asyncio.Event()
        self._working = asyncio.Lock()
        self._stopping = False

    def kick(self) -> None:
        """There may be something to do."""
        self._kicked.set()

    async def run(self) -> None:
        """Handles events until `stop`. With a store in trouble they wait, and are tried again at every beat."""
        while not self._stopping:
            self._kicked.clear()
            try:
                await self.settle()
            except StoreProblem as problem:
                log.error("events wait for the store", problem=str(problem))
            except Exception:
                log.exception("events cannot be read")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(BEAT_S):
                    await self._kicked.wait()

    async def stop(self, *, within_s: float) -> None:
        """The event being handled is done, or is handled after the next start; no other is begun."""
        self._stopping = True
        self.kick()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s), self._working:
                pass

    async def settle(self) -> None:
        """Every event that is due was handled, in the order it came in."""
        async with self._working:
            while not self._stopping and (waiting := await self._bot.store.received(now=self._now())):
                for delivery in waiting:
                    if not self._stopping:
                        await self._handle(delivery)

    async def _handle(self, delivery: Delivery) -> None:
        happened = Happened(self._bot, delivery.kind, delivery.body, delivery.key, self._now())
        try:
            await self._registry.events[delivery.kind](happened)
        except (SlackApiError, *NETWORK_ERRORS) as error:
            outcome = meaning(error)
            if isinstance(outcome, Retry) and delivery.attempts < TRIES:
                pause = min(outcome.after or PAUSE * 2**delivery.attempts, WAIT_MAX)
                await self._bot.store.retry_event(delivery.key, at=self._now() + pause)
                return
            log.warning("an event was given up", kind=delivery.kind, why=outcome.why)
        except Damaged:
            pass  # its crisis cannot be read, which the store has told
        except StoreProblem:
            raise
        except Exception:
            # A bug of ours, recorded once; the event is not tried again, lest it stop all that come after it.
            log.exception("an event failed", kind=delivery.kind, reference=delivery.key)
        await self._bot.store.handled(delivery.key)

    def _now(self) -> datetime:
        return self._bot.service.clock.now()
