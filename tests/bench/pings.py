"""A thousand steps fall due in the same second, out of ten thousand that are open: when does Slack have each ping?

Due times are the playbook's: the crises were opened so that an hour after it comes a few seconds after the process is ready.
All are SEV4, where a ping does not climb, so nothing else is said in the window. Pings are counted, not messages: several may
stand in one.

The targets. People read times to the minute, so a ping is not late within a quarter of one; 1,000 in 10 s are 100 a second, a
fifth of the clicks a second that the process takes. Where Slack's limits hold, they decide: half as long again as the best
that can be done for the messages that were sent (`ceiling`), and a quarter of a minute is always good enough. People click
meanwhile: 99 of 100 moments must find the event loop free within 100 ms, which nobody feels, and none may take longer than
500 ms, a sixth of what Slack waits for an acknowledgement. 50 MB more than at rest fits a small container. A sweep has to
follow what is due, not what is open, give or take 2 ms of the disk's.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.simulator import Call
from tests.bench import machine
from tests.bench.ceiling import Posting, soonest
from tests.bench.late import Load, prepared
from tests.bench.rows import Row, number, percentile
from tests.bench.sides import Side, running
from tests.bench.sweeping import sweeps
from tests.bench.watched import waits

P99_S, MAX_S = 10.0, 15.0
TIMES_CEILING = 1.5
WAIT_P99_MS, WAIT_MAX_MS = 100.0, 500.0
MORE_MB = 50.0
LEAD_S = 20.0
"""From the making of the database to the due time: long enough to be ready, and at rest, before."""
WATCHED_ON_S = 5.0
"""After the last ping, whether one comes twice."""
WITHIN_S = 300.0
"""Twice what the limits make necessary. A ping that is not there by then counts as so late, and as missing."""

PingId = tuple[int, int]
"""Crisis, and id in it."""


@dataclass
class Run:
    """What became of the pings of one load."""

    load: Load
    lateness_s: dict[PingId, float] = field(default_factory=dict)
    """From due to Slack having it."""
    postings: list[Posting] = field(default_factory=list)
    standing: Counter[PingId] = field(default_factory=Counter)
    """In how many messages each ping stands."""
    refused: Counter[str] = field(default_factory=Counter)
    """Answers 429, by method."""
    waits_ms: list[float] = field(default_factory=list)
    before_mb: float = 0.0
    peak_mb: float = 0.0
    cpu_s: float = 0.0

    @property
    def missing(self) -> int:
        return len(self.load.expected - self.lateness_s.keys())

    @property
    def doubled(self) -> int:
        """Pings that stand in two messages, or were never due."""
        return sum(times > 1 or ping not in self.load.expected for ping, times in self.standing.items())

    @property
    def late_s(self) -> list[float]:
        return [*self.lateness_s.values(), *([WITHIN_S] * self.missing)]


async def measure(say: Callable[[str], None], *, quick: bool) -> list[Row]:
    crises, crowd, few = (50, 20, 2) if quick else (500, 200, 20)
    rows: list[Row] = []
    runs: list[Run] = []
    for people in (crowd, few):
        load = Load(crises, people)
        for per_call_s, limited in ((0.0, False), (0.1, False), (0.1, True)):
            how = "inside Slack's limits" if limited else f"{per_call_s * 1000:.0f} ms a call"
            say(f"pings: {load.pings:,} due at once, of {people} people, {how}")
            runs.append(await _run(load, per_call_s=per_call_s, limited=limited))
            about = f"{people} people, {how}"
            rows += _limited(runs[-1], about) if limited else _unlimited(runs[-1], about)
    rows.append(_once(runs))
    return [*rows, *await sweeps(say, quick=quick)]


async def _run(load: Load, *, per_call_s: float, limited: bool) -> Run:
    due_at = datetime.now(UTC) + timedelta(seconds=LEAD_S)
    run = Run(load)
    with tempfile.TemporaryDirectory(prefix="crisis-bench-") as made:
        file = Path(made) / "waits"
        prepare = partial(prepared, load=load, due_at=due_at)
        async with running("bot", per_call_s=per_call_s, prepare=prepare, waits=file) as side:
            side.slack.rate_limits = limited
            since, until = await _watched(side, run, due_at)
        run.waits_ms = [wait_s * 1000 for wait_s in waits(file, since=since, until=until)]
    return run


async def _watched(side: Side, run: Run, due_at: datetime) -> tuple[float, float]:
    """All pings are there, or will not come; from when to when it took, in monotonic seconds."""
    rest_s = (due_at - side.slack.clock.now()).total_seconds() - 1
    if rest_s < 1:
        raise RuntimeError(f"the process was ready only {rest_s + 1:.1f} s before the due time")
    await asyncio.sleep(rest_s)
    run.before_mb, cpu_s = side.rss_mb, side.cpu_s
    since = time.monotonic() + (due_at - side.slack.clock.now()).total_seconds()
    side.forget()
    read = 0
    while len(run.lateness_s) < run.load.pings and time.monotonic() - since < WITHIN_S:
        await asyncio.sleep(0.1)
        for call in side.slack.calls[read:]:
            _note(run, call, due_at)
            read += 1
    until = time.monotonic()
    run.cpu_s, run.peak_mb = side.cpu_s - cpu_s, machine.peak_mb(side.process.pid)
    await asyncio.sleep(WATCHED_ON_S)
    for channel in side.slack.team.channels.values():
        for message in channel.messages.values():
            run.standing.update(_pings_in(message.body.get("blocks")))
    return since, until


def _note(run: Run, call: Call, due_at: datetime) -> None:
    """The call was answered; the pings in it are with Slack since it came in."""
    if call.error == "ratelimited":
        run.refused[call.method] += 1
    if not call.ok or call.method not in ("chat.postMessage", "chat.update"):
        return
    shown = set(_pings_in(call.args.get("blocks")))
    if shown and call.method == "chat.postMessage":
        run.postings.append(Posting(call.args["channel"], len(shown)))
    for ping in shown:
        run.lateness_s.setdefault(ping, (call.at - due_at).total_seconds())


def _pings_in(blocks: Any) -> Iterator[PingId]:
    """Every ping that stands in these blocks, by its button Done."""
    for block in json.loads(blocks) if isinstance(blocks, str) else blocks or ():
        for element in block.get("elements", ()):
            if element.get("action_id") == "ping.done":
                crisis, ping, _ = element["value"].split("|")
                yield int(crisis), int(ping)


def _unlimited(run: Run, about: str) -> list[Row]:
    p99, longest = percentile(run.late_s, 0.99), max(run.late_s)
    lateness = Row(
        f"lateness of a ping, {about}",
        _lateness(run.late_s),
        target=f"p99 ≤ {P99_S:.0f} s, longest ≤ {MAX_S:.0f} s",
        met=p99 <= P99_S and longest <= MAX_S,
        note=_note_on(run),
        numbers=(("bot", tuple(run.late_s)),),
    )
    return [lateness, *_cost(run, about)]


def _limited(run: Run, about: str) -> list[Row]:
    best = soonest(run.postings) or [0.0]
    allowed_s = max(MAX_S, TIMES_CEILING * best[-1])
    lateness = Row(
        f"lateness of a ping, {about}",
        _lateness(run.late_s),
        ratio=f"{max(run.late_s) / best[-1]:.2f}" if best[-1] else "–",
        target=f"longest ≤ {TIMES_CEILING} × the ceiling, or {MAX_S:.0f} s",
        met=max(run.late_s) <= allowed_s,
        note=_note_on(run),
        numbers=(("bot", tuple(run.late_s)), ("ceiling", tuple(best))),
    )
    ceiling = Row(f"… at best, inside the limits ({about})", _lateness(best))
    return [lateness, ceiling, *_cost(run, about)]


def _cost(run: Run, about: str) -> list[Row]:
    """What the process paid for it."""
    p99, longest = percentile(run.waits_ms, 0.99), max(run.waits_ms)
    more_mb = run.peak_mb - run.before_mb
    return [
        Row(
            f"wait for the event loop meanwhile ({about})",
            f"p99 {number(p99)} ms, longest {number(longest)} ms",
            target=f"p99 ≤ {WAIT_P99_MS:.0f} ms, longest ≤ {WAIT_MAX_MS:.0f} ms",
            met=p99 <= WAIT_P99_MS and longest <= WAIT_MAX_MS,
            numbers=(("bot", (p99, longest)),),
        ),
        Row(
            f"memory before and at the peak ({about})",
            f"{number(run.before_mb)} → {number(run.peak_mb)} MB",
            target=f"≤ {MORE_MB:.0f} MB more",
            met=more_mb <= MORE_MB,
            numbers=(("bot", (run.before_mb, run.peak_mb)),),
        ),
        Row(
            f"processor time for a ping ({about})",
            f"{number(run.cpu_s * 1000 / run.load.pings)} ms",
            numbers=(("bot", (run.cpu_s,)),),
        ),
    ]


def _once(runs: list[Run]) -> Row:
    missing, doubled = sum(run.missing for run in runs), sum(run.doubled for run in runs)
    return Row(
        "pings missing or doubled",
        f"{missing:,} missing, {doubled} doubled",
        target="0",
        met=missing == doubled == 0,
        note=f"of {sum(run.load.pings for run in runs):,}, in {len(runs)} runs; missing: not there after {WITHIN_S:.0f} s",
    )


def _lateness(late_s: list[float]) -> str:
    p50, p99, longest = percentile(late_s, 0.5), percentile(late_s, 0.99), max(late_s)
    return f"p50 {number(p50)}, p99 {number(p99)}, longest {number(longest)} s"


def _note_on(run: Run) -> str:
    notes = [f"in {len(run.postings):,} messages"]
    if run.missing:
        notes.append(f"{run.missing:,} not there after {WITHIN_S:.0f} s")
    if run.refused:
        notes.append(
            "refused (429): " + ", ".join(f"{n:,} × {method}" for method, n in run.refused.most_common())
        )
    return "; ".join(notes)
