"""What stands in the way of a command is said in a sentence, and no stack of calls is shown."""

import pytest
import typer
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError

from bot.sentences import sentences


class Said(Exception):
    """What a driver says, with PostgreSQL's code."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__("what Ana wrote")
        self.sqlstate = sqlstate


ASKED = "SELECT 'what Ana wrote'"


@pytest.mark.parametrize(
    "fault",
    [
        InternalError(ASKED, {}, Said("")),
        DBAPIError(ASKED, {}, Said("08003")),
        DBAPIError(ASKED, {}, Said("57P01")),
        OperationalError(ASKED, {}, Said(""), connection_invalidated=True),
    ],
)
def test_a_database_that_breaks_off_is_said_to_have_without_what_was_asked(
    fault: DBAPIError, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended, sentences():
        raise fault
    told = capsys.readouterr().err
    assert (ended.value.exit_code, told.count("\n")) == (1, 1)
    assert told.startswith("The database broke off")
    assert "Ana" not in told


def test_a_mistake_of_the_program_is_not_hidden_behind_a_sentence() -> None:
    with pytest.raises(OperationalError), sentences():
        raise OperationalError(ASKED, {}, Said("42P01"))
