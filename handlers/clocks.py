"""Answers to what clocks ask: the next update, a role, silence, the retrospective, an action item."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bot.domain.checklist import still_runs
from bot.domain.clocks.updates import PROMISES
from bot.domain.durations import format_duration
from bot.domain.lifecycle import promise_update, say_it_goes_on
from bot.domain.model import Incident, Ping
from bot.domain.pings import put_off, waiting_ping
from bot.domain.retrospective import finish_action
from bot.domain.roles import accept_role
from bot.slack.controls import Place
from bot.slack.views.forms.crisis import role_form
from handlers._asked import Asked, Form, Reply
from handlers._registry import button
from handlers._times import a_span
from handlers.lifecycle import ask_for_retrospective, ask_for_update, resolve


def asks(*kinds: str) -> Callable[[Incident, Ping], bool]:
    """Shown on the questions of these clocks."""
    return lambda _incident, ping: ping.about in kinds


@button("ping.update", "Post update…", Place.PING, shown_when=asks("update"), style="primary")
async def post(asked: Asked) -> Reply:
    """Asks for the text of the status update that is due."""
    return await ask_for_update(asked)


@button(
    "ping.promise",
    "Next update in",
    Place.PING,
    shown_when=asks("update"),
    choices=tuple(
        (label, format_duration(span))
        for label, span in zip(("15 min", "30 min", "1 h", "2 h"), PROMISES, strict=True)
    ),
)
async def promise(asked: Asked) -> Reply:
    """Says when the next update comes instead."""
    waiting_ping(asked.here, asked.about.id, about="update")
    span = a_span(asked.choice, now=asked.now, zone=asked.bot.zone)
    return await asked.apply(partial(promise_update, span=span, by=asked.by, now=asked.now))


@button("ping.accept", "I have it", Place.PING, shown_when=asks("role"), style="primary")
async def accept(asked: Asked) -> Reply:
    """Accepts the role, or takes it over."""
    role = waiting_ping(asked.here, asked.about.id, about="role").of
    return await asked.apply(partial(accept_role, role=role, by=asked.by, now=asked.now))


@button("ping.role", "Give to somebody else…", Place.PING, shown_when=asks("role"))
async def give(asked: Asked) -> Reply:
    """Asks who should hold the role instead."""
    role = waiting_ping(asked.here, asked.about.id, about="role").of
    still_runs(asked.here)
    return Form(role_form(asked.here, metadata=asked.remembered(), role=role))


@button("ping.vacant", "Give a role…", Place.PING, shown_when=asks("vacant"), style="primary")
async def fill(asked: Asked) -> Reply:
    """Asks who should hold a role that nobody holds."""
    still_runs(asked.here)
    vacant = next((role for role in asked.here.role_keys if asked.here.holder(role) is None), None)
    return Form(role_form(asked.here, metadata=asked.remembered(), role=vacant))


@button("ping.goes_on", "It goes on", Place.PING, shown_when=asks("silence"), style="primary")
async def goes_on(asked: Asked) -> Reply:
    """Says that the crisis still goes on."""
    waiting_ping(asked.here, asked.about.id, about="silence")
    return await asked.apply(partial(say_it_goes_on, by=asked.by, now=asked.now))


@button("ping.resolve", "Resolve", Place.PING, shown_when=asks("silence"))
async def resolve_it(asked: Asked) -> Reply:
    """Says that the crisis is resolved."""
    return await resolve(asked)


@button("ping.close", "Close…", Place.PING, shown_when=asks("review"), style="primary")
async def close(asked: Asked) -> Reply:
    """Asks for what was learned, and closes the crisis."""
    return await ask_for_retrospective(asked)


@button("ping.action", "Done", Place.PING, shown_when=asks("action"), style="primary")
async def action_done(asked: Asked) -> Reply:
    """Finishes the action item."""
    item = int(waiting_ping(asked.here, asked.about.id, about="action").of)
    return await asked.apply(partial(finish_action, action_id=item, by=asked.by, now=asked.now))


@button(
    "ping.later",
    "Later",
    Place.PING,
    shown_when=asks("review", "action"),
    choices=(("1 day", "1d"), ("3 days", "3d"), ("1 week", "7d")),
)
async def later(asked: Asked) -> Reply:
    """Lets the question come again later."""
    span = a_span(asked.choice, now=asked.now, zone=asked.bot.zone)
    return await asked.apply(partial(put_off, ping_id=asked.about.id, span=span, by=asked.by, now=asked.now))
