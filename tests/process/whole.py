"""What a whole crisis is, seen from Slack and from the database: everything there, everything once, nothing left over."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields

from bot.domain.model import STEP, Incident, Ping
from bot.domain.timeline import Entry
from bot.simulator import Channel, Slack
from bot.slack.drawing import topic
from bot.slack.phrases import STATUS_WORDS
from bot.store.sqlite import SqliteStore
from tests.process.killing import World, name_of

Pings = list[tuple[Ping, str]]
"""Each with the slot of the message it stands in."""


async def whole(world: World, number: int) -> Counter[str]:
    """The crisis is whole. The kinds of entries on its timeline, and how often each stands there."""
    store = await SqliteStore.open(world.place.folder / "crisis.db", exclusive=False, read_only=True)
    try:
        incident, entries = await store.crisis(number), await store.timeline(number)
        assert incident is not None
        pings = [(p, (await store.sharing(number, f"ping:{p.id}"))[0][1]) for p in incident.pings]
    finally:
        await store.close()
    kinds = Counter(type(entry).__name__ for entry in entries)
    channel = _its_one_channel(world.place.slack, incident)
    _everyone_is_in(world, channel)
    _all_messages_stand_once(world.place.slack, incident, pings, channel)
    _what_is_shown_is_so(world, incident, pings, channel)
    _told_once(incident, entries, kinds)
    assert world.left() == []
    assert "Traceback" not in world.serving.log(), world.serving.log()
    return kinds


def _its_one_channel(slack: Slack, incident: Incident) -> Channel:
    start = f"crisis-{incident.number}-"
    made = [c for c in slack.team.channels.values() if c.name.startswith(start)]
    assert incident.channel is not None
    assert [c.id for c in made] == [incident.channel.id], "one channel, and the crisis knows it"
    assert not incident.channel_lost
    assert not incident.earlier_channels
    return made[0]


def _everyone_is_in(world: World, channel: Channel) -> None:
    people = {world.place.ana.id, world.place.ben.id, world.cleo.id}
    assert set(channel.members) == people | {world.place.slack.bot_user_id}


def _all_messages_stand_once(slack: Slack, incident: Incident, pings: Pings, channel: Channel) -> None:
    """Each by its name, in its place; no other that carries the number of this crisis stands anywhere."""
    there: Counter[tuple[str, str]] = Counter()
    for place in slack.team.channels.values():
        for message in place.messages.values():
            number, _, slot = name_of(message.metadata).partition("/")
            if number == str(incident.number) and not message.deleted:
                anywhere = slot.startswith("notice:")  # to the channel or to a person
                there["" if anywhere else _place(place, channel), slot] += 1
    twice = [name for name, count in there.items() if count > 1]
    assert not twice, f"seen twice: {twice}"
    unsure = {("channel", "learned")}  # shown only when there is something to learn from
    # Nobody needs a ping any more that was answered before it was there.
    unsure |= {(_asked(slack, p), slot) for p, slot in pings if p.answer}
    must = {("channel", "summary"), ("channel", "checklist"), ("#announcements", "announcement")}
    must |= {(_asked(slack, p), slot) for p, slot in pings if not p.answer}
    for update in incident.updates:
        must |= {("channel", f"update:{update.number}"), ("#announcements", f"thread:{update.number}")}
    if incident.retrospective:
        must |= {("channel", "lessons"), ("#announcements", "lessons-announced")}
    must |= {("", f"notice:{number}") for number in range(1, incident.notices + 1)}
    assert must <= set(there), f"lost: {must - set(there)}"
    assert set(there) <= must | unsure, f"too much: {set(there) - must - unsure}"


def _place(place: Channel, own: Channel) -> str:
    if place is own:
        return "channel"
    return f"#{place.name}" if place.name else "@" + "+".join(sorted(place.members))


def _asked(slack: Slack, ping: Ping) -> str:
    return "channel" if ping.in_channel else "@" + "+".join(sorted((ping.person, slack.bot_user_id)))


def _what_is_shown_is_so(world: World, incident: Incident, pings: Pings, channel: Channel) -> None:
    """Cards, pins, topic and archive say what the database says."""
    ana = world.place.ana
    summary, checklist, announcement = (
        world.message(ana, f"{incident.number}/{slot}") for slot in ("summary", "checklist", "announcement")
    )
    assert set(channel.pins) == {summary.ts, checklist.ts}
    state = f"{incident.severity.label}, {STATUS_WORDS[incident.status]}"
    assert state in summary.text
    assert f"Checklist {incident.progress}" in checklist.text
    assert incident.severity.label in announcement.text
    assert STATUS_WORDS[incident.status] in announcement.text
    assert channel.topic.value == topic(incident)
    for step in incident.steps:
        if step.owner:
            row = next(part for part in checklist.text.split(f"\n{step.number}. ")[1:])
            assert f"@{world.place.slack.people[step.owner].name}" in row.split("\n\n")[0]
    for ping, slot in pings:
        if ping.answer is None:
            person = world.place.slack.people[ping.person]
            buttons = world.message(person, f"{incident.number}/{slot}").buttons
            assert "On it" in buttons if ping.about == STEP else buttons
    if incident.updates:
        assert incident.updates[-1].text in announcement.text
    assert channel.archived == incident.archived_by_us == incident.is_over


def _told_once(incident: Incident, entries: list[Entry], kinds: Counter[str]) -> None:
    """The timeline and the state tell the same story, and no part of it comes twice."""
    said = Counter(
        (type(e).__name__, *(str(getattr(e, f.name)) for f in fields(e) if f.name != "at")) for e in entries
    )
    assert [what for what, count in said.items() if count > 1] == []
    assert kinds["CrisisOpened"] == kinds["ChannelOpened"] == 1
    assert kinds["ChannelArchived"] == incident.archived_by_us
    assert kinds["OwnerPinged"] + kinds["PingClimbed"] == sum(p.about == STEP for p in incident.pings)
    questions = {(p.about, p.of, p.at) for p in incident.pings if p.about != STEP}
    assert kinds["Reminded"] == len(questions)
    assert kinds["UpdatePosted"] == len(incident.updates)
    assert kinds["StepDone"] + kinds["StepSkipped"] == incident.finished_count
    assert not kinds["ChannelLost"]
    assert not kinds["SlackRefused"]
