"""The checklist: claimed, done with proof, assigned, skipped, snoozed, noted, reopened, added to."""

from __future__ import annotations

import pytest

from tests.histories.conftest import Town

pytestmark = pytest.mark.usefixtures("no_surprises")

PAUSE = "Pause scheduled posts"
PROOF = "Which channels are paused, and who paused them"
MENU = ["Assign…", "Skip…", "Snooze…", "Add note…", "How to do this"]


def offered(town: Town, title: str) -> list[str]:
    """What can be pressed at the step, the options of its menu included."""
    found = [c for c in town.checklist(town.eve).controls if title in c.row_text]
    return [
        label for c in found for label in ([o for o, _ in c.options] if c.kind == "overflow" else [c.label])
    ]


async def test_every_step_is_a_row_with_number_title_role_due_time_state_and_buttons(town: Town) -> None:
    await town.opens(town.ana, "sev2 backlash Courier video")
    card = town.checklist(town.ana)
    assert card.is_pinned
    assert "0/14 steps finished" in card.text
    assert town.row(town.ana, PAUSE).splitlines() == [
        "2. Pause scheduled posts, ads and automatic replies",
        "Open · Community · due 12:55 AM",
        "[Claim] [Done] [⋯]",
    ]
    assert offered(town, PAUSE) == ["Claim", "Done", *MENU]
    assert len([line for line in card.text.splitlines() if line.endswith("[Claim] [Done] [⋯]")]) == 14


async def test_ticks_claims_and_edits_change_the_checklist_and_post_nothing(town: Town) -> None:
    channel = await town.opens(town.ana, "sev2 backlash Courier video")
    ben, posts, told = town.ben, town.posts(), town.calls_of("chat.postMessage")
    await ben.joins(channel)
    await town.clicks(ben, town.checklist(ben), "Claim", near=PAUSE)
    assert "Open · @ben · due" in town.row(town.ana, PAUSE)
    assert offered(town, PAUSE) == ["Done", *MENU]
    await town.clicks(ben, town.checklist(ben), "Done", near=PAUSE)
    await town.sends(ben, "Finish step 2", {PROOF: "All four networks, by me"})
    await town.clicks(ben, town.checklist(ben), "Add note…", near="Save what caused it")
    await town.sends(ben, "Note on step 3", {"Note": "Screenshots are in the drive"})
    await town.clicks(ben, town.checklist(ben), "Skip…", near="Choose the remedy")
    await town.sends(ben, "Skip step 7", {"Why is this step not needed?": "Nobody lost money"})
    await town.clicks(ben, town.checklist(ben), "Snooze…", near="Draft the apology")
    await town.sends(ben, "Snooze step 8", {"Remind again in": "1 h"})
    await town.clicks(ben, town.checklist(ben), "Reopen", near="Choose the remedy")
    assert "1/14 steps finished" in town.checklist(town.ana).text
    assert (town.posts(), town.calls_of("chat.postMessage")) == (posts, told)
    assert town.checklist(ben).ts == town.checklist(town.ana).ts


async def test_a_step_that_asks_for_proof_is_done_only_with_it(town: Town) -> None:
    await town.opens(town.ana, "sev2 backlash Courier video")
    await town.clicks(town.ana, town.checklist(town.ana), "Done", near=PAUSE)
    await town.sends(town.ana, "Finish step 2", {})
    assert town.ana.form is not None
    assert town.ana.form.errors == {PROOF: "Please complete this required field."}
    assert "Think of agencies" in town.ana.form.text
    await town.sends(town.ana, "Finish step 2", {PROOF: "X and Instagram, by me"})
    row = town.row(town.eve, PAUSE)
    assert "Done by @ana at" in row
    assert "Proof: X and Instagram, by me" in row
    assert offered(town, PAUSE) == ["Reopen"]
    assert "Checklist 1/14" in town.checklist(town.ana).text


async def test_a_step_without_proof_is_done_at_once(town: Town) -> None:
    await town.opens(town.ana, "Odd posts")
    said = await town.does(town.ana, "/crisis step Call the neighbours")
    answer, _, title = said.rpartition(": ")
    assert answer == "Step 10 is on the checklist, without a due time (in 30m at the end sets one)"
    assert title == "Call the neighbours"
    await town.clicks(town.ana, town.checklist(town.ana), "Done", near="Call the neighbours")
    assert town.ana.form is None
    assert "Done by @ana" in town.row(town.ana, "Call the neighbours")


