"""The service starts with Teams, and with Slack beside it: it says where it listens and refuses strangers."""

from pathlib import Path

import jwt
import pytest

from tests.bot.test_cli import done, place, refused, serving
from tests.teams.stand_in import APP, ISSUER, TENANT, private_key

__all__ = ["place"]

TEAMS = {
    "TEAMS_APP_ID": APP,
    "TEAMS_TENANT_ID": TENANT,
    "TEAMS_APP_PASSWORD": "open-sesame",
    "TEAMS_OPENID_METADATA_URL": "https://127.0.0.1:9/nobody",
}
CLAIMS = {"iss": ISSUER, "aud": APP, "exp": 4_000_000_000, "serviceurl": "https://smba.trafficmanager.net/teams/"}
TOKENS = (
    "",
    "garbage",
    "a.b.c",
    jwt.encode(CLAIMS, None, "none", {"kid": "key-1"}),
    jwt.encode(CLAIMS, "0" * 32, "HS256", {"kid": "key-1"}),
    jwt.encode(CLAIMS, private_key(1), "RS256", {"kid": "key-1"}),
)
SLACK = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "s",
    "SLACK_SIGNING_SECRET": "0" * 32,
    "LEADCYCLE_SECRET_KEYS": "k" * 32,
    "LEADCYCLE_PUBLIC_URL": "https://leadcycle.school.example",
}


@pytest.mark.parametrize(
    ("settings", "listens", "ready"),
    [
        (TEAMS, "Leadcycle listens to Teams at {0}/api/messages. Ctrl+C stops it.", "ready: teams"),
        (
            TEAMS | SLACK,
            "Leadcycle listens to Slack at {0}/slack/events and to Teams at {0}/api/messages. Ctrl+C stops it.",
            "ready: slack, teams",
        ),
    ],
    ids=["teams", "both"],
)
def test_the_service_says_where_it_listens_and_lets_nobody_in_without_a_token(
    place: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], listens: str, ready: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    log = place / "log"
    with serving("sqlite:///teams.db", log) as service:
        assert service.process.stdout
        assert service.process.stdout.readline().strip() == listens.format(service.address)
        assert service.http.get("/ready").text.strip() == ready
        for token in TOKENS:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            assert service.http.post("/api/messages", json={"type": "message"}, headers=headers).status_code == 401
        assert service.stop() == 0
        assert "Whoever writes this code to Leadcycle in the chat" in service.process.stdout.read()
    assert "open-sesame" not in log.read_text("utf-8")


def test_half_of_teams_stops_every_command_that_would_use_it(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAMS_APP_ID", APP)
    for words in (("serve",), ("teams", "package")):
        assert refused(*words).startswith("TEAMS_TENANT_ID is missing")
    assert "Connect Leadcycle to Microsoft Teams." in done("--help")
