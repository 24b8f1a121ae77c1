"""The real program whose Socket Mode connections are renewed and dropped while people type."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.process.conftest import until

NOTES = [f"Fact number {number}." for number in range(8)]


async def _opened(place: Any) -> str:
    await place.serves()
    await place.slack.wait_connected(2, timeout=10)
    await place.ana.types("#general", "/crisis open sev2 Courier video")
    await until(lambda: any(c.name.startswith("crisis-1") for c in place.slack.team.channels.values()))
    room = next(f"#{c.name}" for c in place.slack.team.channels.values() if c.name.startswith("crisis-1"))
    await place.ana.is_told("Checklist 0/", where=room, timeout=10)
    return room


async def _notes(place: Any, room: str, words: list[str]) -> list[str]:
    """They are typed all at once; those are given back that Slack says did not arrive."""
    await asyncio.gather(*(place.ana.types(room, f"/crisis note {word}") for word in words))
    entries = (await place.runs("export", "1"))[1]
    return [word for word in words if word not in entries]


async def test_connections_renewed_one_after_the_other_lose_nothing(place: Any) -> None:
    room = await _opened(place)
    old = list(place.slack.connections)
    typing = asyncio.create_task(_notes(place, room, NOTES))
    for socket in old:
        await place.slack.sockets.refresh(socket)
        await until(lambda: len([s for s in place.slack.connections if s not in old]) >= 1, 15)
    assert await typing == []
    await until(lambda: len([s for s in place.slack.connections if s not in old]) == 2, 15)
    entries = (await place.runs("export", "1"))[1]
    assert [entries.count(word) for word in NOTES] == [1] * len(NOTES)


async def test_both_connections_dropped_at_once_come_back_and_nothing_is_lost_in_silence(place: Any) -> None:
    room = await _opened(place)
    old = list(place.slack.connections)
    typing = asyncio.create_task(_notes(place, room, NOTES))
    await place.slack.changes.stirred()
    for socket in old:
        place.slack.sockets.drop(socket)
    lost = await typing
    assert place.ana.reads(room).count("failed with the error") >= len(lost), "Slack itself says so"
    await until(lambda: len(place.slack.connections) == 2, 20)
    assert await _notes(place, room, lost) == []
    entries = (await place.runs("export", "1"))[1]
    assert [entries.count(word) for word in NOTES] == [1] * len(NOTES)
