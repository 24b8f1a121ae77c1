"""What happens on a full disk, in the hands of another program, after the close; and copies that are whole."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.decision import Decision
from bot.domain.effects import SetTopic, ShowChecklist
from bot.domain.model import Incident, LegalClock
from bot.domain.timeline import Noted
from bot.store.base import StoreProblem
from bot.store.sqlite import SqliteStore
from tests.store.sqlite.conftest import on_writer
from tests.store.values import NOW, at, changed, closed, giving, incident, keys, opened

A_LOT = Noted(NOW, "UANA", "text " * 200_000)


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


@pytest.mark.parametrize("state", ["''", "'{}'", "substr(state, 1, 99)", "json_set(state, '$.steps', 7)"])
async def test_a_damaged_crisis_hides_no_other_that_is_still_owing(store: SqliteStore, state: str) -> None:
    legal = LegalClock(1, "other", "Tell our insurer", "", NOW, at(60), "UBEN", "UANA", NOW)
    damaged, whole = [await closed(store, legal_clocks=(legal,)) for _ in range(2)]
    await on_writer(store, f"UPDATE crisis SET state = {state} WHERE number = {damaged}")
    assert [crisis.number for crisis in await store.still_owing(viewer=None)] == [whole]


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
    with pytest.raises(StoreProblem, match=r"Check that the folder .*/missing exists"):
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
