"""A small town with the whole bot in it: the real app over real Socket Mode to the simulator, on a real SQLite file."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import handlers
import playbooks
from bot.app import CALL_TIMEOUT_S, App, running
from bot.manifest import manifest
from bot.settings import Settings
from bot.simulator import Channel, Clock, Person, Slack, VisibleMessage
from bot.slack.pace import Pace
from tests.histories.listening import listened, no_trouble, said_calmly

OPENED_AT = datetime(2026, 11, 20, 23, 40, tzinfo=UTC)
"""A Friday night."""
HAVE_IT = "I have it"


@dataclass
class Town:
    """Slack, its people, and the bot."""

    slack: Slack
    app: App
    ana: Person
    ben: Person
    cleo: Person
    dana: Person
    eve: Person

    async def settled(self) -> None:
        """The bot did all it had to do, and Slack told it everything.

        Slack counts what is on its way in both directions and the bot what it has under way, so nobody waits for silence.
        """
        async with asyncio.timeout(10):
            while True:
                before = len(self.slack.calls), len(self.slack.sent)
                await self._nothing_on_its_way()
                await self.app.settle()
                await self._nothing_on_its_way()
                if before == (len(self.slack.calls), len(self.slack.sent)):
                    return

    async def _nothing_on_its_way(self) -> None:
        while self.slack.deliveries.in_flight or self.slack.server.in_flight:
            await asyncio.sleep(0.001)

    async def later(self, **span: float) -> None:
        """Time passes, and what became due in it is done."""
        self.slack.clock.advance(timedelta(**span))
        await self.settled()

    async def asks(self, person: Person, command: str, where: str | Channel = "#general") -> str:
        """What the person reads in answer to a command, all of it."""
        before = len(person.sees(where))
        await person.types(where, command)
        await self.settled()
        return "\n".join(m.text for m in person.sees(where)[before:] if m.is_ephemeral)

    async def by_day(self) -> None:
        """It is the middle of the day for everybody: at SEV3 and SEV4 what is asked of people waits for their morning."""
        hours = 15 if self.slack.clock.now().hour >= 20 else 0
        await self.later(hours=hours)

    async def opens(self, person: Person, rest: str) -> str:
        """`/crisis open …`; the name of the channel it made, with its #. What always comes with it is expected."""
        await person.types("#general", f"/crisis open {rest}")
        await self.settled()
        self.sees_the_opening(person)
        return self.channel

    def sees_the_opening(self, person: Person) -> None:
        """The cards of the newest crisis, its announcement and the answer to whoever opened it were looked at."""
        starts = ("Crisis ", "Checklist ", "SEV", "Opening crisis ")
        for where in ("#general", self.channel, "#announcements"):
            for message in person.sees(where):
                if _begins(message, *starts):
                    _ = message.text

    def read_by(self, *people: Person) -> None:
        """They looked at everything: what came so far is expected."""
        for person in people:
            for message in (*person.dms(), *person.sees(self.channel)):
                _ = message.text

    async def everybody_accepts(self) -> None:
        """Whoever was asked for a role says that they have it."""
        for person in (self.ana, self.ben, self.cleo, self.dana, self.eve):
            for message in person.dms():
                role = re.search(r"you (\w+) in this crisis", message.text)
                if (
                    role and HAVE_IT in message.buttons
                ):  # once: whoever acts has all the roles they were given
                    await self.clicks(person, message, HAVE_IT, near=f"you {role[1]}")
                    assert f"Answered: {HAVE_IT}, by @{person.name}" in message.text

    async def clicks(self, person: Person, target: Any, label: str, near: str | None = None) -> None:
        """The person presses it, and everything that follows has happened."""
        await person.clicks(target, label, near=near)
        await self.settled()

    async def sends(self, person: Person, title: str, values: Mapping[str, Any]) -> None:
        """The form with this title is filled in and sent; it is gone, or shows what is wrong."""
        await person.is_shown_form(title)
        await person.fills(values)
        await person.submits()
        await self.settled()

    async def does(self, person: Person, command: str, where: str | None = None) -> str:
        """What the person alone reads in answer to a command typed in the crisis channel."""
        return await self.asks(person, command, where or self.channel)

    @property
    def channel(self) -> str:
        """The newest crisis channel."""
        incidents = [c for c in self.slack.team.channels.values() if c.name.startswith("crisis-")]
        return f"#{incidents[-1].name}"

    def posts(self, where: str | None = None) -> int:
        """How many messages the bot has posted for everybody there, threads included."""
        channel = self.slack.channel((where or self.channel).removeprefix("#"))
        bot = self.slack.bot_user_id
        return sum(1 for m in channel.messages.values() if m.user_id == bot and m.subtype is None)

    def calls_of(self, method: str) -> int:
        """How often this method of Slack's was called."""
        return sum(1 for call in self.slack.calls if call.method == method)

    def card(self, person: Person, starts: str, where: str | None = None) -> VisibleMessage:
        """The message in the crisis channel whose text starts so."""
        seen = person.sees(where or self.channel)
        found = [m for m in seen if _begins(m, starts)]
        assert found, f"nothing starts with {starts!r} in:\n{person.reads(where or self.channel)}"
        return found[-1]

    def summary(self, person: Person) -> VisibleMessage:
        return next(
            m for m in reversed(person.sees(self.channel)) if _begins(m, "Crisis ") and not m.is_ephemeral
        )

    def checklist(self, person: Person) -> VisibleMessage:
        return self.card(person, "Checklist ")

    def row(self, person: Person, title: str) -> str:
        """The lines of the step on the checklist, with its buttons."""
        parts = re.split(r"\n(?=\d+\. )", self.checklist(person).text)
        return next(part for part in parts if title in part)


