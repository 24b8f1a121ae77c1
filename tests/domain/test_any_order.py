"""Whatever people do in whatever order, on whatever clock: what always holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain import channels, checklist, handover, legal, lifecycle, notes, pings, roles, watching
from bot.domain.aftermath import followed_through
from bot.domain.clocks import running_clocks
from bot.domain.clocks.clock import next_rung
from bot.domain.decision import Decision
from bot.domain.effects import (
    ArchiveChannel,
    Effect,
    Notice,
    ShowAnnouncement,
    ShowLessons,
    ShowPing,
    ShowSummary,
    ThreadUpdate,
)
from bot.domain.errors import Refusal
from bot.domain.ladder import next_ask, patience, running
from bot.domain.model import LEGAL, STEP, Channel, Incident, Ping, RoleHolding, Status, Step
from bot.domain.reminders import fire_due, next_due, set_back
from bot.domain.retrospective import finish_action
from bot.domain.severity import RUNGS, Severity
from bot.domain.timeline import CrisisReopened, Entry, RoleHandedOver, StepReopened
from bot.store.rows import incident_json, incident_of
from tests.domain.a_crisis import (
    ANA,
    BO,
    CLIMBING,
    CY,
    DAY,
    DEE,
    LEA,
    NOW,
    ROSTER,
    assert_reads_well,
    learned,
    minutes,
    opening,
)

KNOWING = (CrisisReopened, RoleHandedOver)
ANNOUNCED = (ShowAnnouncement(), ShowLessons(announced=True))
someone = st.sampled_from((ANA, LEA, DEE, BO, CY))
a_step = st.integers(1, 6)
levels = st.sampled_from(Severity)


class AnyOrder(RuleBasedStateMachine):
    """One crisis, its people, and a clock that may also go back."""

    @initialize(private=st.booleans(), severity=levels, roster=st.sampled_from(({}, ROSTER)))
    def open(self, private: bool, severity: Severity, roster: dict[str, RoleHolding]) -> None:
        self.now: datetime = NOW
        self.latest: datetime = NOW
        self.ordered: set[str] = set()
        self.told: list[Entry] = []
        self.incident: Incident = opening(
            private=private, severity=severity, roster=roster, rules=CLIMBING, accepted=False
        ).incident

    # The clock

    @rule(span=st.sampled_from((0.01, 5, 15, 30, 90, 1500)))
    def time_goes_on(self, span: float) -> None:
        self.now += minutes(span)

    @rule(span=st.sampled_from((1, 10, 20, 60)))
    def time_goes_on_and_reminders_fire(self, span: float) -> None:
        self.now += minutes(span)
        self.reminders_fire()

    @rule(span=st.sampled_from((1, 20, 120)))
    def the_clock_is_set_back(self, span: float) -> None:
        self.now -= minutes(span)

    @rule(span=st.sampled_from((1, 20, 120)))
    def the_clock_is_set_back_and_it_is_noticed(self, span: float) -> None:
        self.now -= minutes(span)
        before, asked = self.incident, len(self.incident.pings)
        self.keep(followed_through(set_back(before, now=self.now), now=self.now))
        assert len(self.incident.pings) == asked
        for old, new in zip(before.steps, self.incident.steps, strict=True):
            assert (running(old) is None) == (running(new) is None)
        assert before.asked.keys() == self.incident.asked.keys()
        again = set_back(self.incident, now=self.now).incident
        assert again == self.incident

    @rule()
    def reminders_fire(self) -> None:
        before = self.incident
        decision = followed_through(fire_due(before, now=self.now), now=self.now)
        self.keep(decision)
        for effect in decision.effects:
            if isinstance(effect, ShowPing):
                self.check_ping(before, effect.ping)
        if before.is_over:
            asked = {e.ping for e in decision.effects if isinstance(e, ShowPing)}
            assert all(self.incident.pings[number - 1].about in ("action", LEGAL) for number in asked)
            assert {type(e) for e in decision.effects} <= {ArchiveChannel, ShowPing, ShowSummary}
            assert before.status is Status.CLOSED or not asked
        due = next_due(decision.incident)
        assert due is None or due > self.now

    def check_ping(self, before: Incident, number: int) -> None:
        """It asks for an open step of an active crisis, not before its time, and nobody who answered or left is asked."""
        ping = self.incident.pings[number - 1]
        assert ping.answer is None
        assert len({ping.person, *ping.others}) == len(ping.others) + 1
        assert not before.private or {ping.person, *ping.others} <= {
            *before.members,
            before.lead,
            before.opened_by,
        }
        if ping.about == STEP:
            self.check_step(before, ping)
            return
        clock = next(c for c in running_clocks(before) if (c.about, c.of) == (ping.about, ping.of))
        rung = next_rung(before, clock)
        assert rung is not None
        assert rung.at <= self.now
        assert before.status is Status.ACTIVE or ping.about in ("review", "action", LEGAL)

    def check_step(self, before: Incident, ping: Ping) -> None:
        step, then = self.step(ping.step_key), before.step(ping.step_key)
        assert before.status is Status.ACTIVE
        assert then is not None
        assert step.is_open
        at = next_ask(before, then)
        assert at is not None
        assert at <= self.now
        if ping.in_channel and ping.rung in RUNGS:
            called = {ping.person, *ping.others}
            could_be = {*called, before.lead, before.holder("exec"), before.opened_by, before.deputy("lead")}
            assert called <= before.members or before.members.isdisjoint(could_be)
            assert before.private or self.knows(before.responsible_for(then), then)

    def knows(self, person: str | None, step: Step) -> bool:
        """Whoever answers for the step was asked for it in person, or did something themselves that says that they know."""
        asked = (p for p in self.incident.pings if p.step_key == step.key and not p.in_channel)
        done = (entry for entry in self.told if entry.by == person)
        return (
            person is None
            or any(ping.person == person and ping.rung in (*RUNGS, "still") for ping in asked)
            or any(getattr(entry, "step_key", "") == step.key or isinstance(entry, KNOWING) for entry in done)
        )

    # People

    @rule(number=a_step, by=someone)
    def claim(self, number: int, by: str) -> None:
        self.decide(checklist.claim_step, step_key=self.key(number), by=by)

    @rule(number=a_step, by=someone, person=someone)
    def assign(self, number: int, by: str, person: str) -> None:
        self.decide(checklist.assign_step, step_key=self.key(number), by=by, person=person)

    @rule(number=a_step, by=someone, proof=st.sampled_from(("", "https://x.example")))
    def finish(self, number: int, by: str, proof: str) -> None:
        self.decide(checklist.finish_step, step_key=self.key(number), by=by, proof=proof)

    @rule(number=a_step, by=someone)
    def skip(self, number: int, by: str) -> None:
        self.decide(checklist.skip_step, step_key=self.key(number), by=by, reason="Not needed")

    @rule(number=a_step, by=someone, age=st.sampled_from((0, 0, 1)))
    def reopen_step(self, number: int, by: str, age: int) -> None:
        step = self.incident.step(self.key(number))
        seen = step.version - age if step else 1
        self.decide(checklist.reopen_step, step_key=self.key(number), by=by, seen_version=seen)

    @rule(number=a_step, by=someone, span=st.sampled_from((0, 5, 60)))
    def snooze(self, number: int, by: str, span: float) -> None:
        self.decide(checklist.snooze_step, step_key=self.key(number), by=by, span=minutes(span))

    @rule(number=a_step, by=someone)
    def note_on_step(self, number: int, by: str) -> None:
        self.decide(checklist.note_on_step, step_key=self.key(number), by=by, text="Ask Kim")

    @rule(by=someone, owner=st.none() | someone, due_in=st.sampled_from((None, 1, 60)))
    def add_step(self, by: str, owner: str | None, due_in: float | None) -> None:
        span = None if due_in is None else minutes(due_in)
        self.decide(checklist.add_step, title="One more", by=by, owner=owner, due_in=span)

    @precondition(lambda self: self.incident.pings)
    @rule(data=st.data(), by=someone, answer=st.sampled_from(("take", "snooze", "hand over")))
    def answer_a_ping(self, data: st.DataObject, by: str, answer: str) -> None:
        number = data.draw(st.integers(1, len(self.incident.pings)))
        match answer:
            case "take":
                self.decide(pings.take_ping, ping_id=number, by=by)
            case "snooze":
                self.decide(pings.snooze_ping, ping_id=number, by=by, span=pings.SNOOZES[0])
            case _:
                self.decide(pings.hand_over_ping, ping_id=number, by=by, person=BO, word="Please")

    @rule(
        role=st.sampled_from(("lead", "comms", "legal", "exec")),
        by=someone,
        person=someone,
        deputy=st.none() | someone,
    )
    def give_role(self, role: str, by: str, person: str, deputy: str | None) -> None:
        self.decide(roles.give_role, holding=RoleHolding(role, person, deputy), by=by)

    @rule(role=st.sampled_from(("lead", "comms", "community")), by=someone, to=someone)
    def offer_a_role(self, role: str, by: str, to: str) -> None:
        self.decide(handover.offer_role, role=role, to=to, note="All of it", by=by)

    @precondition(lambda self: self.incident.offers)
    @rule(by=someone, accepted=st.booleans())
    def answer_an_offer(self, by: str, accepted: bool) -> None:
        role = self.incident.offers[0].role
        if accepted:
            self.decide(handover.accept_offer, role=role, by=by)
        else:
            self.decide(handover.decline_offer, role=role, by=by, reason="On a plane")

    @rule()
    def the_program_starts_again(self) -> None:
        """All it knows is what was kept."""
        kept = incident_of(incident_json(self.incident))
        assert kept == self.incident
        self.incident = kept

    @rule(to=levels, by=someone)
    def change_severity(self, to: Severity, by: str) -> None:
        self.decide(lifecycle.change_severity, to=to, rule=CLIMBING[to], by=by, reason="News")

    @precondition(lambda self: self.incident.pings)
    @rule(data=st.data(), by=someone, span=st.sampled_from((1, 30, 1440)))
    def answer_a_clock(self, data: st.DataObject, by: str, span: float) -> None:
        number = data.draw(st.integers(1, len(self.incident.pings)))
        ping = self.incident.pings[number - 1]
        match ping.about:
            case "update":
                self.decide(lifecycle.promise_update, span=minutes(span), by=by)
            case "role":
                self.decide(roles.accept_role, role=ping.of, by=by)
            case "silence":
                self.decide(lifecycle.say_it_goes_on, by=by)
            case _:
                self.decide(pings.put_off, ping_id=number, span=minutes(span), by=by)

    @rule(
        by=someone,
        kind=st.sampled_from(tuple(legal.LAWS.values())),
        since=st.sampled_from((-60, 0, 90, 4000)),
        holder=st.none() | someone,
    )
    def confirm_a_legal_clock(self, by: str, kind: legal.Law, since: float, holder: str | None) -> None:
        since_at = self.now - minutes(since)
        self.decide(legal.start_legal_clock, kind=kind, since=since_at, holder=holder, by=by)

    @precondition(lambda self: self.incident.legal_clocks)
    @rule(by=someone, number=st.integers(1, 3), met=st.booleans())
    def end_a_legal_clock(self, by: str, number: int, met: bool) -> None:
        if met:
            self.decide(legal.finish_legal_clock, number=number, reference="Ref. 12", by=by)
        else:
            self.decide(legal.drop_legal_clock, number=number, reason="No data was read", by=by)

    @rule(by=someone)
    def update(self, by: str) -> None:
        self.decide(lifecycle.post_update, text="All dry", by=by)

    @precondition(lambda self: len(self.told) > 20)
    @rule(by=someone)
    def resolve(self, by: str) -> None:
        self.decide(lifecycle.resolve_crisis, rule=CLIMBING[self.incident.severity], by=by)

    @precondition(lambda self: self.incident.checks)
    @rule(by=someone, check=st.integers(1, 3))
    def say_all_is_quiet(self, by: str, check: int) -> None:
        self.decide(watching.say_all_is_quiet, check=check, by=by)

    @precondition(lambda self: self.incident.status is not Status.ACTIVE)
    @rule(reason=st.sampled_from(("", "The water is gone")))
    def close(self, reason: str) -> None:
        self.decide(
            lifecycle.close_crisis, retrospective=learned(), open_steps_reason=reason, archive_after=DAY
        )

    @rule(by=someone)
    def reopen(self, by: str) -> None:
        self.decide(lifecycle.reopen_crisis, by=by)

    @precondition(lambda self: len(self.told) > 35)
    @rule(by=someone)
    def cancel(self, by: str) -> None:
        self.decide(lifecycle.cancel_crisis, reason="A drill", by=by, archive_after=DAY)

    @rule(by=someone, message=st.sampled_from(("1.0", "2.0")), on=st.booleans())
    def pin(self, by: str, message: str, on: bool) -> None:
        if not on:
            self.decide(notes.unpin_message, message_ts=message, by=by)
            return
        pin = partial(
            notes.pin_message, author=ANA, text="Rain", link="", message_ts=message, sent_at=NOW, by=by
        )
        self.decide(lambda incident, now: pin(incident))

    @precondition(lambda self: self.incident.retrospective)
    @rule(by=someone, number=st.integers(1, 3))
    def finish_an_action(self, by: str, number: int) -> None:
        self.decide(finish_action, action_id=number, by=by)

    # Slack

    @precondition(lambda self: self.incident.channel is None)
    @rule()
    def slack_creates_the_channel(self) -> None:
        self.decide(
            channels.channel_created, channel=Channel(f"C{len(self.incident.earlier_channels)}", "crisis-7")
        )

    @precondition(lambda self: self.incident.channel is not None)
    @rule(person=someone, joins=st.booleans())
    def somebody_joins_or_leaves(self, person: str, joins: bool) -> None:
        change = channels.member_joined if joins else channels.member_left
        self.keep(change(self.incident, person=person))

    @precondition(lambda self: self.incident.channel is not None)
    @rule(why=st.sampled_from(tuple(channels.LOST_WORDS)))
    def the_channel_is_lost(self, why: str) -> None:
        self.decide(channels.channel_lost, why=why)

    @precondition(lambda self: self.incident.channel_lost is not None or self.incident.archived_by_us)
    @rule()
    def the_channel_is_back(self) -> None:
        self.decide(channels.channel_back)

    @precondition(lambda self: self.incident.is_over)
    @rule()
    def the_bot_archived_the_channel(self) -> None:
        self.decide(channels.channel_archived)

    # What always holds

    def decide(self, decision: Callable[..., Decision], **asked: Any) -> None:
        """The decision is kept; a refusal leaves everything as it was."""
        before = replace(self.incident)
        try:
            made = followed_through(decision(self.incident, now=self.now, **asked), now=self.now)
        except Refusal as refusal:
            assert_reads_well(str(refusal))
            assert self.incident == before
            return
        self.keep(made)

    def keep(self, decision: Decision) -> None:
        before, after = self.incident, decision.incident
        reopened = {entry.step_key for entry in decision.entries if isinstance(entry, StepReopened)}
        for old, new in zip(before.steps, after.steps, strict=False):
            assert (old.key, old.number, old.title) == (new.key, new.number, new.title)
            assert new.version >= old.version
            if not old.is_open:
                assert old == new or old.key in reopened or old.notes != new.notes
        assert len(after.steps) >= len(before.steps)
        assert [ping.id for ping in after.pings] == list(range(1, len(after.pings) + 1))
        for old_ping, new_ping in zip(before.pings, after.pings, strict=False):
            assert old_ping.answer is None or old_ping == new_ping
        self.check_orders(after, decision.effects)
        self.told += decision.entries
        self.incident = after

    def check_orders(self, after: Incident, effects: tuple[Effect, ...]) -> None:
        """Private stays private; a one-off message has a name of its own and names nobody who is nobody."""
        if after.private:
            assert not any(effect in ANNOUNCED or isinstance(effect, ThreadUpdate) for effect in effects)
        for effect in effects:
            if isinstance(effect, Notice):
                assert effect.key not in self.ordered
                assert "None" not in effect.text
                self.ordered.add(effect.key)

    @invariant()
    def the_checklist_adds_up(self) -> None:
        steps = self.incident.steps
        assert [step.number for step in steps] == list(range(1, len(steps) + 1))
        assert len({step.key for step in steps}) == len(steps)
        finished = [step for step in steps if not step.is_open]
        assert self.incident.progress == f"{len(finished)}/{len(steps)}"
        for step in steps:
            assert step.is_open == (step.finished_by is None) == (step.finished_at is None)
        if self.incident.status is Status.CLOSED:
            assert len(finished) == len(steps)

    @invariant()
    def every_late_step_has_a_next_ping_and_no_other_has_a_ladder(self) -> None:
        self.latest = max(self.latest, self.now)
        for step in self.incident.steps:
            at = next_ask(self.incident, step)
            if self.incident.status is not Status.ACTIVE or not step.is_open:
                assert at is None
                assert step.asking is None or step.is_open
                continue
            asking = running(step)
            if asking is not None:
                pause = patience(self.incident, asking)
                assert at == (asking.at + pause if pause is not None else None)
                assert asking.at <= self.latest
            elif step.is_overdue(self.now):
                assert at is not None
                assert at <= max(self.now, step.snoozed_until or self.now)

    @invariant()
    def nobody_is_waited_for_in_vain(self) -> None:
        waiting = [ping for ping in self.incident.pings if ping.answer is None]
        for ping in waiting:
            if ping.about == STEP:
                assert self.incident.status is Status.ACTIVE
                assert self.step(ping.step_key).is_open
            else:
                assert f"{ping.about}:{ping.of}" in {clock.key for clock in running_clocks(self.incident)}

    @invariant()
    def a_deadline_of_the_law_stops_only_for_an_answer_or_a_cancelled_crisis(self) -> None:
        due = {clock.of for clock in running_clocks(self.incident) if clock.about == LEGAL}
        runs = {str(clock.number) for clock in self.incident.legal_clocks if clock.runs}
        assert due == (set() if self.incident.status is Status.CANCELLED else runs)
        assert not due or next_due(self.incident) is not None

    @invariant()
    def every_clock_runs_in_its_time_only(self) -> None:
        incident = self.incident
        assert incident.next_update_due is None or incident.status is Status.ACTIVE
        assert (incident.next_check_at is not None) == (incident.status is Status.RESOLVED)
        assert incident.archive_at is None or incident.is_over
        assert (incident.closed_at is not None) == incident.is_over
        assert incident.lead is not None
        assert len({holding.role for holding in incident.roles}) == len(incident.roles)

    def key(self, number: int) -> str:
        steps = self.incident.steps
        return steps[number - 1].key if number <= len(steps) else "gone"

    def step(self, key: str) -> Step:
        return next(step for step in self.incident.steps if step.key == key)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    max_examples=50, stateful_step_count=60, deadline=None, report_multiple_bugs=False
)
