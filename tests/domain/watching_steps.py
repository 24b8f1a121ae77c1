"""What somebody who watches the steps of a crisis writes down, and what they may expect of the reminders by that.

They know the playbook, what each level asks for (`LEVELS`), and where people are; they read the timeline and the pings, and
look at nothing else. Between `earliest` and `latest` somebody is asked: mostly they are one moment, but where people take over
from others, or a level moves due times, both beginning anew and going on are right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from bot.domain.model import Incident, Ping
from bot.domain.playbook import Playbook
from bot.domain.severity import Severity, SeverityRule
from bot.domain.timeline import (
    CrisisReopened,
    Entry,
    PingTaken,
    ReminderHeld,
    RoleGiven,
    RoleHandedOver,
    SeverityChanged,
    StepAdded,
    StepAssigned,
    StepClaimed,
    StepDone,
    StepReopened,
    StepSkipped,
    StepSnoozed,
)
from tests.domain.a_crisis import DAY, SEV1, SEV2, SEV3, SEV4, minutes

HOUR = minutes(60)
LEVELS = {
    level: SeverityRule(level, "", (), ack, still, update, review, quiet, handover=handover)
    for level, ack, still, update, review, quiet, handover in (
        (SEV1, minutes(5), minutes(15), minutes(30), 3 * DAY, False, 8 * HOUR),
        (SEV2, minutes(10), minutes(30), 2 * HOUR, 7 * DAY, False, 12 * HOUR),
        (SEV3, minutes(30), 2 * HOUR, DAY, 14 * DAY, True, None),
        (SEV4, None, None, None, None, True, None),
    )
}
RUNGS = ("owner", "deputy", "lead", "exec")
SLOWEST = 2 * HOUR

Where = Mapping[str, tzinfo]
"""Person -> where they are."""


def is_asleep(person: str, now: datetime, where: Where) -> bool:
    return not 8 <= now.astimezone(where[person]).hour < 22


@dataclass
class Watched:
    """One step, in one's own words."""

    name: str
    """As the timeline names it."""
    role: str | None = None
    after: Mapping[Severity, timedelta] = field(default_factory=dict)
    due: datetime | None = None
    moved_at: datetime | None = None
    """When another level moved its due time: what is late by that may count as late from then on."""
    is_open: bool = True
    snoozed_until: datetime | None = None
    said: datetime | None = None
    """When somebody was last asked for it or answered; None: nobody was since it was put off, or since it is late."""
    taken: bool = False
    """That was "On it"."""
    rung: int = 0
    climbs: int = 0
    """Whole climbs that nobody answered, at most …"""
    sure: int | None = 0
    """… and at least; None: others answer for it since, who may be asked at once."""
    held_until: datetime | None = None

    @property
    def wanted(self) -> datetime | None:
        """When it falls due, or its snooze ends."""
        return max((at for at in (self.due, self.snoozed_until) if at is not None), default=None)

    @property
    def climbs_now(self) -> bool:
        return self.wanted is not None and self.said is not None and self.wanted <= self.said

    def is_late(self, now: datetime) -> bool:
        return self.due is not None and self.due <= now

    def earliest(self, rule: SeverityRule) -> datetime | None:
        """Before this nobody is asked; None: nobody is asked at all."""
        if not self.climbs_now or self.sure is None:
            return self.wanted
        return self._after_a_rung(rule, self.sure)

    def latest(self, rule: SeverityRule) -> datetime | None:
        """By this somebody is asked; None: nobody has to be."""
        at = self._after_a_rung(rule, self.climbs) if self.climbs_now else self.wanted
        held = self.held_until if rule.quiet_hours else None
        return at and max(one for one in (at, self.moved_at, held) if one is not None)

    def _after_a_rung(self, rule: SeverityRule, climbs: int) -> datetime | None:
        pause = rule.still_on_it if self.taken else rule.ack
        if self.said is None or pause is None:
            return None
        return self.said + (pause if self.taken else min(pause * 2 ** min(climbs, 9), max(pause, SLOWEST)))

    def answered(self, now: datetime, *, taken: bool) -> None:
        """If it is late, the climb begins anew now, with the owner as asked."""
        self.sure = 0 if self.moved_at is None or self.moved_at <= now else None
        self.said = now if self.said is not None or self.is_late(now) else None
        self.taken, self.rung, self.climbs = taken, 0, 0

    def asked(self, rung: int, now: datetime) -> None:
        again = rung <= self.rung and self.climbs_now
        self.climbs = self.climbs + again if self.climbs_now else 0
        self.sure = 0 if self.sure is None or not self.climbs_now else self.sure + again
        self.said, self.taken, self.rung, self.held_until = now, False, rung, None


