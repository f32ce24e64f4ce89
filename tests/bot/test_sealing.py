"""What is sealed can be read with our keys only, for as long as it may be."""

from datetime import timedelta

import pytest

from bot.sealing import BrokenSeal, Seal

OLD, NEW = "o" * 32, "n" * 32


def test_what_is_sealed_can_be_opened_and_does_not_show_its_words() -> None:
    sealed = Seal([OLD]).close("xoxb-token")
    assert "xoxb" not in sealed
    assert Seal([OLD]).open(sealed) == "xoxb-token"


def test_a_newer_key_seals_and_an_older_one_still_opens() -> None:
    sealed = Seal([OLD]).close("xoxb-token")
    assert Seal([NEW, OLD]).open(sealed) == "xoxb-token"
    with pytest.raises(BrokenSeal):
        Seal([OLD]).open(Seal([NEW, OLD]).close("xoxb-token"))


@pytest.mark.parametrize("keys", [[], [NEW]])
def test_without_the_right_key_the_seal_is_broken(keys: list[str]) -> None:
    with pytest.raises(BrokenSeal):
        Seal(keys).open(Seal([OLD]).close("xoxb-token"))


@pytest.mark.parametrize("sealed", ["", "gAAAAA", "not ours", "é"])
def test_what_nobody_sealed_is_a_broken_seal(sealed: str) -> None:
    with pytest.raises(BrokenSeal):
        Seal([OLD]).open(sealed)


def test_a_seal_may_be_too_old() -> None:
    seal = Seal([OLD])
    sealed = seal.close("xoxb-token")
    assert seal.open(sealed, timedelta(minutes=1)) == "xoxb-token"
    with pytest.raises(BrokenSeal):
        seal.open(sealed, timedelta(seconds=-1))
