"""What must be true of a crisis however Slack failed: decided as decided, nothing twice, nothing lost without a word.

The one place for it: a `Picture` is everything there is of a crisis, and `missing` names what another picture of the same
history has and this one lacks, unless the timeline says that it was given up.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.model import Incident, StepState
from bot.domain.timeline import (
    ChannelArchived,
    ChannelBack,
    ChannelLost,
    ChannelOpened,
    Entry,
    Noted,
    SlackRefused,
)
from bot.simulator import Channel, Slack, VisibleMessage
from bot.simulator.state import Message
from bot.slack.answers import SENTENCES
from tests.histories.afterwards import crisis
from tests.histories.conftest import Town
from tests.histories.once import ping_names, twice

OF_SLACK = (ChannelOpened, ChannelLost, ChannelBack, ChannelArchived, SlackRefused)
"""Entries that tell what Slack did; all others tell what people decided, or what fell due."""
THE_CHANNEL = "the channel"
LOST = {
    "archived": "The channel of crisis {} was archived",
    "removed": "I was removed from the channel of crisis {}",
}
OF_LOST = {SENTENCES[name] for name in ("is_archived", "is_inactive", "channel_not_found", "not_in_channel")}
"""Why a single message would be given up, where the channel as a whole is lost."""
_NOT_DONE = {
    "summary": "show the summary card",
    "checklist": "show the checklist",
    "announcement": "announce this crisis",
    "thread": "post in the announcement channel",
    "lessons-announced": "post in the announcement channel",
    "update": "post the update",
}
"""How it is said that a message was given up, by its slot; see `_excused` for the others."""
_WHEN = re.compile(r"<!date[^>]*>|\b\d+ (minute|hour|second)s? late")


@dataclass(frozen=True)
class Picture:
    """Everything there is of a crisis."""

    decided: Counter[str]
    steps: tuple[tuple[object, ...], ...]
    state: tuple[object, ...]
    asked: tuple[tuple[str, str, str | None], ...]
    """What each ping is about, who is asked, and how it was answered."""
    shown: Counter[tuple[str, str]]
    """Place and slot of each message; of a sentence said once: place and words."""
    members: frozenset[str]
    pinned: frozenset[str]
    topic: str
    archived: bool
    refused: Counter[tuple[str, str]]
    """What was given up, and why."""
    lost: Counter[str]

    @property
    def excuses(self) -> set[str]:
        return {what for what, _ in self.refused}


async def picture(town: Town, number: int = 1) -> Picture:
    """The crisis as the store and Slack hold it now."""
    incident = await crisis(town, number)
    entries = await town.app.store.timeline(number)
    channel = town.slack.channel(incident.channel.id) if incident.channel else None
    bot = town.slack.bot_user_id
    return Picture(
        decided=Counter(_told(e, incident) for e in entries if not isinstance(e, OF_SLACK)),
        steps=tuple(
            (s.number, s.title, s.state, s.owner, s.proof, s.skip_reason, *(n.text for n in s.notes))
            for s in incident.steps
        ),
        state=(
            incident.status,
            incident.severity,
            incident.roles,
            tuple(u.text for u in incident.updates),
            incident.retrospective.lessons if incident.retrospective else None,
        ),
        asked=tuple((p.about, p.person, p.answer.what if p.answer else None) for p in incident.pings),
        shown=Counter(_shown(town.slack, incident)),
        members=frozenset(channel.members) - {bot} if channel else frozenset(),
        pinned=frozenset(_slot(channel.messages[ts]) for ts in channel.pins) if channel else frozenset(),
        topic=channel.topic.value if channel else "",
        archived=channel.archived if channel else False,
        refused=Counter((e.what, e.why) for e in entries if isinstance(e, SlackRefused)),
        lost=Counter(e.why for e in entries if isinstance(e, ChannelLost)),
    )


def missing(now: Picture, good: Picture) -> list[str]:
    """What the same history on a good day has, this one lacks, and nobody was told of."""
    no_channel = "create the channel" in now.excuses
    if no_channel:
        now, good = _without_roles_asked(now), _without_roles_asked(good)
    names = ("decided", "steps", "state", "asked")
    facts = [(name, getattr(now, name), getattr(good, name)) for name in names]
    lacking = [f"{name}: {_apart(is_, should_be)}" for name, is_, should_be in facts if is_ != should_be]
    if no_channel:
        return lacking  # everything comes with the channel
    places = [(p, s) for p, s in good.shown - now.shown if not now.lost or p != THE_CHANNEL]
    lacking += [f"{place}: {slot}" for place, slot in places if not _excused(now, place, slot)]
    if now.lost:
        return lacking
    invited = " ".join(what for what in now.excuses if what.startswith("invite "))
    lacking += [f"{person} is not in" for person in good.members - now.members if person not in invited]
    for slot in good.pinned - now.pinned:
        if not now.excuses & {f"pin the {slot}", _NOT_DONE[slot]}:
            lacking.append(f"{slot} is not pinned")
    if now.topic != good.topic and "set the topic of the channel" not in now.excuses:
        lacking.append(f"the topic is {now.topic!r}")
    if now.archived != good.archived and "archive the channel" not in now.excuses:
        lacking.append("the channel is not archived")
    return lacking


def _without_roles_asked(picture: Picture) -> Picture:
    """Who holds a role, or should name people, is asked when there is a channel to send them to."""
    decided = {t: n for t, n in picture.decided.items() if not re.search("reminde[dr] of (being|roles)", t)}
    asked = tuple(ping for ping in picture.asked if ping[0] not in ("role", "vacant"))
    return replace(picture, decided=Counter(decided), asked=asked)


def _apart(now: Any, good: Any) -> str:
    """Where two tallies or tuples differ."""
    if isinstance(now, Counter):
        return f"without {list(good - now)}, with {list(now - good)}"
    return (
        "; ".join(f"{n} is not {g}" for n, g in zip(now, good, strict=False) if n != g)
        or f"{now} is not {good}"
    )


def unexplained(town: Town, incident: Incident, now: Picture) -> list[str]:
    """What was given up without exactly one entry and one word, and what stands somewhere twice."""
    wrong = [f"twice: {name}" for name in twice(town.slack)]
    wrong += [f"{n} entries: {what}: {why}" for (what, why), n in now.refused.items() if n > 1]
    said = [m.body.get("text", "") for m in _everything_said(town.slack)]
    on_screens = [_plain(text) for text in (*said, *_on_forms(town))]
    # The word itself is a message, which Slack may refuse; then that is what stands on the timeline.
    word_was_lost = f"write to <@{incident.lead}>" in now.excuses
    for what, why in now.refused:
        word = _plain(
            f"its channel could not be made. {why}"
            if what == "create the channel"
            else f"Crisis {incident.number}: I could not {what}. {why}"
        )
        told = sum(word in text for text in on_screens)
        if told != 1 and not (told == 0 and word_was_lost):
            wrong.append(f"told {told} times: {what}: {why}")
    if now.lost and (more := {why for what, why in now.refused if what == "post in the channel"} & OF_LOST):
        wrong.append(f"besides that the channel is lost: {more}")
    for why, n in now.lost.items():
        told = sum(LOST[why].format(incident.number) in text for text in on_screens)
        if told != n and not incident.is_over and not (told == 0 and word_was_lost):
            wrong.append(f"told {told} times: the channel was {why}")
    return wrong


def stale(town: Town, incident: Incident, now: Picture) -> list[str]:
    """The cards in the crisis channel that show something else than the state."""
    if incident.channel is None or incident.channel_lost or incident.archived_by_us:
        return []
    channel = town.slack.channel(incident.channel.id)
    cards = {_slot(m): m for m in channel.messages.values() if not m.deleted and m.metadata}
    wrong = []
    if "checklist" in cards and _NOT_DONE["checklist"] not in now.excuses:
        wrong += _wrong_rows(town, incident, _text(town, channel, cards["checklist"]))
    if "summary" in cards and _NOT_DONE["summary"] not in now.excuses:
        text = _text(town, channel, cards["summary"])
        if f"{incident.severity.label}, {incident.status}" not in text:
            wrong.append(f"the summary says: {text.splitlines()[1]}")
    return wrong


def _wrong_rows(town: Town, incident: Incident, text: str) -> list[str]:
    rows = {int(row.partition(".")[0]): row for row in re.split(r"\n(?=\d+\. )", text)[1:]}
    wrong = []
    for step in incident.steps:
        by = step.owner if step.is_open else step.finished_by
        name = f"@{town.slack.people[by].name}" if by else ""
        words = {
            StepState.OPEN: ("Open", "Overdue", "Left open"),
            StepState.DONE: ("Done",),
            StepState.SKIPPED: ("Skipped",),
        }
        row = rows.get(step.number, "")
        if not any(word in row for word in words[step.state]) or name not in row:
            wrong.append(
                f"step {step.number} is {step.state} by {name or 'nobody'}, and its row says: {row!r}"
            )
    return wrong


def _shown(slack: Slack, incident: Incident) -> Iterator[tuple[str, str]]:
    number = f"{incident.number}/"
    for channel in slack.team.channels.values():
        for message in channel.messages.values():
            if message.deleted or not message.metadata or not _name(message).startswith(number):
                continue
            slot, words = _slot(message), _neutral(str(message.body.get("text", "")), incident)
            if not slot.startswith("notice:"):
                yield _place(slack, channel, incident), slot
            elif not _is_about_trouble(words):
                yield _place(slack, channel, incident), words


def _told(entry: Entry, incident: Incident) -> str:
    """The entry in words; of a pinned message that it was pinned, as Slack may not let its words be read."""
    if isinstance(entry, Noted) and entry.message_ts:
        return f"{entry.by} pinned a message"
    return _neutral(entry.told(str), incident)


def _excused(now: Picture, place: str, slot: str) -> bool:
    kind = slot.partition(":")[0]
    if kind == "thread" and _NOT_DONE["announcement"] in now.excuses:
        return True  # there is nothing to post it under
    verb = "remind" if kind == "ping" else "write to"
    what = _NOT_DONE.get(kind, f"{verb} <{place}>" if place.startswith("@") else "post in the channel")
    return what in now.excuses


def _is_about_trouble(words: str) -> bool:
    return "I could not " in words or any(start.partition("{}")[0] in words for start in LOST.values())


def _place(slack: Slack, channel: Channel, incident: Incident) -> str:
    ours = [c.id for c in (*incident.earlier_channels, incident.channel) if c]
    if channel.id in ours:
        return THE_CHANNEL
    return (
        f"#{channel.name}" if channel.name else "@" + "".join(m for m in channel.members if m in slack.people)
    )


def _neutral(text: str, incident: Incident) -> str:
    """The text without the name of the channel and without times, which depend on how long Slack took."""
    for channel in (*incident.earlier_channels, incident.channel):
        if channel:
            text = text.replace(channel.id, THE_CHANNEL).replace(channel.name, THE_CHANNEL)
    return _WHEN.sub("", text)


def _everything_said(slack: Slack) -> Iterator[Message]:
    for channel in slack.team.channels.values():
        yield from (m for m in channel.messages.values() if m.user_id == slack.bot_user_id and not m.deleted)
        yield from channel.ephemerals


def _on_forms(town: Town) -> list[str]:
    return [person.form.text for person in town.slack.people.values() if person.form is not None]


def _plain(text: str) -> str:
    return " ".join(text.replace("`", "").replace("*", "").split())


def _text(town: Town, channel: Channel, message: Message) -> str:
    return VisibleMessage(message, channel, town.ana.screen).text


def _name(message: Message) -> str:
    return str((message.metadata or {})["event_payload"]["name"]).partition("/")[2]


def _slot(message: Message) -> str:
    return _name(message).partition("/")[2]


async def not_kept(
    town: Town, promised: Mapping[str, int], hoped: Collection[str], number: int = 1
) -> list[str]:
    """What was acknowledged and is not on the timeline exactly so often; what was not, and is there more than once."""
    entries = await town.app.store.timeline(number)
    told = [f"{e.told(str)} {e.message_ts if isinstance(e, Noted) else ''}" for e in entries]
    times = {said: sum(said in text for text in told) for said in (*promised, *hoped)}
    wrong = [f"{times[said]} times: {said}" for said, n in promised.items() if times[said] != n]
    return wrong + [f"{times[said]} times: {said}" for said in hoped if times[said] > 1]


async def not_shown(town: Town, incident: Incident, now: Picture) -> list[str]:
    """What the state says should stand somewhere, does not, and nobody was told of."""
    wanted = [(THE_CHANNEL, "summary"), (THE_CHANNEL, "checklist"), ("#announcements", "announcement")]
    told = range(1, len(incident.updates) + 1)
    wanted += [(THE_CHANNEL, f"update:{n}") for n in told] + [("#announcements", f"thread:{n}") for n in told]
    there, names = {slot for _, slot in now.shown}, await ping_names(town, incident)
    wrong = [
        f"{place}: {slot}" for place, slot in wanted if slot not in there and not _excused(now, place, slot)
    ]
    for ping in incident.pings:
        place = THE_CHANNEL if ping.in_channel else f"@{ping.person}"
        slot = names[ping.id].partition("/")[2]
        if slot not in there and ping.answer is None and not _excused(now, place, slot):
            wrong.append(f"{place}: {slot}")
    if now.lost or "create the channel" in now.excuses:
        wrong = [one for one in wrong if not one.startswith((THE_CHANNEL, "#"))]
    invited = " ".join(what for what in now.excuses if what.startswith("invite "))
    out = incident.members - now.members if not now.lost else frozenset()
    return wrong + [f"{person} is not in" for person in out if person not in invited]
