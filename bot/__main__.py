"""The command line."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, NoReturn

import click

from bot import __version__
from bot.settings import Settings, SettingsProblems
from bot.store.base import Store, StoreProblem


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="crisis-bot")
def main() -> None:
    """A Slack bot that coordinates a crisis: channel, checklist, reminders, lessons."""


@main.command()
def serve() -> None:
    """Run on Slack.

    Socket Mode if SLACK_APP_TOKEN is set, else HTTP on PORT with SLACK_SIGNING_SECRET. Prints one line when it
    is ready; SIGTERM finishes what was begun, within 10 seconds.
    """
    from bot import logs
    from bot.preparing import NotPrepared, prepared
    from bot.serving import serve_forever

    try:
        settings, _ = prepared()
    except NotPrepared as problems:
        _stop(f"The bot cannot start.\n{problems}")
    logs.configure(settings.log_level, settings.log_format)
    _run(serve_forever(settings))


@main.command()
@click.option(
    "--script", is_flag=True, help="Play a whole crisis, print what people see, and end; no browser."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8765,
    metavar="N",
    show_default=True,
    help="0: a free one.",
)
@click.option(
    "--db",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Keep the demo in FILE and FILE.slack.json.",
)
def demo(script: bool, port: int, file: Path | None) -> None:
    """Try it without Slack: the whole bot against a built-in simulator, in a browser page."""
    from bot.demo.script import play
    from bot.demo.serve import DemoProblem, serve

    if script:
        _run(play(click.echo))
        return
    try:
        _run(serve(port, file, click.echo))
    except DemoProblem as problem:
        _stop(str(problem))


@main.command()
def check() -> None:
    """Test settings, tokens, scopes, files and database; every problem at once, exit 1 if there is any."""
    from bot.checking import check_everything

    sys.exit(asyncio.run(check_everything(click.echo)))


@main.command()
def manifest() -> None:
    """Print the Slack app manifest, to paste when the app is created."""
    import handlers
    from bot.manifest import as_json

    click.echo(as_json(handlers.load()), nl=False)


@main.command()
@click.argument("number", type=click.IntRange(min=1), required=False)
@click.option("--format", "form", type=click.Choice(["md", "json", "html"]), default="md", show_default=True)
@click.option(
    "--private", is_flag=True, help="Needed when crisis NUMBER is private; keep the file as private."
)
def export(number: int | None, form: str, private: bool) -> None:
    """Write crisis NUMBER, or all that are not private, to standard output."""
    from bot import export as exporting
    from bot.slack.name_book import names

    async def write(store: Store, settings: Settings) -> None:
        people = await names(settings, warn=lambda text: click.echo(text, err=True))
        records = []
        for one in [number] if number else await store.numbers(viewer=None):
            incident = await store.crisis(one)
            if incident is None:
                _stop(f"There is no crisis {one} in this database.")
            if incident.private and not private:
                _stop(f"Crisis {one} is private. Add --private if you may read it.")
            records.append(exporting.record(incident, await store.timeline(one), people))
        written = {"md": exporting.to_markdown, "json": exporting.to_json, "html": exporting.to_html}[form](
            records
        )
        click.echo(written, nl=not written.endswith("\n"))

    _with_store(write)


@main.command()
@click.argument("words", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def lessons(words: tuple[str, ...], as_json: bool) -> None:
    """Search everything learned; without WORDS the latest. Private crises are left out."""

    async def search(store: Store, _settings: Settings) -> None:
        found = await store.search(" ".join(words), viewer=None, limit=20)
        if as_json:
            rows = [
                {
                    "number": a.number,
                    "title": a.title,
                    "playbook": a.playbook_key,
                    "closed_at": a.closed_at.isoformat(),
                    "summary": a.summary,
                    "lessons": a.lessons,
                }
                for a in found
            ]
            click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
            return
        if not found:
            click.echo("Nothing learned yet." if not words else "Nothing found. Try fewer or other words.")
        for archived in found:
            click.echo(f"Crisis {archived.number}, {archived.closed_at:%Y-%m-%d}: {archived.title}")
            for lesson in archived.lessons:
                click.echo(f"  - {lesson}")

    _with_store(search)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write a complete copy of the database to FILE, also while the bot is running."""

    async def copy(store: Store, _settings: Settings) -> None:
        await store.backup(file)
        click.echo(f"The database was copied to {file}.")

    _with_store(copy)


def _settings() -> Settings:
    from bot import logs

    try:
        settings = Settings.load()
    except SettingsProblems as problems:
        _stop(str(problems))
    logs.configure(settings.log_level, settings.log_format)
    return settings


def _with_store(use: Callable[[Store, Settings], Awaitable[None]]) -> None:
    from bot.store.sqlite import SqliteStore

    settings = _settings()

    async def run() -> None:
        store = await SqliteStore.open(settings.sqlite_path, exclusive=False, read_only=True)
        try:
            await use(store, settings)
        finally:
            await store.close()

    _run(run())


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Runs it; what stops the program is one sentence, not a traceback."""
    from bot.app import StartProblem
    from playbooks import PlaybookProblems

    try:
        asyncio.run(work)
    except (StartProblem, StoreProblem, PlaybookProblems) as problem:
        _stop(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)


def _stop(why: str) -> NoReturn:
    click.echo(why, err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
