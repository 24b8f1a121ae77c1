"""From an effect to the message it asks for, drawn from the present state."""

from __future__ import annotations

from typing import assert_never

from bot.clock import Clock
from bot.domain.checklist import show_ping
from bot.domain.effects import (
    Notice,
    ShowAnnouncement,
    ShowCheck,
    ShowChecklist,
    ShowLearned,
    ShowLessons,
    Shown,
    ShowPing,
    ShowSummary,
    ShowUpdate,
    ThreadUpdate,
)
from bot.domain.model import Incident, Ping, Status
from bot.slack.announcing import Announcing
from bot.slack.blocks import Message, section
from bot.slack.controls import Controls
from bot.slack.letters import Letter
from bot.slack.views.announcement import announcement
from bot.slack.views.check import check
from bot.slack.views.checklist import checklist
from bot.slack.views.learned import learned
from bot.slack.views.lessons import lessons
from bot.slack.views.ping import ping as ping_view
from bot.slack.views.summary import summary
from bot.slack.views.update import threaded
from bot.slack.views.update import update as update_view
from bot.store.base import Damaged, Store


class NoChannelYet(Exception):
    """The message belongs into the crisis channel, which is still being created."""


class Drawing:
    """Knows what each message looks like and where it belongs."""

    def __init__(self, store: Store, controls: Controls, announcing: Announcing, clock: Clock) -> None:
        self._store = store
        self._controls = controls
        self._announcing = announcing
        self._clock = clock

    async def letter(self, effect: Shown, incident: Incident) -> Letter | None:
        """The message and its place; None when there is nothing to show (any more).

        Raises `NoChannelYet`, `AnnouncementProblem`, and what the SDK raises.
        """
        match effect:
            case ShowAnnouncement() | ThreadUpdate() | ShowLessons(announced=True):
                return await self._announced(effect, incident)
            case ShowPing():
                return await self._pings(effect, incident)
            case Notice(person=str(person)):
                return Letter(_sentence(effect.text), person)
            case _:
                return await self._in_channel(effect, incident)

    async def _in_channel(
        self,
        effect: ShowSummary | ShowChecklist | ShowLearned | ShowUpdate | ShowCheck | ShowLessons | Notice,
        incident: Incident,
    ) -> Letter | None:
        cards = isinstance(effect, ShowSummary | ShowChecklist)  # a new channel gets them anyway
        if not incident.channel_lost and incident.channel is None and not incident.is_over and not cards:
            raise NoChannelYet
        if incident.channel is None or incident.channel_lost or incident.archived_by_us:
            return None  # what it said is on the timeline; the cards are drawn anew when there is a channel again
        message = await self._message(effect, incident)
        over = isinstance(effect, ShowCheck) and incident.status is not Status.RESOLVED
        return Letter(message, incident.channel.id, only_edit=over) if message else None

    async def _message(
        self,
        effect: ShowSummary | ShowChecklist | ShowLearned | ShowUpdate | ShowCheck | ShowLessons | Notice,
        incident: Incident,
    ) -> Message | None:
        now = self._clock.now()
        match effect:
            case ShowSummary():
                return summary(incident, now=now)
            case ShowChecklist():
                return checklist(incident, self._controls, now=now)
            case ShowLearned():
                return await self._learned(incident)
            case ShowUpdate():
                return update_view(incident, incident.updates[effect.update - 1])
            case ShowCheck():
                return check(incident, effect.check, self._controls, now=now)
            case ShowLessons():
                return lessons(incident, announced=False)
            case Notice():
                return _sentence(effect.text)
            case _:
                assert_never(effect)

    async def _learned(self, incident: Incident) -> Message | None:
        found = await self._store.similar(incident)
        open_items = await self._store.open_actions(viewer=None, of=[a.number for a in found])
        return learned(found, open_items)

    async def _pings(self, effect: ShowPing, incident: Incident) -> Letter | None:
        """All that share the message, each in its present state, in the order in which it fell due."""
        slots = await self._store.sharing(incident.number, effect.key)
        asked: list[tuple[Incident, Ping]] = []
        for number, slot in slots:
            of = incident if number == incident.number else await self._readable(number)
            if of is not None:
                asked += [(of, p) for p in of.pings if show_ping(p).key == slot and not self._left(of, p)]
        if not asked:
            return None
        asked.sort(key=lambda one: one[1].due_at or one[1].at)
        message = ping_view(asked, self._controls, now=self._clock.now())
        answered = all(ping.answer is not None for _, ping in asked)
        return Letter(message, self._ping_place(*asked[0]), only_edit=answered, slot=slots[0])

    async def _readable(self, number: int) -> Incident | None:
        try:
            return await self._store.crisis(number)
        except Damaged:
            return None  # the store has told it

    def _ping_place(self, incident: Incident, ping: Ping) -> str:
        """The channel where it is meant for the channel and that can be written to; else the person."""
        if ping.in_channel and incident.channel and not (incident.channel_lost or incident.archived_by_us):
            return incident.channel.id
        return ping.person

    def _left(self, incident: Incident, ping: Ping) -> bool:
        """They are asked in person and left the private crisis: its words do not follow them."""
        place = self._ping_place(incident, ping)
        return incident.private and place == ping.person and place not in incident.members

    async def _announced(
        self, effect: ShowAnnouncement | ThreadUpdate | ShowLessons, incident: Incident
    ) -> Letter | None:
        if incident.private:  # no decision orders this; should one ever, it stops here
            return None
        channel = await self._announcing.channel()
        if channel is None:
            return None
        match effect:
            case ShowAnnouncement():
                return Letter(announcement(incident, now=self._clock.now()), channel)
            case ThreadUpdate():
                first = await self._store.message(incident.number, ShowAnnouncement().key)
                if first is None or first.channel != channel:
                    return None
                return Letter(
                    threaded(incident, incident.updates[effect.update - 1]), channel, thread_ts=first.ts
                )
            case ShowLessons():
                return Letter(lessons(incident, announced=True), channel) if incident.retrospective else None
            case _:
                assert_never(effect)


def topic(incident: Incident) -> str:
    """The channel topic: what everyone should see at the top."""
    state = "resolved, being watched" if incident.status is Status.RESOLVED else incident.status.value
    return f"{incident.severity.label} · {state} · /crisis shows what you can do here"


def _sentence(text: str) -> Message:
    return Message(text, (section(text),))