async def test_the_second_to_claim_is_told_who_was_first_and_nothing_changes(town: Town) -> None:
    channel = await town.opens(town.ana, "sev2 backlash Courier video")
    await town.ben.joins(channel)
    await town.cleo.joins(channel)
    shown = town.checklist(town.cleo)
    pressed = [c for c in shown.controls if c.label == "Claim" and PAUSE in c.row_text]
    assert pressed
    await town.ben.clicks(shown, "Claim", near=PAUSE)
    await town.cleo.clicks(shown, "Claim", near=PAUSE)
    await town.settled()
    await town.cleo.is_told("@ben already took step 2.")
    assert "Open · @ben" in town.row(town.ana, PAUSE)


async def test_the_second_to_finish_is_told_who_was_first(town: Town) -> None:
    channel = await town.opens(town.ana, "Odd posts")
    await town.does(town.ana, "/crisis step Call the neighbours")
    await town.ben.joins(channel)
    await town.settled()
    checklist = town.checklist(town.ben)
    await town.ana.clicks(checklist, "Done", near="Call the neighbours")
    await town.ben.clicks(checklist, "Done", near="Call the neighbours")
    await town.settled()
    await town.ben.is_told("is already done by @ana. If that was too early, use Reopen")


async def test_a_step_given_to_somebody_is_theirs_and_they_are_told_and_invited(town: Town) -> None:
    channel = await town.opens(town.ana, "sev2 backlash Courier video")
    await town.clicks(town.ana, town.checklist(town.ana), "Assign…", near=PAUSE)
    await town.sends(town.ana, "Assign step 2", {"Who takes this step?": "@dana"})
    assert "Open · @dana · due" in town.row(town.ana, PAUSE)
    assert town.dana.id in town.slack.channel(channel).members
    told = await town.dana.is_told("@ana gave you step 2", where=town.slack.app)
    assert f"in {channel}: {PAUSE}" in told.text
    assert "It is due 12:55 AM" in told.text


async def test_a_skipped_step_shows_who_and_why_and_needs_a_reason(town: Town) -> None:
    await town.opens(town.ana, "sev2 backlash Courier video")
    await town.clicks(town.ana, town.checklist(town.ana), "Skip…", near="Choose the remedy")
    await town.sends(town.ana, "Skip step 7", {})
    assert town.ana.form is not None
    assert "Why is this step not needed?" in town.ana.form.errors
    await town.sends(town.ana, "Skip step 7", {"Why is this step not needed?": "Nobody lost money"})
    row = town.row(town.ana, "Choose the remedy")
    assert "Skipped by @ana at" in row
    assert "Reason: Nobody lost money" in row
    assert offered(town, "Choose the remedy") == ["Reopen"]
    assert "Checklist 1/14" in town.checklist(town.ana).text


async def test_a_reopened_step_is_open_again_with_its_owner_and_due_time(town: Town) -> None:
    await town.opens(town.ana, "sev2 backlash Courier video")
    await town.clicks(town.ana, town.checklist(town.ana), "Claim", near=PAUSE)
    await town.clicks(town.ana, town.checklist(town.ana), "Done", near=PAUSE)
    await town.sends(town.ana, "Finish step 2", {PROOF: "X, by me"})
    await town.clicks(town.ana, town.checklist(town.ana), "Reopen", near=PAUSE)
    assert "Open · @ana · due 12:55 AM" in town.row(town.ana, PAUSE)
    assert "Proof" not in town.row(town.ana, PAUSE)
    assert "0/14" in town.checklist(town.ana).text


async def test_a_note_stands_at_its_step(town: Town) -> None:
    await town.opens(town.ana, "sev2 backlash Courier video")
    await town.clicks(town.ana, town.checklist(town.ana), "Add note…", near=PAUSE)
    await town.sends(town.ana, "Note on step 2", {"Note": "The agency does the newsletters, ask @ben"})
    assert "Note by @ana at" in town.row(town.ana, PAUSE)
    assert "The agency does the newsletters, ask @ben" in town.row(town.ana, PAUSE)


async def test_how_to_do_this_shows_the_guide_of_the_playbook(town: Town) -> None:
    await town.opens(town.ana, "sev2 backlash Courier video")
    await town.clicks(town.ana, town.checklist(town.ana), "How to do this", near=PAUSE)
    form = await town.ana.is_shown_form("How to do this")
    assert "Think of agencies, newsletters and chatbots too." in form.text
    assert f"Done asks for: {PROOF}" in form.text


