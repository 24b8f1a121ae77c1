"""Work that comes in together is committed together, and each piece stands or falls alone."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlite_utils import Database

from bot.store.sqlite import SqliteStore


async def names(store: SqliteStore) -> list[str]:
    rows = await store._read(lambda db: db.execute("SELECT name FROM about").fetchall())
    return sorted(row["name"] for row in rows if row["name"].startswith("piece"))


def adding(name: str, *, then: BaseException | None = None) -> Any:
    """Work that writes a row, and may fail after that."""

    def add(db: Database) -> str:
        db.execute("INSERT INTO about (name, value) VALUES (?, '')", [f"piece {name}"])
        if then is not None:
            raise then
        return name

    return add


@asynccontextmanager
async def together(store: SqliteStore) -> AsyncIterator[list[str]]:
    """What is asked for in here meets a busy writer, and is taken up at once when it is free. Gives the commits it took."""
    commits = list[str]()

    def watch(db: Database) -> None:
        db.conn.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)

    await store._write(watch)
    commits.clear()
    begun, go_on = threading.Event(), threading.Event()

    def hold(_: Database) -> None:
        begun.set()
        go_on.wait(5)

    busy = asyncio.create_task(store._write(hold))
    await asyncio.to_thread(begun.wait, 5)
    yield commits
    await asyncio.sleep(0)
    go_on.set()
    await busy


async def test_work_that_waits_for_the_disk_shares_the_next_commit(store: SqliteStore) -> None:
    async with together(store) as commits:
        asked = asyncio.gather(*(store._write(adding(str(n))) for n in range(20)))
    assert await asked == [str(n) for n in range(20)]
    assert len(await names(store)) == 20
    assert len(commits) == 2, "one for the work that held up the others, one for all of them"


async def test_what_fails_undoes_only_itself(store: SqliteStore) -> None:
    async with together(store):
        asked = asyncio.gather(
            store._write(adding("a")),
            store._write(adding("b", then=LookupError("no such step"))),
            store._write(lambda db: db.execute("INSERT INTO about (name) VALUES (NULL)")),
            store._write(adding("c")),
            return_exceptions=True,
        )
    first, refused, wrong, last = await asked
    assert (first, last) == ("a", "c")
    assert isinstance(refused, LookupError)
    assert isinstance(wrong, sqlite3.IntegrityError)
    assert await names(store) == ["piece a", "piece c"]


async def test_a_later_piece_sees_what_an_earlier_one_did(store: SqliteStore) -> None:
    def count(db: Database) -> int:
        return int(db.execute("SELECT count(*) FROM about WHERE name LIKE 'piece%'").fetchone()[0])

    async with together(store):
        asked = asyncio.gather(store._write(adding("a")), store._write(count))
    assert list(await asked) == ["a", 1]


async def test_when_the_transaction_ends_early_everybody_is_told_and_nothing_was_changed(
    store: SqliteStore,
) -> None:
    def lose_it(db: Database) -> None:
        # What SQLite may do by itself on a full disk or a drive that fails.
        db.execute("ROLLBACK")
        raise sqlite3.OperationalError("disk I/O error")

    async with together(store):
        asked = asyncio.gather(
            store._write(adding("a")),
            store._write(lose_it),
            store._write(adding("b")),
            return_exceptions=True,
        )
    assert [str(problem) for problem in await asked] == ["disk I/O error"] * 3
    assert await names(store) == []
    assert await store._write(adding("c")) == "c", "the connection goes on"


async def test_a_commit_that_fails_is_told_to_everybody(store: SqliteStore) -> None:
    def noticed_at_the_commit(db: Database) -> None:
        db.execute("PRAGMA defer_foreign_keys = ON")
        db.execute("INSERT INTO channel (crisis, channel_id) VALUES (7, 'C1')")

    async with together(store):
        work = (adding("a"), noticed_at_the_commit, adding("b"))
        asked = asyncio.gather(*(store._write(piece) for piece in work), return_exceptions=True)
    assert [str(problem) for problem in await asked] == ["FOREIGN KEY constraint failed"] * 3
    assert await names(store) == []
    assert await store._write(adding("c")) == "c", "the connection goes on"


async def test_who_no_longer_waits_holds_up_nobody(store: SqliteStore) -> None:
    async with together(store):
        gone = asyncio.create_task(store._write(adding("a")))
        stays = asyncio.create_task(store._write(adding("b")))
        await asyncio.sleep(0)
        gone.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gone
    assert await stays == "b"
    assert await names(store) == ["piece a", "piece b"]
