"""Roles: who was named has to say that they have it, and somebody has to notice those that nobody holds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bot.domain.clocks.clock import Clock, Rung
from bot.domain.model import Incident, RoleHolding, Status
from bot.domain.playbook import role_word
from bot.domain.words import listed, mention


def unaccepted_roles(incident: Incident) -> Iterator[Clock]:
    """Who holds a role is asked to say so; unanswered it climbs as pings do: with the deputy, to the lead, to the executive.

    They are asked once the channel is there: until then there is no place to send them to, and whoever opened it comes first.
    """
    if incident.status is not Status.ACTIVE or incident.channel is None:
        return
    for holding in incident.roles:
        if holding.accepted_at is None and holding.since is not None:
            words = partial(_words, incident, holding)
            word, again = role_word(holding.role), incident.ladder.ack
            noun, task = f"being {word}", f"Say whether you are {word}"
            yield Clock("role", _rungs(incident, holding), words, noun, task, of=holding.role, again=again)


def _rungs(incident: Incident, holding: RoleHolding) -> tuple[Rung, ...]:
    since, ack = holding.since or incident.opened_at, incident.ladder.ack
    rungs = [Rung("owner", since, (holding.person,))]
    if ack is None:
        return tuple(rungs)
    people: dict[str, tuple[str | None, ...]] = {
        "deputy": (holding.person, holding.deputy),
        "lead": (incident.lead,),
        "exec": (incident.holder("exec") or incident.opened_by,),
    }
    known = {holding.person}
    for name in incident.ladder.rungs:
        asked = tuple(dict.fromkeys(p for p in people.get(name, ()) if p))
        if not known.issuperset(asked):
            rungs.append(Rung(name, since + ack * len(rungs), asked, in_channel=True))
            known.update(asked)
    return tuple(rungs)


def _words(incident: Incident, holding: RoleHolding, rung: Rung) -> str:
    role, whom = role_word(holding.role), listed(mention(person) for person in rung.people)
    match rung.name:
        case "owner":
            named = f"{mention(holding.given_by)} made you" if holding.given_by else "The roster makes you"
            return f"*{named} {role} in this crisis.*\nSay that you have it, or give it to somebody who can."
        case "deputy":
            return (
                f"*{whom}, nobody has said yet that they are {role} here.*\n"
                "One of you two: say that you have it, or give it to somebody who can."
            )
        case _:
            return (
                f"*{whom}, {mention(holding.person)} was named {role} and has not answered.*\n"
                "Take it, or give it to somebody who can."
            )


def vacant_roles(incident: Incident) -> Iterator[Clock]:
    """Once, some minutes after the opening, the lead reads which roles of the playbook nobody holds; not before the channel."""
    ack = incident.ladder.ack
    vacant = [role for role in incident.role_keys if incident.holder(role) is None]
    if incident.status is Status.ACTIVE and incident.channel is not None and ack is not None and vacant:
        names = listed((role_word(role) for role in vacant), last="or")
        text = f"*Nobody is {names} yet.*\nUntil somebody is, you answer for it: name people, or leave it if nobody is needed."
        rung = Rung("lead", incident.opened_at + ack, (incident.lead or incident.opened_by,))
        yield Clock("vacant", (rung,), lambda _: text, "roles that nobody holds", since=incident.opened_at)
