"""A message that asks people for one late step, or for several."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain import reach
from bot.domain.model import Answer, Incident, Ping, Step
from bot.domain.words import at_time, in_channel, late_by, listed, mention, moment, on_day
from bot.slack import phrases
from bot.slack.blocks import Block, Message, actions, button, context, cut, section
from bot.slack.controls import Controls, Place, Target
from bot.slack.fitting import compose

GUIDE_MAX_CHARS = 1200


def ping(incident: Incident, pings: Sequence[Ping], controls: Controls, *, now: datetime) -> Message:
    """What is asked of whom, with the buttons to answer; once answered, who answered what. Several steps: one after another."""
    if len(pings) == 1:
        return compose(_sentence(incident, pings[0], now), _drawn(incident, pings[0], controls, now))
    heading = f"{len(pings)} steps of {_crisis(incident)} wait for {_names(pings[0]) if pings[0].in_channel else 'you'}."
    text = " ".join([heading, *(_sentence(incident, one, now) for one in pings)])
    blocks = [section(f"*{heading}*")]
    for one in pings:
        blocks += _drawn(incident, one, controls, now, with_help=False)
    return compose(text, blocks)


def _sentence(incident: Incident, ping: Ping, now: datetime) -> str:
    """The ping as it is read aloud."""
    spoken = f"{_called(incident, ping, now)}{_spoken(incident, ping, incident.step(ping.step_key), now)}"
    return spoken if ping.answer is None else f"{spoken} {_answered(ping.answer)}."


def _drawn(
    incident: Incident, ping: Ping, controls: Controls, now: datetime, *, with_help: bool = True
) -> list[Block]:
    step = incident.step(ping.step_key)
    asked = section(f"{_called(incident, ping, now)}{_asked(incident, ping, step, now)}")
    if ping.answer is not None:
        return [asked, section(_answered(ping.answer))]
    with_help = with_help and ping.rung != reach.RUNG
    blocks = [asked, *(_help(ping, step) if with_help else []), *_proposal(incident, ping)]
    target = Target(incident.number, str(ping.id))
    drawn = [button(c, target) for c in controls.shown(Place.PING, incident, ping)]
    if drawn:
        blocks.append(actions(drawn, block_id=f"ping:{ping.id}"))
    return blocks


def _answered(answer: Answer) -> str:
    return f"Answered: {answer.what}, by {mention(answer.by)} at {at_time(answer.at)}"


def _names(ping: Ping) -> str:
    return listed(mention(person) for person in (ping.person, *ping.others))


def _called(incident: Incident, ping: Ping, now: datetime) -> str:
    """Who is asked by name, and why they of all people; "" for the owner, who is asked in person."""
    names = _names(ping)
    match ping.rung:
        case "owner":
            return f"{names}, this one has nobody yet.\n" if ping.in_channel else ""
        case "still":
            return "Are you still on it?\n"
        case reach.RUNG:
            return f"{_missing(incident, ping, now)}\n"
        case "deputy":
            return f"{names}, nobody has answered for this yet.\n"
        case "exec" if incident.holder("exec") != ping.person:
            return (
                f"{names}, nobody answers for this, and nobody is the executive here. You opened this crisis: "
                "`/crisis role lead` gives it to somebody who can act.\n"
            )
        case _:
            return f"{names}, nobody answers for this. Somebody has to take it now.\n"


def _missing(incident: Incident, ping: Ping, now: datetime) -> str:
    """Whom the step waits for in vain, who was told of it in vain, and who stands in."""
    said: list[str] = []
    for one in ping.missing:
        until = f" until {moment(one.until, now)}" if one.until else ""
        whom = mention(one.person) if said else f"This waits for {mention(one.person)}, who"
        word = f" (“{phrases.brief(one.word, 200)}”)" if one.word else ""
        said.append(f"{whom} is {one.why}{word}{until}.")
    if deputy := reach.deputy_for(incident, ping):
        said.append(f"{mention(deputy)} is the deputy.")
    if ping.in_channel:
        said.append("Anybody here can take it.")
    return " ".join(said)


def _proposal(incident: Incident, ping: Ping) -> list[Block]:
    """Too much is missed for the level the crisis has."""
    if ping.proposes is None or incident.severity <= ping.proposes:
        return []
    text = f"Steps are missed one after another. Should this crisis be {ping.proposes.label}?"
    return [section(text)]


def _asked(incident: Incident, ping: Ping, step: Step | None, now: datetime) -> str:
    place = f" in {in_channel(incident.channel.id)}" if incident.channel else ""
    # A private crisis goes by its number outside its channel: a locked screen shows the first words of a message.
    crisis = f"crisis {incident.number}{'' if incident.private else f': {phrases.title(incident)}'}{place}"
    if step is None:
        return f"A step of {crisis}"
    late = phrases.sentence(_lateness(ping, step, now))
    return f"*Step {step.number}: {phrases.brief(step.title, 800)}*\n{late} · {crisis}"


def _spoken(incident: Incident, ping: Ping, step: Step | None, now: datetime) -> str:
    """The same as one sentence."""
    crisis = _crisis(incident)
    if step is None:
        return f"A step of {crisis}."
    late = _lateness(ping, step, now)
    state = late if late.startswith("was") else f"is {late}"
    return f"Step {step.number} of {crisis}, {state}: {phrases.brief(step.title, 800)}."


def _crisis(incident: Incident) -> str:
    """A private crisis goes by its number alone: a locked screen shows the first words of a message."""
    return f"crisis {incident.number}{'' if incident.private else f', {phrases.title(incident)}'}"


def _lateness(ping: Ping, step: Step, now: datetime) -> str:
    if step.due_at is None:
        return "without a due time"
    if ping.answer is not None or not step.is_open:
        return f"was due {on_day(step.due_at)}"
    return late_by(step.due_at, now) if step.due_at <= now else f"due {moment(step.due_at, now)}"


def _help(ping: Ping, step: Step | None) -> list[Block]:
    """Who handed it over, what Done will ask for, and how it is done."""
    blocks = []
    if ping.handed_by:
        word = f": “{phrases.brief(ping.word, 1500)}”" if ping.word else "."
        blocks.append(section(f"{mention(ping.handed_by)} handed it over to you{word}"))
    if step and step.guide:
        guide = phrases.from_markdown(step.guide)
        blocks.append(section(cut(guide, GUIDE_MAX_CHARS)))
        if len(guide) > GUIDE_MAX_CHARS:
            blocks.append(context("How to do this, in the step's ⋯ menu on the checklist, shows the rest."))
    if step and step.proof_asked:
        blocks.append(context(f"Done asks for: {phrases.brief(step.proof_asked, 600)}"))
    return blocks
