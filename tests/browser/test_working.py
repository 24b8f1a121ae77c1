"""People work in the page: two windows, a crisis, threads, forms, time, and a page that is loaded again."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.demo.serve import demo
from tests.browser.conftest import Desk, at_desk, opens_a_crisis, says
from tests.browser.playing import Browser, Locator, Page, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")


def message(page: Page, text: str) -> Locator:
    """The message in the channel with these words."""
    return page.get_by_role("list", name="Messages").get_by_role("listitem").filter(has_text=text).last


async def does(page: Page, text: str, tool: str, item: str | None = None) -> None:
    """A button of the message's tools is pressed, and this item of its menu."""
    await message(page, text).hover()
    await message(page, text).get_by_role("button", name=tool).click()
    if item:
        await page.get_by_role("menuitem", name=item).click()


async def test_two_people_work_on_one_crisis_in_two_windows(desk: Desk) -> None:
    ana, ben = await desk.window("ana"), await desk.window("?as=ben")
    await says(ana, "/crisis roster community @ben")
    await expect(ana.get_by_text("Only visible to you")).to_be_visible()
    room = await opens_a_crisis(ana)
    place = ben.get_by_role("navigation").get_by_role("button", name=room)
    await expect(place).to_contain_text("mention")
    role_question = ben.get_by_role("navigation").get_by_role("button", name="crisis-bot")
    await expect(role_question).to_contain_text("1 mention")
    await expect(ben).to_have_title("(2) general · Ben Okoro · Acme")
    await place.click()
    await ben.get_by_role("button", name="Claim").first.click()
    await expect(message(ana, "Checklist")).to_contain_text("@ben")
    await expect(place).not_to_contain_text("mention")
    await ana.get_by_role("button", name="2 members").or_(ana.get_by_role("button", name="3 members")).click()
    await expect(ana.get_by_role("complementary", name="Members")).to_contain_text("Ben Okoro")


async def test_one_becomes_somebody_else_in_the_same_channel(desk: Desk) -> None:
    page = await desk.window("ana")
    await page.get_by_role("navigation").get_by_role("button", name="social-media").click()
    await page.get_by_role("heading", level=1, name="social-media").wait_for()
    await page.get_by_role("navigation").locator("summary").first.click()
    await page.get_by_role("link", name="Maya Iyer").first.click()
    await expect(page).to_have_title("social-media · Maya Iyer · Acme")
    await expect(page.get_by_role("group", name="Time", exact=True)).to_contain_text("Sat 21 Nov, 04:10")
    await page.get_by_role("navigation").locator("summary").first.click()
    async with page.context.expect_page() as opened:
        await page.get_by_role("link", name="Open a second window as Eli Novak").click()
    await expect(await opened.value).to_have_title("social-media · Eli Novak · Acme")


async def test_commands_and_people_are_completed(desk: Desk) -> None:
    page = await desk.window()
    box = page.get_by_role("textbox", name="Message #general")
    await box.press_sequentially("/cr")
    await expect(page.get_by_role("option", name="Open and run a crisis")).to_be_visible()
    await box.press("Tab")
    await expect(box).to_have_value("/crisis ")
    await box.press_sequentially("roster comms @be")
    await box.press("Enter")
    await expect(box).to_have_value("/crisis roster comms @ben ")
    await box.press("Enter")
    await expect(page.get_by_text("Only visible to you")).to_be_visible()


