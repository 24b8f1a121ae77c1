"""Forms about one step, and the form that adds one."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.durations import spoken
from bot.domain.model import Incident, Step
from bot.domain.playbook import STEP_TITLE_MAX_CHARS
from bot.domain.severity import LONGEST_SNOOZE_AT_SEV1, Severity
from bot.domain.words import safe, shortened
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
    sheet,
    text_input,
    typed,
)

LABEL_MAX_CHARS = 150
"""A longer question stands above the field in full."""
SNOOZES = (("15 min", "15m"), ("30 min", "30m"), ("1 h", "1h"))
"""Label and value of what Snooze offers."""
WHEN = "For instance 30m, tomorrow 9, friday noon or EOD"
TIME_MAX_CHARS = 40


@dataclass(frozen=True, slots=True)
class AddFields:
    title: str
    owner: str
    due: str


def done_form(incident: Incident, step: Step, *, metadata: str) -> View:
    """Asks for the step's proof."""
    asked = step.proof_asked or "What was done"
    blocks = [_which(incident, step), *_guide(step)]
    if len(asked) > LABEL_MAX_CHARS:
        blocks.append(section(safe(asked)))
    label = asked if len(asked) <= LABEL_MAX_CHARS else "Proof"
    blocks.append(text_input("proof", label, multiline=True, optional=not step.proof_asked))
    return form("step.done", f"Finish step {step.number}", blocks, submit="Done", metadata=metadata)


def read_done(view: View) -> str:
    return typed(view, "proof")


def skip_form(incident: Incident, step: Step, *, metadata: str) -> View:
    """Asks why the step is not needed."""
    reason = text_input(
        "reason",
        "Why is this step not needed?",
        multiline=True,
        hint="Everybody in the channel can read this.",
    )
    blocks = [_which(incident, step), reason]
    return form("step.skip", f"Skip step {step.number}", blocks, submit="Skip", metadata=metadata)


def read_skip(view: View) -> str:
    return typed(view, "reason")


def assign_form(incident: Incident, step: Step, *, metadata: str) -> View:
    """Asks who takes the step."""
    person = person_input(
        "person",
        "Who takes this step?",
        initial=step.owner,
        hint="They are told, and invited to the channel.",
    )
    blocks = [_which(incident, step), person]
    return form("step.assign", f"Assign step {step.number}", blocks, submit="Assign", metadata=metadata)


def read_assign(view: View) -> str:
    return typed(view, "person")


def snooze_form(incident: Incident, step: Step, *, metadata: str) -> View:
    """Asks how long reminders wait."""
    spans = [option(label, value) for label, value in SNOOZES]
    span = select_input(
        "span", "Remind again in", spans, initial="15m", hint="The due time stays; only the reminder waits."
    )
    grave = incident.severity is Severity.SEV1
    when = (
        f"For instance 45m; at SEV1 it waits for {spoken(LONGEST_SNOOZE_AT_SEV1)} at most" if grave else WHEN
    )
    until = text_input(
        "until", "Or until", hint=f"{when}. This counts instead.", optional=True, max_chars=TIME_MAX_CHARS
    )
    blocks = [_which(incident, step), span, until]
    return form("step.snooze", f"Snooze step {step.number}", blocks, submit="Snooze", metadata=metadata)


def read_snooze(view: View) -> str:
    """As typed; else as chosen."""
    return typed(view, "until").strip() or typed(view, "span")


def note_form(incident: Incident, step: Step, *, metadata: str) -> View:
    """Asks for a note on the step."""
    text = text_input(
        "text", "Note", multiline=True, placeholder="What the others should know about this step"
    )
    blocks = [_which(incident, step), text]
    return form("step.note", f"Note on step {step.number}", blocks, submit="Add note", metadata=metadata)


def read_note(view: View) -> str:
    return typed(view, "text")


def add_form(incident: Incident, *, metadata: str) -> View:
    """Asks for a new step."""
    blocks = [
        context(f"Crisis {incident.number}: {phrases.title(incident)}"),
        text_input("title", "What is to be done?", max_chars=STEP_TITLE_MAX_CHARS),
        person_input("owner", "Owner", optional=True),
        text_input("due", "Due", hint=WHEN, optional=True, max_chars=TIME_MAX_CHARS),
    ]
    return form("step.add", "Add a step", blocks, submit="Add step", metadata=metadata)


def read_add(view: View) -> AddFields:
    return AddFields(typed(view, "title"), typed(view, "owner"), typed(view, "due"))


def guide_sheet(step: Step) -> View:
    """How the step is done."""
    blocks = [section(f"*{step.number}. {phrases.brief(step.title, 1000)}*")]
    blocks += _guide(step) or [section("There is no guide for this step.")]
    if step.proof_asked:
        blocks.append(context(f"Done asks for: {safe(shortened(step.proof_asked, 500))}"))
    return sheet("How to do this", blocks, callback_id="step.guide")


def _which(incident: Incident, step: Step) -> Block:
    name = f"*{step.number}. {phrases.brief(step.title, 1000)}*"
    return section(f"{name}\nCrisis {incident.number}: {phrases.title(incident)}")


def _guide(step: Step) -> list[Block]:
    """All of the guide, in as many sections as it needs."""
    return [section(part) for part in phrases.parts(phrases.from_markdown(step.guide))] if step.guide else []
