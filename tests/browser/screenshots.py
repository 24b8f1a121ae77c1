"""The README's pictures, made from the demo itself: `make screenshots`, or `python -m tests.browser.screenshots`.

Beside each picture stands what could be read on it. A test plays the story again and compares the words; pixels differ
from one machine's fonts to the next.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

from bot import logs
from bot.demo.serve import demo
from tests.browser.conftest import ARGUMENTS, Desk, found_browser, says
from tests.browser.playing import Page, async_playwright, expect
from tests.browser.png import smaller

PICTURES = Path(__file__).parent / "pictures"
DESKTOP = {"width": 1160, "height": 780}
PHONE = {"width": 390, "height": 844}
ROOM = "crisis-1-courier-video"
SECOND = "crisis-2-another-courier-video"

# What a person can read on the page. Messages are sorted: those that the bot posts side by side arrive in any order.
_WORDS = """() => {
  const text = (from, what) => [...from.querySelectorAll(what)].map((one) => one.innerText);
  const message = (one) => [one.querySelector(".from").textContent, ...text(one, ".note, .body, .replies")].join("\\n");
  const messages = [...document.querySelectorAll("#list > .message")].map(message).sort();
  const fields = [...document.querySelectorAll("dialog input, dialog textarea, dialog select")];
  const typed = fields.map((one) => `[${one.value}]`);
  return [...text(document, ".bar, .sidebar, .head"), ...messages, ...text(document, ".panel, dialog"), ...typed].join("\\n");
}"""

Take = Callable[[str, Page], Awaitable[None]]


async def words(page: Page) -> str:
    """What can be read on the page, a line each."""
    lines = (line.strip() for line in str(await page.evaluate(_WORDS)).splitlines())
    return "\n".join(line for line in lines if line) + "\n"


async def play(desk: Desk, take: Take) -> None:
    """The story up to the second crisis; `take` is called with the name of each picture and its page, ready."""
    assert desk.demo is not None
    desk.demo.page.set_speed(0)
    ana, ben = await desk.window("ana", viewport=DESKTOP), await desk.window("ben", viewport=DESKTOP)
    await _opened(ana, ben)
    phone = await desk.window(f"ben/{await _id_of(ben)}", viewport=PHONE)
    await _shown_from(phone, "Checklist")
    await take("phone", phone)
    await _paused(ben)
    await expect(ana.get_by_text("Checklist 1/14")).to_be_visible()
    await _shown_from(ana, "Crisis 1: Courier video")
    await take("crisis", ana)
    await _pinged(ana)
    await take("ping", ana)
    await _closing(ana)
    await take("closing", ana)
    await ana.get_by_role("dialog").get_by_role("button", name="Close", exact=True).click()
    await ana.get_by_role("dialog").wait_for(state="hidden")
    await says(ana, "/crisis open backlash Another courier video")
    dark = await desk.window("ana", viewport=DESKTOP, color_scheme="dark")
    await _goes_to(dark, SECOND)
    await _shown_from(dark, "What we learned last time")
    await take("lessons", dark)


async def _opened(ana: Page, ben: Page) -> None:
    await says(ana, "/crisis open sev2 backlash Courier video")
    await _goes_to(ana, ROOM)
    await says(ana, "/crisis role comms @ben")
    await _goes_to(ben, ROOM)


async def _paused(ben: Page) -> None:
    checklist = ben.get_by_role("listitem").filter(has_text="Checklist")
    pause = checklist.locator(".section").filter(has_text="Pause scheduled posts")
    await pause.locator("xpath=following-sibling::*[1]").get_by_role("button", name="Done").click()
    form = ben.get_by_role("dialog")
    await form.get_by_label("Which channels").fill("All channels and ads, by me")
    await form.get_by_role("button", name="Done").click()
    await form.wait_for(state="hidden")


async def _pinged(ana: Page) -> None:
    await ana.get_by_role("button", name="Let time pass").click()
    await _goes_to(ana, "crisis-bot")
    await ana.get_by_role("button", name="On it").wait_for()
    await expect(ana.get_by_role("navigation").get_by_role("button", name="crisis-bot")).not_to_contain_text(
        "mention"
    )


async def _closing(ana: Page) -> None:
    await ana.get_by_role("button", name="On it").click()
    await _goes_to(ana, ROOM)
    await says(ana, "/crisis update We have seen the video and are calling the customer.")
    await ana.get_by_text("Status update 1").wait_for()
    await says(ana, "/crisis resolve")
    await ana.get_by_text("resolved this crisis").wait_for()
    await says(ana, "/crisis close")
    form = ana.get_by_role("dialog", name="Close the crisis")
    for label in ("Summary", "Lessons", "Action items"):
        said = form.get_by_text(re.compile(f"^{label}: ")).locator("code")
        await form.get_by_label(label).first.fill(await said.inner_text())
    await form.get_by_label("Summary").first.focus()


async def _goes_to(page: Page, name: str) -> None:
    await page.get_by_role("navigation").get_by_role("button", name=name).click()
    await page.get_by_role("heading", level=1, name=name).wait_for()


async def _id_of(page: Page) -> str:
    return str(await page.evaluate("location.pathname.split('/')[2]"))


async def _shown_from(page: Page, heading: str) -> None:
    """The message with this heading stands at the top of the list."""
    title = page.get_by_role("list", name="Messages").get_by_role("heading", name=heading)
    await title.first.wait_for()
    await page.get_by_text("Pinned by crisis-bot").nth(1).wait_for()
    await title.first.evaluate("(one) => one.closest('.message').scrollIntoView()")
    await page.mouse.move(0, 0)


async def main() -> None:
    """The pictures and their words are those of the demo as it is now."""
    logs.configure("ERROR", "text")
    PICTURES.mkdir(exist_ok=True)

    async def take(name: str, page: Page) -> None:
        (PICTURES / f"{name}.txt").write_text(await words(page), encoding="utf-8")
        picture = await page.screenshot(animations="disabled", caret="hide")
        (PICTURES / f"{name}.png").write_bytes(smaller(picture))

    async with AsyncExitStack() as stack:
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=found_browser(), args=list(ARGUMENTS))
        running = await stack.enter_async_context(demo(0, None))
        desk = Desk(browser, running)
        stack.push_async_callback(desk.stack.aclose)
        await play(desk, take)


if __name__ == "__main__":
    asyncio.run(main())
