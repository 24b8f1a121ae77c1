"""What is made from the code was made from this code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import handlers
from bot.manifest import SCOPES, manifest
from tests import generated


@pytest.mark.parametrize("path", [generated.README, generated.MANIFEST], ids=lambda path: path.name)
def test_generated_files_are_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == generated.expected()[path], "run: make generate"


def test_the_manifest_stays_inside_what_slack_accepts() -> None:
    """Limits of Slack's manifest reference; a longer shortcut name makes Slack refuse the whole manifest."""
    made = manifest(handlers.load())
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) < 140
    for shortcut in made["features"]["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
    for command in made["features"]["slash_commands"]:
        assert command["should_escape"] is True
        assert len(command["usage_hint"]) <= 1000
    assert len(made["oauth_config"]["scopes"]["bot"]) <= 255


def test_every_event_we_ask_for_has_the_scope_it_needs() -> None:
    """docs.slack.dev names the scope of each event."""
    needs = {
        "channel_": "channels:read",
        "group_": "groups:read",
        "member_": "channels:read",
        "reaction_": "reactions:read",
    }
    for event in manifest(handlers.load())["settings"]["event_subscriptions"]["bot_events"]:
        scope = next(scope for start, scope in needs.items() if event.startswith(start))
        assert scope in SCOPES


def test_the_manifest_is_json_that_reads_back() -> None:
    assert json.loads(generated.MANIFEST.read_text(encoding="utf-8")) == manifest(handlers.load())
