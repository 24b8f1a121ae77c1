"""Socket Mode, the server's side: sockets, envelopes and their acknowledgements."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import WSMsgType, web

from bot.simulator.changes import Changes
from bot.simulator.deliveries import Answer, Delivery

SOCKETS_MAX = 10
CONNECTION_TIME_S = 18060
# Slack closes a socket it asked to be replaced some seconds later, in real time.
RETIRED_LIFETIME_S = 10.0


@dataclass(eq=False)
class Socket:
    """One open connection of the app."""

    id: str
    ws: web.WebSocketResponse
    transport: asyncio.Transport | None
    silent: bool = False
    retired: bool = False


class SocketMode:
    """Hands every envelope to exactly one open socket and waits for its acknowledgement."""

    def __init__(self, app_id: str, changes: Changes, ack_timeout_s: float) -> None:
        self._app_id, self._changes, self._ack_timeout_s = app_id, changes, ack_timeout_s
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._last: Socket | None = None
        self.sockets: list[Socket] = []
        self.pings = 0
        """Answered so far, on all sockets: for how long the app kept them alive."""

    def new_ticket(self) -> str:
        """Permission to connect once, as part of the URL apps.connections.open answers."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return ticket

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """A socket of the app is served until it closes."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=404)
        self._tickets.discard(ticket)
        # Pings are answered here and not by aiohttp, so that a silenced socket can leave them unanswered.
        ws = web.WebSocketResponse(autoping=False)
        await ws.prepare(request)
        if len(self.sockets) >= SOCKETS_MAX:
            await ws.send_json(self._disconnect("too_many_websockets"))
            await ws.close()
            return ws
        transport = request.transport
        socket = Socket(ticket[:8], ws, transport if isinstance(transport, asyncio.Transport) else None)
        self.sockets.append(socket)
        await ws.send_json(self._hello(socket))
        self._changes.stir()
        try:
            await self._listen(socket)
        finally:
            self._forget(socket)
        return ws

    async def send(
        self, delivery: Delivery, on_sent: Callable[[], None], *, avoid_last: bool = False
    ) -> Answer:
        """One socket got the envelope; its acknowledgement may come through any."""
        socket = self._choose(avoid_last)
        if socket is None:
            return Answer("unreachable")
        self._last = socket
        ack = self._waiting.setdefault(delivery.envelope_id, asyncio.get_running_loop().create_future())
        try:
            if not socket.silent:
                await socket.ws.send_json(self._envelope(delivery))
            on_sent()
            return Answer("acked", await asyncio.wait_for(asyncio.shield(ack), self._ack_timeout_s))
        except TimeoutError:
            return Answer("timeout")
        except (ConnectionError, RuntimeError):
            # The socket broke while it was being written to: Slack notices no earlier than we do.
            return Answer("unreachable")
        finally:
            self._waiting.pop(delivery.envelope_id, None)

    async def refresh(self, socket: Socket, reason: str = "refresh_requested") -> None:
        """The app was asked to reconnect; new envelopes prefer other sockets from now on."""
        if reason != "warning":
            socket.retired = True
            asyncio.get_running_loop().call_later(RETIRED_LIFETIME_S, self.drop, socket)
        if not socket.silent:
            await socket.ws.send_json(self._disconnect(reason))

    def drop(self, socket: Socket) -> None:
        """The connection is gone without a closing frame, as when a router restarts."""
        if socket.transport is not None and socket in self.sockets:
            socket.transport.abort()
        self._forget(socket)

    def silence(self, socket: Socket) -> None:
        """The connection looks open but nothing gets through in either direction any more."""
        socket.silent = True

    def close(self) -> None:
        """Every socket is gone."""
        for socket in list(self.sockets):
            self.drop(socket)

    async def _listen(self, socket: Socket) -> None:
        async for message in socket.ws:
            if socket.silent:
                continue
            if message.type is WSMsgType.PING:
                await socket.ws.pong(message.data)
                self.pings += 1
                self._changes.stir()
            elif message.type is WSMsgType.TEXT:
                ack = json.loads(message.data)
                waiting = self._waiting.get(ack.get("envelope_id", ""))
                if waiting is not None and not waiting.done():
                    waiting.set_result(ack.get("payload") or {})

    def _choose(self, avoid_last: bool) -> Socket | None:
        usable = [s for s in self.sockets if not s.retired] or self.sockets
        if not usable:
            return None
        if avoid_last:
            usable = [s for s in usable if s is not self._last] or usable
        elif self._last in usable:
            # Round robin: the one after the last; Slack promises only that exactly one socket is chosen.
            return usable[(usable.index(self._last) + 1) % len(usable)]
        return usable[0]

    def _forget(self, socket: Socket) -> None:
        if socket in self.sockets:
            self.sockets.remove(socket)
            self._changes.stir()

    def _hello(self, socket: Socket) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self.sockets),
            "connection_info": {"app_id": self._app_id},
            "debug_info": {
                "host": f"applink-{socket.id}",
                "build_number": 1,
                "approximate_connection_time": CONNECTION_TIME_S,
            },
        }

    @staticmethod
    def _disconnect(reason: str) -> dict[str, Any]:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink"}}

    @staticmethod
    def _envelope(delivery: Delivery) -> dict[str, Any]:
        envelope: dict[str, Any] = {
            "envelope_id": delivery.envelope_id,
            "type": delivery.kind,
            "payload": delivery.payload,
            "accepts_response_payload": delivery.kind != "events_api",
        }
        if delivery.kind == "events_api":
            envelope |= {"retry_attempt": delivery.retry_attempt, "retry_reason": delivery.retry_reason}
        return envelope
