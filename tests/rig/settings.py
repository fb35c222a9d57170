"""Settings of a bank, without an installation on disk."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from onrecord.app.settings.load import load
from onrecord.app.settings.model import Settings

NOWHERE = Path("/nonexistent/onrecord")
"""The data directory of tests that read no file of it and write none."""


def settings_of(data: Path = NOWHERE, **tables: Mapping[str, object]) -> Settings:
    """Return the settings of a data directory, with changes to their tables.

    What is not changed is as where the settings file is empty.
    """
    return changed(_defaults(data), **tables)


def changed(settings: Settings, **tables: Mapping[str, object]) -> Settings:
    """Return settings with changes to their tables."""
    sections = {name: getattr(settings, name) for name in tables}
    return settings.model_copy(
        update={
            name: type(section).model_validate({**dict(section), **tables[name]})
            for name, section in sections.items()
        }
    )


@cache
def _defaults(data: Path) -> Settings:
    return load(data)