async def test_messages_are_answered_reacted_to_pinned_edited_and_used(desk: Desk) -> None:
    page = await desk.window()
    await opens_a_crisis(page)
    await says(page, "The *customer* has been called :tada:")
    await does(page, "has been called", "React")
    await page.get_by_role("searchbox", name="Find an emoji").fill("pushpin")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="pushpin, 1: Ana Lee")).to_be_visible()
    await does(page, "has been called", "Reply in thread")
    await page.get_by_role("textbox", name="Write a reply").fill("By whom?")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("list", name="Thread")).to_contain_text("By whom?")
    await expect(message(page, "has been called")).to_contain_text("1 reply")
    await page.reload()
    await expect(page.get_by_role("list", name="Thread")).to_contain_text("By whom?")
    await page.get_by_role("button", name="Close: Thread").click()
    await does(page, "has been called", "More actions", "Pin to channel")
    await page.get_by_role("button", name="3 pinned messages").click()
    await expect(page.get_by_role("complementary", name="Pinned messages")).to_contain_text("customer")
    await does(page, "has been called", "More actions", "Edit message")
    box = page.get_by_role("textbox", name="Message #crisis-1")
    await expect(box).to_have_value("The customer has been called :tada:")
    await box.fill("The customer was reached")
    await box.press("Enter")
    await expect(message(page, "was reached")).to_contain_text("(edited)")
    await does(page, "was reached", "More actions", "Add to timeline")
    await expect(page.get_by_text("timeline").last).to_be_visible()


async def test_a_form_survives_a_reload_and_says_what_is_wrong(desk: Desk) -> None:
    page = await desk.window()
    await says(page, "/crisis")
    form = page.get_by_role("dialog", name="Open a crisis")
    await form.get_by_label("Title").fill("A video")
    await form.get_by_label("What happened").fill("Line one\nline two")
    await form.get_by_label("Playbook").select_option("Social media backlash, our fault")
    await form.get_by_role("checkbox").check()
    await form.get_by_label("Link to the post").fill("https://example.org")
    await page.reload()
    await expect(form.get_by_label("Title")).to_have_value("A video")
    await expect(form.get_by_label("What happened")).to_have_value("Line one\nline two")
    await expect(form.get_by_label("Playbook").locator("option:checked")).to_have_text(
        "Social media backlash, our fault"
    )
    await expect(form.get_by_role("checkbox")).to_be_checked()
    await form.get_by_label("Title").fill("")
    await form.get_by_role("button", name="Open").click()
    await expect(form.get_by_text("Please complete this required field.")).to_be_visible()
    await expect(form.get_by_label("Title")).to_be_focused()
    await expect(form.get_by_label("Title")).to_have_attribute("aria-invalid", "true")
    await page.keyboard.type("A private matter")
    await page.keyboard.press("Enter")
    await expect(form.get_by_text("Crisis 1 is open")).to_be_visible()
    await form.get_by_role("button", name="Close", exact=True).click()
    await expect(form).to_be_hidden()
    await expect(page.get_by_role("navigation").get_by_role("button", name="crisis-1")).to_be_visible()
    ben = await desk.window("ben")
    await expect(ben.get_by_role("navigation")).not_to_contain_text("crisis-1")


async def test_time_is_stopped_quickened_and_moved_to_what_is_due(desk: Desk) -> None:
    page = await desk.window()
    clock = page.get_by_role("group", name="Time", exact=True)
    await clock.get_by_role("button", name="Jump").click()
    await expect(page.get_by_role("alert").get_by_text("Nothing is due")).to_be_visible()
    await clock.get_by_role("button", name="Time stands still").click()
    await expect(clock.get_by_role("button", name="Time stands still")).to_have_attribute(
        "aria-pressed", "true"
    )
    await expect(clock).to_contain_text("Fri 20 Nov, 23:40")
    await opens_a_crisis(page)
    await clock.get_by_role("button", name="Jump").click()
    await expect(clock).to_contain_text("23:45")
    bot = page.get_by_role("navigation").get_by_role("button", name="crisis-bot")
    await expect(bot).to_contain_text("1 mention")
    await bot.click()
    await page.get_by_role("button", name="Snooze").click()
    await page.get_by_role("menuitemradio", name="15 min").click()
    await expect(message(page, "Answered")).to_contain_text("@ana")
    await clock.get_by_role("button", name="A minute a second").click()
    await expect(clock).to_contain_text("23:46")


