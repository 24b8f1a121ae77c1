"""Who is asked and will probably not see it is named to the lead at once, who can act there and then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.domain.checklist import skip_step
from bot.domain.timeline import PersonUnreachable, ReminderUnseen
from bot.simulator import Person, VisibleMessage
from tests.histories.afterwards import crisis
from tests.histories.conftest import Start, Town
from tests.histories.once import in_the_end, twice, until

VENUE = "Call the venue"
PLAYBOOK = f"""\
key = "venue"
title = "The venue"
when = "Something is wrong at the venue."
severity = "sev2"
roles = ["lead", "community", "exec"]
[[steps]]
key = "venue"
title = "{VENUE}"
role = "community"
due = "30m"
[[steps]]
key = "hotel"
title = "Call the hotel"
role = "community"
"""

HANGS_S = 5.0
"""Real seconds: far more than a ping takes."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One step with a due time, which Community answers for."""
    folder = tmp_path / "playbooks"
    folder.mkdir()
    (folder / "venue.toml").write_text(PLAYBOOK, encoding="utf-8")
    return folder


@pytest.fixture
async def town(start: Start, folder: Path) -> AsyncIterator[Town]:
    """Ben answers for the step, Cleo is his deputy; Ana leads."""
    async with start(crisis_playbooks=str(folder)) as town:
        await town.asks(town.ana, "/crisis roster community @ben @cleo")
        yield town


async def opens(town: Town) -> None:
    """Ana's crisis, a minute before Ben's step is due. He said at once that he has his role."""
    await town.opens(town.ana, "sev2 venue Odd posts")
    await town.everybody_accepts()
    await town.later(minutes=29)
    town.read_by(town.ana, town.ben)  # which roles nobody holds, and whatever else is not the subject here


async def due(town: Town) -> None:
    """Ben was just asked for his step."""
    await opens(town)
    await town.later(minutes=1)


def of_the_venue(person: Person) -> list[VisibleMessage]:
    """The direct messages about the step."""
    return [m for m in person.dms() if VENUE in m.fallback]


def told(person: Person) -> list[VisibleMessage]:
    """The direct messages that name somebody."""
    return [m for m in person.dms() if "This waits for " in m.fallback]


async def sleeps(town: Town, person: Person) -> None:
    """Do-not-disturb, from now on."""
    await person.does_not_disturb(until=town.slack.clock.now() + timedelta(hours=6, minutes=20))


async def named(town: Town) -> list[tuple[str, str]]:
    """Who was named, and why, on the timeline."""
    entries = [e for e in await town.app.store.timeline(1) if isinstance(e, PersonUnreachable)]
    return [(town.slack.people[e.person].name, e.why) for e in entries]


# Why


@pytest.mark.usefixtures("no_surprises")
async def test_somebody_in_do_not_disturb_is_named_to_the_lead_who_sees_what_can_be_done(town: Town) -> None:
    await opens(town)
    await town.ben.does_not_disturb(until=town.slack.clock.now() + timedelta(hours=5, minutes=51))
    await town.later(minutes=1)
    (asked,) = of_the_venue(town.ben)
    assert asked.text.startswith(f"Step 1: {VENUE}")
    (word,) = told(town.ana)
    assert word.text.startswith(
        f"This waits for @ben, who is in do-not-disturb until Today 7:00 AM. @cleo is the deputy.\nStep 1: {VENUE}"
    )
    assert "Due now · crisis 1: Odd posts in #crisis-1-odd-posts" in word.text
    assert word.buttons == ["Ask the deputy", "On it", "Done", "Hand over…"]
    assert [c.label for c in word.controls if c.options] == []
    assert word.fallback.startswith(f"This waits for <@{town.ben.id}>, who is in do-not-disturb until ")
    assert await named(town) == [("ben", "in do-not-disturb")]
    assert of_the_venue(town.cleo) == []


@pytest.mark.usefixtures("no_surprises")
async def test_hours_of_do_not_disturb_that_are_over_or_still_to_come_are_no_reason(town: Town) -> None:
    now = town.slack.clock.now()
    await town.ben.does_not_disturb(since=now - timedelta(hours=8), until=now + timedelta(minutes=30))
    await due(town)
    assert told(town.ana) == []
    await town.clicks(town.ben, of_the_venue(town.ben)[0], "15 min")
    await town.ben.does_not_disturb(since=now + timedelta(hours=2), until=now + timedelta(hours=9))
    await town.later(minutes=15)
    assert len(of_the_venue(town.ben)) == 2
    assert told(town.ana) == []
    assert of_the_venue(town.ben)[1].text


