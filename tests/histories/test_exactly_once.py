"""Whatever happens to the bot, to Slack or to the clock: what is due is asked once, on time, and in the order it fell due."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

import handlers
from bot.domain.model import STEP
from bot.manifest import manifest
from bot.simulator import Clock, Person, Slack, VisibleMessage
from tests.histories.afterwards import crisis
from tests.histories.conftest import OPENED_AT, Start, Town, _people
from tests.histories.once import METHODS, in_the_end, ping_names, timeline, twice, written
from tests.histories.test_slack_asks_for_patience import limited

AWAY = "While I was away, this became due."


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    """A Slack that stays while the bot comes and goes."""
    async with Slack(manifest(handlers.load()), Clock(OPENED_AT)) as there:
        _people(there)
        yield there


def questions(person: Person, where: str | None = None) -> list[VisibleMessage]:
    """The bot's questions in their direct messages, or in that channel, in the order they came."""
    seen = person.sees(where) if where else person.dms()
    return [m for m in seen if m.message.metadata and "/ping:" in str(m.message.metadata)]


def tasks(person: Person) -> list[int]:
    """The steps called `Task 7` they were asked for by direct message, in the order they read them."""
    return [int(n) for m in questions(person) for n in re.findall(r"Step \d+: Task (\d+)", m.text)]


async def asked_once(town: Town, *numbers: int) -> None:
    """Each question of these crises stands in Slack once; those that wait for an answer all do."""
    there = Counter(name for names in written(town.slack).values() for name in names.elements())
    for number in numbers:
        incident = await crisis(town, number)
        names = await ping_names(town, incident)
        assert {there[names[p.id]] for p in incident.pings if p.answer is None} <= {1}
        steps = Counter((p.step_key, p.rung) for p in incident.pings if p.about == STEP)
        assert not [step for step, count in steps.items() if count > 1 and step[1] != "still"]
    assert twice(town.slack) == []


# The bot is away.


@pytest.mark.parametrize("minutes", [25, 200, 30 * 60])
async def test_after_hours_away_what_is_still_true_is_said_once_and_together(
    start: Start, slack: Slack, minutes: int
) -> None:
    async with start(slack=slack) as town:
        await town.asks(town.ana, "/crisis roster comms @ben @cleo")
        await town.opens(town.ana, "sev2 general Courier video")
        await town.everybody_accepts()
        for number, after in enumerate((10, 20, 100, 180), start=1):
            await town.does(town.ana, f"/crisis step Task {number} @ben in {after}m")
        await town.does(town.ana, "/crisis step Task 9 @ben in 15m")
        await town.clicks(town.ben, town.checklist(town.ben), "Done", near="Task 9")
        assert questions(town.ben)[1:] == []
    slack.clock.advance(timedelta(minutes=minutes))
    async with start(slack=slack) as town:
        await in_the_end(town)
        [asked] = questions(town.ben)[1:]
        assert asked.text.startswith(AWAY)
        expected = [n for n, after in enumerate((10, 20, 100, 180), start=1) if after <= minutes]
        assert tasks(town.ben) == expected
        others = [*questions(town.ana), *questions(town.ana, town.channel)]
        said = "\n".join(message.text for message in (asked, *others))
        assert "due in ten minutes" not in said, "that would be true no more"
        assert ("status update was due" in said) == (minutes > 120)
        assert "status update is late" not in said, "those who owe it are asked first"
        for message in others:
            assert message.text.startswith(AWAY)
        assert len({str(m.message.metadata) for m in questions(town.ana)}) == len(questions(town.ana))
        assert len(questions(town.ana, town.channel)) <= 2, "one for each group of people"
        await asked_once(town, 1)
        first, entries = written(slack), await timeline(town)
    for _ in range(2):
        async with start(slack=slack) as town:
            await in_the_end(town)
            assert written(slack) == first
            assert await timeline(town) == entries


