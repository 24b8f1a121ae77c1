"""Reading what people type after a command: people, words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from slack_sdk.errors import SlackApiError

from bot.domain import errors
from bot.domain.severity import Severity
from bot.domain.words import listed, safe, shortened
from bot.slack.answers import NETWORK_ERRORS
from bot.slack.people import REMEMBER_S, Person
from handlers._asked import Bot

PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>|(?<![\w.])@([\w][\w.\-]*)")
"""A person: as Slack's mention (the command's `should_escape`) or as plain @name."""
_REFERENCE = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_ENDS_A_SENTENCE = ".,;:!?"
QUOTED_MAX_CHARS = 60
"""More of what somebody typed tells them nothing in a sentence about it."""


def words_of(text: str, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """A command's or message's text as the person sees it: Slack's escapes and marks undone, mentions as @name.

    `names` of people by id. Everything in one pass: what was typed as `<@U1>` is no mention and stays as it is.
    """
    seen, end = [], 0
    for found in _REFERENCE.finditer(text):
        seen += [text[end : found.start()], _seen(found[1], found[2] or "", found[0], names)]
        end = found.end()
    # Slack escapes these three and nothing else (docs.slack.dev, formatting text); &amp; last, lest one is undone twice.
    return "".join([*seen, text[end:]]).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _seen(target: str, label: str, whole: str, names: Mapping[str, str]) -> str:
    """What a person sees of a reference in Slack's angle brackets."""
    kind, name = target[0], target[1:]
    match kind:
        case "@":
            return f"@{safe(names[name]) if name in names else label or name}"
        case "#":
            return f"#{label or name}"
        case "!":
            return label or f"@{name}"
        case _ if ":" not in target:
            return whole
        case _:
            address = target.removeprefix("mailto:").removeprefix("tel:")
            if not label or label == address:
                return address
            # Slack makes a link of what looks like one; what was typed is the label.
            return label if target.endswith(f"://{label}") else f"{label} ({address})"


async def typed_words(bot: Bot, text: str) -> str:
    """A command's or message's text as the person sees it, mentioned people by the names Slack shows now."""
    return words_of(text, await _names(bot, (m[1] for m in PERSON.finditer(text) if m[1])))


async def plain_names(bot: Bot, text: str) -> str:
    """A form's text with mentions of people as @name, for places where a mention cannot live or should not.

    A form's text comes as it was typed: nothing else in it is a mark of Slack's.
    """
    names = await _names(bot, (m[1] for m in PERSON.finditer(text) if m[1]))
    return PERSON.sub(lambda m: f"@{names[m[1]]}" if m[1] in names else m[0], text)


async def _names(bot: Bot, ids: Iterable[str]) -> dict[str, str]:
    """The names of those Slack knows; words are no reason to fail when Slack does."""
    names = {}
    for user_id in dict.fromkeys(ids):
        try:
            person = await bot.people.get(user_id)
        except (SlackApiError, *NETWORK_ERRORS):
            continue
        if person is not None:
            names[user_id] = person.name
    return names


def quoted(text: str) -> str:
    """What somebody typed, to be named in a sentence about it."""
    return safe(shortened(" ".join(words_of(text).split()), QUOTED_MAX_CHARS))


def crisis_number(text: str) -> int | None:
    """`12` or `#12`; None for anything else."""
    found = re.fullmatch(r"#?([0-9]{1,9})", text.strip())
    return int(found[1]) if found else None


async def one_person(bot: Bot, typed: str, *, fresh: bool = True) -> Person:
    """The person somebody typed or picked (mention, @name or id), who can be asked to do something.

    `fresh` False: as known some minutes ago, for many people at once before Slack loses its patience.
    Raises `UnknownPerson`, `SeveralPeople`, `PersonUnavailable` (deactivated, a bot).
    """
    typed = typed.strip().rstrip(_ENDS_A_SENTENCE)
    found = PERSON.fullmatch(typed)
    user_id = found[1] if found else typed if re.fullmatch(r"[UW][A-Z0-9]{2,}", typed) else None
    person = await bot.people.get(user_id, not_older_s=0 if fresh else REMEMBER_S) if user_id else None
    if person is not None:
        return _available(person)
    candidates = await bot.people.find(typed)
    candidates = [p for p in candidates if not p.deactivated and not p.is_bot] or candidates[:1]
    if not candidates:
        raise errors.UnknownPerson(typed=quoted(typed))
    if len(candidates) > 1:
        raise errors.SeveralPeople(
            typed=quoted(typed), people=listed(f"@{safe(p.handle)} ({safe(p.real_name)})" for p in candidates)
        )
    known = candidates[0]
    return _available(await bot.people.get(known.id, not_older_s=0) or known if fresh else known)


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


def person_at_end(text: str) -> tuple[str, str | None]:
    """The text without a person at its very end, and that person as typed. Others, in the middle, are just named there."""
    last = next(reversed(list(PERSON.finditer(text))), None)
    if last is None or text[last.end() :].strip(_ENDS_A_SENTENCE + " "):
        return text, None
    return text[: last.start()].rstrip(), last[0]


def a_severity(typed: str, *, example: str = "/crisis sev 2 journalists are calling") -> Severity:
    """`1`, `sev1` or `SEV1`. Raises `SeverityMissing`, with `example` of what would be right."""
    found = re.fullmatch(r"(?:sev)?([1-4])", typed.strip(), re.IGNORECASE)
    if not found:
        raise errors.SeverityMissing(typed=f"“{quoted(typed)}”" if typed.strip() else "That", example=example)
    return Severity(int(found[1]))
