"""A Slack that only records: quick enough to be no part of what is measured, in a process of its own.

It takes what our adapter asks of the Web API and keeps each effect under the delivery key that the post's metadata
carries. Its record is the oracle of the fault tests and of the benchmarks: what is lost, what stands there twice.

    with recording(delay=0.002) as slack:
        ...  SLACK_API_URL=slack.url, and whatever else is in slack.settings
        slack.wait(posts=100)
        slack.standing()
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httptools

from bot import event_loop

Json = dict[str, Any]

WORKSPACE = "T000000001"
BOT = "U0BOT"
TOKEN = "xoxb-recording"
SECRET = "signing-secret"
PAGE = 200
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that people see: a post came, was drawn anew, or was deleted."""

    kind: str
    """posted, updated or deleted"""
    key: str
    """the delivery key in the metadata of the post; empty without one"""
    channel: str
    ts: str
    at: float
    """seconds since 1970"""


@dataclass(frozen=True, slots=True)
class Post:
    """A post that stands there, with its newest words."""

    key: str
    """as of an effect"""
    channel: str
    ts: str
    thread: str
    """the post in whose thread it stands; empty in the conversation itself"""
    text: str


# ------------------------------------------------------------------ from the test's side


class RecordingSlack:
    """The stand-in as a test or a benchmark sees it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.url = f"{address}/api/"
        self.settings = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": self.url}
        """of a service that speaks with it"""
        self._place = urlsplit(address).netloc
        self._connection = HTTPConnection(self._place, timeout=300)

    def effects(self, since: int = 0) -> list[Effect]:
        """What happened, in its order, without the first so many."""
        return [Effect(*each) for each in self._control("effects", since=since)]

    def standing(self) -> Counter[str]:
        """How many posts stand there under each delivery key; deleted ones do not."""
        return Counter(self._control("standing"))

    def there(self) -> list[Post]:
        """What stands there, each conversation's posts in their order."""
        return [Post(*each) for each in self._control("there")]

    def posted(self) -> Counter[str]:
        """How many posts there ever were under each delivery key."""
        return Counter(self._control("posted"))

    def calls(self) -> Counter[str]:
        """How often each method of the Web API was called."""
        return Counter(self._control("calls"))

    def wait(self, posts: int, seconds: float = 30) -> int:
        """Wait until there were so many posts, or so long; return how many there were."""
        return int(self._control("wait", posts=posts, seconds=seconds))

    def delay(self, seconds: float) -> None:
        """Let every call take so long from now on; its effect comes in the middle of it."""
        self._control("delay", seconds=seconds)

    def clock(self, ahead: float, *, is_told: bool = True) -> None:
        """Put its clock so many seconds ahead of ours, and say whether its answers tell the time."""
        self._control("clock", ahead=ahead, told=int(is_told))

    def forget(self) -> None:
        """Begin anew: no posts, no effects, and the time is ours."""
        self._control("forget")

    def close(self) -> None:
        """Let go of the connection to it."""
        self._connection.close()

    def _control(self, what: str, **given: float) -> Any:
        path = f"/control/{what}?{urlencode(given)}"
        try:
            return self._asked(path)
        except ConnectionError:  # it was idle for too long
            self._connection = HTTPConnection(self._place, timeout=300)
            return self._asked(path)

    def _asked(self, path: str) -> Any:
        self._connection.request("GET", path)
        return json.loads(self._connection.getresponse().read())


@contextmanager
def recording(delay: float = 0.002, people: int = 0) -> Iterator[RecordingSlack]:
    """Run a stand-in whose calls take `delay` seconds, in a workspace with so many people; it ends with this process.

    People are called U00000, U00001 and so on.
    """
    command = [sys.executable, "-m", "tests.faults.recording_slack", str(delay), str(people)]
    where = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=where, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            slack = RecordingSlack(process.stdout.readline().strip())
            yield slack
            slack.close()
        finally:
            process.kill()


# ------------------------------------------------------------------ what it remembers


@dataclass(slots=True)
class Channel:
    """One conversation, with its posts in their order."""

    stamps: list[str] = field(default_factory=list)
    posts: dict[str, Json] = field(default_factory=dict)


