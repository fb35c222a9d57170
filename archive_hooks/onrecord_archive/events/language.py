"""The languages that people are written to in."""

from typing import Literal, TypeAlias

Language: TypeAlias = Literal["en", "pl"]
