"""Every shipped playbook: complete, calm, short enough for a phone, and with times that make sense."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

import playbooks
from bot.domain.playbook import ROLES, STEPS_MAX, Playbook, StepTemplate
from bot.domain.severity import RUNGS, Severity
from playbooks import load

FOLDER = Path(playbooks.__file__).parent
LIBRARY = load()
SHIPPED = list(LIBRARY.playbooks.values())
KINDS = {
    "account-hijack",
    "backlash",
    "data-breach",
    "false-claim",
    "general",
    "misconduct",
    "outage",
    "product-harm",
    "wrong-post",
}
OPEN_ENDED = {
    "account-hijack": {"clean-up", "return-post", "help-victims"},
    "data-breach": {"correct-numbers"},
    "misconduct": {"apologise", "outcome", "review"},
    "outage": {"resolved"},
    "product-harm": {"agree-notice", "publish-notice", "safety-consent"},
}
"""Steps that wait for something else than the clock: their guides say for what."""
REVIEWS = {"review", "learn"}
"""Counted in days by the severity, and a short note is enough at SEV4."""

each_playbook = pytest.mark.parametrize("playbook", SHIPPED, ids=lambda playbook: playbook.key)
each_step = pytest.mark.parametrize(
    ("playbook", "step"),
    [
        pytest.param(playbook, step, id=f"{playbook.key}-{step.key}")
        for playbook in SHIPPED
        for step in playbook.steps
    ],
)
each_level = pytest.mark.parametrize("level", list(Severity), ids=lambda level: level.label)


def texts_of(playbook: Playbook) -> list[str]:
    steps = [text for step in playbook.steps for text in (step.title, step.proof, step.guide) if text]
    return [playbook.title, playbook.when, *steps]


def is_open_ended(playbook: Playbook, step: StepTemplate) -> bool:
    return step.key in OPEN_ENDED.get(playbook.key, set())


def test_every_kind_of_crisis_has_its_playbook_and_the_general_one_is_offered_last() -> None:
    keys = list(LIBRARY.playbooks)
    assert set(keys) >= KINDS
    assert keys == [*sorted(set(keys) - {"general"}), "general"]


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.toml")), ids=lambda file: file.name)
def test_every_shipped_file_is_loaded_and_named_after_its_key(file: Path) -> None:
    assert file.stem == "severity" or file.stem in LIBRARY.playbooks


def test_shipped_files_load_from_an_installed_package_without_a_folder(tmp_path: Path) -> None:
    packed = tmp_path / "packed.zip"
    root = FOLDER.parent
    with zipfile.ZipFile(packed, "w") as archive:
        for file in [*FOLDER.glob("*.py"), *FOLDER.glob("*.toml"), root / "bot/__init__.py"]:
            archive.write(file, file.relative_to(root))
        for file in (root / "bot/domain").glob("*.py"):
            archive.write(file, file.relative_to(root))
    code = "import playbooks; print(playbooks.__file__, *playbooks.load().playbooks)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(packed)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(packed) in done.stdout
    assert set(done.stdout.split()[1:]) == set(LIBRARY.playbooks)


@each_playbook
def test_a_playbook_fits_one_checklist_and_begins_within_minutes(playbook: Playbook) -> None:
    assert 8 <= len(playbook.steps) <= min(STEPS_MAX, 15)
    assert max(step.due[playbook.severity] for step in playbook.steps[:2]) <= timedelta(hours=1)
    assert playbook.steps[0].due[Severity.SEV1] <= timedelta(minutes=5)
    assert playbook.steps[0].due[playbook.severity] <= timedelta(minutes=30)


@each_playbook
def test_exactly_the_declared_roles_are_used_and_one_of_them_leads(playbook: Playbook) -> None:
    assert "lead" in playbook.roles
    assert {step.role for step in playbook.steps} == set(playbook.roles)
    assert set(playbook.roles) <= set(ROLES)


@each_playbook
def test_a_playbook_speaks_in_public_apologises_helps_in_private_and_learns(playbook: Playbook) -> None:
    everything = " ".join(texts_of(playbook)).lower()
    assert any(step.role == "comms" for step in playbook.steps)
    assert "apolog" in everything
    assert "private" in everything or "direct" in everything
    assert playbook.steps[-1].key in REVIEWS
    assert "review" in playbook.steps[-1].title.lower()


def test_the_general_playbook_walks_through_the_seven_rules() -> None:
    keys = {step.key for step in LIBRARY.playbooks["general"].steps}
    assert keys >= {"apologise", "empathise", "no-blame", "offline", "resolve", "plan", "learn"}


@each_playbook
def test_texts_are_calm_and_plain(playbook: Playbook) -> None:
    for text in texts_of(playbook):
        assert "!" not in text
        assert "  " not in text
        assert not re.search(
            r"stakeholder|leverage|holding line|SCCT|incident commander|\bASAP\b|SOP|T\+", text
        ), text
        assert not re.search(r"\b[A-Z]{4,}\b", text.replace("SEV", "")), text


@each_step
def test_a_step_is_short_enough_for_a_phone_and_says_when_it_is_done(
    playbook: Playbook, step: StepTemplate
) -> None:
    assert len(step.title) <= 70
    assert step.title[0].isupper()
    assert not step.title.endswith(".")
    assert step.proof is not None
    assert len(step.proof) <= 75
    assert step.guide is not None
    assert len(step.guide) <= 420


@each_step
def test_a_step_has_a_time_at_every_level_or_says_what_it_waits_for(
    playbook: Playbook, step: StepTemplate
) -> None:
    if is_open_ended(playbook, step):
        assert not step.due
        assert "No fixed time" in (step.guide or "")
    elif step.key in REVIEWS:
        assert set(step.due) >= {Severity.SEV1, Severity.SEV2, Severity.SEV3}
    else:
        assert set(step.due) == set(Severity)


@each_step
def test_a_graver_crisis_never_moves_more_slowly_on_its_first_day(
    playbook: Playbook, step: StepTemplate
) -> None:
    dues = [step.due[level] for level in Severity if level in step.due]
    first_day = [due for due in dues if due <= timedelta(days=1)]
    assert first_day == sorted(first_day)


@each_playbook
@each_level
def test_due_times_follow_the_order_of_the_steps(playbook: Playbook, level: Severity) -> None:
    latest = timedelta()
    for step in playbook.steps:
        if step.key in REVIEWS or level not in step.due:
            continue
        assert step.due[level] >= latest / 2, f"{step.key} is due long before the steps above it"
        latest = max(latest, step.due[level])


@each_level
def test_people_hear_from_us_and_staff_before_the_public(level: Severity) -> None:
    steps = {step.key: step.due[level] for step in LIBRARY.playbooks["backlash"].steps if level in step.due}
    assert steps["acknowledge"] < steps["publish"]
    assert steps["tell-staff"] <= steps["publish"]
    assert steps["legal-review"] <= steps["publish"]
    assert steps["draft-apology"] < steps["publish"] < steps["reply-once"]


@each_level
def test_the_authority_hears_of_a_breach_within_72_hours_at_every_level(level: Severity) -> None:
    steps = {step.key: step for step in LIBRARY.playbooks["data-breach"].steps}
    assert steps["authority-notice"].due[level] < timedelta(hours=72)


def test_severities_move_faster_the_graver_they_are() -> None:
    rules = LIBRARY.severities
    assert list(rules) == list(Severity)
    assert [rule.ack for rule in rules.values()] == [*(timedelta(minutes=m) for m in (5, 10, 30)), None]
    every = [timedelta(minutes=30), timedelta(hours=2), timedelta(days=1), None]
    assert [rule.update_every for rule in rules.values()] == every
    assert [rule.review_within for rule in rules.values()] == [*(timedelta(days=d) for d in (3, 7, 14)), None]
    assert [rule.quiet_hours for rule in rules.values()] == [False, False, True, True]
    assert rules[Severity.SEV1].rungs == RUNGS


@each_level
def test_a_level_fits_one_entry_of_a_menu_and_says_what_makes_it_so(level: Severity) -> None:
    rule = LIBRARY.severities[level]
    assert rule.level is level
    assert len(rule.description) <= 75
    assert len(rule.criteria) >= 3
    assert rule.rungs[0] == "owner"
    assert all("!" not in text and not text.endswith(".") for text in rule.criteria)
