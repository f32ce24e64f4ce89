"""Settings from the environment and `.env`, read once, refused in a sentence that names the variable."""

import os
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from dotenv.parser import Binding, parse_stream
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from .sealing import SHORTEST

PREFIX = "LEADCYCLE_"
ENV_FILE = Path(".env")
PRACTICE_DATABASE = "sqlite:///leadcycle-practice.db"
ANYWHERE = frozenset({"0.0.0.0", "::"})
"""what stands for every address of this machine; nobody can open it"""


class SettingsError(Exception):
    """A setting cannot be used; the message names the variable and says what it should be."""


class Settings(BaseSettings):
    """What the operator decides."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=ENV_FILE, env_ignore_empty=True, extra="ignore")

    database_url: str = "sqlite:///leadcycle.db"
    """`sqlite:///file` or `postgresql://…`; the driver is added by us"""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    public_url: str = ""
    """the address under which people reach this service, for links"""
    scripts: Path | None = None
    """a folder with the school's own scripts; its files replace ours by name"""
    forwarded_allow_ips: Annotated[str, Field(validation_alias="FORWARDED_ALLOW_IPS")] = "127.0.0.1,::1"
    """the proxies that are believed when they say from where people come, separated by commas; `*` is everybody"""
    sign_in: Annotated[tuple[Literal["slack", "teams"], ...], NoDecode] = ()
    """with which accounts people may sign in to the pages, beside the link of the chat, separated by commas"""
    practice: bool = False
    """the practice school, also where a chat platform is set up: its database never meets real people"""
    practice_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """further host names under which the practice page may be opened, separated by commas"""
    secrets: Path | None = None
    """a folder with a file for each setting that no environment shall hold, called like its variable"""
    erasures: Path | None = None
    """the file that remembers who was erased, for when a backup is put back; else one beside a SQLite file"""
    keep_answers: Annotated[int, Field(ge=1)] = 90
    """days after the close of its cycle for which a raw answer is kept"""
    keep_decisions: Annotated[int | None, Field(ge=1)] = None
    """days after its close for which a decision is kept; else for good"""
    keep_comments: Annotated[int, Field(ge=1)] = 365
    """days after its close for which the comments of a pulse are kept"""
    keep_messages: Annotated[int, Field(ge=1)] = 14
    """days for which the words of a message stay after it has arrived"""
    keep_events: Annotated[int, Field(ge=1)] = 14
    """days for which an event that was set aside stays, with its words"""
    log_format: Literal["auto", "console", "json"] = "auto"
    """json, console, or auto: readable on a terminal, else one JSON line for each event"""
    slack_bot_token: Annotated[SecretStr, Field(validation_alias="SLACK_BOT_TOKEN")] = SecretStr("")
    """of the app that the district made from our manifest: `xoxb-…`"""
    slack_signing_secret: Annotated[SecretStr, Field(validation_alias="SLACK_SIGNING_SECRET")] = SecretStr("")
    """by which we know that it is Slack who speaks"""
    slack_app_token: Annotated[SecretStr, Field(validation_alias="SLACK_APP_TOKEN")] = SecretStr("")
    """`xapp-…`: with it events come over a connection that we open ourselves, and no public address is needed"""
    slack_client_id: Annotated[str, Field(validation_alias="SLACK_CLIENT_ID")] = ""
    """of the app, where it comes into several workspaces by OAuth"""
    slack_client_secret: Annotated[SecretStr, Field(validation_alias="SLACK_CLIENT_SECRET")] = SecretStr("")
    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    """by which tokens are sealed in the database: the newest first, separated by commas"""
    slack_api_url: Annotated[str, Field(validation_alias="SLACK_API_URL")] = "https://slack.com/api/"
    """GovSlack has another one"""
    teams_app_id: Annotated[str, Field(validation_alias="TEAMS_APP_ID")] = ""
    """of the registration that the district made for its bot, in its own tenant: a GUID"""
    teams_app_password: Annotated[SecretStr, Field(validation_alias="TEAMS_APP_PASSWORD")] = SecretStr("")
    """the client secret of the registration"""
    teams_certificate: Annotated[Path | None, Field(validation_alias="TEAMS_CERTIFICATE")] = None
    """a PEM file with private key and certificate, in place of the client secret"""
    teams_tenant_id: Annotated[str, Field(validation_alias="TEAMS_TENANT_ID")] = ""
    """of the district's Microsoft tenant, the only one that we speak with: a GUID"""
    teams_service_url: Annotated[str, Field(validation_alias="TEAMS_SERVICE_URL")] = (
        "https://smba.trafficmanager.net/teams/"
    )
    """where Teams takes messages until it has told us an address itself; government clouds have another one"""
    teams_allowed_hosts: Annotated[tuple[str, ...], NoDecode, Field(validation_alias="TEAMS_ALLOWED_HOSTS")] = (
        "smba.trafficmanager.net",
        "smba.infra.gcc.teams.microsoft.com",
    )
    """hosts, and what ends in a dot and one of them, to which our token may be shown, separated by commas"""
    teams_openid_metadata_url: Annotated[str, Field(validation_alias="TEAMS_OPENID_METADATA_URL")] = (
        "https://login.botframework.com/v1/.well-known/openidconfiguration"
    )
    """where the keys are named that sign what Teams sends; government clouds have another one"""
    teams_issuer: Annotated[str, Field(validation_alias="TEAMS_ISSUER")] = "https://api.botframework.com"
    """who signs it; government clouds have another one"""
    teams_token_url: Annotated[str, Field(validation_alias="TEAMS_TOKEN_URL")] = "https://login.microsoftonline.com"
    """where our own token is had; government clouds have another one"""
    teams_scope: Annotated[str, Field(validation_alias="TEAMS_SCOPE")] = "https://api.botframework.com/.default"
    """what our own token is for; government clouds have another one"""

    @property
    def address(self) -> str:
        """Where the service is reached on this machine."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def practice_page(self) -> str:
        """The address at which the practice page may be opened."""
        host = self.practice_hosts[0] if self.host in ANYWHERE and self.practice_hosts else ""
        return f"{f'http://{host}:{self.port}' if host else self.address}/practice"

    @model_validator(mode="after")
    def _apart_from_people(self) -> Self:
        """Practice in a file of its own, unless a database is named."""
        if self.practice and "database_url" not in self.model_fields_set:
            self.database_url = PRACTICE_DATABASE
        return self

    @field_validator("practice_hosts", "secret_keys", "sign_in", "teams_allowed_hosts", mode="before")
    @classmethod
    def _apart(cls, written: object) -> object:
        """Take "a.example, b.example" apart."""
        return tuple(filter(None, map(str.strip, written.split(",")))) if isinstance(written, str) else written

    @field_validator("secret_keys")
    @classmethod
    def _long(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        """Take only keys that nobody guesses; raises ValueError."""
        if any(len(key.get_secret_value()) < SHORTEST for key in keys):
            raise ValueError("too short")
        return keys

    @field_validator("public_url")
    @classmethod
    def _link(cls, written: str) -> str:
        """Take only what a browser can open; raises ValueError."""
        address = urlsplit(written)
        if written and not (address.scheme in ("http", "https") and address.hostname):
            raise ValueError(written)
        return written


SHOULD_BE: Mapping[str, str] = {
    "port": "a whole number from 1 to 65535, like 8080",
    "log_format": "auto, console or json",
    **dict.fromkeys(("keep_answers", "keep_comments", "keep_messages", "keep_events"), "a number of days, from 1 on"),
    "keep_decisions": "a number of days, from 1 on; leave it out to keep decisions",
    "practice": "yes or no",
    "sign_in": "slack, teams, or both with a comma between them",
    "secret_keys": f"keys of at least {SHORTEST} characters, separated by commas; `openssl rand -hex 32` prints one",
    "public_url": "an address like https://leadcycle.school.example",
}
"""What each setting that does not take every text should be."""


SECRET = frozenset({"secret_keys"})
"""Settings whose value is never shown."""


def read_settings() -> Settings:
    """Return the settings; raises SettingsError with a sentence for each variable that cannot be used."""
    try:
        _require_readable()
        folder = Settings().secrets
        given: dict[str, Any] = {"_secrets_dir": _there(folder)} if folder else {}
        return Settings(**given)
    except ValidationError as error:
        problems = [_problem(str(each["loc"][0]), each["input"]) for each in error.errors()]
        raise SettingsError("\n".join(problems)) from error
    except UnicodeDecodeError as error:
        raise SettingsError("The file .env cannot be read: save it as plain text in UTF-8.") from error


def _there(folder: Path) -> Path:
    if not folder.is_dir():
        raise SettingsError(f"{PREFIX}SECRETS is {folder}, and there is no such folder. Create it, or delete the line.")
    return folder


def _problem(name: str, given: object) -> str:
    is_now = "cannot be used" if name in SECRET else f"is “{given}”"
    return f"{PREFIX}{name.upper()} {is_now}; it should be {SHOULD_BE[name]}."


def strangers(secrets: Path | None = None) -> list[str]:
    """Return a sentence for each variable in the environment or `.env` that looks like ours and is none.

    So it is with each file of the folder with `secrets`.
    """
    known = [name.upper() for name in Settings.model_fields]
    written = dict.fromkeys(name.upper() for name in (*os.environ, *(each.key or "" for each in _bindings())))
    ours = (name.removeprefix(PREFIX) for name in written if name.startswith(PREFIX))
    told = [f"{PREFIX}{name} is not a setting.{_near(name, known)}" for name in ours if name not in known]
    return [*told, *_slips(dict.fromkeys((each.key or "").upper() for each in _bindings())), *_misfiled(secrets)]


def _misfiled(secrets: Path | None) -> Iterator[str]:
    """A sentence for each file that holds no setting; hidden ones are a container system's own."""
    known = {str(each.validation_alias or f"{PREFIX}{name}").upper() for name, each in Settings.model_fields.items()}
    for file in sorted(secrets.iterdir()) if secrets else ():
        if not file.name.startswith(".") and file.name.upper() not in known:
            yield f"{file} is not a setting. Name the file like its variable, or take it out of the folder."


