"""What the log shows, and what it never shows."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from bot import logs

BOT_TOKEN = "xoxb-1234567890-0987654321-AbCdEfGhIjKlMnOpQrStUvWx"
SECRETS = [
    BOT_TOKEN,
    "xoxe.xoxb-1-AbCdEfGhIj",
    "xoxd-Ab%2FCd%2BEf%3D",
    "xapp-1-A012ABCDEF-3456789012345-abcdef0123456789",
    "xwfp-1234-abcd",
    "wss://wss-primary.slack.com/link/?ticket=12ab-34cd&app_id=99",
    "https://hooks.slack.com/actions/T012345/67890/secretpath",
    "https://hooks.slack-gov.com/commands/T012345/67890/secretpath",
    "signing_secret=8f742231b10e8888abcd99yyyzzz85a5",
    "SLACK_SIGNING_SECRET: '8f742231b10e8888abcd99yyyzzz85a5'",
]
TELLTALES = [
    "AbCdEfGh",
    "Ab%2F",
    "abcdef0123",
    "1234-abcd",
    "12ab-34cd",
    "app_id=99",
    "T012345",
    "secretpath",
    "8f742231",
]

Configure = Callable[..., io.StringIO]


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[Configure]:
    """Configures logging into a buffer and puts everything back afterwards."""
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in (*logs.OURS, *logs.QUIET_LIBRARIES)}
    level = root.level
    monkeypatch.setattr(logs, "_registered", set())

    def configure(level: str = "INFO", fmt: logs.LogFormat = "text") -> io.StringIO:
        stream = io.StringIO()
        logs.configure(level, fmt, stream)
        return stream

    yield configure
    for handler in installed():
        root.removeHandler(handler)
    root.setLevel(level)
    for name, earlier in levels.items():
        logging.getLogger(name).setLevel(earlier)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def installed() -> list[logging.Handler]:
    return [handler for handler in logging.getLogger().handlers if isinstance(handler, logs._Handler)]


def assert_nothing_leaks(text: str) -> None:
    assert text
    assert not [telltale for telltale in TELLTALES if telltale in text]


@pytest.mark.parametrize("fmt", ["text", "json"])
@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_survives_in_no_part_of_a_record(
    configured: Configure, secret: str, fmt: logs.LogFormat
) -> None:
    stream = configured(fmt=fmt)
    ours = structlog.stdlib.get_logger("bot.outbox")
    ours.warning(f"sending with {secret}", argument=secret, nested={"headers": [secret, {"a": secret}]})
    ours.warning("positional %s", secret)
    logging.getLogger("slack_sdk.web").warning("calling %s with %r", secret, {"token": secret})
    logging.getLogger("aiohttp.client").error(json.dumps({"url": secret}).replace("/", "\\/"))
    assert_nothing_leaks(stream.getvalue())


@pytest.mark.parametrize("fmt", ["text", "json"])
@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_survives_in_no_traceback(configured: Configure, secret: str, fmt: logs.LogFormat) -> None:
    stream = configured(fmt=fmt)
    try:
        try:
            raise KeyError(secret)
        except KeyError as error:
            raise RuntimeError(f"could not connect to {secret}") from error
    except RuntimeError:
        structlog.stdlib.get_logger("bot.app").exception("it broke")
        logging.getLogger("asyncio").exception("it broke there too")
    text = stream.getvalue()
    assert text.count("RuntimeError") >= 2
    assert_nothing_leaks(text)


@pytest.mark.parametrize("fmt", ["text", "json"])
@pytest.mark.parametrize("secret", ["correct horse", 'quo"ted', "back\\slash", "pässwörd", "line\nbreak"])
def test_a_registered_secret_is_hidden_however_it_is_written(
    configured: Configure, secret: str, fmt: logs.LogFormat
) -> None:
    stream = configured(fmt=fmt)
    logs.redact(secret)
    structlog.stdlib.get_logger("bot.app").info(f"said {secret}", value=secret, inside=[secret])
    logging.getLogger("other").info("said %r and %s", secret, secret)
    text = stream.getvalue()
    assert text.count(logs.HIDDEN) == 5
    assert secret not in text


def test_a_registered_text_too_short_to_be_a_secret_is_left_alone(configured: Configure) -> None:
    stream = configured()
    logs.redact("")
    logs.redact("a")
    structlog.stdlib.get_logger("bot").info("an ordinary sentence")
    assert "an ordinary sentence" in stream.getvalue()


def test_every_json_line_stays_json_with_secrets_in_awkward_places(configured: Configure) -> None:
    stream = configured(fmt="json")
    for secret in SECRETS:
        body = json.dumps({"text": f'say "{secret}"', "then": "more"})
        structlog.stdlib.get_logger("bot").info(body, again=json.dumps(body), also=f"<{secret}>")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert len(lines) == len(SECRETS)
    assert all("more" in line["event"] for line in lines)


def test_json_has_time_level_logger_event_and_values(configured: Configure) -> None:
    stream = configured(fmt="json")
    structlog.stdlib.get_logger("bot.ticker").warning("late", crisis=7)
    logging.getLogger("aiohttp.server").error("no %s", "luck")
    late, unlucky = (json.loads(line) for line in stream.getvalue().splitlines())
    assert late["timestamp"].endswith("Z")
    assert (late["level"], late["logger"], late["event"], late["crisis"]) == (
        "warning",
        "bot.ticker",
        "late",
        7,
    )
    assert (unlucky["level"], unlucky["event"]) == ("error", "no luck")


def test_text_is_one_readable_line(configured: Configure) -> None:
    stream = configured()
    structlog.stdlib.get_logger("bot.ticker").info("swept", due=2, why="two words", none="")
    time, rest = stream.getvalue().split(" ", 1)
    assert time.endswith("Z")
    assert rest == 'INFO    bot.ticker: swept due=2 why="two words" none=""\n'


def test_a_line_break_from_a_person_forges_no_line(configured: Configure) -> None:
    stream = configured()
    structlog.stdlib.get_logger("bot").info("one\ntwo", name="three\nfour\x1b[31m")
    assert len(stream.getvalue().splitlines()) == 1
    assert "\x1b" not in stream.getvalue()


def test_context_reaches_our_lines_and_the_libraries(configured: Configure) -> None:
    stream = configured()
    structlog.contextvars.bind_contextvars(crisis=12)
    structlog.stdlib.get_logger("bot").info("ours")
    logging.getLogger("slack_sdk").info("theirs")
    assert stream.getvalue().count("crisis=12") == 2


@pytest.mark.parametrize(
    "name", ["slack_sdk.web.async_base_client", "slack_bolt.AsyncApp", "bolt-app:Listener"]
)
def test_debug_is_for_our_code_only(configured: Configure, name: str) -> None:
    stream = configured("DEBUG")
    logger = logging.getLogger(name)
    logger.setLevel(logging.DEBUG)  # as Bolt does to its own loggers
    logger.debug("words of a private crisis")
    structlog.stdlib.get_logger("handlers.checklist").debug("ours")
    assert "private" not in stream.getvalue()
    assert "ours" in stream.getvalue()
    logger.setLevel(logging.NOTSET)


def test_a_logger_that_copies_the_roots_level_stays_above_debug(configured: Configure) -> None:
    configured("DEBUG")
    assert logging.getLogger().level == logging.INFO


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
def test_the_scheduler_and_the_access_log_are_heard_from_warning_on(
    configured: Configure, level: str
) -> None:
    stream = configured(level)
    for name in ("apscheduler.scheduler", "aiohttp.access"):
        logging.getLogger(name).info("one more beat")
        logging.getLogger(name).warning("trouble")
    assert stream.getvalue().count("trouble") == 2
    assert "beat" not in stream.getvalue()


def test_a_higher_level_silences_libraries_too(configured: Configure) -> None:
    stream = configured("ERROR")
    structlog.stdlib.get_logger("bot").warning("ours")
    logging.getLogger("slack_sdk").warning("theirs")
    logging.getLogger("apscheduler").warning("the clock's")
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    "message",
    [
        "Unhandled request ({'type': 'event_callback', 'text': 'private words'})\n---\n[Suggestion] …",
        "A global middleware (x) skipped calling either `next()` or `next_()` without providing a response "
        "for the request ({'text': 'private\n words'})",
    ],
)
def test_bolt_quotes_no_request(configured: Configure, message: str) -> None:
    stream = configured()
    logging.getLogger("slack_bolt.AsyncApp").warning(message)
    assert "private" not in stream.getvalue()
    assert "request (its content is not logged)" in stream.getvalue()


def test_a_record_that_cannot_be_formatted_prints_no_argument(
    configured: Configure, capsys: pytest.CaptureFixture[str]
) -> None:
    configured()
    record = logging.LogRecord("other", logging.WARNING, __file__, 1, "%d", (BOT_TOKEN,), None)
    installed()[0].handle(record)
    assert capsys.readouterr().err == "A log record of other could not be written (TypeError).\n"


def test_configuring_again_replaces_the_stream(configured: Configure) -> None:
    first, second = configured(), configured()
    structlog.stdlib.get_logger("bot").info("hello")
    assert first.getvalue() == ""
    assert second.getvalue().count("hello") == 1


def test_an_unknown_level_is_refused_with_the_known_ones(configured: Configure) -> None:
    with pytest.raises(ValueError, match="LOUD is no log level: use DEBUG, INFO"):
        configured("loud")


def test_a_sentence_about_a_token_keeps_its_prefix() -> None:
    assert logs.redacted("it starts with xoxb- or xapp-") == "it starts with xoxb- or xapp-"
