"""Slack or its admins refuse: people read why and what to do, the crisis stays whole and goes on afterwards."""

from __future__ import annotations

import pytest

from bot.simulator import Slack
from bot.simulator.messaging import delete
from tests.histories.afterwards import crisis, dms, goes_on, in_front_of
from tests.histories.conftest import Start, Town


def without(slack: Slack, scope: str) -> None:
    slack.team.manifest.scopes.remove(scope)


@pytest.mark.parametrize(
    "scope",
    [
        "pins:write",
        "im:write",
        "channels:manage",
        "users:read",
        "channels:read",
        "channels:join",
        "dnd:read",
    ],
)
async def test_a_missing_permission_is_named_and_the_rest_works(town: Town, scope: str) -> None:
    ana = town.ana
    without(town.slack, scope)
    answer = await town.asks(ana, "/crisis open sev2 Courier")
    if scope == "channels:manage":
        assert "Crisis 1 is written down, but its channel could not be made." in answer
        assert "The app lacks the permission channels:manage." in answer
        assert "/crisis reopen 1" in answer
        assert (await crisis(town)).channel is None
    else:
        assert "Crisis 1 is open" in answer
        told = dms(ana, "The app lacks the permission") or dms(ana, "I could not")
        assert len(told) == (1 if scope.startswith("channels") else 2 if scope == "pins:write" else 0), told
        if scope == "users:read":
            refused = await town.does(ana, "/crisis step Call the venue @ben in 5m")
            assert "nothing was changed. The app lacks the permission users:read." in refused
        await town.does(ana, "/crisis step Call the venue in 5m")
        await town.ben.joins(town.channel)
        await town.clicks(town.ben, town.checklist(town.ben), "Claim", near="Call the venue")
        await town.later(minutes=6)
        assert dms(town.ben, "Call the venue")
    town.slack.team.manifest.scopes.append(scope)
    if scope == "channels:manage":
        await town.asks(ana, "/crisis reopen 1")
    await goes_on(town, ana)


async def test_a_workspace_where_only_admins_create_channels_says_who_can_change_that(town: Town) -> None:
    ana = town.ana
    town.slack.team.only_admins_create_channels = True
    await ana.types("#general", "/crisis")
    await town.sends(ana, "Open a crisis", {"Title": "Courier", "What happened": "He threw it"})
    assert "This workspace does not let apps do that. An admin can allow it" in in_front_of(ana).text
    assert "/crisis reopen 1" in in_front_of(ana).text
    assert (await crisis(town)).what_happened == "He threw it"
    await town.later(minutes=40)
    again = await town.asks(ana, "/crisis reopen 1")
    assert "could not be made" in again
    town.slack.team.only_admins_create_channels = False
    await town.asks(ana, "/crisis reopen 1")
    await goes_on(town, ana)


@pytest.mark.parametrize("how", ["event", "error"])
async def test_a_channel_archived_under_our_feet_goes_on_in_a_new_one(town: Town, how: str) -> None:
    ana = town.ana
    old = await town.opens(ana, "sev2 Courier")
    await town.does(ana, "/crisis step Call the venue @ben in 5m")
    if how == "event":
        await ana.archives(old)
        await town.settled()
    else:
        town.slack.channel(old).archived = True
        await town.later(minutes=6)
        assert dms(town.ben, "Call the venue")
    told = dms(ana, "The channel of crisis 1 was archived. Nothing is lost.")
    assert len(told) == 1
    assert "/crisis reopen 1" in told[0]
    await town.later(hours=1)
    assert len(dms(ana, "was archived")) == 1
    await town.asks(ana, "/crisis reopen 1")
    assert town.channel == "#crisis-1-courier-2"
    assert f"Continues {old}" in town.summary(ana).text
    await goes_on(town, ana)


async def test_a_channel_brought_back_shows_the_present_state(town: Town) -> None:
    ana = town.ana
    channel = await town.opens(ana, "Courier")
    await ana.archives(channel)
    await town.settled()
    await ana.unarchives(channel)
    await town.settled()
    assert (await crisis(town)).channel_lost is None
    await goes_on(town, ana)


