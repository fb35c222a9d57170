"""Signs of going on where nothing is recorded: WhatsApp, a private phone, "let's go offline".

A hint, never a verdict: it offers the recorded way, and is noted for who reviews.
"""

from functools import cache
from typing import Final, Literal, cast

from onrecord.features.policies.rules import Rules, read_rules

Kind = Literal["messenger_link", "messenger", "private_channel", "offline", "phone_number"]
ENOUGH_DIGITS: Final = 7
"""A text with fewer has no telephone number in it."""
RULES_FILE: Final = "off_channel.json"


def off_channel(text: str) -> tuple[Kind, ...]:
    """Return the kinds of signs in a text, in the order of the rules; none: an empty tuple."""
    return _rules().find(text)


@cache
def _rules() -> Rules[Kind]:
    return cast("Rules[Kind]", read_rules(RULES_FILE, enough_digits=ENOUGH_DIGITS))
