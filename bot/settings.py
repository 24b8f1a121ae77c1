"""The program's settings: read once at the start from the environment and `.env`, then never changed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, cast, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from dotenv.parser import parse_stream
from pydantic import BeforeValidator, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.durations import parse_duration

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
LogFormat = Literal["text", "json"]

# How close an unknown name must be to a known one to be taken for a slip. CRISIS_ is ours, so anything there
# is suspect; SLACK_ and the rest are shared with other programs. Only the file is looked at: a cluster puts
# names like CRISIS_BOT_PORT into the environment by itself.
_CLOSE_ENOUGH: Final = {"CRISIS_": 0.7, "SLACK_": 0.85, "": 0.9}

_TOKEN: Final = re.compile(r"[A-Za-z0-9-]+")
_SECRET: Final = re.compile(r"xox[a-z]-|xapp-|[0-9a-f]{32}", re.IGNORECASE)
_CHANNEL_ID: Final = re.compile(r"[CG][A-Z0-9]{8,}")
_CHANNEL_NAME: Final = re.compile(r"[\w-]{1,80}")
_SQLITE_FORM: Final = "write sqlite:///crisis.db, or sqlite:////data/crisis.db for a full path"
_SHOWN_MAX_CHARS: Final = 60


class SettingsProblems(Exception):
    """The settings cannot be used; the text is the whole report, one line a problem, without a secret."""

    def __init__(self, problems: list[str]) -> None:
        # A value may hold anything; one line a problem, and nothing that steers the terminal.
        self.problems = tuple("".join(c if c.isprintable() else "\ufffd" for c in told) for told in problems)
        count = f"{len(problems)} problems" if len(problems) > 1 else "1 problem"
        lines = "".join(f"\n  {problem}" for problem in self.problems)
        super().__init__(f"The settings (environment and .env) have {count}:{lines}")


def _bot_token(text: str) -> str:
    return _token(text, "xoxb-", 'the "Bot User OAuth Token" on the app\'s page "OAuth & Permissions"')


def _app_token(text: str) -> str:
    return _token(text, "xapp-", 'the app-level token on the app\'s page "Basic Information"')


def _token(text: str, prefix: str, source: str) -> str:
    if not text.startswith(prefix):
        raise ValueError(f"does not start with {prefix}; it should be {source}")
    if not _TOKEN.fullmatch(text.removeprefix(prefix)):
        raise ValueError(f"is not a whole token; copy {source} again, without spaces or dots")
    return text


def _signing_secret(text: str) -> str:
    source = 'the "Signing Secret" on the app\'s page "Basic Information"'
    if text.startswith(("xox", "xapp-")):
        raise ValueError(f"is a token; it should be {source}")
    if re.search(r"\s", text):
        raise ValueError(f"has a space in it; copy {source} again")
    return text


def _api_url(text: str) -> str:
    if not _is_web_address(text) or "?" in text or "#" in text:
        raise ValueError("is not a web address; write it like https://slack.com/api/")
    return text.rstrip("/") + "/"


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _database_url(text: str) -> str:
    # Never quoted in an answer: the address of a database server holds its password.
    scheme, _, rest = text.partition("://")
    if scheme.partition("+")[0] in ("postgres", "postgresql"):
        raise ValueError(f"names a PostgreSQL database; only SQLite is supported so far: {_SQLITE_FORM}")
    if scheme != "sqlite":
        raise ValueError(f"does not name a SQLite database: {_SQLITE_FORM}")
    if not rest.startswith("/"):
        raise ValueError(f"has too few slashes: {_SQLITE_FORM}")
    path = rest.removeprefix("/")
    if path in ("", ":memory:") or path.endswith("/") or "?" in path:
        raise ValueError(f"names no file, and a crisis must outlive the program: {_SQLITE_FORM}")
    return text


def _playbooks(text: str) -> Path:
    folder = _path(text)
    try:
        usable = folder.is_dir()
    except OSError:  # a parent we may not look into, a name too long
        usable = False
    if not usable:
        raise ValueError(
            f"is {_shown(text)}, which is not a folder; give the folder that holds your .toml playbooks"
        )
    return folder


def _announce_channel(text: str) -> str:
    name = text.removeprefix("#").strip()
    if _CHANNEL_ID.fullmatch(name):
        return name
    if not _CHANNEL_NAME.fullmatch(name) or name != name.lower():
        raise ValueError(
            f"is {_shown(text)}, which cannot be a channel; "
            "write its name in small letters without spaces, like incidents, or its id"
        )
    return name


def _timezone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (ValueError, OSError, KeyError):  # a path, a folder of zones, an unknown name
        known = {zone.lower(): zone for zone in available_timezones()}
        near = difflib.get_close_matches(text.lower(), known, n=1, cutoff=0.6)
        example = known[near[0]] if near else "Europe/Berlin"
        raise ValueError(f"is {_shown(text)}, which is no time zone; write it like {example}") from None


def _port(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) > 65535:
        raise ValueError(f"is {_shown(text)}; it should be a number from 1 to 65535")
    return int(text)


def _archive_after(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError as error:
        sentence = "It is something secret." if _SECRET.search(text) else str(error)
        raise ValueError(f"cannot be used. {sentence}") from None


def _one_of(choices: tuple[str, ...]) -> Callable[[str], str]:
    """Reads one of the choices, whatever its capitals."""

    def read(text: str) -> str:
        for choice in choices:
            if choice.lower() == text.lower():
                return choice
        raise ValueError(f"is {_shown(text)}; it should be {', '.join(choices[:-1])} or {choices[-1]}")

    return read


def _heartbeat_url(text: str) -> str:
    # Never quoted in an answer: whoever knows the address can keep the watcher quiet.
    if not _is_web_address(text) or not text.isprintable() or " " in text:
        raise ValueError(
            "is not a web address; copy it from the watcher that should be called, like https://watcher.example/name"
        )
    return text


def _path(text: str) -> Path:
    """The path, with ~ as this user's home; as it is where nobody has one."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)


