"""Reminders that do not get through: who is told, on a path that works, so that people can be reached another way."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.decision import Decision, nothing_changed
from bot.domain.effects import Effect, Notice, ShowCheck, ShowPing
from bot.domain.model import Incident, Status, Told
from bot.domain.timeline import ReminderLate
from bot.domain.words import listed, mention, moment, one_line, safe, shortened

QUIET = timedelta(minutes=10)
"""From one word about late reminders of a crisis to the next."""
LINES_MAX = 8
"""People with a line of their own in it; the others are named together."""
STEPS_MAX = 3
"""Steps told of for each of them."""
TITLE_MAX_CHARS = 80

THE_CHANNEL = ""
"""Stands for the crisis channel where otherwise a person does."""


@dataclass(frozen=True, slots=True)
class Late:
    """Something people should have heard of and did not."""

    crisis: int
    since: datetime
    effect: Effect | None = None
    """The order that waits; None: what is due in the crisis was not even ordered."""

    @property
    def path(self) -> str:
        """Whose direct messages it waits for, or `THE_CHANNEL`."""
        return getattr(self.effect, "person", None) or THE_CHANNEL


def tell_of_late(
    incident: Incident, *, late: Sequence[Late], stuck: Collection[str], now: datetime
) -> Decision:
    """Whoever can be reached was told of these orders that wait: the lead, else the channel, else who stands in.

    `stuck`: the paths on which something waits, other crises' included. Once for each order, unless the word itself is stuck,
    and not more often than every `QUIET`; what is held back is told with the next one. Nobody can be told: nothing changes.
    """
    lately = any(timedelta(0) <= now - told.at < QUIET for told in incident.unreached.values())
    news = [one for one in late if _is_news(incident, one.effect, stuck)]
    to = next((path for path in _paths(incident) if path not in stuck), None)
    if incident.is_over or lately or not news or to is None:
        return nothing_changed(incident)
    keys = {one.effect.key: Told(to, now) for one in news if one.effect}
    changed = replace(incident, unreached={**incident.unreached, **keys})
    waiting = _by_path(news)
    entry = ReminderLate(now, "", tuple(waiting), now - min(one.since for one in news), to)
    return Decision(changed, (entry,)).noticing(_words(incident, waiting, now), person=to or None)


def _is_news(incident: Incident, effect: Effect | None, stuck: Collection[str]) -> bool:
    """Nobody was told of it, or the word itself may be stuck; and somebody still waits for it."""
    told = incident.unreached.get(effect.key) if effect else None
    if effect is None or (told is not None and told.to not in stuck):
        return False
    if isinstance(effect, ShowPing):
        return any(ping.answer is None for ping in incident.pings if ping.id == effect.ping)
    return not isinstance(effect, ShowCheck) or incident.status is Status.RESOLVED


def _paths(incident: Incident) -> Iterator[str]:
    """Where the crisis can be told of, the best way first; what is said in a private one stays with those in it."""

    def may_hear(person: str | None) -> bool:
        return person is not None and (not incident.private or person in incident.members)

    yield from filter(may_hear, [incident.lead or incident.opened_by])
    if incident.channel and not (incident.channel_lost or incident.archived_by_us):
        yield THE_CHANNEL
    yield from filter(may_hear, [incident.deputy("lead"), incident.opened_by])


def _by_path(late: Sequence[Late]) -> dict[str, list[Late]]:
    found: dict[str, list[Late]] = {}
    for one in late:
        found.setdefault(one.path, []).append(one)
    return found


def _words(incident: Incident, waiting: dict[str, list[Late]], now: datetime) -> str:
    whom = {path: mention(path) if path else "the crisis channel" for path in waiting}
    lines = [
        f"• {whom[path]}, since {moment(min(one.since for one in late), now)}: {_about(incident, late)}"
        for path, late in list(waiting.items())[:LINES_MAX]
    ]
    if others := list(whom.values())[LINES_MAX:]:
        lines.append(f"• {listed(others)}")
    return "\n".join(
        [
            f"Crisis {incident.number}: these reminders do not get through.",
            *lines,
            "I keep trying. Please reach them another way, or give their steps to somebody else.",
        ]
    )


def _about(incident: Incident, late: Sequence[Late]) -> str:
    """What they were to be told, in short."""
    said = list(dict.fromkeys(text for one in late for text in _subjects(incident, one.effect)))
    more = len(said) - STEPS_MAX
    return listed([*said[:STEPS_MAX], *([f"{more} more"] if more > 0 else [])])


def _subjects(incident: Incident, effect: Effect | None) -> list[str]:
    match effect:
        case ShowPing():
            asked = (p.step_key for p in incident.pings if p.id == effect.ping and p.answer is None)
            steps = [incident.step(key) for key in asked]
            return [
                f"step {s.number} ({safe(shortened(one_line(s.title), TITLE_MAX_CHARS))})"
                if s
                else "a question"
                for s in steps
            ]
        case ShowCheck():
            return ["the daily check"]
        case Notice():
            return ["a message"]
        case _:
            return ["a reminder"]
