"""A process that acknowledges everything at once and does nothing else: it shows how fast the load generator itself is."""

from __future__ import annotations

import asyncio
import os

import aiohttp


async def main() -> None:
    headers = {"Authorization": f"Bearer {os.environ['SLACK_APP_TOKEN']}"}
    async with aiohttp.ClientSession() as session:
        async with session.post(
            f"{os.environ['SLACK_API_URL']}apps.connections.open", headers=headers
        ) as answer:
            url = (await answer.json())["url"]
        async with session.ws_connect(url) as ws:
            print("echo is ready", flush=True)  # noqa: T201 -- the line the benchmark waits for
            async for message in ws:
                _, _, rest = message.data.partition('"envelope_id": "')
                if rest:
                    await ws.send_str(f'{{"envelope_id": "{rest.partition(chr(34))[0]}"}}')


if __name__ == "__main__":
    asyncio.run(main())
