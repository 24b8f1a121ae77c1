"""A team's own folder: what it replaces, and that every mistake in it is named with its place."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.playbook import STEPS_MAX, Playbook, StepTemplate
from bot.domain.severity import Severity
from playbooks import PlaybookProblems, load
from playbooks.problems import Lines

GOOD = """\
key = "flood"
title = "Water in the shop"
when = "The shop is under water."
severity = "sev2"
roles = ["lead", "comms"]

[[steps]]
key = "first"
title = "Close the doors"
role = "lead"
due = { sev1 = "10m", SEV2 = "1h30m" }
proof = "Who closed them"
guide = \"\"\"
Turn the key.
role = "this is text, not a key"
\"\"\"

[[steps]]
key = "second"
title = "Tell customers"
role = "comms"
due = "2h"
"""


def report_on(folder: Path) -> str:
    with pytest.raises(PlaybookProblems) as told:
        load(folder)
    return str(told.value)


def report_on_change(folder: Path, old: str, new: str, *, text: str = GOOD) -> str:
    assert old in text
    (folder / "flood.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    return report_on(folder)


def test_a_file_becomes_exactly_these_values(tmp_path: Path) -> None:
    (tmp_path / "any name.toml").write_text(GOOD, encoding="utf-8")
    assert load(tmp_path).playbooks["flood"] == Playbook(
        key="flood",
        title="Water in the shop",
        when="The shop is under water.",
        severity=Severity.SEV2,
        roles=("lead", "comms"),
        steps=(
            StepTemplate(
                key="first",
                title="Close the doors",
                role="lead",
                due={Severity.SEV1: timedelta(minutes=10), Severity.SEV2: timedelta(minutes=90)},
                proof="Who closed them",
                guide='Turn the key.\nrole = "this is text, not a key"',
            ),
            StepTemplate("second", "Tell customers", "comms", dict.fromkeys(Severity, timedelta(hours=2))),
        ),
    )


def test_a_teams_playbook_is_added_and_the_general_one_stays_last(tmp_path: Path) -> None:
    (tmp_path / "flood.toml").write_text(GOOD, encoding="utf-8")
    keys = list(load(tmp_path).playbooks)
    assert set(keys) == {*load().playbooks, "flood"}
    assert keys[:-1] == sorted(keys[:-1])
    assert keys[-1] == "general"


def test_the_same_key_replaces_a_shipped_playbook_whatever_the_file_is_called(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(GOOD.replace('"flood"', '"backlash"'), encoding="utf-8")
    library = load(tmp_path)
    assert library.playbooks["backlash"].title == "Water in the shop"
    assert list(library.playbooks) == list(load().playbooks)
    assert library.severities == load().severities


@pytest.mark.parametrize("severity", ["sev1", "SEV1", "Sev1"])
def test_a_severity_may_be_written_with_capitals(tmp_path: Path, severity: str) -> None:
    (tmp_path / "a.toml").write_text(GOOD.replace('"sev2"', f'"{severity}"'), encoding="utf-8")
    assert load(tmp_path).playbooks["flood"].severity is Severity.SEV1


def test_other_files_hidden_files_and_an_empty_folder_are_fine(tmp_path: Path) -> None:
    assert load(tmp_path) == load(None)
    (tmp_path / "README.md").write_text("= not toml", encoding="utf-8")
    (tmp_path / "._flood.toml").write_bytes(b"\xff\x00")
    (tmp_path / "old").mkdir()
    assert load(tmp_path) == load(None)


def test_files_saved_by_a_windows_editor_are_read(tmp_path: Path) -> None:
    (tmp_path / "flood.TOML").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert "flood" in load(tmp_path).playbooks


def test_a_library_cannot_be_changed() -> None:
    library = load()
    with pytest.raises(TypeError):
        library.playbooks["x"] = library.playbooks["general"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "when =",
            "wenn =",
            ['line 3, wenn: "wenn" is not known here. Did you mean "when"?', "when: is missing."],
        ),
        ('"flood"', '"Flood 1"', ["line 1, key:", "Use a-z, 0-9 and -"]),
        ('"flood"', '"sev1"', ["line 1, key:", "means a severity"]),
        ('"flood"', f'"{"x" * 61}"', ["line 1, key: is too long: 61 characters. At most 60"]),
        ('"flood"', "7", ["line 1, key: must be a text in quotes, not the number 7."]),
        ('"Water in the shop"', '" "', ["line 2, title: is empty."]),
        ('"Water in the shop"', f'"{"x" * 76}"', ["line 2, title: is too long: 76 characters. At most 75"]),
        ('"Water in the shop"', '"a\\nb"', ["line 2, title: must be a single line."]),
        ('"The shop is under water."', f'"{"x" * 201}"', ["line 3, when: is too long: 201", "At most 200"]),
        ('"sev2"', '"sev5"', ['line 4, severity: "sev5" is not a severity. Valid: sev1, sev2, sev3, sev4.']),
        ('"sev2"', "2", ["line 4, severity: 2 is not a severity. Valid: sev1,"]),
        (
            '"lead", "comms"',
            '"lead", "coms", "comms"',
            ["line 5, roles[2]:", 'Did you mean "comms"? Valid: lead,'],
        ),
        ('["lead", "comms"]', '"lead"', ['line 5, roles: must be a list such as ["lead", "comms"]']),
        ('["lead", "comms"]', "[]", ["line 5, roles: is empty."]),
        ('"lead", "comms"', '"lead", "comms", "lead"', ["line 5, roles: names lead more than once."]),
        ('"lead", "comms"', '"lead", 5', ["line 5, roles[2]: must be a text in quotes, not the number 5."]),
        (
            '"lead", "comms"',
            '"lead"',
            ['line 21, steps[2].role ("second"):', "Add it there.", "Valid: lead."],
        ),
        ('role = "comms"', 'role = "com"', ["line 21, steps[2].role", 'Did you mean "comms"?', "people."]),
        ('role = "comms"', "", ['line 18, steps[2].role ("second"): is missing.']),
        ('"second"', '"first"', ["line 19, steps[2].key", "is also the key of step 1"]),
        ('"second"', '"second step"', ["line 19, steps[2].key", "Use a-z, 0-9 and -"]),
        ('"Tell customers"', f'"{"x" * 151}"', ["line 20, steps[2].title", "At most 150"]),
        ('"2h"', '"2 hours"', ["line 22, steps[2].due", '"2 hours" is not a duration.', "15m, 2h, 3d"]),
        ('"2h"', '"0s"', ["line 22, steps[2].due", "longer than 0"]),
        ('"2h"', "120", ["line 22, steps[2].due", "must be a duration such as"]),
        (
            '"10m"',
            "10",
            ['line 11, steps[1].due.sev1 ("first"): must be a duration in quotes, such as "90s"'],
        ),
        ('"10m"', '"1O"', ["line 11, steps[1].due.sev1", '"1O" is not a duration.']),
        ("SEV2 =", "sev7 =", ['line 11, steps[1].due.sev7 ("first"):', "Valid: sev1, sev2, sev3, sev4."]),
        ("SEV2 =", "SEV1 =", ["line 11, steps[1].due", "gives sev1 twice."]),
        ('"Who closed them"', f'"{"x" * 151}"', ["line 12, steps[1].proof", "151 characters. At most 150"]),
        (
            '"Who closed them"',
            '""',
            ["line 12, steps[1].proof", "is empty. Write a text, or leave the line out."],
        ),
        ("Turn the key.", "x" * 2001, ["line 13, steps[1].guide", "At most 2000"]),
        ("proof =", "prof =", ["line 12, steps[1].prof", 'Did you mean "proof"?', "guide."]),
        ('due = "2h"', 'roles = ["lead"]', ["line 22, steps[2].roles", 'Move "roles" to the top']),
        ("[[steps]]", "[steps]", ["line", "is not valid TOML"]),
        ('role = "lead"\n', "role = lead\n", ["line 10: is not valid TOML:"]),
        ('key = "flood"', 'key = "flood', ["line 1: is not valid TOML:"]),
    ],
)
def test_a_mistake_is_reported_with_its_place_and_what_is_right(
    tmp_path: Path, old: str, new: str, told: list[str]
) -> None:
    report = report_on_change(tmp_path, old, new)
    assert str(tmp_path / "flood.toml") in report
    for part in told:
        assert part in report


def test_steps_written_as_one_section_get_a_hint(tmp_path: Path) -> None:
    one_step = GOOD[: GOOD.rindex("[[steps]]")]
    report = report_on_change(tmp_path, "[[steps]]", "[steps]", text=one_step)
    assert "line 7, steps: must be a list of sections: write [[steps]] with two brackets" in report


def test_a_playbook_needs_steps_but_not_too_many(tmp_path: Path) -> None:
    top = GOOD[: GOOD.index("[[steps]]")]
    (tmp_path / "none.toml").write_text(top, encoding="utf-8")
    (tmp_path / "empty.toml").write_text(top.replace("flood", "empty") + "steps = []", encoding="utf-8")
    steps = "".join(f'[[steps]]\nkey = "k{n}"\ntitle = "T"\nrole = "lead"\n' for n in range(STEPS_MAX + 1))
    (tmp_path / "many.toml").write_text(top.replace("flood", "many") + steps, encoding="utf-8")
    report = report_on(tmp_path)
    assert "steps: is missing. Add a [[steps]] section." in report
    assert "line 7, steps: is empty." in report
    assert f"line 7, steps: has too many entries: {STEPS_MAX + 1}. At most {STEPS_MAX} are allowed." in report


def test_every_mistake_in_every_file_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(
        GOOD.replace('"comms"\ndue = "2h"', '"boss"\ndue = "late"'), encoding="utf-8"
    )
    (tmp_path / "b.toml").write_text("= broken", encoding="utf-8")
    (tmp_path / "severity.toml").write_text("sev1 = 1\nsev2 = 2\nsev3 = 3", encoding="utf-8")
    report = report_on(tmp_path)
    assert report.startswith("7 mistakes in the playbook files")
    for part in (
        "a.toml",
        "line 21, steps[2].role",
        "line 22, steps[2].due",
        "b.toml",
        "severity.toml",
        "sev4: is missing",
    ):
        assert part in report


def test_two_files_with_one_key_are_both_named_even_if_one_has_other_mistakes(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD.replace("sev2", "sev9"), encoding="utf-8")
    (tmp_path / "b.toml").write_text(GOOD, encoding="utf-8")
    report = report_on(tmp_path)
    assert f'line 1, key: "flood" is also the key of {tmp_path / "a.toml"}.' in report
    assert '"sev9" is not a severity' in report


def test_a_folder_that_is_not_there_or_not_a_folder_is_named(tmp_path: Path) -> None:
    assert f"{tmp_path / 'none'}\n  There is no such folder." in report_on(tmp_path / "none")
    (tmp_path / "file").touch()
    assert f"{tmp_path / 'file'}\n  is a file, not a folder." in report_on(tmp_path / "file")


def test_text_that_is_not_utf_8_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "flood.toml").write_bytes(GOOD.replace("shop", "caf\xe9", 1).encode("latin-1"))
    assert "line 2: is not UTF-8 text. Save the file with the encoding UTF-8." in report_on(tmp_path)


def test_a_folder_or_a_broken_link_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.toml").mkdir()
    (tmp_path / "b.toml").symlink_to(tmp_path / "gone")
    report = report_on(tmp_path)
    assert "a.toml\n  is a folder, not a file." in report
    assert "b.toml\n  cannot be read: no such file or directory." in report


def test_absurd_files_are_reported_and_do_not_crash(tmp_path: Path) -> None:
    (tmp_path / "deep.toml").write_text("a = " + "[" * 100_000, encoding="utf-8")
    (tmp_path / "digits.toml").write_text("a = " + "9" * 5_000, encoding="utf-8")
    (tmp_path / "types.toml").write_text(
        'steps = ["a", 1, 2020-01-01]\nroles = { a = 1 }\nwhen = 1.5', encoding="utf-8"
    )
    report = report_on(tmp_path)
    for name in ("deep.toml", "digits.toml", "types.toml"):
        assert name in report


def test_lines_are_found_for_subsections_dotted_keys_and_inside_nothing_else() -> None:
    lines = Lines(
        "a = '''\nb = 1\n'''\n[[steps]]\ndue.sev1 = \"1m\"\n[[steps]]\n[steps.due]\n\"sev2\" = \"2m\"\n"
    )
    assert lines.find(("a",)) == 1
    assert lines.find(("b",)) is None
    assert lines.find(("steps", 0, "due", "sev1")) == 5
    assert lines.find(("steps", 1, "due", "sev2")) == 8
    assert lines.find(("steps", 1, "role")) == 6
    assert lines.find(("steps",)) == 4


def test_what_a_file_says_cannot_break_the_report_on_it(tmp_path: Path) -> None:
    report = report_on_change(tmp_path, '"flood"', r'"\u001b[2J\nall is well"')
    assert 'line 1, key: "\ufffd[2J\ufffdall is well" is not a valid key.' in report
    report = report_on_change(tmp_path, "when", f'"{"x" * 5000}"')
    assert max(len(line) for line in report.splitlines()) < 400
