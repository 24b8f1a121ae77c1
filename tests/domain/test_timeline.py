"""What the timeline tells."""

from __future__ import annotations

import pytest

from bot.domain.timeline import (
    ENTRY_KINDS,
    ActionDone,
    ChannelArchived,
    ChannelBack,
    ChannelLost,
    ChannelOpened,
    CrisisCancelled,
    CrisisClosed,
    CrisisOpened,
    CrisisReopened,
    CrisisResolved,
    Entry,
    HandoverDeclined,
    HandoverOffered,
    LegalClockDropped,
    LegalClockMet,
    LegalClockStarted,
    Noted,
    NoteWithdrawn,
    OwnerPinged,
    PersonLeft,
    PersonUnreachable,
    PingClimbed,
    PingTaken,
    PutOff,
    Reminded,
    ReminderHeld,
    ReminderLate,
    ReminderUnseen,
    RoleAccepted,
    RoleGiven,
    RoleHandedOver,
    SaidQuiet,
    SaidToGoOn,
    SeverityChanged,
    SlackRefused,
    StepAdded,
    StepAssigned,
    StepClaimed,
    StepDone,
    StepNoted,
    StepReopened,
    StepSkipped,
    StepSnoozed,
    StillOnItAsked,
    UpdatePosted,
    UpdatePromised,
    as_read,
)
from tests.domain.a_crisis import DAY, NOW, SEV1, SEV2, at, minutes

STEP = ("pause", "1, Pause all posts")
TOLD: dict[str, tuple[Entry, str]] = {
    "CrisisOpened": (
        CrisisOpened(NOW, "ana", "Water", SEV2, "Flood"),
        "Ana opened the crisis “Water” at SEV2, playbook Flood",
    ),
    "ChannelOpened": (ChannelOpened(NOW, "", "crisis-7-water"), "Channel #crisis-7-water was created"),
    "ChannelLost": (ChannelLost(NOW, "", "archived"), "The channel was lost: archived"),
    "ChannelBack": (ChannelBack(NOW, ""), "The channel is usable again"),
    "ChannelArchived": (ChannelArchived(NOW, ""), "The channel was archived as planned"),
    "RoleGiven": (RoleGiven(NOW, "ana", "exec", "bo", "cy"), "Ana made Bo Executive, deputy Cy"),
    "SeverityChanged": (
        SeverityChanged(NOW, "ana", SEV2, SEV1, "It is on TV"),
        "Ana changed the severity from SEV2 to SEV1: It is on TV",
    ),
    "StepAdded": (StepAdded(NOW, "ana", *STEP), "Ana added step 1, Pause all posts"),
    "StepClaimed": (StepClaimed(NOW, "ana", *STEP), "Ana took step 1, Pause all posts"),
    "StepAssigned": (
        StepAssigned(NOW, "ana", *STEP, "bo", "Please"),
        "Ana gave step 1, Pause all posts to Bo: Please",
    ),
    "StepDone": (StepDone(NOW, "ana", *STEP, "all four"), "Ana finished step 1, Pause all posts (all four)"),
    "StepSkipped": (
        StepSkipped(NOW, "ana", *STEP, "None planned"),
        "Ana skipped step 1, Pause all posts: None planned",
    ),
    "StepReopened": (StepReopened(NOW, "ana", *STEP), "Ana reopened step 1, Pause all posts"),
    "StepSnoozed": (
        StepSnoozed(NOW, "ana", *STEP, minutes(90)),
        "Ana snoozed step 1, Pause all posts for 1 hour 30 minutes",
    ),
    "StepNoted": (StepNoted(NOW, "ana", *STEP, "Ask Kim"), "Ana noted on step 1, Pause all posts: Ask Kim"),
    "OwnerPinged": (OwnerPinged(NOW, "", *STEP, "bo"), "Bo was reminded of step 1, Pause all posts"),
    "PingClimbed": (
        PingClimbed(NOW, "", *STEP, "deputy", ("bo", "ana")),
        "Nobody answered for step 1, Pause all posts: Bo and Ana were asked",
    ),
    "PersonUnreachable": (
        PersonUnreachable(NOW, "", *STEP, "bo", "away", "ana"),
        "Bo was away when step 1, Pause all posts was late; Ana was told",
    ),
    "ReminderUnseen": (
        ReminderUnseen(NOW, "", "bo", "away", "the next status update", "ana"),
        "Bo was away when reminded of the next status update; Ana was told",
    ),
    "PersonLeft": (PersonLeft(NOW, "", "bo"), "Bo has left Slack; what was theirs passed on"),
    "StillOnItAsked": (
        StillOnItAsked(NOW, "", *STEP, "bo"),
        "Bo was asked whether they are still on step 1, Pause all posts",
    ),
    "PingTaken": (PingTaken(NOW, "ana", *STEP), "Ana is on step 1, Pause all posts"),
    "Reminded": (
        Reminded(NOW, "", ("bo", "cy"), "the next status update"),
        "Bo and Cy were reminded of the next status update",
    ),
    "ReminderHeld": (
        ReminderHeld(NOW, "", ("bo",), at(60), "step 1, Pause all posts"),
        "It is night for Bo: the reminder of step 1, Pause all posts waits until 10:00 UTC",
    ),
    "PutOff": (
        PutOff(NOW, "bo", 3 * DAY, "the retrospective"),
        "Bo put off the reminder of the retrospective for 3 days",
    ),
    "UpdatePromised": (UpdatePromised(NOW, "bo", minutes(30)), "Bo promised the next update in 30 minutes"),
    "RoleAccepted": (RoleAccepted(NOW, "bo", "comms"), "Bo is there as Comms"),
    "HandoverOffered": (
        HandoverOffered(NOW, "bo", "comms", "cy", "Be kind"),
        "Bo asked Cy to take over as Comms: Be kind",
    ),
    "HandoverDeclined": (
        HandoverDeclined(NOW, "cy", "comms", "On a plane"),
        "Cy cannot take over as Comms: On a plane",
    ),
    "RoleHandedOver": (RoleHandedOver(NOW, "cy", "comms", "bo"), "Cy took over from Bo as Comms"),
    "SaidQuiet": (SaidQuiet(NOW, "bo"), "Bo said that all is quiet"),
    "SaidToGoOn": (SaidToGoOn(NOW, "bo"), "Bo said that the crisis goes on"),
    "LegalClockStarted": (
        LegalClockStarted(NOW, "ana", "Notice to the authority", at(-60), at(0) + 3 * DAY, "bo"),
        "Ana confirmed that a legal clock applies: Notice to the authority, counted from 2026-03-02 08:00 UTC, "
        "deadline 2026-03-05 09:00 UTC; Bo answers for it",
    ),
    "LegalClockMet": (
        LegalClockMet(NOW, "bo", "Notice to the authority", "Ref. 12"),
        "Bo filed what the legal clock asks for, Notice to the authority: Ref. 12",
    ),
    "LegalClockDropped": (
        LegalClockDropped(NOW, "bo", "Notice to the authority", "No data was read"),
        "Bo said that a legal clock does not apply, Notice to the authority: No data was read",
    ),
    "Noted": (Noted(NOW, "ana", "The tap is stuck"), "Ana: The tap is stuck"),
    "NoteWithdrawn": (NoteWithdrawn(NOW, "ana", "1.0"), "Ana took a message off the timeline"),
    "UpdatePosted": (UpdatePosted(NOW, "ana", "All dry"), "Ana posted an update: All dry"),
    "CrisisResolved": (CrisisResolved(NOW, "ana"), "Ana resolved the crisis; it is being watched"),
    "CrisisReopened": (CrisisReopened(NOW, "ana"), "Ana reopened the crisis"),
    "CrisisClosed": (
        CrisisClosed(NOW, "ana", 1, 2),
        "Ana closed the crisis with 1 lesson and 2 action items",
    ),
    "CrisisCancelled": (CrisisCancelled(NOW, "ana", "A drill"), "Ana cancelled the crisis: A drill"),
    "ActionDone": (ActionDone(NOW, "ana", "Buy pumps"), "Ana finished the action item “Buy pumps”"),
    "SlackRefused": (
        SlackRefused(NOW, "", "pin the summary", "Too many pins."),
        "Could not pin the summary: Too many pins.",
    ),
    "ReminderLate": (
        ReminderLate(NOW, "", ("bo", ""), minutes(1.5), "ana"),
        "Reminders for Bo and the channel did not get through for 1 minute; Ana was told",
    ),
}
"""Every kind by its stored name, which must never change."""


