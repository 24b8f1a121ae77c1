"""Whatever people do in whatever order, on whatever clock: what always holds.

The machine makes every decision by the real code, and holds what comes of it to what somebody may expect who only watches
(`watching_steps`, `watching_clocks`): they do not look at how the code knows what is due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from bot.domain.aftermath import followed_through
from bot.domain.decision import Decision
from bot.domain.effects import (
    ArchiveChannel,
    Effect,
    Notice,
    ShowAnnouncement,
    ShowCheck,
    ShowLessons,
    ShowPing,
    ShowSummary,
    ThreadUpdate,
)
from bot.domain.errors import Refusal
from bot.domain.lifecycle import close_crisis, resolve_crisis
from bot.domain.model import LEGAL, STEP, Incident, Ping, RoleHolding, Status
from bot.domain.reminders import fire_due, next_due, set_back, step_pings
from bot.domain.severity import RUNGS, Severity
from bot.domain.timeline import CrisisReopened, Entry, ReminderHeld, RoleHandedOver, StepReopened
from tests.domain.a_crisis import (
    DAY,
    LEA,
    NOW,
    PLAYBOOK,
    ROSTER,
    assert_reads_well,
    learned,
    minutes,
    opening,
)
from tests.domain.any_order import PEOPLE, People, levels
from tests.domain.watching_clocks import Clocks
from tests.domain.watching_steps import LEVELS, Steps, is_asleep

KNOWING = (CrisisReopened, RoleHandedOver)
"""Who did this has read the list."""
ANNOUNCED = (ShowAnnouncement(), ShowLessons(announced=True))
NIGHT = minutes(10 * 60)
WAITS_AT_ANY_LEVEL = ("review", "action")
everywhere = st.sampled_from((UTC, UTC, ZoneInfo("Asia/Kolkata"), ZoneInfo("America/New_York")))


class AnyOrder(People):
    """One crisis, its people, and a clock that may also go back."""

    @initialize(
        private=st.booleans(),
        severity=levels,
        roster=st.sampled_from(({}, ROSTER)),
        zones=st.tuples(*[everywhere for _ in PEOPLE]),
        swept=st.booleans(),
        ends=st.sampled_from(("", "", "", "resolved", "closed")),
    )
    def open(
        self,
        private: bool,
        severity: Severity,
        roster: dict[str, RoleHolding],
        zones: tuple[Any, ...],
        swept: bool,
        ends: str,
    ) -> None:
        """`swept`: the reminders that are due fire after every decision, as they do where the program runs all the time."""
        self.swept = swept
        self.now = NOW
        self.done = 0
        self.where = dict(zip(PEOPLE, zones, strict=True))
        self.ordered: set[str] = set()
        self.told: list[Entry] = []
        self.incident = opening(
            private=private, severity=severity, roster=roster, rules=LEVELS, accepted=False
        ).incident
        self.steps = Steps(PLAYBOOK, severity, NOW)
        self.clocks = Clocks(self.incident)
        if ends:
            self.decide(resolve_crisis, rule=LEVELS[severity], by=LEA)
        if ends == "closed":
            self.decide(close_crisis, retrospective=learned(), open_steps_reason="Dry", archive_after=DAY)

    # The clock

    @rule(span=st.sampled_from((0.01, 5, 15, 30, 90, 1500)))
    def time_goes_on(self, span: float) -> None:
        self.now += minutes(span)

    @rule(span=st.sampled_from((1, 10, 20, 60, 600)))
    def time_goes_on_and_reminders_fire(self, span: float) -> None:
        self.now += minutes(span)
        self.reminders_fire()

    @rule(times=st.sampled_from((1, 2, 6, 25)))
    def nobody_does_anything_for_a_while(self, times: int) -> None:
        """The reminders fire whenever something is due."""
        for _ in range(times):
            due = next_due(self.incident)
            if due is None:
                return
            self.now = max(self.now, due)
            self.reminders_fire()

    @rule(span=st.sampled_from((1, 20, 120)))
    def the_clock_is_set_back(self, span: float) -> None:
        self.now -= minutes(span)

    @rule(span=st.sampled_from((1, 20, 120)))
    def the_clock_is_set_back_and_it_is_noticed(self, span: float) -> None:
        self.now -= minutes(span)
        before = self.incident
        self.steps.clock_was_set_back(self.now)
        self.clocks.clock_was_set_back(self.now)
        self.keep(followed_through(set_back(before, now=self.now), now=self.now))
        assert len(self.incident.pings) == len(before.pings)
        assert before.asked.keys() == self.incident.asked.keys()
        assert set_back(self.incident, now=self.now).incident == self.incident

    @rule()
    def reminders_fire(self) -> None:
        before = self.incident
        decision = followed_through(
            fire_due(before, now=self.now, zones=self.where.__getitem__), now=self.now
        )
        for entry in decision.entries:
            if isinstance(entry, ReminderHeld):
                self.check_held(entry)
        self.keep(decision)
        new = self.incident.pings[len(before.pings) :]
        self.check_nights(new)
        asked = [ping.of for ping in new if ping.about == STEP and ping.rung != "away"]
        assert len(asked) == len(set(asked)), "one ladder for each step"
        assert all(ping.answer is None for ping in new)
        for effect in decision.effects:
            if isinstance(effect, ShowCheck):
                self.clocks.see_the_daily_question(self.now)
        if before.is_over:
            self.check_silence(before, decision)
        self.check_nothing_is_forgotten()

    def check_silence(self, before: Incident, decision: Decision) -> None:
        """After the end nothing is said but what outlives it."""
        assert {type(e) for e in decision.effects} <= {ArchiveChannel, ShowPing, ShowSummary}
        asked = self.incident.pings[len(before.pings) :]
        assert {ping.about for ping in asked} <= (
            {"action", LEGAL} if before.status is Status.CLOSED else set()
        )
        if ArchiveChannel() in decision.effects:
            assert self.clocks.over_at + DAY <= self.now

    def check_nothing_is_forgotten(self) -> None:
        due = next_due(self.incident)
        assert due is None or due > self.now
        self.clocks.check_nothing_is_forgotten(self.now)
        if self.incident.status is Status.ACTIVE:
            rule, steps = LEVELS[self.incident.severity], (step_pings,)
            self.steps.check_nothing_is_forgotten(
                rule, self.now, lambda: next_due(self.incident, kinds=steps)
            )

    # Nights

    def check_held(self, held: ReminderHeld) -> None:
        """It waits for the first morning of people who all sleep."""
        assert all(is_asleep(person, self.now, self.where) for person in held.people)
        assert self.now < held.until <= self.now + NIGHT
        assert any(held.until.astimezone(self.where[p]).hour == 8 for p in held.people)
        assert all(is_asleep(p, held.until - minutes(1), self.where) for p in held.people)

    def check_nights(self, new: Iterable[Ping]) -> None:
        """Nobody is woken by what can wait, unless it is asked of others, too, who are awake."""
        asked: dict[tuple[str, str], set[str]] = {}
        for ping in new:
            asked.setdefault((ping.about, ping.of), set()).update((ping.person, *ping.others))
        for (about, _), people in asked.items():
            if about != LEGAL and (about in WAITS_AT_ANY_LEVEL or LEVELS[self.incident.severity].quiet_hours):
                assert not all(is_asleep(person, self.now, self.where) for person in people)

    # What always holds

    def decide(
        self, decision: Callable[..., Decision], made: Callable[[], None] | None = None, **asked: Any
    ) -> None:
        before = replace(self.incident)
        try:
            decided = followed_through(decision(self.incident, now=self.now, **asked), now=self.now)
        except Refusal as refusal:
            assert_reads_well(str(refusal))
            assert self.incident == before
            return
        self.keep(decided)
        if made is not None:
            made()
        if self.swept:
            self.reminders_fire()

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
        self.done += len(decision.entries)
        self.watch(before, decision)

    def watch(self, before: Incident, decision: Decision) -> None:
        """The watcher reads the timeline, and then what people are asked."""
        severity = decision.incident.severity
        for entry in decision.entries:
            self.steps.hear(entry, before, severity, self.now)
            self.clocks.hear(entry, self.now)
        seen = set()
        for ping in decision.incident.pings[len(before.pings) :]:
            assert len({ping.person, *ping.others}) == len(ping.others) + 1
            assert not before.private or {ping.person, *ping.others} <= {
                *decision.incident.members,
                before.lead,
                before.opened_by,
            }
            if ping.about == STEP:
                assert decision.incident.status is Status.ACTIVE
                self.steps.see(ping, LEVELS[severity], self.now)
                self.check_called(before, ping)
            elif (ping.about, ping.of) not in seen:
                self.clocks.see(ping, self.now)
            seen.add((ping.about, ping.of))

    def check_called(self, before: Incident, ping: Ping) -> None:
        """Who is called in the channel is there, if anybody is whom it could be asked of."""
        if ping.in_channel and ping.rung in RUNGS:
            called = {ping.person, *ping.others}
            could_be = {*called, before.lead, before.holder("exec"), before.opened_by, before.deputy("lead")}
            assert called <= before.members or before.members.isdisjoint(could_be)
            step = before.step(ping.step_key)
            assert before.private or step is None or self.knows(before.responsible_for(step), step.key)

    def knows(self, person: str | None, step_key: str) -> bool:
        """Whoever answers for the step was asked for it in person, or did something themselves that says that they know."""
        asked = (p for p in self.incident.pings if p.step_key == step_key and not p.in_channel)
        done = (entry for entry in self.told if entry.by == person)
        return (
            person is None
            or any(ping.person == person and ping.rung in (*RUNGS, "still") for ping in asked)
            or any(getattr(entry, "step_key", "") == step_key or isinstance(entry, KNOWING) for entry in done)
        )

    def check_orders(self, after: Incident, effects: tuple[Effect, ...]) -> None:
        """Private stays private; a one-off message has a name of its own and names nobody who is nobody."""
        if after.private:
            assert not any(effect in ANNOUNCED or isinstance(effect, ThreadUpdate) for effect in effects)
        for effect in effects:
            if isinstance(effect, Notice):
                assert effect.key not in self.ordered
                assert "None" not in effect.text
                self.ordered.add(effect.key)

    def step_was_added(self, due: datetime | None) -> None:
        self.steps.all[self.incident.steps[-1].key].due = due

    def was_put_off(self, ping: Ping, until: datetime) -> None:
        if ping.about == LEGAL:
            self.clocks.law[ping.of].put_off_until = until

    def others_may_answer(self) -> None:
        if self.incident.private:
            self.steps.others_may_answer()

    def went_on_elsewhere(self) -> None:
        self.steps.others_may_answer()
        self.clocks.goes_on_elsewhere(self.now)

    @invariant()
    def the_checklist_adds_up(self) -> None:
        steps = self.incident.steps
        assert [step.number for step in steps] == list(range(1, len(steps) + 1))
        assert len({step.key for step in steps}) == len(steps)
        finished = [step for step in steps if not step.is_open]
        assert self.incident.progress == f"{len(finished)}/{len(steps)}"
        for step in steps:
            assert step.is_open == (step.finished_by is None) == (step.finished_at is None)
            assert step.is_open == self.steps.all[step.key].is_open
        if self.incident.status is Status.CLOSED:
            assert len(finished) == len(steps)

    @invariant()
    def nobody_is_waited_for_in_vain(self) -> None:
        assert self.incident.status is self.clocks.status
        for ping in self.incident.pings:
            if ping.answer is None:
                assert self.clocks.may_wait(ping)
                assert ping.about != STEP or self.steps.all[ping.of].is_open

    @invariant()
    def something_is_due_while_somebody_owes_anything(self) -> None:
        late = self.incident.status is Status.ACTIVE and any(
            step.latest(LEVELS[self.incident.severity]) for step in self.steps.all.values() if step.is_open
        )
        law = self.incident.status is not Status.CANCELLED and self.clocks.law.keys() - self.clocks.ended
        assert next_due(self.incident) is not None or not (late or law)

    @invariant()
    def after_the_end_nothing_is_due_before_the_archiving_but_what_the_law_asks_for(self) -> None:
        if self.incident.is_over and not self.clocks.law.keys() - self.clocks.ended:
            due = next_due(self.incident)
            assert due is None or due >= self.clocks.over_at + DAY

    @invariant()
    def every_clock_runs_in_its_time_only(self) -> None:
        incident = self.incident
        assert incident.next_update_due is None or incident.status is Status.ACTIVE
        assert (incident.next_check_at is not None) == (incident.status is Status.RESOLVED)
        assert incident.archive_at is None or incident.is_over
        assert (incident.closed_at is not None) == incident.is_over
        assert incident.lead is not None
        assert len({holding.role for holding in incident.roles}) == len(incident.roles)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    max_examples=50, stateful_step_count=60, deadline=None, report_multiple_bugs=False
)
