"""What Slack delivered, in SQLite: events written down before they are acknowledged, and what was handled."""

from __future__ import annotations

import json
from datetime import datetime
from sqlite3 import Row
from typing import Any

from sqlite_utils import Database

from bot.store.base import WAIT_MAX, Delivery, Duplicate
from bot.store.rows import moment_text
from bot.store.sqlite_connection import Connections

_RECEIVE = """
INSERT INTO inbox (key, kind, body, state, received_at, next_at) VALUES (?, ?, ?, 'new', ?, ?)
ON CONFLICT (key) DO NOTHING
"""

# A handled delivery is its key; what people wrote in it is not kept a second time.
_KEEP = """
INSERT INTO inbox (key, kind, state, crisis, received_at, next_at)
VALUES (:key, '', 'done', :crisis, :now, :now)
ON CONFLICT (key) DO UPDATE SET state = 'done', crisis = excluded.crisis, body = NULL
"""

_RECEIVED = """
SELECT key, kind, body, attempts FROM inbox WHERE state = 'new' AND (next_at <= ? OR next_at > ?)
ORDER BY received_at, rowid LIMIT ?
"""

_RETRY = "UPDATE inbox SET attempts = attempts + 1, next_at = ? WHERE key = ?"


def duplicate(db: Database, delivery: str | None) -> Duplicate | None:
    """What this delivery led to when it was handled before; None: it was not."""
    sql = "SELECT crisis FROM inbox WHERE key = ? AND state = 'done'"
    row = db.execute(sql, [delivery]).fetchone() if delivery is not None else None
    return Duplicate(row["crisis"] or 0) if row else None


def keep_delivery(db: Database, delivery: str | None, number: int, now: datetime) -> None:
    """The delivery was handled and led to this crisis."""
    if delivery is not None:
        db.execute(_KEEP, {"key": delivery, "crisis": number, "now": moment_text(now)})


class Inbox(Connections):
    """The inbox part of `Store`."""

    async def receive(self, key: str, kind: str, body: dict[str, Any], *, now: datetime) -> bool:
        at = moment_text(now)
        values = (key, kind, json.dumps(body), at, at)
        return await self._execute(_RECEIVE, values) == 1

    async def received(self, *, now: datetime, limit: int = 100) -> list[Delivery]:
        asked = (moment_text(now), moment_text(now + WAIT_MAX), limit)
        rows = await self._read(lambda db: db.execute(_RECEIVED, asked).fetchall())
        events = self._readable("inbox", rows, _delivery, key="key")
        for damaged in {row["key"] for row in rows} - {event.key for event in events}:
            await self._execute("UPDATE inbox SET state = 'aside' WHERE key = ?", [damaged])
        return events

    async def handled(self, key: str) -> None:
        sql = "UPDATE inbox SET state = 'done', body = NULL WHERE key = ?"
        await self._execute(sql, [key])

    async def retry_event(self, key: str, *, at: datetime) -> None:
        await self._execute(_RETRY, (moment_text(at), key))

    async def forget_deliveries(self, before: datetime) -> None:
        sql = "DELETE FROM inbox WHERE state = 'done' AND received_at < ?"
        await self._execute(sql, [moment_text(before)])


def _delivery(row: Row) -> Delivery:
    return Delivery(row["key"], row["kind"], json.loads(row["body"]), row["attempts"])
