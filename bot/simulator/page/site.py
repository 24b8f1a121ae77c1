"""The workspace in a browser: one page, one WebSocket a window, and everything they share."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

from bot.simulator.changes import Change
from bot.simulator.page.acts import carry_out
from bot.simulator.page.commands import COMMANDS
from bot.simulator.page.emoji import EMOJI
from bot.simulator.page.host import Host
from bot.simulator.page.marks import ReadMarks, Unread
from bot.simulator.page.messages import face
from bot.simulator.page.text import Node
from bot.simulator.page.window import Window, local_day
from bot.simulator.person import Person
from bot.simulator.state import Channel
from bot.simulator.workspace import Slack

ASSETS = Path(__file__).parent / "assets"
HEADERS = {
    # No inline script, no foreign origin: text can become nothing but text.
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
BEAT_S = 1.0


class Page:
    """The site for one Slack. ``async with page:`` while it is served by `application`."""

    def __init__(self, slack: Slack, host: Host | None = None, *, marks: ReadMarks | None = None) -> None:
        self.slack, self.host = slack, host or Host()
        self.marks = marks or ReadMarks()
        self.unread = Unread(slack.team, self.marks)
        self.windows: set[Window] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._told_clock = (slack.clock.now(), time.monotonic(), slack.clock.speed)

    def application(self) -> web.Application:
        """What answers the browser; the one who runs the page gives it a port on the loopback address."""
        app = web.Application(middlewares=[_only_this_page])
        app.router.add_get("/socket", self._socket)
        app.router.add_get("/assets/{name}", _asset)
        app.router.add_get("/favicon.ico", _favicon)
        app.router.add_get("/{path:.*}", _index)
        app.cleanup_ctx.append(self._alive)
        return app

    # -- moving time -----------------------------------------------------------------------------------------

    def set_speed(self, speed: float) -> None:
        """So many seconds pass here in a real one; 0 stands still."""
        self.slack.clock.speed = max(0.0, min(speed, 3600.0))
        self.clock_moved()

    async def jump(self) -> bool:
        """It is the moment of what is due next; False if nothing is."""
        moment = await self.host.next_due()
        if moment is None:
            return False
        if moment > self.slack.clock.now():
            self.slack.clock.set(moment)
        self.clock_moved()
        return True

    def clock_moved(self) -> None:
        """Every window shows the new time, and every date as it reads now."""
        self._told_clock = (self.slack.clock.now(), time.monotonic(), self.slack.clock.speed)
        self._again()

    def clock_node(self, person: Person) -> Node:
        """The clock as this person reads it; the browser lets it run on between updates."""
        told, told_at, speed = self._told_clock
        now = told.timestamp() + (time.monotonic() - told_at) * speed
        return {"now": round(now, 2) if speed == 0 else int(now), "speed": speed, "zone": person.user.tz}

    # -- what others may change ------------------------------------------------------------------------------

    def panel_changed(self) -> None:
        """The host's side panel is asked for again."""
        self._again("panel")

    def read(self, person: Person, channel: Channel, ts: str, thread_ts: str | None) -> None:
        """The person has read up to ``ts``, in every window of theirs."""
        if self.marks.set(person.id, channel.id, ts, thread_ts):
            for window in self.windows:
                if window.person is person:
                    window.again("side")
            self.panel_changed()

    def _again(self, *areas: str) -> None:
        for window in self.windows:
            window.again(*areas)

    # -- serving ---------------------------------------------------------------------------------------------

    async def _alive(self, _app: web.Application) -> Any:
        unsubscribe = self.slack.changes.subscribe(self._changed)
        beating = asyncio.create_task(self._beat())
        yield
        unsubscribe()
        beating.cancel()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(beating, *self._tasks, return_exceptions=True)

    def _changed(self, change: Change) -> None:
        for window in self.windows:
            window.changed(change)

    async def _beat(self) -> None:
        """A day that ends, and a clock somebody else moved, are shown."""
        days: dict[str, str] = {}
        while True:
            await asyncio.sleep(BEAT_S)
            told, told_at, speed = self._told_clock
            expected = told.timestamp() + (time.monotonic() - told_at) * speed
            if (
                speed != self.slack.clock.speed
                or abs(self.slack.clock.now().timestamp() - expected) > 1 + speed / 10
            ):
                self.clock_moved()
            for window in self.windows:
                today = local_day(window.person, self)
                if days.setdefault(window.person.id, today) != today:
                    window.again()
            days |= {window.person.id: local_day(window.person, self) for window in self.windows}

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        ws = web.WebSocketResponse(heartbeat=20, max_msg_size=1024 * 1024, compress=False)
        await ws.prepare(request)
        person = self._person(request.query.get("as", ""))
        window = Window(self, person)
        window.look(request.query.get("place", ""), request.query.get("thread"))
        await ws.send_json({"hello": self._hello(person)})
        self.windows.add(window)
        sending = self._task(self._send(ws, window))
        try:
            async for message in ws:
                if message.type is WSMsgType.TEXT:
                    _ = self._task(self._answer(ws, window, message.data))
        finally:
            self.windows.discard(window)
            sending.cancel()
        return ws

    async def _send(self, ws: web.WebSocketResponse, window: Window) -> None:
        with contextlib.suppress(ConnectionError):
            while not ws.closed:
                updates = await window.updates()
                await ws.send_str(json.dumps({"updates": updates}, ensure_ascii=False))

    async def _answer(self, ws: web.WebSocketResponse, window: Window, text: str) -> None:
        try:
            asked = json.loads(text)
        except ValueError:
            return
        if not isinstance(asked, Mapping):
            return
        problem = await carry_out(window, asked)
        with contextlib.suppress(ConnectionError):
            if not ws.closed:
                await ws.send_json({"answer": asked.get("id"), "problem": problem})

    def _task(self, work: Any) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _person(self, name: str) -> Person:
        people = list(self.slack.people.values())
        return next((person for person in people if person.name == name), people[0])

    def _hello(self, person: Person) -> Node:
        team = self.slack.team
        here = [other for other in self.slack.people.values() if not other.user.deactivated]
        return {
            "team": team.name,
            "me": face(team, person.user),
            "people": [face(team, other.user) | {"zone": other.user.tz} for other in here],
            "commands": [
                {"command": c["command"], "does": c.get("description", ""), "usage": c.get("usage_hint", "")}
                for c in team.manifest.commands.values()
            ]
            + [{"command": name, "does": does, "usage": usage} for name, (usage, does) in COMMANDS.items()],
            "shortcuts": [{"name": s["name"], "type": s["type"]} for s in team.manifest.shortcuts],
            "emoji": list(EMOJI.items()),
        }


@web.middleware
async def _only_this_page(request: web.Request, handler: Any) -> web.StreamResponse:
    """Other sites a browser has open cannot talk to the page, by whatever name they reach this address."""
    name = request.host.rpartition(":")[0] or request.host
    origin = request.headers.get("Origin")
    if name not in ("127.0.0.1", "localhost", "[::1]") or (origin and origin != f"http://{request.host}"):
        return web.Response(status=403, text="This page answers only to itself.", headers=HEADERS)
    response: web.StreamResponse = await handler(request)
    return response


async def _index(_request: web.Request) -> web.Response:
    return _file("index.html")


async def _asset(request: web.Request) -> web.Response:
    return _file(request.match_info["name"])


async def _favicon(_request: web.Request) -> web.Response:
    return _file("icon.svg")


TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def _file(name: str) -> web.Response:
    path = ASSETS / name
    if path.parent != ASSETS or path.suffix not in TYPES or not path.is_file():
        return web.Response(status=404, text="There is nothing here.", headers=HEADERS)
    return web.Response(
        body=path.read_bytes(), content_type=TYPES[path.suffix], charset="utf-8", headers=HEADERS
    )