@pytest.mark.parametrize("private", [False, True])
async def test_the_bot_removed_says_how_to_go_on_and_comes_back_by_invitation(
    town: Town, private: bool
) -> None:
    ana = town.ana
    await ana.types("#general", "/crisis")
    values = {"Title": "Courier"} | (
        {"Private": "Only the people in its channel can see it"} if private else {}
    )
    await town.sends(ana, "Open a crisis", values)
    await ana.dismisses()
    channel = town.channel
    await ana.removes(town.slack.app, channel)
    await town.settled()
    told = dms(ana, "I was removed from the channel of crisis 1 and cannot write there.")
    assert len(told) == 1
    assert "/invite" in told[0]
    assert "/crisis reopen 1" in told[0]
    before = town.posts(channel)
    await town.does(ana, "/crisis step Call the venue @ben in 5m")
    await town.later(minutes=31)
    assert town.posts(channel) == before
    await ana.invites(town.slack.app, channel)
    await town.settled()
    assert "Call the venue" in town.checklist(ana).text
    await goes_on(town, ana)


async def test_a_removal_nobody_told_us_of_is_found_out(town: Town) -> None:
    ana = town.ana
    channel = await town.opens(ana, "Courier")
    town.slack.channel(channel).members.remove(town.slack.bot_user_id)
    await town.does(ana, "/crisis sev 1")
    await town.later(seconds=2)
    assert town.slack.bot_user_id in town.slack.channel(channel).members, "a public channel is joined again"
    assert "Severity is now SEV1" in ana.reads(channel)
    await goes_on(town, ana)


@pytest.mark.parametrize("starts", ["Crisis ", "Checklist "])
async def test_a_card_somebody_deleted_stands_there_again_and_is_pinned(town: Town, starts: str) -> None:
    ana = town.ana
    channel = await town.opens(ana, "Courier")
    card = town.card(ana, starts)
    delete(town.slack.team, card.channel, card.message)
    await town.does(ana, "/crisis sev 1")
    again = town.card(ana, starts, channel)
    assert again.ts != card.ts
    assert not again.is_deleted
    assert again.is_pinned, "the new card is pinned in place of the old one"
    await goes_on(town, ana)


async def test_an_announcement_somebody_deleted_stands_there_again(town: Town) -> None:
    ana = town.ana
    await town.opens(ana, "Courier")
    first = next(m for m in ana.sees("#announcements") if "crisis 1" in m.text)
    delete(town.slack.team, first.channel, first.message)
    await town.does(ana, "/crisis update One")
    await town.does(ana, "/crisis update Two")
    assert len([m for m in ana.sees("#announcements") if "SEV3 crisis 1" in m.text]) == 1
    assert "Two" in ana.reads("#announcements")


async def test_an_announcement_channel_that_is_not_there_is_told_to_the_lead_once(start: Start) -> None:
    async with start(crisis_announce_channel="nowhere") as town:
        ana = town.ana
        await town.opens(ana, "Courier")
        told = dms(ana, "There is no channel #nowhere that I can see.")
        assert len(told) == 1
        assert "CRISIS_ANNOUNCE_CHANNEL" in told[0]
        await town.does(ana, "/crisis sev 1")
        await town.later(hours=1)
        assert len(dms(ana, "I could not announce")) == 1
        town.slack.add_channel("nowhere", members=[ana])
        await town.does(ana, "/crisis update Now it is there")
        assert "Courier" in ana.reads("#nowhere")
        await goes_on(town, ana)


async def test_a_private_announcement_channel_needs_an_invitation(start: Start) -> None:
    async with start(crisis_announce_channel="board") as town:
        ana = town.ana
        town.slack.add_channel("board", private=True, members=[ana])
        await town.opens(ana, "Courier")
        assert len(dms(ana, "invite me if it is private")) == 1
        await ana.invites(town.slack.app, "#board")
        await town.does(ana, "/crisis sev 1")
        assert "SEV1 crisis 1" in ana.reads("#board")
        await ana.removes(town.slack.app, "#board")
        await town.does(ana, "/crisis sev 2")
        assert "SEV1 crisis 1" in ana.reads("#board")
        assert dms(ana, "I could not announce this crisis.")
        await goes_on(town, ana)


async def test_an_announcement_channel_archived_later_costs_one_word(town: Town) -> None:
    ana = town.ana
    await town.opens(ana, "Courier")
    town.slack.channel("announcements").archived = True
    for level in (2, 1):
        await town.does(ana, f"/crisis sev {level}")
    assert len(dms(ana, "I could not announce this crisis.")) >= 1
    assert len(dms(ana, "I could not announce this crisis.")) <= 2
    await goes_on(town, ana)
    town.slack.channel("announcements").archived = False
    await town.does(ana, "/crisis update Back again")
    assert "Back again" in ana.reads("#announcements")
