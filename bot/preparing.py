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
    except SettingsProblems as problems:
        reports.append(str(problems))
    if missing := (settings or _tokens_alone(env_file)).serve_problems():
        reports.append("\n".join(["These settings are missing:", *(f"  {one}" for one in missing)]))
    library: Library | None = None
    try:
        library = load(settings.crisis_playbooks if settings else own_folder(env_file))
    except PlaybookProblems as problems:
        reports.append(str(problems))
    if reports or settings is None or library is None:
        raise NotPrepared("\n\n".join(reports))
    return settings, library


def _tokens_alone(env_file: Path) -> Settings:
    """Settings that know only which tokens are there, for when others are wrong."""
    written = {**dotenv_values(env_file), **os.environ}

    def token(name: str) -> SecretStr | None:
        return SecretStr(value) if (value := written.get(name)) else None

    return Settings.model_construct(
        slack_bot_token=token("SLACK_BOT_TOKEN"),
        slack_app_token=token("SLACK_APP_TOKEN"),
        slack_signing_secret=token("SLACK_SIGNING_SECRET"),
    )


def own_folder(env_file: Path) -> Path | None:
    """The team's folder where other settings are wrong; a wrong folder is in the settings' own report."""
    written = os.environ.get("CRISIS_PLAYBOOKS") or dotenv_values(env_file).get("CRISIS_PLAYBOOKS")
    folder = Path(written.strip()).expanduser() if written and written.strip() else None
    return folder if folder and folder.is_dir() else None
