"""SIGKILL at every point where `serve` waits, a new start, and all is as if nothing had happened."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from tests.process.flows import FLOWS, Flow
from tests.process.killing import Moment, Point, World, a_world
from tests.process.whole import whole

pytestmark = pytest.mark.asyncio(loop_scope="module")

AT_ONCE = 4
"""Worlds side by side: most of the time a program waits for its next second."""
WAITS: dict[str, tuple[Moment, Moment]] = {
    "a call to Slack": ("a call arrives", "a call was carried out"),
    "a commit": ("a commit is near", "a commit is done"),
    "a delivery": ("a delivery went out", "a delivery was acknowledged"),
}
LOOKUPS = ("conversations.join", "conversations.list", "users.info", "users.list")
"""What a program that has just started asks once: the points of these do not come in every life."""


@dataclass
class Worlds:
    """Where the stories are played, test after test."""

    worlds: list[World]
    learned: dict[str, list[Point]] = field(default_factory=dict)
    """What passes in each flow when nobody dies."""

    async def passing(self, name: str) -> list[Point]:
        """Every point at which to die in this flow."""
        if name not in self.learned:
            self.learned[name] = await all_that_passes(self.worlds[0], FLOWS[name])
        return self.learned[name]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def worlds(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Worlds]:
    async with AsyncExitStack() as stack:
        folders = [tmp_path_factory.mktemp("world") for _ in range(AT_ONCE)]
        made = [await stack.enter_async_context(a_world(f, crisis_archive_after="0s")) for f in folders]
        yield Worlds(made)


@pytest.mark.parametrize(
    ("name", "waits"),
    [(n, w) for n in FLOWS for w in WAITS if FLOWS[n].by_people or w != "a delivery"],
)
async def test_killed_while_it_waits_all_is_whole_after_the_next_start(
    worlds: Worlds, name: str, waits: str
) -> None:
    points = [point for point in await worlds.passing(name) if point.moment in WAITS[waits]]
    points = points[:: FLOWS[name].every]
    left, reached = iter(points), list[Point]()
    dying = (dies_again_and_again(world, FLOWS[name], left, reached) for world in worlds.worlds)
    # Each ends by itself, also when another fails, so that the next test finds no half a story going on.
    for outcome in await asyncio.gather(*dying, return_exceptions=True):
        if outcome is not None:
            raise outcome
    # Edits become one where two things end at the same time, and commits are shared.
    sure = [point for point in points if point.what not in LOOKUPS]
    most = len(sure) // 2 if waits == "a commit" else len(sure) * 3 // 4
    assert len(set(reached) & set(sure)) >= most


async def all_that_passes(world: World, flow: Flow) -> list[Point]:
    """What there is to be killed at: the flow is played and nobody dies, in a program that knows nobody yet."""
    await world.serving.killed()
    await world.serving.starts()
    number = await flow.ready(world)
    world.counts()
    assert await world.meets(flow.act(world, number))
    passing = world.counted()
    assert (await whole(world, number))[flow.leaves] == flow.times
    world.forgets(number)
    times = Counter(point.moment for point in passing)
    assert times["a call arrives"] >= flow.calls
    assert times["a commit is done"] >= 3, "what was asked, and what became of it"
    assert times["a delivery was acknowledged"] >= flow.by_people
    return passing


async def dies_again_and_again(
    world: World, flow: Flow, points: Iterator[Point], reached: list[Point]
) -> None:
    """At each of these points, each time in another crisis; what it comes to is made good each time."""
    for point in points:
        world.counts()
        if not world.serving.is_running:
            await world.serving.starts()
        try:
            if await dies(world, flow, point):
                reached.append(point)
        except BaseException as error:
            error.add_note(f"Killed when {point}.")
            raise


async def dies(world: World, flow: Flow, point: Point) -> bool:
    """Whatever became of the act, its crisis is whole in the end. False: that point never came."""
    number = await flow.ready(world)
    world.counts(point)
    acknowledged = await world.meets(flow.act(world, number))
    died = not world.serving.is_running
    world.counts()
    if died:
        await world.serving.starts()
    await is_made_good(world, flow, number, acknowledged)
    world.forgets(number)
    return died


async def is_made_good(world: World, flow: Flow, number: int, acknowledged: bool) -> None:
    """What was acknowledged is there, once; what was not is there as a whole, or not at all and can be done again."""
    await world.at_rest()
    done = (await whole(world, number))[flow.leaves] if number <= world.latest() else 0
    assert done == flow.times or not (done or acknowledged)
    if not done:
        await flow.act(world, number)
        await world.at_rest()
        assert (await whole(world, number))[flow.leaves] == flow.times
