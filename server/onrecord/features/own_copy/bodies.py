"""The bodies of a client's own copy, and of leaving, on the chat listener. For clients alone.

POST /api/v1/copy       NewCopy  -> Copy, 202: recorded, then made in the background
GET  /api/v1/copy                -> Copy
GET  /api/v1/copy.zip            the file, once `ready` (Range requests continue a download)
POST /api/v1/leave      Leave    204: the relationship ends, and every session with it
"""

from typing import Literal

from onrecord.protocol.rest import Body, Reply
from onrecord_archive.events.language import Language


class NewCopy(Body, frozen=True):
    """Ask for one's copy. While one is being made, the answer is that one.

    Refusals: `nothing_to_copy`, `rate_limited` (three at once, then one each 20 minutes).
    """

    language: Language


class Copy(Reply, frozen=True):
    """A client's own copy (archive_hooks/COPY.md). `done` and `total` are records.

    Once `ready`: `size` in bytes, `sha256` of the file, removed at `expires_at`. `failed`: `code`.
    """

    created_at: str
    state: Literal["waiting", "running", "ready", "failed"]
    done: int
    total: int
    language: Language
    size: int | None = None
    sha256: str | None = None
    expires_at: str | None = None
    code: str | None = None


class Leave(Body, frozen=True):
    """`confirmed`: the client has read what happens to the record."""

    confirmed: Literal[True]
