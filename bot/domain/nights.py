"""Quiet hours: when people sleep, each in their own time zone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time, timedelta, tzinfo

EVENING, MORNING = time(22), time(8)
"""Nobody is woken between these by what can wait, on a wall clock where the person is (our default)."""

Zones = Callable[[str], tzinfo]
"""Person id -> where they are."""


def everywhere_utc(_person: str) -> tzinfo:
    return UTC


def wake_up(now: datetime, zone: tzinfo) -> datetime | None:
    """When the night ends that it is there now (UTC); None: it is day.

    The clock on the wall decides, also in the night in which it is changed.
    """
    local = now.astimezone(zone)
    if MORNING <= local.time() < EVENING:
        return None
    day = local.date() + timedelta(days=local.time() >= EVENING)
    return datetime.combine(day, MORNING, tzinfo=zone).astimezone(UTC)


def asleep_until(people: Iterable[str], now: datetime, zones: Zones) -> datetime | None:
    """When the first of them gets up (UTC); None: somebody is awake, or there is nobody."""
    mornings = [wake_up(now, zones(person)) for person in people]
    known = [at for at in mornings if at is not None]
    return min(known) if known and len(known) == len(mornings) else None
