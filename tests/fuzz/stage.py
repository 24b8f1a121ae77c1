"""One long-lived town for many examples, and what must hold after each of them."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Coroutine, Iterator
from functools import partial
from typing import Any, TypeVar

from bot.domain.handover import offer_role
from bot.domain.legal import LAWS, start_legal_clock
from bot.domain.model import Incident, RoleHolding
from bot.domain.roles import give_role
from bot.export import record, to_html, to_json, to_markdown
from bot.simulator import Person, composing, payloads
from bot.simulator.blocks import check_view
from bot.simulator.deliveries import Answer
from bot.simulator.state import Channel, Message
from bot.simulator.team import SLACKBOT_ID
from bot.simulator.visible import mentions
from bot.slack.fitting import text_length
from tests.fuzz.texts import VICTIM
from tests.histories.conftest import Town
from tests.histories.listening import FAILURES
from tests.html_page import Page
from tests.slack.judging import _mrkdwn, independent_view, independently, no_forged_link

T = TypeVar("T")
SECRET = "Zebra in the vault"
"""The title of the private crisis."""
TEXT_MOST, ALL_TEXT_MOST = 4000, 11_300
"""Slack's limits for a text, and for all texts of a message together (measured: it refuses somewhere above). Not ours."""
MANY = 25
"""Updates or steps after which a new crisis is taken, lest every card is full."""
OF_THE_PERSON = {
    "invalid_trigger_id",
    "exchanged_trigger_id",
    "user_not_found",
    "not_found",
    "channel_not_found",
}
"""What Slack answers to a call that names what a forged delivery named. All else is a call that we got wrong."""


