"""What the people of the demo see of a crisis: channels, messages, forms. Never the bot or its database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from functools import cached_property

from bot.simulator import Person, Slack, VisibleMessage
from bot.simulator.state import Channel

READ_TO = Callable[[str, str], str]
"""The newest message (ts) that this account has read in this channel, "" if none."""

_NUMBERED = re.compile(r"crisis-(\d+)(?:-|$)")
_STATE = re.compile(r"^SEV\d, (\w+)", re.MULTILINE)
_LEAD = re.compile(r"^Lead: @(\S+)", re.MULTILINE)
_ROW = re.compile(r"^(?=\d+\. )", re.MULTILINE)
_LEARNED = "What we learned last time"


class Stage(IntEnum):
    """How far the story has come."""

    BEFORE = 0
    ACTIVE = 1
    RESOLVED = 2
    CLOSED = 3
    AGAIN = 4


@dataclass(frozen=True)
class Crisis:
    """One crisis as its channel shows it."""

    number: int
    channel: Channel
    state: str
    lead: str
    opened_ts: str
    rows: tuple[str, ...]
    """The checklist's rows, each with its second line."""
    checklist_ts: str
    learned_ts: str
    """The message with what was learned last time, "" if there is none."""
    has_update: bool


@dataclass(frozen=True)
class Ping:
    """A reminder on somebody's screen, and where it stands."""

    person: Person
    channel: Channel
    is_answered: bool


class Seen:
    """What there is to see at this moment; crises opened before `since` belong to an earlier round."""

    def __init__(self, slack: Slack, read_to: READ_TO, since: str = "") -> None:
        self._slack, self._read_to, self._since = slack, read_to, since
        self.people = {p.name: p for p in slack.people.values()}

    @property
    def now(self) -> datetime:
        """What a clock on the wall says."""
        return self._slack.clock.now()

    # -- where the story stands ------------------------------------------------------------------------------

    @cached_property
    def crises(self) -> list[Crisis]:
        """Those of this round that were not cancelled, oldest first."""
        found: dict[int, Crisis] = {}
        for channel in self._slack.team.channels.values():
            crisis = self._crisis(channel)
            if crisis and crisis.state != "cancelled" and crisis.opened_ts > self._since:
                # A crisis that was taken up again after its channel was archived goes on in the newer one.
                found[crisis.number] = crisis
        return [found[number] for number in sorted(found)]

    @cached_property
    def crisis(self) -> Crisis | None:
        """The one the story is about: the first that was closed, else the one opened last."""
        closed = [c for c in self.crises if c.state == "closed"]
        return closed[0] if closed else self.crises[-1] if self.crises else None

    @cached_property
    def second(self) -> Crisis | None:
        """The newest one after the closed one."""
        first = self.crisis
        if first is None or first.state != "closed":
            return None
        return next((c for c in reversed(self.crises) if c.number > first.number), None)

    @property
    def stage(self) -> Stage:
        if self.crisis is None:
            return Stage.BEFORE
        if self.second is not None:
            return Stage.AGAIN
        return {"active": Stage.ACTIVE, "resolved": Stage.RESOLVED}.get(self.crisis.state, Stage.CLOSED)

    # -- people ----------------------------------------------------------------------------------------------

    @property
    def lead(self) -> Person:
        """Who leads the crisis; before there is one: Ana."""
        named = self.crisis.lead if self.crisis else ""
        return self.people.get(named) or self.people["ana"]

    @property
    def helper(self) -> Person:
        """The first other person in the crisis channel; while there is none: Ben, or Ana if he leads."""
        others = (p for p in self.inside(self.crisis) if p is not self.lead)
        return next(others, self.people["ana" if self.lead.name == "ben" else "ben"])

    def inside(self, crisis: Crisis | None) -> list[Person]:
        """The people in its channel, as they came."""
        members = crisis.channel.members if crisis else []
        return [self._slack.people[m] for m in members if m in self._slack.people]

    def form(self, person: Person) -> str:
        """The title of the form in front of them that can be filled in, "" if there is none."""
        form = person.form
        return form.title if form is not None and form.fields else ""

    # -- channels and messages -------------------------------------------------------------------------------

    def channel(self, name: str) -> Channel:
        return self._slack.channel(name.removeprefix("#"))

    def is_read(self, channel: Channel, ts: str) -> bool:
        """Somebody in the channel has had this message in front of them."""
        return bool(ts) and any(
            self._read_to(p.id, channel.id) >= ts
            for p in self._slack.people.values()
            if p.id in channel.members
        )

    def last_said(self, channel: Channel, words: str) -> str:
        """The newest message (ts) that contains these words, "" if there is none."""
        found = [m.ts for m in self._messages(channel) if words in m.text]
        return found[-1] if found else ""

    @cached_property
    def pings(self) -> list[Ping]:
        """The reminders of the crisis, oldest first."""
        crisis = self.crisis
        if crisis is None:
            return []
        about = re.compile(rf"^Step .*\bcrisis {crisis.number}\b", re.DOTALL)
        direct = [
            (message.ts, Ping(person, message.channel, "Answered: " in message.text))
            for person in self._slack.people.values()
            if (talk := self._with_bot(person))
            for message in self._by_bot(talk)
            if about.search(message.text)
        ]
        open_to_all = [
            (message.ts, Ping(self.lead, crisis.channel, "Answered: " in message.text))
            for message in self._by_bot(crisis.channel)
            if "this one has nobody yet." in message.text
        ]
        return [ping for _, ping in sorted([*direct, *open_to_all], key=lambda one: one[0])]

    # -- within ----------------------------------------------------------------------------------------------

    def _crisis(self, channel: Channel) -> Crisis | None:
        name = _NUMBERED.match(channel.name)
        if name is None:
            return None
        said = [(message.ts, message.text) for message in self._by_bot(channel)]

        def told(starts: str) -> tuple[str, str]:
            return next(((ts, text) for ts, text in said if text.startswith(starts)), ("", ""))

        opened_ts, summary = told(f"Crisis {name[1]}: ")
        checklist_ts, checklist = told("Checklist ")
        state, lead = _STATE.search(summary), _LEAD.search(summary)
        if state is None or not checklist_ts:
            return None
        return Crisis(
            number=int(name[1]),
            channel=channel,
            state=state[1],
            lead=lead[1] if lead else "",
            opened_ts=opened_ts,
            rows=tuple(_ROW.split(checklist)[1:]),
            checklist_ts=checklist_ts,
            learned_ts=told(_LEARNED)[0],
            has_update=any(text.startswith("Status update ") for _, text in said),
        )

    def _with_bot(self, person: Person) -> Channel | None:
        bot = self._slack.bot_user_id
        talks = (c for c in self._slack.team.channels.values() if c.is_im and person.id in c.members)
        return next((c for c in talks if bot in c.members), None)

    def _by_bot(self, channel: Channel) -> Iterator[VisibleMessage]:
        bot = self._slack.bot_user_id
        return (m for m in self._messages(channel) if m.message.user_id == bot and not m.is_ephemeral)

    def _messages(self, channel: Channel) -> list[VisibleMessage]:
        """The channel as one of its members sees it."""
        reader = next((self._slack.people[m] for m in channel.members if m in self._slack.people), None)
        return reader.sees(channel) if reader else []
