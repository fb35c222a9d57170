"""Reads a hook's options, strictly: a misspelt one is an error, not a default."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from onrecord_archive.contract import Misconfigured

W = TypeVar("W", bound=str)


class Options:
    """The options of one hook. Every method raises Misconfigured."""

    def __init__(self, values: Mapping[str, str]) -> None:
        """Take the options as settings give them."""
        self._values = dict(values)

    def text(self, name: str, default: str | None = None) -> str:
        """Return an option; without a default it is required."""
        value = self._values.pop(name, default)
        if not value:
            raise Misconfigured(f"the option {name} is missing")
        return value

    def optional(self, name: str) -> str | None:
        """Return an option, None when it is not set."""
        return self._values.pop(name, None) or None

    def number(self, name: str, default: float, *, least: float, most: float) -> float:
        """Return a number between `least` and `most`."""
        value = self._values.pop(name, None)
        try:
            number = default if value is None else float(value)
        except ValueError as error:
            raise Misconfigured(f"the option {name} is no number") from error
        if not least <= number <= most:
            raise Misconfigured(f"the option {name} must lie between {least:g} and {most:g}")
        return number

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        """Return a whole number between `least` and `most`."""
        number = self.number(name, default, least=least, most=most)
        if number != int(number):
            raise Misconfigured(f"the option {name} must be a whole number")
        return int(number)

    def choice(self, name: str, default: W, *others: W) -> W:
        """Return one of a few words."""
        words, value = (default, *others), self._values.pop(name, None) or default
        for word in words:
            if word == value:
                return word
        raise Misconfigured(f"the option {name} must be one of {', '.join(words)}")

    def path(self, name: str) -> Path:
        """Return a required path; it is absolute."""
        return _absolute(name, self.text(name))

    def optional_path(self, name: str) -> Path | None:
        """Return a path, None when it is not set; it is absolute."""
        value = self.optional(name)
        return None if value is None else _absolute(name, value)

    def both(self, first: str, second: str) -> tuple[str, str] | None:
        """Return two options that belong together, None when neither is set."""
        values = self.optional(first), self.optional(second)
        if values[0] is not None and values[1] is not None:
            return values[0], values[1]
        if values != (None, None):
            raise Misconfigured(f"the options {first} and {second} belong together")
        return None

    def finish(self) -> None:
        """Refuse options that were not read."""
        if self._values:
            raise Misconfigured(f"unknown options: {', '.join(sorted(self._values))}")


def _absolute(name: str, value: str) -> Path:
    """Return a path; a relative one would be meant from the folder of the hook's process."""
    if not Path(value).is_absolute():
        raise Misconfigured(f"the option {name} must be an absolute path")
    return Path(value)


def read_file(path: Path, what: str) -> bytes:
    """Return a file's bytes; raises Misconfigured."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Misconfigured(f"{what} {path} cannot be read: {error.strerror}") from error
