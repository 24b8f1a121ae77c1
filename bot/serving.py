"""`crisis-bot serve`: from start to SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import signal

import click

from bot.app import running
from bot.settings import Settings


async def serve_forever(settings: Settings) -> None:
    """The bot runs until SIGTERM or SIGINT, then finishes what it began; one that is not ready yet ends at once."""
    ready, stop = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(_serve(settings, ready, stop))

    def end() -> None:
        stop.set()
        if not ready.is_set():
            serving.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end)
    with contextlib.suppress(asyncio.CancelledError):
        await serving


async def _serve(settings: Settings, ready: asyncio.Event, stop: asyncio.Event) -> None:
    async with running(settings) as app:
        how = (
            "over Socket Mode" if settings.mode == "socket" else f"at http://0.0.0.0:{app.port}/slack/events"
        )
        click.echo(
            f"crisis-bot is ready: listening to Slack {how}, health at http://localhost:{app.port}/healthz"
        )
        ready.set()
        await stop.wait()