class Steps:
    """All steps of a crisis."""

    def __init__(self, playbook: Playbook, severity: Severity, opened_at: datetime) -> None:
        self.opened_at = opened_at
        self.all = {
            one.key: Watched(f"{number}, {one.title}", one.role, one.due)
            for number, one in enumerate(playbook.steps, start=1)
        }
        for step in self.all.values():
            self._due_by(step, severity)

    def _due_by(self, step: Watched, severity: Severity) -> None:
        if step.after:
            after = step.after.get(severity)
            step.due = self.opened_at + after if after else None

    def hear(self, entry: Entry, before: Incident, severity: Severity, now: datetime) -> None:
        """What the timeline says happened. `before`: whose the steps were."""
        match entry:
            case StepAdded():
                self.all[entry.step_key] = Watched(entry.step)
            case StepClaimed() | PingTaken():
                self.all[entry.step_key].answered(now, taken=True)
            case StepAssigned():
                step = self.all[entry.step_key]
                if step.snoozed_until is not None and step.snoozed_until > now:
                    step.snoozed_until = (
                        None if step.said is not None or step.is_late(now) else step.snoozed_until
                    )
                step.answered(now, taken=entry.person == entry.by)
            case StepSnoozed():
                step = self.all[entry.step_key]
                step.snoozed_until, step.said = now + entry.span, None
            case StepDone() | StepSkipped():
                step = self.all[entry.step_key]
                step.is_open, step.said = False, None
            case StepReopened():
                self._reopened(self.all[entry.step_key], severity, now)
            case RoleGiven():
                for step in self._of_role(entry.role):
                    step.sure = None
            case RoleHandedOver():
                self._handed_over(entry, before, now)
            case SeverityChanged():
                for step in self._open():
                    self._due_by(step, entry.new)
                    step.moved_at, step.sure = now, None
            case CrisisReopened():
                for step in self._open():
                    step.said = None
                    step.answered(now, taken=False)
                self.others_may_answer()
            case ReminderHeld():
                for step in self.all.values():
                    if entry.of == f"step {step.name}":
                        step.held_until = entry.until
            case _:
                pass

    def _reopened(self, step: Watched, severity: Severity, now: datetime) -> None:
        step.is_open = True
        self._due_by(step, severity)
        step.answered(now, taken=False)
        step.sure = None

    def _handed_over(self, entry: RoleHandedOver, before: Incident, now: datetime) -> None:
        for key, step in self.all.items():
            owner = next((one.owner for one in before.steps if one.key == key), None)
            if step.is_open and step.role == entry.role and owner in (entry.before, None):
                step.said = None
                step.answered(now, taken=True)
                step.sure = None

    def _open(self) -> Iterable[Watched]:
        return (step for step in self.all.values() if step.is_open)

    def _of_role(self, role: str) -> Iterable[Watched]:
        return (step for step in self._open() if step.role == role or role == "lead")

    def others_may_answer(self) -> None:
        """They may be asked at once."""
        for step in self._open():
            step.sure = None

    def clock_was_set_back(self, now: datetime) -> None:
        """Nobody was asked later than now, and what was asked for stays late."""
        for step in self.all.values():
            if step.climbs_now:
                step.due, step.snoozed_until, step.said = (
                    at and min(at, now) for at in (step.due, step.snoozed_until, step.said)
                )

    def see(self, ping: Ping, rule: SeverityRule, now: datetime) -> None:
        """A question about a step comes in its time, one after the other."""
        step = self.all[ping.step_key]
        assert step.is_open, "a finished step is asked for"
        if ping.rung == "away" or ping.handed_by:
            return  # follows at once from what a person did, or from a rung that was seen
        assert step.snoozed_until is None or step.snoozed_until <= now, "it was put off until later"
        earliest = step.earliest(rule)
        assert earliest is not None, "nobody was to be asked"
        assert earliest <= now, "asked too early"
        if ping.rung == "still":
            assert step.taken, "nobody said that they were on it"
            step.said, step.taken, step.held_until = now, False, None
        else:
            step.asked(RUNGS.index(ping.rung), now)

    def check_nothing_is_forgotten(
        self, rule: SeverityRule, now: datetime, next_look: Callable[[], datetime | None]
    ) -> None:
        """The reminders fired just now: every step that is late was asked for within a rung's time, and so it goes on."""
        for step in self._open():
            latest = step.latest(rule)
            assert latest is None or latest > now, f"nobody asks for step {step.name}"
            if latest is not None:
                look = next_look()
                assert look is not None
                assert look <= latest, f"step {step.name} will be asked for too late"
