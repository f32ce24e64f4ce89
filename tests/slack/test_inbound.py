"""What comes to the address of the app: only Slack is let in, and nothing that Slack may say breaks anything."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from datetime import time as at
from typing import Any

import pytest

from bot.sample import CALENDAR, FIRST_DAY
from storage import people, tables
from tests.slack import payloads, wire
from tests.slack.payloads import Place, Scene
from tests.slack.school import Person, SlackSchool
from tests.slack.wire import FORM, JSON, Request, sign

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
NEED = "@leadcycle need Planning time"
TRIGGER = "13345224609.738474920.8088930838d88f008e0"
SUBTYPES = (
    *("bot_message", "me_message", "message_changed", "message_deleted", "message_replied", "thread_broadcast"),
    *("channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name", "channel_archive"),
    *("channel_unarchive", "group_join", "file_comment", "file_mention", "pinned_item", "reminder_add", "tombstone"),
    *("ekm_access_denied", "assistant_app_thread", "document_mention", "reply_broadcast", "sh_room_created", "new_one"),
)


async def stored(school: SlackSchool) -> list[str]:
    """The keys of everything that was taken."""
    async with school.application.database.read(people.DISTRICT) as store:
        return [row["key"] for row in await store.select(tables.inbox)]


async def answered(school: SlackSchool, requests: Mapping[str, Request]) -> dict[str, int]:
    """Send all of it, signed; return the statuses of the answers."""
    statuses = {name: (await school.slack.sends(request)).status for name, request in requests.items()}
    await school.settle()
    return statuses


# ---------------------------------------------------------------- signatures


@on_sqlite
async def test_only_what_slack_signed_just_now_is_let_in(slack_school: SlackSchool) -> None:
    ana, slack = slack_school.people["ana"], slack_school.slack
    before = await stored(slack_school)
    scene, place = await scene_of(ana)
    kinds = {
        "typed": await slack.typed(ana.user, NEED),
        "command": wire.command(payloads.command(scene, place, "/leadcycle", "need Planning time")),
        "press": wire.interaction(pressed(scene, place)),
        "address": wire.event({"type": "url_verification", "token": "t", "challenge": "c"}),
        "nonsense": Request(b"{[", JSON),
    }
    secret, now = slack.signing_secret, time.time()
    statuses: dict[str, int] = {}
    for kind, request in kinds.items():
        good = sign(request.body, secret)
        forged: dict[str, Mapping[str, Any]] = {
            "other secret": sign(request.body, "another"),
            "stale": sign(request.body, secret, now - 330),
            "from the future": sign(request.body, secret, now + 330),
            "another body": sign("another", secret),
            "altered time": good | {"X-Slack-Request-Timestamp": str(int(now) - 1)},
            "empty": {"X-Slack-Signature": "", "X-Slack-Request-Timestamp": ""},
            "no number": good | {"X-Slack-Request-Timestamp": "soon"},
            "a long number": good | {"X-Slack-Request-Timestamp": "9" * 5_000},
            "no ASCII": good | {"X-Slack-Signature": b"v0=\xe9"},
            "no version": good | {"X-Slack-Signature": good["X-Slack-Signature"][3:]},
        }
        for name, headers in forged.items():
            statuses[f"{kind}, {name}"] = (await slack.sends(request, headers=headers)).status
    assert set(statuses.values()) == {401}, statuses
    assert await stored(slack_school) == before


async def scene_of(person: Person) -> tuple[Scene, Place]:
    """Who acts where, for payloads made by hand."""
    slack = person.school.slack
    who = payloads.Person(person.user, "somebody", "", slack.team_id)
    place = Place(person.direct, "directmessage", f"{slack.url.removesuffix('api/')}response/none")
    return Scene(who, slack.team_id, slack.app_id, TRIGGER), place


def pressed(scene: Scene, place: Place, **action: Any) -> dict[str, Any]:
    """A press of a button that says `needs`."""
    button = {"type": "button", "action_id": "say-1", "block_id": "b", "action_ts": "1796000000.000100"}
    says = {"value": json.dumps({"says": "needs", "about": ""})}
    container = {"type": "message", "message_ts": "1796000000.000001", "channel_id": place.channel}
    return {
        **{"type": "block_actions", "team": {"id": scene.team, "domain": "riverside"}, "api_app_id": scene.app},
        **{"user": {"id": scene.person.id, "name": "somebody", "team_id": scene.person.team}, "token": "t"},
        **{"container": container, "channel": {"id": place.channel, "name": place.name}, "enterprise": None},
        **{"trigger_id": scene.trigger, "response_url": place.response_url, "is_enterprise_install": False},
        **{"actions": [{**button, **says, **action}], "state": {"values": {}}},
    }


def submitted(scene: Scene, **view: Any) -> dict[str, Any]:
    """A form of ours that was filled in."""
    hidden = {"ref": "order need", "about": "", "place": "", "post": "", "in_part": False}
    answer = {"type": "plain_text_input", "value": "Planning time"}
    label = {"type": "plain_text", "text": "Need"}
    box = {"type": "plain_text_input", "action_id": "text"}
    return {
        **{"type": "view_submission", "team": {"id": scene.team, "domain": "riverside"}, "api_app_id": scene.app},
        **{"user": {"id": scene.person.id, "name": "somebody", "team_id": scene.person.team}, "token": "t"},
        **{"trigger_id": scene.trigger, "response_urls": [], "is_enterprise_install": False, "enterprise": None},
        "view": {
            **{"id": "V111", "team_id": scene.team, "type": "modal", "callback_id": "form", "hash": "1.abc"},
            **{"private_metadata": json.dumps(hidden), "title": label, "submit": label, "close": None},
            "blocks": [{"type": "input", "block_id": "need", "label": label, "element": box}],
            "state": {"values": {"need": {"text": answer}}},
            **view,
        },
    }


# ---------------------------------------------------------------- what is nothing for us


@on_sqlite
async def test_what_is_not_said_to_us_is_acknowledged_and_not_kept(slack_school: SlackSchool) -> None:
    """The shapes are those of the test suites of Slack's own SDKs."""
    ana, slack = slack_school.people["ana"], slack_school.slack
    scene, place = await scene_of(ana)
    typed = (await slack.typed(ana.user, NEED)).says
    message = typed["event"]
    user, team = {"id": ana.user, "team_id": slack.team_id}, {"id": slack.team_id, "domain": "riverside"}
    view = submitted(scene)["view"]

    def event(**event: Any) -> Request:
        return wire.event({**typed, "event": event})

    def action(kind: str, **fields: Any) -> Request:
        common = {"type": kind, "user": user, "team": team, "trigger_id": TRIGGER, "token": "t"}
        return wire.interaction({**common, **fields})

    nothing: dict[str, Request] = {
        **{name: event(**message, subtype=name) for name in SUBTYPES},
        "a bot": event(**message, bot_id="B1"),
        "hidden edit": event(
            type="message",
            subtype="message_changed",
            channel=ana.direct,
            channel_type="im",
            hidden=True,
            message=message,
            previous_message=message,
            ts=message["ts"],
        ),
        **{kind: event(**{**message, "channel_type": kind}) for kind in ("channel", "group", "mpim", "app_home")},
        "no channel": event(**{key: message[key] for key in message if key != "channel"}),
        "no user": event(**{key: message[key] for key in message if key != "user"}),
        "no time": event(**{key: message[key] for key in message if key != "ts"}),
        "time without end": event(**{**message, "ts": "inf"}),
        "no text": event(**{**message, "text": 5}),
        "user is no word": event(**{**message, "user": {"id": ana.user}}),
        "user is very long": event(**{**message, "user": "U" * 5_000}),
        "messages tab": event(type="app_home_opened", user=ana.user, channel=ana.direct, tab="messages"),
        "no event": wire.event({key: typed[key] for key in typed if key != "event"}),
        "event is a list": wire.event({**typed, "event": [message]}),
        "other workspace": wire.event({**typed, "team_id": "T0OTHER"}),
        **{
            kind: event(type=kind, user=ana.user, channel=place.channel, item={"type": "message"}, event_ts="1.1")
            for kind in ("app_mention", "reaction_added", "link_shared", "channel_created", "function_executed", "x")
        },
        "closed": action("view_closed", view=view, is_cleared=False),
        "foreign view": action("view_submission", view={**view, "callback_id": "theirs"}),
        "view without state": action("view_submission", view={**view, "state": None}),
        "view without our words": action("view_submission", view={**view, "private_metadata": ""}),
        "view with other words": action("view_submission", view={**view, "private_metadata": '{"a": 1}'}),
        "no view": action("view_submission"),
        "global shortcut": action("shortcut", callback_id="socket-mode", action_ts="1.1"),
        "foreign shortcut": action("message_action", callback_id="theirs", message=message, channel={"id": "C1"}),
        "options": action("block_suggestion", action_id="es_a", block_id="es_b", value="b", container={}),
        "dialog": action("dialog_submission", callback_id="d", submission={}, state="Limo", action_ts="1.1"),
        "attachment": action("interactive_message", callback_id="pick", actions=[{"name": "a", "value": "1"}]),
        "workflow step": action("workflow_step_edit", callback_id="copy", workflow_step={}),
        "foreign button": wire.interaction(pressed(scene, place, value="1")),
        "deep button": wire.interaction(pressed(scene, place, value="[" * 1_900)),
        "no button": wire.interaction(pressed(scene, place, type="static_select", selected_option={"value": "x"})),
        "no actions": wire.interaction({**pressed(scene, place), "actions": []}),
        "other workspace's press": wire.interaction({**pressed(scene, place), "team": {"id": "T0OTHER"}}),
        "organisation": wire.interaction({**pressed(scene, place), "team": None, "enterprise": {"id": "E1"}}),
        "no trigger": wire.command({"command": "/leadcycle", "text": "needs", "user_id": ana.user}),
        "no command": wire.command({"text": "needs"}),
        "certificate": wire.command({"ssl_check": "1", "token": "t"}),
        "empty": Request(b"", FORM),
        "empty JSON": Request(b"{}", JSON),
        "empty payload": Request(b"payload={}", FORM),
        "other fields": Request(b"a=1&b=2", FORM),
    }
    before, calls = await stored(slack_school), len(await slack.calls())

    statuses = await answered(slack_school, nothing)

    assert {name: status for name, status in statuses.items() if status != 200} == {}
    assert await stored(slack_school) == before
    assert len(await slack.calls()) == calls


