"""The page by keyboard alone, for screen readers, on a phone, enlarged, in light and dark."""

from __future__ import annotations

from typing import Literal

import pytest

from bot.simulator import Person
from bot.simulator.page import Panel
from tests.browser.conftest import DESKTOP, Desk, opens_a_crisis, says
from tests.browser.looking import accessible, fits
from tests.browser.playing import Page, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = {"width": 360, "height": 740}
ENLARGED = {"width": 640, "height": 400}
"""A window of 1280 by 800 at 200 %."""
Scheme = Literal["light", "dark"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_screen_is_accessible(desk: Desk, scheme: Scheme) -> None:
    page = await desk.window(color_scheme=scheme)
    await accessible(page)
    await opens_a_crisis(page)
    await says(page, "Hello @ben, `code`, *bold*, https://example.org :fire:\n> quoted")
    await says(page, "/crisis help")
    await page.get_by_text("Only visible to you").first.wait_for()
    await accessible(page)
    message = page.get_by_role("list", name="Messages").get_by_role("listitem").filter(has_text="Hello").last
    await message.hover()
    await message.get_by_role("button", name="Reply in thread").click()
    await page.get_by_role("textbox", name="Write a reply").fill("A reply")
    await page.keyboard.press("Enter")
    await page.get_by_text("1 reply").first.wait_for()
    await accessible(page)
    await message.hover()
    await message.get_by_role("button", name="React").click()
    await accessible(page)
    await page.keyboard.press("Escape")
    await message.get_by_role("button", name="More actions").click()
    await accessible(page)
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="2 pinned messages").click()
    await page.get_by_role("complementary", name="Pinned messages").wait_for()
    await accessible(page)
    await page.get_by_role("navigation").locator("summary").first.click()
    await accessible(page)
    await page.get_by_role("navigation").get_by_role("button", name="general").click()
    await page.get_by_role("heading", level=1, name="general").wait_for()
    await says(page, "/crisis")
    form = page.get_by_role("dialog", name="Open a crisis")
    await form.get_by_role("button", name="Open").click()
    await form.get_by_text("Please complete this required field.").wait_for()
    await accessible(page)


@pytest.mark.parametrize("size", [PHONE, ENLARGED], ids=["phone", "200 %"])
async def test_it_fits_a_phone_and_an_enlarged_window(desk: Desk, size: dict[str, int]) -> None:
    page = await desk.window(viewport=size)
    await fits(page)
    await says(
        page, "/crisis open sev2 backlash Courier video that has a rather long title as they often have"
    )
    await page.get_by_role("main").get_by_role("button", name="#crisis-1").click()
    await page.get_by_role("button", name="Claim").first.wait_for()
    await says(page, "averyverylongwordwithoutanyspace" * 6 + " `" + "code" * 40 + "`")
    await page.get_by_text("averyverylong").first.wait_for()
    await fits(page)
    await accessible(page)
    drawer = page.get_by_role("button", name="Channels and people")
    await drawer.click()
    await page.get_by_role("navigation").locator("summary").first.click()
    await fits(page)
    await accessible(page)
    await page.get_by_role("navigation").get_by_role("button", name="general").click()
    await expect(page.get_by_role("navigation")).to_be_hidden()
    await page.get_by_role("button", name="6 members").click()
    await fits(page)
    await page.get_by_role("button", name="Close: Members").click()
    await says(page, "/crisis")
    await page.get_by_role("dialog", name="Open a crisis").wait_for()
    await fits(page)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_the_panel_of_the_host_stands_beside_or_above(desk: Desk, size: dict[str, int]) -> None:
    assert desk.demo is not None
    steps: list[str] = []

    async def on_panel(person: Person, button: str) -> None:
        steps.append(f"{person.name} {button}")
        desk.demo.page.panel_changed()  # type: ignore[union-attr]

    def panel(person: Person) -> Panel:
        texts = ("Type `/crisis` in *any* channel.", "Then look at what appears.")
        return Panel(f"Step {len(steps) + 1}", texts, len(steps), 3, (("next", "Next"),))

    desk.demo.page.host.panel, desk.demo.page.host.on_panel = panel, on_panel
    page = await desk.window(viewport=size)
    beside = page.get_by_role("complementary", name="Step 1")
    await expect(beside.get_by_text("Then look at what appears.")).to_be_visible()
    await fits(page)
    await accessible(page)
    await beside.get_by_role("button", name="Next").click()
    await expect(page.get_by_role("complementary", name="Step 2")).to_contain_text("1 of 3")
    assert steps == ["ana next"]
    await expect(page.locator("#composer-text")).to_be_in_viewport()