@pytest.mark.parametrize(
    ("typed", "title", "state"),
    [
        ("Call the venue", "10. Call the venue", "Open · nobody yet"),
        ("Call the venue @dana", "10. Call the venue", "Open · @dana"),
        ("Call the venue in 30m", "10. Call the venue", "Open · nobody yet · due 1:10 AM"),
        ("Call the venue @dana in 30m", "10. Call the venue", "Open · @dana · due 1:10 AM"),
        ("Call the venue in 2 hours @dana", "10. Call the venue", "Open · @dana · due 2:40 AM"),
        ("Ask @ben for the list @dana", "10. Ask @ben for the list", "Open · @dana"),
        ("Post in German & French", "10. Post in German & French", "Open · nobody yet"),
    ],
)
async def test_a_step_is_added_with_its_owner_and_due_time(
    town: Town, typed: str, title: str, state: str
) -> None:
    await town.opens(town.ana, "sev2 Odd posts")
    assert await town.does(town.ana, f"/crisis step {typed}")
    assert town.row(town.ana, title).splitlines()[:2] == [title, state]
    assert "Checklist 0/10" in town.checklist(town.ana).text
    for told in town.dana.dms():
        assert "@ana gave you step 10" in told.text
    assert len(town.dana.dms()) == ("@dana" in typed)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("step", "The step is missing. Say what is to be done: /crisis step Call the venue @dana in 30m"),
        ("step Call the venue @nobody", "I do not know @nobody."),
        ("step Call the venue in 3 parsecs", "I cannot read the time “3 parsecs”. Write for instance in 30m"),
        ("step Call the venue in 0m", "has to be in the future. Write for instance in 30m"),
        (f"step {'long ' * 40}", "characters long; 150 is the most"),
    ],
)
async def test_a_step_that_cannot_be_added_gets_a_sentence_that_says_what_would_be_right(
    town: Town, typed: str, says: str
) -> None:
    await town.opens(town.ana, "Odd posts")
    assert says in await town.does(town.ana, f"/crisis {typed}")
    assert "Checklist 0/9" in town.checklist(town.ana).text


async def test_a_step_is_added_by_form_from_the_panel(town: Town) -> None:
    channel = await town.opens(town.ana, "sev2 Odd posts")
    await town.does(town.ana, "/crisis")
    panel = town.card(town.ana, "SEV2 crisis 1")
    await town.clicks(town.ana, panel, "Add step…")
    values = {"What is to be done?": "Call the venue", "Owner": "@dana", "Due": "soonish"}
    await town.sends(town.ana, "Add a step", values)
    assert town.ana.form is not None
    assert list(town.ana.form.errors) == ["Due"]
    await town.sends(town.ana, "Add a step", {"Due": "45m"})
    assert "Open · @dana · due 1:25 AM" in town.row(town.ana, "Call the venue")
    await town.dana.is_told(f"@ana gave you step 10 in {channel}: Call the venue")
    told = town.card(town.ana, "Step 10 is on the checklist")
    assert told.text == "Step 10 is on the checklist for @dana, due 1:25 AM: Call the venue"
    assert told.is_ephemeral


async def test_nothing_on_the_checklist_of_a_closed_crisis_can_be_pressed(town: Town) -> None:
    await town.opens(town.ana, "Odd posts")
    before = town.checklist(town.ana).controls
    assert before
    await town.does(town.ana, "/crisis cancel It was a test")
    await town.ana.is_told("@ana cancelled this crisis: It was a test")
    assert town.checklist(town.ana).controls == []
    assert "The crisis is cancelled." in town.checklist(town.ana).text
    assert "was cancelled" in await town.does(town.ana, "/crisis step Call the venue")


async def test_a_long_checklist_stays_one_message_and_all_steps_shows_every_button(town: Town) -> None:
    await town.opens(town.ana, "sev2 backlash Courier video")
    for number in range(15, 41):
        await town.ana.types(town.channel, f"/crisis step Added number {number}")
    await town.settled()
    town.ana.reads(town.channel)
    assert "Checklist 0/40" in town.checklist(town.ana).text
    assert "holds 40 steps at most" in await town.does(town.ana, "/crisis step One more")
    await town.clicks(town.ana, town.checklist(town.ana), "All steps")
    sheet = await town.ana.is_shown_form("Checklist")
    assert "40. Added number 40" in sheet.text
    await town.clicks(town.ana, sheet, "Done", near="Added number 40")
    assert "1/40 steps finished" in sheet.text
    assert "Checklist 1/40" in town.checklist(town.ana).text
