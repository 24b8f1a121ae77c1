"""What is due in a running program, and what people were asked for; see test_bad_times.py and test_bad_slack.py."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, time, timedelta

from bot.domain.model import STEP, Incident
from bot.domain.severity import Severity
from bot.simulator import Person, VisibleMessage
from bot.store.rows import moment, moment_text
from bot.store.sqlite import SqliteStore
from tests.histories.once import twice, written
from tests.process.conftest import until
from tests.process.flows import room
from tests.process.killing import NOON, World, name_of

A_MOMENT = timedelta(seconds=1)
REST_WITHIN_S = 25.0
_TASK = re.compile(r"Step \d+: Task (\d+)")

# An order waits for those before it in its lane, so only the first of a lane can go. Cards are not waited for.
_QUESTIONS = """
FROM outbox AS first WHERE NOT EXISTS (SELECT 1 FROM outbox AS o WHERE o.lane = first.lane AND o.id < first.id)
AND EXISTS (SELECT 1 FROM outbox AS o WHERE o.lane = first.lane AND o.kind = 'ShowPing')
"""
_COULD_GO_NOW = f"""
SELECT crisis, key, state, why {_QUESTIONS} AND (state = 'doing' OR next_at <= :now)
UNION ALL SELECT number, due_at, 'due', '' FROM crisis WHERE due_at <= :now
"""
_BEGINS = "SELECT 1 FROM outbox WHERE crisis = :number AND kind IN ('CreateChannel', 'InvitePeople')"
_NEXT_TRY = f"SELECT min(next_at) {_QUESTIONS}"


def on_the_next_day(world: World) -> None:
    """It is noon for the program and for Slack, and nothing is due of earlier crises."""
    for number in range(1, world.latest() + 1):
        world.forgets(number)
    world.jumps(seconds=-world.skew.total_seconds())
    goes_to(world, datetime.combine(world.now().date() + timedelta(days=1), NOON, tzinfo=UTC))


def goes_to(world: World, moment: datetime) -> None:
    """It is a moment later than that, for the program; for Slack just as much has passed."""
    world.later(seconds=(moment + A_MOMENT - world.now()).total_seconds())


async def comes(world: World, wall: str) -> None:
    """It is so late today, UTC, by the program's clock, and what can be asked now is with Slack."""
    await comes_to(world, datetime.combine(world.now().date(), time.fromisoformat(wall), tzinfo=UTC))


async def comes_to(world: World, moment: datetime) -> None:
    """So late it is, and what can be asked now is with Slack."""
    goes_to(world, moment)
    await asked_what_it_can(world)


async def asked_what_it_can(world: World) -> None:
    """Nothing is due, and each question is with Slack or was tried and waits for its next try."""

    def is_done() -> bool:
        slack = world.place.slack
        on_its_way = slack.deliveries.in_flight or slack.server.in_flight
        return not on_its_way and not asks(world, _COULD_GO_NOW, now=moment_text(world.now()))

    await until(is_done, REST_WITHIN_S)


async def in_the_end(world: World) -> None:
    """Time passes from try to try until every question is with Slack."""
    async with asyncio.timeout(REST_WITHIN_S):
        while True:
            await asked_what_it_can(world)
            [(next_try,)] = asks(world, _NEXT_TRY)
            if next_try is None:
                return
            goes_to(world, moment(str(next_try)))


def asks(world: World, sql: str, **values: object) -> list[tuple[object, ...]]:
    """What the database says."""
    with closing(sqlite3.connect(f"file:{world.place.folder}/crisis.db?mode=ro", uri=True)) as db:
        return db.execute(sql, values).fetchall()


async def opens(world: World, person: Person, severity: str) -> int:
    """The number of a new crisis. At SEV4 nothing climbs: whoever is due is asked exactly once."""
    number = world.latest() + 1
    await person.types("#general", f"/crisis open {severity} general Courier video")
    assert world.latest() == number
    # Its cards are not waited for: Slack allows so many edits a minute of real time.
    await until(lambda: not asks(world, _BEGINS, number=number))
    await asked_what_it_can(world)
    return number


async def gives(person: Person, number: int, *tasks: str) -> None:
    """Steps are on the checklist: `1 @ben by 12:10`. Without an owner it is asked of the channel."""
    for task in tasks:
        await person.types(room(number), f"/crisis step Task {task}")


def questions(person: Person, number: int, *, in_channel: bool = False) -> list[VisibleMessage]:
    """What the bot asked about tasks since this crisis, by direct message or in its channel, in the order it is read."""
    seen = person.sees(room(number)) if in_channel else person.dms()
    named = [(name_of(m.message.metadata).partition("/"), m) for m in seen if m.message.metadata]
    asked = [m for (of, _, slot), m in named if int(of) >= number and slot.startswith("ping:")]
    return [m for m in asked if _TASK.search(m.text)]


def tasks(person: Person, number: int, *, in_channel: bool = False) -> list[int]:
    """The tasks they were asked for, in the order they read them."""
    asked = questions(person, number, in_channel=in_channel)
    return [int(task) for m in asked for task in _TASK.findall(m.text)]


async def asked_once(world: World, *numbers: int) -> None:
    """Each question of these crises stands once, where it belongs, and no message of the bot's stands anywhere twice."""
    slack = world.place.slack
    there = written(slack)
    store = await SqliteStore.open(world.place.folder / "crisis.db", exclusive=False, read_only=True)
    try:
        for number in numbers:
            incident = await store.crisis(number)
            assert incident is not None
            for ping in incident.pings:
                [head, *_] = await store.sharing(number, f"ping:{ping.id}")
                where = room(number) if ping.in_channel else f"@{slack.people[ping.person].name}"
                assert there[where]["/".join(map(str, head))] == 1, f"{ping} is lost or doubled"
            if incident.severity is Severity.SEV4:
                _no_step_twice(incident)
    finally:
        await store.close()
    assert twice(slack) == []


def _no_step_twice(incident: Incident) -> None:
    asked = Counter(ping.step_key for ping in incident.pings if ping.about == STEP)
    assert set(asked.values()) <= {1}, asked
