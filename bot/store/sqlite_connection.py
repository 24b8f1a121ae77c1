"""Connections to the SQLite file, each on a thread of its own, where every piece of work is done whole or not at all."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from sqlite3 import Row
from typing import Any, Generic, TypeVar

import structlog
from sqlite_utils import Database

from bot import metrics
from bot.store.base import Damaged, StoreProblem
from bot.store.sqlite_file import explained, files_explained

T = TypeVar("T")

log = structlog.get_logger(__name__)


class Connection:
    """One connection, opened, used and closed on one thread. Every piece of work is one transaction."""

    def __init__(self, path: Path, *, begin: str) -> None:
        self._path = path
        self._begin = begin
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=path.name)
        self._db: Database | None = None

    async def open(self, connect: Callable[[Path], Database]) -> None:
        """Work can be done. Raises `StoreProblem`, after which nothing is left open."""

        def opened() -> Database:
            with explained(self._path), files_explained(self._path):
                return connect(self._path)

        try:
            self._db = await self._on_thread(opened)
        except BaseException:
            self._thread.shutdown(wait=False)
            raise

    async def run(self, work: Callable[[Database], T]) -> T:
        """What `work` did is committed. What it raises undoes all of it. Raises `StoreProblem`."""
        db = self._opened()
        return await self._on_thread(lambda: self._transaction(db, work))

    async def close(self) -> None:
        """Work asked for before is finished, then the connection is closed. Again: nothing."""
        db, self._db = self._db, None
        if db is not None:
            await self._on_thread(db.close)
            self._thread.shutdown()

    def _opened(self) -> Database:
        if self._db is None:
            raise StoreProblem(f"{self._path} is closed.")
        return self._db

    async def _on_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _transaction(self, db: Database, work: Callable[[Database], T]) -> T:
        with explained(self._path):
            db.execute(self._begin)
            try:
                result = work(db)
                db.commit()
            except BaseException:
                db.rollback()
                raise
            return result


class SharingConnection(Connection):
    """Work that comes in while a commit is on its way to the disk shares the next commit.

    A hundred people who click at once wait for a few commits, not for a hundred. Each piece of work has a savepoint of its
    own, so that one that fails undoes only itself.
    """

    def __init__(self, path: Path, *, begin: str) -> None:
        super().__init__(path, begin=begin)
        self._waiting: deque[_Piece[Any]] = deque()

    async def run(self, work: Callable[[Database], T]) -> T:
        db = self._opened()
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        piece = _Piece(work, done)
        self._waiting.append(piece)
        self._thread.submit(self._do_waiting, db)
        return await done

    def _do_waiting(self, db: Database) -> None:
        """On the thread: all that waits by now was done and committed together. Nothing may be left by an earlier call."""
        pieces = [self._waiting.popleft() for _ in range(len(self._waiting))]
        if not pieces:
            return

        def all_of_them(db: Database) -> None:
            for piece in pieces:
                piece.do(db, self._path)

        try:
            self._transaction(db, all_of_them)
        except BaseException as problem:  # noqa: BLE001 - everybody who waits gets it
            for piece in pieces:
                piece.problem = problem  # whatever one of them had done is undone with the others
        pieces[0].done.get_loop().call_soon_threadsafe(_tell, pieces)


class _Piece(Generic[T]):
    """Some work, and who waits for it."""

    def __init__(self, work: Callable[[Database], T], done: asyncio.Future[T]) -> None:
        self.work = work
        self.done = done
        self.result: T | None = None
        self.problem: BaseException | None = None

    def do(self, db: Database, path: Path) -> None:
        """It was done, or nothing of it. Raises only what has ended the transaction for all (a full disk may)."""
        db.execute("SAVEPOINT piece")
        try:
            with explained(path):
                self.result = self.work(db)
        except BaseException as problem:
            if not db.conn.in_transaction:
                raise
            db.execute("ROLLBACK TO piece")
            self.problem = problem
        db.execute("RELEASE piece")


def _tell(pieces: list[_Piece[Any]]) -> None:
    """On the loop: everybody who still waits has their result."""
    for piece in pieces:
        if piece.done.cancelled():
            continue
        if piece.problem is not None:
            piece.done.set_exception(piece.problem)
        else:
            piece.done.set_result(piece.result)


class Connections:
    """What every part of the store works with: one connection that writes, one that only reads, one that searches.

    A search over years of crises may take a while; nobody's click waits behind it.
    """

    def __init__(
        self, path: Path, reader: Connection, searcher: Connection, writer: Connection | None
    ) -> None:
        self._path = path
        self._reader = reader
        self._searcher = searcher
        self._writer = writer
        self._told: set[tuple[str, object]] = set()

    async def _read(self, work: Callable[[Database], T]) -> T:
        return await self._reader.run(work)

    async def _search(self, work: Callable[[Database], T]) -> T:
        return await self._searcher.run(work)

    async def _write(self, work: Callable[[Database], T]) -> T:
        if self._writer is None:
            raise StoreProblem(f"{self._path} was opened for reading only.")
        return await self._writer.run(work)

    def _readable(self, table: str, found: Iterable[Row], read: Callable[[Row], T], *, key: str) -> list[T]:
        """What these rows hold; a damaged one is left out."""
        held = []
        for row in found:
            with suppress(Damaged):
                held.append(self._whole(table, row, read, key=key))
        return held

    def _whole(self, table: str, row: Row, read: Callable[[Row], T], *, key: str) -> T:
        """What this row holds. Raises `Damaged`, and names the row in the log, once."""
        try:
            return read(row)
        except (ValueError, KeyError):  # of pydantic and json; a kind that nobody knows
            named = table, row[key]
            if named not in self._told:
                self._told.add(named)
                metrics.DAMAGED.inc()
                log.error("a record is damaged", table=table, key=row[key])
        raise Damaged(
            f"Record {row[key]} of {table} in {self._path} is damaged. All others can be read; a backup may have it whole."
        )

    async def _execute(self, sql: str, values: Sequence[object] = ()) -> int:
        """One statement that writes; how many rows it touched."""
        return await self._write(lambda db: db.execute(sql, values).rowcount)
