"""Who is asked about a step that is late, in which order, and when it ends."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from bot.domain.channels import member_left
from bot.domain.checklist import assign_step, claim_step, finish_step, reopen_step, skip_step, snooze_step
from bot.domain.effects import ShowPing
from bot.domain.errors import SnoozedEnough
from bot.domain.ladder import SLOWEST, next_ask, rungs
from bot.domain.lifecycle import change_severity, reopen_crisis, resolve_crisis
from bot.domain.model import Incident, Ping, RoleHolding
from bot.domain.opening import Roster
from bot.domain.pings import take_ping
from bot.domain.severity import Ladder, SeverityRule, SeverityRules
from bot.domain.timeline import PingClimbed, StillOnItAsked
from tests.domain.a_crisis import (
    ANA,
    BO,
    CLIMBING,
    COY,
    CY,
    DEE,
    LEA,
    SEV1,
    SEV2,
    SEV3,
    a_crisis,
    at,
    kinds,
    minutes,
    next_step_due,
    pinged,
    refused,
    steps_fire,
    the,
)

# Step "pause" belongs to Coy's role and is due at 15 minutes; an answer is waited for 10 minutes, "On it" holds for 30.
CREW: Roster = {
    "community": RoleHolding("community", COY, BO),
    "lead": RoleHolding("lead", LEA, DEE),
    "exec": RoleHolding("exec", CY),
}
EXEC = RoleHolding("exec", CY)


def climbing(roster: Roster = CREW, rules: SeverityRules = CLIMBING, *, private: bool = False) -> Incident:
    """Crisis 7 with one step only, so that one ladder is looked at; the executive is in it."""
    incident = a_crisis(roster=roster, rules=rules, private=private)
    roles = (*incident.roles, EXEC) if "exec" in roster else incident.roles
    members = incident.members | ({CY} if "exec" in roster else set())
    return replace(incident, roles=roles, members=members, steps=incident.steps[:1], next_update_due=None)


def run(incident: Incident, until: float) -> Incident:
    """A sweep every minute until then."""
    for minute in range(int(until) + 1):
        incident = pinged(incident, at(minute))
    return incident


def asked(incident: Incident) -> list[tuple[float, str, tuple[str, ...], bool]]:
    """Minute, rung, people, in the channel?"""
    return [
        ((p.at - at(0)) / minutes(1), p.rung, (p.person, *p.others), p.in_channel) for p in incident.pings
    ]


def last(incident: Incident) -> Ping:
    return incident.pings[-1]


# The climb


def test_a_step_nobody_answers_for_climbs_from_its_owner_to_the_executive() -> None:
    assert asked(run(climbing(), 45)) == [
        (15, "owner", (COY,), False),
        (25, "deputy", (COY, BO), True),
        (35, "lead", (LEA,), True),
        (45, "exec", (CY,), True),
    ]


def test_every_rung_stands_on_the_timeline() -> None:
    decision = steps_fire(run(climbing(), 24), now=at(25))
    assert decision.entries == (PingClimbed(at(25), "", "pause", "1, Pause all posts", "deputy", (COY, BO)),)
    assert ShowPing(2, None, (COY, BO)) in decision.effects


def test_after_a_whole_climb_it_begins_again_more_slowly_and_never_stops() -> None:
    incident = run(climbing(), 24 * 60)
    owners = [minute for minute, rung, *_ in asked(incident) if rung == "owner"]
    assert owners[:3] == [15, 55, 135]
    pauses = [b[0] - a[0] for a, b in zip(asked(incident), asked(incident)[1:], strict=False)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == SLOWEST / minutes(1)
    assert next_step_due(incident) is not None


def test_a_sweep_that_slept_asks_once_and_goes_on_from_there() -> None:
    decision = steps_fire(climbing(), now=at(300))
    assert asked(decision.incident) == [(300, "owner", (COY,), False)]
    assert next_step_due(decision.incident) == at(310)


def test_a_clock_set_back_asks_nobody_again() -> None:
    incident = run(climbing(), 30)
    assert steps_fire(incident, now=at(5)).incident == incident


def test_where_nothing_climbs_it_is_asked_once() -> None:
    rules = {level: replace(rule, ack=None) for level, rule in CLIMBING.items()}
    assert len(run(climbing(rules=rules), 600).pings) == 1


# Who is on a rung


@pytest.mark.parametrize(
    ("roster", "expected"),
    [
        pytest.param(CREW, {"owner": (COY,), "deputy": (COY, BO), "lead": (LEA,), "exec": (CY,)}, id="all"),
        pytest.param(
            {**CREW, "community": RoleHolding("community", COY)},
            {"owner": (COY,), "deputy": (COY, DEE), "lead": (LEA,), "exec": (CY,)},
            id="no deputy of its own: the lead's",
        ),
        pytest.param(
            {"community": RoleHolding("community", COY), "lead": RoleHolding("lead", LEA)},
            {"owner": (COY,), "deputy": (COY,), "lead": (LEA,), "exec": (ANA,)},
            id="no deputy, no executive: the one who opened it",
        ),
        pytest.param(
            {"lead": RoleHolding("lead", ANA)},
            {"owner": (ANA,)},
            id="a lead alone, for a step that is nobody's: in the channel, and not twice in one climb",
        ),
        pytest.param(
            {**CREW, "community": RoleHolding("community", LEA, BO)},
            {"owner": (LEA,), "deputy": (LEA, BO), "exec": (CY,)},
            id="the lead owns it: no rung of their own",
        ),
        pytest.param(
            {**CREW, "community": RoleHolding("community", COY, COY)},
            {"owner": (COY,), "deputy": (COY,), "lead": (LEA,), "exec": (CY,)},
            id="a deputy who is the owner is named once",
        ),
    ],
)
def test_the_people_of_each_rung(roster: Roster, expected: dict[str, tuple[str, ...]]) -> None:
    incident = climbing(roster)
    assert rungs(incident, the(incident, "pause")) == expected


def test_a_step_that_is_nobodys_is_asked_of_the_lead_in_the_channel() -> None:
    incident = climbing({"lead": RoleHolding("lead", LEA, DEE)})
    assert asked(run(incident, 35)) == [
        (15, "owner", (LEA,), True),
        (25, "deputy", (LEA, DEE), True),
        (35, "exec", (ANA,), True),
    ]


def test_the_rungs_are_those_of_the_severity() -> None:
    rules = {level: replace(rule, rungs=("owner", "lead")) for level, rule in CLIMBING.items()}
    assert [rung for _, rung, *_ in asked(run(climbing(rules=rules), 30))] == ["owner", "lead"]


def test_nobody_who_left_a_private_crisis_is_asked_or_named() -> None:
    incident = climbing(private=True)
    for person in (COY, BO, CY):
        incident = member_left(incident, person=person).incident
    people = {person for *_, people, _ in asked(run(incident, 120)) for person in people}
    assert people == {LEA, DEE, ANA}


# How it ends


@pytest.mark.parametrize(
    "act",
    [
        partial(finish_step, by=BO),
        partial(skip_step, by=BO, reason="Not needed"),
    ],
)
def test_a_step_that_is_done_with_is_not_asked_for_again(act: partial[object]) -> None:
    incident = act(run(climbing(), 30), step_key="pause", now=at(31)).incident  # type: ignore[attr-defined]
    assert next_step_due(incident) is None
    assert len(run(incident, 600).pings) == 2


def test_a_resolved_crisis_climbs_no_further() -> None:
    incident = run(climbing(), 30)
    resolved = resolve_crisis(incident, rule=CLIMBING[SEV2], by=LEA, now=at(31)).incident
    assert next_ask(resolved, the(resolved, "pause")) is None


def test_a_reopened_crisis_counts_its_sentence_as_the_first_rung() -> None:
    incident = resolve_crisis(run(climbing(), 30), rule=CLIMBING[SEV2], by=LEA, now=at(31)).incident
    again = reopen_crisis(incident, by=BO, now=at(100)).incident
    assert next_step_due(replace(again, next_update_due=None)) == at(110)
    assert last(pinged(again, at(110))).rung == "deputy"


def test_a_step_reopened_late_counts_as_asked_for_by_whoever_reopened_it() -> None:
    done = finish_step(climbing(), step_key="pause", by=COY, now=at(5)).incident
    version = the(done, "pause").version
    again = reopen_step(done, step_key="pause", seen_version=version, by=COY, now=at(40)).incident
    assert asked(pinged(again, at(49))) == []
    assert [rung for _, rung, *_ in asked(pinged(again, at(50)))] == ["deputy"]


def test_a_severity_that_gives_more_time_ends_the_climb_until_then() -> None:
    lower = change_severity(run(climbing(), 30), to=SEV3, rule=CLIMBING[SEV3], by=LEA, now=at(31))
    assert [p.answer.what if p.answer else None for p in lower.incident.pings] == [
        "The step has more time at SEV3"
    ] * 2
    later = replace(lower.incident, next_update_due=None)
    assert next_step_due(later) == at(60)
    assert last(pinged(later, at(60))).rung == "owner"


def test_a_severity_with_less_patience_climbs_sooner() -> None:
    rules = {**CLIMBING, SEV1: replace(CLIMBING[SEV1], ack=minutes(2))}
    raised = change_severity(run(climbing(), 16), to=SEV1, rule=rules[SEV1], by=LEA, now=at(16)).incident
    assert next_step_due(replace(raised, next_update_due=None)) == at(17)


# On it, and whether they still are


def taken(now: float = 16, by: str = COY) -> Incident:
    incident = run(climbing(), now)
    return take_ping(incident, ping_id=last(incident).id, by=by, now=at(now)).incident


def test_on_it_stops_the_climb_and_then_asks_whether_they_still_are() -> None:
    incident = run(taken(), 46)
    assert asked(incident)[1:] == [(46, "still", (COY,), False)]
    again = steps_fire(run(taken(), 45), now=at(46))
    assert again.entries == (StillOnItAsked(at(46), "", "pause", "1, Pause all posts", COY),)


def test_still_on_it_holds_as_long_again() -> None:
    incident = run(taken(), 46)
    still = take_ping(incident, ping_id=2, by=COY, now=at(47)).incident
    assert [p.answer.what if p.answer else None for p in still.pings] == ["On it", "Still on it"]
    assert next_step_due(still) == at(77)


def test_no_answer_to_still_on_it_goes_on_with_the_climb() -> None:
    assert asked(run(taken(), 66))[1:] == [
        (46, "still", (COY,), False),
        (56, "deputy", (COY, BO), True),
        (66, "lead", (LEA,), True),
    ]


def test_whoever_said_on_it_is_asked_though_the_step_is_somebody_elses() -> None:
    incident = run(taken(26, by=BO), 56)
    assert asked(incident)[-1] == (56, "still", (BO,), False)
    assert the(incident, "pause").owner == BO


def test_claiming_a_late_step_is_as_good_as_on_it() -> None:
    incident = claim_step(run(climbing(), 16), step_key="pause", by=BO, now=at(17)).incident
    assert next_step_due(incident) == at(47)
    assert last(pinged(incident, at(47))).rung == "still"


def test_claiming_a_step_in_time_leaves_its_due_time_as_the_first_question() -> None:
    incident = claim_step(climbing(), step_key="pause", by=BO, now=at(5)).incident
    assert asked(run(incident, 15)) == [(15, "owner", (BO,), False)]


def test_who_said_on_it_and_left_a_private_crisis_is_not_asked_again() -> None:
    incident = climbing(private=True)
    incident = run(incident, 16)
    incident = take_ping(incident, ping_id=1, by=COY, now=at(16)).incident
    left = member_left(incident, person=COY).incident
    assert asked(run(left, 46))[1:] == [(46, "deputy", (LEA, BO), True)]


# Snooze and hand over


def test_a_snooze_moves_this_ping_and_begins_with_the_owner_again() -> None:
    incident = run(climbing(), 30)
    snoozed = snooze_step(incident, step_key="pause", span=minutes(15), by=BO, now=at(30)).incident
    assert next_step_due(snoozed) == at(45)
    assert [rung for _, rung, *_ in asked(run(snoozed, 55))][2:] == ["owner", "deputy"]


def test_at_the_gravest_level_three_snoozes_are_enough() -> None:
    rule = replace(CLIMBING[SEV1], level=SEV1)
    assert rule.ladder.snoozes == 3
    incident = replace(run(climbing(), 16), ladder=rule.ladder)
    snooze = partial(snooze_step, step_key="pause", span=minutes(15), by=BO)
    for number in range(3):
        incident = snooze(incident, now=at(16 + number)).incident
    assert refused(SnoozedEnough, lambda: snooze(incident, now=at(20))).startswith(
        "Step 1 was put off 3 times"
    )
    handed = assign_step(incident, step_key="pause", person=CY, by=BO, now=at(20)).incident
    assert snooze(handed, now=at(21)).incident != handed, "somebody else begins anew"


@pytest.mark.parametrize("level", [SEV2, SEV3])
def test_at_the_other_levels_people_decide_themselves(level: object) -> None:
    assert CLIMBING[level].ladder.snoozes is None  # type: ignore[index]


def test_handing_over_asks_the_new_owner_and_begins_the_climb_with_them() -> None:
    handed = assign_step(run(climbing(), 30), step_key="pause", person=CY, by=COY, now=at(31)).incident
    assert asked(run(handed, 41))[2:] == [(31, "owner", (CY,), False), (41, "deputy", (CY, BO), True)]


def test_giving_a_late_step_to_oneself_is_as_good_as_on_it() -> None:
    own = assign_step(run(climbing(), 30), step_key="pause", person=BO, by=BO, now=at(31))
    assert "ShowPing" in kinds(own.effects)
    assert next_step_due(own.incident) == at(61)


def test_a_ladder_is_as_the_severity_file_says() -> None:
    rule = SeverityRule(
        SEV3, "", (), minutes(30), minutes(120), None, None, quiet_hours=True, rungs=("owner", "lead")
    )
    assert rule.ladder == Ladder(minutes(30), minutes(120), True, ("owner", "lead"), None)


# What was proposed is not proposed again at once


def test_a_third_step_missed_within_the_hour_proposes_nothing_more() -> None:
    incident = climbing()
    [pause] = incident.steps
    more = (replace(pause, key=key, number=n, due_at=at(14 + n)) for n, key in ((2, "reply"), (3, "review")))
    incident = run(replace(incident, steps=(pause, *more)), 50)
    assert [(p.step_key, p.proposes) for p in incident.pings if p.rung == "exec"] == [
        ("pause", None),
        ("reply", SEV1),
        ("review", None),
    ]
