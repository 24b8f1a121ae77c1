"""SIGTERM in the middle of a crowd."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from tests.process.conftest import Place, until

STEPS = 30


async def test_sigterm_while_a_crowd_clicks_keeps_every_click_that_was_acknowledged(place: Place) -> None:
    slack, ana = place.slack, place.ana
    program = await place.serves()
    await ana.types("#general", "/crisis open sev2 Courier video")
    room = "#crisis-1-courier-video"
    await until(lambda: any(c.name == room[1:] and ana.id in c.members for c in slack.team.channels.values()))
    await ana.is_told("Checklist 0/", where=room, timeout=10)
    acknowledged: list[str] = []
    interact = slack.deliveries.interact

    async def watched(kind: Any, payload: dict[str, Any]) -> Any:
        answer = await interact(kind, payload)
        if answer.is_acked:
            acknowledged.append(str(payload["text"]))
        return answer

    slack.deliveries.interact = watched  # type: ignore[method-assign]
    crowd = [
        asyncio.create_task(ana.types(room, f"/crisis note Call from branch {number}-"))
        for number in range(STEPS)
    ]
    await until(lambda: len(acknowledged) >= 3)
    started = time.monotonic()
    assert await program.terminated() == 0
    assert time.monotonic() - started < 10
    await asyncio.gather(*crowd)
    status, exported = await place.runs("export", "1", "--format", "json")
    assert status == 0
    kept = [n for n in range(STEPS) if f"Call from branch {n}-" in exported]
    told = [int(text.rpartition(" ")[2].strip("-")) for text in acknowledged]
    assert sorted(kept) == sorted(told), "what was kept was acknowledged, and the other way round"
    assert (
        json.loads(exported[: exported.rindex("]") + 1] if exported.lstrip().startswith("[") else "[]")
        is not None
    )
