"""Pings: who is asked when a step is due, what they can answer, and when nobody is asked any more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator import Person, VisibleMessage
from tests.histories.afterwards import errors, in_front_of
from tests.histories.conftest import Start, Town, nobody_sleeps

pytestmark = pytest.mark.usefixtures("no_surprises")

VENUE = "Call the venue"


@pytest.fixture
async def town(start: Start, tmp_path: Path) -> AsyncIterator[Town]:
    """Pings come when they are due, at night too."""
    async with start(crisis_playbooks=nobody_sleeps(tmp_path / "ours")) as town:
        yield town


async def due_for_ben(town: Town, minutes: int = 31) -> VisibleMessage:
    """A step of Ben's is due, and he is asked."""
    await town.opens(town.ana, "sev4 Odd posts")
    await town.does(town.ana, f"/crisis step {VENUE} @ben in 30m")
    await town.ben.is_told("@ana gave you step 10")
    await town.later(minutes=minutes)
    return pings(town.ben)[-1]


def pings(person: Person) -> list[VisibleMessage]:
    """The pings among the person's direct messages with the bot."""
    return [m for m in person.dms() if "Step " in m.fallback]


async def test_the_owner_is_asked_by_direct_message_with_all_they_need_to_answer(town: Town) -> None:
    ping = await due_for_ben(town, minutes=35)
    assert f"Step 10: {VENUE}" in ping.text
    assert "5 minutes late · crisis 1: Odd posts in #crisis-1-odd-posts" in ping.text
    assert ping.buttons == ["On it", "Done", "Hand over…"]
    assert [(c.label, [o for o, _ in c.options]) for c in ping.controls if c.options] == [
        ("Snooze", ["15 min", "30 min", "1 h"])
    ]
    assert "which is now" not in town.row(town.ana, VENUE)
    assert "Overdue · @ben · due" in town.row(town.ana, VENUE)


async def test_a_step_is_not_asked_about_before_it_is_due_and_only_once(town: Town) -> None:
    await town.opens(town.ana, "sev4 Odd posts")
    await town.does(town.ana, f"/crisis step {VENUE} @ben in 30m")
    await town.ben.is_told("@ana gave you step 10")
    await town.later(minutes=29)
    assert pings(town.ben) == []
    await town.later(minutes=1)
    await town.later(minutes=5)
    assert len(pings(town.ben)) == 1
    _ = pings(town.ben)[0].text


async def test_without_an_owner_the_holder_of_the_role_is_asked(town: Town) -> None:
    await town.opens(town.ana, "sev2 Odd posts")
    await town.does(town.ana, "/crisis role community @cleo")
    await town.cleo.is_told("@ana made you Community")
    await town.everybody_accepts()
    await town.later(minutes=16)
    ping = pings(town.cleo)[0]
    assert "Step 2: Pause planned posts" in ping.text
    assert ping.buttons[:2] == ["Claim", "On it"]
    (own,) = pings(town.ana)
    assert "Step 1: Name a lead" in own.text
    town.ana.reads(town.slack.app)


async def test_without_either_the_lead_is_asked_in_the_channel_where_anyone_can_claim_it(town: Town) -> None:
    channel = await town.opens(town.ana, "sev2 Odd posts")
    await town.ben.joins(channel)
    await town.later(minutes=16)
    ping = town.card(town.ben, "@ana, this one has nobody yet.")
    assert "Step 2: Pause planned posts" in ping.text
    assert ping.notifies == {"ana"}
    assert ping.buttons == ["Claim", "On it", "Done", "Hand over…"]
    await town.clicks(town.ben, ping, "Claim")
    assert "Answered: On it, by @ben" in ping.text
    assert ping.buttons == []
    assert "@ben" in town.row(town.ana, "Pause planned posts")
    town.ana.reads(town.slack.app)


async def test_the_second_to_answer_in_the_channel_is_told_who_was_first(town: Town) -> None:
    channel = await town.opens(town.ana, "sev2 Odd posts")
    await town.ben.joins(channel)
    await town.later(minutes=16)
    ping = town.card(town.ben, "@ana, this one has nobody yet.")
    await town.ana.clicks(ping, "On it")
    await town.ben.clicks(ping, "Claim")
    await town.settled()
    await town.ben.is_told("@ana already answered this: On it.")
    assert "@ana" in town.row(town.ana, "Pause planned posts")
    town.ana.reads(town.slack.app)


