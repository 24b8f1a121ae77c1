"""After hours somebody rested takes over: asked by the clock or by command, accepted by a button, with what is open."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.simulator import Person, VisibleMessage
from tests.histories.afterwards import crisis
from tests.histories.conftest import Start, Town

pytestmark = pytest.mark.usefixtures("no_surprises")

NOTE = "The caller rings again at six."


def said(person: Person, starts: str) -> VisibleMessage:
    """The latest direct message of the bot with these words."""
    return [m for m in person.dms() if starts in m.text][-1]


@pytest.fixture
async def town(start: Start) -> AsyncIterator[Town]:
    """A crisis at 23:40 in which Ben is Comms, with Cleo as his deputy."""
    async with start() as town:
        await town.asks(town.ana, "/crisis roster comms @ben @cleo")
        await town.opens(town.ana, "sev2 general Courier video")
        await town.clicks(town.ben, said(town.ben, "The roster makes you Comms"), "I have it")
        yield town


async def offered(town: Town, to: str = "@dana") -> VisibleMessage:
    """Ben asks Dana to take over; the question as she reads it."""
    await town.does(town.ben, "/crisis handover")
    await town.sends(
        town.ben, "Hand over a role", {"Who takes over?": to, "What do they have to know?": NOTE}
    )
    await town.ben.is_told("@dana is asked to take over as Comms. Until they accept, @ben stays.")
    return said(town.dana, "@ben asks you to take over as Comms")


async def test_a_role_is_handed_over_with_its_steps_the_note_and_the_next_update(town: Town) -> None:
    await town.clicks(town.ben, town.checklist(town.ben), "Claim", near="Say that we see it")
    question = await offered(town)
    assert NOTE in question.text
    assert question.buttons == ["Accept", "I cannot…"]
    assert (await crisis(town)).holder("comms") == town.ben.id
    assert town.dana.id in town.slack.channel(town.channel.removeprefix("#")).members
    await town.clicks(town.dana, question, "Accept")
    assert "Accepted, by @dana" in question.text
    assert "Comms: @dana, deputy @cleo" in town.summary(town.ana).text
    assert "@dana" in town.row(town.ana, "Say that we see it")
    await town.dana.is_told("You are Comms now", where=town.slack.app)
    got = said(town.dana, "You are Comms now").text
    assert NOTE in got
    assert "Your open steps, which are on the checklist:\n• " in got
    assert re.search(r"\n• \d+, Say that we see it.*: 1:10 AM\n", got)
    assert "The next status update is due" in got
    await town.ben.is_told("@dana is Comms now. Thank you; you can rest.", where=town.slack.app)
    assert "@dana took over from @ben as Comms." in town.card(town.eve, "@dana took over").text


async def test_who_cannot_says_so_and_nothing_changes(town: Town) -> None:
    question = await offered(town)
    await town.clicks(town.dana, question, "I cannot…")
    await town.sends(town.dana, "Not Comms", {"Why not, or who could?": "On a plane; ask Eve"})
    assert "Declined, by @dana" in question.text
    await town.ben.is_told("@dana cannot take over as Comms", where=town.slack.app)
    assert "On a plane; ask Eve" in said(town.ben, "@dana cannot take over").text
    assert (await crisis(town)).holder("comms") == town.ben.id


async def test_an_offer_nobody_answers_comes_back_and_somebody_else_is_asked(town: Town) -> None:
    question = await offered(town)
    await town.later(minutes=10)
    back = said(town.ben, "@dana has not said yet whether they take over as Comms")
    assert back.buttons == ["Ask somebody else…"]
    await town.clicks(town.ben, back, "Ask somebody else…")
    await town.sends(
        town.ben, "Hand over a role", {"Who takes over?": "@eve", "What do they have to know?": NOTE}
    )
    assert "Answered: Offered to @eve instead, by @ben" in question.text
    assert question.buttons == []
    await town.clicks(town.eve, said(town.eve, "@ben asks you to take over as Comms"), "Accept")
    assert (await crisis(town)).holder("comms") == town.eve.id
    town.read_by(town.ana, town.ben, town.dana, town.eve)


async def test_whoever_offered_it_hears_that_somebody_else_was_asked_instead(town: Town) -> None:
    await offered(town)
    await town.does(town.ana, "/crisis handover comms")
    await town.sends(
        town.ana, "Hand over a role", {"Who takes over?": "@eve", "What do they have to know?": NOTE}
    )
    await town.ben.is_told("@ana asks @eve to take over as Comms, instead of @dana.", where=town.slack.app)
    town.read_by(town.ana, town.ben, town.dana, town.eve)


async def test_who_works_at_night_is_asked_at_night(start: Start) -> None:
    """At SEV3 others sleep until 8; the roster says that Ben works from 22 to 6, which is now."""
    async with start(crisis_playbooks="") as town:
        await town.asks(town.ana, "/crisis roster comms @ben 22-6")
        await town.opens(town.ana, "sev3 general Courier video")
        await town.clicks(town.ben, said(town.ben, "The roster makes you Comms"), "I have it")
        await town.does(town.ana, "/crisis step Call the venue @ben in 30m")
        await town.later(minutes=30)
        assert said(town.ben, "Call the venue").buttons[0] == "On it"
        zone = ZoneInfo(town.ben.user.tz)
        now = town.slack.clock.now().astimezone(zone)
        six = now.replace(hour=6, minute=0, second=0) + timedelta(days=now.hour > 6)
        await town.later(seconds=(six - now).total_seconds())
        assert said(town.ben, "You have been Comms for").buttons[0] == "Hand over…"
        town.read_by(town.ana, town.ben)


async def test_who_takes_over_as_legal_has_the_deadlines(town: Town) -> None:
    await town.does(town.ana, "/crisis role legal @ben")
    await town.ana.types(town.channel, "/crisis legal")
    await town.settled()
    clock = "72 h: Notice to the data authority (data breach)"
    values = {"Which clock applies?": clock, "When did it begin?": "now", "Who answers for it?": "@ben"}
    await town.sends(town.ana, "Legal clock", values)
    await town.does(town.ben, "/crisis handover legal")
    await town.sends(
        town.ben, "Hand over a role", {"Who takes over?": "@dana", "What do they have to know?": NOTE}
    )
    await town.clicks(town.dana, said(town.dana, "@ben asks you to take over as Legal"), "Accept")
    assert "The legal clock Notice to the data authority (data breach) ends" in said(town.dana, NOTE).text
    assert (await crisis(town)).legal_clocks[0].holder == town.dana.id
    await town.ben.is_told("@dana is Legal now.", where=town.slack.app)
    assert town.card(town.eve, "@dana took over").text
    town.read_by(town.ana, town.ben, town.dana)


async def test_after_twelve_hours_at_sev2_the_holder_is_asked(start: Start) -> None:
    async with start() as town:
        await town.opens(town.ana, "sev2 general Courier video")
        await town.later(hours=12)
        town.read_by(town.ana, town.ben, town.dana)
        question = said(town.ana, "You have been Lead for 12 hours")
        assert question.text.startswith("While I was away, this became due. 6 things of crisis 1")
        await town.clicks(town.ana, question, "Hand over…", near="You have been Lead")
        await town.ana.is_shown_form("Hand over a role")


async def test_a_shift_of_the_roster_ends_where_the_person_is(start: Start) -> None:
    async with start() as town:
        answer = await town.asks(town.ana, "/crisis roster comms @ben @cleo 22-6")
        assert "They are asked to hand over at 06:00 where they are." in answer
        assert "Comms: @ben, deputy @cleo, 22:00-06:00" in await town.asks(town.ana, "/crisis roster")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("roster comms @ben 25-26", "I cannot read the hours “25-26”. Write them like 9-17"),
        ("roster comms @ben 9", "I cannot read the hours “9”."),
    ],
)
async def test_hours_that_cannot_be_read_say_how_to_write_them(town: Town, typed: str, says: str) -> None:
    assert says in await town.asks(town.ana, f"/crisis {typed}")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("handover legal", "Nobody is Legal here, so there is nothing to hand over."),
        ("handover juggler", "There is no role juggler."),
    ],
)
async def test_what_cannot_be_handed_over_says_why(town: Town, typed: str, says: str) -> None:
    assert says in await town.does(town.ben, f"/crisis {typed}")