async def test_a_role_that_changed_hands_before_it_stopped_asks_nobody_about_the_past(
    start: Start, slack: Slack
) -> None:
    """The offer was declined and the update posted: their questions ended, and are not asked hours later."""
    async with start(slack=slack) as town:
        await town.asks(town.ana, "/crisis roster comms @ben @cleo")
        await town.opens(town.ana, "sev2 general Courier video")
        await town.everybody_accepts()
        await town.later(minutes=109)
        await town.does(town.ben, "/crisis handover comms")
        values = {"Who takes over?": "@dana", "What do they have to know?": "The caller rings at six."}
        await town.sends(town.ben, "Hand over a role", values)
        question = questions(town.dana)[-1]
        await town.clicks(town.dana, question, "I cannot…")
        await town.sends(town.dana, "Not Comms", {})
        await town.does(town.ben, "/crisis update All is said")
        asked = len((await crisis(town)).pings)
    slack.clock.advance(timedelta(minutes=60))
    async with start(slack=slack) as town:
        await in_the_end(town)
        new = (await crisis(town)).pings[asked:]
        assert {p.about for p in new} <= {STEP}
        assert len(questions(town.dana)) == 1


# The clock jumps.


@pytest.mark.parametrize("stops", [False, True])
async def test_a_clock_that_goes_back_an_hour_asks_nobody_twice_and_lets_nobody_wait_longer(
    start: Start, slack: Slack, stops: bool
) -> None:
    async with start(slack=slack) as town:
        await town.opens(town.ana, "sev2 general Courier video")
        await town.does(town.ana, "/crisis step Task 1 @ben in 1m")
        await town.does(town.ana, "/crisis step Task 2 @ben in 40m")
        await town.later(minutes=1)
        assert tasks(town.ben) == [1]
        slack.clock.set(slack.clock.now() - timedelta(hours=1))
        if not stops:
            await _goes_on_an_hour_earlier(town)
    if stops:
        async with start(slack=slack) as town:
            await _goes_on_an_hour_earlier(town)


async def _goes_on_an_hour_earlier(town: Town) -> None:
    await town.settled()

    def climbed() -> list[str]:
        return [m.text for m in questions(town.ana, town.channel) if "Task 1" in m.text]

    for _ in range(9):
        await town.later(minutes=1)
    assert climbed() == []
    await town.later(minutes=1)
    assert len(climbed()) == 1
    assert "nobody" in climbed()[0], "after ten minutes it climbs"
    for _ in range(90):
        await town.later(minutes=1)
    incident = await crisis(town)
    first, second = (next(s for s in incident.steps if s.title == f"Task {n}") for n in (1, 2))
    asked = [(p.at, p.rung) for p in incident.pings if p.step_key == first.key]
    assert [rung for _, rung in asked[:3]] == ["owner", "deputy", "lead"]
    assert min(p.at for p in incident.pings if p.step_key == second.key) == second.due_at
    assert twice(town.slack) == []


async def test_a_clock_that_jumps_ahead_asks_for_all_of_it_once(town: Town) -> None:
    town.slack.clock.set(OPENED_AT.replace(hour=10))
    await town.opens(town.ana, "sev4 Courier video")
    for number in (1, 2, 3):
        await town.does(town.ana, f"/crisis step Task {number} @ben in {20 * number}m")
    town.slack.clock.set(town.slack.clock.now() + timedelta(hours=1))
    await town.settled()
    assert tasks(town.ben) == [1, 2, 3]
    assert len(questions(town.ben)) == 1
    town.slack.clock.set(town.slack.clock.now() - timedelta(hours=1))
    for _ in range(14):
        await town.later(minutes=5)
    assert tasks(town.ben) == [1, 2, 3], "and the way back asks nothing again"


# The night in which the clocks are changed.


