"""`/crisis` and anything: it is done or refused with a sentence, acts on nobody, and is kept as it was typed."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.profile import looks
from tests.fuzz.stage import Stage
from tests.fuzz.texts import texts

END = " and so it goes on until the end"
"""Behind the text of a step, lest its last words are read as its owner or time."""


def kept(word: str, seen: str) -> str:
    """What has to stand in the record when this was taken; the only changes to what was typed that there are."""
    match word:
        case "open" | "step":
            return " ".join(seen.split())  # a title is one line
        case "sev":
            return "".join(seen.split(maxsplit=1)[1:]).strip()
        case "role" | "roster" | "reopen" | "resolve":
            return ""  # these take names and numbers, and no words
        case _:
            return seen.strip()


def typed(word: str, text: str) -> tuple[str, str]:
    """What stands before the text on the line, and the text."""
    match word:
        case "open":
            return "sev3 general ", text
        case "step":
            return "", text + END
        case _:
            return "", text


def test_any_command_with_any_text(stage: Stage) -> None:
    words = [*stage.registry.commands, "sev 1", "sev 4", "status 1", "role lead", "unknown"]
    taken = {word for word in words if any_text_behind(stage, word)}
    never = {word for word in stage.registry.commands if kept(word, "words")} - taken
    only_show = {"", "list", "mine", "status", "playbooks", "help", "lessons", "actions"}
    assert never <= only_show | {"close", "handover", "legal"}, never


def any_text_behind(stage: Stage, word: str) -> int:
    """How often the command changed anything."""
    taken = 0

    @looks(13, word)
    @given(
        texts(),
        st.sampled_from(("ana", "ana", "ben", "cleo", "gus")),
        st.sampled_from(("#crisis", "#crisis", "#private", "#general")),
    )
    def any_text(text: str, who: str, where: str) -> None:
        nonlocal taken
        taken += stage.run(command(stage, word, stage.aimed(text), who, where))
        stage.nothing_bad()

    any_text()
    stage.run(stage.exports())
    return taken


async def command(stage: Stage, word: str, text: str, who: str, where: str) -> bool:
    """It changed something, and what was typed stands in the record; or nothing changed."""
    await stage.usable()
    number = stage.private if where == "#private" else stage.number
    channel = stage.slack.channel("general") if where == "#general" else await stage.channel(number)
    person = next(p for p in stage.slack.people.values() if p.name == who)
    word, _, first = word.partition(" ")
    before, text = typed(word, f"{first} {text}".strip())
    await stage.remembers(number)
    await stage.slack.interactions.command(person.user, channel, f"/crisis {word} {before}{text}")
    await stage.town.settled()
    if not await stage.has_changed():
        return False
    if not word:  # then the text began with one
        word, _, text = re.sub(r"\s+", " ", text.lstrip(), count=1).partition(" ")
        word = word.lower()
    wanted, new = kept(word, stage.as_seen(text.strip())), await stage.new_words()
    assert not wanted or wanted in new, (word, wanted, list(new))
    return True


def test_any_message_put_on_the_timeline(stage: Stage) -> None:
    @looks(60)
    @given(texts(12_000).filter(str.strip))
    def any_message(text: str) -> None:
        assert stage.run(pinned(stage, stage.aimed(text)))
        stage.nothing_bad()

    any_message()


async def pinned(stage: Stage, text: str) -> bool:
    """The message stands on the timeline as its readers saw it."""
    await stage.usable()
    channel = await stage.channel()
    await stage.remembers()
    message = await stage.town.ana.says(channel, text)
    await stage.town.ana.reacts(message, "pushpin")
    await stage.town.settled()
    return kept("note", stage.as_seen(text)) in await stage.new_words()
