"""SIGTERM in the middle of a crowd."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from bot.simulator.deliveries import Delivery
from tests.process.conftest import Place, until
from tests.process.flows import STEP, opened, opens, raises, room, tells
from tests.process.killing import World, a_world
from tests.process.whole import whole

BRANCHES = 30
STOPS_WITHIN_S = 10.0


async def test_sigterm_while_a_crowd_writes_keeps_every_note_that_was_acknowledged(place: Place) -> None:
    slack, ana = place.slack, place.ana
    program = await place.serves()
    await ana.types("#general", "/crisis open sev2 Courier video")
    await until(
        lambda: any(ana.id in c.members for c in slack.team.channels.values() if c.name == room(1)[1:])
    )
    await ana.is_told("Checklist 0/", where=room(1), timeout=10)
    told: list[str] = []

    def watch(moment: str, delivery: Delivery) -> None:
        if moment == "acknowledged" and "text" in delivery.payload:
            told.append(str(delivery.payload["text"]).removeprefix("note "))

    slack.deliveries.watch = watch
    notes = [f"Call from branch {number}" for number in range(BRANCHES)]
    crowd = [asyncio.create_task(ana.types(room(1), f"/crisis note {note}")) for note in notes]
    await until(lambda: len(told) >= 3)
    assert await program.terminated(within_s=STOPS_WITHIN_S) == 0
    await asyncio.gather(*crowd)
    status, exported = await place.runs("export", "1", "--format", "json")
    assert status == 0
    kept = [
        entry["text"] for entry in json.loads(exported)["crises"][0]["entries"] if entry["kind"] == "Noted"
    ]
    assert sorted(kept) == sorted(told), "what was kept was acknowledged, and the other way round"


async def test_sigterm_while_orders_are_on_their_way_leaves_all_whole_after_the_next_start(
    tmp_path: Path,
) -> None:
    async with a_world(tmp_path) as world:
        first = await opened(world)
        world.counts()
        slack, ana, ben = world.place.slack, world.place.ana, world.place.ben
        slack.latency.per_call_s = 0.2
        checklist = world.message(ben, f"{first}/checklist")
        burst = [
            opens(world, 0),
            ben.clicks(checklist, "Claim", near=STEP),
            raises(world, first),
            tells(world, first),
            *(ana.types(room(first), f"/crisis note Call from branch {n}") for n in range(BRANCHES)),
        ]
        crowd = [asyncio.ensure_future(act) for act in burst]
        await until(lambda: len(world.acknowledged) >= len(burst) // 2 and slack.server.in_flight > 1)
        assert await world.serving.terminated(STOPS_WITHIN_S) == 0
        asked = [d for d in slack.sent[world.earlier :] if d.kind != "events_api"]
        kept = [d for d in asked if d in world.acknowledged]
        await asyncio.gather(*crowd)
        slack.latency.per_call_s = 0.0
        await world.serving.starts()
        await world.at_rest()
        await _is_kept(world, first, kept)


async def _is_kept(world: World, number: int, acknowledged: list[Delivery]) -> None:
    """All of it is on the timelines, nothing else is, and both crises are whole."""
    words = [str(d.payload.get("text", "claim")).split()[0] for d in acknowledged]
    kinds = await whole(world, number)
    for word, kind in {
        "claim": "StepClaimed",
        "sev": "SeverityChanged",
        "update": "UpdatePosted",
        "note": "Noted",
    }.items():
        assert kinds[kind] == words.count(word), kind
    assert world.latest() == number + words.count("open")
    if "open" in words:
        await whole(world, number + 1)
