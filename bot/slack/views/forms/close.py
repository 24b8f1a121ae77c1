"""The form "Close the crisis"."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.model import ActionItem, Incident, Retrospective
from bot.domain.words import mention
from bot.slack import phrases
from bot.slack.blocks import Block, View, form, section, text_input, typed

CALLBACK = "close"
OPEN_STEPS_NAMED = 10


@dataclass(frozen=True, slots=True)
class CloseFields:
    """The texts as typed."""

    summary: str
    went_well: str
    went_badly: str
    lessons: str
    actions: str
    open_steps: str


def close_form(incident: Incident, *, metadata: str) -> View:
    """What was learned; filled in already when the crisis was closed before."""
    before = incident.retrospective
    blocks = [
        text_input("summary", "Summary", multiline=True, initial=before.summary if before else ""),
        text_input(
            "went_well",
            "What went well",
            multiline=True,
            initial=before.went_well if before else "",
            optional=True,
        ),
        text_input(
            "went_badly",
            "What did not",
            multiline=True,
            initial=before.went_badly if before else "",
            optional=True,
        ),
        text_input(
            "lessons",
            "Lessons",
            multiline=True,
            initial="\n".join(before.lessons) if before else "",
            hint="One a line. Write what to do next time, not who was wrong.",
        ),
        text_input(
            "actions",
            "Action items",
            multiline=True,
            initial=_action_text(before) if before else "",
            hint="One a line: what @who by 2026-12-01",
            optional=True,
        ),
        *_open_steps(incident),
    ]
    return form(CALLBACK, "Close the crisis", blocks, submit="Close", metadata=metadata)


def _open_steps(incident: Incident) -> list[Block]:
    left = [s for s in incident.steps if s.is_open]
    if not left:
        return []
    lines = [f"{s.number}. {phrases.brief(s.title, 150)}" for s in left[:OPEN_STEPS_NAMED]]
    if len(left) > OPEN_STEPS_NAMED:
        lines.append(f"and {len(left) - OPEN_STEPS_NAMED} more on the checklist")
    count = "1 step is" if len(left) == 1 else f"{len(left)} steps are"
    asked = text_input(
        "open_steps",
        "Why can they stay open?",
        multiline=True,
        hint="They will be marked as skipped, with this as the reason.",
        optional=True,
    )
    return [section(f"*{count} still open*\n" + "\n".join(lines)), asked]


def _action_text(before: Retrospective) -> str:
    return "\n".join(_action_line(item) for item in before.actions)


def _action_line(item: ActionItem) -> str:
    """The item as the form reads it back."""
    owner = f" {mention(item.owner)}" if item.owner else ""
    return item.text + owner + (f" by {item.due_on.isoformat()}" if item.due_on else "")


def read(view: View) -> CloseFields:
    """The fields as submitted."""
    return CloseFields(
        summary=typed(view, "summary"),
        went_well=typed(view, "went_well"),
        went_badly=typed(view, "went_badly"),
        lessons=typed(view, "lessons"),
        actions=typed(view, "actions"),
        open_steps=typed(view, "open_steps"),
    )
