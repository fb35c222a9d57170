"""What an audit found."""

from onrecord.core.domain.errors import OnRecordError


class Finding(OnRecordError):
    """Archive, database and key stores disagree: an operator must act."""
