"""What one person reads in answer to a command."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.domain.model import ActionItem, Incident
from bot.domain.severity import Severity
from bot.domain.timeline import CrisisOpened, Entry, RoleGiven, StepClaimed
from bot.slack.controls import Controls
from bot.slack.views.actions import actions
from bot.slack.views.crisis_list import crisis_list
from bot.slack.views.found import found
from bot.slack.views.help import CommandHelp, help_message
from bot.slack.views.opened import not_opened, not_opened_view, opened, opened_view, opening_view
from bot.slack.views.panel import panel
from bot.slack.views.playbooks import playbooks
from bot.slack.views.status import status
from tests.slack.crises import (
    ANA,
    BEN,
    CARLA,
    NOW,
    OPENED,
    PLAYBOOKS,
    archived,
    at_work,
    open_action,
    resolved,
)
from tests.slack.judging import judged, judged_view, labels, read


def test_the_panel_shows_the_state_and_everything_that_can_be_done(controls: Controls) -> None:
    shown = judged(panel(at_work(), controls, now=NOW))
    text = read(shown)
    assert text.startswith("SEV2 crisis 12, active: Angry video\nLead @ana · 2/5 steps finished · T+ 1:05")
    assert "2. Pause scheduled posts and ads · @dana · due 1:10 PM, 50 minutes late" in text
    assert labels(shown) == [f"Do {n}" for n in range(8)]
    assert [len(b["elements"]) for b in shown.blocks if b["type"] == "actions"] == [5, 3]
    assert "Overdue" not in read(panel(resolved(), controls, now=NOW))


def test_the_status_tells_everything(crisis: Incident) -> None:
    latest: list[Entry] = [
        CrisisOpened(OPENED, ANA, "Angry video", Severity.SEV2, "Backlash"),
        RoleGiven(OPENED, "", "comms", BEN, CARLA),
        *(StepClaimed(NOW, ANA, "x", f"{n}, Step") for n in range(5)),
    ]
    shown = judged(status(at_work(), now=NOW, latest=latest))
    text = read(shown)
    for said in (
        "Crisis 12: Angry video",
        "Comms: @ben (asked, no answer yet), deputy @carla",
        "2/5 steps finished, 2 overdue",
        "2. Pause scheduled posts and ads · overdue · @dana · due 1:10 PM, 50 minutes late",
        "4. List the facts · open · Facts: nobody yet · due 2:30 PM",
        "Last on the timeline\n2:00 PM @ana took step 0, Step",
    ):
        assert said in text
    assert "opened the crisis" not in text, "five entries are enough"
    assert "SEV2 crisis 12, active: Angry video. 2/5 steps finished, 2 overdue." in shown.text
    judged(status(crisis, now=NOW, latest=()))


def test_the_list_names_what_is_overdue(crisis: Incident) -> None:
    other = replace(resolved(), number=13, private=True)
    shown = judged(crisis_list([at_work(), other], now=NOW))
    text = read(shown)
    assert text.startswith("2 crises in progress\nCrisis 12: Angry video")
    assert "SEV2, active · opened 1 hour 5 minutes ago · Lead @ana · #crisis-12-angry-video" in text
    assert "▰▰▰▰▱▱▱▱▱▱ 2/5 steps finished" in text
    assert "Overdue: 2. Pause scheduled posts and ads and 3. Post that we see it" in text
    assert "SEV2, resolved, being watched, private" in text
    assert text.count("Overdue") == 1
    assert shown.text.startswith("2 crises in progress: SEV2 crisis 12, active: Angry video; ")
    assert "and 7 more" in read(judged(crisis_list([crisis] * 27, now=NOW)))


def test_an_empty_list_says_how_to_open_a_crisis() -> None:
    shown = judged(crisis_list([], now=NOW))
    assert read(shown) == "No crisis is in progress. /crisis opens one."
    assert shown.text == "No crisis is in progress. `/crisis` opens one."


def test_what_was_found_and_what_was_not() -> None:
    text = read(judged(found("apology", [archived(), archived(4, private=True)])))
    assert text.startswith("What we learned\nLessons about “apology”, from 2 crises")
    assert "Crisis 3: The late apology\nClosed 1 March 2026\nWe apologised after four days." in text
    assert "Closed 1 March 2026, private" in text
    assert read(found("", [archived()])).startswith("What we learned\nThe latest lessons, from 1 crisis")
    assert "Nothing found for “x<y”. Try fewer" in read(judged(found("x<y", [])))
    assert "There are no lessons yet." in read(judged(found(" ", [])))


def test_action_items_say_whose_and_how_late(controls: Controls) -> None:
    items = [
        open_action(),
        open_action(2, item=ActionItem(2, "Call the venue", None, date(2026, 12, 1))),
        open_action(3, item=ActionItem(3, "Write it up", BEN, date(2026, 11, 2)), private=True),
        open_action(4, item=ActionItem(4, "Some day", BEN)),
    ]
    shown = judged(actions(items, controls, today=date(2026, 11, 2)))
    text = read(shown)
    assert "@ana · 3 days late (it was due 30 October 2026)" in text
    assert "no owner yet · due 1 December 2026" in text
    assert "@ben · due today\nFrom crisis 3, private: The late apology" in text
    assert "@ben · no day set" in text
    assert labels(shown) == ["Done"] * 4
    assert shown.blocks[1]["accessory"]["value"] == "3|1|0"
    assert shown.text == "4 open action items, 1 of them late."
    assert "No action item is open." in read(judged(actions([], controls, today=date(2026, 11, 2))))


def test_playbooks_say_when_to_use_them() -> None:
    text = read(judged(playbooks(PLAYBOOKS)))
    assert (
        "Social media backlash\nSomething we did is drawing anger.\nbacklash · starts at SEV2 · 5 steps"
        in text
    )
    assert "Anything else\ngeneral" in text


def test_the_help_is_grouped_and_starts_with_what_was_wrong() -> None:
    commands = [
        CommandHelp("/crisis open TITLE", "opens a crisis", "Start"),
        CommandHelp("/crisis note TEXT", "timeline entry", "In a crisis channel"),
        CommandHelp("/crisis list", "crises in progress", "Start"),
    ]
    lead = "There is no command “opn”. Did you mean `/crisis open`?"
    shown = judged(help_message(commands, lead))
    assert read(shown) == (
        "There is no command “opn”. Did you mean /crisis open?\nWhat you can type\n"
        "Start\n/crisis open TITLE\nopens a crisis\n/crisis list\ncrises in progress\n"
        "In a crisis channel\n/crisis note TEXT\ntimeline entry"
    )
    assert shown.text == lead
    assert "`/crisis list`" in help_message([CommandHelp("/crisis list", "lists")]).text


def test_the_opener_reads_where_the_crisis_is(crisis: Incident) -> None:
    said = "Crisis 12 is open: #crisis-12-angry-video. You are in it, the checklist is waiting there."
    assert read(judged(opened(crisis))) == said
    assert said in read(judged_view(opened_view(crisis)))
    assert "Crisis 12 is being opened…" in read(judged_view(opening_view(12, "Angry video")))
    assert "You are in it" not in read(judged(opened(replace(crisis, channel=None))))
    why = "This workspace does not let apps create channels."
    for text in (read(judged(not_opened(crisis, why))), read(judged_view(not_opened_view(crisis, why)))):
        assert why in text
        assert "/crisis reopen 12 makes the channel" in text


def test_ages_are_spoken_plainly(crisis: Incident) -> None:
    text = read(crisis_list([crisis], now=OPENED + timedelta(days=2, hours=3, minutes=20)))
    assert "opened 2 days 3 hours ago" in text
