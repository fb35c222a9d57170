"""What a hook may see, pure: which entries of those that it wants, and how much of a record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from onrecord.core.domain.errors import Fatal
from onrecord.core.domain.values import Actor
from onrecord_archive.contract import Delivery, Filter, Reduced, Wants, is_wanted
from onrecord_archive.events.ids import EventId
from onrecord_archive.events.reduced import part_of
from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from onrecord_archive.format.seal import Plain

Sees: TypeAlias = Literal["sealed", "headers", "plaintext"]

EVERYTHING = Filter()
"""No limit."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How much of a record the firm lets a hook see opened.

    `headers`: who, when and where alone. `without`: members that are left out, by name.
    """

    sees: Sees = "sealed"
    without: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether the hook gets records as they are, with what proves them."""
        return self.sees == "plaintext" and not self.without

    @property
    def is_reduced(self) -> bool:
        """Whether the hook gets a part of a record, which is not provable."""
        return self.sees != "sealed" and not self.is_whole

    def of(self, owed: Sequence[Delivery], bodies: Mapping[EventId, Plain]) -> list[Delivery]:
        """Return entries with what the hook may see of them; without its body one stays sealed.

        Raises Fatal for a body that is not what the leaf commits to.
        """
        return [self._of(entry, bodies.get(EventId(entry.event_id))) for entry in owed]

    def _of(self, entry: Delivery, body: Plain | None) -> Delivery:
        leaf = decode_leaf(entry.leaf)
        if body is None or not isinstance(leaf, RecordLeaf) or self.sees == "sealed":
            return entry
        if body.pt().hex() != leaf.pt:
            raise Fatal(f"the stored body of entry {entry.archive_index} is not the archive's")
        if self.is_whole:
            return replace(entry, plaintext=body)
        part = part_of(body, self.sees, self.without)
        return replace(entry, reduced=Reduced(*part, self.sees, self.without))


SEALED = Opening()
"""Nothing is opened."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a hook is let see: how much of a record, and which, of those that it wants.

    `people`: those that concern one of them; nobody: no limit.
    """

    opening: Opening = SEALED
    limits: Filter = EVERYTHING
    people: tuple[Actor, ...] = ()


ALL_SEALED = Allowed()
"""Every record, and none opened."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a hook wants, and the firm's limits: records beyond them it never gets.

    `people`: it gets records alone that one of them made, or that were made in a conversation while
    one of them was a member of it. Nobody: everyone's.
    """

    wants: Wants
    limits: Filter = EVERYTHING
    people: tuple[Actor, ...] = ()

    def is_wanted(self, leaf: bytes) -> bool:
        """Tell whether the hook wants an entry, whatever the firm says."""
        return is_wanted(self.wants, leaf)

    def gets(self, leaf: bytes, *, concerns: bool) -> bool:
        """Tell whether the hook gets an entry; `concerns`: it is known to be of its people."""
        if self.people and not concerns:
            return False
        within = self.limits == EVERYTHING or is_wanted(self.limits, leaf)
        return within and is_wanted(self.wants, leaf)
