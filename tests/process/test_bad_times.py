"""The real program runs on while its clock jumps, or a night is longer or shorter: what is due is asked once, and in time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
import pytest_asyncio

from bot.store.rows import moment_text
from tests.process.asking import (
    asked_once,
    asked_what_it_can,
    asks,
    comes,
    comes_to,
    gives,
    goes_to,
    on_the_next_day,
    opens,
    questions,
    tasks,
)
from tests.process.conftest import until
from tests.process.killing import World, a_world

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with a_world(tmp_path_factory.mktemp("world")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def world(running: World) -> AsyncIterator[World]:
    """It is noon, and nothing is due. In the end the program has met no bug."""
    on_the_next_day(running)
    yield running
    assert "Traceback" not in running.serving.log(), running.serving.log()


# The clock of the program jumps; Slack's does not.


async def test_the_clock_jumps_an_hour_ahead_and_later_back_again(world: World) -> None:
    ana, ben, cleo = world.place.ana, world.place.ben, world.cleo
    number = await opens(world, ana, "sev4")
    await gives(ana, number, "1 @ben by 12:10", "2 @ben by 12:40", "3 @ben by 12:50", "4 @ben by 13:30")
    await gives(ana, number, "5 @cleo by 12:45", "6 @cleo by 13:40", "7 by 12:55")
    await comes(world, "12:10")
    assert tasks(ben, number) == [1]
    world.jumps(hours=1)
    await asked_what_it_can(world)
    assert tasks(ben, number) == [1, 2, 3]
    assert tasks(cleo, number) == [5]
    assert tasks(ana, number, in_channel=True) == [7]
    await comes(world, "13:30")
    assert tasks(ben, number) == [1, 2, 3, 4]
    world.jumps(hours=-1)
    await gives(ana, number, "8 @cleo by 12:35")
    for wall in ("12:35", "12:41", "12:51", "13:31", "13:40"):
        await comes(world, wall)
    assert tasks(cleo, number) == [5, 8, 6]
    assert tasks(ben, number) == [1, 2, 3, 4]
    assert tasks(ana, number, in_channel=True) == [7]
    await asked_once(world, number)


async def test_the_clock_jumps_an_hour_back_and_no_answer_is_waited_for_longer(world: World) -> None:
    """At SEV2, where a question that nobody answers climbs after ten minutes."""
    ana, ben = world.place.ana, world.place.ben
    number = await opens(world, ana, "sev2")
    await gives(ana, number, "1 @ben by 12:09", "2 @ben by 12:40")
    await comes(world, "12:09")
    assert tasks(ben, number) == [1]
    world.jumps(hours=-1)
    climbs_by = moment_text(world.now() + timedelta(minutes=11))
    await until(lambda: bool(asks(world, "SELECT 1 FROM crisis WHERE due_at <= :by", by=climbs_by)))
    await comes(world, "11:18")
    assert tasks(ana, number, in_channel=True) == []
    await comes(world, "11:20")
    assert tasks(ana, number, in_channel=True) == [1], (
        "ten minutes after it was asked, whatever the clock says"
    )
    assert tasks(ben, number) == [1]
    await ben.clicks(questions(ben, number)[-1], "Done", near="Task 1")
    for wall in ("12:10", "12:40"):
        await comes(world, wall)
    assert tasks(ben, number) == [1, 2]
    assert tasks(ana, number, in_channel=True) == [1]
    await asked_once(world, number)


# The night in which the clocks are changed.


@pytest.mark.parametrize(
    ("month", "half_past_ten", "half_past_two", "eight"), [(10, -3.5, 0.5, 7), (3, -2.5, 1.5, 6)]
)
async def test_in_the_night_of_the_change_the_clock_on_the_wall_counts(
    world: World, month: int, half_past_ten: float, half_past_two: float, eight: float
) -> None:
    """Hours of UTC. In October half past two comes twice in Berlin, in March never: then half past three is meant."""
    dana = world.place.slack.add_person(f"dana{month}", real_name="Dana Ruiz", tz="Europe/Berlin")
    midnight = datetime.combine(the_next_change(world.now(), month), time(), tzinfo=UTC)
    goes_to(world, midnight - timedelta(hours=4))
    quiet, loud = await opens(world, dana, "sev3"), await opens(world, dana, "sev2")
    me = f"@{dana.name}"
    await gives(dana, quiet, f"1 {me} by 22:30", f"2 {me} by tomorrow 2:30", f"3 {me} by tomorrow 9")
    await gives(dana, loud, f"4 {me} by tomorrow 2:30")
    for hour, asked in (
        (half_past_ten, []),
        (half_past_two - 0.1, []),
        (half_past_two, [4]),
        (half_past_two + 1, [4]),
        (eight - 0.1, [4]),
        (eight, [4, 1, 2]),
        (eight + 0.9, [4, 1, 2]),
        (eight + 1, [4, 1, 2, 3]),
    ):
        await comes_to(world, midnight + timedelta(hours=hour))
        assert tasks(dana, quiet) == asked, hour
        if hour == half_past_two:
            await dana.clicks(questions(dana, quiet)[-1], "Done", near="Task 4")
    await asked_once(world, quiet, loud)


def the_next_change(now: datetime, month: int) -> date:
    """The last Sunday of that month."""
    year = now.year + (now.month >= month)
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)
