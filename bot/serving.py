"""`crisis-bot serve`: from start to SIGTERM."""

from __future__ import annotations

import asyncio
import signal

import click

from bot.app import running
from bot.settings import Settings


async def serve_forever(settings: Settings) -> None:
    """The bot runs until SIGTERM or SIGINT, then finishes what it began."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(settings) as app:
        how = (
            "over Socket Mode" if settings.mode == "socket" else f"at http://0.0.0.0:{app.port}/slack/events"
        )
        click.echo(
            f"crisis-bot is ready: listening to Slack {how}, health at http://localhost:{app.port}/healthz"
        )
        await stop.wait()
