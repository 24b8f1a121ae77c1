"""What a crisis waits for besides its steps: updates, roles, silence, the retrospective, action items; and people's nights."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.timeline import ReminderHeld
from bot.simulator import Person, VisibleMessage
from tests.histories.afterwards import crisis
from tests.histories.conftest import HAVE_IT, Start, Town

pytestmark = pytest.mark.usefixtures("no_surprises")

PLAYBOOK = """\
key = "venue"
title = "The venue"
when = "Something is wrong at the venue."
severity = "sev2"
roles = ["lead", "comms", "exec"]
[[steps]]
key = "venue"
title = "Call the venue"
role = "lead"
"""


@pytest.fixture
async def town(start: Start, tmp_path: Path) -> AsyncIterator[Town]:
    """No step of the playbook has a due time."""
    folder = tmp_path / "playbooks"
    folder.mkdir()
    (folder / "venue.toml").write_text(PLAYBOOK, encoding="utf-8")
    async with start(crisis_playbooks=str(folder)) as town:
        yield town


async def opened(town: Town, severity: str, *, accepted: bool = True) -> str:
    """Ana leads; Ben is Comms with Cleo as deputy, Dana the executive."""
    for role in ("comms @ben @cleo", "exec @dana"):
        await town.asks(town.ana, f"/crisis roster {role}")
    channel = await town.opens(town.ana, f"{severity} venue Odd posts")
    if accepted:
        await town.everybody_accepts()
    return channel


def question(person: Person, words: str) -> VisibleMessage:
    """The latest direct message to them with these words."""
    return next(m for m in reversed(person.dms()) if words in m.text)


def all_is_read(town: Town) -> None:
    for person in (town.ana, town.ben, town.cleo, town.dana, town.eve):
        for message in (*person.sees(town.slack.app), *person.sees(town.channel), *person.sees("#general")):
            _ = message.text
    _ = [m.text for m in town.ana.sees("#announcements", threads=True)]


# -- the next update -----------------------------------------------------------------------------------------


async def test_an_update_that_nobody_posts_is_asked_for_ever_more_openly_until_somebody_does(
    town: Town,
) -> None:
    ana, ben, dana = town.ana, town.ben, town.dana
    channel = await opened(town, "sev1")
    await town.later(minutes=20)
    soon, also = [question(p, "The next status update is due in ten minutes.") for p in (ben, ana)]
    assert f"Crisis 1, Odd posts in {channel}" in soon.text
    assert soon.buttons == ["Post update…"]
    await town.later(minutes=10)
    both = [question(p, "The next status update is due now.") for p in (ben, ana)]
    posts = town.posts()
    await town.later(minutes=10)
    late = town.card(ana, "@ben and @ana, the promised status update is late.")
    assert late.notifies == {"ben", "ana"}
    await town.later(minutes=10)
    last = town.card(dana, "@dana, the promised status update is late, and nobody answers for it.")
    assert last.notifies == {"dana"}
    assert town.posts() == posts + 2
    await town.clicks(dana, last, "Post update…")
    await town.sends(dana, "Status update", {"What is known now?": "The venue is closed"})
    assert "Answered: Update posted, by @dana" in last.text
    assert "Answered: Update posted, by @dana" in both[0].text
    assert "Next update due 2:00 AM" in town.summary(ana).text
    assert not [m for m in (soon, also, *both, late, last) if m.buttons]
    all_is_read(town)


async def test_the_next_update_is_promised_from_the_question_and_the_card_shows_it(town: Town) -> None:
    ben = town.ben
    await opened(town, "sev1")
    await town.later(minutes=30)
    due = question(ben, "The next status update is due now.")
    others = question(town.ana, "The next status update is due now.")
    await ben.chooses(due, "30 min", of="Next update in")
    await town.settled()
    for asked, hour in ((due, 12), (others, 1)):  # in London, and in Berlin
        said = f"Answered: The next update comes {hour}:40 AM, by @ben at {hour}:10 AM"
        assert said in asked.text
        assert asked.buttons == []
    assert "Next update due 1:40 AM" in town.summary(town.ana).text
    await town.later(minutes=19)
    assert sum("in ten minutes" in m.fallback for m in ben.dms()) == 0
    await town.later(minutes=1)
    assert sum("in ten minutes" in m.fallback for m in ben.dms()) == 1
    all_is_read(town)


async def test_a_time_that_was_promised_stays_when_the_severity_changes(town: Town) -> None:
    ana, ben = town.ana, town.ben
    await opened(town, "sev1")
    await town.later(minutes=20)
    await ben.chooses(question(ben, "in ten minutes"), "2 h", of="Next update in")
    await town.settled()
    await town.does(ana, "/crisis sev 2")
    assert "The next update is due 3:00 AM" in town.card(ana, "Severity is now SEV2").text
    assert "Next update due 3:00 AM" in town.summary(ana).text
    await town.later(minutes=110)
    await ben.chooses(question(ben, "in ten minutes"), "15 min", of="Next update in")
    await town.settled()
    await town.does(ana, "/crisis sev 1")
    assert "Next update due 3:05 AM" in town.summary(ana).text
    all_is_read(town)


async def test_a_graver_severity_asks_for_an_update_now_and_does_not_say_that_the_bot_was_away(
    town: Town,
) -> None:
    ana, ben = town.ana, town.ben
    await opened(town, "sev2")
    await town.later(minutes=70)
    await town.does(ana, "/crisis sev 1")
    assert "The next update is due now." in town.card(ana, "Severity is now SEV1").text
    assert "Next update due now" in town.summary(ana).text
    await town.later(seconds=1)
    asked = question(ben, "The next status update is due now.")
    assert "While I was away" not in asked.text
    await town.later(minutes=10)
    assert town.card(ana, "@ben and @ana, the promised status update is late.").notifies == {"ben", "ana"}
    all_is_read(town)


# -- roles ---------------------------------------------------------------------------------------------------


async def test_who_is_on_the_roster_says_that_they_have_it_with_one_press(town: Town) -> None:
    channel = await opened(town, "sev2", accepted=False)
    asked = question(town.ben, "The roster makes you Comms in this crisis.")
    assert f"Crisis 1, Odd posts in {channel}" in asked.text
    assert asked.buttons == [HAVE_IT, "Give to somebody else…"]
    assert "Comms: @ben (asked, no answer yet), deputy @cleo" in town.summary(town.ana).text
    await town.clicks(town.ben, asked, HAVE_IT)
    assert "Answered: I have it, by @ben" in asked.text
    assert "Comms: @ben, deputy @cleo" in town.summary(town.ana).text
    await town.everybody_accepts()
    posts = town.posts()
    await town.later(minutes=60)
    assert town.posts() == posts


async def test_who_acts_is_there(town: Town) -> None:
    await opened(town, "sev2", accepted=False)
    asked = question(town.ben, "The roster makes you Comms")
    await town.clicks(town.ben, town.checklist(town.ben), "Claim", near="Call the venue")
    assert "Answered: Is there, by @ben" in asked.text
    assert "Comms: @ben, deputy" in town.summary(town.ana).text
    await town.everybody_accepts()


async def test_a_role_nobody_accepts_comes_to_the_deputy_who_takes_it_with_one_press(town: Town) -> None:
    await opened(town, "sev2", accepted=False)
    await town.clicks(town.dana, question(town.dana, "The roster makes you Executive"), HAVE_IT)
    await town.later(minutes=10)
    climbed = town.card(town.cleo, "@ben and @cleo, nobody has said yet that they are Comms here.")
    assert climbed.notifies == {"ben", "cleo"}
    await town.clicks(town.cleo, climbed, HAVE_IT)
    assert "by @cleo" in climbed.text
    assert climbed.buttons == []
    assert "Comms: @cleo\n" in town.summary(town.ana).text
    await town.later(minutes=60)
    all_is_read(town)


async def test_a_role_is_given_on_from_the_question(town: Town) -> None:
    await opened(town, "sev2", accepted=False)
    asked = question(town.ben, "The roster makes you Comms")
    await town.clicks(town.ben, asked, "Give to somebody else…")
    await town.sends(town.ben, "Give a role", {"Person": "@eve"})
    assert "Answered: Given to @eve, by @ben" in asked.text
    await town.eve.is_told("@ben made you Comms in this crisis.", where=town.slack.app)
    assert "Comms: @eve (asked, no answer yet), deputy @cleo" in town.summary(town.ana).text
    all_is_read(town)


async def test_of_vacant_roles_the_lead_reads_once_and_fills_them_from_there(town: Town) -> None:
    ana = town.ana
    await town.opens(ana, "sev2 venue Odd posts")
    await town.later(minutes=9)
    assert ana.dms() == []
    await town.later(minutes=1)
    told = question(ana, "Nobody is Comms or Executive yet.")
    await town.clicks(ana, told, "Give a role…")
    await town.sends(ana, "Give a role", {"Person": "@eve"})
    assert "Comms: @eve" in town.summary(ana).text
    await town.clicks(ana, told, "Give a role…")
    await town.sends(ana, "Give a role", {"Person": "@dana"})
    assert "Executive: @dana" in town.summary(ana).text
    assert told.buttons == []
    await town.everybody_accepts()
    await town.later(minutes=60)
    assert len([m for m in ana.dms() if "Nobody is" in m.fallback]) == 1
    all_is_read(town)


async def test_a_question_settled_meanwhile_says_by_whom(town: Town) -> None:
    await opened(town, "sev2", accepted=False)
    asked = question(town.ben, "The roster makes you Comms")
    town.slack.faults.add("chat.update", "http_500", times=None)  # Ben's screen stays as it is
    await town.does(town.ana, "/crisis role comms @eve")
    await town.clicks(town.ben, asked, HAVE_IT)
    await town.ben.is_told("@ana already answered this: Given to @eve.")
    assert (await crisis(town)).holder("comms") == town.eve.id
    town.slack.faults.clear()
    await town.later(minutes=3)
    assert "Answered: Given to @eve, by @ana" in asked.text
    await town.eve.is_told("@ana made you Comms", where=town.slack.app)
    all_is_read(town)


# -- silence, the retrospective, action items ----------------------------------------------------------------


async def test_a_crisis_in_which_nothing_happens_goes_on_or_is_resolved_from_the_question(town: Town) -> None:
    ana = town.ana
    await opened(town, "sev4")
    await town.later(days=3)
    assert not [m for m in ana.dms() if "Nobody has touched" in m.fallback], "it is night"
    await town.later(hours=8)
    asked = question(ana, "Nobody has touched the checklist or posted an update for")
    assert asked.buttons == ["It goes on", "Resolve"]
    await town.clicks(ana, asked, "It goes on")
    assert "Answered: It goes on, by @ana" in asked.text
    await town.later(days=2)
    assert len([m for m in ana.dms() if "Nobody has touched" in m.fallback]) == 1
    await town.later(days=1)
    again = question(ana, "Nobody has touched the checklist or posted an update for 3 days")
    await town.clicks(ana, again, "Resolve")
    assert "Answered: The crisis was resolved, by @ana" in again.text
    assert "resolved" in town.summary(ana).text
    all_is_read(town)


async def test_the_retrospective_is_asked_for_put_off_and_written_from_the_question(town: Town) -> None:
    ana = town.ana
    channel = await opened(town, "sev2")
    await town.does(ana, "/crisis resolve")
    await town.later(days=6)
    assert not [m for m in ana.dms() if "retrospective" in m.fallback], "it is night"
    await town.later(hours=8)
    asked = question(ana, "The retrospective is due")
    assert asked.buttons == ["Close…"]
    await ana.chooses(asked, "3 days", of="Later")
    await town.settled()
    assert "Answered: Later, " in asked.text
    await town.later(days=2, hours=23)
    assert not [m for m in ana.sees(channel) if "the retrospective" in m.fallback]
    await town.later(hours=1)
    late = question(ana, "The retrospective was due")
    await town.clicks(ana, late, "Close…")
    await town.sends(
        ana,
        "Close the crisis",
        {"Summary": "It is over.", "Lessons": "Know the number", "Why can they stay open?": "It is over"},
    )
    assert ana.form is None
    assert late.buttons == []
    all_is_read(town)


async def test_an_action_item_is_done_from_the_direct_message_weeks_later(town: Town) -> None:
    ana, ben = town.ana, town.ben
    channel = await opened(town, "sev2")
    await town.does(ana, "/crisis resolve")
    await town.does(ana, "/crisis close")
    values = {"Summary": "It is over.", "Lessons": "Know the number", "Why can they stay open?": "It is over"}
    await town.sends(ana, "Close the crisis", {**values, "Action items": "Write the list @ben by 2026-12-11"})
    await town.later(days=19)
    assert town.slack.channel(channel).archived
    assert not [m for m in ben.dms() if "Action item" in m.fallback]
    await town.later(hours=9)
    asked = question(ben, "Action item: Write the list")
    assert "Due 11 December 2026" in asked.text
    assert asked.buttons == ["Done"]
    await town.clicks(ben, asked, "Done")
    assert "Answered: Done, by @ben" in asked.text
    assert "No action item is open." in await town.asks(ben, "/crisis actions")
    asked_so_far = len(ben.dms())
    await town.later(days=60)
    assert len(ben.dms()) == asked_so_far
    all_is_read(town)


# -- nights --------------------------------------------------------------------------------------------------


async def test_opened_at_night_at_sev3_ben_is_asked_at_eight_in_the_morning_where_he_is(town: Town) -> None:
    ben = town.ben
    await opened(town, "sev3", accepted=False)  # 23:40 in London, 18:40 in New York
    await town.does(town.ana, "/crisis step Call the press @ben in 30m")
    asked = lambda: [m.fallback for m in ben.dms() if "gave you" not in m.fallback]  # noqa: E731
    await town.later(minutes=31)
    assert asked() == []
    await town.later(hours=7, minutes=48)  # 7:59
    assert asked() == []
    await town.later(minutes=1)
    assert any("Call the press" in text for text in asked())
    held = [e for e in await town.app.store.timeline(1) if isinstance(e, ReminderHeld)]
    assert len({(e.people, e.of) for e in held}) == len(held)
    assert {f"{e.until:%H:%M}" for e in held if town.ben.id in e.people} == {"08:00"}
    all_is_read(town)


async def test_raised_to_sev2_at_night_ben_is_woken(town: Town) -> None:
    await opened(town, "sev3", accepted=False)
    assert town.ben.dms() == []
    await town.does(town.ana, "/crisis sev 2 a newspaper calls")
    assert question(town.ben, "The roster makes you Comms in this crisis.").buttons
    all_is_read(town)
