"""A reminder that does not get through is seen from outside within a minute, and told inside where there is a way."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY

from bot.simulator import Person
from bot.store.base import StoreProblem
from tests.histories.afterwards import dms
from tests.histories.conftest import Start, Town
from tests.histories.once import METHODS, in_the_end, timeline, twice, written
from tests.histories.test_damaged_rows import DAMAGE, damaged
from tests.histories.test_private_crises import opens_private

STUCK = "these reminders do not get through"
VENUE = "Call the venue"


def number(name: str) -> float:
    return REGISTRY.get_sample_value(name) or 0


async def looks(town: Town, times: int = 1, *, every_s: int = 15) -> None:
    """So much time passes, on the machine's clock, too; each time Slack is asked whether it is there, and the auditor looks."""
    for _ in range(times):
        await town.later(seconds=every_s)
        town.app.heard_at -= every_s
        await town.app.look_after()
        await town.app.audit()
        await town.settled()


def refused(town: Town, *places: str) -> Any:
    """Slack fails for every message to these people and channels, for a while."""
    where = set(places)
    return town.slack.faults.add(
        "chat.postMessage", "internal_error", times=None, when=lambda args: args["channel"] in where
    )


async def step_of(town: Town, person: Person, minutes: int = 5) -> None:
    """A step of theirs will be due, of which they know."""
    await town.does(town.ana, f"/crisis step {VENUE} @{person.name} in {minutes}m")


async def health(town: Town) -> str:
    """What /healthz says is wrong."""
    return "\n".join(await town.app.problems())


async def test_a_person_who_cannot_be_reached_is_told_to_the_lead_and_all_is_well_again_after(
    start: Start,
) -> None:
    async with start(calm=False) as town:
        await town.by_day()
        await town.opens(town.ana, "sev4 Odd posts")
        await step_of(town, town.ben)
        counted = number("crisis_reminders_became_late_total")
        refused(town, town.ben.id)
        await town.later(minutes=5)
        await looks(town, 3)
        assert await health(town) == ""
        assert dms(town.ana, STUCK) == []
        await looks(town, 1)
        assert await health(town) == "1 reminder has been due for 1 minute and is not with Slack."
        assert (number("crisis_reminders_late"), number("crisis_reminders_late_seconds")) == (1, 60)
        [told] = dms(town.ana, STUCK)
        assert "@ben, since " in told
        assert f"step 10 ({VENUE})" in told
        assert (await timeline(town))["ReminderLate"] == 1
        await looks(town, 5)
        assert len(dms(town.ana, STUCK)) == 1, "it is told once"
        assert number("crisis_reminders_became_late_total") - counted == 1, "and counted once"
        town.slack.faults.clear()
        await in_the_end(town)
        await looks(town)
        assert await health(town) == ""
        assert (number("crisis_reminders_late"), number("crisis_reminders_late_seconds")) == (0, 0)
        assert [m.fallback for m in town.ben.dms() if m.fallback.startswith("Step ")]
        assert twice(town.slack) == []


async def test_after_the_clock_was_set_back_what_is_stuck_is_late_within_a_minute_all_the_same(
    start: Start,
) -> None:
    async with start(calm=False) as town:
        await town.by_day()
        await town.opens(town.ana, "sev4 Odd posts")
        await step_of(town, town.ben)
        refused(town, town.ben.id)
        await town.later(minutes=5)
        town.slack.clock.advance(timedelta(hours=-1))
        await town.settled()
        await looks(town, 3)
        assert await health(town) == ""
        await looks(town, 2)
        assert "is not with Slack" in await health(town)
        assert len(dms(town.ana, STUCK)) == 1


async def test_a_channel_that_takes_nothing_is_told_to_the_lead(start: Start) -> None:
    async with start(calm=False) as town:
        channel = town.slack.channel((await town.opens(town.ana, "sev2 backlash Courier video"))[1:])
        refused(town, channel.id)
        await town.later(minutes=16)
        await looks(town, 5)
        [told] = dms(town.ana, STUCK)
        assert "the crisis channel, since " in told
        town.slack.faults.clear()
        await in_the_end(town)
        assert twice(town.slack) == []


