"""Whatever stands in the files a team edits: it is used, or one report says what is wrong; and what is used, Slack takes."""

from __future__ import annotations

import copy
import json
import tomllib
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import playbooks
from bot.domain.opening import Draft, open_crisis
from bot.domain.severity import Severity
from bot.settings import Settings, SettingsProblems
from bot.slack.views.checklist import all_steps, checklist
from bot.slack.views.forms import crisis as crisis_forms
from bot.slack.views.forms import steps as step_forms
from bot.slack.views.forms.open_crisis import open_form
from bot.slack.views.playbooks import playbooks as playbooks_view
from playbooks import Library, PlaybookProblems, load
from playbooks.loader import SEVERITY_FILE
from tests.fuzz.mutating import places
from tests.fuzz.profile import looks
from tests.fuzz.texts import PIECES, short
from tests.slack.crises import ANA, CONTROLS, NOW
from tests.slack.judging import judged, judged_view

SHIPPED = {path.name: path.read_bytes() for path in sorted(Path(playbooks.__file__).parent.glob("*.toml"))}
WORDS = (
    "",
    "sev1",
    "SEV9",
    "15m",
    "0m",
    "-1h",
    "99999999999d",
    "never",
    "lead",
    "boss",
    "sev1 ",
    "x" * 5000,
    *PIECES,
)

toml_values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.sampled_from(WORDS),
        short,
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(),
        st.sampled_from((NOW, datetime(2026, 1, 1, tzinfo=UTC), date(1, 1, 1), time(23, 59))),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=3),
    max_leaves=5,
)


