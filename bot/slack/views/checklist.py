"""The checklist, pinned in the channel and edited in place; as a form where it is too long for a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.model import Incident, Note, Status, Step
from bot.domain.words import mention
from bot.slack import limits, phrases
from bot.slack.blocks import (
    Block,
    Message,
    View,
    actions,
    button,
    context,
    header,
    overflow,
    section,
    sheet,
)
from bot.slack.controls import Controls, Place, Target
from bot.slack.fitting import compose, first_that_fits

ALL_STEPS = "steps.all"
"""The control that opens the whole checklist as a form."""


@dataclass(frozen=True, slots=True)
class _Detail:
    """How much of what people typed a row shows, in characters."""

    title: int
    said: int


_EVERYTHING = _Detail(title=1000, said=limits.SECTION_TEXT_MAX_CHARS)
_DETAILS = (
    _Detail(300, 200),
    _Detail(200, 100),
    _Detail(150, 60),
    _Detail(150, 0),
    _Detail(100, 0),
    _Detail(70, 0),
)


def checklist(incident: Incident, controls: Controls, *, now: datetime) -> Message:
    """Every step with its state and what can be done with it."""
    full = [_rows(incident, step, controls, _EVERYTHING, now) for step in incident.steps]

    def draw(detail: _Detail) -> list[Block]:
        return _drawn(incident, controls, detail, full, now)

    return compose(_spoken(incident, now), first_that_fits(_DETAILS, draw))


def all_steps(incident: Incident, controls: Controls, *, now: datetime) -> View:
    """The whole checklist as a form: 40 steps with their controls fit."""
    blocks = [section(f"Crisis {incident.number}: {phrases.title(incident)}\n*{_progress(incident, now)}*")]
    for step in incident.steps:
        blocks += _rows(incident, step, controls, _EVERYTHING, now)
    return sheet("Checklist", blocks[: limits.BLOCKS_PER_VIEW], callback_id=ALL_STEPS)


def _spoken(incident: Incident, now: datetime) -> str:
    return f"Checklist of crisis {incident.number}: {_progress(incident, now)}."


def _progress(incident: Incident, now: datetime) -> str:
    late = phrases.overdue_words(incident, now)
    return f"{incident.progress} steps finished" + (f", {late}" if late else "")


def _drawn(
    incident: Incident, controls: Controls, detail: _Detail, full: list[list[Block]], now: datetime
) -> list[Block]:
    """`full`: the rows with everything in them, to see whether these lack something."""
    rows = [_rows(incident, step, controls, detail, now) for step in incident.steps]
    top = [header(f"Checklist {incident.progress}"), context(_top_line(incident, now))]
    room = limits.BLOCKS_PER_MESSAGE - len(top) - 1
    if sum(map(len, rows)) <= room:
        return [*top, *(block for row in rows for block in row), *_pointer(incident, controls, rows == full)]
    return [*top, *_folded(incident, controls, detail, room, now), *_pointer(incident, controls, False)]


def _top_line(incident: Incident, now: datetime) -> str:
    drawing = phrases.bar(incident.finished_count, len(incident.steps))
    if not incident.steps:
        return "No steps yet. `/crisis step` adds one."
    if incident.is_over:
        return f"{drawing} {_progress(incident, now)}. The crisis is {incident.status}."
    if incident.status is Status.RESOLVED:
        return f"{drawing} {_progress(incident, now)}. Reminders have stopped; steps can still be finished."
    return f"{drawing} {_progress(incident, now)}"


def _pointer(incident: Incident, controls: Controls, whole: bool) -> list[Block]:
    """The way to everything that is shortened here."""
    if whole:
        return []
    if incident.is_over:
        return [context("Shortened here; the export holds every word.")]
    return [actions([button(controls.named(ALL_STEPS), Target(incident.number))], block_id="more")]


def _rows(incident: Incident, step: Step, controls: Controls, detail: _Detail, now: datetime) -> list[Block]:
    return (
        _open_row(incident, step, controls, detail, now)
        if step.is_open
        else [_finished_row(incident, step, controls, detail, now)]
    )


def _open_row(
    incident: Incident, step: Step, controls: Controls, detail: _Detail, now: datetime
) -> list[Block]:
    row = section(_open_text(incident, step, detail, now), block_id=f"step:{step.key}")
    if incident.is_over:
        return [row]
    target = Target(incident.number, step.key, step.version)
    drawn = [button(c, target) for c in controls.shown(Place.STEP, incident, step)]
    if menu := controls.shown(Place.STEP_MENU, incident, step):
        drawn.append(overflow(menu, target))
    return [row, actions(drawn, block_id=f"do:{step.key}")] if drawn else [row]


def _finished_row(
    incident: Incident, step: Step, controls: Controls, detail: _Detail, now: datetime
) -> Block:
    offered = [] if incident.is_over else controls.shown(Place.STEP, incident, step)
    accessory = button(offered[0], Target(incident.number, step.key, step.version)) if offered else None
    return section(_finished_text(step, detail, now), accessory=accessory, block_id=f"step:{step.key}")


def _open_text(incident: Incident, step: Step, detail: _Detail, now: datetime) -> str:
    facts = phrases.sentence(_open_facts(incident, step, now))
    lines = [f"*{step.number}. {phrases.brief(step.title, detail.title)}*", facts]
    return "\n".join([*lines, *_notes(step.notes, detail, now)])


def _open_facts(incident: Incident, step: Step, now: datetime) -> str:
    """How an open step stands; in a crisis that is over, nobody waits for it any more."""
    if incident.is_over:
        return f"left open · {phrases.charge(step)}"
    state = "overdue" if step.is_overdue(now) else "open"
    facts = (state, phrases.charge(step), phrases.due_words(step, now))
    return " · ".join(fact for fact in facts if fact)


def _finished_text(step: Step, detail: _Detail, now: datetime) -> str:
    lines = [f"~{step.number}. {phrases.brief(step.title, detail.title)}~", phrases.ending(step, now)]
    if detail.said and step.proof:
        lines.append(f"Proof: {phrases.brief(step.proof, detail.said)}")
    if detail.said and step.skip_reason:
        lines.append(f"Reason: {phrases.brief(step.skip_reason, detail.said)}")
    return "\n".join([*lines, *_notes(step.notes, detail, now)])


def _notes(notes: Sequence[Note], detail: _Detail, now: datetime) -> list[str]:
    if not notes:
        return []
    count = "1 note" if len(notes) == 1 else f"{len(notes)} notes"
    if not detail.said:
        return [count]
    if detail is _EVERYTHING:
        # The section as a whole is cut at Slack's limit; the newest come first.
        return [_note(n, detail, now) for n in reversed(notes)]
    return [_note(notes[-1], detail, now) + ("" if len(notes) == 1 else f" ({count})")]


def _note(note: Note, detail: _Detail, now: datetime) -> str:
    return f"Note by {mention(note.by)}{phrases.at(note.at, now)}: {phrases.brief(note.text, detail.said)}"


def _folded(incident: Incident, controls: Controls, detail: _Detail, room: int, now: datetime) -> list[Block]:
    """Finished steps as text; then, where it must be, the least urgent open ones too."""
    finished = sorted((s for s in incident.steps if not s.is_open), key=_finished_at)
    newest, older = finished[-2:][::-1], finished[:-2]
    folded = _as_text("Finished earlier", [_short(incident, s, detail, now) for s in older])
    still_open = [s for s in incident.steps if s.is_open]
    rows = {s.key: _rows(incident, s, controls, detail, now) for s in (*still_open, *newest)}
    room -= len(newest) + len(folded)
    with_rows = set(rows)
    if sum(len(rows[s.key]) for s in still_open) > room:
        # Text sections for the rest: their own texts are short, ten to a section never reach its limit.
        room -= -(-len(still_open) // _STEPS_A_SECTION)
        with_rows = set()
        for step in sorted(still_open, key=_urgency):
            if len(rows[step.key]) > room:
                break
            room -= len(rows[step.key])
            with_rows.add(step.key)
    listed = [_short(incident, s, detail, now) for s in still_open if s.key not in with_rows]
    return [
        *(block for s in still_open if s.key in with_rows for block in rows[s.key]),
        *_as_text("Also open (All steps shows their buttons)", listed),
        *(block for s in newest for block in rows[s.key]),
        *folded,
    ]


_STEPS_A_SECTION = 8


def _as_text(heading: str, lines: list[str]) -> list[Block]:
    parts = [lines[i : i + _STEPS_A_SECTION] for i in range(0, len(lines), _STEPS_A_SECTION)]
    return [section((f"*{heading}*\n" if i == 0 else "") + "\n".join(part)) for i, part in enumerate(parts)]


def _short(incident: Incident, step: Step, detail: _Detail, now: datetime) -> str:
    """One line for one step."""
    title = phrases.brief(step.title, min(detail.title, 150))
    if step.is_open:
        return f"{step.number}. {title} · {_open_facts(incident, step, now)}"
    by = f" by {mention(step.finished_by)}" if step.finished_by else ""
    return f"{step.number}. {title} · {step.state}{by}"


def _finished_at(step: Step) -> tuple[datetime, int]:
    return step.finished_at or datetime.min.replace(tzinfo=UTC), step.number


def _urgency(step: Step) -> tuple[datetime, int]:
    return step.due_at or datetime.max.replace(tzinfo=UTC), step.number