def _shown(text: str) -> str:
    """The value as it may be quoted: a secret that landed in the wrong setting is not repeated."""
    if _SECRET.search(text):
        return "something secret"
    return text if len(text) <= _SHOWN_MAX_CHARS else text[: _SHOWN_MAX_CHARS - 1] + "…"


def _written(parse: Callable[[str], object]) -> BeforeValidator:
    """Reads a value as people write it; a value that is no text (given in code) is left to pydantic."""

    def read(value: object) -> object:
        if not isinstance(value, str):
            return value
        text = value.strip()
        if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
            raise ValueError("has quotes around it that are taken for a part of it; write it without them")
        return parse(text)

    return BeforeValidator(read)


class Settings(BaseSettings):
    """Every setting, valid and frozen; its repr shows no secret. An empty value counts as not set."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        env_ignore_empty=True,
        env_file_encoding="utf-8-sig",
        hide_input_in_errors=True,
    )

    slack_bot_token: Annotated[SecretStr | None, _written(_bot_token)] = None
    slack_app_token: Annotated[SecretStr | None, _written(_app_token)] = None
    slack_signing_secret: Annotated[SecretStr | None, _written(_signing_secret)] = None
    slack_api_url: Annotated[str, _written(_api_url)] = "https://slack.com/api/"
    """Ends with a slash."""
    database_url: Annotated[str, _written(_database_url)] = "sqlite:///crisis.db"
    crisis_playbooks: Annotated[Path | None, _written(_playbooks)] = None
    """A folder that exists."""
    crisis_announce_channel: Annotated[str | None, _written(_announce_channel)] = None
    """A channel's name without its #, or its id."""
    crisis_timezone: Annotated[str, _written(_timezone)] = "UTC"
    """A key of zoneinfo."""
    crisis_archive_after: Annotated[timedelta, _written(_archive_after)] = timedelta(days=1)
    """From close to the archiving of a crisis's channel; zero: at once."""
    crisis_heartbeat_url: Annotated[SecretStr | None, _written(_heartbeat_url)] = None
    """Called every minute while all is well; whoever knows it could call it, too."""
    port: Annotated[int, _written(_port)] = 3000
    """0: any free port, for tests."""
    log_level: Annotated[LogLevel, _written(_one_of(get_args(LogLevel)))] = "INFO"
    log_format: Annotated[LogFormat, _written(_one_of(get_args(LogFormat)))] = "text"

    @classmethod
    def load(cls, env_file: Path = Path(".env")) -> Self:
        """The settings of the environment, and below it of `env_file`, which may be missing.

        Raises SettingsProblems with every problem at once.
        """
        text, problems = _text_of(env_file)
        problems += _slips(env_file.name, text)
        try:
            settings = cast(Any, cls)(_env_file=env_file if text else None)
        except ValidationError as error:
            problems += [_line(problem) for problem in error.errors(include_url=False, include_input=False)]
        else:
            if not problems:
                return cast(Self, settings)
        raise SettingsProblems(problems) from None

    @model_validator(mode="before")
    @classmethod
    def _blank_is_unset(cls, values: dict[str, object]) -> dict[str, object]:
        return {name: value for name, value in values.items() if not isinstance(value, str) or value.strip()}

    def serve_problems(self) -> list[str]:
        """What is missing to run on Slack, one line each; other commands work without."""
        problems = []
        if self.slack_bot_token is None:
            problems.append('SLACK_BOT_TOKEN is missing; set it to the "Bot User OAuth Token" (xoxb-…)')
        if self.slack_app_token is None and self.slack_signing_secret is None:
            problems.append(
                "SLACK_APP_TOKEN is missing; set it to the app-level token (xapp-…) for Socket Mode, "
                "or set SLACK_SIGNING_SECRET to receive Slack's requests over HTTP on PORT"
            )
        return problems

    @property
    def secrets(self) -> list[str]:
        """What may never be written anywhere."""
        secret = (getattr(self, name) for name in type(self).model_fields)
        return [value.get_secret_value() for value in secret if isinstance(value, SecretStr)]

    @property
    def mode(self) -> Literal["socket", "http"]:
        """How Slack reaches us: by Socket Mode as soon as there is an app-level token."""
        return "http" if self.slack_app_token is None else "socket"

    @property
    def sqlite_path(self) -> Path:
        """The database's file; a relative one belongs to the working directory."""
        return _path(self.database_url.removeprefix("sqlite:///"))


