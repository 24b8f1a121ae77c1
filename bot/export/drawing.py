"""The course of a crisis as a drawing: where everything stands, in percent of its width, so that it fits any screen.

Long stretches in which nothing happened are cut out, and each cut is shown with its length: a crisis of four hours that is
closed three days later would otherwise be a dot.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from bot.domain.durations import spoken
from bot.domain.words import one_line
from bot.export import wording
from bot.export.record import Record, RecordedStep

LEFT, RIGHT = 2.0, 98.0
CUT_WIDTH = 8.0
CUTS_MAX = 4
CUT_FROM = timedelta(hours=4)
"""No shorter stretch is cut out."""
ROW_HEIGHT = 34
_MINUTE = timedelta(minutes=1)
_TICKS = tuple(
    _MINUTE * m
    for m in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080, 43200, 129600, 525600)
)
_TICKS_WANTED = 8
_TICK_GAP, _TICK_GAP_NARROW = 6.5, 15.0
"""Closer ticks are left out; on a phone those closer than the second."""
_CHARACTER = 2.3
"""Width of one character of a label on a phone, in percent."""
LANES = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at a moment."""

    x: float
    kind: str
    """opened, severity, update, resolved, reopened, closed, cancelled."""
    label: str
    told: str
    lane: int | None = None
    """In which line above the axis the label stands; None: no room for it."""
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    label: str
    day: str
    """"" where it is the day of the tick before."""
    minor: bool
    """Left out on a narrow screen."""


@dataclass(frozen=True, slots=True)
class Row:
    """One step: from when to when, and when it was due."""

    y: int
    title: str
    short: str
    said: str
    state: str
    start: float
    end: float
    """Where its bar ends; of an open step the right edge."""
    late_from: float | None
    """Where the bar turns late."""
    due: float | None


@dataclass(frozen=True, slots=True)
class Drawing:
    height: int
    axis: int
    """y of the axis."""
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    cuts: tuple[Mark, ...]
    rows: tuple[Row, ...]


class Scale:
    """Where a moment stands. Every moment that will be asked for must be given."""

    def __init__(self, moments: Sequence[datetime]) -> None:
        points = sorted(set(moments))
        gaps = list(pairwise(points))
        self.cut = _cut(gaps)
        drawn = sum((b - a for a, b in gaps if (a, b) not in self.cut), timedelta(0)).total_seconds()
        self.drawn = timedelta(seconds=drawn)
        width = RIGHT - LEFT - (CUT_WIDTH * len(self.cut) if drawn else 0)
        x = LEFT
        self.parts: list[tuple[datetime, datetime, float, float]] = [(points[0], points[0], LEFT, LEFT)]
        for gap in gaps:
            long = (gap[1] - gap[0]).total_seconds()
            wide = CUT_WIDTH if gap in self.cut else width * long / drawn
            self.parts.append((*gap, x, x + wide))
            x += wide

    def x(self, at: datetime) -> float:
        start, end, left, right = next(part for part in self.parts if at <= part[1])
        share = (at - start) / (end - start) if end > start else 0.0
        return round(left + (right - left) * share, 2)

    def stretches(self) -> list[tuple[datetime, datetime]]:
        """The time that is drawn, from cut to cut."""
        starts = [self.parts[0][0], *(b for _, b in self.cut)]
        ends = [*(a for a, _ in self.cut), self.parts[-1][1]]
        return list(zip(starts, ends, strict=True))


