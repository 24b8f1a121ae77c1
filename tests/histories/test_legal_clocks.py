"""Legal clocks: a person confirms one, who answers for it is asked in time, and an answer ends it; nothing else does."""

from __future__ import annotations

import pytest

from bot.simulator import Person, VisibleMessage
from tests.histories.afterwards import crisis, dms, errors
from tests.histories.conftest import Town

pytestmark = pytest.mark.usefixtures("no_surprises")

GDPR = "72 h: Notice to the data authority (data breach)"
NAME = "Notice to the data authority (data breach)"


async def confirms(town: Town, person: Person, since: str = "3h ago", **other: str) -> None:
    """The person fills in the form for a legal clock; nobody was named as Legal."""
    await person.types(town.channel, "/crisis legal")
    await town.settled()
    values = {"Which clock applies?": GDPR, "When did it begin?": since, "Who answers for it?": "@ben"}
    await town.sends(person, "Legal clock", {**values, **other})


def asked(person: Person) -> list[VisibleMessage]:
    """The questions about legal clocks among their direct messages."""
    return [m for m in person.dms() if m.buttons == ["Filed…", "Does not apply…"]]


def all_read(town: Town) -> None:
    """Everybody has looked at everything else that happened."""
    for person in (town.ana, town.ben):
        person.reads(town.slack.app)
        for where in (town.channel, "#announcements", "#general"):
            person.reads(where)


async def test_who_answers_for_it_is_asked_halfway_and_what_was_filed_ends_it(town: Town) -> None:
    ana, ben = town.ana, town.ben
    await town.opens(ana, "sev4 Odd posts")
    await town.later(hours=2)
    await confirms(town, ana)
    assert ana.form is None
    assert f"@ana confirmed that a legal clock applies: {NAME}, deadline" in ana.reads(town.channel)
    assert f"Legal clock: {NAME}, deadline Nov 23 11:40 PM" in town.summary(ana).text
    (told,) = dms(ben, "You answer for a legal clock in #crisis-1-odd-posts")
    assert "I ask you in time" in told
    await town.later(hours=32, minutes=59)
    assert asked(ben) == []
    await town.later(minutes=1)
    (ping,) = asked(ben)
    assert f"{NAME}: 1 day 12 hours left" in ping.text
    assert "Crisis 1, Odd posts in #crisis-1-odd-posts" in ping.text
    await town.clicks(ben, ping, "Filed…")
    await town.sends(ben, "Filed", {"Reference number, or what was filed": "DPA-2026-1188"})
    assert "Answered: Filed, by @ben" in ping.text
    assert ping.buttons == []
    assert f"@ben filed what the legal clock {NAME} asks for: DPA-2026-1188" in ana.reads(town.channel)
    status = await town.does(ana, "/crisis status")
    assert "Legal clocks that were met" in status
    assert f"{NAME}: filed" in status
    assert f"@ben filed what the legal clock asks for, {NAME}: DPA-2026-1188" in status
    assert "Legal clock: " not in town.summary(ana).text
    await town.later(days=3)
    assert asked(ben) == []
    all_read(town)


async def test_a_clock_that_runs_is_shown_and_ended_before_anybody_is_asked(town: Town) -> None:
    ana = town.ana
    await town.opens(ana, "sev4 Odd posts")
    await confirms(town, ana)
    shown = await town.does(ana, "/crisis legal")
    assert "this is not legal advice" in shown
    assert "@ben answers for it." in shown
    card = ana.sees(town.channel)[-1]
    assert card.buttons == ["Filed…", "Does not apply…", "Start another…"]
    await town.clicks(ana, card, "Does not apply…")
    await town.sends(ana, "Does not apply", {"Why does it not apply?": "Counsel: no personal data in it"})
    assert "does not apply: Counsel: no personal data in it" in ana.reads(town.channel)
    await town.clicks(ana, card, "Filed…")
    await ana.is_told("@ana already said that this does not apply")
    await town.later(days=2)
    assert asked(town.ben) == []
    all_read(town)


async def test_a_deadline_does_not_stop_because_the_crisis_was_closed(town: Town) -> None:
    ana, ben = town.ana, town.ben
    await town.opens(ana, "sev4 Odd posts")
    await confirms(town, ana, "now")
    await town.does(ana, "/crisis resolve")
    await town.does(ana, "/crisis close")
    await town.sends(ana, "Close the crisis", {"Summary": "Over.", "Lessons": "Ask early"})
    for hours in (36, 12, 20, 3, 1):
        await town.later(hours=hours)
    assert (await crisis(town)).archived_by_us
    assert "the deadline is over now" in asked(ben)[-1].text
    assert "the deadline is over now" in asked(ana)[-1].text
    await town.later(hours=1)
    await town.clicks(ben, asked(ben)[0], "Filed…")
    await town.sends(ben, "Filed", {"Reference number, or what was filed": "DPA-2026-1188"})
    assert asked(ben) == asked(ana) == []
    await town.later(days=3)
    assert asked(ben) == asked(ana) == []
    all_read(town)


