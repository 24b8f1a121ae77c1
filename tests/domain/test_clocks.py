"""What a crisis waits for besides its steps: who is asked for it when, in which words, and what ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest

from bot.domain.aftermath import followed_through
from bot.domain.channels import member_left
from bot.domain.clocks import running_clocks
from bot.domain.decision import Decision
from bot.domain.errors import AlreadySo, PingAnswered, TimeInThePast
from bot.domain.lifecycle import (
    change_severity,
    post_update,
    promise_update,
    reopen_crisis,
    resolve_crisis,
    say_it_goes_on,
)
from bot.domain.model import ActionItem, Incident, Ping, RoleHolding
from bot.domain.notes import add_note
from bot.domain.pings import put_off
from bot.domain.reminders import clock_questions, fire_due, next_due
from bot.domain.retrospective import finish_action
from bot.domain.roles import accept_role, give_role
from bot.domain.timeline import Reminded
from tests.domain.a_crisis import (
    ANA,
    BO,
    CLIMBING,
    COY,
    CY,
    DAY,
    DEE,
    LEA,
    ROSTER,
    RULES,
    SEV1,
    SEV2,
    SEV3,
    SEV4,
    a_crisis,
    at,
    cancelled,
    closed,
    closing,
    minutes,
    opening,
    refused,
    resolved,
)

ONLY_CLOCKS = (clock_questions,)
FULL = {**ROSTER, **{role: RoleHolding(role, BO) for role in ("comms", "legal")}}
"""Bo is Comms and Legal: nothing is vacant."""


def the(incident: Incident, about: str) -> list[Ping]:
    return [ping for ping in incident.pings if ping.about == about]


def after(decision: Decision, now: datetime) -> Incident:
    return followed_through(decision, now=now).incident


def fired(incident: Incident, now: datetime) -> Incident:
    """Whatever the clocks ask at this moment was asked."""
    return after(fire_due(incident, now=now, kinds=ONLY_CLOCKS), now)


def lived(incident: Incident, until: datetime) -> Incident:
    """Everything the clocks ask until then, each at its moment."""
    for _ in range(500):
        due = next_due(incident, kinds=ONLY_CLOCKS)
        if due is None or due > until:
            return incident
        incident = fired(incident, due)
    raise AssertionError("it never stops asking")


def asked(incident: Incident, about: str) -> list[tuple[float, str, tuple[str, ...], bool]]:
    """Minutes after the opening, which rung, whom, and whether in the channel."""
    return [
        ((p.at - at(0)) / minutes(1), p.rung, (p.person, *p.others), p.in_channel)
        for p in the(incident, about)
    ]


# -- the next update -----------------------------------------------------------------------------------------


def an_update_due(**other: object) -> Incident:
    """At SEV2, due at 11:00; Bo is Comms, Lea leads."""
    return a_crisis(roster=FULL, **other)


def test_an_update_that_nobody_posts_is_asked_for_before_when_due_in_the_channel_and_from_the_executive() -> (
    None
):
    incident = lived(an_update_due(), at(140))
    assert asked(incident, "update") == [
        (110, "soon", (BO,), False),
        (110, "soon", (LEA,), False),
        (120, "due", (BO,), False),
        (120, "due", (LEA,), False),
        (130, "late", (BO, LEA), True),
        (140, "exec", (ANA,), True),
    ]
    assert [ping.text.splitlines()[0] for ping in the(incident, "update")] == [
        "*The next status update is due in ten minutes.*",
        "*The next status update is due in ten minutes.*",
        "*The next status update is due now.*",
        "*The next status update is due now.*",
        "*<@UBO> and <@ULEA>, the promised status update is late.*",
        "*<@UANA>, the promised status update is late, and nobody answers for it.*",
    ]


def test_what_was_asked_before_can_still_be_answered_and_is_with_the_others() -> None:
    asked_often = lived(an_update_due(), at(130))
    assert [ping.answer for ping in the(asked_often, "update")] == [None] * 5
    posted = post_update(asked_often, text="All dry", by=BO, now=at(131)).incident
    assert {ping.answer.what for ping in the(posted, "update") if ping.answer} == {"Update posted"}
    assert all(ping.answer for ping in the(posted, "update"))


def test_without_comms_the_lead_is_asked_once_each_time_and_without_an_executive_whoever_opened_it() -> None:
    incident = lived(a_crisis(), at(140))
    assert asked(incident, "update") == [
        (110, "soon", (LEA,), False),
        (120, "due", (LEA,), False),
        (130, "late", (LEA,), True),
        (140, "exec", (ANA,), True),
    ]


def test_the_executive_is_asked_where_there_is_one() -> None:
    incident = give_role(an_update_due(), holding=RoleHolding("exec", CY), by=LEA, now=at(1)).incident
    assert asked(lived(incident, at(140)), "update")[-1] == (140, "exec", (CY,), True)


def test_who_is_comms_and_lead_at_once_is_named_once() -> None:
    incident = give_role(a_crisis(), holding=RoleHolding("comms", LEA), by=LEA, now=at(1)).incident
    assert asked(lived(incident, at(130)), "update")[-1] == (130, "late", (LEA,), True)


@pytest.mark.parametrize("executive", [None, LEA, BO])
def test_an_executive_who_was_asked_as_lead_or_comms_is_not_told_that_nobody_answers(
    executive: str | None,
) -> None:
    incident = a_crisis(roster=FULL, by=LEA)
    if executive:
        holding = RoleHolding("exec", executive)
        incident = give_role(incident, holding=holding, by=LEA, now=at(1)).incident
    assert asked(lived(incident, at(150)), "update")[-2:] == [
        (130, "late", (BO, LEA), True),
        (150, "late", (BO, LEA), True),
    ]


def test_unanswered_questions_come_half_as_often_down_to_every_two_hours() -> None:
    times = [minute for minute, *_ in asked(lived(an_update_due(), at(1000)), "update")]
    pauses = [b - a for a, b in pairwise(times) if b > a]
    assert pauses[:3] == [10, 10, 10]
    assert pauses[3:] == [20, 40, 80, *[120] * len(pauses[6:])]
    assert len(pauses) > 8


def test_an_update_ends_the_question_and_begins_the_clock_anew() -> None:
    late = lived(an_update_due(), at(130))
    posted = after(post_update(late, text="All dry", by=CY, now=at(135)), at(135))
    assert [p.answer.what for p in the(posted, "update") if p.answer][-1] == "Update posted"
    assert all(p.answer for p in the(posted, "update"))
    assert asked(lived(posted, at(255)), "update")[len(the(posted, "update")) :] == [
        (245, "soon", (BO,), False),
        (245, "soon", (LEA,), False),
        (255, "due", (BO,), False),
        (255, "due", (LEA,), False),
    ]


def test_a_promise_moves_the_question() -> None:
    late = lived(an_update_due(), at(120))
    promised = after(promise_update(late, span=minutes(30), by=BO, now=at(121)), at(121))
    assert promised.next_update_due == at(151)
    assert all(p.answer for p in the(promised, "update"))
    assert next_due(promised, kinds=ONLY_CLOCKS) == at(141)


def test_a_promise_shorter_than_the_warning_is_warned_of_at_once_and_never_twice() -> None:
    late = lived(an_update_due(), at(120))
    promised = after(promise_update(late, span=minutes(15), by=BO, now=at(120)), at(120))
    assert [m for m, *_ in asked(lived(promised, at(135)), "update")] == [
        110,
        110,
        120,
        120,
        125,
        125,
        135,
        135,
    ]


def test_a_promise_is_refused_where_none_is_needed() -> None:
    watched = resolved(an_update_due())
    assert "no update is due" in refused(
        AlreadySo, partial(promise_update, watched, span=minutes(30), by=BO, now=at(61))
    )
    refused(TimeInThePast, partial(promise_update, an_update_due(), span=minutes(0), by=BO, now=at(61)))


def test_the_level_moves_the_clock_or_ends_it() -> None:
    warned = lived(an_update_due(), at(110))
    graver = change_severity(warned, to=SEV1, rule=RULES[SEV1], by=BO, now=at(111)).incident
    assert asked(fired(graver, at(111)), "update")[-1] == (111, "due", (LEA,), False)
    calmer = after(change_severity(warned, to=SEV4, rule=RULES[SEV4], by=LEA, now=at(111)), at(111))
    assert all(p.answer for p in the(calmer, "update"))
    assert asked(lived(calmer, at(2000)), "update") == asked(warned, "update")


# -- roles ---------------------------------------------------------------------------------------------------


def named(person: str = BO, deputy: str | None = CY, **other: object) -> Incident:
    """Lea made Bo Comms at 9:01, at a level with ladders; Cy is the deputy."""
    incident = a_crisis(rules=CLIMBING, **other)  # type: ignore[arg-type]
    holding = RoleHolding("comms", person, deputy)
    return give_role(incident, holding=holding, by=LEA, now=at(1)).incident


def test_who_was_named_is_asked_and_unanswered_it_climbs_to_deputy_lead_and_executive() -> None:
    incident = lived(named(), at(31))
    assert asked(incident, "role") == [
        (1, "owner", (BO,), False),
        (11, "deputy", (BO, CY), True),
        (21, "lead", (LEA,), True),
        (31, "exec", (ANA,), True),
    ]
    assert [ping.text.splitlines()[0] for ping in the(incident, "role")] == [
        "*<@ULEA> made you Comms in this crisis.*",
        "*<@UBO> and <@UCY>, nobody has said yet that they are Comms here.*",
        "*<@ULEA>, <@UBO> was named Comms and has not answered.*",
        "*<@UANA>, <@UBO> was named Comms and has not answered.*",
    ]


def test_a_roster_asks_everybody_it_names_but_whoever_opened_the_crisis() -> None:
    roster = {**ROSTER, "comms": RoleHolding("comms", ANA)}
    incident = fired(a_crisis(roster=roster, rules=CLIMBING, accepted=False), at(0))
    assert {(p.of, p.person) for p in the(incident, "role")} == {("lead", LEA), ("community", COY)}
    assert the(incident, "role")[0].text.startswith("*The roster makes you ")


def test_roles_are_asked_for_once_the_channel_is_there() -> None:
    incident = opening(rules=CLIMBING, accepted=False).incident
    assert incident.channel is None
    assert the(fired(incident, at(60)), "role") == the(fired(incident, at(60)), "vacant") == []


def test_without_ladders_a_role_is_asked_for_once() -> None:
    incident = give_role(a_crisis(), holding=RoleHolding("comms", BO), by=LEA, now=at(1)).incident
    assert asked(lived(incident, at(100)), "role") == [(1, "owner", (BO,), False)]


def test_i_have_it_ends_it_and_said_again_changes_nothing() -> None:
    waiting = lived(named(), at(11))
    there = after(accept_role(waiting, role="comms", by=BO, now=at(12)), at(12))
    assert the(there, "role")[-1].answer is not None
    assert there.has_accepted("comms")
    assert asked(lived(there, at(100)), "role") == asked(waiting, "role")
    assert accept_role(there, role="comms", by=BO, now=at(13)).entries == ()


def test_the_deputy_takes_it_with_one_press_and_nobody_is_asked_again() -> None:
    waiting = lived(named(), at(11))
    there = after(accept_role(waiting, role="comms", by=CY, now=at(12)), at(12))
    assert (there.holder("comms"), there.has_accepted("comms")) == (CY, True)
    assert all(p.answer for p in the(there, "role"))
    assert asked(lived(there, at(100)), "role") == asked(waiting, "role")


def test_given_to_another_person_the_question_begins_anew_with_them() -> None:
    waiting = lived(named(), at(11))
    given = after(give_role(waiting, holding=RoleHolding("comms", COY), by=LEA, now=at(15)), at(15))
    assert asked(lived(given, at(25)), "role")[2:] == [
        (15, "owner", (COY,), False),
        (25, "deputy", (COY, CY), True),
    ]


def test_given_to_another_person_in_the_same_moment_they_are_asked_too() -> None:
    waiting = lived(named(), at(1))
    given = after(give_role(waiting, holding=RoleHolding("comms", COY), by=LEA, now=at(1)), at(1))
    assert asked(lived(given, at(1)), "role")[1:] == [(1, "owner", (COY,), False)]


def test_another_deputy_alone_asks_nobody_anew() -> None:
    waiting = lived(named(), at(11))
    given = after(give_role(waiting, holding=RoleHolding("comms", BO, DEE), by=LEA, now=at(12)), at(12))
    assert asked(lived(given, at(20)), "role") == asked(waiting, "role")


def test_of_roles_that_nobody_holds_the_lead_reads_once() -> None:
    incident = lived(a_crisis(rules=CLIMBING), at(1000))
    assert asked(incident, "vacant") == [(10, "lead", (LEA,), False)]
    assert the(incident, "vacant")[0].text.startswith("*Nobody is Comms or Legal yet.*")


def test_the_last_vacant_role_filled_settles_it() -> None:
    told = lived(a_crisis(rules=CLIMBING), at(10))
    one = after(give_role(told, holding=RoleHolding("comms", BO), by=LEA, now=at(11)), at(11))
    assert the(one, "vacant")[0].answer is None
    both = after(give_role(one, holding=RoleHolding("legal", BO), by=LEA, now=at(12)), at(12))
    answer = the(both, "vacant")[0].answer
    assert answer is not None
    assert answer.by == LEA


def test_without_ladders_or_vacant_roles_nobody_is_told_of_any() -> None:
    for incident in (a_crisis(), a_crisis(roster=FULL, rules=CLIMBING)):
        assert the(lived(incident, at(60)), "vacant") == []


# -- silence -------------------------------------------------------------------------------------------------


def test_silence_asks_the_lead_then_lead_and_deputy_by_name() -> None:
    incident = lived(an_update_due(), at(360))
    assert asked(incident, "silence") == [
        (240, "lead", (LEA,), False),
        (360, "deputy", (LEA, DEE), True),
    ]
    assert [p.text.splitlines()[0] for p in the(incident, "silence")] == [
        "*Nobody has touched the checklist or posted an update for 4 hours.*",
        "*<@ULEA> and <@UDEE>, nobody has touched the checklist or posted an update for 6 hours.*",
    ]


def test_whatever_somebody_does_ends_the_silence_and_it_is_counted_from_there() -> None:
    silent = lived(an_update_due(), at(240))
    noted = after(add_note(silent, text="All dry", by=COY, now=at(250)), at(250))
    assert all(p.answer for p in the(noted, "silence"))
    assert asked(lived(noted, at(490)), "silence")[-1] == (490, "lead", (LEA,), False)


def test_it_goes_on_is_something_that_somebody_did() -> None:
    silent = lived(an_update_due(), at(240))
    said = after(say_it_goes_on(silent, by=LEA, now=at(241)), at(241))
    answer = the(said, "silence")[0].answer
    assert answer is not None
    assert (answer.what, answer.by) == ("It goes on", LEA)
    assert asked(lived(said, at(481)), "silence")[-1] == (481, "lead", (LEA,), False)


def test_questions_of_the_bot_do_not_break_the_silence() -> None:
    assert lived(an_update_due(), at(240)).last_act == at(0)


def test_at_a_level_without_updates_silence_is_three_days() -> None:
    incident = lived(a_crisis(severity=SEV4), at(0) + 4 * DAY)
    assert asked(incident, "silence") == [(3 * 24 * 60, "lead", (LEA,), False)]
    assert asked(incident, "update") == asked(incident, "vacant") == []


# -- the retrospective ---------------------------------------------------------------------------------------


def watched(**other: object) -> Incident:
    """Resolved at 10:00 at SEV2: the retrospective is due a week later."""
    return resolved(an_update_due(**other))


def test_the_retrospective_is_asked_for_a_day_before_when_due_and_late_in_the_channel() -> None:
    incident = lived(watched(), at(60) + 8 * DAY)
    assert [((m - 60) / 1440, *rest) for m, *rest in asked(incident, "review")] == [
        (6, "soon", (LEA,), False),
        (7, "due", (LEA,), False),
        (8, "late", (LEA, DEE), True),
    ]
    first, due, late = (p.text.splitlines()[0] for p in the(incident, "review"))
    assert first.startswith("*The retrospective is due ")
    assert due == "*The retrospective is due now.*"
    assert late.startswith("*<@ULEA> and <@UDEE>, the retrospective was due ")


def test_a_late_retrospective_is_asked_for_ever_more_seldom_down_to_once_a_week() -> None:
    times = [p.at for p in the(lived(watched(), at(60) + 50 * DAY), "review")]
    assert [(b - a).days for a, b in pairwise(times)][2:8] == [1, 2, 4, 7, 7, 7]


def test_it_is_asked_by_day_at_every_level() -> None:
    [clock] = running_clocks(watched())
    assert clock.waits_for_mornings(watched())
    assert not watched().ladder.quiet_hours


def test_later_puts_it_off_and_keeps_when_it_is_due() -> None:
    due = lived(watched(), at(60) + 7 * DAY)
    ping, now = the(due, "review")[-1], at(90) + 7 * DAY
    later = after(put_off(due, ping_id=ping.id, span=3 * DAY, by=LEA, now=now), now)
    assert later.review_due == due.review_due
    assert next_due(later, kinds=ONLY_CLOCKS) == now + 3 * DAY
    assert refused(PingAnswered, partial(put_off, later, ping_id=ping.id, span=DAY, by=LEA, now=now))
    refused(TimeInThePast, partial(put_off, due, ping_id=ping.id, span=timedelta(0), by=LEA, now=now))
    assert asked(lived(later, now + 3 * DAY), "review")[-1][1] == "late"


def test_closed_nobody_is_asked_for_the_retrospective() -> None:
    over = closed(an_update_due())
    assert the(lived(over, at(60) + 20 * DAY), "review") == []


# -- action items --------------------------------------------------------------------------------------------


def with_actions(*items: ActionItem, **other: object) -> Incident:
    """Closed at 10:30 on 2 March."""
    return closing(resolved(an_update_due(**other)), actions=items).incident


def days(incident: Incident) -> list[tuple[str, str, tuple[str, ...]]]:
    assert not any(ping.in_channel for ping in the(incident, "action"))
    return [(f"{p.at:%d %b %H:%M}", p.rung, (p.person, *p.others)) for p in the(incident, "action")]


def test_an_item_with_a_date_is_asked_for_the_day_before_and_the_day_after_by_direct_message() -> None:
    incident = with_actions(ActionItem(1, "Buy *pumps*", BO, date(2026, 3, 20)))
    incident = lived(incident, datetime(2026, 4, 10, tzinfo=UTC))
    assert days(incident) == [
        ("19 Mar 08:00", "soon", (BO,)),
        ("21 Mar 08:00", "late", (BO,)),
        ("28 Mar 08:00", "late", (BO,)),
    ]
    words = [p.text.splitlines()[1] for p in the(incident, "action")]
    assert words == ["Due 20 March 2026", "Was due 20 March 2026", "Was due 20 March 2026"]


def test_an_item_without_a_date_is_asked_for_after_a_month_two_and_three_and_without_an_owner_from_the_lead() -> (
    None
):
    incident = lived(with_actions(ActionItem(1, "Check the insurance")), at(90) + 90 * DAY)
    assert [who for _, _, who in days(incident)] == [(LEA,)] * 3
    assert [p.at - at(90) for p in the(incident, "action")] == [30 * DAY, 60 * DAY, 90 * DAY]
    assert the(incident, "action")[0].text == "*Action item: Check the insurance*\nStill open, without a date"


@pytest.mark.parametrize(
    ("on", "first"), [(date(2026, 3, 3), "02 Mar 11:30"), (date(2026, 3, 1), "03 Mar 10:30")]
)
def test_an_item_due_at_the_close_or_before_is_not_asked_for_in_the_same_breath(on: date, first: str) -> None:
    incident = with_actions(ActionItem(1, "Buy pumps", BO, on))
    assert days(lived(incident, at(0) + 3 * DAY))[0][0] == first


def test_done_ends_it_and_the_others_go_on() -> None:
    items = (ActionItem(1, "Buy pumps", BO), ActionItem(2, "Check the insurance", CY))
    waiting = lived(with_actions(*items), at(90) + 30 * DAY)
    now = at(91) + 30 * DAY
    done = after(finish_action(waiting, action_id=1, by=BO, now=now), now)
    first, second = the(done, "action")
    assert first.answer is not None
    assert (first.answer.what, second.answer) == ("Done", None)
    assert [p.of for p in the(lived(done, at(90) + 60 * DAY), "action")] == ["1", "2", "2"]


def test_of_a_crisis_that_is_over_only_action_items_are_asked_for() -> None:
    late = lived(named(), at(240))
    over = closing(resolve_crisis(late, rule=RULES[SEV2], by=LEA, now=at(241)).incident).incident
    before = len(over.pings)
    assert {p.about for p in lived(over, at(0) + 40 * DAY).pings[before:]} == {"action"}
    assert list(running_clocks(cancelled(named()))) == []


# -- of every clock ------------------------------------------------------------------------------------------


def test_what_is_due_next_is_the_earliest_rung_of_all() -> None:
    assert next_due(an_update_due(), kinds=ONLY_CLOCKS) == at(110)
    assert next_due(named(), kinds=ONLY_CLOCKS) == at(1)
    assert next_due(fired(named(), at(1)), kinds=ONLY_CLOCKS) == at(10)
    assert next_due(lived(named(), at(10)), kinds=ONLY_CLOCKS) == at(11)
    assert next_due(cancelled(named()), kinds=ONLY_CLOCKS) is None


def test_after_hours_away_each_clock_asks_once_in_person_first_and_says_that_it_caught_up() -> None:
    incident = fired(named(), at(300))
    assert sorted((p.about, p.rung) for p in incident.pings if p.about != "update") == [
        ("role", "owner"),
        ("silence", "lead"),
        ("vacant", "lead"),
    ]
    assert asked(incident, "update") == [(300, "due", (who,), False) for who in (BO, LEA)]
    assert the(incident, "update")[0].text.startswith("*The next status update was due ")
    assert all(p.catching_up for p in incident.pings)
    again = fired(incident, at(300))
    assert again.pings == incident.pings


def test_what_comes_in_time_did_not_catch_up() -> None:
    assert not any(p.catching_up for p in lived(named(), at(31)).pings)


def test_a_question_stands_on_the_timeline_with_whom_and_what() -> None:
    decision = fire_due(an_update_due(), now=at(120), kinds=ONLY_CLOCKS)
    assert decision.entries == (Reminded(at(120), "", (BO, LEA), "the next status update"),)
    assert decision.entries[0].told(str) == "UBO and ULEA were reminded of the next status update"


def test_who_left_a_private_crisis_is_asked_nothing_about_it() -> None:
    incident = named(private=True)
    for person in (BO, CY, ANA):
        incident = member_left(incident, person=person).incident
    incident = lived(incident, at(300))
    assert {p.about for p in incident.pings} == {"role", "vacant", "update", "silence"}
    assert {who for p in incident.pings for who in (p.person, *p.others)} <= incident.members
    public = lived(member_left(named(), person=BO).incident, at(1))
    assert [p.person for p in the(public, "role")] == [BO, LEA], "and the lead reads that they are not there"


def test_taken_up_again_every_clock_begins_anew() -> None:
    silent = lived(an_update_due(), at(240))
    again = resolve_crisis(silent, rule=RULES[SEV2], by=LEA, now=at(241))
    watched_ = after(again, at(241))
    assert all(p.answer for p in watched_.pings)
    active = after(reopen_crisis(watched_, by=LEA, now=at(1000)), at(1000))
    assert asked(lived(active, at(1110)), "update")[-2:] == [
        (1110, "soon", (person,), False) for person in (BO, LEA)
    ]
    assert asked(lived(active, at(1240)), "silence")[-1] == (1240, "lead", (LEA,), False)


def test_whoever_has_just_posted_an_update_is_not_warned_of_the_next_at_once() -> None:
    quick = replace(an_update_due(), update_every=minutes(10))
    told = post_update(quick, text="We know more", by=BO, now=at(20)).incident
    assert next_due(told, kinds=ONLY_CLOCKS) is not None
    assert asked(lived(told, at(30)), "update") == [(30, "due", (BO,), False), (30, "due", (LEA,), False)]


def test_put_off_for_what_ended_meanwhile_is_refused() -> None:
    due = lived(watched(), at(60) + 7 * DAY)
    number, now = the(due, "review")[-1].id, at(90) + 7 * DAY
    gone = replace(due, review_due=None)
    refused(AlreadySo, partial(put_off, gone, ping_id=number, span=DAY, by=LEA, now=now))


def test_a_vacant_role_is_told_of_once_at_whatever_level() -> None:
    told = lived(a_crisis(rules=CLIMBING, severity=SEV3), at(10))
    rule = replace(CLIMBING[SEV2], ack=minutes(5))
    graver = after(change_severity(told, to=SEV2, rule=rule, by=LEA, now=at(20)), at(20))
    assert asked(lived(graver, at(60)), "vacant") == [(10, "lead", (LEA,), False)]
