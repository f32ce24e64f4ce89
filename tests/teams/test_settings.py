"""The settings of Teams: half of them stops the start, with the variable that is missing."""

from typing import Any

import pytest

from bot.config import Settings, SettingsError
from bot.platforms import are_set_up, teams_is_set_up

ID, TENANT = "0f00c0de-0000-4000-8000-00000000000a", "7e000000-0000-4000-8000-00000000000b"
ALL: dict[str, Any] = {"TEAMS_APP_ID": ID, "TEAMS_TENANT_ID": TENANT, "TEAMS_APP_PASSWORD": "secret"}


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        (ALL, ""),
        (ALL | {"TEAMS_APP_PASSWORD": "", "TEAMS_CERTIFICATE": "bot.pem"}, ""),
        (ALL | {"TEAMS_APP_ID": ""}, "TEAMS_APP_ID is missing"),
        (ALL | {"TEAMS_TENANT_ID": ""}, "TEAMS_TENANT_ID is missing"),
        (ALL | {"TEAMS_APP_PASSWORD": ""}, "TEAMS_APP_PASSWORD is missing"),
        (ALL | {"TEAMS_ALLOWED_HOSTS": " , "}, "TEAMS_ALLOWED_HOSTS names no host"),
        (ALL | {"TEAMS_TENANT_ID": "riverside.onmicrosoft.com"}, "TEAMS_TENANT_ID is “riverside.onmicrosoft.com”"),
        (ALL | {"TEAMS_APP_ID": "leadcycle"}, "TEAMS_APP_ID is “leadcycle”"),
        (
            ALL | {"TEAMS_OPENID_METADATA_URL": "http://keys.example"},
            "TEAMS_OPENID_METADATA_URL is http://keys.example",
        ),
        (ALL | {"TEAMS_TOKEN_URL": "http://login.example"}, "TEAMS_TOKEN_URL is http://login.example"),
        (ALL | {"TEAMS_SERVICE_URL": "http://smba.example"}, "TEAMS_SERVICE_URL is http://smba.example"),
        ({"TEAMS_TENANT_ID": TENANT}, "TEAMS_APP_ID is missing"),
        ({"TEAMS_APP_PASSWORD": "secret"}, "TEAMS_APP_ID is missing"),
    ],
)
def test_half_of_teams_is_refused_with_what_is_missing(given: dict[str, Any], missing: str) -> None:
    settings = Settings(**given)
    if not missing:
        assert are_set_up(settings)
        return
    with pytest.raises(SettingsError, match=missing):
        are_set_up(settings)


def test_addresses_of_a_government_cloud_alone_do_not_set_teams_up() -> None:
    assert not teams_is_set_up(Settings(TEAMS_ISSUER="https://api.botframework.us"))


def test_hosts_are_separated_by_commas() -> None:
    assert Settings(TEAMS_ALLOWED_HOSTS="a.example, b.example").teams_allowed_hosts == ("a.example", "b.example")
