"""Typed answers as Slack brings them: signed, one event for each."""

import json
from time import time

import aiohttp
from slack_sdk.signature import SignatureVerifier

from benchmarks import district

SECRET = "0" * 32


async def type_into(session: aiohttp.ClientSession, url: str, team: int, person: int, words: str) -> None:
    """Let a person of the district type words, and wait for the acknowledgement."""
    stamp = f"{time():.6f}"
    user, place = (district.numbered(each(person), team) for each in (district.user, district.direct))
    event = {"type": "message", "channel_type": "im", "channel": place, "user": user, "ts": stamp, "text": words}
    ids = {"team_id": district.WORKSPACE, "api_app_id": "A1", "event_id": f"Ev{stamp}{user}"}
    body = json.dumps({"type": "event_callback", **ids, "event": event}).encode()
    at = str(int(time()))
    signature = str(SignatureVerifier(SECRET).generate_signature(timestamp=at, body=body))
    signed = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signature, "Content-Type": "application/json"}
    async with session.post(f"{url}/slack/events", data=body, headers=signed) as answer:
        await answer.read()
        if answer.status != 200:
            raise RuntimeError(f"An answer was answered {answer.status}.")
