"""Who may open a file, and what is said of a file that cannot be used."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import sqlite3
import sys
import textwrap
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.store.base import StoreProblem
from bot.store.migrations import migrations
from bot.store.rows import moment_text
from bot.store.sqlite import SqliteStore
from bot.store.sqlite_file import connect_to_write, explained, files_explained, refuse_old_library
from tests.store.sqlite.conftest import refusal
from tests.store.values import NOW, at, incident, opened

# One process.


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


async def test_orders_of_an_older_file_wait_since_they_were_tried_first(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        db = Database(connection, execute_plugins=False)
        migrations.apply(db, stop_before="m004_since_when_an_order_waits")
        crisis = "INSERT INTO crisis VALUES (1, 'active', 2, 0, '', NULL, NULL, 1, '')"
        order = """
        INSERT INTO outbox (crisis, key, kind, data, lane, rank, first_tried_at, next_at)
        VALUES (1, ?, 'Notice', '{"id": 1, "text": ""}', '', 2, ?, ?)
        """
        db.execute(crisis)
        db.execute(order, ("tried", moment_text(at(1)), moment_text(at(9))))
        db.execute(order, ("new", None, moment_text(at(2))))
        connection.commit()
    store = await SqliteStore.open(path)
    assert [late.since for late in await store.late(at(99), than=timedelta(0))] == [at(1), at(2)]
    await store.close()


def test_a_migration_that_fails_leaves_nothing_behind(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE roster (taken)")
        db = Database(connection)
        with pytest.raises(sqlite3.OperationalError, match="roster already exists"):
            migrations.apply(db)
        assert set(db.table_names()) == {"roster", migrations.migrations_table}
        assert migrations.applied(db) == []


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


async def test_a_folder_is_no_database(path: Path) -> None:
    path.mkdir()
    assert "cannot be opened" in await refusal(path)


def test_a_library_that_is_too_old_is_told() -> None:
    refuse_old_library()
    with pytest.raises(StoreProblem, match=r"has SQLite 3\.34\.1, and crisis-bot needs 3\.37\.0 or newer"):
        refuse_old_library((3, 34, 1))


def test_a_missing_right_is_told(path: Path) -> None:
    with (
        pytest.raises(StoreProblem, match=r"Permission denied.*the bot may write there"),
        files_explained(path),
    ):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def test_a_mistake_in_our_own_sql_is_no_store_problem(path: Path) -> None:
    with (
        closing(sqlite3.connect(path)) as connection,
        pytest.raises(sqlite3.OperationalError),
        explained(path),
    ):
        connection.execute("SELECT * FROM nothing")


async def test_only_the_owner_may_read_what_is_written(store: SqliteStore, path: Path) -> None:
    await opened(store)
    await store.backup(path.with_name("copy.db"))
    assert {file.name: oct(file.stat().st_mode & 0o777) for file in path.parent.iterdir()} == {
        f"{name}": "0o600"
        for name in ("crisis.db", "crisis.db-wal", "crisis.db-shm", "crisis.db.lock", "copy.db")
    }
