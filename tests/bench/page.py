"""The demo's page in a real Chromium: how soon it is there, and whether a channel with 500 messages stays smooth."""

from __future__ import annotations

import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from bot.demo.serve import Demo, demo
from bot.simulator import Person
from tests.bench.rows import Row, Spread, number

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

MESSAGES, LIVE = 500, 20
PAINT_AT_MOST_MS = 1000
TASK_AT_MOST_MS = 200
"""A task that keeps the page from answering a key for longer is felt."""
_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
_WATCH = """() => {
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration);
  }).observe({ type: "longtask" });
}"""


async def measure(say: Callable[[str], None], *, quick: bool) -> list[Row]:
    if find_spec("playwright") is None or not any(map(shutil.which, ("chromium", "google-chrome"))):
        say("page: left out, it needs Playwright and Chromium")
        return []
    say("page: first paint, and a channel with 500 messages")
    runs = 2 if quick else 6
    opened, tasks = [], []
    async with demo(0, None) as running, _chromium() as browser:
        paints = [await _painted(browser, running) for _ in range(runs)]
        ana = next(p for p in running.slack.people.values() if p.name == "ana")
        for number_ in range(MESSAGES):
            await ana.says("#general", f"Message {number_}, with some words to read and a *bold* one")
        for _ in range(runs):
            opened_ms, longest_ms = await _crowded(browser, running, ana)
            opened.append(opened_ms)
            tasks.append(longest_ms)
    return [
        _row("demo page, first paint", paints, at_most=PAINT_AT_MOST_MS),
        _row(f"demo page, a channel with {MESSAGES} messages is there", opened, at_most=PAINT_AT_MOST_MS),
        _row(f"… longest pause while {LIVE} more arrive (0: below 50 ms)", tasks, at_most=TASK_AT_MOST_MS),
    ]


async def _painted(browser: Browser, running: Demo) -> float:
    """Milliseconds from the navigation to the first content, in a browser that knows nothing yet."""
    async with _window(browser) as page:
        await page.goto(running.address)
        await page.get_by_role("heading", level=1).wait_for()
        return float(await page.evaluate(_PAINT))


async def _crowded(browser: Browser, running: Demo, ana: Person) -> tuple[float, float]:
    """Milliseconds until the channel is drawn, and the longest task while messages arrive."""
    async with _window(browser) as page:
        began = time.perf_counter()
        await page.goto(f"{running.address}ben")
        messages = page.get_by_role("list", name="Messages").locator(".message")
        await messages.nth(99).wait_for()
        opened_ms = (time.perf_counter() - began) * 1000
        await page.evaluate(_WATCH)
        for number_ in range(LIVE):
            await ana.says("#general", f"Live {began} {number_}")
        await messages.filter(has_text=f"Live {began} {LIVE - 1}").first.wait_for()
        return opened_ms, float(await page.evaluate("window.longest"))


@asynccontextmanager
async def _chromium() -> AsyncIterator[Browser]:
    from playwright.async_api import async_playwright

    from tests.browser.conftest import ARGUMENTS, NAMES

    executable = next(filter(None, map(shutil.which, NAMES)))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield browser
        await browser.close()


@asynccontextmanager
async def _window(browser: Browser) -> AsyncIterator[Page]:
    context: Any = await browser.new_context(viewport={"width": 1280, "height": 800})
    yield await context.new_page()
    await context.close()


def _row(what: str, values: list[float], *, at_most: float) -> Row:
    spread = Spread(tuple(values))
    return Row(
        what,
        spread.text("ms"),
        target=f"≤ {number(at_most)} ms",
        met=spread.mid <= at_most,
        numbers=(("page", spread.values),),
    )
