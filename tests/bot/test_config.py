"""Settings: read from the environment and `.env`, and refused with the variable's name."""

import os
from pathlib import Path

import pytest

from bot.config import SHOULD_BE, Settings, SettingsError, read_settings, strangers


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder without `.env`, and an environment without our variables."""
    for name in [name for name in os.environ if name.startswith("LEADCYCLE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_who_practices_beside_a_platform_does_so_in_a_file_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADCYCLE_PRACTICE", "yes")
    assert read_settings().database_url == "sqlite:///leadcycle-practice.db"
    monkeypatch.setenv("LEADCYCLE_DATABASE_URL", "sqlite:///mine.db")
    assert read_settings().database_url == "sqlite:///mine.db"


def test_the_practice_page_is_named_by_an_address_that_opens_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADCYCLE_HOST", "0.0.0.0")
    monkeypatch.setenv("LEADCYCLE_PRACTICE_HOSTS", "pc12, pc13")
    assert read_settings().practice_page == "http://pc12:8080/practice"


def test_without_any_setting_it_is_a_practice_school_on_this_computer() -> None:
    settings = read_settings()

    assert settings.database_url == "sqlite:///leadcycle.db"
    assert settings.address == "http://127.0.0.1:8080"
    assert settings.practice_hosts == ()
    assert settings.scripts is None


def test_settings_come_from_the_environment_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("LEADCYCLE_PORT=8081\nLEADCYCLE_LOG_FORMAT=console\nANOTHER_PROGRAM=7\n")
    monkeypatch.setenv("LEADCYCLE_PORT", "8082")

    assert read_settings().port == 8082
    assert read_settings().log_format == "console"


def test_an_empty_value_is_as_good_as_none() -> None:
    Path(".env").write_text("LEADCYCLE_SCRIPTS=\nLEADCYCLE_PUBLIC_URL=\nLEADCYCLE_PORT=\nLEADCYCLE_PRACTICE_HOSTS=\n")

    settings = read_settings()
    assert (settings.scripts, settings.public_url, settings.port, settings.practice_hosts) == (None, "", 8080, ())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("school.example", ("school.example",)),
        ("school.example, practice.example:8443 ,", ("school.example", "practice.example:8443")),
    ],
)
def test_host_names_are_separated_by_commas(
    written: str, meant: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADCYCLE_PRACTICE_HOSTS", written)
    assert read_settings().practice_hosts == meant


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("LEADCYCLE_PORT", "eighty", "a whole number from 1 to 65535, like 8080"),
        ("LEADCYCLE_PORT", "0", "a whole number from 1 to 65535, like 8080"),
        ("LEADCYCLE_PORT", "70000", "a whole number from 1 to 65535, like 8080"),
        ("LEADCYCLE_LOG_FORMAT", "xml", "auto, console or json"),
        ("LEADCYCLE_PUBLIC_URL", "hello", "an address like https://leadcycle.school.example"),
        ("LEADCYCLE_PUBLIC_URL", "ftp://school.example", "an address like https://leadcycle.school.example"),
        ("LEADCYCLE_PUBLIC_URL", "https://", "an address like https://leadcycle.school.example"),
        ("LEADCYCLE_PUBLIC_URL", "https://[", "an address like https://leadcycle.school.example"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_its_name(
    variable: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert str(refused.value) == f"{variable} is “{value}”; it should be {told}."


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_that_takes_any_words_needs_no_sentence_and_any_other_has_one(name: str) -> None:
    if name not in SHOULD_BE:
        Settings(**{name: "any words, sure://"})


def test_an_env_file_in_another_encoding_is_refused_in_a_sentence() -> None:
    Path(".env").write_bytes("LEADCYCLE_PUBLIC_URL=schülerrat.example".encode("latin-1"))
    with pytest.raises(SettingsError, match="save it as plain text in UTF-8"):
        read_settings()


def test_lines_of_an_env_file_that_cannot_be_read_are_refused_by_their_numbers(
    caplog: pytest.LogCaptureFixture,
) -> None:
    Path(".env").write_text("just junk\n\n# a note\n\nLEADCYCLE_PORT: 8081\nexport LEADCYCLE_PORT=8082\nALONE\n")
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert str(refused.value).splitlines() == [
        f".env line {number} cannot be read. Write NAME=value." for number in (1, 5, 7)
    ]
    assert caplog.records == []


def test_all_values_that_cannot_be_used_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADCYCLE_PORT", "eighty")
    monkeypatch.setenv("LEADCYCLE_LOG_FORMAT", "xml")
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert [line.split(" is ")[0] for line in str(refused.value).splitlines()] == [
        "LEADCYCLE_PORT",
        "LEADCYCLE_LOG_FORMAT",
    ]


@pytest.mark.parametrize(("host", "address"), [("::1", "http://[::1]:8080"), ("localhost", "http://localhost:8080")])
def test_the_address_can_be_opened_as_it_is_printed(host: str, address: str) -> None:
    assert Settings(host=host).address == address


def test_secrets_are_read_from_files_called_like_their_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path("secrets")
    folder.mkdir()
    (folder / "SLACK_BOT_TOKEN").write_text("xoxb-1\n")
    (folder / "leadcycle_database_url").write_text("postgresql://leadcycle:open-sesame@db/leadcycle\n")
    (folder / "LEADCYCLE_SECRET_KEYS").write_text(f"{'a' * 64}, {'b' * 64}\n")
    (folder / "..data").mkdir()
    monkeypatch.setenv("LEADCYCLE_SECRETS", "secrets")

    settings = read_settings()

    assert settings.slack_bot_token.get_secret_value() == "xoxb-1"
    assert settings.database_url == "postgresql://leadcycle:open-sesame@db/leadcycle"
    assert [key.get_secret_value()[0] for key in settings.secret_keys] == ["a", "b"]
    assert strangers(settings.secrets) == []
    monkeypatch.setenv("LEADCYCLE_DATABASE_URL", "sqlite:///mine.db")
    assert read_settings().database_url == "sqlite:///mine.db"


def test_a_file_among_the_secrets_that_is_no_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / "SLACK_BOT_TOKN").write_text("xoxb-1")
    assert [told for told in strangers(tmp_path) if "SLACK_BOT_TOKN is not a setting" in told]


def test_a_folder_of_secrets_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADCYCLE_SECRETS", "nowhere")
    with pytest.raises(SettingsError, match="LEADCYCLE_SECRETS is nowhere, and there is no such folder"):
        read_settings()
