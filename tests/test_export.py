"""Crises as files for people outside Slack: what stands in them, and that every reader is served."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checklist import add_step, finish_step, note_on_step, skip_step
from bot.domain.legal import LAWS, drop_legal_clock, finish_legal_clock, start_legal_clock
from bot.domain.lifecycle import change_severity, post_update
from bot.domain.model import Step
from bot.domain.notes import add_note, pin_message, unpin_message
from bot.domain.severity import Severity
from bot.export import Record, record, to_html, to_json, to_markdown, wording
from bot.export.drawing import LEFT, RIGHT, Scale, drawing
from tests.domain.a_crisis import (
    ANA,
    BO,
    COY,
    LEA,
    NOW,
    RULES,
    a_crisis,
    at,
    closing,
    minutes,
    opening,
    resolved,
)
from tests.html_page import Page
from tests.store.strategies import moments

NAMES = {ANA: "Ana", BO: "Bo", COY: "Coy", LEA: "Lea"}
OUTPUTS = pytest.mark.parametrize("to", [to_markdown, to_json, to_html])


def a_record(**other: Any) -> Record:
    """Crisis 7 from opening to close: one step on time, one late, one skipped, one skipped at the close."""
    entries = list(opening(**other).entries)
    incident = a_crisis(**other)

    def do(decide: Callable[..., Any], **what: Any) -> None:
        nonlocal incident
        decision = decide(incident, **what)
        incident = decision.incident
        entries.extend(decision.entries)

    do(finish_step, step_key="pause", by=COY, now=at(15))
    do(change_severity, to=Severity.SEV1, rule=RULES[Severity.SEV1], by=ANA, reason="It is on TV", now=at(18))
    do(post_update, text="The tap is closed.\nNext word at 10:00.", by=LEA, now=at(25))
    do(add_step, title="Call the insurance", by=LEA, now=at(26), owner=BO)
    do(note_on_step, step_key="reply", text="Ask Kim", by=BO, now=at(27))
    do(finish_step, step_key="reply", by=BO, proof="https://x.example/post_1, by Kim", now=at(45))
    do(skip_step, step_key="review", by=LEA, reason="No lawyer needed", now=at(50))
    do(add_note, text="Dry again", by=ANA, now=at(55))
    pin = {
        "message_ts": "1.0",
        "sent_at": at(5),
        "author": BO,
        "text": "Secret",
        "link": "https://x.slack.com/1",
        "by": ANA,
    }
    do(pin_message, **pin)
    do(unpin_message, message_ts="1.0", by=ANA, now=at(56))
    incident = resolved(incident)
    done = closing(incident)
    return record(done.incident, [*entries, *done.entries], lambda person: NAMES.get(person, ""))


def test_a_record_tells_who_did_what_and_how_late() -> None:
    made = a_record()
    told = [(s.title, s.owner and s.owner.name, s.state, s.timing) for s in made.steps]
    assert told == [
        ("Pause all posts", "Coy", "done", "on time"),
        ("Answer the post", "Bo", "done", "25 minutes late"),
        ("Review the answer", None, "skipped", ""),
        ("Brief the board", None, "skipped", ""),
        ("Call the insurance", "Bo", "skipped", ""),
    ]
    assert made.steps[-1].since == at(26)
    assert (made.status, made.duration, made.severity, made.opened_by.name) == (
        "closed",
        minutes(60),
        "SEV1",
        "Ana",
    )
    assert [(c.old, c.new, c.reason) for c in made.severity_changes] == [("SEV2", "SEV1", "It is on TV")]
    assert made.roles[0].deputy is not None
    assert made.roles[0].deputy.name == "UDEE"  # nobody knows the name


def test_a_note_taken_off_is_gone_from_every_export() -> None:
    made = a_record()
    assert "Secret" not in to_markdown([made]) + to_html([made])
    (crisis,) = json.loads(to_json([made]))["crises"]
    assert "Secret" not in json.dumps(crisis["timeline"])
    assert "Secret" not in json.dumps(crisis["entries"])


@OUTPUTS
def test_the_bot_is_written_by_its_name(to: Callable[[list[Record]], str]) -> None:
    assert "crisis-bot made Coy Community" in to([a_record()])


@pytest.mark.parametrize("to", [to_markdown, to_html])
def test_people_read_what_happened_and_that_times_are_utc(to: Callable[[list[Record]], str]) -> None:
    written = to([a_record(private=True)])
    for words in (
        "Crisis 7: Water in the shop", "All times are in UTC", "SEV1, at first SEV2", "2 March 2026, 09:00 UTC, by Ana",
        "1 hour, from opened to resolved", "done, 25 minutes late", "No lawyer needed", "Ask Kim", "A pipe burst.",
        "Know where the tap is", "Buy pumps", "Bo, no day set, open", wording.PRIVATE, "09:55 UTC",
        "2 of 5 steps were done: 1 on time and 1 late. 3 were skipped.", "1 update was posted.",
    ):  # fmt: skip
        assert words in written, words
    assert "!" not in re.sub(r"<!DOCTYPE|<style>.*</style>", "", written, flags=re.DOTALL)


@pytest.mark.parametrize("to", [to_markdown, to_html])
def test_people_read_which_deadlines_of_the_law_were_kept(to: Callable[[list[Record]], str]) -> None:
    written = to([with_legal_clocks()])
    for words in (
        "Legal clocks", "Notice to the data authority (data breach)",
        "deadline 5 March, 09:00 UTC, counted from 09:00 UTC, confirmed by Ana; filed 10:00 UTC, by Bo, on time",
        "deadline 3 March, 09:00 UTC, counted from 09:00 UTC, confirmed by Ana; found not to apply 10:00 UTC, by Bo",
        "deadline 6 March, 09:00 UTC, counted from 09:00 UTC, confirmed by Ana; open", "DPA-12", "Not ours",
    ):  # fmt: skip
        assert words in re.sub(r"<[^>]*>|\\\\", "", written), words


def test_programs_read_every_legal_clock() -> None:
    clocks = json.loads(to_json([with_legal_clocks()]))["crises"][0]["legal_clocks"]
    assert [(c["state"], c["reference"], c["reason"]) for c in clocks] == [
        ("met", "DPA-12", None),
        ("dropped", None, "Not ours"),
        ("open", None, None),
    ]
    assert clocks[0]["deadline"] == "2026-03-05T09:00:00Z"
    assert clocks[0]["holder"] == {"id": BO, "name": "Bo"}


def with_legal_clocks() -> Record:
    """One was filed, one did not apply, one is open."""
    incident = a_crisis()
    for key in ("gdpr", "cpsc", "sec"):
        kind = LAWS[key]
        incident = start_legal_clock(incident, kind=kind, since=at(0), holder=BO, by=ANA, now=at(30)).incident
    incident = finish_legal_clock(incident, number=1, reference="DPA-12", by=BO, now=at(60)).incident
    incident = drop_legal_clock(incident, number=2, reason="Not ours", by=BO, now=at(60)).incident
    return record(incident, [], lambda person: NAMES.get(person, ""))


def test_a_page_needs_nothing_else() -> None:
    made = a_record(link="https://social.example/post/1")
    page = Page(to_html([made, made]))
    assert page.links.count("https://social.example/post/1") == 2
    assert {tag for tag, _ in page.elements}.isdisjoint(
        {"script", "link", "img", "iframe", "object", "form", "base"}
    )
    assert not page.every("src") + page.every("style") + page.every("onload")
    assert not re.search(r"url\(|@import|https?://(?!social\.example|x\.example)", to_html([made, made]))
    assert any("default-src 'none'" in value for value in page.every("content"))


@pytest.mark.parametrize("many", [1, 2])
def test_a_page_is_in_order_for_a_screen_reader(many: int) -> None:
    page = Page(to_html([a_record()] * many))
    tags = [tag for tag, _ in page.elements]
    assert [tags.count(tag) for tag in ("h1", "main", "header", "nav")] == [1, 1, 1, many - 1]
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = page.every("id")
    assert len(ids) == len(set(ids))
    assert {*page.every("aria-labelledby"), *(h[1:] for h in page.every("href") if h[0] == "#")} <= set(ids)
    assert (
        sum(attrs.get("role") == "img" and "aria-labelledby" in attrs for _, attrs in page.elements) == many
    )
    assert page.elements[0] == ("html", {"lang": "en"})


def test_without_a_crisis_every_file_says_so() -> None:
    assert to_markdown([]) == "# Crises\n\nThere is no crisis to show.\n"
    assert "There is no crisis to show." in to_html([])
    assert json.loads(to_json([])) == {"format": 1, "crises": []}


def test_programs_find_the_same_keys_in_every_crisis() -> None:
    for made in (a_record(), record(a_crisis(), [], lambda _: "")):
        assert list(json.loads(to_json([made]))["crises"][0]) == [
            "number", "title", "severity", "status", "private", "playbook_key", "playbook", "opened_by", "opened_at",
            "resolved_at", "closed_at", "duration_s", "what_happened", "link", "cancel_reason", "channel", "earlier_channels",
            "update_every_s", "next_update_due", "review_due", "roles", "steps", "legal_clocks", "updates", "severity_changes",
                "reopened_at",
            "retrospective", "timeline", "entries",
        ]  # fmt: skip
    made = a_record()
    (crisis,) = json.loads(to_json([made]))["crises"]
    assert (crisis["opened_at"], crisis["duration_s"], crisis["severity"]) == (
        "2026-03-02T09:00:00Z",
        3600,
        "SEV1",
    )
    assert crisis["steps"][1]["late_s"] == 1500
    changed = next(entry for entry in crisis["entries"] if entry["kind"] == "SeverityChanged")
    assert changed == {
        "kind": "SeverityChanged", "at": "2026-03-02T09:18:00Z", "by": ANA,
        "old": "SEV2", "new": "SEV1", "reason": "It is on TV",
    }  # fmt: skip


@OUTPUTS
def test_a_moment_of_another_zone_is_written_in_utc(to: Callable[[list[Record]], str]) -> None:
    moved = replace(a_record(), opened_at=datetime(2026, 3, 2, 1, 30, tzinfo=timezone(timedelta(hours=3))))
    assert ("2026-03-01T22:30:00Z" if to is to_json else "1 March 2026, 22:30 UTC") in to([moved])


# The drawing.


def test_the_drawing_shows_when_a_step_was_due_and_finished() -> None:
    drawn = drawing(a_record())
    on_time, late, skipped, *_ = drawn.rows
    assert (on_time.said, on_time.late_from) == ("on time", None)
    assert late.due == late.late_from
    assert late.due is not None
    assert late.start < late.due < late.end
    assert (skipped.said, skipped.state) == ("skipped", "skipped")
    kinds = [mark.kind for mark in drawn.marks]
    assert kinds == ["opened", "severity", "update", "resolved", "closed"]


@given(st.lists(moments, min_size=1, max_size=12))
def test_time_runs_from_left_to_right(happened: list[datetime]) -> None:
    scale = Scale(happened)
    places = [scale.x(moment) for moment in sorted(set(happened))]
    assert places == sorted(places)
    assert places[0] == LEFT
    assert len(places) == 1 or places[-1] == pytest.approx(RIGHT, abs=0.01)


def test_quiet_days_before_the_close_do_not_squeeze_the_crisis() -> None:
    crisis = [NOW, at(30), at(60), at(90), at(240)]
    scale = Scale([*crisis, NOW + timedelta(days=3)])
    assert len(scale.cut) == 1
    assert scale.x(crisis[-1]) > 80
    assert not Scale(crisis).cut


def test_an_open_step_is_drawn_to_the_edge() -> None:
    made = record(replace(a_crisis(), steps=(Step("a", 1, "Wait"),)), [], lambda _: "")
    assert [(row.end, row.said) for row in drawing(made).rows] == [(RIGHT, "open")]
    assert "None of 1 step" in to_markdown([made])
