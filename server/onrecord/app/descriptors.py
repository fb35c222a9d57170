"""How many connections there may be for the descriptors that this process has.

A connection takes one. What records (database, archive, keys) must always get one: a server whose
last one went to a stranger stops recording.
"""

import resource
from typing import Final

from onrecord.core.domain.errors import RefuseToStart

RESERVED: Final = 256
"""Of the database, the archive, files, and what is asked of others: tens in use, and room."""
LEAST: Final = 64
"""Connections without which there is no point in serving."""
MOST: Final = 65_536
"""More are not asked for: what the unit file allows (docs/systemd)."""


def claim(connections: int) -> int:
    """Raise the soft limit; return how many of so many connections there may be.

    Raises RefuseToStart (`too_few_descriptors`).
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = allowed(hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    room = limit - RESERVED
    if room < LEAST:
        raise RefuseToStart(
            "too_few_descriptors",
            f"This process may have {limit} open files; {RESERVED} of them are for recording.",
            "Raise the limit (LimitNOFILE in the unit, ulimit -Hn in a shell).",
        )
    return min(connections, room)


def allowed(hard: int) -> int:
    """Return what the soft limit is raised to where the hard one is *hard*."""
    return MOST if hard == resource.RLIM_INFINITY else min(hard, MOST)