async def test_when_the_lead_cannot_be_reached_the_channel_is_told(start: Start) -> None:
    async with start(calm=False) as town:
        await town.asks(town.ana, "/crisis roster lead @cleo @dana")
        await town.by_day()
        channel = await town.opens(town.ana, "sev4 Odd posts")
        await step_of(town, town.cleo)
        refused(town, town.cleo.id)
        await town.later(minutes=5)
        await looks(town, 5)
        [told] = [m for m in town.ana.sees(channel) if STUCK in m.text]
        assert "@cleo, since " in told.text
        assert dms(town.ana, STUCK) == dms(town.dana, STUCK) == []


async def test_when_the_lead_and_the_channel_cannot_be_reached_the_deputy_is_told(start: Start) -> None:
    async with start(calm=False) as town:
        await town.asks(town.ana, "/crisis roster lead @cleo @dana")
        channel = town.slack.channel((await town.opens(town.ana, "sev2 backlash Courier video"))[1:])
        await step_of(town, town.cleo, minutes=15)
        await step_of(town, town.ben, minutes=15)
        refused(town, channel.id, town.cleo.id)
        await town.later(minutes=16)
        await looks(town, 5)
        [told] = dms(town.dana, STUCK)
        assert "@cleo" in told
        assert "the crisis channel" in told
        assert dms(town.ana, STUCK) == []


async def test_a_word_to_the_lead_that_does_not_get_through_either_goes_to_the_channel(start: Start) -> None:
    async with start(calm=False) as town:
        await town.by_day()
        channel = await town.opens(town.ana, "sev4 Odd posts")
        await step_of(town, town.ben)
        refused(town, town.ben.id, town.ana.id)
        await town.later(minutes=5)
        await looks(town, 4)
        assert (await timeline(town))["ReminderLate"] == 1
        await looks(town, 39)
        assert (await timeline(town))["ReminderLate"] == 1
        await looks(town, 1)
        [told] = [m for m in town.ana.sees(channel) if STUCK in m.text]
        assert "@ana, since " in told.text
        assert "@ben, since " in told.text, "of whom the lead did not hear"


async def test_a_lead_whom_another_crisis_cannot_reach_is_no_path_either(start: Start) -> None:
    async with start(calm=False) as town:
        await town.by_day()
        first = await town.opens(town.ana, "sev4 Odd posts")
        await step_of(town, town.ben)
        second = await town.opens(town.cleo, "sev4 Odd mails")
        await town.does(town.cleo, f"/crisis step {VENUE} @ana in 5m", second)
        refused(town, town.ben.id, town.ana.id)
        await town.later(minutes=5)
        await looks(town, 5)
        assert len([m for m in town.ana.sees(first) if STUCK in m.text]) == 1
        assert len(dms(town.cleo, STUCK)) == 1


async def test_while_slack_as_a_whole_is_away_nobody_is_told_but_all_is_red(start: Start) -> None:
    async with start(calm=False) as town:
        await town.opens(town.ana, "sev2 backlash Courier video")
        await step_of(town, town.ben, minutes=15)
        for method in (*METHODS, "auth.test"):
            town.slack.faults.add(method, "http_503", times=None)
        await town.later(minutes=15)
        await looks(town, 40)
        assert "reminders have been due for more than a minute" in await health(town)
        assert (await timeline(town))["ReminderLate"] == 0
        town.slack.faults.clear()
        await looks(town, 8)
        await in_the_end(town)
        assert await health(town) == ""
        assert (await timeline(town))["ReminderLate"] == 0, "it came by itself"
        assert written(town.slack)["@ben"].total() >= 2
        assert twice(town.slack) == []


async def test_when_slack_is_back_what_waits_is_tried_before_anything_is_said_of_it(start: Start) -> None:
    async with start(calm=False) as town:
        await town.by_day()
        await town.opens(town.ana, "sev4 Odd posts")
        await step_of(town, town.ben)
        refused(town, town.ben.id)
        away = town.slack.faults.add("auth.test", "http_503", times=None)
        await town.later(minutes=5)
        await looks(town, 8)
        away.times = 0
        await looks(town, 4)
        assert (await timeline(town))["ReminderLate"] == 0
        await looks(town, 1)
        assert (await timeline(town))["ReminderLate"] == 1


