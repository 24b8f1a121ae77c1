"""Crises in SQLite: one transaction decides, and commits state, timeline, orders and delivery together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, replace
from datetime import datetime
from sqlite3 import Row

from sqlite_utils import Database

from bot.domain.decision import Decision
from bot.domain.model import ActionItem, Incident, RoleHolding
from bot.domain.opening import Roster
from bot.domain.reminders import next_due
from bot.domain.timeline import Entry
from bot.store import rows
from bot.store.base import Duplicate
from bot.store.rows import ArchiveText, Derived, moment, moment_text, optional_moment_text
from bot.store.sqlite_connection import Connections
from bot.store.sqlite_inbox import duplicate, keep_delivery
from bot.store.sqlite_outbox import give

VISIBLE = """
(crisis.private = 0 OR EXISTS (
    SELECT 1 FROM member WHERE member.crisis = crisis.number AND member.person = :viewer
))
"""
"""What a viewer may see. Nobody in particular (NULL) is a member of nothing."""

_COLUMNS = "status, severity, private, opened_at, closed_at, due_at, version, state"
_NEXT_NUMBER = "SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'crisis'"
_INSERT = f"INSERT INTO crisis ({_COLUMNS}, number) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 (our own words)
_UPDATE = f"UPDATE crisis SET ({_COLUMNS}) = (?, ?, ?, ?, ?, ?, ?, ?) WHERE number = ?"  # noqa: S608 (our own words)
_APPEND = 'INSERT INTO timeline (crisis, at, "by", kind, data) VALUES (?, ?, ?, ?, ?)'

_IN_PROGRESS = f"""
SELECT number, state FROM crisis WHERE status IN ('active', 'resolved') AND {VISIBLE}
ORDER BY severity, opened_at, number
"""  # noqa: S608 (our own words)

# A document that is no JSON is passed over: asked for a part of it, SQLite would refuse the whole list.
_CLOSED_WITH_LEGAL_CLOCKS = f"""
SELECT number, state FROM crisis
WHERE status = 'closed' AND due_at IS NOT NULL AND {VISIBLE}
    AND CASE WHEN json_valid(state) THEN json_array_length(state, '$.legal_clocks') END > 0
