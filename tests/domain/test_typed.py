"""Any text that people type: it is taken, or it gets a sentence that says what would be right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.checklist import add_step, assign_step, finish_step, note_on_step, skip_step
from bot.domain.decision import Decision
from bot.domain.effects import Notice
from bot.domain.errors import Refusal, TextMissing, TextTooLong
from bot.domain.lifecycle import cancel_crisis, change_severity, post_update
from bot.domain.model import Incident
from bot.domain.notes import add_note, pin_message
from bot.domain.opening import checked
from bot.domain.playbook import ROLES
from bot.domain.retrospective import LineProblem, action_lines, lesson_lines
from bot.domain.roles import role_key
from bot.domain.typed import allowed, required
from tests.domain.a_crisis import (
    BO,
    DAY,
    LEA,
    NOW,
    RULES,
    SEV1,
    a_crisis,
    assert_reads_well,
    at,
    closing,
    draft,
    refused,
    resolved,
)

CRISIS = a_crisis()
WATCHED = resolved(CRISIS)

DECISIONS: dict[str, Callable[[str], Decision]] = {
    "note": lambda text: add_note(CRISIS, text=text, by=BO, now=at(1)),
    "pin": lambda text: pin_message(
        CRISIS, message_ts="1.0", sent_at=NOW, author=BO, text=text, link="", by=BO
    ),
    "update": lambda text: post_update(CRISIS, text=text, by=BO, now=at(1)),
    "severity": lambda text: change_severity(
        CRISIS, to=SEV1, rule=RULES[SEV1], by=BO, reason=text, now=at(1)
    ),
    "cancel": lambda text: cancel_crisis(CRISIS, reason=text, by=BO, archive_after=DAY, now=at(1)),
    "close": lambda text: closing(WATCHED, reason=text),
    "summary": lambda text: closing(WATCHED, summary=text),
    "step": lambda text: add_step(CRISIS, title=text, by=BO, owner=LEA, now=at(1)),
    "proof": lambda text: finish_step(CRISIS, step_key="reply", proof=text, by=BO, now=at(1)),
    "skip": lambda text: skip_step(CRISIS, step_key="reply", reason=text, by=BO, now=at(1)),
    "step note": lambda text: note_on_step(CRISIS, step_key="reply", text=text, by=BO, now=at(1)),
    "hand over": lambda text: assign_step(CRISIS, step_key="reply", person=LEA, word=text, by=BO, now=at(1)),
}
READERS: dict[str, Callable[[str], object]] = {
    "title": lambda text: checked(draft(title=text)),
    "role": role_key,
    "lessons": lesson_lines,
    "actions": action_lines,
}
typed = st.text(max_size=40) | st.builds("{}{}".format, st.just("x" * 2990), st.text(max_size=20))


def answer(decide: Callable[[str], object], text: str) -> str:
    """The sentence that says why not; "" when the text was taken. Anything else that is raised is a bug."""
    try:
        decide(text)
    except (Refusal, LineProblem) as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize("what", [*DECISIONS, *READERS])
def test_any_text_is_taken_or_gets_a_sentence(what: str) -> None:
    @settings(max_examples=40)
    @given(typed)
    def any_text(text: str) -> None:
        sentence = answer(DECISIONS.get(what) or READERS[what], text)
        assert not sentence or sentence.endswith(".")

    any_text()


@pytest.mark.parametrize("what", DECISIONS)
def test_no_typed_text_mentions_a_channel_or_a_person(what: str) -> None:
    decision = DECISIONS[what]("<!channel> <@UEVIL> {text}")
    said = [decision.said, *(e.text for e in decision.effects if isinstance(e, Notice))]
    assert not any("<!channel>" in words or "<@UEVIL>" in words for words in said)


@pytest.mark.parametrize("what", ["note", "update", "cancel", "close", "step", "skip", "step note"])
@pytest.mark.parametrize("nothing", ["", " ", "\n\t", "\u3000"])
def test_blanks_are_no_text(what: str, nothing: str) -> None:
    refused(TextMissing, partial(DECISIONS[what], nothing))


@given(typed)
def test_a_text_is_kept_without_the_white_space_around_it(text: str) -> None:
    if text.strip():
        assert required(f" {text}\n", "The note", "", limit=5000) == text.strip()
    assert allowed(f" {text}\n", "The note", limit=5000) == text.strip()


def test_a_text_of_the_longest_length_fits() -> None:
    assert required("x" * 3000 + " ", "The note", "") == "x" * 3000
    assert refused(TextTooLong, lambda: allowed("x" * 3001, "The note")) == (
        "The note is 3,001 characters long; 3,000 is the most. Please shorten it and send it again."
    )


@given(st.text())
def test_a_role_is_known_or_all_roles_are_named(text: str) -> None:
    sentence = answer(role_key, text)
    assert not sentence or all(role in sentence for role in ROLES)


def test_a_step_title_with_braces_reads_as_typed() -> None:
    incident: Incident = add_step(CRISIS, title="Fill {in} the form", by=BO, now=at(1)).incident
    assert incident.steps[-1].title == "Fill {in} the form"
    assert_reads_well(refused(TextMissing, lambda: add_note(incident, text="", by=BO, now=at(1))))
