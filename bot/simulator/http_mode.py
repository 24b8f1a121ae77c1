"""HTTP mode: deliveries are signed requests to the app's request URL."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.simulator.deliveries import Answer, Delivery


def signature(secret: str, timestamp: str, body: str) -> str:
    """The X-Slack-Signature of this body, version v0."""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return f"v0={digest}"


class HttpMode:
    """Posts every delivery to ``url``; the body of the response is the acknowledgement."""

    def __init__(self, session: ClientSession, url: str, secret: str, ack_timeout_s: float) -> None:
        self._session, self.url, self._secret = session, url, secret
        self._timeout = ClientTimeout(total=ack_timeout_s)

    async def send(
        self, delivery: Delivery, on_sent: Callable[[], None], *, avoid_last: bool = False
    ) -> Answer:
        """The app answered, or did not in time. There is one URL: ``avoid_last`` means nothing here."""
        if delivery.kind == "events_api":
            body, content_type = json.dumps(delivery.payload), "application/json"
        elif delivery.kind == "interactive":
            body, content_type = urlencode({"payload": json.dumps(delivery.payload)}), _FORM
        else:
            body, content_type = urlencode(delivery.payload), _FORM
        headers = {}
        if delivery.retry_attempt:
            reason = {"timeout": "http_timeout"}.get(delivery.retry_reason, delivery.retry_reason)
            headers = {"X-Slack-Retry-Num": str(delivery.retry_attempt), "X-Slack-Retry-Reason": reason}
        try:
            return await self._post(body, content_type, headers, on_sent)
        except TimeoutError:
            return Answer("timeout")
        except (ClientError, ConnectionError):
            return Answer("unreachable")

    async def verify_url(self, token: str) -> bool:
        """True if the app proved to own the URL by answering Slack's challenge."""
        challenge = hashlib.sha256(str(time.time_ns()).encode()).hexdigest()
        body = json.dumps({"token": token, "challenge": challenge, "type": "url_verification"})
        answer = await self._post(body, "application/json", {}, lambda: None)
        return challenge in answer.payload.values()

    async def _post(
        self, body: str, content_type: str, headers: dict[str, str], on_sent: Callable[[], None]
    ) -> Answer:
        # Real time, not the simulated clock: receivers compare it with theirs and refuse after five minutes.
        timestamp = str(int(time.time()))
        headers = headers | {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self._secret, timestamp, body),
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }
        asyncio.get_running_loop().call_soon(on_sent)
        async with self._session.post(
            self.url, data=body, headers=headers, timeout=self._timeout
        ) as response:
            text = await response.text()
            if response.status != 200:
                return Answer("refused", no_retry=response.headers.get("X-Slack-No-Retry") == "1")
            return Answer("acked", _parsed(text))


_FORM = "application/x-www-form-urlencoded"


def _parsed(text: str) -> dict[str, Any]:
    if not text:
        return {}
    try:
        parsed = json.loads(text)
    except ValueError:
        return {"text": text}
    return parsed if isinstance(parsed, dict) else {"text": text}
