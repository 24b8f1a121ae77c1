"""SIGKILL at any moment, a new start, and all is as if nothing had happened."""

from __future__ import annotations

from typing import Any

import pytest

from tests.process.conftest import methods, until

MOMENTS = {
    "as soon as the command was answered": lambda slack: True,
    "when the channel was created": lambda slack: methods(slack).get("conversations.create", 0) >= 1,
    "when somebody was invited": lambda slack: methods(slack).get("conversations.invite", 0) >= 1,
    "when the first message stood": lambda slack: methods(slack).get("chat.postMessage", 0) >= 1,
    "when two messages stood": lambda slack: methods(slack).get("chat.postMessage", 0) >= 2,
    "when something was pinned": lambda slack: methods(slack).get("pins.add", 0) >= 1,
}


@pytest.mark.parametrize("moment", MOMENTS)
async def test_an_opening_that_was_killed_is_finished_once(place: Any, moment: str) -> None:
    slack, ana = place.slack, place.ana
    program = await place.serves()
    await ana.types("#general", "/crisis open sev2 backlash Courier video")
    await until(lambda: MOMENTS[moment](slack))
    await program.killed()
    await place.serves()
    rooms = [c for c in slack.team.channels.values() if c.name.startswith("crisis-")]
    await until(lambda: any(c.name.startswith("crisis-") for c in slack.team.channels.values()))
    rooms = [c for c in slack.team.channels.values() if c.name.startswith("crisis-")]
    assert len(rooms) == 1
    room = f"#{rooms[0].name}"
    await until(lambda: ana.id in rooms[0].members)
    await ana.is_told("Checklist 0/14", where=room, timeout=10)
    await until(lambda: len(rooms[0].pins) == 2)
    await until(lambda: "SEV2 crisis 1, active" in ana.reads("#announcements"))
    assert sum(m.text.startswith("Checklist") for m in ana.sees(room)) == 1
    assert sum(m.text.startswith("Crisis 1") for m in ana.sees(room)) == 1
    assert ana.reads("#announcements").count("SEV2 crisis 1, active") == 1


async def test_an_acknowledged_click_survives_a_kill(place: Any) -> None:
    slack, ana = place.slack, place.ana
    program = await place.serves()
    await ana.types("#general", "/crisis open sev2 backlash Courier video")
    await until(lambda: any(c.name.startswith("crisis-1") for c in slack.team.channels.values()))
    room = next(f"#{c.name}" for c in slack.team.channels.values() if c.name.startswith("crisis-1"))
    checklist = await ana.is_told("Checklist 0/14", where=room, timeout=10)
    slack.faults.add("chat.update", "hang", times=1)  # the checklist cannot show it before the end comes
    await ana.clicks(checklist, "Claim", near="Pause scheduled posts")
    await program.killed()
    slack.faults.clear()
    await place.serves()
    await until(lambda: "@ana" in checklist.text.split("2. Pause")[1].split("3. ")[0])
    entries = (await place.runs("export", "1"))[1]
    assert entries.count("took step 2") == 1


async def test_a_ping_that_came_due_while_the_bot_was_dead_is_sent_once(place: Any) -> None:
    slack, ana, ben = place.slack, place.ana, place.ben
    program = await place.serves()
    await ana.types("#general", "/crisis open sev2 Courier video")
    await until(lambda: any(c.name.startswith("crisis-1") for c in slack.team.channels.values()))
    room = next(f"#{c.name}" for c in slack.team.channels.values() if c.name.startswith("crisis-1"))
    await ana.is_told("Checklist 0/", where=room, timeout=10)
    await ana.types(room, "/crisis step Call the venue @ben in 3s")
    await until(lambda: any("Call the venue" in m.text for m in ben.dms()))
    await program.killed()
    await until(lambda: True)
    await place.serves()
    await until(lambda: any("[On it]" in m.text for m in ben.dms()), 15)
    await place.programs[-1].terminated()
    await place.serves()
    assert sum("[On it]" in m.text for m in ben.dms()) == 1
