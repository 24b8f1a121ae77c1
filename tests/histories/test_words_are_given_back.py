"""A command that is refused gives its words back: Slack keeps nothing of a command once it was sent."""

from __future__ import annotations

import pytest

from tests.histories.conftest import Town

WORDS = "The courier was identified by the police at nine, and his brother wrote to us. " * 3
LONG = WORDS * 13
assert len(LONG) > 3000


@pytest.mark.parametrize(
    ("before", "words", "where"),
    [
        ("update", LONG, ""),
        ("note", LONG, ""),
        ("cancel", LONG, ""),
        ("sev 1", LONG, ""),
        ("step", WORDS, ""),
        ("step", f"{WORDS[:100]} in 5 blinks", ""),
        ("ntoe", WORDS, ""),
        ("update", WORDS, "#general"),
        ("open", WORDS, "#general"),
        ("open backlsh", WORDS[:100], "#general"),
    ],
)
async def test_a_refused_command_gives_back_what_was_typed(
    town: Town, before: str, words: str, where: str
) -> None:
    await town.opens(town.ana, "Courier")
    answer = await town.asks(town.ana, f"/crisis {before} {words}", where or town.channel)
    assert "".join(words.split()) in "".join(answer.split()), "a long text stands in several parts"