class Workspace:
    """The workspace: each method of the Web API that our adapter calls, by its name without the dot."""

    def __init__(self, people: int = 0) -> None:
        self.calls: Counter[str] = Counter()
        self.waiting: list[tuple[int, Callable[[], None]]] = []
        self._people = people
        self.forget()

    def forget(self) -> None:
        self.ahead, self.tells_time, self._latest = 0.0, True, 0
        self.channels: dict[str, Channel] = {}
        self.effects: list[tuple[str, str, str, str, float]] = []
        self.posted: Counter[str] = Counter()
        self.standing: Counter[str] = Counter()
        self.posts = 0

    def there(self) -> list[tuple[str, ...]]:
        return [
            (_key(post), name, ts, post.get("thread_ts", ""), post["text"])
            for name, channel in self.channels.items()
            for ts, post in channel.posts.items()
        ]

    def call(self, method: str, given: Json) -> Json:
        """Do what is asked for; what it does not know has no effect and is well."""
        self.calls[method] += 1
        return getattr(self, f"_{method.replace('.', '_')}", _ok)(given)

    def _auth_test(self, given: Json) -> Json:
        return _ok(team_id=WORKSPACE, team="Riverside", user_id=BOT, bot_id="B0BOT", user="leadcycle")

    def _users_list(self, given: Json) -> Json:
        first = int(given.get("cursor") or 0)
        until = min(first + PAGE, self._people)
        cursor = {"next_cursor": str(until) if until < self._people else ""}
        return _ok(members=[_person(f"U{number:05}") for number in range(first, until)], response_metadata=cursor)

    def _users_info(self, given: Json) -> Json:
        return _ok(user=_person(given["user"]))

    def _conversations_open(self, given: Json) -> Json:
        return _ok(channel={"id": _place(given["users"])})

    def _chat_postMessage(self, given: Json) -> Json:
        name, key, ts = _place(given["channel"]), _key(given), self._now()
        channel = self.channels.setdefault(name, Channel())
        post = {"type": "message", "bot_id": "B0BOT", "ts": ts, "text": given.get("text", "")}
        post |= {kept: given[kept] for kept in ("metadata", "thread_ts") if given.get(kept)}
        channel.stamps.append(ts)
        channel.posts[ts] = post
        self.posts += 1
        self.posted[key] += 1
        self.standing[key] += 1
        self._record("posted", key, name, ts)
        return _ok(channel=name, ts=ts, message=post)

    def _chat_update(self, given: Json) -> Json:
        post = self._post(given)
        if post is None:
            return _not("message_not_found")
        post["text"] = given.get("text", "")
        self._record("updated", _key(post), given["channel"], post["ts"])
        return _ok(channel=given["channel"], ts=post["ts"], message=post)

    def _chat_delete(self, given: Json) -> Json:
        post = self._post(given)
        if post is None:
            return _not("message_not_found")
        channel = self.channels[given["channel"]]
        channel.stamps.remove(post["ts"])
        del channel.posts[post["ts"]]
        self.standing[_key(post)] -= 1
        self._record("deleted", _key(post), given["channel"], post["ts"])
        return _ok(channel=given["channel"], ts=post["ts"])

    def _conversations_history(self, given: Json) -> Json:
        """The newest posts first, a page at a time; the replies in threads are not among them."""
        return self._page(given, lambda post: "thread_ts" not in post)

    def _conversations_replies(self, given: Json) -> Json:
        return self._page(given, lambda post: given["ts"] in (post["ts"], post.get("thread_ts")))

    def _page(self, given: Json, is_there: Callable[[Json], bool]) -> Json:
        channel = self.channels.get(given["channel"], Channel())
        after = channel.stamps[bisect_left(channel.stamps, given.get("oldest", "")) :]
        there = [post for post in map(channel.posts.__getitem__, reversed(after)) if is_there(post)]
        first = int(given.get("cursor") or 0)
        until = first + min(int(given.get("limit", 100)), PAGE)
        shown = there[first:until]
        if str(given.get("include_all_metadata")).lower() not in ("1", "true"):
            shown = [{name: post[name] for name in post if name != "metadata"} for post in shown]
        more = until < len(there)
        return _ok(messages=shown, has_more=more, response_metadata={"next_cursor": str(until) if more else ""})

    def _post(self, given: Json) -> Json | None:
        return self.channels.get(given["channel"], Channel()).posts.get(given["ts"])

    def time(self) -> float:
        """What its clock says, in seconds since 1970."""
        return time.time() + self.ahead

    def _now(self) -> str:
        """A time stamp that nothing else has."""
        self._latest = max(self._latest + 1, int(self.time() * 1_000_000))
        return f"{self._latest // 1_000_000}.{self._latest % 1_000_000:06}"

    def _record(self, kind: str, key: str, channel: str, ts: str) -> None:
        self.effects.append((kind, key, channel, ts, time.time()))
        for each in [each for each in self.waiting if self.posts >= each[0]]:
            self.waiting.remove(each)
            each[1]()


