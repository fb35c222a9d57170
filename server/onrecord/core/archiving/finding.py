"""What an audit found."""

from onrecord.core.domain.errors import OnRecordError

KEEP = "Keep the archive as it is: nothing is repaired by dropping. Compare it with a copy."
"""What an operator does where stored bytes are damaged."""


class Finding(OnRecordError):
    """Archive, database and key stores disagree: an operator must act."""
