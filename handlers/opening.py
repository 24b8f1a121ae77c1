"""Opening a crisis: by form, in one line, from a message."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping

from slack_sdk.errors import SlackApiError

from bot.domain import errors
from bot.domain.decision import Decision
from bot.domain.model import ReplyTo
from bot.domain.opening import Draft, checked
from bot.domain.severity import Severity
from bot.domain.words import one_line, safe
from bot.slack.answers import NETWORK_ERRORS
from bot.slack.people import DAY_S
from bot.slack.views.forms import open_crisis
from bot.slack.views.opened import opening_view
from bot.slack.views.panel import panel
from handlers._asked import Asked, FieldErrors, Form, Instead, Reply
from handlers._registry import command, form, shortcut
from handlers._typed import a_severity, plain_names, typed_words
from playbooks import Library

GENERAL = "general"
_LINK = re.compile(r"\s*https?://\S+", re.IGNORECASE)
_LEVEL = re.compile(r"sev\s?(\d+)(?!\S)", re.IGNORECASE)
"""`sev2`, and `sev 2` as `/crisis sev` takes it."""


@command("")
async def crisis(asked: Asked) -> Reply:
    """The form that opens a crisis; inside a crisis channel: what you can do there."""
    if asked.crisis is not None:
        return panel(asked.crisis, asked.bot.controls, now=asked.now)
    return await opening_form(asked)


@command("open", usage="[sev1..sev4] [PLAYBOOK-KEY] TITLE")
async def open_in_one_line(asked: Asked) -> Reply:
    """Opens a crisis at once, without a form."""
    await members_only(asked, "Opening a crisis")
    severity, key, title = first_words(await typed_words(asked.bot, asked.text), asked.bot.library)
    playbook = asked.bot.library.playbooks[key]
    draft = Draft(
        title, asked.by, playbook, severity or playbook.severity, reply_to=ReplyTo(asked.response_url)
    )
    if not title.strip():
        raise errors.TextMissing(
            what="The title", right="Write for instance `/crisis open sev2 A video of our courier spreads`."
        )
    number = await opened(asked, checked(draft))
    kind = f"{draft.severity.label}, playbook {playbook.title}"
    return f"Opening crisis {number} at {kind}. Its channel will be here in a moment."


@form("open")
async def open_by_form(asked: Asked) -> Reply:
    """Opens a crisis from the form."""
    await members_only(asked, "Opening a crisis")
    fields = open_crisis.read(asked.view)
    playbook = asked.bot.library.playbooks.get(fields.playbook_key)
    if playbook is None:
        return FieldErrors({"playbook": "This playbook is not there any more. Please choose another one."})
    if fields.link and not _LINK.match(fields.link):
        return FieldErrors(
            {"link": "This is not a link. Paste the address of the post, beginning with https://."}
        )
    draft = Draft(
        title=await plain_names(asked.bot, fields.title),
        by=asked.by,
        playbook=playbook,
        severity=Severity(fields.severity) if fields.severity else playbook.severity,
        private=fields.private,
        what_happened=fields.what_happened,
        link=fields.link or await _link_to_source(asked),
        reply_to=ReplyTo(view_id=asked.view["id"]),
    )
    number = await opened(asked, checked(draft))
    return Instead(opening_view(number, draft.title))


@shortcut("open_from_message", "Open a crisis", "Open a crisis from this message")
async def open_from_message(asked: Asked) -> Reply:
    """The form that opens a crisis, with the message's words and a link to it."""
    text = await typed_words(asked.bot, str(asked.message.get("text") or ""))
    return await opening_form(
        asked, what_happened=text, source={"channel": asked.channel_id, "ts": asked.message.get("ts")}
    )


async def opening_form(
    asked: Asked, *, what_happened: str = "", source: Mapping[str, object] | None = None
) -> Reply:
    await members_only(asked, "Opening a crisis")
    return Form(
        open_crisis.open_form(
            asked.bot.library.playbooks,
            asked.bot.library.severities,
            metadata=json.dumps({"channel": asked.channel_id, "source": source}),
            playbook=GENERAL,
            what_happened=what_happened,
            open_now=await asked.bot.store.in_progress(viewer=asked.by),
        )
    )


async def opened(asked: Asked, draft: Draft) -> int:
    """The number of the crisis this question opened, now or the first time it came in."""
    outcome = await asked.bot.service.open(draft, delivery=asked.delivery)
    return outcome.incident.number if isinstance(outcome, Decision) else outcome.number


async def members_only(asked: Asked, what: str) -> None:
    """Raises `GuestsMayNot` for a guest of the workspace. While Slack cannot say, nobody is held up."""
    try:
        person = await asked.bot.people.get(asked.by, not_older_s=DAY_S)
    except (SlackApiError, *NETWORK_ERRORS):
        return
    if person is not None and person.guest:
        raise errors.GuestsMayNot(what=what)


def first_words(text: str, library: Library) -> tuple[Severity | None, str, str]:
    """Severity and playbook key, where the text begins with them (in either order), and the title that follows.

    Raises `SeverityMissing` for sev5 and the like, `UnknownPlaybook` for a first word that is nearly a key.
    """
    severity: Severity | None = None
    key: str | None = None
    text = text.strip()
    while text:
        word, rest = _first(text)
        if severity is None and (level := _LEVEL.match(text)):
            rest = text[level.end() :]
            severity = a_severity(
                f"sev{level[1]}", example=f"/crisis open sev2 {safe(one_line(rest))}".strip()
            )
        elif key is None and word.lower() in library.playbooks:
            key = word.lower()
        else:
            break
        text = rest.strip()
    if key is None and text:
        _not_a_slip(text, severity, library)
    return severity, key or GENERAL, text


def _not_a_slip(text: str, severity: Severity | None, library: Library) -> None:
    word, rest = _first(text)
    near = difflib.get_close_matches(word.lower(), library.playbooks, n=1, cutoff=0.6 if "-" in word else 0.8)
    if not near or word.lower().startswith(near[0]) or near[0].startswith(word.lower()):
        return  # "outages in Berlin" is a title
    corrected = " ".join(part for part in (severity.label.lower() if severity else "", near[0], rest) if part)
    raise errors.UnknownPlaybook(typed=safe(word), nearest=near[0], corrected=safe(one_line(corrected)))


def _first(text: str) -> tuple[str, str]:
    """The first word and the rest; people press Enter between them, too."""
    word, *rest = text.split(maxsplit=1)
    return word, rest[0] if rest else ""


async def _link_to_source(asked: Asked) -> str:
    """A link to the message the form was opened from; "" when there is none or Slack does not give it."""
    source = asked.metadata.get("source") or {}
    if not source.get("channel") or not source.get("ts"):
        return ""
    try:
        answer = await asked.bot.quick.chat_getPermalink(channel=source["channel"], message_ts=source["ts"])
    except (SlackApiError, *NETWORK_ERRORS):
        return ""
    return str(answer["permalink"])