@pytest.mark.parametrize(
    ("evening", "morning", "shift_ends"),
    [
        ("2026-10-24 19:30", "2026-10-25 07:00", "2026-10-25 05:00"),
        ("2026-03-28 20:30", "2026-03-29 06:00", "2026-03-29 04:00"),
    ],
)
async def test_in_the_night_of_the_change_each_comes_once_by_the_clock_on_the_wall(
    start: Start, slack: Slack, evening: str, morning: str, shift_ends: str
) -> None:
    """It is half past nine in Berlin, in the evening."""
    slack.clock.set(_utc(evening))
    came: dict[str, datetime] = {}
    async with start(slack=slack) as town:
        await town.asks(town.ana, "/crisis roster comms @eve 21-6")
        await town.opens(town.ana, "sev2 general Loud")
        await town.everybody_accepts()
        await town.opens(town.ana, "sev3 general Quiet")
        await town.everybody_accepts()
        for number, hours in enumerate((1, 3, 4, 5, 6), start=1):
            await town.does(town.ana, f"/crisis step Task {number} @ana in {hours}h", "#crisis-2-quiet")
        while slack.clock.now() < _utc(morning) + timedelta(minutes=20):
            slack.clock.advance(timedelta(minutes=10))
            await town.settled()
            for message in questions(town.eve):
                if "You have been Comms for" in message.text and "Loud" in message.text:
                    came.setdefault("shift", slack.clock.now())
            for number in tasks(town.ana):
                came.setdefault(f"Task {number}", slack.clock.now())
        asked = Counter(tasks(town.ana))
    assert came.pop("shift") == _utc(shift_ends)
    assert came == {f"Task {number}": _utc(morning) for number in range(1, 6)}
    assert set(asked.values()) == {1}


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# Slack is away, limits everything, or its answers are lost.


async def two_crises(town: Town) -> list[int]:
    """At SEV4, where nothing climbs: a step for Ben falls due every minute, in one of them and the other by turns."""
    await town.by_day()
    leads = town.ana, town.cleo
    places = [await town.opens(lead, f"sev4 Of {lead.name}") for lead in leads]
    for number in range(1, 10):
        where = number % 2
        await town.does(leads[where], f"/crisis step Task {number} @ben in {number}m", places[where])
    return list(range(1, 10))


FAILING = ["http_503", "reset_before", "reset_after", "internal_error"]


@pytest.mark.parametrize("kind", FAILING)
async def test_ten_minutes_without_slack_leave_everything_once_and_in_order(start: Start, kind: str) -> None:
    async with start(calm=False) as town:
        expected = await two_crises(town)
        for method in METHODS:
            town.slack.faults.add(method, kind, times=None)
        for _ in range(10):
            await town.later(minutes=1)
        if kind != "reset_after":
            assert tasks(town.ben) == []
        town.slack.faults.clear()
        await in_the_end(town)
        assert tasks(town.ben) == expected
        assert len(questions(town.ben)) == 2, "the one that was tried, and all that waited behind it"
        await asked_once(town, 1, 2)


async def test_when_slack_limits_all_messages_for_minutes_nothing_is_lost_or_overtaken(start: Start) -> None:
    async with start(calm=False) as town:
        expected = await two_crises(town)
        storm = limited(town, "chat.postMessage", 9 * 60)
        for _ in range(9):
            await town.later(minutes=1)
        assert storm.hits <= 20, "Slack is left alone for as long as it asks"
        await in_the_end(town)
        assert tasks(town.ben) == expected
        await asked_once(town, 1, 2)


async def test_when_slack_does_not_say_who_people_are_they_are_asked_all_the_same(start: Start) -> None:
    async with start(calm=False) as town:
        expected = await two_crises(town)
        for method in ("users.info", "dnd.info", "users.list"):
            limited(town, method, 9 * 60)
        for number in expected:
            await town.later(minutes=1)
            assert tasks(town.ben) == expected[:number]
        await asked_once(town, 1, 2)


async def test_every_other_answer_is_lost_for_ten_minutes_and_nothing_comes_twice(start: Start) -> None:
    async with start(calm=False) as town:
        expected = await two_crises(town)
        posted = Counter[str]()

        def every_other(args: object) -> bool:
            posted["all"] += 1
            return posted["all"] % 2 == 1

        town.slack.faults.add("chat.postMessage", "reset_after", times=None, when=every_other)
        for _ in range(10):
            await town.later(minutes=1)
        await in_the_end(town)
        assert tasks(town.ben) == expected
        await asked_once(town, 1, 2)
