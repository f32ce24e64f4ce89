"""Settings from the environment and `.env`, read once, refused in a sentence that names the variable."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class SettingsError(Exception):
    """A setting cannot be used; the message names the variable and says what it should be."""


class Settings(BaseSettings):
    """What the operator decides."""

    model_config = SettingsConfigDict(env_prefix="LEADCYCLE_", env_file=".env", env_ignore_empty=True, extra="ignore")

    database_url: str = "sqlite:///leadcycle.db"
    """`sqlite:///file` or `postgresql://…`; the driver is added by us"""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    public_url: str = ""
    """the address under which people reach this service, for links"""
    scripts: Path | None = None
    """a folder with the school's own scripts; its files replace ours by name"""
    practice_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """further host names under which the practice page may be opened, separated by commas"""
    log_format: Literal["auto", "console", "json"] = "auto"
    """json, console, or auto: readable on a terminal, else one JSON line for each event"""
    slack_bot_token: Annotated[SecretStr, Field(validation_alias="SLACK_BOT_TOKEN")] = SecretStr("")
    """of the app that the district made from our manifest: `xoxb-…`"""
    slack_signing_secret: Annotated[SecretStr, Field(validation_alias="SLACK_SIGNING_SECRET")] = SecretStr("")
    """by which we know that it is Slack who speaks"""
    slack_app_token: Annotated[SecretStr, Field(validation_alias="SLACK_APP_TOKEN")] = SecretStr("")
    """`xapp-…`: with it events come over a connection that we open ourselves, and no public address is needed"""
    slack_api_url: Annotated[str, Field(validation_alias="SLACK_API_URL")] = "https://slack.com/api/"
    """GovSlack has another one"""

    @property
    def address(self) -> str:
        """Where the service is reached on this machine."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @field_validator("practice_hosts", mode="before")
    @classmethod
    def _apart(cls, written: object) -> object:
        """Take "a.example, b.example" apart."""
        return tuple(filter(None, map(str.strip, written.split(",")))) if isinstance(written, str) else written


SHOULD_BE: Mapping[str, str] = {
    "port": "a whole number from 1 to 65535, like 8080",
    "log_format": "auto, console or json",
}
"""What each setting that does not take every text should be."""


def read_settings() -> Settings:
    """Return the settings; raises SettingsError with a sentence for each variable that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        refused = ((str(each["loc"][0]), each["input"]) for each in error.errors())
        problems = [
            f"LEADCYCLE_{name.upper()} is “{given}”; it should be {SHOULD_BE[name]}." for name, given in refused
        ]
        raise SettingsError("\n".join(problems)) from error
    except UnicodeDecodeError as error:
        raise SettingsError("The file .env cannot be read: save it as plain text in UTF-8.") from error