def _slips(written: Iterable[str]) -> Iterator[str]:
    """A sentence for each name in `.env` that is nearly one of the platforms'; others may be another program's."""
    known = [str(each.validation_alias) for each in Settings.model_fields.values() if each.validation_alias]
    for name in written:
        if name not in known and not name.startswith(PREFIX) and (found := get_close_matches(name, known, 1, 0.85)):
            yield f"{name} is not a setting. Did you mean {found[0]}?"


def _near(name: str, known: list[str]) -> str:
    found = get_close_matches(name, known, 1, 0.6)
    return f" Did you mean {PREFIX}{found[0]}?" if found else " Delete it, or look up its name in README.md."


def _require_readable() -> None:
    """Raise SettingsError for each line of `.env` that is neither `NAME=value` nor a comment."""
    junk = [each for each in _bindings() if each.error or (each.key and each.value is None)]
    if junk:
        raise SettingsError(
            "\n".join(f"{ENV_FILE} line {_line(each)} cannot be read. Write NAME=value." for each in junk)
        )


def _line(binding: Binding) -> int:
    """The line on which something is written; the empty ones before it belong to it too."""
    written = binding.original.string
    return binding.original.line + written[: len(written) - len(written.lstrip())].count("\n")


def _bindings() -> Iterator[Binding]:
    """Yield what stands in `.env`, as the settings read it."""
    if ENV_FILE.is_file():
        with ENV_FILE.open(encoding="utf-8") as file:
            yield from parse_stream(file)
