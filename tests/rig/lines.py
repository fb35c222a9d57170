"""A log in memory."""

import io
import json
from typing import Any


class Lines(io.StringIO):
    """What a part of the program logged."""

    def all(self) -> list[dict[str, Any]]:
        """Return every line, the oldest first."""
        return [json.loads(line) for line in self.getvalue().splitlines()]

    def of(self, event: str) -> list[dict[str, Any]]:
        """Return the lines of one event."""
        return [line for line in self.all() if line["event"] == event]

    def failures(self) -> list[str]:
        """Return the names of the errors that an operator was warned of."""
        return [line["error"] for line in self.all() if "error" in line]
