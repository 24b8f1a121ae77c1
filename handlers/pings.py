"""Answers to a ping: On it, Done, Snooze, Hand over…, Ask the deputy, and Claim in the channel."""

from __future__ import annotations

from functools import partial

from bot.domain.checklist import claim_step, known_step
from bot.domain.durations import format_duration
from bot.domain.lifecycle import change_severity
from bot.domain.model import STEP, Incident, Ping
from bot.domain.pings import SNOOZES, ask_deputy, hand_over_ping, snooze_ping, take_ping, waiting_ping
from bot.domain.reach import RUNG, deputy_for
from bot.slack.controls import Place
from bot.slack.views.forms.crisis import hand_over_form, read_hand_over
from handlers._asked import Asked, Form, Reply
from handlers._registry import button, form
from handlers._times import a_span
from handlers._typed import one_person, plain_names
from handlers.checklist import finish_or_ask


def _is_about_step(_: Incident, ping: Ping) -> bool:
    return ping.about == STEP


def _is_unowned(incident: Incident, ping: Ping) -> bool:
    step = incident.step(ping.step_key)
    return step is not None and step.owner is None and not _is_of_others(incident, ping)


def _is_first(_: Incident, ping: Ping) -> bool:
    """It asks for the step, not whether somebody is still on it."""
    return ping.about == STEP and ping.rung != "still"


def _is_theirs(incident: Incident, ping: Ping) -> bool:
    return _is_first(incident, ping) and not _is_of_others(incident, ping)


def _is_of_others(_: Incident, ping: Ping) -> bool:
    """It tells that somebody else was asked and will not see it."""
    return ping.rung == RUNG


def _has_deputy(incident: Incident, ping: Ping) -> bool:
    return _is_of_others(incident, ping) and deputy_for(incident, ping) is not None


def _is_again(_: Incident, ping: Ping) -> bool:
    return ping.rung == "still"


def _proposes(incident: Incident, ping: Ping) -> bool:
    return ping.proposes is not None and incident.severity > ping.proposes


@button("ping.deputy", "Ask the deputy", Place.PING, shown_when=_has_deputy)
async def deputy(asked: Asked) -> Reply:
    """Gives what is asked to the deputy, who is asked at once."""
    return await asked.apply(partial(ask_deputy, ping_id=asked.about.id, by=asked.by, now=asked.now))


@button("ping.claim", "Claim", Place.PING, shown_when=_is_unowned)
async def claim(asked: Asked) -> Reply:
    """Takes the step the ping is about."""
    ping = waiting_ping(asked.here, asked.about.id)
    return await asked.apply(partial(claim_step, step_key=ping.step_key, by=asked.by, now=asked.now))


@button("ping.take", "On it", Place.PING, shown_when=_is_first, style="primary")
async def take(asked: Asked) -> Reply:
    """Says that you are on it."""
    return await asked.apply(partial(take_ping, ping_id=asked.about.id, by=asked.by, now=asked.now))


@button("ping.still", "Still on it", Place.PING, shown_when=_is_again, style="primary")
async def still(asked: Asked) -> Reply:
    """Says that you are still on it."""
    return await take(asked)


@button("ping.done", "Done", Place.PING, shown_when=_is_about_step)
async def done(asked: Asked) -> Reply:
    """Finishes the step the ping is about."""
    return await finish_or_ask(asked, waiting_ping(asked.here, asked.about.id).step_key)


@button(
    "ping.snooze",
    "Snooze",
    Place.PING,
    shown_when=_is_theirs,
    choices=tuple(
        (label, format_duration(span))
        for label, span in zip(("15 min", "30 min", "1 h"), SNOOZES, strict=True)
    ),
)
async def snooze(asked: Asked) -> Reply:
    """Lets the ping come again later."""
    return await asked.apply(
        partial(
            snooze_ping,
            ping_id=asked.about.id,
            span=a_span(asked.choice, now=asked.now, zone=asked.bot.zone),
            by=asked.by,
            now=asked.now,
        )
    )


@button("ping.hand_over", "Hand over…", Place.PING, shown_when=_is_about_step)
async def ask_whom(asked: Asked) -> Reply:
    """Asks whom to hand the step to."""
    ping = waiting_ping(asked.here, asked.about.id, about=STEP)
    step = known_step(asked.here, ping.step_key)
    return Form(hand_over_form(asked.here, ping, step, metadata=asked.remembered(asked.about)))


@form("ping.hand_over")
async def hand_over(asked: Asked) -> Reply:
    """Hands the step and its ping to another person."""
    fields = read_hand_over(asked.view)
    person = await one_person(asked.bot, fields.person)
    word = await plain_names(asked.bot, fields.word)
    return await asked.apply(
        partial(
            hand_over_ping, ping_id=asked.about.id, person=person.id, word=word, by=asked.by, now=asked.now
        )
    )


@button("ping.raise", "Raise severity", Place.PING, shown_when=_proposes)
async def raise_severity(asked: Asked) -> Reply:
    """Raises the severity by one level."""
    ping = waiting_ping(asked.here, asked.about.id)
    to = ping.proposes or asked.here.severity
    rule = asked.bot.library.severities[to]
    reason = "Steps were missed one after another"
    return await asked.apply(
        partial(change_severity, to=to, rule=rule, by=asked.by, reason=reason, now=asked.now)
    )
