"""Severity, updates, resolve, the watch, close, reopen, cancel: the life of a crisis and of its channel."""

from __future__ import annotations

from typing import Any

import pytest

from bot.simulator import Person
from tests.histories.conftest import Start, Town

pytestmark = pytest.mark.usefixtures("no_surprises")

LEARNED: dict[str, Any] = {
    "Summary": "A courier threw a parcel.",
    "What went well": "We answered within the hour",
    "What did not": "Nobody knew who could pause the ads",
    "Lessons": "Keep a list of who can pause ads",
    "Action items": "Write the ads list @ben by 2026-12-01",
}


async def closes(town: Town, person: Person, **values: str) -> None:
    """Resolved and closed, with the lessons in the form."""
    await town.does(person, "/crisis resolve")
    await town.does(person, "/crisis close")
    await town.sends(person, "Close the crisis", {**LEARNED, **values})
    assert person.form is None, person.form.text
    reads_everything(town, person)


def reads_everything(town: Town, person: Person) -> None:
    for where in (town.channel, "#announcements", "#general"):
        person.reads(where)


# -- severity ------------------------------------------------------------------------------------------------


async def test_severity_changes_with_a_reason_and_every_clock_follows_at_once(town: Town) -> None:
    channel = await town.opens(town.ana, "sev3 backlash Courier video")
    assert "due 1:40 AM" in town.row(town.ana, "Pause scheduled posts")
    await town.does(town.ana, "/crisis sev 1 a newspaper calls")
    await town.eve.is_told("Severity is now SEV1 (was SEV3), set by @ana: a newspaper calls", where=channel)
    assert "due 12:50 AM" in town.row(town.ana, "Pause scheduled posts")
    assert "SEV1, active" in town.summary(town.ana).text
    assert "Next update due 1:10 AM" in town.summary(town.ana).text
    assert "SEV1 crisis 1" in town.card(town.eve, "SEV1", "#announcements").text
    assert town.slack.channel(channel).topic.value.startswith("SEV1 · active")


async def test_severity_is_changed_by_form_which_says_what_each_level_means(town: Town) -> None:
    await town.opens(town.ana, "sev3 backlash Courier video")
    await town.does(town.ana, "/crisis sev")
    form = await town.ana.is_shown_form("Change severity")
    assert "SEV1 when: Someone is hurt or could be" in form.text
    assert form.fields["Severity"].startswith("SEV3")
    level = next(label for label in form.options["Severity"] if label.startswith("SEV2"))
    await town.sends(town.ana, "Change severity", {"Severity": level, "Reason": "it grows"})
    await town.ana.is_told("Severity is now SEV2 (was SEV3), set by @ana: it grows")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("sev 5", "is not a severity. Write one of 1, 2, 3, 4 (1 is the gravest)"),
        ("sev high", "is not a severity. Write one of 1, 2, 3, 4 (1 is the gravest)"),
        ("sev 2", "This crisis is at SEV2 already. Nothing was changed."),
    ],
)
async def test_a_wrong_severity_gets_a_sentence_that_says_what_would_be_right(
    town: Town, typed: str, says: str
) -> None:
    await town.opens(town.ana, "sev2 Odd posts")
    assert says in await town.does(town.ana, f"/crisis {typed}")
    assert "SEV2, active" in town.summary(town.ana).text


async def test_anyone_raises_the_severity_and_only_the_lead_lowers_it(town: Town) -> None:
    channel = await town.opens(town.ana, "sev3 Odd posts")
    await town.ben.joins(channel)
    await town.does(town.ben, "/crisis sev sev2")
    await town.ben.is_told("Severity is now SEV2 (was SEV3), set by @ben.")
    refused = await town.does(town.ben, "/crisis sev 4")
    assert "Only the lead may lower the severity of a crisis. Ask @ana" in refused
    await town.does(town.ana, "/crisis sev 4")
    await town.ana.is_told("Severity is now SEV4 (was SEV2), set by @ana.")


# -- updates -------------------------------------------------------------------------------------------------


