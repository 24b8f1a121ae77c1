"""`crisis-bot serve` from outside: starting, health, stopping."""

from __future__ import annotations

from typing import Any

import aiohttp

from tests.process.conftest import until, until_found


async def test_it_says_one_line_when_it_is_ready_and_ends_cleanly_on_sigterm(place: Any) -> None:
    program = await place.serves()
    assert len(program.said) == 1
    assert program.said[0].startswith("crisis-bot is ready")
    assert await program.terminated() == 0


async def test_health_is_green_while_slack_is_there_and_red_when_it_is_gone(place: Any) -> None:
    program = await place.serves()
    url = f"http://127.0.0.1:{program.port}"
    async with aiohttp.ClientSession() as web:

        async def status() -> int:
            async with web.get(f"{url}/healthz") as answer:
                await answer.read()
                return answer.status

        async def is_green() -> bool:
            return await status() == 200

        async def is_red() -> bool:
            return await status() == 503

        await until_found(is_green)
        place.slack.faults.add("apps.connections.open", "internal_error", times=None)
        while place.slack.connections:
            place.slack.drop_socket()
        await until_found(is_red)
        place.slack.faults.clear()
        await until_found(is_green, 30)
        async with web.get(f"{url}/metrics") as answer:
            assert "crisis_sockets_connected" in await answer.text()


async def test_sigterm_while_slack_hangs_ends_within_ten_seconds(place: Any) -> None:
    program = await place.serves()
    place.slack.faults.add("*", "hang", times=None)
    await place.ana.types("#general", "/crisis open sev2 Nothing answers")
    assert await program.terminated(within_s=10) == 0


async def test_killed_in_the_middle_of_an_opening_it_finishes_the_opening_when_it_is_started_again(
    place: Any,
) -> None:
    slack, ana = place.slack, place.ana
    program = await place.serves()
    slack.faults.add("chat.postMessage", "hang")
    await ana.types("#general", "/crisis open sev2 backlash Courier video")
    await until(lambda: any(call.method == "chat.postMessage" for call in slack.calls))
    await program.killed()
    await place.serves()
    await ana.is_told("Checklist 0/14", where="#crisis-1-courier-video", timeout=10)
    await until(lambda: len(slack.channel("crisis-1-courier-video").pins) == 2)


async def test_a_second_process_on_the_same_database_is_refused(place: Any) -> None:
    program = await place.serves()
    status, said = await place.runs("serve")
    assert status == 1
    assert f"in use by another crisis-bot (process {program.process.pid})" in said
    assert "Traceback" not in said
