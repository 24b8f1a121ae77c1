"""`crisis-bot check`: everything that could keep the bot from working, tried now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import logs
from bot.manifest import SCOPES
from bot.preparing import own_folder
from bot.settings import Settings, SettingsProblems
from bot.slack.announcing import AnnouncementProblem, Announcing
from bot.slack.answers import NETWORK_ERRORS, TOKEN_PROBLEMS, error_name
from bot.store.base import StoreProblem
from bot.store.sqlite import SqliteStore
from playbooks import PlaybookProblems, load

WITHIN_S = 10.0


@dataclass
class _Findings:
    say: Callable[[str], object]
    problems: list[str] = field(default_factory=list)

    def good(self, text: str) -> None:
        self.say(f"ok       {text}")

    def bad(self, text: str) -> None:
        self.problems.append(text)
        self.say(f"problem  {text}")


async def check_everything(say: Callable[[str], object]) -> int:
    """Says what is well and what is not; 1 when there is any problem, else 0."""
    findings = _Findings(say)
    try:
        settings = Settings.load()
    except SettingsProblems as problems:
        for problem in problems.problems:
            findings.bad(problem)
        _playbooks(own_folder(Path(".env")), findings)
        say("The rest was not tried, because it depends on the settings.")
        return 1
    logs.configure("ERROR", settings.log_format)
    missing = settings.serve_problems()
    for problem in missing:
        findings.bad(problem)
    if not missing:
        findings.good(f"settings, for {'Socket Mode' if settings.mode == 'socket' else 'HTTP'}")
    if settings.crisis_heartbeat_url is not None:
        findings.good("heartbeat address (its form; calling it now would start the watcher's clock)")
    _playbooks(settings.crisis_playbooks, findings)
    await _database(settings, findings)
    if settings.slack_bot_token is not None:
        await _slack(settings, findings)
    count = len(findings.problems)
    say("Everything is in order." if not count else f"{count} problem{'s' if count > 1 else ''} to solve.")
    return 1 if count else 0


def _playbooks(folder: Path | None, findings: _Findings) -> None:
    try:
        library = load(folder)
    except PlaybookProblems as problems:
        findings.bad(str(problems))
    else:
        findings.good(f"{len(library.playbooks)} playbooks: {', '.join(library.playbooks)}")


async def _database(settings: Settings, findings: _Findings) -> None:
    path = settings.sqlite_path
    try:
        if path.exists():
            store = await SqliteStore.open(path, exclusive=False, read_only=True)
            await store.ping()
            await store.close()
            findings.good(f"database {path}")
        elif path.parent.is_dir():
            findings.good(f"database {path} will be made at the first start")
        else:
            findings.bad(f"DATABASE_URL names the folder {path.parent}, which does not exist")
    except StoreProblem as problem:
        findings.bad(str(problem))


async def _slack(settings: Settings, findings: _Findings) -> None:
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    timeout = aiohttp.ClientTimeout(total=WITHIN_S)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        web = AsyncWebClient(token=token, base_url=settings.slack_api_url, session=session, retry_handlers=[])
        if await _is_known(settings, web, findings):
            await _announcements(settings, web, findings)
        await _app_token(settings, web, findings)


async def _is_known(settings: Settings, web: AsyncWebClient, findings: _Findings) -> bool:
    """Slack takes the bot token; its scopes were looked at."""
    try:
        me = await web.auth_test()
    except SlackApiError as error:
        if error_name(error) in TOKEN_PROBLEMS:
            findings.bad(
                f"SLACK_BOT_TOKEN is refused by Slack ({error_name(error)}); copy it again from the app's page"
            )
        else:
            findings.bad(
                f"Slack answered “{error_name(error) or error.response.status_code}” to the first call"
            )
        return False
    except NETWORK_ERRORS as error:
        findings.bad(f"Slack cannot be reached at {settings.slack_api_url} ({type(error).__name__})")
        return False
    findings.good(f"bot token, as {me['user']} in {me['team']}")
    _scopes(str(me.headers.get("x-oauth-scopes") or me.headers.get("X-OAuth-Scopes") or ""), findings)
    return True


def _scopes(given: str, findings: _Findings) -> None:
    have = {scope.strip() for scope in given.split(",") if scope.strip()}
    if not have:
        findings.bad("Slack did not say which scopes the token has")
    elif lacking := [f"{scope} (to {what})" for scope, what in SCOPES.items() if scope not in have]:
        findings.bad(
            f"scopes are missing: {'; '.join(lacking)}. Apply the manifest again and reinstall the app"
        )
    else:
        findings.good(f"all {len(SCOPES)} scopes")


async def _app_token(settings: Settings, web: AsyncWebClient, findings: _Findings) -> None:
    if settings.slack_app_token is None:
        return
    try:
        await web.apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
    except SlackApiError as error:
        findings.bad(
            f"SLACK_APP_TOKEN is refused by Slack ({error_name(error)}); it needs the scope connections:write, "
            "and Socket Mode has to be on"
        )
    except NETWORK_ERRORS as error:
        findings.bad(
            f"Slack did not answer when a Socket Mode connection was asked for ({type(error).__name__})"
        )
    else:
        findings.good("app token, Socket Mode is on")


async def _announcements(settings: Settings, web: AsyncWebClient, findings: _Findings) -> None:
    if settings.crisis_announce_channel is None:
        findings.good("no announcement channel is set (CRISIS_ANNOUNCE_CHANNEL); crises are not announced")
        return
    try:
        await Announcing(web, settings.crisis_announce_channel).channel()
    except (AnnouncementProblem, *NETWORK_ERRORS) as problem:
        findings.bad(str(problem) or type(problem).__name__)
    except SlackApiError as error:
        findings.bad(f"the announcement channel could not be looked up ({error_name(error)})")
    else:
        findings.good(f"announcement channel {settings.crisis_announce_channel}")
