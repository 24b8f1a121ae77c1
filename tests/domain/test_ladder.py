"""Who is asked about a step that is late, in which order, and when it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest

from bot.domain.channels import member_left
from bot.domain.checklist import assign_step, claim_step, finish_step, reopen_step, skip_step, snooze_step
from bot.domain.effects import ShowPing
from bot.domain.errors import SnoozedEnough, SnoozedTooLong
from bot.domain.handover import accept_offer, offer_role
from bot.domain.ladder import SLOWEST, next_ask, rungs
from bot.domain.lifecycle import change_severity, reopen_crisis, resolve_crisis
from bot.domain.model import Incident, Ping, RoleHolding, Step
from bot.domain.opening import Roster
from bot.domain.pings import take_ping
from bot.domain.roles import give_role
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
    SEV4,
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


def run(incident: Incident, until: float, *, since: float = 0) -> Incident:
    """A sweep every minute until then."""
    for minute in range(int(since), int(until) + 1):
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


@pytest.mark.parametrize(
    ("roster", "owner", "named"),
    [
        pytest.param(CREW, BO, (BO, COY), id="the deputy of the role has the step"),
        pytest.param(
            {**CREW, "community": RoleHolding("community", COY)}, DEE, (DEE, COY), id="the lead's has it"
        ),
        pytest.param({"lead": RoleHolding("lead", LEA, DEE)}, DEE, (DEE,), id="nobody holds the role"),
    ],
)
def test_with_a_deputy_who_has_the_step_whoever_holds_its_role_is_named(
    roster: Roster, owner: str, named: tuple[str, ...]
) -> None:
    incident = climbing(roster)
    owned = incident.with_step(replace(the(incident, "pause"), owner=owner))
    assert rungs(owned, the(owned, "pause"))["deputy"] == named


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


@pytest.mark.parametrize(
    ("here", "expected"),
    [
        pytest.param(
            {ANA, COY, LEA, DEE, CY},
            {"owner": (COY,), "deputy": (COY, DEE), "lead": (LEA,), "exec": (CY,)},
            id="the deputy is out: the lead's",
        ),
        pytest.param(
            {ANA, COY, LEA, CY},
            {"owner": (COY,), "deputy": (COY, LEA), "exec": (CY,)},
            id="both deputies: the lead",
        ),
        pytest.param(
            {ANA, COY, BO, CY},
            {"owner": (COY,), "deputy": (COY, BO), "lead": (CY,)},
            id="the lead: the executive",
        ),
        pytest.param(
            {ANA, COY, BO, LEA},
            {"owner": (COY,), "deputy": (COY, BO), "lead": (LEA,), "exec": (ANA,)},
            id="the executive: whoever opened it",
        ),
        pytest.param(
            {ANA, COY}, {"owner": (COY,), "deputy": (COY, ANA)}, id="all of them: whoever opened it, once"
        ),
        pytest.param(
            {ANA, BO, LEA, CY},
            {"owner": (COY,), "deputy": (BO,), "lead": (LEA,), "exec": (CY,)},
            id="the owner, who was asked in person: the deputy alone",
        ),
        pytest.param({BO}, {"owner": (COY,), "deputy": (BO,)}, id="everybody but the deputy"),
        pytest.param(
            {COY},
            {"owner": (COY,), "deputy": (COY,), "lead": (LEA,), "exec": (CY,)},
            id="everybody but the owner",
        ),
        pytest.param(
            {"UEVE"},
            {"owner": (COY,), "deputy": (COY, BO), "lead": (LEA,), "exec": (CY,)},
            id="nobody of them is there: they are asked all the same",
        ),
        pytest.param(
            set(),
            {"owner": (COY,), "deputy": (COY, BO), "lead": (LEA,), "exec": (CY,)},
            id="nobody knows who is there",
        ),
    ],
)
def test_who_is_not_in_the_channel_is_not_called_there_but_the_next_in_line(
    here: set[str], expected: dict[str, tuple[str, ...]]
) -> None:
    incident = replace(climbing(), members=frozenset(here))
    assert rungs(incident, the(incident, "pause")) == expected


def test_a_step_that_is_nobodys_is_asked_of_the_next_in_line_where_the_lead_is_not_in_the_channel() -> None:
    incident = climbing({"lead": RoleHolding("lead", LEA), "exec": EXEC})
    incident = member_left(incident, person=LEA).incident
    assert asked(run(incident, 45))[:2] == [(15, "owner", (CY,), True), (25, "owner", (CY,), True)]


def test_nobody_who_left_a_private_crisis_is_asked_or_named() -> None:
    incident = climbing(private=True)
    for person in (COY, BO, CY):
        incident = member_left(incident, person=person).incident
    people = {person for *_, people, _ in asked(run(incident, 120)) for person in people}
    assert people == {LEA, DEE, ANA}


# Too much missed for the level it has


def two_late(incident: Incident) -> Incident:
    """The same with another step that is due at the same time."""
    (step,) = incident.steps
    return replace(incident, steps=(step, replace(step, key="press", number=2)))


def proposals(incident: Incident) -> list[tuple[float, str, tuple[str, ...], object]]:
    """Minute, rung, people, the level proposed."""
    asked_ = zip(asked(incident), incident.pings, strict=True)
    return [(minute, rung, people, p.proposes) for (minute, rung, people, _), p in asked_ if p.proposes]


@pytest.mark.parametrize(
    ("roster", "expected"),
    [
        pytest.param(CREW, (45, "exec", (CY,), SEV1), id="the executive"),
        pytest.param(
            {"community": RoleHolding("community", COY, BO)},
            (35, "lead", (ANA,), SEV1),
            id="no executive, and whoever opened it leads: the lead is the last to be asked",
        ),
        pytest.param({}, (25, "owner", (ANA,), SEV1), id="one person alone, the second time"),
    ],
)
def test_two_steps_missed_at_the_last_rung_of_their_ladders_propose_the_level_above(
    roster: Roster, expected: tuple[object, ...]
) -> None:
    assert proposals(run(two_late(climbing(roster)), 50)) == [expected]


def test_a_level_whose_ladder_ends_with_the_lead_proposes_there() -> None:
    rules = {level: replace(rule, rungs=("owner", "deputy", "lead")) for level, rule in CLIMBING.items()}
    assert proposals(run(two_late(climbing(rules=rules)), 50)) == [(35, "lead", (LEA,), SEV1)]


def test_steps_that_are_asked_for_once_are_not_missed_yet() -> None:
    rules = {level: replace(rule, rungs=("owner",)) for level, rule in CLIMBING.items()}
    assert proposals(run(two_late(climbing(rules=rules)), 24)) == []


def test_one_step_alone_however_long_it_is_missed_proposes_nothing() -> None:
    assert proposals(run(climbing(), 600)) == []


def test_it_is_proposed_once_an_hour_at_most_and_never_at_the_gravest_level() -> None:
    incident = run(two_late(climbing(rules=CLIMBING)), 300)
    at_minutes = [minute for minute, *_ in proposals(incident)]
    assert len(at_minutes) > 1
    assert all(b - a >= 60 for a, b in pairwise(at_minutes))
    raised = replace(two_late(climbing()), severity=SEV1)
    assert proposals(run(raised, 300)) == []


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


def test_a_reopened_crisis_asks_everybody_for_what_is_late_in_person_first() -> None:
    incident = resolve_crisis(run(climbing(), 30), rule=CLIMBING[SEV2], by=LEA, now=at(31)).incident
    again = reopen_crisis(incident, by=BO, now=at(100)).incident
    assert asked(run(again, 110, since=100))[2:] == [
        (100, "owner", (COY,), False),
        (110, "deputy", (COY, BO), True),
    ]
    assert not any(ping.catching_up for ping in run(again, 110, since=100).pings)


def test_who_reopens_a_crisis_counts_as_asked_for_what_they_answer_for() -> None:
    incident = resolve_crisis(run(climbing(), 30), rule=CLIMBING[SEV2], by=LEA, now=at(31)).incident
    again = reopen_crisis(incident, by=COY, now=at(100)).incident
    assert asked(run(again, 110, since=100))[2:] == [(110, "deputy", (COY, BO), True)]


def test_a_step_reopened_late_counts_as_asked_for_where_its_owner_reopened_it() -> None:
    done = finish_step(climbing(), step_key="pause", by=COY, now=at(5)).incident
    version = the(done, "pause").version
    again = reopen_step(done, step_key="pause", seen_version=version, by=COY, now=at(40)).incident
    assert asked(pinged(again, at(49))) == []
    assert [rung for _, rung, *_ in asked(pinged(again, at(50)))] == ["deputy"]


@pytest.mark.parametrize("ack", [minutes(10), None])
def test_a_step_that_somebody_else_reopens_late_asks_its_owner_in_person(ack: timedelta | None) -> None:
    rules = {level: replace(rule, ack=ack) for level, rule in CLIMBING.items()}
    done = finish_step(climbing(rules=rules), step_key="pause", by=COY, now=at(5)).incident
    version = the(done, "pause").version
    again = reopen_step(done, step_key="pause", seen_version=version, by=LEA, now=at(40)).incident
    assert asked(run(again, 40, since=40)) == [(40, "owner", (COY,), False)]
    assert not last(run(again, 40, since=40)).catching_up
    assert len(run(again, 50, since=40).pings) == (1 if ack is None else 2)


def test_a_severity_that_gives_more_time_ends_the_climb_until_then() -> None:
    lower = change_severity(run(climbing(), 30), to=SEV3, rule=CLIMBING[SEV3], by=LEA, now=at(31))
    assert [p.answer.what if p.answer else None for p in lower.incident.pings] == [
        "The step has more time at SEV3"
    ] * 2
    later = replace(lower.incident, next_update_due=None)
    assert next_step_due(later) == at(60)
    assert last(pinged(later, at(60))).rung == "owner"


def test_after_more_time_the_climb_begins_with_the_owner_again() -> None:
    high = run(climbing(), 40)
    lower = change_severity(high, to=SEV4, rule=CLIMBING[SEV4], by=LEA, now=at(41)).incident
    assert the(lower, "pause").asking is None
    raised = change_severity(lower, to=SEV2, rule=CLIMBING[SEV2], by=LEA, now=at(100)).incident
    again = run(raised, 120)
    assert [(when, rung) for when, rung, *_ in asked(again)[len(high.pings) :]] == [
        (100, "owner"),
        (110, "deputy"),
        (120, "lead"),
    ]


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


def test_at_the_gravest_level_a_snooze_lasts_an_hour_at_most() -> None:
    incident = run(a_crisis(severity=SEV1, rules=CLIMBING), 15)
    snooze = partial(snooze_step, step_key="pause", by=BO, now=at(15))
    assert refused(SnoozedTooLong, lambda: snooze(incident, span=minutes(60.1))) == (
        "At SEV1 a step waits for 1 hour at most. Write `1h` or less, or hand step 1 over to somebody who has the time."
    )
    assert the(snooze(incident, span=minutes(60)).incident, "pause").snoozed_until == at(75)


def test_raised_to_the_gravest_level_a_longer_snooze_ends_within_the_hour() -> None:
    def raised(span: float) -> Step:
        asleep = snooze_step(climbing(), step_key="pause", span=minutes(span), by=BO, now=at(16)).incident
        rule = CLIMBING[SEV1]
        return the(change_severity(asleep, to=SEV1, rule=rule, by=BO, now=at(20)).incident, "pause")

    assert raised(19 * 60).snoozed_until == at(80)
    assert raised(30).snoozed_until == at(46)


@pytest.mark.parametrize("level", [SEV2, SEV3])
def test_at_the_other_levels_people_decide_themselves(level: object) -> None:
    assert CLIMBING[level].ladder.snoozes is None  # type: ignore[index]


def test_handing_over_asks_the_new_owner_and_begins_the_climb_with_them() -> None:
    handed = assign_step(run(climbing(), 30), step_key="pause", person=CY, by=COY, now=at(31)).incident
    assert asked(run(handed, 41))[2:] == [(31, "owner", (CY,), False), (41, "deputy", (CY, BO), True)]


def test_a_role_given_to_somebody_else_asks_them_in_person_before_anybody_else() -> None:
    given = give_role(run(climbing(), 24), holding=RoleHolding("community", CY), by=LEA, now=at(24))
    (old,) = given.incident.pings
    assert old.answer is not None
    assert (old.answer.what, old.answer.by) == (f"Handed over to <@{CY}>", LEA)
    assert ShowPing(1, COY) in given.effects
    assert not last(run(given.incident, 24, since=24)).catching_up
    assert asked(run(given.incident, 34, since=24))[1:] == [
        (24, "owner", (CY,), False),
        (34, "deputy", (CY, BO), True),
    ]


def test_who_takes_a_role_is_asked_for_its_late_steps_which_they_have_not_seen_yet() -> None:
    incident = run(climbing({"lead": RoleHolding("lead", LEA)}), 24)
    took = give_role(incident, holding=RoleHolding("community", BO), by=BO, now=at(24)).incident
    assert asked(run(took, 24, since=24))[1:] == [(24, "owner", (BO,), False)]


def test_a_role_given_away_leaves_what_somebody_took_with_them() -> None:
    given = give_role(taken(), holding=RoleHolding("community", CY), by=LEA, now=at(24)).incident
    assert the(given, "pause").owner == COY
    assert asked(run(given, 46))[-1] == (46, "still", (COY,), False)


def test_after_a_handover_the_role_given_on_asks_the_next_one_in_person() -> None:
    incident = offer_role(run(climbing(), 20), role="community", to=CY, note="All of it", by=COY, now=at(20))
    incident = accept_offer(incident.incident, role="community", by=CY, now=at(20))
    given = give_role(incident.incident, holding=RoleHolding("community", BO), by=LEA, now=at(22)).incident
    assert asked(run(given, 22, since=22))[-1] == (22, "owner", (BO,), False)


def test_another_deputy_alone_leaves_the_ladder_as_it_is() -> None:
    incident = run(climbing(), 24)
    given = give_role(incident, holding=RoleHolding("community", COY, CY), by=LEA, now=at(24)).incident
    assert given.pings == incident.pings
    assert asked(run(given, 25))[-1] == (25, "deputy", (COY, CY), True)


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
