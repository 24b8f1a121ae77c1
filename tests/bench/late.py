"""Open crises whose steps fall due when a measurement wants it, made in seconds by the real decisions.

Each crisis is opened, has its channel, and every step is claimed by somebody of its team. All are SEV4, where a ping does not
climb and no update is asked for: whatever is sent in the window is the first word about a step, and the window may last.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import playbooks
from bot.domain.channels import channel_created
from bot.domain.checklist import claim_step
from bot.domain.decision import Decision
from bot.domain.effects import ShowChecklist, ShowSummary
from bot.domain.model import Channel
from bot.domain.opening import Draft, Roster, open_crisis
from bot.domain.playbook import Playbook, StepTemplate
from bot.domain.severity import Severity, SeverityRule
from bot.simulator import Channel as SlackChannel
from bot.simulator import Slack
from bot.simulator.state import Message
from bot.store.base import Posted
from bot.store.sqlite import SqliteStore

STEPS, LATE = 20, 2
"""Open steps of a crisis, and how many of them fall due together."""
TEAM = 5
"""People who share the steps of a crisis: the leads of some roles, as a rule."""
AFTER, LATER = timedelta(hours=1), timedelta(days=1)

DueAfter = Callable[[int], timedelta]
"""Number of a step -> from opening to due."""


@dataclass(frozen=True)
class Load:
    """So much falls due in one second."""

    crises: int
    people: int

    @property
    def pings(self) -> int:
        return self.crises * LATE

    @property
    def expected(self) -> set[tuple[int, int]]:
        """Every ping: crisis and id."""
        return {(crisis, ping) for crisis in range(1, self.crises + 1) for ping in range(1, LATE + 1)}


def together(number: int) -> timedelta:
    """The first steps of all crises fall due at the same moment, the others a day after the opening."""
    return AFTER if number <= LATE else LATER


async def opened(
    store: SqliteStore,
    channels: Sequence[Channel],
    people: Sequence[str],
    *,
    at: datetime,
    due_after: DueAfter,
) -> None:
    """The store holds one open crisis for each channel; its cards are ordered."""
    # Whatever the hour of the measurement, nobody's night holds up a ping.
    rule = replace(playbooks.load().severities[Severity.SEV4], quiet_hours=False)
    chance = random.Random(7)
    playbook, opening = _playbook(due_after), []
    for channel in channels:
        team = chance.sample(people, min(TEAM, len(people)))
        owners = [chance.choice(team) for _ in range(STEPS)]

        decided = partial(_decided, playbook=playbook, rule=rule, channel=channel, owners=owners, at=at)
        opening.append(store.open_crisis(decided, now=at))
    await asyncio.gather(*opening)  # in few commits, in this order


def _decided(
    number: int,
    _roster: Roster,
    *,
    playbook: Playbook,
    rule: SeverityRule,
    channel: Channel,
    owners: Sequence[str],
    at: datetime,
) -> Decision:
    draft = Draft(f"A courier video spreads in town {number}", owners[0], playbook, Severity.SEV4)
    decisions = [open_crisis(draft, number=number, rule=rule, roster={}, now=at)]
    decisions.append(channel_created(decisions[-1].incident, channel=channel, now=at))
    for step, owner in zip(decisions[-1].incident.steps, owners, strict=True):
        decisions.append(claim_step(decisions[-1].incident, step_key=step.key, by=owner, now=at))
    entries = tuple(entry for decision in decisions for entry in decision.entries)
    # Whoever works in it is in its channel; the lead would be told of others.
    incident = replace(decisions[-1].incident, members=frozenset(owners))
    return Decision(incident, entries, (ShowSummary(), ShowChecklist()))


async def prepared(file: Path, slack: Slack, load: Load, *, due_at: datetime) -> None:
    """People, channels, and a card and a checklist in each are in this Slack; the file knows all of it."""
    for number in range(len(slack.people), load.people):
        slack.add_person(f"person-{number}")
    people = list(slack.people)[: load.people]
    made = [slack.add_channel(f"crisis-{n}", with_app=True) for n in range(1, load.crises + 1)]
    store = await SqliteStore.open(file)
    try:
        channels = [Channel(channel.id, channel.name) for channel in made]
        await opened(store, channels, people, at=due_at - AFTER, due_after=together)
        await _shown(store, slack, made)
    finally:
        await store.close()


async def _shown(store: SqliteStore, slack: Slack, channels: Sequence[SlackChannel]) -> None:
    """Every card that was ordered stands in its channel, as of before something was late."""
    now, showing = slack.clock.now(), []
    for order in await store.claim(now, limit=10**6, lease=timedelta(minutes=2)):
        channel = channels[order.crisis - 1]
        words = {"text": type(order.effect).__name__}
        message = Message(channel.id, slack.team.new_ts(), slack.team.bot.id, words)
        channel.messages[message.ts] = message
        showing.append(store.delivered(order, posted=Posted(channel.id, message.ts, digest=""), now=now))
    await asyncio.gather(*showing)


def _playbook(due_after: DueAfter) -> Playbook:
    steps = tuple(
        StepTemplate(
            key=f"step-{n}",
            title="Something that has to be done in this crisis",
            role="lead",
            due={Severity.SEV4: due_after(n)},
        )
        for n in range(1, STEPS + 1)
    )
    return Playbook("bench", "Bench", "Something is measured.", Severity.SEV4, ("lead",), steps)
