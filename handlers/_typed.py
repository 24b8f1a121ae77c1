"""Reading what people type after a command: people, times, words."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

import dateparser

from bot.domain import errors
from bot.domain.durations import parse_duration
from bot.domain.severity import Severity
from bot.domain.words import listed, safe
from bot.slack.people import Person
from handlers._asked import Bot

PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>|(?<![\w.])@([\w][\w.\-]*)")
"""A person: as Slack's mention (the command's `should_escape`) or as plain @name."""
_LINK = re.compile(r"<((?:https?|mailto|tel):[^|>]+)(?:\|([^>]*))?>")
_CHANNEL = re.compile(r"<#([A-Z0-9]+)(?:\|([^>]*))?>")
_IN = re.compile(r"(?:^|\s)in\s+((?:\d|half|an?\s)\S*(?:\s+\S+){0,3})$", re.IGNORECASE)
RIGHT_TIME = "Write for instance `in 30m`, `in 2h` or `in 1d`."


def words_of(text: str) -> str:
    """The text as the person sees it: Slack's escapes and link marks undone, mentions of people left as they are."""
    text = _LINK.sub(lambda m: m[1], text)
    text = _CHANNEL.sub(lambda m: f"#{m[2] or m[1]}", text)
    return html.unescape(text)


async def plain_names(bot: Bot, text: str) -> str:
    """The text with mentions of people as @name, for places where a mention cannot live or should not."""
    for user_id in {m[1] for m in PERSON.finditer(text) if m[1]}:
        person = await bot.people.get(user_id)
        text = re.sub(rf"<@{user_id}(?:\|[^>]*)?>", lambda _: f"@{person.name if person else user_id}", text)  # noqa: B023
    return text


async def one_person(bot: Bot, typed: str) -> Person:
    """The person somebody typed or picked (mention, @name or id), who can be asked to do something.

    Raises `UnknownPerson`, `SeveralPeople`, `PersonUnavailable` (deactivated, a bot).
    """
    found = PERSON.fullmatch(typed.strip())
    user_id = found[1] if found else typed if re.fullmatch(r"[UW][A-Z0-9]{2,}", typed) else None
    if user_id:
        person = await bot.people.get(user_id)
        candidates = [person] if person else []
    else:
        candidates = await bot.people.find(typed.strip())
        usable = [p for p in candidates if not p.deactivated and not p.is_bot]
        candidates = usable or candidates[:1]
    if not candidates:
        raise errors.UnknownPerson(typed=safe(words_of(typed)))
    if len(candidates) > 1:
        raise errors.SeveralPeople(typed=safe(typed), people=listed(f"@{safe(p.handle)}" for p in candidates))
    return _available(candidates[0])


def _available(person: Person) -> Person:
    if person.deactivated:
        raise errors.PersonUnavailable(person=safe(person.name), why="their account is deactivated")
    if person.is_bot:
        raise errors.PersonUnavailable(person=safe(person.name), why="that is a bot")
    return person


def people_in(text: str) -> tuple[str, list[str]]:
    """The text without the people in it, and those people as typed, in order."""
    people = [m[0] for m in PERSON.finditer(text)]
    return " ".join(PERSON.sub(" ", text).split()), people


def due_in(text: str, now: datetime) -> tuple[str, timedelta | None]:
    """The text without an `in 30m` at its end, and that time. Raises `UnknownDuration` when it cannot be read."""
    found = _IN.search(text)
    if not found:
        return text, None
    return text[: found.start()].strip(), a_span(found[1], now)


def a_span(typed: str, now: datetime) -> timedelta:
    """A span of time as people write it: `30m`, `2 hours`. Raises `UnknownDuration`."""
    try:
        return parse_duration(typed)
    except ValueError:
        pass
    parsed: datetime | None = dateparser.parse(
        f"in {typed}",
        languages=["en"],
        settings={"RELATIVE_BASE": now.astimezone(UTC).replace(tzinfo=None), "PREFER_DATES_FROM": "future"},
    )
    if parsed is None:
        raise errors.UnknownDuration(typed=safe(typed), right=RIGHT_TIME)
    return parsed.replace(tzinfo=UTC) - now


def a_severity(typed: str) -> Severity:
    """`1`, `sev1` or `SEV1`. Raises `SeverityMissing`."""
    found = re.fullmatch(r"(?:sev)?([1-4])", typed.strip(), re.IGNORECASE)
    if not found:
        raise errors.SeverityMissing(typed=f"“{safe(typed)}”" if typed.strip() else "That")
    return Severity(int(found[1]))
