"""Which installation a command is about, from --data and --config."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer

from onrecord.core.domain.errors import RefuseToStart

if TYPE_CHECKING:
    from onrecord.app.settings.model import Settings

DEFAULT_DATA = Path("data")


@dataclass(frozen=True, slots=True)
class Place:
    """A data directory and its settings file (None: the one in the directory)."""

    data: Path
    config: Path | None

    def command(self, *words: str) -> list[str]:
        """Return the command line of another command about the same installation."""
        options = ["--data", str(self.data)]
        options += [] if self.config is None else ["--config", str(self.config)]
        return [sys.executable, "-m", "onrecord.cli", *options, *words]

    def settings(self) -> Settings:
        """Read the settings. Raises RefuseToStart."""
        from onrecord.app.settings.load import load

        return load(self.data, self.config)

    def installed(self) -> Settings:
        """Read the settings of an installation. Raises RefuseToStart (`not_installed`) as well."""
        settings = self.settings()
        if not settings.paths.policy.exists():
            raise RefuseToStart(
                "not_installed",
                f"There is no installation in {settings.data}.",
                "Name another data directory with --data, or make one: onrecord init.",
            )
        return settings


def place_of(context: typer.Context) -> Place:
    """Return what the options before the command said."""
    return cast("Place", context.find_root().obj)
