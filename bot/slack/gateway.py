"""From an effect to Slack: the one way out."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import assert_never

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.domain.channels import channel_archived, channel_created, channel_lost, channel_refused, order_failed
from bot.domain.decision import Decision
from bot.domain.effects import (
    ArchiveChannel,
    CreateChannel,
    Effect,
    InvitePeople,
    PinMessage,
    SetTopic,
    Shown,
    TellOpener,
)
from bot.domain.model import Incident
from bot.domain.words import mention
from bot.slack.announcing import AnnouncementProblem, Announcing
from bot.slack.answers import (
    ARCHIVED,
    NETWORK_ERRORS,
    NO_CHANNEL,
    SENTENCES,
    Done,
    GiveUp,
    Outcome,
    Retry,
    error_name,
    meaning,
)
from bot.slack.blocks import Message
from bot.slack.creating import create_channel
from bot.slack.drawing import Drawing, NoChannelYet, topic
from bot.slack.letters import Letter, Letters
from bot.slack.limits import INVITES_PER_CALL
from bot.slack.people import People
from bot.slack.views.opened import not_opened, not_opened_view, opened, opened_view
from bot.store.base import Order, Store

log = structlog.get_logger(__name__)

SOON = timedelta(seconds=1)


class Gateway:
    """Carries out orders. Every answer of Slack's becomes an `Outcome`; nothing is raised for it."""

    def __init__(
        self,
        web: AsyncWebClient,
        session: aiohttp.ClientSession,
        store: Store,
        letters: Letters,
        drawing: Drawing,
        announcing: Announcing,
        people: People,
        clock: Clock,
        bot_user_id: str,
    ) -> None:
        self._web = web
        self._session = session
        self._store = store
        self._letters = letters
        self._drawing = drawing
        self._announcing = announcing
        self._people = people
        self._clock = clock
        self._bot_user_id = bot_user_id

    async def perform(self, order: Order, incident: Incident) -> Outcome:
        """The order is carried out, or the outcome says why not and what to do."""
        try:
            return await self._perform(order, order.effect, incident)
        except NoChannelYet:
            return Retry("no channel yet", SOON)
        except AnnouncementProblem as problem:
            return GiveUp(str(problem))
        except NETWORK_ERRORS as error:
            return meaning(error)
        except SlackApiError as error:
            return await self._refused(order.effect, incident, error)

    async def _perform(self, order: Order, effect: Effect, incident: Incident) -> Outcome:
        if isinstance(effect, Shown):
            letter = await self._drawing.letter(effect, incident)
            return Done() if letter is None else await self._deliver(order, letter)
        match effect:
            case CreateChannel():
                return await self._create(order, incident)
            case InvitePeople():
                return await self._invite(effect, incident)
            case TellOpener():
                return await self._tell_opener(order, effect, incident)
            case SetTopic():
                return await self._in_channel(incident, "conversations.setTopic", topic=topic(incident))
            case PinMessage():
                return await self._pin(effect, incident)
            case ArchiveChannel():
                if not incident.is_over or incident.archived_by_us:
                    return Done()  # reopened meanwhile
                await self._in_channel(incident, "conversations.archive")
                return Done(then=partial(channel_archived, now=self._clock.now()))
            case _:
                assert_never(effect)

    async def _deliver(self, order: Order, letter: Letter) -> Outcome:
        """Slack takes direct messages to a deactivated person without a word (slackapi/python-slack-sdk#1156): look first."""
        if letter.to.startswith(("U", "W")):
            person = await self._people.get(letter.to)
            if person is None or person.deactivated:
                return GiveUp(SENTENCES["user_disabled" if person else "user_not_found"])
        return await self._letters.show(order, letter)

    async def _create(self, order: Order, incident: Incident) -> Outcome:
        if incident.channel is not None:
            return Done()
        since = order.first_tried_at if order.attempts > 1 else None
        try:
            channel = await create_channel(
                self._web, incident, bot_user_id=self._bot_user_id, tried_since=since
            )
        except SlackApiError as error:
            outcome = meaning(error)
            if isinstance(outcome, Retry):
                return outcome
            return Done(then=partial(channel_refused, why=outcome.why, now=self._clock.now()))
        return Done(then=partial(channel_created, channel=channel, now=self._clock.now()))

    async def _invite(self, effect: InvitePeople, incident: Incident) -> Outcome:
        """All at once; when Slack objects to one, each alone, so that the others get in."""
        people = [p for p in effect.people if p != self._bot_user_id][:INVITES_PER_CALL]
        groups = [people] if people else []
        failed: list[tuple[str, str]] = []
        while groups:
            group = groups.pop(0)
            try:
                await self._in_channel(incident, "conversations.invite", users=",".join(group))
            except SlackApiError as error:
                outcome = meaning(error)
                if isinstance(outcome, Retry):
                    return outcome
                if error_name(error) in NO_CHANNEL:
                    raise
                if len(group) > 1:
                    groups = [[p] for p in group]
                elif error_name(error) not in ("already_in_channel", "cant_invite_self"):
                    failed.append((group[0], outcome.why))
        return Done(then=partial(_uninvited, failed=failed, clock=self._clock) if failed else None)

    async def _tell_opener(self, order: Order, effect: TellOpener, incident: Incident) -> Outcome:
        """The opener reads it where they look; bad news that cannot be told there goes by direct message."""
        message = not_opened(incident, effect.failed) if effect.failed else opened(incident)
        if order.attempts == 1 and await self._answered(effect, incident, message):
            return Done()
        if not effect.failed:
            return Done()  # they are in the channel
        return await self._letters.show(order, Letter(message, incident.opened_by))

    async def _answered(self, effect: TellOpener, incident: Incident, message: Message) -> bool:
        try:
            if effect.reply_to.response_url:
                said = {"text": message.text, "blocks": list(message.blocks), "response_type": "ephemeral"}
                async with self._session.post(effect.reply_to.response_url, json=said) as answer:
                    return answer.status == 200
            if effect.reply_to.view_id:
                view = not_opened_view(incident, effect.failed) if effect.failed else opened_view(incident)
                await self._web.views_update(view_id=effect.reply_to.view_id, view=view)
                return True
        except (SlackApiError, *NETWORK_ERRORS) as error:
            log.info(
                "the opener could not be answered in place",
                crisis=incident.number,
                error=type(error).__name__,
            )
        return False

    async def _pin(self, effect: PinMessage, incident: Incident) -> Outcome:
        posted = await self._store.message(incident.number, effect.slot)
        if posted is None:
            return Retry("not posted yet", SOON)
        return await self._in_channel(incident, "pins.add", timestamp=posted.ts)

    async def _in_channel(self, incident: Incident, method: str, **arguments: str) -> Done:
        """The method was called on the crisis channel; done already counts as done. Raises what the SDK raises."""
        if incident.channel is None:
            raise NoChannelYet
        if incident.channel_lost:
            return Done()
        try:
            await self._web.api_call(method, json={"channel": incident.channel.id, **arguments})
        except SlackApiError as error:
            if error_name(error) not in ("already_pinned", "already_archived", "already_in_channel"):
                raise
        return Done()

    async def _refused(self, effect: Effect, incident: Incident, error: SlackApiError) -> Outcome:
        name = error_name(error)
        if name in NO_CHANNEL and _is_in_channel(effect, incident):
            if (
                name == "not_in_channel"
                and not incident.private
                and incident.channel
                and await self._rejoined(incident.channel.id)
            ):
                return Retry(name, timedelta(0))
            why = "archived" if name in ARCHIVED else "removed"
            return Retry(name, timedelta(0), then=partial(channel_lost, why=why, now=self._clock.now()))
        if name in NO_CHANNEL:
            self._announcing.forget()
        return meaning(error)

    async def _rejoined(self, channel_id: str) -> bool:
        try:
            await self._web.conversations_join(channel=channel_id)
        except (SlackApiError, *NETWORK_ERRORS):
            return False
        return True


def _is_in_channel(effect: Effect, incident: Incident) -> bool:
    """Is this order carried out in the crisis channel?"""
    if incident.channel is None or incident.channel_lost:
        return False
    return (
        effect.lane != "announcement"
        and not effect.lane.startswith("dm:")
        and not isinstance(effect, TellOpener)
    )


def _uninvited(incident: Incident, *, failed: list[tuple[str, str]], clock: Clock) -> Decision:
    decision = Decision(incident)
    for person, why in failed:
        more = order_failed(
            decision.incident,
            what=f"invite {mention(person)}",
            why=why,
            to_lead=person != incident.lead,
            now=clock.now(),
        )
        decision = Decision(
            more.incident, (*decision.entries, *more.entries), (*decision.effects, *more.effects)
        )
    return decision
