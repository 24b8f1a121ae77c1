"""Somebody whose account is closed holds nothing here any more: what was theirs is asked of somebody who can act."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.checklist import answer_pings
from bot.domain.clocks import running_clocks
from bot.domain.decision import Decision, cards, nothing_changed
from bot.domain.effects import Effect
from bot.domain.model import STEP, ActionItem, Incident, Ping, RoleHolding
from bot.domain.playbook import role_word
from bot.domain.roles import in_order, pass_steps_on
from bot.domain.timeline import Entry, PersonLeft, RoleGiven
from bot.domain.words import mention, safe


def unheard(incident: Incident, person: str) -> list[Ping]:
    """What this person was asked in person and did not answer, steps aside (`reach` tells of those)."""
    return [
        p
        for p in incident.pings
        if p.person == person and not p.in_channel and p.about != STEP and p.answer is None
    ]


def pass_on(incident: Incident, *, person: str, now: datetime) -> Decision:
    """The roles of this person are their deputies', or the opener leads; what else they answered for is the lead's.

    Whatever they were asked in vain is asked anew of whoever has it now, and the lead reads of it. Where they had nothing that
    others can have, nothing changed.
    """
    changed, given = _without(incident, person, now)
    changed, edits = _asked_anew(changed, unheard(incident, person), person, now)
    for holding in given:
        changed, moved = pass_steps_on(
            changed, holding.role, of=(None,), to=holding.person, knows=False, by="", now=now
        )
        edits += moved
    if changed == incident:
        return nothing_changed(incident)
    entries: tuple[Entry, ...] = (
        PersonLeft(now, "", person),
        *(RoleGiven(now, "", h.role, h.person) for h in given),
    )
    decision = Decision(changed, entries, (*edits, *cards(changed)))
    return decision.noticing(_told(incident, changed, person), person=changed.lead or changed.opened_by)


def _without(incident: Incident, person: str, now: datetime) -> tuple[Incident, list[RoleHolding]]:
    """The crisis in which this person has nothing, and the roles that others have because of it."""
    roles, given = [], []
    for holding in incident.roles:
        if holding.person != person:
            roles.append(replace(holding, deputy=None) if holding.deputy == person else holding)
        elif (after := _stands_in(incident, holding, person)) is not None:
            given.append(RoleHolding(holding.role, after, since=now))
        elif holding.role == "lead":
            roles.append(holding)  # somebody has to be, and nobody else is known
    learned = incident.retrospective
    if learned is not None:
        learned = replace(learned, actions=tuple(_nobodys(item, person) for item in learned.actions))
    changed = replace(
        incident,
        roles=in_order((*roles, *given)),
        offers=tuple(offer for offer in incident.offers if offer.to != person),
        retrospective=learned,
        legal_clocks=tuple(
            replace(clock, holder=None) if clock.holder == person and clock.runs else clock
            for clock in incident.legal_clocks
        ),
    )
    return changed, given


def _stands_in(incident: Incident, holding: RoleHolding, person: str) -> str | None:
    """The deputy; of the lead whoever opened the crisis, else whoever else holds a role. Of a private one only who is in it."""
    others = (incident.opened_by, *(h.person for h in incident.roles)) if holding.role == "lead" else ()
    able = (p for p in (holding.deputy, *others) if p and p != person)
    return next((p for p in able if not incident.private or p in incident.members), None)


def _nobodys(item: ActionItem, person: str) -> ActionItem:
    return replace(item, owner=None) if item.owner == person and item.done_by is None else item


def _asked_anew(
    incident: Incident, pings: list[Ping], person: str, now: datetime
) -> tuple[Incident, tuple[Effect, ...]]:
    """What they did not hear counts as not asked, where others are asked for it now."""
    still_theirs = {
        clock.key for clock in running_clocks(incident) if any(person in rung.people for rung in clock.rungs)
    }
    effects: tuple[Effect, ...] = ()
    asked = dict(incident.asked)
    for about, of in dict.fromkeys((ping.about, ping.of) for ping in pings):
        if f"{about}:{of}" not in still_theirs:
            asked.pop(f"{about}:{of}", None)
            incident, edits = answer_pings(incident, of, "Passed on", "", now, about=about)
            effects += edits
    return replace(incident, asked=asked), effects


def _told(before: Incident, after: Incident, person: str) -> str:
    """Who has what was theirs."""
    lead = mention(after.lead or after.opened_by)
    lines = []
    for holding in before.roles:
        if holding.person == person:
            now = after.holder(holding.role)
            lines.append(f"• {role_word(holding.role)}: {mention(now) if now else 'nobody'}")
    lines += [
        f"• {role_word(offer.role)}, offered to them: stays as it is"
        for offer in before.offers
        if offer.to == person
    ]
    actions = before.retrospective.actions if before.retrospective else ()
    lines += [f"• Action item “{safe(a.text)}”: {lead}" for a in actions if _nobodys(a, person) != a]
    legal = mention(after.holder("legal") or after.lead or after.opened_by)
    lines += [
        f"• {safe(clock.name)}: {legal}"
        for clock in before.legal_clocks
        if clock.holder == person and clock.runs
    ]
    return "\n".join(
        (f"{mention(person)} has left Slack. In crisis {before.number} others have what was theirs:", *lines)
    )
