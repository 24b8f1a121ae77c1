"""The messages that stand in a channel: summary, checklist, announcement, lessons, pings, updates, checks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.model import Absence, Incident, RoleHolding, Status
from bot.domain.reach import RUNG
from bot.domain.severity import Severity
from bot.slack.blocks import Message
from bot.slack.controls import Controls, Target
from bot.slack.views.announcement import announcement
from bot.slack.views.check import check
from bot.slack.views.checklist import all_steps, checklist
from bot.slack.views.learned import learned
from bot.slack.views.legal import legal_clocks
from bot.slack.views.lessons import lessons
from bot.slack.views.ping import ping as ping_view
from bot.slack.views.status import status
from bot.slack.views.summary import summary
from bot.slack.views.update import threaded, update
from tests.slack.crises import (
    ANA,
    BEN,
    CARLA,
    CONTROLS,
    NOW,
    OLD_CHANNEL,
    answered,
    archived,
    at_work,
    cancelled,
    closed,
    finished,
    legal_clock,
    open_action,
    ping,
    resolved,
    written_all_over,
)
from tests.slack.judging import judged, judged_view, labels, menu_labels, read

STEP_MENU = ["Assign…", "Skip…", "Snooze…", "Add note…"]


def test_the_summary_says_all_that_matters_at_a_glance(crisis: Incident) -> None:
    shown = read(judged(summary(crisis, now=NOW)))
    for said in (
        "Crisis 12: Angry video",
        "SEV2, active",
        "T+ 1:05 as of Today 2:00 PM, opened Today 12:55 PM by @ana",
        "Lead: @ana",
        "Comms: @ben (asked, no answer yet), deputy @carla",
        "Legal: nobody yet",
        "Next update due 2:25 PM",
        "Playbook: Social media backlash",
        "Post: example.com/post/1?a=1&b=2 (https://example.com/post/1?a=1&b=2)",
        "A customer filmed the queue.",
    ):
        assert said in shown
    assert "Private" not in shown


def test_the_text_of_the_summary_is_a_sentence(crisis: Incident) -> None:
    text = summary(crisis, now=NOW).text
    assert text.startswith("Crisis 12, SEV2, active: Angry video. Lead <@U0ANA>, next update due <!date^")


def test_the_summary_says_what_is_late_in_words(crisis: Incident) -> None:
    late = replace(crisis, next_update_due=NOW - timedelta(minutes=12))
    assert "Next update 12 minutes late (it was due 1:48 PM)" in read(summary(late, now=NOW))
    assert "Next update due now" in read(summary(replace(crisis, next_update_due=NOW), now=NOW))


def test_a_private_and_moved_crisis_says_so(crisis: Incident) -> None:
    shown = read(summary(replace(crisis, private=True, earlier_channels=(OLD_CHANNEL,)), now=NOW))
    assert "Private: only the people in this channel can see this crisis." in shown
    assert "Continues #crisis-12-old" in shown


def test_the_summary_follows_the_crisis_to_its_end() -> None:
    assert "SEV2, resolved, being watched" in read(summary(resolved(), now=NOW))
    over = read(summary(closed(), now=NOW + timedelta(days=3)))
    assert "T+ 1:05, from" in over
    assert (
        "The channel will be archived Tomorrow 2:00 PM. /crisis reopen 12 takes the crisis up again." in over
    )
    gone = replace(closed(), archive_at=None, archived_by_us=True)
    assert "Closed. The channel is archived. /crisis reopen 12" in read(summary(gone, now=NOW))
    assert "Cancelled: It was a test" in read(summary(cancelled(), now=NOW))


def test_a_title_too_long_for_the_header_stands_below_it_whole(crisis: Incident) -> None:
    title = "word " * 27 + "end"
    shown = summary(replace(crisis, number=12345, title=title), now=NOW)
    assert title in read(judged(shown))


def test_a_link_that_is_none_is_shown_as_typed(crisis: Incident) -> None:
    assert "Post: on the noticeboard" in read(summary(replace(crisis, link="on the noticeboard"), now=NOW))
    assert "javascript:alert(1)" in read(summary(replace(crisis, link="javascript:alert(1)"), now=NOW))
    assert "|javascript" not in str(summary(replace(crisis, link="javascript:alert(1)"), now=NOW).blocks)


def rows(message: Message) -> dict[str, str]:
    """Of each step: what stands in its row."""
    return {
        str(b["block_id"]).removeprefix("step:"): b["text"]["text"]
        for b in message.blocks
        if str(b.get("block_id")).startswith("step:")
    }


def test_the_checklist_has_a_row_for_every_step(controls: Controls) -> None:
    shown = judged(checklist(at_work(), controls, now=NOW))
    assert read(shown).startswith("Checklist 2/5\n")
    assert shown.text == "Checklist of crisis 12: 2/5 steps finished, 2 overdue."
    row = rows(shown)
    assert list(row) == ["name-lead", "pause-posts", "acknowledge", "facts", "review"]
    assert row["name-lead"].startswith("~1. Name a lead and a deputy~\nDone by <@U0ANA> at ")
    assert "Overdue · <@U0DANA> · due " in row["pause-posts"]
    assert "50 minutes late" in row["pause-posts"]
    assert row["pause-posts"].endswith("The agency called back (2 notes)")
    assert "snoozed until" in row["acknowledge"]
    assert row["facts"].startswith("*4. List the facts*\nOpen · Facts · due ")
    assert "Skipped by <@U0ANA>" in row["review"]
    assert "Reason: It is booked elsewhere" in row["review"]


def test_the_checklist_offers_what_can_be_done_with_a_step(crisis: Incident, controls: Controls) -> None:
    assert labels(judged(checklist(crisis, controls, now=NOW)))[:3] == ["Claim", "Done", "⋯"]
    assert menu_labels(checklist(crisis, controls, now=NOW))[0] == STEP_MENU
    assert menu_labels(checklist(crisis, controls, now=NOW))[1] == [*STEP_MENU, "How to do this"]
    worked_on = checklist(at_work(), controls, now=NOW)
    assert labels(worked_on)[:3] == ["Reopen", "Done", "⋯"]


def test_a_control_knows_its_step_and_the_version_it_was_drawn_for(controls: Controls) -> None:
    blocks = checklist(at_work(), controls, now=NOW).blocks
    reopen = next(b for b in blocks if b.get("block_id") == "step:name-lead")["accessory"]
    assert Target.read(reopen["value"]) == Target(12, "name-lead", 2)
    done, menu = next(b for b in blocks if b.get("block_id") == "do:pause-posts")["elements"]
    assert done["value"] == "12|pause-posts|4"
    assert menu["options"][0]["value"] == "step.assign||12|pause-posts|4"


def test_nothing_can_be_pressed_when_the_crisis_is_over(controls: Controls) -> None:
    for incident in (closed(), cancelled(), cancelled(incident=written_all_over("x" * 500))):
        assert labels(judged(checklist(incident, controls, now=NOW))) == []
    assert "The crisis is closed." in read(checklist(closed(), controls, now=NOW))


def test_nothing_is_called_late_once_reminders_stopped(controls: Controls) -> None:
    shown = checklist(resolved(), controls, now=NOW + timedelta(days=1))
    assert "overdue" not in shown.text
    assert "Reminders have stopped" in read(shown)


def test_an_empty_checklist_says_how_to_add_a_step(crisis: Incident, controls: Controls) -> None:
    shown = read(judged(checklist(replace(crisis, steps=()), controls, now=NOW)))
    assert shown == "Checklist 0/0\nNo steps yet. /crisis step adds one."


def test_finished_steps_are_folded_first(controls: Controls) -> None:
    shown = judged(checklist(finished(written_all_over("Call them"), 21), controls, now=NOW))
    text = read(shown)
    still_open = [f"step-{n}" for n in range(22, 41)]
    assert set(rows(shown)) == {*still_open, "step-20", "step-21"}
    assert labels(shown).count("Reopen") == 2
    assert "Finished earlier\n1. Call them · done by @ben" in text
    assert "5. Call them · skipped by @ben" in text
    assert labels(shown)[-1] == "All steps"


def test_the_least_urgent_open_steps_lose_their_row_next(controls: Controls) -> None:
    incident = written_all_over("Call them")
    urgent = replace(incident.steps[39], due_at=NOW - timedelta(hours=3))
    undated = replace(incident.steps[0], due_at=None)
    incident = replace(incident, steps=(undated, *incident.steps[1:39], urgent))
    shown = judged(checklist(incident, controls, now=NOW))
    assert "step-40" in rows(shown)
    assert "step-1" not in rows(shown)
    text = read(shown)
    assert "Also open (All steps shows their buttons)\n1. Call them · open · @dana" in text
    assert all(f"{n}. Call them" in text for n in range(1, 41))


def test_every_step_keeps_its_state_whatever_was_typed(text: str, controls: Controls) -> None:
    for count in (0, 1, 15, 39, 40):
        shown = judged(checklist(finished(written_all_over(text), count, text=text), controls, now=NOW))
        words = read(shown).lower()
        late = sum(n * 10 <= 65 for n in range(count + 1, 41))
        assert words.count("overdue ·") == late
        assert words.count("open ·") == 40 - count - late
        assert words.count("done by") == count - count // 5
        assert words.count("skipped by") == count // 5


def test_all_steps_has_every_control(controls: Controls) -> None:
    view = judged_view(all_steps(written_all_over("Call them"), controls, now=NOW))
    assert labels(view).count("Done") == 40
    assert labels(view).count("⋯") == 40
    view = judged_view(all_steps(finished(written_all_over("Call them"), 30), controls, now=NOW))
    assert labels(view).count("Reopen") == 30
    assert "Proof: Everything is paused" in read(view)


def test_a_day_is_named_where_the_time_alone_would_mislead(controls: Controls) -> None:
    shown = read(checklist(at_work(), controls, now=NOW + timedelta(days=2)))
    assert "Done by @ana, " in shown
    assert "due Nov 2 1:10 PM" in shown or "due Yesterday" in shown or "due Today" in shown


def test_the_announcement_follows_the_crisis() -> None:
    shown = judged(announcement(at_work(), now=NOW))
    assert read(shown).startswith("SEV2 crisis 12, active: Angry video\nLead @ana · #crisis-12-angry-video")
    assert "Last update by @ben at 1:15 PM:\nWe see it & are checking" in read(shown)
    assert "Next update due 2:45 PM. All updates are in the thread." in read(shown)
    assert "resolved, being watched" in read(announcement(resolved(), now=NOW))
    assert "/crisis lessons finds it later" in read(announcement(closed(), now=NOW))
    assert "It was cancelled, there is nothing to do. Reason: It was a test" in read(
        announcement(cancelled(), now=NOW)
    )
    moved = replace(at_work(), channel=None, earlier_channels=(OLD_CHANNEL,))
    assert "its channel is being made, before in #crisis-12-old" in read(announcement(moved, now=NOW))


def test_what_was_learned_is_told_when_there_is_anything() -> None:
    assert learned([], []) is None
    assert learned([archived(lessons=())], []) is None
    shown = learned([archived()], [open_action()])
    assert shown is not None
    text = read(judged(shown))
    assert text.startswith("What we learned last time\nCrisis 3: The late apology, closed 1 March 2026")
    assert "• Answer on the first day\n• Name one person" in text
    assert "• Write the guide · @ana, due 30 October 2026 · from crisis 3" in text
    only_actions = learned([], [open_action()])
    assert only_actions is not None
    assert only_actions.text == "What we learned last time: 1 unfinished action item."


def test_a_ping_says_what_how_late_and_where(controls: Controls) -> None:
    shown = judged(ping_view([(at_work(), ping())], controls, now=NOW))
    text = read(shown)
    assert text.startswith(
        "Step 2: Pause scheduled posts and ads\n50 minutes late · crisis 12: Angry video in #crisis-12-angry-video"
    )
    assert "Think of agencies too.\n• newsletters" in text
    assert "Done asks for: Which channels are paused, and who paused them" in text
    assert labels(shown) == ["On it", "Done", "Snooze", "Hand over…"]
    assert shown.text == (
        "Step 2 of crisis 12, Angry video, is 50 minutes late: Pause scheduled posts and ads."
    )
    snooze = shown.blocks[-1]["elements"][2]
    assert [o["text"]["text"] for o in snooze["options"]] == ["15 min", "30 min", "1 h"]
    assert snooze["options"][0]["value"] == "ping.snooze|15m|12|1|0"
    at_once = ping_view([(at_work(), ping())], controls, now=NOW - timedelta(minutes=50))
    assert "Due now · crisis 12" in read(at_once)


def test_a_ping_in_the_channel_calls_its_person(controls: Controls) -> None:
    shown = judged(ping_view([(at_work(), ping(in_channel=True))], controls, now=NOW))
    assert read(shown).startswith("@dana, ")
    assert labels(shown) == ["Claim", "Done", "Snooze", "Hand over…"]


@pytest.mark.parametrize(
    ("rung", "others", "said"),
    [
        ("still", (), "Are you still on it?\nStep 2: Pause scheduled posts"),
        ("deputy", (BEN,), "@dana and @ben, nobody has answered for this yet.\nStep 2"),
        ("lead", (), "@dana, nobody answers for this. Somebody has to take it now.\nStep 2"),
    ],
)
def test_a_ping_that_climbed_calls_people_by_name(
    controls: Controls, rung: str, others: tuple[str, ...], said: str
) -> None:
    in_channel = rung != "still"
    climbed = ping(in_channel=in_channel, rung=rung, others=others)
    shown = judged(ping_view([(at_work(), climbed)], controls, now=NOW))
    assert read(shown).startswith(said)
    assert shown.text.startswith(("Are you still on it?", "<@U0DANA>"))


def test_a_ping_about_somebody_missing_says_who_and_why_and_who_stands_in(controls: Controls) -> None:
    missing = (
        Absence(BEN, "in do-not-disturb", until=NOW + timedelta(hours=7)),
        Absence(CARLA, "away", "Sick"),
    )
    told = ping(rung=RUNG, missing=missing)
    shown = judged(ping_view([(at_work(), told)], controls, now=NOW))
    said = "This waits for @ben, who is in do-not-disturb until Today 9:00 PM. @carla is away (“Sick”)."
    assert read(shown).startswith(f"{said}\nStep 2: Pause scheduled posts")
    assert shown.text.startswith("This waits for <@U0BEN>, who is in do-not-disturb until ")
    assert "Done asks for" not in read(shown), "that is for whoever does the step"
    led = replace(at_work(), roles=(RoleHolding("lead", ANA, BEN),))
    stands_in = ping_view([(led, replace(told, missing=missing[1:]))], controls, now=NOW)
    assert read(stands_in).startswith(
        "This waits for @carla, who is away (“Sick”). @ben is the deputy.\nStep"
    )
    everybody = ping_view([(at_work(), replace(told, in_channel=True))], controls, now=NOW)
    assert "Anybody here can take it." in read(everybody)


def test_several_pings_are_one_message_with_buttons_for_each(controls: Controls) -> None:
    both = [ping(), replace(ping(), id=2, of="acknowledge", answer=answered())]
    shown = judged(ping_view([(at_work(), one) for one in both], controls, now=NOW))
    text = read(shown)
    assert text.startswith("1 step of crisis 12, Angry video waits for you.\nStep 2: Pause scheduled posts")
    assert "Step 3: Post that we see it" in text
    assert "Answered: On it, by @ana" in text
    assert labels(shown) == ["On it", "Done", "Snooze", "Hand over…"]
    assert shown.text.startswith("1 step of crisis 12, Angry video waits for you. Step 2 of crisis 12")
    assert "Think of agencies too." not in text, "How to do this, in the step's menu, has it"
    called = [(at_work(), replace(one, in_channel=True, answer=None)) for one in both]
    shown = judged(ping_view(called, controls, now=NOW))
    assert read(shown).startswith("2 steps of crisis 12, Angry video wait for @dana.\n")


def test_pings_of_several_crises_are_one_message_where_each_says_which_it_is_of(controls: Controls) -> None:
    private = replace(at_work(), number=14, private=True)
    shown = judged(ping_view([(at_work(), ping()), (private, ping())], controls, now=NOW))
    assert shown.text.startswith("2 things wait for you. Step 2 of crisis 12, Angry video, is ")
    assert ". Step 2 of crisis 14, is " in shown.text
    assert shown.text.count("Angry video") == 1, "a private crisis goes by its number"
    assert labels(shown) == ["On it", "Done", "Snooze", "Hand over…"] * 2
    values = [
        element["value"]
        for block in shown.blocks
        for element in block.get("elements", ())
        if "value" in element
    ]
    assert {value.partition("|")[0] for value in values} == {"12", "14"}
    done = [(of, ping(answer=answered())) for of in (at_work(), private)]
    assert read(judged(ping_view(done, controls, now=NOW))).startswith("All of this is answered.\n")


def test_a_ping_to_whoever_opened_the_crisis_says_what_they_may_do(controls: Controls) -> None:
    to_opener = ping(person=ANA, in_channel=True, rung="exec")
    shown = judged(ping_view([(at_work(), to_opener)], controls, now=NOW))
    assert "no executive is here. You opened this crisis: /crisis role lead gives it" in read(shown)
    executive = replace(at_work(), roles=(*at_work().roles, RoleHolding("exec", ANA)))
    for incident, one in ((executive, to_opener), (at_work(), replace(to_opener, person=BEN))):
        assert "You opened this crisis" not in read(ping_view([(incident, one)], controls, now=NOW))


def test_a_ping_proposes_a_graver_level_until_the_crisis_has_it(controls: Controls) -> None:
    proposing = ping(in_channel=True, rung="exec", proposes=Severity.SEV1)
    assert "Should this crisis be SEV1?" in read(
        judged(ping_view([(at_work(), proposing)], controls, now=NOW))
    )
    graver = replace(at_work(), severity=Severity.SEV1)
    assert "Should this crisis be" not in read(ping_view([(graver, proposing)], controls, now=NOW))


def test_a_ping_says_who_handed_it_over_with_which_word(controls: Controls) -> None:
    shown = ping_view([(at_work(), ping(handed_by=BEN, word="You know them <!here>"))], controls, now=NOW)
    assert "@ben handed it over to you: “You know them <!here>”" in read(judged(shown))


def test_an_answered_ping_says_who_answered_what(controls: Controls) -> None:
    shown = judged(ping_view([(at_work(), ping(answer=answered()))], controls, now=NOW))
    assert read(shown).endswith("Answered: On it, by @ana at 2:02 PM")
    assert labels(shown) == []
    assert "late" not in read(shown), "it would not count on"
    next_day = ping(answer=replace(answered(), at=NOW + timedelta(hours=19)))
    shown = judged(ping_view([(at_work(), next_day)], controls, now=NOW))
    assert read(shown).endswith("Answered: On it, by @ana, Tomorrow 9:00 AM")
    snoozed = answered(f"Snoozed until <!date^{int(NOW.timestamp())}^{{time}}|14:00 UTC>")
    assert "Answered: Snoozed until 2:00 PM, by @ana" in read(
        ping_view([(at_work(), ping(answer=snoozed))], controls, now=NOW)
    )


def test_an_update_says_when_the_next_one_comes() -> None:
    incident = at_work()
    here, there = update(incident, incident.updates[0]), threaded(incident, incident.updates[0])
    assert read(judged(here)).startswith("Status update 1 by @ben, 1:15 PM\nWe see it & are checking")
    assert read(judged(there)).startswith("Update 1 on crisis 12 by @ben, 1:15 PM")
    assert read(here).endswith("Next update due 2:45 PM.")
    newer = replace(incident, updates=(*incident.updates, replace(incident.updates[0], number=2)))
    assert "Next update" not in read(update(newer, incident.updates[0]))
    assert here.text == "Status update 1: We see it &amp; are checking"


def test_the_daily_question_is_asked_while_the_crisis_is_watched(controls: Controls) -> None:
    shown = judged(check(resolved(), 2, controls, now=NOW))
    assert "Day 2 of watching. Is all quiet?" in read(shown)
    assert labels(shown) == ["Reopen", "Close…"]
    later = judged(check(at_work(), 2, controls, now=NOW))
    assert labels(later) == []
    assert "The crisis is active now, so nobody waits for an answer." in read(later)


def test_the_lessons_are_told_at_the_close() -> None:
    here, there = lessons(closed(), announced=False), lessons(closed(), announced=True)
    for shown in (judged(here), judged(there)):
        text = read(shown)
        for said in ("Summary\nA customer", "What went well\nThe facts", "What did not\nThe first word"):
            assert said in text
        assert "• Lesson 2: answer within half an hour" in text
        assert "• Write guide 1 · @ana, by 1 December 2026, open" in text
        assert "/crisis lessons finds this later" in text
    assert "This channel will be archived" in read(here)
    assert "archived" not in read(there)
    done = closed()
    assert done.retrospective is not None
    item = replace(done.retrospective.actions[0], done_by=BEN, done_at=NOW)
    done = replace(done, retrospective=replace(done.retrospective, actions=(item,)))
    assert "by 1 December 2026, done by @ben" in read(lessons(done, announced=True))
    assert "has no lessons yet" in read(judged(lessons(at_work(), announced=True)))


def test_a_role_nobody_planned_is_shown_all_the_same(crisis: Incident) -> None:
    grown = replace(crisis, roles=(*crisis.roles, RoleHolding("security", ANA), RoleHolding("witness", BEN)))
    shown = read(summary(grown, now=NOW))
    assert "Security: @ana\nWitness: @ben" in shown


def test_no_lead_is_no_error(crisis: Incident) -> None:
    assert "Lead nobody yet" in announcement(replace(crisis, roles=()), now=NOW).text
    assert crisis.status is Status.ACTIVE
    assert CONTROLS.named("steps.all").label == "All steps"


def test_a_crisis_that_was_cancelled_counts_no_lateness_and_asks_for_no_lessons(controls: Controls) -> None:
    incident = replace(cancelled(), review_due=NOW)
    assert "/crisis close" not in read(judged(summary(incident, now=NOW)))
    shown = read(judged(checklist(incident, controls, now=NOW + timedelta(days=1))))
    assert "Left open · " in shown
    assert "late" not in shown
    assert "Overdue" not in shown


# Legal clocks


def test_the_summary_shows_every_legal_clock_that_runs_the_next_deadline_first(crisis: Incident) -> None:
    sooner = legal_clock(2, name="Insurer", deadline=NOW)
    ended = legal_clock(3, name="Ended", ended_by=BEN, ended_at=NOW, reference="DPA-12")
    shown = read(summary(replace(crisis, legal_clocks=(legal_clock(1), sooner, ended)), now=NOW))
    assert "Legal clock: Insurer, deadline Today 2:00 PM, which is over" in shown
    assert shown.index("Insurer") < shown.index("Notice to the data authority, deadline Nov 5 12:55 PM")
    assert "Ended" not in shown
    many = tuple(legal_clock(n, name=f"Clock {n}") for n in range(1, 13))
    assert "and 2 more: /crisis legal" in read(judged(summary(replace(crisis, legal_clocks=many), now=NOW)))


def test_a_closed_crisis_shows_a_deadline_that_goes_on_a_cancelled_one_none() -> None:
    clocks = (legal_clock(1),)
    assert "Legal clock: Notice" in read(summary(replace(closed(), legal_clocks=clocks), now=NOW))
    assert "Legal clock" not in read(summary(replace(cancelled(), legal_clocks=clocks), now=NOW))


def test_the_status_shows_what_was_filed(crisis: Incident) -> None:
    met = legal_clock(1, ended_by=BEN, ended_at=NOW, reference="DPA-12")
    dropped = legal_clock(2, name="Other", ended_by=BEN, ended_at=NOW, not_applying="Not ours")
    shown = read(judged(status(replace(crisis, legal_clocks=(met, dropped)), now=NOW, latest=())))
    assert "Legal clocks that were met" in shown
    assert "Notice to the data authority: filed Today 2:00 PM by @ben, DPA-12" in shown
    assert "Other" not in shown


def test_the_list_of_legal_clocks_ends_each_of_them_and_is_no_advice(crisis: Incident) -> None:
    running = replace(crisis, legal_clocks=(legal_clock(1), legal_clock(2, name="Insurer", holder=None)))
    shown = judged(legal_clocks(running, CONTROLS, now=NOW))
    assert labels(shown) == ["Filed…", "Does not apply…", "Filed…", "Does not apply…", "Start another…"]
    assert "Whoever is Legal, else the lead, answers for it." in read(shown)
    assert "this is not legal advice" in read(shown)
    over = legal_clocks(replace(closed(), legal_clocks=running.legal_clocks), CONTROLS, now=NOW)
    assert "Start another…" not in labels(over)
