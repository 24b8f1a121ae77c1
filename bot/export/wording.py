"""Words that the files for people share. Every time is in UTC and says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from bot.domain.durations import spoken
from bot.domain.words import listed, one_line, rounded
from bot.export.record import Line, Record, RecordedAction, RecordedLegalClock, RecordedStep, Role, timing

NOTHING = "There is no crisis to show."
IN_UTC = "All times are in UTC."
PRIVATE = "This crisis is private. Share this only with people who may know of it."

_STATUS = {
    "active": "active",
    "resolved": "resolved, being watched",
    "closed": "closed",
    "cancelled": "cancelled",
}
_LINE_ENDS = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_URL = re.compile(r"https?://[\w\-.~:/?#\[\]@!$&'()*+,;=%]+(?<![.,:;!?)'\]*_~])", re.ASCII)


def shown(text: str) -> str:
    """The text with every kind of line end as a line break, and control characters (a terminal obeys them) as �."""
    return _CONTROLS.sub("\ufffd", _LINE_ENDS.sub("\n", text))


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text cut into pieces, each with whether it is a web address. Such a link shows where it leads, so it cannot pose."""
    end = 0
    for found in _URL.finditer(text):
        if found.start() > end:
            yield text[end : found.start()], False
        yield found[0], True
        end = found.end()
    if end < len(text):
        yield text[end:], False


def is_link(text: str) -> bool:
    """The whole text is one web address."""
    return _URL.fullmatch(text) is not None


def day(when: date) -> str:
    """`2 March 2026`."""
    return f"{when.day} {when:%B} {when.year}"


def day_of(when: datetime) -> str:
    return day(when.astimezone(UTC))


def clock(when: datetime) -> str:
    """`09:05 UTC`."""
    return f"{when.astimezone(UTC):%H:%M} UTC"


def moment(when: datetime) -> str:
    """`2 March 2026, 09:05 UTC`."""
    return f"{day_of(when)}, {clock(when)}"


def brief(when: datetime, record: Record) -> str:
    """`09:05 UTC` on the day of the opening, else with its day."""
    if day_of(when) == day_of(record.opened_at):
        return clock(when)
    when = when.astimezone(UTC)
    year = "" if when.year == record.opened_at.astimezone(UTC).year else f" {when.year}"
    return f"{when.day} {when:%B}{year}, {clock(when)}"


def length(span: timedelta) -> str:
    """`4 hours 12 minutes`."""
    return spoken(rounded(span)) if span >= timedelta(minutes=1) else "less than a minute"


def heading(record: Record) -> str:
    return f"Crisis {record.number}: {one_line(record.title)}"


def page_title(records: list[Record]) -> str:
    if not records:
        return "Crises"
    return heading(records[0]) if len(records) == 1 else f"{len(records)} crises"


def status(record: Record) -> str:
    return _STATUS[record.status]


def facts(record: Record) -> list[tuple[str, str]]:
    """What stands at the top, as label and value."""
    opened = f"{moment(record.opened_at)}, by {record.opened_by.name}"
    found = [
        ("Severity", severity(record)),
        ("Status", status(record)),
        ("Playbook", record.playbook),
        ("Opened", opened),
    ]
    if record.resolved_at:
        found.append(("Resolved", moment(record.resolved_at)))
    if record.closed_at:
        found.append(("Cancelled" if record.status == "cancelled" else "Closed", moment(record.closed_at)))
    if record.cancel_reason:
        found.append(("Reason", record.cancel_reason))
    if record.duration is not None:
        until = "resolved" if record.resolved_at else record.status
        found.append(("Duration", f"{length(record.duration)}, from opened to {until}"))
    if record.next_update_due:
        found.append(("Next update due", moment(record.next_update_due)))
    if record.review_due and not record.retrospective:
        found.append(("Retrospective due", moment(record.review_due)))
    channels = [*([record.channel] if record.channel else []), *reversed(record.earlier_channels)]
    if channels:
        found.append(("Channel", ", before that ".join(f"#{name}" for name in channels)))
    if record.link:
        found.append(("Link", record.link))
    return [(label, value) for label, value in found if value.strip()]


def severity(record: Record) -> str:
    """`SEV3, at its worst SEV1`, `SEV1, at first SEV2`."""
    now, every = record.severity, _severities(record)
    if min(every) < now:
        return f"{now}, at its worst {min(every)}"
    return now if every[0] == now else f"{now}, at first {every[0]}"