async def test_an_update_stands_in_the_channel_and_under_the_announcement_and_resets_the_clock(
    town: Town,
) -> None:
    channel = await town.opens(town.ana, "sev2 backlash Courier video")
    await town.later(minutes=4)
    said = await town.does(town.ana, "/crisis update The post is down.\nWe answer everybody, says @ben")
    assert "Posted. The next update is due 2:44 AM." in said
    told = await town.ana.is_told("Status update 1 by @ana", where=channel)
    assert "The post is down.\nWe answer everybody, says @ben" in told.text
    assert "Next update due 2:44 AM." in told.text
    announcement = town.card(town.eve, "SEV2 crisis 1", "#announcements")
    assert "The post is down." in announcement.text
    assert "Next update due 2:44 AM" in town.summary(town.ana).text
    (threaded,) = [
        m
        for m in town.eve.sees("#announcements", threads=True)
        if m.message.thread_ts == announcement.ts and m.ts != announcement.ts
    ]
    assert "Update 1 on crisis 1 by @ana" in threaded.text
    assert threaded.notifies == {"ana"}


async def test_an_update_is_written_in_a_form_from_the_panel_and_without_words(town: Town) -> None:
    channel = await town.opens(town.ana, "sev2 backlash Courier video")
    await town.does(town.ana, "/crisis")
    await town.clicks(town.ana, town.card(town.ana, "SEV2 crisis 1"), "Post update…")
    await town.sends(town.ana, "Status update", {"What is known now?": "The post is down"})
    await town.ana.is_told("The post is down", where=channel)
    await town.does(town.ana, "/crisis update")
    await town.sends(town.ana, "Status update", {"What is known now?": "It is quiet"})
    assert "Status update 2" in (await town.ana.is_told("It is quiet", where=channel)).text
    town.eve.reads("#announcements")


# -- resolve and watch ---------------------------------------------------------------------------------------


async def test_a_resolved_crisis_is_watched_with_one_check_a_day_and_no_pings(town: Town) -> None:
    channel = await town.opens(town.ana, "sev2 backlash Courier video")
    await town.does(town.ana, "/crisis resolve")
    told = await town.ana.is_told("@ana resolved this crisis.", where=channel)
    assert "Reminders for steps stop; I ask once a day whether all is quiet." in told.text
    assert "SEV2, resolved, being watched" in town.summary(town.ana).text
    assert "Reminders have stopped" in town.checklist(town.ana).text
    posts = town.posts()
    await town.later(hours=23)
    assert town.posts() == posts
    assert town.ana.dms() == []
    await town.later(hours=1)
    check = await town.ana.is_told("Day 1 of watching. Is all quiet?", where=channel)
    assert check.buttons == ["All is quiet", "Close…", "Reopen"]
    await town.later(days=1)
    await town.ana.is_told("Day 2 of watching. Is all quiet?", where=channel)
    assert town.posts() == posts + 2
    assert town.ana.dms() == []
    assert "already" in await town.does(town.ana, "/crisis resolve")


async def test_whoever_finds_all_quiet_says_so_with_one_press(town: Town) -> None:
    channel = await town.opens(town.ana, "sev2 backlash Courier video")
    await town.ben.joins(channel)
    await town.does(town.ana, "/crisis resolve")
    await town.later(days=1)
    check = await town.ben.is_told("Is all quiet?", where=channel)
    posts = town.posts()
    await town.ben.clicks(check, "All is quiet")
    await town.ana.clicks(check, "All is quiet")
    await town.settled()
    await town.ana.is_told("@ben already answered this: All is quiet.")
    assert "@ben said at 11:40 PM that all is quiet." in check.text
    assert check.buttons == ["Close…", "Reopen"]
    assert town.posts() == posts
    assert "@ben said that all is quiet" in await town.does(town.ana, "/crisis status")
    await town.later(days=1)
    assert (await town.ana.is_told("Day 2 of watching", where=channel)).buttons[0] == "All is quiet"
    reads_everything(town, town.ana)


async def test_the_daily_check_waits_for_the_morning_of_the_lead(town: Town) -> None:
    channel = await town.opens(town.ana, "sev3 backlash Courier video")
    await town.does(town.ana, "/crisis resolve")
    posts = town.posts()
    await town.later(days=1)
    await town.later(hours=7, minutes=19)  # 7:59 where she is
    assert town.posts() == posts
    await town.later(minutes=1)
    check = await town.ana.is_told("Day 1 of watching. Is all quiet?", where=channel)
    assert "Lead @ana" in check.text
    await town.later(hours=24)
    await town.ana.is_told("Day 2 of watching", where=channel)
    reads_everything(town, town.ana)


