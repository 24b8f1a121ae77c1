"""What "everything, exactly once" means in a history, and ways to make Slack or the bot fail in it.

Every message of the bot's carries a name of its own as Slack metadata, so the whole of what it wrote is a list of names:
none may be missing, none may come twice.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.domain.model import Incident
from bot.simulator import Person, Slack
from tests.histories.conftest import Town

CALLS_THAT_ANSWER = ("auth.test", "apps.connections.open", "chat.postEphemeral", "response_url")
"""Asked for a person who is waiting, or by the program itself: not tried again, or not through the outbox."""


def written(slack: Slack) -> dict[str, Counter[str]]:
    """Where -> the names of the messages the bot wrote there, and how often each stands there now."""
    found: dict[str, Counter[str]] = {}
    for channel in slack.team.channels.values():
        others = [slack.people[m].name for m in channel.members if m in slack.people]
        where = f"#{channel.name}" if channel.name else f"@{others[0]}"
        for message in channel.messages.values():
            if message.metadata and not message.deleted:
                name = str(message.metadata["event_payload"]["name"]).partition("/")[2]
                found.setdefault(where, Counter())[name] += 1
    return found


async def ping_names(town: Town, incident: Incident) -> dict[int, str]:
    """The pings of a crisis -> the name of the message each stands in, alone or with others."""
    slots = {
        ping.id: await town.app.store.sharing(incident.number, f"ping:{ping.id}") for ping in incident.pings
    }
    return {ping: "/".join(map(str, found[0])) for ping, found in slots.items()}


def twice(slack: Slack) -> list[str]:
    """The messages that stand somewhere more than once."""
    return [f"{where}: {n}" for where, names in written(slack).items() for n, c in names.items() if c > 1]


def crisis_channels(slack: Slack) -> list[str]:
    return [c.name for c in slack.team.channels.values() if c.name.startswith("crisis-")]


async def timeline(town: Town, number: int = 1) -> Counter[str]:
    """The kinds of entries on a crisis's timeline, and how often each stands there."""
    return Counter(type(entry).__name__ for entry in await town.app.store.timeline(number))


async def in_the_end(town: Town, *, step_s: int = 5) -> None:
    """Time passes, a few seconds at a time, until the bot has nothing left to do, however often Slack failed."""
    for seconds in (0, 1, 2, *([step_s] * 60)):
        town.slack.clock.advance(timedelta(seconds=seconds))
        await town.settled()
        if (await town.app.store.waiting(town.slack.clock.now()))[0] == 0:
            return
    raise AssertionError("the outbox never came to rest")


async def until(is_so: Callable[[], object], *, within_s: float = 5.0) -> None:
    """It is so, in real time."""
    async with asyncio.timeout(within_s):
        while not is_so():
            await asyncio.sleep(0.001)


async def gets_form(town: Town, person: Person, title: str, ask: Any) -> None:
    """The person asks for a form, again and again until Slack opens it."""
    for _ in range(5):
        await ask()
        await town.settled()
        if person.form is not None and person.form.title == title:
            return
    raise AssertionError(f"the form {title!r} never opened")


class EveryCallFailsFirst:
    """Each call of the bot's fails in this way, and goes through when it is made again. Of one message, every edit fails."""

    def __init__(self, slack: Slack, kind: str) -> None:
        self.made: Counter[str] = Counter()
        for method in METHODS:
            slack.faults.add(method, kind, times=None, when=self._first(method))

    def _first(self, method: str) -> Any:
        def is_first(args: Mapping[str, Any]) -> bool:
            # What tells one call from another; the words of a card change with its clock.
            what = {k: str(args[k]) for k in WHAT_A_CALL_IS_ABOUT if k in args}
            call = method + json.dumps(what, sort_keys=True)
            self.made[call] += 1
            return self.made[call] % 2 == 1 if method == "chat.update" else self.made[call] == 1

        return is_first


WHAT_A_CALL_IS_ABOUT = ("channel", "metadata", "name", "timestamp", "ts", "user", "users")
METHODS = (
    "chat.postMessage",
    "chat.update",
    "conversations.archive",
    "conversations.create",
    "conversations.history",
    "conversations.invite",
    "conversations.join",
    "conversations.list",
    "conversations.open",
    "conversations.replies",
    "conversations.setTopic",
    "dnd.info",
    "pins.add",
    "users.conversations",
    "users.info",
    "views.open",
)
"""What a whole crisis calls, its repairs included; a test holds this list to it."""


@dataclass
class PowerCut:
    """The bot is gone in one moment: from then on none of its calls arrives and nothing it does is kept.

    Before or after the call of Slack's with this number, or after the commit with this number, counted from here on.
    """

    town: Town
    before_call: int | None = None
    after_call: int | None = None
    after_commit: int | None = None
    calls: int = field(default=0, init=False)
    commits: int = field(default=0, init=False)
    is_dark: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        faults = self.town.slack.faults
        faults.add("*", "reset_before", times=None, when=lambda _: self.is_dark)
        faults.add("*", "reset_before", times=None, when=lambda _: self._counted() == self.before_call)
        faults.add("*", "reset_after", times=None, when=lambda _: self.calls == self.after_call)
        store: Any = self.town.app.store
        write = store._write

        async def write_until_dark(work: Any) -> Any:
            result = await write(work)
            self.commits += 1
            if self.commits == self.after_commit:
                self.cut()
            return result

        store._write = write_until_dark

    def _counted(self) -> int:
        self.calls += 1
        if self.calls in (self.before_call, self.after_call):
            self.cut()
        return self.calls

    def cut(self) -> None:
        """Now."""
        self.is_dark = True
        self.town.slack.sockets.close()
        store: Any = self.town.app.store
        store._writer, writer = None, store._writer
        store._write = type(store)._write.__get__(store)
        assert writer is not None
