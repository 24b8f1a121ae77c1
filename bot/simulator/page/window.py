"""One browser window: who looks, at what, and what it has been sent so far."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.simulator.changes import Change
from bot.simulator.errors import CannotDo, SlackError
from bot.simulator.page.blocks import may_see
from bot.simulator.page.forms import view_node
from bot.simulator.page.messages import message_node
from bot.simulator.page.places import beside, head, sidebar
from bot.simulator.page.text import Node, mrkdwn_nodes
from bot.simulator.person import Person
from bot.simulator.reading import TeamNames
from bot.simulator.runs import Reader
from bot.simulator.state import Channel, Message

if TYPE_CHECKING:
    from bot.simulator.page.site import Page

SHOWN_AT_FIRST = 100
TRIM_ABOVE = 300
GATHER_S = 0.015
"""Changes within this time become one update: opening a crisis changes dozens of things at once."""
Nodes = dict[str, Node | None]


class Window:
    """Knows what its browser shows and sends the difference, one small update at a time."""

    def __init__(self, page: Page, person: Person) -> None:
        self.page, self.person, self.slack = page, person, page.slack
        self.channel: Channel = page.slack.channel("general")
        self.thread_ts: str | None = None
        self.beside: str | None = None
        self.at_home = False
        self._from_ts = ""
        self._expanded = False
        self._looks = 0
        self._sent: dict[tuple[str, str], str] = {}
        self._dirty: set[tuple[str, str | None]] = set()
        self._stirred = asyncio.Event()
        self._areas: dict[str, Callable[[str | None], Nodes]] = {
            "side": lambda _: dict(sidebar(self.slack.team, person.user, page.unread)),
            "head": lambda _: {"": self._head()},
            "list": self._list,
            "thread": self._thread,
            "beside": lambda _: {"": self._beside()},
            "form": lambda _: {"": self._form()},
            "home": lambda _: {"": self._home()},
            "clock": lambda _: {"": page.clock_node(person)},
            "panel": lambda _: {"": self._panel()},
        }

    # -- what is looked at -----------------------------------------------------------------------------------

    def look(self, place: str, thread_ts: Any = None, *, home: bool = False) -> None:
        """The window shows this channel, or the conversation with this person; an unknown one: #general."""
        self.channel = self._place(place)
        self.at_home = home and self._is_app(self.channel) and self.slack.team.manifest.home_tab
        self.beside, self._expanded = None, False
        self._looks += 1
        shown = self._messages()
        self._from_ts = shown[-SHOWN_AT_FIRST].ts if len(shown) > SHOWN_AT_FIRST else ""
        parent = self.message(str(thread_ts)) if thread_ts else None
        self.thread_ts = (parent.thread_ts or parent.ts) if parent else None
        # Another channel is another list: nothing of the one before may stay.
        for area, name in list(self._sent):
            if area in ("list", "thread", "head"):
                del self._sent[(area, name)]
        self._mark(*((area, None) for area in self._areas))

    def show_earlier(self) -> None:
        """As many older messages again are shown."""
        older = [m for m in self._messages() if m.ts < self._from_ts]
        self._from_ts = older[-SHOWN_AT_FIRST].ts if len(older) > SHOWN_AT_FIRST else ""
        self._expanded = True
        self._mark(("list", None), ("head", None))

    def open_thread(self, ts: str | None) -> None:
        """The thread of this message is at the right; None closes it."""
        parent = self.message(ts) if ts else None
        self.thread_ts = (parent.thread_ts or parent.ts) if parent else None
        # The right side holds one thing.
        self.beside = None if self.thread_ts else self.beside
        self._mark(("thread", None), ("head", None), ("beside", None))

    def open_beside(self, what: str | None) -> None:
        """ "members" or "pins" are listed at the right; None closes the list."""
        self.beside = what if what in ("members", "pins") else None
        self.thread_ts = None if self.beside else self.thread_ts
        self._mark(("thread", None), ("head", None), ("beside", None))

    def message(self, ts: str) -> Message | None:
        """The message of the open channel, if this person can see it."""
        found = self.channel.messages.get(ts)
        if found is None:
            own = (m for m in self.channel.ephemerals if m.visible_to == self.person.id)
            found = next((m for m in own if m.ts == ts), None)
        return None if found is None or found.deleted else found

    # -- what changed ----------------------------------------------------------------------------------------

    def changed(self, change: Change) -> None:
        """What this change may have touched on this screen will be drawn again."""
        if change.kind.startswith("view_"):
            if change.user_id == self.person.id:
                self._mark(("form", None))
            return
        if change.kind == "home_published":
            self._mark(("home", None))
            return
        self._mark(("side", None))
        if change.channel_id != self.channel.id:
            return
        if not may_see(self.channel, self.person.user):
            self.look("")
            return
        message = change.detail.get("message")
        if message is None or change.kind == "pin_changed":
            self._mark(("head", None), ("beside", None))
        if message is not None:
            for ts in {message["ts"], message.get("thread_ts") or message["ts"]}:
                self._mark(("list", ts), ("thread", ts))
            if self.beside:
                self._mark(("beside", None))

    def again(self, *areas: str) -> None:
        """These areas (all, if none is named) will be drawn again; what is the same is not sent again."""
        self._mark(*((area, None) for area in areas or self._areas))

    async def updates(self) -> list[list[Any]]:
        """The next difference, as [area, name, node or None for gone]; waits until there is one."""
        while True:
            await self._stirred.wait()
            await asyncio.sleep(GATHER_S)
            self._stirred.clear()
            dirty, self._dirty = self._dirty, set()
            found = self._difference(dirty)
            if found:
                return found

    def _mark(self, *dirty: tuple[str, str | None]) -> None:
        self._dirty.update(dirty)
        self._stirred.set()

    def _difference(self, dirty: set[tuple[str, str | None]]) -> list[list[Any]]:
        found: list[list[Any]] = []
        for area, draw in self._areas.items():
            names = {name for where, name in dirty if where == area}
            if None in names:
                nodes = draw(None)
                nodes |= {name: None for where, name in self._sent if where == area and name not in nodes}
            else:
                nodes = {name: node for one in names if one for name, node in draw(one).items()}
            found += [[area, name, node] for name, node in nodes.items() if self._is_news(area, name, node)]
        return found

    def _is_news(self, area: str, name: str, node: Node | None) -> bool:
        if node is None:
            return self._sent.pop((area, name), None) is not None
        written = json.dumps(node, ensure_ascii=False)
        before, self._sent[(area, name)] = self._sent.get((area, name)), written
        return before != written

    # -- drawing ---------------------------------------------------------------------------------------------

    def _head(self) -> Node:
        older = sum(1 for m in self._messages() if m.ts < self._from_ts) if self._from_ts else 0
        read_to = self.page.marks.of(self.person.id, self.channel.id)
        return head(self.slack.team, self.person.user, self.channel) | {
            "look": self._looks,
            "earlier": older,
            "thread": self.thread_ts,
            "at_home": self.at_home,
            "read_to": read_to,
            "unread": self.page.unread.counts(self.person.user, self.channel)[0],
        }

    def _messages(self) -> list[Message]:
        return self.person.screen.messages(self.channel, threads=False)

    def _list(self, ts: str | None) -> Nodes:
        if ts is not None:
            message = self.message(ts)
            inside = message is not None and (not message.is_reply or message.broadcast)
            shown = [message] if message is not None and inside and ts >= self._from_ts else []
            if len(self._sent) > TRIM_ABOVE and not self._expanded:
                self._trim()
            return {ts: None} | {m.ts: self._node(m, in_thread=False) for m in shown}
        return {m.ts: self._node(m, in_thread=False) for m in self._messages() if m.ts >= self._from_ts}

    def _trim(self) -> None:
        shown = self._messages()
        if sum(1 for m in shown if m.ts >= self._from_ts) > TRIM_ABOVE:
            self._from_ts = shown[-SHOWN_AT_FIRST].ts
            self._mark(("list", None), ("head", None))

    def _thread(self, ts: str | None) -> Nodes:
        root = self.message(self.thread_ts) if self.thread_ts else None
        if root is None:
            return {}
        own = [m for m in self.channel.ephemerals if m.visible_to == self.person.id and not m.deleted]
        replies = [*self.channel.replies(root.ts), *(m for m in own if m.thread_ts == root.ts)]
        shown = {m.ts: m for m in [root, *replies]}
        if ts is not None:
            return {ts: self._node(shown[ts], in_thread=True) if ts in shown else None}
        return {name: self._node(m, in_thread=True) for name, m in shown.items()}

    def _node(self, message: Message, *, in_thread: bool) -> Node:
        return message_node(self.slack.team, self.person.user, self.channel, message, in_thread=in_thread)

    def _beside(self) -> Node | None:
        return beside(self.slack.team, self.person.user, self.channel, self.beside) if self.beside else None

    def _form(self) -> Node | None:
        form = self.person.form
        return view_node(self.slack.team, self.person.user, form) if form else None

    def _home(self) -> Node | None:
        home = self.person.home
        return view_node(self.slack.team, self.person.user, home) if home and self.at_home else None

    def _panel(self) -> Node | None:
        panel = self.page.host.panel(self.person)
        if panel is None:
            return None
        reader = Reader(
            TeamNames(self.slack.team, self.person.user),
            ZoneInfo(self.person.user.tz),
            self.slack.clock.now(),
        )
        texts = [mrkdwn_nodes(text, reader, self.person.id) for text in panel.paragraphs]
        return panel.as_dict() | {"paragraphs": texts}

    # -- finding ---------------------------------------------------------------------------------------------

    def _place(self, place: str) -> Channel:
        """The channel, or the conversation with a person, that ``place`` names by id or name."""
        team = self.slack.team
        if place in team.users and place != self.person.id:
            return team.direct_message(self.person.id, place)
        try:
            return team.channel_for(self.person.id, place)
        except (SlackError, CannotDo):
            return self.slack.channel("general")

    def _is_app(self, channel: Channel) -> bool:
        return channel.is_im and self.slack.team.bot.id in channel.members


def local_day(person: Person, page: Page) -> str:
    """The day it is for this person; "Today" in what they read depends on it."""
    return f"{page.slack.clock.now().astimezone(ZoneInfo(person.user.tz)):%Y-%m-%d}"
