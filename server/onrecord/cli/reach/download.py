"""Download to a new file of its owner alone, whole or not at all."""

import os
from hashlib import sha256
from pathlib import Path

from onrecord.cli.reach.api import Api
from onrecord.core.domain.errors import BadInput, Conflict, Unavailable


def require_new(path: Path) -> None:
    """Raise before anything is looked at: Conflict (`exists`), BadInput (`no_such_folder`)."""
    if path.exists():
        raise Conflict("exists", f"{path} exists; nothing is overwritten.")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise BadInput("no_such_folder", f"There is no folder to write to at {path.parent}.")


async def download(api: Api, path: str, to: Path, *, expected: str | None = None) -> None:
    """Write an answer to *to*. *expected* is its SHA-256 in hex.

    Raises Refusal as the server does, Unavailable (`damaged`) for other bytes than expected.
    """
    part = f"{to}.part"
    digest = sha256()
    async with api.stream(path) as pieces:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            async for piece in pieces:
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
    if expected is not None and digest.hexdigest() != expected:
        os.unlink(part)
        raise Unavailable("damaged", "What arrived is not what the server made. Try again.")
    os.rename(part, to)
