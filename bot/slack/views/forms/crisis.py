"""Forms about the crisis as a whole, and the one that hands a ping over."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.model import Incident, Ping, Step
from bot.domain.playbook import ROLES
from bot.domain.severity import SeverityRules
from bot.domain.words import on_day
from bot.slack import phrases
from bot.slack.blocks import (
    Block,
    View,
    context,
    form,
    option,
    person_input,
    section,
    select_input,
    text_input,
    typed,
)


@dataclass(frozen=True, slots=True)
class SeverityFields:
    severity: str
    reason: str


@dataclass(frozen=True, slots=True)
class RoleFields:
    role: str
    person: str
    deputy: str | None


@dataclass(frozen=True, slots=True)
class HandOverFields:
    person: str
    word: str


def update_form(incident: Incident, *, metadata: str) -> View:
    """Asks for a status update."""
    seen = (
        "It appears in the crisis channel."
        if incident.private
        else "It appears in the channel and under the announcement."
    )
    due = f" It is due {on_day(incident.next_update_due)}." if incident.next_update_due else ""
    text = text_input(
        "text",
        "What is known now?",
        multiline=True,
        hint="What is confirmed, what is not known yet, when you speak next. Also when nothing is new.",
    )
    return form(
        "update",
        "Status update",
        [_which(incident), context(seen + due), text],
        submit="Post",
        metadata=metadata,
    )


def read_update(view: View) -> str:
    return typed(view, "text")


def note_form(incident: Incident, *, metadata: str) -> View:
    """Asks for a note on the timeline."""
    text = text_input("text", "What happened?", multiline=True)
    return form("note", "Add to timeline", [_which(incident), text], submit="Add", metadata=metadata)


def read_note(view: View) -> str:
    return typed(view, "text")


def severity_form(incident: Incident, severities: SeverityRules, *, metadata: str) -> View:
    """Asks for another severity, with what each level means."""
    levels = [
        option(f"{level.label}: {rule.description}", str(level.value)) for level, rule in severities.items()
    ]
    meaning = [
        context(f"*{level.label}* when: {phrases.brief('; '.join(rule.criteria), 1000)}")
        for level, rule in severities.items()
        if rule.criteria
    ]
    blocks = [
        _which(incident),
        select_input(
            "severity",
            "Severity",
            levels,
            initial=str(incident.severity.value),
            hint="Unsure? Take the higher one; the lead can lower it later.",
        ),
        text_input("reason", "Reason", optional=True),
        *meaning,
    ]
    return form("severity", "Change severity", blocks, submit="Change", metadata=metadata)


def read_severity(view: View) -> SeverityFields:
    return SeverityFields(typed(view, "severity"), typed(view, "reason"))


def role_form(incident: Incident, *, metadata: str, role: str | None = None) -> View:
    """Asks who holds a role from now on; the roles of the playbook come first, `role` is chosen already."""
    keys = dict.fromkeys((*(r for r in incident.role_keys if r in ROLES), *ROLES))
    blocks = [
        _which(incident),
        section(phrases.role_lines(incident)),
        select_input("role", "Role", [option(ROLES[key], key) for key in keys], initial=role),
        person_input("person", "Person", hint="They are told, and invited to the channel."),
        person_input("deputy", "Deputy", hint="Left empty: the deputy stays.", optional=True),
    ]
    return form("role", "Give a role", blocks, submit="Give role", metadata=metadata)


def read_role(view: View) -> RoleFields:
    return RoleFields(typed(view, "role"), typed(view, "person"), typed(view, "deputy") or None)


def cancel_form(incident: Incident, *, metadata: str) -> View:
    """Asks why the crisis was opened by mistake."""
    blocks = [
        _which(incident),
        section("Cancel a crisis that was opened by mistake: it stops, and its channel is archived later."),
        text_input("reason", "Reason", multiline=True),
    ]
    return form(
        "cancel",
        "Cancel the crisis",
        blocks,
        submit="Cancel the crisis",
        metadata=metadata,
        close="Keep it open",
    )


def read_cancel(view: View) -> str:
    return typed(view, "reason")


def hand_over_form(incident: Incident, ping: Ping, step: Step, *, metadata: str) -> View:
    """Asks who takes over the step this ping is about."""
    asked = f"*{step.number}. {phrases.brief(step.title, 1000)}*"
    blocks = [
        section(f"{asked}\nCrisis {incident.number}: {phrases.title(incident)}"),
        person_input(
            "person", "Who takes it over?", hint="They are asked right away, and invited to the channel."
        ),
        text_input("word", "A word to them", multiline=True, optional=True),
    ]
    return form(
        "ping.hand_over", f"Hand over step {step.number}", blocks, submit="Hand over", metadata=metadata
    )


def read_hand_over(view: View) -> HandOverFields:
    return HandOverFields(typed(view, "person"), typed(view, "word"))


def _which(incident: Incident) -> Block:
    return context(f"Crisis {incident.number}: {phrases.title(incident)}")
