"""Which entries a hook gets, pure: of those that it wants, what the firm lets it see."""

from dataclasses import dataclass

from onrecord_archive.contract import Filter, Wants, is_wanted

EVERYTHING = Filter()
"""No limit."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a hook wants, and the firm's limits: records beyond them it never gets."""

    wants: Wants
    limits: Filter = EVERYTHING

    def is_wanted(self, leaf: bytes) -> bool:
        """Tell whether the hook wants an entry, whatever the firm says."""
        return is_wanted(self.wants, leaf)

    def gets(self, leaf: bytes) -> bool:
        """Tell whether the hook gets an entry."""
        within = self.limits == EVERYTHING or is_wanted(self.limits, leaf)
        return within and is_wanted(self.wants, leaf)
