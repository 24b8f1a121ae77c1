"""response_url: answering an interaction without a token, five times in half an hour."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.simulator import messaging
from bot.simulator.calls import Arguments
from bot.simulator.errors import SlackError
from bot.simulator.methods.chat import read_body
from bot.simulator.state import Channel, Message
from bot.simulator.team import Team

USES_MAX = 5
LIFETIME = timedelta(minutes=30)


@dataclass
class Ticket:
    """Who may be answered where, and about which message."""

    user_id: str
    channel: Channel
    message: Message | None
    made_at: datetime
    uses: int = 0


class ResponseUrls:
    """The response URLs given out, and what comes back through them."""

    def __init__(self, team: Team, record: Callable[[str, dict[str, Any]], None]) -> None:
        self._team, self._record = team, record
        self._tickets: dict[str, Ticket] = {}
        self.origin = ""

    def new(self, user_id: str, channel: Channel, message: Message | None = None) -> str:
        """A response_url for this person, channel and (for presses) message."""
        key = secrets.token_hex(12)
        self._tickets[key] = Ticket(user_id, channel, message, self._team.clock.now())
        return f"{self.origin}/response/{key}"

    async def handle(self, request: web.Request) -> web.Response:
        """What the app sent is visible; the answer is "ok", or an error in JSON with a 4xx status."""
        try:
            ticket = self._use(request.match_info["ticket"])
            body = json.loads(await request.text())
            self.respond(ticket, body)
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        except SlackError as problem:
            status = 404 if problem.error in ("expired_url", "used_url") else 400
            return web.json_response(problem.body(), status=status)
        return web.Response(text="ok")

    def about(self, key: str) -> dict[str, Any]:
        """Whom an answer to this URL reaches, and where."""
        ticket = self._tickets.get(key)
        return {"user": ticket.user_id, "channel": ticket.channel.id} if ticket else {}

    def respond(self, ticket: Ticket, body: dict[str, Any]) -> None:
        """The person (or, in_channel, everyone) sees ``body``, in place of the original if it says so."""
        team, original = self._team, ticket.message
        if body.get("delete_original"):
            if original is not None:
                messaging.delete(team, ticket.channel, original)
            return
        content = read_body(Arguments(body))
        self._record("message", content)
        signed = messaging.bot_body(team, content)
        if body.get("replace_original") and original is not None:
            messaging.edit(team, ticket.channel, original, signed, marked=False)
            return
        thread_ts = body.get("thread_ts")
        if body.get("response_type") == "in_channel":
            shown = messaging.post(team, ticket.channel, team.bot.id, signed, thread_ts=thread_ts)
        else:
            shown = messaging.whisper(team, ticket.channel, team.bot.id, ticket.user_id, signed, thread_ts)
        # For a command the first reply becomes the "original" that later uses may replace.
        ticket.message = original or shown

    def ticket(self, url: str) -> Ticket:
        """The ticket behind a URL of ours."""
        return self._tickets[url.rpartition("/")[2]]

    def _use(self, key: str) -> Ticket:
        ticket = self._tickets.get(key)
        if ticket is None or self._team.clock.now() - ticket.made_at > LIFETIME:
            raise SlackError("expired_url")
        if ticket.uses >= USES_MAX:
            raise SlackError("used_url")
        ticket.uses += 1
        return ticket