def _line(problem: ErrorDetails) -> str:
    name = str(problem["loc"][0]).upper() if problem["loc"] else "A setting"
    return f"{name} {problem.get('ctx', {}).get('error', 'cannot be used: ' + problem['msg'])}"


def _text_of(env_file: Path) -> tuple[str, list[str]]:
    """The file's text, empty if there is none, and why it cannot be read."""
    try:
        return env_file.read_text(encoding="utf-8-sig"), []
    except FileNotFoundError:
        return "", []
    except IsADirectoryError:
        return "", [f"{env_file.name} is a folder; it should be a file with lines like NAME=value"]
    except UnicodeDecodeError:
        return "", [f"{env_file.name} is not in UTF-8; save it as UTF-8"]
    except OSError as error:
        return "", [f"{env_file.name} cannot be read ({error.strerror}); let this user read it or remove it"]


def _slips(file: str, text: str) -> list[str]:
    """Lines of the file that set nothing, and names that are nearly one of ours."""
    known = [name.upper() for name in Settings.model_fields]
    problems = []
    for binding in parse_stream(StringIO(text)):
        if binding.error:
            problems.append(f"Line {binding.original.line} of {file} is not understood; write NAME=value")
        elif binding.key and binding.key.upper() in known and binding.value is None:
            problems.append(f"{binding.key} has no value; write {binding.key}=value, or remove the line")
        elif binding.key and binding.key.upper() not in known:
            name = binding.key.upper()
            cutoff = next(cutoff for prefix, cutoff in _CLOSE_ENOUGH.items() if name.startswith(prefix))
            problems += [
                f"{binding.key} is no setting; did you mean {near}?"
                for near in difflib.get_close_matches(name, known, n=1, cutoff=cutoff)
            ]
    return problems
