"""Opening a crisis."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.decision import Decision
from bot.domain.effects import CreateChannel
from bot.domain.model import TITLE_MAX_CHARS, Incident, ReplyTo, RoleHolding, Step
from bot.domain.playbook import Playbook, role_word
from bot.domain.severity import Severity, SeverityRule
from bot.domain.timeline import CrisisOpened, RoleGiven
from bot.domain.typed import allowed, required
from bot.domain.words import listed, one_line

Roster = Mapping[str, RoleHolding]
"""The standing roster: role -> who holds it in every new crisis."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to open."""

    title: str
    by: str
    playbook: Playbook
    severity: Severity
    private: bool = False
    what_happened: str = ""
    link: str = ""
    reply_to: ReplyTo | None = None


def checked(draft: Draft) -> Draft:
    """The draft as it can be opened. Raises `TextMissing` or `TextTooLong` with the field that is wrong."""
    return Draft(
        title=required(
            one_line(draft.title), "The title", "Say in a few words what is happening.", limit=TITLE_MAX_CHARS
        ),
        by=draft.by,
        playbook=draft.playbook,
        severity=draft.severity,
        private=draft.private,
        what_happened=allowed(draft.what_happened, "What happened"),
        link=allowed(draft.link, "The link", limit=2000),
        reply_to=draft.reply_to,
    )


def open_crisis(
    draft: Draft,
    *,
    number: int,
    rule: SeverityRule,
    roster: Roster,
    now: datetime,
    left: Collection[str] = (),
) -> Decision:
    """The crisis is active, its roles filled from the roster, its channel ordered.

    The opener leads unless the roster names a lead. Who `left` the workspace is left out, and the lead reads of it.
    """
    draft = checked(draft)
    roster, outdated = still_here(roster, left)
    playbook = draft.playbook
    # A ladder that ends with the executive needs one, also where the playbook has nothing for them to do.
    needed = ("exec",) if "exec" in rule.rungs and "exec" in roster and rule.ack is not None else ()
    role_keys = tuple(dict.fromkeys(("lead", *playbook.roles, *needed)))
    held = {"lead": RoleHolding("lead", draft.by), **roster}
    roles = tuple(
        replace(held[role], since=now, accepted_at=now if held[role].person == draft.by else None)
        for role in role_keys
        if role in held
    )
    incident = Incident(
        number=number,
        title=draft.title,
        severity=draft.severity,
        private=draft.private,
        playbook_key=playbook.key,
        playbook_title=playbook.title,
        opened_by=draft.by,
        opened_at=now,
        what_happened=draft.what_happened,
        link=draft.link,
        roles=roles,
        role_keys=role_keys,
        steps=first_steps(playbook, draft.severity, now),
        members=frozenset({draft.by, *everyone(roles)}),
        ladder=rule.ladder,
        handover_after=rule.handover,
        update_every=rule.update_every,
        next_update_due=now + rule.update_every if rule.update_every else None,
        updates_from=now,
        opener_hears=draft.reply_to,
    )
    opened = CrisisOpened(now, draft.by, draft.title, draft.severity, playbook.title)
    given = tuple(RoleGiven(now, "", h.role, h.person, h.deputy) for h in roles)
    decision = Decision(incident, (opened, *given), (CreateChannel(),))
    return _naming_outdated(decision, outdated, incident.lead or draft.by) if outdated else decision


def _naming_outdated(decision: Decision, outdated: tuple[RoleHolding, ...], lead: str) -> Decision:
    """The lead reads for which roles the roster names people who left."""
    named = listed(role_word(holding.role) for holding in outdated)
    text = (
        f"The roster names people who have left Slack: {named}. Their deputies stand in where there are any. "
        f"`/crisis roster {outdated[0].role} @person` names somebody else for the next crisis."
    )
    return decision.noticing(text, person=lead)


def first_steps(playbook: Playbook, severity: Severity, now: datetime) -> tuple[Step, ...]:
    """The playbook's steps with their due times at this severity."""
    return tuple(
        Step(
            key=template.key,
            number=number,
            title=template.title,
            role=template.role,
            due_at=now + template.due[severity] if severity in template.due else None,
            due_after=dict(template.due),
            proof_asked=template.proof,
            guide=template.guide,
        )
        for number, template in enumerate(playbook.steps, start=1)
    )


def still_here(roster: Roster, left: Collection[str]) -> tuple[Roster, tuple[RoleHolding, ...]]:
    """The roster without people who left the workspace, the deputy in the place of a holder; and the entries that name them."""
    kept: dict[str, RoleHolding] = {}
    for role, holding in roster.items():
        deputy = holding.deputy if holding.deputy not in left else None
        if holding.person not in left:
            kept[role] = replace(holding, deputy=deputy)
        elif deputy:
            kept[role] = RoleHolding(role, deputy)
    gone = tuple(h for h in roster.values() if h.person in left or h.deputy in left)
    return kept, gone


def everyone(roles: tuple[RoleHolding, ...]) -> tuple[str, ...]:
    """Role holders and deputies, each once, in the order of the roles."""
    return tuple(dict.fromkeys(p for h in roles for p in (h.person, h.deputy) if p))