async def test_on_it_is_written_on_the_ping_and_says_nothing_to_the_channel(town: Town) -> None:
    ping = await due_for_ben(town)
    posts = town.posts()
    await town.clicks(town.ben, ping, "On it")
    assert "Answered: On it, by @ben at" in ping.text
    assert ping.buttons == []
    assert town.posts() == posts


async def test_done_on_a_ping_finishes_the_step(town: Town) -> None:
    ping = await due_for_ben(town)
    await town.clicks(town.ben, ping, "Done")
    assert "Answered: Done, by @ben" in ping.text
    assert "Done by @ben" in town.row(town.ana, VENUE)
    assert "Checklist 1/10" in town.checklist(town.ana).text


async def test_done_on_a_ping_asks_for_the_proof_that_the_step_wants(town: Town) -> None:
    await town.opens(town.ana, "sev4 Odd posts")
    await town.later(minutes=60)
    (ping,) = pings(town.ana)
    assert "Done asks for: Who leads, and who holds which role" in ping.text
    await town.clicks(town.ana, ping, "Done")
    await town.sends(
        town.ana, "Finish step 1", {"Who leads, and who holds which role": "I do, Ben is deputy"}
    )
    assert "Answered: Done, by @ana" in ping.text
    assert "Proof: I do, Ben is deputy" in town.row(town.ana, "Name a lead")
    town.ana.reads(town.slack.app)


@pytest.mark.parametrize(("label", "minutes"), [("15 min", 15), ("30 min", 30), ("1 h", 60)])
async def test_a_snoozed_ping_comes_again_when_it_should(town: Town, label: str, minutes: int) -> None:
    ping = await due_for_ben(town)
    await town.clicks(town.ben, ping, label)
    assert "Answered: Snoozed until" in ping.text
    assert ping.buttons == []
    assert "snoozed until" in town.row(town.ana, VENUE)
    for owned in ("Open", "Overdue"):
        if owned in town.row(town.ana, VENUE):
            assert "due 1:10 AM" in town.row(town.ana, VENUE)  # the due time stays
    await town.later(minutes=minutes - 1)
    assert len(pings(town.ben)) == 1
    await town.later(minutes=1)
    again = pings(town.ben)[1]
    assert f"{minutes + 1} minutes late" in again.text.replace("1 hour 1 minute ", "61 minutes ")
    assert again.buttons == ["On it", "Done", "Hand over…"]
    town.ana.reads(town.channel)
    town.ana.reads(town.slack.app)


async def test_handing_over_moves_the_ping_with_a_word_to_the_next_person(town: Town) -> None:
    ping = await due_for_ben(town)
    await town.clicks(town.ben, ping, "Hand over…")
    await town.sends(
        town.ben,
        "Hand over step 10",
        {"Who takes it over?": "@dana", "A word to them": "Their number is in the wiki"},
    )
    assert town.ben.form is None
    assert "Answered: Handed over to @dana, by @ben" in ping.text
    (handed,) = pings(town.dana)
    assert f"Step 10: {VENUE}" in handed.text
    assert "@ben handed it over to you: “Their number is in the wiki”" in handed.text
    assert handed.buttons == ["On it", "Done", "Hand over…"]
    assert "@dana" in town.row(town.ana, VENUE)
    assert town.dana.id in town.slack.channel(town.channel).members
    await town.clicks(town.dana, handed, "Done")
    assert "Answered: Done, by @dana" in handed.text


async def test_what_is_done_on_the_checklist_is_written_on_the_ping_too(town: Town) -> None:
    ping = await due_for_ben(town)
    await town.clicks(town.ana, town.checklist(town.ana), "Done", near=VENUE)
    assert "Answered: Done, by @ana" in ping.text
    assert ping.buttons == []


async def test_a_skip_is_written_on_the_ping_too(town: Town) -> None:
    ping = await due_for_ben(town)
    await town.clicks(town.ana, town.checklist(town.ana), "Skip…", near=VENUE)
    await town.sends(town.ana, "Skip step 10", {"Why is this step not needed?": "They called us"})
    assert "Answered: Skipped, by @ana" in ping.text