@pytest.mark.usefixtures("no_surprises")
async def test_a_status_that_says_so_is_named_in_its_words(town: Town) -> None:
    await opens(town)
    known = town.calls_of("dnd.info")
    await town.ben.is_away("On holiday & <far>", until=town.slack.clock.now() + timedelta(days=3))
    await town.later(minutes=1)
    (word,) = told(town.ana)
    assert word.text.startswith(
        "This waits for @ben, who is away (“On holiday & <far>”) until Nov 24 1:09 AM."
    )
    assert of_the_venue(town.ben)[0].text
    assert town.calls_of("dnd.info") == known + 1, "of the word to the lead; of Ben enough is known"


@pytest.mark.parametrize(
    ("text", "emoji", "says"),
    [
        ("", ":palm_tree:", "who is away."),
        ("Ferien", ":palm_tree:", "who is away (“Ferien”)."),
    ],
)
async def test_what_slack_offers_as_a_status_counts_in_any_language(
    town: Town, text: str, emoji: str, says: str
) -> None:
    await town.ben.is_away(text, emoji=emoji)
    await due(town)
    assert says in told(town.ana)[0].text


@pytest.mark.usefixtures("no_surprises")
async def test_a_status_that_is_over_and_being_in_a_meeting_are_no_reason(town: Town) -> None:
    await town.ben.is_away("On holiday", until=town.slack.clock.now() + timedelta(minutes=29))
    await due(town)
    (ping,) = of_the_venue(town.ben)
    await town.clicks(town.ben, ping, "15 min")
    await town.ben.is_away("In a meeting", emoji=":spiral_calendar_pad:")
    town.ben.user.presence = "away"
    await town.later(minutes=15)
    assert of_the_venue(town.ben)[1].text
    assert told(town.ana) == []


async def test_somebody_deactivated_is_named_and_not_written_to(town: Town) -> None:
    await opens(town)
    town.slack.deactivate(town.ben)
    await town.later(minutes=1)
    assert of_the_venue(town.ben) == []
    (word,) = told(town.ana)
    assert word.text.startswith("This waits for @ben, who is deactivated in Slack. @cleo is the deputy.")
    await town.clicks(town.ana, word, "On it")
    assert [m for m in town.ana.dms() if "I could not remind" in m.text] == []
    assert (await crisis(town)).steps[0].owner == town.ana.id


async def test_somebody_deactivated_who_is_called_in_the_channel_is_named_too(town: Town) -> None:
    await due(town)
    town.slack.deactivate(town.cleo)
    await town.later(minutes=10)
    assert town.card(town.ana, "@ben and @cleo, nobody has answered for this yet.").text
    (word,) = told(town.ana)
    assert word.text.startswith("This waits for @cleo, who is deactivated in Slack.\nStep 1")
    for _ in range(5):
        await town.later(minutes=10)
    assert await named(town) == [("cleo", "deactivated in Slack")]


async def test_a_lead_and_their_deputy_who_are_deactivated_are_named_to_whoever_can_act(town: Town) -> None:
    await town.asks(town.ana, "/crisis roster lead @eve @dana")
    await due(town)
    for person in (town.eve, town.dana):
        town.slack.deactivate(person)
    for _ in range(2):
        await town.later(minutes=10)
    assert town.card(town.ana, "@eve, nobody answers for this.").text
    (word,) = told(town.ana)
    assert "This waits for @eve, who is deactivated in Slack. @dana is deactivated in Slack." in word.text
    assert word.buttons[-3:] == ["On it", "Done", "Hand over…"]


async def test_a_slack_that_does_not_tell_who_was_deactivated_delays_no_call_in_the_channel(
    start: Start, folder: Path
) -> None:
    async with start(calm=False, crisis_playbooks=str(folder)) as town:
        await town.asks(town.ana, "/crisis roster community @ben @cleo")
        await due(town)
        town.slack.deactivate(town.cleo)
        refused = town.slack.faults.add("users.info", "http_503", times=None)
        await town.later(minutes=10)
        assert refused.hits
        assert town.card(town.ana, "@ben and @cleo, nobody has answered for this yet.").text
        assert told(town.ana) == []


