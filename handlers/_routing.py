"""The one way in: every delivery from Slack comes through here, whatever its transport.

The router is a global middleware of Bolt's that answers by itself. Bolt checks the signature before it and carries the answer
back; its listeners are not used, because they are acknowledged by polling, are not tracked when the process stops, and lose an
acknowledgement when one raises (slack_bolt 1.30, listener/asyncio_runner.py). Here the answer *is* the acknowledgement: it is
given after the commit, and whatever happens there is one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import uuid4

import structlog
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from bot import metrics
from bot.domain.channels import member_joined
from bot.domain.decision import Decision
from bot.domain.errors import NotAMember, Refusal, WrongPlace
from bot.domain.privacy import admitted
from bot.domain.words import in_channel, listed, shortened
from bot.slack.answers import NETWORK_ERRORS, sentence
from bot.slack.blocks import Message, View
from bot.slack.views.given_back import given_back
from bot.store.base import StoreProblem
from handlers._answering import Answers, Refused, a_message, ephemeral
from handlers._asked import Asked, Bot, FieldErrors, Form, Instead, Reply
from handlers._help import unknown_command
from handlers._payloads import kind_of, metadata_of, pressed, target_of
from handlers._registry import Handler, Registry
from handlers._typed import QUOTED_MAX_CHARS, words_of

log = structlog.get_logger(__name__)


class Router:
    """Sends each delivery to its handler and the answer back to the person."""

    def __init__(self, bot: Bot, registry: Registry, received: Callable[[], None]) -> None:
        self._bot = bot
        self._registry = registry
        self._received = received
        self._answers = Answers(bot)
        self._open = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def __call__(self, req: AsyncBoltRequest) -> BoltResponse:
        """The delivery was handled, and this is its acknowledgement."""
        self._open += 1
        self._idle.clear()
        started = time.perf_counter()
        kind = kind_of(req.body)
        try:
            answer = await self._handle(kind, req.body)
        finally:
            metrics.ACK_SECONDS.labels(kind).observe(time.perf_counter() - started)
            self._open -= 1
            if self._open == 0:
                self._idle.set()
        return BoltResponse(status=200, body=answer if answer is not None else "")

    @property
    def is_idle(self) -> bool:
        return self._open == 0 and not self._answers.under_way

    async def drain(self, *, within_s: float) -> None:
        """What was being handled is answered; an answer that takes longer is not given."""
        try:
            async with asyncio.timeout(within_s):
                while not self.is_idle:
                    await self._idle.wait()
                    if self._answers.under_way:
                        await asyncio.wait(self._answers.under_way)
        except TimeoutError:
            late = list(self._answers.under_way)
            log.warning("stopped while questions were open", open=self._open, answers=len(late))
            for answer in late:
                answer.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _handle(self, kind: str, body: Mapping[str, Any]) -> dict[str, Any] | None:
        match kind:
            case "event":
                await self._event(body)
            case "command":
                return await self._command(body)
            case "form":
                return await self._form(body)
            case "action":
                await self._action(body)
            case "shortcut":
                await self._shortcut(body)
            case _:
                pass  # nothing the manifest asks Slack for
        return None

    async def _event(self, body: Mapping[str, Any]) -> None:
        """Written down before it is acknowledged; the inbox handles it. A store that fails leaves it to Slack's retry."""
        happened = body["event"]
        if happened.get("type") in self._registry.events:
            now = self._bot.service.clock.now()
            await self._bot.store.receive(
                f"event:{body['event_id']}", happened["type"], dict(happened), now=now
            )
            self._received()

    async def _command(self, body: Mapping[str, Any]) -> dict[str, Any] | None:
        # At any white space: people press Enter behind the word, too.
        word, *rest = str(body.get("text") or "").split(maxsplit=1) or [""]
        known = self._registry.commands.get(words_of(word).lower())
        if known is None:
            unknown = unknown_command(shortened(words_of(word), QUOTED_MAX_CHARS), self._registry)
            return ephemeral(given_back(unknown, words_of("".join(rest))))

        async def run(asked: Asked) -> Reply:
            if known.in_channel and asked.crisis is None:
                raise WrongPlace(word=known.word, where=await self._elsewhere(asked.by))
            return await known.run(asked)

        name = known.word or "panel"
        reply = await self._run(
            "command", name, run, body, delivery=f"command:{body['trigger_id']}", text="".join(rest).strip()
        )
        if isinstance(reply, Form):
            self._answers.later(self._answers.show_form(body, reply.view))
        said = _said(reply)
        if said is not None and isinstance(reply, Refused):
            said = given_back(said, words_of("".join(rest)))
        return ephemeral(said) if said else None

    async def _action(self, body: Mapping[str, Any]) -> None:
        name, choice, value = pressed(body["actions"][0])
        found = self._registry.controls.get(name)
        if found is None:
            return
        delivery = f"action:{body['trigger_id']}"
        reply = await self._run("action", name, found[1], body, delivery=delivery, about=value, choice=choice)
        self._answer_later(body, reply)
        view = body.get("view") or {}
        draw = self._registry.sheets.get(view.get("callback_id", ""))
        if draw is not None and not isinstance(reply, Form):
            self._answers.later(self._redraw(body, view, draw, delivery=delivery, about=value))

    async def _redraw(
        self, body: Mapping[str, Any], view: View, draw: Callable[[Asked], View], **facts: str
    ) -> None:
        """The open sheet shows the present state, to somebody who may see it."""
        try:
            drawn = draw(await self._permitted(await self._asked(body, **facts)))
        except (Refusal, StoreProblem):
            return
        await self._answers.redraw(view, drawn)

    async def _form(self, body: Mapping[str, Any]) -> dict[str, Any] | None:
        view = body["view"]
        run = self._registry.forms.get(view["callback_id"])
        if run is None or body["type"] != "view_submission":
            return None
        metadata = metadata_of(view)
        reply = await self._run(
            "form",
            view["callback_id"],
            run,
            body,
            delivery=f"form:{view['id']}",
            about=str(metadata.get("about") or ""),
            view=view,
            metadata=metadata,
        )
        match reply:
            case FieldErrors():
                return {
                    "response_action": "errors",
                    "errors": {
                        field: await self._answers.in_plain(why) for field, why in reply.by_field.items()
                    },
                }
            case Refused():
                first = next((b.get("block_id", "") for b in view["blocks"] if b["type"] == "input"), "")
                field = reply.field or first
                return {
                    "response_action": "errors",
                    "errors": {field: await self._answers.in_plain(reply.text)},
                }
            case Instead():
                return {"response_action": "update", "view": reply.view}
            case _:
                pass
        if said := _said(reply):
            self._answers.later(self._answers.tell(body, said, channel_id=metadata.get("channel")))
        return None

    async def _shortcut(self, body: Mapping[str, Any]) -> None:
        known = self._registry.shortcuts.get(body["callback_id"])
        if known is not None:
            delivery = f"shortcut:{body['trigger_id']}"
            message = body.get("message") or {}
            reply = await self._run(
                "shortcut", known.callback_id, known.run, body, delivery=delivery, message=message
            )
            self._answer_later(body, reply)

    def _answer_later(self, body: Mapping[str, Any], reply: Reply | Refused) -> None:
        """Slack is called after the acknowledgement: it may be slow, and the acknowledgement waits for nobody."""
        if isinstance(reply, Form):
            self._answers.later(self._answers.show_form(body, reply.view))
        if said := _said(reply):
            self._answers.later(self._answers.tell(body, said))

    async def _run(
        self, kind: str, name: str, run: Handler, body: Mapping[str, Any], **facts: Any
    ) -> Reply | Refused:
        """What the handler answers; whatever goes wrong becomes a sentence for the person."""
        outcome = "done"
        try:
            return await run(await self._permitted(await self._asked(body, **facts)))
        except Refusal as refusal:
            outcome = "refused"
            return Refused(str(refusal), refusal.field)
        except StoreProblem as problem:
            outcome = "failed"
            log.error("the store refused", problem=str(problem))
            return Refused(
                "Nothing was changed: the bot's own storage has a problem. Please tell the person who runs it."
            )
        except SlackApiError as error:
            outcome = "failed"
            return Refused(f"Slack would not do that, and nothing was changed. {sentence(error)}")
        except NETWORK_ERRORS:
            outcome = "failed"
            return Refused("Slack did not answer in time, and nothing was changed. Please try again.")
        except Exception:
            outcome = "bug"
            reference = uuid4().hex[:8]
            log.exception("a handler failed", reference=reference, kind=kind, name=name)
            return Refused(
                f"Something went wrong on our side, and nothing was changed. Please try again; if it stays, give the person "
                f"who runs the bot this reference: {reference}."
            )
        finally:
            metrics.ASKED.labels(kind, name, outcome).inc()

    async def _asked(self, body: Mapping[str, Any], *, delivery: str, about: str = "", **facts: Any) -> Asked:
        user = body.get("user_id") or body["user"]["id"]
        channel = body.get("channel_id") or (body.get("channel") or {}).get("id")
        channel = channel or (facts.get("metadata") or {}).get("channel")
        target = target_of(about)
        if target is not None:
            crisis = await self._bot.store.crisis(target.number)
        else:
            crisis = await self._bot.store.crisis_in(channel) if channel else None
        return Asked(
            bot=self._bot,
            by=user,
            now=self._bot.service.clock.now(),
            delivery=delivery,
            channel_id=channel,
            target=target,
            response_url=body.get("response_url"),
            crisis=crisis,
            **facts,
        )

    async def _permitted(self, asked: Asked) -> Asked:
        """The question, with its crisis only for somebody who may see it. Raises `NotAMember`.

        Whoever acts inside a private channel is in it; if we missed that they came, we learn it now.
        """
        crisis = asked.crisis
        if crisis is None or not crisis.private or asked.by in crisis.members:
            return asked
        try:
            admitted(crisis, person=asked.by, channel_id=asked.inside)
        except NotAMember:
            if asked.target is not None:
                raise
            return replace(asked, crisis=None)  # in a channel the crisis has left
        decided = await self._bot.service.apply(crisis.number, partial(member_joined, person=asked.by))
        return replace(asked, crisis=decided.incident) if isinstance(decided, Decision) else asked

    async def _elsewhere(self, viewer: str) -> str:
        going_on = await self._bot.store.in_progress(viewer=viewer)
        channels = [in_channel(i.channel.id) for i in going_on if i.channel]
        if not channels:
            return "No crisis is in progress; `/crisis` opens one."
        return f"In progress: {listed(channels[:5])}."


def _said(reply: Reply | Refused) -> Message | None:
    match reply:
        case Refused():
            return a_message(reply.text)
        case Message() | str():
            return a_message(reply)
        case _:
            return None