async def test_nobody_is_asked_about_a_step_that_is_done_skipped_or_snoozed(town: Town) -> None:
    ana, ben = town.ana, town.ben
    await town.opens(ana, "sev4 Odd posts")
    for title in ("Call the venue", "Write the mail", "Ask the bank"):
        await town.does(ana, f"/crisis step {title} @ben in 30m")
    ben.reads(town.slack.app)
    await town.clicks(ana, town.checklist(ana), "Done", near="Call the venue")
    await town.clicks(ana, town.checklist(ana), "Skip…", near="Write the mail")
    await town.sends(ana, "Skip step 11", {"Why is this step not needed?": "Ana did it"})
    await town.later(minutes=25)
    await town.clicks(ana, town.checklist(ana), "Snooze…", near="Ask the bank")
    await town.sends(ana, "Snooze step 12", {"Remind again in": "30 min"})
    await town.later(minutes=29)
    assert pings(ben) == []
    await town.later(minutes=1)
    (ping,) = pings(ben)
    assert "Step 12: Ask the bank" in ping.text


@pytest.mark.parametrize(
    ("command", "answered"),
    [("resolve", "The crisis was resolved"), ("cancel It was a test", "The crisis was cancelled")],
)
async def test_after_resolve_and_cancel_nobody_is_asked_and_waiting_pings_say_so(
    town: Town, command: str, answered: str
) -> None:
    ping = await due_for_ben(town)
    await town.does(town.ana, "/crisis step Write the mail @ben in 30m")
    await town.does(town.ana, f"/crisis {command}")
    await town.ana.is_told("this crisis", where=town.channel)
    assert f"Answered: {answered}, by @ana" in ping.text
    before = len(pings(town.ben))
    await town.later(hours=3)
    assert len(pings(town.ben)) == before
    town.ben.reads(town.slack.app)


async def test_a_higher_severity_asks_at_once_for_what_is_due_by_its_clock(town: Town) -> None:
    await town.opens(town.ana, "sev4 Odd posts")
    await town.does(town.ana, "/crisis role community @cleo")
    await town.cleo.is_told("made you Community")
    await town.later(minutes=20)
    assert pings(town.cleo) == []
    assert "due Today 4:40 AM" in town.row(town.ana, "Pause planned posts")
    await town.does(town.ana, "/crisis sev 1")
    assert "due 1:00 AM, which is now" in town.row(town.ana, "Pause planned posts")
    (ping,) = pings(town.cleo)
    assert "Due now" in ping.text, "until then it had more time"
    assert "While I was away" not in ping.text
    town.ana.reads(town.channel)
    town.ana.reads(town.slack.app)


async def test_when_the_next_update_is_due_comms_is_reminded_and_an_update_sets_the_clock_again(
    town: Town,
) -> None:
    ana, ben = town.ana, town.ben
    channel = await town.opens(ana, "sev1 Odd posts")
    await town.does(ana, "/crisis role comms @ben")
    await ben.is_told("made you Comms")
    await town.later(minutes=19)
    said = await town.does(ana, "/crisis update We look at it")
    assert "The next update is due 1:29 AM" in said
    assert "Next update due 1:29 AM" in town.summary(ana).text
    town.ana.reads(channel)
    await ben.is_not_told("The next status update")
    await town.later(minutes=20)
    await ben.is_told("The next status update is due in ten minutes.", where=town.slack.app)
    await town.later(minutes=9)
    await ben.is_not_told("The next status update is due now.")
    await town.later(minutes=1)
    await ben.is_told("The next status update is due now.", where=town.slack.app)
    for person in (ana, ben):
        person.reads(town.slack.app)
        person.reads(channel)
    _ = [m.text for m in ana.sees("#announcements", threads=True)]


async def test_a_ping_handed_to_whoever_has_it_already_is_refused_and_the_word_stays(town: Town) -> None:
    await town.clicks(town.ben, await due_for_ben(town), "Hand over…")
    word = {"Who takes it over?": "@ben", "A word to them": "The venue opens at nine"}
    await town.sends(town.ben, "Hand over step 10", word)
    assert errors(town.ben) == {"Who takes it over?": "@ben has step 10 already. Nothing was changed."}
    assert in_front_of(town.ben).fields["A word to them"] == "The venue opens at nine"
