"""What people do in a crisis, each from a crisis that is ready for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.severity import Severity
from bot.simulator import Person
from playbooks import load
from tests.process.killing import World

A_DAY = timedelta(hours=23, minutes=55)
DUE_STEPS = sum(s.due.get(Severity.SEV3, 2 * A_DAY) <= A_DAY for s in load(None).playbooks["backlash"].steps)
STEP = "Pause scheduled posts"
PROOF = {"Which channels are paused, and who paused them": "All four networks, by me"}
LEARNED = {
    "Summary": "A parcel was thrown.",
    "Lessons": "Keep a list of who can pause ads",
    "Why can they stay open?": "All is quiet",
}


@dataclass(frozen=True)
class Flow:
    """One thing that people do."""

    ready: Callable[[World], Awaitable[int]]
    """The number of a crisis in which it can be done, or of the one it will open."""
    act: Callable[[World, int], Awaitable[None]]
    leaves: str
    """The entry it leaves on the timeline."""
    calls: int
    """How many calls of Slack's it takes at least: less, and this was not the whole of it."""
    times: int = 1
    """How often the entry stands there then."""
    by_people: bool = True
    """False: it comes by itself, and nothing is delivered."""
    every: int = 1
    """Only every so many points are died at, where each takes long and many are alike."""


def room(number: int) -> str:
    return f"#crisis-{number}-courier-video"


async def the_next(world: World) -> int:
    return world.latest() + 1


async def opens(world: World, _: int) -> None:
    await world.place.ana.types("#general", "/crisis open sev3 backlash Courier video")


async def opened(world: World) -> int:
    await opens(world, 0)
    await world.at_rest()
    return world.latest()


async def claims(world: World, number: int) -> None:
    ben = world.place.ben
    await ben.clicks(world.message(ben, f"{number}/checklist"), "Claim", near=STEP)


async def puts_away_what_was_cut_short(person: Person) -> None:
    while person.form is not None:
        await person.dismisses()


async def finishes(world: World, number: int) -> None:
    ben = world.place.ben
    await puts_away_what_was_cut_short(ben)
    await ben.clicks(world.message(ben, f"{number}/checklist"), "Done", near=STEP)
    await ben.is_shown_form("Finish step 2")
    await ben.fills(PROOF)
    await ben.submits()


async def a_step_falls_due(world: World, number: int) -> None:
    await world.place.ana.types(room(number), "/crisis step Call the venue @ben in 1s")


async def pinged(world: World) -> int:
    number = await opened(world)
    await a_step_falls_due(world, number)
    await world.at_rest()
    return number


async def two_steps_due_soon(world: World) -> int:
    number = await opened(world)
    for step in ("Call the venue", "Ask the bank"):
        await world.place.ana.types(room(number), f"/crisis step {step} @ben in 5m")
    return number


async def claims_when_they_fall_due(world: World, number: int) -> None:
    """At the same time, for one person: he is asked in one message."""
    world.later(minutes=5)
    await claims(world, number)


async def an_answer_is_waited_for(world: World, _: int) -> None:
    world.later(minutes=31)


async def nobody_looks_for_a_day(world: World, _: int) -> None:
    world.later(seconds=A_DAY.total_seconds())


async def a_month_passes(world: World, _: int) -> None:
    world.later(days=30)


async def closed_with_work_left(world: World) -> int:
    number = await resolved(world)
    await world.at_rest()
    await closes(world, number, work="Write the ads list")
    await world.at_rest()
    return number


async def offers(world: World, number: int) -> None:
    ben = world.place.ben
    await puts_away_what_was_cut_short(ben)
    await ben.types(room(number), "/crisis handover comms")
    await ben.is_shown_form("Hand over a role")
    await ben.fills({"Who takes over?": "@cleo", "What do they have to know?": "The caller rings at six."})
    await ben.submits()


async def offered(world: World) -> int:
    number = await opened(world)
    await offers(world, number)
    await world.at_rest()
    return number


async def accepts(world: World, number: int) -> None:
    await world.cleo.clicks(world.message(world.cleo, f"{number}/ping:2"), "Accept")


async def is_on_it(world: World, number: int) -> None:
    ben = world.place.ben
    await ben.clicks(world.message(ben, f"{number}/ping:2"), "On it")


async def raises(world: World, number: int) -> None:
    await world.place.ana.types(room(number), "/crisis sev 2 a newspaper calls")


async def tells(world: World, number: int) -> None:
    await world.place.ana.types(room(number), "/crisis update The post is down")


async def resolves(world: World, number: int) -> None:
    await world.place.ana.types(room(number), "/crisis resolve")


async def resolved(world: World) -> int:
    number = await opened(world)
    await resolves(world, number)
    return number


async def closes(world: World, number: int, work: str = "") -> None:
    ana = world.place.ana
    await puts_away_what_was_cut_short(ana)
    await ana.types(room(number), "/crisis close")
    await ana.is_shown_form("Close the crisis")
    await ana.fills({**LEARNED, "Action items": work} if work else LEARNED)
    await ana.submits()


async def cancels(world: World, number: int) -> None:
    await world.place.ana.types(room(number), "/crisis cancel It was a test")


FLOWS = {
    "claiming when two steps fall due": Flow(
        two_steps_due_soon, claims_when_they_fall_due, "StepClaimed", 3, every=2
    ),
    "a ping that climbs": Flow(pinged, an_answer_is_waited_for, "PingClimbed", 4, by_people=False, every=2),
    "all that falls due in a day": Flow(
        opened, nobody_looks_for_a_day, "OwnerPinged", 9, times=DUE_STEPS, by_people=False, every=2
    ),
    # The other one asked for a role, at the opening.
    "an action item a month later": Flow(
        closed_with_work_left, a_month_passes, "Reminded", 2, times=2, by_people=False, every=2
    ),
    "opening": Flow(the_next, opens, "CrisisOpened", 9),
    "claiming": Flow(opened, claims, "StepClaimed", 1),
    "finishing with proof": Flow(opened, finishes, "StepDone", 2),
    "a step that falls due": Flow(opened, a_step_falls_due, "StepAdded", 4),
    "answering a ping": Flow(pinged, is_on_it, "PingTaken", 2),
    "offering a role": Flow(opened, offers, "HandoverOffered", 4, every=2),
    "taking a role over": Flow(offered, accepts, "RoleHandedOver", 4, every=2),
    "changing the severity": Flow(opened, raises, "SeverityChanged", 4),
    "posting an update": Flow(opened, tells, "UpdatePosted", 3),
    "resolving": Flow(opened, resolves, "CrisisResolved", 4),
    "closing and archiving": Flow(resolved, closes, "CrisisClosed", 6),
    "cancelling and archiving": Flow(opened, cancels, "CrisisCancelled", 5),
}
