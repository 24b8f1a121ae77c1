"""What Slack refuses for good: given up once, on the timeline, and said once to whom it concerns."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.timeline import Noted
from tests.histories.afterwards import crisis
from tests.histories.conftest import Start, Town
from tests.histories.once import METHODS, crisis_channels, in_the_end, timeline, twice, written

CHANNEL = "#crisis-1-courier-video"


def told_to_lead(town: Town) -> list[str]:
    return [m.text for m in town.ana.dms() if "I could not" in m.text]


@pytest.mark.parametrize(
    ("method", "error", "word"),
    [
        ("conversations.invite", "missing_scope", "I could not invite @ben"),
        ("conversations.invite", "cant_invite", "Slack does not let me invite this person"),
        ("conversations.setTopic", "missing_scope", "I could not set the topic of the channel"),
        ("pins.add", "restricted_action", "I could not pin the"),
        ("conversations.join", "restricted_action", "I could not announce this crisis"),
        ("conversations.list", "missing_scope", "I could not announce this crisis"),
        ("chat.update", "restricted_action", "I could not"),
    ],
)
async def test_what_slack_refuses_is_given_up_and_the_lead_hears_it_once(
    start: Start, method: str, error: str, word: str
) -> None:
    def about_others(args: Any) -> bool:
        return method != "conversations.invite" or town.ben.id in str(args.get("users"))

    async with start(calm=False) as town:
        await town.asks(town.ana, "/crisis roster comms @ben @cleo")
        refused = town.slack.faults.add(method, error, times=None, when=about_others)
        await town.ana.types("#general", "/crisis open sev2 backlash Courier video")
        await in_the_end(town)
        for title in ("Pause scheduled posts", "Save what caused it"):
            await town.ana.clicks(town.checklist(town.ana), "Claim", near=title)
            await in_the_end(town)
        tried = refused.hits
        await town.later(minutes=2)
        assert refused.hits == tried, "there is no loop"
        words = told_to_lead(town)
        assert any(word in text for text in words)
        assert len(words) == len(set(words)) <= 2
        assert (await timeline(town))["SlackRefused"] == len(words)
        assert {"1/summary", "1/checklist"} <= set(written(town.slack)[CHANNEL])


async def test_one_person_who_cannot_be_invited_keeps_nobody_else_out(start: Start) -> None:
    async with start(calm=False) as town:
        await town.asks(town.ana, "/crisis roster comms @ben @cleo")
        await town.asks(town.ana, "/crisis roster legal @dana")
        town.slack.faults.add(
            "conversations.invite", "cant_invite", times=None, when=lambda args: town.ben.id in args["users"]
        )
        await town.ana.types("#general", "/crisis open sev2 backlash Courier video")
        await in_the_end(town)
        members = set(town.slack.channel(CHANNEL).members)
        assert {town.ana.id, town.cleo.id, town.dana.id} <= members
        assert town.ben.id not in members
        assert len(told_to_lead(town)) == 1


async def test_somebody_who_came_before_the_invitation_keeps_nobody_else_out(start: Start) -> None:
    async with start(calm=False) as town:
        await town.asks(town.ana, "/crisis roster comms @ben @cleo")
        town.slack.faults.add(
            "conversations.invite", "http_503", when=lambda args: town.ben.id in args["users"]
        )
        await town.opens(town.ana, "sev2 backlash Courier video")
        await town.ben.joins(CHANNEL)
        await in_the_end(town)
        assert town.cleo.id in town.slack.channel(CHANNEL).members
        assert told_to_lead(town) == []


@pytest.mark.parametrize("error", ["missing_scope", "restricted_action", "cannot_create_channel"])
async def test_a_channel_that_slack_will_not_create_is_told_to_whoever_opened(
    start: Start, error: str
) -> None:
    async with start(calm=False) as town:
        refused = town.slack.faults.add("conversations.create", error, times=None)
        await town.ana.types("#general", "/crisis open sev2 backlash Courier video")
        await in_the_end(town)
        await town.ana.is_told("could not be")
        await town.later(minutes=30)
        assert refused.hits == 1
        assert (await timeline(town))["SlackRefused"] == 1
        incident = await town.app.store.crisis(1)
        assert incident is not None
        assert incident.pings, "the steps are asked about all the same"
        assert await town.app.store.waiting(town.slack.clock.now()) == (0, timedelta(0))
        town.slack.faults.clear()
        await town.ana.types("#general", "/crisis reopen 1")
        await in_the_end(town)
        assert {"1/summary", "1/checklist"} <= set(written(town.slack)[CHANNEL])
        assert town.slack.channel(CHANNEL).pins


async def test_a_channel_that_people_archived_is_told_to_the_lead_once(start: Start) -> None:
    async with start(calm=False) as town:
        channel = await town.opens(town.ana, "sev2 backlash Courier video")
        checklist = town.checklist(town.ana)
        town.slack.faults.add("*", "is_archived", times=None, when=lambda args: _is_about(town, args))
        await town.ana.clicks(checklist, "Claim", near="Pause scheduled posts")
        await in_the_end(town)
        await town.ana.types(channel, "/crisis update We go on")
        await in_the_end(town)
        words = [m.text for m in town.ana.dms() if "was archived" in m.text]
        assert len(words) == 1
        assert (await timeline(town))["ChannelLost"] == 1
        asked = sum(1 for call in town.slack.calls if call.error == "is_archived")
        await town.later(minutes=10)
        assert sum(1 for call in town.slack.calls if call.error == "is_archived") == asked <= 3


@pytest.mark.parametrize("error", ["channel_not_found", "not_in_channel"])
async def test_a_private_channel_the_bot_lost_is_told_to_the_lead_once(start: Start, error: str) -> None:
    async with start(calm=False) as town:
        await town.opens(town.ana, "sev2 backlash Courier video")
        checklist = town.checklist(town.ana)
        town.slack.faults.add("conversations.join", "channel_not_found", times=None)
        town.slack.faults.add("*", error, times=None, when=lambda args: _is_about(town, args))
        await town.ana.clicks(checklist, "Claim", near="Pause scheduled posts")
        await in_the_end(town)
        assert len([m for m in town.ana.dms() if "removed from the channel" in m.text]) == 1
        assert (await timeline(town))["ChannelLost"] == 1


def _is_about(town: Town, args: Any) -> bool:
    return bool(args.get("channel") == town.slack.channel(town.channel[1:]).id)


async def test_an_owner_who_left_the_company_is_a_word_to_the_lead(start: Start) -> None:
    async with start(calm=False) as town:
        await town.opens(town.ana, "sev2 backlash Courier video")
        await town.ben.joins(CHANNEL)
        await town.clicks(town.ben, town.checklist(town.ben), "Claim", near="Pause scheduled posts")
        town.slack.deactivate(town.ben)
        await town.later(minutes=51)
        await in_the_end(town)
        assert len([m for m in town.ana.dms() if "@ben, who is deactivated in Slack" in m.text]) == 1
        assert [t for t in told_to_lead(town) if "remind" in t] == []
        assert written(town.slack).get("@ben") is None


async def test_the_archiving_waits_for_what_slack_refuses_for_a_moment(start: Start) -> None:
    async with start(calm=False, crisis_archive_after="0s") as town:
        await town.opens(town.ana, "sev2 backlash Courier video")
        town.slack.faults.add("conversations.setTopic", "http_503")
        await town.ana.types(CHANNEL, "/crisis cancel It was a test")
        await town.settled()
        assert not town.slack.channel(CHANNEL).archived
        await in_the_end(town)
        channel = town.slack.channel(CHANNEL)
        assert channel.archived
        assert "cancelled" in channel.topic.value


async def test_a_message_that_somebody_deleted_comes_back_once_although_the_answer_was_lost(
    start: Start,
) -> None:
    async with start(calm=False) as town:
        await town.opens(town.ana, "sev2 backlash Courier video")
        checklist = town.checklist(town.ana)
        town.ana.user.admin = True
        await town.ana.deletes(checklist)
        town.slack.faults.add("chat.postMessage", "reset_after")
        await town.ana.types(CHANNEL, "/crisis step Call the courier")
        await in_the_end(town)
        assert written(town.slack)[CHANNEL]["1/checklist"] == 1
        assert "Call the courier" in town.checklist(town.ana).text


async def test_an_update_whose_announcement_was_deleted_is_given_up_once(start: Start) -> None:
    async with start(calm=False) as town:
        await town.opens(town.ana, "sev2 backlash Courier video")
        town.ana.user.admin = True
        await town.ana.deletes(town.card(town.ana, "SEV2 crisis 1", "#announcements"))
        await town.ana.types(CHANNEL, "/crisis update The post is down")
        await in_the_end(town)
        assert len(told_to_lead(town)) == 1
        assert written(town.slack)["#announcements"] == Counter(["1/announcement"])


async def test_a_wrong_token_loses_nothing_until_it_is_repaired(start: Start) -> None:
    async with start(calm=False) as town:
        for method in METHODS:
            town.slack.faults.add(method, "token_revoked", times=2)
        await town.ana.types("#general", "/crisis open sev2 backlash Courier video")
        await in_the_end(town, step_s=30)
        assert {"1/summary", "1/checklist"} <= set(written(town.slack)[CHANNEL])
        assert twice(town.slack) == []


async def test_a_channel_that_was_made_is_taken_although_slack_refuses_to_make_one_by_now(
    start: Start,
) -> None:
    async with start(calm=False) as town:
        town.slack.faults.add("conversations.create", "reset_after")
        town.slack.faults.add("conversations.create", "missing_scope", times=None)
        await town.ana.types("#general", "/crisis open sev2 backlash Courier video")
        await in_the_end(town)
        incident = await crisis(town)
        assert incident.channel is not None
        assert crisis_channels(town.slack) == [incident.channel.name]


async def test_a_checklist_that_was_given_up_is_pinned_when_it_comes_after_all(start: Start) -> None:
    async with start(calm=False) as town:
        refused = town.slack.faults.add(
            "chat.postMessage",
            "restricted_action",
            times=None,
            when=lambda args: "checklist" in str(args["metadata"]),
        )
        await town.opens(town.ana, "sev2 backlash Courier video")
        assert refused.hits == 1
        town.slack.faults.clear()
        await town.does(town.ana, "/crisis step Call the courier")
        assert town.checklist(town.ana).is_pinned


async def test_a_pinned_message_that_slack_does_not_let_us_read_is_kept_with_its_link(start: Start) -> None:
    async with start(calm=False) as town:
        await town.opens(town.ana, "sev2 backlash Courier video")
        said = await town.ana.says(town.channel, "The courier is suspended")
        town.slack.faults.add("conversations.history", "missing_scope", times=None)
        await town.ana.reacts(said, ":pushpin:")
        await town.settled()
        (kept,) = [e for e in await town.app.store.timeline(1) if isinstance(e, Noted)]
        assert kept.text == "(a message that Slack does not let me read)"
        assert kept.link.endswith(said.ts.replace(".", ""))


async def test_a_ping_in_a_channel_that_is_lost_costs_no_word_of_its_own(start: Start) -> None:
    async with start(calm=False) as town:
        await town.opens(town.ana, "sev2 backlash Courier video")
        await town.later(minutes=16)
        await town.ben.joins(CHANNEL)
        ping = town.card(town.ben, "2 steps of crisis 1, Courier video wait for @ana.")
        town.slack.faults.add(
            "chat.update", "is_inactive", times=None, when=lambda args: args["ts"] == ping.ts
        )
        await town.clicks(town.ben, ping, "On it", near="Pause scheduled posts")
        await in_the_end(town)
        assert (await timeline(town))["ChannelLost"] == 1
        assert told_to_lead(town) == []
