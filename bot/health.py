"""The HTTP side: /healthz and /metrics always, and Slack's requests at /slack/events when there is no Socket Mode."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp

STOP_WITHIN_S = 3.0
"""Slack does not wait longer for an answer."""
ANY = None
"""Every address of the machine, old and new; a port chosen by the system could differ between the two."""
Problems = Callable[[], Awaitable[list[str]]]
"""What is wrong now, in words without secrets; empty: all is well."""


class HttpServer:
    """Listens on one port."""

    def __init__(self, problems: Problems, bolt: AsyncApp | None) -> None:
        self._problems = problems
        routes = web.Application()
        routes.router.add_get("/healthz", self._healthz)
        routes.router.add_get("/metrics", self._metrics)
        if bolt is not None:
            routes.router.add_post("/slack/events", partial(self._from_slack, bolt))
        self._runner = web.AppRunner(routes, access_log=None, shutdown_timeout=STOP_WITHIN_S)

    async def start(self, port: int) -> int:
        """Listening; the port (which is another one for port 0). Raises OSError when it is taken."""
        await self._runner.setup()
        await web.TCPSite(self._runner, ANY if port else "127.0.0.1", port).start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Requests that came in are answered; no more come in."""
        await self._runner.cleanup()

    async def _healthz(self, _request: web.Request) -> web.Response:
        problems = await self._problems()
        return web.json_response({"ok": not problems, "problems": problems}, status=503 if problems else 200)

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _from_slack(self, bolt: AsyncApp, request: web.Request) -> web.Response:
        answer = await bolt.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)
