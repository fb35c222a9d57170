"""Signs of going on elsewhere are found however they are written, and quickly."""

import re
import time
from collections.abc import Callable

import pytest

from onrecord.features.policies.off_channel import Kind, off_channel

pytestmark = pytest.mark.many_inputs

SIGNS: list[tuple[Kind, str]] = [
    ("messenger", "WhatsApp me"),
    ("messenger", "napisz do mnie na Telegramie"),
    ("messenger", "ＷｈａｔｓＡｐｐ me"),
    ("messenger", "Whats\u200bApp\u00a0me"),
    ("messenger_link", "https://wa.me/48601234567"),
    ("messenger_link", "T.ME/juliafx"),
    ("private_channel", "send it to my private e-mail"),
    ("private_channel", "podaj prywatny numer"),
    ("offline", "Let’s take this offline"),
    ("offline", "skasuj po przeczytaniu"),
    ("phone_number", "+48 601 234 567"),
    ("phone_number", "zadzwoń do mnie: 601 234 567"),
]
HARMLESS = [
    "",
    "The system was offline this morning.",
    "IBAN PL61 1090 1014 0000 0712 1981 2874",
    "Please book 1 200 000 PLN, value 25.11.2026, deal 20261124001.",
    "A strong signal from the market on 24.11.2026",
    "Przelew 12 345 678,90 zł na rachunek klienta",
]


@pytest.mark.parametrize(("kind", "text"), SIGNS)
def test_a_sign_is_found(kind: Kind, text: str) -> None:
    assert kind in off_channel(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_none_is_not_found(text: str) -> None:
    assert off_channel(text) == ()


HOSTILE = [
    "message me on ",
    "my private ",
    "+48 601 ",
    "nie na ",
    "a ",
    "0",
    "1-",
    "use number 600700800 ",
    "tel 600700800 konto ",
    "(415) 555 ",
    "whatsapp ",
    ".whatsapp",
    "waaap",
    "zróbmy to ",
    "zrobmy",
    "don't want it ",
    "nie chcę było ",
    "add me a b on ",
    "reach other than ",
    "by text ",
    "pint ",
    "123 456 ",
]


LONGER = 8
TOO_MUCH = LONGER**1.5
"""Between a time in proportion, 8 times as long, and one that grows with the square, 64 times."""


def growth(find: Callable[[str], object], piece: str, length: int) -> float:
    """How many times longer a text of LONGER times the length takes, each at its quickest."""

    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        taken: list[float] = []
        for _ in range(3):
            began = time.process_time()
            find(text)
            taken.append(time.process_time() - began)
        return min(taken)

    return seconds(LONGER * length) / max(seconds(length), 0.0002)


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_long_text_takes_time_in_proportion(piece: str) -> None:
    assert growth(off_channel, piece, 2_048) < TOO_MUCH


def test_control_a_rule_that_looks_at_the_rest_again_and_again_takes_longer() -> None:
    assert growth(re.compile("a[^b]*b").search, "a", 2_048) > TOO_MUCH
