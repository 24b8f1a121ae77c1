"""The HTTP face of Slack: /api/*, response URLs, uploads, and the Socket Mode endpoint."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.simulator.calls import Arguments, Call, read_arguments
from bot.simulator.changes import Changes
from bot.simulator.errors import SlackError
from bot.simulator.faults import Fault, Faults
from bot.simulator.limits import RateLimits
from bot.simulator.methods import METHODS, Context, Method
from bot.simulator.response_urls import ResponseUrls
from bot.simulator.socket_mode import SocketMode
from bot.simulator.team import Team
from bot.simulator.views import Views

RESPONSE_URL = "response_url"
"""Faults take this in the place of a method; only "reset_before" and "reset_after" are known there."""
# What hangs is held this long at most, so that a forgotten hang cannot hold up a server for ever.
HANG_MAX_S = 120.0


@dataclass
class Latency:
    """How far away Slack is, in real seconds: added to every call, and to the first on each connection."""

    per_call_s: float = 0.0
    per_connection_s: float = 0.0


@dataclass(frozen=True)
class Tokens:
    """The credentials the app was given."""

    bot: str
    app: str


class Server:
    """Slack on 127.0.0.1."""

    def __init__(
        self,
        team: Team,
        views: Views,
        changes: Changes,
        sockets: SocketMode,
        response_urls: ResponseUrls,
        tokens: Tokens,
        record: Callable[[str, dict[str, Any]], None],
        *,
        rate_limits: bool,
    ) -> None:
        self.team, self.views, self.tokens = team, views, tokens
        self.faults, self.latency, self.limits = (
            Faults(),
            Latency(),
            RateLimits(team.clock, enabled=rate_limits),
        )
        self.calls: list[Call] = []
        self.in_flight = 0
        self.port = 0
        self._changes, self._sockets, self._response_urls, self._record = (
            changes,
            sockets,
            response_urls,
            record,
        )
        self._connections: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()
        self._connection_count = 0
        self._stopping = asyncio.Event()
        self._runner: web.AppRunner | None = None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self, port: int) -> None:
        """The server listens; port 0 takes a free one."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/response/{ticket}", self._respond)
        app.router.add_post("/upload/{file_id}", self._upload)
        app.router.add_get("/link/", self._sockets.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """The server is gone and every connection with it."""
        self._stopping.set()
        self._sockets.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        connection_id, is_new = self._connection(request)
        self.in_flight += 1
        counted = True
        try:
            pause_s = self.latency.per_call_s + (self.latency.per_connection_s if is_new else 0.0)
            if pause_s:
                await asyncio.sleep(pause_s)
            args = await read_arguments(request)
            call = Call(name, _without_token(args.values), self.team.clock.now(), connection_id)
            self.calls.append(call)
            fault = self.faults.take(name, args.values)
            if fault is not None and fault.kind == "hang":
                self.in_flight -= 1
                counted = False
            return await self._answer(request, call, args, fault)
        except SlackError as problem:
            return web.json_response(problem.body())
        finally:
            self.in_flight -= counted
            self._changes.stir()

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        """A response URL is no method, but it is logged and fails as methods do, under the name "response_url"."""
        about = self._response_urls.about(request.match_info["ticket"])
        call = Call(RESPONSE_URL, about, self.team.clock.now(), self._connection(request)[0])
        self.calls.append(call)
        self.in_flight += 1
        try:
            fault = self.faults.take(call.method, about)
            failure = await self._failure(request, call, fault) if fault else None
            if failure is not None:
                return failure
            response = await self._response_urls.handle(request)
            call.ok = response.status == 200
            return _broken(request) if fault and fault.kind == "reset_after" else response
        finally:
            self.in_flight -= 1
            self._changes.stir()

    async def _answer(
        self, request: web.Request, call: Call, args: Arguments, fault: Fault | None
    ) -> web.Response:
        failure = await self._failure(request, call, fault) if fault else None
        if failure is not None:
            return failure
        response = self._perform(request, call, args)
        return _broken(request) if fault and fault.kind == "reset_after" else response

    async def _failure(self, request: web.Request, call: Call, fault: Fault) -> web.Response | None:
        """What comes back in place of an answer; None where the call is carried out all the same."""
        match fault.kind:
            case "hang":
                await self._hang()
                return _broken(request)
            case "reset_before":
                return _broken(request)
            case "http_500" | "http_503" as kind:
                call.ok, call.error = False, kind
                return web.Response(status=int(kind[-3:]), text="upstream error", content_type="text/html")
            case "ratelimited":
                call.ok, call.error = False, "ratelimited"
                return _ratelimited(fault.retry_after)
            case "delay":
                await asyncio.sleep(fault.seconds)
                return None
            case "reset_after":
                return None
            case error:
                call.ok, call.error = False, error
                return web.json_response(_refusal(call.method, error), status=_status(call.method))

    def _perform(self, request: web.Request, call: Call, args: Arguments) -> web.Response:
        try:
            method = METHODS.get(call.method)
            if method is None:
                raise SlackError("unknown_method", req_method=call.method)
            self._authorize(request, method, args)
            retry_after = self.limits.retry_after(call.method, method.tier, args.values)
            if retry_after is not None:
                call.ok, call.error = False, "ratelimited"
                return _ratelimited(retry_after)
            context = Context(args, self.team, self.views, self._record, self._socket_url, self._upload_url)
            context.need(*method.scopes)
            answer = method.run(context)
        except SlackError as problem:
            call.ok, call.error = False, problem.error
            return web.json_response(problem.body())
        call.ok = True
        return web.json_response({"ok": True, **answer}, headers={"X-OAuth-Scopes": ",".join(self._scopes())})

    def _authorize(self, request: web.Request, method: Method, args: Arguments) -> None:
        header = request.headers.get("Authorization", "")
        token = header.removeprefix("Bearer ").strip() if header.startswith("Bearer ") else args.text("token")
        if method.name == "api.test":
            return
        if not token:
            raise SlackError("not_authed")
        if token not in (self.tokens.bot, self.tokens.app):
            raise SlackError("invalid_auth")
        if (token == self.tokens.app) != method.app_token:
            raise SlackError("not_allowed_token_type")

    async def _upload(self, request: web.Request) -> web.Response:
        stored = self.team.files.get(request.match_info["file_id"])
        if stored is None:
            return web.Response(status=404)
        stored["content"] = await request.read()
        return web.Response(text=f"OK - {len(stored['content'])}")

    async def _hang(self) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), HANG_MAX_S)
        except TimeoutError:
            return

    def _connection(self, request: web.Request) -> tuple[int, bool]:
        number = self._connections.get(request.transport)
        if number is not None:
            return number, False
        self._connection_count += 1
        self._connections[request.transport] = self._connection_count
        return self._connection_count, True

    def close_idle(self) -> None:
        """Every kept connection of the Web API is closed, as Slack does with those that were quiet for long."""
        sockets = {socket.transport for socket in self._sockets.sockets}
        for transport in list(self._connections):
            if transport is not None and transport not in sockets:
                transport.close()

    def _socket_url(self) -> str:
        return (
            f"ws://127.0.0.1:{self.port}/link/?ticket={self._sockets.new_ticket()}&app_id={self.team.app_id}"
        )

    def _upload_url(self, file_id: str) -> str:
        return f"{self.origin}/upload/{file_id}"

    def _scopes(self) -> list[str]:
        return self.team.manifest.scopes


def _refusal(method: str, error: str) -> dict[str, Any]:
    """The body of an error, with what Slack adds to it."""
    known = METHODS.get(method)
    if error == "missing_scope" and known is not None and known.scopes:
        return SlackError(error, needed=known.scopes[0], provided="").body()
    return SlackError(error).body()


def _status(method: str) -> int:
    """Methods refuse in a 200; a response_url answers 404."""
    return 404 if method == RESPONSE_URL else 200


def _ratelimited(retry_after_s: int) -> web.Response:
    body = {"ok": False, "error": "ratelimited"}
    return web.json_response(body, status=429, headers={"Retry-After": str(retry_after_s)})


def _broken(request: web.Request) -> web.Response:
    """The connection is reset; the response returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _without_token(args: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in args.items() if key != "token"}
