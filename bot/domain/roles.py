"""Who holds which role in a crisis."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from bot.domain import errors
from bot.domain.checklist import answer_pings, still_runs
from bot.domain.decision import Decision, cards, nothing_changed
from bot.domain.effects import Effect, InvitePeople
from bot.domain.model import Asking, Incident, RoleHolding
from bot.domain.playbook import ROLES
from bot.domain.timeline import RoleAccepted, RoleGiven
from bot.domain.words import in_channel, mention, safe, shortened

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
    """The role is held by this person from now on; both are in the channel, the holder is asked to accept, the deputy told.

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
    before = next((h for h in incident.roles if h.role == role), None)
    if before and (before.person, before.deputy) == (holding.person, holding.deputy):
        return nothing_changed(incident, said)
    incident, edits = answer_pings(
        incident, role, f"Given to {mention(holding.person)}", by, now, about="role"
    )
    if before is None or before.person != holding.person:
        # Whoever was asked before, nobody asked this person yet: neither for the role nor for its late steps.
        incident = replace(incident, asked={k: v for k, v in incident.asked.items() if k != f"role:{role}"})
        incident, moved = pass_steps_on(
            incident, role, of=(None,), to=holding.person, knows=False, by=by, now=now
        )
        edits += moved
    holding = _named(holding, before, by, now)
    roles = (*(h for h in incident.roles if h.role != role), holding)
    people = tuple(p for p in (holding.person, holding.deputy) if p and p not in incident.members)
    changed = replace(
        incident,
        offers=tuple(offer for offer in incident.offers if offer.role != role),
        roles=in_order(roles),
        role_keys=incident.role_keys if role in incident.role_keys else (*incident.role_keys, role),
        members=incident.members | set(people),
    )
    effects = (*((InvitePeople(people),) if people else ()), *cards(changed), *edits)
    decision = Decision(changed, (RoleGiven(now, by, role, holding.person, holding.deputy),), effects, said)
    where = in_channel(incident.channel.id) if incident.channel else f"crisis {incident.number}"
    if holding.deputy and holding.deputy not in (by, incident.deputy(role)):
        text = f"{mention(by)} made you deputy for {ROLES[role]} in {where}."
        decision = decision.noticing(text, person=holding.deputy)
    return decision


def in_order(roles: Iterable[RoleHolding]) -> tuple[RoleHolding, ...]:
    """As the cards list them."""
    return tuple(sorted(roles, key=lambda holding: list(ROLES).index(holding.role)))


def accept_role(incident: Incident, *, role: str, by: str, now: datetime) -> Decision:
    """The person has the role: its holder says so, anybody else takes it over with that. Again: nothing.

    Raises `CrisisOver`.
    """
    still_runs(incident)
    holding = next((h for h in incident.roles if h.role == role), None)
    if holding is None or holding.person != by:
        return give_role(incident, holding=RoleHolding(role, by), by=by, now=now)
    if holding.accepted_at is not None:
        return nothing_changed(incident)
    incident, edits = answer_pings(incident, role, "I have it", by, now, about="role")
    roles = tuple(replace(h, accepted_at=now) if h is holding else h for h in incident.roles)
    effects = (*edits, *cards(incident))
    return Decision(replace(incident, roles=roles), (RoleAccepted(now, by, role),), effects)


def pass_steps_on(
    incident: Incident, role: str, *, of: Collection[str | None], to: str, knows: bool, by: str, now: datetime
) -> tuple[Incident, tuple[Effect, ...]]:
    """Open steps of the role that are `of` these people (None: nobody's own) wait for the next holder, due as before.

    Their old pings say so. Whoever `knows` of the steps counts as on them; anybody else is asked for the late ones, in person
    and before others are.
    """
    effects: tuple[Effect, ...] = ()
    for step in incident.steps:
        if not step.is_open or step.role != role or step.owner not in of:
            continue
        incident, edits = answer_pings(incident, step.key, f"Handed over to {mention(to)}", by, now)
        begun = Asking("owner", now, taken_by=to) if knows else Asking("", now)
        asking = begun if step.is_overdue(now) else None
        owner = to if step.owner else None
        incident = incident.with_step(replace(step, owner=owner, asking=asking, snoozes=0))
        effects += edits
    return incident, effects


def _named(holding: RoleHolding, before: RoleHolding | None, by: str, now: datetime) -> RoleHolding:
    """As it stands in the crisis: another deputy alone changes nothing for who holds it."""
    if before is not None and before.person == holding.person:
        return replace(before, deputy=holding.deputy)
    return replace(holding, since=now, given_by=by, accepted_at=now if holding.person == by else None)
