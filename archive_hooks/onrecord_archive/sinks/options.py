"""Reads a hook's options, strictly: a misspelt one is an error, not a default."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from onrecord_archive.contract import Misconfigured


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

    def path(self, name: str) -> Path:
        """Return a required path."""
        return Path(self.text(name))

    def optional_path(self, name: str) -> Path | None:
        """Return a path, None when it is not set."""
        value = self.optional(name)
        return None if value is None else Path(value)

    def finish(self) -> None:
        """Refuse options that were not read."""
        if self._values:
            raise Misconfigured(f"unknown options: {', '.join(sorted(self._values))}")


def read_file(path: Path, what: str) -> bytes:
    """Return a file's bytes; raises Misconfigured."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Misconfigured(f"{what} {path} cannot be read: {error.strerror}") from error
