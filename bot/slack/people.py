"""Who is who in the workspace, asked of Slack and remembered for a while. Never a place of truth."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.model import Absence
from bot.domain.reach import DEACTIVATED
from bot.domain.words import one_line
from bot.slack.answers import NETWORK_ERRORS, Retry, meaning

REMEMBER_S = 600
"""How long an answer is good for."""
DAY_S = 86_400
"""The same for what hardly ever changes: who is a guest."""
FRESH_S = 30
"""A name nobody knows is looked up again after this."""
PAGE = 200
LEARN_PAUSE_S = 3.0
"""Between two pages of everybody: users.list may be called 20 times a minute (docs.slack.dev, rate limits: tier 2)."""
LEARN_MAX = 20_000
"""More people are not learned in advance; who opens a crisis there is looked up when they do."""

AWAY_EMOJI = (":palm_tree:", ":face_with_thermometer:")
"""Of the statuses Slack offers by itself, in whatever language: on holiday, and ill. Commuting or in a meeting is not away."""
AWAY_WORDS = (
    "out of office",
    "out of the office",
    "ooo",
    "pto",
    "away",
    "vacation",
    "vacationing",
    "holiday",
    "holidays",
    "leave",
    "sick",
    "off",
)
"""Words of a custom status that mean the same."""
_AWAY = re.compile(rf"(?<![\w-])(?:{'|'.join(AWAY_WORDS)})(?![\w-])", re.IGNORECASE)
"""As words of their own: a kick-off is no day off."""


@dataclass(frozen=True, slots=True)
class Person:
    """A Slack user."""

    id: str
    handle: str
    real_name: str
    display_name: str
    tz: str | None
    is_bot: bool
    deactivated: bool
    guest: bool
    """A guest of the workspace, or somebody of another one (Slack Connect)."""
    status: str = ""
    """The words of their custom status."""
    status_emoji: str = ""
    status_until: datetime | None = None
    """When the status ends; None: when they change it."""

    def absence(self, now: datetime) -> Absence | None:
        """Why they will probably not see a message, as far as their profile tells; None: nothing speaks against it."""
        if self.deactivated:
            return Absence(self.id, DEACTIVATED)
        if self.status_until is not None and self.status_until <= now:
            return None
        if self.status_emoji not in AWAY_EMOJI and not _AWAY.search(self.status):
            return None
        return Absence(self.id, "away", self.status, self.status_until)

    @property
    def name(self) -> str:
        return self.display_name or self.real_name or self.handle

    @property
    def zone(self) -> ZoneInfo | None:
        """Where they are; None when Slack does not tell it, or names a zone this machine does not know."""
        try:
            return ZoneInfo(self.tz) if self.tz else None
        except (ValueError, OSError, KeyError):
            return None

    @classmethod
    def read(cls, user: Mapping[str, Any]) -> Person:
        profile = user.get("profile") or {}
        return cls(
            id=user["id"],
            handle=user.get("name") or "",
            real_name=user.get("real_name") or profile.get("real_name") or "",
            display_name=profile.get("display_name") or "",
            tz=user.get("tz"),
            is_bot=bool(user.get("is_bot")) or user["id"] == "USLACKBOT",
            deactivated=bool(user.get("deleted")),
            guest=any(user.get(k) for k in ("is_restricted", "is_ultra_restricted", "is_stranger")),
            status=one_line(profile.get("status_text") or ""),
            status_emoji=profile.get("status_emoji") or "",
            status_until=_moment(profile.get("status_expiration")),
        )


class People:
    """Looks people up by id and by the name somebody typed."""

    def __init__(self, web: AsyncWebClient) -> None:
        self._web = web
        self._known: dict[str, tuple[float, Person]] = {}
        self._listed_at = float("-inf")
        self._listing = asyncio.Lock()

    async def get(self, user_id: str, *, not_older_s: float = REMEMBER_S) -> Person | None:
        """The person, as they were so many seconds ago at most (0: now); None when Slack does not know them.

        Raises SlackApiError when Slack fails.
        """
        at, person = self._known.get(user_id, (float("-inf"), None))
        if person is not None and time.monotonic() - at < not_older_s:
            return person
        try:
            answer = await self._web.users_info(user=user_id)
        except SlackApiError as error:
            if error.response.get("error") in ("user_not_found", "user_not_visible"):
                return None
            raise
        return self._remember(answer["user"])

    def has_left(self, user_id: str) -> bool:
        """Whether Slack said lately that this account is deactivated; nobody is asked for it now."""
        _, person = self._known.get(user_id, (0.0, None))
        return person is not None and person.deactivated

    def zone(self, user_id: str) -> ZoneInfo | None:
        """Where this person was when they were last looked up; nobody is asked for it now."""
        _, person = self._known.get(user_id, (0.0, None))
        return person.zone if person is not None else None

    async def zones(self, user_ids: Iterable[str], *, otherwise: tzinfo) -> Callable[[str], tzinfo]:
        """Where these people are; `otherwise` for those of whom Slack does not tell it now."""
        people = list(user_ids)
        asked = (self.get(person, not_older_s=DAY_S) for person in people)
        found = await asyncio.gather(*asked, return_exceptions=True)
        known = {
            person: a.zone
            for person, a in zip(people, found, strict=True)
            if isinstance(a, Person) and a.zone
        }
        return lambda person: known.get(person, otherwise)

    async def unreachable(self, user_id: str, now: datetime) -> Absence | None:
        """Why this person will probably not see a message; None when nothing speaks against it, or we cannot find out.

        For somebody looked up just before it is one call. Being away from the keyboard is no reason.
        """
        try:
            person = await self.get(user_id)
            if person is not None and (absence := person.absence(now)):
                return absence
            dnd = await self._web.dnd_info(user=user_id)
        except (SlackApiError, *NETWORK_ERRORS):
            return None
        # The window that is open now or opens next, a pause of notifications included; 1 to 1 when there is none. Whether it is
        # a pause, Slack tells only the person themselves (docs.slack.dev, dnd.info).
        start, end = _moment(dnd.get("next_dnd_start_ts")), _moment(dnd.get("next_dnd_end_ts"))
        if start is None or end is None or not start <= now < end:
            return None
        return Absence(user_id, "in do-not-disturb", until=end)

    async def learn(self, patient: AsyncWebClient, *, pause_s: float = LEARN_PAUSE_S) -> None:
        """Everybody is known for a day, so that nobody who opens a crisis waits while Slack is asked who they are.

        Page by page and in no hurry. It ends when Slack does not go on: who is not known then is asked for when needed.
        """
        cursor, pages = "", 0
        while pages * PAGE < LEARN_MAX:
            try:
                cursor = await self._page(patient, cursor)
            except (SlackApiError, *NETWORK_ERRORS) as error:
                outcome = meaning(error)
                if not isinstance(outcome, Retry) or outcome.after is None:
                    return
                await asyncio.sleep(outcome.after.total_seconds())
                continue
            pages += 1
            if not cursor:
                return
            await asyncio.sleep(pause_s)

    async def find(self, name: str) -> list[Person]:
        """Everybody whose handle, display name or full name this is, whatever the case; active people first."""
        found = self._matching(name)
        if not found and time.monotonic() - self._listed_at > FRESH_S:
            await self._list()
            found = self._matching(name)
        return sorted(found, key=lambda p: (p.deactivated, p.is_bot))

    async def names(self) -> dict[str, str]:
        """Everybody's name by id. Raises what the SDK raises."""
        await self._list()
        return {user_id: person.name for user_id, (_, person) in self._known.items()}

    def _remember(self, user: Mapping[str, Any]) -> Person:
        person = Person.read(user)
        self._known[person.id] = (time.monotonic(), person)
        return person

    def _matching(self, name: str) -> list[Person]:
        wanted = name.lstrip("@").casefold()
        return [
            p
            for _, p in self._known.values()
            if wanted in (p.handle.casefold(), p.display_name.casefold(), p.real_name.casefold())
        ]

    async def _list(self) -> None:
        async with self._listing:
            cursor = await self._page(self._web, "")
            while cursor:
                cursor = await self._page(self._web, cursor)
            self._listed_at = time.monotonic()

    async def _page(self, web: AsyncWebClient, cursor: str) -> str:
        """The people of one page are known; where the next one begins, "" after the last."""
        answer = await web.users_list(limit=PAGE, cursor=cursor)
        for user in answer["members"]:
            self._remember(user)
        return str((answer.get("response_metadata") or {}).get("next_cursor") or "")


def _moment(epoch_s: Any) -> datetime | None:
    """The moment of Slack's number of seconds; None for none (0), or what is no moment."""
    try:
        return datetime.fromtimestamp(epoch_s, UTC) if epoch_s else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None
