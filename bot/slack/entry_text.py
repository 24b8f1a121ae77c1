"""Timeline entries as Slack shows them."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.timeline import Entry
from bot.domain.words import mention, one_line, safe
from bot.slack.phrases import isolated, linked

BOT = "crisis-bot"


def told(entry: Entry, names: Callable[[str], str] = mention) -> str:
    """The entry's sentence in mrkdwn: people as `names` writes them, what was typed made harmless."""
    mark = "\x00"
    while mark in entry.told(lambda person: person):
        mark += "\x00"
    people: list[str] = []

    def stand_in(person: str) -> str:
        people.append(person)
        return mark + str(len(people) - 1) + mark

    text = linked(safe(one_line(entry.told(stand_in))))
    for index, person in enumerate(people):
        text = text.replace(f"{mark}{index}{mark}", names(person) if person else BOT)
    return isolated(text.replace("\x00", ""))
