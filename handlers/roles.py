"""Roles of this crisis, and the standing roster."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bot.domain import errors
from bot.domain.checklist import still_runs
from bot.domain.errors import in_field
from bot.domain.model import RoleHolding
from bot.domain.playbook import ROLES
from bot.domain.roles import checked_holding, give_role, role_key
from bot.domain.shifts import parse_hours
from bot.domain.words import mention
from bot.slack.controls import Place
from bot.slack.views.forms.crisis import read_role, role_form
from handlers._asked import Asked, Form, Reply
from handlers._registry import button, command, form
from handlers._times import zone_of
from handlers._typed import one_person, people_in, quoted, words_of
from handlers.opening import members_only


@command("role", usage="ROLE @person [@deputy]", in_channel=True)
async def role(asked: Asked) -> Reply:
    """Says who holds a role in this crisis."""
    if not asked.text:
        return await ask_for_role(asked)
    holding = await _holding(asked, "role")
    return await asked.apply(partial(give_role, holding=holding, by=asked.by, now=asked.now))


@button("panel.role", "Give a role…", Place.PANEL, shown_when=lambda incident, _: not incident.is_over)
async def ask_for_role(asked: Asked) -> Reply:
    """Asks who should hold a role."""
    still_runs(asked.here)
    return Form(role_form(asked.here, metadata=asked.remembered()))


@form("role")
async def role_by_form(asked: Asked) -> Reply:
    """Gives the role chosen in the form."""
    fields = read_role(asked.view)
    with in_field("person"):
        person = await one_person(asked.bot, fields.person)
    with in_field("deputy"):
        deputy = (await one_person(asked.bot, fields.deputy)).id if fields.deputy else None
        holding = checked_holding(role_key(fields.role), person.id, deputy)
    return await asked.apply(partial(give_role, holding=holding, by=asked.by, now=asked.now))


@command("roster", usage="ROLE @person [@deputy] [9-17]")
async def roster(asked: Asked) -> Reply:
    """Sets who holds a role in every new crisis, and until when they work; without words it shows the roster."""
    await members_only(asked, "The roster")
    if asked.text:
        holding = await _with_hours(asked)
        await asked.bot.store.set_roster(holding, by=asked.by, now=asked.now)
        deputy = f", with {mention(holding.deputy)} as deputy" if holding.deputy else ""
        hours = (
            f" They are asked to hand over at {holding.shift.ends:%H:%M} where they are."
            if holding.shift
            else ""
        )
        return (
            f"From now on every new crisis starts with {mention(holding.person)} as {ROLES[holding.role]}{deputy}."
            f"{hours}"
        )
    standing = await asked.bot.store.roster()
    if not standing:
        return "The roster is empty. `/crisis roster lead @person @deputy` sets who leads every new crisis."
    rows = [
        f"*{word}*: {mention(standing[key].person)}"
        + (f", deputy {mention(d)}" if (d := standing[key].deputy) else "")
        + (f", {shift.hours}" if (shift := standing[key].shift) else "")
        for key, word in ROLES.items()
        if key in standing
    ]
    return "Every new crisis starts with:\n" + "\n".join(rows)


async def _with_hours(asked: Asked) -> RoleHolding:
    """The roster's entry somebody typed, with the hours behind the people where there are any. Raises what is wrong with it."""
    words = asked.text.split()
    if len(words) < 2 or not words[-1][0].isdigit():
        return await _holding(asked, "roster")
    holding = await _holding(replace(asked, text=" ".join(words[:-1])), "roster")
    zone = await zone_of(asked.bot, holding.person)
    try:
        shift = parse_hours(words[-1], zone.key)
    except ValueError:
        raise errors.UnknownHours(typed=quoted(words[-1])) from None
    return replace(holding, shift=shift)


async def _holding(asked: Asked, word: str) -> RoleHolding:
    """The role and people somebody typed. Raises what is wrong with them."""
    typed, people = people_in(asked.text)
    key = role_key(words_of(typed))
    if not people:
        raise errors.TextMissing(
            what="The person",
            right=f"Write `/crisis {word} {key} @person`, and `@deputy` behind it if there is one.",
        )
    if len(people) > 2:
        raise errors.TooManyPeople(word=word, key=key)
    found = [(await one_person(asked.bot, p)).id for p in people]
    return checked_holding(key, found[0], found[1] if len(found) > 1 else None)
