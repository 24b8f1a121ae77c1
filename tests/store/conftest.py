"""The contract suite runs once for every engine."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.store.base import Store
from bot.store.sqlite import SqliteStore
from bot.store.sqlite_file import connect_to_write


async def _sqlite(folder: Path) -> Store:
    path = folder / "crisis.db"
    if not path.exists():
        path.write_bytes(_empty_sqlite())
    return await SqliteStore.open(path)


@cache
def _empty_sqlite() -> bytes:
    """A file with all tables: making them anew for every test would take most of the time."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "crisis.db"
        connect_to_write(path).close()
        return path.read_bytes()


ENGINES: dict[str, Callable[[Path], Awaitable[Store]]] = {"sqlite": _sqlite}
"""Name -> opens the one store that belongs to this folder."""

Restart = Callable[[], Awaitable[Store]]


class _House:
    """The one store of a test, and whoever follows it after a restart."""

    def __init__(self, folder: Path, engine: Callable[[Path], Awaitable[Store]]) -> None:
        self._folder = folder
        self._engine = engine
        self.store: Store | None = None

    async def restart(self) -> Store:
        await self.close()
        self.store = await self._engine(self._folder)
        return self.store

    async def close(self) -> None:
        if self.store is not None:
            await self.store.close()


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is such a thing: the suite would mostly wait for the disk, commit by commit."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with TemporaryDirectory(dir=memory, prefix="crisis-bot-test-") as folder:
        yield Path(folder)


@pytest.fixture(params=list(ENGINES))
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[_House]:
    house = _House(tmp_path, ENGINES[request.param])
    await house.restart()
    yield house
    await house.close()


@pytest.fixture
def store(house: _House) -> Store:
    """An empty store."""
    assert house.store is not None
    return house.store


@pytest.fixture
def restart(house: _House) -> Restart:
    """Closes the store and answers the same one, opened again."""
    return house.restart
