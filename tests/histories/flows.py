"""Everything people do with the bot that makes it call Slack, as short histories in which any one call may fail.

On a bad day a person does what a person would do: reads what went wrong, and does it again when Slack was put right.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.simulator import Person
from bot.simulator.faults import Fault
from tests.histories.calls import about
from tests.histories.conftest import Town
from tests.histories.once import in_the_end

TITLE = "Courier video"
STEP = "Pause scheduled posts"
PROOF = "Which channels are paused, and who paused them"
REFUSED = ("nothing was changed", "could not be opened", "in time. Please try it again", "I do not know ")
"""In what a person reads whose question was not carried out."""

NOT_IN_TIME = "Slack did not answer in time"


@dataclass
class Day:
    """A day in the town, on which one call of Slack's may be refused until somebody puts it right."""

    town: Town
    fault: Fault | None = None
    words: list[str] = field(default_factory=list)
    """What people read who were held up."""

    def refuses(self, method: str, error: str, what: str) -> None:
        """From now on Slack refuses this call."""
        slack = self.town.slack
        self.fault = slack.faults.add(
            method, error, times=None, when=lambda args: about(slack, method, args) == what
        )

    def is_put_right(self) -> None:
        """Slack does everything again."""
        self.town.slack.faults.clear()

    async def settles(self) -> None:
        await in_the_end(self.town)

    async def types(self, person: Person, line: str, where: str | None = None) -> str:
        """The person typed it, and typed it again if they read that nothing was changed."""
        place = where or self.town.channel
        answer = ""
        for _ in range(4):
            seen = len(person.sees(place))
            await person.types(place, line)
            await self.settles()
            answer = "\n".join(m.text for m in person.sees(place)[seen:] if m.is_ephemeral)
            if not self._is_refusal(answer):
                return answer
        raise AssertionError(f"{line} is refused although Slack was put right: {answer}")

    async def clicks(
        self, person: Person, target: Callable[[], Any], label: str, near: str | None = None
    ) -> None:
        """The person pressed it."""
        await person.clicks(target(), label, near=near)
        await self.settles()

    async def sends(
        self, person: Person, title: str, values: Mapping[str, Any], ask: Callable[[], Awaitable[object]]
    ) -> None:
        """The form was asked for until it opened, filled in, and sent until it was accepted."""
        for _ in range(4):
            read = set(map(str, person.dms())), set(map(str, _ephemerals(self.town, person)))
            await ask()
            await self.settles()
            if person.form is not None and person.form.title == title:
                break
            new = {*map(str, person.dms()), *map(str, _ephemerals(self.town, person))} - read[0] - read[1]
            assert self._is_refusal("\n".join(new)), f"no form {title!r}, and @{person.name} reads only {new}"
        await person.is_shown_form(title)
        await person.fills(values)
        await person.submits()
        await self.settles()
        if person.form is not None and person.form.errors:
            assert self._is_refusal("\n".join(person.form.errors.values())), person.form.errors
            await person.submits()
            await self.settles()

    def _is_refusal(self, answer: str) -> bool:
        if NOT_IN_TIME in answer:
            return True  # a busy machine; once more
        if not any(words in answer for words in REFUSED):
            return False
        self.words.append(answer)
        self.is_put_right()
        return True


def _ephemerals(town: Town, person: Person) -> list[object]:
    return [
        message
        for channel in town.slack.team.channels.values()
        if not channel.is_im and (channel.kind == "public" or person.id in channel.members)
        for message in person.sees(channel)
        if message.is_ephemeral
    ]


Act = Callable[[Day], Awaitable[None]]


@dataclass(frozen=True)
class Flow:
    """What came before, on a good day, and what people do then."""

    acts: Act
    before: Act
    number: int = 1
    """The crisis it is about."""


async def _roster(day: Day) -> None:
    await day.types(day.town.ana, "/crisis roster comms @ben @cleo", "#general")


async def _opened(day: Day) -> None:
    await _roster(day)
    await day.types(day.town.ana, f"/crisis open sev2 backlash {TITLE}", "#general")


async def _learned(day: Day) -> None:
    """Another crisis taught something, and the bot was started anew since."""
    await _opened(day)
    await day.types(day.town.ana, "/crisis resolve")
    await _closes(day)
    day.town.app.announcing.forget()


async def _closes(day: Day) -> None:
    ana, channel = day.town.ana, day.town.channel
    values = {"Summary": "A parcel was thrown.", "Lessons": "Keep a list of who can pause ads"}
    why = {"Why can they stay open?": "All is quiet"}
    await day.sends(ana, "Close the crisis", values | why, lambda: ana.types(channel, "/crisis close"))


async def _opens_in_one_line(day: Day) -> None:
    await day.types(day.town.dana, f"/crisis open sev2 backlash Another {TITLE}", "#general")


async def _opens_by_form(day: Day) -> None:
    dana = day.town.dana
    values = {"Title": TITLE, "What happened": "He threw it"}
    await day.sends(dana, "Open a crisis", values, lambda: dana.types("#general", "/crisis"))


async def _opens_in_private(day: Day) -> None:
    dana = day.town.dana
    values = {"Title": TITLE, "Private": "Only the people in its channel can see it"}
    await day.sends(dana, "Open a crisis", values, lambda: dana.types("#general", "/crisis"))


async def _opens_from_a_message(day: Day) -> None:
    eve = day.town.eve
    message = await eve.says("#general", "Look what @ben found")
    await day.sends(
        eve, "Open a crisis", {"Title": TITLE}, lambda: eve.uses_shortcut(message, "Open a crisis")
    )


