"""`/crisis help`: everything that can be typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.words import safe
from bot.slack.blocks import Block, Message, header, section
from bot.slack.fitting import compose

LINES_A_SECTION = 10


@dataclass(frozen=True, slots=True)
class CommandHelp:
    """One command as the help shows it."""

    usage: str
    does: str
    group: str = ""
    """Heading it stands under; "" stands under none."""


def help_message(commands: Sequence[CommandHelp], lead: str = "") -> Message:
    """All commands, in groups; `lead` is a sentence on top (mrkdwn, typed words in it made safe)."""
    groups: dict[str, list[CommandHelp]] = {}
    for command in commands:
        groups.setdefault(command.group, []).append(command)
    blocks = [section(lead)] if lead else []
    blocks.append(header("What you can type"))
    for group, members in groups.items():
        blocks += _group(group, members)
    text = lead or "What you can type: " + ", ".join(f"`{safe(c.usage)}`" for c in commands)
    return compose(text, blocks)


def _group(name: str, members: list[CommandHelp]) -> Iterable[Block]:
    lines = [f"`{safe(c.usage)}`\n{safe(c.does)}" for c in members]
    for start in range(0, len(lines), LINES_A_SECTION):
        heading = f"*{safe(name)}*\n" if name and start == 0 else ""
        yield section(heading + "\n".join(lines[start : start + LINES_A_SECTION]))