@pytest.mark.usefixtures("no_surprises")
async def test_somebody_who_left_the_channel_is_named_and_asked_all_the_same(town: Town) -> None:
    await opens(town)
    await town.ben.leaves(town.channel)
    await town.settled()
    await town.later(minutes=1)
    assert of_the_venue(town.ben)[0].text
    (word,) = told(town.ana)
    assert word.text.startswith("This waits for @ben, who is not in the channel. @cleo is the deputy.")


@pytest.mark.usefixtures("no_surprises")
async def test_in_a_private_crisis_the_lead_learns_who_is_not_in_it_and_they_learn_nothing(
    town: Town,
) -> None:
    ana, ben = town.ana, town.ben
    await ana.types("#general", "/crisis")
    private = "Only the people in its channel can see it"
    values = {"Title": "Odd posts", "Playbook": "The venue", "Private": private}
    await town.sends(ana, "Open a crisis", values)
    await ana.dismisses()
    town.sees_the_opening(ana)
    await ana.removes(ben, town.channel)
    await town.settled()
    await town.later(minutes=29)
    town.read_by(ana)
    await town.later(minutes=1)
    assert "Odd posts" not in "".join(m.text for m in ben.dms())
    assert of_the_venue(ben) == []
    (word,) = told(ana)
    assert word.text.startswith("This waits for @ben, who is not in the channel. @cleo is the deputy.")
    assert "Odd posts" not in word.text
    assert town.card(ana, "@ana, this one has nobody yet.").text
    await town.clicks(ana, word, "Ask the deputy")
    assert f"Step 1: {VENUE}" in of_the_venue(town.cleo)[0].text


# What is done about it


@pytest.mark.usefixtures("no_surprises")
async def test_one_click_asks_the_deputy(town: Town) -> None:
    await opens(town)
    await town.ben.is_away("Sick")
    await town.later(minutes=1)
    (word,) = told(town.ana)
    await town.clicks(town.ana, word, "Ask the deputy")
    assert (await crisis(town)).steps[0].owner == town.cleo.id
    (handed,) = of_the_venue(town.cleo)
    assert "@ana handed it over to you." in handed.text
    assert handed.buttons == ["On it", "Done", "Hand over…"]
    (asked,) = of_the_venue(town.ben)
    for message in (word, asked):
        assert "Answered: Handed over to @cleo, by @ana" in message.text
        assert message.buttons == []


@pytest.mark.usefixtures("no_surprises")
async def test_a_deputy_who_is_away_too_is_named_to_whoever_asked_them(town: Town) -> None:
    await town.ben.is_away("Sick")
    await town.cleo.is_away("On leave")
    await due(town)
    await town.clicks(town.ana, told(town.ana)[0], "Ask the deputy")
    first, second = told(town.ana)
    assert second.text.startswith("This waits for @cleo, who is away (“On leave”).\nStep 1")
    assert second.buttons == ["On it", "Done", "Hand over…"]
    await town.clicks(town.ana, second, "On it")
    assert (await crisis(town)).steps[0].owner == town.ana.id
    for message in (first, of_the_venue(town.ben)[0], of_the_venue(town.cleo)[0]):
        assert "Answered" in message.text


@pytest.mark.usefixtures("no_surprises")
async def test_on_it_makes_the_step_of_somebody_missing_ones_own_and_done_finishes_it(town: Town) -> None:
    await town.ben.is_away("Sick")
    await town.opens(town.ana, "sev2 venue Odd posts")
    await town.clicks(town.ben, town.checklist(town.ben), "Claim", near=VENUE)
    await town.later(minutes=29)
    town.read_by(town.ana, town.ben)
    await town.later(minutes=1)
    (word,) = told(town.ana)
    await town.clicks(town.ana, word, "On it")
    assert (await crisis(town)).steps[0].owner == town.ana.id
    assert "@ana" in town.row(town.ana, VENUE)
    await town.later(minutes=30)
    still = of_the_venue(town.ana)[-1]
    assert still.text.startswith("Are you still on it?")
    await town.clicks(town.ana, still, "Done")
    assert "Answered: On it, by @ana" in of_the_venue(town.ben)[0].text


@pytest.mark.usefixtures("no_surprises")
async def test_whoever_answers_all_the_same_answers_the_word_to_the_lead_too(town: Town) -> None:
    await town.ben.is_away("Sick")
    await due(town)
    await town.clicks(town.ben, of_the_venue(town.ben)[0], "On it")
    (word,) = told(town.ana)
    assert "Answered: On it, by @ben" in word.text
    assert word.buttons == []


