"""Who holds which role in a crisis."""

from __future__ import annotations

import difflib
from dataclasses import replace
from datetime import datetime

from bot.domain import errors
from bot.domain.checklist import still_runs
from bot.domain.decision import Decision, cards, nothing_changed
from bot.domain.effects import InvitePeople
from bot.domain.model import Incident, RoleHolding
from bot.domain.playbook import ROLES
from bot.domain.timeline import RoleGiven
from bot.domain.words import mention, safe, shortened

ALIASES = {
    "executive": "exec",
    "commander": "lead",
    "communications": "comms",
    "fact": "facts",
    "hr": "people",
}
"""What people type instead of a role's key."""


def role_key(typed: str) -> str:
    """The role somebody typed. Raises `UnknownRole` with the nearest and all valid ones."""
    word = typed.strip().lower().lstrip("@")
    word = ALIASES.get(word, word)
    if word in ROLES:
        return word
    near = difflib.get_close_matches(word, ROLES, n=1, cutoff=0.5)
    nearest = f" Did you mean {near[0]}?" if near else ""
    raise errors.UnknownRole(
        typed=safe(shortened(word, 40)) or "without a name", nearest=nearest, valid=", ".join(ROLES)
    )


def checked_holding(role: str, person: str, deputy: str | None) -> RoleHolding:
    """The holding as it can be given. Raises `SamePersonTwice`."""
    if deputy == person:
        raise errors.SamePersonTwice()
    return RoleHolding(role, person, deputy)


def give_role(incident: Incident, *, holding: RoleHolding, by: str, now: datetime) -> Decision:
    """The role is held by this person from now on; holder and deputy are in the channel and are told.

    The same again: nothing. Without a deputy named, the present deputy stays, unless they take the role themselves.
    Raises `CrisisOver`, `SamePersonTwice`.
    """
    still_runs(incident)
    role = holding.role
    if holding.deputy is None:
        kept = incident.deputy(role)
        holding = replace(holding, deputy=kept if kept != holding.person else None)
    checked_holding(role, holding.person, holding.deputy)
    said = f"{mention(holding.person)} is {ROLES[role]}" + (
        f", deputy {mention(holding.deputy)}." if holding.deputy else "."
    )
    if holding in incident.roles:
        return nothing_changed(incident, said)
    roles = (*(h for h in incident.roles if h.role != role), holding)
    people = tuple(p for p in (holding.person, holding.deputy) if p and p not in incident.members)
    changed = replace(
        incident,
        roles=tuple(sorted(roles, key=lambda h: list(ROLES).index(h.role))),
        role_keys=incident.role_keys if role in incident.role_keys else (*incident.role_keys, role),
        members=incident.members | set(people),
    )
    effects = (*((InvitePeople(people),) if people else ()), *cards(changed))
    decision = Decision(changed, (RoleGiven(now, by, role, holding.person, holding.deputy),), effects, said)
    where = f"<#{incident.channel.id}>" if incident.channel else f"crisis {incident.number}"
    if holding.person not in (by, incident.holder(role)):
        decision = decision.noticing(
            f"{mention(by)} made you {ROLES[role]} in {where}.", person=holding.person
        )
    if holding.deputy and holding.deputy not in (by, incident.deputy(role)):
        text = f"{mention(by)} made you deputy for {ROLES[role]} in {where}."
        decision = decision.noticing(text, person=holding.deputy)
    return decision
