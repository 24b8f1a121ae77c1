"""A crisis lived through at random while Slack fails at random; both follow from one number, the seed.

How a call fails depends on the seed, on what the call is about and on how often it was made: not on which of two calls made
at once came first. So a seed that failed fails again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from bot.simulator import Person, Slack
from bot.simulator.faults import Fault
from tests.histories.afterwards import crisis
from tests.histories.calls import REFUSALS, about, refusals
from tests.histories.conftest import Town
from tests.histories.once import in_the_end
from tests.histories.wholeness import picture, stale

PASSING = ("ratelimited", "http_500", "http_503", "internal_error", "reset_before", "reset_after", "hang")
OFTEN = (4, 3, 3, 3, 4, 6, 1)
"""How often each of these comes, compared with the others; what hangs costs real time."""
FAILS = 0.25
FAILS_AGAIN = 0.5
"""After a failure the next is likelier: troubles come in rows."""
REFUSES = 0.025


PLAYBOOK_STEPS = 14
"""The rest is what people added."""
EVENTS_REST = timedelta(minutes=45)
"""An event that met a failing Slack is handled again within this time."""


@dataclass
class BadDays:
    """Decides call by call whether and how Slack fails."""

    slack: Slack
    seed: int
    made: Counter[str] = field(default_factory=Counter)
    failing: set[str] = field(default_factory=set)
    kinds: Counter[str] = field(default_factory=Counter)

    def begin(self) -> None:
        self.slack.faults.chooser = self._choose

    def end(self) -> None:
        """Slack is well again."""
        self.slack.faults.clear()

    def _choose(self, method: str, args: Mapping[str, Any]) -> Fault | None:
        if method not in REFUSALS and not method.startswith(("conversations.", "users.")):
            return None  # the program's own: without them it does not even start
        what = about(self.slack, method, args)
        self.made[what] += 1
        chance = Random(f"{self.seed} {self.made[what]} {what}")
        kind = self._kind(chance, method, what)
        self.failing = self.failing - {what} | ({what} if kind else set())
        self.kinds[kind or ""] += 1
        return Fault(method, kind, retry_after=chance.randint(1, 40)) if kind else None

    def _kind(self, chance: Random, method: str, what: str) -> str | None:
        fails = FAILS_AGAIN if what in self.failing else FAILS
        if chance.random() < fails:
            return chance.choices(PASSING, OFTEN)[0]
        if method in REFUSALS and chance.random() < REFUSES:
            return chance.choice(refusals(method, what))
        return None


@dataclass
class Crowd:
    """People who do what comes to their minds, and what they were promised."""

    chance: Random
    promised: Counter[str] = field(default_factory=Counter)
    """Words that must stand on the timeline, exactly so often."""
    hoped: set[str] = field(default_factory=set)
    """Words that were asked for and refused, or not answered: they may not stand there at all."""
    number: int = 0

    async def act(self, town: Town) -> None:
        """One of them does one thing."""
        person = self.chance.choice((town.ana, town.ben, town.cleo))
        move = self.chance.choice((self.types, self.types, self.claims, self.pins, self.skips, self.waits))
        if self.chance.random() < 0.2:
            town.slack.duplicate_next(other_socket=self.chance.random() < 0.5)
        if move != self.waits and not await self._is_in(town, person):
            move = self.waits
        await move(town, person)
        if self.chance.random() < 0.7:
            await town.settled()

    async def types(self, town: Town, person: Person) -> None:
        """An update, a note or a new step."""
        word = self.chance.choice(("update", "note", "step"))
        said = self._words(word)
        seen = len(person.sees(town.channel))
        await person.types(town.channel, f"/crisis {word} {said}")
        answer = "\n".join(m.text for m in person.sees(town.channel)[seen:] if m.is_ephemeral)
        taken = ("Posted.", "It is on the timeline.", "is on the checklist")
        self._keep(said, any(words in answer for words in taken))

    async def claims(self, town: Town, person: Person) -> None:
        """The step is theirs, unless Slack says that the click did not arrive."""
        card = _checklist(town, person)
        incident = await town.app.store.crisis(1)
        if card is None or incident is None or incident.is_over:
            return
        shown = [
            s
            for s in incident.steps
            if s.is_open
            and s.number <= PLAYBOOK_STEPS
            and s.owner is None
            and f"{s.number}. {s.title}" in card.text
        ]
        if not shown:
            return
        step = self.chance.choice(shown)
        await person.clicks(card, "Claim", near=step.title)
        self._keep(f"{person.id} took step {step.number}, ", person.id not in card.message.trouble)

    async def skips(self, town: Town, person: Person) -> None:
        """A form, if Slack opens it."""
        card = _checklist(town, person)
        incident = await town.app.store.crisis(1)
        if card is None or incident is None:
            return
        shown = [
            s
            for s in incident.steps
            if s.is_open and s.number <= PLAYBOOK_STEPS and f"{s.number}. {s.title}" in card.text
        ]
        if len(shown) < 6:
            return
        step = self.chance.choice(shown)
        await person.clicks(card, "Skip…", near=step.title)
        await town.settled()
        if person.form is None or person.form.title != f"Skip step {step.number}":
            return
        said = self._words("reason")
        await person.fills({"Why is this step not needed?": said})
        await person.submits()
        self._keep(said, person.form is None)

    async def pins(self, town: Town, person: Person) -> None:
        said = await person.says(town.channel, self._words("message"))
        await person.reacts(said, ":pushpin:")
        self._keep(said.ts, True)

    async def waits(self, town: Town, _: Person) -> None:
        town.slack.clock.advance(timedelta(seconds=self.chance.choice((1, 5, 30, 60, 300, 900, 1800))))
        await town.settled()

    def _words(self, kind: str) -> str:
        self.number += 1
        return f"{kind} number {self.number}."

    def _keep(self, said: str, is_promised: bool) -> None:
        if is_promised:
            self.promised[said] = 1
        else:
            self.hoped.add(said)

    async def _is_in(self, town: Town, person: Person) -> bool:
        """They are where the crisis is worked on, by invitation or by joining; False where there is no such place."""
        incident = await town.app.store.crisis(1)
        if incident is None or incident.channel is None:
            return False
        channel = town.slack.channel(incident.channel.id)
        if person.id not in channel.members:
            await person.joins(channel)
        return not channel.archived


def _checklist(town: Town, person: Person) -> Any:
    cards = [m for m in person.sees(town.channel) if m.fallback.startswith("Checklist ")]
    return cards[-1] if cards else None


async def recovers(town: Town) -> None:
    """Slack is well, time passes, and whoever leads takes the crisis to a channel that can be written to."""
    town.slack.faults.clear()
    await in_the_end(town)
    incident = await crisis(town)
    assert stale(town, incident, await picture(town)) == [], "it waits for no further change"
    await town.later(seconds=EVENTS_REST.total_seconds())
    await in_the_end(town)
    incident = await crisis(town)
    if incident.channel is None or incident.channel_lost:
        await town.asks(town.ana, "/crisis reopen 1")
        await in_the_end(town)
