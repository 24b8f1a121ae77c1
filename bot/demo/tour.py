"""The five-minute crisis: its steps, when each is done, and what the guide says at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.demo.seen import Crisis, Seen, Stage
from bot.demo.stage import SOCIAL, VIDEO
from bot.simulator import Channel, Person

PAUSE = "Pause scheduled posts"
"""The step of the checklist that the tour claims and finishes."""
OPENING = "Open a crisis"
"""The title of the form."""
TIME = ("time", "Let time pass")


@dataclass(frozen=True)
class Words:
    """What the guide says at a step, to whom, where to look, and a button that helps (id, label)."""

    title: str
    text: tuple[str, ...]
    to: Person
    where: Channel | None = None
    button: tuple[str, str] | None = None


@dataclass(frozen=True)
class Step:
    """Belongs to one stage of the story: passed when `done` there, or when the story has gone beyond it."""

    stage: Stage
    says: Callable[[Seen], Words]
    done: Callable[[Seen], bool] = lambda _: False

    def is_passed(self, seen: Seen) -> bool:
        return seen.stage > self.stage or (seen.stage == self.stage and self.done(seen))


def first_name(person: Person) -> str:
    return person.user.real_name.split()[0]


def due_step(seen: Seen) -> Step | None:
    """The first step not passed yet; None when the story is told."""
    return next((step for step in STEPS if not step.is_passed(seen)), None)


def passed(seen: Seen) -> int:
    return sum(step.is_passed(seen) for step in STEPS)


# -- before the crisis ---------------------------------------------------------------------------------------


def _read(seen: Seen) -> Words:
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


def _has_read_the_news(seen: Seen) -> bool:
    social = seen.channel(SOCIAL)
    return _fills_the_form(seen) or seen.is_read(social, seen.last_said(social, VIDEO))


def _fills_the_form(seen: Seen) -> bool:
    return seen.form(seen.lead) == OPENING


def _open(seen: Seen) -> Words:
    if _fills_the_form(seen):
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


# -- while it is active --------------------------------------------------------------------------------------


def _crisis(seen: Seen) -> Crisis:
    assert seen.crisis is not None  # noqa: S101 -- every stage after the first has one
    return seen.crisis


def _enter(seen: Seen) -> Words:
    channel = _crisis(seen).channel
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


def _has_entered(seen: Seen) -> bool:
    crisis = _crisis(seen)
    return seen.is_read(crisis.channel, crisis.checklist_ts)


def _invite(seen: Seen) -> Words:
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
        _crisis(seen).channel,
    )


def _has_company(seen: Seen) -> bool:
    return len(seen.inside(seen.crisis)) > 1


def _claim(seen: Seen) -> Words:
    return Words(
        "Claim a step",
        (
            "A cheerful post that goes out by itself makes it all worse, so that comes first.",
            f"A little further down, on the checklist, find step {_named(seen)} and press *Claim* below it. "
            "Now everybody sees whose it is.",
        ),
        seen.helper,
        _crisis(seen).channel,
    )


def _is_claimed(seen: Seen) -> bool:
    return any(" · @" in row or _is_done(row) for row in _rows(seen))


def _finish(seen: Seen) -> Words:
    if seen.form(seen.helper).startswith("Finish step"):
        text: tuple[str, ...] = (
            "Something is paused when somebody can say what, so the form asks for it. "
            "Type `All channels and ads, by me` and press *Done*.",
        )
    else:
        text = (
            "The posts are paused. Press *Done* below the same step, and nobody has to ask about it again.",
        )
    return Words("Finish it", text, seen.helper, _crisis(seen).channel)


def _is_finished(seen: Seen) -> bool:
    return any(_is_done(row) for row in _rows(seen))


def _rows(seen: Seen) -> list[str]:
    """The rows of the step the tour is about; all of them on a checklist without it."""
    rows = list(_crisis(seen).rows)
    return [row for row in rows if PAUSE in row] or rows


def _is_done(row: str) -> bool:
    return "\nDone" in row or "\nSkipped" in row


def _named(seen: Seen) -> str:
    """Number and title of that step, in bold."""
    return f"*{_rows(seen)[0].splitlines()[0].removesuffix(' [Reopen]')}*"


def _ping(seen: Seen) -> Words:
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


def _is_answered(seen: Seen) -> bool:
    """True too when nothing is left that could be missed."""
    nothing_left = all(_is_done(row) for row in _crisis(seen).rows)
    return nothing_left or any(ping.is_answered for ping in seen.pings)


def _update(seen: Seen) -> Words:
    channel = _crisis(seen).channel
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


def _resolve(seen: Seen) -> Words:
    channel = _crisis(seen).channel
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


# -- afterwards ----------------------------------------------------------------------------------------------


def _close(seen: Seen) -> Words:
    channel = _crisis(seen).channel
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


def _again(seen: Seen) -> Words:
    return Words(
        "It happens again",
        (
            "The crisis is closed, and its lessons are told in #announcements. "
            "Then somebody films the next courier.",
            "Anywhere, type `/crisis open backlash Another courier video`: this time in one line, without the form.",
        ),
        seen.lead,
    )


def _learned(seen: Seen) -> Words:
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


def _has_read_the_lessons(seen: Seen) -> bool:
    return seen.second is not None and seen.is_read(seen.second.channel, seen.second.learned_ts)


STEPS: tuple[Step, ...] = (
    Step(Stage.BEFORE, _read, _has_read_the_news),
    Step(Stage.BEFORE, _open),
    Step(Stage.ACTIVE, _enter, _has_entered),
    Step(Stage.ACTIVE, _invite, _has_company),
    Step(Stage.ACTIVE, _claim, _is_claimed),
    Step(Stage.ACTIVE, _finish, _is_finished),
    Step(Stage.ACTIVE, _ping, _is_answered),
    Step(Stage.ACTIVE, _update, lambda seen: _crisis(seen).has_update),
    Step(Stage.ACTIVE, _resolve),
    Step(Stage.RESOLVED, _close),
    Step(Stage.CLOSED, _again),
    Step(Stage.AGAIN, _learned, _has_read_the_lessons),
)
