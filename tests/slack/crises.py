"""Crises for the tests of what people see, made by the real decisions; and texts that try to break a view."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.channels import channel_created
from bot.domain.checklist import assign_step, claim_step, finish_step, note_on_step, skip_step, snooze_step
from bot.domain.lifecycle import cancel_crisis, close_crisis, post_update, resolve_crisis
from bot.domain.model import (
    ActionItem,
    Answer,
    Channel,
    Incident,
    LegalClock,
    Note,
    Ping,
    Retrospective,
    RoleHolding,
    Step,
    StepState,
    Update,
)
from bot.domain.opening import Draft, open_crisis
from bot.domain.playbook import ROLES, Playbook, StepTemplate
from bot.domain.severity import Severity, SeverityRule
from bot.slack.controls import Control, Controls, Place
from bot.store.base import Archived, OpenAction

OPENED = datetime(2026, 11, 2, 12, 55, tzinfo=UTC)
NOW = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)
ANA, BEN, CARLA, DANA = "U0ANA", "U0BEN", "U0CARLA", "U0DANA"
CHANNEL = Channel("C0CRISIS", "crisis-12-angry-video")
OLD_CHANNEL = Channel("C0OLD", "crisis-12-old")

HOSTILE = 'Look: <!channel> <@U0EVIL> <!subteam^S0EVIL> *x* _y_ ~z~ <http://a.example|b> & " \x00 `c`'
EMOJI = "🔥🔥🔥"
RIGHT_TO_LEFT = "\u0639\u0627\u062c\u0644: \u0641\u064a\u062f\u064a\u0648 \u202eevil 12:30"
"""Arabic, and a mark that turns everything behind it around."""
AMPERSANDS = "&" * 3000
"""What grows most when it is escaped."""
WORDS = ("Somebody wrote a great deal here, word after word, until the field was full. " * 40)[:3000]
TEXTS = {
    "ordinary": "The video is online and people are angry",
    "hostile": HOSTILE,
    "emoji only": EMOJI,
    "right to left": RIGHT_TO_LEFT,
    "as long as Slack allows": WORDS,
    "as long as Slack allows, all escaped": AMPERSANDS,
    "one word without an end": "x" * 3000,
    "one link without an end": "https://example.com/" + "y" * 2980,
    "many lines": "\n".join(["a"] * 1500),
}


def rule(level: Severity, **changes: Any) -> SeverityRule:
    values: dict[str, Any] = {
        "level": level,
        "description": f"What level {level.value} is for",
        "criteria": ("Somebody could be hurt", "Journalists are asking"),
        "ack": timedelta(minutes=5),
        "still_on_it": timedelta(minutes=15),
        "update_every": timedelta(minutes=90),
        "review_within": timedelta(days=5),
        "quiet_hours": False,
    }
    return SeverityRule(**{**values, **changes})


RULES = {level: rule(level) for level in Severity}


def _due(minutes: int) -> dict[Severity, timedelta]:
    return {level: timedelta(minutes=minutes * level.value // 2) for level in Severity}


PLAYBOOK = Playbook(
    key="backlash",
    title="Social media backlash",
    when="Something we did is drawing anger.",
    severity=Severity.SEV2,
    roles=("lead", "comms", "community", "legal"),
    steps=(
        StepTemplate("name-lead", "Name a lead and a deputy", "lead", _due(5)),
        StepTemplate(
            "pause-posts",
            "Pause scheduled posts and ads",
            "community",
            _due(15),
            proof="Which channels are paused, and who paused them",
            guide="Think of **agencies** too.\n- newsletters\n- chatbots\n\nSee [the list](https://example.com/list).",
        ),
        StepTemplate("acknowledge", "Post that we see it", "comms", _due(30), proof="Link to the post"),
        StepTemplate("facts", "List the facts", "facts", _due(95)),
        StepTemplate("review", "Meet for the review", "lead", {}),
    ),
)
PLAYBOOKS = {
    "backlash": PLAYBOOK,
    "general": replace(PLAYBOOK, key="general", title="Anything else", when=""),
}


CONTROLS = Controls(
    [
        Control("step.claim", "Claim", Place.STEP, lambda _, s: s.is_open and s.owner is None),
        Control("step.done", "Done", Place.STEP, lambda _, s: s.is_open),
        Control("step.reopen", "Reopen", Place.STEP, lambda _, s: not s.is_open),
        Control("step.assign", "Assign…", Place.STEP_MENU),
        Control("step.skip", "Skip…", Place.STEP_MENU),
        Control("step.snooze", "Snooze…", Place.STEP_MENU),
        Control("step.note", "Add note…", Place.STEP_MENU),
        Control("step.guide", "How to do this", Place.STEP_MENU, lambda _, s: s.guide is not None),
        Control("ping.take", "On it", Place.PING, lambda _, p: not p.in_channel),
        Control("ping.claim", "Claim", Place.PING, lambda _, p: p.in_channel),
        Control("ping.done", "Done", Place.PING),
        Control(
            "ping.snooze", "Snooze", Place.PING, choices=(("15 min", "15m"), ("30 min", "30m"), ("1 h", "1h"))
        ),
        Control("ping.hand_over", "Hand over…", Place.PING),
        Control("crisis.reopen", "Reopen", Place.CHECK),
        Control("crisis.close", "Close…", Place.CHECK),
        *(Control(f"panel.{n}", f"Do {n}", Place.PANEL) for n in range(8)),
        Control("steps.all", "All steps", Place.ANSWER),
        Control("legal.start", "Start another…", Place.ANSWER),
        Control("legal.file", "Filed…", Place.LEGAL),
        Control("legal.drop", "Does not apply…", Place.LEGAL),
        Control("action.done", "Done", Place.ACTION_ITEM),
    ]
)


def crisis(**changes: Any) -> Incident:
    """Crisis 12, opened an hour and five minutes ago with its channel; `changes` replace fields of it."""
    draft = Draft(
        title="Angry video",
        by=ANA,
        playbook=PLAYBOOK,
        severity=Severity.SEV2,
        what_happened="A customer filmed the queue.",
        link="https://example.com/post/1?a=1&b=2",
    )
    roster = {"comms": RoleHolding("comms", BEN, CARLA)}
    opened = open_crisis(draft, number=12, rule=RULES[Severity.SEV2], roster=roster, now=OPENED)
    return replace(channel_created(opened.incident, channel=CHANNEL, now=OPENED).incident, **changes)


def at_work(incident: Incident | None = None) -> Incident:
    """Step 1 done, 2 claimed, 3 snoozed and handed over, 5 skipped; one update, one note, pings."""
    now = OPENED + timedelta(minutes=20)
    i = incident or crisis()
    i = finish_step(i, step_key="name-lead", by=ANA, now=now).incident
    i = claim_step(i, step_key="pause-posts", by=DANA, now=now).incident
    i = note_on_step(i, step_key="pause-posts", text="The agency is slow", by=BEN, now=now).incident
    i = note_on_step(i, step_key="pause-posts", text="The agency called back", by=BEN, now=now).incident
    i = assign_step(i, step_key="acknowledge", person=BEN, by=ANA, now=now).incident
    i = snooze_step(i, step_key="acknowledge", span=timedelta(hours=2), by=BEN, now=now).incident
    i = skip_step(i, step_key="review", by=ANA, reason="It is booked elsewhere", now=now).incident
    return post_update(i, text="We see it & are checking", by=BEN, now=now).incident


def resolved(incident: Incident | None = None) -> Incident:
    return resolve_crisis(incident or at_work(), rule=RULES[Severity.SEV2], by=ANA, now=NOW).incident


def retrospective(text: str = "", *, lines: int = 2) -> Retrospective:
    def word(ordinary: str) -> str:
        return text or ordinary

    return Retrospective(
        summary=word("A customer filmed the queue; we answered late."),
        went_well=word("The facts were right."),
        went_badly=word("The first word took two hours."),
        lessons=tuple(word(f"Lesson {n}: answer within half an hour") for n in range(1, lines + 1)),
        actions=tuple(
            ActionItem(
                n, word(f"Write guide {n}"), ANA if n % 2 else None, date(2026, 12, 1) if n % 3 else None
            )
            for n in range(1, lines + 1)
        ),
        by=ANA,
        at=NOW,
    )


def closed(incident: Incident | None = None, retro: Retrospective | None = None) -> Incident:
    """Closed just now, the channel to be archived in a day."""
    return close_crisis(
        incident or resolved(),
        retrospective=retro or retrospective(),
        open_steps_reason="Not needed any more",
        archive_after=timedelta(days=1),
        now=NOW,
    ).incident


def cancelled(reason: str = "It was a test", incident: Incident | None = None) -> Incident:
    return cancel_crisis(
        incident or at_work(), reason=reason, by=ANA, archive_after=timedelta(days=1), now=NOW
    ).incident


def ping(**changes: Any) -> Ping:
    values: dict[str, Any] = {
        "id": 1,
        "of": "pause-posts",
        "person": DANA,
        "in_channel": False,
        "at": NOW,
    }
    return Ping(**{**values, **changes})


def written_all_over(text: str, *, steps: int = 40) -> Incident:
    """A crisis in which every field holds as much of `text` as it takes, and the checklist is full."""
    line = " ".join(text.split())
    return replace(
        crisis(),
        title=line[:140],
        playbook_title=line[:140],
        what_happened=text,
        link=line[:2000],
        roles=tuple(RoleHolding(role, ANA, BEN) for role in ROLES),
        role_keys=tuple(ROLES),
        steps=tuple(_full_step(n, text) for n in range(1, steps + 1)),
        updates=(Update(1, text, BEN, NOW),),
        earlier_channels=(OLD_CHANNEL,) * 12,
        retrospective=retrospective(text, lines=5),
        legal_clocks=tuple(
            legal_clock(n, text, **({"ended_by": BEN, "ended_at": NOW, "reference": text} if n % 2 else {}))
            for n in range(1, 25)
        ),
        pings=(ping(of="step-1", handed_by=BEN, word=text),),
    )


def _full_step(number: int, text: str) -> Step:
    line = " ".join(text.split())
    return Step(
        key=f"step-{number}",
        number=number,
        title=line[:150],
        role="comms",
        owner=DANA if number % 3 else None,
        due_at=OPENED + timedelta(minutes=10 * number),
        proof_asked=text,
        guide=text,
        notes=tuple(Note(BEN, NOW, text) for _ in range(3)),
    )


def finished(incident: Incident, count: int, *, text: str = "Everything is paused") -> Incident:
    """The first steps done with a proof, every fifth skipped with a reason."""

    def end(step: Step) -> Step:
        at = OPENED + timedelta(minutes=step.number)
        if step.number % 5 == 0:
            return replace(step, state=StepState.SKIPPED, finished_by=BEN, finished_at=at, skip_reason=text)
        return replace(step, state=StepState.DONE, finished_by=BEN, finished_at=at, proof=text)

    return replace(incident, steps=tuple(end(s) if s.number <= count else s for s in incident.steps))


def legal_clock(number: int = 1, text: str = "", **changes: Any) -> LegalClock:
    """Confirmed by Ana half an hour ago, Ben answers for it; `text`: as long as its fields take."""
    values: dict[str, Any] = {
        "kind": "gdpr",
        "name": " ".join(text.split())[:100] or "Notice to the data authority",
        "told": "the data authority",
        "since": OPENED,
        "deadline": OPENED + timedelta(hours=72),
        "holder": BEN,
        "confirmed_by": ANA,
        "confirmed_at": NOW - timedelta(minutes=30),
    }
    return LegalClock(number, **{**values, **changes})


def answered(what: str = "On it") -> Answer:
    return Answer(what, ANA, NOW + timedelta(minutes=2))


def archived(number: int = 3, text: str = "", **changes: Any) -> Archived:
    values: dict[str, Any] = {
        "number": number,
        "title": (" ".join(text.split())[:140] if text else "The late apology"),
        "playbook_key": "backlash",
        "private": False,
        "closed_at": datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        "summary": text or "We apologised after four days.",
        "lessons": (text,) * 8 if text else ("Answer on the first day", "Name one person"),
    }
    return Archived(**{**values, **changes})


def open_action(number: int = 1, text: str = "", **changes: Any) -> OpenAction:
    item = ActionItem(number, text or "Write the guide", ANA, date(2026, 10, 30))
    line = " ".join(text.split())[:140] if text else "The late apology"
    values: dict[str, Any] = {"number": 3, "title": line, "private": False, "item": item}
    return OpenAction(**{**values, **changes})
