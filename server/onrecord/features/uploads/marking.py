"""Which files a client has to prove themself anew for, before they send or open one."""

from collections.abc import Sequence

from msgspec import Struct

from onrecord.features.uploads.names import ending

ANY = "/*"


class Marking(Struct, frozen=True):
    """`types`: media types, or whole kinds (`image/*`). `endings`: of names, without the dot."""

    types: frozenset[str] = frozenset()
    endings: frozenset[str] = frozenset()

    def marks(self, name: str, type: str | None = None) -> bool:
        """Whether a file of this name and type is marked; without a type, by its name alone."""
        if ending(name) in self.endings:
            return True
        return type is not None and (
            type in self.types or type.partition("/")[0] + ANY in self.types
        )

    def __bool__(self) -> bool:
        return bool(self.types or self.endings)


def marking_of(chosen: Sequence[str]) -> Marking:
    """Return what a setting's list marks: `application/pdf`, `image/*`, `pdf`."""
    types = frozenset(each for each in chosen if "/" in each)
    return Marking(types, frozenset(chosen) - types)
