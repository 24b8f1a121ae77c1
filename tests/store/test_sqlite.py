"""What only the SQLite engine promises: one writer, safe settings, sentences for what can go wrong with a file."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
import textwrap
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import astuple, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from bot.domain.decision import Decision
from bot.domain.effects import SetTopic, ShowChecklist
from bot.domain.model import ActionItem, Channel, Incident, Status
from bot.domain.timeline import Noted
from bot.store import rows
from bot.store.base import StoreProblem
from bot.store.migrations import migrations
from bot.store.sqlite import SqliteStore
from bot.store.sqlite_file import connect_to_write
from bot.store.sqlite_outbox import _CLAIM
from tests.store.values import NOW, changed, closed, giving, incident, keys, learned, opened

A_LOT = Noted(NOW, "UANA", "text " * 200_000)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "crisis.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    store = await SqliteStore.open(path)
    yield store
    await store.close()


@pytest.fixture
def other(path: Path, store: SqliteStore) -> Iterator[sqlite3.Connection]:
    """Another program that has the file open."""
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        yield connection


async def on_writer(store: SqliteStore, sql: str) -> list[tuple[object, ...]]:
    return await store._write(lambda db: [tuple(row) for row in db.execute(sql).fetchall()])


async def refusal(path: Path, **how: bool) -> str:
    """Why the file cannot be opened."""
    with pytest.raises(StoreProblem) as told:
        await SqliteStore.open(path, **how)
    return str(told.value)


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
    with pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT"):
        await on_writer(store, "UPDATE crisis SET version = 'two' RETURNING 1" if await opened(store) else "")


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
        asked = {"now": "", "lease_until": "", "limit": 1}
        return "\n".join(
            row["detail"] for row in db.execute(f"EXPLAIN QUERY PLAN {_CLAIM}", asked).fetchall()
        )

    steps = await store._read(plan)
    for index in (
        "outbox_todo (next_at<?)",
        "outbox_doing (lease_until<?)",
        "outbox_lane (lane=? AND rowid<?)",
    ):
        assert index in steps
    assert "SCAN outbox" not in steps
    assert "SCAN claimed" not in steps


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
        db.execute("INSERT INTO archive_fts (archive_fts, rank) VALUES ('integrity-check', 1)")
        return rows.Derived(
            channels=frozenset(
                str(row[0]) for row in values("SELECT channel_id FROM channel WHERE crisis = ?")
            ),
            members=frozenset(str(row[0]) for row in values("SELECT person FROM member WHERE crisis = ?")),
            archive=rows.ArchiveText(*archived[0]) if archived else None,  # type: ignore[arg-type]
            actions=tuple(
                ActionItem(*row)  # type: ignore[arg-type]
                for row in values("SELECT id, text, owner, due_on, done_by FROM action_item WHERE crisis = ?")
            ),
        )

    found = await store._write(in_tables)
    if wanted.archive is not None:
        assert found.archive is not None
        assert found.archive.closed_at == rows.moment_text(wanted.archive.closed_at)  # type: ignore[comparison-overlap]
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


async def test_a_second_process_may_not_serve_the_same_file(store: SqliteStore, path: Path) -> None:
    told = await refusal(path)
    assert told == f"{path} is in use by another crisis-bot (process {os.getpid()}). Stop that one first."
    await store.ping()


async def test_another_name_of_the_file_does_not_get_round_the_lock(store: SqliteStore, path: Path) -> None:
    link = path.with_name("link.db")
    link.symlink_to(path)
    assert "is in use by another crisis-bot" in await refusal(link)


async def test_closing_lets_the_next_one_in(store: SqliteStore, path: Path) -> None:
    await opened(store)
    await store.close()
    following = await SqliteStore.open(path)
    assert await following.numbers(viewer=None) == [1]
    await following.close()


async def test_what_returned_survives_a_kill_and_the_lock_does_not(path: Path) -> None:
    program = """
        import asyncio, os, signal, sys
        from pathlib import Path
        from bot.domain.effects import SetTopic
        from bot.store.sqlite import SqliteStore
        from tests.store.values import claimed, opened

        async def main():
            store = await SqliteStore.open(Path(sys.argv[1]))
            await opened(store, effects=(SetTopic(),))
            await claimed(store)
            os.kill(os.getpid(), signal.SIGKILL)

        asyncio.run(main())
    """
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", textwrap.dedent(program), path)
    assert await killed.wait() == -signal.SIGKILL
    store = await SqliteStore.open(path)
    assert await store.crisis(1) == incident(1, version=1)
    await store.release()
    assert [order.attempts for order in await store.claim(NOW, limit=1, lease=NOW - NOW)] == [2]
    await store.close()


async def test_who_writes_must_be_the_only_one(path: Path) -> None:
    with pytest.raises(ValueError, match="exclusive or read_only"):
        await SqliteStore.open(path, exclusive=False)


# Reading beside the one who serves.


async def test_a_reader_sees_every_commit_of_the_one_who_serves(store: SqliteStore, path: Path) -> None:
    reader = await SqliteStore.open(path, exclusive=False, read_only=True)
    for number in (1, 2):
        await opened(store)
        assert await reader.crisis(number) == await store.crisis(number)
    await reader.ping()
    with pytest.raises(StoreProblem, match="was opened for reading only"):
        await opened(reader)
    await reader.close()


async def test_a_reader_needs_nobody_who_serves_and_keeps_nobody_from_it(
    store: SqliteStore, path: Path
) -> None:
    await opened(store)
    await store.close()
    reader = await SqliteStore.open(path, exclusive=False, read_only=True)
    assert await reader.numbers(viewer=None) == [1]
    serving = await SqliteStore.open(path)
    await opened(serving)
    assert await reader.numbers(viewer=None) == [1, 2]
    await serving.close()
    assert await reader.numbers(viewer=None) == [1, 2]
    await reader.close()


async def test_a_reader_makes_no_file(path: Path) -> None:
    told = await refusal(path, exclusive=False, read_only=True)
    assert told == f"There is no database at {path} yet. `crisis-bot serve` makes it."
    assert list(path.parent.iterdir()) == []


async def test_a_reader_makes_no_tables(path: Path) -> None:
    path.touch()
    assert "`crisis-bot serve` makes them" in await refusal(path, exclusive=False, read_only=True)
    assert path.read_bytes() == b""


# Files of other versions and other programs.


async def test_an_empty_file_and_one_left_half_made_get_their_tables(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        migrations.ensure_migrations_table(Database(connection))
    for _ in range(2):
        store = await SqliteStore.open(path)
        await opened(store)
        await store.close()
    path.with_name("empty.db").touch()
    store = await SqliteStore.open(path.with_name("empty.db"))
    assert await opened(store) == 1
    await store.close()


async def test_a_migration_that_fails_leaves_nothing_behind(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.migrations._FIRST_TABLES", "CREATE TABLE about (name, value) STRICT;")
    with pytest.raises(sqlite3.OperationalError, match="missing datatype"):
        await SqliteStore.open(path)
    monkeypatch.undo()
    store = await SqliteStore.open(path)
    assert await opened(store) == 1
    await store.close()


@pytest.mark.parametrize("how", [{}, {"exclusive": False, "read_only": True}])
async def test_a_file_of_a_newer_version_is_refused(path: Path, how: dict[str, bool]) -> None:
    with closing(connect_to_write(path).conn) as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES (?, 'm999_later', '')",
            [migrations.name],
        )
    assert await refusal(path, **how) == (
        f"{path} was written by a newer version of crisis-bot (m999_later). "
        "Start that version, or restore a backup."
    )


async def test_the_database_of_another_program_is_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (title)")
    before = path.read_bytes()
    assert "is the database of another program" in await refusal(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("how", [{}, {"exclusive": False, "read_only": True}])
async def test_a_file_that_is_no_database_is_left_alone(path: Path, how: dict[str, bool]) -> None:
    path.write_text("shopping list\n" * 100)
    assert "is not a database" in await refusal(path, **how)
    assert path.read_text().startswith("shopping list")
    path.unlink()
    store = await SqliteStore.open(path)  # the lock is free again
    await store.close()


async def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    told = await refusal(missing / "crisis.db")
    assert f"Check that the folder {missing} exists" in told
    assert "No such file or directory" in told


async def test_a_folder_is_no_database(tmp_path: Path) -> None:
    assert "cannot be opened" in await refusal(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_missing_right_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "Permission denied" in await refusal(tmp_path / "crisis.db")
    tmp_path.chmod(0o700)


async def test_only_the_owner_may_read_what_is_written(store: SqliteStore, path: Path) -> None:
    await opened(store)
    await store.backup(path.with_name("copy.db"))
    assert {file.name: oct(file.stat().st_mode & 0o777) for file in path.parent.iterdir()} == {
        f"{name}": "0o600"
        for name in ("crisis.db", "crisis.db-wal", "crisis.db-shm", "crisis.db.lock", "copy.db")
    }


# Trouble while it runs.


async def test_a_full_disk_leaves_the_state_whole_and_is_told(store: SqliteStore, path: Path) -> None:
    number = await opened(store)
    ((pages,),) = await on_writer(store, "PRAGMA page_count")
    await on_writer(store, f"PRAGMA max_page_count = {pages}")

    def decide(latest: Incident) -> Decision:
        return Decision(replace(latest, title="New"), (Noted(NOW, "UANA", "short"), A_LOT), (SetTopic(),))

    with pytest.raises(StoreProblem) as told:
        await store.change(number, decide, now=NOW, delivery="D1")
    assert (
        str(told.value)
        == f"The disk with {path} is full; nothing was changed. Make room, and the bot goes on."
    )
    assert await store.crisis(number) == incident(number, version=1)
    assert await store.timeline(number) == []
    assert await keys(store) == []

    await on_writer(store, "PRAGMA max_page_count = 1000000")
    await store.change(number, decide, now=NOW, delivery="D1")
    assert await store.timeline(number) == [Noted(NOW, "UANA", "short"), A_LOT]


async def test_a_file_that_another_program_holds_is_told(
    store: SqliteStore, other: sqlite3.Connection
) -> None:
    number = await opened(store)
    await on_writer(store, "PRAGMA busy_timeout = 0")
    other.execute("BEGIN IMMEDIATE")
    for work in (store.ping(), store.change(number, giving(SetTopic()), now=NOW)):
        with pytest.raises(StoreProblem, match="is held by another program"):
            await work
    other.execute("ROLLBACK")
    await store.ping()
    assert await keys(store) == []


async def test_a_closed_store_says_so(store: SqliteStore) -> None:
    await store.close()
    for work in (store.ping(), store.crisis(1), opened(store)):
        with pytest.raises(StoreProblem, match="is closed"):
            await work


async def test_what_was_asked_for_before_the_close_is_done(store: SqliteStore, path: Path) -> None:
    number = await opened(store)
    change = asyncio.create_task(store.change(number, giving(ShowChecklist()), now=NOW))
    await asyncio.sleep(0)
    await store.close()
    await change
    following = await SqliteStore.open(path)
    assert await keys(following) == ["checklist"]
    await following.close()


# Backups.


async def test_a_backup_made_while_writing_is_whole(store: SqliteStore, tmp_path: Path) -> None:
    number = await opened(store, A_LOT)
    going_on = True

    async def write() -> None:
        while going_on:
            await store.change(number, lambda latest: Decision(latest, (Noted(NOW, "", "x"),)), now=NOW)

    writing = asyncio.create_task(write())
    copies = [tmp_path / f"copy-{n}.db" for n in range(3)]
    for path in copies:
        await store.backup(path)
    going_on = False
    await writing
    versions = []
    for path in copies:
        copy = await SqliteStore.open(path)
        kept = await copy.crisis(number)
        assert kept is not None
        assert kept.version == len(await copy.timeline(number))
        assert await copy.identity() == await store.identity()
        assert await on_writer(copy, "PRAGMA integrity_check") == [("ok",)]
        versions.append(kept.version)
        await copy.close()
    assert versions == sorted(versions)
    assert not list(tmp_path.glob("*.part*"))


async def test_a_reader_can_make_a_backup_too(store: SqliteStore, path: Path) -> None:
    await closed(store, "Call first")
    reader = await SqliteStore.open(path, exclusive=False, read_only=True)
    await reader.backup(path.with_name("copy.db"))
    await reader.close()
    copy = await SqliteStore.open(path.with_name("copy.db"))
    assert [found.number for found in await copy.search("call", viewer=None)] == [1]
    await copy.close()


async def test_a_backup_overwrites_nothing(store: SqliteStore, path: Path) -> None:
    kept = path.with_name("copy.db")
    kept.write_text("precious")
    with pytest.raises(StoreProblem, match="exists already"):
        await store.backup(kept)
    assert kept.read_text() == "precious"


async def test_a_backup_into_a_missing_folder_is_told(store: SqliteStore, tmp_path: Path) -> None:
    with pytest.raises(StoreProblem, match="Check that the folder .*/missing exists"):
        await store.backup(tmp_path / "missing" / "copy.db")


async def test_a_backup_that_fails_leaves_nothing_behind(store: SqliteStore, path: Path) -> None:
    await changed(store, await opened(store), title="New")
    await on_writer(
        store,
        "INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('crisis-bot', 'm999') RETURNING 1",
    )
    with pytest.raises(StoreProblem, match="newer version"):
        await store.backup(path.with_name("copy.db"))
    assert not list(path.parent.glob("copy*"))
