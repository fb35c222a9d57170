"""How clients are addressed in Polish: in letters as on screen, and never by guessing a gender."""

import json
import re
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from onrecord.features.notifications.client_letters import (
    CodeLetter,
    DeviceLetter,
    InviteLetter,
    Letter,
    MovedLetter,
    PasskeyLetter,
    ResetLetter,
    UnreadLetter,
)
from onrecord.features.notifications.letters.texts import text_of

LOCALES = Path(__file__).parents[3] / "client_web" / "src" / "locales"
LINK = "https://chat.bank.example"
LETTERS: tuple[Letter, ...] = (
    InviteLetter("pl", "Bank", "Clara Nowak", "Julia Lis", LINK),
    CodeLetter("pl", "Bank", "123456", 10),
    UnreadLetter("pl", "Bank", "Julia Lis", LINK),
    DeviceLetter("pl", "Bank", LINK),
    PasskeyLetter("pl", "Bank", LINK),
    MovedLetter("pl", "Bank"),
    ResetLetter("pl", "Bank", "Julia Lis", datetime(2026, 11, 30, tzinfo=UTC), 24, LINK),
)
OTHER_ADDRESS = re.compile(r"\b(Państw\w*|Pan|Pani|Pana|Panu|Panią|Panem)\b")
SMALL_YOU = re.compile(r"\b(ty|ciebie|cię|tobie|ci|tobą|twój|twoj\w+|twoi\w*)\b")
GENDERED = re.compile(r"\w+(łeś|łaś|łbyś|łabyś)\b|\(-a\)")


def wrong(text: str) -> list[str]:
    """Return what addresses a client in another way than the rest does."""
    rules = (OTHER_ADDRESS, SMALL_YOU, GENDERED)
    return [found.group() for rule in rules for found in rule.finditer(text)]


def built_in_notice() -> str:
    return (files("onrecord.features.notices") / "pl.txt").read_text("utf-8")


def test_letters_speak_as_the_screens_do() -> None:
    for letter in LETTERS:
        text = text_of(letter)
        assert wrong(f"{text.subject}\n{text.long}\n{text.short}") == [], letter.kind


def test_screens_and_the_built_in_notice_speak_alike() -> None:
    texts = json.loads((LOCALES / "pl.json").read_text("utf-8")) | {"notice": built_in_notice()}
    events = json.loads((LOCALES / "events.gen.json").read_text("utf-8"))
    texts |= {id: text["pl"] for id, text in events.items()}
    assert {id: found for id, text in texts.items() if (found := wrong(text))} == {}


@pytest.mark.parametrize(
    "text",
    [
        "To Państwa kod.",
        "Proszę Pana o kod.",
        "To twój kod.",
        "Otwórz, gdy przeczytałaś.",
        "Czy to ty?",
    ],
)
def test_control_another_address_is_found(text: str) -> None:
    assert wrong(text) != []
