"""Whatever people typed, Slack takes every message and form, and nobody is mentioned whom nobody meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.model import Absence, Incident, Ping, Status
from bot.domain.playbook import ROLES
from bot.domain.reach import RUNG
from bot.domain.severity import Severity
from bot.domain.timeline import CrisisOpened, Entry, Noted, StepAssigned, StepDone, UpdatePosted
from bot.slack.blocks import Message, View
from bot.slack.entry_text import told
from bot.slack.fitting import text_length
from bot.slack.views.actions import actions
from bot.slack.views.announcement import announcement
from bot.slack.views.check import check
from bot.slack.views.checklist import all_steps, checklist
from bot.slack.views.crisis_list import crisis_list
from bot.slack.views.forms import close, legal, open_crisis, steps
from bot.slack.views.forms import crisis as crisis_forms
from bot.slack.views.found import found
from bot.slack.views.help import CommandHelp, help_message
from bot.slack.views.learned import learned
from bot.slack.views.legal import legal_clocks
from bot.slack.views.lessons import lessons
from bot.slack.views.opened import not_opened, not_opened_view, opened, opened_view, opening_view
from bot.slack.views.panel import panel
from bot.slack.views.ping import TOGETHER_MAX
from bot.slack.views.ping import ping as ping_view
from bot.slack.views.playbooks import playbooks
from bot.slack.views.status import status
from bot.slack.views.summary import summary
from bot.slack.views.update import threaded, update
from playbooks import loader
from tests.slack.crises import (
    ANA,
    BEN,
    CONTROLS,
    EMOJI,
    HOSTILE,
    NOW,
    OPENED,
    PLAYBOOK,
    PLAYBOOKS,
    RULES,
    answered,
    archived,
    finished,
    open_action,
    ping,
    rule,
    written_all_over,
)
from tests.slack.judging import judged, judged_view, marked, read


def entries(text: str) -> list[Entry]:
    line = " ".join(text.split())
    return [
        CrisisOpened(OPENED, ANA, line[:140], Severity.SEV2, line[:140]),
        StepAssigned(NOW, ANA, "step-1", f"1, {line[:150]}", BEN, text),
        StepDone(NOW, ANA, "step-1", f"1, {line[:150]}", text),
        UpdatePosted(NOW, "", text),
        Noted(NOW, ANA, text, author=BEN),
        Noted(NOW, ANA, text),
    ]


def away(incident: Incident, text: str) -> Ping:
    """A ping that tells of somebody whose status is this text, as long as Slack takes one."""
    missing = (
        Absence(BEN, "away", " ".join(text.split())[:100], NOW),
        Absence(ANA, "in do-not-disturb"),
    )
    return replace(incident.pings[0], rung=RUNG, missing=missing)


def life(text: str) -> list[Incident]:
    """A crisis full of this text at every point of its life."""
    active = written_all_over(text)
    half = finished(active, 20, text=text)
    later = replace(half, status=Status.RESOLVED, resolved_at=NOW, next_update_due=None, review_due=NOW)
    over = replace(later, status=Status.CLOSED, closed_at=NOW, archive_at=NOW + timedelta(days=1))
    return [
        active,
        half,
        finished(active, 40, text=text),
        later,
        over,
        replace(over, status=Status.CANCELLED, cancel_reason=text),
        replace(active, channel=None, private=True),
    ]


MESSAGES: dict[str, Callable[[Incident, str], Message]] = {
    "summary": lambda i, _: summary(i, now=NOW),
    "checklist": lambda i, _: checklist(i, CONTROLS, now=NOW),
    "announcement": lambda i, _: announcement(i, now=NOW),
    "ping": lambda i, _: ping_view([(i, i.pings[0])], CONTROLS, now=NOW),
    "pings of several crises": lambda i, _: ping_view(
        [(replace(i, number=n), i.pings[0]) for n in range(TOGETHER_MAX)], CONTROLS, now=NOW
    ),
    "ping in channel": lambda i, _: ping_view([(i, replace(i.pings[0], in_channel=True))], CONTROLS, now=NOW),
    "ping answered": lambda i, _: ping_view([(i, replace(i.pings[0], answer=answered()))], CONTROLS, now=NOW),
    "ping of somebody away": lambda i, text: ping_view([(i, away(i, text))], CONTROLS, now=NOW),
    "update": lambda i, _: update(i, i.updates[0]),
    "threaded": lambda i, _: threaded(i, i.updates[0]),
    "check": lambda i, _: check(i, 2, CONTROLS, now=NOW),
    "lessons": lambda i, _: lessons(i, announced=False),
    "lessons announced": lambda i, _: lessons(i, announced=True),
    "panel": lambda i, _: panel(i, CONTROLS, now=NOW),
    "status": lambda i, t: status(i, now=NOW, latest=entries(t)),
    "legal clocks": lambda i, _: legal_clocks(i, CONTROLS, now=NOW),
    "list": lambda i, _: crisis_list([replace(i, number=n) for n in range(1, 60)], now=NOW),
    "opened": lambda i, _: opened(i),
    "not opened": lambda i, _: not_opened(i, "Slack said no."),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_of_a_crisis_holds_any_text(name: str, text: str) -> None:
    for incident in life(text):
        judged(MESSAGES[name](incident, text))


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_of_a_crisis_needs_nothing_optional(name: str) -> None:
    bare = replace(
        written_all_over(EMOJI, steps=1),
        title="",
        playbook_title="",
        what_happened="",
        link="",
        roles=(),
        role_keys=(),
        steps=(),
        earlier_channels=(),
        next_update_due=None,
        retrospective=None,
    )
    judged(MESSAGES[name](bare, EMOJI))


def test_the_archive_holds_any_text(text: str) -> None:
    past = [archived(n, text) for n in range(1, 15)]
    judged(found(text, past))
    judged(found("", past))
    judged(found(text, []))
    told_again = learned(past, [open_action(n, text) for n in range(1, 30)])
    assert told_again is not None
    judged(told_again)
    judged(actions([open_action(n, text) for n in range(1, 80)], CONTROLS, today=date(2026, 11, 2)))


def test_playbooks_and_help_hold_any_text(text: str) -> None:
    line = " ".join(text.split())
    many = {f"key-{n}": replace(PLAYBOOK, key=f"key-{n}", title=line, when=text) for n in range(60)}
    judged(playbooks(many))
    commands = [CommandHelp(f"/crisis {line[:100]}", line[:300], group=f"Group {n % 4}") for n in range(60)]
    judged(help_message(commands, "There is no such command."))


def forms(incident: Incident, text: str) -> list[View]:
    line = " ".join(text.split())
    step, rules = (
        incident.steps[0],
        {level: rule(level, description=line, criteria=(text,)) for level in Severity},
    )
    many = {f"key-{n}": replace(PLAYBOOK, key=f"key-{n}", title=line[:140], when=text) for n in range(120)}
    one_step = [steps.done_form, steps.skip_form, steps.assign_form, steps.snooze_form, steps.note_form]
    whole = [
        crisis_forms.update_form,
        crisis_forms.note_form,
        crisis_forms.role_form,
        crisis_forms.cancel_form,
    ]
    clock = incident.legal_clocks[0]
    return [
        all_steps(incident, CONTROLS, now=NOW),
        open_crisis.open_form(
            many, rules, metadata="m", title=text, what_happened=text, link=text, open_now=[incident] * 9
        ),
        close.close_form(incident, metadata="m"),
        *(form(incident, step, metadata="m") for form in one_step),
        steps.add_form(incident, metadata="m"),
        steps.guide_sheet(step),
        *(form(incident, metadata="m") for form in whole),
        crisis_forms.severity_form(incident, rules, metadata="m"),
        crisis_forms.hand_over_form(incident, incident.pings[0], step, metadata="m"),
        legal.legal_form(incident, metadata="m"),
        legal.filed_form(clock, metadata="m"),
        legal.dropped_form(clock, metadata="m"),
        opening_view(12, text),
        opened_view(incident),
        not_opened_view(incident, "Slack said no."),
    ]


def test_every_form_holds_any_text(text: str) -> None:
    for incident in life(text):
        for view in forms(incident, text):
            judged_view(view)


def test_every_shipped_playbook_fits_its_forms() -> None:
    library = loader.load()
    judged_view(open_crisis.open_form(library.playbooks, library.severities, metadata="m"))
    judged(playbooks(library.playbooks))


def test_nothing_typed_acts() -> None:
    incident = written_all_over(HOSTILE, steps=3)
    for name, view in MESSAGES.items():
        shown = marked(view(incident, HOSTILE))
        for live in ("<!channel>", "<@U0EVIL>", "<!subteam", "<http://a.example|"):
            assert live not in shown, name


def test_every_role_is_named_when_all_are_held() -> None:
    shown = read(summary(written_all_over(EMOJI), now=NOW))
    assert all(f"{word}: @ana, deputy @ben" in shown for word in ROLES.values())


def test_an_entry_is_told_with_people_and_without_live_words() -> None:
    entry = StepAssigned(NOW, ANA, "x", f"1, {HOSTILE}", BEN, "see https://example.com/a?b=1&c=2.")
    line = told(entry)
    assert line.startswith("<@U0ANA> gave step 1, Look: &lt;!channel&gt; &lt;@U0EVIL&gt;")
    assert "to <@U0BEN>: see <https://example.com/a?b=1&amp;c=2>." in line
    assert told(UpdatePosted(NOW, "", "All is well")) == "crisis-bot posted an update: All is well"
    assert told(UpdatePosted(NOW, ANA, "All is well"), lambda p: f"({p})").startswith("(U0ANA) posted")


def test_nobody_can_type_the_stand_in_of_a_person() -> None:
    assert "<@" not in told(UpdatePosted(NOW, "", "\x000\x00 \x00\x000\x00\x00"))


def test_a_short_text_is_never_shortened() -> None:
    short = "The video is online and people are angry"
    shown = checklist(written_all_over(short, steps=6), CONTROLS, now=NOW)
    assert "…" not in read(shown).replace("Assign…", "")
    assert text_length(shown.blocks) < 4000


def test_shortening_says_where_the_whole_is() -> None:
    words = "Somebody wrote a great deal here. " * 80
    incident = written_all_over(words)
    assert "`/crisis status` shows the whole text." in str(summary(incident, now=NOW).blocks)
    assert "How to do this, in the step's ⋯ menu" in read(MESSAGES["ping"](incident, words))
    assert "[All steps]" in read(checklist(incident, CONTROLS, now=NOW))
    assert "the export holds every word" in read(lessons(incident, announced=True))
    assert "and 6 more" in read(crisis_list([incident] * 21, now=NOW))


def test_an_update_of_full_length_is_told_whole(text: str) -> None:
    incident = written_all_over(text)
    for message in (update(incident, incident.updates[0]), threaded(incident, incident.updates[0])):
        typed = text.replace("\x00", "")
        assert "…" not in str(message.blocks[1])
        if "`" not in typed and "*" not in typed:
            assert " ".join(typed.split()) in " ".join(read(message).split())


def test_ordinary_views_use_the_playbooks_of_the_tests() -> None:
    judged_view(open_crisis.open_form(PLAYBOOKS, RULES, metadata="m"))
    judged(playbooks(PLAYBOOKS))
    judged(ping_view([(written_all_over(EMOJI), ping(of="gone"))], CONTROLS, now=NOW))
