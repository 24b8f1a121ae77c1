"""The commands as people read them: the whole list, and what was probably meant."""

from __future__ import annotations

import difflib

from bot.domain.words import safe
from bot.slack.blocks import Message
from bot.slack.views.help import CommandHelp, help_message
from handlers._registry import Registry


def unknown_command(word: str, registry: Registry) -> Message:
    """The nearest valid command, and the help."""
    near = difflib.get_close_matches(word.lower(), registry.commands, n=1, cutoff=0.5)
    meant = f" Did you mean `{registry.commands[near[0]].usage}`?" if near else ""
    return help_message(command_help(registry), lead=f"There is no command “{safe(word)}”.{meant}")


def command_help(registry: Registry) -> list[CommandHelp]:
    """What works everywhere first, because that is where a crisis begins."""
    ordered = sorted(registry.commands.values(), key=lambda c: c.in_channel)
    return [
        CommandHelp(c.usage, c.does, "In a crisis channel" if c.in_channel else "Anywhere") for c in ordered
    ]
