"""One damaged row in the file: its crisis suffers, the others go on, the bot starts, and the log names it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

import pytest

import handlers
from bot.manifest import manifest
from bot.simulator import Clock, Slack
from tests.histories.conftest import OPENED_AT, Start, Town, _people
from tests.histories.listening import listened

OUTBOX = "INSERT INTO outbox (crisis, key, kind, data, lane, rank, next_at) VALUES (1, 'x', '{}', '{}', '1:x', 0, '2026')"
INBOX = "INSERT INTO inbox (key, kind, body, state, received_at, next_at) VALUES ('event:x', '{}', '{}', 'new', '2026', '2026')"
DAMAGE = {
    "a state cut short": "UPDATE crisis SET state = substr(state, 1, 200) WHERE number = 1",
    "an empty state": "UPDATE crisis SET state = '' WHERE number = 1",
    "a state without its fields": "UPDATE crisis SET state = '{}' WHERE number = 1",
    "a state of another type": "UPDATE crisis SET state = json_set(state, '$.steps', 7) WHERE number = 1",
    "a status nobody knows": "UPDATE crisis SET state = json_set(state, '$.status', 'asleep') WHERE number = 1",
    "an order of an unknown kind": OUTBOX.format("Dance", "{}"),
    "an order cut short": OUTBOX.format("Notice", '{"text": "Hel'),
    "an order without its fields": OUTBOX.format("Notice", "{}"),
    "an event cut short": INBOX.format("reaction_added", '{"type": "rea'),
    "an event of an unknown kind": INBOX.format("dance", "{}"),
    "an event without its fields": INBOX.format("channel_rename", "{}"),
}


def damaged(town: Town, sql: str) -> None:
    """The file was changed behind the bot's back, for which the only reader so far is SQLite."""
    with closing(sqlite3.connect(town.app.settings.sqlite_path)) as db:
        assert db.execute(sql).rowcount == 1
        db.commit()


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    """A Slack that stays while the bot comes and goes."""
    async with Slack(manifest(handlers.load()), Clock(OPENED_AT)) as there:
        _people(there)
        yield there


@pytest.mark.parametrize("what", DAMAGE)
async def test_a_damaged_row_stops_neither_the_other_crises_nor_the_start(
    start: Start, slack: Slack, what: str
) -> None:
    async with start(slack=slack) as town:
        await town.opens(town.ana, "sev2 backlash First")
        second = await town.opens(town.ben, "sev2 backlash Second")
        with listened() as errors:
            damaged(town, DAMAGE[what])
            await goes_on(town, second, "before the restart")
        assert len(errors) == 1, errors
    async with start(slack=slack) as again:
        with listened() as errors:
            await goes_on(again, second, "after the restart")
        assert len(errors) <= 1, errors


async def goes_on(town: Town, second: str, when: str) -> None:
    """What the people of the second crisis do and wait for happens."""
    await town.asks(town.ben, f"/crisis update We go on {when}", where=second)
    assert f"We go on {when}" in "\n".join(m.text for m in town.ben.sees(second) if not m.is_ephemeral)
    assert "Second" in await town.asks(town.ben, "/crisis list")
    await town.later(minutes=20)
    assert not [m for m in town.ben.sees(second) if "went wrong" in m.text]
