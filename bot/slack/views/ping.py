"""A message that asks people for one late step, or for several, also of several crises."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain import reach
from bot.domain.model import STEP, Answer, Incident, Ping, Step
from bot.domain.words import in_channel, late_by, listed, mention, moment, on_day
from bot.slack import phrases
from bot.slack.blocks import Block, Message, actions, button, context, cut, section
from bot.slack.controls import Controls, Place, Target
from bot.slack.fitting import compose

GUIDE_MAX_CHARS = 1200
WHILE_AWAY = "While I was away, this became due."
TOGETHER_MAX = 8
"""Pings in one message: each takes up to four blocks, and Slack takes fifty."""


def ping(asked: Sequence[tuple[Incident, Ping]], controls: Controls, *, now: datetime) -> Message:
    """What is asked of whom, with the buttons to answer; once answered, who answered what. Several steps: one after another."""
    sentences = [_sentence(incident, one, now) for incident, one in asked]
    away = [WHILE_AWAY] if any(one.catching_up and one.answer is None for _, one in asked) else []
    if len(asked) == 1:
        blocks = [*(section(line) for line in away), *_drawn(*asked[0], controls, now)]
        return compose(" ".join([*away, *sentences]), blocks)
    heading = " ".join([*away, _heading(asked)])
    blocks = [section(f"*{heading}*")]
    for incident, one in asked:
        blocks += _drawn(incident, one, controls, now, with_help=False)
    return compose(" ".join([heading, *sentences]), blocks)


def _heading(asked: Sequence[tuple[Incident, Ping]]) -> str:
    """How many still wait, and for whom."""
    incident, first = asked[0]
    waiting = sum(one.answer is None for _, one in asked)
    if waiting == 0:
        return "All of this is answered."
    of_one = len({of.number for of, _ in asked}) == 1
    only_steps = of_one and all(one.about == STEP for _, one in asked)
    what = ("step" if only_steps else "thing") + ("" if waiting == 1 else "s")
    of = f" of {_crisis(incident)}" if of_one else ""
    whom = _names(first) if first.in_channel else "you"
    return f"{waiting} {what}{of} {'waits' if waiting == 1 else 'wait'} for {whom}."


def _sentence(incident: Incident, ping: Ping, now: datetime) -> str:
    """The ping as it is read aloud."""
    if ping.about != STEP:
        text = f"{' '.join(ping.text.replace('*', '').split())} {phrases.sentence(_crisis(incident))}."
        return text if ping.answer is None else f"{text} {_answered(ping.answer, ping.at)}."
    spoken = f"{_called(incident, ping, now)}{_spoken(incident, ping, incident.step(ping.step_key), now)}"
    return spoken if ping.answer is None else f"{spoken} {_answered(ping.answer, ping.at)}."


def _drawn(
    incident: Incident, ping: Ping, controls: Controls, now: datetime, *, with_help: bool = True
) -> list[Block]:
    step = incident.step(ping.step_key)
    asked = (
        _question(incident, ping)
        if ping.about != STEP
        else section(f"{_called(incident, ping, now)}{_asked(incident, ping, step, now)}")
    )
    if ping.answer is not None:
        return [asked, section(_answered(ping.answer, ping.at))]
    with_help = with_help and ping.rung != reach.RUNG
    blocks = [asked, *(_help(ping, step) if with_help else []), *_proposal(incident, ping)]
    target = Target(incident.number, str(ping.id))
    drawn = [button(c, target) for c in controls.shown(Place.PING, incident, ping)]
    if drawn:
        blocks.append(actions(drawn, block_id=f"ping:{incident.number}:{ping.id}"))
    return blocks


def _question(incident: Incident, ping: Ping) -> Block:
    """What a clock asks, and about which crisis."""
    place = f" in {in_channel(incident.channel.id)}" if incident.channel else ""
    return section(f"{ping.text}\n{phrases.sentence(_crisis(incident))}{place}")


def _answered(answer: Answer, asked_at: datetime) -> str:
    when = phrases.at(answer.at, asked_at)
    if not answer.by:
        return f"{answer.what}{when}"
    return f"Answered: {answer.what}, by {mention(answer.by)}{when}"


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
        case "exec" if incident.holder("exec") != ping.person == incident.opened_by:
            return (
                f"{names}, nobody answers for this, and no executive is here. You opened this crisis: "
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