@pytest.mark.parametrize("kind", ENTRY_KINDS)
def test_every_entry_tells_itself_in_one_sentence(kind: str) -> None:
    entry, sentence = TOLD[kind]
    assert entry.told(str.capitalize) == sentence
    assert type(entry) is ENTRY_KINDS[kind]


def test_every_stored_name_is_still_known() -> None:
    assert set(TOLD) == set(ENTRY_KINDS)


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (RoleGiven(NOW, "ana", "lead", "bo"), "Ana made Bo Lead"),
        (RoleGiven(NOW, "ana", "gardener", "bo"), "Ana made Bo gardener"),
        (SeverityChanged(NOW, "ana", SEV2, SEV1), "Ana changed the severity from SEV2 to SEV1"),
        (StepAssigned(NOW, "ana", *STEP, "bo"), "Ana gave step 1, Pause all posts to Bo"),
        (StepDone(NOW, "ana", *STEP), "Ana finished step 1, Pause all posts"),
        (Noted(NOW, "ana", "It rains in", author="bo", message_ts="1.0"), "Bo: It rains in"),
        (
            ReminderLate(NOW, "", ("ana",), minutes(3), ""),
            "Reminders for Ana did not get through for 3 minutes; the channel was told",
        ),
        (CrisisClosed(NOW, "ana", 2, 1), "Ana closed the crisis with 2 lessons and 1 action item"),
    ],
)
def test_what_is_missing_leaves_no_gap_in_the_sentence(entry: Entry, sentence: str) -> None:
    assert entry.told(str.capitalize) == sentence


def test_the_timeline_is_read_by_the_time_things_happened() -> None:
    resolved, noted, opened = (
        CrisisResolved(at(9), "ana"),
        Noted(at(3), "ana", "Rain"),
        ChannelBack(at(1), ""),
    )
    assert as_read([resolved, noted, opened]) == [opened, noted, resolved]


def test_of_one_moment_what_was_written_first_stays_first() -> None:
    same = [StepClaimed(NOW, person, *STEP) for person in ("cy", "ana", "bo")]
    assert as_read(same) == same


def test_a_note_by_command_is_not_taken_off_by_a_pin() -> None:
    note, message = Noted(at(1), "ana", "Rain"), Noted(at(2), "ana", "Sun", message_ts="1.0")
    assert as_read([note, message, NoteWithdrawn(at(3), "ana", "1.0")]) == [note]


def test_a_pin_put_back_counts_again_and_again() -> None:
    message, off = Noted(at(1), "ana", "Rain", message_ts="1.0"), NoteWithdrawn(at(2), "ana", "1.0")
    assert as_read([message, off, message, off]) == []
    assert as_read([message, off, message, off, message]) == [message]