ORDER BY number
"""  # noqa: S608 (our own words)

_KEEP_CHANNEL = """
INSERT INTO channel (crisis, channel_id) VALUES (?, ?)
ON CONFLICT (channel_id) DO UPDATE SET crisis = excluded.crisis
"""

_KEEP_ACTION = """
INSERT INTO action_item (crisis, title, id, text, owner, due_on, done_by, done_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""

_ARCHIVE = """
INSERT INTO archive (
    crisis, playbook_key, private, closed_at, title, what_happened, summary, went_well, went_badly, lessons
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


class Crises(Connections):
    """The part of `Store` that changes and reads crises."""

    async def open_crisis(
        self, decide: Callable[[int, Roster], Decision], *, now: datetime, delivery: str | None = None
    ) -> Decision | Duplicate:
        def opened(db: Database) -> Decision | Duplicate:
            known = duplicate(db, delivery)
            if known is not None:
                return known
            number: int = db.execute(_NEXT_NUMBER).fetchone()[0]
            decision = decide(number, read_roster(db))
            incident = replace(decision.incident, version=1)
            if incident.number != number:
                raise ValueError(f"crisis {number} was decided as crisis {incident.number}")
            db.execute(_INSERT, (*_column_values(incident), number))
            _derive(db, number, Derived(), rows.derived(incident))
            return _committed(db, decision, incident, delivery, now)

        return await self._write(opened)

    async def change(
        self,
        number: int,
        decide: Callable[[Incident], Decision],
        *,
        now: datetime,
        delivery: str | None = None,
    ) -> Decision | Duplicate:
        def changed(db: Database) -> Decision | Duplicate:
            known = duplicate(db, delivery)
            if known is not None:
                return known
            latest = self._crisis(db, number)
            if latest is None:
                raise KeyError(number)
            decision = decide(latest)
            incident = replace(decision.incident, version=latest.version)
            if incident != latest or decision.entries or decision.effects:
                if incident.number != number:
                    raise ValueError(f"crisis {number} was decided as crisis {incident.number}")
                incident = replace(incident, version=latest.version + 1)
                db.execute(_UPDATE, (*_column_values(incident), number))
                _derive(db, number, rows.derived(latest), rows.derived(incident))
            return _committed(db, decision, incident, delivery, now)

        return await self._write(changed)

    async def crisis(self, number: int) -> Incident | None:
        return await self._read(lambda db: self._crisis(db, number))

    async def crisis_in(self, channel_id: str) -> Incident | None:
        sql = "SELECT number, state FROM channel JOIN crisis ON number = crisis WHERE channel_id = ?"
        row = await self._read(lambda db: db.execute(sql, [channel_id]).fetchone())
        return self._whole("crisis", row, read_incident, key="number") if row else None

    async def in_progress(self, *, viewer: str | None) -> list[Incident]:
        found = await self._read(lambda db: db.execute(_IN_PROGRESS, {"viewer": viewer}).fetchall())
        return self._readable("crisis", found, read_incident, key="number")

    async def still_owing(self, *, viewer: str | None) -> list[Incident]:
        sql = _CLOSED_WITH_LEGAL_CLOCKS
        found = await self._read(lambda db: db.execute(sql, {"viewer": viewer}).fetchall())
        closed = self._readable("crisis", found, read_incident, key="number")
        return [crisis for crisis in closed if any(clock.runs for clock in crisis.legal_clocks)]

    async def timeline(self, number: int) -> list[Entry]:
        sql = "SELECT id, kind, data FROM timeline WHERE crisis = ? ORDER BY id"
        found = await self._read(lambda db: db.execute(sql, [number]).fetchall())
        return self._readable("timeline", found, _read_entry, key="id")

    async def numbers(self, *, viewer: str | None) -> list[int]:
        sql = f"SELECT number FROM crisis WHERE {VISIBLE} ORDER BY number"  # noqa: S608 (our own words)
        found = await self._read(lambda db: db.execute(sql, {"viewer": viewer}).fetchall())
        return [row["number"] for row in found]

    async def due(self, now: datetime, *, limit: int = 100) -> list[int]:
        sql = "SELECT number FROM crisis WHERE due_at <= ? ORDER BY due_at, number LIMIT ?"
        found = await self._read(lambda db: db.execute(sql, (moment_text(now), limit)).fetchall())
        return [row["number"] for row in found]

    def _crisis(self, db: Database, number: int) -> Incident | None:
        row = db.execute("SELECT number, state FROM crisis WHERE number = ?", [number]).fetchone()
        return self._whole("crisis", row, read_incident, key="number") if row else None

    async def next_due(self) -> datetime | None:
        sql = "SELECT min(due_at) AS first FROM crisis WHERE due_at IS NOT NULL"
        row = await self._read(lambda db: db.execute(sql).fetchone())
        return moment(row["first"]) if row["first"] else None


def read_roster(db: Database) -> Roster:
    """Who stands ready for which role."""
    found = db.execute("SELECT role, person, deputy, shift FROM roster ORDER BY role").fetchall()
    return {
        row["role"]: RoleHolding(row["role"], row["person"], row["deputy"], shift=rows.shift_of(row["shift"]))
        for row in found
    }


def read_incident(row: Row) -> Incident:
    return rows.incident_of(row["state"])


def _read_entry(row: Row) -> Entry:
    return rows.entry_of(row["kind"], row["data"])


def _committed(
    db: Database, decision: Decision, incident: Incident, delivery: str | None, now: datetime
) -> Decision:
    """Entries, orders and delivery stand beside the state; the decision as it was committed."""
    for entry in decision.entries:
        kind, document = type(entry).__name__, rows.entry_json(entry)
        db.execute(_APPEND, (incident.number, moment_text(entry.at), entry.by, kind, document))
    give(db, incident.number, decision.effects, now)
    keep_delivery(db, delivery, incident.number, now)
    return replace(decision, incident=incident)


def _column_values(incident: Incident) -> tuple[object, ...]:
    return (
        incident.status.value,
        incident.severity.value,
        int(incident.private),
        moment_text(incident.opened_at),
        optional_moment_text(incident.closed_at),
        optional_moment_text(next_due(incident)),
        incident.version,
        rows.incident_json(incident),
    )


def _derive(db: Database, number: int, old: Derived, new: Derived) -> None:
    """The rows that follow from the state follow from this one. Only what differs is written."""
    for channel_id in old.channels - new.channels:
        db.execute("DELETE FROM channel WHERE crisis = ? AND channel_id = ?", (number, channel_id))
    for channel_id in new.channels - old.channels:
        db.execute(_KEEP_CHANNEL, (number, channel_id))
    for person in old.members - new.members:
        db.execute("DELETE FROM member WHERE crisis = ? AND person = ?", (number, person))
    for person in new.members - old.members:
        db.execute("INSERT INTO member (crisis, person) VALUES (?, ?)", (number, person))
    if old.archive != new.archive:
        _derive_archive(db, number, new.archive)
    if (old.title, old.actions) != (new.title, new.actions):
        db.execute("DELETE FROM action_item WHERE crisis = ?", [number])
        for item in new.actions:
            db.execute(_KEEP_ACTION, (number, new.title, *_action_values(item)))


def _derive_archive(db: Database, number: int, text: ArchiveText | None) -> None:
    db.execute("DELETE FROM archive WHERE crisis = ?", [number])
    if text is not None:
        key, private, closed_at, *searched = astuple(text)
        db.execute(_ARCHIVE, (number, key, int(private), moment_text(closed_at), *searched))


def _action_values(item: ActionItem) -> tuple[object, ...]:
    due_on = item.due_on.isoformat() if item.due_on else None
    return (item.id, item.text, item.owner, due_on, item.done_by, optional_moment_text(item.done_at))
