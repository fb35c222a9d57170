"""What both distributions declare is said once, in ../pyproject.toml."""

import tomllib
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class Declared(MetadataHookInterface):
    """Gives it the version, the Python, the hooks and their extras of the server's."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add them to what pyproject.toml says."""
        whole = tomllib.loads(
            (Path(self.root).parent / "pyproject.toml").read_text(encoding="utf-8")
        )
        for name in ("version", "requires-python", "optional-dependencies", "entry-points"):
            metadata[name] = whole["project"][name]
