"""What Slack's profiles and do-not-disturb tell of whether somebody will see a message."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.model import Absence
from bot.slack.people import AWAY_WORDS, People, Person

NOW = datetime(2026, 11, 20, 23, 40, tzinfo=UTC)


def person(text: object = "", emoji: object = "", expiration: object = 0, **more: Any) -> Person:
    profile = {"status_text": text, "status_emoji": emoji, "status_expiration": expiration}
    return Person.read({"id": "UBEN", "profile": profile, **more})


def epoch_s(**later: int) -> int:
    return int((NOW + timedelta(**later)).timestamp())


@pytest.mark.parametrize("word", AWAY_WORDS)
def test_every_word_for_being_away_counts_whatever_the_case(word: str) -> None:
    for text in (word, f"{word.upper()} until Monday", f"I am {word}, call Cleo"):
        assert person(text).absence(NOW) == Absence("UBEN", "away", text)


@pytest.mark.parametrize("emoji", [":palm_tree:", ":face_with_thermometer:"])
def test_slack_s_own_statuses_for_it_count_in_any_language(emoji: str) -> None:
    assert person("Im Urlaub", emoji).absence(NOW) == Absence("UBEN", "away", "Im Urlaub")
    assert person("", emoji).absence(NOW) == Absence("UBEN", "away")


@pytest.mark.parametrize(
    ("text", "emoji"),
    [
        ("", ""),
        ("In a meeting", ":spiral_calendar_pad:"),
        ("Commuting", ":bus:"),
        ("Working remotely", ":house_with_garden:"),
        ("Kick-off with the new customer", ""),
        ("Off-site in Lyon", ""),
        ("Our office is the best", ":office:"),
        ("Giveaway day", ""),
        ("Homesick for Lisbon", ""),
    ],
)
def test_any_other_status_speaks_against_nothing(text: str, emoji: str) -> None:
    assert person(text, emoji).absence(NOW) is None


def test_a_status_counts_until_it_expires() -> None:
    until = NOW + timedelta(days=2)
    assert person("On leave", expiration=epoch_s(days=2)).absence(NOW) == Absence(
        "UBEN", "away", "On leave", until
    )
    assert person("On leave", expiration=epoch_s(seconds=0)).absence(NOW) is None


def test_a_deactivated_account_is_no_question_of_its_status() -> None:
    gone = person("On leave", expiration=epoch_s(days=-2), deleted=True)
    assert gone.absence(NOW) == Absence("UBEN", "deactivated in Slack")


@pytest.mark.parametrize("expiration", [None, "soon", -5, 10**30, []])
def test_an_expiration_that_makes_no_sense_is_none(expiration: object) -> None:
    assert person("On leave", expiration=expiration).absence(NOW) in (
        Absence("UBEN", "away", "On leave"),
        None,
    )


class Answering(AsyncWebClient):
    """Slack, with these answers."""

    def __init__(self, user: dict[str, Any], dnd: dict[str, Any]) -> None:
        super().__init__("xoxb-1")
        self.user, self.dnd, self.asked = user, dnd, list[str]()

    async def users_info(self, **_: Any) -> Any:
        self.asked.append("users.info")
        return {"user": self.user}

    async def dnd_info(self, **_: Any) -> Any:
        self.asked.append("dnd.info")
        return self.dnd


@pytest.mark.parametrize(
    ("window", "until"),
    [
        ((epoch_s(hours=-2), epoch_s(hours=7)), NOW + timedelta(hours=7)),
        ((epoch_s(), epoch_s(seconds=1)), NOW + timedelta(seconds=1)),
        ((epoch_s(seconds=1), epoch_s(hours=9)), None),
        ((epoch_s(hours=-9), epoch_s()), None),
        ((1, 1), None),
        ((0, 0), None),
        ((None, None), None),
        (("x", "y"), None),
    ],
)
async def test_only_an_open_window_of_do_not_disturb_counts(
    window: tuple[object, object], until: datetime | None
) -> None:
    dnd = {"dnd_enabled": True, "next_dnd_start_ts": window[0], "next_dnd_end_ts": window[1]}
    people = People(Answering({"id": "UBEN"}, dnd))
    expected = Absence("UBEN", "in do-not-disturb", until=until) if until else None
    assert await people.unreachable("UBEN", NOW) == expected


async def test_who_is_known_to_be_away_is_not_asked_about_further_and_who_was_just_looked_up_costs_one_call() -> (
    None
):
    away = Answering({"id": "UBEN", "profile": {"status_text": "Sick"}}, {})
    assert await People(away).unreachable("UBEN", NOW)
    assert away.asked == ["users.info"]
    there = Answering({"id": "UBEN"}, {})
    people = People(there)
    await people.get("UBEN")
    assert await people.unreachable("UBEN", NOW) is None
    assert there.asked == ["users.info", "dnd.info"]
