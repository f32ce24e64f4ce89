"""What an operator sees of the outbox and inbox from the command line, and does about it beside the service."""

import asyncio
import json
import re
from collections.abc import Coroutine, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bot import cli_outbox
from flows.events import Event, Said
from flows.messages import Message
from flows.sends import SendKind
from storage import everywhere, inbox, outbox, tables
from storage.claims import claim_first, claim_unsure, mark_inflight
from storage.database import Database
from storage.settlements import Settlement, dead, held, settle, unsure
from tests.bot.test_cli import done, leadcycle, place, refused
from tests.storage import samples

__all__ = ["place"]
SECRET = "a quieter hallway by room nineteen"
LEASE = timedelta(minutes=1)


@pytest.fixture
def where(database_url: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """A database with one message in each kind of trouble, one that waits, and one in flight right now."""
    monkeypatch.setattr(cli_outbox, "PLATFORMS", (*cli_outbox.PLATFORMS, "test"))
    asyncio.run(_fill(database_url))
    return "--database", database_url


async def _fill(url: str) -> None:
    async with Database(url) as database:
        async with database.begin("d1") as store:
            await samples.found(store)
        for key, became in (
            ("dead", partial(dead, reason="channel_not_found")),
            ("held", partial(held, reason="TimeoutError")),
            ("unsure", partial(unsure, reason="TimeoutError", wait=LEASE)),
            ("inflight", None),
            ("ready", None),
        ):
            async with database.begin("d1") as store:
                to = {"to": "", "kind": SendKind.POST} if key == "dead" else {"to": "ana", "kind": SendKind.PROMPT}
                send = samples.a_send(key, message=Message(SECRET), due=store.school_time - LEASE, **to)
                await outbox.enqueue(store, send, samples.direct(f"U-{key}"))
            if key != "ready":
                await _goes(database, became)


async def _goes(database: Database, became: Any) -> None:
    async with database.everywhere() as everyone:
        claimed = await claim_first(everyone, LEASE)
    assert claimed
    async with database.begin("d1") as store:
        going = await mark_inflight(store, claimed.rows)
        settled: Sequence[Settlement] = [became(row) for row in going] if became else []
        await settle(store, settled)


def states(where: tuple[str, str]) -> dict[str, str]:
    async def ask() -> dict[str, str]:
        async with Database(where[1], read_only=True) as database, database.read("d1") as store:
            return {row.send.key: row.state.value for row in await outbox.listing(store)}

    return asyncio.run(ask())


def id_of(where: tuple[str, str], key: str) -> str:
    found = json.loads(done("outbox", "--json", *where))["messages"]
    return next(each["delivery"] for each in found if each["reason_key"] == key)[:8]


def test_what_waits_and_why_is_told_in_words_and_never_in_peoples(where: tuple[str, str]) -> None:
    told = done("outbox", *where)

    assert told.splitlines()[0] == "5 messages:"
    for line in (
        "1  ready     waits for its turn",
        "1  inflight  is being sent",
        "1  unsure    may have arrived and is being looked up",
        "1  held      may have arrived and waits for you",
        "1  dead      could not be delivered",
        "dead      a card for the channel of Grade 4, on Test",
        "held      a question for Ana Díaz (Grade 4), on Test",
        "(1 minute ago), 1 attempt: channel_not_found",
        ": the request failed (TimeoutError)",
    ):
        assert line in told
    assert "hallway" not in told
    assert "hallway" not in done("outbox", "--json", *where)


def test_the_list_is_narrowed_by_state_team_platform_and_number(where: tuple[str, str]) -> None:
    assert done("outbox", "--state", "held", "--state", "dead", *where).startswith("2 messages:\n")
    assert done("outbox", "--team", "grade 4", "--platform", "test", *where).startswith("5 messages:\n")
    assert done("outbox", "--platform", "slack", *where) == "No message waits, and none is in trouble.\n"
    assert len(json.loads(done("outbox", "--limit", "2", "--json", *where))["messages"]) == 2
    assert refused("outbox", "--team", "Grade 9", *where) == (
        "No team is called Grade 9. On record:\n  Grade 4 (Lincoln School)"
    )
    assert leadcycle("outbox", "--state", "lost", *where).exit_code == 2


def test_a_platform_that_there_is_not_is_refused_and_not_taken_for_good_news(where: tuple[str, str]) -> None:
    for words in (("outbox",), ("outbox", "cancel", "--all")):
        refused = leadcycle(*words, "--platform", "slak", *where)
        told = " ".join(re.sub(r"[│╭╰─╮╯]", " ", refused.output).split())
        assert refused.exit_code == 2
        assert 'slak is none of slack, teams, practice, test. Did you mean "slack"?' in told
    assert done("outbox", "--platform", "Slack", *where) == done("outbox", "--platform", "slack", *where)


def test_each_message_is_settled_by_the_beginning_of_its_key_beside_the_service(where: tuple[str, str]) -> None:
    ids = {key: id_of(where, key) for key in ("dead", "held", "unsure", "ready")}

    async def beside(work: Coroutine[Any, Any, Any]) -> None:
        async with Database(where[1]):
            await work

    asyncio.run(beside(asyncio.to_thread(_settle_each, where, ids)))
    assert states(where) == {
        "dead": "ready",
        "held": "ready",
        "unsure": "sent",
        "ready": "cancelled",
        "inflight": "inflight",
    }


def _settle_each(where: tuple[str, str], ids: dict[str, str]) -> None:
    assert done("outbox", "retry", ids["dead"], *where).endswith("a card for the channel of Grade 4: sent again.\n")
    assert "released, to be sent" in done("outbox", "release", ids["held"], *where)
    assert "confirmed as arrived" in done("outbox", "confirm", ids["unsure"], *where)
    assert "cancelled" in done("outbox", "cancel", ids["ready"], *where)


def test_what_is_on_its_way_right_now_is_not_touched(where: tuple[str, str]) -> None:
    id = id_of(where, "inflight")
    for deed in ("retry", "release", "confirm", "cancel"):
        assert refused("outbox", deed, id, *where).startswith(f"{id} is being sent, so there is nothing to {deed}.")
    done("outbox", "cancel", "--all", "--state", "inflight", "--yes", *where)
    assert states(where)["inflight"] == "inflight"


def test_what_is_being_looked_up_right_now_is_left_to_the_one_who_looks(where: tuple[str, str]) -> None:
    async def look() -> None:
        async with Database(where[1]) as database, database.everywhere() as everyone:
            await everyone.store("d1").update(
                outbox.tables.outbox, outbox.tables.outbox.c.key == "unsure", wait_until=everyone.now
            )
            assert len(await claim_unsure(everyone, LEASE)) == 1

    id = id_of(where, "unsure")
    asyncio.run(look())
    assert refused("outbox", "release", id, *where) == f"{id} is being looked up right now. Try again in a minute."
    assert states(where)["unsure"] == "unsure"


def test_many_are_settled_only_after_asking(where: tuple[str, str]) -> None:
    asked = leadcycle("outbox", "release", "--all", *where, typed="n\n")
    assert asked.exit_code == 1
    assert "This concerns 2 messages. Release?" in asked.output
    assert states(where)["held"] == "held"

    assert "2 messages released, to be sent." in done("outbox", "release", "--all", *where, typed="y\n")
    assert done("outbox", "retry", "--all", "--yes", *where) == "1 message sent again.\n"
    assert done("outbox", "cancel", "--all", "--yes", *where) == "0 messages cancelled.\n"
    assert states(where)["ready"] == "ready", "what merely waits is cancelled only where somebody says so"


@pytest.mark.parametrize("before", [("--team", "Grade 4"), ("--platform", "slack"), ("--state", "held"), ()])
def test_an_option_before_a_command_that_would_not_hear_of_it_is_refused(
    before: tuple[str, ...], where: tuple[str, str]
) -> None:
    told = leadcycle("outbox", *(before or where), "cancel", "--all", "--yes", *(where if before else ()))
    assert told.exit_code == 2
    assert f"Write {(before or where)[0]} after cancel" in told.output
    assert states(where)["held"] == "held"


def test_a_message_that_is_not_there_or_is_not_told_from_another_is_refused(where: tuple[str, str]) -> None:
    assert refused("outbox", "retry", "zzz", *where) == "No message begins with zzz. `leadcycle outbox` lists them."
    held = id_of(where, "held")
    assert refused("outbox", "retry", held, *where).endswith(f"`leadcycle outbox release {held}` is for that.")
    for words in (("retry",), ("retry", held, "--all"), ("cancel", held, "--team", "Grade 4")):
        assert leadcycle("outbox", *words, *where).exit_code == 2


def test_events_that_were_set_aside_are_told_and_brought_back(where: tuple[str, str]) -> None:
    async def fails() -> None:
        async with Database(where[1]) as database, database.begin("d1") as store:
            for key in ("Ev1", "Ev2"):
                await inbox.capture(store, Event(key, "slack", "T1", "U1", "D1", True, samples.NOON, Said(SECRET)))
            for _ in range(inbox.MOST_ATTEMPTS):
                await inbox.failed(store, "slack", "Ev1", "ZeroDivisionError")

    assert done("inbox", *where) == "No event waits, and none was set aside.\n"
    asyncio.run(fails())
    told = done("inbox", *where)
    assert "aside    slack  Ev1" in told
    assert "5 attempts: the request failed (ZeroDivisionError)" in told
    assert "waiting  slack  Ev2" in told
    assert "hallway" not in told

    assert refused("inbox", "retry", "Ev2", *where) == "No event Ev2 was set aside. `leadcycle inbox` lists them."
    assert done("inbox", "retry", "--all", *where).startswith("1 event brought back")
    assert "aside" not in done("inbox", *where)
    assert leadcycle("inbox", "retry", *where).exit_code == 2


def _destroy_words(where: tuple[str, str]) -> None:
    async def destroy() -> None:
        async with Database(where[1]) as database, database.everywhere() as everyone:
            assert await everywhere.destroy_words(everyone, timedelta()) == 2  # what is dead, and what is held

    asyncio.run(destroy())


@pytest.mark.parametrize(
    ("deed", "key", "way"), [("retry", "dead", ""), ("release", "held", "When it stands in the chat, `leadcycle ")]
)
def test_what_has_no_words_any_more_is_not_sent_again_and_the_sentence_says_what_is_left(
    where: tuple[str, str], deed: str, key: str, way: str
) -> None:
    id = id_of(where, key)
    before = states(where)
    _destroy_words(where)

    told = refused("outbox", deed, id, *where)

    assert told.startswith(f"{id} cannot be sent any more. It came to rest on 20")
    assert f"`leadcycle outbox cancel {id}` settles it." in told
    assert way in told
    assert ("outbox confirm" in told) == bool(way)
    assert states(where) == before
    assert "cancelled" in done("outbox", "cancel", id, *where)


def test_of_all_what_has_no_words_any_more_is_left_alone_and_told(where: tuple[str, str]) -> None:
    _destroy_words(where)
    told = done("outbox", "release", "--all", "--yes", *where)
    assert told.startswith("1 message released, to be sent. 1 message left alone, whose words were destroyed: look")
    assert states(where)["held"] == "held"
    assert states(where)["unsure"] == "ready"


def test_what_is_drawn_from_the_facts_needs_no_words(where: tuple[str, str]) -> None:
    async def draws() -> None:
        async with Database(where[1]) as database, database.begin("d1") as store:
            await store.update(tables.outbox, tables.outbox.c.key == "dead", card="phase 1")

    asyncio.run(draws())
    _destroy_words(where)
    assert "sent again" in done("outbox", "retry", id_of(where, "dead"), *where)
    assert states(where)["dead"] == "ready"
