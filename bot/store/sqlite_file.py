"""The SQLite file: who may open it, how it is opened, what to say when it cannot be used.

SQLite before 3.51.3 can damage a file in WAL mode when two connections write and checkpoint at the same time.
So one process holds the lock beside the file, one connection writes, and all others are opened read-only.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from bot.store.base import StoreProblem
from bot.store.migrations import applied_names, known_names, migrations, pending_names

BUSY_TIMEOUT_S = 5.0
"""How long a statement waits for another process that holds the file."""
OLDEST_LIBRARY = (3, 37, 0)
OWNER_ONLY = 0o600
"""The file holds private crises."""


class FileLock:
    """The right to write to a database file, held by one process until `release` or its death."""

    def __init__(self, path: Path) -> None:
        """Raises `StoreProblem` naming the process that holds the lock, `OSError` when none can be made."""
        beside = path.with_name(path.name + ".lock")
        self._descriptor = os.open(beside, os.O_RDWR | os.O_CREAT, OWNER_ONLY)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._descriptor, 32).decode().strip()
            os.close(self._descriptor)
            who = f"process {holder}" if holder else "another process"
            raise StoreProblem(
                f"{path} is in use by another crisis-bot ({who}). Stop that one first."
            ) from None
        except OSError:
            os.close(self._descriptor)
            raise
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        """Another process may write. The lock file stays: taking it away could free it for two at once."""
        os.close(self._descriptor)


def connect_to_write(path: Path) -> Database:
    """The one writing connection, to a file with all tables. Only for the holder of the lock."""
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY))
    db = _connected(path, "rw")
    try:
        _refuse_unknown(db, path)
        if db.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
            raise StoreProblem(
                f"{path} is on a drive that SQLite cannot use (a network drive?). Keep it on a local one."
            )
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        migrations.apply(db)
    except BaseException:
        db.close()
        raise
    return db


def connect_to_read(path: Path) -> Database:
    """A connection that cannot write. The file must exist and be as new as this program."""
    if not path.exists():
        raise StoreProblem(f"There is no database at {path} yet. `crisis-bot serve` makes it.")
    db = _connected(path, "ro")
    try:
        _refuse_unknown(db, path)
        if pending_names(db):
            raise StoreProblem(
                f"{path} does not have the tables of this version of crisis-bot yet. `crisis-bot serve` makes them."
            )
    except BaseException:
        db.close()
        raise
    return db


def copy_file(path: Path, to: Path) -> None:
    """A complete copy of the database, as it is at this moment, stands at `to`; never a half one.

    Raises `StoreProblem`, also when `to` exists or its folder does not.
    """
    if to.exists():
        raise StoreProblem(f"{to} exists already. Choose another name for the backup.")
    part = to.with_name(to.name + ".part")
    with explained(to), files_explained(to):
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, OWNER_ONLY))
        try:
            _copy(path, part)
            part.rename(to)
        finally:
            for left in (part, part.with_name(part.name + "-wal"), part.with_name(part.name + "-shm")):
                left.unlink(missing_ok=True)


def _copy(path: Path, part: Path) -> None:
    source = connect_to_read(path)
    try:
        copy = sqlite3.connect(part)
        try:
            # In one step: in several, a busy writer would make it start again and again.
            source.conn.backup(copy)
        finally:
            copy.close()
    finally:
        source.close()


def refuse_old_library(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> None:
    """The library knows all that our tables need (STRICT came last). Raises `StoreProblem`."""
    if version < OLDEST_LIBRARY:
        has, needs = (".".join(map(str, numbers)) for numbers in (version, OLDEST_LIBRARY))
        raise StoreProblem(
            f"This Python has SQLite {has}, and crisis-bot needs {needs} or newer. Use a newer one."
        )


def _connected(path: Path, mode: str) -> Database:
    refuse_old_library()
    # isolation_level=None: transactions are begun by hand, as Python's own would be deferred.
    conn = sqlite3.connect(
        f"{path.as_uri()}?mode={mode}", uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None
    )
    try:
        db = Database(conn, execute_plugins=False)
    except BaseException:
        conn.close()
        raise
    conn.row_factory = sqlite3.Row
    return db


def _refuse_unknown(db: Database, path: Path) -> None:
    applied = applied_names(db)
    newer = [name for name in applied if name not in known_names()]
    if newer:
        raise StoreProblem(
            f"{path} was written by a newer version of crisis-bot ({', '.join(newer)}). "
            "Start that version, or restore a backup."
        )
    if not applied and set(db.table_names()) - {migrations.migrations_table}:
        raise StoreProblem(f"{path} is the database of another program. Choose another file.")


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """An error of the file or its drive becomes a `StoreProblem`; one in our SQL stays what it is."""
    try:
        yield
    except sqlite3.Error as error:
        sentence = _SENTENCES.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
        if sentence is None:
            raise
        raise StoreProblem(sentence.format(path=path, folder=path.parent, error=error)) from error


@contextmanager
def files_explained(path: Path) -> Iterator[None]:
    """A missing folder or a missing right becomes a `StoreProblem`."""
    try:
        yield
    except OSError as error:
        raise StoreProblem(
            f"{path} cannot be opened ({error.strerror or error}). "
            f"Check that the folder {path.parent} exists and that the bot may write there."
        ) from error


_RIGHTS = "Check that the folder {folder} exists and that the bot may write there."
_HELD = "{path} is held by another program. Close it there; then the bot goes on."
_SENTENCES = {
    sqlite3.SQLITE_FULL: "The disk with {path} is full; nothing was changed. Make room, and the bot goes on.",
    sqlite3.SQLITE_NOTADB: "{path} is not a database. Choose another file, or restore a backup.",
    sqlite3.SQLITE_CORRUPT: "{path} is damaged ({error}). Stop the bot and restore a backup.",
    sqlite3.SQLITE_CANTOPEN: "{path} cannot be opened. " + _RIGHTS,
    sqlite3.SQLITE_READONLY: "{path} cannot be written. " + _RIGHTS,
    sqlite3.SQLITE_PERM: "{path} cannot be used. " + _RIGHTS,
    sqlite3.SQLITE_BUSY: _HELD,
    sqlite3.SQLITE_LOCKED: _HELD,
    sqlite3.SQLITE_IOERR: "The drive with {path} does not work properly ({error}).",
}
"""SQLite's primary result code -> what to say."""
