"""A real Chromium in front of the demo. Missing tools are said aloud: in CI a failure, elsewhere a skip."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Generator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from bot.demo.serve import Demo, demo

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
LOOPBACK = ("localhost", "127.0.0.1")
WAITS_MS = 10_000
DESKTOP = {"width": 1280, "height": 800}
FAILED: pytest.StashKey[bool] = pytest.StashKey()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


def found_browser() -> str | None:
    """Where Chromium is, if it is anywhere."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def executable() -> str:
    """Where Chromium is; CHROMIUM names another one."""
    found = found_browser()
    missing = [
        *(["Playwright is not installed (make installs it)."] if find_spec("playwright") is None else []),
        *(["There is no Chromium: apt-get install chromium, or set CHROMIUM."] if not found else []),
    ]
    if missing:
        why = "The page was not tried in a browser. " + " ".join(missing)
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    return str(found)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(executable: str) -> AsyncIterator[Browser]:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield browser
        await browser.close()


@dataclass
class Desk:
    """A demo and the browser windows somebody has opened on it."""

    browser: Browser
    demo: Demo | None = None
    windows: list[Page] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def window(self, path: str = "ana", *, ready: bool = True, **options: Any) -> Page:
        """A new window at this path of the demo; its requests and complaints are collected."""
        context = await self.browser.new_context(**{"viewport": DESKTOP, **options})
        self.stack.push_async_callback(context.close)
        page = await context.new_page()
        page.set_default_timeout(WAITS_MS)
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", lambda socket: self.requests.append(socket.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.windows.append(page)
        assert self.demo is not None
        await page.goto(self.demo.address + path)
        if ready:
            await page.get_by_role("heading", level=1).wait_for()
        return page

    def is_at_peace(self) -> None:
        assert self.strangers() == []
        assert self.complaints == []

    def strangers(self) -> list[str]:
        """Every address outside this machine that a window asked for."""
        return [url for url in self.requests if urlsplit(url).hostname not in LOOPBACK]


@asynccontextmanager
async def at_desk(browser: Browser, request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[Desk]:
    """A desk without a demo yet. A test that fails leaves a picture of every window."""
    desk = Desk(browser)
    try:
        yield desk
    finally:
        if request.node.stash.get(FAILED, False):
            for number, page in enumerate(desk.windows):
                picture = folder / f"window-{number}.png"
                await page.screenshot(path=picture)
                print(f"A picture of the window: {picture}")  # noqa: T201
        await desk.stack.aclose()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(browser: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    """A demo of its own. At the end nothing may have left this machine, and the browser may not have complained."""
    async with demo(0, None, guided=False) as running, at_desk(browser, request, tmp_path) as desk:
        desk.demo = running
        yield desk
        desk.is_at_peace()


@pytest_asyncio.fixture(loop_scope="session")
async def guided(browser: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    """The same with the tour at the side, as everybody gets it."""
    async with demo(0, None) as running, at_desk(browser, request, tmp_path) as desk:
        desk.demo = running
        yield desk
        desk.is_at_peace()


async def opens_a_crisis(page: Page, title: str = "Courier video") -> str:
    """The person in this window opens a crisis and stands in its channel; its name."""
    await page.get_by_role("textbox", name="Message #general").fill(f"/crisis open sev2 backlash {title}")
    await page.keyboard.press("Enter")
    name = f"crisis-1-{title.lower().replace(' ', '-')}"
    await page.get_by_role("navigation").get_by_role("button", name=name).click()
    await page.get_by_role("heading", level=1, name=name).wait_for()
    await page.get_by_role("button", name="Claim").first.wait_for()
    await page.get_by_text("Pinned by crisis-bot").nth(1).wait_for()
    return name


async def says(page: Page, text: str) -> None:
    """The person in this window sends a message where they are."""
    box = page.locator("#composer-text")
    await box.fill(text)
    await box.press("Enter")
