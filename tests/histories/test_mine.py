"""`/crisis mine`: what I owe, everywhere, in order."""

from __future__ import annotations

import pytest

from tests.histories.conftest import Town

pytestmark = pytest.mark.usefixtures("no_surprises")


async def test_who_owes_nothing_reads_so(town: Town) -> None:
    answer = await town.asks(town.eve, "/crisis mine")
    assert answer.startswith("You owe nothing at the moment, in no crisis.")


async def test_everything_i_owe_stands_in_order_with_its_crisis(town: Town) -> None:
    await town.opens(town.ana, "sev2 backlash Courier video")
    await town.does(town.ana, "/crisis step Call the venue @ben in 2h")
    await town.opens(town.ana, "sev2 outage Shop is down")
    await town.does(town.ana, "/crisis step Call the bank @ben in 1h")
    for _ in range(2):
        _ = [m.text for m in town.ben.dms()]
    answer = await town.asks(town.ben, "/crisis mine")
    assert answer.index("Call the bank") < answer.index("Call the venue")
    assert answer.startswith("You owe 2 things, none of them late.")
    assert "crisis 1: Courier video" in answer
    assert "crisis 2: Shop is down" in answer


async def test_the_lead_owes_the_steps_of_nobody_for_which_they_are_asked(town: Town) -> None:
    await town.opens(town.ana, "sev2 backlash Courier video")
    assert "Pause scheduled posts" in await town.asks(town.ana, "/crisis mine")
    await town.clicks(town.ben, town.checklist(town.ben), "Claim", near="Pause scheduled posts")
    assert "Pause scheduled posts" not in await town.asks(town.ana, "/crisis mine")


async def test_done_there_finishes_the_step(town: Town) -> None:
    await town.opens(town.ana, "sev2 backlash Courier video")
    await town.does(town.ana, "/crisis step Call the venue @ben in 2h")
    _ = [m.text for m in town.ben.dms()]
    await town.asks(town.ben, "/crisis mine")
    listed = next(m for m in reversed(town.ben.sees("#general")) if m.is_ephemeral)
    await town.clicks(town.ben, listed, "Done", near="Call the venue")
    assert "Done by @ben" in town.row(town.ana, "Call the venue")


async def test_a_private_crisis_is_listed_for_its_people_only(town: Town) -> None:
    await town.opens(town.ana, "sev2 backlash Courier video")
    answer = await town.asks(town.ana, "/crisis mine")
    assert "Post the next status update" in answer
    assert "Post the next status update" not in await town.asks(town.eve, "/crisis mine")


async def test_the_next_update_is_owed_by_comms_alone(town: Town) -> None:
    await town.asks(town.ana, "/crisis roster comms @ben")
    await town.opens(town.ana, "sev2 backlash Courier video")
    await town.everybody_accepts()
    assert "Post the next status update" in await town.asks(town.ben, "/crisis mine")
    assert "Post the next status update" not in await town.asks(town.ana, "/crisis mine")
