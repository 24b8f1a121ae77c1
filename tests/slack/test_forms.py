"""What people fill in, and how it is read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.legal import LAWS
from bot.domain.model import Incident, RoleHolding
from bot.domain.retrospective import action_lines, lesson_lines
from bot.slack.blocks import View
from bot.slack.views.forms import close, legal, open_crisis, steps
from bot.slack.views.forms import crisis as crisis_forms
from tests.slack.crises import (
    ANA,
    BEN,
    CARLA,
    NOW,
    PLAYBOOKS,
    RULES,
    at_work,
    closed,
    finished,
    legal_clock,
    ping,
    resolved,
    written_all_over,
)
from tests.slack.judging import filled, judged_view, labels, read


def required(view: View) -> list[str]:
    return [b["block_id"] for b in view["blocks"] if b["type"] == "input" and not b["optional"]]


def test_the_form_that_opens_a_crisis_has_its_fields_in_order() -> None:
    view = judged_view(open_crisis.open_form(PLAYBOOKS, RULES, metadata="where from"))
    assert (view["title"]["text"], view["callback_id"]) == ("Open a crisis", "open")
    assert view["private_metadata"] == "where from"
    assert labels(view) == [
        "Title",
        "Playbook",
        "Severity",
        "Private",
        "What happened",
        "Link to the post",
    ]
    assert required(view) == ["title", "playbook"]
    assert "Left empty: what the playbook says" in read(view)


def test_what_was_filled_in_is_read() -> None:
    view = open_crisis.open_form(PLAYBOOKS, RULES, metadata="m", playbook="backlash")
    typed = filled(
        view,
        title="Angry video",
        playbook="general",
        severity="1",
        private=True,
        what_happened="They filmed us",
        link="https://example.com",
    )
    assert open_crisis.read(typed) == open_crisis.OpenFields(
        "Angry video", "general", 1, True, "They filmed us", "https://example.com"
    )
    assert open_crisis.read(filled(view, title="A")) == open_crisis.OpenFields(
        "A", "backlash", None, False, "", ""
    )


def test_the_form_is_filled_from_a_message_and_warns_of_open_crises(crisis: Incident) -> None:
    view = open_crisis.open_form(
        PLAYBOOKS, RULES, metadata="m", title="A\nB", what_happened="C", link="D", open_now=[crisis] * 7
    )
    assert open_crisis.read(filled(judged_view(view))).title == "A B"
    assert open_crisis.read(filled(view)).what_happened == "C"
    assert open_crisis.read(filled(view)).link == "D"
    assert "Already open: #crisis-12-angry-video (SEV2, Angry video), " in read(view)
    assert "and 2 more. If it is the same matter, go on there." in read(view)


def test_the_closing_form_asks_for_what_was_learned() -> None:
    view = judged_view(close.close_form(resolved(), metadata="m"))
    assert (view["title"]["text"], view["callback_id"]) == ("Close the crisis", "close")
    assert labels(view) == [
        "Summary",
        "What went well",
        "What did not",
        "Lessons",
        "Action items",
        "Why can they stay open?",
    ]
    assert required(view) == ["summary", "lessons"]
    assert "3 steps are still open\n2. Pause scheduled posts and ads" in read(view)
    assert "what @who by 2026-12-01" in read(view)
    assert close.read(filled(view, summary="S", lessons="L")) == close.CloseFields("S", "", "", "L", "", "")


def test_no_reason_is_asked_for_when_every_step_is_finished() -> None:
    done = finished(written_all_over("Call them", steps=4), 4)
    view = judged_view(close.close_form(replace(done, retrospective=None), metadata="m"))
    assert "Why can they stay open?" not in labels(view)
    assert close.read(filled(view)).open_steps == ""


def test_a_crisis_closed_before_keeps_its_words() -> None:
    before = closed().retrospective
    assert before is not None
    again = replace(resolved(), retrospective=before)
    fields = close.read(filled(judged_view(close.close_form(again, metadata="m"))))
    assert (fields.summary, fields.went_well, fields.went_badly) == (
        before.summary,
        before.went_well,
        before.went_badly,
    )
    assert lesson_lines(fields.lessons) == before.lessons
    assert action_lines(fields.actions) == (
        ("Write guide 1", ANA, "2026-12-01"),
        ("Write guide 2", None, "2026-12-01"),
    )


def test_done_asks_for_the_proof_and_shows_how() -> None:
    incident = at_work()
    view = judged_view(steps.done_form(incident, incident.steps[1], metadata="m"))
    assert view["callback_id"] == "step.done"
    assert labels(view) == ["Which channels are paused, and who paused them"]
    assert required(view) == ["proof"]
    assert "Think of agencies too." in read(view)
    assert steps.read_done(filled(view, proof="All of them")) == "All of them"
    without = judged_view(steps.done_form(incident, incident.steps[3], metadata="m"))
    assert required(without) == []


def test_forms_about_a_step() -> None:
    incident = at_work()
    step = incident.steps[1]
    skip = judged_view(steps.skip_form(incident, step, metadata="m"))
    assert steps.read_skip(filled(skip, reason="Nobody needs it")) == "Nobody needs it"
    assign = judged_view(steps.assign_form(incident, step, metadata="m"))
    assert steps.read_assign(filled(assign, person=BEN)) == BEN
    snooze = judged_view(steps.snooze_form(incident, step, metadata="m"))
    assert steps.read_snooze(filled(snooze)) == "15m"
    assert steps.read_snooze(filled(snooze, span="1h")) == "1h"
    assert steps.read_snooze(filled(snooze, span="1h", until=" ")) == "1h"
    assert steps.read_snooze(filled(snooze, span="1h", until="tomorrow 9")) == "tomorrow 9"
    note = judged_view(steps.note_form(incident, step, metadata="m"))
    assert steps.read_note(filled(note, text="Look here")) == "Look here"
    for view, name in (
        (skip, "step.skip"),
        (assign, "step.assign"),
        (snooze, "step.snooze"),
        (note, "step.note"),
    ):
        assert view["callback_id"] == name
        assert "2. Pause scheduled posts and ads\nCrisis 12: Angry video" in read(view)


def test_a_step_is_added() -> None:
    view = judged_view(steps.add_form(at_work(), metadata="m"))
    assert view["callback_id"] == "step.add"
    assert required(view) == ["title"]
    assert steps.read_add(filled(view, title="Call", owner=BEN, due="30m")) == steps.AddFields(
        "Call", BEN, "30m"
    )
    assert steps.read_add(filled(view, title="Call")) == steps.AddFields("Call", "", "")


def test_the_guide_of_a_step() -> None:
    incident = at_work()
    view = judged_view(steps.guide_sheet(incident.steps[1]))
    assert "submit" not in view
    assert "• newsletters\n• chatbots" in read(view)
    assert "See the list (https://example.com/list)." in read(view)
    assert "There is no guide for this step." in read(judged_view(steps.guide_sheet(incident.steps[0])))


def test_forms_about_the_crisis() -> None:
    incident = at_work()
    update = judged_view(crisis_forms.update_form(incident, metadata="m"))
    assert crisis_forms.read_update(filled(update, text="Calm")) == "Calm"
    assert "under the announcement" in read(update)
    assert "announcement" not in read(crisis_forms.update_form(replace(incident, private=True), metadata="m"))
    note = judged_view(crisis_forms.note_form(incident, metadata="m"))
    assert crisis_forms.read_note(filled(note, text="They called")) == "They called"
    cancel = judged_view(crisis_forms.cancel_form(incident, metadata="m"))
    assert crisis_forms.read_cancel(filled(cancel, reason="A test")) == "A test"
    assert [update["callback_id"], note["callback_id"], cancel["callback_id"]] == ["update", "note", "cancel"]
    assert (cancel["close"]["text"], cancel["submit"]["text"]) == ("Keep it open", "Cancel the crisis")


def test_the_severity_form_says_what_each_level_means() -> None:
    view = judged_view(crisis_forms.severity_form(at_work(), RULES, metadata="m"))
    assert "SEV1 when: Somebody could be hurt; Journalists are asking" in read(view)
    read_back = crisis_forms.read_severity(filled(view, severity="1", reason="Journalists"))
    assert read_back == crisis_forms.SeverityFields("1", "Journalists")
    assert crisis_forms.read_severity(filled(view)).severity == "2"


def test_the_role_form_offers_the_roles_of_the_playbook_first() -> None:
    view = judged_view(crisis_forms.role_form(at_work(), metadata="m"))
    roles = next(b for b in view["blocks"] if b.get("block_id") == "role")["element"]["options"]
    assert [o["value"] for o in roles][:4] == ["lead", "comms", "community", "legal"]
    assert len(roles) == 10
    assert required(view) == ["role", "person"]
    fields = crisis_forms.read_role(filled(view, role="legal", person=BEN, deputy=CARLA))
    assert fields == crisis_forms.RoleFields("legal", BEN, CARLA)
    assert crisis_forms.read_role(filled(view, role="legal", person=BEN)).deputy is None


def test_a_ping_is_handed_over_with_a_word() -> None:
    incident = at_work()
    view = judged_view(crisis_forms.hand_over_form(incident, ping(), incident.steps[1], metadata="m"))
    assert view["callback_id"] == "ping.hand_over"
    fields = crisis_forms.read_hand_over(filled(view, person=BEN, word="Please"))
    assert fields == crisis_forms.HandOverFields(BEN, "Please")


@pytest.mark.parametrize("number", [1, 40])
def test_titles_of_forms_are_never_cut(number: int) -> None:
    incident = at_work()
    step = replace(incident.steps[1], number=number)
    views = [
        *(
            form(incident, step, metadata="m")
            for form in (
                steps.done_form,
                steps.skip_form,
                steps.assign_form,
                steps.snooze_form,
                steps.note_form,
            )
        ),
        crisis_forms.hand_over_form(incident, ping(), step, metadata="m"),
        crisis_forms.update_form(incident, metadata="m"),
        steps.add_form(incident, metadata="m"),
    ]
    assert all("…" not in v["title"]["text"] and "…" not in v["submit"]["text"] for v in views)
    assert NOW.tzinfo is not None


def test_the_form_for_a_legal_clock_says_that_a_lawyer_decides(crisis: Incident) -> None:
    view = judged_view(legal.legal_form(crisis, metadata="m"))
    assert (view["title"]["text"], view["callback_id"]) == ("Legal clock", "legal.start")
    assert required(view) == ["kind", "since"]
    shown = read(view)
    assert "A lawyer decides whether a clock applies to you" in shown
    assert "this is not legal advice" in shown
    assert "Holidays are not known to me" in shown
    for law in LAWS.values():
        assert f"{law.name}: {law.length} to tell {law.told}, counted from {law.event}. {law.source}" in shown
    answered = filled(view, kind="other", since="now", holder=BEN, name="Insurer", length="48h")
    assert legal.read_legal(answered) == legal.LegalFields("other", "now", BEN, "Insurer", "48h")


def test_legal_answers_for_a_legal_clock_unless_somebody_else_is_named(crisis: Incident) -> None:
    with_legal = replace(crisis, roles=(*crisis.roles, RoleHolding("legal", CARLA)))
    fields = legal.read_legal(filled(legal.legal_form(with_legal, metadata="m"), kind="gdpr", since="now"))
    assert fields == legal.LegalFields("gdpr", "now", CARLA, "", "")


def test_a_legal_clock_ends_with_a_reference_or_a_reason() -> None:
    clock = legal_clock()
    filed = judged_view(legal.filed_form(clock, metadata="m"))
    assert (filed["callback_id"], required(filed)) == ("legal.filed", ["reference"])
    assert legal.read_filed(filled(filed, reference="DPA-12")) == "DPA-12"
    dropped = judged_view(legal.dropped_form(clock, metadata="m"))
    assert (dropped["callback_id"], required(dropped)) == ("legal.dropped", ["reason"])
    assert legal.read_dropped(filled(dropped, reason="No data")) == "No data"
    assert "Notice to the data authority" in read(filed) + read(dropped)
