"""What stands in the way of a command is said in a sentence, and no stack of calls is shown."""

import pytest
import typer
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

from bot.sentences import sentences


@pytest.mark.parametrize("kind", [InterfaceError, InternalError, OperationalError])
def test_a_database_that_breaks_off_is_said_to_have_without_what_was_asked(
    kind: type[InternalError], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended, sentences():
        raise kind("SELECT 'what Ana wrote'", {}, Exception("cannot go on"))
    told = capsys.readouterr().err
    assert (ended.value.exit_code, told.count("\n")) == (1, 1)
    assert told.startswith("The database broke off")
    assert "Ana" not in told
