"""One log for everything, ours and the libraries', from which no secret and no words of a crisis can be read.

Our modules log with `structlog.stdlib.get_logger(__name__)`; the libraries use `logging`. Both end in the
same handler, whose last act on the finished line is redaction: whatever way a token came into a record
(message, argument, exception, context), it meets the same patterns.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable
from textwrap import indent
from typing import Any, Final, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

LogFormat = Literal["text", "json"]

HIDDEN: Final = "[hidden]"

OURS: Final = ("bot", "handlers", "playbooks")
"""The only loggers that may speak at DEBUG."""

LIBRARY_FLOOR: Final = logging.INFO
"""Below it slack_sdk and slack_bolt print whole requests: words of private crises."""

QUIET_LIBRARIES: Final = {
    "apscheduler": logging.WARNING,  # two lines for every beat of the clock
    "aiohttp.access": logging.WARNING,  # a line for every health check
}

SECRET_MIN_CHARS: Final = 4
"""A shorter "secret" would blank out ordinary words."""

# What an address is made of; a slash may come escaped (\/) out of JSON, but a backslash before a quote is
# the quote's own, and taking it would break the JSON line we write.
_ADDRESS: Final = r"(?:[^\s\"'<>\\]|\\+/)*"
_SLASHES: Final = r":(?:\\*/){2}"

_PATTERNS: Final = (
    (re.compile(r"(?:xoxe\.)?xox[a-z]-[\w%+/=.~-]+", re.IGNORECASE), HIDDEN),
    (re.compile(r"(?:xapp|xwfp)-[\w%+/=.~-]+", re.IGNORECASE), HIDDEN),
    (re.compile(rf"(wss?{_SLASHES}(?:[^\s\"'<>\\?]|\\+/)*)\?{_ADDRESS}", re.IGNORECASE), rf"\1?{HIDDEN}"),
    (re.compile(r"\bticket=[^\s\"'&<>\\]+", re.IGNORECASE), f"ticket={HIDDEN}"),
    (
        re.compile(rf"(https?{_SLASHES}hooks\.slack(?:-gov)?\.com){_ADDRESS}", re.IGNORECASE),
        rf"\1/{HIDDEN}",
    ),
    (
        re.compile(r"((?:signing|client)_?secret[\"'\\]*\s*[:=]\s*[\"'\\]*)[\w-]+", re.IGNORECASE),
        rf"\1{HIDDEN}",
    ),
)

# Bolt writes the whole request into two of its warnings, at any level.
_BOLT_REQUEST: Final = re.compile(r"\brequest \(.*", re.DOTALL)

_registered: set[str] = set()


def redact(secret: str) -> None:
    """From now on this exact text is hidden in every line written; once is enough, again does nothing.

    Texts shorter than `SECRET_MIN_CHARS` are ignored.
    """
    if len(secret) < SECRET_MIN_CHARS:
        return
    looks = {secret}
    for _ in range(2):  # inside a JSON string or a repr, and inside such a string's own repr
        looks |= {json.dumps(look)[1:-1] for look in looks}
        looks |= {json.dumps(look, ensure_ascii=False)[1:-1] for look in looks}
        looks |= {repr(look)[1:-1] for look in looks}
    _registered.update(looks)


def redacted(text: str) -> str:
    """The text without Slack tokens, socket tickets, response addresses and registered secrets."""
    for secret in sorted(_registered, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def configure(level: str, fmt: LogFormat, stream: TextIO | None = None) -> None:
    """Every log line, ours and the libraries', goes to `stream` (standard error unless told) as `fmt`.

    `level` is a name (DEBUG … CRITICAL) and applies to our own code; libraries stay at INFO or above.
    A repetition replaces the earlier configuration. Raises ValueError for a level that does not exist.
    """
    ours = logging.getLevelNamesMapping().get(level.upper())
    if ours is None:
        raise ValueError(f"{level.upper()} is no log level: use DEBUG, INFO, WARNING, ERROR or CRITICAL")
    shared = _shared_processors()
    _route_stdlib(stream or sys.stderr, fmt, ours, shared)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # a later configure() must reach loggers that exist already
    )


def _shared_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        _without_bolt_requests,
    ]


def _route_stdlib(stream: TextIO, fmt: LogFormat, ours: int, shared: Iterable[Processor]) -> None:
    render = structlog.processors.JSONRenderer(ensure_ascii=False, default=str) if fmt == "json" else _as_text
    formatter = _RedactingFormatter(
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,  # plain: no local variables, which hold people's words
            render,
        ],
        foreign_pre_chain=list(shared),
    )
    handler = _Handler(stream)
    handler.setFormatter(formatter)
    handler.addFilter(_is_wanted)
    root = logging.getLogger()
    for earlier in [h for h in root.handlers if isinstance(h, _Handler)]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    # The root's level is the libraries' level: Bolt copies it into every logger it makes, under any name.
    root.setLevel(max(ours, LIBRARY_FLOOR))
    for name in OURS:
        logging.getLogger(name).setLevel(ours)
    for name, floor in QUIET_LIBRARIES.items():
        logging.getLogger(name).setLevel(max(ours, floor))


# Bolt sees SLACK_BOT_TOKEN in the environment and says that it will not use it; we gave it the client it is in.
_BOLT_ON_TOKENS = ("As you gave `client` as well", "As `installation_store` or `authorize` has been used")


def _is_wanted(record: logging.LogRecord) -> bool:
    """False for a library's DEBUG record, however its logger was set up, and for Bolt's remarks on how we build it."""
    if record.name.startswith("slack_bolt") and str(record.msg).startswith(_BOLT_ON_TOKENS):
        return False
    return record.levelno >= LIBRARY_FLOOR or record.name.split(".")[0] in OURS


def _without_bolt_requests(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Bolt's warnings keep what went wrong and lose the request they quote."""
    if str(event.get("logger", "")).startswith("slack_bolt"):
        event["event"] = _BOLT_REQUEST.sub("request (its content is not logged)", str(event["event"]))
    return event


def _as_text(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """`2026-11-22T09:30:00.123Z WARNING bot.outbox: what happened key=value`, tracebacks indented below."""
    time, level = event.pop("timestamp"), event.pop("level").upper()
    name, said = event.pop("logger"), _one_line(str(event.pop("event")))
    after = [indent(str(event.pop(key)), "    ") for key in ("exception", "stack") if event.get(key)]
    pairs = "".join(f" {key}={_value(value)}" for key, value in event.items())
    return "\n".join([f"{time} {level:<7} {name}: {said}{pairs}", *after])


def _value(value: Any) -> str:
    text = str(value)
    plain = text and not any(c.isspace() or c in '"=' for c in text)
    return text if plain and text.isprintable() else json.dumps(text, ensure_ascii=False)


def _one_line(text: str) -> str:
    """The text on one line: a person's line break must not be able to forge a log line."""
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


class _RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Redacts the finished line: after it nothing is added."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


class _Handler(logging.StreamHandler[TextIO]):
    """Ours, to be recognised by the next `configure`."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is logging's
        """Says which record was lost. The inherited one prints its arguments, past every redaction."""
        error = sys.exc_info()[0]
        kind = error.__name__ if error else "error"
        if sys.stderr is not None:
            sys.stderr.write(f"A log record of {record.name} could not be written ({kind}).\n")
