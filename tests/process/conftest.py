"""The real `crisis-bot` as its own process, against a Slack in the test."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

import handlers
from bot.manifest import manifest
from bot.simulator import Clock, Person, Slack

READY_WITHIN_S = 20.0


@dataclass
class Program:
    """One run of `python -m bot …`."""

    process: asyncio.subprocess.Process
    said: list[str] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)
    reading: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def out(self) -> str:
        return "\n".join(self.said)

    @property
    def log(self) -> str:
        return "\n".join(self.logged)

    @property
    def port(self) -> int:
        """Where it says that /healthz is."""
        return int(self.out.split("localhost:")[1].split("/")[0])

    async def ends(self, within_s: float = 20.0) -> int:
        """Its exit status; everything it printed is in `out` and `log`."""
        async with asyncio.timeout(within_s):
            status = await self.process.wait()
            await asyncio.gather(*self.reading)
        return status

    async def killed(self) -> None:
        """SIGKILL: nothing is finished, nothing is said."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
        await self.ends()

    async def terminated(self, within_s: float = 10.0) -> int:
        self.process.send_signal(signal.SIGTERM)
        return await self.ends(within_s)


@dataclass
class Place:
    """A Slack, an empty folder with a database in it, and the people."""

    slack: Slack
    folder: Path
    ana: Person
    ben: Person
    programs: list[Program] = field(default_factory=list)

    def settings(self) -> dict[str, str]:
        return {
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "SLACK_API_URL": self.slack.api_url,
            "DATABASE_URL": f"sqlite:///{self.folder}/crisis.db",
            "CRISIS_ANNOUNCE_CHANNEL": "announcements",
            "PORT": "0",
        }

    def environment(self, **settings: str) -> dict[str, str]:
        """What the program is started in; an empty setting is not set."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "CRISIS_", "LOG_"))}
        chosen = {**self.settings(), **{name.upper(): value for name, value in settings.items()}}
        environment |= {name: value for name, value in chosen.items() if value}
        return environment | {"PYTHONUNBUFFERED": "1", "PYTHONPATH": str(Path(__file__).parents[2])}

    async def starts(self, *words: str, module: str = "bot", **settings: str) -> Program:
        """The program was started with these words and settings; an empty setting is not set."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            *words,
            cwd=self.folder,
            env=self.environment(**settings),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        program = Program(process)
        for stream, lines in ((process.stdout, program.said), (process.stderr, program.logged)):
            assert stream is not None
            program.reading.append(asyncio.create_task(_read(stream, lines)))
        self.programs.append(program)
        return program

    async def serves(self, **settings: str) -> Program:
        """`serve` is running and said that it is ready."""
        program = await self.starts("serve", **settings)
        await until(
            lambda: "is ready" in program.out or program.process.returncode is not None, READY_WITHIN_S
        )
        assert "is ready" in program.out, program.log
        return program

    async def runs(self, *words: str, **settings: str) -> tuple[int, str]:
        """Exit status and everything printed by a command that ends by itself."""
        program = await self.starts(*words, **settings)
        status = await program.ends()
        return status, f"{program.out}\n{program.log}"


async def _read(stream: asyncio.StreamReader, lines: list[str]) -> None:
    async for line in stream:
        lines.append(line.decode().rstrip("\n"))  # noqa: PERF401 - read while it runs


async def until(holds: Callable[[], bool], within_s: float = 10.0) -> None:
    """The condition holds. Processes are awaited from outside, so it is looked at again and again."""
    async with asyncio.timeout(within_s):
        while not holds():
            await asyncio.sleep(0.01)


async def until_found(find: Callable[[], Awaitable[bool]], within_s: float = 10.0) -> None:
    async with asyncio.timeout(within_s):
        while not await find():
            await asyncio.sleep(0.05)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with a_place(tmp_path) as made:
        yield made


@asynccontextmanager
async def a_place(folder: Path) -> AsyncIterator[Place]:
    """A new one, gone at the end with every program that was started in it."""
    async with Slack(manifest(handlers.load()), Clock(datetime.now(UTC), speed=1.0)) as slack:
        ana, ben = (
            slack.add_person("ana", real_name="Ana Lee"),
            slack.add_person("ben", real_name="Ben Okoro"),
        )
        slack.add_channel("announcements", members=[ana, ben])
        made = Place(slack, folder, ana, ben)
        try:
            yield made
        finally:
            for program in made.programs:
                await program.killed()


def methods(slack: Slack) -> Mapping[str, int]:
    """How often each method was carried out."""
    counts: dict[str, int] = {}
    for call in slack.calls:
        if call.ok:
            counts[call.method] = counts.get(call.method, 0) + 1
    return counts
