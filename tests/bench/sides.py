"""The sides of a comparison, each a process of its own, connected to a Slack of its own.

That Slack (the simulator) and the people in it run in the benchmark's own process, which does nothing else meanwhile.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import handlers
from bot.manifest import manifest
from bot.simulator import Call, Channel, Clock, Person, Slack
from tests.bench import machine
from tests.bench.bare import STEPS

Name = Literal["bot", "bare", "echo"]

ROOT = Path(__file__).parents[2]
COMMANDS: dict[Name, tuple[str, ...]] = {
    "bot": ("bot", "serve"),
    "bare": ("tests.bench.bare",),
    "echo": ("tests.bench.echo",),
}
CONNECTIONS: dict[Name, int] = {"bot": 2, "bare": 1, "echo": 1}
PEOPLE = 60
READY_WITHIN_S = 60.0
STOP_WITHIN_S = 20.0

# Steps without proof, so that Done is one click, and without due times, so that nobody is reminded.
PLAYBOOK = """\
key = "bench"
title = "Bench"
when = "Something is measured."
severity = "sev4"
roles = ["lead"]
""" + "".join(
    f'[[steps]]\nkey = "step-{n}"\ntitle = "Something that has to be done in this crisis"\nrole = "lead"\n'
    for n in range(1, STEPS + 1)
)


@dataclass
class Side:
    """A running process and its Slack."""

    name: Name
    slack: Slack
    people: list[Person]
    announcements: Channel
    process: Process
    started_in_s: float
    """From the start of the process to the line that says it is ready."""

    @property
    def cpu_s(self) -> float:
        return machine.cpu_s(self.process.pid)

    @property
    def rss_mb(self) -> float:
        return machine.rss_mb(self.process.pid)

    def is_beat(self, call: Call) -> bool:
        """crisis-bot asks every 10 s whether Slack is there; that belongs to nothing that is measured."""
        return self.name == "bot" and call.method == "auth.test"

    async def quiet(self, for_s: float = 0.5, within_s: float = 60.0) -> None:
        """The app made no call for a while and Slack delivered everything."""
        until = time.monotonic() + within_s
        seen, since = -1, time.monotonic()
        while time.monotonic() - since < for_s and time.monotonic() < until:
            calls = sum(not self.is_beat(call) for call in self.slack.calls)
            if calls != seen or self.slack.deliveries.in_flight or self.slack.server.in_flight:
                seen, since = calls, time.monotonic()
            await asyncio.sleep(0.02)

    def forget(self) -> None:
        """The logs of the simulator are empty, so that long runs do not fill the memory."""
        for log in (self.slack.calls, self.slack.sent, self.slack.payloads):
            log.clear()


@asynccontextmanager
async def running(
    name: Name,
    *,
    per_call_s: float = 0.0,
    per_connection_s: float = 0.0,
    rate_limits: bool = False,
    database: Path | None = None,
    prepare: Callable[[Path, Slack], Awaitable[None]] | None = None,
    waits: Path | None = None,
) -> AsyncIterator[Side]:
    """The process is ready.

    `database`: a file it starts with a copy of; `prepare` makes its file, and puts into Slack what belongs to it. `waits`: a
    file in which crisis-bot notes how long its event loop kept others waiting (`watched`).
    """
    written = manifest(handlers.load())
    if name != "bot":  # the others listen to no events, and must not pay for them
        written["settings"]["event_subscriptions"]["bot_events"] = []
    with tempfile.TemporaryDirectory(prefix="crisis-bench-") as made:
        folder = Path(made)
        if database is not None:
            shutil.copyfile(database, folder / "crisis.db")
        async with Slack(written, Clock(datetime.now(UTC), speed=1.0), rate_limits=rate_limits) as slack:
            slack.latency.per_call_s, slack.latency.per_connection_s = per_call_s, per_connection_s
            people = [slack.add_person(f"person-{n}") for n in range(PEOPLE)]
            announcements = slack.add_channel("announcements", members=people, with_app=True)
            if prepare is not None:
                await prepare(folder / "crisis.db", slack)
            module = COMMANDS[name] if waits is None else ("tests.bench.watched", str(waits))
            began = time.perf_counter()
            process = await _started(module, folder, slack, announcements.id)
            try:
                await _ready(process, folder)
                took_s = time.perf_counter() - began
                reading = asyncio.create_task(_read_away(process))
                await slack.wait_connected(CONNECTIONS[name], timeout=10)
                yield Side(name, slack, people, announcements, process, took_s)
                reading.cancel()
            finally:
                await _stopped(process)


async def _started(module: tuple[str, ...], folder: Path, slack: Slack, announcements: str) -> Process:
    playbooks = folder / "playbooks"
    playbooks.mkdir()
    (playbooks / "bench.toml").write_text(PLAYBOOK, encoding="utf-8")
    own = ("SLACK_", "CRISIS_", "LOG_", "DATABASE_URL", "PORT")
    env = {name: value for name, value in os.environ.items() if not name.startswith(own)} | {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": f"sqlite:///{folder / 'crisis.db'}",
        "CRISIS_ANNOUNCE_CHANNEL": announcements,
        "CRISIS_PLAYBOOKS": str(playbooks),
        "PORT": "0",
        "PYTHONPATH": str(ROOT),
    }
    with (folder / "log").open("wb") as log:
        # In the folder, where no .env of a developer is.
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", *module, env=env, cwd=folder, stdout=PIPE, stderr=log
        )


async def _ready(process: Process, folder: Path) -> None:
    assert process.stdout is not None
    async with asyncio.timeout(READY_WITHIN_S):
        while b"is ready" not in (line := await process.stdout.readline()):
            if not line:
                log = (folder / "log").read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"the process did not start:\n{log[-3000:]}")


async def _read_away(process: Process) -> None:
    assert process.stdout is not None
    while await process.stdout.read(65536):
        pass


async def _stopped(process: Process) -> None:
    if process.returncode is None:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_WITHIN_S)
        except TimeoutError:
            process.kill()
            await process.wait()
