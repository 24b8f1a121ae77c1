"""Forms about legal clocks."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.legal import LAWS, NAME_MAX_CHARS, NOT_ADVICE, OTHER
from bot.domain.model import Incident, LegalClock
from bot.domain.words import on_day
from bot.slack import phrases
from bot.slack.blocks import (
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
class LegalFields:
    kind: str
    since: str
    holder: str | None
    name: str
    length: str


def legal_form(incident: Incident, *, metadata: str) -> View:
    """Asks which legal clock a person confirms, and when it began."""
    options = [option(f"{law.length}: {law.name}", key) for key, law in LAWS.items()]
    meaning = [
        f"*{law.name}*: {law.length} to tell {law.told}, counted from {law.event}. {law.source}."
        for law in LAWS.values()
    ]
    blocks = [
        context(f"Crisis {incident.number}: {phrases.title(incident)}"),
        section(NOT_ADVICE),
        select_input("kind", "Which clock applies?", [*options, option("Another…", OTHER)]),
        text_input(
            "since",
            "When did it begin?",
            placeholder="yesterday 18:00",
            hint="Write now, 14:05, yesterday 18:00, 3h ago or 2026-12-01 18:00, where you are. It counts from the event, "
            "not from the opening of the crisis; a day alone counts from its first minute.",
        ),
        person_input(
            "holder",
            "Who answers for it?",
            initial=incident.holder("legal"),
            hint="They are asked in time. Left empty: whoever is Legal, else the lead.",
            optional=True,
        ),
        text_input(
            "name", "Another clock: its name", optional=True, max_chars=NAME_MAX_CHARS, placeholder="Insurer"
        ),
        text_input("length", "Another clock: how long?", optional=True, hint="Such as 48h or 10d."),
        *(context(line) for line in meaning),
        context(
            "Business days leave out Saturdays and Sundays. Holidays are not known to me: they may give more time."
        ),
    ]
    return form("legal.start", "Legal clock", blocks, submit="It applies: start", metadata=metadata)


def read_legal(view: View) -> LegalFields:
    return LegalFields(
        typed(view, "kind"),
        typed(view, "since"),
        typed(view, "holder") or None,
        typed(view, "name"),
        typed(view, "length"),
    )


def filed_form(clock: LegalClock, *, metadata: str) -> View:
    """Asks what was filed."""
    reference = text_input(
        "reference",
        "Reference number, or what was filed",
        multiline=True,
        hint="It stands on the timeline. The clock ends.",
    )
    return form("legal.filed", "Filed", [_which(clock), reference], submit="It is filed", metadata=metadata)


def read_filed(view: View) -> str:
    return typed(view, "reference")


def dropped_form(clock: LegalClock, *, metadata: str) -> View:
    """Asks why the clock does not apply after all."""
    reason = text_input(
        "reason",
        "Why does it not apply?",
        multiline=True,
        hint="And who decided that. It stands on the timeline. The clock ends.",
    )
    blocks = [_which(clock), section(NOT_ADVICE), reason]
    return form("legal.dropped", "Does not apply", blocks, submit="Drop the clock", metadata=metadata)


def read_dropped(view: View) -> str:
    return typed(view, "reason")


def _which(clock: LegalClock) -> dict[str, object]:
    return section(f"*{phrases.brief(clock.name, 150)}*\nDeadline {on_day(clock.deadline)}")
