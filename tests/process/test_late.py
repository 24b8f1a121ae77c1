"""A reminder that is late, and the watcher outside that is told of nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import aiohttp
import pytest
from aiohttp import web

from bot.domain.checklist import claim_step
from bot.domain.opening import Draft
from bot.service import Service
from bot.simulator import Clock
from bot.store.sqlite import SqliteStore
from playbooks import load
from tests.process.conftest import Place, Program, until, until_found
from tests.process.hasty import BEAT_S

SECRET = "7f3a9-only-we-know"


@dataclass
class Watcher:
    """Something outside that waits to be called."""

    url: str = ""
    status: int = 200
    calls: list[str] = field(default_factory=list)

    async def called(self, request: web.Request) -> web.Response:
        self.calls.append(f"{request.method} {request.path_qs}")
        return web.Response(status=self.status)


@pytest.fixture
async def watcher() -> AsyncIterator[Watcher]:
    made = Watcher()
    routes = web.Application()
    routes.router.add_get("/{name}", made.called)
    runner = web.AppRunner(routes)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/{SECRET}?every=minute"
    yield made
    await runner.cleanup()


async def stopped_with_a_ping_to_ana(place: Place) -> None:
    """The database as a bot leaves it that was stopped ten minutes ago, when it had just ordered a ping."""
    library = load(None)
    clock = Clock(datetime.now(UTC) - timedelta(minutes=30))
    store = await SqliteStore.open(place.folder / "crisis.db")
    service = Service(store, clock, library, committed=lambda: None)
    playbook = library.playbooks["backlash"]
    await service.open(Draft("Courier video", place.ana.id, playbook, playbook.severity))
    step = playbook.steps[1].key
    await service.apply(1, partial(claim_step, step_key=step, by=place.ana.id, now=clock.now()))
    clock.advance(timedelta(minutes=20))
    await service.sweep()
    await store.close()


async def numbers(program: Program) -> dict[str, float]:
    """What /metrics says."""
    _, told = await asked(program, "metrics")
    return {name: float(value) for name, value in re.findall(r"^(crisis_\w+) (\S+)$", told, re.MULTILINE)}


async def health(program: Program) -> tuple[int, list[str]]:
    """What /healthz answers, and what it says is wrong."""
    status, told = await asked(program, "healthz")
    return status, json.loads(told)["problems"]


async def asked(program: Program, what: str) -> tuple[int, str]:
    url = f"http://127.0.0.1:{program.port}/{what}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


async def test_a_late_reminder_is_red_outside_told_inside_and_keeps_the_watcher_waiting(
    place: Place, watcher: Watcher
) -> None:
    await stopped_with_a_ping_to_ana(place)
    place.slack.faults.add(
        "chat.postMessage", "internal_error", times=None, when=lambda args: args["channel"] == place.ana.id
    )
    program = await place.starts(
        "serve", module="tests.process.hasty", crisis_heartbeat_url=watcher.url, log_level="DEBUG"
    )
    await until(lambda: "is ready" in program.out, 20)
    since: list[float] = []

    async def is_late_for_many_beats() -> bool:
        told = await numbers(program)
        if told["crisis_reminders_late"] == 2:
            since.append(told["crisis_reminders_late_seconds"])
        return bool(since) and since[-1] - since[0] > 10 * BEAT_S

    await until_found(is_late_for_many_beats)
    status, problems = await health(program)
    assert status == 503
    assert problems == [
        "2 reminders have been due for more than a minute and are not with Slack; the oldest for 10 minutes."
    ]
    assert watcher.calls == []
    await place.ana.is_told("Crisis 1: these reminders do not get through.", where="#crisis-1-courier-video")
    place.slack.faults.clear()

    async def is_green() -> bool:
        return await health(program) == (200, [])

    async def is_counted() -> bool:
        told = await numbers(program)
        return told["crisis_reminders_late"] == 0 and told["crisis_reminders_became_late_total"] > 0

    await until_found(is_green, 20)
    await until_found(is_counted)
    await until(lambda: len(watcher.calls) > 2)
    assert set(watcher.calls) == {f"GET /{SECRET}?every=minute"}
    pings = [m for m in place.ana.dms() if "On it" in m.buttons]
    assert sum(ping.buttons.count("On it") for ping in pings) >= 2, "in the end they came"
    assert len([ping for ping in pings if "Pause scheduled posts" in ping.text]) == 1, "and once"
    assert await program.terminated() == 0
    assert SECRET not in program.log


async def test_a_watcher_that_fails_is_told_once_and_never_by_its_address(
    place: Place, watcher: Watcher
) -> None:
    watcher.status = 500
    program = await place.starts(
        "serve", module="tests.process.hasty", crisis_heartbeat_url=watcher.url, log_level="DEBUG"
    )
    await until(lambda: len(watcher.calls) > 3, 20)
    assert program.log.count('the heartbeat does not get through why="HTTP 500"') == 1
    watcher.status = 200
    await until(lambda: "the heartbeat gets through again" in program.log)
    assert (await health(program))[0] == 200
    watcher.status = 503
    await until(lambda: program.log.count("the heartbeat does not get through") == 2)
    assert await program.terminated() == 0
    assert SECRET not in program.log + program.out


async def test_check_does_not_start_the_watchers_clock(place: Place, watcher: Watcher) -> None:
    status, said = await place.runs("check", crisis_heartbeat_url=watcher.url)
    assert status == 0
    assert "ok       heartbeat address (its form; calling it now would start the watcher's clock)" in said
    status, said = await place.runs("check", crisis_heartbeat_url=f"ftp://{SECRET}/")
    assert status == 1
    assert "CRISIS_HEARTBEAT_URL is not a web address" in said
    assert SECRET not in said
    assert watcher.calls == []