async def tab_to(page: Page, name: str, *, back: bool = False) -> None:
    """Tab is pressed until the focus is on what is called so."""
    for _ in range(200):
        await page.keyboard.press("Shift+Tab" if back else "Tab")
        focused = "document.activeElement.ariaLabel || document.activeElement.innerText || ''"
        if name in await page.evaluate(focused):
            return
    raise AssertionError(f"Tab never reaches {name!r}")


async def test_the_keyboard_alone_is_enough(desk: Desk) -> None:
    page = await desk.window()
    await expect(page.get_by_role("textbox", name="Message #general")).to_be_focused()
    await page.keyboard.type("/crisis open sev2 backlash Courier video")
    await page.keyboard.press("Enter")
    await page.get_by_role("navigation").get_by_role("button", name="crisis-1").wait_for()
    await page.evaluate("document.activeElement.blur()")
    await tab_to(page, "Skip to the message box")
    await tab_to(page, "crisis-1")
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", level=1, name="crisis-1").wait_for()
    await page.get_by_text("Pinned by crisis-bot").nth(1).wait_for()
    await expect(page.get_by_role("textbox", name="Message #crisis-1")).to_be_focused()
    await tab_to(page, "Claim", back=True)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("list", name="Messages")).to_contain_text("@ana", timeout=5000)
    await says(page, "Well done")
    await expect(page.get_by_role("list", name="Messages")).to_contain_text("Well done")
    await tab_to(page, "More actions", back=True)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Open a crisis")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("menuitem", name="Add to timeline")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="More actions").last).to_be_focused()
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Enter")
    reply = page.get_by_role("textbox", name="Write a reply")
    await expect(reply).to_be_focused()
    await page.keyboard.type("Thank you")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("list", name="Thread")).to_contain_text("Thank you")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("complementary", name="Thread")).to_be_hidden()


async def test_forms_are_filled_and_left_by_keyboard(desk: Desk) -> None:
    page = await desk.window()
    await page.keyboard.type("/crisis ")
    await page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="Open a crisis")
    await expect(form.get_by_label("Title")).to_be_focused()
    for _ in range(12):
        await page.keyboard.press("Tab")
    assert await page.evaluate(
        "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
    )
    await page.keyboard.press("Escape")
    await expect(form).to_be_hidden()
    await page.keyboard.type("/crisis ")
    await page.keyboard.press("Enter")
    await expect(form.get_by_label("Title")).to_be_focused()
    await page.keyboard.type("A fire drill")
    await page.keyboard.press("Enter")
    await expect(form.get_by_text("Crisis 1 is open")).to_be_visible()


async def test_messages_are_walked_through_with_the_arrow_keys(desk: Desk) -> None:
    page = await desk.window()
    for text in ("one", "two", "three"):
        await says(page, text)
    messages = page.get_by_role("list", name="Messages").locator(".message")
    await expect(messages).to_have_count(3)
    await messages.last.focus()
    await page.keyboard.press("ArrowUp")
    await expect(messages.nth(1)).to_be_focused()
    await page.keyboard.press("Home")
    await expect(messages.first).to_be_focused()
    stops = (
        "[...document.querySelectorAll('.message .tools button')].filter((one) => one.tabIndex === 0).length"
    )
    assert await page.evaluate(stops) == 3


async def test_what_arrives_is_said_to_screen_readers(desk: Desk) -> None:
    ana, ben = await desk.window("ana"), await desk.window("ben")
    await says(ana, "The newspaper has called")
    await expect(ben.locator("[aria-live=polite]").first).to_have_text("Ana Lee: The newspaper has called")
    await ana.get_by_role("navigation").get_by_role("button", name="social-media").click()
    await ana.get_by_role("heading", level=1, name="social-media").wait_for()
    await says(ana, "@ben please look")
    await expect(ben.locator("[aria-live=polite]").first).to_have_text("You are mentioned in social-media")
