"""One SQLite file of the test, and who works with it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.base import StoreProblem
from bot.store.sqlite import SqliteStore


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