async def test_what_runs_in_a_closed_crisis_is_still_owed_by_whoever_answers_for_it(town: Town) -> None:
    ana, ben = town.ana, town.ben
    await town.opens(ana, "sev4 Odd posts")
    await confirms(town, ana, "now")
    await town.does(ana, "/crisis resolve")
    await town.does(ana, "/crisis close")
    await town.sends(ana, "Close the crisis", {"Summary": "Over.", "Lessons": "Ask early"})
    await town.later(hours=80)
    mine = await town.asks(ben, "/crisis mine")
    assert mine.startswith("You owe 1 thing, 1 of them late.")
    assert f"File what the legal clock asks for: {NAME}" in mine
    assert "8 hours late · crisis 1: Odd posts" in mine
    assert "You owe nothing" in await town.asks(town.eve, "/crisis mine")
    await town.clicks(ben, asked(ben)[0], "Filed…")
    await town.sends(ben, "Filed", {"Reference number, or what was filed": "DPA-2026-1188"})
    assert "You owe nothing" in await town.asks(ben, "/crisis mine")
    all_read(town)


async def test_a_question_in_a_channel_that_is_archived_is_answered_by_direct_message(town: Town) -> None:
    ana, ben = town.ana, town.ben
    await town.opens(ana, "sev4 Odd posts")
    await confirms(town, ana, "4 days ago")
    await town.later(minutes=1)
    over = next(m for m in ana.sees(town.channel) if "Filed…" in m.buttons)
    assert f"@ben and @ana: {NAME}: the deadline was over" in over.text
    await town.does(ana, "/crisis resolve")
    await town.does(ana, "/crisis close")
    await town.sends(ana, "Close the crisis", {"Summary": "Over.", "Lessons": "Ask early"})
    await town.later(days=2)
    await town.clicks(ben, asked(ben)[-1], "Filed…")
    await town.sends(ben, "Filed", {"Reference number, or what was filed": "DPA-2026-1188"})
    await town.later(days=3)
    assert asked(ben) == asked(ana) == []
    all_read(town)


async def test_a_cancelled_crisis_asks_nobody(town: Town) -> None:
    ana = town.ana
    await town.opens(ana, "sev4 Odd posts")
    await confirms(town, ana)
    await town.does(ana, "/crisis cancel It was a drill")
    await town.later(days=4)
    assert asked(town.ben) == asked(ana) == []
    all_read(town)


async def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(town: Town) -> None:
    ana = town.ana
    await town.opens(ana, "sev4 Odd posts")
    await confirms(town, ana, "tomorrow")
    assert errors(ana)["When did it begin?"].startswith("I cannot read the time “tomorrow”")
    await town.sends(ana, "Legal clock", {"When did it begin?": "today 18:00"})
    assert errors(ana)["When did it begin?"].startswith("A legal clock begins with something that has")
    await town.sends(ana, "Legal clock", {"When did it begin?": "yesterday 18:00"})
    assert ana.form is None
    started = (await crisis(town)).legal_clocks[0]
    assert f"{started.since:%d %H:%M}" == "20 17:00"  # in Berlin it is Saturday
    card = await _list(town, ana)
    await town.clicks(ana, card, "Start another…")
    values = {"Which clock applies?": GDPR, "When did it begin?": "now"}
    await town.sends(ana, "Legal clock", values)
    assert "runs already; its deadline is" in str(errors(ana))
    await town.sends(ana, "Legal clock", {"Which clock applies?": "Another…"})
    assert "I cannot read the time" in errors(ana)["Another clock: how long?"]
    await town.sends(ana, "Legal clock", {"Another clock: how long?": "48h"})
    assert errors(ana)["Another clock: its name"].startswith("The name of the clock is missing")
    await town.sends(ana, "Legal clock", {"Another clock: its name": "Tell our insurer"})
    assert ana.form is None
    assert "Legal clock: Tell our insurer, deadline" in town.summary(ana).text
    all_read(town)


async def _list(town: Town, person: Person) -> VisibleMessage:
    await town.does(person, "/crisis legal")
    return person.sees(town.channel)[-1]
