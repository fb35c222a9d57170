"""What one of the firm's people says of themself.

    PUT /api/v1/me/status   SetStatus -> 204; an empty one takes it away

Refusals: `bad_text`, `bad_time`, `bad_period`, `archive_unavailable`. Open clients hear of it by
`directory`, and see it in `Person.status`; clients of the firm see nobody's.
"""

from msgspec import Struct


class PersonAway(Struct, frozen=True):
    """Out of office from `starts` until `until`; it may be still to come, or over."""

    starts: str
    until: str


class PersonStatus(Struct, frozen=True, omit_defaults=True):
    """`quiet`: do not disturb. `until`: it is over then; absent: it holds until it is changed."""

    text: str | None = None
    quiet: bool = False
    until: str | None = None