async def _works_on_steps(day: Day) -> None:
    town, ben = day.town, day.town.ben

    def presses(label: str, near: str) -> Callable[[], Awaitable[None]]:
        return lambda: ben.clicks(town.checklist(ben), label, near=near)

    await day.clicks(ben, lambda: town.checklist(ben), "Claim", near=STEP)
    await day.sends(ben, "Finish step 2", {PROOF: "All four, by me"}, presses("Done", STEP))
    await day.sends(ben, "Assign step 3", {"Who takes this step?": "@dana"}, presses("Assign…", "Save what"))
    await day.sends(
        ben, "Snooze step 4", {"Remind again in": "1 h"}, presses("Snooze…", "Post that we see it")
    )
    await day.types(ben, "/crisis step Call the venue @eve in 20m")


async def _skipped(day: Day) -> None:
    await _opened(day)
    ben, town = day.town.ben, day.town
    values = {"Why is this step not needed?": "It is saved"}
    await day.sends(
        ben, "Skip step 3", values, lambda: ben.clicks(town.checklist(ben), "Skip…", near="Save what")
    )


async def _edits_steps(day: Day) -> None:
    town, ben = day.town, day.town.ben

    def presses(label: str, near: str) -> Callable[[], Awaitable[None]]:
        return lambda: ben.clicks(town.checklist(ben), label, near=near)

    await day.sends(ben, "Skip step 2", {"Why is this step not needed?": "No posts"}, presses("Skip…", STEP))
    await day.clicks(ben, lambda: town.checklist(ben), "Reopen", near="Save what")
    await day.sends(ben, "Note on step 4", {"Note": "Ask @dana"}, presses("Add note…", "Post that"))


async def _soon_due(day: Day) -> None:
    await _opened(day)
    await day.types(day.town.ana, "/crisis step Call the venue @ben in 2m")
    await day.types(day.town.ana, "/crisis step Call the press @ben in 2m")


async def _becomes_due(day: Day) -> None:
    """Pings by direct message and, where a step has nobody yet, in the channel; and a reminder of the update."""
    await day.town.later(minutes=16)
    await day.settles()
    await day.town.later(minutes=50)
    await day.settles()


async def _pinged(day: Day) -> None:
    await _soon_due(day)
    await day.town.later(minutes=16)
    await day.settles()


async def _answers_pings(day: Day) -> None:
    town, ben = day.town, day.town.ben

    def ping(of: str) -> Any:
        every = (*ben.dms(), *ben.sees(town.channel))
        return next(m for m in every if m.buttons and of in m.text and "Checklist" not in m.text)

    venue, press, posts = ping("Call the venue"), ping("Call the press"), ping(STEP)
    await day.clicks(ben, lambda: venue, "30 min", near="Call the venue")
    await day.sends(
        ben,
        "Hand over step 16",
        {"Who takes it over?": "@dana"},
        lambda: ben.clicks(press, "Hand over…", near="Call the press"),
    )
    await day.clicks(ben, lambda: posts, "On it", near=STEP)
    await town.later(minutes=15)
    await day.settles()


async def _talks(day: Day) -> None:
    town, ana = day.town, day.town.ana
    await day.types(ana, "/crisis sev 1 a newspaper calls")
    await day.types(ana, "/crisis update The post is down")
    await day.types(ana, "/crisis update We spoke to the courier")
    await day.types(ana, "/crisis note @dana saw it")
    await day.types(ana, "/crisis role legal @dana @eve")
    said = await ana.says(town.channel, "The courier is suspended")
    await ana.reacts(said, ":pushpin:")
    await day.settles()


async def _ends(day: Day) -> None:
    ana, town = day.town.ana, day.town
    await day.types(ana, "/crisis resolve")
    await town.later(days=1)
    await day.settles()
    await day.types(ana, "/crisis reopen")
    await day.types(ana, "/crisis resolve")
    await _closes(day)
    await town.later(days=1)
    await day.settles()


async def _archived(day: Day) -> None:
    await _opened(day)
    await _ends(day)


async def _begins_again(day: Day) -> None:
    await day.types(day.town.ana, "/crisis reopen 1", "#general")


async def _is_cancelled(day: Day) -> None:
    await day.types(day.town.ana, "/crisis cancel It was a test")
    await day.town.later(days=1)
    await day.settles()


async def _asks(day: Day) -> None:
    for word in ("list", "status 1", "lessons parcel", "actions", "roster", "roster legal @dana @eve"):
        await day.types(day.town.eve, f"/crisis {word}", "#general")


FLOWS: Mapping[str, Flow] = {
    "opening in one line": Flow(_opens_in_one_line, _learned, number=2),
    "opening by form": Flow(_opens_by_form, _roster),
    "opening in private": Flow(_opens_in_private, _roster),
    "opening from a message": Flow(_opens_from_a_message, _roster),
    "working on steps": Flow(_works_on_steps, _opened),
    "editing steps": Flow(_edits_steps, _skipped),
    "becoming due": Flow(_becomes_due, _soon_due),
    "answering pings": Flow(_answers_pings, _pinged),
    "talking": Flow(_talks, _opened),
    "ending": Flow(_ends, _opened),
    "beginning again": Flow(_begins_again, _archived),
    "cancelling": Flow(_is_cancelled, _opened),
    "asking": Flow(_asks, _learned),
}
