"""Settings: what is read, what is refused and in which words."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pydantic
import pytest

from bot.settings import Settings, SettingsProblems

BOT = "xoxb-1234567890-AbCdEfGhIjKl"
APP = "xapp-1-A0123-456-abcdef"
SIGNING = "8f742231b10e8888abcd99baadc0ffee"


@pytest.fixture(autouse=True)
def _only_what_a_test_sets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.lower() in Settings.model_fields:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def written(text: str) -> Path:
    path = Path(".env")
    path.write_text(text, encoding="utf-8")
    return path


def problems_of(text: str) -> tuple[str, ...]:
    with pytest.raises(SettingsProblems) as caught:
        Settings.load(written(text))
    return caught.value.problems


def test_nothing_set_is_a_complete_configuration() -> None:
    settings = Settings.load()
    assert settings.slack_bot_token is None
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.sqlite_path == Path("crisis.db")
    assert settings.crisis_playbooks is None
    assert settings.crisis_timezone == "UTC"
    assert settings.crisis_archive_after == timedelta(days=1)
    assert (settings.port, settings.log_level, settings.log_format) == (3000, "INFO", "text")


def test_everything_is_read_from_the_file() -> None:
    Path("mine").mkdir()
    settings = Settings.load(
        written(
            f"SLACK_BOT_TOKEN={BOT}\nexport SLACK_APP_TOKEN='{APP}'\nSLACK_SIGNING_SECRET=\"{SIGNING}\"\n"
            "# a comment\n\nSLACK_API_URL=http://127.0.0.1:8080/api\nDATABASE_URL=sqlite:////data/crisis.db\n"
            "CRISIS_PLAYBOOKS=mine\nCRISIS_ANNOUNCE_CHANNEL='#incidents'\nCRISIS_TIMEZONE=Europe/Berlin\n"
            "CRISIS_ARCHIVE_AFTER=0s\nPORT=0\nLOG_LEVEL=debug\nLOG_FORMAT=JSON\n"
        )
    )
    assert settings.slack_bot_token is not None
    assert settings.slack_bot_token.get_secret_value() == BOT
    assert settings.slack_app_token is not None
    assert settings.slack_app_token.get_secret_value() == APP
    assert settings.slack_signing_secret is not None
    assert settings.slack_signing_secret.get_secret_value() == SIGNING
    assert settings.slack_api_url == "http://127.0.0.1:8080/api/"
    assert settings.sqlite_path == Path("/data/crisis.db")
    assert settings.crisis_playbooks == Path("mine")
    assert settings.crisis_announce_channel == "incidents"
    assert settings.crisis_timezone == "Europe/Berlin"
    assert settings.crisis_archive_after == timedelta(0)
    assert (settings.port, settings.log_level, settings.log_format) == (0, "DEBUG", "json")


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "4000")
    assert Settings.load(written("PORT=5000\nLOG_LEVEL=ERROR")).port == 4000
    assert Settings.load(written("PORT=5000\nLOG_LEVEL=ERROR")).log_level == "ERROR"


@pytest.mark.parametrize("empty", ["", "   "])
def test_an_empty_value_is_not_set(monkeypatch: pytest.MonkeyPatch, empty: str) -> None:
    for name in Settings.model_fields:
        monkeypatch.setenv(name.upper(), empty)
    settings = Settings.load()
    assert settings == Settings.load(written("".join(f"{name.upper()}=\n" for name in Settings.model_fields)))
    assert settings.port == 3000
    assert settings.slack_bot_token is None


def test_an_empty_environment_leaves_the_file_its_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    assert Settings.load(written("PORT=5000")).port == 5000


def test_the_shipped_example_is_a_working_file() -> None:
    example = Path(__file__).parents[1] / ".env.example"
    text = example.read_text(encoding="utf-8")
    assert Settings.load(example) == Settings.load(Path("missing"))
    assert [name for name in Settings.model_fields if f"{name.upper()}=" not in text] == []


def test_a_file_saved_by_a_windows_editor_is_read() -> None:
    Path(".env").write_bytes(b"\xef\xbb\xbfPORT=5000\r\nLOG_FORMAT=json\r\n")
    assert Settings.load().port == 5000


def test_settings_are_frozen_and_show_no_secret() -> None:
    settings = Settings.load(
        written(f"SLACK_BOT_TOKEN={BOT}\nSLACK_APP_TOKEN={APP}\nSLACK_SIGNING_SECRET={SIGNING}")
    )
    with pytest.raises(pydantic.ValidationError):
        settings.port = 1
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert not [secret for secret in (BOT, APP, SIGNING) if secret in shown]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (
            f"SLACK_BOT_TOKEN={APP}",
            'SLACK_BOT_TOKEN does not start with xoxb-; it should be the "Bot '
            "User OAuth Token\" on the app's page "
            '"OAuth & Permissions"',
        ),
        (
            f"SLACK_APP_TOKEN={BOT}",
            "SLACK_APP_TOKEN does not start with xapp-; it should be the "
            "app-level token on the app's page \"Basic "
            'Information"',
        ),
        (
            "SLACK_BOT_TOKEN=xoxb-...",
            'SLACK_BOT_TOKEN is not a whole token; copy the "Bot User OAuth '
            'Token" on the app\'s page "OAuth & '
            'Permissions" again, without spaces or dots',
        ),
        (
            f"SLACK_SIGNING_SECRET={BOT}",
            'SLACK_SIGNING_SECRET is a token; it should be the "Signing Secret" '
            'on the app\'s page "Basic Information"',
        ),
        (
            "SLACK_API_URL=slack.com/api",
            "SLACK_API_URL is not a web address; write it like https://slack.com/api/",
        ),
        (
            "DATABASE_URL=postgresql://crisis:hunter2@db/crisis",
            "DATABASE_URL names a PostgreSQL database; only SQLite is supported so far: write "
            "sqlite:///crisis.db, or sqlite:////data/crisis.db for a full path",
        ),
        (
            "DATABASE_URL=sqlite://crisis.db",
            "DATABASE_URL has too few slashes: write sqlite:///crisis.db, or "
            "sqlite:////data/crisis.db for a full path",
        ),
        (
            "CRISIS_PLAYBOOKS=nowhere",
            "CRISIS_PLAYBOOKS is nowhere, which is not a folder; give the folder "
            "that holds your .toml playbooks",
        ),
        (
            'CRISIS_ANNOUNCE_CHANNEL="#War Room"',
            "CRISIS_ANNOUNCE_CHANNEL is #War Room, which cannot be a channel; "
            "write its name in small letters "
            "without spaces, like incidents, or its id",
        ),
        (
            "CRISIS_TIMEZONE=Europe/Berlim",
            "CRISIS_TIMEZONE is Europe/Berlim, which is no time zone; write it like Europe/Berlin",
        ),
        ("PORT=http", "PORT is http; it should be a number from 1 to 65535"),
        ("PORT=65536", "PORT is 65536; it should be a number from 1 to 65535"),
        ("LOG_LEVEL=loud", "LOG_LEVEL is loud; it should be DEBUG, INFO, WARNING, ERROR or CRITICAL"),
        ("LOG_FORMAT=xml", "LOG_FORMAT is xml; it should be text or json"),
        (
            "CRISIS_ANOUNCE_CHANNEL=incidents",
            "CRISIS_ANOUNCE_CHANNEL is no setting; did you mean CRISIS_ANNOUNCE_CHANNEL?",
        ),
        ("SLACK_BOT_TOKN=x", "SLACK_BOT_TOKN is no setting; did you mean SLACK_BOT_TOKEN?"),
        ("DATABSE_URL=x", "DATABSE_URL is no setting; did you mean DATABASE_URL?"),
        ("PORT", "PORT has no value; write PORT=value, or remove the line"),
        ("LOG_LEVEL=INFO\nPORT: 3000", "Line 2 of .env is not understood; write NAME=value"),
    ],
)
def test_a_wrong_setting_is_answered_with_what_would_be_right(line: str, problem: str) -> None:
    assert problems_of(line) == (problem,)


@pytest.mark.parametrize(
    "url", ["https://", "ftp://slack.com/", "https://[slack/", "https://x:99999/", "http://x/?a=b"]
)
def test_an_api_address_must_be_one(url: str) -> None:
    assert problems_of(f"SLACK_API_URL={url}") == (
        "SLACK_API_URL is not a web address; write it like https://slack.com/api/",
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://",
        "hc.example/7f3a9",
        "ftp://hc.example/7f3a9",
        "https://[hc/7f3a9",
        "http://hc.example/7f3a9 x",
    ],
)
def test_a_heartbeat_address_must_be_one_and_is_not_repeated(url: str) -> None:
    assert problems_of(f"CRISIS_HEARTBEAT_URL={url}") == (
        "CRISIS_HEARTBEAT_URL is not a web address; copy it from the watcher that should be called, "
        "like https://watcher.example/name",
    )


def test_the_secrets_are_the_tokens_and_the_heartbeat_address() -> None:
    url = "https://hc.example/7f3a9?x=1"
    text = f"SLACK_BOT_TOKEN={BOT}\nSLACK_APP_TOKEN={APP}\nSLACK_SIGNING_SECRET={SIGNING}\nCRISIS_HEARTBEAT_URL={url}"
    settings = Settings.load(written(text))
    assert set(settings.secrets) == {BOT, APP, SIGNING, url}
    assert not [secret for secret in settings.secrets if secret in repr(settings)]
    assert Settings.load(written("")).secrets == []


@pytest.mark.parametrize("folder", ["~nobody-of-this-name/playbooks", "x" * 300, ".env", "~"])
def test_playbooks_must_be_in_a_folder_that_can_be_read(monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    monkeypatch.setenv("HOME", "missing")
    (problem,) = problems_of(f"CRISIS_PLAYBOOKS={folder}")
    assert "is not a folder; give the folder that holds your .toml playbooks" in problem


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:///a/?x=1"])
def test_a_database_must_be_a_file(url: str) -> None:
    (problem,) = problems_of(f"DATABASE_URL={url}")
    assert "write sqlite:///crisis.db" in problem


@pytest.mark.parametrize("written_as", ["soon", "-1h", "5"])
def test_a_duration_that_is_none_is_answered_with_the_ways_to_write_one(written_as: str) -> None:
    (problem,) = problems_of(f"CRISIS_ARCHIVE_AFTER={written_as}")
    assert problem.startswith("CRISIS_ARCHIVE_AFTER cannot be used. ")


@pytest.mark.parametrize("zone", ["../etc/passwd", "/etc/localtime", "Europe", "Nowhere/Atlantis"])
def test_only_a_time_zone_is_a_time_zone(zone: str) -> None:
    (problem,) = problems_of(f"CRISIS_TIMEZONE={zone}")
    assert problem.startswith(f"CRISIS_TIMEZONE is {zone}, which is no time zone; write it like ")


@pytest.mark.parametrize("name", ["incidents", "C0123456789", "störung-1", "a_b"])
def test_a_channel_is_a_name_or_an_id(name: str) -> None:
    assert Settings.load(written(f"CRISIS_ANNOUNCE_CHANNEL={name}")).crisis_announce_channel == name


def test_quotes_that_a_container_kept_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", f'"{BOT}"')
    with pytest.raises(SettingsProblems, match="SLACK_BOT_TOKEN has quotes around it"):
        Settings.load()


@pytest.mark.parametrize("name", ["SLACK_USER_ID", "SLACK_TEAM", "CRISIS_COLOUR", "PATH", "OTHER_TOOL"])
def test_a_setting_of_another_program_is_no_problem(name: str) -> None:
    assert Settings.load(written(f"{name}=x")).port == 3000


def test_a_clusters_own_variables_are_no_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRISIS_TIMEZON", "x")
    monkeypatch.setenv("CRISIS_BOT_PORT", "tcp://10.0.0.1:3000")
    assert Settings.load().port == 3000


def test_every_problem_is_in_one_report_and_no_secret_is() -> None:
    path = written(
        f"SLACK_BOT_TOKEN=bot-{SIGNING}\nSLACK_APP_TOKEN=app-{SIGNING}\nSLACK_SIGNING_SECRET=a {SIGNING}\n"
        f"PORT={BOT}\nLOG_LEVEL={SIGNING}\nCRISIS_TIMEZONE={APP}\nCRISIS_PLAYBOOKS={SIGNING}\n"
        f"DATABASE_URL=postgres://me:hunter2@db/x\nCRISIS_ARCHIVE_AFTER={BOT}\nCRISIS_TIMZONE=UTC\n"
    )
    with pytest.raises(SettingsProblems) as caught:
        Settings.load(path)
    report = str(caught.value)
    assert report.startswith("The settings (environment and .env) have 10 problems:\n  ")
    assert len(report.splitlines()) == 11
    assert not [secret for secret in (BOT, APP, SIGNING, "hunter2") if secret in report]
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_an_env_file_that_cannot_be_read_is_a_problem() -> None:
    Path("folder").mkdir()
    Path("latin").write_bytes(b"CRISIS_ANNOUNCE_CHANNEL=st\xf6rung")
    with pytest.raises(SettingsProblems, match="folder is a folder; it should be a file"):
        Settings.load(Path("folder"))
    with pytest.raises(SettingsProblems, match="latin is not in UTF-8; save it as UTF-8"):
        Settings.load(Path("latin"))


def test_serve_needs_a_bot_token_and_a_way_for_slack_to_reach_us() -> None:
    nothing = Settings.load()
    assert [problem.split()[0] for problem in nothing.serve_problems()] == [
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
    ]
    socket = Settings.load(written(f"SLACK_BOT_TOKEN={BOT}\nSLACK_APP_TOKEN={APP}"))
    http = Settings.load(written(f"SLACK_BOT_TOKEN={BOT}\nSLACK_SIGNING_SECRET={SIGNING}"))
    both = Settings.load(
        written(f"SLACK_BOT_TOKEN={BOT}\nSLACK_APP_TOKEN={APP}\nSLACK_SIGNING_SECRET={SIGNING}")
    )
    assert (socket.serve_problems(), http.serve_problems(), both.serve_problems()) == ([], [], [])
    assert (socket.mode, http.mode, both.mode) == ("socket", "http", "socket")


def test_a_home_folder_in_the_database_address_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///~/crisis.db")
    assert Settings.load().sqlite_path == Path.home() / "crisis.db"


def test_a_value_of_several_lines_is_one_line_of_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRISIS_TIMEZONE", "UTC\n  all is well\x1b[2J")
    with pytest.raises(SettingsProblems) as caught:
        Settings.load()
    assert len(str(caught.value).splitlines()) == 2
    assert "\x1b" not in str(caught.value)