async def test_hostile_text_is_shown_and_does_nothing(desk: Desk) -> None:
    page, other = await desk.window("ana"), await desk.window("ben")
    texts = [
        "<script>window.hacked = 1</script>",
        '<img src="x" onerror="window.hacked = 1">',
        "\"'><svg onload=window.hacked=1>",
        "[click](javascript:window.hacked=1) javascript:window.hacked=1",
        "&lt;b&gt; <b>bold</b>",
    ]
    for text in texts:
        await says(page, text)
        await expect(message(other, text)).to_be_visible()
    await says(page, f"/crisis open sev4 general {texts[1]}")
    await page.get_by_role("navigation").get_by_role("button", name="crisis-1").click()
    await expect(page.get_by_text(texts[1]).first).to_be_visible()
    for window in (page, other):
        assert await window.evaluate("window.hacked === undefined")
        assert (
            await window.locator("main img, main script, main svg, main b, main [href^=javascript]").count()
            == 0
        )


async def test_of_five_hundred_messages_only_the_new_ones_are_drawn(desk: Desk) -> None:
    assert desk.demo is not None
    ana = next(p for p in desk.demo.slack.people.values() if p.name == "ana")
    for number in range(500):
        await ana.says("#general", f"Message number {number}, with some words to read and a *bold* one")
    page = await desk.window("ben")
    messages = page.get_by_role("list", name="Messages").locator(".message")
    await expect(messages).to_have_count(100)
    await expect(messages.last).to_be_in_viewport()
    earlier = page.get_by_role("button", name="Show earlier messages (400)")
    await earlier.scroll_into_view_if_needed()
    before = await messages.first.bounding_box()
    await earlier.click()
    await expect(messages).to_have_count(200)
    after = await messages.nth(100).bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) < 60
    kept = await messages.nth(150).element_handle()
    for number in range(20):
        await ana.says("#general", f"Live {number}")
    await expect(messages.filter(has_text="Live 19")).to_have_count(1)
    assert await messages.nth(150).evaluate("(node, kept) => node === kept", kept)


async def test_a_stopped_demo_is_waited_for_and_goes_on(
    browser: Browser, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    file = tmp_path / "demo.db"
    async with at_desk(browser, request, tmp_path) as desk:
        async with demo(0, file, guided=False) as desk.demo:
            port = int(desk.demo.address.rstrip("/").rpartition(":")[2])
            page = await desk.window()
            room = await opens_a_crisis(page)
            await says(page, "before the break")
            await expect(message(page, "before the break")).to_be_visible()
        await expect(page.get_by_text("The workspace is not running")).to_be_visible()
        async with demo(port, file, guided=False):
            await expect(page.get_by_text("The workspace is not running")).to_be_hidden()
            await expect(page.get_by_role("heading", level=1, name=room)).to_be_visible()
            await expect(message(page, "before the break")).to_have_count(1)
            await says(page, "/crisis step Call the neighbour")
            await expect(page.get_by_text("Checklist 0/15")).to_be_visible()


async def test_another_demo_under_an_old_page_is_shown_as_it_is(
    browser: Browser, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    async with at_desk(browser, request, tmp_path) as desk:
        async with demo(0, None, guided=False) as desk.demo:
            port = int(desk.demo.address.rstrip("/").rpartition(":")[2])
            page = await desk.window()
            await opens_a_crisis(page)
            await page.get_by_role("button", name="2 pinned messages").click()
            await page.get_by_role("complementary", name="Pinned messages").wait_for()
            await page.get_by_role("button", name="Done").first.click()
            await page.get_by_role("dialog", name="Finish step 1").wait_for()
        await expect(page.get_by_text("The workspace is not running")).to_be_visible()
        async with demo(port, None, guided=False):
            await expect(page.get_by_role("heading", level=1, name="general")).to_be_visible()
            await expect(page.get_by_role("dialog")).to_be_hidden()
            await expect(page.get_by_role("complementary")).to_be_hidden()
            await expect(page.get_by_role("navigation")).not_to_contain_text("crisis-1")
            await expect(page.locator(".message")).to_have_count(0)


async def test_the_bot_may_stop_and_start_under_an_open_page(desk: Desk) -> None:
    assert desk.demo is not None
    page = await desk.window()
    await desk.demo.bot.stop()
    await says(page, "/crisis list")
    await expect(page.get_by_text('/crisis failed with the error "dispatch_failed"')).to_be_visible()
    await desk.demo.bot.start()
    await opens_a_crisis(page)
