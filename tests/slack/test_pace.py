"""How fast messages may be edited."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.slack.pace import NotYet, Pace


async def test_the_first_edit_may_go_at_once_and_the_next_of_the_same_message_waits() -> None:
    pace = Pace(between_edits=timedelta(seconds=1))
    await pace.edit("C1", "1.0")
    with pytest.raises(NotYet) as later:
        await pace.edit("C1", "1.0")
    assert timedelta(0) < later.value.after <= timedelta(seconds=1)
    await pace.edit("C1", "2.0")  # another message has not been edited yet


async def test_beyond_the_limit_of_the_workspace_an_edit_waits_its_turn_without_holding_a_place() -> None:
    pace = Pace(between_edits=timedelta(0), edits_per_minute=3)
    for number in range(3):
        await pace.edit("C1", f"{number}.0")
    with pytest.raises(NotYet) as later:
        await pace.edit("C1", "9.0")
    assert later.value.after == timedelta(seconds=20)