def nobody_sleeps(folder: Path) -> str:
    """A team's own folder in which no level respects the night, for histories about something else."""
    shipped = (Path(playbooks.__file__).parent / "severity.toml").read_text(encoding="utf-8")
    folder.mkdir(exist_ok=True)
    (folder / "severity.toml").write_text(
        shipped.replace("quiet_hours = true", "quiet_hours = false"), "utf-8"
    )
    return str(folder)


Start = Callable[..., AbstractAsyncContextManager[Town]]


@pytest.fixture
def played() -> list[Slack]:
    """Every Slack of this history."""
    return []


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, played: list[Slack]) -> Start:
    """Starts a town; keywords are settings and `slack`. Starting again on the same Slack keeps everything.

    At the end nobody may have met a failure of ours, and every message and form must be as Slack wants it (see listening.py);
    `calm=False` for the histories in which something fails on purpose. `escaping=False`: Slack leaves `@name` as it was typed.
    """

    @asynccontextmanager
    async def started(
        slack: Slack | None = None,
        *,
        calm: bool = True,
        escaping: bool = True,
        call_timeout_s: float = CALL_TIMEOUT_S,
        **settings: str,
    ) -> AsyncIterator[Town]:
        if slack is None:
            described = manifest(handlers.load())
            for command in described["features"]["slash_commands"]:
                command["should_escape"] = escaping
            with listened() as errors:
                async with Slack(described, Clock(OPENED_AT)) as new:
                    _people(new)
                    played.append(new)
                    async with started(
                        new, calm=calm, escaping=escaping, call_timeout_s=call_timeout_s, **settings
                    ) as town:
                        yield town
            if calm:
                no_trouble(new, errors)
            return
        for name in ("SLACK_SIGNING_SECRET",):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("SLACK_BOT_TOKEN", slack.bot_token)
        monkeypatch.setenv("SLACK_APP_TOKEN", slack.app_token)
        monkeypatch.setenv("SLACK_API_URL", slack.api_url)
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/crisis.db")
        monkeypatch.setenv("CRISIS_ANNOUNCE_CHANNEL", "announcements")
        monkeypatch.setenv("PORT", "0")
        for name, value in settings.items():
            monkeypatch.setenv(name.upper(), value)
        pace = Pace(between_edits=timedelta(0), edits_per_minute=100_000)
        loaded = Settings.load(tmp_path / "no.env")
        async with running(
            loaded, clock=slack.clock, pace=pace, call_timeout_s=call_timeout_s, ticking=False
        ) as app:
            await slack.wait_connected(1)
            people = {p.name: p for p in slack.people.values()}
            yield Town(
                slack, app, people["ana"], people["ben"], people["cleo"], people["dana"], people["eve"]
            )

    return started


@pytest.fixture
async def town(start: Start) -> AsyncIterator[Town]:
    async with start() as started:
        yield started


@pytest.fixture
def no_surprises(played: list[Slack]) -> Iterator[None]:
    """At the end the bot has said nothing that nobody in the history was told or read, and nothing in a loud voice."""
    yield
    for slack in played:
        assert slack.unexpected() == []
        said_calmly(slack)


def _begins(message: VisibleMessage, *starts: str) -> bool:
    """Looks without reading: the message stays unexpected."""
    return message.screen.message_text(message.message).startswith(starts)


def _people(slack: Slack) -> None:
    everyone = [
        slack.add_person("ana", real_name="Ana Lee", tz="Europe/Berlin"),
        slack.add_person("ben", real_name="Ben Okoro", tz="Europe/London"),
        slack.add_person("cleo", real_name="Cleo Park", tz="America/New_York"),
        slack.add_person("dana", real_name="Dana Ruiz", tz="Europe/Madrid"),
        slack.add_person("eve", real_name="Eve Stone", tz="Europe/Berlin"),
    ]
    slack.add_channel("announcements", members=everyone)
