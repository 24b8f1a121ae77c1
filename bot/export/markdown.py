"""A crisis as Markdown (CommonMark with GitHub's tables), for a wiki or a mail. What people typed comes out as itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.export import wording
from bot.export.record import Learned, Line, Record

_ENTITIES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
}  # entities, because some renderers know no backslash before these
_SPECIAL = re.compile(
    r"([\\`*_{}\[\]|~$^])"  # emphasis, code, links, tables, strike-through, mathematics
    r"|([&<>]|:(?=//)|(?<=www)\.)"  # HTML; what GitHub makes links of
    r"|([\u00a0\u061c\u200e\u200f\u2028-\u202f\u2066-\u2069])",  # invisible, or turns the text of the source around
    re.IGNORECASE,
)
_STARTS = re.compile(r"^(\d*)([#+\-=:%.)])")
"""What makes a heading, a list, a rule or a definition of a line that begins with it."""
_REFERENCE = re.compile(r"&#?\w+;")
"""What some renderers read as a character even inside a link."""
_BLANKS = re.compile("[ \t\n]+")


def to_markdown(records: Sequence[Record]) -> str:
    """One document that ends in a line break. Several crises follow each other under a heading that counts them."""
    if not records:
        return f"# Crises\n\n{wording.NOTHING}\n"
    if len(records) == 1:
        return "\n".join(_crisis(records[0], "#")) + "\n"
    blocks = [
        f"# {wording.page_title(list(records))}",
        *("\n".join(_crisis(record, "##")) for record in records),
    ]
    return "\n\n".join(blocks) + "\n"


def literal(text: str) -> str:
    """One line of typed text that every renderer of Markdown shows as it was typed; web addresses can be followed."""
    line = _BLANKS.sub(" ", wording.shown(text)).strip()
    escaped = "".join(
        f"<{piece}>" if is_url and not _REFERENCE.search(piece) else _escaped(piece)
        for piece, is_url in wording.pieces(line)
    )
    return _STARTS.sub(r"\1\\\2", escaped)


def quoted(text: str, before: str = "> ") -> list[str]:
    """Typed text of any number of lines as one paragraph, its lines kept, each behind `before`."""
    lines = [literal(line) for line in wording.shown(text).strip().split("\n")]
    return [f"{before}{line}\\" for line in lines[:-1]] + [before + lines[-1]]


def _escaped(text: str) -> str:
    return _SPECIAL.sub(_harmless, text)


def _harmless(found: re.Match[str]) -> str:
    sign = found[0]
    return f"\\{sign}" if found[1] else _ENTITIES.get(sign, f"&#{ord(sign)};")


def _crisis(record: Record, level: str) -> Iterator[str]:
    yield from _heading(level, wording.heading(record))
    if record.private:
        yield f"**{wording.PRIVATE}**\n"
    yield f"{literal(wording.story(record))} {wording.IN_UTC}\n"
    yield from (f"- {label}: {literal(value)}" for label, value in wording.facts(record))
    below = f"{level}#"
    yield from _section(
        below, "What happened", quoted(record.what_happened) if record.what_happened.strip() else ()
    )
    yield from _section(
        below, "Roles", (f"- {literal(r.name)}: {literal(wording.role(r))}" for r in record.roles)
    )
    yield from _section(below, "Steps", _steps(record))
    yield from _section(below, "Legal clocks", _legal_clocks(record))
    yield from _section(below, "Updates", _updates(record))
    if record.retrospective:
        yield from _section(below, "Retrospective", _learned(record.retrospective, f"{below}#"))
    yield from _section(below, "Timeline", _timeline(record.timeline, f"{below}#"))


def _heading(level: str, words: str) -> Iterator[str]:
    yield f"{level} {literal(words)}"
    yield ""


def _section(level: str, words: str, body: Iterable[str]) -> Iterator[str]:
    """The section, unless it is empty."""
    lines = list(body)
    if lines:
        yield ""
        yield from _heading(level, words)
        while lines and not lines[-1]:
            lines.pop()
        yield from lines


def _steps(record: Record) -> Iterator[str]:
    if not record.steps:
        return
    yield "| Step | Title | Who | Due | Finished | Outcome |"
    yield "|---:|---|---|---|---|---|"
    for step in record.steps:
        due = wording.brief(step.due_at, record) if step.due_at else ""
        end = wording.ending(step, record)
        cells = (str(step.number), step.title, wording.charge(step), due, end, wording.outcome(step))
        yield f"| {' | '.join(literal(cell) for cell in cells)} |"
    for step in record.steps:
        said = [("Proof", step.proof or ""), ("Reason for skipping", step.skip_reason or "")]
        said += [(f"Note by {n.by.name}, {wording.brief(n.at, record)}", n.text) for n in step.notes]
        told = [(label, text) for label, text in said if text.strip()]
        if told:
            yield ""
            yield f"**Step {step.number}**"
        for label, text in told:
            yield from ("", f"{literal(label)}:", "", *quoted(text))


def _legal_clocks(record: Record) -> Iterator[str]:
    for clock in record.legal_clocks:
        yield f"- {literal(clock.name)}: {literal(wording.legal_clock(clock, record))}"
        for text in filter(None, (clock.reference, clock.reason)):
            yield ""
            yield from quoted(text, before="  > ")
            yield ""


def _updates(record: Record) -> Iterator[str]:
    for update in record.updates:
        yield f"**Update {update.number}**, {wording.moment(update.at)}, by {literal(update.by.name)}:"
        yield ""
        yield from quoted(update.text)
        yield ""


def _learned(learned: Learned, level: str) -> Iterator[str]:
    yield literal(f"Written by {learned.by.name}, {wording.moment(learned.at)}.")
    texts = (
        ("Summary", learned.summary),
        ("What went well", learned.went_well),
        ("What did not", learned.went_badly),
    )
    for words, text in texts:
        yield from _section(level, words, quoted(text) if text.strip() else ())
    yield from _section(level, "Lessons", (f"- {literal(lesson)}" for lesson in learned.lessons))
    actions = (f"- {literal(item.text)} ({literal(wording.action(item))})" for item in learned.actions)
    yield from _section(level, "Action items", actions)


def _timeline(lines: tuple[Line, ...], level: str) -> Iterator[str]:
    for day, those in wording.by_day(lines):
        yield from _heading(level, day)
        for line in those:
            first, *others = quoted(line.text, before="")
            yield f"- {wording.clock(line.at)}: {first}"
            yield from (f"  {other}" for other in others)
            if wording.is_link(line.link):
                yield f"  {literal(line.link)}"
        yield ""