async def test_while_no_message_at_all_is_taken_nobody_is_told(start: Start) -> None:
    async with start(calm=False) as town:
        await town.by_day()
        await town.opens(town.ana, "sev4 Odd posts")
        for person in (town.ben, town.cleo, town.dana):
            await step_of(town, person)
        for method in ("chat.postMessage", "chat.update"):
            town.slack.faults.add(method, "ratelimited", times=None, retry_after=30)
        await town.later(minutes=5)
        await looks(town, 40)
        assert await health(town) == (
            "3 reminders have been due for more than a minute and are not with Slack; the oldest for 10 minutes."
        )
        assert (await timeline(town))["ReminderLate"] == 0


async def test_what_was_taken_before_the_last_of_them_waited_does_not_say_that_slack_takes_messages(
    start: Start,
) -> None:
    async with start(calm=False) as town:
        await town.by_day()
        channel = await town.opens(town.ana, "sev4 Odd posts")
        for person, minutes in ((town.ben, 5), (town.cleo, 7), (town.dana, 7)):
            await step_of(town, person, minutes)
        refused(town, town.ben.id)
        await town.later(minutes=6)
        await town.does(town.ana, "/crisis update All dry", channel)
        for method in ("chat.postMessage", "chat.update"):
            town.slack.faults.add(method, "ratelimited", times=None, retry_after=30)
        await town.later(minutes=1)
        await town.later(minutes=2)
        await looks(town, 20)
        assert (await health(town)).startswith("3 reminders have been due")
        assert (await timeline(town))["ReminderLate"] == 0


async def test_a_clock_that_was_set_back_does_not_keep_the_lead_from_hearing(start: Start) -> None:
    async with start(calm=False) as town:
        town.slack.clock.advance(timedelta(hours=-1))
        await town.opens(town.ana, "sev2 backlash Courier video")
        await step_of(town, town.ben, minutes=15)
        refused(town, town.ben.id)
        await town.later(minutes=15)
        await looks(town, 5)
        assert len(dms(town.ana, STUCK)) == 1


async def test_a_damaged_crisis_does_not_keep_the_other_from_being_told(start: Start) -> None:
    async with start(calm=False) as town:
        await town.by_day()
        await town.opens(town.ana, "sev4 Odd posts")
        await step_of(town, town.ben)
        second = await town.opens(town.cleo, "sev4 Odd mails")
        await town.does(town.cleo, f"/crisis step {VENUE} @ben in 5m", second)
        refused(town, town.ben.id)
        await town.later(minutes=5)
        await looks(town, 3)
        await town.later(seconds=15)
        damaged(town, DAMAGE["an empty state"])
        await town.app.audit()
        await town.settled()
        assert dms(town.ana, STUCK) == []
        assert len(dms(town.cleo, STUCK)) == 1


async def test_in_a_private_crisis_nobody_outside_hears_of_it(start: Start) -> None:
    async with start(calm=False) as town:
        await town.asks(town.ana, "/crisis roster lead @cleo @dana")
        channel = await opens_private(town, town.ana)
        await step_of(town, town.ben)
        await town.ana.removes(town.cleo, channel)
        refused(town, town.ben.id)
        await town.later(minutes=5)
        await looks(town, 8)
        assert dms(town.cleo, STUCK) == []
        assert len([m for m in town.ana.sees(channel) if STUCK in m.text]) == 1


async def test_a_crisis_that_cannot_be_swept_turns_red(start: Start) -> None:
    async with start(calm=False) as town:
        await town.opens(town.ana, "sev2 backlash Courier video")
        town.slack.clock.advance(timedelta(minutes=6))
        assert await health(town) == "1 reminder has been due for 1 minute and is not with Slack."
        await town.settled()
        assert await health(town) == ""


async def test_health_answers_while_the_database_hangs(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    async with start(calm=False) as town:
        monkeypatch.setattr("bot.app.STORE_WITHIN_S", 0.01)
        store: Any = town.app.store
        store.ping = asyncio.Event().wait
        assert await health(town) == "The database does not answer."


async def test_a_database_in_trouble_turns_red_and_so_does_an_auditor_that_cannot_look(
    start: Start,
) -> None:
    async with start(calm=False) as town:
        store: Any = town.app.store

        async def refuses(*_: Any, **__: Any) -> Any:
            raise StoreProblem("The disk is full.")

        late, store.late = store.late, refuses
        assert await health(town) == "The disk is full."
        store.late = late
        town.app.auditor._looked_at -= 61
        assert "Nobody has looked for late reminders" in await health(town)
        await town.app.audit()
        assert await health(town) == ""