async def test_a_deputy_who_is_none_any_more_is_not_asked(town: Town) -> None:
    await town.asks(town.ana, "/crisis roster community @ben")
    await town.asks(town.ana, "/crisis roster lead @ana @eve")
    await town.ben.is_away("Sick")
    await due(town)
    (word,) = told(town.ana)
    shown = word.message.body
    await town.does(town.ana, "/crisis role lead @eve")
    word.message.body = shown
    await town.clicks(town.ana, word, "Ask the deputy")
    await town.ana.is_told("Nobody is deputy for this step any more. Use Hand over…")
    assert (await crisis(town)).steps[0].owner is None


async def test_a_role_given_to_somebody_else_asks_them_in_person_and_settles_what_was_asked_before(
    town: Town,
) -> None:
    await town.ben.is_away("Sick")
    await due(town)
    await town.does(town.ana, "/crisis role community @eve")
    for message in (*told(town.ana), *of_the_venue(town.ben)):
        assert "Answered: Handed over to @eve, by @ana" in message.text
        assert message.buttons == []
    (asked,) = of_the_venue(town.eve)
    assert asked.text.startswith("2 things of crisis 1, Odd posts wait for you.")
    assert "On it" in asked.buttons
    await town.later(minutes=10)
    (called,) = [m for m in town.ana.sees(town.channel) if VENUE in m.text and m.notifies]
    assert "@eve and @cleo, nobody has answered for this yet." in called.text


async def test_without_a_deputy_none_is_offered(start: Start, folder: Path) -> None:
    async with start(crisis_playbooks=str(folder)) as town:
        await town.asks(town.ana, "/crisis roster community @ben")
        await town.ben.is_away("Sick")
        await due(town)
        (word,) = told(town.ana)
        assert word.text.startswith("This waits for @ben, who is away (“Sick”).\nStep 1")
        assert word.buttons == ["On it", "Done", "Hand over…"]


# The lead is away


async def test_a_lead_who_is_away_too_is_named_to_their_deputy_with_both_in_one_message(town: Town) -> None:
    await town.asks(town.ana, "/crisis roster lead @ana @eve")
    await town.ben.is_away("Sick")
    await opens(town)
    await sleeps(town, town.ana)
    await town.later(minutes=1)
    assert told(town.ana)[0].text.startswith("This waits for @ben, who is away (“Sick”). @cleo")
    (word,) = told(town.eve)
    assert (
        "\nThis waits for @ben, who is away (“Sick”). @ana is in do-not-disturb until Today 7:29 AM. @cleo is the deputy.\n"
        in word.text
    )
    await town.clicks(town.eve, word, "Ask the deputy")
    assert (await crisis(town)).steps[0].owner == town.cleo.id
    assert await named(town) == [("ben", "away"), ("ana", "in do-not-disturb")]


@pytest.mark.parametrize(
    ("roster", "heard"),
    [("lead @ben @eve", "eve"), ("exec @dana", "dana"), ("legal @dana", "ana")],
)
async def test_for_a_lead_who_is_away_their_deputy_the_executive_or_the_opener_hears(
    town: Town, roster: str, heard: str
) -> None:
    await town.asks(town.ana, "/crisis roster lead @ben")
    await town.asks(town.ana, f"/crisis roster {roster}")
    await town.ben.is_away("Out sick")
    await due(town)
    hearer = next(p for p in town.slack.people.values() if p.name == heard)
    (word,) = told(hearer)
    assert "This waits for @ben, who is away (“Out sick”). @cleo is the deputy." in word.text.splitlines()
    assert sum(len(told(p)) for p in town.slack.people.values()) == 1


async def test_if_nobody_else_is_left_the_channel_hears(start: Start, folder: Path) -> None:
    async with start(crisis_playbooks=str(folder)) as town:
        await town.ana.is_away("Out sick")
        await town.opens(town.ana, "sev2 venue Odd posts")
        await town.does(town.ana, "/crisis step Call the press @ana in 40m")
        await town.ben.joins(town.channel)
        await town.later(minutes=40)
        word = town.card(town.ben, "This waits for ")
        assert word.text.startswith(
            "This waits for @ana, who is away (“Out sick”). Anybody here can take it."
        )
        await town.clicks(town.ben, word, "On it")
        assert (await crisis(town)).steps[2].owner == town.ben.id
        assert await named(town) == [("ana", "away")]


# Once, and whatever Slack says


