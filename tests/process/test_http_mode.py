"""Over HTTP: what Slack signed is taken, once; everything else is refused."""

from __future__ import annotations

import json
import sqlite3
import time
from urllib.parse import urlencode

import aiohttp

from bot.simulator import VisibleMessage
from bot.simulator.http_mode import signature
from tests.process.conftest import Place, until

FORM = "application/x-www-form-urlencoded"


async def test_signed_requests_are_taken_once_and_all_others_refused(place: Place) -> None:
    slack = place.slack
    program = await place.serves(slack_app_token="", slack_signing_secret=slack.signing_secret)
    assert program.out.count("\n") == 0
    slack.request_url = url = f"http://127.0.0.1:{program.port}/slack/events"
    assert await slack.verify_request_url()
    await place.ana.types("#general", "/crisis open sev2 backlash Courier video")
    await place.ana.is_told("Opening crisis 1")
    room = "#crisis-1-courier-video"
    await until(
        lambda: any(c.name == room[1:] and place.ana.id in c.members for c in slack.team.channels.values())
    )
    checklist = await place.ana.is_told("Checklist 0/14", where=room, timeout=10)
    await place.ana.clicks(checklist, "Claim", near="Pause scheduled posts")
    assert isinstance(checklist, VisibleMessage)
    assert not checklist.message.trouble
    command = next(d.payload for d in slack.sent if d.kind == "slash_commands")
    click = next(d.payload for d in slack.sent if d.kind == "interactive")

    def crises() -> tuple[int, int]:
        with sqlite3.connect(place.folder / "crisis.db") as db:
            counted = db.execute(
                "SELECT (SELECT count(*) FROM crisis), (SELECT max(version) FROM crisis)"
            ).fetchone()
        db.close()
        return int(counted[0]), int(counted[1])

    await until(lambda: len(slack.channel(room).pins) == 2)
    before = crises()
    async with aiohttp.ClientSession() as web:

        async def post(body: str, *, secret: str, at: float) -> int:
            stamp = str(int(at))
            headers = {"Content-Type": FORM, "X-Slack-Request-Timestamp": stamp}
            if secret:
                headers["X-Slack-Signature"] = signature(secret, stamp, body)
            async with web.post(url, data=body, headers=headers) as answer:
                await answer.read()
                return answer.status

        now = time.time()
        new = urlencode({**command, "trigger_id": "1.2.3", "text": "open sev1 Forged"})
        for secret, at in (("", now), ("wrong", now), (slack.signing_secret, now - 3600)):
            assert await post(new, secret=secret, at=at) == 401
        assert crises() == before
        for body in (urlencode(command), urlencode({"payload": json.dumps(click)})):
            for _ in range(2):
                assert await post(body, secret=slack.signing_secret, at=now) == 200
        assert crises() == before
        assert await post(new, secret=slack.signing_secret, at=now) == 200
        assert crises()[0] == before[0] + 1
        async with web.get(f"http://127.0.0.1:{program.port}/healthz") as answer:
            assert answer.status == 200
    assert await program.terminated() == 0
