"""No option of a hook gives it what is the server's own, however either is spelt."""

from pathlib import Path

import pytest

from onrecord.core.hooks.process.limits import Overlap, limits_of

MEMORY = 1 << 30


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder of the server's with a secret, one of a hook's, and ways from one to the other."""
    for name in ("own/inner", "theirs", "elsewhere"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "own" / "secret").write_text("secret")
    (tmp_path / "elsewhere" / "key").write_text("key")
    (tmp_path / "theirs" / "way").symlink_to(tmp_path / "own" / "secret")
    (tmp_path / "theirs" / "key").symlink_to(tmp_path / "elsewhere" / "key")
    (tmp_path / "round").symlink_to(tmp_path / "theirs")
    return tmp_path


@pytest.mark.parametrize(
    ("option", "private"),
    [
        ("own", "own/secret"),
        ("own/secret", "own"),
        ("own/inner", "own"),
        ("theirs/../own", "own/secret"),
        ("theirs/way", "own/secret"),
        ("elsewhere", "theirs/key"),
        ("theirs", "theirs/key"),
        ("theirs", "round/key"),
        ("round", "theirs/key"),
    ],
)
def test_neither_what_is_private_nor_the_link_that_leads_there_is_given(
    place: Path, option: str, private: str
) -> None:
    """Who may write where the link stands may set another in its place."""
    with pytest.raises(Overlap):
        given(place, option, private)


@pytest.mark.parametrize(
    ("option", "private"),
    [
        ("theirs", "own"),
        ("theirs", "own/secret"),
        ("elsewhere", "own"),
        ("own/inner", "own/secret"),
    ],
)
def test_control_what_lies_beside_it_is_given(place: Path, option: str, private: str) -> None:
    assert str(place / option) in given(place, option, private)


def given(place: Path, option: str, private: str) -> tuple[str, ...]:
    limits = limits_of({"path": f"{place}/{option}"}, private=[place / private], memory=MEMORY)
    return limits.reads + limits.writes
