"""What has to be right before the bot can start: settings and the team's files, all of their problems in one report."""

from __future__ import annotations

import os
from pathlib import Path

from dotenv import dotenv_values
from pydantic import SecretStr

from bot.settings import Settings, SettingsProblems
from playbooks import Library, PlaybookProblems, load


class NotPrepared(Exception):
    """The bot cannot start; the text is the whole report."""


def prepared(env_file: Path = Path(".env")) -> tuple[Settings, Library]:
    """Settings that can serve, and the playbooks. Raises `NotPrepared` with every problem of both."""
    reports = []
    settings: Settings | None = None
    try:
        settings = Settings.load(env_file)
        if missing := settings.serve_problems():
            reports.append("\n".join(["These settings are missing:", *(f"  {one}" for one in missing)]))
    except SettingsProblems as problems:
        reports.append("\n".join([str(problems), *(f"  {one}" for one in _missing(env_file))]))
    library: Library | None = None
    try:
        library = load(settings.crisis_playbooks if settings else own_folder(env_file))
    except PlaybookProblems as problems:
        reports.append(str(problems))
    if reports or settings is None or library is None:
        raise NotPrepared("\n\n".join(reports))
    return settings, library


def _missing(env_file: Path) -> list[str]:
    """Which tokens are not there at all, where other settings are wrong."""
    written = {**dotenv_values(env_file), **os.environ}
    names = ("slack_bot_token", "slack_app_token", "slack_signing_secret")
    there = {name: SecretStr(value) for name in names if (value := written.get(name.upper()))}
    return Settings.model_construct(**{name: there.get(name) for name in names}).serve_problems()


def own_folder(env_file: Path) -> Path | None:
    """The team's folder where other settings are wrong; a wrong folder is in the settings' own report."""
    written = os.environ.get("CRISIS_PLAYBOOKS") or dotenv_values(env_file).get("CRISIS_PLAYBOOKS")
    folder = Path(written.strip()).expanduser() if written and written.strip() else None
    return folder if folder and folder.is_dir() else None
