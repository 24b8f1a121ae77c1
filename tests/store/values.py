"""Crises to keep, and short words for keeping them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.decision import Decision
from bot.domain.effects import Effect
from bot.domain.model import ActionItem, Incident, Retrospective, Status
from bot.domain.severity import Severity
from bot.domain.timeline import Entry
from bot.store.base import Order, Store

NOW = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
LEASE = timedelta(seconds=60)


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def incident(number: int = 1, **changes: Any) -> Incident:
    first = Incident(
        number=number,
        title="The post office does not answer",
        severity=Severity.SEV2,
        private=False,
        playbook_key="outage",
        playbook_title="Outage",
        opened_by="UANA",
        opened_at=NOW,
    )
    return replace(first, **changes)


def learned(*lessons: str, actions: tuple[ActionItem, ...] = (), summary: str = "") -> Retrospective:
    return Retrospective(summary, "", "", lessons, actions, by="UANA", at=NOW)


def as_decided(result: object) -> Decision:
    assert isinstance(result, Decision)
    return result


async def opened(store: Store, *entries: Entry, effects: tuple[Effect, ...] = (), **changes: Any) -> int:
    """A crisis like `incident`, kept; its number."""
    decision = await store.open_crisis(
        lambda number, _: Decision(incident(number, **changes), entries, effects), now=NOW
    )
    return as_decided(decision).incident.number


async def closed(store: Store, *lessons: str, minutes: float = 60, summary: str = "", **changes: Any) -> int:
    """A crisis with these lessons, closed `minutes` after NOW."""
    written = learned(*lessons, summary=summary)
    return await opened(
        store, **{"status": Status.CLOSED, "closed_at": at(minutes), "retrospective": written, **changes}
    )


async def changed(store: Store, number: int, **changes: Any) -> Incident:
    """The crisis with these fields, kept."""
    decision = await store.change(number, lambda latest: Decision(replace(latest, **changes)), now=NOW)
    return as_decided(decision).incident


async def ordered(store: Store, number: int, *effects: Effect, now: datetime = NOW) -> None:
    """The effects are in the outbox."""
    await store.change(number, giving(*effects), now=now)


async def claimed(store: Store, now: datetime = NOW, *, limit: int = 100) -> list[Order]:
    return await store.claim(now, limit=limit, lease=LEASE)


async def keys(store: Store, now: datetime = NOW, *, limit: int = 100) -> list[str]:
    """The keys of the orders that can be claimed now."""
    return [order.effect.key for order in await claimed(store, now, limit=limit)]


def giving(*effects: Effect) -> Callable[[Incident], Decision]:
    return lambda latest: Decision(latest, effects=effects)
