"""A team's own severity.toml: it replaces the shipped one, and every mistake in it is named."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.severity import RUNGS, Severity
from playbooks import PlaybookProblems, load

LEVEL = """\
[{name}]
description = "Level {name}"
criteria = ["Something"]
quiet_hours = false
"""
LEVELS = "".join(LEVEL.format(name=name) for name in ("sev1", "sev2", "sev3", "sev4"))


def report_on_change(folder: Path, old: str, new: str) -> str:
    assert old in LEVELS
    (folder / "severity.toml").write_text(LEVELS.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PlaybookProblems) as told:
        load(folder)
    return str(told.value)


def test_a_teams_severities_replace_the_shipped_ones(tmp_path: Path) -> None:
    changed = LEVELS.replace(
        "[sev1]", '[SEV1]\nack = "90s"\nupdate_every = "never"\nrungs = ["owner", "exec"]'
    )
    (tmp_path / "severity.toml").write_text(changed, encoding="utf-8")
    rules = load(tmp_path).severities
    assert rules[Severity.SEV1].ack == timedelta(seconds=90)
    assert rules[Severity.SEV1].rungs == ("owner", "exec")
    assert rules[Severity.SEV2].rungs == RUNGS
    assert rules[Severity.SEV2].criteria == ("Something",)
    assert {rule.update_every for rule in rules.values()} == {None}
    assert set(load(tmp_path).playbooks) == set(load().playbooks)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "[sev3]",
            "[sev8]",
            ["sev3: is missing. All four levels are needed", 'line 9, sev8: "sev8" is not known'],
        ),
        ("quiet_hours = false", 'quiet_hours = "no"', ["line 4, sev1.quiet_hours: must be true or false"]),
        ("quiet_hours = false\n", "", ["line 1, sev1.quiet_hours: is missing."]),
        (
            "quiet_hours",
            'rungs = ["owner", "boss"]\nquiet_hours',
            ["line 4, sev1.rungs[2]:", "owner, deputy, lead, exec"],
        ),
        ("quiet_hours", "rungs = []\nquiet_hours", ["line 4, sev1.rungs: is empty."]),
        ("quiet_hours", 'ack = "none"\nquiet_hours', ["line 4, sev1.ack:", "15m, 2h"]),
        ("quiet_hours", 'update_every = "0m"\nquiet_hours', ["line 4, sev1.update_every:", "longer than 0"]),
        (
            "quiet_hours",
            'akc = "5m"\nquiet_hours',
            ['line 4, sev1.akc: "akc" is not known here. Did you mean "ack"?'],
        ),
        ('["Something"]', '"Something"', ["line 3, sev1.criteria: must be a list"]),
        ('["Something"]', '["Something", ""]', ["line 3, sev1.criteria[2]: is empty."]),
        ('"Level sev1"', '""', ["line 2, sev1.description: is empty."]),
        ("[sev2]", "[sev2]\n[SEV2]", ["gives sev2 twice."]),
    ],
)
def test_a_mistake_in_the_severities_is_reported_the_same_way(
    tmp_path: Path, old: str, new: str, told: list[str]
) -> None:
    report = report_on_change(tmp_path, old, new)
    assert str(tmp_path / "severity.toml") in report
    for part in told:
        assert part in report


def test_capitals_do_not_hide_the_line_of_a_level(tmp_path: Path) -> None:
    report = report_on_change(tmp_path, "[sev2]", '[SEV2]\nack = "soon"')
    assert "line 6, sev2.ack:" in report


def test_severities_under_another_name_get_a_hint(tmp_path: Path) -> None:
    (tmp_path / "levels.toml").write_text(LEVELS, encoding="utf-8")
    with pytest.raises(PlaybookProblems) as told:
        load(tmp_path)
    assert "looks like the severity levels. Name this file severity.toml." in str(told.value)
