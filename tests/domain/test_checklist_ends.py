"""Steps: done, skipped, reopened."""

from __future__ import annotations

from functools import partial

import pytest

from bot.domain.checklist import claim_step, finish_step, reopen_step, skip_step
from bot.domain.decision import Decision
from bot.domain.effects import ShowChecklist, ShowPing
from bot.domain.errors import ProofMissing, StepChanged, StepFinished, StepOpen, TextMissing, TextTooLong
from bot.domain.lifecycle import change_severity
from bot.domain.model import Incident, StepState
from bot.domain.timeline import StepDone, StepReopened, StepSkipped
from tests.domain.a_crisis import (
    BO,
    COY,
    CY,
    RULES,
    SEV1,
    a_crisis,
    at,
    closed,
    pinged,
    refused,
    the,
    unchanged,
)

claim = partial(claim_step, by=BO, now=at(1))
finish = partial(finish_step, by=BO, now=at(1))
skip = partial(skip_step, by=BO, reason="Nothing is planned", now=at(1))


def done(key: str = "pause") -> Incident:
    return finish(a_crisis(), step_key=key).incident


# Done


def test_a_step_is_done_by_whoever_says_so_and_is_theirs_if_nobodys() -> None:
    decision = finish(a_crisis(), step_key="pause")
    step = the(decision.incident, "pause")
    assert (step.state, step.finished_by, step.finished_at, step.owner) == (StepState.DONE, BO, at(1), BO)
    assert decision.entries == (StepDone(at(1), BO, "pause", "1, Pause all posts"),)
    assert decision.effects == (ShowChecklist(),)
    assert decision.incident.progress == "1/4"


def test_a_step_done_by_another_keeps_its_owner() -> None:
    assert (
        the(
            finish(claim(a_crisis(), step_key="pause", by=CY).incident, step_key="pause").incident, "pause"
        ).owner
        == CY
    )


def test_done_asks_for_the_proof_and_keeps_it() -> None:
    for proof in ("", "  "):
        sentence = refused(ProofMissing, partial(finish, a_crisis(), step_key="reply", proof=proof))
        assert sentence == "Step 2 asks for proof before it is done: Link to the post."
    decision = finish(a_crisis(), step_key="reply", proof=" https://x.example/1 ")
    assert the(decision.incident, "reply").proof == "https://x.example/1"
    assert decision.entries == (StepDone(at(1), BO, "reply", "2, Answer the post", "https://x.example/1"),)


@pytest.mark.parametrize("key", ["pause", "reply"])
def test_a_proof_has_a_longest_length(key: str) -> None:
    assert refused(TextTooLong, lambda: finish(a_crisis(), step_key=key, proof="x" * 3001)).startswith(
        "The proof is 3,001"
    )


def test_done_again_by_the_same_person_changes_nothing_even_after_the_close() -> None:
    incident = done()
    assert unchanged(finish(incident, step_key="pause", now=at(2)), incident)
    over = closed(incident)
    assert unchanged(finish(over, step_key="pause", now=at(99)), over)


def test_who_comes_second_is_told_who_was_first() -> None:
    sentence = refused(StepFinished, lambda: finish(done(), step_key="pause", by=CY))
    assert sentence == "Step 1 is already done by <@UBO>. If that was too early, use Reopen on the checklist."


def test_done_answers_every_ping_of_the_step() -> None:
    decision = finish(pinged(a_crisis(), at(15)), step_key="pause", now=at(16))
    assert decision.effects == (ShowChecklist(), ShowPing(1, COY))
    assert [p.answer and p.answer.what for p in decision.incident.pings] == ["Done"]


# Skip


def test_a_skipped_step_says_why() -> None:
    decision = skip(a_crisis(), step_key="pause", reason=" Nothing is planned ")
    step = the(decision.incident, "pause")
    assert (step.state, step.skip_reason, step.finished_by, step.finished_at, step.owner) == (
        StepState.SKIPPED, "Nothing is planned", BO, at(1), None,
    )  # fmt: skip
    assert decision.entries == (StepSkipped(at(1), BO, "pause", "1, Pause all posts", "Nothing is planned"),)
    assert decision.incident.progress == "1/4"


def test_a_skip_needs_a_reason() -> None:
    sentence = refused(TextMissing, lambda: skip(a_crisis(), step_key="pause", reason=" "))
    assert sentence == "The reason is missing. Say in a few words why this step is not needed."


def test_a_skipped_step_is_not_skipped_or_done_again() -> None:
    incident = skip(a_crisis(), step_key="pause").incident
    assert "already skipped by <@UBO>" in refused(StepFinished, lambda: skip(incident, step_key="pause"))
    assert "already skipped by <@UBO>" in refused(StepFinished, lambda: finish(incident, step_key="pause"))


# Reopen


def reopen(incident: Incident, key: str = "pause", seen: int | None = None) -> Decision:
    version = the(incident, key).version if seen is None else seen
    return reopen_step(incident, step_key=key, seen_version=version, by=CY, now=at(5))


def test_a_reopened_step_keeps_its_owner_and_loses_its_end() -> None:
    incident = finish(a_crisis(), step_key="reply", proof="https://x.example/1").incident
    decision = reopen(incident, "reply")
    step = the(decision.incident, "reply")
    assert (step.state, step.owner, step.due_at) == (StepState.OPEN, BO, at(30))
    assert (step.finished_by, step.finished_at, step.proof, step.skip_reason) == (None, None, None, None)
    assert decision.entries == (StepReopened(at(5), CY, "reply", "2, Answer the post"),)
    assert decision.effects == (ShowChecklist(),)


def test_a_skipped_step_can_be_reopened() -> None:
    assert the(reopen(skip(a_crisis(), step_key="pause").incident).incident, "pause").skip_reason is None


def test_an_open_step_cannot_be_reopened() -> None:
    assert (
        refused(StepOpen, lambda: reopen(a_crisis())) == "Step 1 is open already, there is nothing to reopen."
    )


def test_a_button_older_than_the_last_finish_undoes_nothing() -> None:
    incident = done()
    seen = the(incident, "pause").version
    newer = finish(reopen(incident).incident, step_key="pause", by=CY, now=at(6)).incident
    assert "look at the checklist again" in refused(StepChanged, lambda: reopen(newer, seen=seen))


def test_a_reopened_step_is_due_by_the_severity_of_now() -> None:
    faster = change_severity(done(), to=SEV1, rule=RULES[SEV1], by=BO, now=at(2)).incident
    assert the(faster, "pause").due_at == at(15)
    assert the(reopen(faster).incident, "pause").due_at == at(10)
