"""A start that cannot be: one report, exit 1, no traceback."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from bot.store.sqlite import SqliteStore
from tests.process.conftest import Place, until


def _nothing(_: Place) -> dict[str, str]:
    return {}


def _bad_settings(_: Place) -> dict[str, str]:
    return {
        "slack_bot_token": "xapp-wrong",
        "port": "many",
        "crisis_timezone": "Mars/Olympus",
        "log_level": "LOUD",
    }


def _no_tokens(_: Place) -> dict[str, str]:
    return {"slack_bot_token": "", "slack_app_token": ""}


def _bad_playbooks(place: Place) -> dict[str, str]:
    folder = place.folder / "playbooks"
    folder.mkdir()
    (folder / "one.toml").write_text('key = "one"\ntitle = 5\n')
    (folder / "two.toml").write_text("this is no TOML")
    return {"crisis_playbooks": str(folder)}


def _wrong_bot_token(_: Place) -> dict[str, str]:
    return {"slack_bot_token": "xoxb-somebody-else"}


def _wrong_app_token(_: Place) -> dict[str, str]:
    return {"slack_app_token": "xapp-1-somebody-else"}


def _no_slack(_: Place) -> dict[str, str]:
    return {"slack_api_url": "http://127.0.0.1:9/api/"}


def _no_folder(place: Place) -> dict[str, str]:
    return {"database_url": f"sqlite:///{place.folder}/nowhere/crisis.db"}


REFUSALS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "settings": (_bad_settings, ("4 problems", "SLACK_BOT_TOKEN", "PORT", "CRISIS_TIMEZONE", "LOG_LEVEL")),
    "no tokens": (_no_tokens, ("SLACK_BOT_TOKEN is missing", "SLACK_APP_TOKEN is missing")),
    "playbooks": (_bad_playbooks, ("one.toml", "two.toml")),
    "bot token": (_wrong_bot_token, ("Slack refuses SLACK_BOT_TOKEN (invalid_auth)",)),
    "app token": (_wrong_app_token, ("SLACK_APP_TOKEN (invalid_auth)", "connections:write")),
    "no slack": (_no_slack, ("Slack cannot be reached at http://127.0.0.1:9/api/",)),
    "no folder": (_no_folder, ("nowhere", "exists")),
}


@pytest.mark.parametrize("what", REFUSALS)
async def test_what_keeps_it_from_starting_is_one_report(place: Place, what: str) -> None:
    prepare, words = REFUSALS[what]
    started = time.monotonic()
    status, said = await place.runs("serve", **prepare(place))
    assert status == 1
    assert time.monotonic() - started < 8, "nobody is kept waiting for a refusal"
    for word in words:
        assert word in said
    assert "is ready" not in said
    assert "Traceback" not in said
    assert "somebody-else" not in said


async def test_wrong_settings_and_broken_playbooks_are_told_in_one_report(place: Place) -> None:
    settings = {**_bad_playbooks(place), "port": "many", "slack_app_token": ""}
    status, said = await place.runs("serve", **settings)
    assert status == 1
    for word in ("PORT", "many", "one.toml", "two.toml"):
        assert word in said
    assert said.count("The bot cannot start.") == 1
    assert "Traceback" not in said
    status, said = await place.runs("serve", **{**settings, "port": "0"})
    assert status == 1
    for word in ("SLACK_APP_TOKEN is missing", "one.toml", "two.toml"):
        assert word in said
    assert said.count("The bot cannot start.") == 1
    assert "Traceback" not in said


async def test_a_newer_database_is_refused_and_left_as_it_is(place: Place) -> None:
    path = place.folder / "crisis.db"
    store = await SqliteStore.open(path)
    await store.close()
    with sqlite3.connect(path) as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('crisis-bot', 'm999_later', 'now')"
        )
    db.close()
    before = path.read_bytes()
    status, said = await place.runs("serve")
    assert status == 1
    assert "newer version of crisis-bot (m999_later)" in said
    assert path.read_bytes() == before


async def test_a_port_that_is_taken_is_named(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, said = await place.runs("serve", port=str(port))
    assert status == 1
    assert f"Port {port} cannot be used" in said
    assert "Traceback" not in said


async def test_sigterm_during_the_start_ends_it_at_once(place: Place) -> None:
    place.slack.faults.add("auth.test", "hang", times=None)
    program = await place.starts("serve")
    await until(lambda: any(call.method == "auth.test" for call in place.slack.calls), 20)
    started = time.monotonic()
    assert await program.terminated() == 0
    assert time.monotonic() - started < 3
    assert "is ready" not in program.out
    assert "Traceback" not in program.log


# The other commands.


async def test_check_names_every_problem_at_once(place: Place) -> None:
    settings = {**_bad_playbooks(place), **_no_folder(place), **_wrong_app_token(place)}
    place.slack.team.manifest.scopes.remove("pins:write")
    status, said = await place.runs("check", **settings, crisis_announce_channel="nowhere")
    assert status == 1
    for word in ("one.toml", "two.toml", "nowhere", "pins:write", "SLACK_APP_TOKEN is refused", "#nowhere"):
        assert word in said
    assert "ok       settings" in said
    assert "5 problems to solve" in said
    assert "Traceback" not in said


async def test_check_goes_on_when_the_bot_token_is_wrong(place: Place) -> None:
    status, said = await place.runs("check", **_wrong_bot_token(place), **_wrong_app_token(place))
    assert status == 1
    assert "SLACK_BOT_TOKEN is refused" in said
    assert "SLACK_APP_TOKEN is refused" in said


async def test_check_tells_a_slack_in_trouble_from_a_wrong_token(place: Place) -> None:
    place.slack.faults.add("auth.test", "http_503")
    status, said = await place.runs("check")
    assert status == 1
    assert "refused" not in said
    assert "503" in said


async def test_check_is_content_when_all_is_well(place: Place) -> None:
    status, said = await place.runs("check")
    assert status == 0, said
    assert "Everything is in order." in said
    assert "problem" not in said


async def test_commands_work_while_the_bot_serves(place: Place) -> None:
    await place.serves()
    results = await asyncio.gather(
        place.runs("lessons"),
        place.runs("lessons", "--json", "anything"),
        place.runs("backup", "copy.db"),
        place.runs("manifest"),
        place.runs("--help"),
        place.runs("check"),
    )
    assert [status for status, _ in results] == [0] * 6
    texts = [said for _, said in results]
    assert "Nothing learned yet." in texts[0]
    assert texts[1].strip() == "[]"
    copy = await SqliteStore.open(place.folder / "copy.db", exclusive=False, read_only=True)
    await copy.ping()
    await copy.close()
    assert texts[3].strip() == (Path(__file__).parents[2] / "manifest.json").read_text().strip()
    for command in ("serve", "demo", "check", "manifest", "export", "lessons", "backup"):
        assert f"\n  {command}" in texts[4]