async def test_one_click_reopens_a_watched_crisis_in_place(town: Town) -> None:
    channel = await town.opens(town.ana, "sev2 backlash Courier video")
    await town.ben.joins(channel)
    await town.does(town.ana, "/crisis resolve")
    await town.later(days=1)
    check = await town.ben.is_told("Is all quiet?", where=channel)
    await town.clicks(town.ben, check, "Reopen")
    await town.ben.is_told("@ben reopened this crisis. Reminders run again.", where=channel)
    assert "SEV2, active" in town.summary(town.ana).text
    assert "SEV2 crisis 1, active" in town.card(town.eve, "SEV2", "#announcements").text
    assert town.channel == channel
    assert check.buttons == [], "nobody waits for an answer any more"
    reads_everything(town, town.ana)
    town.ana.reads(town.slack.app)


async def test_the_command_reopens_a_watched_crisis_in_place(town: Town) -> None:
    channel = await town.opens(town.ana, "sev2 Odd posts")
    await town.does(town.ana, "/crisis resolve")
    assert "Crisis 1 is active again." in await town.does(town.ana, "/crisis reopen")
    await town.ana.is_told("@ana reopened this crisis.", where=channel)
    assert "is active already. Nothing was changed." in await town.does(town.ana, "/crisis reopen")
    reads_everything(town, town.ana)
    await town.later(minutes=11)
    await town.ana.is_told("Step 1", where=town.slack.app)


async def test_the_check_of_a_watched_crisis_closes_it_too(town: Town) -> None:
    channel = await town.opens(town.ana, "sev2 Odd posts")
    await town.does(town.ana, "/crisis resolve")
    await town.later(days=1)
    check = await town.ana.is_told("Is all quiet?", where=channel)
    await town.clicks(town.ana, check, "Close…")
    await town.sends(town.ana, "Close the crisis", LEARNED)
    assert "SEV2, closed" in town.summary(town.ana).text
    assert check.buttons == []
    reads_everything(town, town.ana)


# -- close ---------------------------------------------------------------------------------------------------


async def test_closing_an_active_crisis_says_what_is_missing_with_the_button_that_fixes_it(
    town: Town,
) -> None:
    channel = await town.opens(town.ana, "sev2 Odd posts")
    await town.does(town.ana, "/crisis close")
    told = await town.ana.is_told(
        "Crisis 1 is still active. Resolve it first; then it can be closed.", where=channel
    )
    assert told.buttons == ["Resolve"]
    await town.clicks(town.ana, told, "Resolve")
    await town.does(town.ana, "/crisis close")
    await town.ana.is_shown_form("Close the crisis")
    reads_everything(town, town.ana)


async def test_one_form_asks_for_everything_and_names_the_open_steps(town: Town) -> None:
    await town.opens(town.ana, "sev2 Odd posts")
    await town.does(town.ana, "/crisis resolve")
    await town.does(town.ana, "/crisis close")
    form = await town.ana.is_shown_form("Close the crisis")
    assert list(form.fields) == [*LEARNED, "Why can they stay open?"]
    assert "what @who by 2026-12-01" in form.text
    assert "9 steps are still open" in form.text
    reads_everything(town, town.ana)


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"Summary": " "}, "Summary", "Say in a sentence or two what happened and how it ended."),
        ({"Lessons": " \n- "}, "Lessons", "Write at least one lesson, one a line"),
        ({"Action items": "Write it @nobody"}, "Action items", "Line 1: I do not know @nobody"),
        (
            {"Action items": "Write it by 2026-13-01"},
            "Action items",
            "Line 1: “2026-13-01” is not a day. Write it like 2026-11-27, tomorrow or Friday.",
        ),
        ({"Action items": "@ben by 2026-12-01"}, "Action items", "not what is to be done"),
    ],
)
async def test_a_close_that_lacks_something_says_what_beside_the_field_and_keeps_what_was_typed(
    town: Town, wrong: dict[str, str], field: str, says: str
) -> None:
    await town.opens(town.ana, "sev2 Odd posts")
    await town.does(town.ana, "/crisis resolve")
    await town.does(town.ana, "/crisis close")
    await town.sends(town.ana, "Close the crisis", LEARNED | wrong)
    assert town.ana.form is not None
    assert says in town.ana.form.errors[field]
    assert town.ana.form.fields["What went well"] == LEARNED["What went well"]
    assert "resolved, being watched" in town.summary(town.ana).text
    reads_everything(town, town.ana)


