"""What a handler is given, and what it may answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain import errors
from bot.domain.checklist import known_step
from bot.domain.decision import Decision
from bot.domain.model import Incident, Step
from bot.domain.news import news
from bot.domain.privacy import admitted
from bot.service import Service
from bot.slack.blocks import Message, View
from bot.slack.controls import Controls, Target
from bot.slack.people import People
from bot.store.base import Duplicate, Store
from playbooks import Library


@dataclass(frozen=True, slots=True)
class Bot:
    """What handlers work with."""

    service: Service
    web: AsyncWebClient
    quick: AsyncWebClient
    """For what has to be known before the acknowledgement: gives up early."""
    session: aiohttp.ClientSession
    people: People
    controls: Controls
    archive_after: timedelta
    user_id: str
    zone: ZoneInfo
    """Of those whose time zone Slack does not tell."""

    @property
    def store(self) -> Store:
        return self.service.store

    @property
    def library(self) -> Library:
        return self.service.library


@dataclass(frozen=True, slots=True)
class Form:
    """Answer: open this form (on top of the one that is open, if there is one)."""

    view: View


@dataclass(frozen=True, slots=True)
class Instead:
    """Answer to a form: show this in its place."""

    view: View


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """Answer to a form: these fields are wrong, for these reasons; nothing typed is lost."""

    by_field: Mapping[str, str]


Reply = Message | str | Form | Instead | FieldErrors | None
"""A message or sentence is for the person alone. None: nothing to say, the channel shows it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing a person asked for."""

    bot: Bot
    by: str
    now: datetime
    delivery: str
    """Slack's name for this delivery: the same twice is the same thing asked."""
    channel_id: str | None = None
    """Where it was asked; for a form, where it was opened."""
    text: str = ""
    """Of a command: what follows the word, as typed."""
    target: Target | None = None
    """Of a control or form: what it is about."""
    choice: str = ""
    """Of a menu: what was chosen."""
    view: View = field(default_factory=dict)
    """Of a form: as sent."""
    message: Mapping[str, Any] = field(default_factory=dict)
    """Of a message shortcut: the message."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """Of a form: what was put into it when it was opened."""
    response_url: str | None = None
    crisis: Incident | None = None
    """The crisis of this channel, or of the target; as it was when the question came in."""

    @property
    def here(self) -> Incident:
        """The crisis this is about. Raises `NoCrisisHere`."""
        if self.crisis is None:
            raise errors.NoCrisisHere()
        return self.crisis

    @property
    def about(self) -> Target:
        """What the control is about. Raises `NoCrisisHere` for a control we did not draw."""
        if self.target is None:
            raise errors.NoCrisisHere()
        return self.target

    @property
    def inside(self) -> str | None:
        """The channel this person is in at this moment. A form tells nothing of that: it may have been open for long."""
        return None if self.view else self.channel_id

    def remembered(self, target: Target | None = None, **more: Any) -> str:
        """The metadata of a form: what it is about, and where it was opened."""
        about = target or Target(self.here.number)
        return json.dumps({"about": about.value, "channel": self.channel_id, **more})

    def step(self) -> Step:
        """The step the control or form is about. Raises `UnknownStep`."""
        return known_step(self.here, self.about.key)

    async def apply(self, decide: Callable[[Incident], Decision]) -> str | None:
        """The decision on this question's crisis is committed; what the person should read of it.

        Raises `NotAMember`, and what `decide` raises. The same delivery again: nothing.
        """

        def permitted(incident: Incident) -> Decision:
            return decide(admitted(incident, person=self.by, channel_id=self.inside))

        outcome = await self.bot.service.apply(self.here.number, permitted, delivery=self.delivery)
        return None if isinstance(outcome, Duplicate) else outcome.said or None


@dataclass(frozen=True, slots=True)
class Happened:
    """Something Slack told by itself."""

    bot: Bot
    kind: str
    event: Mapping[str, Any]
    key: str
    """Of the inbox; give it to `Service.apply` as the delivery."""
    now: datetime

    async def learned(self, number: int, learn: Callable[[Incident], Decision], *, about: str) -> None:
        """The crisis has learned this, once, and not if it knows something newer about it."""
        decide = partial(news, about=about, at=self._happened_at, learn=learn)
        await self.bot.service.apply(number, decide, delivery=self.key)

    @property
    def _happened_at(self) -> datetime:
        """Slack's `event_ts`: seconds since 1970 with six digits, unique in a workspace (docs.slack.dev, Events API)."""
        try:
            return datetime.fromtimestamp(float(self.event.get("event_ts") or ""), UTC)
        except (TypeError, ValueError, OverflowError, OSError):
            return self.now
