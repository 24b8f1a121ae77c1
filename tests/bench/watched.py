"""`crisis-bot serve`, with somebody in its event loop who notes how long the loop is busy with others.

    python -m tests.bench.watched FILE

One line of FILE for each beat: when it began (monotonic seconds, the same in all processes) and how late it was. The program
itself is the real one.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

BEAT_S = 0.005
"""Short enough to see what a click would feel, long enough to cost a percent or two of one processor."""


async def _watch(file: Path) -> None:
    with file.open("w", encoding="ascii") as written:
        while True:
            began = time.monotonic()
            await asyncio.sleep(BEAT_S)
            written.write(f"{began} {time.monotonic() - began - BEAT_S}\n")


def waits(file: Path, *, since: float, until: float) -> list[float]:
    """How long something had to wait for the loop that arrived in this time, by moments evenly spread over it, in seconds.

    A beat that is late hides those that would have come meanwhile: they count too.
    """
    found = []
    for line in file.read_text(encoding="ascii").splitlines():
        began, late = map(float, line.split())
        if since <= began <= until:
            found += [max(0.0, late - beat * BEAT_S) for beat in range(max(1, int(late / BEAT_S) + 1))]
    return found


def main(file: Path) -> None:
    """This process is `crisis-bot serve`, watched."""
    import bot.serving
    from bot.__main__ import main as program
    from bot.settings import Settings

    serve_forever = bot.serving.serve_forever

    async def watched(settings: Settings) -> None:
        watching = asyncio.create_task(_watch(file))
        await serve_forever(settings)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)

    bot.serving.serve_forever = watched
    program(["serve"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