def _cut(gaps: Sequence[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """As many of the longest gaps as are each longer than all that stays together."""
    longest = sorted(gaps, key=lambda gap: gap[1] - gap[0], reverse=True)
    rest = sum((b - a for a, b in gaps), timedelta(0))
    many = 0
    for count, (a, b) in enumerate(longest[:CUTS_MAX], start=1):
        rest -= b - a
        if rest and b - a > rest and b - a >= CUT_FROM:
            many = count
    return sorted(longest[:many])


def drawing(record: Record) -> Drawing:
    """The crisis drawn: marks on the axis, one row a step."""
    happened = _happened(record)
    steps = [at for s in record.steps for at in (s.since, s.due_at, s.finished_at) if at]
    scale = Scale([record.opened_at, *(at for at, *_ in happened), *steps])
    cuts = [
        Mark((scale.x(a) + scale.x(b)) / 2, "cut", f"{_about(b - a)}", f"{_about(b - a)} left out")
        for a, b in scale.cut
    ]
    marks = [Mark(scale.x(at), kind, label, told) for at, kind, label, told in happened]
    placed = _in_lanes([*marks, *cuts])
    used = 1 + max((mark.lane or 0 for mark in placed), default=0)
    axis = 16 * used + 12
    top = axis + 44
    rows = tuple(_row(step, scale, top + ROW_HEIGHT * i) for i, step in enumerate(record.steps))
    return Drawing(
        height=top + ROW_HEIGHT * len(rows),
        axis=axis,
        marks=tuple(mark for mark in placed if mark.kind != "cut"),
        ticks=tuple(_ticks(scale)),
        cuts=tuple(mark for mark in placed if mark.kind == "cut"),
        rows=rows,
    )


def _happened(record: Record) -> list[tuple[datetime, str, str, str]]:
    """When, kind, label, and the whole in words; each once, by time."""
    found = {(record.opened_at, "opened", "opened", "")}
    ended = {line.at for line in record.timeline if line.kind == "CrisisResolved"}
    found |= {
        (at, "resolved", "resolved", "")
        for at in {*ended, *([record.resolved_at] if record.resolved_at else [])}
    }
    found |= {(at, "reopened", "reopened", "") for at in record.reopened_at}
    found |= {(line.at, "closed", "closed", "") for line in record.timeline if line.kind == "CrisisClosed"}
    if record.closed_at:
        word = "cancelled" if record.status == "cancelled" else "closed"
        found.add((record.closed_at, word, word, ""))
    found |= {(c.at, "severity", c.new, f"Severity {c.old} to {c.new}") for c in record.severity_changes}
    found |= {(u.at, "update", str(u.number), f"Update {u.number}") for u in record.updates}
    return [
        (at, kind, label, f"{told or label.capitalize()}, {wording.moment(at)}")
        for at, kind, label, told in sorted(found)
    ]


def _row(step: RecordedStep, scale: Scale, y: int) -> Row:
    due = scale.x(step.due_at) if step.due_at else None
    end = scale.x(step.finished_at) if step.finished_at else RIGHT
    late = due if step.late is not None and step.late > timedelta(0) else None
    title = f"{step.number}. {one_line(wording.shown(step.title))}"
    return Row(
        y=y,
        title=fitted(title, 78),
        short=fitted(title, 46),
        said=step.timing or step.state,
        state=step.state,
        start=min(scale.x(step.since), end),
        end=end,
        late_from=late,
        due=due,
    )


def fitted(text: str, cells: int) -> str:
    """The text shortened to a width; Chinese characters and emoji take two cells."""
    used = 0
    for index, sign in enumerate(text):
        used += 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if used > cells:
            return text[:index].rstrip() + "…"
    return text


def _in_lanes(marks: list[Mark]) -> list[Mark]:
    """Every label in the lowest lane where it covers no other. Updates carry their number inside the mark."""
    ends = [float("-inf")] * LANES
    placed = []
    for mark in sorted(marks, key=lambda mark: mark.x):
        width = len(mark.label) * _CHARACTER
        anchor = (
            "start" if mark.x < width / 2 + LEFT else "end" if mark.x > 100 - width / 2 - LEFT else "middle"
        )
        left = mark.x - {"start": 0, "middle": width / 2, "end": width}[anchor]
        free = [lane for lane, end in enumerate(ends) if end < left] if mark.kind != "update" else []
        if free:
            ends[free[0]] = left + width + 1
        lane = free[0] if free else None
        placed.append(Mark(mark.x, mark.kind, mark.label, mark.told, lane, anchor))
    return placed


def _ticks(scale: Scale) -> list[Tick]:
    """Ticks at round times; after a cut one at its end, so that the reader knows where time goes on."""
    every = next((step for step in _TICKS if scale.drawn / step <= _TICKS_WANTED), _TICKS[-1])
    found: list[tuple[float, datetime, bool]] = []
    for start, end in scale.stretches():
        found.append((scale.x(start), start, True))
        midnight = start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        at = midnight + every * ((start - midnight) // every + 1)
        while at <= end:
            found.append((scale.x(at), at, False))
            at += every
    wide, narrow = _apart(found, _TICK_GAP), _apart(found, _TICK_GAP_NARROW)
    ticks: list[Tick] = []
    day = ""
    for x, at, _ in (tick for tick in found if tick[0] in wide):
        day, before = _short_day(at), day
        ticks.append(
            Tick(x, f"{at.astimezone(UTC):%H:%M}", day if day != before else "", minor=x not in narrow)
        )
    return ticks


def _apart(ticks: Sequence[tuple[float, datetime, bool]], gap: float) -> set[float]:
    """Where ticks stand that keep this distance: those where a stretch begins before the others, the last of them first."""
    kept: set[float] = set()
    for x, _, _ in [*(t for t in reversed(ticks) if t[2]), *(t for t in ticks if not t[2])]:
        if all(abs(x - other) >= gap for other in kept):
            kept.add(x)
    return kept


def _short_day(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f"{at.day} {at:%b}"


def _about(span: timedelta) -> str:
    """`3 days`: the largest unit alone."""
    return " ".join(spoken(span).split()[:2])
