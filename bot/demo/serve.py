"""The demo as a page in a browser: the address, the file it may be kept in, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot import logs
from bot.demo.guide import Guide
from bot.demo.stage import Bot, evening, people, workspace
from bot.simulator import Slack
from bot.simulator.keeping import Keeper, Kept, Unreadable, read
from bot.simulator.page import Host, Page, ReadMarks

DEFAULT_PORT = 8765
NORMAL_SPEED = 1.0


class DemoProblem(Exception):
    """The demo cannot start; the text says why and what to do."""


@dataclass(slots=True)
class Demo:
    """The running demo."""

    slack: Slack
    bot: Bot
    page: Page
    address: str


async def serve(port: int, file: Path | None, say: Callable[[str], object]) -> None:
    """The page is served until SIGINT or SIGTERM. Raises `DemoProblem`."""
    logs.configure("ERROR", "text")
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with demo(port, file) as running:
        say(f"The workspace is open at {running.address}  (Ctrl-C ends it)")
        if _is_somebody_there():
            await asyncio.to_thread(webbrowser.open, running.address)
        await stop.wait()
    say(f"\nThe demo has ended. It is kept in {file}." if file else "\nThe demo has ended.")


@asynccontextmanager
async def demo(port: int, file: Path | None, *, guided: bool = True) -> AsyncIterator[Demo]:
    """The bot and the page are running; what was kept in `file` goes on. Raises `DemoProblem`.

    `guided` False: without the tour at the side.
    """
    async with AsyncExitStack() as stack:
        listening = stack.enter_context(contextlib.closing(_listen(port)))
        if file is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="crisis-bot-demo-"))
            database, before = Path(folder) / "demo.db", None
        else:
            database, before = file, _kept_before(file)
        slack = await stack.enter_async_context(workspace())
        marks = ReadMarks()
        guide = Guide(slack, marks)
        if before is not None:
            before.restore(slack)
            marks.read = before.beside.get("read", {})
            guide.restore(before.beside.get("tour", {}))
        else:
            people(slack)
            await evening(slack)
        keeper = Keeper(slack, _workspace_file(database), lambda: {"read": marks.read, "tour": guide.kept()})
        stack.push_async_callback(keeper.close)
        bot = Bot(slack, database)
        stack.push_async_callback(bot.stop)
        await bot.start()
        # Only now: a second demo is refused by the bot's database, and must not touch what the first one keeps.
        await keeper.start()
        page = Page(slack, Host(next_due=bot.next_due), marks=marks)
        page.set_speed(NORMAL_SPEED)
        if guided:
            stack.callback(guide.start(page))
        await stack.enter_async_context(_served(page, listening))
        # Not "localhost": browsers try its IPv6 address first, where somebody else may listen.
        yield Demo(slack, bot, page, f"http://127.0.0.1:{listening.getsockname()[1]}/")


@asynccontextmanager
async def _served(page: Page, listening: socket.socket) -> AsyncIterator[None]:
    runner = web.AppRunner(page.application(), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    try:
        yield
    finally:
        await runner.cleanup()


def _listen(port: int) -> socket.socket:
    """A socket on the loopback address. Raises `DemoProblem`."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise DemoProblem(
            f"Port {port} cannot be used ({error.strerror}). "
            f"Choose another one: crisis-bot demo --port {port + 1 if port < 65535 else DEFAULT_PORT}"
        ) from None
    listening.setblocking(False)
    return listening


def _workspace_file(file: Path) -> Path:
    """Where the simulated workspace is kept, beside the bot's database."""
    return file.with_name(file.name + ".slack.json")


def _kept_before(file: Path) -> Kept | None:
    """The workspace that belongs to this database; None if neither is there. Raises `DemoProblem`."""
    beside = _workspace_file(file)
    if not file.parent.is_dir():
        raise DemoProblem(f"There is no folder {file.parent} to keep {file.name} in.")
    if file.exists() and not beside.exists():
        raise DemoProblem(
            f"{file} is not a demo's: there is no {beside.name} beside it. Name a file that does not exist yet."
        )
    if beside.exists() and not file.exists():
        raise DemoProblem(
            f"{beside} belongs to {file.name}, which is gone. Bring it back, or remove {beside.name}."
        )
    if not beside.exists():
        return None
    try:
        return read(beside)
    except Unreadable as problem:
        raise DemoProblem(f"{problem} Name another file, or remove {file.name} and {beside.name}.") from None


def _is_somebody_there() -> bool:
    """A person at a terminal on a machine with a display."""
    has_display = sys.platform == "darwin" or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    return has_display and sys.stdout.isatty()
