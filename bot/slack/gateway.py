"""From an effect to Slack: the one way out."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import assert_never

import aiohttp
import structlog
from aiolimiter import AsyncLimiter
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.domain.channels import channel_archived, channel_created, channel_lost, order_failed
from bot.domain.decision import Decision, nothing_changed
from bot.domain.departed import pass_on
from bot.domain.effects import (
    ArchiveChannel,
    CreateChannel,
    Effect,
    InvitePeople,
    PinMessage,
    SetTopic,
    ShowChecklist,
    Shown,
    ShowPing,
    ShowSummary,
    TellOpener,
)
from bot.domain.model import Incident
from bot.domain.nights import wake_up
from bot.domain.reach import found_deactivated, found_unreachable
from bot.domain.words import listed, mention
from bot.slack.announcing import AnnouncementProblem, Announcing
from bot.slack.answers import (
    ARCHIVED,
    NETWORK_ERRORS,
    NO_CHANNEL,
    PACED,
    SENTENCES,
    Done,
    GiveUp,
    Outcome,
    Retry,
    error_name,
    is_limited,
    meaning,
)
from bot.slack.blocks import Message
from bot.slack.creating import create_channel
from bot.slack.drawing import Drawing, NoChannelYet, topic
from bot.slack.letters import Letter, Letters
from bot.slack.limits import INVITES_PER_CALL
from bot.slack.pace import NotYet
from bot.slack.people import DAY_S, People
from bot.slack.views.opened import not_opened, not_opened_view, opened, opened_view
from bot.slack.views.ping import TOGETHER_MAX
from bot.store.base import Order, Store

LOOKUPS_PER_MINUTE = 60
"""Of people who are written to, whether they are still there: users.info may be called 100 times a minute (docs.slack.dev,
Tier 4), and people at work need some of it. Beyond that, what is remembered from the last day is good enough."""

LEFT = SENTENCES["user_disabled"]

log = structlog.get_logger(__name__)


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
        zone: tzinfo,
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
        self._zone = zone
        self._lookups = AsyncLimiter(LOOKUPS_PER_MINUTE, 60)

    async def perform(self, order: Order, incident: Incident) -> Outcome:
        """The order is carried out, or the outcome says why not and what to do."""
        try:
            return await self._perform(order, order.effect, incident)
        except NoChannelYet:
            return Retry("no channel yet")
        except NotYet as paced:
            return Retry(PACED, paced.after)
        except AnnouncementProblem as problem:
            return GiveUp(str(problem))
        except NETWORK_ERRORS as error:
            return meaning(error)
        except SlackApiError as error:
            return await self._refused(order, incident, error)

    async def _perform(self, order: Order, effect: Effect, incident: Incident) -> Outcome:
        if isinstance(effect, Shown):
            await self._letters.check(order)
            if effect.together is not None:
                await self._store.gather(order, limit=TOGETHER_MAX)
            letter = await self._drawing.letter(effect, incident)
            return Done() if letter is None else await self._deliver(order, incident, letter)
        match effect:
            case CreateChannel():
                return await self._create(order, incident)
            case InvitePeople():
                return await self._invite(effect, incident)
            case TellOpener():
                return await self._tell_opener(order, effect, incident)
            case SetTopic() if incident.channel is None:
                return Done()  # a new channel gets its topic anyway
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

    async def _deliver(self, order: Order, incident: Incident, letter: Letter) -> Outcome:
        """Slack takes direct messages to a deactivated person without a word (slackapi/python-slack-sdk#1156): look first."""
        if letter.to.startswith(("U", "W")):
            gone = await self._gone(letter.to)
            if isinstance(order.effect, ShowPing):
                return await self._ask(order, letter, gone)
            if gone:
                return GiveUp(gone)
        if isinstance(order.effect, ShowPing):
            return await self._call(order, letter, order.effect.named)
        if not isinstance(order.effect, ShowSummary | ShowChecklist):
            return await self._letters.show(order, letter)
        before = await self._store.message(order.crisis, order.effect.key)
        outcome = await self._letters.show(order, letter)
        now = outcome.posted if isinstance(outcome, Done) else None
        if now is None or (before is not None and (now.channel, now.ts) == (before.channel, before.ts)):
            return outcome
        if before is None and not incident.failures:
            return outcome  # the first one, whose pin was ordered with it
        # Somebody had deleted it, or it had been given up and its pin with it.
        return Done(now, then=partial(_pinned_again, slot=order.effect.key))

    async def _ask(self, order: Order, letter: Letter, gone: str) -> Outcome:
        """The ping is with the person. Who will probably not see it is named to the crisis, the first time it is posted.

        Whether they will is asked while it is posted: no ping waits for that.
        """
        now = self._clock.now()
        named = partial(found_unreachable, now=now, asleep=partial(self._sleeps, now))
        if gone:
            absence = await self._people.unreachable(letter.to, now)
            return GiveUp(gone, then=partial(named, absence=absence) if absence else None)
        if letter.only_edit or await self._store.message(order.crisis, order.effect.key) is not None:
            return await self._letters.show(order, letter)
        outcome, absence = await asyncio.gather(
            self._letters.show(order, letter), self._people.unreachable(letter.to, now)
        )
        if absence is None or not isinstance(outcome, Done):
            return outcome
        return replace(outcome, then=partial(named, absence=absence))

    def _sleeps(self, now: datetime, user_id: str) -> bool:
        return wake_up(now, self._people.zone(user_id) or self._zone) is not None

    async def _call(self, order: Order, letter: Letter, named: tuple[str, ...]) -> Outcome:
        """The ping is in the channel. Who is called there and deactivated is named to the crisis, as in `_ask`."""
        if letter.only_edit or await self._store.message(order.crisis, order.effect.key) is not None:
            return await self._letters.show(order, letter)
        outcome, left = await asyncio.gather(self._letters.show(order, letter), self._deactivated(named))
        if not left or not isinstance(outcome, Done):
            return outcome
        return replace(outcome, then=partial(found_deactivated, people=left, now=self._clock.now()))

    async def _deactivated(self, people: tuple[str, ...]) -> list[str]:
        """Those of them who are; nobody where Slack does not tell it."""
        try:
            return [person for person in people if await self._gone(person) == LEFT]
        except (SlackApiError, *NETWORK_ERRORS):
            return []

    async def _gone(self, user_id: str) -> str:
        """Why this person cannot be written to; "" when they can, or when we may not ask."""
        fresh = self._lookups.has_capacity()
        if fresh:
            await self._lookups.acquire()
        try:
            person = await self._people.get(user_id, not_older_s=0 if fresh else DAY_S)
        except SlackApiError as error:
            if isinstance(meaning(error), Retry) and not is_limited(error):
                raise
            return ""
        if person is None:
            return SENTENCES["user_not_found"]
        return LEFT if person.deactivated else ""

    async def _create(self, order: Order, incident: Incident) -> Outcome:
        if incident.channel is not None:
            return Done()
        since = order.first_tried_at if order.attempts > 1 else None
        channel = await create_channel(self._web, incident, bot_user_id=self._bot_user_id, tried_since=since)
        return Done(then=partial(channel_created, channel=channel, now=self._clock.now()))

    async def _invite(self, effect: InvitePeople, incident: Incident) -> Outcome:
        """All at once; when Slack objects to one, each alone, so that the others get in."""
        people = [p for p in effect.people if p != self._bot_user_id][:INVITES_PER_CALL]
        groups = [people] if people else []
        failed: dict[str, list[str]] = {}
        while groups:
            group = groups.pop(0)
            try:
                await self._in_channel(incident, "conversations.invite", users=",".join(group))
            except SlackApiError as error:
                outcome = meaning(error)
                if isinstance(outcome, Retry) or error_name(error) in NO_CHANNEL:
                    raise
                if len(group) > 1:  # Slack invites nobody when one of them cannot be invited
                    groups = [[p] for p in group]
                elif error_name(error) not in ("already_in_channel", "cant_invite_self"):
                    why = (
                        await self._gone(group[0]) or outcome.why
                    )  # Slack's own error may not say that they left
                    failed.setdefault(why, []).append(group[0])
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
        """Told where they look. Not repeated when it fails: an answer is no promise, the channel and the message are."""
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
        if posted is None or incident.channel is None or posted.channel != incident.channel.id:
            # Its message comes first in this lane: it was given up, or there is no channel for it.
            return Done()
        return await self._in_channel(incident, "pins.add", timestamp=posted.ts)

    async def _in_channel(self, incident: Incident, method: str, **arguments: str) -> Done:
        """The method was called on the crisis channel; done already counts as done. Raises what the SDK raises."""
        if incident.channel is None:
            raise NoChannelYet
        if incident.channel_lost or incident.archived_by_us:
            return Done()
        try:
            await self._web.api_call(method, json={"channel": incident.channel.id, **arguments})
        except SlackApiError as error:
            if error_name(error) not in ("already_pinned", "already_archived"):
                raise
        return Done()

    async def _refused(self, order: Order, incident: Incident, error: SlackApiError) -> Outcome:
        """What a refusal means here. Tried again at once only where the next try meets another state."""
        name = error_name(error)
        if name not in NO_CHANNEL:
            return meaning(error)
        if order.effect.lane == "announcement":
            self._announcing.forget()
            # Looked up again, it is also joined.
            return Retry(name, timedelta(0)) if order.attempts == 1 else meaning(error)
        if not _is_in_channel(order.effect, incident) or incident.channel is None:
            return meaning(error)
        channel_id = incident.channel.id
        if name == "not_in_channel" and not incident.private and await self._rejoined(channel_id):
            return Retry(name)
        why = "archived" if name in ARCHIVED else "removed"
        lost = partial(_lost, channel_id=channel_id, why=why, clock=self._clock)
        return Retry(name, timedelta(0), then=lost)

    async def _rejoined(self, channel_id: str) -> bool:
        try:
            await self._web.conversations_join(channel=channel_id)
        except (SlackApiError, *NETWORK_ERRORS):
            return False
        return True


def _is_in_channel(effect: Effect, incident: Incident) -> bool:
    """Is this order carried out in the crisis channel?"""
    if incident.channel is None or incident.channel_lost or incident.archived_by_us:
        return False
    return (
        effect.lane != "announcement"
        and not effect.lane.startswith("dm:")
        and not isinstance(effect, TellOpener)
    )


def _pinned_again(incident: Incident, *, slot: str) -> Decision:
    return Decision(incident, (), (PinMessage(slot),))


def _lost(incident: Incident, *, channel_id: str, why: str, clock: Clock) -> Decision:
    """The channel is lost, unless the crisis went on in another one meanwhile."""
    if incident.channel is None or incident.channel.id != channel_id:
        return nothing_changed(incident)
    return channel_lost(incident, why=why, now=clock.now())


def _uninvited(incident: Incident, *, failed: dict[str, list[str]], clock: Clock) -> Decision:
    """One word for each reason, whoever it is about. Of those who left Slack, it is what they had that matters."""
    decision = Decision(incident)
    for person in failed.pop(LEFT, ()):
        more = pass_on(decision.incident, person=person, now=clock.now())
        if more.incident == decision.incident:
            failed.setdefault(LEFT, []).append(person)
        decision = decision.and_(more)
    for why, people in failed.items():
        more = order_failed(
            decision.incident,
            what=f"invite {listed(mention(p) for p in people)}",
            why=why,
            to_lead=people != [incident.lead],
            now=clock.now(),
        )
        decision = decision.and_(more)
    return decision