def toml(value: Any) -> str:
    """The value as it may be written in TOML."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return json.dumps(value).replace("\x7f", "\\u007f") if value.isascii() else _quoted(value)
        case datetime() | date() | time():
            return value.isoformat()
        case list():
            return f"[{', '.join(map(toml, value))}]"
        case dict():
            return "{" + ", ".join(f"{_quoted(k)} = {toml(v)}" for k, v in value.items()) + "}"
        case _:
            return str(value)


def _quoted(text: str) -> str:
    return '"' + "".join(f"\\U{ord(char):08x}" if not char.isalnum() else char for char in text) + '"'


@st.composite
def other_values(draw: st.DrawFn, name: str) -> bytes:
    """The shipped file with other things under some keys, or with keys that are gone or new."""
    data = copy.deepcopy(tomllib.loads(SHIPPED[name].decode()))
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(list(places(data))))
        inside: Any = data
        for key in way:
            inside = inside[key]
        match draw(st.integers(0, 9)):
            case 0:
                del inside[last]
            case 1 if isinstance(inside, dict):
                inside[draw(st.sampled_from(WORDS))] = inside.pop(last)
            case _:
                inside[last] = draw(toml_values)
    return "".join(f"{_quoted(key)} = {toml(value)}\n" for key, value in data.items()).encode()


@st.composite
def other_bytes(draw: st.DrawFn, name: str) -> bytes:
    """The shipped file as a slip, an editor or a disk may leave it."""
    data = SHIPPED[name]
    at = draw(st.integers(0, len(data)))
    return draw(
        st.one_of(
            st.just(data[:at]),
            st.binary(max_size=6).map(lambda junk: data[:at] + junk + data[at + len(junk) :]),
            short.map(lambda text: data[:at] + text.encode() + data[at:]),
            st.sampled_from(("utf-16", "utf-32", "utf-8-sig", "cp1252", "cp500")).map(
                lambda encoding: data.decode().encode(encoding, "replace")
            ),
            st.sampled_from(
                (
                    b"a = " + b"[" * 5000,
                    b"a" + b".a" * 5000 + b" = 1",
                    b"x = " + b"{a=" * 3000,
                    b"\x00" * 9000,
                )
            ),
            st.just(data.replace(b"\n", b"\r")),
            st.binary(max_size=60),
        )
    )


@pytest.mark.parametrize("mutated", [other_values, other_bytes])
@pytest.mark.parametrize("name", ["backlash.toml", SEVERITY_FILE])
def test_any_playbook_file(tmp_path: Path, name: str, mutated: Any) -> None:
    @looks(120, name)
    @given(mutated(name))
    def any_file(written: bytes) -> None:
        (tmp_path / name).write_bytes(written)
        try:
            library = load(tmp_path)
        except PlaybookProblems as problems:
            is_readable(problems, name)
        else:
            slack_takes(library)

    any_file()


def is_readable(report: PlaybookProblems, name: str) -> None:
    """A line a problem, each of which says in which file it is."""
    assert report.problems
    for problem in report.problems:
        assert problem.file.endswith(f"/{name}"), problem
        assert problem.text.strip().endswith((".", "?")), problem
        assert len(str(problem)) < 1000, problem
        assert str(problem).isprintable(), problem


def slack_takes(library: Library) -> None:
    """Every form and card in which a playbook or the levels appear."""
    judged_view(open_form(library.playbooks, library.severities, metadata="m"))
    judged(playbooks_view(library.playbooks))
    playbook = library.playbooks["backlash"]
    rule = library.severities[Severity.SEV2]
    draft = Draft("Courier", ANA, playbook, Severity.SEV2)
    incident = open_crisis(draft, number=1, rule=rule, roster={}, now=NOW).incident
    judged(checklist(incident, CONTROLS, now=NOW))
    judged_view(all_steps(incident, CONTROLS, now=NOW))
    judged_view(crisis_forms.severity_form(incident, library.severities, metadata="m"))
    for step in incident.steps[:3]:
        judged_view(step_forms.done_form(incident, step, metadata="m"))
        judged_view(step_forms.guide_sheet(step))


names = st.sampled_from(
    [name.upper() for name in Settings.model_fields] + ["CRISIS_TIMEZON", "PATH", "a b", ""]
)
setting_words = (
    "https://[slack/",
    "http://x:99999/",
    "xoxb-1-a",
    "xapp-1-a",
    "sqlite:///x.db",
    "https://a.example",
    "C0123456789",
    "UTC",
    "1d",
    "3000",
    "debug",
    "json",
)
setting_values = (
    st.sampled_from((*setting_words, *WORDS, "sqlite:///" + "x" * 300, "/" * 300, "~nobody/x", ".")) | short
)


def test_any_settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    path = tmp_path / ".env"
    form = st.sampled_from(("{}={}", "{}='{}'", '{}="{}"', "export {}={}", "{}: {}", "{}"))

    @looks(300)
    @given(st.lists(st.tuples(names, setting_values, form), max_size=5), st.just(b"") | st.binary(max_size=8))
    def any_settings(lines: list[tuple[str, str, str]], junk: bytes) -> None:
        path.write_bytes("\n".join(form.format(name, value) for name, value, form in lines).encode() + junk)
        loaded_or_reported(path)

    any_settings()


def test_any_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    fields = st.sampled_from([name.upper() for name in Settings.model_fields])

    @looks(300)
    @given(st.dictionaries(fields, setting_values.filter(lambda value: "\x00" not in value), max_size=6))
    def any_environment(values: dict[str, str]) -> None:
        with monkeypatch.context() as patched:
            for name in Settings.model_fields:
                patched.delenv(name.upper(), raising=False)
            for name, value in values.items():
                patched.setenv(name, value)
            loaded_or_reported(tmp_path / "no.env")

    any_environment()


def loaded_or_reported(path: Path) -> None:
    """The settings can be read, or a report of one line a problem says what is wrong."""
    try:
        settings = Settings.load(path)
    except SettingsProblems as problems:
        report = problems
    else:
        assert all(problem.strip() for problem in settings.serve_problems())
        return
    assert report.problems
    assert len(str(report).splitlines()) == len(report.problems) + 1
