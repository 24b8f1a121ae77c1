"""Measures crisis-bot beside a bare Bolt app: python -m tests.bench [NAMES…]."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path

import click

from tests.bench import machine, readme
from tests.bench.rows import Row, table

Measure = Callable[..., Awaitable[list[Row]]]

BENCHMARKS = ("opening", "clicks", "storm", "idle", "growth", "pings", "page")


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(BENCHMARKS))
@click.option("--quick", is_flag=True, help="Fewer and shorter runs; nothing waits for a quiet minute.")
@click.option("--readme", "to_readme", is_flag=True, help="Write the short table of the README too.")
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path), help="Write all numbers to this file too."
)
def main(names: tuple[str, ...], quick: bool, to_readme: bool, json_file: Path | None) -> None:
    """Measure crisis-bot beside a bare Bolt app. Without NAMES: everything, in about three quarters of an hour.

    Each side is a process of its own; Slack is simulated in a third, this one, which also plays the people.
    """
    logging.getLogger("aiohttp.server").setLevel(
        logging.CRITICAL
    )  # the simulator loses a call when a side stops
    about = machine.described()
    for line in about:
        click.echo(line)
    facts = machine.facts()
    rows: list[Row] = []
    for name in names or BENCHMARKS:
        measure: Measure = import_module(f"tests.bench.{name}").measure
        rows += asyncio.run(_measured(measure, quick))
    click.echo(f"\nmedian (range of all runs)\n\n{table(rows)}")
    if missed := [row for row in rows if row.met is False]:
        click.echo(f"\n{len(missed)} targets missed: {'; '.join(row.what for row in missed)}")
    if to_readme:
        readme.write(rows, about[0])
    if json_file is not None:
        written = {"machine": facts, "rows": [_plain(row) for row in rows]}
        json_file.write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


async def _measured(measure: Measure, quick: bool) -> list[Row]:
    return await measure(lambda text: click.echo(f"… {text}", err=True), quick=quick)


def _plain(row: Row) -> dict[str, object]:
    return {
        "measure": row.what,
        "crisis-bot": row.bot,
        "bare": row.bare,
        "ratio": row.ratio,
        "target": row.target,
        "met": row.met,
        "note": row.note,
        "numbers": dict(row.numbers),
    }


if __name__ == "__main__":
    main()
