"""The page's protocol from the browser's side, without a browser: what it was sent, and what it asks for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from bot.simulator import Person, Slack
from bot.simulator.page import Host, Page, ReadMarks


@dataclass
class Site:
    """A page that is being served."""

    page: Page
    origin: str
    session: aiohttp.ClientSession

    @asynccontextmanager
    async def window(self, person: Person | str, place: str = "", thread: str = "") -> AsyncIterator[Window]:
        """A browser window of this person's, showing the channel with this id (else #general)."""
        name = person if isinstance(person, str) else person.name
        query = {"as": name, "place": place, "thread": thread}
        async with self.session.ws_connect(f"{self.origin}/socket", params=query) as ws:
            window = Window(ws)
            window.listening = asyncio.create_task(window.listen())
            await window.until(lambda: window.head)
            yield window
            window.listening.cancel()


@dataclass
class Window:
    """What a browser window shows: the nodes it was sent and not told are gone."""

    ws: aiohttp.ClientWebSocketResponse
    hello: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)
    received: list[str] = field(default_factory=list)
    answers: dict[int, str] = field(default_factory=dict)
    stirred: asyncio.Event = field(default_factory=asyncio.Event)
    listening: asyncio.Task[None] | None = None

    async def listen(self) -> None:
        async for message in self.ws:
            self.received.append(message.data)
            self._hear(message.json())
            self.stirred.set()
            self.stirred = asyncio.Event()

    def _hear(self, message: dict[str, Any]) -> None:
        self.hello = message.get("hello", self.hello)
        for area, name, node in message.get("updates", []):
            nodes = self.shown.setdefault(area, {})
            if area == "head" and node["look"] != nodes.get("", {}).get("look"):
                self.shown["list"], self.shown["thread"] = {}, {}
            if node is None:
                nodes.pop(name, None)
            else:
                nodes[name] = node
        if "answer" in message:
            self.answers[message["answer"]] = message["problem"]

    async def until(self, holds: Callable[[], Any], timeout: float = 5.0) -> Any:
        """What the condition gave once it was met."""
        try:
            async with asyncio.timeout(timeout):
                while True:
                    stirred = self.stirred
                    if found := holds():
                        return found
                    await stirred.wait()
        except TimeoutError:
            raise AssertionError(f"the window shows {self.shown}") from None

    async def does(self, act: str, **details: Any) -> str:
        """The sentence that says why not, "" when it was done."""
        number = len(self.answers) + 1
        await self.ws.send_json({"id": number, "do": act, **details})
        await self.until(lambda: number in self.answers)
        return self.answers[number]

    async def looks_at(self, place: str, **details: Any) -> None:
        before = self.head["look"]
        assert await self.does("look", place=place, **details) == ""
        await self.until(lambda: self.head["look"] > before)

    def area(self, name: str) -> dict[str, Any]:
        return self.shown.get(name, {})

    @property
    def head(self) -> dict[str, Any]:
        head: dict[str, Any] = self.area("head").get("", {})
        return head

    @property
    def form(self) -> dict[str, Any] | None:
        return self.area("form").get("")

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [self.area("list")[ts] for ts in sorted(self.area("list"))]

    def reads(self) -> list[str]:
        """The messages as words, oldest first."""
        return [words(message["body"]) for message in self.messages]

    async def sees(self, text: str) -> dict[str, Any]:
        """The newest message with these words, once it is there."""

        def found() -> dict[str, Any] | None:
            return next((m for m in reversed(self.messages) if text in words(m["body"])), None)

        message: dict[str, Any] = await self.until(found)
        return message

    def place(self, name: str) -> dict[str, Any]:
        """The sidebar's entry with this name; empty if there is none."""
        return next((one for one in self.area("side").values() if one["name"] == name), {})

    def field(self, label: str) -> dict[str, Any]:
        """The input of the open form with this label."""
        assert self.form is not None
        inputs = [block for block in self.form["blocks"] if block["t"] == "input"]
        return next(block for block in inputs if words(block["name"]) == label)

    async def fills(self, label: str, value: Any) -> None:
        assert self.form is not None
        one = self.field(label)
        asked = {"view": self.form["id"], "block": one["block"], "action": one["action"]}
        assert await self.does("fill", **asked, value=value) == ""


def words(node: Any) -> str:
    """Every piece of text in a node."""
    if isinstance(node, list):
        return "".join(words(item) for item in node)
    if not isinstance(node, dict):
        return ""
    own = str(node.get("s", ""))
    return own + "".join(
        words(node[key]) for key in ("in", "text", "items", "fields", "accessory") if key in node
    )


def runs(node: Any) -> list[dict[str, Any]]:
    """Every typed piece of text in a node, flat."""
    if isinstance(node, list):
        return [run for item in node for run in runs(item)]
    if not isinstance(node, dict):
        return []
    own = [node] if "k" in node else []
    return own + [run for value in node.values() for run in runs(value)]


@asynccontextmanager
async def served(
    slack: Slack, host: Host | None = None, marks: ReadMarks | None = None
) -> AsyncIterator[Site]:
    """The page of this Slack on a free port."""
    page = Page(slack, host, marks=marks)
    runner = web.AppRunner(page.application(), shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as session:
        try:
            yield Site(page, f"http://127.0.0.1:{runner.addresses[0][1]}", session)
        finally:
            await runner.cleanup()
