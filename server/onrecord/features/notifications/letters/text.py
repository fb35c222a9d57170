"""A letter in words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A letter in words: `short` goes by SMS, `subject` and `long` by mail."""

    subject: str
    long: str
    short: str