async def test_it_is_not_said_again_at_each_rung_nor_in_the_next_climb(town: Town) -> None:
    await town.ben.is_away("Sick")
    await due(town)
    asked = len(of_the_venue(town.ben))
    for _ in range(9):
        await town.later(minutes=10)
    assert len(of_the_venue(town.ben)) > asked, "the ladder was climbed, and begins anew"
    assert len(told(town.ana)) == 1
    assert await named(town) == [("ben", "away")]


async def test_another_reason_is_said(town: Town) -> None:
    await town.ben.is_away("Sick")
    await due(town)
    town.slack.deactivate(town.ben)
    for _ in range(4):
        await town.later(minutes=10)
    assert await named(town) == [("ben", "away"), ("ben", "deactivated in Slack")]
    assert len(told(town.ana)) == 2


async def test_the_ladder_keeps_its_time(town: Town) -> None:
    await town.ben.is_away("Sick")
    await due(town)
    await town.later(minutes=9)
    assert [m for m in town.ana.sees(town.channel) if "nobody has answered for this yet" in m.text] == []
    await town.later(minutes=1)
    assert town.card(town.ana, "@ben and @cleo, nobody has answered for this yet.").text


@pytest.mark.parametrize(
    "kind", ["missing_scope", "user_not_found", "ratelimited", "http_503", "reset_before"]
)
async def test_a_slack_that_does_not_tell_delays_no_ping_and_names_nobody(
    start: Start, folder: Path, kind: str
) -> None:
    async with start(calm=False, crisis_playbooks=str(folder)) as town:
        await town.asks(town.ana, "/crisis roster community @ben @cleo")
        await opens(town)
        await sleeps(town, town.ben)
        refused = town.slack.faults.add("dnd.info", kind, times=None)
        await town.later(minutes=1)
        assert refused.hits
        assert len(of_the_venue(town.ben)) == 1
        assert told(town.ana) == []
        assert await named(town) == []


