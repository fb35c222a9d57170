"""Signs of going on elsewhere are found however they are written, and quickly."""

import time

import pytest

from onrecord.policy.off_channel import Kind, off_channel

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


@pytest.mark.parametrize(
    "piece", ["message me on ", "my private ", "+48 601 ", "nie na ", "a ", "0", "1-"]
)
def test_a_long_text_takes_time_in_proportion(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        began = time.process_time()
        for _ in range(3):
            off_channel(text)
        return time.process_time() - began

    off_channel(piece)
    assert seconds(65_536) < 40 * max(seconds(8_192), 0.0005)
