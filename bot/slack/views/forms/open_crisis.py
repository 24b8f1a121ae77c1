"""The form "Open a crisis"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.model import TITLE_MAX_CHARS, Incident
from bot.domain.playbook import Playbook
from bot.domain.severity import Severity, SeverityRules
from bot.domain.words import listed, one_line
from bot.slack import phrases
from bot.slack.blocks import (
    View,
    context,
    form,
    option,
    plain,
    select_input,
    text_input,
    tick_input,
    typed,
)

CALLBACK = "open"
LINK_MAX_CHARS = 2000
LEVELS = frozenset(str(level.value) for level in Severity)
OPEN_NOW_NAMED = 5


@dataclass(frozen=True, slots=True)
class OpenFields:
    """What was filled in; `severity` None: what the playbook says."""

    title: str
    playbook_key: str
    severity: int | None
    private: bool
    what_happened: str
    link: str


def open_form(
    playbooks: Mapping[str, Playbook],
    severities: SeverityRules,
    *,
    metadata: str,
    playbook: str = "",
    title: str = "",
    what_happened: str = "",
    link: str = "",
    open_now: Sequence[Incident] = (),
) -> View:
    """All that a crisis needs to start; `playbook`: the one chosen already (key).

    `open_now`: crises this person may see, lest one is opened twice.
    """
    kinds = [
        option(p.title, p.key) | {"description": plain(p.when or p.title, 75)} for p in playbooks.values()
    ]
    levels = [
        option(f"{level.label}: {rule.description}", str(level.value)) for level, rule in severities.items()
    ]
    fields = [
        text_input(
            "title",
            "Title",
            initial=one_line(title),
            placeholder="What is happening, in a few words",
            max_chars=TITLE_MAX_CHARS,
        ),
        select_input("playbook", "Playbook", kinds, initial=playbook),
        select_input(
            "severity", "Severity", levels, hint="Left empty: what the playbook says", optional=True
        ),
        tick_input("private", "Private", "Only the people in its channel can see it"),
        text_input("what_happened", "What happened", multiline=True, initial=what_happened, optional=True),
        text_input(
            "link", "Link to the post", initial=one_line(link), optional=True, max_chars=LINK_MAX_CHARS
        ),
    ]
    top = [context(_open_already(open_now))] if open_now else []
    return form(CALLBACK, "Open a crisis", [*top, *fields], submit="Open", metadata=metadata)


def _open_already(open_now: Sequence[Incident]) -> str:
    named = [
        f"{phrases.where(i)} ({i.severity.label}, {phrases.title(i, 100)})" for i in open_now[:OPEN_NOW_NAMED]
    ]
    if len(open_now) > OPEN_NOW_NAMED:
        named.append(f"{len(open_now) - OPEN_NOW_NAMED} more")
    return f"Already open: {listed(named)}. If it is the same matter, go on there."


def read(view: View) -> OpenFields:
    """The fields as submitted."""
    level = typed(view, "severity")
    return OpenFields(
        title=typed(view, "title"),
        playbook_key=typed(view, "playbook"),
        severity=int(level) if level in LEVELS else None,
        private=typed(view, "private") == "yes",
        what_happened=typed(view, "what_happened"),
        link=typed(view, "link"),
    )
