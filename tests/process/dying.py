"""`crisis-bot serve`, many times over: each time a process of its own, which dies at a commit when a test says so.

    python -m tests.process.dying

A line of JSON on standard input starts one, as `python -m bot serve` would; the answer is its process id, and its exit
status in the end. The modules are loaded once and for all, so that a start takes a moment instead of most of a second.
The program itself is the real one; only the commit of the database driver counts, and the clock goes ahead by as much as a
test says, in this process and nowhere else.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

from sqlite_utils import Database

from bot.clock import SystemClock

PLAN = "plan"
"""A file beside the database: "before 7" or "after 7"; empty, nobody dies."""
COMMITS = "commits"
"""A file beside the database, one byte for each commit that changed something; emptied to count anew."""
CLOCK = "clock"
"""A file beside the database: how many seconds the program's clock is ahead of the machine's."""


def die_at_commits(folder: Path) -> None:
    """From now on every commit is counted, and the planned one is the end of this process, before or after it."""
    commit = Database.commit
    changes = 0

    def counted(db: Database) -> None:
        nonlocal changes
        before, changes = changes, max(changes, db.conn.total_changes)
        if db.conn.total_changes in (0, before):  # a connection that reads, a look for orders that found none
            commit(db)
            return
        with (folder / COMMITS).open("ab") as seen:
            seen.write(b".")
            number = seen.tell()
        planned = (folder / PLAN).read_text() if (folder / PLAN).exists() else ""
        if planned == f"before {number}":
            os.kill(os.getpid(), signal.SIGKILL)
        commit(db)
        if planned == f"after {number}":
            os.kill(os.getpid(), signal.SIGKILL)

    Database.commit = counted  # type: ignore[assignment,method-assign]


def live_ahead(folder: Path) -> None:
    """From now on it is as late as the test says, also while the program runs."""

    def now(self: SystemClock) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float((folder / CLOCK).read_text()))

    SystemClock.now = now  # type: ignore[method-assign]


def serve(order: dict[str, Any]) -> NoReturn:
    """This process is `crisis-bot serve` in that folder, with this environment, writing to these files."""
    from bot.__main__ import main

    folder = Path(order["folder"])
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(order["environment"])
    for name, descriptor in (("out", 1), ("log", 2)):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), descriptor)
    random.seed()
    die_at_commits(folder)
    live_ahead(folder)
    main(["serve"])
    sys.exit()


def start_what_is_asked_for() -> None:
    """One after the other, until standard input ends."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            serve(json.loads(line))
        print(child, flush=True)  # noqa: T201
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(status, flush=True)  # noqa: T201


if __name__ == "__main__":
    import bot.preparing
    import bot.serving
    import handlers

    _ = bot.preparing, bot.serving
    handlers.load()
    start_what_is_asked_for()
