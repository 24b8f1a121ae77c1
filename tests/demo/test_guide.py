"""The guided crisis without a browser: after everything people do, the guide says what is next, to whom."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest_asyncio

from bot.app import App
from bot.demo.guide import Guide
from bot.demo.stage import SOCIAL, STARTS_AT, bot_in, evening, people, workspace
from bot.demo.tour import STEPS
from bot.simulator import Person, Slack, VisibleMessage
from bot.simulator.page import Host, Page, Panel, ReadMarks

ROOM = "#crisis-1-courier-video"
BACKLASH = "Social media backlash, our fault"


@dataclass
class Tour:
    """The workspace with the guide in it."""

    slack: Slack
    app: App
    guide: Guide
    marks: ReadMarks

    @property
    def ana(self) -> Person:
        return self.called("ana")

    @property
    def ben(self) -> Person:
        return self.called("ben")

    def called(self, name: str) -> Person:
        return next(p for p in self.slack.people.values() if p.name == name)

    def says(self, person: Person | None = None) -> str:
        """What the guide says to this person (Ana), title and text; its progress is one of all steps."""
        panel = self.panel(person)
        assert 0 <= panel.done <= panel.total == len(STEPS)
        return "\n".join([panel.title, *panel.paragraphs])

    def panel(self, person: Person | None = None) -> Panel:
        panel = self.guide.panel(person or self.ana)
        assert panel is not None
        return panel

    async def settled(self) -> None:
        while True:
            before = len(self.slack.calls)
            await self.slack.settled()
            await self.app.settle()
            if len(self.slack.calls) == before:
                return

    async def types(self, text: str, where: str = ROOM, by: Person | None = None) -> None:
        await (by or self.ana).types(where, text)
        await self.settled()

    def reads(self, where: str, by: Person | None = None) -> None:
        """They have everything in the channel in front of them."""
        who = by or self.ana
        self.marks.set(who.id, self.slack.channel(where.lstrip("#")).id, who.sees(where)[-1].ts)

    async def clicks(self, message: VisibleMessage, label: str, near: str | None = None) -> None:
        who = next(p for p in self.slack.people.values() if p.user is message.screen.viewer)
        await who.clicks(message, label, near=near)
        await self.settled()

    def found(self, person: Person, where: str, starts: str) -> VisibleMessage:
        return [m for m in person.sees(where) if m.text.startswith(starts)][-1]

    async def press(self, button: str) -> None:
        await self.guide.press(self.ana, button)
        await self.settled()

    async def with_company(self) -> None:
        """The crisis is open, and Ben is in it."""
        await self.types("/crisis open sev2 backlash Courier video", "#general")
        self.reads(ROOM)
        await self.types("/crisis role comms @ben")

    async def finishes(self, person: Person, title: str) -> None:
        await self.clicks(self.found(person, ROOM, "Checklist"), "Done", near=title)
        form = person.form
        assert form is not None
        await person.fills({next(iter(form.fields)): "All channels and ads, by me"})
        await person.submits()
        await self.settled()

    async def closes(self) -> None:
        await self.types("/crisis close")
        await self.ana.fills(
            {"Summary": "We apologised.", "Lessons": "Keep one list of who can pause posts."}
        )
        await self.ana.submits()
        await self.settled()


@pytest_asyncio.fixture
async def tour(tmp_path: Path) -> AsyncIterator[Tour]:
    async with workspace() as slack:
        people(slack)
        await evening(slack)
        marks = ReadMarks()
        guide = Guide(slack, marks)
        async with bot_in(slack, tmp_path / "demo.db", ticking=False) as app:
            stop = guide.start(Page(slack, Host(next_due=app.service.next_due), marks=marks))
            yield Tour(slack, app, guide, marks)
            stop()


async def test_the_story_as_it_is_told(tour: Tour) -> None:
    ana, ben = tour.ana, tour.ben
    assert "It is 23:40" in tour.says()
    tour.reads(SOCIAL)
    assert "choose *Open a crisis*" in tour.says()
    await ana.uses_shortcut(tour.found(ana, SOCIAL, "A customer posted"), "Open a crisis")
    await ana.is_shown_form("Open a crisis")
    assert "press *Open*" in tour.says()
    await ana.fills({"Title": "Courier video", "Playbook": BACKLASH})
    await ana.submits()
    await tour.settled()
    assert "Close the form, then click *crisis-1-courier-video*" in tour.says()
    await ana.dismisses()
    tour.reads(ROOM)
    assert "`/crisis role comms @ben`" in tour.says()
    await tour.types("/crisis role comms @ben")
    assert tour.says().startswith("Claim a step\nThis one is Ben's.")
    become = tour.panel().become
    assert become is not None
    assert (become.handle, become.place) == ("ben", tour.slack.channel(ROOM.lstrip("#")).id)
    assert "*2. Pause scheduled posts, ads and automatic replies*" in tour.says(ben)
    await tour.clicks(tour.found(ben, ROOM, "Checklist"), "Claim", near="Pause scheduled")
    assert "Press *Done* below the same step" in tour.says(ben)
    await tour.clicks(tour.found(ben, ROOM, "Checklist"), "Done", near="Pause scheduled")
    assert "`All channels and ads, by me`" in tour.says(ben)
    await ben.fills({"Which channels are paused, and who paused them": "All channels and ads, by me"})
    await ben.submits()
    await tour.settled()
    assert "Press the button" in tour.says()
    await tour.press("time")
    assert "Click *crisis-bot* at the left" in tour.says()
    assert "This one is Ana's" in tour.says(ben)
    await tour.clicks(ana.dms()[-1], "On it")
    assert "`/crisis update We have seen the video and are calling the customer.`" in tour.says()
    await tour.types("/crisis update We have seen the video and are calling the customer.")
    assert "`/crisis resolve`" in tour.says()
    await tour.types("/crisis resolve")
    assert "`/crisis close`" in tour.says()
    await tour.types("/crisis close")
    assert "`Write that list @ben by 2026-12-04`" in tour.says()
    await ana.fills(
        {
            "Summary": "We apologised and replaced the parcel.",
            "Lessons": "Keep one list of who can pause posts.",
            "Action items": "Write that list @ben by 2026-12-04",
        }
    )
    await ana.submits()
    await tour.settled()
    assert "`/crisis open backlash Another courier video`" in tour.says()
    await tour.types("/crisis open backlash Another courier video", "#general")
    assert "read *What we learned last time*" in tour.says()
    learned = tour.found(ana, "#crisis-2-another-courier-video", "What we learned last time")
    assert "Keep one list of who can pause posts." in learned.text
    assert "Write that list" in learned.text
    tour.reads("#crisis-2-another-courier-video")
    for person in (ana, ben):
        panel = tour.panel(person)
        assert panel.title == "That was the whole crisis"
        assert panel.done == panel.total


async def test_whoever_goes_another_way_is_met_where_they_are(tour: Tour) -> None:
    await tour.types("/crisis open sev1 product-harm Hot batteries", "#general")
    assert "Go to its channel" in tour.says()
    room = "#crisis-1-hot-batteries"
    await tour.types("/crisis update We are looking into it.", room)
    tour.reads(room)
    assert "Bring somebody in" in tour.says()
    await tour.ana.invites("@maya", room)
    await tour.settled()
    maya = tour.called("maya")
    assert "This one is Maya's" in tour.says()
    assert tour.panel(maya).become is None
    await tour.types("/crisis resolve", room)
    assert "Keep what was learned" in tour.says()
    assert tour.panel().done == 9


async def test_steps_done_before_their_turn_are_skipped(tour: Tour) -> None:
    await tour.with_company()
    await tour.types("/crisis update We see it.")
    await tour.finishes(tour.ana, "Pause scheduled")
    assert "A step is missed" in tour.says()
    await tour.press("time")
    await tour.ana.chooses(tour.ana.dms()[-1], "15 min")
    await tour.settled()
    assert "It calms down" in tour.says()


async def test_a_cancelled_crisis_leads_back_to_the_start_and_a_reopened_one_goes_on(tour: Tour) -> None:
    await tour.with_company()
    await tour.types("/crisis cancel opened by mistake")
    assert "It is 23:40" in tour.says()
    await tour.types("/crisis open backlash Courier video again", "#general")
    room = "#crisis-2-courier-video-again"
    tour.reads(room)
    await tour.types("/crisis resolve", room)
    assert "Keep what was learned" in tour.says()
    await tour.types("/crisis reopen", room)
    assert "Bring somebody in" in tour.says()


async def test_a_second_crisis_of_another_kind_is_told_what_it_lacks(tour: Tour) -> None:
    await tour.with_company()
    await tour.types("/crisis resolve")
    await tour.closes()
    await tour.types("/crisis open outage The order page is down", "#general")
    assert "does not resemble the first one" in tour.says()
    await tour.types("/crisis open backlash Another courier video", "#general")
    assert "read *What we learned last time*" in tour.says()


async def test_the_tour_is_left_and_taken_up_again_where_it_was(tour: Tour) -> None:
    await tour.with_company()
    before = tour.says()
    await tour.press("leave")
    assert tour.panel().folded
    assert tour.panel(tour.ben).folded
    again = Guide(tour.slack, tour.marks)
    again.restore(tour.guide.kept())
    folded = again.panel(tour.ana)
    assert folded is not None
    assert folded.folded
    await tour.press("back")
    assert tour.says() == before


async def test_started_again_it_is_another_evening_with_the_same_news(tour: Tour) -> None:
    await tour.with_company()
    tour.reads(SOCIAL)
    await tour.types("/crisis resolve")
    await tour.closes()
    await tour.press("again")
    assert tour.says().startswith("It is 23:40")
    assert tour.panel().done == 0
    assert (tour.slack.clock.now() - STARTS_AT).days == 1
    await tour.types("/crisis open backlash Courier video", "#general")
    assert "crisis-2-courier-video" in tour.says()


async def test_a_private_crisis_can_be_the_one(tour: Tour) -> None:
    await tour.ana.types("#general", "/crisis")
    await tour.ana.is_shown_form("Open a crisis")
    field = next(name for name in tour.ana.form.fields if name.startswith("Private"))  # type: ignore[union-attr]
    private = tour.ana.form.options[field][0]  # type: ignore[union-attr]
    await tour.ana.fills({"Title": "Courier video", "Playbook": BACKLASH, field: [private]})
    await tour.ana.submits()
    await tour.settled()
    tour.reads("#crisis-1")
    assert "Bring somebody in" in tour.says()
    assert "This one is Ana's" in tour.says(tour.ben)