async def test_a_closed_crisis_tells_what_was_learned_here_and_where_it_was_announced(town: Town) -> None:
    channel = await town.opens(town.ana, "sev2 backlash Courier video")
    await town.does(town.ana, "/crisis resolve")
    await town.does(town.ana, "/crisis close")
    await town.sends(
        town.ana, "Close the crisis", {**LEARNED, "Why can they stay open?": "The agency does them"}
    )
    await town.ana.is_told("Crisis 1 is closed. Thank you.")
    for where in (channel, "#announcements"):
        told = town.card(town.ana, "What we learned in crisis 1", where)
        for words in (
            "Courier video",
            "A courier threw a parcel.",
            "We answered within the hour",
            "Nobody knew who could pause the ads",
            "• Keep a list of who can pause ads",
            "• Write the ads list · @ben, by 1 December 2026, open",
        ):
            assert words in told.text
    assert "Skipped by @ana" in town.row(town.ana, "Pause scheduled posts")
    assert "Reason: The agency does them" in town.row(town.ana, "1. ")
    assert "SEV2 crisis 1, closed" in town.card(town.eve, "SEV2", "#announcements").text
    assert "No crisis is in progress" in await town.asks(town.eve, "/crisis list")
    assert "is closed already" in await town.does(town.ana, "/crisis close")
    assert "Crisis 1 is closed. /crisis reopen takes it up again." in await town.does(
        town.ana, "/crisis sev 1"
    )
    reads_everything(town, town.ana)


async def test_the_channel_is_archived_a_day_after_the_close(town: Town) -> None:
    channel = await town.opens(town.ana, "sev2 Odd posts")
    await closes(town, town.ana)
    assert "The channel will be archived" in town.summary(town.ana).text
    await town.later(hours=23)
    assert not town.slack.channel(channel).archived
    await town.later(hours=1)
    assert town.slack.channel(channel).archived
    await town.later(days=3)
    assert town.calls_of("conversations.archive") == 1


async def test_a_setting_archives_the_channel_at_once_with_everything_in_it(start: Start) -> None:
    async with start(crisis_archive_after="0s") as town:
        channel = await town.opens(town.ana, "sev2 Odd posts")
        await closes(town, town.ana)
        assert town.slack.channel(channel).archived
        assert "SEV2, closed" in town.summary(town.ana).text
        assert "What we learned in crisis 1" in town.ana.reads(channel)
        assert town.slack.channel(channel).topic.value.startswith("SEV2 · closed")
        assert "What we learned in crisis 1" in town.ana.reads("#announcements")
        assert town.ana.dms() == []


# -- reopen --------------------------------------------------------------------------------------------------


async def test_a_closed_crisis_is_reopened_in_place_before_its_channel_is_archived(town: Town) -> None:
    channel = await town.opens(town.ana, "sev2 Odd posts")
    await closes(town, town.ana)
    await town.later(hours=20)
    assert "Crisis 1 is active again." in await town.does(town.ana, "/crisis reopen")
    await town.later(hours=1)
    assert "SEV2, active" in town.summary(town.ana).text
    await town.later(days=2)
    assert not town.slack.channel(channel).archived
    assert town.channel == channel
    reads_everything(town, town.ana)
    town.ana.reads(town.slack.app)


async def test_closing_again_after_a_reopen_keeps_what_was_written_before(town: Town) -> None:
    await town.opens(town.ana, "sev2 Odd posts")
    await closes(town, town.ana)
    await town.does(town.ana, "/crisis reopen")
    await town.does(town.ana, "/crisis resolve")
    await town.does(town.ana, "/crisis close")
    form = await town.ana.is_shown_form("Close the crisis")
    assert form.fields["Summary"] == LEARNED["Summary"]
    assert form.fields["Lessons"] == LEARNED["Lessons"]
    await town.sends(town.ana, "Close the crisis", {"Lessons": LEARNED["Lessons"] + "\nAsk twice"})
    assert town.ana.form is None
    assert "Ask twice" in town.card(town.ana, "What we learned in crisis 1", "#announcements").text
    assert "Write the ads list" in await town.asks(town.ana, "/crisis actions")
    reads_everything(town, town.ana)


