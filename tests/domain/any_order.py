"""What people, Slack and a clock may do to a crisis, in whatever order."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from bot.domain import channels, checklist, handover, legal, lifecycle, notes, pings, reach, roles, watching
from bot.domain.decision import Decision
from bot.domain.model import STEP, Absence, Channel, Incident, Ping, RoleHolding, Status
from bot.domain.retrospective import finish_action
from bot.domain.severity import Severity
from bot.store.rows import incident_json, incident_of
from tests.domain.a_crisis import ANA, BO, COY, CY, DAY, DEE, LEA, NOW, learned, minutes
from tests.domain.watching_steps import LEVELS

PEOPLE = (ANA, LEA, DEE, COY, BO, CY)
someone = st.sampled_from(PEOPLE)
a_step = st.integers(1, 6)
levels = st.sampled_from(Severity)


class People(RuleBasedStateMachine):
    """Everybody around one crisis."""

    now: datetime
    incident: Incident
    done: int
    """How many things happened so far."""

    @abstractmethod
    def decide(
        self, decision: Callable[..., Decision], made: Callable[[], None] | None = None, **asked: Any
    ) -> None:
        """The decision is made now and kept, and then `made` is called; refused, everything is as it was."""

    @abstractmethod
    def step_was_added(self, due: datetime | None) -> None:
        """The last step is a new one."""

    @abstractmethod
    def was_put_off(self, ping: Ping, until: datetime) -> None:
        """What it asks for is asked again then."""

    @abstractmethod
    def others_may_answer(self) -> None:
        """Who is in the channel changed."""

    @abstractmethod
    def went_on_elsewhere(self) -> None:
        """An active crisis has a new channel."""

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
        added = partial(self.step_was_added, self.now + span if span else None)
        self.decide(checklist.add_step, added, title="One more", by=by, owner=owner, due_in=span)

    @precondition(lambda self: self.incident.pings)
    @rule(data=st.data(), by=someone, answer=st.sampled_from(("take", "snooze", "hand over")))
    def answer_a_ping(self, data: st.DataObject, by: str, answer: str) -> None:
        number = data.draw(self.a_ping(of_step=True))
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
        self.decide(lifecycle.change_severity, to=to, rule=LEVELS[to], by=by, reason="News")

    @precondition(lambda self: self.incident.pings)
    @rule(data=st.data(), by=someone, span=st.sampled_from((1, 30, 1440)))
    def answer_a_clock(self, data: st.DataObject, by: str, span: float) -> None:
        number = data.draw(self.a_ping(of_step=False))
        ping = self.incident.pings[number - 1]
        match ping.about:
            case "update":
                self.decide(lifecycle.promise_update, span=minutes(span), by=by)
            case "role":
                self.decide(roles.accept_role, role=ping.of, by=by)
            case "silence":
                self.decide(lifecycle.say_it_goes_on, by=by)
            case _:
                until = partial(self.was_put_off, ping, self.now + minutes(span))
                self.decide(pings.put_off, until, ping_id=number, span=minutes(span), by=by)

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

    @precondition(lambda self: self.done > 10)
    @rule(by=someone)
    def resolve(self, by: str) -> None:
        self.decide(lifecycle.resolve_crisis, rule=LEVELS[self.incident.severity], by=by)

    @precondition(lambda self: self.incident.checks)
    @rule(by=someone, check=st.integers(1, 3))
    def say_all_is_quiet(self, by: str, check: int) -> None:
        self.decide(watching.say_all_is_quiet, check=check, by=by)

    @precondition(lambda self: self.incident.pings)
    @rule(person=someone, why=st.sampled_from(("away", "in do-not-disturb", reach.DEACTIVATED)))
    def find_out_that_somebody_is_not_there(self, person: str, why: str) -> None:
        self.decide(reach.found_unreachable, absence=Absence(person, why))

    @precondition(lambda self: self.incident.status is not Status.ACTIVE)
    @rule(reason=st.sampled_from(("", "The water is gone")))
    def close(self, reason: str) -> None:
        self.decide(
            lifecycle.close_crisis, retrospective=learned(), open_steps_reason=reason, archive_after=DAY
        )

    @rule(by=someone)
    def reopen(self, by: str) -> None:
        was_active = self.incident.status is Status.ACTIVE
        self.decide(lifecycle.reopen_crisis, self.went_on_elsewhere if was_active else None, by=by)

    @precondition(lambda self: self.done > 30)
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
        self.decide(lambda incident, now: change(incident, person=person), self.others_may_answer)

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

    def a_ping(self, *, of_step: bool) -> st.SearchStrategy[int]:
        """Mostly one that waits for such an answer."""
        waiting = [p.id for p in self.incident.pings if p.answer is None and (p.about == STEP) == of_step]
        return st.sampled_from([*waiting[-5:], len(self.incident.pings), 1])

    def key(self, number: int) -> str:
        steps = self.incident.steps
        return steps[number - 1].key if number <= len(steps) else "gone"