async def test_a_ping_does_not_wait_for_a_slack_that_hangs(
    start: Start, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app.LOOKUP_WITHIN_S", HANGS_S)
    async with start(calm=False, crisis_playbooks=str(folder), call_timeout_s=HANGS_S) as town:
        await town.asks(town.ana, "/crisis roster community @ben @cleo")
        await opens(town)
        hanging = town.slack.faults.add("dnd.info", "hang", times=None)
        settling = asyncio.create_task(town.later(minutes=1))
        await until(lambda: of_the_venue(town.ben), within_s=HANGS_S - 1)
        await settling
        assert hanging.hits
        assert told(town.ana) == []


async def test_a_word_whose_order_was_tried_twice_comes_once(start: Start, folder: Path) -> None:
    async with start(calm=False, crisis_playbooks=str(folder)) as town:
        await town.asks(town.ana, "/crisis roster community @ben @cleo")
        await town.ben.is_away("Sick")
        await opens(town)
        town.slack.faults.add("chat.postMessage", "reset_after", times=2)
        await town.later(minutes=1)
        await in_the_end(town)
        assert len(of_the_venue(town.ben)) == len(told(town.ana)) == 1
        assert twice(town.slack) == []


async def test_two_steps_of_somebody_away_can_each_be_handed_over(town: Town) -> None:
    await town.opens(town.ana, "sev2 venue Odd posts")
    await town.does(town.ana, "/crisis step Call the press @ben in 30m")
    await town.everybody_accepts()
    await town.ben.is_away("Sick")
    await town.later(minutes=30)
    (both,) = [m for m in town.ana.dms() if "This waits for @ben" in m.text]
    assert both.buttons.count("Ask the deputy") == 1, "the press has no deputy"
    assert both.buttons.count("On it") == 2


async def test_slack_is_asked_once_for_each_message_however_often_it_changes(town: Town) -> None:
    await town.opens(town.ana, "sev2 venue Odd posts")
    await town.does(town.ana, "/crisis step Call the press @ben in 30m")
    await town.everybody_accepts()
    known = town.calls_of("dnd.info")
    await town.later(minutes=30)
    (both,) = of_the_venue(town.ben)
    asked = town.calls_of("dnd.info")
    assert asked == known + 2, "of Ben, and of Ana, who reads which roles nobody holds"
    await sleeps(town, town.ben)
    await town.clicks(town.ben, both, "Done", near="Call the press")
    await town.clicks(town.ben, both, "On it", near=VENUE)
    assert "Answered: On it, by @ben" in both.text
    assert town.calls_of("dnd.info") == asked
    assert told(town.ana) == []


async def test_somebody_who_is_back_is_asked_as_before(town: Town) -> None:
    await sleeps(town, town.ben)
    await town.ben.is_away("Sick")
    await town.ben.is_back()
    await due(town)
    assert len(of_the_venue(town.ben)) == 1
    assert told(town.ana) == []


# Of questions that are not about a step


@pytest.fixture
async def updates(start: Start) -> AsyncIterator[Town]:
    """Ben is Comms with Cleo as his deputy; the next update is due in eleven minutes, and no step is."""
    async with start(crisis_playbooks="") as town:
        await town.asks(town.ana, "/crisis roster comms @ben @cleo")
        await town.opens(town.ana, "sev2 general Odd posts")
        await town.everybody_accepts()
        now = town.slack.clock.now()
        for step in (await crisis(town)).steps:
            skip = partial(skip_step, step_key=step.key, reason="Not here", by=town.ana.id, now=now)
            await town.app.service.apply(1, skip)
        await town.later(minutes=109)
        yield town


def of_the_update(person: Person) -> VisibleMessage:
    return [m for m in person.dms() if "Post update…" in m.buttons][-1]


async def test_an_update_that_waits_for_somebody_in_do_not_disturb_comes_to_the_lead_with_the_deputy(
    updates: Town,
) -> None:
    await sleeps(updates, updates.ben)
    await updates.later(minutes=1)
    word = of_the_update(updates.ana)
    assert "@ben was reminded of the next status update, but is in do-not-disturb until" in word.text
    assert "@cleo is the deputy." in word.text
    await updates.clicks(updates.ana, word, "Ask the deputy")
    assert "Answered: Asked @cleo, by @ana" in word.text
    asked = of_the_update(updates.cleo)
    assert asked.text.startswith("The next status update is due in ten minutes.")
    entries = [e for e in await updates.app.store.timeline(1) if isinstance(e, ReminderUnseen)]
    assert [(e.person, e.of, e.heard) for e in entries] == [
        (updates.ben.id, "the next status update", updates.ana.id)
    ]


async def test_who_left_the_channel_is_named_also_when_an_update_is_due(updates: Town) -> None:
    await updates.ben.leaves(updates.channel)
    await updates.later(minutes=1)
    word = of_the_update(updates.ana)
    assert "@ben was reminded of the next status update, but is not in the channel." in word.text


async def test_whoever_asked_somebody_away_to_take_over_hears_of_it_at_once(updates: Town) -> None:
    await updates.dana.is_away("OOO until Monday")
    await updates.does(updates.ben, "/crisis handover comms")
    values = {"Who takes over?": "@dana", "What do they have to know?": "They ring again."}
    await updates.sends(updates.ben, "Hand over a role", values)
    (word,) = [m for m in updates.ben.dms() if "@dana was reminded of taking over Comms" in m.text]
    assert word.buttons == ["Ask somebody else…"]
    assert not [m for m in updates.ana.dms() if "@dana" in m.text]


async def test_a_role_whose_holder_is_away_is_given_to_the_deputy_with_one_press(town: Town) -> None:
    await town.ben.is_away("On vacation")
    await town.opens(town.ana, "sev2 venue Odd posts")
    (word,) = [m for m in town.ana.dms() if "was reminded of being Community" in m.text]
    assert word.text.startswith("@ben was reminded of being Community, but is away (“On vacation”).")
    assert word.buttons == ["I have it", "Give to somebody else…", "Ask the deputy"]
    await town.clicks(town.ana, word, "Ask the deputy")
    assert (await crisis(town)).holder("community") == town.cleo.id
    await town.cleo.is_told("@ana made you Community in this crisis.", where=town.slack.app)


@pytest.mark.parametrize(("level", "heard"), [("sev3", 0), ("sev2", 1)])
async def test_where_people_may_sleep_nobody_is_woken_to_hear_of_somebody_else(
    start: Start, level: str, heard: int
) -> None:
    """Mori's day in Tokyo is Ana's night in Berlin."""
    async with start(crisis_playbooks="") as town:
        mori = town.slack.add_person("mori", real_name="Mori", tz="Asia/Tokyo")
        await town.opens(town.ana, f"{level} general Odd posts")
        await town.does(town.ana, f"/crisis step {VENUE} @mori in 3h")
        await mori.is_away("On vacation")
        await town.later(hours=3)
        assert [m for m in mori.dms() if "On it" in m.buttons]
        assert len([m for m in town.ana.dms() if "This waits for @mori" in m.text]) == heard
