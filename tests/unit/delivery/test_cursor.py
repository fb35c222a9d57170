"""A cursor gives back its index, and nothing else is one."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.core.delivery.cursor import KEY_BYTES, Cursors
from onrecord.core.domain.errors import BadInput

CURSORS = Cursors(bytes(range(KEY_BYTES)))


@given(st.integers(0, 2**63))
def test_a_sealed_index_opens(index: int) -> None:
    assert CURSORS.open(CURSORS.seal(index)) == index


def test_equal_indices_have_different_tokens() -> None:
    assert CURSORS.seal(7) != CURSORS.seal(7)


@pytest.mark.parametrize("position", range(48))
def test_a_changed_character_is_refused(position: int) -> None:
    token = CURSORS.seal(7)
    other = "A" if token[position] != "A" else "B"
    with pytest.raises(BadInput) as refused:
        CURSORS.open(token[:position] + other + token[position + 1 :])
    assert refused.value.code == "bad_cursor"


@given(st.text(max_size=60))
def test_text_is_refused(token: str) -> None:
    with pytest.raises(BadInput):
        CURSORS.open(token)


@pytest.mark.parametrize("token", ["", "7", "=" * 48, "ż" * 48, "A" * 47 + "\n"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(BadInput):
        CURSORS.open(token)


def test_another_servers_cursor_is_refused() -> None:
    with pytest.raises(BadInput):
        Cursors(os.urandom(KEY_BYTES)).open(CURSORS.seal(7))


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Cursors(b"short")
