"""A database as years of use leave it, made in seconds: by the store itself, on a drive in memory, then copied.

Every past crisis is a real one that went through the domain once (opened, claimed, finished, updated, resolved, closed) and is
then written again and again under other words: state, channel, archive, action items and the whole timeline. Its messages
are not there: nothing looks for those of a closed crisis.
"""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import playbooks
from bot.domain.channels import channel_archived, channel_created
from bot.domain.checklist import claim_step, finish_step
from bot.domain.decision import Decision
from bot.domain.lifecycle import close_crisis, post_update, resolve_crisis
from bot.domain.model import ActionItem, Channel, Incident, Retrospective
from bot.domain.opening import Draft, open_crisis
from bot.domain.playbook import Playbook
from bot.domain.severity import Severity
from bot.domain.timeline import Entry
from bot.store.sqlite import SqliteStore
from playbooks import Library

SEARCHED = "courier video"
PRIVATE = 0.05
"""Share of private crises."""
UNFINISHED = 5
"""So many of the last crises left action items that nobody finished, however many there were before."""
MEMORY_DRIVE = Path("/dev/shm")
TELLING = [
    "courier",
    "video",
    "parcel",
    "apology",
    "outage",
    "login",
    "payment",
    "recall",
    "allergy",
    "password",
]
_SYLLABLES = [
    first + second for first in "bdfgklmnprst" for second in ("a", "e", "i", "o", "u", "an", "er", "ol")
]
WORDS = TELLING + [a + b for a, b in product(_SYLLABLES, _SYLLABLES)][: 2000 - len(TELLING)]
WEIGHTS = [1 / (100 + rank) for rank in range(len(WORDS))]
"""Some words are frequent and most are rare: the first ones stand in about every fifth crisis."""


@dataclass(frozen=True)
class Model:
    """One crisis with its timeline, to be written under other words."""

    incident: Incident
    entries: tuple[Entry, ...]


async def filled(file: Path, *, past: int, still_open: int) -> Path:
    """The file holds so many crises."""
    chance, library = random.Random(7), playbooks.load()
    over = [_played(library, playbook, to_the_end=True) for playbook in library.playbooks.values()]
    going_on = [_played(library, playbook, to_the_end=False) for playbook in library.playbooks.values()]
    drive = MEMORY_DRIVE if MEMORY_DRIVE.is_dir() else None  # there, a commit need not wait for a disk
    with tempfile.TemporaryDirectory(prefix="crisis-bench-", dir=drive) as folder:
        made = Path(folder) / "filled.db"
        store = await SqliteStore.open(made)
        try:
            for number in range(past):
                age = timedelta(hours=6 * (past - number))
                late = past - number <= UNFINISHED
                await _written(store, over[number % len(over)], chance, age=age, unfinished=late)
            for number in range(still_open):
                await _written(store, going_on[number % len(going_on)], chance, age=timedelta(0))
            await store.backup(file)
        finally:
            await store.close()
    return file


async def _written(
    store: SqliteStore, model: Model, chance: random.Random, *, age: timedelta, unfinished: bool = False
) -> None:
    """The crisis is in the store, under the next number and with words of its own."""
    title = _words(chance, 4).capitalize()
    learned = model.incident.retrospective

    def decided(number: int, _roster: object) -> Decision:
        written = replace(
            model.incident,
            number=number,
            title=title,
            what_happened=_words(chance, 25),
            private=chance.random() < PRIVATE,
            channel=Channel(f"C9{number:07d}", f"crisis-{number}"),
            opened_at=model.incident.opened_at - age,
            closed_at=model.incident.closed_at - age if model.incident.closed_at else None,
            retrospective=_other_words(learned, chance, unfinished=unfinished) if learned else None,
        )
        return Decision(written, model.entries)

    await store.open_crisis(decided, now=datetime.now(UTC))


def _other_words(learned: Retrospective, chance: random.Random, *, unfinished: bool) -> Retrospective:
    actions = learned.actions
    if not unfinished:
        actions = tuple(replace(item, done_by="UANA", done_at=learned.at) for item in actions)
    lessons = tuple(_words(chance, 10) for _ in range(3))
    return replace(learned, summary=_words(chance, 20), lessons=lessons, actions=actions)


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(WORDS, WEIGHTS, k=count))


def _played(library: Library, playbook: Playbook, *, to_the_end: bool) -> Model:
    """A crisis of this playbook, led through its life by the real decisions."""
    began = datetime.now(UTC) - (timedelta(days=3) if to_the_end else timedelta(minutes=1))
    rule = library.severities[Severity.SEV3]
    draft = Draft("Somebody is upset", "UANA", playbook, Severity.SEV3)
    decisions = [open_crisis(draft, number=1, rule=rule, roster={}, now=began)]

    def then(decision: Decision) -> Incident:
        decisions.append(decision)
        return decision.incident

    incident = then(channel_created(decisions[0].incident, channel=Channel("C1", "crisis-1"), now=began))
    if to_the_end:
        at = began + timedelta(minutes=5)
        for step in incident.steps:
            incident = then(claim_step(incident, step_key=step.key, by="UBEN", now=at))
            incident = then(finish_step(incident, step_key=step.key, by="UBEN", now=at, proof="Seen by Ana"))
        for number in range(4):
            incident = then(post_update(incident, text=f"Update {number}: we are on it.", by="UANA", now=at))
        incident = then(resolve_crisis(incident, rule=rule, by="UANA", now=at))
        items = (ActionItem(1, "Write the guide", "UBEN"), ActionItem(2, "Tell the couriers", "UANA"))
        learned = Retrospective("It went", "Fast", "Late", ("Learned",), items, "UANA", at)
        incident = then(
            close_crisis(
                incident, retrospective=learned, open_steps_reason="", archive_after=timedelta(days=1), now=at
            )
        )
        incident = then(channel_archived(incident, now=at))
    return Model(incident, tuple(entry for decision in decisions for entry in decision.entries))
