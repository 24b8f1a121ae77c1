"""`crisis-bot demo` as its own process: one line with the address, one sentence when it cannot be, a calm end."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import urllib.request

import pytest

from tests.process.conftest import Place, Program, until


async def shown(place: Place, *words: str) -> tuple[Program, str]:
    """The demo is running, and where."""
    program = await place.starts("demo", *words)
    await until(lambda: "http://" in program.out or program.process.returncode is not None, 20)
    assert len(program.said) == 1, program.log
    address = re.search(r"http://127.0.0.1:\d+/", program.out)
    assert address, program.log
    return program, address[0]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_says_where_it_is_and_ends_calmly(place: Place, number: signal.Signals) -> None:
    program, address = await shown(place, "--port", "0")
    answer = await asyncio.to_thread(urllib.request.urlopen, address)
    assert "<title>Workspace</title>" in answer.read().decode()
    program.process.send_signal(number)
    assert await program.ends() == 0
    assert program.said[-1] == "The demo has ended."
    assert program.log == ""
    assert not list(place.folder.iterdir())


async def test_what_is_kept_is_named_at_the_end(place: Place) -> None:
    program, _ = await shown(place, "--port", "0", "--db", "kept.db")
    second, said = await place.runs("demo", "--port", "0", "--db", "kept.db")
    assert second == 1
    assert "in use by another crisis-bot" in said
    assert await program.terminated() == 0
    assert program.said[-1] == "The demo has ended. It is kept in kept.db."
    assert (place.folder / "kept.db").exists()
    assert (place.folder / "kept.db.slack.json").exists()


async def test_a_busy_port_is_one_sentence(place: Place) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, said = await place.runs("demo", "--port", str(port))
    assert status == 1
    assert said.strip() == (
        f"Port {port} cannot be used (Address already in use). Choose another one: crisis-bot demo --port {port + 1}"
    )


async def test_the_script_needs_no_browser_and_no_port(place: Place) -> None:
    status, said = await place.runs("demo", "--script")
    assert status == 0
    assert "That was the whole life of a crisis." in said
    assert not list(place.folder.iterdir())
