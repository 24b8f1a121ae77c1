"""The slash commands of Slack itself that people expect to find: who comes into a channel, and who leaves it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.simulator.errors import CannotDo
from bot.simulator.person import Person
from bot.simulator.state import Channel

COMMANDS = {
    "/invite": ("@person", "Bring somebody into this channel"),
    "/join": ("#channel", "Go into a channel"),
    "/leave": ("", "Leave this channel"),
}
"""By name: what is typed behind it, and what it does."""


async def slack_command(person: Person, channel: Channel, text: str) -> bool:
    """It was one of `COMMANDS` and is done; False if it is something else. Raises CannotDo, SlackError."""
    name, *words = text.split()
    run = _RUN.get(name)
    if run is None or not text.startswith("/"):
        return False
    await run(person, channel, words)
    return True


async def _invite(person: Person, channel: Channel, words: list[str]) -> None:
    if channel.is_im:
        raise CannotDo("nobody can be brought into a direct message")
    if not words:
        raise CannotDo("write whom: /invite @person")
    for word in words:
        await person.invites(word, channel)


async def _join(person: Person, _: Channel, words: list[str]) -> None:
    if not words:
        raise CannotDo("write where: /join #channel")
    await person.joins(words[0])


async def _leave(person: Person, channel: Channel, _: list[str]) -> None:
    if channel.is_im or channel.name == "general":
        raise CannotDo("nobody can leave this one")
    await person.leaves(channel)


_RUN: dict[str, Callable[[Person, Channel, list[str]], Awaitable[None]]] = {
    "/invite": _invite,
    "/join": _join,
    "/leave": _leave,
}
