"""Whatever an authenticated activity holds, it is answered, and never with a 5xx."""

from typing import Any

import pytest

from tests.teams.school import Person, TeamsSchool
from tests.teams.stand_in import BOT, TENANT

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

TENANT_DATA = {"tenant": {"id": TENANT}}
PRESS = {"type": "Action.Execute", "verb": "say", "data": {"says": "help", "about": ""}}


def invoke(name: str = "adaptiveCard/action", **value: Any) -> dict[str, Any]:
    return {"type": "invoke", "name": name, "value": value}


ODD: dict[str, dict[str, Any]] = {
    "no type": {"type": None},
    "an unknown type": {"type": "somethingNew"},
    "a type that is no word": {"type": 7},
    "no id": {"type": "message", "text": "help", "id": None},
    "no sender": {"type": "message", "text": "help", "from": None},
    "a sender without an account": {"type": "message", "text": "help", "from": {"id": "29:x"}},
    "no conversation": {"type": "message", "text": "help", "conversation": None},
    "an empty conversation": {"type": "message", "text": "help", "conversation": {}},
    "no recipient": {"type": "message", "text": "help", "recipient": None},
    "no words": {"type": "message", "text": None},
    "words that are a list": {"type": "message", "text": ["help"]},
    "a time that is none": {"type": "message", "text": "help", "timestamp": "yesterday"},
    "no time": {"type": "message", "text": "help", "timestamp": None},
    "an id with a line break": {"type": "message", "text": "help", "id": "1\n2"},
    "an id of a thousand letters": {"type": "message", "text": "help", "id": "1" * 1000},
    "half of a pair and NUL": {"type": "message", "text": "help \ud83d \x00"},
    "entities that are words": {"type": "message", "text": "help", "entities": "mention"},
    "a mention of nobody": {"type": "message", "text": "help", "entities": [{"type": "mention"}]},
    "forty thousand letters": {"type": "message", "text": "x" * 40_000},
    "a time zone that is none": {
        "type": "message",
        "text": "help",
        "entities": [{"type": "clientInfo", "timezone": "Mars/Olympus", "locale": "xx-QQ"}],
    },
    "a value that is words": {"type": "message", "value": "ref"},
    "a submit without its words": {"type": "message", "value": {"says": None}},
    "a form that is none of ours": {"type": "message", "value": {"ref": "order nothing", "about": "nobody"}},
    "expecting replies": {"type": "message", "text": "help", "deliveryMode": "expectReplies"},
    "an invoke without a name": invoke(name=None, action=PRESS),  # type: ignore[arg-type]
    "an unknown invoke": invoke("something/new", action=PRESS),
    "a task module": invoke("task/fetch", data={}),
    "a search of messages": invoke("composeExtension/query", commandId="x"),
    "a file consent": invoke("fileConsent/invoke", action="accept"),
    "a sign-in": invoke("signin/verifyState", state="x"),
    "a card without a value": {"type": "invoke", "name": "adaptiveCard/action", "value": None},
    "a card without an action": invoke(),
    "an action that is words": invoke(action="say"),
    "data that is a list": invoke(action={"type": "Action.Execute", "data": ["says"]}),
    "an action of another kind": invoke(action={"type": "Action.OpenUrl", "data": {"says": "help"}}),
    "a verb that is none of ours": invoke(action={"verb": "explode", "data": {}}),
    "fields that are none of ours": invoke(action={"data": {"ref": "flow x", "TEXT:a:b:c": [1], "DOTS:a": {}}}),
    "values of other kinds": invoke(action={"data": {"ref": "order action", "TEXT:what": 7, "DATE:due": {"a": 1}}}),
    "automatic refresh": invoke(action=PRESS, trigger="automatic"),
    "add-upgrade": {"type": "installationUpdate", "action": "add-upgrade"},
    "remove-upgrade": {"type": "installationUpdate", "action": "remove-upgrade"},
    "an installation without an action": {"type": "installationUpdate"},
    "members that are words": {"type": "conversationUpdate", "membersAdded": "ana"},
    "a member without an id": {"type": "conversationUpdate", "membersAdded": [{}]},
    "somebody who left": {"type": "conversationUpdate", "membersRemoved": [{"id": "29:gone"}]},
    "a channel without an id": {
        "type": "conversationUpdate",
        "channelData": {**TENANT_DATA, "eventType": "channelDeleted", "channel": None},
    },
    "a team that is words": {"type": "conversationUpdate", "channelData": {**TENANT_DATA, "team": "ours"}},
    "a reaction": {"type": "messageReaction", "reactionsAdded": [{"type": "like"}]},
    "an edit": {"type": "messageUpdate", "text": "help", "channelData": {**TENANT_DATA, "eventType": "editMessage"}},
    "a deletion": {"type": "messageDelete", "channelData": {**TENANT_DATA, "eventType": "softDeleteMessage"}},
    "typing": {"type": "typing"},
    "an event": {"type": "event", "name": "application/vnd.microsoft.readReceipt", "value": {"lastReadMessageId": "1"}},
    "a trace": {"type": "trace"},
    "the end": {"type": "endOfConversation"},
    "our own words": {"type": "message", "text": "help", "from": {"id": BOT, "aadObjectId": None}},
    "another bot's words": {"type": "message", "text": "help", "from": {"id": "28:other", "role": "bot"}},
}


@on_sqlite
async def test_no_odd_activity_is_answered_with_a_5xx_and_the_service_goes_on(teams_school: TeamsSchool) -> None:
    ben = teams_school.people["ben"]
    found = {}
    for name, odd in ODD.items():
        said = {key: value for key, value in ben.said("message", **odd).items() if value is not None}
        found[name] = (await teams_school.after(teams_school.tells(said))).status_code

    assert found == dict.fromkeys(ODD, 200)
    assert not (await teams_school.room()).cycle
    before = len(ben.sees())
    await ben.types("help")
    assert len(ben.sees()) == before + 1


@on_sqlite
async def test_a_card_that_asks_for_itself_gets_a_card_and_nothing_happens(teams_school: TeamsSchool) -> None:
    ana = teams_school.people["ana"]
    await ana.types("cycle start")
    post = teams_school.microsoft.in_place(ana.human.direct)[-1]
    pressed = ana.invoked(post, "Start it like this", {})
    pressed["value"]["trigger"] = "automatic"

    answer = (await teams_school.after(teams_school.tells(pressed))).json()
    assert answer["type"] == "application/vnd.microsoft.card.adaptive"
    assert not (await teams_school.room()).cycle


@on_sqlite
async def test_what_cannot_be_kept_is_a_500_and_is_taken_when_teams_says_it_again(teams_school: TeamsSchool) -> None:
    ben = teams_school.people["ben"]
    said = ben.said("message", text="help")
    conductor = teams_school.application.conductor
    keeping = conductor._captures
    conductor._captures = None  # type: ignore[assignment]
    assert (await teams_school.tells(said)).status_code == 500
    conductor._captures = keeping

    before = len(ben.sees())
    for _ in range(3):
        assert (await teams_school.after(teams_school.tells(said))).status_code == 200
    assert len(ben.sees()) == before + 1, "said three times, it is answered once"


@on_sqlite
async def test_words_among_people_of_a_channel_are_not_for_us(teams_school: TeamsSchool) -> None:
    ana: Person = teams_school.people["ana"]
    said = ana.said("message", text="cycle start", **teams_school.in_channel(teams_school.channel))
    posts = len(teams_school.microsoft.posts)
    assert (await teams_school.after(teams_school.tells(said))).status_code == 200
    assert len(teams_school.microsoft.posts) == posts
