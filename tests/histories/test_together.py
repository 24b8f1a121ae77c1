"""What is asked of one person at the same time is one message, whichever crises it comes from."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

import handlers
from bot.manifest import manifest
from bot.simulator import Clock, Person, Slack, VisibleMessage
from bot.store.base import StoreProblem
from tests.histories.conftest import OPENED_AT, Start, Town, _people
from tests.histories.once import PowerCut, in_the_end, timeline, twice, written
from tests.histories.test_damaged_rows import DAMAGE, damaged
from tests.histories.test_private_crises import opens_private

VENUE, BANK = "Call the venue", "Ask the bank"


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    """A Slack that stays while the bot comes and goes."""
    async with Slack(manifest(handlers.load()), Clock(OPENED_AT)) as there:
        _people(there)
        yield there


async def two_crises(town: Town) -> None:
    """Ben has a step in each of them, due at the same time; ana leads the first, cleo the second."""
    await a_crisis(town, town.ana, "Odd posts", VENUE)
    await a_crisis(town, town.cleo, "Oven video", BANK)


async def a_crisis(town: Town, lead: Person, title: str, *steps: str, minutes: int = 30) -> None:
    await town.by_day()
    await town.opens(lead, f"sev4 {title}")
    for step in steps:
        await town.does(lead, f"/crisis step {step} @ben in {minutes}m")


def asked(town: Town) -> list[str]:
    """The names of the messages that ask ben, in the order he got them."""
    return [name for name in written(town.slack).get("@ben", ()) if "/ping:" in name]


def the_message(town: Town) -> VisibleMessage:
    """The only one."""
    (message,) = [m for m in town.ben.dms() if m.message.metadata and "/ping:" in str(m.message.metadata)]
    return message


def to_ben(town: Town) -> Any:
    """Is this call about a message to ben, by his id or that of his channel with the bot?"""
    places = {town.ben.id, *(c.id for c in town.slack.team.channels.values() if town.ben.id in c.members)}
    rooms = {c.id for c in town.slack.team.channels.values() if c.name}
    return lambda args: args.get("channel") in places - rooms


@pytest.mark.usefixtures("no_surprises")
async def test_two_crises_ask_one_person_in_one_message_and_each_is_answered_there(town: Town) -> None:
    await two_crises(town)
    await town.ben.is_told("@ana gave you step 10")
    await town.ben.is_told("@cleo gave you step 10")
    await town.later(minutes=31)
    message = the_message(town)
    assert message.text.startswith("2 things wait for you.\n")
    assert "crisis 1: Odd posts in #crisis-1-odd-posts" in message.text
    assert "crisis 2: Oven video in #crisis-2-oven-video" in message.text
    assert message.buttons == ["On it", "Done", "Hand over…"] * 2
    await town.clicks(town.ben, message, "Done", near=BANK)
    assert "Done by @ben" in town.row(town.cleo, BANK)
    assert message.text.startswith("1 thing waits for you.\n")
    assert message.buttons == ["On it", "Done", "Hand over…"], "those of the other crisis"
    await town.clicks(town.ben, message, "On it", near=VENUE)
    assert message.text.startswith("All of this is answered.\n")
    assert message.text.count("Answered: ") == 2
    assert message.buttons == []
    assert asked(town) == ["1/ping:1"]


async def test_what_is_done_elsewhere_is_written_on_the_message_of_both(town: Town) -> None:
    await two_crises(town)
    await town.later(minutes=31)
    await town.clicks(town.cleo, town.checklist(town.cleo), "Done", near=BANK)
    assert "Answered: Done, by @cleo" in the_message(town).text
    assert the_message(town).buttons == ["On it", "Done", "Hand over…"]


async def test_people_are_not_mixed(town: Town) -> None:
    await two_crises(town)
    await town.does(town.cleo, "/crisis step Write the mail @dana in 30m")
    await town.later(minutes=31)
    assert written(town.slack)["@ben"]["1/ping:1"] == 1
    assert [n for n in written(town.slack)["@dana"] if "ping" in n] == ["2/ping:2"]
    assert "Write the mail" not in the_message(town).text


async def test_a_private_crisis_beside_a_public_one_goes_by_its_number(town: Town) -> None:
    await a_crisis(town, town.ana, "Odd posts", VENUE)
    channel = await opens_private(town, town.cleo, "A quiet matter")
    await town.cleo.invites(town.ben, channel)
    await town.settled()
    await town.does(town.cleo, f"/crisis step {BANK} @ben in 30m")
    await town.later(minutes=31)
    message = the_message(town)
    assert "A quiet matter" not in message.text + message.fallback
    assert "crisis 2" in message.text
    await town.ben.leaves(channel)
    await town.settled()
    await town.clicks(town.ben, message, "Done", near=VENUE)
    assert message.text.startswith(f"Step 10: {VENUE}"), "the words of the other do not follow them"


async def test_a_lost_answer_leaves_one_message_with_all_in_it(start: Start) -> None:
    async with start(calm=False) as town:
        await two_crises(town)
        lost = town.slack.faults.add("chat.postMessage", "reset_after", when=to_ben(town))
        await town.later(minutes=31)
        assert lost.hits == 1
        await a_crisis(town, town.dana, "Third", "Write the mail", minutes=1)
        await in_the_end(town)
        assert asked(town) == ["1/ping:1"]
        assert twice(town.slack) == []
        await town.clicks(town.ben, the_message(town), "Done", near=BANK)
        assert the_message(town).buttons == ["On it", "Done", "Hand over…"]


@pytest.mark.parametrize("moment", ["before_call", "after_call"])
@pytest.mark.parametrize("number", [1, 2, 3])
async def test_a_stop_before_or_after_it_is_posted_leaves_one_message_with_all_in_it(
    start: Start, slack: Slack, moment: str, number: int
) -> None:
    """The first call asks whether ben is there, the second posts to him, or edits a card."""
    async with start(slack=slack, calm=False) as town:
        await two_crises(town)
        cut = PowerCut(town, **{moment: number})
        with suppress(StoreProblem):
            await town.later(minutes=31)
        assert cut.is_dark
    slack.faults.clear()
    async with start(slack=slack, calm=False) as town:
        await in_the_end(town)
        assert asked(town) == ["1/ping:1"]
        assert twice(slack) == []
        assert the_message(town).buttons == ["On it", "Done", "Hand over…"] * 2


async def test_who_cannot_be_asked_is_told_to_the_leads_of_all_once(start: Start) -> None:
    async with start(calm=False) as town:
        await two_crises(town)
        await town.does(town.cleo, "/crisis step Write the mail @ben in 30m")
        town.slack.deactivate(town.ben)
        await town.later(minutes=30)
        await in_the_end(town)
        assert asked(town) == []
        for lead, number in ((town.ana, 1), (town.cleo, 2)):
            named = (await timeline(town, number))["PersonUnreachable"]
            words = [m.text for m in lead.dms() if "@ben, who is deactivated in Slack" in m.text]
            assert len(words) == 1
            assert words[0].count("This waits for @ben") == named == number


async def test_a_damaged_crisis_keeps_nobody_from_being_asked_about_the_other(start: Start) -> None:
    async with start(calm=False) as town:
        await two_crises(town)
        refused = town.slack.faults.add("chat.postMessage", "http_503", when=to_ben(town))
        await town.later(minutes=30)
        assert refused.hits == 1
        assert asked(town) == []
        damaged(town, DAMAGE["an empty state"])
        await in_the_end(town)
        message = the_message(town)
        assert message.text.startswith(f"Step 10: {BANK}")
        await town.clicks(town.ben, message, "Done")
        assert "Answered: Done" in message.text


async def resting(town: Town, seconds: int) -> None:
    """Slack wants no messages to ben for so long, which the bot learned from one to him."""
    town.slack.faults.add("chat.postMessage", "ratelimited", when=to_ben(town), retry_after=seconds)
    await town.does(town.dana, "/crisis step Look at it @ben", "#crisis-1-first")


async def test_what_waits_for_its_turn_comes_together_and_nothing_is_overtaken(start: Start) -> None:
    async with start(calm=False) as town:
        await town.by_day()
        await town.opens(town.dana, "sev4 First")
        await a_crisis(town, town.ana, "Odd posts", VENUE, minutes=1)
        await a_crisis(town, town.cleo, "Oven video", BANK, minutes=2)
        await town.does(town.cleo, "/crisis step Write the mail @ben in 4m")
        await resting(town, 290)
        await town.later(minutes=1)
        await town.later(minutes=1)
        await town.does(town.cleo, "/crisis step Call the mayor @ben")
        await town.later(minutes=2)
        assert asked(town) == []
        await in_the_end(town)
        names = list(written(town.slack)["@ben"])
        assert names[-3:] == ["2/ping:1", "3/notice:3", "3/ping:2"]
        together, alone = [m for m in town.ben.dms() if "/ping:" in str(m.message.metadata)]
        assert together.text.startswith("2 things wait for you.\n")
        assert "Write the mail" in alone.text


async def test_all_that_falls_due_in_many_crises_at_once_is_one_message(town: Town) -> None:
    for number in range(1, 9):
        await a_crisis(town, town.ana, f"Number {number}", VENUE)
    await town.later(minutes=31)
    assert asked(town) == ["1/ping:1"]
    assert the_message(town).text.startswith("8 things wait for you.\n")


async def test_more_than_a_message_holds_is_two(town: Town) -> None:
    await a_crisis(town, town.ana, "Odd posts", *(f"Call number {n}" for n in range(1, 6)))
    await a_crisis(town, town.cleo, "Oven video", *(f"Call house {n}" for n in range(1, 6)))
    await town.later(minutes=31)
    assert asked(town) == ["1/ping:1", "2/ping:4"]
    first, second = [m for m in town.ben.dms() if m.fallback[1:].startswith((" things", " steps"))]
    assert first.text.startswith("8 things wait for you.\n")
    assert second.text.startswith("2 steps of crisis 2, Oven video wait for you.\n")
    await town.clicks(town.ben, second, "Done", near="house 5")
    assert "Answered: Done" in second.text
    assert "Answered" not in first.text


async def test_what_a_channel_is_asked_at_once_is_one_message_there(town: Town) -> None:
    await town.by_day()
    for title in ("Odd posts", "Oven video"):
        await town.opens(town.ana, f"sev4 {title}")
        for step in (VENUE, BANK):
            await town.does(town.ana, f"/crisis step {step} in 30m")
    await town.later(minutes=31)
    for where, name in (("#crisis-1-odd-posts", "1/ping:1"), ("#crisis-2-oven-video", "2/ping:1")):
        assert [n for n in written(town.slack)[where] if "ping" in n] == [name]
        message = town.card(town.ana, "2 steps of crisis", where)
        assert "wait for @ana." in message.text
        await town.clicks(town.ana, message, "Done", near=VENUE)
        assert message.text.startswith("1 step of crisis")
    assert "@ana" not in written(town.slack)


async def same_minute(town: Town) -> None:
    """Ben owes a step in each: due 5 and 40 seconds into the same minute, and one 2 seconds into the next."""
    await a_crisis(town, town.ana, "Odd posts")
    await a_crisis(town, town.cleo, "Oven video")
    now = town.slack.clock.now()
    await town.later(seconds=65 - now.second)
    await town.does(town.ana, f"/crisis step {VENUE} @ben in 30m", "#crisis-1-odd-posts")
    await town.later(seconds=35)
    await town.does(town.cleo, f"/crisis step {BANK} @ben in 30m")
    await town.later(seconds=22)
    await town.does(town.cleo, "/crisis step Write the mail @ben in 30m")
    await town.later(minutes=29)


async def test_what_is_due_in_one_minute_is_one_message_with_the_last_of_it(town: Town) -> None:
    await same_minute(town)
    all_due = town.slack.clock.now() + timedelta(seconds=38)
    assert await town.app.service.next_due() == all_due, "the demo jumps to where something happens"
    await town.later(seconds=3)  # 5 seconds into that minute: the first is due
    assert asked(town) == []
    assert await town.app.service.next_due() == all_due
    await town.later(seconds=34)
    assert asked(town) == []
    await town.later(seconds=1)
    assert asked(town) == ["1/ping:1"]
    assert the_message(town).text.startswith("2 things wait for you.\n")
    await town.later(seconds=22)
    assert asked(town) == ["1/ping:1", "2/ping:2"], "another minute"


async def test_what_waits_for_the_rest_of_its_minute_goes_out_once_there_is_none(town: Town) -> None:
    await same_minute(town)
    await town.later(seconds=3)
    await town.clicks(town.cleo, town.checklist(town.cleo), "Done", near=BANK)
    assert asked(town) == ["1/ping:1"]


async def test_one_message_has_its_steps_in_the_order_in_which_they_were_due(town: Town) -> None:
    await a_crisis(town, town.ana, "Odd posts", VENUE, minutes=50)
    await town.does(town.ana, "/crisis step Write the mail @ben in 10m")
    await a_crisis(town, town.cleo, "Oven video", BANK, minutes=20)
    await town.later(hours=1)
    (message,) = [m for m in town.ben.dms() if "3 things wait for you." in m.text]
    mail, bank, venue = (message.text.index(step) for step in ("Write the mail", BANK, VENUE))
    assert mail < bank < venue
    await town.clicks(town.ben, message, "Done", near=BANK)
    assert "Done by @ben" in town.row(town.cleo, BANK)
