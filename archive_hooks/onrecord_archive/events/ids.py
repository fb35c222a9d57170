"""Identifiers that stand on the record."""

from typing import NewType

PersonId = NewType("PersonId", str)
"""32 lower-case hex digits; never an address or a name."""
StreamId = NewType("StreamId", str)
"""32 lower-case hex digits for a conversation; a system stream has its name, ``access:<case>``."""
EventId = NewType("EventId", str)
"""32 lower-case hex digits."""
BlobId = NewType("BlobId", str)
"""A stored file: 32 lower-case hex digits, random."""
