"""The guide at the side of the demo's page: which step of the tour is due is read off what people see, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.demo.seen import Seen
from bot.demo.stage import STARTS_AT, evening
from bot.demo.tour import STEPS, due_step, passed
from bot.demo.words import Words, first_name
from bot.simulator import Person, Slack
from bot.simulator.errors import CannotDo
from bot.simulator.page import Become, Page, Panel, ReadMarks

LEAVE = ("leave", "Leave the tour")
AGAIN = ("again", "Start the tour again")
BACK = ("back", "Guided tour")
TIME = "time"

HOME_ZONE = ZoneInfo("Europe/Berlin")


class Guide:
    """Two things are remembered: that somebody has left the tour, and since when the story is told."""

    def __init__(self, slack: Slack, marks: ReadMarks) -> None:
        self._slack, self._marks = slack, marks
        self._left, self._since = False, ""
        self._page: Page | None = None

    def start(self, page: Page) -> Callable[[], None]:
        """The page shows the guide, and it follows what happens; calling the returned function ends that."""
        self._page = page
        page.host.panel, page.host.on_panel = self.panel, self.press
        return self._slack.changes.subscribe(lambda _: page.panel_changed())

    def kept(self) -> dict[str, Any]:
        """What `restore` takes."""
        return {"left": self._left, "since": self._since}

    def restore(self, kept: dict[str, Any]) -> None:
        self._left, self._since = bool(kept.get("left")), str(kept.get("since", ""))

    @property
    def seen(self) -> Seen:
        """What there is to see now."""
        return Seen(self._slack, self._marks.of, self._since)

    # -- what it says ----------------------------------------------------------------------------------------

    def panel(self, person: Person) -> Panel:
        """What this person reads at the side of their page."""
        if self._left:
            return Panel("Guided tour", buttons=(BACK,), folded=True)
        seen = self.seen
        step, done = due_step(seen), passed(seen)
        if step is None:
            return Panel("That was the whole crisis", THE_END, done, len(STEPS), (AGAIN, LEAVE))
        words = step.says(seen)
        if person is words.to:
            return _told(words, done)
        return _sent(words, done)

    # -- what its buttons do ---------------------------------------------------------------------------------

    async def press(self, _person: Person, button: str) -> None:
        """The button of the panel did what it says. Raises CannotDo."""
        if button == LEAVE[0]:
            self._left = True
        elif button == BACK[0]:
            self._left = False
        elif button == AGAIN[0]:
            await self._again()
        elif button == TIME:
            await self._time_passes()
        if self._page is not None:
            self._page.panel_changed()

    async def _time_passes(self) -> None:
        if self._page is None or not await self._page.jump():
            raise CannotDo("nothing is due: nothing will happen by itself until somebody does something")

    async def _again(self) -> None:
        """It is 23:40 on the next evening, and the team sees the video for the first time."""
        self._since = self._slack.team.new_ts()
        start = STARTS_AT.astimezone(HOME_ZONE)
        today = self._slack.clock.now().astimezone(HOME_ZONE)
        at = today.replace(hour=start.hour, minute=start.minute, second=0, microsecond=0)
        self._slack.clock.set(at if at > today else at + timedelta(days=1))
        await evening(self._slack)
        if self._page is not None:
            self._page.clock_moved()


THE_END = (
    "In the new channel, *What we learned last time* stands below the checklist: the lesson you wrote a moment ago, "
    "and the work that still waits for somebody.",
    "You have opened a crisis, shared the work, caught a missed step, told everybody, and learned from it.",
    "Everything stays as it is: look around, or be somebody else with the name at the top left. "
    "The README says how to set it up on your own Slack, which takes about ten minutes.",
)


def _told(words: Words, done: int) -> Panel:
    buttons = (words.button, LEAVE) if words.button else (LEAVE,)
    return Panel(words.title, words.text, done, len(STEPS), buttons, place=_place(words))


def _sent(words: Words, done: int) -> Panel:
    """For everybody else: whose turn it is, and the way to be them."""
    name = first_name(words.to)
    become = Become(words.to.name, f"Be {name} now", _place(words))
    text = (
        f"This one is {name}'s. Be {name} in this window, or with the arrow in a second one, "
        "and keep both side by side.",
    )
    return Panel(words.title, text, done, len(STEPS), (LEAVE,), become=become)


def _place(words: Words) -> str:
    return words.where.id if words.where else ""
