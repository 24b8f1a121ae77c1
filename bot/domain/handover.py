"""A role goes to somebody rested: offered with a note, accepted by a button, with the open steps and their times."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import errors
from bot.domain.checklist import answer_pings, named, still_runs
from bot.domain.decision import Decision, cards
from bot.domain.effects import Effect, InvitePeople
from bot.domain.model import Incident, Offer, RoleHolding, Status, Step
from bot.domain.playbook import role_word
from bot.domain.roles import pass_steps_on
from bot.domain.timeline import HandoverDeclined, HandoverOffered, RoleHandedOver
from bot.domain.typed import allowed, required
from bot.domain.words import in_channel, mention, moment, safe


def offer_role(incident: Incident, *, role: str, to: str, note: str, by: str, now: datetime) -> Decision:
    """The role is offered to `to` with the note, and theirs as soon as they accept; until then it stays where it is.

    An earlier offer of the role is gone. Raises `RoleVacant`, `AlreadySo` (they have it), `TextMissing`, `TextTooLong`,
    `CrisisOver`, `NotActive`.
    """
    _is_active(incident)
    holding = _held(incident, role)
    if to == holding.person:
        raise errors.AlreadySo(fact=f"{mention(to)} is {role_word(role)} already.")
    note = required(note, "The note", "Write what is open, what was promised, and what to look out for.")
    earlier = next((o for o in incident.offers if o.role == role), None)
    offers = (*(o for o in incident.offers if o is not earlier), Offer(role, by, to, note, now))
    incident, edits = answer_pings(incident, role, f"Offered to {mention(to)}", by, now, about="handover")
    if earlier is not None:
        incident, more = answer_pings(
            incident, role, f"Offered to {mention(to)} instead", by, now, about="offer"
        )
        edits += more
    invited: tuple[Effect, ...] = () if to in incident.members else (InvitePeople((to,)),)
    changed = replace(incident, offers=offers, members=incident.members | {to})
    entry = HandoverOffered(now, by, role, to, note)
    said = f"{mention(to)} is asked to take over as {role_word(role)}. Until they accept, {mention(holding.person)} stays."
    decision = Decision(changed, (entry,), (*invited, *edits), said)
    if earlier is not None and earlier.by != by:
        text = f"{mention(by)} asks {mention(to)} to take over as {role_word(role)}, instead of {mention(earlier.to)}."
        decision = decision.noticing(text, person=earlier.by)
    return decision


def accept_offer(incident: Incident, *, role: str, by: str, now: datetime) -> Decision:
    """The person has the role, and with it the open steps and legal clocks of the one who had it, as they are, and the note.

    Raises `NotOffered`, `CrisisOver`, `NotActive`.
    """
    _is_active(incident)
    offer, before = _offered(incident, role, by), _held(incident, role)
    after = RoleHolding(role, by, None if before.deputy == by else before.deputy, now, offer.by, now)
    incident, edits = answer_pings(incident, role, "Accepted", by, now, about="offer")
    # Who has just read the list is not asked for it at once.
    incident, moved = pass_steps_on(
        incident, role, of=(before.person, None), to=by, knows=True, by=by, now=now
    )
    changed = replace(
        incident,
        roles=tuple(after if h.role == role else h for h in incident.roles),
        offers=tuple(o for o in incident.offers if o is not offer),
        legal_clocks=tuple(
            replace(c, holder=by) if role == "legal" and c.runs and c.holder == before.person else c
            for c in incident.legal_clocks
        ),
        members=incident.members | {by},
    )
    entry = RoleHandedOver(now, by, role, before.person)
    decision = Decision(changed, (entry,), (*edits, *moved, *cards(changed)))
    decision = decision.noticing(_received(changed, offer, now), person=by)
    if before.person != by:
        thanks = f"{mention(by)} is {role_word(role)} now. Thank you; you can rest."
        decision = decision.noticing(thanks, person=before.person)
    return decision.noticing(f"{mention(by)} took over from {mention(before.person)} as {role_word(role)}.")


def decline_offer(incident: Incident, *, role: str, by: str, reason: str, now: datetime) -> Decision:
    """The role stays where it is, and whoever offered it reads why. Raises `NotOffered`, `TextTooLong`, `CrisisOver`."""
    still_runs(incident)
    offer = _offered(incident, role, by)
    reason = allowed(reason, "The reason")
    incident, edits = answer_pings(incident, role, "Declined", by, now, about="offer")
    changed = replace(incident, offers=tuple(o for o in incident.offers if o is not offer))
    why = f": “{safe(reason)}”" if reason else "."
    where = in_channel(incident.channel.id) if incident.channel else f"crisis {incident.number}"
    stays = f"{mention(by)} cannot take over as {role_word(role)} in {where}{why}"
    ask = f"Ask somebody else with `/crisis handover {role}`."
    entry = HandoverDeclined(now, by, role, reason)
    return Decision(changed, (entry,), edits).noticing(f"{stays}\n{ask}", person=offer.by)


def _received(incident: Incident, offer: Offer, now: datetime) -> str:
    """What the next person has to know: the note, the open steps, and when the next word is due."""
    mine = [step for step in incident.steps if step.is_open and incident.responsible_for(step) == offer.to]
    where = in_channel(incident.channel.id) if incident.channel else f"crisis {incident.number}"
    lines = [
        f"You are {role_word(offer.role)} now in {where}. Thank you.",
        f"{mention(offer.by)}: “{safe(offer.note)}”",
    ]
    if mine:
        lines += ["Your open steps, which are on the checklist:", *(_as_listed(step, now) for step in mine)]
    for clock in incident.legal_clocks:
        if clock.runs and (clock.holder or incident.holder("legal") or incident.lead) == offer.to:
            lines.append(f"The legal clock {safe(clock.name)} ends {moment(clock.deadline, now)}.")
    if incident.next_update_due and (incident.holder("comms") or incident.lead) == offer.to:
        lines.append(f"The next status update is due {moment(incident.next_update_due, now)}.")
    return "\n".join(lines)


def _as_listed(step: Step, now: datetime) -> str:
    due = "late" if step.is_overdue(now) else moment(step.due_at, now) if step.due_at else "no due time"
    return f"• {safe(named(step))}: {due}"


def _is_active(incident: Incident) -> None:
    still_runs(incident)
    if incident.status is not Status.ACTIVE:
        raise errors.NotActive(number=incident.number)


def _held(incident: Incident, role: str) -> RoleHolding:
    holding = next((h for h in incident.roles if h.role == role), None)
    if holding is None:
        raise errors.RoleVacant(role=role_word(role), key=role)
    return holding


def _offered(incident: Incident, role: str, by: str) -> Offer:
    offer = next((o for o in incident.offers if o.role == role), None)
    if offer is None:
        raise errors.NotOffered(role=role_word(role), key=role, whom="nobody")
    if offer.to != by:
        raise errors.NotOffered(role=role_word(role), key=role, whom=mention(offer.to))
    return offer