@on_sqlite
async def test_what_cannot_be_read_is_refused(slack_school: SlackSchool) -> None:
    before = await stored(slack_school)
    refused = {
        "too large": (Request(b'{"a":"' + b"x" * 5_000_000 + b'"}', JSON), 413),
        "cut off": (Request(b'{"type": "event_callback"', JSON), 400),
        "deep": (Request(b"[" * 100_000, JSON), 400),
        "deep fields": (Request(b'{"a":' * 100_000, JSON), 400),
        **{word: (Request(word.encode(), JSON), 400) for word in ("[]", "null", "5", '"words"', "[1]", "NaN")},
        "no JSON in the payload": (Request(b"payload=%7B", FORM), 400),
        "a list in the payload": (Request(b"payload=[]", FORM), 400),
        "no UTF-8": (Request(b'{"a":"\xff"}', JSON), 400),
        "nobody authorized": (Request(b'{"authorizations": [null]}', JSON), 400),
    }
    statuses = await answered(slack_school, {name: request for name, (request, _) in refused.items()})
    assert statuses == {name: status for name, (_, status) in refused.items()}
    assert await stored(slack_school) == before


ODD: tuple[Any, ...] = (None, 0, -1.5, True, "", "\0", "\ud800", "x" * 9_000, [], [None], {}, {"id": None}, [[[[]]]])
"""In place of what should stand there."""


