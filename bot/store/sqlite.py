"""The store in one SQLite file: one process serves it, others may read it meanwhile."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Self

from bot.store.sqlite_connection import Connection, SharingConnection
from bot.store.sqlite_crises import Crises
from bot.store.sqlite_file import (
    FileLock,
    connect_to_read,
    connect_to_write,
    copy_file,
    files_explained,
)
from bot.store.sqlite_inbox import Inbox
from bot.store.sqlite_lessons import Lessons
from bot.store.sqlite_outbox import Outbox


class SqliteStore(Crises, Outbox, Inbox, Lessons):
    """A `Store`. Make one with `open`."""

    def __init__(
        self,
        path: Path,
        reader: Connection,
        searcher: Connection,
        writer: Connection | None,
        opened: AsyncExitStack,
    ) -> None:
        super().__init__(path, reader, searcher, writer)
        self._opened = opened

    @classmethod
    async def open(cls, path: Path, *, exclusive: bool = True, read_only: bool = False) -> Self:
        """The store can be used, its tables are those of this program.

        Only one process may write (`exclusive`); it makes the file where there is none. Others open it
        `read_only`, also while the first serves; what changes something then raises `StoreProblem`. Raises
        `StoreProblem` when the file cannot be used, with the reason and what to do.
        """
        if not exclusive and not read_only:
            raise ValueError("who writes must be the only one: exclusive or read_only")
        async with AsyncExitStack() as opened:
            path = await asyncio.to_thread(path.resolve)
            writer = None
            if not read_only:
                with files_explained(path):
                    lock = await asyncio.to_thread(FileLock, path)
                opened.callback(lock.release)
                writer = SharingConnection(path, begin="BEGIN IMMEDIATE")
                await writer.open(connect_to_write)
                opened.push_async_callback(writer.close)
            reader, searcher = Connection(path, begin="BEGIN"), Connection(path, begin="BEGIN")
            for one in (reader, searcher):
                await one.open(connect_to_read)
                opened.push_async_callback(one.close)
            return cls(path, reader, searcher, writer, opened.pop_all())

    async def identity(self) -> str:
        sql = "SELECT value FROM about WHERE name = 'identity'"
        row = await self._read(lambda db: db.execute(sql).fetchone())
        return str(row["value"])

    async def ping(self) -> None:
        for connection in (self._reader, self._searcher, self._writer):
            if connection is not None:
                await connection.run(lambda db: db.execute("SELECT name FROM about").fetchall())

    async def backup(self, to: Path) -> None:
        # On a connection and a thread of its own: a long copy holds up neither readers nor the writer.
        await asyncio.to_thread(copy_file, self._path, to)

    async def close(self) -> None:
        await self._opened.aclose()
