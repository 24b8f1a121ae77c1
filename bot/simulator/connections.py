"""How the app is connected, and what may happen to that on a bad day."""

from __future__ import annotations

import asyncio

from bot.simulator.changes import Changes
from bot.simulator.deliveries import Deliveries
from bot.simulator.server import Server
from bot.simulator.socket_mode import Socket, SocketMode


class Connections:
    """The sockets and deliveries of a Slack, in the hands of a test."""

    changes: Changes
    sockets: SocketMode
    deliveries: Deliveries
    server: Server

    @property
    def connections(self) -> list[Socket]:
        """The app's open sockets, oldest first."""
        return self.sockets.sockets

    async def wait_connected(self, n: int = 1, timeout: float = 5.0) -> None:
        """The app has (at least) ``n`` sockets open."""
        async with asyncio.timeout(timeout):
            while len(self.connections) < n:
                await self.changes.stirred()

    async def refresh_socket(self, n: int = 0, reason: str = "refresh_requested") -> None:
        """Slack asked the app to reconnect socket ``n``; another reason is "warning", some seconds before."""
        await self.sockets.refresh(self.connections[n], reason)

    def drop_socket(self, n: int = 0) -> None:
        """Socket ``n`` is gone without a goodbye."""
        self.sockets.drop(self.connections[n])

    def silence_socket(self, n: int = 0) -> None:
        """Socket ``n`` stays open and deaf: envelopes sent to it are lost, pings stay unanswered."""
        self.sockets.silence(self.connections[n])

    def close_idle_connections(self) -> None:
        """The kept connections of the Web API are closed; Socket Mode is not touched."""
        self.server.close_idle()

    def duplicate_next(self, count: int = 1, *, other_socket: bool = False) -> None:
        """The next deliveries arrive twice."""
        self.deliveries.duplicate_next(count, other_socket=other_socket)

    def reorder_next(self) -> None:
        """The next delivery waits until the one after it went."""
        self.deliveries.reorder_next()
