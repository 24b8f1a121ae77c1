"""A small crisis, made by the real decisions: what the tests of the domain start from."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from bot.domain.channels import channel_created
from bot.domain.decision import Decision
from bot.domain.effects import Effect, Notice
from bot.domain.errors import Refusal
from bot.domain.lifecycle import cancel_crisis, close_crisis, resolve_crisis
from bot.domain.model import ActionItem, Channel, Incident, Retrospective, RoleHolding, Step
from bot.domain.opening import Draft, Roster, open_crisis
from bot.domain.playbook import Playbook, StepTemplate
from bot.domain.reminders import fire_due, next_due, step_pings
from bot.domain.severity import Severity, SeverityRule, SeverityRules
from bot.domain.timeline import Entry

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ANA, LEA, DEE, COY, BO, CY = "UANA", "ULEA", "UDEE", "UCOY", "UBO", "UCY"
"""Ana opens; Lea leads, Dee is her deputy; Coy is Community; Bo and Cy are colleagues."""
ROSTER: Roster = {
    "community": RoleHolding("community", COY),
    "lead": RoleHolding("lead", LEA, DEE),
    "safety": RoleHolding("safety", CY),
}
CHANNEL = Channel("C1", "crisis-7-water-in-the-shop")


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def at(number: float) -> datetime:
    """So many minutes after the opening."""
    return NOW + minutes(number)


def due(*after: float) -> dict[Severity, timedelta]:
    """Minutes from opening to due at SEV1, SEV2 …; a level that is left out has no due time."""
    return {level: minutes(number) for level, number in zip(Severity, after, strict=False)}


SEV1, SEV2, SEV3, SEV4 = Severity
# The posts pause after 10, 15 or 60 minutes; nobody is Legal or Comms yet; at SEV4 no step has a due time.
PLAYBOOK = Playbook(
    key="flood",
    title="Water in the shop",
    when="The shop is under water.",
    severity=SEV2,
    roles=("community", "comms", "legal", "lead"),
    steps=(
        StepTemplate("pause", "Pause all posts", "community", due(10, 15, 60)),
        StepTemplate("reply", "Answer the post", "comms", due(20, 30), proof="Link to the post"),
        StepTemplate("review", "Review the answer", "legal", due(30, 40), guide="Read it *aloud*."),
        StepTemplate("brief", "Brief the board", "lead", due(50)),
    ),
)


CLOCKS = {
    SEV1: (minutes(30), 3 * DAY),
    SEV2: (minutes(120), 7 * DAY),
    SEV3: (DAY, 14 * DAY),
    SEV4: (None, None),
}
RULES = {
    level: SeverityRule(level, "", (), None, None, update_every, review_within, quiet_hours=False)
    for level, (update_every, review_within) in CLOCKS.items()
}
"""Without ladders: a ping is asked once, so that each test meets the reminder it is about. With them: `CLIMBING`."""
CLIMBING = {level: replace(rule, ack=minutes(10), still_on_it=minutes(30)) for level, rule in RULES.items()}


def quiet(rules: SeverityRules) -> SeverityRules:
    """The same, and at SEV3 and SEV4 nobody is woken."""
    return {level: replace(rule, quiet_hours=level >= SEV3) for level, rule in rules.items()}


def draft(**other: Any) -> Draft:
    return replace(Draft("Water in the shop", ANA, PLAYBOOK, SEV2), **other)


def opening(
    *, roster: Roster = ROSTER, rules: SeverityRules = RULES, accepted: bool = True, **other: Any
) -> Decision:
    """The decision that opens crisis 7 at 9:00. `accepted`: everybody has said already that they have their role."""
    wanted = draft(**other)
    decision = open_crisis(wanted, number=7, rule=rules[wanted.severity], roster=roster, now=NOW)
    if not accepted:
        return decision
    roles = tuple(replace(holding, accepted_at=NOW) for holding in decision.incident.roles)
    return replace(decision, incident=replace(decision.incident, roles=roles))


def a_crisis(*, roster: Roster = ROSTER, **other: Any) -> Incident:
    """Crisis 7, active, in its channel."""
    return channel_created(opening(roster=roster, **other).incident, channel=CHANNEL, now=NOW).incident


def resolved(incident: Incident) -> Incident:
    """Resolved by its lead at 10:00."""
    return resolve_crisis(incident, rule=RULES[incident.severity], by=LEA, now=at(60)).incident


def learned(**other: Any) -> Retrospective:
    actions = (ActionItem(1, "Buy pumps", BO), ActionItem(2, "Check the insurance"))
    retrospective = Retrospective("A pipe burst.", "", "", ("Know where the tap is",), actions, LEA, at(90))
    return replace(retrospective, **other)


def closing(incident: Incident, reason: str = "The water is gone", **other: Any) -> Decision:
    return close_crisis(
        incident, retrospective=learned(**other), open_steps_reason=reason, archive_after=DAY, now=at(90)
    )


def closed(incident: Incident) -> Incident:
    return closing(resolved(incident)).incident


def cancelled(incident: Incident) -> Incident:
    return cancel_crisis(incident, reason="A drill", by=ANA, archive_after=DAY, now=at(5)).incident


ONLY_STEPS = (step_pings,)
"""For tests of the ladder: other clocks do not strike."""
steps_fire = partial(fire_due, kinds=ONLY_STEPS)
next_step_due = partial(next_due, kinds=ONLY_STEPS)


def pinged(incident: Incident, now: datetime) -> Incident:
    """The crisis after everybody was asked for the steps due by then."""
    return steps_fire(incident, now=now).incident


def the(incident: Incident, key: str) -> Step:
    step = incident.step(key)
    assert step is not None
    return step


def kinds(items: Sequence[Effect | Entry]) -> list[str]:
    return [type(item).__name__ for item in items]


def notices(decision: Decision) -> list[tuple[str | None, str]]:
    """Who is told what; None: the channel."""
    return [(e.person, e.text) for e in decision.effects if isinstance(e, Notice)]


def unchanged(decision: Decision, incident: Incident) -> bool:
    return decision.incident == incident and not decision.entries and not decision.effects


def refused(kind: type[Refusal], decide: Callable[[], object]) -> str:
    """The sentence of the refusal, which reads well."""
    with pytest.raises(kind) as refusal:
        decide()
    assert refusal.type is kind
    assert_reads_well(str(refusal.value))
    return str(refusal.value)


def assert_reads_well(sentence: str) -> None:
    """A calm and whole sentence, with every fact filled in."""
    assert re.fullmatch(r"[A-Z0-9<“`].*", sentence, re.DOTALL), sentence
    assert sentence.endswith((".", ".`")), sentence
    words = re.sub(r"<!date\^.*?>", "9:00", sentence)
    assert not re.search(r"[{}!]|  |\bNone\b|<@>", words), sentence
