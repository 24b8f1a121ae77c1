"""The short table of the README, out of a whole run of the benchmarks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import click

from tests.bench.rows import Row

README = Path(__file__).parents[2] / "README.md"
_PLACE = re.compile(
    r"(?<=<!-- numbers: made by `make bench ARGS=--readme`, do not edit -->\n).*?(?=<!-- end of)", re.DOTALL
)

# What the README shows -> the row it comes from.
SHORT = {
    "From `/crisis open` to being in the channel with its checklist": "opening, warm",
    "The same after a quiet minute": "opening, after 61 quiet seconds",
    "The same while 30 other checklists change": "opening while many checklists wait for Slack",
    "Round trips to Slack until then": "opening, round trips in a row",
    "Calls to Slack for a crisis, bookkeeping included": "calls to Slack for a crisis",
    "Click to acknowledgement at 50 a second, half of them within": "click to acknowledgement, p50 at 50/s",
    "… 99 of 100 within": "click to acknowledgement, p99 at 50/s",
    "Clicks a second without a missed one, Slack answering at once": "clicks a second held, 0 ms a call",
    "… with 100 ms a call": "clicks a second held, 100 ms a call",
    "Processor time a click": "processor time for a click, with the edits",
    "Edits for 100 clicks in one crisis": "edits of the checklist for them",
    "Calls Slack refused meanwhile (429)": "calls Slack refused (429)",
    "Start to connected": "start to ready",
    "Memory when idle": "memory when idle",
    "… with 10,000 past and 500 open crises": "memory when idle, 10,000 past and 500 open crises",
    "Processor when idle": "processor when idle",
    "1,000 pings due in one second, to 200 people: until Slack has them": "lateness of a ping, 200 people, 0 ms a call",
    "… the same with 100 ms a call": "lateness of a ping, 200 people, 100 ms a call",
    "… inside Slack's limits": "lateness of a ping, 200 people, inside Slack's limits",
    "… the best these limits allow": "… at best, inside the limits (200 people, inside Slack's limits)",
    "… inside Slack's limits, to 20 people": "lateness of a ping, 20 people, inside Slack's limits",
    "… the best these limits allow for 20": "… at best, inside the limits (20 people, inside Slack's limits)",
    "Pings missing or doubled, in six such runs": "pings missing or doubled",
    "Wait for the event loop meanwhile": "wait for the event loop meanwhile (200 people, 0 ms a call)",
    "Memory before, and at the peak": "memory before and at the peak (200 people, 0 ms a call)",
    "First paint of the demo's page": "demo page, first paint",
}
GROWN = {
    "Opening with 10 → 1,000 → 10,000 past crises": "opening (",
    "Click to acknowledgement, half of them within": "click to acknowledgement, p50 (",
    "Search of the lessons": "/crisis lessons, search (",
    "The look for due steps each second, with 100 → 1,000 → 10,000 open": "sweep over open steps, nothing due (",
    "… and 10 of them due": "sweep over open steps, 10 due (",
}


def write(rows: Sequence[Row], machine: str) -> None:
    """The README shows these numbers. Raises ClickException when a row is missing: not everything was measured."""
    chosen = [(words, _row(rows, what)) for words, what in SHORT.items()]
    grown = [(words, _row(rows, start)) for words, start in GROWN.items()]
    lines = ["| | crisis-bot | bare Bolt app | target |", "|---|---|---|---|"]
    lines += [
        f"| {words} | {row.bot} | {row.bare} | {row.verdict or '–'} |" for words, row in (*chosen, *grown)
    ]
    text = "\n".join([*lines, "", f"Medians (range of all runs) of one run on {machine}."])
    readme = README.read_text(encoding="utf-8")
    place = _PLACE.search(readme)
    if place is None:
        raise click.ClickException("README.md has no place for the numbers.")
    README.write_text(f"{readme[: place.start()]}\n{text}\n\n{readme[place.end() :]}", encoding="utf-8")


def _row(rows: Sequence[Row], what: str) -> Row:
    for row in rows:
        if row.what == what or (what.endswith("(") and row.what.startswith(what)):
            return row
    raise click.ClickException(
        f"“{what}” was not measured. The README needs a whole run: make bench ARGS=--readme"
    )
