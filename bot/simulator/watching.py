"""A person looking at Slack: what is in front of them, and waiting until it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from bot.simulator.entering import channel_id, person_id
from bot.simulator.errors import CannotDo
from bot.simulator.form import Form
from bot.simulator.reading import Screen, VisibleMessage
from bot.simulator.state import Channel, User

if TYPE_CHECKING:
    from bot.simulator.workspace import Slack

Told = VisibleMessage | Form
T = TypeVar("T")


class Watcher:
    """The eyes of an account: channels it is in, ephemerals to it, its forms and its Home tab."""

    def __init__(self, slack: Slack, user: User) -> None:
        self._slack, self._team, self.user = slack, slack.team, user
        self.screen = Screen(slack.team, user)
        self._looks_at_home = False

    @property
    def id(self) -> str:
        return self.user.id

    @property
    def name(self) -> str:
        return self.user.name

    def __repr__(self) -> str:
        return f"<Person @{self.name}>"

    @property
    def form(self) -> Form | None:
        """The modal in front of them."""
        view = self._slack.views.top(self.id)
        return Form(view, self.screen) if view else None

    @property
    def home(self) -> Form | None:
        """The app's Home tab, once it was published."""
        view = self._slack.views.homes.get(self.id)
        return Form(view, self.screen) if view else None

    def sees(self, where: Any, *, threads: bool = False) -> list[VisibleMessage]:
        """The messages of the channel on their screen, oldest first, with ephemerals to them."""
        channel = self._known(where)
        return [
            VisibleMessage(m, channel, self.screen) for m in self.screen.messages(channel, threads=threads)
        ]

    def reads(self, where: Any, *, threads: bool = True) -> str:
        """The channel as a transcript, one message after the other."""
        seen = self.sees(where, threads=threads)
        for visible in seen:
            visible.message.expected = True
        return "\n".join(str(visible) for visible in seen)

    def dms(self) -> list[VisibleMessage]:
        """The direct messages with the app."""
        return self.sees(self._team.bot, threads=True)

    async def is_told(
        self, text: str, *, timeout: float = 3.0, where: Any = None, again: bool = False
    ) -> Told:
        """Something they can see contains ``text``: it is returned, newest first, and no longer unexpected.

        Waits up to ``timeout`` real seconds. ``again`` passes over what was expected before.
        """

        def told() -> Told | None:
            for seen in self._in_view(where):
                if text in _words(seen) and not (again and _is_expected(seen)):
                    return seen
            return None

        seen: Told = await self._wait(told, timeout, f"@{self.name} is not told {text!r}")
        expect(seen)
        return seen

    async def is_not_told(self, text: str, *, where: Any = None) -> None:
        """Once everything settled, nothing they can see contains ``text``."""
        await self._slack.settled()
        found = [str(seen) for seen in self._in_view(where) if text in _words(seen)]
        if found:
            raise CannotDo(f"@{self.name} is told {text!r}:\n" + "\n".join(found))

    async def is_shown_form(self, title: str, *, timeout: float = 3.0) -> Form:
        """A modal with this title is in front of them."""

        def shown() -> Form | None:
            return self.form if self.form is not None and self.form.title == title else None

        form = await self._wait(shown, timeout, f"@{self.name} is not shown the form {title!r}")
        expect(form)
        return form

    async def _wait(self, look: Callable[[], T | None], timeout: float, complaint: str) -> T:
        try:
            async with asyncio.timeout(timeout):
                while True:
                    found = look()
                    if found is not None:
                        return found
                    await self._slack.changes.published()
        except TimeoutError:
            seen = "\n".join(str(item) for item in reversed(list(self._in_view(None))))
            raise CannotDo(f"{complaint}; they see:\n{seen or '(nothing)'}") from None

    def _in_view(self, where: Any) -> Iterator[Told]:
        """Everything on their screens, newest first: the open form, the Home tab, their channels."""
        if where is None:
            if self.form is not None:
                yield self.form
            if self._looks_at_home and self.home is not None:
                yield self.home
            rooms = [
                c for c in self._team.channels.values() if self.id in c.members or self._has_ephemerals(c)
            ]
        else:
            rooms = [self._known(where)]
        found = [
            VisibleMessage(m, room, self.screen)
            for room in rooms
            for m in self.screen.messages(room, threads=True)
        ]
        yield from sorted(found, key=lambda visible: visible.ts, reverse=True)

    def _has_ephemerals(self, channel: Channel) -> bool:
        return any(m.visible_to == self.id and not m.deleted for m in channel.ephemerals)

    def _known(self, where: Any) -> Channel:
        if isinstance(where, Watcher | User) or (isinstance(where, str) and where.startswith("@")):
            return self._team.direct_message(self.id, person_id(self._team, where))
        channel = self._team.channels[channel_id(self._team, where)]
        hidden = channel.kind != "public" and self.id not in channel.members
        if hidden:
            raise CannotDo(f"@{self.name} cannot see #{channel.name}")
        return channel


def _words(seen: Told) -> str:
    return (
        seen.screen.view_text(seen.view) if isinstance(seen, Form) else seen.screen.message_text(seen.message)
    )


def _is_expected(seen: Told) -> bool:
    return seen.view.expected if isinstance(seen, Form) else seen.message.expected


def expect(seen: Told) -> None:
    """What was seen no longer counts as unexpected."""
    if isinstance(seen, Form):
        seen.view.expected = True
    else:
        seen.message.expected = True