class Stage:
    """A town, driven from tests that are not asynchronous themselves: hypothesis is not."""

    def __init__(self, runner: asyncio.Runner, town: Town, errors: list[str]) -> None:
        self.runner, self.town, self.slack, self.errors = runner, town, town.slack, errors
        self.registry = town.app.router._registry
        self.guest = self.slack.add_person("gus", guest=True)
        self.number = 0
        self.private = 0
        self._judged = self._called = 0
        self._whispers: Counter[str] = Counter()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    # -- what there is -----------------------------------------------------------------------------------

    def aimed(self, text: str) -> str:
        """The text with its mentions of the victim real ones."""
        return text.replace(VICTIM, self.town.dana.id)

    async def begin(self) -> None:
        """One private crisis of Ana's, and one at hand."""
        await self.town.ana.types("#general", "/crisis")
        await self.town.sends(
            self.town.ana,
            "Open a crisis",
            {"Title": SECRET, "Private": ["Only the people in its channel can see it"]},
        )
        self.private = (await self.town.app.store.numbers(viewer=self.town.ana.id))[-1]
        self.closes_forms()
        await self.fresh(resolved=True)
        await self.slack.interactions.command(self.town.ana.user, await self.channel(), "/crisis close")
        words = {"Summary": "It ended", "Lessons": "A word on the video", "Action items": "Call them @ben"}
        await self.town.sends(self.town.ana, "Close the crisis", words)
        await self.fresh()

    async def crisis(self, number: int | None = None) -> Incident:
        found = await self.town.app.store.crisis(number or self.number)
        assert found is not None
        return found

    async def fresh(self, *, resolved: bool = False) -> None:
        """A new crisis of Ana's is at hand: Ben is in it, a ping waits for Ana, a legal clock runs; resolved, if asked.

        Ben is Comms, and asks her to take over.
        """
        town = self.town
        await town.ana.types("#general", "/crisis open sev2 backlash Courier")
        await town.settled()
        self.number = (await town.app.store.numbers(viewer=town.ana.id))[-1]
        channel = await self.channel()
        await town.ben.joins(channel)
        await self.slack.interactions.command(
            town.ana.user, channel, "/crisis step Call the venue @ana in 1m"
        )
        await town.settled()
        since = town.slack.clock.now()
        start = partial(start_legal_clock, kind=LAWS["sec"], since=since, holder=None, by=town.ana.id)
        await town.app.service.apply(self.number, partial(start, now=since))
        given = RoleHolding("comms", town.ben.id)
        for decide in (
            partial(give_role, holding=given, by=town.ben.id),
            partial(offer_role, role="comms", to=town.ana.id, note="All of it", by=town.ben.id),
        ):
            await town.app.service.apply(self.number, partial(decide, now=since))
        await town.later(minutes=2)
        if resolved:
            await self.slack.interactions.command(town.ana.user, channel, "/crisis resolve")
            await town.settled()

    async def usable(self, *, resolved: bool = False) -> Incident:
        """The crisis at hand, or a new one where it is used up or in another state."""
        if self.number:
            crisis = await self.crisis()
            worn = len(crisis.updates) > MANY or len(crisis.steps) > MANY or not crisis.channel
            worn = worn or not crisis.legal_clocks[0].runs
            waiting = {p.about for p in crisis.pings if p.answer is None}
            waits = {"step", "offer"} <= waiting and crisis.steps[1].is_open
            waits = waits and [offer.to for offer in crisis.offers] == [self.town.ana.id]
            if not worn and (
                crisis.status == "resolved" if resolved else waits and crisis.status == "active"
            ):
                return crisis
        await self.fresh(resolved=resolved)
        return await self.crisis()

    async def channel(self, number: int | None = None) -> Channel:
        """The channel of the crisis at hand."""
        channel = (await self.crisis(number)).channel
        assert channel is not None
        return self.slack.channel(channel.id)

    async def words(self, number: int | None = None) -> Counter[str]:
        """Every text that stands in the JSON export of the crisis, and how often."""
        crisis = await self.crisis(number)
        entries = await self.town.app.store.timeline(crisis.number)
        exported = json.loads(to_json([record(crisis, entries, lambda person: person)]))
        return Counter(_texts(exported))

    async def remembers(self, number: int | None = None) -> None:
        """How the record stands now, to be compared later."""
        self._number = number or self.number
        self._before = await self.words(self._number)
        self._entries = await self.town.app.store.timeline(self._number)
        self._numbers = await self.town.app.store.numbers(viewer=self.town.ana.id)

    async def has_changed(self) -> bool:
        """The crisis looked at has new entries, or another was opened."""
        entries = await self.town.app.store.timeline(self._number)
        numbers = await self.town.app.store.numbers(viewer=self.town.ana.id)
        return (entries, numbers) != (self._entries, self._numbers)

    async def new_words(self) -> Counter[str]:
        """What stands in the record since: of a crisis that was opened meanwhile, all of it."""
        numbers = await self.town.app.store.numbers(viewer=self.town.ana.id)
        if numbers != self._numbers:
            return await self.words(numbers[-1])
        return await self.words(self._number) - self._before

    async def exports(self) -> None:
        """The crisis can be written for people, with all that stands in it."""
        crisis = await self.crisis()
        made = record(crisis, await self.town.app.store.timeline(crisis.number), lambda person: person)
        assert Page(to_html([made])).elements
        assert to_markdown([made]).startswith("# ")

    # -- what people do ------------------------------------------------------------------------------------

    async def send(self, kind: Any, payload: dict[str, Any]) -> Answer:
        """A delivery exactly as it stands here, and what came back; everything that follows has happened."""
        answer = await self.slack.deliveries.interact(kind, payload)
        await self.town.settled()
        return answer

    async def presses(self, person: Person, action: dict[str, Any], where: Channel) -> dict[str, Any]:
        """The payload of a press on the checklist of this channel."""
        message = self.checklist(where)
        url = self.slack.response_urls.new(person.id, where, message)
        surface = payloads.on_message(where, message, url)
        trigger = self.slack.views.new_trigger(person.id)
        return payloads.block_actions(
            self.slack.team, person.user, action, trigger_id=trigger, surface=surface
        )

    def checklist(self, where: Channel) -> Message:
        """A message of the bot's that stands in every crisis channel."""
        named = [m for m in where.messages.values() if "/checklist" in str(m.metadata)]
        return named[0]

    def as_seen(self, typed: str) -> str:
        """What a reader of the bot's record finds for this text of a command: as typed, people by their names."""
        sent = composing.typed(self.slack.team, typed, with_names=True)
        named = re.sub(r"<@\w+\|([^>]*)>", r"@\1", sent)
        named = re.sub(r"<!(\w+)>", r"@\1", re.sub(r"<#\w+\|([^>]*)>", r"#\1", named))
        return _unescaped(named)

    def named(self, typed: str) -> str:
        """The text of a form with people by their names."""
        return re.sub(rf"<@{self.town.dana.id}(?:\|[^>]*)?>", "@dana", typed)

    def closes_forms(self) -> None:
        """Nobody has a form open."""
        self.slack.views.stacks.clear()

    # -- what must hold ------------------------------------------------------------------------------------

    def nothing_bad(self, *, forged: bool = False, answer: Answer | None = None) -> None:
        """Nothing failed, Slack takes all that was sent to it, and nobody was disturbed whom nobody meant."""
        found, self.errors[:] = list(self.errors), []
        assert not found, found
        assert answer is None or answer.is_acked, "Slack got no acknowledgement"
        new, self._judged = self.slack.payloads[self._judged :], len(self.slack.payloads)
        for kind, payload in new:
            self.judge(kind, payload)
        calls, self._called = self.slack.calls[self._called :], len(self.slack.calls)
        refused = [
            (c.method, c.error, c.args)
            for c in calls
            if c.error and not (forged and c.error in OF_THE_PERSON)
        ]
        assert not [r for r in refused if r[:2] != ("users.info", "user_not_found")], refused
        for channel in self.slack.team.channels.values():
            before, self._whispers[channel.id] = self._whispers[channel.id], len(channel.ephemerals)
            trouble = [m.body for m in channel.ephemerals[before:] if m.user_id == SLACKBOT_ID]
            assert not trouble, trouble
        assert not [v for v in self.slack.views.all() if v.trouble]

    def judge(self, kind: str, payload: dict[str, Any]) -> None:
        """Slack takes this message or form, and it acts on nobody."""
        text = json.dumps(payload, ensure_ascii=False)
        assert not [f for f in FAILURES if f in text], text
        marks = "\n".join([str(payload.get("text") or ""), *_mrkdwn(payload)])
        if kind == "view":
            independent_view(payload)
        else:
            blocks = payload.get("blocks") or []
            assert str(payload["text"]).strip(), "a screen reader would read nothing"
            assert len(payload["text"]) <= TEXT_MOST
            assert text_length(blocks) <= ALL_TEXT_MOST
            independently(payload["text"], blocks)
            for shown in (mentions({"blocks": blocks}), mentions({"text": payload["text"]})):
                assert not shown.channel_wide, payload
                assert not shown.groups, payload
                assert shown.users <= set(self.slack.people), payload
        assert f"<@{self.town.dana.id}" not in marks, marks
        assert "<!channel" not in marks, marks
        assert "<!here" not in marks, marks
        no_forged_link(marks)

    def judge_answer(self, kind: str, answer: Answer, view: dict[str, Any] | None = None) -> None:
        """What came back with the acknowledgement of a raw delivery is something Slack can show."""
        body = answer.payload
        if kind == "slash_commands" and body:
            self.judge("message", {"text": body["text"], "blocks": body.get("blocks") or []})
        match body.get("response_action"):
            case "errors":
                fields = {
                    b.get("block_id", "") for b in (view or {}).get("blocks", ()) if b["type"] == "input"
                }
                assert body["errors"], body
                assert not fields or set(body["errors"]) <= fields, body
                assert all(why.strip() for why in body["errors"].values()), body
            case "update":
                check_view(body["view"])
                self.judge("view", body["view"])
            case _:
                pass


def _unescaped(text: str) -> str:
    """Slack's three escapes and the brackets around its links undone."""
    text = re.sub(r"<(https?://[^>]*)>", r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
