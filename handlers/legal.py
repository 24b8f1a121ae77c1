"""Legal clocks: a person confirms that one applies, says that it was filed, or that it does not apply."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bot.domain import errors
from bot.domain.checklist import still_runs
from bot.domain.durations import parse_duration
from bot.domain.errors import in_field
from bot.domain.legal import (
    LAWS,
    Law,
    another,
    drop_legal_clock,
    finish_legal_clock,
    running_legal_clock,
    start_legal_clock,
)
from bot.domain.model import LEGAL, Incident, Ping, Status
from bot.slack.controls import Place, Target
from bot.slack.views.forms import legal as forms
from bot.slack.views.legal import legal_clocks
from handlers._asked import Asked, Form, Reply
from handlers._past import a_past_moment
from handlers._registry import button, command, form
from handlers._times import zone_of
from handlers._typed import one_person, plain_names, quoted


def _is_legal(_incident: Incident, ping: Ping) -> bool:
    return ping.about == LEGAL


def _goes_on(incident: Incident, _: object) -> bool:
    """Something can be started, or ended."""
    return not incident.is_over or _runs(incident)


def _runs(incident: Incident) -> bool:
    cancelled = incident.status is Status.CANCELLED
    return not cancelled and any(clock.runs for clock in incident.legal_clocks)


@command("legal", in_channel=True)
@button("panel.legal", "Legal clock…", Place.PANEL, shown_when=_goes_on)
async def legal(asked: Asked) -> Reply:
    """Starts a legal clock that a person confirmed, such as 72 hours; with clocks running, shows and ends them."""
    if _runs(asked.here):
        return legal_clocks(asked.here, asked.bot.controls, now=asked.now)
    return await ask_which(asked)


@button("legal.start", "Start another…", Place.ANSWER)
async def ask_which(asked: Asked) -> Reply:
    """Asks which legal clock applies, and when it began."""
    still_runs(asked.here)
    return Form(forms.legal_form(asked.here, metadata=asked.remembered()))


@form("legal.start")
async def start(asked: Asked) -> Reply:
    """Starts the legal clock."""
    fields = forms.read_legal(asked.view)
    zone = await zone_of(asked.bot, asked.by)
    kind = LAWS.get(fields.kind) or await _another(asked, fields)
    with in_field("since"):
        since = a_past_moment(fields.since, now=asked.now, zone=zone)
    with in_field("holder"):
        holder = (await one_person(asked.bot, fields.holder)).id if fields.holder else None
    with in_field("since"):
        return await asked.apply(
            partial(
                start_legal_clock,
                kind=kind,
                since=since,
                holder=holder,
                by=asked.by,
                now=asked.now,
                zone=zone,
            )
        )


async def _another(asked: Asked, fields: forms.LegalFields) -> Law:
    """The clock that the person describes. Raises what is wrong with it, and in which field."""
    with in_field("length"):
        try:
            length = parse_duration(fields.length)
        except ValueError:
            right = "Write for instance `48h` or `10d`."
            raise errors.UnknownDuration(typed=quoted(fields.length), right=right) from None
    with in_field("name"):
        return another(await plain_names(asked.bot, fields.name), length)


@button("legal.file", "Filed…", Place.LEGAL, style="primary")
async def ask_for_reference(asked: Asked) -> Reply:
    """Asks for the reference of what was filed."""
    clock = running_legal_clock(asked.here, asked.about.id)
    return Form(forms.filed_form(clock, metadata=asked.remembered(asked.about)))


@button("ping.filed", "Filed…", Place.PING, shown_when=_is_legal, style="primary")
async def answer_filed(asked: Asked) -> Reply:
    """Asks for the reference of what was filed."""
    return await ask_for_reference(_about_clock(asked))


@form("legal.filed")
async def filed(asked: Asked) -> Reply:
    """Ends the legal clock with what was filed."""
    reference = await plain_names(asked.bot, forms.read_filed(asked.view))
    return await asked.apply(
        partial(finish_legal_clock, number=asked.about.id, reference=reference, by=asked.by, now=asked.now)
    )


@button("legal.drop", "Does not apply…", Place.LEGAL)
async def ask_why_not(asked: Asked) -> Reply:
    """Asks why the legal clock does not apply."""
    clock = running_legal_clock(asked.here, asked.about.id)
    return Form(forms.dropped_form(clock, metadata=asked.remembered(asked.about)))


@button("ping.dropped", "Does not apply…", Place.PING, shown_when=_is_legal)
async def answer_not_applying(asked: Asked) -> Reply:
    """Asks why the legal clock does not apply."""
    return await ask_why_not(_about_clock(asked))


@form("legal.dropped")
async def dropped(asked: Asked) -> Reply:
    """Ends the legal clock, which does not apply."""
    reason = await plain_names(asked.bot, forms.read_dropped(asked.view))
    return await asked.apply(
        partial(drop_legal_clock, number=asked.about.id, reason=reason, by=asked.by, now=asked.now)
    )


def _about_clock(asked: Asked) -> Asked:
    """The question of a ping, as one about its clock: what was asked again meanwhile may still be answered."""
    ping = next((p for p in asked.here.pings if p.id == asked.about.id and p.about == LEGAL), None)
    return replace(asked, target=Target(asked.here.number, ping.of if ping else ""))