def _ok(given: Json | None = None, **more: Any) -> Json:
    return {"ok": True, **more}


def _not(error: str) -> Json:
    return {"ok": False, "error": error}


def _place(channel: str) -> str:
    """The direct conversation with a person, or the channel itself."""
    return f"D{channel[1:]}" if channel.startswith("U") else channel


def _key(post: Json) -> str:
    return str(((post.get("metadata") or {}).get("event_payload") or {}).get("id", ""))


def _person(user: str) -> Json:
    profile = {"real_name": f"Person {user}", "email": f"{user.lower()}@example.org"}
    return {"id": user, "team_id": WORKSPACE, "name": user.lower(), "locale": "en-US", "profile": profile}


# ------------------------------------------------------------------ how it is reached


class Conversation(asyncio.Protocol):
    """One HTTP connection; who calls may die at any moment, and what was asked for happens all the same."""

    def __init__(self, workspace: Workspace, delay: list[float]) -> None:
        self._workspace = workspace
        self._delay = delay
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpRequestParser(self)
        self._url, self._type, self._body = b"", b"", b""

    def connection_made(self, transport: Any) -> None:
        self._transport: asyncio.Transport = transport

    def data_received(self, data: bytes) -> None:
        with suppress(httptools.HttpParserError):
            self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._url, self._type, self._body = url, b"", b""

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-type":
            self._type = value

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        url = httptools.parse_url(self._url)
        given: Json = dict(parse_qsl((url.query or b"").decode()))
        path = url.path.decode()
        if path.startswith("/control/"):
            self._controlled(path.removeprefix("/control/"), given)
            return
        if self._type.startswith(b"application/json"):
            given |= json.loads(self._body or b"{}")
        else:
            given |= parse_qsl(self._body.decode())
        self._loop.call_later(self._delay[0] / 2, self._effect, path.removeprefix("/api/"), given)

    def _effect(self, method: str, given: Json) -> None:
        answer = self._workspace.call(method, given)
        self._loop.call_later(self._delay[0] / 2, self._answer, answer)

    def _controlled(self, what: str, given: Json) -> None:
        there = self._workspace
        match what:
            case "effects":
                self._answer(there.effects[int(given["since"]) :])
            case "there":
                self._answer(there.there())
            case "standing" | "posted" | "calls":
                self._answer(getattr(there, what))
            case "delay":
                self._delay[0] = float(given["seconds"])
                self._answer({})
            case "clock":
                there.ahead, there.tells_time = float(given["ahead"]), given["told"] == "1"
                self._answer({})
            case "forget":
                there.forget()
                self._answer({})
            case "wait":
                self._wait(int(given["posts"]), float(given["seconds"]))

    def _wait(self, posts: int, seconds: float) -> None:
        there = self._workspace
        if there.posts >= posts:
            self._answer(there.posts)
            return
        waits: list[Any] = []

        def over(*, late: bool = False) -> None:
            waits[1].cancel()
            if late:
                there.waiting.remove(waits[0])
            self._answer(there.posts)

        waits += [(posts, over), self._loop.call_later(seconds, lambda: over(late=True))]
        there.waiting.append(waits[0])

    def _answer(self, said: Any) -> None:
        if self._transport.is_closing():
            return
        body = json.dumps(said, separators=(",", ":")).encode()
        there = self._workspace
        date = f"Date: {formatdate(there.time(), usegmt=True)}\r\n" if there.tells_time else ""
        head = f"HTTP/1.1 200 OK\r\n{date}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)


async def _serve(delay: float, people: int) -> None:
    """Answer on a free port, which is printed, until whoever started us is gone."""
    workspace, slowness = Workspace(people), [delay]
    loop, gone = asyncio.get_running_loop(), asyncio.Event()
    server = await loop.create_server(lambda: Conversation(workspace, slowness), "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    print(f"http://{host}:{port}", flush=True)
    loop.add_reader(sys.stdin.fileno(), lambda: None if sys.stdin.read(1) else gone.set())
    await gone.wait()


if __name__ == "__main__":
    event_loop.run(_serve(float(sys.argv[1]), int(sys.argv[2])))
