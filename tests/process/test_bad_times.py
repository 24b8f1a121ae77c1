"""The real program runs on while its clock jumps, a night is longer or shorter, or Slack fails: what is due is asked once."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, time, timedelta

import pytest
import pytest_asyncio

from bot.domain.model import STEP, Incident
from bot.simulator import Person, VisibleMessage
from bot.store.rows import moment, moment_text
from bot.store.sqlite import SqliteStore
from tests.histories.once import twice, written
from tests.process.conftest import until
from tests.process.flows import room
from tests.process.killing import NOON, World, a_world, name_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

A_MOMENT = timedelta(seconds=1)

# An order waits for those before it in its lane, so only the first of a lane can go. Cards are not waited for.
_QUESTIONS = """
FROM outbox AS first WHERE NOT EXISTS (SELECT 1 FROM outbox AS o WHERE o.lane = first.lane AND o.id < first.id)
AND EXISTS (SELECT 1 FROM outbox AS o WHERE o.lane = first.lane AND o.kind = 'ShowPing')
"""
_COULD_GO_NOW = f"""
SELECT crisis, key, state, why {_QUESTIONS} AND (state = 'doing' OR next_at <= :now)
UNION ALL SELECT number, due_at, 'due', '' FROM crisis WHERE due_at <= :now
"""
_NEXT_TRY = f"SELECT min(next_at) {_QUESTIONS}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with a_world(tmp_path_factory.mktemp("world")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def world(running: World) -> AsyncIterator[World]:
    """It is noon; nothing is due of the crises of earlier tests. In the end the program has met no bug."""
    for number in range(1, running.latest() + 1):
        running.forgets(number)
    running.jumps(seconds=-running.skew.total_seconds())
    goes_to(running, datetime.combine(running.now().date() + timedelta(days=1), NOON, tzinfo=UTC))
    yield running
    assert "Traceback" not in running.serving.log(), running.serving.log()


def goes_to(world: World, moment: datetime) -> None:
    """It is a moment later than that, for the program; for Slack just as much has passed."""
    world.later(seconds=(moment + A_MOMENT - world.now()).total_seconds())


async def comes(world: World, wall: str) -> None:
    """It is so late today, UTC, by the program's clock, and what can be asked now is with Slack."""
    goes_to(world, datetime.combine(world.now().date(), time.fromisoformat(wall), tzinfo=UTC))
    await asked_what_it_can(world)


async def asked_what_it_can(world: World) -> None:
    """Nothing is due, and each question is with Slack or was tried and waits for its next try."""

    def busy() -> bool:
        slack = world.place.slack
        if slack.deliveries.in_flight or slack.server.in_flight:
            return True
        return bool(asks(world, _COULD_GO_NOW, now=moment_text(world.now())))

    await until(lambda: not busy())


async def in_the_end(world: World) -> None:
    """Time passes from try to try until every question is with Slack."""
    for _ in range(60):
        await asked_what_it_can(world)
        [(next_try,)] = asks(world, _NEXT_TRY)
        if next_try is None:
            return
        goes_to(world, moment(str(next_try)))
    raise AssertionError("the questions never came to rest")


def asks(world: World, sql: str, **values: object) -> list[tuple[object, ...]]:
    """What the database says."""
    with closing(sqlite3.connect(f"file:{world.place.folder}/crisis.db?mode=ro", uri=True)) as db:
        return db.execute(sql, values).fetchall()


async def opens(world: World, person: Person, severity: str) -> int:
    """The number of a new crisis. At SEV4 nothing climbs: whoever is due is asked exactly once."""
    number = world.latest() + 1
    await person.types("#general", f"/crisis open {severity} general Courier video")
    await world.at_rest()
    assert world.latest() == number
    return number


async def gives(world: World, number: int, *tasks: str) -> None:
    """Steps are on the checklist: `1 @ben by 12:10`. Without an owner it is asked of the channel."""
    for task in tasks:
        await world.place.ana.types(room(number), f"/crisis step Task {task}")


def questions(person: Person, number: int, *, in_channel: bool = False) -> list[VisibleMessage]:
    """What the bot asked since this crisis, by direct message or in its channel, in the order it is read."""
    seen = person.sees(room(number)) if in_channel else person.dms()
    named = [(name_of(m.message.metadata).partition("/"), m) for m in seen if m.message.metadata]
    return [m for (of, _, slot), m in named if int(of) >= number and slot.startswith("ping:")]


def tasks(person: Person, number: int, *, in_channel: bool = False) -> list[int]:
    """The tasks they were asked for, in the order they read them."""
    texts = [m.text for m in questions(person, number, in_channel=in_channel)]
    return [int(task) for text in texts for task in re.findall(r"Step \d+: Task (\d+)", text)]


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
            if incident.severity == 4:
                _no_step_twice(incident)
    finally:
        await store.close()
    assert twice(slack) == []


def _no_step_twice(incident: Incident) -> None:
    asked = Counter(ping.step_key for ping in incident.pings if ping.about == STEP)
    assert set(asked.values()) <= {1}, asked


# The clock of the program jumps; Slack's does not.


async def test_the_clock_jumps_an_hour_ahead_and_later_back_again(world: World) -> None:
    ana, ben, cleo = world.place.ana, world.place.ben, world.cleo
    number = await opens(world, ana, "sev4")
    await gives(world, number, "1 @ben by 12:10", "2 @ben by 12:40", "3 @ben by 12:50", "4 @ben by 13:30")
    await gives(world, number, "5 @cleo by 12:45", "6 @cleo by 13:40", "7 by 12:55")
    await comes(world, "12:10")
    assert tasks(ben, number) == [1]
    world.jumps(hours=1)
    await asked_what_it_can(world)
    assert tasks(ben, number) == [1, 2, 3]
    assert tasks(cleo, number) == [5]
    assert tasks(ana, number, in_channel=True) == [7]
    await comes(world, "13:30")
    assert tasks(ben, number) == [1, 2, 3, 4]
    world.jumps(hours=-1)
    await gives(world, number, "8 @cleo by 12:35")
    for wall in ("12:35", "12:41", "12:51", "13:31", "13:40"):
        await comes(world, wall)
    assert tasks(cleo, number) == [5, 8, 6]
    assert tasks(ben, number) == [1, 2, 3, 4]
    assert tasks(ana, number, in_channel=True) == [7]
    await asked_once(world, number)


async def test_the_clock_jumps_an_hour_back_and_no_answer_is_waited_for_longer(world: World) -> None:
    """At SEV2, where a question that nobody answers climbs after ten minutes."""
    ana, ben = world.place.ana, world.place.ben
    number = await opens(world, ana, "sev2")
    await gives(world, number, "1 @ben by 12:09", "2 @ben by 12:40")
    await comes(world, "12:09")
    assert tasks(ben, number) == [1]
    world.jumps(hours=-1)
    climbs_by = moment_text(world.now() + timedelta(minutes=11))
    await until(lambda: bool(asks(world, "SELECT 1 FROM crisis WHERE due_at <= :by", by=climbs_by)))
    await comes(world, "11:18")
    assert tasks(ana, number, in_channel=True) == []
    await comes(world, "11:20")
    assert tasks(ana, number, in_channel=True) == [1], (
        "ten minutes after it was asked, whatever the clock says"
    )
    assert tasks(ben, number) == [1]
    await ben.clicks(questions(ben, number)[-1], "Done", near="Task 1")
    for wall in ("12:10", "12:40"):
        await comes(world, wall)
    assert tasks(ben, number) == [1, 2]
    assert tasks(ana, number, in_channel=True) == [1]
    await asked_once(world, number)
