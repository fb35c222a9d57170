"""A cursor gives back its index, and nothing else is one."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.core.delivery.cursor import KEY_BYTES, Cursors
from onrecord.core.domain.errors import BadInput

CURSORS = Cursors(bytes(range(KEY_BYTES)))
LARGE = 0x7123_4567_89AB_CDEF
"""An index that no token spells by chance: its shortest spelling has eight bytes, at 29 places."""


def spellings(index: int) -> dict[str, bytes]:
    """How an index could stand in a token for all to read."""
    return {
        "decimal": str(index).encode(),
        "hexadecimal": f"{index:x}".encode(),
        "big-endian": index.to_bytes(8, "big"),
        "little-endian": index.to_bytes(8, "little"),
    }


def told(token: str, index: int) -> list[str]:
    """In which of these spellings an index stands in a token, or in the bytes that it encodes."""
    seen = (token.encode(), urlsafe_b64decode(token))
    return [name for name, plain in spellings(index).items() if any(plain in each for each in seen)]


@given(st.integers(0, 2**63))
def test_a_sealed_index_opens(index: int) -> None:
    assert CURSORS.open(CURSORS.seal(index)) == index


def test_equal_indices_have_different_tokens() -> None:
    assert CURSORS.seal(7) != CURSORS.seal(7)


def test_a_token_is_as_long_for_each_index_and_spells_none() -> None:
    assert {len(CURSORS.seal(index)) for index in (0, 7, LARGE, 2**64 - 1)} == {48}
    assert told(CURSORS.seal(LARGE), LARGE) == []


@pytest.mark.parametrize("spelling", spellings(LARGE))
def test_control_a_token_that_spells_its_index_is_found(spelling: str) -> None:
    plain = spellings(LARGE)[spelling]
    planted = os.urandom(12) + plain + os.urandom(24 - len(plain))
    assert told(urlsafe_b64encode(planted).decode(), LARGE) == [spelling]


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