async def test_after_the_archiving_a_crisis_goes_on_in_a_new_channel_linked_with_the_old(town: Town) -> None:
    ana, ben = town.ana, town.ben
    old = await town.opens(ana, "sev2 backlash Courier video")
    await town.does(ana, "/crisis role comms @ben")
    await ben.is_told("made you Comms")
    await town.everybody_accepts()
    await closes(town, ana)
    await town.later(days=1)
    assert town.slack.channel(old).archived
    said = await town.asks(ana, "/crisis reopen 1")
    assert "Crisis 1 goes on in a new channel." in said
    assert "#crisis-1-courier-video-2" in said
    new = town.slack.channel("crisis-1-courier-video-2")
    assert new.members[1] == ana.id
    assert ben.id in new.members
    assert f"Continues {old}" in town.summary(ana).text
    assert town.summary(ana).is_pinned
    assert "SEV2, active" in town.summary(ana).text
    assert "Checklist 0/14" in town.checklist(ana).text, "what only the close skipped is open again"
    entries = [type(e).__name__ for e in await town.app.store.timeline(1)]
    assert (entries.count("StepSkipped"), entries.count("StepReopened")) == (14, 14)
    announcement = town.card(town.eve, "SEV2 crisis 1", "#announcements")
    assert f"#crisis-1-courier-video-2, before in {old}" in announcement.text
    await town.does(ana, "/crisis update It starts again")
    await ana.is_told("It starts again", where=town.channel)
    await ana.is_told("Nobody is Community, Facts, Legal, Internal or Executive yet.", where=town.slack.app)
    await ben.is_told("3 steps of crisis 1, Courier video wait for you.", where=town.slack.app)
    reads_everything(town, ana)


async def test_what_cannot_be_reopened_gets_a_sentence_that_says_why(town: Town) -> None:
    assert "Write for instance /crisis reopen 12." in await town.asks(town.ana, "/crisis reopen")
    assert "There is no crisis “7” that I can show you. Write its number;" in await town.asks(
        town.ana, "/crisis reopen 7"
    )
    assert "There is no crisis “soon” that I can show you. Write its number;" in await town.asks(
        town.ana, "/crisis reopen soon"
    )
    assert "There is no crisis" in await town.asks(town.ana, f"/crisis reopen {'9' * 40}")
    await town.opens(town.ana, "sev2 Odd posts")
    await town.does(town.ana, "/crisis cancel It was a test")
    await town.ana.is_told("cancelled this crisis")
    assert "was cancelled. Open a new one" in await town.does(town.ana, "/crisis reopen")


# -- cancel --------------------------------------------------------------------------------------------------


async def test_a_crisis_opened_by_mistake_is_cancelled_with_a_reason_and_leaves_no_trace_in_the_figures(
    town: Town,
) -> None:
    channel = await town.opens(town.ana, "sev2 Odd posts")
    await town.does(town.ana, "/crisis cancel It was an old video, says @ben")
    await town.ana.is_told("@ana cancelled this crisis: It was an old video, says @ben", where=channel)
    assert "SEV2, cancelled" in town.summary(town.ana).text
    assert "Cancelled: It was an old video" in town.summary(town.ana).text
    assert "It was cancelled" in town.card(town.eve, "SEV2", "#announcements").text
    assert "No crisis is in progress" in await town.asks(town.eve, "/crisis list")
    assert "There are no lessons yet" in await town.asks(town.eve, "/crisis lessons")
    assert "No action item is open" in await town.asks(town.eve, "/crisis actions")
    for typed in ("close", "resolve", "sev 1", "update x", "step x", "role comms @ben", "note x"):
        told = await town.does(town.ana, f"/crisis {typed}")
        assert "Crisis 1 was cancelled. Open a new one with /crisis open." in told, typed
    assert "cancelled already" in await town.does(town.ana, "/crisis cancel again")
    await town.later(days=1)
    assert town.slack.channel(channel).archived


async def test_cancelling_asks_for_the_reason_when_none_was_typed(town: Town) -> None:
    await town.opens(town.ana, "sev2 Odd posts")
    await town.does(town.ana, "/crisis cancel")
    await town.sends(town.ana, "Cancel the crisis", {})
    assert town.ana.form is not None
    assert "Reason" in town.ana.form.errors
    await town.sends(town.ana, "Cancel the crisis", {"Reason": "Just a test"})
    await town.ana.is_told("@ana cancelled this crisis: Just a test")
