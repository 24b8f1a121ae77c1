"""What Slack tells about the crisis channel."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.channels import (
    LOST_WORDS,
    channel_archived,
    channel_back,
    channel_created,
    channel_lost,
    channel_refused,
    channel_renamed,
    member_joined,
    member_left,
    order_failed,
)  # fmt: skip
from bot.domain.effects import (
    InvitePeople,
    PinMessage,
    SetTopic,
    ShowAnnouncement,
    ShowChecklist,
    ShowLearned,
    ShowSummary,
    TellOpener,
)  # fmt: skip
from bot.domain.lifecycle import reopen_crisis
from bot.domain.model import Channel, ReplyTo
from bot.domain.timeline import ChannelArchived, ChannelBack, ChannelLost, ChannelOpened, SlackRefused
from tests.domain.a_crisis import (
    ANA,
    BO,
    CHANNEL,
    COY,
    DEE,
    LEA,
    NOW,
    a_crisis,
    assert_reads_well,
    at,
    closed,
    kinds,
    notices,
    opening,
    unchanged,
)  # fmt: skip

HERE = ReplyTo(response_url="https://hooks.example/1")


def test_a_new_channel_gets_its_opener_first_then_the_others_and_every_card() -> None:
    decision = channel_created(opening(reply_to=HERE).incident, channel=CHANNEL, now=NOW)
    assert decision.incident.channel == CHANNEL
    assert decision.incident.opener_hears is None
    assert decision.entries == (ChannelOpened(NOW, "", CHANNEL.name),)
    assert decision.effects == (
        InvitePeople((ANA,)), InvitePeople((LEA, DEE, COY)),
        ShowSummary(), ShowChecklist(), ShowAnnouncement(),
        TellOpener(HERE, ANA), ShowLearned(), PinMessage("summary"), PinMessage("checklist"), SetTopic(),
    )  # fmt: skip


def test_an_opener_who_is_alone_is_invited_alone() -> None:
    decision = channel_created(opening(roster={}).incident, channel=CHANNEL, now=NOW)
    assert [e for e in decision.effects if isinstance(e, InvitePeople)] == [InvitePeople((ANA,))]


def test_a_channel_is_created_once() -> None:
    incident = a_crisis()
    assert unchanged(channel_created(incident, channel=Channel("C2", "other"), now=at(1)), incident)


def test_a_new_channel_after_a_reopening_invites_everyone_who_was_there() -> None:
    there = member_joined(closed(a_crisis()), person=BO).incident
    again = reopen_crisis(
        channel_archived(there, now=at(95)).incident, by=COY, now=at(100), reply_to=HERE
    ).incident
    decision = channel_created(again, channel=Channel("C2", "crisis-7-again"), now=at(101))
    invited = [p for e in decision.effects if isinstance(e, InvitePeople) for p in e.people]
    assert invited == [ANA, LEA, DEE, COY, BO]
    assert TellOpener(HERE, ANA) in decision.effects
    assert ShowLearned() not in decision.effects


def test_the_opener_hears_why_there_is_no_channel() -> None:
    incident = opening(reply_to=HERE).incident
    decision = channel_refused(incident, why="Slack says no.", now=NOW)
    assert decision.incident == incident
    assert decision.effects == (TellOpener(HERE, ANA, failed="Slack says no."),)
    assert decision.entries == (SlackRefused(NOW, "", "create the channel", "Slack says no."),)


@pytest.mark.parametrize("why", LOST_WORDS)
def test_a_lost_channel_is_told_to_the_lead_once_with_the_way_on(why: str) -> None:
    decision = channel_lost(a_crisis(), why=why, now=at(5))
    assert decision.incident.channel_lost == why
    assert decision.entries == (ChannelLost(at(5), "", why),)
    [(person, text)] = notices(decision)
    assert person == LEA
    assert "`/crisis reopen 7`" in text
    assert_reads_well(text)
    assert unchanged(channel_lost(decision.incident, why=why, now=at(6)), decision.incident)


def test_a_channel_that_is_archived_after_the_bot_was_removed_is_news() -> None:
    removed = channel_lost(a_crisis(), why="removed", now=at(5)).incident
    assert len(notices(channel_lost(removed, why="archived", now=at(6)))) == 1


def test_nobody_is_told_about_the_lost_channel_of_a_closed_crisis() -> None:
    decision = channel_lost(closed(a_crisis()), why="archived", now=at(100))
    assert kinds(decision.entries) == ["ChannelLost"]
    assert not decision.effects


def test_a_channel_the_bot_archived_is_not_lost() -> None:
    archived = channel_archived(closed(a_crisis()), now=at(100)).incident
    assert unchanged(channel_lost(archived, why="archived", now=at(101)), archived)


def test_a_crisis_without_a_channel_cannot_lose_it() -> None:
    incident = opening().incident
    assert unchanged(channel_lost(incident, why="removed", now=at(1)), incident)


def test_a_channel_that_is_back_shows_the_present_state_once() -> None:
    lost = channel_lost(a_crisis(), why="removed", now=at(5)).incident
    decision = channel_back(lost, now=at(9))
    assert decision.incident.channel_lost is None
    assert decision.entries == (ChannelBack(at(9), ""),)
    assert kinds(decision.effects) == ["ShowSummary", "ShowChecklist", "ShowAnnouncement", "SetTopic"]
    assert unchanged(channel_back(decision.incident, now=at(10)), decision.incident)


def test_a_channel_that_people_take_out_of_the_archive_is_used_again() -> None:
    archived = channel_archived(closed(a_crisis()), now=at(100)).incident
    back = channel_back(archived, now=at(110)).incident
    assert not back.archived_by_us
    assert reopen_crisis(back, by=LEA, now=at(111)).incident.channel == CHANNEL


def test_the_planned_archiving_is_noted_once() -> None:
    decision = channel_archived(closed(a_crisis()), now=at(2000))
    assert decision.incident.archived_by_us
    assert decision.incident.archive_at is None
    assert decision.entries == (ChannelArchived(at(2000), ""),)
    assert unchanged(channel_archived(decision.incident, now=at(2001)), decision.incident)


def test_a_renamed_channel_is_known_by_its_new_name() -> None:
    decision = channel_renamed(a_crisis(), name="water")
    assert decision.incident.channel == Channel("C1", "water")
    assert unchanged(channel_renamed(decision.incident, name="water"), decision.incident)
    nowhere = opening().incident
    assert unchanged(channel_renamed(nowhere, name="water"), nowhere)


def test_people_come_and_go() -> None:
    incident = a_crisis()
    joined = member_joined(incident, person=BO).incident
    assert joined.members == incident.members | {BO}
    assert unchanged(member_joined(joined, person=BO), joined)
    assert member_left(joined, person=BO).incident == incident
    assert unchanged(member_left(incident, person=BO), incident)


def test_a_failed_order_is_told_to_the_lead() -> None:
    decision = order_failed(a_crisis(), what="pin the summary", why="Too many pins.", to_lead=True, now=at(3))
    assert decision.entries == (SlackRefused(at(3), "", "pin the summary", "Too many pins."),)
    assert notices(decision) == [(LEA, "Crisis 7: I could not pin the summary. Too many pins.")]


def test_the_same_failure_is_told_once_and_another_again() -> None:
    once = order_failed(
        a_crisis(), what="pin the summary", why="Too many pins.", to_lead=True, now=at(3)
    ).incident
    assert unchanged(
        order_failed(once, what="pin the summary", why="Too many pins.", to_lead=True, now=at(4)), once
    )
    assert notices(
        order_failed(once, what="pin the checklist", why="Too many pins.", to_lead=True, now=at(4))
    )
    assert notices(order_failed(once, what="pin the summary", why="I may not.", to_lead=True, now=at(4)))


def test_a_word_to_the_lead_that_failed_goes_to_the_channel() -> None:
    decision = order_failed(a_crisis(), what="write to the lead", why="Gone.", to_lead=False, now=at(3))
    assert kinds(decision.entries) == ["SlackRefused"]
    assert notices(decision) == [(None, "Crisis 7: I could not write to the lead. Gone.")]


def test_without_a_channel_a_word_to_the_lead_that_failed_orders_nothing_more() -> None:
    lost = channel_lost(a_crisis(), why="archived", now=at(2)).incident
    assert not order_failed(lost, what="write to the lead", why="Gone.", to_lead=False, now=at(3)).effects


def test_without_a_lead_the_opener_hears_of_what_failed() -> None:
    leaderless = replace(a_crisis(), roles=())
    assert notices(order_failed(leaderless, what="x", why="Y.", to_lead=True, now=at(3)))[0][0] == ANA
    assert notices(channel_lost(leaderless, why="removed", now=at(3)))[0][0] == ANA


def test_a_private_crisis_is_never_announced_by_its_channel() -> None:
    created = channel_created(opening(private=True).incident, channel=CHANNEL, now=NOW)
    lost = channel_lost(created.incident, why="removed", now=at(1))
    back = channel_back(lost.incident, now=at(2))
    assert ShowAnnouncement() not in (*created.effects, *lost.effects, *back.effects)
    assert "Water" not in notices(lost)[0][1]
