"""Handing a role over to somebody rested, and answering to that."""

from __future__ import annotations

from functools import partial

from bot.domain import errors
from bot.domain.errors import in_field
from bot.domain.handover import accept_offer, decline_offer, offer_role
from bot.domain.model import Incident, Ping, RoleHolding, Status
from bot.domain.pings import put_off, waiting_ping
from bot.domain.playbook import role_word
from bot.domain.roles import role_key
from bot.slack.controls import Place
from bot.slack.views.forms import handover as forms
from handlers._asked import Asked, Form, Reply
from handlers._registry import button, command, form
from handlers._times import a_span
from handlers._typed import one_person, plain_names, words_of
from handlers.clocks import asks


@command("handover", usage="[ROLE]", in_channel=True)
async def handover(asked: Asked) -> Reply:
    """Hands your role over to somebody rested, with a note; they accept by a button."""
    return _form(asked, role_key(words_of(asked.text)) if asked.text else None)


@button(
    "panel.handover",
    "Hand over a role…",
    Place.PANEL,
    shown_when=lambda incident, _: incident.status is Status.ACTIVE,
)
async def ask_whom(asked: Asked) -> Reply:
    """Asks who takes over a role."""
    return _form(asked, None)


@button("ping.handover", "Hand over…", Place.PING, shown_when=asks("handover"), style="primary")
async def ask_whom_now(asked: Asked) -> Reply:
    """Asks who takes over the role that was held for long."""
    return _form(asked, waiting_ping(asked.here, asked.about.id, about="handover").of)


@button(
    "ping.handover_later",
    "Later",
    Place.PING,
    shown_when=asks("handover"),
    choices=(("30 min", "30m"), ("1 h", "1h"), ("2 h", "2h")),
)
async def later(asked: Asked) -> Reply:
    """Lets the question come again later."""
    span = a_span(asked.choice, now=asked.now, zone=asked.bot.zone)
    return await asked.apply(partial(put_off, ping_id=asked.about.id, span=span, by=asked.by, now=asked.now))


@form("handover")
async def offer(asked: Asked) -> Reply:
    """Asks the next person to take over."""
    fields = forms.read_handover(asked.view)
    with in_field("person"):
        person = await one_person(asked.bot, fields.person)
    with in_field("note"):
        note = await plain_names(asked.bot, fields.note)
    decide = partial(
        offer_role, role=role_key(fields.role), to=person.id, note=note, by=asked.by, now=asked.now
    )
    return await asked.apply(decide)


def _is_for_whoever_was_asked(_: Incident, ping: Ping) -> bool:
    return ping.about == "offer" and ping.rung == "owner"


def _came_back(_: Incident, ping: Ping) -> bool:
    return ping.about == "offer" and ping.rung != "owner"


@button("ping.offer", "Accept", Place.PING, shown_when=_is_for_whoever_was_asked, style="primary")
async def accept(asked: Asked) -> Reply:
    """Takes over the role, with its open steps, the note and the times."""
    role = waiting_ping(asked.here, asked.about.id, about="offer").of
    return await asked.apply(partial(accept_offer, role=role, by=asked.by, now=asked.now))


@button("ping.decline", "I cannot…", Place.PING, shown_when=_is_for_whoever_was_asked)
async def ask_why_not(asked: Asked) -> Reply:
    """Asks why somebody cannot take over."""
    role = waiting_ping(asked.here, asked.about.id, about="offer").of
    return Form(forms.decline_form(asked.here, role, metadata=asked.remembered(asked.about)))


@button("ping.offer_again", "Ask somebody else…", Place.PING, shown_when=_came_back, style="primary")
async def ask_somebody_else(asked: Asked) -> Reply:
    """Asks who else could take over the role."""
    return _form(asked, waiting_ping(asked.here, asked.about.id, about="offer").of)


@form("handover.decline")
async def decline(asked: Asked) -> Reply:
    """Says that somebody cannot take over."""
    role = waiting_ping(asked.here, asked.about.id, about="offer").of
    reason = await plain_names(asked.bot, forms.read_decline(asked.view))
    return await asked.apply(partial(decline_offer, role=role, by=asked.by, reason=reason, now=asked.now))


def _form(asked: Asked, role: str | None) -> Form:
    """The form, with the named role chosen, else one the person holds. Raises `RoleVacant`, `NotActive`."""
    crisis = asked.here
    if crisis.status is not Status.ACTIVE:
        raise errors.NotActive(number=crisis.number)
    chosen = _chosen(crisis, role, asked.by)
    return Form(forms.handover_form(crisis, crisis.roles, chosen, metadata=asked.remembered()))


def _chosen(crisis: Incident, role: str | None, by: str) -> RoleHolding:
    if role is not None:
        found = next((h for h in crisis.roles if h.role == role), None)
        if found is None:
            raise errors.RoleVacant(role=role_word(role), key=role)
        return found
    return next((h for h in crisis.roles if h.person == by), crisis.roles[0])