def places(payload: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every path to something in the payload."""
    inner = payload.items() if isinstance(payload, dict) else enumerate(payload) if isinstance(payload, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from places(value, (*path, key))


def changed(payload: Any, path: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Any:
    """The payload with something else at the end of the path."""
    copy = deepcopy(payload)
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    change(inner, path[-1])
    return copy


@on_postgresql
async def test_no_shape_of_anything_that_slack_says_breaks_us(slack_school: SlackSchool) -> None:
    """Each part of each kind of request is left out once, and replaced by something odd in turn."""
    ana, slack = slack_school.people["ana"], slack_school.slack
    scene, place = await scene_of(ana)
    typed = (await slack.typed(ana.user, "hello")).says
    profile = {"id": ana.user, "team_id": slack.team_id, "profile": {"email": "ana@example.org", "real_name": "Ana"}}
    joined = {"type": "member_joined_channel", "user": slack.bot_user, "inviter": ana.user, "channel": "C1"}
    kinds: dict[str, tuple[Any, Callable[[Any], Request]]] = {
        "typed": (typed, wire.event),
        "home": ({**typed, "event": {"type": "app_home_opened", "user": ana.user, "tab": "home"}}, wire.event),
        "person": ({**typed, "event": {"type": "user_change", "user": profile}}, wire.event),
        "invited": ({**typed, "event": {**joined, "event_ts": "1796000000.1"}}, wire.event),
        "closed": ({**typed, "event": {"type": "app_uninstalled"}}, wire.event),
        "pressed": (pressed(scene, place), wire.interaction),
        "form": (submitted(scene), wire.interaction),
    }
    broken: dict[str, int] = {}
    odd = 0
    for kind, (payload, request) in kinds.items():
        for path in places(payload):
            value = ODD[odd % len(ODD)]
            odd += 1
            left_out = changed(payload, path, lambda inner, key: inner.pop(key))
            replaced = changed(payload, path, lambda inner, key, value=value: inner.__setitem__(key, value))
            for shape in (left_out, replaced):
                status = (await slack.sends(as_ascii(request, shape))).status
                if status not in (200, 400):
                    broken[f"{kind}: {path}: {value!r:.20}"] = status
    await slack_school.settle()
    assert broken == {}
    assert odd > 100


def as_ascii(request: Callable[[Any], Request], payload: Any) -> Request:
    """The request with what is no character escaped, as JSON can."""
    if request is wire.event:
        return Request(json.dumps(payload).encode(), JSON)
    return wire.command({"payload": json.dumps(payload)})


@on_sqlite
async def test_the_address_is_ours(slack_school: SlackSchool) -> None:
    assert (await slack_school.slack.verifies_url()).json["challenge"]


# ---------------------------------------------------------------- people who are not ours


@on_sqlite
async def test_nobody_of_another_workspace_has_an_effect(slack_school: SlackSchool) -> None:
    """A channel may be shared with another workspace, whose people have the e-mail that is written down there."""
    ana, slack = slack_school.people["ana"], slack_school.slack
    await ana.starts()
    eve = await slack.add_person("Eve", "ana@example.org", team_id="T0OTHER")
    await slack_school.application.follow()
    await slack.change_user(eve, name="Eve E.")
    await slack.joins_workspace(eve)
    assert "Eve E." not in [each.name for each in (await slack_school.room()).members]

    command = await slack.slash(eve, "/leadcycle", "need Theirs", slack_school.channel)
    direct = await slack.types(eve, "@leadcycle need Theirs")
    borrowed = await slack_school.slack.typed(ana.user, "@leadcycle need Theirs", user_team="T0OTHER")
    source = await slack_school.slack.typed(ana.user, "@leadcycle need Theirs", source_team="T0OTHER")
    scene, place = await scene_of(ana)
    theirs = {"id": ana.user, "team_id": "T0OTHER"}
    press = wire.interaction(pressed(scene, place, value=json.dumps({"says": "need Theirs", "about": ""})))
    requests = {"typed": borrowed, "from there": source, "pressed": press.altered(user=theirs)}
    form = wire.interaction(submitted(scene)).altered(user=theirs)
    assert await answered(slack_school, requests) == dict.fromkeys(requests, 200)
    refused = (await slack.sends(form)).json

    assert (command.status, direct.status) == (200, 200)
    (note,) = await slack.ephemerals(eve)
    assert "I do not know you yet." in note.text
    assert "I do not know you yet." in json.dumps(refused["view"])
    assert (await slack_school.room()).needs == ()


@on_sqlite
async def test_a_member_of_an_organisation_is_known_in_each_of_its_workspaces(slack_school: SlackSchool) -> None:
    ana, slack = slack_school.people["ana"], slack_school.slack
    await ana.starts()
    typed = await slack.typed(ana.user, NEED, user_team="E0DISTRICT")
    authorized = [{**typed.says["authorizations"][0], "enterprise_id": "E0DISTRICT"}]
    await slack_school.after(slack.sends(typed.altered(enterprise_id="E0DISTRICT", authorizations=authorized)))
    assert [need.text for need in (await slack_school.room()).needs] == ["Planning time"]


@on_sqlite
async def test_whoever_is_on_no_roster_is_told_so_or_hears_nothing(slack_school: SlackSchool) -> None:
    slack = slack_school.slack
    eve = await slack.add_person("Eve")
    assert (await slack.slash(eve, "/leadcycle", "needs")).status == 200
    assert (await slack.types(eve, "Hello")).status == 200
    await slack_school.settle()
    (note,) = await slack.ephemerals(eve)
    assert "I do not know you yet." in note.text
    assert await slack.told(eve) == []


@on_sqlite
async def test_words_with_a_file_and_words_whose_bot_is_null_are_a_persons(slack_school: SlackSchool) -> None:
    ana, ben = slack_school.people["ana"], slack_school.people["ben"]
    await ana.starts()
    await slack_school.after(slack_school.slack.types(ana.user, NEED, subtype="file_share", files=[{"id": "F1"}]))
    await slack_school.after(slack_school.slack.types(ben.user, NEED, bot_id=None))
    assert len((await slack_school.room()).needs) == 2


@on_sqlite
async def test_a_file_without_words_is_answered_with_what_can_be_read(slack_school: SlackSchool) -> None:
    ben, slack = slack_school.people["ben"], slack_school.slack
    told = (await slack.typed(ben.user, "a picture", subtype="file_share", files=[{"id": "F1"}])).says
    await slack_school.after(slack.sends(wire.event({**told, "event": {**told["event"], "text": ""}})))
    assert "I can read words only, no pictures or files." in (await slack.told(ben.user))[-1].text


@on_sqlite
async def test_the_words_of_a_command_stay_as_they_were_typed(slack_school: SlackSchool) -> None:
    ana = slack_school.people["ana"]
    await ana.starts()
    await ana.slash("/leadcycle need More <b>time</b> & <!channel> than @ben has")
    await ana.slash("/leadcycle need 1 &lt; 2 &amp; 3")
    needs = (await slack_school.room()).needs
    assert [need.text for need in needs] == ["More <b>time</b> & <!channel> than @ben has", "1 < 2 & 3"]


@on_sqlite
async def test_who_is_mentioned_is_called_by_name_and_we_are_spoken_to(slack_school: SlackSchool) -> None:
    ana, ben, slack = slack_school.people["ana"], slack_school.people["ben"], slack_school.slack
    await ana.starts()
    await ben.types(f"<@{slack.bot_user}> need A word with <@{ana.user}> and <@U0NOBODY>")
    (need,) = (await slack_school.room()).needs
    assert need.text == "A word with @Ana Ruiz and @U0NOBODY"


@on_sqlite
async def test_a_form_that_comes_twice_is_taken_once_and_says_where_its_outcome_is(slack_school: SlackSchool) -> None:
    ben, slack = slack_school.people["ben"], slack_school.slack
    await slack_school.people["ana"].starts()
    await ben.slash("/leadcycle need")
    form = await slack.filled(ben.user, await ben.form(), {"need": "Planning time"})
    first, second = await slack.sends(form), await slack.sends(form)
    assert "Noted as need 1" in json.dumps(first.json)
    assert "This has arrived already" in json.dumps(second.json["view"])
    assert len((await slack_school.room()).needs) == 1


@on_sqlite
async def test_home_reads_differently_after_a_form_that_was_opened_there(slack_school: SlackSchool) -> None:
    ana, slack = slack_school.people["ana"], slack_school.slack
    await ana.starts()
    await slack_school.until(CALENDAR.at(FIRST_DAY, at(8)))
    await slack_school.after(slack.opens_home(ana.user))
    home = await slack.home(ana.user)
    assert home
    assert "A question for you" in str(home.blocks)
    await ana.presses("Answer", home)
    await ana.submits(priority="Feedback that helps")
    after = await slack.home(ana.user)
    assert after
    assert "A question for you" not in str(after.blocks)


@on_sqlite
async def test_a_message_of_somebody_else_is_theirs_to_keep(slack_school: SlackSchool) -> None:
    ana, ben, slack = slack_school.people["ana"], slack_school.people["ben"], slack_school.slack
    await ana.starts()
    await ben.types("merge 1 into 2")
    (post,) = [each for each in await slack.posts(ben.direct) if each.user == ben.user]
    await slack_school.after(slack.shortcut(ana.user, post, "keep_need"))
    assert "only they can keep it" in str((await ana.last()).blocks)
    await slack_school.after(slack.shortcut(ben.user, post, "keep_need"))
    assert [need.text for need in (await slack_school.room()).needs] == ["merge 1 into 2"]


@on_sqlite
async def test_a_note_in_a_conversation_of_two_colleagues_is_no_place_to_write_to(slack_school: SlackSchool) -> None:
    ana, slack = slack_school.people["ana"], slack_school.slack
    theirs = (await slack._call("conversations.open", ana.user, users=slack_school.people["ben"].user))[0]["channel"]
    await slack_school.after(slack.slash(ana.user, "/leadcycle", "help", theirs["id"]))
    note = next(each for each in await slack.ephemerals(ana.user) if each.channel == theirs["id"])
    await ana.presses("Everything", note)
    await ana.starts()
    await slack_school.until(CALENDAR.at(FIRST_DAY, at(8)))
    assert "What should we work on?" in str([post.blocks for post in await ana.sees()])
