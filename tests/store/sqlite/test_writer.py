"""How SQLite keeps what it is given: safe settings, one writer, tables that follow the state."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from dataclasses import astuple, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from bot.domain.decision import Decision
from bot.domain.effects import SetTopic
from bot.domain.model import ActionItem, Channel, Incident, Status
from bot.domain.timeline import Noted
from bot.store import rows
from bot.store.base import StoreProblem
from bot.store.sqlite import SqliteStore
from bot.store.sqlite_outbox import CLAIM, LATE, NOT_SWEPT
from tests.store.sqlite.conftest import on_writer
from tests.store.values import NOW, giving, incident, learned, opened

# Settings and tables.


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("foreign_keys", 1),
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("busy_timeout", 5000),
        ("mmap_size", 0),
        ("recursive_triggers", 1),
    ],
)
async def test_the_writer_has_the_safe_settings(store: SqliteStore, pragma: str, value: object) -> None:
    assert await on_writer(store, f"PRAGMA {pragma}") == [(value,)]


async def test_the_reader_cannot_write(store: SqliteStore) -> None:
    with pytest.raises(StoreProblem, match="cannot be written"):
        await store._read(lambda db: db.execute("DELETE FROM about"))


async def test_every_table_is_strict(store: SqliteStore) -> None:
    tables = await on_writer(
        store, "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
    )
    ours = {name: strict for name, strict in tables if not str(name).startswith(("sqlite_", "_sqlite_"))}
    assert len(ours) > 10
    assert [name for name, strict in ours.items() if not strict] == []
    await opened(store)
    with pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT value in INTEGER column"):
        await on_writer(store, "UPDATE crisis SET version = 'two'")


@pytest.mark.parametrize(
    "sql",
    [
        'INSERT INTO timeline (crisis, at, "by", kind, data) VALUES (7, "", "", "", "")',
        'INSERT INTO channel (crisis, channel_id) VALUES (7, "C1")',
        'INSERT INTO member (crisis, person) VALUES (7, "UANA")',
        'INSERT INTO outbox (crisis, key, kind, data, lane, rank, next_at) VALUES (7, "", "", "", "", 1, "")',
    ],
)
async def test_nothing_belongs_to_a_crisis_that_does_not_exist(store: SqliteStore, sql: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        await on_writer(store, sql)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE timeline SET kind = 'Noted'",
        "DELETE FROM timeline",
        "INSERT OR REPLACE INTO timeline SELECT * FROM timeline",
    ],
)
async def test_the_timeline_is_append_only(store: SqliteStore, sql: str) -> None:
    number = await opened(store, Noted(NOW, "UANA", "first"))
    with pytest.raises(sqlite3.IntegrityError, match="The timeline is append-only"):
        await on_writer(store, sql)
    assert await store.timeline(number) == [Noted(NOW, "UANA", "first")]


async def test_a_claim_looks_only_at_what_is_ready(store: SqliteStore) -> None:
    def plan(db: Database) -> str:
        asked = {"now": "", "too_late": "", "lease_until": "", "limit": 1, "last": 9}
        return "\n".join(row["detail"] for row in db.execute(f"EXPLAIN QUERY PLAN {CLAIM}", asked).fetchall())

    steps = await store._read(plan)
    for index in (
        "outbox_todo (next_at<?)",
        "outbox_todo (next_at>?)",
        "outbox_doing (lease_until<?)",
        "outbox_lane (lane=? AND id<?)",
    ):
        assert index in steps
    assert "SCAN outbox" not in steps
    assert "SCAN claimed" not in steps


async def test_who_asks_what_is_late_looks_only_at_what_waits(store: SqliteStore) -> None:
    def plan(db: Database) -> str:
        return "\n".join(
            row["detail"]
            for sql in (LATE, NOT_SWEPT)
            for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", {"before": ""}).fetchall()
        )

    steps = await store._read(plan)
    for index in (
        "outbox USING INDEX outbox_todo",
        "outbox USING INDEX outbox_doing",
        "crisis_due (due_at<?)",
    ):
        assert index in steps
    assert "message USING PRIMARY KEY (crisis=? AND slot=?)" in steps


async def test_a_database_has_a_name_of_its_own(store: SqliteStore, tmp_path: Path) -> None:
    another = await SqliteStore.open(tmp_path / "another.db")
    assert await another.identity() != await store.identity()
    await another.close()


async def test_what_people_wrote_is_not_kept_twice(store: SqliteStore) -> None:
    number = await opened(store)
    for key in ("E1", "E2"):
        await store.receive(key, "message", {"text": "secret"}, now=NOW)
    await store.handled("E1")
    await store.change(number, giving(), now=NOW, delivery="E2")
    assert await on_writer(store, "SELECT body FROM inbox") == [(None,), (None,)]


# What follows from the state.

_channels = st.sampled_from([Channel(f"C{n}", "") for n in range(3)])
_people = st.frozensets(st.sampled_from(["UANA", "UBEN", "UCY"]))
_states = st.builds(
    incident,
    private=st.booleans(),
    members=_people,
    channel=st.none() | _channels,
    earlier_channels=st.lists(_channels, max_size=2).map(tuple),
    status=st.sampled_from(Status),
    title=st.sampled_from(["Flood", "Fire"]),
    closed_at=st.just(NOW),
    retrospective=st.none()
    | st.lists(st.sampled_from([None, "UANA"]), max_size=3).map(
        lambda done_by: learned(
            "Call", actions=tuple(ActionItem(n, "", done_by=d) for n, d in enumerate(done_by))
        )
    ),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(states=st.lists(_states, min_size=1, max_size=4))
async def test_derived_rows_follow_the_state_whatever_it_was_before(
    store: SqliteStore, states: list[Incident]
) -> None:
    number = await opened(store)

    def become(state: Incident) -> Decision:
        # The channels of each crisis are its own, here as in Slack.
        own = [replace(c, id=f"{c.id}-{number}") for c in (*state.earlier_channels, state.channel) if c]
        return Decision(replace(state, number=number, earlier_channels=tuple(own), channel=None))

    decided = [become(state) for state in states]
    for decision in decided:
        await store.change(number, lambda _, decision=decision: decision, now=NOW)  # type: ignore[misc]
    kept = await store.crisis(number)
    assert kept is not None
    wanted = rows.derived(kept)

    def in_tables(db: Database) -> rows.Derived:
        def values(sql: str) -> list[tuple[object, ...]]:
            return [tuple(row) for row in db.execute(sql, [number]).fetchall()]

        archived = values(
            "SELECT playbook_key, private, closed_at, title, what_happened, summary, went_well, went_badly, lessons"
            " FROM archive WHERE crisis = ?"
        )
        titles = values("SELECT DISTINCT title FROM action_item WHERE crisis = ?")
        db.execute("INSERT INTO archive_fts (archive_fts, rank) VALUES ('integrity-check', 1)")
        return rows.Derived(
            channels=frozenset(
                str(row[0]) for row in values("SELECT channel_id FROM channel WHERE crisis = ?")
            ),
            members=frozenset(str(row[0]) for row in values("SELECT person FROM member WHERE crisis = ?")),
            archive=rows.ArchiveText(*archived[0]) if archived else None,  # type: ignore[arg-type]
            title=str(titles[0][0]) if titles else wanted.title,
            actions=tuple(
                ActionItem(*row)  # type: ignore[arg-type]
                for row in values("SELECT id, text, owner, due_on, done_by FROM action_item WHERE crisis = ?")
            ),
        )

    found = await store._write(in_tables)
    if wanted.archive is not None:
        assert found.archive is not None
        assert found.archive.closed_at == rows.moment_text(wanted.archive.closed_at)
        assert astuple(found.archive)[3:] == astuple(wanted.archive)[3:]
        found, wanted = replace(found, archive=None), replace(wanted, archive=None)
    assert found == wanted


# One writer.


async def test_every_decision_is_made_on_one_thread_that_is_not_the_readers(store: SqliteStore) -> None:
    number = await opened(store)
    threads: list[int] = []

    def decide(latest: Incident) -> Decision:
        threads.append(threading.get_ident())
        return Decision(latest, effects=(SetTopic(),))

    await asyncio.gather(*(store.change(number, decide, now=NOW) for _ in range(10)))
    reader = await store._read(lambda _: threading.get_ident())
    assert len(threads) == 10
    assert len({*threads}) == 1
    assert len({*threads, reader, threading.get_ident()}) == 3


async def test_a_decision_is_made_while_nobody_else_can_write(
    store: SqliteStore, other: sqlite3.Connection, path: Path
) -> None:
    number = await opened(store)

    def decide(latest: Incident) -> Decision:
        with (
            closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as rival,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            rival.execute("BEGIN IMMEDIATE")
        return Decision(replace(latest, title="Mine"))

    await store.change(number, decide, now=NOW)
    other.execute("BEGIN IMMEDIATE")  # afterwards they can
    other.execute("ROLLBACK")


async def test_readers_are_not_held_up_by_a_change(store: SqliteStore) -> None:
    number = await opened(store)
    go_on = threading.Event()

    def decide(latest: Incident) -> Decision:
        assert go_on.wait(5)
        return Decision(replace(latest, title="New"))

    change = asyncio.create_task(store.change(number, decide, now=NOW))
    before = await store.crisis(number)
    go_on.set()
    await change
    after = await store.crisis(number)
    assert before is not None
    assert after is not None
    assert (before.title, after.title) == (incident().title, "New")
