"""Who holds a role for long hands it over to somebody rested; and who was asked to take it has to say so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from bot.domain.clocks.clock import Clock, Rung
from bot.domain.durations import spoken
from bot.domain.model import Incident, Offer, RoleHolding, Status
from bot.domain.playbook import role_word
from bot.domain.words import listed, mention, moment, rounded, safe

AFTER = timedelta(minutes=30)
"""Unanswered, the holder is asked again by name, with deputy and lead (our default)."""
AGAIN = timedelta(hours=1)
ANSWER_WITHIN = timedelta(minutes=15)
"""For an offer, where the severity gives no time to answer a ping."""


def handovers(incident: Incident) -> Iterator[Clock]:
    """At the end of their shift, or after the hours their severity gives, the holder of a role is asked to hand it over."""
    if incident.status is not Status.ACTIVE:
        return
    offered = {offer.role for offer in incident.offers}
    for holding in incident.roles:
        ends = ends_at(incident, holding)
        if ends is None or holding.role in offered:
            continue
        others = (holding.person, holding.deputy, incident.lead)
        rungs = (
            Rung("due", ends, (holding.person,)),
            Rung("late", ends + AFTER, tuple(dict.fromkeys(p for p in others if p)), in_channel=True),
        )
        word, words = role_word(holding.role), partial(_words, holding)
        noun, task = f"handing over {word}", f"Hand over as {word}, to somebody rested"
        # Whoever works at night is awake when their shift ends.
        nights = False if ends == _shift_ends(holding) else None
        yield Clock("handover", rungs, words, noun, task, of=holding.role, again=AGAIN, nights=nights)


def ends_at(incident: Incident, holding: RoleHolding) -> datetime | None:
    """When this person has done their part (UTC); None: no hours are known, or they have not begun."""
    if holding.since is None or holding.accepted_at is None:
        return None
    after = holding.since + incident.handover_after if incident.handover_after else None
    return min((at for at in (_shift_ends(holding), after) if at is not None), default=None)


def _shift_ends(holding: RoleHolding) -> datetime | None:
    return holding.shift.next_end(holding.since) if holding.shift and holding.since else None


def _words(holding: RoleHolding, rung: Rung) -> str:
    role = role_word(holding.role)
    since = holding.since or rung.at
    held = f"{role} for {spoken(rounded(rung.at - since))}"
    if not rung.in_channel:
        return f"*You have been {held}.*\nHand over to somebody rested: one form asks for a note and the next person."
    whom = listed(mention(person) for person in rung.people)
    who = "you have" if rung.people == (holding.person,) else f"{mention(holding.person)} has"
    return f"*{whom}, {who} been {held}.*\nSomebody rested should take over."


def offers(incident: Incident) -> Iterator[Clock]:
    """Who was asked to take over says so; unanswered, whoever offered it hears of it, and then the lead."""
    if incident.status is not Status.ACTIVE:
        return
    within = incident.ladder.ack or ANSWER_WITHIN
    for offer in incident.offers:
        lead = incident.lead or incident.opened_by
        rungs = [Rung("owner", offer.at, (offer.to,)), Rung("back", offer.at + within, (offer.by,))]
        if lead not in (offer.by, offer.to):
            rungs.append(Rung("lead", offer.at + 2 * within, (lead,), in_channel=True))
        words, word = partial(_offer_words, incident, offer), role_word(offer.role)
        noun, task = f"taking over {word}", f"Take over as {word}, or say that you cannot"
        yield Clock("offer", tuple(rungs), words, noun, task, of=offer.role, again=2 * within)


def _offer_words(incident: Incident, offer: Offer, rung: Rung) -> str:
    role = role_word(offer.role)
    match rung.name:
        case "owner":
            steps = [s for s in incident.steps if s.is_open and s.role == offer.role]
            numbers = listed(str(s.number) for s in steps)
            come = (
                f"\nWith it {'comes step' if len(steps) == 1 else 'come steps'} {numbers}." if steps else ""
            )
            note = f"\n{mention(offer.by)}: “{safe(offer.note)}”"
            return f"*{mention(offer.by)} asks you to take over as {role}.*{come}{note}"
        case "back":
            return (
                f"*{mention(offer.to)} has not said yet whether they take over as {role}.*\n"
                f"Asked {moment(offer.at, rung.at)}. Ask somebody else, or wait."
            )
        case _:
            whom = listed(mention(person) for person in rung.people)
            return f"*{whom}, {mention(offer.to)} was asked to take over as {role} and has not answered.*\nAsk somebody else."