def role(role: Role) -> str:
    """`Lea, deputy Dee`."""
    person = role.person.name if role.person else "nobody"
    return f"{person}, deputy {role.deputy.name}" if role.deputy else person


def charge(step: RecordedStep) -> str:
    """Who answered for a step: `Coy (Community)`."""
    if step.owner is None:
        return step.role or "nobody"
    return f"{step.owner.name} ({step.role})" if step.role else step.owner.name


def outcome(step: RecordedStep) -> str:
    """`done, 20 minutes late`, `skipped`, `open`."""
    return f"{step.state}, {step.timing}" if step.timing else step.state


def ending(step: RecordedStep, record: Record) -> str:
    """`09:05 UTC`, and by whom if not by the owner; "" for an open step."""
    at = brief(step.finished_at, record) if step.finished_at else ""
    by = f"by {step.finished_by.name}" if step.finished_by and step.finished_by != step.owner else ""
    return ", ".join(part for part in (at, by) if part)


def action(item: RecordedAction) -> str:
    """`Bo, due 1 December 2026, done on 30 November 2026 by Cy`."""
    said = [item.owner.name if item.owner else "no owner"]
    said.append(f"due {day(item.due_on)}" if item.due_on else "no day set")
    on = f" on {day_of(item.done_at)}" if item.done_at else ""
    said.append(f"done{on} by {item.done_by.name}" if item.done_by else "open")
    return ", ".join(said)


def legal_clock(clock: RecordedLegalClock, record: Record) -> str:
    """`deadline 5 March, 09:00 UTC, counted from 09:00 UTC; filed 4 March, 10:00 UTC, by Bo, on time`, and who said so."""
    said = f"deadline {brief(clock.deadline, record)}, counted from {brief(clock.since, record)}"
    said += f", confirmed by {clock.confirmed_by.name}"
    if clock.ended_at is None or clock.ended_by is None:
        return f"{said}; open"
    when = f"{brief(clock.ended_at, record)}, by {clock.ended_by.name}"
    if clock.state == "dropped":
        return f"{said}; found not to apply {when}"
    return f"{said}; filed {when}, {timing(clock.ended_at - clock.deadline)}"


def steps_told(record: Record) -> str:
    """`9 of 12 steps were done: 7 on time and 2 late. 1 was skipped. 2 are open.`"""
    done = [step for step in record.steps if step.state == "done"]
    late = sum(step.late is not None and step.late > timedelta(0) for step in done)
    on_time = sum(step.late is not None and step.late <= timedelta(0) for step in done)
    parts = [f"{count} {word}" for count, word in ((on_time, "on time"), (late, "late")) if count]
    verb = "was" if len(done) == 1 else "were"
    said = [
        f"{len(done) or 'None'} of {counted(len(record.steps), 'step')} {verb} done"
        + (f": {listed(parts)}." if parts else ".")
    ]
    skipped = sum(step.state == "skipped" for step in record.steps)
    still_open = sum(step.state == "open" for step in record.steps)
    if skipped:
        said.append(f"{skipped} {'was' if skipped == 1 else 'were'} skipped.")
    if still_open:
        said.append(f"{still_open} {'is' if still_open == 1 else 'are'} open.")
    return " ".join(said)


def story(record: Record) -> str:
    """The course of the crisis in a few sentences: what the drawing shows."""
    said = [f"Opened on {day_of(record.opened_at)} at {clock(record.opened_at)}"]
    if record.duration is not None:
        said[0] += (
            f" and {'resolved' if record.resolved_at else record.status} after {length(record.duration)}"
        )
    said[0] += "."
    if record.severity_changes:
        said.append(f"The severity went from {' to '.join(_severities(record))}.")
    updates = len(record.updates)
    if updates:
        said.append(f"{counted(updates, 'update')} {'was' if updates == 1 else 'were'} posted.")
    if record.steps:
        said.append(steps_told(record))
    return " ".join(said)


def _severities(record: Record) -> list[str]:
    """Every severity it had, in order."""
    changes = record.severity_changes
    return [changes[0].old, *(change.new for change in changes)] if changes else [record.severity]


def counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def by_day(lines: tuple[Line, ...]) -> list[tuple[str, list[Line]]]:
    """The timeline day by day."""
    return [(day_name, list(those)) for day_name, those in groupby(lines, key=lambda line: day_of(line.at))]
