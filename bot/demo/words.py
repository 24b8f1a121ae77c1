"""What the guide says at each step: what happened, why it matters, and where to click."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.demo.conditions import crisis_of, fills_the_form, rows
from bot.demo.seen import Seen
from bot.demo.stage import SOCIAL
from bot.simulator import Channel, Person

TIME = ("time", "Let time pass")


@dataclass(frozen=True)
class Words:
    """What the guide says at a step, to whom, where to look, and a button that helps (id, label)."""

    title: str
    text: tuple[str, ...]
    to: Person
    where: Channel | None = None
    button: tuple[str, str] | None = None


def first_name(person: Person) -> str:
    return person.user.real_name.split()[0]


def read_the_news(seen: Seen) -> Words:
    return Words(
        "It is 23:40",
        (
            f"A customer's video of our courier has two million views. You are {first_name(seen.lead)}, "
            "who leads communications, and your team is already talking about it.",
            "Click *social-media* at the left.",
        ),
        seen.lead,
        seen.channel(SOCIAL),
    )


def open_one(seen: Seen) -> Words:
    if fills_the_form(seen):
        text: tuple[str, ...] = (
            "The form asks for very little. Give it a title, for instance `Courier video`, and choose the playbook "
            "*Social media backlash, our fault*: it brings the checklist.",
            "Then press *Open*.",
        )
    else:
        text = (
            "From the first minute on there should be one place for it, and one person who leads.",
            "Point at Ben's message, click *⋯* at its right edge and choose *Open a crisis*. "
            "Typing `/crisis` below and pressing Enter does the same.",
        )
    return Words("Open a crisis", text, seen.lead)


def enter(seen: Seen) -> Words:
    channel = crisis_of(seen).channel
    form = "Close the form, then click" if seen.lead.form else "Click"
    return Words(
        "Go to its channel",
        (
            "The crisis has a channel of its own, and everybody can read in #announcements that it exists.",
            f"{form} *{channel.name}* at the left.",
        ),
        seen.lead,
        channel,
    )


def invite(seen: Seen) -> Words:
    helper = seen.helper
    return Words(
        "Bring somebody in",
        (
            "Two messages are pinned here. The summary says who leads and when the next update is due; "
            "the checklist says what to do, and by when.",
            f"Nobody should do this alone. Type `/crisis role comms @{helper.name}` and press Enter: "
            f"{first_name(helper)} takes care of the words from now on.",
        ),
        seen.lead,
        crisis_of(seen).channel,
    )


def claim(seen: Seen) -> Words:
    return Words(
        "Claim a step",
        (
            "A cheerful post that goes out by itself makes it all worse, so that comes first.",
            f"A little further down, on the checklist, find step {_named(seen)} and press *Claim* below it. "
            "Now everybody sees whose it is.",
        ),
        seen.helper,
        crisis_of(seen).channel,
    )


def finish(seen: Seen) -> Words:
    if seen.form(seen.helper).startswith("Finish step"):
        text: tuple[str, ...] = (
            "Something is paused when somebody can say what, so the form asks for it. "
            "Type `All channels and ads, by me` and press *Done*.",
        )
    else:
        text = (
            "The posts are paused. Press *Done* below the same step, and nobody has to ask about it again.",
        )
    return Words("Finish it", text, seen.helper, crisis_of(seen).channel)


def _named(seen: Seen) -> str:
    """Number and title of that step, in bold."""
    return f"*{rows(seen)[0].splitlines()[0].removesuffix(' [Reopen]')}*"


def ping(seen: Seen) -> Words:
    title = "A step is missed"
    if not seen.pings:
        return Words(
            title,
            (
                "In a crisis something is always forgotten. Nobody has named a deputy yet, and that is due soon.",
                "Press the button and see who is reminded.",
            ),
            seen.lead,
            button=TIME,
        )
    ping = seen.pings[-1]
    is_direct = ping.channel.is_im
    where = "in a direct message" if is_direct else "in the channel"
    name = "crisis-bot" if is_direct else ping.channel.name
    return Words(
        title,
        (
            f"The bot reminds the one person who answers for the step, {where}, and leaves the others in peace.",
            f"Click *{name}* at the left, read the message, and press *On it* below it.",
        ),
        ping.person,
        ping.channel,
    )


def update(seen: Seen) -> Words:
    channel = crisis_of(seen).channel
    return Words(
        "Tell everybody",
        (
            "People fill silence with guesses. One update goes to this team and to #announcements, "
            "and sets the time of the next one.",
            f"In *{channel.name}*, type `/crisis update We have seen the video and are calling the customer.`",
        ),
        seen.lead,
        channel,
    )


def resolve(seen: Seen) -> Words:
    channel = crisis_of(seen).channel
    return Words(
        "It calms down",
        (
            "The customer has an apology and a new parcel, and the anger fades. "
            "Had it become worse, `/crisis sev 1` would have made every deadline shorter.",
            f"In *{channel.name}*, type `/crisis resolve`: the reminders stop, and the bot only asks once a day "
            "whether all is quiet.",
        ),
        seen.lead,
        channel,
    )


def close(seen: Seen) -> Words:
    channel = crisis_of(seen).channel
    writing = next((p for p in seen.inside(seen.crisis) if seen.form(p) == "Close the crisis"), None)
    if writing is None:
        text: tuple[str, ...] = (
            "What you know tonight is forgotten by next month, unless it is written down while it is fresh.",
            f"In *{channel.name}*, type `/crisis close`.",
        )
    else:
        day = seen.now.astimezone(ZoneInfo(writing.user.tz)) + timedelta(days=14)
        text = (
            "Summary: `We apologised and replaced the parcel.`",
            "Lessons: `Keep one list of who can pause posts.`",
            f"Action items: `Write that list @{seen.helper.name} by {day:%Y-%m-%d}`",
            "The rest may stay empty. Press *Close*.",
        )
    return Words("Keep what was learned", text, writing or seen.lead, channel)


def again(seen: Seen) -> Words:
    return Words(
        "It happens again",
        (
            "The crisis is closed, and its lessons are told in #announcements. "
            "Then somebody films the next courier.",
            "Anywhere, type `/crisis open backlash Another courier video`: this time in one line, without the form.",
        ),
        seen.lead,
    )


def learned(seen: Seen) -> Words:
    crisis = seen.second
    assert crisis is not None  # noqa: S101 -- or the story had not come this far
    if crisis.learned_ts:
        text: tuple[str, ...] = (
            "The lessons of the first crisis, and the work nobody has done yet, are waiting in the new channel.",
            f"Click *{crisis.channel.name}* at the left and read *What we learned last time*, below the checklist.",
        )
    else:
        text = (
            "The new crisis does not resemble the first one, so there is nothing to tell in it.",
            "Open one that does: type `/crisis open backlash Another courier video`.",
        )
    return Words("Nothing is learned twice", text, seen.lead, crisis.channel)
