"""`crisis-bot demo --script`: people play a crisis, and what they see is printed."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot import logs
from bot.app import App
from bot.demo.stage import ANNOUNCEMENTS, GENERAL, bot_in, people, workspace
from bot.simulator import Person, Slack, VisibleMessage


@dataclass(frozen=True, slots=True)
class Stage:
    """The demo's workspace and bot."""

    slack: Slack
    app: App
    say: Callable[[str], object]

    async def settled(self) -> None:
        """Everybody has seen everything."""
        while True:
            before = len(self.slack.calls)
            await self.slack.settled()
            await self.app.settle()
            if len(self.slack.calls) == before:
                return

    async def later(self, span: timedelta, caption: str) -> None:
        """Time passes."""
        self.slack.clock.advance(span)
        await self.settled()
        self.scene(caption)

    async def types(self, person: Person, where: str, text: str) -> None:
        """The person types; their own answer, if there is one, is shown."""
        self.say(f"  {person.name} in {where}> {text}")
        before = {m.ts for m in person.sees(where)}
        await person.types(where, text)
        await self.settled()
        for message in person.sees(where):
            if message.ts not in before and message.is_ephemeral:
                self.show(message, only=person)

    def scene(self, caption: str) -> None:
        self.say(f"\n== {self.slack.clock.now():%a %H:%M} UTC · {caption}\n")

    def show(self, message: VisibleMessage, *, only: Person | None = None) -> None:
        """One message as people read it."""
        seen_by = f" (only {only.name} sees this)" if only else ""
        lines = message.text.splitlines()
        self.say(f"    ┌ {message.by.name}{seen_by}")
        for line in lines:
            self.say(f"    │ {line}")

    def channel(self, person: Person, where: str) -> None:
        """The whole channel as this person reads it."""
        self.say(f"  {where}, as {person.name} sees it:")
        for message in person.sees(where, threads=True):
            self.show(message)

    def found(self, person: Person, where: str, starts: str) -> VisibleMessage:
        """The newest message that starts so."""
        return [m for m in person.sees(where) if m.text.startswith(starts)][-1]


@asynccontextmanager
async def staged(say: Callable[[str], object]) -> AsyncIterator[Stage]:
    """The company and the bot, on a throw-away database, with a clock that the script moves."""
    logs.configure("ERROR", "text")
    with tempfile.TemporaryDirectory(prefix="crisis-bot-demo-") as folder:
        async with workspace() as slack:
            people(slack)
            async with bot_in(slack, Path(folder) / "demo.db", ticking=False) as app:
                yield Stage(slack, app, say)


async def play(say: Callable[[str], object]) -> None:
    """A whole crisis, from the command to the archived lessons, printed as people see it."""
    async with staged(say) as stage:
        team = {p.name: p for p in stage.slack.people.values()}
        ana, ben = team["ana"], team["ben"]
        room = await _opened(stage, ana)
        await _a_step_with_proof(stage, ana, ben, room)
        await _a_ping(stage, ben)
        await _an_update(stage, ana, room)
        await _closed(stage, ana, room)
        await _what_was_learned(stage, ana)
        say("\nThat was the whole life of a crisis.")


async def _opened(stage: Stage, ana: Person) -> str:
    stage.scene("It is Friday night. A customer's video of our courier has two million views.")
    await stage.types(ana, GENERAL, "/crisis roster comms @ben")
    await stage.types(ana, GENERAL, "/crisis open sev2 backlash Courier video")
    room = next(f"#{c.name}" for c in stage.slack.team.channels.values() if c.name.startswith("crisis-1"))
    stage.channel(ana, room)
    return room


async def _a_step_with_proof(stage: Stage, ana: Person, ben: Person, room: str) -> None:
    stage.scene("Ben pauses the scheduled posts and says so, with proof")
    await ben.clicks(stage.found(ben, room, "Checklist"), "Claim", near="Pause scheduled posts")
    await stage.settled()
    await ben.clicks(stage.found(ben, room, "Checklist"), "Done", near="Pause scheduled posts")
    await ben.is_shown_form("Finish step 2")
    await ben.fills(
        {"Which channels are paused, and who paused them": "X, Instagram, TikTok and all ads, by Ben"}
    )
    await ben.submits()
    await stage.settled()
    stage.show(stage.found(ana, room, "Checklist"))


async def _a_ping(stage: Stage, ben: Person) -> None:
    await stage.later(timedelta(minutes=31), "A step is due, and its owner is reminded")
    for message in ben.dms():
        stage.show(message, only=ben)
    ping = ben.dms()[-1]
    await ben.clicks(ping, "On it")
    await stage.settled()
    stage.show(ping, only=ben)


async def _an_update(stage: Stage, ana: Person, room: str) -> None:
    stage.scene("An update, and the severity goes up")
    await stage.types(
        ana, room, "/crisis update The video is ours to answer for. We are talking to the customer."
    )
    await stage.types(ana, room, "/crisis sev 1 a national newspaper is calling")
    stage.channel(ana, ANNOUNCEMENTS)


async def _closed(stage: Stage, ana: Person, room: str) -> None:
    await stage.later(timedelta(hours=9), "The next morning it is quiet")
    await stage.types(ana, room, "/crisis resolve")
    await stage.types(ana, room, "/crisis close")
    await ana.fills(
        {
            "Summary": "A courier threw a parcel and a neighbour filmed it. We apologised and replaced it.",
            "What went well": "The first answer was out within half an hour.",
            "What did not": "Nobody knew who could pause the ads.",
            "Lessons": "Keep one list of who can pause posts and ads\nCall the customer before the first public word",
            "Action items": "Write the list of who can pause ads @ben by 2026-12-01",
        }
    )
    await ana.submits()
    await stage.settled()
    stage.channel(ana, ANNOUNCEMENTS)
    await stage.types(ana, GENERAL, "/crisis lessons pausing ads")
    await stage.types(ana, GENERAL, "/crisis actions")
    await stage.later(timedelta(days=1), "A day later the channel is archived")
    stage.say(f"  {room} is archived: {'yes' if stage.slack.channel(room).archived else 'no'}")


async def _what_was_learned(stage: Stage, ana: Person) -> None:
    await stage.later(timedelta(days=9), "Another crisis: the bot brings back what was learned")
    await stage.types(ana, GENERAL, "/crisis open sev3 backlash Second courier video")
    rooms = [c.name for c in stage.slack.team.channels.values() if c.name.startswith("crisis-2")]
    stage.show(stage.found(ana, f"#{rooms[0]}", "What we learned"))
