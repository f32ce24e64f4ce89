"""What goes between Slack and an app: signed requests and their answers."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

Json = dict[str, Any]

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Request:
    """What Slack says to the app; the signature is made when it is sent."""

    body: bytes
    content_type: str

    @property
    def says(self) -> Json:
        """The payload."""
        if self.content_type == JSON:
            return dict(json.loads(self.body))
        fields = dict(parse_qsl(self.body.decode(), keep_blank_values=True))
        return dict(json.loads(fields["payload"])) if "payload" in fields else fields

    def altered(self, **fields: Any) -> "Request":
        """The same with other fields at the top of its payload, like another workspace's `team_id`."""
        payload = {**self.says, **fields}
        if self.content_type == JSON:
            return event(payload)
        return interaction(payload) if b"payload=" in self.body[:8] else command(payload)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app answered by HTTP, and how many seconds it took."""

    status: int
    headers: Mapping[str, str]
    text: str
    seconds: float
    request: Request = field(repr=False)
    sent: Mapping[str, str] = field(repr=False)
    """the headers of the request, for sending the very same once more"""

    @property
    def json(self) -> Any:
        """The answer as JSON; None if there was none."""
        return json.loads(self.text) if self.text.startswith(("{", "[")) else None


def event(envelope: Json) -> Request:
    """Return the request for an event."""
    return Request(json.dumps(envelope, ensure_ascii=False).encode(), JSON)


def interaction(payload: Json) -> Request:
    """Return the request for a pressed button, a form or a shortcut."""
    return Request(urlencode({"payload": json.dumps(payload, ensure_ascii=False)}).encode(), FORM)


def command(fields: Mapping[str, str]) -> Request:
    """Return the request for a slash command."""
    return Request(urlencode(fields).encode(), FORM)


def sign(body: bytes | str, secret: str, at: float | None = None) -> dict[str, str]:
    """Return the headers that Slack signs a request with (docs.slack.dev/authentication/verifying-requests-from-slack).

    `at` is in seconds since 1970; now, unless told otherwise.
    """
    stamp = str(int(time.time() if at is None else at))
    raw = body.encode() if isinstance(body, str) else body
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
