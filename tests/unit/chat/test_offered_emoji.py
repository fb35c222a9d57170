"""What the client offers as a reaction, the server takes."""

import json
from pathlib import Path

import pytest
from emoji import is_emoji

OFFERED = Path(__file__).parents[3] / "client_web" / "src" / "locales"
MOST = 32
"""Characters of a reaction on the wire."""


def refused(groups: list[list[list[str]]]) -> list[str]:
    """Return those that a reaction cannot be."""
    return [one for group in groups for one, *_ in group if not is_emoji(one) or len(one) > MOST]


@pytest.mark.parametrize("language", ["en", "pl"])
def test_every_emoji_of_the_picker_is_one_for_the_server(language: str) -> None:
    groups = json.loads((OFFERED / f"emoji.{language}.json").read_text(encoding="utf-8"))
    assert refused(groups) == []
    assert all(name for group in groups for _, name, _ in group)


def test_control_what_is_no_emoji_is_found() -> None:
    assert refused([[["👍", "thumbs up", ""], ["ok", "a word", ""]]]) == ["ok"]
