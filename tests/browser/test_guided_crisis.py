"""The guided crisis in a real browser, as two people, by what is written on the screen alone."""

from __future__ import annotations

import re
from typing import Literal

import pytest

from tests.browser.conftest import Desk, says
from tests.browser.looking import accessible, fits
from tests.browser.playing import Locator, Page, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = {"width": 360, "height": 740}
ROOM = "crisis-1-courier-video"


def guide(page: Page, title: str | None = None) -> Locator:
    """The guide, at the step with this title."""
    panel = page.locator("#panel")
    return panel.filter(has=page.get_by_role("heading", name=title, exact=True)) if title else panel


def place(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation").get_by_role("button", name=name)


def row(page: Page, title: str) -> Locator:
    """The buttons below this step of the checklist."""
    checklist = page.get_by_role("list", name="Messages").get_by_role("listitem").filter(has_text="Checklist")
    return checklist.locator(".section").filter(has_text=title).locator("xpath=following-sibling::*[1]")


async def told(page: Page, title: str, text: str = "") -> None:
    """The guide is at this step, says this, and the screen is accessible."""
    await expect(guide(page, title)).to_contain_text(text)
    await accessible(page)


async def types_what_the_guide_says(page: Page) -> None:
    """The command in the guide's text is typed as it stands there."""
    command = await guide(page).locator("code").last.inner_text()
    assert command.startswith("/crisis ")
    await says(page, command)


async def opened_by_form(ana: Page) -> None:
    """Ana reads the news and opens a crisis from Ben's message."""
    await told(ana, "It is 23:40", "Click social-media at the left.")
    await place(ana, "social-media").click()
    await told(ana, "Open a crisis", "Point at Ben's message")
    news = ana.get_by_role("list", name="Messages").get_by_role("listitem").filter(has_text="two million")
    await news.hover()
    await news.get_by_role("button", name="More actions").click()
    await ana.get_by_role("menuitem", name="Open a crisis").click()
    form = ana.get_by_role("dialog", name="Open a crisis")
    await expect(form).to_contain_text("Then press Open.")
    await accessible(ana)
    await form.get_by_label("Title").fill("Courier video")
    await form.get_by_label("Playbook").select_option("Social media backlash, our fault")
    await form.get_by_role("button", name="Open", exact=True).click()
    await expect(form).to_contain_text(f"Close the form, then click {ROOM} at the left.")
    await form.get_by_role("button", name="Close", exact=True).click()
    await told(ana, "Go to its channel")
    await place(ana, ROOM).click()
    await told(ana, "Bring somebody in", "Two messages are pinned here.")


async def worked_on(ana: Page, ben: Page) -> None:
    """Ben comes in, claims a step and finishes it with proof."""
    await types_what_the_guide_says(ana)
    await told(ana, "Claim a step", "This one is Ben's.")
    await expect(guide(ana).get_by_role("link", name="Be Ben now")).to_be_visible()
    await told(ben, "Claim a step", "Pause scheduled posts")
    await place(ben, ROOM).click()
    await row(ben, "Pause scheduled posts").get_by_role("button", name="Claim").click()
    await told(ben, "Finish it", "Press Done below the same step")
    await row(ben, "Pause scheduled posts").get_by_role("button", name="Done").click()
    form = ben.get_by_role("dialog", name="Finish step 2")
    await form.get_by_label("Which channels are paused").fill(await form.locator("code").inner_text())
    await accessible(ben)
    await form.get_by_role("button", name="Done").click()
    await expect(form).to_be_hidden()


async def a_step_is_missed(ana: Page) -> None:
    await told(ana, "A step is missed", "Press the button and see who is reminded.")
    await guide(ana).get_by_role("button", name="Let time pass").click()
    await told(ana, "A step is missed", "Click crisis-bot at the left")
    await place(ana, "crisis-bot").click()
    await ana.get_by_role("button", name="On it").click()
    await told(ana, "Tell everybody", "/crisis update")


async def ended(ana: Page) -> None:
    """An update, the end, and what was learned."""
    await place(ana, ROOM).click()
    await ana.get_by_role("heading", level=1, name=ROOM).wait_for()
    await types_what_the_guide_says(ana)
    await told(ana, "It calms down", "/crisis resolve")
    await types_what_the_guide_says(ana)
    await told(ana, "Keep what was learned", "/crisis close")
    await types_what_the_guide_says(ana)
    form = ana.get_by_role("dialog", name="Close the crisis")
    await expect(form).to_contain_text("The rest may stay empty.")
    await accessible(ana)
    for label in ("Summary", "Lessons", "Action items"):
        said = await form.get_by_text(re.compile(f"^{label}: ")).locator("code").inner_text()
        await form.get_by_label(label, exact=False).first.fill(said)
    await form.get_by_role("button", name="Close", exact=True).click()
    await expect(form).to_be_hidden()


async def happens_again(ana: Page) -> None:
    await told(ana, "It happens again", "/crisis open backlash Another courier video")
    await types_what_the_guide_says(ana)
    await told(ana, "Nothing is learned twice", "read What we learned last time")
    await place(ana, "crisis-2-another-courier-video").click()
    learned = ana.get_by_role("list", name="Messages").get_by_role("listitem").filter(has_text="last time")
    await expect(learned).to_contain_text("Keep one list of who can pause posts.")
    await expect(learned).to_contain_text("Write that list")
    await told(ana, "That was the whole crisis", "12 of 12")


# axe-core looks at some twenty screens, which takes its time on a busy machine.
@pytest.mark.timeout(240)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_two_people_play_the_whole_tour(guided: Desk, scheme: Literal["light", "dark"]) -> None:
    ana = await guided.window("ana", color_scheme=scheme)
    ben = await guided.window("ben", color_scheme=scheme)
    await told(ben, "It is 23:40", "This one is Ana's.")
    await opened_by_form(ana)
    await worked_on(ana, ben)
    await a_step_is_missed(ana)
    await ended(ana)
    await happens_again(ana)
    await expect(guide(ben, "That was the whole crisis")).to_be_visible()


@pytest.mark.timeout(120)
async def test_the_tour_is_left_in_the_middle_and_taken_up_again(guided: Desk) -> None:
    ana, ben = await guided.window("ana"), await guided.window("ben")
    await opened_by_form(ana)
    await guide(ana).get_by_role("button", name="Leave the tour").click()
    for page in (ana, ben):
        await expect(guide(page)).to_be_hidden()
    await expect(ana.get_by_role("button", name="Guided tour")).to_be_focused()
    await accessible(ana)
    await ana.reload()
    await expect(guide(ana)).to_be_hidden()
    await says(ana, "/crisis role comms @ben")
    await place(ben, ROOM).click()
    await ben.get_by_role("button", name="Guided tour").click()
    await told(ben, "Claim a step", "on the checklist")
    await expect(guide(ana, "Claim a step")).to_be_visible()
    await guide(ana).get_by_role("link", name="Be Ben now").click()
    await expect(ana).to_have_title(re.compile(f"{ROOM} · Ben Okoro"))
    await told(ana, "Claim a step", "on the checklist")
    await ana.reload()
    await told(ana, "Claim a step", "4 of 12")


@pytest.mark.timeout(180)
async def test_another_way_leads_to_the_same_end(guided: Desk) -> None:
    """One line instead of the form, one window for both people, steps before their turn."""
    page = await guided.window("ana")
    await says(page, "/crisis open sev2 backlash Courier video")
    await told(page, "Go to its channel", f"Click {ROOM} at the left.")
    await place(page, ROOM).click()
    await told(page, "Bring somebody in")
    await says(page, "/crisis update We see it and are checking.")
    await says(page, "/invite @ben")
    await told(page, "Claim a step")
    await guide(page).get_by_role("link", name="Be Ben now").click()
    await row(page, "Pause scheduled posts").get_by_role("button", name="Done").click()
    form = page.get_by_role("dialog", name="Finish step 2")
    await form.get_by_label("Which channels are paused").fill("All of them")
    await form.get_by_role("button", name="Done").click()
    await told(page, "A step is missed")
    await says(page, "/crisis resolve")
    await told(page, "Keep what was learned", "This one is Ana's.")
    await guide(page).get_by_role("link", name="Be Ana now").click()
    await ended_early(page)
    await happens_again(page)
    await guide(page).get_by_role("button", name="Start the tour again").click()
    await told(page, "It is 23:40", "0 of 12")


async def ended_early(page: Page) -> None:
    await types_what_the_guide_says(page)
    form = page.get_by_role("dialog", name="Close the crisis")
    await form.get_by_label("Summary").fill("We apologised.")
    await form.get_by_label("Lessons").fill("Keep one list of who can pause posts.")
    await form.get_by_label("Action items").fill("Write that list @ben by 2026-12-04")
    await form.get_by_role("button", name="Close", exact=True).click()
    await expect(form).to_be_hidden()


async def test_it_fits_a_phone(guided: Desk) -> None:
    page = await guided.window("ana", viewport=PHONE)
    await told(page, "It is 23:40")
    await fits(page)
    await page.get_by_role("button", name="Channels and people").click()
    await place(page, "social-media").click()
    await told(page, "Open a crisis")
    await says(page, "/crisis")
    await expect(page.get_by_role("dialog", name="Open a crisis")).to_contain_text("Then press Open.")
    await fits(page)
    await accessible(page)
