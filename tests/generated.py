"""Files and tables that are made from the code: `make generate` writes them, a test compares them."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

import click

import handlers
from bot.__main__ import main as program
from bot.demo.script import play
from bot.manifest import as_json
from handlers._help import command_help

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
MANIFEST = ROOT / "manifest.json"


def expected() -> dict[Path, str]:
    """What each generated file should hold now."""
    readme = README.read_text(encoding="utf-8")
    for name, text in (
        ("transcript", _transcript()),
        ("commands", _commands()),
        ("settings", _settings()),
        ("program", _program()),
    ):
        place = re.search(
            rf"(?<=<!-- {name}: made by `make generate`, do not edit -->\n).*?(?=<!-- end of {name})",
            readme,
            re.DOTALL,
        )
        assert place, f"README.md has no place for {name}"
        readme = f"{readme[: place.start()]}\n{text}\n\n{readme[place.end() :]}"
    return {README: readme, MANIFEST: as_json(handlers.load())}


def _commands() -> str:
    rows = [f"| `{c.usage}` | {c.does} |" for c in command_help(handlers.load())]
    return "\n".join(["| typed | does |", "|---|---|", *rows])


def _settings() -> str:
    rows, about = [], ""
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").split("\n\n", 1)[1].splitlines():
        if line.startswith("#"):
            about = line.removeprefix("#").strip()
        elif line:
            name, _, default = line.partition("=")
            rows.append(f"| `{name}` | {f'`{default}`' if default else ''} | {about} |")
    return "\n".join(["| setting | default | |", "|---|---|---|", *rows])


def _program() -> str:
    rows = [
        f"| `crisis-bot {_usage(name, command)}` | {(command.help or '').strip().splitlines()[0].rstrip('.')} |"
        for name, command in program.commands.items()
    ]
    return "\n".join(["| command | does |", "|---|---|", *rows])


def _usage(name: str, command: click.Command) -> str:
    words = [name]
    for given in command.params:
        if isinstance(given, click.Argument):
            words.append(given.human_readable_name if given.required else f"[{given.human_readable_name}]")
        elif isinstance(given.type, click.Choice):
            words.append(f"[{given.opts[-1]} {'/'.join(map(str, given.type.choices))}]")
        else:
            words.append(f"[{' '.join(filter(None, [given.opts[-1], given.metavar]))}]")
    return " ".join(words)


def _transcript() -> str:
    said: list[str] = []
    asyncio.run(play(lambda line: said.extend(str(line).splitlines())))
    picked = [
        _message(said, "Checklist 1/14", lines=10),
        _message(said, "Step 4:", lines=8),
        _message(said, "What we learned last time", lines=6),
    ]
    return "```text\n" + "\n\n".join(picked) + "\n```"


def _message(said: list[str], starts: str, *, lines: int) -> str:
    """The first message of the bot's that starts so, at most so many lines of it."""
    first = next(i for i, line in enumerate(said) if line.strip().startswith(f"│ {starts}"))
    block = [said[first - 1]]
    for line in said[first:]:
        if not line.strip().startswith("│"):
            break
        block.append(line)
    cut = [*block[: lines + 1], "    │ …"] if len(block) > lines + 1 else block
    return "\n".join(line.removeprefix("    ") for line in cut)


if __name__ == "__main__":
    stale = [path for path, text in expected().items() if path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv:
        sys.exit(f"Out of date: {', '.join(p.name for p in stale)}. Run: make generate" if stale else 0)
    for path in stale:
        path.write_text(expected()[path], encoding="utf-8")
