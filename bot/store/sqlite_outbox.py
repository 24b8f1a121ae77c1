"""Orders to Slack in SQLite: given with a decision, claimed, and gone when they were carried out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from sqlite3 import Row

from sqlite_utils import Database

from bot.domain.effects import EFFECT_KINDS, LAST, Effect, rank_of
from bot.domain.lateness import Late
from bot.store.base import WAIT_MAX, Order, Posted, Slot
from bot.store.rows import effect_json, effect_of, lane_text, moment, moment_text
from bot.store.sqlite_connection import Connections

# The same order again: the newest content counts. Its place (id, lane, next try) stays; nothing is overtaken, unless it was
# in no hurry and is now.
_GIVE = """
INSERT INTO outbox (crisis, key, kind, data, lane, together, rank, next_at, given_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (crisis, key) DO UPDATE
SET kind = excluded.kind, wanted = wanted + 1, rank = min(rank, excluded.rank),
    data = CASE WHEN rank < excluded.rank THEN data ELSE excluded.data END,
    next_at = CASE WHEN excluded.rank < rank THEN min(next_at, excluded.next_at) ELSE next_at END,
    given_at = CASE state WHEN 'aside' THEN excluded.given_at ELSE given_at END,
    state = CASE state WHEN 'aside' THEN 'todo' ELSE state END, lane = excluded.lane, together = excluded.together
"""

# In a lane of its own it holds up nobody.
_SET_ASIDE = "UPDATE outbox SET state = 'aside', lane = 'aside:' || id, lease_until = NULL WHERE id = ?"

# Three searches, each in an index of its own; then, for each order, one look for an older one of its lane.
CLAIM = """
WITH ready (id) AS MATERIALIZED (
    SELECT id FROM outbox WHERE state = 'todo' AND next_at <= :now
    UNION ALL
    SELECT id FROM outbox WHERE state = 'todo' AND next_at > :too_late
    UNION ALL
    SELECT id FROM outbox WHERE state = 'doing' AND lease_until <= :now
)
UPDATE outbox
SET state = 'doing', lease_until = :lease_until, attempts = attempts + 1,
    first_tried_at = coalesce(first_tried_at, :now)
WHERE id IN (
    SELECT id FROM ready CROSS JOIN outbox AS claimed USING (id)
    WHERE NOT EXISTS (SELECT 1 FROM outbox AS older WHERE older.lane = claimed.lane AND older.id < claimed.id)
    AND (claimed.rank < :last OR NOT EXISTS (
        SELECT 1 FROM outbox AS other
        WHERE other.crisis = claimed.crisis AND other.rank < :last AND other.state <> 'aside'
    ))
    ORDER BY claimed.rank, id
    LIMIT :limit
)
RETURNING id, crisis, kind, data, rank, attempts, first_tried_at, wanted
"""

_READY_AGAIN = """
UPDATE outbox
SET state = 'todo', lease_until = NULL, attempts = 0, first_tried_at = NULL,
    next_at = coalesce(:again_at, next_at), given_at = coalesce(:again_at, given_at)
WHERE id = :id
"""

_WAITING = """
SELECT count(*), min(next_at) FROM (
    SELECT next_at FROM outbox WHERE state = 'todo'
    UNION ALL
    SELECT next_at FROM outbox WHERE state = 'doing' AND lease_until <= ?
)
"""

_HEAD = "SELECT head_crisis, head_slot FROM together WHERE crisis = ? AND slot = ?"
_OTHERS = "SELECT crisis, slot FROM together WHERE head_crisis = ? AND head_slot = ? ORDER BY id"
_SHARE = "INSERT INTO together (crisis, slot, head_crisis, head_slot) VALUES (?, ?, ?, ?)"
_MESSAGE = "SELECT channel, ts, digest FROM message WHERE crisis = ? AND slot = ?"
_REMINDERS = ", ".join(f"'{name}'" for name, kind in EFFECT_KINDS.items() if kind.reminds)

# One search a state, each in its index: what is set aside is not looked at. Whoever has the message has been reminded.
LATE = " UNION ALL ".join(
    f"""
    SELECT outbox.id, outbox.crisis, kind, data, given_at
    FROM outbox LEFT JOIN together ON together.crisis = outbox.crisis AND together.slot = outbox.key
    WHERE state = '{state}' AND given_at <= :before AND kind IN ({_REMINDERS})
    AND NOT EXISTS (
        SELECT 1 FROM message WHERE message.crisis = coalesce(head_crisis, outbox.crisis)
        AND message.slot = coalesce(head_slot, outbox.key)
    )
    """  # noqa: S608 (our own words)
    for state in ("todo", "doing")
)

NOT_SWEPT = "SELECT number, due_at FROM crisis WHERE due_at <= :before"

_KEEP_MESSAGE = """
INSERT INTO message (crisis, slot, channel, ts, digest) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (crisis, slot) DO UPDATE
SET channel = excluded.channel, ts = excluded.ts, digest = excluded.digest
"""

_BEHIND = """
SELECT behind.id, behind.crisis, behind.key, behind.together, behind.state, behind.attempts
FROM outbox AS head JOIN outbox AS behind ON behind.lane = head.lane AND behind.id > head.id
WHERE head.id = ?
ORDER BY behind.id
LIMIT ?
"""

# Of an order that is given again after this, the newer wish is not gathered: it becomes an edit.
_GATHERED = "UPDATE outbox SET gathered = wanted WHERE id = ?"

_GO_ALONG = """
DELETE FROM outbox WHERE gathered = wanted AND (crisis, key) IN (
    SELECT crisis, slot FROM together WHERE head_crisis = ? AND head_slot = ?
)
"""


def give(db: Database, number: int, effects: Iterable[Effect], now: datetime) -> None:
    """The effects are ordered, in this order."""
    at = moment_text(now)
    for effect in effects:
        kind, lane = type(effect).__name__, lane_text(number, effect)
        order = (
            number,
            effect.key,
            kind,
            effect_json(effect),
            lane,
            effect.together,
            rank_of(effect),
            at,
            at,
        )
        db.execute(_GIVE, order)


class Outbox(Connections):
    """The outbox part of `Store`."""

    async def claim(self, now: datetime, *, limit: int, lease: timedelta) -> list[Order]:
        asked = {
            "now": moment_text(now),
            "too_late": moment_text(now + WAIT_MAX),
            "lease_until": moment_text(now + lease),
            "limit": limit,
            "last": LAST,
        }

        def claimed(db: Database) -> list[Order]:
            rows = sorted(db.execute(CLAIM, asked).fetchall(), key=lambda row: (row["rank"], row["id"]))
            orders = self._readable("outbox", rows, _order, key="id")
            for damaged in {row["id"] for row in rows} - {order.id for order in orders}:
                db.execute(_SET_ASIDE, [damaged])
            return orders

        return await self._write(claimed)

    async def gather(self, order: Order, *, limit: int) -> None:
        head, name = _slot(order), order.effect.together

        def gathered(db: Database) -> None:
            there = list(_sharing(db, head))
            if there[0] != head or _message(db, head) is not None:
                return
            for row in db.execute(_BEHIND, (order.id, limit)).fetchall():
                slot = row["crisis"], row["key"]
                if row["together"] != name or row["state"] != "todo" or row["attempts"] > 0:
                    return
                if slot not in there:
                    if len(there) >= limit or _sharing(db, slot) != (slot,) or _message(db, slot) is not None:
                        return
                    db.execute(_SHARE, (*slot, *head))
                    there.append(slot)
                db.execute(_GATHERED, [row["id"]])

        if name is not None and order.attempts == 1:
            await self._write(gathered)

    async def sharing(self, number: int, slot: str) -> tuple[Slot, ...]:
        return await self._read(lambda db: _sharing(db, (number, slot)))

    async def delivered(self, order: Order, *, posted: Posted | None, now: datetime) -> None:
        def deliver(db: Database) -> None:
            if posted is not None:
                head = _sharing(db, _slot(order))[0]
                db.execute(_KEEP_MESSAGE, (*head, posted.channel, posted.ts, posted.digest))
            _finish(db, order, moment_text(now))

        await self._write(deliver)

    async def postpone(self, order: Order, *, until: datetime, why: str, tried: bool = True) -> None:
        sql = """
        UPDATE outbox SET state = 'todo', lease_until = NULL, next_at = ?, why = ?, attempts = attempts - ?
        WHERE id = ?
        """
        await self._execute(sql, (moment_text(until), why, 0 if tried else 1, order.id))

    async def drop(self, order: Order) -> None:
        await self._write(lambda db: _finish(db, order, None))

    async def set_aside(self, order: Order) -> None:
        await self._execute(_SET_ASIDE, [order.id])

    async def release(self) -> None:
        sql = "UPDATE outbox SET state = 'todo', lease_until = NULL WHERE state = 'doing'"
        await self._execute(sql)

    async def message(self, number: int, slot: str) -> Posted | None:
        return await self._read(lambda db: _message(db, _sharing(db, (number, slot))[0]))

    async def waiting(self, now: datetime) -> tuple[int, timedelta]:
        count, oldest = await self._read(lambda db: db.execute(_WAITING, [moment_text(now)]).fetchone())
        return count, max(timedelta(0), now - moment(oldest)) if oldest else timedelta(0)

    async def late(self, now: datetime, *, than: timedelta) -> list[Late]:
        before = {"before": moment_text(now - than)}

        def waiting(db: Database) -> tuple[list[Row], list[Row]]:
            return db.execute(LATE, before).fetchall(), db.execute(NOT_SWEPT, before).fetchall()

        orders, crises = await self._read(waiting)
        found = self._readable("outbox", orders, _late_order, key="id")
        found += [Late(row["number"], moment(row["due_at"])) for row in crises]
        return sorted(found, key=lambda late: late.since)

    async def clock_set_back(self, now: datetime) -> None:
        at = moment_text(now)
        await self._execute("UPDATE outbox SET given_at = ? WHERE given_at > ?", (at, at))


def _finish(db: Database, order: Order, again_at: str | None) -> None:
    """The order is gone, with those in its message; where it was ordered again meanwhile, that newer order is ready."""
    if order.effect.together is not None:
        db.execute(_GO_ALONG, _sharing(db, _slot(order))[0])
    gone = db.execute("DELETE FROM outbox WHERE id = ? AND wanted = ?", (order.id, order.wanted))
    if gone.rowcount == 0:
        db.execute(_READY_AGAIN, {"again_at": again_at, "id": order.id})


def _slot(order: Order) -> Slot:
    return order.crisis, order.effect.key


def _sharing(db: Database, slot: Slot) -> tuple[Slot, ...]:
    """Everything in the message of this slot, the one that names it first."""
    found = db.execute(_HEAD, slot).fetchone()
    head = (found["head_crisis"], found["head_slot"]) if found else slot
    return head, *((row["crisis"], row["slot"]) for row in db.execute(_OTHERS, head))


def _message(db: Database, slot: Slot) -> Posted | None:
    row = db.execute(_MESSAGE, slot).fetchone()
    return Posted(**row) if row else None


def _order(row: Row) -> Order:
    return Order(
        id=row["id"],
        crisis=row["crisis"],
        effect=effect_of(row["kind"], row["data"]),
        attempts=row["attempts"],
        first_tried_at=moment(row["first_tried_at"]),
        wanted=row["wanted"],
    )


def _late_order(row: Row) -> Late:
    return Late(row["crisis"], moment(row["given_at"]), effect_of(row["kind"], row["data"]))
